"""A month's tables beside the earlier ones: what is new, what was restated, and what may not be.

An observation is known by its month and base, a target by its month and family, a fact by its id, a
part of a breakdown by its month, dimension and name.
An earlier row stays; its figures change only with a note that says why; and one base id has one
size for good.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ucj_analysis.errors import InputError, Problem
from ucj_analysis.months import month_of
from ucj_analysis.record import schemas
from ucj_analysis.record.observations import load_table
from ucj_analysis.resources import data_folder

#: What a cell holds: a number, words, or nothing.
Cell = float | str | None
EMPTY = "-"


class Row(NamedTuple):
    """What one row tells of: its table, and what it is known by there."""

    table: str
    key: tuple[str, ...]


@dataclass(frozen=True)
class Restated:
    """One figure that changed, with the note that says why; None where a cell is empty."""

    row: Row
    column: str
    before: Cell
    after: Cell
    note: str


@dataclass(frozen=True)
class Changes:
    """What a region's new tables say beside the earlier ones; `restated` holds what has a note."""

    region: str
    new: tuple[Row, ...]
    restated: tuple[Restated, ...]
    unchanged: tuple[Row, ...]


@dataclass(frozen=True)
class _Compared:
    """How the rows of one table are known, and which cells may not change without a note.

    `gone` holds the code of the problem of a row that vanished, and the column it is told at;
    `note` names the column that says why a figure changed.
    """

    table: schemas.Table
    names: tuple[str, ...]
    known_by: Callable[[Any], tuple[object, ...]]
    figures: tuple[str, ...]
    gone: tuple[str, str]
    note: str = "note"

    def path(self, folder: Path, region: str) -> Path:
        place = data_folder(folder) / "regions" / region if region else data_folder(folder)
        return place / f"{self.table.name}.csv"

    def rows(self, folder: Path, region: str) -> dict[Row, Any]:
        """Return a region's rows, or those all share; none where there is no table."""
        if not self.path(folder, region).is_file():
            return {}
        frame = load_table(self.table, folder, region).rename(columns={"from": "since"})
        rows = frame.itertuples(index=False)
        return {Row(self.table.name, tuple(map(str, self.known_by(r)))): r for r in rows}

    def explained(self, old: Any, new: Any) -> bool:
        return _says_more(getattr(old, self.note, ""), getattr(new, self.note, ""))

    def changed(self, old: Any, new: Any) -> list[str]:
        return [name for name in self.figures if _cell(old, name) != _cell(new, name)]


# fmt: off
_COMPARED = {c.table.name: c for c in (
    _Compared(schemas.OBSERVATIONS, ("month", "base"), lambda r: (month_of(r.as_of), r.base),
              ("coverage", "half_width", "participants", "labour_force"), ("month_vanished", "as_of")),
    _Compared(schemas.TARGETS, ("month", "family"), lambda r: (r.target_month, r.family), ("target",), ("target_vanished", "target_month")),
    _Compared(schemas.FACTS, ("id",), lambda r: (r.id,), ("value", "half_width", "unit"), ("fact_vanished", "id")),
    _Compared(schemas.BREAKDOWN, ("month", "dimension", "name"), lambda r: (month_of(r.as_of), r.dimension, r.name),
              ("participants", "labour_force"), ("row_vanished", "name")),
)}
#: Tables all regions share.
_SHARED = {c.table.name: c for c in (
    _Compared(schemas.GROWTH_PAIRS, ("region", "since", "to"), lambda r: (r.region, r.since, r.to),
              ("from_pct", "to_pct"), ("row_vanished", "region"), "comment"),
    _Compared(schemas.PANEL, ("id",), lambda r: (r.id,), ("coverage_pct", "participants", "labour_force"), ("row_vanished", "id")),
    _Compared(schemas.FLOWS, ("id",), lambda r: (r.id,), ("value", "unit"), ("row_vanished", "id")),
    _Compared(schemas.PROGRAMME_RULES, ("id",), lambda r: (r.id,), ("value", "unit"), ("row_vanished", "id")),
)}
# fmt: on


def regressions(before: Path, after: Path, region: str) -> list[Problem]:
    """Return where a region's new tables take back what the earlier ones said.

    Parameters
    ----------
    before, after : Path
        Data folders, such as last month's and this month's.
    region : str
        BPS code.

    Returns
    -------
    list of Problem
        `region_vanished`, `month_vanished`, `target_vanished`, `fact_vanished`, `row_vanished`,
        `base_reset` and `restated`, placed in the new tables.

    Raises
    ------
    InputError
        With every problem of a table that cannot be read.

    Examples
    --------
    >>> from ucj_analysis.resources import SHIPPED_DATA
    >>> regressions(SHIPPED_DATA, SHIPPED_DATA, "3318")
    []
    """
    told, now = (_COMPARED[schemas.OBSERVATIONS.name].path(f, region) for f in (before, after))
    if told.is_file() and not now.is_file():
        return [Problem.at("region_vanished", now, 0, "", region, before=str(told))]
    return [p for c in _COMPARED.values() for p in _regressed(c, before, after, region)]


def shared_regressions(before: Path, after: Path) -> list[Problem]:
    """Return where the tables all regions share take back what the earlier ones said.

    `row_vanished` and `restated`; raises as :func:`regressions`.

    Examples
    --------
    >>> from ucj_analysis.resources import SHIPPED_DATA
    >>> shared_regressions(SHIPPED_DATA, SHIPPED_DATA)
    []
    """
    return [p for c in _SHARED.values() for p in _regressed(c, before, after, "")]


def changes(before: Path, after: Path, region: str) -> Changes:
    """Return what is new in a region's tables, restated with a note, and unchanged.

    Examples
    --------
    >>> from ucj_analysis.resources import SHIPPED_DATA
    >>> changes(SHIPPED_DATA, SHIPPED_DATA, "3318").new
    ()
    """
    old, new = (
        {row: told for c in _COMPARED.values() for row, told in c.rows(folder, region).items()}
        for folder in (before, after)
    )
    both = [row for row in new if row in old]
    return Changes(
        region,
        new=tuple(row for row in new if row not in old),
        restated=tuple(
            Restated(row, name, _cell(old[row], name), _cell(new[row], name), new[row].note)
            for row in both
            if _COMPARED[row.table].explained(old[row], new[row])
            for name in _COMPARED[row.table].changed(old[row], new[row])
        ),
        unchanged=tuple(
            row for row in both if not _COMPARED[row.table].changed(old[row], new[row])
        ),
    )


def compare_folders(before: Path, after: Path) -> tuple[list[Problem], list[Changes]]:
    """Compare every region of two data folders: what regressed, and what changed where nothing did.

    Examples
    --------
    >>> from ucj_analysis.resources import SHIPPED_DATA
    >>> problems, seen = compare_folders(SHIPPED_DATA, SHIPPED_DATA)
    >>> problems, [c.region for c in seen]
    ([], ['3318'])
    """
    tables = [p for f in (before, after) for p in data_folder(f).glob("regions/*/observations.csv")]
    problems: list[Problem] = []
    try:
        problems += shared_regressions(before, after)
    except InputError as error:
        problems += error.problems
    seen = []
    for region in sorted({path.parent.name for path in tables}):
        try:
            found = regressions(before, after, region)
        except InputError as error:
            found = list(error.problems)
        problems += found
        if not found:
            seen.append(changes(before, after, region))
    return problems, seen


def changes_record(seen: Changes) -> dict[str, Any]:
    """Return changes as plain values for JSON.

    Examples
    --------
    >>> row = Row("observations", ("2025-06", "bpjstk-2025"))
    >>> changes_record(Changes("3318", (row,), (), ()))["new"]
    [{'table': 'observations', 'month': '2025-06', 'base': 'bpjstk-2025'}]
    """

    def place(row: Row) -> dict[str, str]:
        return {"table": row.table, **dict(zip(_COMPARED[row.table].names, row.key, strict=True))}

    return {
        "region": seen.region,
        "new": [place(row) for row in seen.new],
        "restated": [
            place(r.row)
            | {"column": r.column, "before": r.before, "after": r.after, "note": r.note}
            for r in seen.restated
        ],
        "unchanged": [place(row) for row in seen.unchanged],
    }


def _regressed(compared: _Compared, before: Path, after: Path, region: str) -> Iterator[Problem]:
    old, new = compared.rows(before, region), compared.rows(after, region)
    path = compared.path(after, region)
    yield from _vanished(compared, old, new, path, compared.path(before, region))
    if compared.table is schemas.OBSERVATIONS:
        yield from _bases_reset(old, new, path)
    yield from _unexplained(compared, old, new, path)


def _vanished(
    compared: _Compared, old: dict[Row, Any], new: dict[Row, Any], path: Path, before: Path
) -> Iterator[Problem]:
    for row, told in old.items():
        if row not in new:
            code, column = compared.gone
            named = dict(zip(compared.names, row.key, strict=True))
            stood = {"before": str(before), "first": int(told.line)}
            found = " ".join(row.key) if code == "row_vanished" else row.key[0]
            yield Problem.at(code, path, 0, column, found, **named, **stood)


def _bases_reset(old: dict[Row, Any], new: dict[Row, Any], path: Path) -> Iterator[Problem]:
    """Yield each base that has another size than before, at the first row that says so."""
    sizes: dict[str, float] = {}
    for told in old.values():
        if not math.isnan(told.labour_force):
            sizes.setdefault(told.base, told.labour_force)
    for told in new.values():
        size = sizes.get(told.base, math.nan)
        if told.labour_force != size and not math.isnan(told.labour_force + size):
            del sizes[told.base]
            sizes_told = {"base": told.base, "before": _written(size)}
            found = "labour_force", _written(told.labour_force)
            yield Problem.at("base_reset", path, told.line, *found, **sizes_told)


def _unexplained(
    compared: _Compared, old: dict[Row, Any], new: dict[Row, Any], path: Path
) -> Iterator[Problem]:
    for row, told in new.items():
        if row not in old or compared.explained(old[row], told):
            continue
        for name in compared.changed(old[row], told):
            was, found = _cell(old[row], name), _cell(told, name)
            of_base = compared.table is schemas.OBSERVATIONS and name == "labour_force"
            if of_base and None not in (was, found):
                continue  # told as a base that was re-set
            cell, fields = (name, _written(found)), {"before": _written(was), "note": compared.note}
            yield Problem.at("restated", path, told.line, *cell, **fields)


def _cell(told: Any, name: str) -> Cell:
    """Return what a cell says; the same number written otherwise says the same."""
    value = getattr(told, name)
    try:
        number = float(value)
    except ValueError:
        return " ".join(str(value).split()) or None
    return None if math.isnan(number) else number


def _written(value: Cell) -> str:
    return EMPTY if value is None else value if isinstance(value, str) else f"{value:.10g}"


def _says_more(before: str, after: str) -> bool:
    """Tell whether a note says what the earlier one did not.

    Examples
    --------
    >>> _says_more("year-end", "year-end; corrected by the branch on 2 May"), _says_more("a; b", "B")
    (True, False)
    """
    was, now = (" ".join(note.split()).casefold() for note in (before, after))
    return now not in was
