"""Rows of observations and targets, from what each month tells; what contradicts itself is refused."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ucj_analysis.errors import Share
from ucj_analysis.intake.cells import When, parse_when
from ucj_analysis.intake.entries import Entries, Entry
from ucj_analysis.intake.headings import FIGURES
from ucj_analysis.intake.page import Page
from ucj_analysis.intake.units import Value, relative
from ucj_analysis.intake.workbook import Place
from ucj_analysis.months import parse_day

#: Options that stand for a column the file does not have.
NEEDED = ("base", "published", "source")


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


class Tables:
    """The rows of both tables, and every cell that counts, as entries are added."""

    def __init__(self, page: Page, values: Mapping[Place, Value]) -> None:
        self.page, self.values = page, values
        self.rows: list[Row] = []
        self.targets: dict[str, TargetRow] = {}
        self.taken: list[Taken] = []
        self._lacking: dict[str, None] = {}

    def add_all(self, entries: Entries) -> None:
        """Add what each month and base tells.

        Raises
        ------
        InputError
            `people_above_base`, `coverage_contradicts`, `base_has_size`, `no_labour_force`,
            `published_too_early`, `targets_differ`, each with the cell; `bad_published`,
            `option_needed`.
        """
        for (month, _), entry in sorted(entries.items()):
            self.taken += [
                self._taken(figure, month, entry.figures[figure].place)
                for figure in FIGURES
                if figure in entry.figures
            ]
            if "target" in entry.figures:
                self._add_target(entry)
            if entry.figures.keys() & {"coverage", "participants"}:
                self._add_row(entry)
            elif "labour_force" in entry.figures:
                self.page.note(entry.figures["labour_force"].place, "base_alone")
        if self._lacking:
            raise self.page.refusal("option_needed", options=[f"--{n}" for n in self._lacking])

    def _taken(self, figure: str, month: str, place: Place) -> Taken:
        grid, value = self.page.grid, self.values[place]
        found = grid.address(place), figure, month, grid.text(place)
        return Taken(*found, float(value.value), float(value.half))

    def _texts(self, entry: Entry, *names: str) -> list[str]:
        """Return attributes as the rows tell them, else the options; needed ones may lack both."""
        told = {n: entry.text(n) or str(getattr(self.page.asked, n, "")) for n in names}
        self._lacking |= dict.fromkeys(n for n in NEEDED if told.get(n) == "")
        return list(told.values())

    def _add_row(self, entry: Entry) -> None:
        grid, places = self.page.grid, {f: t.place for f, t in entry.figures.items()}
        base, basis, published, source, note = self._texts(
            entry, "base", "basis", "published", "source", "note"
        )
        if self._lacking:
            return
        told = {figure: self.values[place] for figure, place in places.items()}
        size = self._size(told.get("labour_force"), base, next(iter(places.values())))
        heads, share = told.get("participants"), told.get("coverage")
        if heads and heads.value > size.value:
            place = places["participants"]
            raise grid.refusal("people_above_base", place, base=float(size.value))
        if heads and size.value:
            implied = relative(heads, size)
            if share and abs(implied.value - share.value) > share.half + implied.half:
                size_at = places.get("labour_force")
                raise grid.refusal(
                    "coverage_contradicts",
                    places["coverage"],
                    heads=grid.address(places["participants"]),
                    size=grid.address(size_at) if size_at else base,
                    implied=Share(float(implied.value)),
                )
            if not heads.exact:
                self.page.note(places["participants"], "rounded_heads", False)
                share = share or Value(round(implied.value, 6), round(implied.half, 6))
                heads = None
        coverage, half = (float(share.value), float(share.half)) if share else (None, None)
        people = float(heads.value) if heads else None, float(size.value)
        texts = base, basis, self._day(published), source, note
        cells = {figure: grid.address(place) for figure, place in places.items()}
        row = Row(entry.when.written, coverage, half, *people, *texts, cells)
        if share and parse_day(row.published) < parse_day(row.as_of):
            figure = places.get("coverage", next(iter(places.values())))
            place = entry.attributes.get("published", ("", figure))[1]
            raise grid.refusal("published_too_early", place, row.published, as_of=row.as_of)
        self.rows.append(row)

    def _size(self, told: Value | None, base: str, place: Place) -> Value:
        """Return the people of a base: as told, and as the region's table has it."""
        size = self.page.asked.sizes.get(base)
        if told is not None:
            if size is not None and not math.isclose(size, float(told.value)):
                found = f"{told.value:f}"
                raise self.page.grid.refusal("base_has_size", place, found, base=base, before=size)
            return told
        if size is None:
            raise self.page.grid.refusal("no_labour_force", place, base=base)
        self.page.note(place, "base_from_table", False, base=base, size=size)
        return Value(Decimal(f"{size:.15g}"), Decimal("0.5"))

    def _day(self, published: str) -> str:
        when = parse_when(published)
        if when is None or not when.written:
            raise self.page.refusal("bad_published", published)
        return when.written

    def _add_target(self, entry: Entry) -> None:
        """Keep a target for the month told, else for the December of the year told."""
        place = entry.figures["target"].place
        published, source = self._texts(entry, "published", "source")
        if self._lacking:
            return
        month, column = entry.text("target_month"), self.page.columns[place[1]]
        if not month:
            head = (column.when if column.meaning == "target" else None) or When()
            month = f"{head.year or entry.when.year}-{head.month or 12:02d}"
            if not head.month:
                self.page.note(place, "target_for_december", False, read=month)
        share, known = float(self.values[place].value), self.targets.get(month)
        if known and known.target != share:
            raise self.page.grid.refusal("targets_differ", place, other=known.cell, month=month)
        told = parse_day(self._day(published)).isoformat()
        row = TargetRow(month, share, told, source, self.page.grid.address(place))
        self.targets.setdefault(month, row)
