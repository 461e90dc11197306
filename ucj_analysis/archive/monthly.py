"""The monthly cycle of one region: what its new data may not take back, and what is to be issued.

The order is: check the new data, publish the report, issue its forecast. A run that ends in
between leaves a report whose forecast the next run issues, never the other way round.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from ucj_analysis.archive.files import Issued, newest_first
from ucj_analysis.archive.inputs import input_path, inputs_of, keep_inputs
from ucj_analysis.archive.track_record import issued_forecast
from ucj_analysis.archive.what_changed import same_question
from ucj_analysis.errors import InputError, Problem, RunError
from ucj_analysis.forecasting import forecast
from ucj_analysis.provenance import behind, input_hashes
from ucj_analysis.question import Question
from ucj_analysis.record.regions import PUBLIC, load_regions
from ucj_analysis.record.revisions import regressions, shared_regressions
from ucj_analysis.record.validation import shared_problems, validate
from ucj_analysis.situation import resolve_vintage


def check_new_data(region: str, data: Path, archive: Path) -> None:
    """Refuse a region's data that are wrong, or take back what its last issued forecast rests on.

    Raises
    ------
    InputError
        Every problem of the region's own tables, and as :func:`ucj_analysis.record.revisions.regressions`.
    """
    register = load_regions(data)
    if region in register and register[region].figures == PUBLIC:
        return  # its figures are in a table all regions share
    last = next(newest_first(archive, region), None)
    own = data / "regions" / region
    if not (own / "observations.csv").is_file():
        if last is None:
            return
        place = own / "observations.csv"
        raise InputError(Problem.at("region_vanished", place, 0, "", region, before=str(archive)))
    levers = data / "levers" / f"{region}.toml"
    problems = [p for path in (own, levers) if path.exists() for p in validate(path).problems]
    if not problems and last and last.inputs:
        problems += _taken_back(last, data, archive, lambda b, a: regressions(b, a, region))
    if problems:
        raise InputError(*problems)


def check_shared_data(data: Path, archive: Path) -> None:
    """Refuse what is wrong with the tables all regions share, or was taken back; as above.

    They are compared with those the newest issued forecast rests on, whose region it may be.
    """
    problems = shared_problems(data)
    last = next(newest_first(archive), None)
    if not problems and last and last.inputs:
        problems += _taken_back(last, data, archive, shared_regressions)
    if problems:
        raise InputError(*problems)


def _taken_back(
    last: Issued, data: Path, archive: Path, found: Callable[[Path, Path], list[Problem]]
) -> Iterator[Problem]:
    """Yield what regressed, each earlier table told by the file it is kept in."""
    with tempfile.TemporaryDirectory(prefix="ucj-") as folder:
        files = inputs_of(last, archive, Path(folder))
        kept = {str(p): str(input_path(archive, last.inputs[n])) for n, p in files.items()}
        for problem in found(Path(folder), data):
            before = problem.fields.get("before")
            fields = {**problem.fields, "before": kept.get(str(before), before)}
            yield replace(problem, fields=fields)


def to_issue(question: Question, archive: Path, day: date) -> Issued | None:
    """Return the forecast to issue for a question, its inputs kept; None where it was issued.

    Raises
    ------
    InputError
        As :func:`ucj_analysis.forecasting.forecast`.
    RunError
        `data_changed` where the data changed meanwhile, `cannot_write`.
    """
    inputs = keep_inputs(question, archive)
    known_by, _ = resolve_vintage(question)
    vintage = str(question.as_of), known_by
    told = newest_first(archive, question.region)
    same = (t for t in told if (t.as_of, t.known_by) == vintage and same_question(t, question))
    last = next(same, None)
    if last and _made_alike(last, question, inputs):
        return None
    record = issued_forecast(forecast(question), day, inputs)
    if input_hashes(question) != inputs:
        raise RunError(Problem("data_changed", str(question.data), value=question.region))
    if last and replace(record, issued=last.issued).id == last.id:
        return None  # it would say what it said
    return record


def _made_alike(last: Issued, question: Question, inputs: dict[str, str]) -> bool:
    """Tell whether the same program would make a forecast of the same inputs again."""
    now = behind(inputs)
    alike = (last.provenance.get(n) == now[n] for n in ("data_sha256", "source_sha256"))
    return (last.paths, last.seed) == (question.paths, question.seed) and all(alike)
