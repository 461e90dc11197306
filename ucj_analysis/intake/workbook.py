"""A file's sheets as cells, whatever the program that wrote it. What a file is, its bytes tell.

Sizes are bounded before anything is unpacked; a file that is none of the kinds is refused.
"""

from __future__ import annotations

import csv
import io
import math
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ucj_analysis.errors import InputError, Problem, refused
from ucj_analysis.intake.cells import raised
from ucj_analysis.intake.old_workbook import LOCKED, MOST_CELLS, TOO_LARGE, read_apart

MOST_BYTES, MOST_UNPACKED = 20_000_000, 60_000_000
#: Merged cells of a workbook: a column and more of a sheet.
MOST_MERGED = 2_000_000
#: How files begin that hold no table, in small letters.
_NO_TABLES = {
    "intake_pdf": (b"%pdf",),
    "intake_picture": (b"\x89png", b"\xff\xd8\xff", b"gif8"),
    "intake_not_a_table": (b"{\\rtf", b"<"),
}
Kind = Literal["xlsx", "xls", "ods", "text"]
Place = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """One cell: its value, and how it is shown as far as the file tells.

    `decimals` and `percent` are of its number format, None where it has none or the file does not
    tell; `dayless` says that a date is shown without its day, `trouble` that it has no value.
    """

    value: str | Decimal | date
    decimals: int | None = None
    percent: bool = False
    dayless: bool | None = None
    trouble: str = ""


@dataclass
class Sheet:
    """Cells by row and column, from 1; `widths` are the cells of each line of a text file."""

    name: str
    cells: dict[Place, Cell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    widths: dict[int, int] = field(default_factory=dict)
    commas: bool = False


@dataclass(frozen=True)
class Book:
    """A file read: its sheets, and what of them the file's kind cannot tell (`limits`)."""

    kind: Kind
    sheets: tuple[Sheet, ...]
    limits: tuple[str, ...] = ()


def letters(column: int) -> str:
    """Return a column's letters.

    Examples
    --------
    >>> letters(1), letters(28)
    ('A', 'AB')
    """
    told = ""
    while column:
        column, last = divmod(column - 1, 26)
        told = chr(65 + last) + told
    return told


def read_book(path: Path) -> Book:
    """Return a file's sheets.

    Raises
    ------
    InputError
        `not_there`, `cannot_read`, `intake_too_large`, `intake_pdf`, `intake_picture`,
        `intake_not_a_table`, `intake_locked`, `intake_broken`, `intake_encoding`.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MOST_BYTES else b""
    except FileNotFoundError as error:
        raise InputError(Problem("not_there", file=str(path))) from error
    except OSError as error:
        raise InputError(refused("cannot_read", path, error)) from error
    if size > MOST_BYTES:
        raise _refusal("intake_too_large", path)
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise _refusal("intake_empty", path)
    if content.startswith(b"PK\x03\x04"):
        return _zipped(path, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return _old(path, content)
    start = content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for code, heads in _NO_TABLES.items():
        if start.startswith(heads):
            raise _refusal(code, path)
    return _text(path, content)


def _refusal(code: str, path: Path, most: int = MOST_BYTES) -> InputError:
    fields = {"most": most // 1_000_000} if code == "intake_too_large" else {}
    return InputError(Problem(code, str(path), fields=fields))


# --- workbooks of today ------------------------------------------------------------------------


def _zipped(path: Path, content: bytes) -> Book:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            told = {i.filename: i.file_size for i in pack.infolist()}
            if sum(size for name, size in told.items() if "media/" not in name) > MOST_UNPACKED:
                raise _refusal("intake_too_large", path, MOST_UNPACKED)
            if "xl/workbook.xml" in told:
                sheets = _xlsx(content, pack)
            elif "content.xml" in told and "xl/workbook.bin" not in told:
                sheets = tuple(_ods(pack.read("content.xml")))
            else:
                raise _refusal("intake_not_a_table", path)
    except (InputError, MemoryError):
        raise
    except Exception as fault:  # a damaged file fails in any way its parts can
        raise _refusal("intake_broken", path) from fault
    if sum(len(s.cells) for s in sheets) > MOST_CELLS:
        raise _refusal("intake_too_large", path)
    return Book("xlsx" if "xl/workbook.xml" in told else "ods", sheets)


def _xlsx(content: bytes, pack: zipfile.ZipFile) -> tuple[Sheet, ...]:
    import openpyxl

    parts = [n for n in pack.namelist() if n.startswith("xl/worksheets/") and n.endswith(".xml")]
    if sum(_merged_cells(pack.read(n)) for n in parts) > MOST_MERGED:
        raise ValueError("too many merged cells")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # parts of a workbook that hold no figures
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True, rich_text=True)
        computed: dict[str, set[Place]] = {}
        if any(re.search(rb"<(?:\w+:)?f[ >/]", pack.read(n)) for n in parts):
            for sheet in openpyxl.load_workbook(io.BytesIO(content), data_only=False).worksheets:
                cells = sheet._cells.items()
                computed[sheet.title] = {place for place, c in cells if c.data_type == "f"}
    return tuple(_xlsx_sheet(s, computed.get(s.title, set())) for s in book.worksheets)


def _merged_cells(part: bytes) -> int:
    """Return how many cells a sheet has merged: openpyxl goes through each."""
    from openpyxl.utils import range_boundaries

    spans = re.findall(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([^\"']*)", part)
    return sum(
        ((right or MOST_MERGED) - (left or 1) + 1) * ((bottom or MOST_MERGED) - (top or 1) + 1)
        for left, top, right, bottom in (range_boundaries(span.decode()) for span in spans)
    )


def _xlsx_sheet(sheet: Any, computed: set[Place]) -> Sheet:
    """Return a sheet; cells that are `computed` count without a value, too."""
    cells = sheet._cells.items()
    return Sheet(
        sheet.title,
        {p: _xlsx_cell(c) for p, c in cells if c.value is not None or p in computed},
        merged=[(r.min_row, r.min_col, r.max_row, r.max_col) for r in sheet.merged_cells.ranges],
        hidden=sheet.sheet_state != "visible",
        hidden_rows=frozenset(n for n, d in sheet.row_dimensions.items() if d.hidden),
        hidden_columns=frozenset(
            column
            for d in sheet.column_dimensions.values()
            if d.hidden
            for column in range(d.min or 1, min(d.max or 1, 16_384) + 1)
        ),
    )


def _xlsx_cell(cell: Any) -> Cell:
    if cell.value is None:
        return Cell("", trouble="formula_without_value")
    if cell.data_type == "e":
        return Cell(str(cell.value), trouble="cell_error")
    shown = _format(cell.number_format)
    if isinstance(cell.value, (datetime, date)):
        return Cell(_day(cell.value), dayless="d" not in shown.lower())
    if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
        return _number(cell.value, _decimals(shown), "%" in shown)
    return Cell(_typed(cell.value))


def _typed(value: Any) -> str:
    """Return a text as typed; a raised run is a footnote's mark, and stays apart from a number."""
    if not isinstance(value, list):
        return str(value)
    return "".join(
        raised(run.text)
        if getattr(getattr(run, "font", None), "vertAlign", "") == "superscript"
        else str(run)
        for run in value
    )


def _format(code: str) -> str:
    """Return the first part of a number format without what it only prints.

    Examples
    --------
    >>> _format('0.0"%"'), _format("[$-421]mmmm yyyy;@"), _format("0.0\\\\%")
    ('0.0', 'mmmm yyyy', '0.0')
    """
    return re.sub(r'"[^"]*"|\\.|\[[^\]]*\]|_.', "", code or "").split(";")[0]


def _decimals(shown: str) -> int | None:
    """Return the decimals a number format prints; None for a general one."""
    if "0" not in shown or "E" in shown.upper():
        return None
    found = re.search(r"\.([0#?]+)", shown)
    return len(found[1]) if found else 0


def _number(value: float, decimals: int | None = None, percent: bool = False) -> Cell:
    """Return a number with the fifteen digits a spreadsheet keeps; an infinite one is none."""
    told = f"{value:.15g}"
    if not math.isfinite(value):
        return Cell(told, trouble="cell_error")
    return Cell(Decimal(told), decimals, percent)


def _day(told: date) -> date | str:
    if not isinstance(told, datetime):
        return told
    return told.date() if told.time() == time() else f"{told:%Y-%m-%d %H:%M}"


# --- open documents ------------------------------------------------------------------------------

_NS = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
}


def _tag(name: str) -> str:
    space, _, local = name.partition(":")
    return f"{{{_NS[space]}}}{local}"


def _ods(content: bytes) -> Iterator[Sheet]:
    if b"<!DOCTYPE" in content[:4000] or b"<!ENTITY" in content:
        raise ValueError("a document type")
    root = ElementTree.fromstring(content)
    unseen = _styles(root, "style:table-properties", "table:display", "false")
    above = _styles(root, "style:text-properties", "style:text-position", "super")
    for run in root.iter(_tag("text:span")):
        if run.get(_tag("text:style-name")) in above:
            run.text = raised(run.text or "")
    for table in root.iter(_tag("table:table")):
        yield _ods_sheet(table, table.get(_tag("table:style-name")) in unseen)


def _styles(root: Element, part: str, name: str, value: str) -> set[str | None]:
    """Return the names of the styles that say something of their tables or their text."""
    return {
        style.get(_tag("style:name"))
        for style in root.iter(_tag("style:style"))
        for told in style.iter(_tag(part))
        if told.get(_tag(name), "").startswith(value)
    }


def _ods_sheet(table: Element, hidden: bool) -> Sheet:
    sheet = Sheet(str(table.get(_tag("table:name"), "")), hidden=hidden)
    columns, rows = set[int](), set[int]()
    number = 0
    for column in table.iter(_tag("table:table-column")):
        repeated = int(column.get(_tag("table:number-columns-repeated"), 1))
        if column.get(_tag("table:visibility"), "visible") != "visible":
            columns |= set(range(number + 1, number + min(repeated, 16_384) + 1))
        number += repeated
    number = 0
    for row in table.iter(_tag("table:table-row")):
        repeated = int(row.get(_tag("table:number-rows-repeated"), 1))
        cells = list(_ods_row(row, sheet, number + 1))
        if cells and repeated * len(cells) + len(sheet.cells) > MOST_CELLS:
            raise ValueError("too many cells")
        lines = range(number + 1, number + repeated + 1) if cells else ()
        if row.get(_tag("table:visibility"), "visible") != "visible":
            rows.update(lines)
        for line in lines:
            sheet.cells |= {(line, place): cell for place, cell in cells}
        number += repeated
    sheet.hidden_rows, sheet.hidden_columns = frozenset(rows), frozenset(columns)
    return sheet


def _ods_row(row: Element, sheet: Sheet, line: int) -> Iterator[tuple[int, Cell]]:
    number = 0
    for told in row:
        if told.tag not in (_tag("table:table-cell"), _tag("table:covered-table-cell")):
            continue
        repeated = int(told.get(_tag("table:number-columns-repeated"), 1))
        across = int(told.get(_tag("table:number-columns-spanned"), 1))
        down = int(told.get(_tag("table:number-rows-spanned"), 1))
        if (across, down) != (1, 1):
            sheet.merged.append((line, number + 1, line + down - 1, number + across))
        cell = _ods_cell(told) if told.tag == _tag("table:table-cell") else None
        if cell is not None:
            if repeated > 16_384:
                raise ValueError("too many cells")
            yield from ((number + n, cell) for n in range(1, repeated + 1))
        number += repeated


def _ods_cell(told: Element) -> Cell | None:
    kind = told.get(_tag("office:value-type"))
    formula = told.get(_tag("table:formula")) is not None
    shown = "\n".join("".join(p.itertext()) for p in told.iter(_tag("text:p")))
    if formula and re.match(r"#[A-Z/0!?]+|Err:\d+", shown):
        return Cell(shown, trouble="cell_error")
    if kind in ("float", "percentage", "currency"):
        after = re.search(r"[.,](\d+)\s*%?$", shown)
        whole = re.fullmatch(r"\D*\d{1,3}([.,]\d{3})+\D*", shown)
        digits = len(after[1]) if after and not whole else 0
        return _number(float(told.get(_tag("office:value"), "")), digits, kind == "percentage")
    if kind == "date":
        day = datetime.fromisoformat(told.get(_tag("office:date-value"), ""))
        return Cell(_day(day), dayless=not re.search(rf"\b0?{day.day}\b", shown))
    if not shown.strip():
        return Cell("", trouble="formula_without_value") if formula else None
    return Cell(shown)


# --- workbooks of before 2007 --------------------------------------------------------------------


def _old(path: Path, content: bytes) -> Book:
    """Read an .xls: its formats, hidden rows and formulas cannot be told."""
    if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e" in content:
        raise _refusal("intake_locked", path)
    ended, sheets = read_apart(content)
    if ended:
        codes = {LOCKED: "intake_locked", TOO_LARGE: "intake_too_large"}
        raise _refusal(codes.get(ended, "intake_broken"), path)
    return Book("xls", tuple(_old_sheet(told) for told in sheets), ("xls_limits",))


def _old_sheet(told: dict[str, Any]) -> Sheet:
    cells = {(row, column): _old_cell(kind, value) for row, column, kind, value in told["cells"]}
    spans = ((*start, *end) for start, end in told["merged"])
    merged = [(top + 1, left + 1, bottom + 1, right + 1) for top, left, bottom, right in spans]
    return Sheet(told["name"], cells, merged, told["hidden"])


def _old_cell(kind: str, value: Any) -> Cell:
    if kind == "number":
        return _number(value)
    if kind == "day":
        return Cell(date.fromisoformat(value))
    return Cell(value, trouble="cell_error" if re.fullmatch(r"#[A-Z/0]+[!?]?", value) else "")


# --- text ------------------------------------------------------------------------------------------

SEPARATORS = (";", "\t", ",")


def _text(path: Path, content: bytes) -> Book:
    text, limits = _decoded(path, content)
    if hint := re.match(r"sep=(.)\r?\n", text, re.I):
        text = "\n" + text[hint.end() :]  # the line still counts
        tables = {hint[1]: _lines(path, text, hint[1])}
    else:
        tables = {mark: _lines(path, text, mark) for mark in SEPARATORS}
    mark = max(tables, key=lambda m: _regularity(tables[m]))
    lines = dict(enumerate(tables[mark], 1))
    sheet = Sheet(path.name, commas=mark == ",", widths={n: len(v) for n, v in lines.items()})
    for row, values in lines.items():
        told = enumerate(values, 1)
        sheet.cells |= {(row, column): Cell(value) for column, value in told if value.strip()}
    if len(sheet.cells) > MOST_CELLS:
        raise _refusal("intake_too_large", path)
    return Book("text", (sheet,), limits)


def _regularity(lines: list[list[str]]) -> int:
    """Return how many cells stand in lines of the commonest length of two and more."""
    lengths = Counter(len(line) for line in lines if len(line) > 1)
    length, count = lengths.most_common(1)[0] if lengths else (0, 0)
    return length * count


def _lines(path: Path, text: str, mark: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
    except csv.Error as error:
        raise _refusal("intake_broken", path) from error


def _decoded(path: Path, content: bytes) -> tuple[str, tuple[str, ...]]:
    """Return a text file's letters; one byte per letter is told, for nobody can be sure of it."""
    even, odd = content[0::2].count(0), content[1::2].count(0)
    encodings: tuple[str, ...] = ("utf-8", "cp1252")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    elif content.startswith(b"\xef\xbb\xbf"):
        encodings = ("utf-8-sig",)
    elif min(even, odd) * 10 < max(even, odd) > len(content) // 8:
        encodings = ("utf-16-le" if odd > even else "utf-16-be",)
    for encoding in encodings:
        with suppress(UnicodeDecodeError):
            text = content.decode(encoding)
            if re.search(r"[\x00-\x08\x0e-\x1a\x7f]", text):
                raise _refusal("intake_not_a_table", path)
            return text, ("cp1252",) if encoding == "cp1252" else ()
    raise _refusal("intake_encoding", path)
