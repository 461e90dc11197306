"""More paths are drawn where too few follow the figures, and what they tell is what many would tell."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.still import BASELINE, monthly
from ucj_analysis import scouting
from ucj_analysis.errors import InputError
from ucj_analysis.forecasting import simulate
from ucj_analysis.months import Month
from ucj_analysis.projection import CHUNK, History, project, weighted_quantiles
from ucj_analysis.record.observations import load_observations
from ucj_analysis.scenario import Scenario
from ucj_analysis.scouting import FEWEST_WORTH, LEAST_WORTH, scouted
from ucj_analysis.streams import Lot, drawn_in, uniforms_in

PATI = History("3318", tuple(load_observations("3318")))


#: Growth without the season that is assumed: few paths follow it.
STEADY = monthly(*(round(0.4707 + 0.0018 * t, 4) for t in range(6)))


@pytest.fixture(scope="module")
def steady():
    return simulate(STEADY, 6, BASELINE, BASELINE, 10_000, 2025)


# --- lots -----------------------------------------------------------------------------------------


def test_lots_side_by_side_hold_what_each_draws_alone():
    whole, some = Lot(0, 5), Lot(3, 4).keeping(np.array([True, False, False, True]), np.arange(4.0))
    alone = [uniforms_in([Lot(n, size)], 7, "a") for n, size in ((0, 5), (3, 4))]
    both = uniforms_in([whole, some], 7, "a")
    assert both.tolist() == [*alone[0], alone[1][0], alone[1][3]]
    assert (some.size, some.weights.tolist(), whole.weights.tolist()) == (2, [0.0, 3.0], [1.0] * 5)
    rows = drawn_in([some], 7, ["b"], lambda rng, n: rng.standard_normal((2, n)))
    assert rows.shape == (2, 2)


def test_a_tilted_uniform_is_a_beta_and_the_others_stay():
    lot = Lot(0, 4_000, (("a", 3.0, 2.0),))
    assert stats.kstest(uniforms_in([lot], 7, "a"), stats.beta(3, 2).cdf).pvalue > 0.01
    assert uniforms_in([lot], 7, "b").tolist() == uniforms_in([Lot(0, 4_000)], 7, "b").tolist()


# --- what is drawn --------------------------------------------------------------------------------


def test_where_the_figures_are_followed_the_paths_are_those_asked_for():
    assert scouted(PATI, BASELINE, 25_000, 1, CHUNK) == tuple(
        (Lot(n, size),) for n, size in enumerate((10_000, 10_000, 5_000))
    )
    alone = History("3318", PATI.observations[-1:])
    assert scouted(alone, BASELINE, 200, 1, CHUNK) == ((Lot(0, 200),),)


def test_where_few_follow_more_are_drawn_and_the_same_again(steady):
    plain = project(STEADY, 0, BASELINE, BASELINE, 10_000, 2025)
    assert plain.effective_sample_size < 30
    assert steady.effective_sample_size > 0.95 * LEAST_WORTH * 10_000
    assert steady.drawn > steady.weights.size == steady.first.weights.size
    assert steady.weights.sum() == pytest.approx(1)
    scouted.cache_clear()
    again = simulate(STEADY, 6, BASELINE, BASELINE, 10_000, 2025)
    assert (again.coverage == steady.coverage).all() and (again.weights == steady.weights).all()


def test_they_tell_what_forty_times_as_many_plain_paths_tell(steady):
    """Brute force: every path drawn as stated, weighted by the same figures."""
    plain = [project(STEADY, 6, BASELINE, BASELINE, CHUNK, 5, n, check=False) for n in range(40)]
    weights = np.concatenate([p.weights * p.evidence for p in plain])
    weights /= weights.sum()
    worth = 1 / (weights**2).sum()
    assert worth > 100
    last = np.concatenate([p.coverage[-1] for p in plain])
    names = ("wage_earners.replacement", "split.construction", "construction.amplitude")
    drawn = {name: np.concatenate([p.values[name] for p in plain]) for name in names}
    pairs = [(last, weights, steady.coverage[-1], steady.weights)]
    pairs += [(drawn[n], weights, steady.first.values[n], steady.first.weights) for n in names]
    for theirs, w, ours, v in pairs:
        mean, spread = theirs @ w, np.sqrt((theirs - theirs @ w) ** 2 @ w)
        error = spread * np.sqrt(1 / worth + 1 / steady.effective_sample_size)
        assert abs(ours @ v - mean) < 3.5 * error
        assert np.sqrt((ours - ours @ v) ** 2 @ v) == pytest.approx(spread, rel=0.35)


@pytest.mark.parametrize("months", [6, 12, 23])
def test_own_months_that_grow_steadily_are_followed(months):
    history = monthly(*(round(0.40 + 0.0012 * t, 4) for t in range(months)), start=Month(2024, 1))
    paths = simulate(history, 9, BASELINE, BASELINE, 10_000, 2025)
    assert paths.effective_sample_size > 0.95 * LEAST_WORTH * 10_000
    now, last = history.observations[-1].coverage, paths.coverage[-1]
    here = weighted_quantiles(paths.covered_now / paths.base_now, paths.weights, [0.05, 0.95])
    assert here[0] - 0.02 < now < here[1] + 0.02
    assert paths.weights @ (last >= 0.70) < 0.05


def test_a_scenario_that_changes_nothing_differs_by_exactly_nothing(steady):
    again = Scenario.model_validate(BASELINE.model_dump())
    assert (simulate(STEADY, 6, again, BASELINE, 10_000, 2025).coverage == steady.coverage).all()


def test_plans_of_each_path_go_round_where_paths_are_not_as_asked(steady):
    planned = np.outer(np.arange(1.0, 7.0), [0.0, 1_000.0])
    seen = simulate(STEADY, 6, BASELINE, BASELINE, 10_000, 2025, planned)
    added = (seen.coverage - steady.coverage)[-1] * steady.base[-1]
    assert added[::2] == pytest.approx(0, abs=1e-6)
    assert (added[1::2] > 4_000).all() and (added[1::2] <= 6_000).all()


# --- what cannot be followed ----------------------------------------------------------------------


def test_figures_that_hardly_any_path_follows_are_refused_by_the_hardest(monkeypatch):
    """May, where the assumed season lies deepest, is the hardest of months without a season."""
    scouted.cache_clear()
    monkeypatch.setattr(scouting, "ROUNDS", 0)
    with pytest.raises(InputError) as refused:
        simulate(STEADY, 3, BASELINE, BASELINE, 10_000, 2025)
    problem = refused.value.problems[0]
    assert problem.code == "too_few_paths_reproduce"
    assert problem.fields["worth"] < FEWEST_WORTH and problem.fields["known"] == 6
    assert (problem.fields["month"], problem.fields["drawn"]) == ("2025-05", 10_000)


def test_months_that_go_up_and_down_are_followed_by_chance():
    zigzag = monthly(*(0.30 + 0.03 * (t % 2) for t in range(9)))
    assert simulate(zigzag, 3, BASELINE, BASELINE, 10_000, 2025).effective_sample_size > 300


def test_a_figure_no_path_reaches_is_still_named():
    with pytest.raises(InputError, match="no_path_reproduces"):
        simulate(monthly(0.30, 0.31, 0.60), 3, BASELINE, BASELINE, 1_000, 1)
