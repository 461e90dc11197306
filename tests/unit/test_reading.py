"""Reading tables: the right value or the right refusal, with its place."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ucj_analysis.errors import InputError
from ucj_analysis.record.reading import read_table
from ucj_analysis.record.schemas import OBSERVATIONS

HEADER = (
    "region,as_of,coverage,half_width,participants,labour_force,base,basis,published,source,note"
)


def row(labour_force="599061", coverage="0.29", as_of="2025-03", participants="", base="b"):
    return (
        f'3318,{as_of},{coverage},0.005,"{participants}","{labour_force}",{base},,2025-03-31,own,'
    )


def read(tmp_path, *rows, header=HEADER, encoding="utf-8"):
    path = tmp_path / "observations.csv"
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return read_table(path, OBSERVATIONS)


def problems(tmp_path, *rows, **options):
    with pytest.raises(InputError) as raised:
        read(tmp_path, *rows, **options)
    return [(p.code, p.row, p.column, p.value) for p in raised.value.problems]


@pytest.mark.parametrize(
    "texts, people",
    [
        (["599061", "511111"], [599_061, 511_111]),
        (["599.061", "511.111"], [599_061, 511_111]),
        (["599,061", "1,511,111"], [599_061, 1_511_111]),
        (["599061.0", "511111.0"], [599_061, 511_111]),
    ],
)
def test_counts_are_read_by_the_whole_column(tmp_path, texts, people):
    rows = [row(labour_force=t, base=f"b{i}") for i, t in enumerate(texts)]
    assert read(tmp_path, *rows)["labour_force"].tolist() == people


@pytest.mark.parametrize(
    "texts, refused",
    [
        (["599.06"], "599.06"),
        (["599.061", "511111"], "599.061"),
        (["599.061", "511,111"], "599.061"),
        (["599.061,5"], "599.061,5"),
        (["5e5"], "5e5"),
        (["599 061"], "599 061"),
    ],
)
def test_counts_that_could_be_misread_are_refused(tmp_path, texts, refused):
    rows = [row(labour_force=t, base=f"b{i}") for i, t in enumerate(texts)]
    assert ("not_a_count", 2, "labour_force", refused) in problems(tmp_path, *rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    people=st.lists(st.integers(1, 10**9), min_size=1, max_size=5),
    separator=st.sampled_from(["", ".", ","]),
)
def test_any_column_of_counts_reads_back_or_is_refused(tmp_path, people, separator):
    texts = [f"{n:,}".replace(",", separator) for n in people]
    rows = [row(labour_force=t, base=f"b{i}") for i, t in enumerate(texts)]
    assert read(tmp_path, *rows)["labour_force"].tolist() == people


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(text=st.text("0123456789.,-e ", min_size=1, max_size=12).filter(str.strip))
def test_no_text_is_read_as_a_thousandth_of_itself(tmp_path, text):
    try:
        (value,) = read(tmp_path, row(labour_force=text))["labour_force"]
    except InputError:
        return
    digits = int("".join(c for c in text.removesuffix(".0") if c.isdigit()))
    assert value == digits


@pytest.mark.parametrize(
    "cell, code, column",
    [
        ({"coverage": "29"}, "not_a_fraction", "coverage"),
        ({"coverage": "0"}, "not_a_fraction", "coverage"),
        ({"coverage": "1"}, "not_a_fraction", "coverage"),
        ({"coverage": "29%"}, "not_a_fraction", "coverage"),
        ({"coverage": "nan"}, "not_a_fraction", "coverage"),
        ({"labour_force": "-599061"}, "bad_count", "labour_force"),
        ({"participants": "-1"}, "bad_count", "participants"),
        ({"as_of": "2025-13"}, "bad_month", "as_of"),
        ({"as_of": "2025-02-30"}, "bad_day", "as_of"),
        ({"as_of": ""}, "missing_value", "as_of"),
    ],
)
def test_a_bad_cell_is_named_with_its_place(tmp_path, cell, code, column):
    found = problems(tmp_path, row(base="first"), row(**cell))
    assert [(c, r, k) for c, r, k, _ in found] == [(code, 3, column)]


def test_every_problem_is_told_at_once(tmp_path):
    found = problems(tmp_path, row(coverage="x"), row(labour_force="y", as_of="2025-13"))
    assert [(c, r) for c, r, *_ in found] == [
        ("bad_month", 3),
        ("not_a_fraction", 2),
        ("not_a_count", 3),
    ]


def test_a_month_told_twice_on_one_base(tmp_path):
    found = problems(tmp_path, row(), row(as_of="2025-03-13"))
    assert found[0][:2] == ("duplicate_row", 3)


def test_two_bases_of_one_month_may_stand_beside_each_other(tmp_path):
    assert len(read(tmp_path, row(), row(base="other"))) == 2


def test_files_that_are_no_tables(tmp_path):
    assert problems(tmp_path, header="")[0][0] == "empty_file"
    assert problems(tmp_path)[0][0] == "empty_file"
    assert problems(tmp_path, row(), header=HEADER.replace("coverage", "coverge"))[0][:3] == (
        "missing_column",
        1,
        "coverage",
    )
    assert problems(tmp_path, row(), header=HEADER.replace(",", ";"))[0][0] == "bad_separator"
    assert problems(tmp_path, row().replace("own", "Bupati \xe9"), encoding="cp1252")[0][:2] == (
        "bad_encoding",
        2,
    )
    assert problems(tmp_path, row(), encoding="utf-16")[0][0] == "bad_encoding"
    assert problems(tmp_path, row() + ",more")[0][:2] == ("bad_row", 2)


def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path):
    path = tmp_path / "observations.csv"
    path.write_bytes(("\r\n".join([HEADER, row(), ""])).encode("utf-8-sig"))
    assert read_table(path, OBSERVATIONS)["labour_force"].tolist() == [599_061]


def test_rows_are_numbered_as_an_editor_numbers_lines(tmp_path):
    two_lines = row().removesuffix(",") + ',"a note\non two lines"'
    assert problems(tmp_path, two_lines, row(coverage="x"))[0][1] == 4


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(content=st.binary(max_size=300))
def test_no_bytes_give_anything_but_a_table_or_problems(tmp_path, content):
    path = tmp_path / "observations.csv"
    path.write_bytes(HEADER.encode() + b"\n" + content)
    try:
        read_table(path, OBSERVATIONS)
    except InputError as error:
        assert error.problems
