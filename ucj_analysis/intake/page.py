"""One table of a file as it is asked about: what each of its cells is, and what was noted of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ucj_analysis.errors import InputError, Problem
from ucj_analysis.intake.cells import Style, explains
from ucj_analysis.intake.headings import FIGURES
from ucj_analysis.intake.layout import Layout, Note, blank, label
from ucj_analysis.intake.template import COLUMNS
from ucj_analysis.intake.workbook import Cell, Place
from ucj_analysis.record.regions import Region


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


class Page:
    """A table, what was asked of it, and the notes on its cells; `body` are the rows below its header."""

    def __init__(self, file: Path, layout: Layout, asked: Asked, notes: list[Note]) -> None:
        self.file, self.layout, self.asked, self.notes = file, layout, asked, notes
        self.grid, self.columns = layout.grid, layout.columns
        self.body = [row for row in self.grid.rows if row > layout.last]
        self.words = [n for n, column in self.columns.items() if not column.holds_figures]

    def note(
        self, place: Place, why: str, sure: bool = True, found: str = "", **fields: object
    ) -> None:
        """Keep how a cell was read."""
        told = Note(self.grid.address(place), found or self.grid.text(place), why, sure, fields)
        if told not in self.notes:
            self.notes.append(told)

    def refusal(self, code: str, value: str = "", **fields: object) -> InputError:
        """Return the refusal of the whole file."""
        return InputError(Problem(code, str(self.file), value=value, fields=fields))

    def told(self, row: int, number: int | None) -> Cell | None:
        """Return a cell; None where it says nothing."""
        cell = self.grid.cells.get((row, number)) if number else None
        return None if blank(cell) else cell

    def last_told(self, row: int, number: int | None) -> Place | None:
        """Return the cell of a column at or above a row that says something."""
        above = (r for r in reversed(self.body) if r <= row and self.told(r, number))
        return next(((r, number) for r in above if number), None)

    def note_mark(self, place: Place, mark: str) -> None:
        """Keep the footnote mark of a cell, and the line below that explains it, where one does."""
        text = self.grid.text
        lines = (" ".join(filter(None, (text((r, n)) for n in self.columns))) for r in self.body)
        told = next((line for line in lines if explains(line, mark)), "")
        why = "mark_explained" if told else "mark_unexplained"
        self.note(place, why, bool(told), mark=mark, footnote=told)

    def figure(self, row: int, number: int) -> str:
        """Return which figure a cell holds, by its column, its row's label or the title."""
        if not self.columns[number].holds_figures:
            return ""
        named = (m for n in self.words if (m := self.label(row, n)) in FIGURES)
        title = "" if self.is_labelled else self.layout.figure
        return self.columns[number].meaning or next(named, title)

    def label(self, row: int, number: int) -> str:
        """Return the meaning of a row's label; of participants in per cent, coverage."""
        told = label(self.grid.cells.get((row, number)))
        percent = told.percent or self.unit(row)[0]
        if told.strange or (told.meaning == "labour_force" and percent):
            return ""
        return "coverage" if told.meaning == "participants" and percent else told.meaning

    def labels(self, number: int) -> bool:
        """Tell whether a column's rows name anything."""
        return any(self.label(row, number) for row in self.body)

    @cached_property
    def is_labelled(self) -> bool:
        """Whether the rows of the table name figures."""
        return any(self.label(row, n) in FIGURES for row in self.body for n in self.words)

    @cached_property
    def is_template(self) -> bool:
        """Whether the table is the template, in which days are day, month, year."""
        heads = {column.head for column in self.columns.values()}
        return heads >= {name for name, *_ in COLUMNS}

    def unit(self, row: int) -> tuple[bool, int]:
        """Return the unit a row tells, in its own column or in its label: per cent, and people."""
        told = [
            label(cell)
            for n in self.words
            if self.columns[n].meaning in ("unit", "indicator", "") and (cell := self.told(row, n))
        ]
        return any(t.percent for t in told), max((t.scale for t in told), default=1)
