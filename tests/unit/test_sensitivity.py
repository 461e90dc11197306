"""What matters: against known indices, and against the engine's own answers."""

from __future__ import annotations

import numpy as np
import pytest

from tests.still import BASELINE, monthly
from ucj_analysis import ask, forecast, sensitivity, status
from ucj_analysis.forecasting import simulate
from ucj_analysis.participants import UNPAID_MONTHS_COUNTED
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.what_if_words import discovery_text
from ucj_analysis.projection import History, project, weighted_quantiles
from ucj_analysis.sensitivity import (
    FUNDING_STARTS,
    LEVERS,
    discover,
    indices,
    sensitivity_record,
    sobol,
    swings,
)


def ishigami(u):
    x = (2 * u - 1) * np.pi
    return np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


def test_sobol_indices_of_ishigami():
    """Closed form: Ishigami and Homma (1990), a = 7, b = 0.1."""
    found = sobol(ishigami, ("a", "b", "c"), 2025, 8_192)
    assert found.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    assert (found.total_interval[:, 0] <= found.total).all() and (
        found.total <= found.total_interval[:, 1]
    ).all()


def test_the_same_seed_gives_the_same_indices_and_intervals():
    told, again = (sobol(ishigami, ("a", "b", "c"), 2025, 256) for _ in range(2))
    for name in ("first", "total", "first_interval", "total_interval"):
        assert (getattr(told, name) == getattr(again, name)).all(), name


def test_a_range_that_does_nothing_has_no_index():
    found = indices(ask(), 256)
    told = dict(zip(found.names, found.total, strict=True))
    assert told["labour_force.rebasing"] == pytest.approx(0, abs=1e-9)  # no New Year lies between
    assert max(told.values()) > 0.1
    assert 0.7 < found.first.sum() < 1.3


def test_swings_agree_with_the_direction_of_each_range():
    told = {s.name: s for s in swings(ask())}
    assert told["self_employed.enrolment"].high > told["self_employed.enrolment"].low
    assert told["self_employed.lapse"].high < told["self_employed.lapse"].low
    assert told["labour_force.graduates"].high < told["labour_force.graduates"].low


def test_the_box_says_what_its_draws_say():
    box = discover(ask())
    assert box.without < box.reaching < box.density < 1 and box.density > 0.85
    low, _ = box.bounds["funded months"]
    least = 9 - FUNDING_STARTS + 1 - UNPAID_MONTHS_COUNTED
    assert low is None or low >= least - 0.5
    assert set(box.bounds) == set(box.most) == set(LEVERS)


def test_what_is_drawn_grows_with_the_gap_and_never_hides_what_comes_without_levers():
    """A target near the forecast is not called reached whatever is done."""
    near, far, met = (discover(ask(target=t)) for t in (0.35, 0.60, 0.25))
    assert near.most["funded people"] < far.most["funded people"]
    assert near.without < 0.1 and any(ends != (None, None) for ends in near.bounds.values())
    assert near.most["funded people"] == pytest.approx(9 * near.most["enrolment a month"])
    assert met.most["funded people"] == 0 and met.without == met.reaching > 0.95
    seen = status(ask(target=0.35))
    told = discovery_text(near, seen, words("en"))
    assert "without any lever 3 in 100" in told and "whatever" not in told


def test_the_record_is_ordered_and_plain():
    told = sensitivity_record(indices(ask(), 128), swings(ask()), discover(ask()))
    totals = [i["total"] for i in told["indices"]]
    assert totals == sorted(totals, reverse=True)
    assert {"parameter", "first_order", "total", "interval"} <= set(told["indices"][0])


def test_the_middle_of_the_ranges_is_near_the_middle_of_the_forecast():
    ranked = swings(ask())
    middle = np.mean([(s.low + s.high) / 2 for s in ranked])
    assert middle == pytest.approx(
        forecast(ask(paths=2_000)).views["stock_flow"].quantiles[-1, 2], abs=0.01
    )


def test_own_months_in_a_corner_move_the_middle_and_the_box_along(monkeypatch):
    """Steady growth without the assumed season: plain paths end up three points elsewhere."""
    steady = monthly(*(round(0.4707 + 0.0018 * t, 4) for t in range(6)))
    history = History("3318", steady.observations)
    paths = simulate(history, 9, BASELINE, BASELINE, 10_000, 2025)
    followed = float(weighted_quantiles(paths.coverage[-1], paths.weights, [0.5])[0])
    plain = project(history, 9, BASELINE, BASELINE, 10_000, 2025, check=False).coverage[-1]
    monkeypatch.setattr(sensitivity, "stock_flow_history", lambda now: history)
    ranked = swings(ask())
    middle = np.mean([(s.low + s.high) / 2 for s in ranked])
    assert abs(middle - followed) < 0.015 < abs(np.median(plain) - followed) / 2
    assert discover(ask(target=followed - 0.06)).without > 0.95


@pytest.mark.parametrize("asked", [{"target_month": "2026-12"}, {"as_of": "2024-12"}])
def test_a_new_year_in_the_window_leaves_the_indices_whole(asked):
    found = indices(ask(**asked), 512)
    told = dict(zip(found.names, found.total, strict=True))
    assert found.first.min() > -0.05 and 0.8 < found.first.sum() < 1.05
    assert told["labour_force.rebasing"] > 0.1


def test_indices_of_noise_free_runs_do_not_depend_on_the_paths():
    assert (indices(ask(paths=100), 64).total == indices(ask(paths=5_000), 64).total).all()
