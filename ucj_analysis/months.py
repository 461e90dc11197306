"""Calendar months and days: the only clock of the project."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ucj_analysis.errors import bad

MEAN_MONTH_DAYS = 365.25 / 12
#: Western Indonesian Time, the same all year.
JAKARTA = timedelta(hours=7)
#: Coverage falls in January-May and grows in June-December: an assumption, shaped on years that
#: ended in a December burst and began with budgets not yet paid, 2025 among them.
FIRST_GROWING_MONTH = 6
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month.

    Examples
    --------
    >>> str(Month(2025, 3) + 9), Month(2025, 12) - Month(2025, 3)
    ('2025-12', 9)
    """

    year: int
    number: int

    def __add__(self, months: int) -> Month:
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def __sub__(self, other: Month) -> int:
        return (self.year - other.year) * 12 + self.number - other.number

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def last_day(self) -> date:
        """The month's last day."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])


def parse_month(text: str) -> Month:
    """Read `YYYY-MM`.

    Raises
    ------
    InputError
        `bad_month` when the text is not a month of the calendar.

    Examples
    --------
    >>> parse_month("2025-03")
    Month(year=2025, number=3)
    """
    found = _MONTH.fullmatch(str(text).strip())
    if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1900:
        raise bad("bad_month", text)
    return Month(int(found[1]), int(found[2]))


def parse_day(text: str) -> date:
    """Read `YYYY-MM-DD`, or `YYYY-MM` as that month's last day.

    Raises
    ------
    InputError
        `bad_day` when the text is neither.

    Examples
    --------
    >>> parse_day("2025-02")
    datetime.date(2025, 2, 28)
    """
    text = str(text).strip()
    if _MONTH.fullmatch(text):
        return parse_month(text).last_day
    found = _DAY.fullmatch(text)
    try:
        if found and int(found[1]) >= 1900:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise bad("bad_day", text)


def month_of(day: date) -> Month:
    """Return the month a day lies in.

    Examples
    --------
    >>> str(month_of(date(2025, 3, 13)))
    '2025-03'
    """
    return Month(day.year, day.month)


def today() -> date:
    """Return the day it is in Jakarta, wherever the machine stands."""
    return (datetime.now(UTC) + JAKARTA).date()


def days_by_season(start: date, end: date) -> tuple[int, int]:
    """Count the days after `start` up to `end` in January-May and in June-December.

    Examples
    --------
    >>> days_by_season(date(2025, 3, 13), date(2025, 12, 31))
    (79, 214)
    """
    declining = 0
    for year in range(start.year, end.year + 1):
        first = max(start, date(year - 1, 12, 31))
        last = min(end, Month(year, FIRST_GROWING_MONTH - 1).last_day)
        declining += max((last - first) // timedelta(days=1), 0)
    return declining, (end - start).days - declining
