"""The findings about a region's tables as they lie on disk, and accepting them with a note.

What a person accepted stands in `regions/<code>/accepted.csv`, beside the figures it is about.
"""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.errors import InputError, Problem, RunError, bad, refused
from ucj_analysis.months import Month, month_of
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.messages import problem_record
from ucj_analysis.record.findings import (
    Acceptance,
    Finding,
    Pace,
    Told,
    fastest_pace,
    findings,
    standing_out,
    with_acceptances,
)
from ucj_analysis.record.observations import load_table, observation_frame, published_by
from ucj_analysis.record.public_record import PANEL_FILE
from ucj_analysis.record.reading import read_table
from ucj_analysis.record.regions import PUBLIC, find_region, load_regions, public_targets
from ucj_analysis.record.schemas import (
    ACCEPTED,
    BREAKDOWN,
    GROWTH_PAIRS,
    OBSERVATIONS,
    TARGETS,
    Table,
)
from ucj_analysis.resources import SHIPPED_DATA, data_folder

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Checked:
    """What was found in the tables of one region; `place` is their folder."""

    region: str
    place: Path
    findings: tuple[Finding, ...]

    @property
    def open(self) -> list[Finding]:
        """Return the warnings nobody has accepted."""
        return [f for f in self.findings if f.open]


def check_tables(observations: Path) -> Checked:
    """Return what is found in a region's tables, from its observations and the tables beside them.

    Raises
    ------
    InputError
        With every problem of a table that cannot be read.

    Examples
    --------
    >>> check_tables(SHIPPED_DATA / "regions" / "3318" / "observations.csv").open
    []
    """
    place = observations.parent
    frame = read_table(observations, OBSERVATIONS)
    region = place.name if place.parent.name == "regions" else str(frame["region"].iloc[0])
    beside = _beside(place, TARGETS), _beside(place, BREAKDOWN)
    pace = _pace(region, place.parents[1] if len(place.parents) > 1 else place)
    found = findings(_told(region, frame, observations, *beside, pace))
    return Checked(region, place, tuple(_judged(found, place)))


def region_findings(
    region: str, as_of: Month, known_by: date, data: str | Path | None = None
) -> list[Finding]:
    """Return what stands out in the figures a question may use; the tables hold no error.

    The pace is that of all growth pairs: it judges figures, and no forecast rests on it.

    Examples
    --------
    >>> found = region_findings("3318", Month(2025, 3), date(2025, 3, 31))
    >>> [f.check for f in found if f.severity == "warning"]
    []
    """
    folder, one = data_folder(data), find_region(region, data)
    frame = observation_frame(region, known_by, data)
    frame = frame[[month_of(day) <= as_of for day in frame["as_of"]]]
    pace = _pace(region, folder)
    if one.figures == PUBLIC:
        aims = tuple(t.coverage for t in public_targets(one, folder) if t.published <= known_by)
        return standing_out(Told(region, frame, str(folder / PANEL_FILE), aims, pace=pace))
    table = folder / "regions" / region / "observations.csv"
    targets, parts = (_known(t, folder, region, known_by) for t in (TARGETS, BREAKDOWN))
    told = _told(region, frame, table, targets, parts, pace)
    return _judged(standing_out(told), table.parent)


def _told(
    region: str,
    frame: pd.DataFrame,
    path: Path,
    targets: pd.DataFrame | None,
    parts: pd.DataFrame | None,
    pace: Pace | None,
) -> Told:
    aims = () if targets is None else tuple(targets["target"])
    parts_path = path.with_name("breakdown.csv")
    return Told(region, frame, str(path), aims, parts, str(parts_path), pace)


def accept(
    checked: Sequence[Checked], wanted: str, note: str, by: str, on: date, path: Path
) -> Path:
    """Accept an open warning, written `CHECK:MONTH`, with a note; return the table it now stands in.

    Raises
    ------
    InputError
        `no_note`, `not_accepted`, `accept_one_region`, and as :func:`check_tables`.
    RunError
        `cannot_write`.
    """
    if not note.strip():
        raise bad("no_note", wanted)
    found = {c.region: [f for f in c.open if _name(f) == wanted] for c in checked}
    regions = [region for region, same in found.items() if same]
    if not regions:
        names = sorted({_name(f) for c in checked for f in c.open}) or ["-"]
        raise InputError(Problem.at("not_accepted", path, 0, "", wanted, allowed=names))
    if len(regions) > 1:
        raise InputError(Problem.at("accept_one_region", path, 0, "", wanted, regions=regions))
    (region,) = regions
    place = next(c.place for c in checked if c.region == region)
    new = [
        Acceptance(f.check, f.month, f.base, f.problem.value, note.strip(), by.strip(), on)
        for f in found[region]
    ]
    anew = {(a.check, a.month, a.base) for a in new}
    kept = [a for a in _acceptances(place) if (a.check, a.month, a.base) not in anew]
    table = place / f"{ACCEPTED.name}.csv"
    _write(table, [*kept, *new])
    return table


def finding_record(finding: Finding, w: Words) -> dict[str, Any]:
    """Return a finding as plain values for JSON."""
    told = finding.acceptance
    return {
        **problem_record(finding.problem, w),
        "severity": finding.severity,
        "month": finding.month,
        "base": finding.base,
        "accepted": finding.accepted,
        "acceptance": told
        and {"found": told.found, "note": told.note, "by": told.by, "on": str(told.on)},
    }


def _name(finding: Finding) -> str:
    return f"{finding.check}:{finding.month}"


def _judged(found: Sequence[Finding], place: Path) -> list[Finding]:
    return with_acceptances(found, _acceptances(place), str(place / f"{ACCEPTED.name}.csv"))


def _acceptances(place: Path) -> list[Acceptance]:
    frame = _beside(place, ACCEPTED)
    if frame is None:
        return []
    told = frame.rename(columns={"as_of": "month", "line": "row"})
    return [Acceptance(**row) for row in told.to_dict("records")]


def _beside(place: Path, table: Table) -> pd.DataFrame | None:
    path = place / f"{table.name}.csv"
    return read_table(path, table) if path.is_file() else None


def _known(table: Table, folder: Path, region: str, known_by: date) -> pd.DataFrame | None:
    if not (folder / "regions" / region / f"{table.name}.csv").is_file():
        return None
    return published_by(load_table(table, folder, region), known_by)


def _pace(region: str, folder: Path) -> Pace | None:
    """Return the fastest pace by the data folder's growth pairs, or the shipped ones."""
    folder = folder if (folder / "datapackage.json").is_file() else SHIPPED_DATA
    register = load_regions(folder)
    name = register[region].name if region in register else region
    return fastest_pace(load_table(GROWTH_PAIRS, folder), name)


def _write(path: Path, accepted: Sequence[Acceptance]) -> None:
    """Put the table in its place, whole."""
    text = io.StringIO()
    rows = ((a.check, a.month, a.base, a.found, a.note, a.by, a.on) for a in accepted)
    csv.writer(text, lineterminator="\n").writerows([ACCEPTED.names, *rows])
    aside = path.with_name(f".{path.name}-{uuid.uuid4().hex}")
    try:
        try:
            aside.write_text(text.getvalue(), encoding="utf-8", newline="")
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(refused("cannot_write", path, error)) from error
