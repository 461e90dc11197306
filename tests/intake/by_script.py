"""Files made by script: each known table in every kind of file, layout and convention, and hostile bytes."""

from __future__ import annotations

import csv
import io
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import xlwt
from building import Case, Row, Sheet, rezipped, xlsx
from odf.opendocument import OpenDocumentSpreadsheet, load
from odf.style import Style, TextProperties
from odf.table import Table, TableCell, TableRow
from odf.text import P, Span
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

BASE = 599061
#: Three months of one region, with a head count, and as they will stand in the table.
MONTHS = ((2025, 1, 170133, "28.4"), (2025, 2, 173129, "28.9"), (2025, 8, 176723, "29.5"))
ROWS: tuple[Row, ...] = tuple(
    (f"{y}-{m:02d}", float(c) / 100, 0.0005, p, BASE) for y, m, p, c in MONTHS
)
ROWS = tuple((a, round(c, 6), h, p, b) for a, c, h, p, b in ROWS)
NAMES_ID = {1: "Januari", 2: "Februari", 8: "Agustus"}
NAMES_EN = {1: "January", 2: "February", 8: "August"}
SHORT_ID = {1: "Jan", 2: "Peb", 8: "Agt"}


def grouped(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


def text_rows(style: str, names: dict[int, str], percent: str = "%") -> list[list[str]]:
    mark, point = (".", ",") if style == "id" else (",", ".")
    heads = (
        ["Bulan", "Angkatan kerja", "Peserta aktif", "Cakupan"]
        if style == "id"
        else ["Month", "Labour force", "Active participants", "Coverage"]
    )
    return [
        heads,
        *(
            [
                f"{names[m]} {y}",
                grouped(BASE, mark),
                grouped(p, mark),
                c.replace(".", point) + percent,
            ]
            for y, m, p, c in MONTHS
        ),
    ]


def delimited(rows: list[list[str]], mark: str, encoding: str, end: str = "\r\n") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, lineterminator=end).writerows(rows)
    return out.getvalue().encode(encoding)


def texts() -> Iterator[Case]:
    """Every separator, encoding, convention and line end."""
    for mark, name in ((";", "semicolons"), (",", "commas"), ("\t", "tabs")):
        for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"):
            style = "en" if encoding in ("utf-16-be", "cp1252") else "id"
            names = NAMES_EN if style == "en" else NAMES_ID
            yield Case(
                f"text: {name}, {encoding}, {style}",
                "csv",
                delimited(text_rows(style, names), mark, encoding, "\n" if mark == "," else "\r\n"),
                ROWS,
            )
    yield Case(
        "text: a separator told in the first line",
        "csv",
        b"sep=;\r\n" + delimited(text_rows("id", SHORT_ID), ";", "utf-8"),
        ROWS,
    )


def typed(style: str) -> list[list[object]]:
    """Rows as numbers and dates."""
    heads = text_rows(style, NAMES_ID)[0]
    return [heads, *([date(y, m, 1), BASE, p, float(c) / 100] for y, m, p, c in MONTHS)]


FORMATS = {"A2:A4": "mmmm yyyy", "B2:C4": "#,##0", "D2:D4": "0.0%"}


def workbooks() -> Iterator[Case]:
    """Every date format, unit and layout."""
    for code in ("mmmm yyyy", "mmm-yy", "[$-421]mmmm yyyy;@", "mm/yyyy", '"s.d." mmmm yyyy'):
        content = xlsx(Sheet(typed("id"), formats=FORMATS | {"A2:A4": code}))
        yield Case(f"workbook: months shown as {code}", "xlsx", content, ROWS)
    yield Case(
        "workbook: percent printed by the format, not in the value",
        "xlsx",
        xlsx(
            Sheet(
                [typed("id")[0], *([d, b, p, round(100 * c, 1)] for d, b, p, c in typed("id")[1:])],
                formats=FORMATS | {"D2:D4": '0.0"%"'},
            )
        ),
        ROWS,
    )
    for shift in (1, 3, 7):
        rows = [[None] * shift + row for row in text_rows("id", NAMES_ID)]
        content = xlsx(Sheet([["Kabupaten Pati"], *([[]] * shift), *rows]))
        yield Case(f"workbook: table {shift} to the right and down", "xlsx", content, ROWS)
    yield Case(
        "workbook: saved with the ending of text",
        "csv",
        xlsx(Sheet(typed("id"), formats=FORMATS)),
        ROWS,
    )
    yield Case(
        "workbook: numbering below the header, units in brackets",
        "xlsx",
        xlsx(
            Sheet(
                [
                    [
                        "No.",
                        "Bulan",
                        "Angkatan Kerja (jiwa)",
                        "Peserta Aktif (jiwa)",
                        "Cakupan (%)",
                    ],
                    ["(1)", "(2)", "(3)", "(4)", "(5)"],
                    *(
                        [i, f"{SHORT_ID[m]}-{y}", BASE, p, float(c)]
                        for i, (y, m, p, c) in enumerate(MONTHS, 1)
                    ),
                ]
            )
        ),
        ROWS,
    )
    yield Case(
        "workbook: months down, one year over the page",
        "xlsx",
        xlsx(
            Sheet(
                [
                    ["Perkembangan kepesertaan tahun 2025"],
                    text_rows("id", NAMES_ID)[0],
                    *([NAMES_ID[m], BASE, p, f"{c}%"] for _, m, p, c in MONTHS),
                ]
            )
        ),
        ROWS,
        confirm=True,
    )
    yield Case(
        "workbook: columns for year and month",
        "xlsx",
        xlsx(
            Sheet(
                [
                    ["Tahun", "Bulan", "Angkatan kerja", "Peserta", "Cakupan (%)"],
                    *([y, m, BASE, p, float(c)] for y, m, p, c in MONTHS),
                ]
            )
        ),
        ROWS,
    )
    yield Case(
        "workbook: months across, the year over them, figures down",
        "xlsx",
        xlsx(
            Sheet(
                [
                    ["Uraian", "2025", None, None],
                    [None, "Januari", "Februari", "Agustus"],
                    ["Jumlah angkatan kerja (jiwa)", BASE, BASE, BASE],
                    ["Peserta aktif (jiwa)", *(p for *_, p, _ in MONTHS)],
                    ["Cakupan (%)", *(float(c) for *_, c in MONTHS)],
                ],
                merged=("A1:A2", "B1:D1"),
            )
        ),
        ROWS,
    )
    yield Case(
        "workbook: the labour force merged over its months",
        "xlsx",
        xlsx(
            Sheet(
                [
                    *text_rows("id", NAMES_ID)[:2],
                    *([a, None, p, c] for a, _, p, c in text_rows("id", NAMES_ID)[2:]),
                ],
                merged=("B2:B4",),
            )
        ),
        ROWS,
    )
    regions = ["Kab. Kudus", "Kab. Pati", "Kota Tegal", "Kab. Tegal"]
    long = [[region, *row] for region in regions for row in text_rows("id", NAMES_ID)[1:]]
    yield Case(
        "workbook: four regions of three months each",
        "xlsx",
        xlsx(Sheet([["Kabupaten/Kota", *text_rows("id", NAMES_ID)[0]], *long])),
        ROWS,
    )
    yield Case(
        "workbook: months across for each region, participants and share in turn",
        "xlsx",
        xlsx(
            Sheet(
                [
                    [
                        "Kabupaten/Kota",
                        "Angkatan Kerja",
                        "Januari 2025",
                        None,
                        "Februari 2025",
                        None,
                    ],
                    [None, None, "Peserta", "%", "Peserta", "%"],
                    ["KUDUS", 512345, 100000, 19.5, 110000, 21.5],
                    ["PATI", BASE, 170133, 28.4, 173129, 28.9],
                ],
                merged=("A1:A2", "B1:B2", "C1:D1", "E1:F1"),
            )
        ),
        ROWS[:2],
        confirm=True,
    )
    yield Case(
        "workbook: target of the year beside the months",
        "xlsx",
        xlsx(
            Sheet(
                [
                    [*text_rows("id", NAMES_ID)[0], "Target 2025 (%)"],
                    *([*row, "52"] for row in text_rows("id", NAMES_ID)[1:]),
                ]
            )
        ),
        ROWS,
        targets=(("2025-12", 0.52),),
        confirm=True,
    )
    hidden = [*typed("id"), [date(2025, 9, 1), BASE, 179718, 0.3]]
    yield Case(
        "workbook: a hidden row is read, and shown",
        "xlsx",
        xlsx(
            Sheet(
                hidden,
                formats={"A2:A5": "mmmm yyyy", "D2:D5": "0.0%"},
                hidden_rows=(5,),
            )
        ),
        (*ROWS, ("2025-09", 0.3, 0.0005, 179718, BASE)),
        confirm=True,
    )


def old(rows: list[list[object]], formats: dict[int, str]) -> bytes:
    """Return a workbook of before 2007."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("UCJ")
    styles = {n: xlwt.easyxf(num_format_str=code) for n, code in formats.items()}
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value, *([styles[c]] if r and c in styles else []))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def open_document(rows: list[list[object]]) -> bytes:
    """Return an OpenDocument sheet: percentages and dates by their own types."""
    book = OpenDocumentSpreadsheet()
    table = Table(name="UCJ")
    for row in rows:
        line = TableRow()
        for value in row:
            if isinstance(value, float):
                told = f"{100 * value:.1f}".replace(".", ",") + "%"
                cell = TableCell(valuetype="percentage", value=value)
            elif isinstance(value, int):
                told, cell = grouped(value, "."), TableCell(valuetype="float", value=value)
            elif isinstance(value, date):
                told = f"{NAMES_ID[value.month]} {value.year}"
                cell = TableCell(valuetype="date", datevalue=value.isoformat())
            else:
                told, cell = str(value or ""), TableCell(valuetype="string")
            if told:
                cell.addElement(P(text=told))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()


def marked(form: str, note: str) -> bytes:
    """Return a table whose participants, C2, carry a raised 1, and the line below it."""
    table = [["Bulan", "Angkatan kerja", "Peserta"], ["Mei 2025", "599.061", "186.308"], [note]]
    if form == "csv":
        table[1][2] += "¹"
        return "\n".join(";".join(row) for row in table).encode()
    if form == "xlsx":
        raised = TextBlock(InlineFont(vertAlign="superscript"), "1")
        return xlsx(Sheet([table[0], [*table[1][:2], CellRichText("186.308", raised)], table[2]]))
    book = load(io.BytesIO(open_document(table)))  # type: ignore[arg-type]
    style = Style(name="raised", family="text")
    style.addElement(TextProperties(textposition="super 58%"))
    book.automaticstyles.addElement(style)
    (told,) = [p for p in book.getElementsByType(P) if str(p) == "186.308"]
    told.addElement(Span(stylename="raised", text="1"))
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()


def other_programs() -> Iterator[Case]:
    yield Case("xls: text as typed", "xls", old(text_rows("id", NAMES_ID), {}), ROWS)  # type: ignore[arg-type]
    yield Case(
        "xls: numbers, months as dates, per cent by format",
        "xls",
        old(typed("id"), {0: "mmmm yyyy", 3: "0.0%"}),
        ROWS,
        confirm=True,  # neither the format of a date nor that of a number is told
    )
    yield Case("ods: typed", "ods", open_document(typed("id")), ROWS)
    yield Case("ods: text", "ods", open_document(text_rows("en", NAMES_EN)), ROWS)  # type: ignore[arg-type]


def one(cells: list[object], head: list[str] | None = None, **more: object) -> bytes:
    return xlsx(
        Sheet([head or ["Bulan", "Angkatan kerja", "Peserta", "Cakupan (%)"], cells]), **more
    )


def suspicious() -> Iterator[Case]:
    """Tables that look right and may be about something else: read only with a look at them."""
    table = [["Bulan", "Angkatan kerja", "Peserta"], ["Mar 2025", BASE, 173728]]
    read: tuple[Row, ...] = (("2025-03", None, None, 173728, BASE),)
    for name, title in (
        ("the title speaks of a segment", "Peserta BPU Kabupaten Pati"),
        ("the title speaks of the province", "Kepesertaan Jawa Tengah"),
    ):
        yield Case(name, "xlsx", xlsx(Sheet([[title], *table])), read, confirm=True)
    yield Case(
        "thousands, told by the title alone",
        "xlsx",
        xlsx(Sheet([["Satuan: ribu jiwa"], table[0], ["Mar 2025", 599.1, 173.7]])),
        (("2025-03", 0.289935, 0.000108, None, 599100),),
        confirm=True,
    )
    yield Case(
        "a realisation, perhaps of the target",
        "xlsx",
        xlsx(Sheet([["Bulan", "Angkatan kerja", "Realisasi (%)"], ["Mar 2025", BASE, 29]])),
        (("2025-03", 0.29, 0.005, None, BASE),),
        confirm=True,
    )
    yield Case(
        "one part of the region alone, in a column of its own",
        "xlsx",
        xlsx(Sheet([["Kecamatan", *table[0]], ["Kayen", *table[1]]])),
        read,
        confirm=True,
    )
    yield Case(
        "segments and their total below one head",
        "xlsx",
        xlsx(
            Sheet(
                [
                    ["Bulan", "Angkatan kerja", "Peserta", None, None],
                    [None, None, "PU", "BPU", "Total"],
                    ["Mar 2025", BASE, 123728, 50000, 173728],
                ],
                merged=("A1:A2", "B1:B2", "C1:E1"),
            )
        ),
        read,
    )
    groups = [["KABUPATEN KUDUS"], table[1], ["KABUPATEN PATI"], ["Mar 2025", BASE, 170133]]
    yield Case(
        "regions as lines of their own above their months",
        "xlsx",
        xlsx(Sheet([table[0], *groups])),
        (("2025-03", None, None, 170133, BASE),),
    )
    yield Case(
        "refused: only another region's line above the months",
        "xlsx",
        xlsx(Sheet([table[0], *groups[:2]])),
        refused=("nothing_to_import",),
    )


#: What stands in the four cells below the header, and the refusal: code and cell.
REFUSALS = {
    "people over base": (["Mar 2025", BASE, 700000, None], ("people_above_base", "C2")),
    "more than all": (["Mar 2025", BASE, None, 129.5], ("not_a_share", "D2")),
    "nothing covered": (["Mar 2025", BASE, None, 0], ("not_a_share", "D2")),
    "all covered": (["Mar 2025", BASE, None, "100%"], ("not_a_share", "D2")),
    "negative": (["Mar 2025", BASE, -5, 29], ("not_people", "C2")),
    "599.061 as a number with a fraction": (
        ["Mar 2025", 599.061, None, 29],
        ("decimal_people", "B2"),
    ),
    "people in per cent": (["Mar 2025", BASE, "29%", 29], ("not_people", "C2")),
    "digits and a mark run together": (
        ["Mar 2025", "5990611)", None, 29],
        ("unreadable_number", "B2"),
    ),
    "groups of two digits": (["Mar 2025", "5.99.061", None, 29], ("unreadable_number", "B2")),
    "a range": (["Mar 2025", BASE, None, "28-30"], ("unreadable_number", "D2")),
    "about": (["Mar 2025", BASE, None, "± 29,5"], ("unreadable_number", "D2")),
    "no such month": (["Mart 2025", BASE, None, 29], ("unreadable_time", "A2")),
    "month 13": (["13/2025", BASE, None, 29], ("unreadable_time", "A2")),
    "31 February": (["31/02/2025", BASE, None, 29], ("unreadable_time", "A2")),
    "a month without a year": (["Maret", BASE, None, 29], ("month_alone", "A2")),
    "no month in the row": ([None, BASE, 170133, 28.4], ("no_time", "A2")),
    "division by zero": (["Mar 2025", BASE, None, "#DIV/0!"], ("cell_error", "D2")),
    "not available": (["Mar 2025", "#N/A", None, 29], ("cell_error", "B2")),
    "a formula never computed, in people": (
        ["Mar 2025", "=5*5", None, 29],
        ("formula_without_value", "B2"),
    ),
    "no labour force": (["Mar 2025", "-", 170133, 28.4], ("no_labour_force", "C2")),
    "thousands of both kinds": (["Mar 2025", "599.061", "173,728", None], ()),
    "told before it happened": (["Jan 2026", BASE, None, 29], ("published_too_early", "D2")),
    "a half-year of three": (["Semester III 2025", BASE, None, 29], ("unreadable_time", "A2")),
}


def refusals() -> Iterator[Case]:
    for name, (cells, refused) in REFUSALS.items():
        if refused:
            yield Case(f"refused: {name}", "xlsx", one(cells), refused=refused)
    yield Case(
        "two conventions in two columns, each sure of itself",
        "xlsx",
        one(["Mar 2025", "599.061", "173,728", None]),
        rows=(("2025-03", None, None, 173728, BASE),),
        confirm=True,
    )
    heads = ["Bulan", "Angkatan kerja", "Cakupan (%)"]
    two = [["Mar 2025", BASE, 0.295], ["Apr 2025", BASE, 29.5]]
    yield Case(
        "refused: a fraction and per cent in one column",
        "xlsx",
        xlsx(Sheet([heads, *two])),
        refused=("mixed_units", "C2", "C3"),
    )
    days = [["31/03/2025", BASE, 29], ["04/30/2025", BASE, 29.5]]
    yield Case(
        "refused: days before and after months",
        "xlsx",
        xlsx(Sheet([["Tanggal", *heads[1:]], *days])),
        refused=("mixed_days", "A3", "A2"),
    )
    yield Case(
        "refused: two columns of participants",
        "xlsx",
        one(
            ["Mar 2025", BASE, 170133, 28.4, 190000],
            [*heads[:2], "Peserta", heads[2], "Peserta aktif"],
        ),
        refused=("two_columns", "E1", "C1"),
    )
    yield Case(
        "refused: participants of one segment are not the participants",
        "xlsx",
        one(["Mar 2025", BASE, 70133], [*heads[:2], "Peserta BPU"]),
        refused=("no_table",),
    )
    yield Case(
        "refused: Tegal, the city or the regency",
        "xlsx",
        one(["Tegal", "Mar 2025", BASE, 28.4], ["Kabupaten/Kota", *heads]),
        refused=("region_not_clear", "A2"),
        asked={"region": "3328"},
    )
    yield Case(
        "refused: a code and another region's name",
        "xlsx",
        one(["33.18", "Kab. Kudus", "Mar 2025", BASE, 28.4], ["Kode", "Kabupaten", *heads]),
        refused=("code_and_name_differ", "A2"),
    )
    yield Case(
        "refused: the asked region is not in the table",
        "xlsx",
        one(["Kab. Kudus", "Mar 2025", BASE, 28.4], ["Kabupaten", *heads]),
        refused=("region_not_there",),
    )
    yield Case(
        "refused: a decimal comma splits a cell",
        "csv",
        b"Bulan,Cakupan,Angkatan kerja\nMaret 2025,29,5,599061\n",
        refused=("row_too_wide", "D2"),
    )
    yield Case(
        "refused: 1.234 thousand, 1.234 or 1,234",
        "csv",
        b"Bulan;Angkatan kerja (ribu);Cakupan (%)\nMar 2025;1.234;29\n",
        refused=("ambiguous_number", "B2"),
    )
    yield Case(
        "1.234 thousand, told by the option",
        "csv",
        b"Bulan;Angkatan kerja (ribu);Cakupan (%)\nMar 2025;1.234;29\n",
        rows=(("2025-03", 0.29, 0.005, None, 1234000),),
        asked={"numbers": "id"},
    )
    yield Case(
        "the month by option",
        "csv",
        b"Kabupaten;Angkatan kerja;Cakupan (%)\nPati;599.061;29\n",
        rows=(("2025-03", 0.29, 0.005, None, BASE),),
        asked={"as_of": "2025-03"},
    )
    yield Case(
        "refused: what the file does not tell is asked for",
        "csv",
        b"Bulan;Angkatan kerja;Cakupan (%)\nMar 2025;599.061;29\n",
        refused=("option_needed",),
        asked={"base": "", "source": ""},
    )
    for name, content, code in (
        ("nothing", b"", "intake_empty"),
        ("blank lines", b"\n\n  \n", "intake_empty"),
        ("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "intake_pdf"),
        (
            "a web page called .xls",
            b"<html><table><tr><td>Bulan</td></tr></table>",
            "intake_not_a_table",
        ),
        ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(100), "intake_picture"),
        ("half a workbook", one(["Mar 2025", BASE, None, 29])[:3000], "intake_broken"),
        ("a text document", document(), "intake_not_a_table"),
        ("an old workbook cut off", old(text_rows("id", NAMES_ID), {})[:1500], "intake_broken"),  # type: ignore[arg-type]
        ("letters of no kind", b"Bulan;Peserta\n\x81\x8d;\xff\n", "intake_encoding"),
        ("words alone", b"Yth. Bapak Kepala Dinas,\ndengan hormat.\n", "no_table"),
    ):
        yield Case(f"refused: {name}", "xls", content, refused=(code,))
    yield Case("refused: a bomb", "xlsx", bomb(), refused=("intake_too_large",))


def document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("word/document.xml", "<w:document/>")
    return out.getvalue()


def bomb() -> bytes:
    """A sheet of a few kilobytes that unpacks to more than is allowed."""
    plain = one(["Mar 2025", BASE, None, 29])
    return rezipped(
        plain,
        lambda name, text: text + b" " * 70_000_000 if name.endswith("sheet1.xml") else text,
    )


BY_SCRIPT = [*texts(), *workbooks(), *other_programs(), *suspicious(), *refusals()]


#: Semicolons, UTF-8, every cell as it is shown.
AS_SHOWN = ":Text - txt - csv (StarCalc):59,34,76,1,,0,false,true"


def round_trips(folder: Path) -> Iterator[Case]:
    """The typed workbook as LibreOffice saves it in its other kinds."""
    source = folder / "laporan.xlsx"
    source.write_bytes(
        xlsx(
            Sheet(
                [["KABUPATEN PATI"], *typed("id")],
                formats={"A3:A5": "mmmm yyyy", "B3:C5": "#,##0", "D3:D5": "0.0%"},
            )
        )
    )
    for kind, told in (("ods", ""), ("xls", ""), ("xlsx", ""), ("csv", AS_SHOWN), ("csv", "")):
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                kind + told,
                "--outdir",
                str(folder / kind),
                str(source),
            ],
            check=True,
            capture_output=True,
            timeout=300,
        )
        content = (folder / kind / f"laporan.{kind}").read_bytes()
        if kind == "csv" and not told:
            # the first of each month as 01/02/2025: read as days of January, three of one month
            yield Case("LibreOffice: csv", kind, content, refused=("month_twice", "C4", "C3"))
        else:
            yield Case(f"LibreOffice: {kind}{told}", kind, content, ROWS, confirm=kind == "xls")
