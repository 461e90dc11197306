"""Files of an office, hostile: every figure as it stands in its cell, or refused with the cell."""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError

from tests.fuzz.hostile import (
    HANG_COMMAND,
    cells,
    csv_bytes,
    damaged,
    damages,
    edited,
    edits,
    fuzzed,
    read_or_refused,
    run,
    seen,
)
from ucj_analysis.intake.observing import Reading, read_file
from ucj_analysis.intake.page import Asked
from ucj_analysis.intake.workbook import read_book
from ucj_analysis.record.observations import load_observations
from ucj_analysis.record.regions import load_regions
from ucj_analysis.resources import SHIPPED_DATA

REGISTER = load_regions()
ASKED = Asked(
    REGISTER["3318"],
    REGISTER,
    base="bpjstk-2025",
    basis="",
    published="2025-12-31",
    source="laporan",
    as_of="",
    sheet="",
    numbers=None,
    columns={},
    sizes={},
)
HEADS = ["Bulan", "Angkatan kerja", "Peserta", "Cakupan"]
ROWS = [
    HEADS,
    ["Januari 2025", "599.061", "170.133", "28,4%"],
    ["Februari 2025", "599.061", "173.129", "28,9%"],
    ["Agustus 2025", "599.061", "176.723", "29,5%"],
]
READ = {
    "2025-01": (599061, 170133, 0.284),
    "2025-02": (599061, 173129, 0.289),
    "2025-08": (599061, 176723, 0.295),
}


def workbook(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    sheet = book.active
    for r, row in enumerate(rows, 1):
        for c, value in enumerate(row, 1):
            try:
                cell = sheet.cell(r, c)
                cell.value = value
                if isinstance(value, str):
                    cell.data_type = "s"  # typed as text, also where it begins with =
            except (IllegalCharacterError, ValueError):
                sheet.cell(r, c).value = "?"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def old_workbook(rows: list[list[str]]) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("UCJ", cell_overwrite_ok=True)
    for r, row in enumerate(rows):
        for c, value in enumerate(row[:250]):
            sheet.write(r, c, value[:30_000])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def open_document(rows: list[list[str]]) -> bytes:
    book = OpenDocumentSpreadsheet()
    table = Table(name="UCJ")
    for row in rows:
        line = TableRow()
        for value in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text="".join(c for c in value if c.isprintable())))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()


KINDS: dict[str, Callable[[list[list[str]]], bytes]] = {
    "semicolons": lambda rows: csv_bytes(rows, ";"),
    "tabs, UTF-16": lambda rows: b"\xff\xfe" + csv_bytes(rows, "\t", "utf-16-le"),
    "commas, UTF-8 marked": lambda rows: b"\xef\xbb\xbf" + csv_bytes(rows, ","),
    "xlsx": workbook,
    "ods": open_document,
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("files")


def read(place: Path, content: bytes, asked: Asked = ASKED) -> Reading | None:
    path = place / "laporan"
    path.write_bytes(content)
    return read_or_refused(lambda: read_file(path, asked, None))


def numbers_in(text: str) -> set[Decimal]:
    """Every number a text may be of, whichever way its marks are meant."""
    told = unicodedata.normalize("NFKC", text).replace("\u2212", "-").strip().strip("'").strip()
    told = re.sub(r"(?<=[\d%\s])\(?[0-9a-z*]\)$|\s[rx]$|\*+\)?$", "", told.casefold()).strip()
    body = "".join(re.findall(r"[\d.,]", told)).rstrip(".,")
    found = set()
    for group, point in ((".", ","), (",", ".")):
        plain = body.replace(group, "").replace(point, ".")
        if re.fullmatch(r"\d+(\.\d*)?|\.\d+", plain):
            found |= {Decimal(plain), Decimal(plain) * 1000, Decimal(plain) * 10**6}
    return found | {-n for n in found}


def check_row(row: Any, texts: list[str]) -> None:
    """Refuse a row whose figures do not stand in its own cells."""
    for told, text in zip((row.labour_force, row.participants), texts[1:3], strict=True):
        if told is not None:
            assert Decimal(told) in numbers_in(text), (told, text)
    if row.coverage is not None:
        values = {float(n) for n in numbers_in(texts[3])}
        values |= {v / 100 for v in values}
        assert any(abs(row.coverage - v) < 1e-9 for v in values), (row.coverage, texts[3])


@fuzzed(100)
@given(content=st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-16")))
def test_any_bytes_are_refused(place, content):
    assert read(place, content) is None


@fuzzed(100)
@given(kind=st.sampled_from(sorted(KINDS)), damage=damages)
def test_a_damaged_file_is_read_or_refused(place, kind, damage):
    read(place, damaged(KINDS[kind](ROWS), damage))


@fuzzed(60)
@given(kind=st.sampled_from(("xlsx", "ods")), part=st.integers(0, 20), damage=damages)
def test_a_workbook_with_damaged_parts_is_read_or_refused(place, kind, part, damage):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(KINDS[kind](ROWS))) as old, zipfile.ZipFile(out, "w") as new:
        names = old.namelist()
        for name in names:
            content = old.read(name)
            hit = name == names[part % len(names)]
            new.writestr(name, damaged(content, damage) if hit else content)
    read(place, out.getvalue())


@fuzzed(200)
@given(
    kind=st.sampled_from(sorted(KINDS)),
    row=st.integers(1, 3),
    column=st.integers(0, 3),
    cell=cells,
)
def test_a_hostile_cell_changes_no_other_and_is_read_as_it_stands(place, kind, row, column, cell):
    rows = [list(r) for r in ROWS]
    rows[row][column] = cell
    told = read(place, KINDS[kind](rows))
    if told is None:
        return
    months = list(READ)
    for one in told.rows:
        month = one.as_of[:7]
        if month in READ and (month != months[row - 1]):
            force, people, coverage = READ[month]
            assert (one.labour_force, one.participants) in ((force, people), (force, None))
            assert one.coverage is None or abs(one.coverage - coverage) < 1e-9
        elif column:
            check_row(one, rows[row])
    if column and not any(one.as_of[:7] == months[row - 1] for one in told.rows):
        assert any(note.cell.endswith(str(row + 1)) for note in told.notes) or not cell.strip()


@fuzzed(60)
@given(
    value=st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**20), 10**20),
    column=st.integers(1, 3),
)
def test_a_number_typed_into_a_workbook_is_read_as_it_is(place, value, column):
    rows: list[list[Any]] = [HEADS, ["Januari 2025", 599061, 170133, 28.4]]
    rows[1][column] = value
    told = read(place, workbook(rows))
    for one in told.rows if told else ():
        figures = {1: one.labour_force, 2: one.participants, 3: one.coverage}
        if figures[column] is not None:
            wanted = float(f"{value:.15g}")
            assert figures[column] in (wanted, pytest.approx(wanted / 100, rel=1e-9, abs=1e-6))


@fuzzed(60)
@given(kind=st.sampled_from(sorted(KINDS)), changes=edits)
def test_a_table_of_odd_shape_is_read_or_refused(place, kind, changes):
    read(place, KINDS[kind](edited(ROWS, changes)))


@fuzzed(4)
@given(damage=damages, changes=edits)
def test_an_old_workbook_is_read_or_refused(place, damage, changes):
    read(place, damaged(old_workbook(ROWS), damage))
    read(place, old_workbook(edited(ROWS, changes)))


RUNS = {
    "digits": "9" * 50_000,
    "groups": "1" + ".111" * 20_000,
    "ones": "1 " * 30_000,
    "points": ". " * 50_000,
    "commas": "1," * 50_000,
    "spaces": "599.061" + " " * 100_000 + "x",
    "colons": ":" * 100_000 + "x",
    "per": "per " * 20_000 + "x",
    "s.d.": "s.d. " * 20_000 + "x",
    "years": "2024 " * 20_000,
    "months": "Januari " * 10_000,
    "brackets": "(" * 100_000,
    "dashes": "-" * 100_000,
    "stars": "1" + "*" * 100_000,
    "participants": "Peserta " * 10_000,
    "quarters": "Triwulan I " * 10_000,
}


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("at", ["head", "title", "time", "people", "share"])
def test_long_runs_are_read_soon(place, name, at):
    rows = [list(row) for row in ROWS]
    if at == "title":
        rows.insert(0, [RUNS[name]])
    else:
        row, column = {"head": (0, 2), "time": (1, 0), "people": (1, 1), "share": (1, 3)}[at]
        rows[row][column] = RUNS[name]
    read(place, csv_bytes(rows, ";"))


def parts(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as pack, zipfile.ZipFile(out, "w", 8) as changed:
        for one in pack.namelist():
            text = pack.read(one)
            assert one != name or old in text
            changed.writestr(one, text.replace(old, new, 1) if one == name else text)
    return out.getvalue()


NUMBERS = workbook([HEADS, [45747, 599061, 170133, 28.4]])
SHEET, CONTENT = "xl/worksheets/sheet1.xml", "content.xml"


def typed_document() -> bytes:
    plain = open_document(ROWS)
    force = b'<table:table-cell office:value-type="string"><text:p>599.061</text:p>'
    return parts(
        plain, CONTENT, force, force.replace(b'"string"', b'"float" office:value="599061"')
    )


LARGE = {
    "ten thousand columns": csv_bytes([HEADS * 2500, ROWS[1] * 2500], ";"),
    "words in rows and columns": csv_bytes(
        [[f"Kata{r * c}" for c in range(300)] for r in range(250)], ";"
    ),
    "many rows": csv_bytes(
        [HEADS, *([f"{m}/2025", *ROWS[1][1:]] for m in range(1, 13))] * 1000, ";"
    ),
    "a merged sheet": parts(
        workbook(ROWS),
        SHEET,
        b"</sheetData>",
        b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    ),
    "merged columns": parts(
        workbook(ROWS),
        SHEET,
        b"</sheetData>",
        b'</sheetData><mergeCells count="1"><mergeCell ref="A:XFD"/></mergeCells>',
    ),
    "hidden rows without end": parts(
        open_document(ROWS),
        CONTENT,
        b"<table:table-row>",
        b'<table:table-row table:visibility="collapse" table:number-rows-repeated="99999999999">',
    ),
    "spans over spans": parts(
        open_document(ROWS),
        CONTENT,
        b"<table:table-row>",
        b"<table:table-row>"
        + b'<table:table-cell office:value-type="string" table:number-rows-spanned="300" '
        b'table:number-columns-spanned="300"><text:p>x</text:p></table:table-cell>' * 2000,
    ),
}


@fuzzed(len(LARGE))
@given(name=st.sampled_from(sorted(LARGE)))
def test_large_files_are_read_or_refused_soon(place, name):
    read(place, LARGE[name])


# --- through the command -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mine") / "mine"
    shutil.copytree(SHIPPED_DATA, folder)
    return folder


def imported(mine: Path, file: Path, *more: str) -> None:
    """Import a file; what is refused writes nothing, what is written is usable."""
    shutil.rmtree(mine)
    shutil.copytree(SHIPPED_DATA, mine)
    before = seen(mine)
    told = ("--base", "bpjstk-2025", "--published", "2025-12-31", "--source", "laporan")
    ran = run("import", file, "--data", mine, "--region", "3318", *told, *more, "--yes")
    if ran.code:
        assert seen(mine) == before
    else:
        assert run("validate", mine).code == 0


@fuzzed(12, HANG_COMMAND)
@given(kind=st.sampled_from(sorted(KINDS)), changes=edits)
def test_a_hostile_file_is_imported_whole_or_not_at_all(place, mine, kind, changes):
    path = place / "kiriman"
    path.write_bytes(KINDS[kind](edited(ROWS, changes)))
    imported(mine, path)


OPTIONS = ("--base", "--basis", "--published", "--source", "--as-of", "--sheet", "--numbers")


@fuzzed(12, HANG_COMMAND)
@given(option=st.sampled_from((*OPTIONS, "--restate", "--column")), text=cells)
def test_a_hostile_option_is_taken_as_told_or_refused(place, mine, option, text):
    path = place / "kiriman.csv"
    path.write_bytes(csv_bytes(ROWS, ";"))
    imported(mine, path, f"{option}={text}")


# --- mended ------------------------------------------------------------------------------------------


def test_an_infinite_number_in_a_workbook_is_refused(place):
    for old in (b"<v>45747</v>", b"<v>599061</v>", b"<v>28.4</v>"):
        content = parts(NUMBERS, SHEET, old, b"<v>1e400</v>")
        (cell,) = [c for c in read_book_of(place, content) if c.trouble]
        assert cell.trouble == "cell_error" and read(place, content) is None
    for text in (b"NaN", b"INF", b"-INF", b"1e400"):
        content = parts(
            typed_document(), CONTENT, b'office:value="599061"', b'office:value="' + text + b'"'
        )
        assert read(place, content) is None


def read_book_of(place: Path, content: bytes) -> list[Any]:
    path = place / "book"
    path.write_bytes(content)
    return [cell for sheet in read_book(path).sheets for cell in sheet.cells.values()]


def test_a_table_written_with_thousands_marks_takes_an_import(mine, place):
    path = mine / "regions" / "3318" / "observations.csv"
    shutil.rmtree(mine)
    shutil.copytree(SHIPPED_DATA, mine)
    text = path.read_text(encoding="utf-8")
    for people in ("599061", "790185", "838348", "511111"):
        text = text.replace(f",{people},", f',"{int(people):,}",')
    path.write_text(text, encoding="utf-8", newline="\n")
    before = load_observations("3318", data=mine)
    (place / "baru.csv").write_bytes(csv_bytes([HEADS, ROWS[3]], ";"))
    told = ("--base", "bpjstk-2025", "--published", "2025-12-31", "--source", "laporan", "--yes")
    ran = run("import", place / "baru.csv", "--data", mine, "--region", "3318", *told)
    assert ran.code == 0, ran.err
    assert load_observations("3318", data=mine)[: len(before)] == before


def test_an_import_keeps_columns_whose_headings_have_spaces(mine, place):
    path = mine / "regions" / "3318" / "observations.csv"
    shutil.rmtree(mine)
    shutil.copytree(SHIPPED_DATA, mine)
    before = load_observations("3318", data=mine)
    head, _, rest = path.read_text(encoding="utf-8").partition("\n")
    path.write_text(head.replace(",", " , ") + "\n" + rest, encoding="utf-8", newline="\n")
    (place / "baru.csv").write_bytes(csv_bytes([HEADS, ROWS[3]], ";"))
    told = ("--base", "bpjstk-2025", "--published", "2025-12-31", "--source", "laporan", "--yes")
    assert run("import", place / "baru.csv", "--data", mine, "--region", "3318", *told).code == 0
    assert load_observations("3318", data=mine)[: len(before)] == before
