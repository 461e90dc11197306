"""The register of regions: codes, names, and which have data. Plain files only, no pandas."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ucj_analysis.errors import InputError, bad, nearest
from ucj_analysis.months import parse_day, today
from ucj_analysis.resources import data_folder


@dataclass(frozen=True)
class Region:
    """One province, regency or city of the register."""

    code: str
    name: str
    level: str
    province_code: str
    has_data: bool


def load_regions(data: str | Path | None = None) -> dict[str, Region]:
    """Return the register by code.

    Examples
    --------
    >>> [r.name for r in load_regions().values() if r.has_data]
    ['Kabupaten Pati']
    """
    folder = data_folder(data)
    try:
        return _read_register(folder)
    except (OSError, UnicodeDecodeError, KeyError, csv.Error):
        from ucj_analysis.reading import read_table
        from ucj_analysis.schemas import REGIONS

        read_table(folder / "regions.csv", REGIONS)  # names the place of what is wrong
        raise


def _read_register(folder: Path) -> dict[str, Region]:
    with (folder / "regions.csv").open(encoding="utf-8-sig", newline="") as lines:
        return {
            row["code"]: Region(
                row["code"],
                row["name"],
                row["level"],
                row["province_code"],
                (folder / "regions" / row["code"] / "observations.csv").is_file(),
            )
            for row in csv.DictReader(lines)
        }


def newest_month(code: str, data: Path) -> str:
    """Return the newest month a region has a figure for today, as written; empty where it has none.

    What is published after today in Jakarta is not there yet.

    Examples
    --------
    >>> newest_month("3318", data_folder())
    '2025-03'
    """
    path = data / "regions" / code / "observations.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error):
        return ""  # the reader of the table names what is wrong
    day = today()
    told = (
        row
        for row in rows
        if (row.get("coverage") or row.get("participants")) and _published(row) <= day
    )
    months = (str(row.get("as_of"))[:7] for row in told)
    return max((month for month in months if re.fullmatch(r"\d{4}-\d\d", month)), default="")


def _published(row: dict[str, str]) -> date:
    try:
        return parse_day(row.get("published") or "")
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


def find_region(code: str, data: str | Path | None = None) -> Region:
    """Return a region that has data.

    A code that is not in the register is refused before any path is made of it.

    Raises
    ------
    InputError
        `unknown_region` or `region_without_data`, with the nearest name and the codes ready.

    Examples
    --------
    >>> find_region("3318").name
    'Kabupaten Pati'
    """
    register = load_regions(data)
    ready = [f"{r.code} {r.name}" for r in register.values() if r.has_data]
    if code not in register:
        names = {short_name(r.name): r for r in reversed(register.values())}
        codes = [r.code for r in register.values() if r.has_data]
        near = names.get(nearest(short_name(code), names)) or register.get(nearest(code, codes))
        raise bad(
            "unknown_region", code, near=f"{near.code} {near.name}" if near else "", ready=ready
        )
    if not register[code].has_data:
        raise bad("region_without_data", code, name=register[code].name, ready=ready)
    return register[code]
