"""A month's tables beside the earlier ones: what is new, what was restated, and what may not be.

A row is known by its month and base. An earlier row stays; its figures change only with a note
that says why; and one base id has one size for good.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ucj_analysis.errors import InputError, Problem
from ucj_analysis.months import Month, month_of
from ucj_analysis.observations import load_table
from ucj_analysis.resources import data_folder
from ucj_analysis.schemas import OBSERVATIONS

#: What may not change without a note.
FIGURES = ("coverage", "half_width", "participants", "labour_force")
EMPTY = "-"


class Row(NamedTuple):
    """What one row tells of: a month on a base."""

    month: Month
    base: str


@dataclass(frozen=True)
class Restated:
    """One figure that changed, with the note that says why; None where a cell is empty."""

    row: Row
    column: str
    before: float | None
    after: float | None
    note: str


@dataclass(frozen=True)
class Changes:
    """What a region's new table says beside the earlier one; `restated` holds what has a note."""

    region: str
    new: tuple[Row, ...]
    restated: tuple[Restated, ...]
    unchanged: tuple[Row, ...]


def regressions(before: Path, after: Path, region: str) -> list[Problem]:
    """Return where a region's new table takes back what the earlier one said.

    Parameters
    ----------
    before, after : Path
        Data folders, such as last month's and this month's.
    region : str
        BPS code.

    Returns
    -------
    list of Problem
        `region_vanished`, `month_vanished`, `base_reset` and `restated`, placed in the new table.

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
    old = _rows(before, region)
    path = _path(after, region)
    if old and not path.is_file():
        fields = {"before": str(_path(before, region))}
        return [Problem("region_vanished", str(path), value=region, fields=fields)]
    new = _rows(after, region)
    return [
        *_vanished(old, new, path, _path(before, region)),
        *_bases_reset(old, new, path),
        *_unexplained(old, new, path),
    ]


def changes(before: Path, after: Path, region: str) -> Changes:
    """Return what is new in a region's table, restated with a note, and unchanged.

    Examples
    --------
    >>> from ucj_analysis.resources import SHIPPED_DATA
    >>> len(changes(SHIPPED_DATA, SHIPPED_DATA, "3318").unchanged)
    4
    """
    old, new = _rows(before, region), _rows(after, region)
    both = [row for row in new if row in old]
    return Changes(
        region,
        new=tuple(row for row in new if row not in old),
        restated=tuple(
            Restated(row, name, _number(old[row], name), _number(new[row], name), new[row].note)
            for row in both
            if _says_more(old[row].note, new[row].note)
            for name in _changed(old[row], new[row])
        ),
        unchanged=tuple(row for row in both if not _changed(old[row], new[row])),
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
    >>> changes_record(Changes("3318", (Row(Month(2025, 6), "bpjstk-2025"),), (), ()))["new"]
    [{'month': '2025-06', 'base': 'bpjstk-2025'}]
    """

    def place(row: Row) -> dict[str, str]:
        return {"month": str(row.month), "base": row.base}

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


def _path(folder: Path, region: str) -> Path:
    return data_folder(folder) / "regions" / region / "observations.csv"


def _rows(folder: Path, region: str) -> dict[Row, Any]:
    """Return a region's rows, none where it has no table."""
    if not _path(folder, region).is_file():
        return {}
    frame = load_table(OBSERVATIONS, folder, region)
    return {Row(month_of(r.as_of), r.base): r for r in frame.itertuples(index=False)}


def _vanished(
    old: dict[Row, Any], new: dict[Row, Any], path: Path, before: Path
) -> Iterator[Problem]:
    for row, told in old.items():
        if row not in new:
            fields = {"base": row.base, "before": str(before), "first": int(told.line)}
            yield Problem("month_vanished", str(path), 0, "as_of", str(row.month), fields)


def _bases_reset(old: dict[Row, Any], new: dict[Row, Any], path: Path) -> Iterator[Problem]:
    """Yield each base that has another size than before, at the first row that says so."""
    sizes: dict[str, float] = {}
    for row, told in old.items():
        if not math.isnan(told.labour_force):
            sizes.setdefault(row.base, told.labour_force)
    for row, told in new.items():
        size = sizes.get(row.base, math.nan)
        if told.labour_force != size and not math.isnan(told.labour_force + size):
            del sizes[row.base]
            fields = {"base": row.base, "before": _written(size)}
            found = _written(told.labour_force)
            yield Problem("base_reset", str(path), int(told.line), "labour_force", found, fields)


def _unexplained(old: dict[Row, Any], new: dict[Row, Any], path: Path) -> Iterator[Problem]:
    for row, told in new.items():
        if row not in old or _says_more(old[row].note, told.note):
            continue
        for name in _changed(old[row], told):
            was, found = getattr(old[row], name), getattr(told, name)
            if name == "labour_force" and not math.isnan(was + found):
                continue  # told as a base that was re-set
            fields = {"before": _written(was)}
            yield Problem("restated", str(path), int(told.line), name, _written(found), fields)


def _changed(old: Any, new: Any) -> list[str]:
    return [name for name in FIGURES if _number(old, name) != _number(new, name)]


def _number(told: Any, name: str) -> float | None:
    value = float(getattr(told, name))
    return None if math.isnan(value) else value


def _written(value: float) -> str:
    return EMPTY if math.isnan(value) else f"{value:.10g}"


def _says_more(before: str, after: str) -> bool:
    """Tell whether a note says what the earlier one did not.

    Examples
    --------
    >>> _says_more("year-end", "year-end; corrected by the branch on 2 May"), _says_more("a; b", "B")
    (True, False)
    """
    was, now = (" ".join(note.split()).casefold() for note in (before, after))
    return now not in was
