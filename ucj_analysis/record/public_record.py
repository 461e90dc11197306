"""The public record: what press and agencies printed of regions without tables of their own.

A row of the panel is a figure where it tells a coverage, and one to start from where it tells
its base too: two of coverage, participants and base, without contradiction. Plain files only,
no pandas.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from ucj_analysis.errors import InputError
from ucj_analysis.months import Month, month_of, parse_day, parse_month
from ucj_analysis.record.reading import count_reader, table_rows
from ucj_analysis.record.schemas import PANEL
from ucj_analysis.resources import stamp

PANEL_FILE = "panel.csv"
COUNTS = ("participants", "labour_force")
Number = Callable[[str], float]
#: The nation's row, whose target stands where a region has none of its own.
NATION = "00"
#: Begins the id of every base of the record: each as one source printed it.
BASE = "public"
#: Decimals a percentage needs before a base may be computed from it: 40.46%, not 31%.
DECIMALS_FOR_A_BASE = 2
#: Largest base over a region's smallest that re-setting explains: +28% was seen (Gresik 2025). Beyond
#: that two printings count different people.
LARGEST_REBASING = 1.3
#: Zeros at the end of a head count from which it is taken as rounded.
FEWEST_ROUND_ZEROS = 3


@dataclass(frozen=True)
class PrintedFigure:
    """One coverage of one region as printed; fractions and people.

    `participants` is None where only a percentage, or rounded heads, were printed;
    `labour_force` where no base was. `computed` tells that the base was computed from
    participants and percentage; `row` is its line in the panel.
    """

    region: str
    code: str
    as_of: date
    published: date
    coverage: float
    half_width: float
    participants: float | None
    labour_force: float | None
    computed: bool
    source: str
    note: str
    row: int = 0

    @property
    def base(self) -> str:
        """Id of the base: the record seldom says which it is, so every month has its own."""
        return f"{BASE}-{month_of(self.as_of)}"


@dataclass(frozen=True)
class PrintedTarget:
    """One target as printed, a fraction."""

    region: str
    code: str
    month: Month
    coverage: float
    as_of: str
    published: date
    source: str


def printed_figures(data: Path) -> tuple[PrintedFigure, ...]:
    """Return every coverage of the record that has a month and a day of publication.

    Examples
    --------
    >>> from ucj_analysis.resources import data_folder
    >>> found = {f.region: f for f in printed_figures(data_folder())}
    >>> found["Kota Tegal"].participants, found["Kota Tegal"].labour_force
    (52858.0, 100590.0)
    """
    return _read(*stamp(data / PANEL_FILE))[0]


def printed_targets(data: Path) -> tuple[PrintedTarget, ...]:
    """Return every target of the record that is a share due in a month.

    Examples
    --------
    >>> from ucj_analysis.resources import data_folder
    >>> [t.coverage for t in printed_targets(data_folder()) if t.code == NATION]
    [0.5215]
    """
    return _read(*stamp(data / PANEL_FILE))[1]


def record_ends(data: Path) -> date:
    """Return the day of the newest publication among the figures.

    Examples
    --------
    >>> from ucj_analysis.resources import data_folder
    >>> record_ends(data_folder())
    datetime.date(2026, 3, 18)
    """
    return max(f.published for f in printed_figures(data) if f.labour_force)


@lru_cache(maxsize=8)
def _read(
    path: Path, _changed: int, _size: int
) -> tuple[tuple[PrintedFigure, ...], tuple[PrintedTarget, ...]]:
    """Read the panel; what is wrong with it is named by the reader of the table."""
    try:
        lines, rows = table_rows(path, PANEL)
    except InputError:
        return (), ()
    counts = {name: count_reader(row[name] for row in rows) for name in COUNTS}
    figures = (_figure(row, line, counts) for line, row in zip(lines, rows, strict=True))
    targets = (_target(row) for row in rows)
    return tuple(f for f in figures if f), tuple(t for t in targets if t)


def _figure(row: dict[str, str], line: int, counts: Mapping[str, Number]) -> PrintedFigure | None:
    """Return what a row tells, None where it is too little or contradicts itself."""
    try:
        published = parse_day(row["published"])
        as_of = min(parse_day(row["as_of"]), published)
        share = _number(row["coverage_pct"], float)
        people, base = (_number(row[name], counts[name]) for name in COUNTS)
    except (InputError, ValueError):
        return None
    decimals = len(row["coverage_pct"].partition(".")[2])
    computed = False
    if base and people:
        coverage = people / base
        half_width = (_rounding(people) + coverage * _rounding(base, 0)) / base
        people = people if half_width * base <= 0.5 else None
        # as printed it may be cut off instead of rounded
        if share is not None and abs(100 * coverage - share) > 10**-decimals + 100 * half_width:
            return None
    elif share:
        coverage, half_width = share / 100, 0.5 * 10 ** -(decimals + 2)
        if base is None and people and decimals >= DECIMALS_FOR_A_BASE:
            base, computed = float(round(people / coverage)), True
        people = None
    else:
        return None
    if not half_width < coverage < 1 - half_width:
        return None
    return PrintedFigure(
        region=row["region"],
        code=row["code"],
        as_of=as_of,
        published=published,
        coverage=coverage,
        half_width=half_width,
        participants=people,
        labour_force=base,
        computed=computed,
        source=row["source"],
        note=row["note"],
        row=line,
    )


def _target(row: dict[str, str]) -> PrintedTarget | None:
    try:
        month, share = parse_month(row["target_date"]), float(row["target_pct"])
        published = parse_day(row["published"])
    except (InputError, ValueError):
        return None
    if not 0 < share < 100:
        return None
    return PrintedTarget(
        row["region"], row["code"], month, share / 100, row["as_of"], published, row["source"]
    )


def _number(text: str, read: Number) -> float | None:
    if not text:
        return None
    value = read(text)
    if not math.isfinite(value) or value <= 0:
        raise ValueError(text)
    return value


def _rounding(count: float, exact: float = 0.5) -> float:
    """Return half the last digit a head count tells: 143000 may be rounded to thousands.

    Examples
    --------
    >>> _rounding(52858), _rounding(143000)
    (0.5, 500.0)
    """
    digits = f"{count:.0f}"
    ending = len(digits) - len(digits.rstrip("0"))
    return 0.5 * 10**ending if ending >= FEWEST_ROUND_ZEROS else exact
