"""From a file to rows of observations and targets, with every cell that counts and every note.

Nothing is written here. What could be read otherwise comes back as a note that is not sure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ucj_analysis.intake.cells import Style
from ucj_analysis.intake.entries import read_entries, read_values
from ucj_analysis.intake.headings import COUNTS, is_weak, names_a_part
from ucj_analysis.intake.layout import Layout, Note, find_layout
from ucj_analysis.intake.mapping import SavedLayout
from ucj_analysis.intake.page import Asked, Page
from ucj_analysis.intake.rows import check_titles, counted_rows, nothing_found
from ucj_analysis.intake.tabling import Row, Tables, Taken, TargetRow
from ucj_analysis.intake.workbook import read_book


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
    page = Page(path, layout, asked, ahead + notes)
    check_titles(page)
    _note_heads(page)
    rows, rest = counted_rows(page)
    entries = read_entries(page, rows)
    values, styles = read_values(page, entries, rest)
    tables = Tables(page, values)
    tables.add_all(entries)
    if not tables.rows and not tables.targets:
        raise nothing_found(page)
    targets, taken, told = tables.targets.values(), tables.taken, page.notes
    return Reading(
        path, layout, styles, tuple(tables.rows), tuple(targets), tuple(taken), tuple(told)
    )


def _note_heads(page: Page) -> None:
    """Note what titles and heads say that could be meant otherwise."""
    layout, sheet = page.layout, page.grid.sheet
    scale = layout.scale_in_titles()
    for place, text in layout.titles:
        if names_a_part(text):
            page.note(place, "part_in_title", False)
    if names_a_part(sheet.name) and not sheet.widths:
        page.note(layout.head_row, "part_in_title", False, sheet.name)
    for number, column in page.columns.items():
        place, head = (layout.last, number), column.head
        if column.guessed:
            page.note(place, "percent_as_coverage", False, head)
        elif column.meaning == "coverage" and is_weak(head):
            page.note(place, "weak_head", False, head)
        if column.doubt:
            page.note(place, "head_with_more", False, head)
        if column.meaning in COUNTS and column.scale != 1:
            page.note(place, "in_thousands", found=head, scale=column.scale)
        elif column.meaning in COUNTS and scale:
            page.note(scale[0], "in_thousands", False, scale=scale[1])
        if not column.meaning and not column.when and not page.labels(number):
            page.note(place, "column_left_out", found=head)
