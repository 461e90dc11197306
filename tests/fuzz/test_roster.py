"""Rosters and lists, hostile: every row counted as it stands or set aside with its reason, none read wrongly."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.hostile import (
    CELLS,
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
from ucj_analysis.roster.counting import Roster, read_roster
from ucj_analysis.roster.files import SEGMENT_CODES, decile_code, month_code, segment_code
from ucj_analysis.scenario import SEGMENTS

WINDOW = "2024-01:2024-12"
HEADS = ["NIK", "Segmen", "Bulan Masuk", "Bulan Bayar Terakhir", "Status"]
SEGMENT_WORDS = ("PU", "BPU", "Jasa Konstruksi", "Rentan")
ROWS = [
    HEADS,
    *(
        [
            f"33180{1 + n % 9}{10 + n}0190{n:04d}",
            SEGMENT_WORDS[n % 4],
            f"2024-{1 + n % 6:02d}",
            f"2024-{6 + n % 6:02d}",
            "Aktif",
        ]
        for n in range(1, 17)
    ),
]
LIST = [
    ["NIK", "Kecamatan", "Desil", "Keterangan"],
    *(
        [f"33180{1 + n % 9}{10 + n}0190{n:04d}", "Juwana", str(1 + n % 10), ""]
        for n in range(10, 25)
    ),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rosters")
    (folder / "list.csv").write_bytes(csv_bytes(LIST))
    return folder


def read(place: Path, content: bytes, suffix: str = "csv") -> Roster | None:
    path = place / f"members.{suffix}"
    path.write_bytes(content)
    return read_or_refused(lambda: read_roster(path, "3318", [place / "list.csv"], WINDOW))


def check_all_told(roster: Roster | None) -> Roster | None:
    """Every row is used or set aside with its reason."""
    for one in (roster.roster, *roster.registers) if roster else ():
        assert one.rows == one.used + sum(one.refused.values())
    return roster


def stock(rows: list[list[str]]) -> np.ndarray:
    """People by segment and month of rows in good form, each counted by hand."""
    told = np.zeros((len(SEGMENTS) + 1, 12), int)
    for _, segment, first, last, _ in rows:
        code = SEGMENT_CODES[segment.lower()]
        start, stop = (int(m[5:]) - 1 for m in (first, last))
        stop += 0 if SEGMENTS[code] == "construction" else 2
        told[[code, -1], start : min(stop, 11) + 1] += 1
    return told


def by_hand(text: str) -> set[str]:
    """Every month a text may be of."""
    digits = "".join(c if not c.isdecimal() else str(int(c)) for c in text.lower())
    years = {
        y if len(y) == 4 else f"20{y}"
        for y in re.findall(r"\d{4}(?!\d)|\d{4}(?=\d\d)|\b\d\d\b", digits)
    }
    names = (
        "jan",
        "feb|peb",
        "mar|mrt",
        "apr",
        "mei|may",
        "jun",
        "jul",
        "ag|aug",
        "sep",
        "o[kc]t",
        "no[pv]",
        "de[sc]",
    )
    months = {n for n, name in enumerate(names, 1) if re.search(name, digits)}
    months |= {int(m) for m in re.findall(r"\d{2}|\d", digits)} | {
        int(m) for m in re.findall(r"(?=(\d\d))", digits)
    }
    return {f"{y}-{m:02d}" for y in years for m in months if 1 <= m <= 12}


texts = cells | st.sampled_from(("Mei 2024", "05/2024", "2024/5/1", "202405", "20240531", "mei-24"))


@fuzzed(300)
@given(text=texts)
def test_a_month_is_one_its_text_names(text):
    code = month_code(text)
    if code != -1:
        year, month = divmod(code, 12)
        assert f"{year}-{month + 1:02d}" in by_hand(text), text


@fuzzed(200)
@given(text=texts)
def test_a_decile_and_a_segment_stand_in_their_text(text):
    decile = decile_code(text)
    digits = "".join(str(int(c)) for c in text if c.isdecimal())
    assert decile == 0 or int(digits) == decile
    assert segment_code(text) in (-1, *range(len(SEGMENTS)))


@pytest.mark.parametrize("text", [c for c in CELLS if len(c) > 300])
def test_long_cells_are_coded_soon(text):
    assert (month_code(text), decile_code(text), segment_code(text)) == (-1, 0, -1)


@fuzzed(10)
@given(content=st.binary(max_size=300), suffix=st.sampled_from(("csv", "parquet", "txt", "xlsx")))
def test_any_bytes_are_refused(place, content, suffix):
    assert read(place, content, suffix) is None


@fuzzed(12)
@given(damage=damages, mark=st.sampled_from(",;\t"), encoding=st.sampled_from(("utf-8", "latin-1")))
def test_a_damaged_roster_is_counted_or_refused(place, damage, mark, encoding):
    check_all_told(read(place, damaged(csv_bytes(ROWS, mark, encoding), damage)))


@fuzzed(40)
@given(row=st.integers(1, 16), column=st.integers(0, 4), cell=cells)
def test_a_hostile_cell_changes_no_other_row(place, row, column, cell):
    rows = [list(r) for r in ROWS]
    rows[row][column] = cell
    roster = check_all_told(read(place, csv_bytes(rows)))
    if roster is None:
        return
    others = stock([*ROWS[1:row], *ROWS[row + 1 :]])
    mine = roster.stock - others
    assert roster.roster.rows == 16 and roster.roster.used in (15, 16)
    assert (mine >= 0).all() and (mine <= 1).all()
    assert roster.roster.used == 16 or not mine.any()
    if roster.roster.used == 16 and column != 0:
        code = segment_code(rows[row][1])
        first, last = (month_code(rows[row][n]) - 2024 * 12 for n in (2, 3))
        away = SEGMENTS[code] == "construction"
        wanted = np.zeros_like(mine)
        wanted[[code, -1], max(first, 0) : max(last + (0 if away else 2) + 1, 0)] = 1
        assert (mine == wanted).all()


@fuzzed(10)
@given(changes=edits)
def test_a_roster_of_odd_shape_is_counted_or_refused(place, changes):
    check_all_told(read(place, csv_bytes(edited(ROWS, changes))))


@fuzzed(10)
@given(changes=edits)
def test_a_list_of_odd_shape_is_counted_or_refused(place, changes):
    (place / "list.csv").write_bytes(csv_bytes(edited(LIST, changes)))
    try:
        check_all_told(read(place, csv_bytes(ROWS)))
    finally:
        (place / "list.csv").write_bytes(csv_bytes(LIST))


def parquet(columns: dict[str, pa.Array]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, write_page_checksum=True)
    return bytes(sink.getvalue())


PLAIN = {head: pa.array([row[n] for row in ROWS[1:]]) for n, head in enumerate(HEADS)}


@fuzzed(15)
@given(damage=damages)
def test_a_damaged_parquet_is_counted_or_refused(place, damage):
    check_all_told(read(place, damaged(parquet(PLAIN), damage), "parquet"))


TYPES = {
    "numbers": pa.array([int(row[0]) for row in ROWS[1:]]),
    "floats": pa.array([float(row[0]) for row in ROWS[1:]]),
    "nothing": pa.nulls(16),
    "bytes": pa.array([row[0].encode() for row in ROWS[1:]]),
    "bad bytes": pa.array([b"\xff\xfe"] * 16),
    "lists": pa.array([[row[0]] for row in ROWS[1:]]),
    "records": pa.array([{"a": row[0]} for row in ROWS[1:]]),
    "days": pa.array([date(2024, 5, 31)] * 16),
    "moments": pa.array([0] * 16, pa.timestamp("ns")),
    "truths": pa.array([True] * 16),
    "a dictionary": pa.array([row[0] for row in ROWS[1:]]).dictionary_encode(),
    "large text": pa.array([row[0] for row in ROWS[1:]], pa.large_string()),
    "decimals": pa.array([int(row[0]) for row in ROWS[1:]]).cast(pa.decimal128(20, 0)),
}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("kind", TYPES)
def test_columns_of_any_type_are_counted_or_refused(place, kind, head):
    roster = check_all_told(read(place, parquet(PLAIN | {head: TYPES[kind]}), "parquet"))
    if roster and head == "NIK" and kind in ("numbers", "a dictionary", "large text", "decimals"):
        assert (roster.stock == stock(ROWS[1:])).all()


@fuzzed(10, HANG_COMMAND)
@given(changes=edits, months=st.sampled_from((WINDOW, "")) | cells, small=st.just("5") | cells)
def test_a_hostile_roster_is_told_or_refused_by_the_command(
    place, tmp_path_factory, changes, months, small
):
    out = tmp_path_factory.mktemp("out")
    (place / "members.csv").write_bytes(csv_bytes(edited(ROWS, changes)))
    asked = ("roster", place / "members.csv", "--register", place / "list.csv", "--out", out)
    ran = run(*asked, f"--months={months}", f"--small={small}")
    assert bool(seen(out)) == (ran.code == 0)


# --- mended ------------------------------------------------------------------------------------------


def test_a_month_of_a_thousand_digits_is_none(place):
    for text in ("2024-" + "1" * 5000, "1" * 5000 + "-03"):
        assert month_code(text) == -1
    rows = [*ROWS, [*ROWS[1][:3], "2024-" + "1" * 5000, ""]]
    assert read(place, csv_bytes(rows)).roster.refused == {"month_missing": 1}


def test_a_header_line_without_end_is_refused(place):
    for head in ("x" * 200_000, "é" * (1 << 20)):
        rows = [[head, *ROWS[0][1:]], *ROWS[1:]]
        assert read(place, csv_bytes(rows)) is None


def test_two_columns_of_one_heading_are_refused(place):
    rows = [[*row, row[0]] for row in ROWS]
    assert read(place, csv_bytes(rows)) is None
    (place / "members.csv").write_bytes(csv_bytes(rows))
    assert run("roster", place / "members.csv", "--out", place / "out").code == 2
