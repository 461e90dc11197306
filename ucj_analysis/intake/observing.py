"""From a file to rows of observations and targets: which rows, which months, what of each.

Nothing is written here. What could be read otherwise comes back as a note that is not sure.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from ucj_analysis.errors import InputError, Problem, UCJError
from ucj_analysis.intake.cells import STYLES, Style, When, from_serial, parse_numeral, parse_when
from ucj_analysis.intake.headings import COUNTS, FIGURES, NAMED_TOTALS, TOLD, is_weak, names_a_part
from ucj_analysis.intake.layout import Column, Grid, Layout, Note, blank, find_layout, label, shown
from ucj_analysis.intake.mapping import SavedLayout
from ucj_analysis.intake.places import Place as RegionPlace
from ucj_analysis.intake.places import named_regions
from ucj_analysis.intake.units import Told, Value, read_figure, relative
from ucj_analysis.intake.workbook import Cell, Place, read_book
from ucj_analysis.months import parse_day
from ucj_analysis.record.regions import Region, short_name

#: Options that stand for a column the file does not have.
NEEDED = ("base", "published", "source")
ATTRIBUTES = ("base", "basis", "published", "source", "note")


@dataclass(frozen=True)
class Asked:
    """What the importer was told beside the file.

    `register` holds every region, `sizes` the people of each base the region's table has,
    `columns` meanings of columns by number.
    """

    region: Region
    register: Mapping[str, Region]
    base: str = ""
    basis: str = ""
    published: str = ""
    source: str = ""
    as_of: str = ""
    sheet: str = ""
    numbers: Style | None = None
    columns: Mapping[int, str] = field(default_factory=dict)
    sizes: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """One cell that counts: what stood there, and what it was read as."""

    cell: str
    figure: str
    month: str
    found: str
    value: float
    half: float


@dataclass(frozen=True)
class Row:
    """One row of observations, with the cells it comes from; empty figures are None."""

    as_of: str
    coverage: float | None
    half_width: float | None
    participants: float | None
    labour_force: float
    base: str
    basis: str
    published: str
    source: str
    note: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class TargetRow:
    """One row of targets."""

    target_month: str
    target: float
    published: str
    source: str
    cell: str


@dataclass(frozen=True)
class Reading:
    """A file read: its rows, every cell that counts, and every note."""

    file: Path
    layout: Layout
    styles: Mapping[str, Style]
    rows: tuple[Row, ...]
    targets: tuple[TargetRow, ...]
    taken: tuple[Taken, ...]
    notes: tuple[Note, ...]

    @property
    def unsure(self) -> tuple[Note, ...]:
        """What somebody has to look at."""
        return tuple(n for n in self.notes if not n.sure)


@dataclass
class _Entry:
    """What one row of the page, or one month across it, tells."""

    when: When
    figures: dict[str, Told] = field(default_factory=dict)
    attributes: dict[str, tuple[str, Place]] = field(default_factory=dict)


def read_file(path: Path, asked: Asked, saved: SavedLayout | None = None) -> Reading:
    """Read a file's table for one region; `saved` is how the last file was laid out.

    Raises
    ------
    InputError
        With the address of the first cell that cannot be read rightly.
    """
    book = read_book(path)
    ahead, header = [], 0
    if saved is not None and saved.fits(book):
        ahead.append(Note("", saved.sheet, "layout_as_before"))
        header = saved.first
        asked = replace(
            asked,
            sheet=asked.sheet or (saved.sheet if book.kind != "text" else ""),
            numbers=asked.numbers or saved.numbers,
            columns=asked.columns or saved.columns(),
        )
    elif saved is not None:
        ahead.append(Note("", saved.sheet, "layout_changed"))
    layout, notes = find_layout(book, str(path), asked.sheet, asked.columns, asked.as_of, header)
    return _Reader(path, layout, asked, ahead + notes).read()


class _Reader:
    def __init__(self, path: Path, layout: Layout, asked: Asked, notes: list[Note]) -> None:
        self.path, self.layout, self.asked, self.notes = path, layout, asked, notes
        self.grid: Grid = layout.grid
        self.figures: dict[str, list[tuple[str, Told]]] = defaultdict(list)
        self.rest: dict[str, list[Cell]] = defaultdict(list)
        self.entries: dict[tuple[str, str], _Entry] = {}

    def read(self) -> Reading:
        self._check_titles()
        self._note_heads()
        mine = list(self._rows())
        self._order_days(mine)
        for row in mine:
            self._take(row)
        values, styles = self._values()
        rows, targets, taken = self._assemble(values)
        if not rows and not targets:
            raise self._nothing()
        return Reading(
            self.path,
            self.layout,
            styles,
            tuple(rows),
            tuple(targets),
            tuple(taken),
            tuple(self.notes),
        )

    def _nothing(self) -> InputError:
        region = f"{self.asked.region.code} {self.asked.region.name}"
        return InputError(Problem("nothing_to_import", str(self.path), fields={"region": region}))

    def note(
        self, place: Place, why: str, sure: bool = True, found: str = "", **fields: object
    ) -> None:
        """Keep how a cell was read."""
        told = Note(self.grid.address(place), found or self.grid.text(place), why, sure, fields)
        if told not in self.notes:
            self.notes.append(told)

    # --- titles and heads ------------------------------------------------------------------------

    def _check_titles(self) -> None:
        """Refuse a table whose titles or heads name other regions alone."""
        if self.layout.column("region") or self.layout.column("code"):
            return
        heads = [
            (place, shown(cell))
            for place, cell in sorted(self.grid.sheet.cells.items())
            if self.layout.first <= place[0] <= self.layout.last
        ]
        named = [
            (place, told)
            for place, text in [*self.layout.titles, *heads]
            for told in named_regions(text, self.asked.register)
        ]
        if named and all(self.asked.region not in told.regions for _, told in named):
            raise self.grid.refusal("other_region_named", named[0][0], asked=self.asked.region.name)
        short = short_name(self.asked.region.name).casefold()
        if not named and not any(short in text.casefold() for _, text in self.layout.titles):
            provinces = [r.name for r in self.asked.register.values() if r.level == "province"]
            for place, text in self.layout.titles:
                if any(name.casefold() in text.casefold() for name in provinces):
                    self.note(place, "province_in_title", False)

    def _note_heads(self) -> None:
        scale = self.layout.scale_in_titles()
        for place, text in self.layout.titles:
            if names_a_part(text):
                self.note(place, "part_in_title", False)
        if names_a_part(self.grid.sheet.name) and not self.grid.sheet.widths:
            self.note(self.layout.head_row, "part_in_title", False, self.grid.sheet.name)
        for number, column in self.layout.columns.items():
            place = (self.layout.last, number)
            if column.guessed:
                self.note(place, "percent_as_coverage", False, column.head)
            elif column.meaning == "coverage" and is_weak(column.head):
                self.note(place, "weak_head", False, column.head)
            if column.doubt:
                self.note(place, "head_with_more", False, column.head)
            if column.meaning in COUNTS and column.scale != 1:
                self.note(place, "in_thousands", found=column.head, scale=column.scale)
            elif column.meaning in COUNTS and scale:
                self.note(scale[0], "in_thousands", False, scale=scale[1])
            if not column.meaning and not column.when and not self._labels(number):
                self.note(place, "column_left_out", found=column.head)

    # --- rows ------------------------------------------------------------------------------------

    def _rows(self) -> Iterator[int]:
        """Yield the rows of the asked region that may tell figures."""
        group: tuple[Region, ...] = ()  # regions named by a line of its own above its rows
        for row in self.grid.rows:
            if row <= self.layout.last:
                continue
            self._check_width(row)
            told = {n: c for n in self.layout.columns if (c := self.grid.cells.get((row, n)))}
            if self._is_unfilled(told) or self._is_numbering(told):
                continue
            if (total := self._total(told)) is not None:
                self.note((row, total), "total_left_out")
                continue
            if self._is_remark(row, told):
                named = [
                    region
                    for number in told
                    for place in named_regions(self.grid.text((row, number)), self.asked.register)
                    for region in place.regions
                ]
                group = tuple(named) or group
                self.note((row, min(told)), "remark_left_out")
                continue
            if self._is_head_again(row):
                continue
            if (group and self.asked.region not in group) or not self._is_mine(row):
                for number, cell in told.items():
                    if figure := self._figure(row, number):
                        self.rest[figure].append(cell)
                continue
            if row in self.grid.sheet.hidden_rows:
                self.note((row, min(told)), "hidden_row", False)
            yield row

    def _check_width(self, row: int) -> None:
        """Refuse a line of a text file with more cells than its header: a comma split a number."""
        sheet = self.grid.sheet
        if not sheet.widths:
            return
        heads = [c for r, c in sheet.cells if r == self.layout.last]
        beyond = [c for r, c in sheet.cells if r == row and c > max(heads)]
        if beyond or (sheet.commas and sheet.widths[row] > sheet.widths[self.layout.last]):
            raise self.grid.refusal(
                "row_too_wide",
                (row, beyond[0] if beyond else sheet.widths[row]),
                str(sheet.widths[row]),
                allowed=max(heads),
            )

    def _is_unfilled(self, told: Mapping[int, Cell]) -> bool:
        """Tell whether a row is blank, or says no more than its number and region."""
        given = ("number", "region", "code")
        return all(blank(c) or self.layout.columns[n].meaning in given for n, c in told.items())

    def _is_numbering(self, told: Mapping[int, Cell]) -> bool:
        """Tell whether a row only numbers the columns: (1) (2) (3)."""
        texts = [re.sub(r"[()\[\]]", "", shown(c)) for c in told.values() if not blank(c)]
        if len(texts) < 2 or not all(re.fullmatch(r"\d{1,2}", t) for t in texts):
            return False
        numbers = [int(t) for t in texts]
        return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] < 3

    def _total(self, told: Mapping[int, Cell]) -> int | None:
        """Return the column where a row says that it adds others up."""
        for number in sorted(told):
            cell = told[number]
            if self._figure_column(number) or not isinstance(cell.value, str):
                continue
            if NAMED_TOTALS.fullmatch(shown(cell).casefold().strip(" .:*")):
                return number
        return None

    def _is_remark(self, row: int, told: Mapping[int, Cell]) -> bool:
        """Tell whether a row holds words alone: a footnote, a source, the name of a group."""
        figures = [c for n, c in told.items() if self._figure(row, n) and not blank(c)]
        return not figures or (
            len([c for c in told.values() if not blank(c)]) == 1
            and all(isinstance(c.value, str) for c in figures)
            and not any(parse_when(shown(c)) for c in told.values())
            and not any(re.match(r"\s*[\d'-]", str(c.value)) or c.trouble for c in figures)
        )

    def _is_head_again(self, row: int) -> bool:
        texts = {n: self.grid.text((row, n)) for n in self.layout.columns}
        heads = {n: self.grid.text((self.layout.last, n)) for n in self.layout.columns}
        return texts == heads

    def _figure_column(self, number: int) -> bool:
        column = self.layout.columns[number]
        return column.meaning in FIGURES or bool(column.when and not column.meaning)

    def _figure(self, row: int, number: int) -> str:
        """Return which figure a cell holds, by its column, its row's label or the title."""
        column = self.layout.columns[number]
        if column.meaning in FIGURES:
            return column.meaning
        if column.meaning or not column.when:
            return ""
        labels = [self._label(row, n) for n in self.layout.columns if not self._figure_column(n)]
        meanings = [m for m in labels if m in FIGURES]
        if meanings:
            return meanings[0]
        return self.layout.figure if not self._labelled() else ""

    def _label(self, row: int, number: int) -> str:
        told = label(self.grid.cells.get((row, number)))
        percent = told.percent or self._unit(row)[0]
        if told.strange or (told.meaning == "labour_force" and percent):
            return ""
        return "coverage" if told.meaning == "participants" and percent else told.meaning

    def _labelled(self) -> bool:
        """Whether the rows of the table name figures."""
        return any(
            self._label(row, n) in FIGURES
            for row in self.grid.rows
            if row > self.layout.last
            for n in self.layout.columns
            if not self._figure_column(n)
        )

    def _unit(self, row: int) -> tuple[bool, int]:
        """Return the unit a row tells, in its own column or in its label."""
        percent, scale = False, 1
        for number, column in self.layout.columns.items():
            cell = self.grid.cells.get((row, number))
            if self._figure_column(number) or cell is None or not isinstance(cell.value, str):
                continue
            if column.meaning in ("unit", "indicator", "") and not blank(cell):
                told = label(cell)
                percent, scale = percent or told.percent, max(scale, told.scale)
        return percent, scale

    # --- the region of a row -----------------------------------------------------------------------

    def _is_mine(self, row: int) -> bool:
        """Tell whether a row is of the asked region; blank cells belong to the row above."""
        names, codes = self.layout.column("region"), self.layout.column("code")
        if names is None and codes is None:
            return True
        place = self._last_told(row, codes if codes is not None else names)
        by_name = self._by_name(row, names)
        if codes is None or place is None:
            return self._note_names(by_name, row)
        text = shown(self.grid.cells[place])
        if isinstance(self.grid.cells[place].value, Decimal) and "." in text:
            whole, _, part = text.partition(".")
            text = f"{whole:0>2}.{part:0<2}"  # 33.18 and 33.2 typed as numbers
        digits = re.sub(r"\D", "", text)
        mine = digits == self.asked.region.code
        if by_name is not None and by_name != mine and (mine or by_name):
            raise self.grid.refusal("code_and_name_differ", place)
        return mine

    def _by_name(self, row: int, column: int | None) -> bool | None:
        place = self._last_told(row, column)
        if place is None:
            return None
        text = shown(self.grid.cells[place])
        digits = re.sub(r"[.\s]", "", text)
        if digits.isdigit():
            return digits == self.asked.region.code
        told: RegionPlace | None = next(iter(named_regions(text, self.asked.register, True)), None)
        if told is None:
            return False
        if self.asked.region in told.regions and len(told.regions) > 1:
            raise self.grid.refusal(
                "region_not_clear", place, allowed=[r.name for r in told.regions]
            )
        return self.asked.region in told.regions

    def _note_names(self, mine: bool | None, row: int) -> bool:
        column = self.layout.column("region")
        if mine and column and blank(self.grid.cells.get((row, column))):
            self.note((row, column), "region_from_above", False)
        return bool(mine)

    def _last_told(self, row: int, column: int | None) -> Place | None:
        """Return the cell of a column at or above a row that says something."""
        if column is None:
            return None
        for above in reversed([r for r in self.grid.rows if self.layout.last < r <= row]):
            if not blank(self.grid.cells.get((above, column))):
                return above, column
        return None

    # --- the time of a row -------------------------------------------------------------------------

    def _order_days(self, rows: list[int]) -> None:
        """Find out whether days stand before months in 03/04/2025, from the column's other cells."""
        self.swap = False
        column = self.layout.column("as_of")
        if column is None:
            return
        day_first, month_first, either = [], [], []
        for row in rows:
            text = self.grid.text((row, column))
            when = parse_when(text)
            if when is None or not re.match(r"\s*\d{1,2}[-/.]\d{1,2}[-/.]\d", text):
                continue
            first = int(re.match(r"\s*(\d+)", text)[1])  # type: ignore[index]
            if when.either:
                either.append(row)
            elif when.day == first and when.month != first:
                day_first.append(row)
            elif when.month == first and when.day != first:
                month_first.append(row)
        if day_first and month_first:
            raise self.grid.refusal(
                "mixed_days",
                (month_first[0], column),
                other=self.grid.address((day_first[0], column)),
            )
        self.swap = bool(month_first)
        if either and not day_first:
            why = "month_first" if month_first else "day_first"
            self.note((either[0], column), why, False)

    def _when(self, place: Place) -> When | None:
        """Return the time a cell tells; None where it is blank."""
        cell = self.grid.cells.get(place)
        if cell is None or blank(cell):
            return None
        if cell.trouble:
            raise self.grid.refusal(cell.trouble, place)
        if isinstance(cell.value, date):
            day = cell.value
            if cell.dayless:
                return When(day.year, day.month)
            if day.day == 1 and self.layout.columns[place[1]].meaning != "published":
                unknown = cell.dayless is None
                self.note(place, "first_as_month" if unknown else "first_as_day", False)
                return When(day.year, day.month, None if unknown else 1)
            return When(day.year, day.month, day.day)
        if isinstance(cell.value, Decimal):
            if (day_of := from_serial(cell.value)) is not None:
                self.note(place, "serial_day", False, read=str(day_of))
                return When(day_of.year, day_of.month, day_of.day)
            text = f"{cell.value:f}"
            month = self.layout.columns[place[1]].meaning == "as_of" and re.fullmatch(
                r"[1-9]|1[0-2]", text
            )
            if month and self.layout.column("year") is not None:
                return When(month=int(text))
        else:
            text = cell.value
        when = parse_when(text)
        if when is None:
            raise self.grid.refusal("unreadable_time", place)
        if when.either and self.swap:
            when = when.swapped
        if when.period:
            self.note(place, "period_as_last_month", False, read=when.written or f"{when.month}")
        if when.short:
            self.note(place, "short_year", False, read=when.written)
        return when

    def _time(self, row: int, number: int) -> When:
        """Return the time of one figure, from its row, its head, the titles or the option."""
        column = self.layout.columns[number]
        when, place = When(), (row, number)
        for meaning in ("as_of", "year"):
            told = self.layout.column(meaning)
            if told is None:
                continue
            at = (row, told)
            if meaning == "year" and blank(self.grid.cells.get(at)):
                at = self._last_told(row, told) or at
                self.note((row, told), "year_from_above", False)
            when = when.filled(self._when(at) or When())
            place = at if meaning == "as_of" else place
        vintage = column.meaning in ("target", "labour_force")
        if column.when and (column.when.month or not vintage):
            if when.year and when.month and column.when.year not in (None, when.year):
                raise self.grid.refusal("times_differ", place, head=column.head)
            when = when.filled(column.when)
        asked = parse_when(self.asked.as_of) or When()
        if when.year in (None, asked.year) and when.month in (None, asked.month):
            when = when.filled(asked)
        titled = self.layout.time_in_titles()
        if not when.month and not when.year and titled:
            self.note(titled[0], "month_from_title", False, read=titled[1].written)
            when = when.filled(titled[1])
        year = self.layout.year_in_titles()
        if when.month and not when.year and year:
            self.note(year[0], "year_from_title", False, read=year[1])
            when = when.filled(When(year=year[1]))
        if not when.written:
            code = "year_alone" if when.year else "month_alone" if when.month else "no_time"
            raise self.grid.refusal(code, place)
        return when

    # --- the figures of a row ----------------------------------------------------------------------

    def _take(self, row: int) -> None:
        """Put a row's figures to their months."""
        attributes = self._attributes(row)
        mine: list[_Entry] = []
        for number, column in self.layout.columns.items():
            if not column.meaning and not column.when and self._tells_apart(row, number):
                self.note((self.layout.last, number), "label_left_out", False, column.head)
        told = [
            (number, figure)
            for number in self.layout.columns
            if (figure := self._figure(row, number))
            and not blank(self.grid.cells.get((row, number)))
        ]
        if not told and any(self._figure_column(n) for n in self.layout.columns):
            self.note((row, min(self.layout.columns)), "no_figure", found=self._row_text(row))
        twice: list[tuple[Place, Place]] = []
        for number, figure in told:
            if self._spreads(number, figure):
                continue
            column, place = self.layout.columns[number], (row, number)
            if not column.meaning and figure == self.layout.figure and not self._labelled():
                self.note(place, "figure_from_title", False, figure=figure)
            when = self._time(row, number)
            base = attributes.get("base", ("", place))[0]
            entry = self.entries.setdefault((when.written[:7], base), _Entry(when))
            entry.attributes |= attributes
            mine.append(entry)
            if other := entry.figures.get(figure):
                twice.append((place, other.place))
                continue
            entry.figures[figure] = self._told(row, number, figure)
        for number, figure in told:
            if self._spreads(number, figure):
                for entry in mine:
                    entry.figures.setdefault(figure, self._told(row, number, figure))
        if twice:  # the figure that differs, where one does
            here, first = min(twice, key=lambda t: self.grid.text(t[0]) == self.grid.text(t[1]))
            raise self.grid.refusal("month_twice", here, other=self.grid.address(first))

    def _told(self, row: int, number: int, figure: str) -> Told:
        """Return a cell with the unit that its heads, its row or a title tell."""
        percent, scale = self._unit(row)
        column, titled = self.layout.columns[number], self.layout.scale_in_titles()
        size = max(scale, column.scale)
        if titled and size == 1 and figure in COUNTS:
            size = titled[1]
        cell = self.grid.cells[row, number]
        return Told((row, number), cell, column.percent or percent, size)

    def _spreads(self, number: int, figure: str) -> bool:
        """Tell whether a figure without a time holds for all months across its row."""
        columns = self.layout.columns.values()
        return (
            figure in ("labour_force", "target")
            and not _month(self.layout.columns[number])
            and self.layout.column("as_of") is None
            and any(_month(c) and c.meaning in ("", *TOLD) for c in columns)
        )

    def _labels(self, number: int) -> bool:
        """Tell whether a column's rows name figures."""
        return any(self._label(r, number) for r in self.grid.rows if r > self.layout.last)

    def _tells_apart(self, row: int, number: int) -> bool:
        """Tell whether a column that is not understood says in words what a row is about."""
        cell = self.grid.cells.get((row, number))
        if cell is None or blank(cell) or not isinstance(cell.value, str):
            return False
        return not (parse_numeral(cell.value) or self._label(row, number))

    def _row_text(self, row: int) -> str:
        return " ".join(t for n in self.layout.columns if (t := self.grid.text((row, n))))[:60]

    def _attributes(self, row: int) -> dict[str, tuple[str, Place]]:
        found = {}
        for name in (*ATTRIBUTES, "target_month"):
            number = self.layout.column(name)
            cell = self.grid.cells.get((row, number)) if number else None
            if number is None or cell is None or blank(cell):
                continue
            place = (row, number)
            if cell.trouble:
                raise self.grid.refusal(cell.trouble, place)
            text = shown(cell)
            if name in ("published", "target_month"):
                when = self._when(place)
                if when is None or not when.written:
                    raise self.grid.refusal("unreadable_time", place)
                if when.either:
                    self.note(place, "day_first", False)
                text = when.written[:7] if name == "target_month" else when.written
            found[name] = (text, place)
        return found

    # --- values ------------------------------------------------------------------------------------

    def _values(self) -> tuple[dict[Place, Value], dict[str, Style]]:
        """Read every figure; what one column tells of its convention may help another."""
        values: dict[Place, Value] = {}
        styles: dict[str, Style] = {}
        waiting = [f for f in FIGURES if any(f in e.figures for e in self.entries.values())]
        for last_round in (False, True):
            for figure in list(waiting):
                mine = [e.figures[figure] for e in self.entries.values() if figure in e.figures]
                try:
                    found, convention, notes = read_figure(
                        figure,
                        mine,
                        self.rest[figure],
                        self.grid,
                        self.asked.numbers,
                        frozenset(styles.values()) or frozenset(STYLES),
                    )
                except InputError as error:
                    if last_round or error.problems[0].code != "ambiguous_number":
                        raise
                    continue
                waiting.remove(figure)
                values |= found
                self.notes += [n for n in notes if n not in self.notes]
                if convention.style:
                    styles[figure] = convention.style
        if len(set(styles.values())) > 1:
            one, other = (next(f for f, s in styles.items() if s == style) for style in STYLES)
            self.note(
                (self.layout.last, self.layout.column(other) or min(self.layout.columns)),
                "conventions_differ",
                False,
                comma=one,
                point=other,
            )
        return values, styles

    # --- rows of the tables --------------------------------------------------------------------------

    def _assemble(
        self, values: Mapping[Place, Value]
    ) -> tuple[list[Row], list[TargetRow], list[Taken]]:
        rows, taken = [], []
        lacking: dict[str, None] = {}
        targets: dict[str, TargetRow] = {}
        for (month, _), entry in sorted(self.entries.items()):
            for figure in FIGURES:
                if told := entry.figures.get(figure):
                    taken.append(
                        Taken(
                            self.grid.address(told.place),
                            figure,
                            month,
                            self.grid.text(told.place),
                            float(values[told.place].value),
                            float(values[told.place].half),
                        )
                    )
            if "target" in entry.figures:
                self._target(entry, values, targets, lacking)
            if not entry.figures.keys() & {"coverage", "participants"}:
                if "labour_force" in entry.figures:
                    self.note(entry.figures["labour_force"].place, "base_alone")
                continue
            row = self._row(entry, values, lacking)
            if row is not None:
                rows.append(row)
        if lacking:
            options = [f"--{name}" for name in lacking]
            raise InputError(Problem("option_needed", str(self.path), fields={"options": options}))
        return rows, list(targets.values()), taken

    def _attribute(self, entry: _Entry, name: str, lacking: dict[str, None]) -> str:
        text = entry.attributes.get(name, ("", None))[0] or str(getattr(self.asked, name, ""))
        if not text and name in NEEDED:
            lacking[name] = None
        return text

    def _row(
        self, entry: _Entry, values: Mapping[Place, Value], lacking: dict[str, None]
    ) -> Row | None:
        told = {f: values[t.place] for f, t in entry.figures.items()}
        cells = {f: self.grid.address(t.place) for f, t in entry.figures.items()}
        texts = {name: self._attribute(entry, name, lacking) for name in ATTRIBUTES}
        first = next(iter(entry.figures.values())).place
        if lacking:
            return None
        base = self._base(told.get("labour_force"), texts["base"], first)
        heads, share = told.get("participants"), told.get("coverage")
        if heads and heads.value > base.value:
            place = entry.figures["participants"].place
            raise self.grid.refusal("people_above_base", place, base=float(base.value))
        if heads and base.value:
            implied = relative(heads, base)
            if share and abs(implied.value - share.value) > share.half + implied.half:
                place = entry.figures["coverage"].place
                raise self.grid.refusal(
                    "coverage_contradicts", place, implied=float(round(implied.value, 6))
                )
            if not heads.exact:
                place = entry.figures["participants"].place
                self.note(place, "rounded_heads", False)
                share = share or Value(round(implied.value, 6), round(implied.half, 6))
                heads = None
        published = self._published(texts["published"], entry, share is not None)
        return Row(
            entry.when.written,
            float(share.value) if share else None,
            float(share.half) if share else None,
            float(heads.value) if heads else None,
            float(base.value),
            texts["base"],
            texts["basis"],
            published,
            texts["source"],
            texts["note"],
            cells,
        )

    def _base(self, told: Value | None, base: str, place: Place) -> Value:
        size = self.asked.sizes.get(base)
        if told is not None:
            if size is not None and not math.isclose(size, float(told.value)):
                found = f"{told.value:f}"
                raise self.grid.refusal("base_has_size", place, found, base=base, before=size)
            return told
        if size is None:
            raise self.grid.refusal("no_labour_force", place, base=base)
        self.note(place, "base_from_table", False, base=base, size=size)
        return Value(Decimal(f"{size:.15g}"), Decimal("0.5"))

    def _published(self, text: str, entry: _Entry, told: bool) -> str:
        place = entry.attributes.get("published", ("", None))[1]
        when = parse_when(text)
        if when is None or not when.written:
            raise InputError(Problem("bad_published", str(self.path), value=text))
        if told and parse_day(when.written) < parse_day(entry.when.written):
            at = place or entry.figures.get("coverage", next(iter(entry.figures.values()))).place
            raise self.grid.refusal(
                "published_too_early", at, when.written, as_of=entry.when.written
            )
        return when.written

    def _target(
        self,
        entry: _Entry,
        values: Mapping[Place, Value],
        targets: dict[str, TargetRow],
        lacking: dict[str, None],
    ) -> None:
        """Keep a target for the month told, else for the December of the year told."""
        place = entry.figures["target"].place
        published, source = (self._attribute(entry, n, lacking) for n in ("published", "source"))
        if lacking:
            return
        month = entry.attributes.get("target_month", ("", None))[0]
        if not month:
            head = self.layout.columns[place[1]].when
            head = head if head and self.layout.columns[place[1]].meaning == "target" else None
            year = head.year if head and head.year else entry.when.year
            month = f"{year}-{(head and head.month) or 12:02d}"
            if not (head and head.month):
                self.note(place, "target_for_december", False, read=month)
        share = float(values[place].value)
        known = targets.get(month)
        if known and known.target != share:
            raise self.grid.refusal("targets_differ", place, other=known.cell, month=month)
        try:
            told = parse_day((parse_when(published) or When()).written).isoformat()
        except UCJError as error:
            raise InputError(Problem("bad_published", str(self.path), value=published)) from error
        targets.setdefault(month, TargetRow(month, share, told, source, self.grid.address(place)))


def _month(column: Column) -> int | None:
    return column.when.month if column.when else None
