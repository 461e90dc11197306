"""What each month tells: the figures and attributes of its rows, and their values."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain

from ucj_analysis.errors import InputError
from ucj_analysis.intake.cells import STYLES, Style, When, parse_numeral
from ucj_analysis.intake.headings import COUNTS, FIGURES, TOLD
from ucj_analysis.intake.layout import shown
from ucj_analysis.intake.page import Page
from ucj_analysis.intake.timing import Clock
from ucj_analysis.intake.units import Told, Value, read_figure
from ucj_analysis.intake.workbook import Cell, Place

#: What a row tells beside its figures.
ATTRIBUTES = ("base", "basis", "published", "source", "note", "target_month")


@dataclass
class Entry:
    """What one row of the page, or one month across it, tells."""

    when: When
    figures: dict[str, Told] = field(default_factory=dict)
    attributes: dict[str, tuple[str, Place]] = field(default_factory=dict)

    def text(self, attribute: str) -> str:
        """Return what the rows tell of an attribute, empty where they tell nothing."""
        return self.attributes[attribute][0] if attribute in self.attributes else ""


Entries = dict[tuple[str, str], Entry]


def read_entries(page: Page, rows: list[int]) -> Entries:
    """Return what rows tell by month and base.

    Raises
    ------
    InputError
        `month_twice`, and what `Clock` refuses; each with the cell.
    """
    clock, entries = Clock(page, rows), Entries()
    for row in rows:
        _take(page, clock, row, entries)
    return entries


def _take(page: Page, clock: Clock, row: int, entries: Entries) -> None:
    """Put a row's figures to their months."""
    attributes = _attributes(page, clock, row)
    for number, column in page.columns.items():
        if not column.meaning and not column.when and _tells_apart(page, row, number):
            page.note((page.layout.last, number), "label_left_out", False, column.head)
    told = {n: f for n in page.columns if page.told(row, n) and (f := page.figure(row, n))}
    if not told and len(page.words) < len(page.columns):
        text = " ".join(t for n in page.columns if (t := page.grid.text((row, n))))[:60]
        page.note((row, min(page.columns)), "no_figure", found=text)
    spread = {n: f for n, f in told.items() if _spreads(page, n, f)}
    mine: list[Entry] = []
    twice: list[tuple[Place, Place]] = []
    for number, figure in told.items():
        if number in spread:
            continue
        place, titled = (row, number), figure == page.layout.figure and not page.is_labelled
        if titled and not page.columns[number].meaning:
            page.note(place, "figure_from_title", False, figure=figure)
        when = clock.time(row, number)
        base = attributes.get("base", ("", place))[0]
        entry = entries.setdefault((when.written[:7], base), Entry(when))
        entry.attributes |= attributes
        mine.append(entry)
        if other := entry.figures.get(figure):
            twice.append((place, other.place))
        else:
            entry.figures[figure] = _told(page, row, number, figure)
    for number, figure in spread.items():
        for entry in mine:
            entry.figures.setdefault(figure, _told(page, row, number, figure))
    if twice:  # the figure that differs, where one does
        here, first = min(twice, key=lambda t: page.grid.text(t[0]) == page.grid.text(t[1]))
        raise page.grid.refusal("month_twice", here, other=page.grid.address(first))


def _told(page: Page, row: int, number: int, figure: str) -> Told:
    """Return a cell with the unit that its heads, its row or a title tell."""
    column, titled = page.columns[number], page.layout.scale_in_titles()
    percent, scale = page.unit(row)
    scale = max(scale, column.scale)
    if titled and scale == 1 and figure in COUNTS:
        scale = titled[1]
    return Told((row, number), page.grid.cells[row, number], column.percent or percent, scale)


def _spreads(page: Page, number: int, figure: str) -> bool:
    """Tell whether a figure without a time holds for all months across its row."""
    return (
        figure in ("labour_force", "target")
        and not page.columns[number].month
        and not page.layout.column("as_of")
        and any(c.month and c.meaning in ("", *TOLD) for c in page.columns.values())
    )


def _tells_apart(page: Page, row: int, number: int) -> bool:
    """Tell whether a column that is not understood says in words what a row is about."""
    cell = page.told(row, number)
    if cell is None or not isinstance(cell.value, str):
        return False
    return not (parse_numeral(cell.value) or page.label(row, number))


def _attributes(page: Page, clock: Clock, row: int) -> dict[str, tuple[str, Place]]:
    found = {}
    for name in ATTRIBUTES:
        number = page.layout.column(name)
        cell = page.told(row, number)
        if number is None or cell is None:
            continue
        place, text = (row, number), shown(cell)
        if cell.trouble:
            raise page.grid.refusal(cell.trouble, place)
        if name in ("published", "target_month"):
            when = clock.when(place) or When()
            if not when.written:
                raise page.grid.refusal("unreadable_time", place)
            if when.either and not page.is_template:
                page.note(place, "day_first", False)
            text = when.written[:7] if name == "target_month" else when.written
        found[name] = (text, place)
    return found


def read_values(
    page: Page, entries: Entries, rest: dict[str, list[Cell]]
) -> tuple[dict[Place, Value], dict[str, Style]]:
    """Read every figure; what one column tells of its convention may help another.

    `rest` are the figures of rows that do not count, which may tell a column's convention.

    Raises
    ------
    InputError
        What `read_figure` refuses.
    """
    values: dict[Place, Value] = {}
    styles: dict[str, Style] = {}
    told = {f: [e.figures[f] for e in entries.values() if f in e.figures] for f in FIGURES}
    waiting = [figure for figure in FIGURES if told[figure]]
    for last_round in (False, True):
        for figure in list(waiting):
            given, others = page.asked.numbers, frozenset(styles.values()) or frozenset(STYLES)
            cells, beside = told[figure], rest.get(figure, ())
            try:
                found, style, notes = read_figure(figure, cells, beside, page.grid, given, others)
            except InputError as error:
                if last_round or error.problems[0].code != "ambiguous_number":
                    raise
                continue
            waiting.remove(figure)
            values |= found
            page.notes += [n for n in notes if n not in page.notes]
            if style:
                styles[figure] = style
    for cell in chain.from_iterable(told.values()):
        if cell.numeral and cell.numeral.mark:
            page.note_mark(cell.place, cell.numeral.mark)
    if len(set(styles.values())) > 1:
        one, other = (next(f for f, s in styles.items() if s == style) for style in STYLES)
        place = page.layout.last, page.layout.column(other) or min(page.columns)
        page.note(place, "conventions_differ", False, comma=one, point=other)
    return values, styles
