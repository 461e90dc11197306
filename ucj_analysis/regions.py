"""The register of regions: codes, names, and which have data. Plain files only, no pandas."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from ucj_analysis.errors import bad, nearest
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
    return {code: _region(row, folder) for code, row in _register(folder).items()}


def _register(folder: Path) -> dict[str, tuple[str, str, str, str]]:
    """Return code, name, level and province of each region, by code."""
    try:
        with (folder / "regions.csv").open(encoding="utf-8-sig", newline="") as lines:
            return {
                row["code"]: (row["code"], row["name"], row["level"], row["province_code"])
                for row in csv.DictReader(lines)
            }
    except (OSError, UnicodeDecodeError, KeyError, csv.Error):
        from ucj_analysis.reading import read_table
        from ucj_analysis.schemas import REGIONS

        read_table(folder / "regions.csv", REGIONS)  # names the place of what is wrong
        raise


def _region(row: tuple[str, str, str, str], folder: Path) -> Region:
    return Region(*row, (folder / "regions" / row[0] / "observations.csv").is_file())


def newest_month(code: str, data: Path) -> str:
    """Return the newest month a region has a figure for, as written; empty where it has none.

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
    told = (row for row in rows if row.get("coverage") or row.get("participants"))
    months = (str(row.get("as_of"))[:7] for row in told)
    return max((month for month in months if re.fullmatch(r"\d{4}-\d\d", month)), default="")


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
    folder = data_folder(data)
    row = _register(folder).get(code)
    if row and (found := _region(row, folder)).has_data:
        return found  # without asking for the files of all others
    register = load_regions(folder)
    ready = [f"{r.code} {r.name}" for r in register.values() if r.has_data]
    if code not in register:
        names = {short_name(r.name): r for r in reversed(register.values())}
        codes = [r.code for r in register.values() if r.has_data]
        near = names.get(nearest(short_name(code), names)) or register.get(nearest(code, codes))
        raise bad(
            "unknown_region", code, near=f"{near.code} {near.name}" if near else "", ready=ready
        )
    raise bad("region_without_data", code, name=register[code].name, ready=ready)
