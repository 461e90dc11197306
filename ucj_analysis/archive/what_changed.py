"""What moved a forecast since the one issued before it: the model, the assumptions, or the data.

The earlier question is asked again twice: of the earlier inputs with today's model, and of the
earlier data with today's assumptions. The steps from one answer to the next are the shares, so
they add up to the whole.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from ucj_analysis.archive.files import KEPT_LEVELS, POOLED, Issued, read_archive
from ucj_analysis.archive.inputs import ask_again, inputs_of, lay_out
from ucj_analysis.archive.track_record import ASKED, PUBLISHED
from ucj_analysis.errors import InputError
from ucj_analysis.forecasting import Forecast, forecast_on, lay_ground
from ucj_analysis.provenance import combined, input_files, input_hashes
from ucj_analysis.question import Question
from ucj_analysis.record.revisions import Changes, Row, changes, changes_record
from ucj_analysis.record.schemas import BREAKDOWN, OBSERVATIONS
from ucj_analysis.scenario_files import load_scenario

#: What may move a forecast, in the order it is told.
CAUSES = ("data", "assumptions", "model")
#: Figures followed, as of the target month: pooled quantiles of coverage, P(target); fractions.
FIGURES = ("p05", "p50", "p95", "probability")
DIGITS = 6
#: Digits of a fraction told in tenths of a point.
PRINTED = 3
_ASSUMED = ("scenarios/", "levers/", "scenario ", "programme_rules.csv")


@dataclass(frozen=True)
class Changed:
    """A forecast beside the one issued before it.

    `then` and `now` hold each of :data:`FIGURES`; `shares` the part of the difference by cause,
    adding up to it to the sixth digit, or None where the earlier question cannot be asked again.
    `files` names the inputs that differ by cause; `rows` tells what the region's tables say anew.
    """

    before: Issued
    then: Mapping[str, float]
    now: Mapping[str, float]
    shares: Mapping[str, Mapping[str, float]] | None
    files: Mapping[str, tuple[str, ...]]
    rows: Changes | None

    @property
    def total(self) -> dict[str, float]:
        """Return the whole difference of each figure."""
        return _steps(self.then, self.now)


def earlier_forecast(question: Question, known_by: date, archive: Path) -> Issued | None:
    """Return the issued forecast this one follows, or None.

    It answers the same question: region, target month, target and scenario. It rests on nothing
    this one does not know, and is not this one itself: it starts from an earlier month, or from
    other inputs. Of those it is the one that starts latest. The day of issue does not count: what
    is issued late leaks nothing, and a report stays the same once its own forecast is issued.

    Parameters
    ----------
    question : Question
        What is asked now.
    known_by : date
        Day up to which publications count.
    archive : Path
        Folder of issued forecasts.

    Raises
    ------
    InputError
        As :func:`ucj_analysis.archive.files.read_archive`.
    """
    as_of = str(question.as_of)
    known = [
        told
        for told in read_archive(archive, question.region)
        if same_question(told, question) and told.as_of <= as_of and told.known_by <= known_by
    ]
    hashed = combined(input_hashes(question)) if known else ""
    own = as_of, known_by, hashed
    return max(
        (t for t in known if (t.as_of, t.known_by, t.provenance.get("data_sha256")) != own),
        key=lambda t: (t.as_of, t.known_by, t.issued, t.revision),
        default=None,
    )


def same_question(told: Issued, question: Question) -> bool:
    """Tell whether an issued forecast answers a question but for its months and days."""
    asked_for = told.provenance.get("target", PUBLISHED) == ASKED
    return (
        told.target_month == str(question.target_month)
        and Path(told.scenario).stem == Path(question.scenario).stem
        and asked_for == (question.target is not None)
        and question.target in (None, told.target)
    )


def what_changed(seen: Forecast, archive: Path) -> Changed | None:
    """Return what moved a forecast since the last one issued before it; None where it is the first.

    Two more forecasts at most, and none where nothing is in the archive.

    Raises
    ------
    InputError
        Where the archive is damaged, naming the file.

    Examples
    --------
    >>> from ucj_analysis import ask, forecast
    >>> what_changed(forecast(ask(paths=200)), Path("no-such-archive")) is None
    True
    """
    question = seen.status.question
    before = earlier_forecast(question, seen.status.known_by, archive)
    if before is None:
        return None
    then, now = _issued_figures(before), _figures(seen)
    with tempfile.TemporaryDirectory(prefix="ucj-") as aside:
        if not before.inputs:
            return Changed(before, then, now, None, {}, None)
        folder = Path(aside) / "then"
        old = inputs_of(before, archive, folder)
        shares, rows = None, None
        with suppress(InputError):  # where this version no longer reads the earlier inputs
            shares = _shares(before, old, seen, then, now, Path(aside))
        with suppress(InputError):
            rows = _rows(folder, question)
        return Changed(before, then, now, shares, _files(before.inputs, question), rows)


def _shares(
    before: Issued,
    old: Mapping[str, Path],
    seen: Forecast,
    then: Mapping[str, float],
    now: Mapping[str, float],
    aside: Path,
) -> dict[str, dict[str, float]]:
    question = seen.status.question
    with_model = _asked_again(before, aside / "then", question)
    with_assumptions = with_model
    new = input_files(question)
    mixed = {n: p for n, p in old.items() if not _assumed(n)}
    mixed |= {n: p for n, p in new.items() if _assumed(n)}
    contents = {name: path.read_bytes() for name, path in mixed.items()}
    if contents != {name: path.read_bytes() for name, path in old.items()}:
        lay_out(contents, aside / "mixed")
        with_assumptions = _asked_again(before, aside / "mixed", question, question.scenario)
    return {
        "data": _steps(with_assumptions, now),
        "assumptions": _steps(with_model, with_assumptions),
        "model": _steps(then, with_model),
    }


def _asked_again(
    before: Issued, data: Path, question: Question, scenario: str | None = None
) -> dict[str, float]:
    """Return the figures of the earlier question under today's model, asked of a data folder."""
    again = ask_again(before, data, question.paths, question.seed, scenario)
    stated = load_scenario(again.scenario, data)
    return _figures(forecast_on(lay_ground(again), stated, with_alternatives=False))


def _figures(seen: Forecast) -> dict[str, float]:
    told = {**seen.coverage, "probability": seen.probability}
    return {name: round(told[name], DIGITS) for name in FIGURES}


def _issued_figures(issued: Issued) -> dict[str, float]:
    last = dict(zip(KEPT_LEVELS.tolist(), issued.quantiles[POOLED][-1].tolist(), strict=True))
    told = {"p05": last[0.05], "p50": last[0.5], "p95": last[0.95]}
    return {**told, "probability": issued.probability}


def _steps(start: Mapping[str, float], end: Mapping[str, float]) -> dict[str, float]:
    return {name: round(end[name] - start[name], DIGITS) + 0.0 for name in FIGURES}


def _rows(folder: Path, question: Question) -> Changes:
    """Return what the region's tables say anew, up to the month asked about."""
    found = changes(folder, question.data, question.region)

    def known(row: Row) -> bool:
        dated = row.table in (OBSERVATIONS.name, BREAKDOWN.name)
        return not dated or row.key[0] <= str(question.as_of)

    return replace(
        found,
        new=tuple(row for row in found.new if known(row)),
        restated=tuple(r for r in found.restated if known(r.row)),
    )


def _assumed(name: str) -> bool:
    return name.startswith(_ASSUMED)


def _files(before: Mapping[str, str], question: Question) -> dict[str, tuple[str, ...]]:
    """Return the inputs that are new, gone or changed, by cause."""
    after = input_hashes(question)
    names = sorted(n for n in {*before, *after} if before.get(n) != after.get(n))
    causes = {"data": False, "assumptions": True}
    return {cause: tuple(n for n in names if _assumed(n) == so) for cause, so in causes.items()}


def told_steps(seen: Changed, figure: str) -> dict[str, float]:
    """Return the shares of a figure as they are printed, to a tenth of a point.

    They add up to the difference of the two figures as printed: what rounding leaves goes to the
    largest, and none stays none.
    """
    assert seen.shares is not None
    shares = {cause: round(seen.shares[cause][figure], PRINTED) for cause in CAUSES}
    whole = round(seen.now[figure], PRINTED) - round(seen.then[figure], PRINTED)
    largest = max(CAUSES, key=lambda cause: abs((seen.shares or {})[cause][figure]))
    left = whole - sum(shares.values())
    return shares | {largest: round(shares[largest] + left, PRINTED) + 0.0}


def changed_record(seen: Changed) -> dict[str, Any]:
    """Return what changed as plain values for JSON: fractions; each share by cause and figure."""
    before = seen.before
    return {
        "issued": str(before.issued),
        "revision": before.revision,
        "as_of": before.as_of,
        "known_by": str(before.known_by),
        "then": dict(seen.then),
        "now": dict(seen.now),
        "total": seen.total,
        "shares": seen.shares and {cause: dict(seen.shares[cause]) for cause in CAUSES},
        "files": {cause: list(names) for cause, names in seen.files.items()},
        "rows": seen.rows and changes_record(seen.rows),
    }
