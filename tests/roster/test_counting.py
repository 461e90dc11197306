"""Rosters: equal to a second count in pandas, curves that recover what was put in, lapse that forecasts."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.rosters import (
    CONSTRUCTION,
    FIRST,
    LAST,
    MONTHS,
    SEGMENT_WORDS,
    STOPPING,
    Made,
    count_again,
    make_roster,
    month_text,
    niks,
    same_counts,
)
from ucj_analysis import ask, forecast
from ucj_analysis.errors import InputError
from ucj_analysis.months import Month
from ucj_analysis.options import add_roster
from ucj_analysis.presentation.language import words
from ucj_analysis.record.regions import load_regions
from ucj_analysis.roster import sql
from ucj_analysis.roster.counting import NAMES, read_roster
from ucj_analysis.roster.lapse import lapse_scenario
from ucj_analysis.roster.privacy import NIK_REASONS, fresh_key, region_bits
from ucj_analysis.roster.published import published, season_factor, stopping_rate
from ucj_analysis.roster.suppression import SMALL
from ucj_analysis.scenario_files import load_scenario

REGENCIES = {code for code in load_regions() if len(code) == 4}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Made:
    return make_roster(tmp_path_factory.mktemp("roster"), 20_000, 14_000)


@pytest.fixture(scope="module")
def again(made):
    return count_again(made, REGENCIES)


@pytest.fixture(scope="module")
def read(made):
    return read_roster(made.roster, "3318", made.registers)


def test_equal_to_a_second_count_to_the_person(read, again):
    assert (str(read.first), str(read.last)) == ("2023-01", "2025-12")
    same_counts(read, again)
    assert again.returns.sum() and again.twice.sum() and again.listed[1] and again.listed[2]


def test_stocks_are_what_flows_make_of_them(read):
    moved = read.joins + read.returns - read.lapses
    np.testing.assert_array_equal(np.diff(read.stock, axis=1), moved)
    np.testing.assert_array_equal((read.stock[:-1] - read.twice).sum(axis=0), read.stock[-1])


@pytest.mark.parametrize("memory", ["23MB", "28MB"])
def test_the_same_out_of_core(made, again, memory):
    """With the least of it, several threads would run out: one goes on."""
    same_counts(read_roster(made.roster, "3318", made.registers, MONTHS, memory=memory), again)


def test_every_row_is_read_used_or_removed(read, made):
    for told, path, separator in zip(
        (read.roster, *read.registers), (made.roster, *made.registers), (";", ",", ","), strict=True
    ):
        cells = pd.read_csv(path, sep=separator, dtype=str, keep_default_na=False)
        assert told.rows == len(cells) == told.used + sum(told.refused.values())
        assert set(told.refused) >= set(NIK_REASONS[1:])
        for row in told.examples["nik_empty"]:
            assert cells.iloc[row - 2, 0] == ""


def members(
    path: Path, *rows: str, head="NIK,Segmen,Bulan Masuk,Bulan Bayar Terakhir,Status"
) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_paid_to_december_is_counted_through_february(tmp_path):
    rows = [f"33180101019000{n:02d},BPU,2024-06,2024-12,aktif" for n in range(1, 8)]
    rows += [f"33180241019000{n:02d},Jakon,2024-06,2024-12,aktif" for n in range(1, 9)]
    rows += [f"33180301019000{n:02d},BPU,2024-06,2024-12,meninggal" for n in range(1, 7)]
    seen = read_roster(members(tmp_path / "a.csv", *rows), "3318", months="2024-11:2025-03")
    assert seen.stock[2].tolist() == [13, 13, 7, 7, 0]
    assert seen.stock[3].tolist() == [8, 8, 0, 0, 0]
    assert seen.lapses[2].tolist() == [0, 6, 0, 7]


def test_a_gap_within_the_arrears_is_no_gap_and_a_longer_one_a_return(tmp_path):
    rows = []
    for n in range(1, 7):
        rows += [
            f"33180101019000{n:02d},BPU,2024-01,2024-02,",
            f"33180101019000{n:02d},BPU,2024-05,2024-05,",
        ]
        rows += [
            f"33180201019000{n:02d},BPU,2024-01,2024-02,",
            f"33180201019000{n:02d},BPU,2024-06,2024-06,",
        ]
    seen = read_roster(members(tmp_path / "a.csv", *rows), "3318", months="2024-01:2024-09")
    assert seen.stock[2].tolist() == [12, 12, 12, 12, 6, 12, 12, 6, 0]
    assert seen.returns[2].tolist() == [0, 0, 0, 0, 6, 0, 0, 0]
    assert seen.joins[2].sum() == 0 and seen.lapses[2].sum() == 18


def test_somebody_in_two_segments_is_one_person_counted_in_the_first(tmp_path):
    rows = [
        f"33180101019000{n:02d},{s},2024-01,2024-09," for n in range(1, 8) for s in ("BPU", "PU")
    ]
    seen = read_roster(members(tmp_path / "a.csv", *rows), "3318", months="2024-01:2024-06")
    assert [seen.stock[s, 0] for s in (0, 2, 5)] == [7, 7, 7]
    assert published(seen).once[0][0] == 7 and published(seen).once[2][0] == 0


GOOD = "3318014101900001"


@pytest.mark.parametrize(
    "nik, reason",
    [
        (GOOD, ""),
        (f"'{GOOD}", ""),
        ("3318012902900001", ""),
        ("", "nik_empty"),
        (GOOD[:-1], "nik_form"),
        (GOOD[:-1] + "O", "nik_form"),
        ("1100000000001e15", "nik_form"),
        ("+318014101900001", "nik_form"),
        ("9918014101900001", "nik_region"),
        ("3318004101900001", "nik_region"),
        ("3318013002900001", "nik_date"),
        ("3318017102900001", "nik_date"),
        ("3318013104900001", "nik_date"),
        ("3318010001900001", "nik_date"),
        ("3318014013900001", "nik_date"),
        ("3318017201900001", "nik_date"),
        ("3318014101900000", "nik_serial"),
    ],
)
def test_the_form_of_a_number(tmp_path, nik, reason):
    path = members(
        tmp_path / "a.csv", f"{nik},BPU,2024-01,2024-09,", f"{GOOD},BPU,2024-01,2024-09,"
    )
    seen = read_roster(path, "3318", months="2024-01:2024-06")
    assert list(seen.roster.refused) == ([reason] if reason else [])


def test_the_scan_keeps_no_row_back():
    """Between the file and the hash stands no operator that could hold rows, let alone spill them."""
    import duckdb
    import pyarrow as pa

    codes = ("row", "segment", "first", "last", "status", "decile", "sub_district")
    raw = pa.table({"nik": [GOOD], **{name: [1] for name in codes}})
    given = {"key": fresh_key(), "regions": region_bits(["3318"])}
    for scan in (sql.SCAN_ROSTER, sql.SCAN_REGISTER):
        with duckdb.connect() as connection:
            connection.register("raw", raw)
            rows = connection.execute(f"EXPLAIN {scan}", given).fetchall()
            plan = "\n".join(text for _, text in rows)
            row = connection.execute(scan, given).fetchone()
            assert GOOD not in map(str, row) and int(GOOD) not in row
        for holding in ("JOIN", "GROUP", "AGGREGATE", "ORDER", "WINDOW", "CTE", "TOP_N"):
            assert holding not in plan.upper()
        assert "PROJECTION" in plan.upper()


def test_the_key_is_another_each_run():
    assert fresh_key() != fresh_key() and len(fresh_key()) == 32


HEADS = [
    ("NIK;Segmen;Bulan Masuk;Bulan Bayar Terakhir", ";", "utf-8", "2024-01", "BPU"),
    (
        "No. KTP\tSEGMEN_PESERTA\tTgl Kepesertaan\tBLTH Terakhir",
        "\t",
        "utf-8-sig",
        "17/01/2024",
        "bpu",
    ),
    ("nik,segment,first_month,last_paid_month", ",", "cp1252", "January 2024", "self-employed"),
    ("NIK,Jenis Kepesertaan,mulai,iuran terakhir", ",", "utf-8", "202401", "Bukan Penerima Upah"),
]


@pytest.mark.parametrize("head, separator, encoding, month, segment", HEADS)
def test_headings_encodings_and_months_as_offices_write_them(
    tmp_path, head, separator, encoding, month, segment
):
    rows = [head + separator + "Catatan"]
    for n in range(1, 7):
        cells = (f"33180101019000{n:02d}", segment, month, "2024-03", "“Café”")
        rows.append(separator.join(cells))
    path = tmp_path / "a.csv"
    path.write_bytes(("\n".join(rows) + "\n").encode(encoding))
    seen = read_roster(path, "3318", months="2024-01:2024-06")
    assert seen.stock[2].tolist() == [6, 6, 6, 6, 6, 0]


def test_parquet_gives_what_csv_gives(made, read, tmp_path):
    frame = pd.read_csv(made.roster, sep=";", dtype=str)
    frame["Bulan Masuk"] = pd.to_datetime(frame["Bulan Masuk"], format="%Y-%m")
    frame.to_parquet(tmp_path / "roster.parquet")
    seen = read_roster(tmp_path / "roster.parquet", "3318")
    np.testing.assert_array_equal(seen.stock, read.stock)
    np.testing.assert_array_equal(seen.stopped, read.stopped)
    assert seen.roster.refused == read.roster.refused


def test_junk_in_the_place_of_a_sub_district_is_not_told(tmp_path):
    roster = members(tmp_path / "a.csv", f"{GOOD},BPU,2024-01,2024-09,")
    places = ["Juwana"] * 7 + ["Budi Santoso", "3318010101900009"]
    rows = [f"33180101019000{n:02d},{place},1" for n, place in enumerate(places, 1)]
    listed = members(tmp_path / "b.csv", *rows, head="NIK,Kecamatan,Desil")
    seen = read_roster(roster, "3318", [listed], months="2024-01:2024-06")
    assert {place for _, place in seen.listed} == {"Juwana", "other", "unknown"}
    told = published(seen).pool
    assert told["1", "other"] is None and told["1", "unknown"] is None


@pytest.fixture(scope="module")
def steady(tmp_path_factory):
    """A roster of one row a person, who stops with a fixed chance each month; joins before and within."""
    rng, members = np.random.default_rng(7), 60_000
    segment = rng.integers(0, 5, members)
    start = rng.integers(FIRST - 24, LAST + 1, members)
    last = np.minimum(start + rng.geometric(np.array(STOPPING)[segment]) - 1, LAST)
    frame = pd.DataFrame({"nik": niks(rng, members), "segmen": np.array(SEGMENT_WORDS)[segment]})
    frame = frame.assign(mulai=month_text(start), iuran_terakhir=month_text(last))
    path = tmp_path_factory.mktemp("steady") / "roster.csv"
    frame.to_csv(path, index=False)
    return published(read_roster(path, "3318"))


def test_curves_recover_what_was_put_in(steady):
    """Who pays a month stops with a fixed chance: gone two counted months later, a project at once."""
    outside = points = 0
    for segment, stopping in enumerate(STOPPING):
        counted = 0 if segment == CONSTRUCTION else 2
        curve = [r for r in steady.survival if r.segment == NAMES[segment] and r.until <= 36]
        assert [r for r in curve if r.until <= counted and r.stopped] == []
        late = [row for row in curve if row.since > counted]
        true = [(1 - stopping) ** (row.until - counted) for row in late]
        outside += sum(not r.low <= s <= r.high for r, s in zip(late, true, strict=True))
        points += len(late)
        monthly = sum(r.stopped for r in late) / sum(r.person_months for r in late)
        assert monthly == pytest.approx(stopping, rel=0.06)
    assert points > 80 and outside <= 0.15 * points


def test_the_stated_lapse_holds_what_was_put_in(steady):
    """Of the active, two months of whom are counted unpaid: 0.05 of the paying is less of all."""
    rate = stopping_rate(steady, "self_employed")
    factor = season_factor(steady, "self_employed")
    table = [r for r in steady.survival if r.segment == "self_employed"]
    assert rate.central == pytest.approx(
        sum(r.stopped for r in table) / sum(r.person_months for r in table), rel=0.01
    )
    assert factor.low < 1 < factor.high
    assert 0.04 < rate.central < 0.05


def test_the_own_lapse_moves_the_forecast(read, tmp_path):
    path = tmp_path / "lapse.toml"
    path.write_text(lapse_scenario(published(read)), encoding="utf-8")
    own, baseline = load_scenario(str(path)), load_scenario("baseline")
    lapse = own.self_employed.lapse
    assert (
        0.03 < lapse.low <= lapse.central <= lapse.high < 0.06
        and lapse != baseline.self_employed.lapse
    )
    assert "roster.csv" in lapse.assumption and "2023-01 to 2025-12" in lapse.assumption
    assert own.wage_earners.separations.central == pytest.approx(0.019, abs=0.003)
    asked = {"region": "3318", "paths": 300}
    moved = forecast(ask(**asked, scenario=str(path))).coverage["p50"]
    assert moved != forecast(ask(**asked)).coverage["p50"]


def test_the_months_are_not_moved_by_one_mistyped_row(tmp_path):
    rows = [
        f"33180101019000{n:02d},BPU,2024-{m},2024-12," for m in ("01", "06") for n in range(1, 9)
    ]
    path = members(tmp_path / "a.csv", *rows, f"{GOOD},BPU,2052-01,2052-12,")
    seen = read_roster(path, "3318")
    assert (seen.first, seen.last) == (Month(2024, 1), Month(2024, 6))


def test_the_last_month_is_one_in_which_as_many_begin_as_may_be_told_of(tmp_path):
    rows = [f"33180101019000{n:02d},BPU,2024-01,2024-12," for n in range(1, 13)]
    rows += [f"33180201019000{n:02d},BPU,2024-03,2024-12," for n in range(1, 11)]
    rows += [f"33180301019000{n:02d},BPU,2024-06,2024-12," for n in range(1, 9)]
    path = members(tmp_path / "a.csv", *rows)
    ends = {small: read_roster(path, "3318", small=small).last for small in (5, 8, 9, 10)}
    assert ends == {5: Month(2024, 6), 8: Month(2024, 6), 9: Month(2024, 3), 10: Month(2024, 3)}


def test_refused_before_anything_is_read(tmp_path):
    path = members(tmp_path / "a.csv", f"{GOOD},BPU,2024-01,2024-09,")
    for given in ({"small": 2}, {"months": "2024-01"}, {"months": "2024-06:2024-01"}):
        with pytest.raises(InputError):
            read_roster(path, "3318", **given)


def test_help_names_the_default_below_which_cells_are_hidden():
    parser = argparse.ArgumentParser()
    add_roster(parser, words("en"))
    assert f"suppress cells of fewer people than this ({SMALL})" in " ".join(
        parser.format_help().split()
    )
