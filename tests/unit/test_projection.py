"""The churn engine: conservation, hand arithmetic, and what must never happen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ucj_analysis.coverage import Interval
from ucj_analysis.months import Month
from ucj_analysis.projection import project
from ucj_analysis.scenario import Scenario, load_scenario

MARCH = Month(2025, 3)
BASELINE = load_scenario("baseline")
STILL = {
    "labour_force": {"graduates": 0, "joining": 0, "exits": 0, "rebasing_chance": 0, "rebasing": 1},
    "participants": {
        "enrolment": 0,
        "enrolment_season": 1,
        "lapse": 0,
        "lapse_season": 1,
        "layoffs": 0,
        "layoffs_covered": 0,
        "monthly_noise": 0,
    },
}


def fixed(**values: float) -> Scenario:
    """A scenario without uncertainty: nothing moves but what is named."""
    told = BASELINE.model_dump()
    for part, names in STILL.items():
        for name, still in names.items():
            value = values.get(name, still)
            told[part][name] |= {"low": value, "central": value, "high": value}
    return Scenario.model_validate(told)


def run(scenario: Scenario, months=12, base=599_061.0, coverage=0.29, paths=3):
    return project(base, Interval(coverage, coverage), MARCH, months, scenario, paths, seed=7)


def test_nothing_moves_when_nothing_is_assumed():
    moved = run(fixed())
    assert (moved.base.stock == 599_061).all()
    assert np.allclose(moved.participants.stock, 0.29 * 599_061)


def test_lapse_alone_by_hand():
    moved = run(fixed(lapse=0.04, lapse_season=1.5))
    people = 0.29 * 599_061
    for t in range(12):
        number = (Month(2025, 3) + t + 1).number
        people *= 1 - 0.04 * (1.5 if number <= 5 else 1)
        assert moved.participants.stock[0, t + 1] == pytest.approx(people)


def test_enrolment_alone_saturates_by_hand():
    moved = run(fixed(enrolment=0.02, enrolment_season=1.3))
    people = 0.29 * 599_061
    for t in range(12):
        number = (Month(2025, 3) + t + 1).number
        people += (599_061 - people) * 0.02 * (1.3 if number >= 6 else 1)
        assert moved.participants.stock[0, t + 1] == pytest.approx(people)


def test_graduates_arrive_in_may_to_july():
    moved = run(fixed(graduates=15_000, joining=0.6))
    arrived = moved.base.graduates[0]
    by_month = {str(m): a for m, a in zip(moved.months[1:], arrived, strict=True)}
    assert by_month["2025-05"] == by_month["2025-06"] == by_month["2025-07"] == pytest.approx(3_000)
    assert arrived.sum() == pytest.approx(9_000)


def test_exits_compound_to_the_yearly_share():
    moved = run(fixed(exits=0.018))
    assert moved.base.stock[0, -1] == pytest.approx(599_061 * (1 - 0.018))


def test_layoffs_end_cover_and_leave_the_base_alone():
    moved = run(fixed(layoffs=1_200, layoffs_covered=0.5))
    assert moved.participants.stock[0, -1] == pytest.approx(0.29 * 599_061 - 600)
    assert (moved.base.stock == 599_061).all()


def test_rebasing_moves_coverage_and_not_participants():
    moved = run(fixed(rebasing_chance=1, rebasing=1.17, exits=0.02))
    january = [str(m) for m in moved.months].index("2026-01")
    assert moved.base.stock[0, january] == pytest.approx(1.17 * 599_061)
    assert moved.base.rebasing[0, : january - 1].sum() == 0
    assert np.allclose(moved.participants.stock, 0.29 * 599_061)
    assert moved.coverage[0, january] == pytest.approx(0.29 / 1.17)
    assert moved.coverage_on_published_base[0, -1] == pytest.approx(0.29)


def conserved(moved):
    base, people = moved.base, moved.participants
    assert np.allclose(np.diff(base.stock), base.graduates - base.exits + base.rebasing, atol=1e-6)
    assert np.allclose(
        np.diff(people.stock), people.enrolment - people.lapse - people.layoffs, atol=1e-6
    )


@settings(max_examples=30, deadline=None)
@given(
    coverage=st.floats(0.01, 0.98),
    months=st.integers(1, 30),
    seed=st.integers(0, 10**6),
    first=st.integers(1, 12),
)
def test_every_path_conserves_people_and_stays_inside_the_base(coverage, months, seed, first):
    moved = project(
        10_000.0, Interval(coverage, coverage), Month(2025, first), months, BASELINE, 50, seed
    )
    conserved(moved)
    assert (moved.participants.stock >= 0).all()
    for flow in (
        moved.participants.enrolment,
        moved.participants.lapse,
        moved.participants.layoffs,
    ):
        assert (flow >= 0).all()


@settings(max_examples=25, deadline=None)
@given(low=st.floats(0.0, 0.05), more=st.floats(0.0, 0.05))
def test_more_enrolment_never_lowers_and_more_lapse_never_raises_coverage(low, more):
    less, greater = run(fixed(enrolment=low)), run(fixed(enrolment=low + more))
    assert (greater.coverage >= less.coverage - 1e-12).all()
    less, greater = run(fixed(lapse=low)), run(fixed(lapse=low + more))
    assert (greater.coverage <= less.coverage + 1e-12).all()


def test_same_seed_same_paths_and_another_seed_other_paths():
    same = [
        project(599_061.0, Interval(0.285, 0.295), Month(2025, 3), 9, BASELINE, 200, s)
        for s in (1, 1, 2)
    ]
    assert (same[0].coverage == same[1].coverage).all()
    assert not (same[0].coverage == same[2].coverage).any()


def test_streams_are_keyed_so_that_one_change_leaves_the_rest():
    told = BASELINE.model_dump()
    told["participants"]["lapse"] |= {"low": 0.05, "central": 0.05, "high": 0.05}
    changed = Scenario.model_validate(told)
    a, b = (
        project(599_061.0, Interval(0.285, 0.295), Month(2025, 3), 9, s, 200, 1)
        for s in (BASELINE, changed)
    )
    assert (a.base.stock == b.base.stock).all()
    assert (a.participants.stock[:, 0] == b.participants.stock[:, 0]).all()


def test_draws_fill_their_range_with_the_mode_in_place():
    stated = BASELINE.participants.lapse
    drawn = stated.draw((np.arange(100_000) + 0.5) / 100_000)
    assert stated.low <= drawn.min() and drawn.max() <= stated.high
    assert drawn.mean() == pytest.approx((stated.low + stated.central + stated.high) / 3, rel=1e-3)
