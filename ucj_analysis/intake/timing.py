"""Which month a figure describes: as its row, its head, a title or the option tells."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from ucj_analysis.intake.cells import When, from_serial, parse_when
from ucj_analysis.intake.page import Page
from ucj_analysis.intake.workbook import Cell, Place


class Clock:
    """Reads the times of a page; how the days of its rows are written is found out once."""

    def __init__(self, page: Page, rows: list[int]) -> None:
        self.page = page
        self._month_first = _is_month_first(page, rows)

    def time(self, row: int, number: int) -> When:
        """Return the time of one figure, from its row, its head, the option or the titles.

        Raises
        ------
        InputError
            `times_differ`, `year_alone`, `month_alone`, `no_time`, and what `when` refuses.
        """
        page, column = self.page, self.page.columns[number]
        when, place = self._of_row(row, number)
        vintage = column.meaning in ("target", "labour_force")
        if column.when and (column.when.month or not vintage):
            if when.year and when.month and column.when.year not in (None, when.year):
                raise page.grid.refusal("times_differ", place, head=column.head)
            when = when.filled(column.when)
        asked = parse_when(page.asked.as_of) or When()
        if when.year in (None, asked.year) and when.month in (None, asked.month):
            when = when.filled(asked)
        titled, year = page.layout.time_in_titles(), page.layout.year_in_titles()
        if not when.month and not when.year and titled:
            page.note(titled[0], "month_from_title", False, read=titled[1].written)
            when = when.filled(titled[1])
        if when.month and not when.year and year:
            page.note(year[0], "year_from_title", False, read=year[1])
            when = when.filled(When(year=year[1]))
        if not when.written:
            code = "year_alone" if when.year else "month_alone" if when.month else "no_time"
            raise page.grid.refusal(code, place)
        return when

    def _of_row(self, row: int, number: int) -> tuple[When, Place]:
        """Return what a row tells of its time, and where it or its figure stands."""
        page, when, place = self.page, When(), (row, number)
        if days := page.layout.column("as_of"):
            place = row, days
            when = self.when(place) or when
        if years := page.layout.column("year"):
            at = row, years
            if page.told(*at) is None:
                page.note(at, "year_from_above", False)
                at = page.last_told(*at) or at
            when = when.filled(self.when(at) or When())
        return when, place

    def when(self, place: Place) -> When | None:
        """Return the time a cell tells; None where it is blank.

        Raises
        ------
        InputError
            `unreadable_time`, `cell_error`, `formula_without_value`.
        """
        page, cell = self.page, self.page.told(*place)
        if cell is None:
            return None
        if cell.trouble:
            raise page.grid.refusal(cell.trouble, place)
        if isinstance(cell.value, date):
            return self._typed(place, cell.value, cell)
        text = cell.value if isinstance(cell.value, str) else f"{cell.value:f}"
        if isinstance(cell.value, Decimal):
            if day := from_serial(cell.value):
                page.note(place, "serial_day", False, read=str(day))
                return When(day.year, day.month, day.day)
            beside = page.columns[place[1]].meaning == "as_of" and page.layout.column("year")
            if beside and re.fullmatch(r"[1-9]|1[0-2]", text):
                return When(month=int(text))
        when = parse_when(text)
        if when is None:
            raise page.grid.refusal("unreadable_time", place)
        if when.either and self._month_first:
            when = when.swapped
        if when.period:
            page.note(place, "period_as_last_month", False, read=when.written or f"{when.month}")
        if when.short:
            page.note(place, "short_year", False, read=when.written)
        return when

    def _typed(self, place: Place, day: date, cell: Cell) -> When:
        """Return a date of a workbook; the first of a month mostly stands for the month."""
        if cell.dayless:
            return When(day.year, day.month)
        if day.day == 1 and self.page.columns[place[1]].meaning != "published":
            unknown = cell.dayless is None
            self.page.note(place, "first_as_month" if unknown else "first_as_day", False)
            return When(day.year, day.month, None if unknown else 1)
        return When(day.year, day.month, day.day)


def _is_month_first(page: Page, rows: list[int]) -> bool:
    """Tell whether months stand before days in 03/04/2025, from the column's other cells."""
    column = page.layout.column("as_of")
    if column is None or page.is_template:
        return False
    found: dict[str, list[Place]] = {"day_first": [], "month_first": [], "either": []}
    for place in ((row, column) for row in rows):
        text = page.grid.text(place)
        when, numbers = parse_when(text), re.match(r"\s*(\d{1,2})[-/.]\d{1,2}[-/.]\d", text)
        if when and numbers:
            first = int(numbers[1])
            if when.either:
                found["either"].append(place)
            elif first in (when.day, when.month) and when.day != when.month:
                found["day_first" if when.day == first else "month_first"].append(place)
    day_first, month_first, either = found.values()
    if day_first and month_first:
        other = page.grid.address(day_first[0])
        raise page.grid.refusal("mixed_days", month_first[0], other=other)
    if either and not day_first:
        page.note(either[0], "month_first" if month_first else "day_first", False)
    return bool(month_first)
