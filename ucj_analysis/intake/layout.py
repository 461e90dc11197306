"""Find the table in a sheet: its header, and what each of its columns means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import product

from ucj_analysis.errors import InputError, Problem
from ucj_analysis.intake import headings
from ucj_analysis.intake.cells import When, is_empty, plain, times_in, years_in
from ucj_analysis.intake.headings import FIGURES, TOLD, Heading, heading
from ucj_analysis.intake.old_workbook import MOST_CELLS
from ucj_analysis.intake.workbook import Book, Cell, Place, Sheet, letters

MOST_HEADER_ROWS, ROWS_SEARCHED, MOST_COLUMNS = 3, 200, 300
#: Cells one merged cell may fill, larger ones stay as they are.
MOST_MERGED = 100_000


@dataclass(frozen=True)
class Note:
    """How something was read that could be read otherwise, or what was left out.

    `sure` is False where somebody has to look before it is written.
    """

    cell: str
    found: str
    why: str
    sure: bool = True
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """One column: what its heads say. `head` is their text from top to bottom."""

    meaning: str
    when: When | None
    percent: bool
    scale: int
    head: str
    doubt: str = ""
    guessed: bool = False

    @property
    def holds_figures(self) -> bool:
        """Whether its cells are figures: of its own meaning, or of its month."""
        return self.meaning in FIGURES or bool(self.when and not self.meaning)

    @property
    def month(self) -> int | None:
        """The month its heads name."""
        return self.when.month if self.when else None


class Grid:
    """A sheet's cells with merged ones filled, and their addresses."""

    def __init__(self, sheet: Sheet, file: str, alone: bool) -> None:
        self.sheet, self.file, self._alone = sheet, file, alone
        self.cells = dict(sheet.cells)
        room = MOST_CELLS
        for top, left, bottom, right in sheet.merged:
            told, size = sheet.cells.get((top, left)), (bottom - top + 1) * (right - left + 1)
            if told is None or size > min(MOST_MERGED, room):
                continue
            room -= size
            for place in product(range(top, bottom + 1), range(left, right + 1)):
                self.cells.setdefault(place, told)
        self.rows = sorted({row for row, _ in self.cells})
        self.columns = sorted({c for _, c in self.cells if c <= MOST_COLUMNS})

    def address(self, place: Place) -> str:
        """Return a cell's address, with its sheet where the file is a workbook."""
        told = f"{letters(place[1])}{place[0]}"
        return told if self._alone else f"{self.sheet.name}!{told}"

    def text(self, place: Place) -> str:
        """Return what a cell holds, as it may be shown."""
        cell = self.cells.get(place)
        return shown(cell) if cell else ""

    def refusal(self, code: str, place: Place, value: str = "", **fields: object) -> InputError:
        """Return the refusal of one cell."""
        told = {"cell": self.address(place)} | fields
        return InputError(Problem(code, self.file, value=value or self.text(place), fields=told))


def shown(cell: Cell) -> str:
    """Return a cell's value as text: what was typed, without the number format."""
    if isinstance(cell.value, Decimal):
        return f"{cell.value:f}" + (" (%)" if cell.percent else "")
    return plain(str(cell.value))


@dataclass(frozen=True)
class Layout:
    """Where a table stands: rows of its header, meanings of its columns, titles above."""

    grid: Grid
    first: int
    last: int
    columns: Mapping[int, Column]
    titles: tuple[tuple[Place, str], ...]
    figure: str = ""  # told by the title, where the columns are months alone

    @property
    def score(self) -> tuple[int, int, int]:
        """How many columns are understood, how many figures timed, and how few guessed or twice there."""
        understood = [c for c in self.columns.values() if c.meaning or c.when]
        timed = [c for c in understood if c.when and c.when.written and c.meaning in ("", *FIGURES)]
        guessed = sum(c.guessed for c in understood)
        twice = len(understood) - len({(c.meaning, c.when) for c in understood})
        return len({c.head for c in understood}), len({c.head for c in timed}), -guessed - twice

    @property
    def heads(self) -> dict[str, tuple[str, str]]:
        """Meaning and heads of each column that has a meaning, by its letters."""
        return {letters(n): (c.meaning, c.head) for n, c in self.columns.items() if c.meaning}

    def column(self, meaning: str) -> int | None:
        """Return the column of a meaning, None where there is none."""
        return next((n for n, c in self.columns.items() if c.meaning == meaning), None)

    @property
    def head_row(self) -> Place:
        """Where the header begins."""
        return self.first, min((c for r, c in self.grid.cells if r == self.first), default=1)

    def time_in_titles(self) -> tuple[Place, When] | None:
        """Return the one month or day that the titles name."""
        found = [(place, when) for place, text in self.titles for when in times_in(text)]
        return found[0] if len({w.written for _, w in found}) == 1 else None

    def year_in_titles(self) -> tuple[Place, int] | None:
        """Return the one year that the titles name."""
        found = [(place, year) for place, text in self.titles for year in years_in(text)]
        return found[0] if len({year for _, year in found}) == 1 else None

    def scale_in_titles(self) -> tuple[Place, int] | None:
        """Return the unit of people that a title names."""
        found = ((place, headings.scale_in(text)) for place, text in self.titles)
        return next((told for told in found if told[1] != 1), None)


def find_layout(
    book: Book,
    file: str,
    sheet: str = "",
    forced: Mapping[int, str] | None = None,
    as_of: str = "",
    header: int = 0,
) -> tuple[Layout, list[Note]]:
    """Return the one table of a file.

    `forced` tells meanings of columns by number, `header` the row where the header begins.

    Raises
    ------
    InputError
        `no_sheet`, `no_table`, `several_tables`, `two_columns`.
    """
    notes = [Note("", "", limit) for limit in book.limits]
    grids = [Grid(s, file, book.kind == "text") for s in book.sheets]
    asked = [g for g in grids if (g.sheet.name == sheet if sheet else not g.sheet.hidden)]
    if sheet and not asked:
        names = [s.name for s in book.sheets]
        raise InputError(Problem("no_sheet", file, value=sheet, fields={"allowed": names}))
    found = [layout for grid in asked if (layout := _best(grid, forced or {}, as_of, header))]
    if not found:
        places = ((g, p) for g in asked for p in product(g.rows[:20], g.columns[:20]))
        cells = (g.cells[place].value for g, place in places if place in g.cells)
        seen = [plain(text)[:40] for text in cells if isinstance(text, str) and text.strip()][:12]
        raise InputError(Problem("no_table", file, fields={"found_heads": seen or "-"}))
    if len(found) > 1:
        raise found[1].grid.refusal("several_tables", found[1].head_row)
    (layout,) = found
    _check_columns(layout)
    for grid in grids:
        if grid.sheet.hidden and grid is not layout.grid and grid.cells:
            notes.append(Note(f"{grid.sheet.name}!A1", "", "hidden_sheet"))
    for number, column in layout.columns.items():
        if column.meaning and number in layout.grid.sheet.hidden_columns:
            place = layout.grid.address((layout.last, number))
            notes.append(Note(place, column.head, "hidden_column", sure=False))
    return layout, notes


def _best(grid: Grid, forced: Mapping[int, str], as_of: str, header: int) -> Layout | None:
    """Return the table of a sheet whose header is understood best."""
    candidates = [
        layout
        for first in grid.rows[:ROWS_SEARCHED]
        if header in (0, first)
        for depth in range(1, MOST_HEADER_ROWS + 1)
        if (layout := _layout(grid, first, depth, forced)) and _usable(layout, as_of)
    ]
    if not candidates:
        return None
    best = max(candidates, key=lambda c: (c.score, c.first - c.last, -c.first))
    heads = {c.head for c in best.columns.values() if c.meaning}
    for other in candidates:
        apart = other.first > best.last or other.last < best.first
        means = {c.head for c in other.columns.values() if c.meaning}
        if apart and len(means) > 1 and not means <= heads and not forced:
            raise grid.refusal("several_tables", other.head_row)
    return best


def _usable(layout: Layout, as_of: str) -> bool:
    columns = layout.columns.values()
    across = [c for c in columns if c.when and not c.meaning]
    figures = [c for c in columns if c.meaning in TOLD]
    timed = (
        any(c.meaning in ("as_of", "year") for c in columns)
        or any(c.when and c.when.month for c in [*across, *figures])
        or layout.time_in_titles() is not None
        or bool(as_of)
    )
    return layout.score[0] > 1 and timed and bool(figures or across)


def _layout(grid: Grid, first: int, depth: int, forced: Mapping[int, str]) -> Layout | None:
    start = grid.rows.index(first)
    rows = grid.rows[start : start + depth]
    if len(rows) < depth or rows[-1] - first != depth - 1:
        return None
    if any(len({grid.text((r, c)) for c in grid.columns} - {""}) < 2 for r in rows[:-1]):
        return None  # one text alone is a title
    columns = {}
    for number in grid.columns:
        path = [_head(grid, rows, level, number) for level in range(depth)]
        column = _column([h for h in path if h])
        named = any(re.search(r"[^\W\d_]", h) and not heading(h).when for h in path)
        if named and forced.get(number, column.meaning) != column.meaning:
            column = Column(forced[number], None, column.percent, column.scale, column.head)
        if any(path):
            columns[number] = column
    columns |= _percent_alone(columns)
    if len({c.head for c in columns.values() if c.meaning or c.when}) < 2:
        return None  # no header, whatever stands above it
    above = sorted((place, cell) for place, cell in grid.sheet.cells.items() if place[0] < first)
    titles = [(place, shown(c)) for place, c in above if isinstance(c.value, str | date)]
    figures = {f for _, t in titles if (f := headings.figure_in_title(t))}
    figure = figures.pop() if len(figures) == 1 else ""
    return Layout(grid, first, rows[-1], columns, tuple(titles), figure)


def _percent_alone(columns: Mapping[int, Column]) -> dict[int, Column]:
    """Return columns headed % alone beside participants of the same time: their share of the base."""
    people = {str(c.when) for c in columns.values() if c.meaning == "participants"}
    shares = {str(c.when) for c in columns.values() if c.meaning == "coverage"}
    return {
        n: replace(c, meaning="coverage", guessed=True)
        for n, c in columns.items()
        if not c.meaning and c.percent and str(c.when) in people - shares
    }


def head_at(grid: Grid, first: int, last: int, column: int) -> str:
    """Return the heads of a column from top to bottom, as a saved layout keeps them."""
    rows = list(range(first, last + 1))
    path = [_head(grid, rows, level, column) for level in range(len(rows))]
    return " / ".join(dict.fromkeys(h for h in path if h))


def _head(grid: Grid, rows: list[int], level: int, column: int) -> str:
    """Return one head; where an upper row is blank, the head to its left reaches over it."""
    told = _head_text(grid, (rows[level], column))
    if told or level == len(rows) - 1:
        return told
    below = rows[level + 1]
    while column > 1 and not told and _head_text(grid, (below, column)):
        column -= 1
        told = _head_text(grid, (rows[level], column))
        if told and not _head_text(grid, (below, column)):
            return ""
    return told


def _head_text(grid: Grid, place: Place) -> str:
    cell = grid.cells.get(place)
    if cell is None:
        return ""
    if isinstance(cell.value, date):  # a month typed as a date
        return f"{cell.value:%Y-%m}" if cell.dayless or cell.value.day == 1 else str(cell.value)
    return shown(cell)


def _column(path: list[str]) -> Column:
    """Join the heads of one column, the lowest first: each adds what is not told yet."""
    meaning, when, percent, scale, doubt = "", None, False, 1, ""
    heads = [heading(text) for text in dict.fromkeys(path)]
    head = " / ".join(dict.fromkeys(path))
    unmapped = Column("", None, False, 1, head)
    for told in reversed(heads):
        when = when.filled(told.when) if when and told.when else when or told.when
        if not meaning:
            percent, scale = percent or told.percent, scale if scale != 1 else told.scale
        if told.meaning == "target" and meaning:
            meaning = "target" if meaning == "coverage" else "strange"
        meaning = meaning or told.meaning
        if told.strange and (not meaning or headings.names_a_part(told.strange)):
            return unmapped
        if told.strange and not headings.gathers(told.strange):
            doubt = told.strange
    guessed = meaning == "participants" and percent
    if guessed:
        meaning = "coverage"
    if meaning == "strange" or (meaning == "labour_force" and percent):
        return unmapped
    return Column(meaning, when, percent, scale, head, doubt, guessed)


def _check_columns(layout: Layout) -> None:
    """Refuse two columns that say the same; the same figure at other times is not the same."""
    seen: dict[tuple[str, str], int] = {}
    for number, column in layout.columns.items():
        if not (column.meaning or column.when) or column.meaning in ("note", "number"):
            continue
        key = (column.meaning, str(column.when))
        if key in seen:
            place, other = (layout.last, number), layout.grid.address((layout.last, seen[key]))
            raise layout.grid.refusal("two_columns", place, column.head, other=other)
        seen[key] = number


def label(cell: Cell | None) -> Heading:
    """Return what a row's label says."""
    return heading(shown(cell)) if cell and isinstance(cell.value, str) else Heading()


def blank(cell: Cell | None) -> bool:
    """Tell whether a cell says nothing."""
    return cell is None or (
        not cell.trouble and isinstance(cell.value, str) and is_empty(cell.value)
    )
