"""Coverage arithmetic against the published figures and against its own laws."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ucj_analysis.coverage import (
    contribution_cost,
    coverage_rate,
    decompose_change,
    pace_per_month,
    required_enrolment,
    rounding_interval,
)
from ucj_analysis.errors import InputError

share = st.floats(0.01, 0.99)
base = st.integers(1_000, 10_000_000).map(float)
half = st.sampled_from([0.0, 0.00005, 0.0005, 0.005])


def test_the_article_in_numbers():
    now = rounding_interval(0.29, 0.005)
    assert (now.low, now.high) == (0.285, 0.295)
    assert round(now.low * 599_061) == 170_732
    assert round(now.high * 599_061) == 176_723
    people = 0.29 * 599_061
    need = required_enrolment(0.52, 599_061, people)
    assert round(people) == 173_728
    assert round(need) == 137_784
    assert round(pace_per_month(need, 9)) == 15_309


def test_the_fall_of_ten_points():
    split = decompose_change(0.39, 511_111, 0.29, 599_061, 0.005, 0.005)
    points = [
        round(100 * v, 2)
        for v in (
            split.total,
            split.participants,
            split.participants_interval.low,
            split.participants_interval.high,
            split.labour_force,
        )
    ]
    assert points == [-10.0, -4.64, -5.65, -3.64, -5.36]


def test_the_money():
    assert contribution_cost(5_990.61, 12, 16_800) == pytest.approx(1.2077e9, rel=1e-4)
    assert contribution_cost(137_784, 12, 16_800) == pytest.approx(27.78e9, rel=1e-3)
    assert contribution_cost(2_600, 6, 16_800) == 262_080_000


@given(share, base, share, base, half, half)
def test_parts_sum_to_the_total(c0, l0, c1, l1, h0, h1):
    split = decompose_change(c0, l0, c1, l1, h0, h1)
    assert split.participants + split.labour_force == pytest.approx(split.total, abs=1e-12)
    for value, inside in (
        (split.participants, split.participants_interval),
        (split.labour_force, split.labour_force_interval),
        (split.total, split.total_interval),
    ):
        assert inside.low - 1e-9 <= value <= inside.high + 1e-9


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_decomposition_in_exact_fractions(n0, extra0, n1, extra1):
    l0, l1 = n0 + extra0, n1 + extra1
    split = decompose_change(n0 / l0, l0, n1 / l1, l1)
    exact = Fraction(n1 - n0) * (Fraction(1, l0) + Fraction(1, l1)) / 2
    assert split.participants == pytest.approx(float(exact), abs=1e-9)


@given(share, base, share, base)
def test_reversing_time_changes_the_sign(c0, l0, c1, l1):
    there, back = decompose_change(c0, l0, c1, l1), decompose_change(c1, l1, c0, l0)
    assert there.participants == pytest.approx(-back.participants, abs=1e-12)


@given(share, base)
def test_a_base_that_only_grows_leaves_participants_without_a_part(c0, l0):
    people = c0 * l0
    split = decompose_change(c0, l0, people / (1.17 * l0), 1.17 * l0)
    assert split.participants == pytest.approx(0, abs=1e-12)
    assert split.labour_force < 0


@given(st.lists(st.tuples(share, base, share, base), min_size=1, max_size=5), half)
def test_arrays_give_what_scalars_give(cases, h):
    c0, l0, c1, l1 = (np.array(v) for v in zip(*cases, strict=True))
    together = decompose_change(c0, l0, c1, l1, h, h)
    for i, case in enumerate(cases):
        alone = decompose_change(*case, h, h)
        assert together.participants[i] == alone.participants
        assert together.labour_force_interval.low[i] == alone.labour_force_interval.low


@given(share, base, share)
def test_the_need_reaches_the_target(target, labour_force, coverage):
    people = coverage * labour_force
    need = required_enrolment(target, labour_force, people)
    assert coverage_rate(people + need, labour_force) == pytest.approx(target)


@pytest.mark.parametrize(
    "call, code, value",
    [
        (lambda: coverage_rate([3, -1], 10), "bad_count", "-1.0"),
        (lambda: coverage_rate(1, [5, 0]), "bad_base", "0.0"),
        (lambda: coverage_rate(1, [5, -2]), "bad_base", "-2.0"),
        (lambda: coverage_rate(float("nan"), 10), "bad_count", "nan"),
        (lambda: rounding_interval(0.29, [0.1, -0.005]), "bad_half_width", "-0.005"),
        (lambda: required_enrolment(52, 599_061, 0), "bad_target", "52"),
        (lambda: required_enrolment(0, 599_061, 0), "bad_target", "0"),
        (lambda: required_enrolment(1, 599_061, 0), "bad_target", "1"),
        (lambda: required_enrolment(float("nan"), 599_061, 0), "bad_target", "nan"),
        (lambda: pace_per_month(1, 0), "bad_horizon", "0"),
        (lambda: contribution_cost(1, 1, 0), "bad_contribution", "0"),
        (lambda: contribution_cost(1, 1, -5), "bad_contribution", "-5"),
    ],
)
def test_impossible_numbers_are_refused_and_named(call, code, value):
    with pytest.raises(InputError) as raised:
        call()
    (problem,) = raised.value.problems
    assert (problem.code, problem.value) == (code, value)


def test_the_smallest_numbers_possible_are_taken():
    assert coverage_rate(0, 1) == 0 and coverage_rate([0, 1], 0.5).tolist() == [0, 2]
    assert pace_per_month(7, 1) == 7
    assert contribution_cost(2, 3, 1) == 6 and contribution_cost(2, 3, 0.5) == 3
    assert (rounding_interval(0.29, 0).low, rounding_interval(0.29, 0).high) == (0.29, 0.29)


@pytest.mark.parametrize("c0, l0, c1, l1", [(0.4, 500.0, 0.3, 600.0), (0.3, 600.0, 0.4, 500.0)])
def test_intervals_are_those_of_every_value_the_roundings_stand_for(c0, l0, c1, l1):
    """By brute force over both roundings, with a base that grows and one that shrinks."""
    split = decompose_change(c0, l0, c1, l1, 0.05, 0.01)
    starts, ends = np.linspace(c0 - 0.05, c0 + 0.05, 11), np.linspace(c1 - 0.01, c1 + 0.01, 11)
    every = [decompose_change(a, l0, b, l1) for a in starts for b in ends]
    for part in ("total", "participants", "labour_force"):
        seen = [getattr(one, part) for one in every]
        inside = getattr(split, f"{part}_interval")
        assert (inside.low, inside.high) == pytest.approx((min(seen), max(seen)), abs=1e-12)


def test_figures_without_a_rounding_leave_no_interval():
    split = decompose_change(0.39, 511_111, 0.29, 599_061)
    assert split.total_interval.low == split.total_interval.high == split.total
    assert split.participants_interval.low == split.participants_interval.high
    assert split.labour_force_interval.low == split.labour_force_interval.high
