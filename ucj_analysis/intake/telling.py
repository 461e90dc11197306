"""What an import shows before it writes: every cell, how it was read, and what could be otherwise."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ucj_analysis.intake.headings import COUNTS, FIGURES
from ucj_analysis.intake.layout import Note
from ucj_analysis.intake.observing import Reading
from ucj_analysis.intake.tabling import Row, Taken, TargetRow
from ucj_analysis.presentation.display import Grid
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.presentation.messages import REASONS

FIGURE_NAMES = {figure: REASONS[f"figure_{figure}"] for figure in FIGURES}
#: code of a note -> what it says; `{found}` is what stands in the cell.
# fmt: off
WHYS = {
    "xls_limits": N_("an .xls does not tell number formats, hidden rows and formulas: hidden rows are read like all others; saved as .xlsx it tells more"),
    "cp1252": N_("the text is not UTF-8; its letters were read as those of Windows (CP1252)"),
    "hidden_sheet": N_("a hidden sheet was left out"),
    "hidden_column": N_("the column {found} is hidden, and was read"),
    "hidden_row": N_("the row is hidden, and was read"),
    "layout_as_before": N_("laid out as the last file was; its saved columns were used"),
    "layout_changed": N_("not laid out as the last file was; the columns were found anew"),
    "head_with_more": N_("the heading says more than is understood: {found}"),
    "percent_as_coverage": N_("a heading of per cent alone is taken as coverage: {found}"),
    "province_in_title": N_("the title names a province and not the region: {found}"),
    "part_in_title": N_("this speaks of a part of the participants: {found}"),
    "weak_head": N_("{found} is taken as coverage of the labour force, not of a target"),
    "in_thousands": N_("one unit is taken as {scale} people: {found}"),
    "column_left_out": N_("the column {found} was left out"),
    "label_left_out": N_("the column {found} says what the rows are about, and is not understood"),
    "mark_explained": N_("{found} is read without its mark {mark}; the file explains it: {footnote}"),
    "mark_unexplained": N_("{found} is read without its mark {mark}; the file does not explain it"),
    "total_left_out": N_("a row of totals was left out: {found}"),
    "remark_left_out": N_("a row of remarks was left out: {found}"),
    "no_figure": N_("a row whose figures are empty was left out: {found}"),
    "base_alone": N_("a labour force without coverage or participants was left out: {found}"),
    "region_from_above": N_("the region is that of a row above"),
    "year_from_above": N_("the year is that of a row above"),
    "day_first": N_("{found} and its like are read as day, month, year"),
    "month_first": N_("{found} and its like are read as month, day, year, as others of the column are"),
    "first_as_month": N_("the first of a month is read as that whole month: {found}"),
    "first_as_day": N_("{found} is read as that day, not as its month"),
    "serial_day": N_("the number {found} is read as the day {read}"),
    "period_as_last_month": N_("{found} is read as its last month, {read}"),
    "short_year": N_("{found} is read as {read}"),
    "month_from_title": N_("the month {read} is that of the title: {found}"),
    "year_from_title": N_("the year {read} is that of the title: {found}"),
    "figure_from_title": N_("which figure this is, the title alone tells"),
    "style_given": N_("{found} is read by the number style given"),
    "style_by_rows": N_("{found} is read as the numbers of other rows are written"),
    "style_by_columns": N_("{found} is read as the numbers of other columns are written"),
    "only_below_bound": N_("{found} is read the only way that gives a possible value"),
    "conventions_differ": N_("one column is written with a decimal comma, another with a decimal point"),
    "percent_and_bare": N_("some cells are formatted as per cent, this one is not: {found} is taken as per cent"),
    "fraction_below_percent": N_("{found} below a heading of per cent is read as a fraction"),
    "full_precision": N_("all digits of the cell were taken, more than it shows: {found}"),
    "rounded_heads": N_("rounded people are no head count: {found} is not written as participants"),
    "base_from_table": N_("the labour force {size} is that of base {base} in the region's table"),
    "target_for_december": N_("the target is taken as one for {read}"),
}
# fmt: on


def note_text(note: Note, w: Words) -> str:
    """Return a note as one line, its cell first."""
    told = _why(note, w)
    return f"{note.cell}: {told}" if note.cell else told


def _why(note: Note, w: Words) -> str:
    fields = {n: w.count(v) if isinstance(v, float) else v for n, v in note.fields.items()}
    return w.t(WHYS[note.why], **{"found": note.found} | fields)


def cells_text(cells: Sequence[str]) -> str:
    """Return cells in few words: those one below the other as first and last.

    Examples
    --------
    >>> cells_text(["Rekap!F5", "Rekap!F6", "Rekap!F7"]), cells_text(["F5", "F7"])
    ('Rekap!F5–F7', 'F5, F7')
    """
    column = cells[0].rstrip("0123456789")
    first = int(cells[0].removeprefix(column) or 0)
    below = [f"{column}{first + n}" for n in range(len(cells))]
    if len(cells) > 1 and list(cells) == below:
        return f"{cells[0]}–{cells[-1].rpartition('!')[2]}"
    return ", ".join(filter(None, cells))


def value_text(taken: Taken, w: Words) -> str:
    """Return what a cell was read as, with the decimals it supports."""
    value = taken.value
    return w.count(value) if taken.figure in COUNTS else share_text(value, taken.half, w)


def share_text(share: float, half: float | None, w: Words) -> str:
    """Return a share with the decimals its rounding supports, four at most.

    Examples
    --------
    >>> from ucj_analysis.presentation.language import words
    >>> share_text(0.29473, 0.000005, words("id")), share_text(0.3, 0.0005, words("en"))
    ('29,473%', '30.0%')
    """
    digits = round(-math.log10(2 * half)) - 2 if half else 2
    return w.percent(share, min(max(digits, 0), 4))


def cells_table(reading: Reading, w: Words) -> Grid:
    """Return every cell that counts: where, what stood there, what it was read as."""
    unsure = {n.cell: f"{n.cell} ?" for n in reading.unsure}
    rows = []
    for t in reading.taken:
        cell, figure = unsure.get(t.cell, t.cell), w.t(FIGURE_NAMES[t.figure])
        rows.append((cell, t.month, figure, t.found, value_text(t, w)))
    head = [w.t("cell"), w.t("month"), w.t("figure"), w.t("found"), w.t("read as")]
    caption = w.t("{file}, header in row {row}:", file=reading.file, row=reading.layout.last)
    return Grid(caption, head, rows)


def rows_table(rows: Sequence[Row], w: Words) -> Grid:
    """Return the rows as they will stand in the table, in the reader's numbers."""
    head = [w.t("month"), w.t("coverage"), w.t("participants"), w.t("labour force"), w.t("base")]
    head += [w.t("published"), w.t("source")]
    told = []
    for r in rows:
        coverage = "" if r.coverage is None else share_text(r.coverage, r.half_width, w)
        people = "" if r.participants is None else w.count(r.participants)
        rest = w.count(r.labour_force), r.base, r.published, r.source
        told.append((r.as_of, coverage, people, *rest))
    return Grid(w.t("Rows of observations.csv:"), head, told)


def targets_table(targets: Sequence[TargetRow], w: Words) -> Grid:
    """Return the targets as they will stand in the table."""
    head = [w.t("month"), w.t("target"), w.t("published"), w.t("source")]
    told = [
        (t.target_month, share_text(t.target, 0.00005, w), t.published, t.source) for t in targets
    ]
    return Grid(w.t("Rows of targets.csv:"), head, told)


def notes_texts(notes: Sequence[Note], w: Words) -> list[str]:
    """Return what to look at first, then what else was decided."""
    lines = []
    for sure, title, mark in (
        (False, N_("Look at this before it is written:"), "?"),
        (True, N_("How it was read:"), "-"),
    ):
        cells: dict[str, list[str]] = {}
        for note in notes:
            if note.sure == sure:
                cells.setdefault(_why(note, w), []).append(note.cell)
        told = ((cells_text(named), why) for why, named in cells.items())
        if cells:
            lines += [w.t(title), *(f"  {mark} " + ": ".join(filter(None, line)) for line in told)]
    return lines


def reading_record(reading: Reading, w: Words) -> dict[str, Any]:
    """Return a reading as plain values for JSON."""
    notes = [
        {"cell": n.cell, "found": n.found, "code": n.why, "sure": n.sure, "text": note_text(n, w)}
        for n in reading.notes
    ]
    return {
        "file": str(reading.file),
        "sheet": reading.layout.grid.sheet.name,
        "header": [reading.layout.first, reading.layout.last],
        "columns": {n: m for n, (m, _) in reading.layout.heads.items()},
        "rows": [vars(r) | {"cells": dict(r.cells)} for r in reading.rows],
        "targets": [vars(t) for t in reading.targets],
        "cells": [vars(t) for t in reading.taken],
        "notes": notes,
    }
