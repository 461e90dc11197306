"""Files laid out by hand, as offices send them, each with its right reading or refusal.

They were written down before the reader was.
"""

from __future__ import annotations

from datetime import date

from building import Case, Sheet, xlsx

TITLE = [["LAPORAN KEPESERTAAN BPJS KETENAGAKERJAAN"], ["KABUPATEN PATI"], []]
HEAD = ["No", "Bulan", "Angkatan Kerja", "Peserta Aktif", "Cakupan (%)"]
LABOUR_FORCE = 599061


def monthly(*rows, head=HEAD, **more) -> bytes:
    """A report of months down the page: title, header in row 4, figures from row 5."""
    return xlsx(Sheet([*TITLE, head, *rows], **more))


def cp1252(text: str) -> bytes:
    return text.encode("cp1252")


BY_HAND = [
    Case(
        "months down, plain numbers",
        "xlsx",
        monthly(
            [1, "Januari 2025", LABOUR_FORCE, 170133, 28.4],
            [2, "Februari 2025", LABOUR_FORCE, 173129, 28.9],
        ),
        rows=(
            ("2025-01", 0.284, 0.0005, 170133, LABOUR_FORCE),
            ("2025-02", 0.289, 0.0005, 173129, LABOUR_FORCE),
        ),
    ),
    Case(
        "semicolons, decimal commas, percent signs, a byte order mark",
        "csv",
        "\ufeffBulan;Angkatan kerja;Peserta;Cakupan\r\n"
        "Maret 2025;599.061;173.728;29,0%\r\n"
        "Agt 2025;599.061;176.723;29,5%\r\n".encode(),
        rows=(
            ("2025-03", 0.29, 0.0005, 173728, LABOUR_FORCE),
            ("2025-08", 0.295, 0.0005, 176723, LABOUR_FORCE),
        ),
    ),
    Case(
        "a header of two rows, merged: Cakupan over Peserta and %",
        "xlsx",
        xlsx(
            Sheet(
                [
                    ["Bulan", "Angkatan Kerja", "Cakupan", None],
                    [None, None, "Peserta", "%"],
                    ["Mei 2025", 599061, 176723, "29,5"],
                ],
                merged=("A1:A2", "B1:B2", "C1:D1"),
            )
        ),
        rows=(("2025-05", 0.295, 0.0005, 176723, LABOUR_FORCE),),
    ),
    Case(
        "all regencies of a province, the month in the title",
        "xlsx",
        xlsx(
            Sheet(
                [
                    ["CAPAIAN UCJ KABUPATEN/KOTA DI JAWA TENGAH"],
                    ["Posisi: Maret 2025"],
                    ["No.", "Kabupaten/Kota", "Angkatan Kerja", "Peserta Aktif", "UCJ (%)"],
                    [1, "KABUPATEN KUDUS", 512345, 256173, 50.0],
                    [2, "KABUPATEN PATI", 599061, 173728, 29.0],
                    [3, "KOTA SEMARANG", 1000000, 600000, 60.0],
                    [None, "JAWA TENGAH", 2111406, 1029901, 48.78],
                ]
            )
        ),
        rows=(("2025-03", 0.29, 0.005, 173728, LABOUR_FORCE),),
        confirm=True,
    ),
    Case(
        "regions by code with a dot, a source and a day of publication in the table",
        "csv",
        b"Kode,Bulan,Angkatan kerja,Cakupan,Tanggal rilis,Sumber\n"
        b'33.18,Mar 2025,599061,29%,10/04/2025,"rapat, 9 April"\n'
        b"33.19,Mar 2025,512345,50%,10/04/2025,rapat\n",
        rows=(("2025-03", 0.29, 0.005, None, LABOUR_FORCE),),
        confirm=True,  # 10/04: the tenth of April, or the fourth of October
    ),
    Case(
        "months across the page, a unit for each row",
        "xlsx",
        xlsx(
            Sheet(
                [
                    ["Perkembangan UCJ Kab. Pati"],
                    ["Uraian", "Satuan", "Jan 2025", "Feb 2025", "Mar 2025"],
                    ["Angkatan kerja", "jiwa", 599061, 599061, 599061],
                    ["Peserta aktif", "jiwa", 170133, 173129, "–"],
                    ["Cakupan", "%", "28,4", "28,9", "-"],
                ]
            )
        ),
        rows=(
            ("2025-01", 0.284, 0.0005, 170133, LABOUR_FORCE),
            ("2025-02", 0.289, 0.0005, 173129, LABOUR_FORCE),
        ),
    ),
    Case(
        "cells formatted as per cent",
        "xlsx",
        monthly(
            [1, "Januari 2025", 599061, None, 0.295],
            [2, "Februari 2025", 599061, None, 0.3],
            formats={"E5:E6": "0.0%", "C5:C6": "#,##0"},
        ),
        rows=(
            ("2025-01", 0.295, 0.0005, None, LABOUR_FORCE),
            ("2025-02", 0.3, 0.0005, None, LABOUR_FORCE),
        ),
    ),
    Case(
        "a plain 0.295 below a head that says per cent",
        "xlsx",
        monthly([1, "Januari 2025", 599061, None, 0.295]),
        rows=(("2025-01", 0.295, 0.0005, None, LABOUR_FORCE),),
        confirm=True,
    ),
    Case(
        "thousands of people: rounded heads are no head count",
        "csv",
        b"Bulan;Angkatan kerja (ribu jiwa);Peserta (ribu orang);Cakupan (%)\n"
        b"Mar 2025;599,1;173,7;29,0\n",
        rows=(("2025-03", 0.29, 0.0005, None, 599100),),
        confirm=True,
    ),
    Case(
        "total row, blank rows, footnote marks and notes below",
        "xlsx",
        monthly(
            [1, "Januari 2025", "599.061 1)", "170.133", "28,4"],
            [],
            [2, "Februari 2025 *)", "599.061", "173.129", "28,9*)"],
            [None, "Jumlah", "599.061", "343.262", "57,3"],
            [],
            ["1) angkatan kerja 2025"],
            ["*) angka sementara"],
            ["Sumber: BPJS Ketenagakerjaan Cabang Pati"],
        ),
        rows=(
            ("2025-01", 0.284, 0.0005, 170133, LABOUR_FORCE),
            ("2025-02", 0.289, 0.0005, 173129, LABOUR_FORCE),
        ),
    ),
    Case(
        "a decimal comma and a decimal point in one column",
        "xlsx",
        monthly(
            [1, "Januari 2025", 599061, None, "28,4"],
            [2, "Februari 2025", 599061, None, "28.9"],
        ),
        refused=("mixed_numbers", "E6", "E5"),
    ),
    Case(
        "29.473 alone: only as a decimal point is it below one hundred per cent",
        "xlsx",
        monthly([1, "Januari 2025", 599061, None, "29.473"]),
        rows=(("2025-01", 0.29473, 0.000005, None, LABOUR_FORCE),),
        confirm=True,
    ),
    Case(
        "1.234 in a column of people is one thousand two hundred and thirty-four",
        "csv",
        b"Bulan;Angkatan kerja;Peserta\nMar 2025;9.876;1.234\n",
        rows=(("2025-03", None, None, 1234, 9876),),
    ),
    Case(
        "an error in a cell",
        "xlsx",
        monthly([1, "Januari 2025", 599061, 170133, "#REF!"]),
        refused=("cell_error", "E5"),
    ),
    Case(
        "a formula that was never computed",
        "xlsx",
        monthly([1, "Januari 2025", 599061, 170133, "=D5/C5*100"]),
        refused=("formula_without_value", "E5"),
    ),
    Case(
        "a formula with its result: full precision, not the digits shown",
        "xlsx",
        monthly(
            [1, "Januari 2025", 599061, None, "=0.28412*1"],
            formats={"E5": "0.0%"},
            cached={"E5": 0.28412},
        ),
        rows=(("2025-01", 0.28412, 0.000005, None, LABOUR_FORCE),),
    ),
    Case(
        "days as bare numbers of the spreadsheet",
        "xlsx",
        monthly(
            [1, 45747, 599061, None, 29], head=["No", "Tanggal", "Angkatan Kerja", "", "UCJ (%)"]
        ),
        rows=(("2025-03-31", 0.29, 0.005, None, LABOUR_FORCE),),
        confirm=True,
    ),
    Case(
        "the date system of 1904",
        "xlsx",
        xlsx(
            Sheet(
                [
                    ["Tanggal", "Angkatan kerja", "Cakupan (%)"],
                    [date(2025, 3, 31), 599061, 29],
                ],
                formats={"A2": "dd/mm/yyyy"},
            ),
            mac_dates=True,
        ),
        rows=(("2025-03-31", 0.29, 0.005, None, LABOUR_FORCE),),
    ),
    Case(
        "a year alone tells no month",
        "xlsx",
        monthly([1, 2025, 599061, None, 29]),
        refused=("year_alone", "B5"),
    ),
    Case(
        "a quarter is read as its last month, and shown so",
        "csv",
        b"Periode;Angkatan kerja;Cakupan (%)\nTriwulan I 2025;599.061;29\nTW II 2025;599.061;29,5\n",
        rows=(
            ("2025-03", 0.29, 0.005, None, LABOUR_FORCE),
            ("2025-06", 0.295, 0.0005, None, LABOUR_FORCE),
        ),
        confirm=True,
    ),
    Case(
        "a month told twice",
        "xlsx",
        monthly(
            [1, "Januari 2025", 599061, None, 28.4],
            [2, "Jan 2025", 599061, None, 28.9],
        ),
        refused=("month_twice", "E6", "E5"),
    ),
    Case(
        "coverage that contradicts participants over base",
        "xlsx",
        monthly([1, "Januari 2025", 599061, 170133, 35.0]),
        refused=("coverage_contradicts", "E5"),
    ),
    Case(
        "a hidden sheet with older figures",
        "xlsx",
        xlsx(
            Sheet(
                [HEAD[1:], ["Januari 2025", 511111, 199333, 39]],
                name="lama",
                hidden=True,
            ),
            Sheet([HEAD[1:], ["Januari 2025", 599061, 170133, 28.4]]),
        ),
        rows=(("2025-01", 0.284, 0.0005, 170133, LABOUR_FORCE),),
    ),
    Case(
        "two sheets that both hold a table",
        "xlsx",
        xlsx(
            Sheet([HEAD[1:], ["Januari 2025", 599061, 170133, 28.4]], name="Jan"),
            Sheet([HEAD[1:], ["Februari 2025", 599061, 173129, 28.9]], name="Feb"),
        ),
        refused=("several_tables", "Feb!A1"),
    ),
    Case(
        "one byte per letter, a dash for no figure, commas inside quotation marks",
        "csv",
        cp1252(
            'Bulan,Angkatan kerja,Peserta,"Cakupan, %"\n'
            '"Maret 2025","599.061",–,"29,0"\n'
            '"April 2025","599.061",–,–\n'
        ),
        rows=(("2025-03", 0.29, 0.0005, None, LABOUR_FORCE),),
    ),
    Case(
        "two bytes per letter, tabs",
        "txt",
        "Bulan\tAngkatan kerja\tCakupan\nOkt 2025\t599.061\t30,5%\n".encode("utf-16"),
        rows=(("2025-10", 0.305, 0.0005, None, LABOUR_FORCE),),
    ),
    Case(
        "line breaks inside a head, trailing empty columns",
        "csv",
        b'Bulan;"Angkatan\nkerja";"Cakupan\n(%)";;;\nDesember 2025;599.061;31,2;;;\n;;;;;\n',
        rows=(("2025-12", 0.312, 0.0005, None, LABOUR_FORCE),),
    ),
    Case(
        "people with a fraction",
        "csv",
        b"Bulan;Angkatan kerja;Cakupan (%)\nMar 2025;599.06;29\n",
        refused=("not_people", "B2"),
    ),
    Case(
        "a title that names another regency",
        "xlsx",
        xlsx(
            Sheet(
                [
                    ["KABUPATEN KUDUS"],
                    HEAD[1:],
                    ["Januari 2025", 599061, 170133, 28.4],
                ]
            )
        ),
        refused=("other_region_named", "A1"),
    ),
]
