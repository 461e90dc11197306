"""Tables of the data folder, hostile: read as they are written, or refused with their place."""

from __future__ import annotations

import csv
import io
import math
import re
import shutil
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.fuzz.hostile import (
    CELLS,
    HANG_COMMAND,
    TIMES,
    Edit,
    csv_bytes,
    csv_rows,
    damaged,
    damages,
    edited,
    edits,
    fuzzed,
    read_or_refused,
    run,
    seen,
)
from ucj_analysis.record.observations import base_family
from ucj_analysis.record.public_record import printed_figures
from ucj_analysis.record.reading import read_table
from ucj_analysis.record.regions import load_regions
from ucj_analysis.record.schemas import PER_REGION, TABLES, Column
from ucj_analysis.resources import SHIPPED_DATA

OWN = SHIPPED_DATA / "regions" / "3318"
BREAKDOWN = [
    ["as_of", "dimension", "name", "participants", "labour_force", "published", "source", "note"],
    ["2025-03", "segment", "PU", "100000", "", "2025-03-31", "own", ""],
    ["2025-03", "segment", "BPU", "50000", "", "2025-03-31", "own", ""],
    ["2025-03", "sub_district", "Juwana", "12.000", "60.000", "2025-03-31", "own", ""],
]
ACCEPTED = [
    ["check", "as_of", "base", "found", "note", "by", "on"],
    ["jump", "2025-03", "bpjstk-2025", "29%", "letter", "R. Hadi", "2025-04-01"],
]


def good_rows(name: str) -> list[list[str]]:
    """A few rows of each table as it is shipped."""
    made = {"breakdown": BREAKDOWN, "accepted": ACCEPTED}
    if name in made:
        return made[name]
    home = OWN if name in PER_REGION else SHIPPED_DATA
    return csv_rows(home / f"{name}.csv")[:8]


GOOD = {name: good_rows(name) for name in TABLES}
tables = st.sampled_from(sorted(TABLES))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("tables")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder that every example puts right again."""
    folder = tmp_path_factory.mktemp("data") / "data"
    shutil.copytree(SHIPPED_DATA, folder)
    return folder


def read(place: Path, name: str, content: bytes):
    path = place / f"{name}.csv"
    path.write_bytes(content)
    return read_or_refused(lambda: read_table(path, TABLES[name]))


def by_hand(column: Column, text: str, column_texts: list[str]) -> object:
    """What a cell says, read another way; fails where nobody should have read it."""
    if column.kind in ("text", "code"):
        return text
    if not text:
        return None
    if column.kind == "count":
        if re.fullmatch(r"-?\d+(\.0)?", text):
            return Decimal(text)
        marks = {c for t in column_texts for c in t if not c.isdigit()}
        assert len(marks) == 1 and marks < {".", ","}, text
        first, *rest = re.split(r"[.,]", text)
        assert 1 <= len(first) <= 3 and all(len(part) == 3 for part in rest), text
        assert not rest or not first.startswith("0"), text
        return Decimal(first + "".join(rest))
    if column.kind in ("fraction", "percent", "number"):
        assert "," not in text and "_" not in text and text == text.strip()
        return Decimal(text)
    parts = [int(part) for part in text.split("-")]
    if column.kind == "month":
        return f"{parts[0]:04d}-{parts[1]:02d}"
    if len(parts) == 2:
        after = date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1) if parts[0] < 9999 else None
        return date.fromordinal(after.toordinal() - 1) if after else date(9999, parts[1], 31)
    return date(*parts)


def check_same(frame, name: str, content: bytes) -> None:
    """Refuse any cell of a table read otherwise than by hand, and any row lost."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    header = [h.strip() for h in rows[0]]
    told = [[c.strip() for c in row] for row in rows[1:] if any(c.strip() for c in row)]
    assert len(frame) == len(told)
    for column in TABLES[name].columns:
        if column.name not in header:
            assert column.name in TABLES[name].optional and column.name not in frame
            continue
        texts = [row[header.index(column.name)] for row in told]
        for text, value in zip(texts, frame[column.name], strict=True):
            wanted = by_hand(column, text, texts)
            if wanted is None:
                assert value is None or value != value
            elif isinstance(wanted, Decimal):
                assert math.isfinite(value)
                assert value == float(wanted)
            else:
                assert value == wanted


@fuzzed(60)
@given(name=tables, content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_a_table_or_refused(place, name, content):
    read(place, name, content)


@fuzzed(60)
@given(name=tables, damage=damages)
def test_a_damaged_table_is_read_as_it_stands_or_refused(place, name, damage):
    content = damaged(csv_bytes(GOOD[name]), damage)
    frame = read(place, name, content)
    if frame is not None:
        check_same(frame, name, content)


@fuzzed(150)
@given(name=tables, changes=edits)
def test_a_table_with_hostile_cells_is_read_as_it_stands_or_refused(place, name, changes):
    content = csv_bytes(edited(GOOD[name], changes))
    frame = read(place, name, content)
    if frame is not None:
        check_same(frame, name, content)


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_hostile_cell(place, name):
    columns = range(len(GOOD[name][0]))
    for number, cell in enumerate(CELLS):
        for column in columns if TIMES > 1 else [number % len(columns)]:
            content = csv_bytes(Edit("cell", 1, column, cell)(GOOD[name]))
            frame = read(place, name, content)
            if frame is not None:
                check_same(frame, name, content)


SHAPES = {
    "ten thousand columns": lambda rows: [[*row, *["x"] * 10_000] for row in rows],
    "a heading longer than any": lambda rows: [
        [*rows[0], "x" * 200_000],
        *([*r, ""] for r in rows[1:]),
    ],
    "a cell longer than any": lambda rows: [rows[0], [*rows[1][:-1], "x" * 200_000]],
    "an empty heading": lambda rows: [["", *r[1:]] if i == 0 else r for i, r in enumerate(rows)],
    "headings with spaces": lambda rows: [[f" {h} " for h in rows[0]], *rows[1:]],
    "headings twice": lambda rows: [row * 2 for row in rows],
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables_of_odd_shape(place, name, shape):
    content = csv_bytes(SHAPES[shape](GOOD[name]))
    frame = read(place, name, content)
    if frame is not None:
        check_same(frame, name, content)


FILES = (
    "datapackage.json",
    "regions.csv",
    "panel.csv",
    "sources.csv",
    "growth_pairs.csv",
    "programme_rules.csv",
    "regions/3318/observations.csv",
    "regions/3318/targets.csv",
    "regions/3318/facts.csv",
    "regions/3318/breakdown.csv",
    "regions/3318/accepted.csv",
)
COMMANDS = (
    ("validate", "@"),
    ("regions", "--data", "@"),
    ("status", "--data", "@", "--json"),
    ("status", "--data", "@", "--region", "3376"),
    ("forecast", "--data", "@", "--paths", "100"),
    ("backtest", "--data", "@"),
    ("report", "--data", "@", "--regions", "3318,3372,3312", "--peers", "--dry-run"),
)


def shipped(name: str) -> bytes:
    made = {"breakdown": BREAKDOWN, "accepted": ACCEPTED}.get(Path(name).stem)
    return csv_bytes(made) if made else (SHIPPED_DATA / name).read_bytes()


def check_answers(data: Path, name: str, content: bytes, asked: Sequence[str]) -> None:
    """Ask a command of a data folder with one file changed; it writes nothing into it."""
    path = data / name
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(content)
    told = seen(data)
    allowed = (0, 1, 2) if "--regions" in asked else (0, 2)  # of many regions one may fail
    try:
        run(*(str(data) if a == "@" else a for a in asked), allowed=allowed)
        assert seen(data) == told
    finally:
        path.unlink()
        if before is not None:
            path.write_bytes(before)


files, commands = st.sampled_from(FILES), st.sampled_from(COMMANDS)


@fuzzed(12, HANG_COMMAND)
@given(name=files, asked=commands, damage=damages)
def test_a_damaged_data_folder_is_answered_from_or_refused(data, name, asked, damage):
    check_answers(data, name, damaged(shipped(name), damage), asked)


@fuzzed(12, HANG_COMMAND)
@given(name=files, asked=commands, changes=edits, where=st.floats(0, 1))
def test_a_data_folder_with_hostile_cells_is_answered_from_or_refused(
    data, name, asked, changes, where
):
    rows = list(csv.reader(io.StringIO(shipped(name).decode(), newline="")))
    start = int(where * max(len(rows) - 9, 0))
    part = edited(rows[start : start + 9], changes)
    check_answers(data, name, csv_bytes([*rows[:start], *part, *rows[start + 9 :]]), asked)


REGISTER, PRINTED = shipped("regions.csv"), shipped("panel.csv")
WORST = (
    ("datapackage.json", b"[" * 100_000, 2),
    ("regions.csv", REGISTER + b"9999,regency\n", 1),
    ("regions.csv", REGISTER.replace(b"code,", b"code ,", 1), 2),
    ("panel.csv", PRINTED.replace(b",52858,", b",52858." + b"0" * 400 + b","), 3),
    ("regions/3318/observations.csv", shipped("regions/3318/observations.csv") + b"\x00", 4),
)


@pytest.mark.parametrize("name, content, asked", WORST, ids=[f"{w[0]}-{w[2]}" for w in WORST])
def test_data_folders_at_their_worst(data, name, content, asked):
    check_answers(data, name, content, COMMANDS[asked])


@fuzzed(25)
@given(base=st.text("a-1 9", max_size=40))
@example(base="b" + "-1" * 60_000 + "x")
@example(base="-2025")
def test_a_base_loses_its_vintage_alone(base):
    family = base_family(base)
    rest = base.strip().lower().removeprefix(family)
    assert base.strip().lower() == family + rest
    assert re.fullmatch(r"(-\d{1,4})*", rest)
    assert "-" not in family or not re.fullmatch(r"\d{1,4}", family.rpartition("-")[2])


# --- mended ----------------------------------------------------------------------------------------


def changed(data: Path, tmp_path: Path, name: str, old: str, new: str) -> Path:
    folder = tmp_path / "changed"
    shutil.copytree(data, folder)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    return folder


def test_a_fraction_is_no_count_of_thousands(place):
    rows = [
        GOOD["observations"][0],
        ["3318", "2025-03", "0.29", "0.005", "", "0.599", "b", "", "2025-03-31", "s", ""],
    ]
    assert read(place, "observations", csv_bytes(rows)) is None


def test_people_of_the_public_record_are_no_fractions(data, tmp_path):
    folder = changed(data, tmp_path, "panel.csv", ",52858,", ",52.858,")
    assert run("validate", folder / "panel.csv").code == 2


def test_the_public_record_reads_headings_as_its_table_does(data, tmp_path):
    folder = changed(data, tmp_path, "panel.csv", "coverage_pct", " coverage_pct ")
    assert printed_figures(folder) == printed_figures(SHIPPED_DATA)


def test_the_register_names_a_row_that_is_too_short(data, tmp_path):
    folder = changed(data, tmp_path, "regions.csv", "3318,regency,33,", "3318,regency,")
    assert read_or_refused(lambda: load_regions(folder)) is None
    assert "row" in run("regions", "--data", folder).err
