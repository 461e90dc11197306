"""Input files made from plain descriptions: workbooks, and text as bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

#: What every case is asked with, where it does not say otherwise.
ASKED = {
    "region": "3318",
    "base": "bpjstk-2025",
    "published": "2025-12-31",
    "source": "laporan cabang",
}
#: as_of, coverage, half_width, participants, labour_force
Row = tuple[str, float | None, float | None, float | None, float]


@dataclass(frozen=True)
class Sheet:
    """One sheet: rows of values from A1 on, and what stands beside the values."""

    rows: Sequence[Sequence[Any]]
    name: str = "UCJ"
    merged: Sequence[str] = ()
    formats: Mapping[str, str] = field(default_factory=dict)
    cached: Mapping[str, float] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[str] = ()


@dataclass(frozen=True)
class Case:
    """One file and its right reading, or its right refusal: code, cell, and the other cell named."""

    name: str
    suffix: str
    content: bytes
    rows: tuple[Row, ...] = ()
    targets: tuple[tuple[str, float], ...] = ()
    refused: tuple[str, ...] = ()
    confirm: bool = False
    asked: Mapping[str, str] = field(default_factory=dict)


def xlsx(*sheets: Sheet, mac_dates: bool = False) -> bytes:
    """Return a workbook as Excel would save it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    if mac_dates:
        book.epoch = CALENDAR_MAC_1904
    for told in sheets:
        sheet = book.create_sheet(told.name)
        for row in told.rows:
            sheet.append(list(row))
        for span in told.merged:
            sheet.merge_cells(span)
        for place, code in told.formats.items():
            for cell in [c for r in sheet[place] for c in r] if ":" in place else [sheet[place]]:
                cell.number_format = code
        for row in told.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        for column in told.hidden_columns:
            sheet.column_dimensions[column].hidden = True
        if told.hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return _with_results(out.getvalue(), sheets)


def _with_results(content: bytes, sheets: Sequence[Sheet]) -> bytes:
    """Put the results beside the formulas, as a program that computes them does."""
    if not any(s.cached for s in sheets):
        return content

    def filled(name: str, text: bytes) -> bytes:
        found = re.fullmatch(r"xl/worksheets/sheet(\d+)\.xml", name)
        for place, value in (sheets[int(found[1]) - 1].cached if found else {}).items():
            text, n = re.subn(
                rf'(<c r="{place}"[^>]*>.*?</f>)<v ?/?>(</v>)?'.encode(),
                rf"\g<1><v>{value!r}</v>".encode(),
                text,
            )
            assert n == 1, place
        return text

    return rezipped(content, filled)


def rezipped(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return a zip file with its members changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
    return out.getvalue()
