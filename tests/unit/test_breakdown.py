"""Parts of a region: what is known by a day, the split they give, and totals that add up."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ucj_analysis import ask, forecast, status
from ucj_analysis.allocation import allocations, allocations_record, whole_parts
from ucj_analysis.errors import InputError
from ucj_analysis.forecasting import forecast_record
from ucj_analysis.months import Month
from ucj_analysis.record.breakdown import load_breakdowns, own_scenarios
from ucj_analysis.scenario_files import load_scenario
from ucj_analysis.situation import status_record

HEAD = "as_of,dimension,name,participants,labour_force,published,source,note\n"
#: Made up: 60% wage earners, 25% self-employed, 15% construction.
SEGMENTS = """2025-03,segment,PU,104000,,2025-03-31,branch,
2025-03,segment,BPU,43400,,2025-03-31,branch,
2025-03,segment,Jakon,26000,,2025-03-31,branch,
"""
DISTRICTS = """2025-03,sub_district,Juwana,60000,200000,2025-03-31,branch,
2025-03,sub_district,Tayu,50000,,2025-03-31,branch,
2025-03,sub_district,Pati,63400,,2025-03-31,branch,
"""


def parts(data, rows):
    (data.path / "regions" / "3318" / "breakdown.csv").write_text(HEAD + rows, encoding="utf-8")
    return data.path


def test_a_part_counts_from_the_day_it_was_published(data):
    folder = parts(data, SEGMENTS + DISTRICTS.replace("2025-03-31", "2025-04-02"))
    (seen,) = load_breakdowns("3318", Month(2025, 3), date(2025, 3, 31), folder)
    assert seen.dimension == "segment" and seen.total == 173_400
    assert [p.name for p in seen.parts] == ["wage_earners", "self_employed", "construction"]
    assert sum(seen.shares.values()) == pytest.approx(1)
    assert len(load_breakdowns("3318", Month(2025, 3), date(2025, 4, 2), folder)) == 2


def test_the_newest_month_up_to_the_one_asked_about_counts(data):
    older = DISTRICTS.replace("2025-03,", "2024-12,").replace("60000,200000", "70000,")
    later = DISTRICTS.replace("2025-03,", "2025-06,")
    folder = parts(data, older + DISTRICTS + later)
    (seen,) = load_breakdowns("3318", Month(2025, 3), date(2026, 1, 1), folder)
    assert seen.month == Month(2025, 3) and seen.parts[0].participants == 60_000
    (seen,) = load_breakdowns("3318", Month(2025, 2), date(2026, 1, 1), folder)
    assert seen.month == Month(2024, 12)


def test_a_segment_nobody_knows_is_refused(data):
    folder = parts(data, SEGMENTS.replace("Jakon", "Jaminan"))
    with pytest.raises(InputError) as refused:
        status(ask(data=folder))
    (problem,) = refused.value.problems
    assert (problem.code, problem.row, problem.value) == ("unknown_segment", 4, "Jaminan")


def test_own_figures_take_the_place_of_the_split_with_their_source(data):
    told = status(ask(data=parts(data, SEGMENTS))).breakdowns
    scenario, baseline = own_scenarios(ask(data=data.path), told)
    split, stated = baseline.split, load_scenario("baseline", data.path).split
    assert scenario == baseline
    # March lies 88% of the amplitude below December: 0.15 of all in March are more in December
    depth = 0.88 * baseline.construction.amplitude.central
    assert split.construction.central == pytest.approx(26_000 / 173_400 / (1 - depth))
    # the self-employed without those a budget pays, whom branches count among them
    assert split.self_employed.central == pytest.approx(43_400 / 173_400 - stated.funded.central)
    assert split.self_employed.sources == ("branch",)
    assert (split.funded, split.elsewhere) == (stated.funded, stated.elsewhere)


def test_a_scenario_that_states_its_own_split_keeps_it(data):
    question = ask(data=parts(data, SEGMENTS), scenario="own-split")
    scenario, _ = own_scenarios(question, status(question).breakdowns)
    assert scenario.split == load_scenario("own-split", data.path).split


@pytest.mark.parametrize(("wage", "self_employed"), [("10", "170000"), ("104000", "0")])
def test_the_oddest_parts_are_a_split_all_the_same(data, wage, self_employed):
    rows = SEGMENTS.replace("BPU,43400", f"BPU,{self_employed}").replace(
        ",PU,104000", f",PU,{wage}"
    )
    _, baseline = own_scenarios(ask(), status(ask(data=parts(data, rows))).breakdowns)
    split = baseline.split
    assert split.self_employed.high + split.construction.high + split.funded.high <= 0.95 + 1e-9


def test_without_the_three_segments_the_split_stays(data):
    told = status(ask(data=parts(data, SEGMENTS.splitlines(keepends=True)[0] + DISTRICTS)))
    assert own_scenarios(ask(), told.breakdowns)[1] == load_scenario("baseline")


def test_a_forecast_is_split_into_parts_that_add_up(data):
    question = ask(data=parts(data, SEGMENTS + DISTRICTS), paths=300)
    seen = forecast(question)
    assert seen.standing["split.self_employed"] == "derived"
    segments, districts = allocations(seen)
    assert segments.total == districts.total
    for told in (segments, districts):
        assert sum(p.share for p in told.parts) == pytest.approx(1)
        for label in range(3):
            assert sum(p.people[label] for p in told.parts) == told.total[label]
        assert all(0 <= p.low <= p.people[1] <= p.high for p in told.parts)
    assert [p.share for p in districts.parts] == pytest.approx(
        [60_000 / 173_400, 50_000 / 173_400, 63_400 / 173_400]
    )
    record = allocations_record(seen)["breakdown"]
    assert [r["shares_of"] for r in record] == ["stock_flow", "2025-03"]


def test_without_a_table_nothing_is_said_and_nothing_changes(data):
    asked = {"data": data.path, "paths": 300}
    before = forecast_record(forecast(ask(**asked)))
    assert allocations_record(forecast(ask(**asked))) == {}
    assert "breakdown" not in status_record(status(ask(**asked)))
    # sub-districts are an allocation: the forecast itself stays as it was
    parts(data, DISTRICTS)
    assert forecast_record(forecast(ask(**asked))) == before


@given(st.integers(0, 10**7), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_whole_parts_add_up_and_are_the_nearest(total, counts):
    if not sum(counts):
        return
    shares = np.array(counts) / sum(counts)
    parted = whole_parts(total, shares)
    assert sum(parted) == total
    assert all(abs(p - total * s) < 1 for p, s in zip(parted, shares, strict=True))


def test_figures_that_count_otherwise_are_neither_compared_nor_forecast_from(data):
    data.append(
        "observations",
        region="3318",
        as_of="2025-06",
        coverage="0.305",
        half_width="0.0005",
        labour_force="599061",
        base="bpjstk-2025",
        basis="active; workplace",
        published="2025-07-10",
        source="branch",
    )
    question = ask(data=data.path, as_of="2025-06", paths=300)
    now = status(question)
    assert now.change is None and now.before is None
    assert [str(o.month) for o in now.left_out] == ["2024-12", "2025-03"]
    assert [o["as_of"] for o in status_record(now)["left_out"]] == ["2024-12", "2025-03"]
    assert forecast(question).projection.start == Month(2025, 6)
    # stated nowhere, it is one series
    data.cell("observations", 6, "basis", "active")
    now = status(question)
    assert now.left_out == () and str(now.before.month) == "2025-03"
