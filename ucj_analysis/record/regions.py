"""The register of regions: codes, names, and what figures they have. Plain files only, no pandas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from ucj_analysis.errors import InputError, bad, nearest
from ucj_analysis.months import month_of, parse_day, today
from ucj_analysis.record.public_record import (
    LARGEST_REBASING,
    PrintedFigure,
    PrintedTarget,
    printed_figures,
    printed_targets,
)
from ucj_analysis.record.reading import table_rows
from ucj_analysis.record.schemas import OBSERVATIONS, REGIONS
from ucj_analysis.resources import data_folder, stamp

#: Where a region's figures come from: tables of its own, or the public record.
OWN, PUBLIC = "own", "public"


@dataclass(frozen=True)
class Region:
    """One province, regency or city of the register; `figures` is `own`, `public` or empty."""

    code: str
    name: str
    level: str
    province_code: str
    figures: str

    @property
    def has_data(self) -> bool:
        """A forecast has figures to start from."""
        return bool(self.figures)


def load_regions(data: str | Path | None = None) -> dict[str, Region]:
    """Return the register by code.

    Examples
    --------
    >>> regions = load_regions()
    >>> [regions[code].figures for code in ("3318", "3376", "3312")]
    ['own', 'public', '']
    """
    folder = data_folder(data)
    rows, printed = _register(folder), _printed(folder)
    own = {p.name for p in folder.glob("regions/*/")}
    return {r[0]: Region(*r, _figures(r[0], r[1], folder, printed, own)) for r in rows.values()}


def _register(folder: Path) -> dict[str, tuple[str, str, str, str]]:
    """Return code, name, level and province of each region, by code."""
    return _rows(*stamp(folder / "regions.csv"))


@lru_cache(maxsize=8)
def _rows(path: Path, _changed: int, _size: int) -> dict[str, tuple[str, str, str, str]]:
    return {
        row["code"]: (row["code"], row["name"], row["level"], row["province_code"])
        for row in table_rows(path, REGIONS)[1]
    }


def _printed(folder: Path) -> set[tuple[str, str]]:
    return {(f.code, short_name(f.region)) for f in printed_figures(folder) if f.labour_force}


def _figures(
    code: str, name: str, folder: Path, printed: set[tuple[str, str]], own: set[str]
) -> str:
    if code in own:  # a folder that lacks its table is a fault to name, not to step around
        return OWN if (folder / "regions" / code / "observations.csv").is_file() else ""
    # by name too: the record's codes are not all of one register
    return PUBLIC if (code, short_name(name)) in printed else ""


def public_figures(region: Region, data: Path) -> list[PrintedFigure]:
    """Return a region's figures of the public record that tell their base, oldest first.

    Those before the newest stay only where re-setting may have led from their base to its base.

    Examples
    --------
    >>> found = public_figures(load_regions()["3372"], data_folder())
    >>> [(f.base, round(f.coverage, 4)) for f in found]
    [('public-2024-10', 0.4311), ('public-2024-12', 0.4425)]
    """
    told = [(f, f.labour_force) for f in printed_figures(data) if is_of(f, region)]
    based = sorted(
        ((f, base) for f, base in told if base), key=lambda one: (one[0].as_of, one[0].published)
    )
    if not based:
        return []
    newest = based[-1][1]
    return [f for f, base in based if max(base, newest) <= LARGEST_REBASING * min(base, newest)]


def public_targets(region: Region, data: Path) -> list[PrintedTarget]:
    """Return a region's targets of the public record, the latest told first."""
    mine = (t for t in printed_targets(data) if is_of(t, region))
    return sorted(mine, key=lambda t: t.as_of, reverse=True)


def is_of(printed: PrintedFigure | PrintedTarget, region: Region) -> bool:
    """Tell whether what was printed is of a region, by code and by name."""
    return printed.code == region.code and short_name(printed.region) == short_name(region.name)


def newest_month(code: str, data: Path) -> str:
    """Return the newest month a region has a figure for today, as written; empty where it has none.

    What is published after today in Jakarta is not there yet.

    Examples
    --------
    >>> newest_month("3318", data_folder()), newest_month("3376", data_folder())
    ('2025-03', '2025-09')
    """
    region = load_regions(data)[code]
    day = today()
    if region.figures == PUBLIC:
        return max(
            (str(month_of(f.as_of)) for f in public_figures(region, data) if f.published <= day),
            default="",
        )
    path = data / "regions" / code / "observations.csv"
    try:
        _, rows = table_rows(path, OBSERVATIONS)
    except InputError:
        return ""  # the reader of the table names what is wrong
    told = (
        row for row in rows if (row["coverage"] or row["participants"]) and _published(row) <= day
    )
    months = (row["as_of"][:7] for row in told)
    return max((month for month in months if re.fullmatch(r"\d{4}-\d\d", month)), default="")


def _published(row: dict[str, str]) -> date:
    try:
        return parse_day(row["published"])
    except InputError:
        return date.min  # the reader of the table names what is wrong


def short_name(name: str) -> str:
    """Return a region's name without its kind.

    Examples
    --------
    >>> short_name("Kabupaten Pati"), short_name("Kota Tegal")
    ('Pati', 'Tegal')
    """
    for kind in ("Kabupaten ", "Kab. ", "Kab ", "Kota "):
        name = name.removeprefix(kind)
    return name


def _nearest_code(code: str, register: dict[str, Region]) -> str:
    """Return the nearest code of a region that has figures.

    Two digits swapped come first, then regions with tables of their own.
    """
    told = [r.code for r in register.values() if r.has_data]
    own = [r.code for r in register.values() if r.figures == OWN]
    found = (
        nearest(code, codes, cutoff) for codes, cutoff in ((told, 1), (own, 0.75), (told, 0.5))
    )
    return next(filter(None, found), "")


def _named(name: str, data: Path) -> str:
    """Return the code of the one region of this name; empty where none or several have it."""
    codes = [code for code, row in _register(data).items() if row[1].lower() == name.lower()]
    return codes[0] if len(codes) == 1 else ""


def find_region(code: str, data: str | Path | None = None) -> Region:
    """Return a region that has data, by its code or its full name.

    A code that is not in the register is refused before any path is made of it.

    Raises
    ------
    InputError
        `unknown_region` or `region_without_data`, with the nearest name.

    Examples
    --------
    >>> find_region("3318").name, find_region("kabupaten pati").code
    ('Kabupaten Pati', '3318')
    """
    folder, code = data_folder(data), str(code)  # papermill -p region 3305 gives a number
    code = _named(code, folder) or code
    if row := _register(folder).get(code):
        own = {code} if (folder / "regions" / code).is_dir() else set()
        found = Region(*row, _figures(code, row[1], folder, _printed(folder), own))
        if found.has_data:
            return found  # without asking for the files of all others
        raise bad("region_without_data", code, name=found.name)
    register = load_regions(folder)
    ready = [f"{r.code} {r.name}" for r in register.values() if r.figures == OWN]
    names = {short_name(r.name): r for r in reversed(register.values())}
    near = names.get(nearest(short_name(code), names)) or register.get(
        _nearest_code(code, register)
    )
    raise bad("unknown_region", code, near=f"{near.code} {near.name}" if near else "", ready=ready)
