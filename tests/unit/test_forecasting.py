"""The forecast: Pati's answer, the pool, the words for a probability, and no look-ahead."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, logit, ndtri

from tests.still import BASELINE, monthly
from tests.synthetic import made_up, with_series
from ucj_analysis import ask, forecast, forecasting
from ucj_analysis.archive.files import POOLED
from ucj_analysis.archive.track_record import issued_forecast
from ucj_analysis.errors import InputError
from ucj_analysis.forecasting import (
    LEVELS,
    Ensemble,
    _batch_error,
    _kept_inside,
    _learned,
    _median_month,
    _pool,
    forecast_record,
    lay_ground,
    segment_change,
    simulate,
    told_bound,
    without_scenario,
)
from ucj_analysis.months import Month
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.outlook_tables import VIEWS, views_table
from ucj_analysis.presentation.outlook_words import (
    chance,
    chances_text,
    forecast_answer,
    small_chance,
)
from ucj_analysis.presentation.standing_words import vintage_note
from ucj_analysis.projection import History, weighted_quantiles
from ucj_analysis.question import scenario_names
from ucj_analysis.record.observations import load_observations
from ucj_analysis.resources import PACKAGE
from ucj_analysis.scenario_files import load_scenario
from ucj_analysis.series import series_record

EXAMPLE = PACKAGE.parent / "reports" / "example" / "en"


@pytest.fixture(scope="module")
def pati():
    return forecast(ask())


def test_patis_answer(pati):
    assert 0.28 < pati.coverage["p50"] < 0.38
    assert pati.probability < 0.05
    assert pati.probability_bound == 0.05
    assert chance(pati, words("en")) == "very unlikely, under 5 in 100"
    assert chance(pati, words("id")) == "sangat kecil, di bawah 5 dari 100"


def test_the_pool_averages_quantiles(pati):
    inside, outside = (pati.views[v].quantiles for v in ("stock_flow", "reference_class"))
    assert np.allclose(pati.pooled.quantiles, (inside + outside) / 2)


def test_every_view_pooled_is_kept_and_named(pati):
    assert set(pati.view_quantiles(LEVELS)) == set(pati.views) <= set(VIEWS)
    assert issued_forecast(pati, date(2025, 4, 1)).views == (POOLED, *pati.views)


def test_the_pools_probability_is_where_its_quantile_meets_the_target():
    seen = forecast(ask(target=0.33))
    outside, paths = seen.views["reference_class"], seen.ensemble
    level = 1 - seen.probability
    mean = logit(outside.quantiles[-1, 2])
    sd = (logit(outside.quantiles[-1, 4]) - mean) / ndtri(0.95)
    inside = weighted_quantiles(paths.coverage[-1], paths.weights, [level])[0]
    assert (inside + expit(mean + sd * ndtri(level))) / 2 == pytest.approx(0.33, abs=1e-3)
    assert 0 < seen.probability_se < 0.02


def test_never_certain():
    for target in (0.001, 0.999):
        for paths in (100, 2_000):
            seen = forecast(ask(target=target, paths=paths))
            assert 0 < seen.probability < 1
            assert all(0 < v.probability[-1] < 1 for v in seen.views.values())
            assert 0 < seen.share_reaching < 1


@pytest.mark.parametrize(
    "probability, se, bound",
    [
        (0.0001, 0, 0.05),
        (0.049, 0.001, 0.10),
        (0.2, 0, 0.25),
        (0.4, 0, 0.40),
        (0.5, 0.1, 0.5),
        (0.6, 0, 0.6),
        (0.96, 0, 0.95),
        (0.9999, 0, 0.95),
    ],
)
def test_bounds_are_coarse_and_never_zero_or_one(probability, se, bound):
    assert told_bound(probability, se) == bound


def test_a_later_target_month_works_as_plainly():
    seen = forecast(ask(target_month="2026-12", paths=2_000))
    assert len(seen.months) == 21
    assert seen.status.target.coverage == 0.52
    width = lambda s: s.coverage["p95"] - s.coverage["p05"]  # noqa: E731
    assert width(seen) > width(forecast(ask(paths=2_000)))


def test_a_higher_target_is_never_likelier():
    found = [forecast(ask(target=t, paths=2_000)).probability for t in (0.25, 0.3, 0.35, 0.4, 0.5)]
    assert found == sorted(found, reverse=True)


def absurd(data, published):
    return data.append(
        "growth_pairs",
        region="Nowhere",
        province_code="99",
        **{"from": "2024-03-31"},
        from_pct="5",
        to="2024-12-31",
        to_pct="95",
        quality="A",
        published=published,
    )


def test_no_look_ahead(data):
    before = forecast_record(forecast(ask(data=data.path, known_by="2025-03-31", paths=1_000)))
    absurd(data, "2025-04-01")
    assert (
        forecast_record(forecast(ask(data=data.path, known_by="2025-03-31", paths=1_000))) == before
    )
    later = forecast_record(forecast(ask(data=data.path, known_by="2025-04-02", paths=1_000)))
    assert later["coverage"] != before["coverage"]


def test_sources_published_later_make_a_range_an_assumption(data):
    assert forecast(ask(paths=100)).standing["wage_earners.separations"] == "derived"
    data.edit(
        "sources",
        lambda rows: [
            r | ({"published": "2025-06-01"} if r["source"] == "kalimantan-2016-12" else {})
            for r in rows
        ],
    )
    assert (
        forecast(ask(data=data.path, paths=100)).standing["wage_earners.separations"] == "assumed"
    )


def test_zero_growth_pairs_put_the_reference_class_at_29(data):
    data.edit("growth_pairs", lambda rows: [r | {"to_pct": r["from_pct"]} for r in rows])
    seen = forecast(ask(data=data.path, paths=100))
    assert seen.views["reference_class"].quantiles[-1, 2] == pytest.approx(0.29, abs=1e-9)


def test_one_changed_figure_moves_the_forecast(data):
    before = forecast(ask(data=data.path, paths=500)).coverage["p50"]
    data.cell("observations", 5, "coverage", "0.31")
    assert forecast(ask(data=data.path, paths=500)).coverage["p50"] > before


def test_a_new_month_is_one_row(data):
    data.append(
        "observations",
        region="3318",
        as_of="2025-06",
        coverage="0.305",
        half_width="0.0005",
        labour_force="599061",
        base="bpjstk-2025",
        published="2025-07-10",
        source="branch report",
    )
    seen = forecast(ask(data=data.path, as_of="2025-06", paths=500))
    assert str(seen.status.known_by) == "2025-07-10"
    assert len(seen.months) == 6
    with pytest.raises(InputError) as raised:
        forecast(ask(data=data.path, as_of="2025-06", known_by="2025-07-09"))
    assert raised.value.problems[0].fields["published"] == "2025-07-10"


def test_same_question_same_record():
    a, b = (forecast_record(forecast(ask(paths=300))) for _ in range(2))
    assert a == b


def test_one_more_figure_narrows_december(data):
    before = forecast(ask())
    data.append(
        "observations",
        region="3318",
        as_of="2025-06",
        coverage="0.305",
        half_width="0.0005",
        labour_force="599061",
        base="bpjstk-2025",
        published="2025-07-10",
        source="made up",
    )
    after = forecast(ask(data=data.path, as_of="2025-06"))
    width = lambda s: np.ptp(s.views["stock_flow"].quantiles[-1][[0, 4]])  # noqa: E731
    assert width(after) < width(before)
    assert max(v.share for v in after.learned.values()) > max(
        v.share for v in before.learned.values()
    )


def test_the_told_bound_is_never_tighter_than_the_views_together():
    seen = forecast(ask(target_month="2026-12", paths=2_000))
    mean = np.mean([v.probability[-1] for v in seen.views.values()])
    assert seen.probability_bound >= mean > seen.probability


def test_the_outcome_is_told_when_it_is_in_the_data(data):
    data.append(
        "observations",
        region="3318",
        as_of="2025-12",
        coverage="0.33",
        half_width="0.005",
        labour_force="599061",
        base="bpjstk-2025",
        published="2026-01-10",
        source="made up",
    )
    before, after = forecast(ask(paths=200)), forecast(ask(paths=200, data=data.path))
    assert (before.pooled.quantiles == after.pooled.quantiles).all()
    assert "33%; it is not used here" in vintage_note(after.status, words("en"))
    assert "has not been published" in vintage_note(before.status, words("en"))


def test_the_views_disagree_only_where_neither_holds_the_other():
    assert not forecast(ask(paths=500)).views_disagree
    assert not forecast(ask(as_of="2024-12", paths=500)).views_disagree


def test_every_scenario_shipped_runs_and_leaves_the_past_alone():
    base = forecast(ask(paths=300))
    for name in scenario_names():
        seen = forecast(ask(paths=300, scenario=name))
        now = base.projection.now
        assert (seen.projection.covered[: now + 1] == base.projection.covered[: now + 1]).all()


def test_another_prior_of_the_segments_is_shown_beside():
    seen = forecast(ask(paths=500))
    assert set(seen.alternatives) == {"own-split"}
    assert (
        seen.alternatives["own-split"].quantiles[-1, 2] != seen.views["stock_flow"].quantiles[-1, 2]
    )


def test_more_paths_join_without_a_seam():
    small, large = forecast(ask(paths=10_000)), forecast(ask(paths=25_000))
    assert (large.ensemble.coverage[:, :10_000] == small.ensemble.coverage).all()
    assert large.ensemble.weights.sum() == pytest.approx(1)
    assert large.coverage["p50"] == pytest.approx(small.coverage["p50"], abs=0.002)


def test_a_disagreement_is_said_first(data):
    drive = """schema_version = 1
extends = "baseline"
[header]
title = "Drive {x} <b>"
author = "a"
reference = "r"
[[drives]]
name = "big"
segment = "self_employed"
first = "2025-04"
last = "2025-12"
people = { low = 60000, central = 60000, high = 60000, unit = "people", period = "month", assumption = "x" }
yields = { low = 1, central = 1, high = 1, unit = "share", assumption = "x" }
"""
    (data.path / "scenarios" / "big.toml").write_text(drive, encoding="utf-8")
    seen = forecast(ask(data=data.path, scenario="big", paths=500))
    assert seen.views_disagree
    answer = forecast_answer(seen, words("en"))
    assert answer.startswith(
        "If “Drive {x} <b>”: Kabupaten Pati: 52% by December 2025 depends on the view"
    )
    assert "With a chance of 9 in 10" not in answer
    assert "the answer at the top tells the chance of each" in chances_text(seen, words("en"))


def test_the_chances_of_one_target_are_told_apart():
    seen, w = forecast(ask(target=0.33, paths=2000)), words("en")
    *views, pooled = [float(row[3].rstrip("%")) for row in views_table(seen, w).rows]
    mean = small_chance(sum(views) / len(views) / 100, w)
    told = chances_text(seen, w)
    assert f"{pooled:.0f}%, is read from" in told and f"mean of their chances is {mean}" in told
    said = chance(seen, w)
    assert told.endswith(f"in coarse steps: {said}.") and said in forecast_answer(seen, w)


def test_events_outside_the_window_are_said_to_do_nothing():
    seen = forecast(ask(scenario="rebase", paths=200))
    assert "without effect: re-basing to the survey" in forecast_answer(seen, words("en"))


def test_a_later_figure_that_was_known_is_told():
    told = vintage_note(forecast(ask(as_of="2024-12", paths=200)).status, words("en"))
    assert "A later figure was already known: 29% in March 2025." in told
    assert "later figure" not in vintage_note(forecast(ask(paths=200)).status, words("en"))


# --- the parts by hand ---------------------------------------------------------------------------


def ensemble(coverage, weights=None, base=100.0):
    """Paths with these coverages by month, on a base that stands still."""
    coverage = np.asarray(coverage, dtype=float)
    paths = coverage.shape[1]
    weights = np.full(paths, 1 / paths) if weights is None else np.asarray(weights)
    still = np.full_like(coverage, base)
    return Ensemble(coverage, still, still[0], 0.2 * still[0], weights, None, weights.size)


def flat(value, months=1):
    """A view that is sure of one coverage."""
    return lambda levels: np.full((months, len(levels)), value)


def test_a_median_month_is_when_half_have_been_there():
    months = tuple(Month(2025, n) for n in (4, 5, 6))
    paths = ensemble([[0.5, 0.1, 0.1, 0.1], [0.1, 0.5, 0.1, 0.1], [0.1, 0.1, 0.1, 0.1]])
    assert _median_month(paths, 0.5, months) == Month(2025, 5)  # though one fell back
    assert _median_month(paths, 0.51, months) is None
    heavy = ensemble(paths.coverage, [0.5, 0.2, 0.2, 0.1])
    assert _median_month(heavy, 0.5, months) == Month(2025, 4)


def test_a_share_of_paths_is_told_no_finer_than_they_can():
    assert _kept_inside(0.0, 1_000) == 0.003 and _kept_inside(1.0, 1_000) == 0.997
    assert _kept_inside(0.4, 1_000) == 0.4
    assert _kept_inside(0.0, 4) == _kept_inside(1.0, 4) == 0.5


def test_the_pool_of_one_view_is_that_view_and_of_two_their_middle():
    weights = np.array([0.1, 0.2, 0.3, 0.4])
    inside = np.array([[0.1, 0.2, 0.3, 0.4], [0.2, 0.3, 0.4, 0.5]])
    alone = _pool(inside, weights, [], 0.3)
    assert alone.quantiles == pytest.approx(weighted_quantiles(inside, weights, LEVELS))
    both = _pool(inside, weights, [flat(0.7, 2), flat(0.1, 2)], 0.3)
    assert both.quantiles == pytest.approx((alone.quantiles + 0.8) / 3)


def test_the_pools_chance_is_what_lies_above_the_goal():
    """Two thousand even coverages between 0.2 and 0.4, beside a view that is sure of 0.5."""
    inside = np.linspace(0.2, 0.4, 2_000)[None, :]
    weights = np.full(2_000, 1 / 2_000)
    for goal, share in ((0.4, 0.5), (0.43, 0.2), (0.36, 0.9)):
        found = _pool(inside, weights, [flat(0.5)], goal).probability
        assert found == pytest.approx([share], abs=1e-3)
    none, all_of_it = (_pool(inside, weights, [flat(0.5)], goal) for goal in (0.6, 0.3))
    assert none.probability == pytest.approx([3 / 2_000])
    assert all_of_it.probability == pytest.approx([1 - 3 / 2_000])
    many = _pool(np.full((1, 60_000), 0.2), np.full(60_000, 1 / 60_000), [], 0.3)
    assert many.probability == pytest.approx([3 / 20_000])  # the grid is no finer


def test_the_pools_error_is_that_of_batches():
    """Ten batches of 500 paths; in each, a share of its own lies above the goal."""
    shares = np.array([0.1, 0.3, 0.2, 0.4, 0.2, 0.3, 0.1, 0.2, 0.5, 0.3])
    batches = [np.where(np.arange(500) < 500 * share, 0.4, 0.2) for share in shares]
    by_hand = np.sqrt(((shares - shares.mean()) ** 2).sum() / 9) / np.sqrt(10)
    last = np.concatenate(batches)
    paths = ensemble([last[::-1], last])  # the target month is the last
    assert _batch_error(paths, [], 0.3) == pytest.approx(by_hand, rel=0.01)
    rows = lambda levels: np.vstack([np.zeros(len(levels)), np.full(len(levels), 0.6)])  # noqa: E731
    assert _batch_error(paths, [rows], 0.45) == pytest.approx(by_hand, rel=0.01)
    # within a batch, paths count by their weight
    weights = np.where(last == 0.4, 3.0, 1.0)
    tilted = 3 * shares / (1 + 2 * shares)
    by_hand = np.std(tilted, ddof=1) / np.sqrt(10)
    paths = ensemble([last], weights / weights.sum())
    assert _batch_error(paths, [], 0.3) == pytest.approx(by_hand, rel=0.01)


def test_where_no_path_hits_the_error_is_that_of_one():
    assert _batch_error(ensemble([np.full(400, 0.2)]), [], 0.3) == pytest.approx(1 / 400)
    assert _batch_error(ensemble([np.full(20, 0.2)]), [], 0.3) == pytest.approx(1 / 20)
    assert _batch_error(ensemble([np.full(19, 0.2)]), [], 0.3) == 0.5  # batches of one


def test_what_was_learned_is_the_moments_before_and_after():
    values = np.array([1.0, 2.0, 3.0, 6.0])
    weights = np.array([0.5, 0.5, 0.0, 0.0])
    moved = SimpleNamespace(
        values={"a": values, "b": np.full(4, 2.0)}, weights=weights, effective_sample_size=2.0
    )
    found = _learned(moved, moved.values)
    assert (found["a"].prior_mean, found["a"].posterior_mean) == (3.0, 1.5)
    assert found["a"].prior_sd == pytest.approx(np.sqrt(14 / 4))
    assert found["a"].posterior_sd == pytest.approx(0.5)
    assert found["a"].share == pytest.approx(1 - 0.25 / 3.5)
    assert found["b"].share == 0
    # 0.93 of the variance is gone, but two paths may lose that much by chance
    assert found["a"].share > 0.9 and not found["a"].clear
    assert replace(found["a"], worth=100.0).clear and not replace(found["b"], worth=1e9).clear


def test_chunks_join_by_how_well_their_paths_explain_the_figures(monkeypatch):
    """Weights are the likelihood of March's figure on every path, whatever its chunk."""
    monkeypatch.setattr(forecasting, "CHUNK", 100)
    history = History("3318", tuple(load_observations("3318")))
    told = history.observations[-1]
    told = replace(told, as_of=told.month.last_day)
    history = History("3318", (history.observations[0], told))
    baseline = load_scenario("baseline")
    planned = np.outer([1_000.0, 2_000.0], np.arange(230))
    alone, with_plan = (
        simulate(history, 2, baseline, baseline, 230, 1, p) for p in (None, planned)
    )
    seen = alone.covered_now / alone.base_now
    likelihood = stats.t(3).cdf((told.coverage + told.half_width - seen) / 0.01) - stats.t(3).cdf(
        (told.coverage - told.half_width - seen) / 0.01
    )
    assert alone.weights == pytest.approx(likelihood / likelihood.sum())
    assert alone.coverage.shape == alone.base.shape == (2, 230)
    assert alone.first.base.stock.shape[1] == 100
    # each path bears its own plan, less what then no longer joins
    added = (with_plan.coverage - alone.coverage) * alone.base
    assert (added <= planned + 1e-6).all() and (added >= 0.9 * planned - 1e-6).all()
    same = simulate(history, 2, baseline, baseline, 230, 1, planned[:, 200])
    assert same.coverage[:, 200] == pytest.approx(with_plan.coverage[:, 200])
    assert (same.coverage[:, 0] > alone.coverage[:, 0]).all()


# --- the forecast of Pati, put together ------------------------------------------------------------


def test_what_pati_needs_and_how_often_it_was_there(pati):
    paths = pati.ensemble
    need = 0.52 * paths.base[-1] - paths.covered_now
    assert pati.net_needed == pytest.approx(
        weighted_quantiles(need, paths.weights, [0.05, 0.5, 0.95])
    )
    seen = forecast(ask(target=0.32))
    paths = seen.ensemble
    ever = (paths.coverage.max(axis=0) >= 0.32) @ paths.weights
    assert seen.share_reaching == pytest.approx(ever)
    assert ever > seen.views["stock_flow"].probability[-1] > 0.3
    by_month = (paths.coverage >= 0.32) @ paths.weights
    inside = 3 / paths.effective_sample_size
    assert seen.views["stock_flow"].probability == pytest.approx(by_month.clip(inside, 1 - inside))
    held = paths.coverage * paths.base / paths.base_now
    assert seen.on_published_base == pytest.approx(weighted_quantiles(held, paths.weights, LEVELS))
    assert not np.allclose(seen.on_published_base, seen.views["stock_flow"].quantiles)


def test_the_reference_class_is_never_told_beyond_one_in_a_thousand():
    for target, edge in ((0.001, 0.999), (0.999, 0.001)):
        view = forecast(ask(target=target, paths=100)).views["reference_class"]
        assert (view.probability == edge).all()


@pytest.mark.parametrize("se, bound", [(0.003, 0.05), (0.0051, 0.10), (0.004, 0.05)])
def test_twice_the_error_is_added_before_a_bound_is_told(se, bound):
    assert told_bound(0.04, se) == bound
    assert told_bound(0.96, se) == 1 - bound


def test_a_bound_that_is_just_met_is_told():
    assert [told_bound(p, 0) for p in (0.05, 0.10, 0.25, 0.26)] == [0.05, 0.10, 0.25, 0.26]


def test_a_target_month_must_lie_ahead():
    assert len(forecast(ask(target_month="2025-04", paths=100)).months) == 1
    with pytest.raises(InputError) as raised:
        forecast(ask(target_month="2025-03", paths=100))
    (problem,) = raised.value.problems
    assert (problem.code, problem.value) == ("target_month_before", "2025-03")
    assert problem.fields == {"as_of": "2025-03"}


def test_a_region_does_not_teach_its_own_reference_class(data):
    before = forecast(ask(data=data.path, paths=100)).pooled.quantiles
    data.edit(
        "growth_pairs",
        lambda rows: [r | ({"to_pct": "90"} if r["region"] == "Pati" else {}) for r in rows],
    )
    after = forecast(ask(data=data.path, paths=100))
    assert (after.pooled.quantiles == before).all()
    assert after.as_large_moves == (0, 12)


def test_the_past_follows_the_baseline_of_the_folder_asked(data):
    """Up to the month asked about the folder's own baseline holds; here more lapse in it."""
    before = forecast(ask(data=data.path, paths=100)).ensemble.covered_now
    baseline = data.path / "scenarios" / "baseline.toml"
    head, mark, tail = baseline.read_text(encoding="utf-8").partition("[self_employed.lapse]\n")
    tail = tail.partition("unit = ")
    told = f"{head}{mark}low = 0.3\ncentral = 0.3\nhigh = 0.3\n{tail[1]}{tail[2]}"
    baseline.write_text(told, encoding="utf-8")
    assert (forecast(ask(data=data.path, paths=100)).ensemble.covered_now < before).all()


def test_a_regions_own_split_opens_its_past_and_its_future(data):
    rows = "".join(
        f"2025-03,segment,{name},{people},,2025-03-31,branch,\n"
        for name, people in (("PU", 104_000), ("BPU", 43_400), ("Jakon", 26_000))
    )
    head = "as_of,dimension,name,participants,labour_force,published,source,note\n"
    (data.path / "regions" / "3318" / "breakdown.csv").write_text(head + rows, encoding="utf-8")
    seen = forecast(ask(data=data.path, paths=100))
    ground = lay_ground(seen.status.question)
    assert ground.split == load_scenario("baseline").split
    own = seen.scenario.split
    assert ground.baseline.split == own != ground.split
    assert own.self_employed.sources == ("branch",)


# --- what is written -------------------------------------------------------------------------------


def alike(found, kept):
    """Plain values are the same, numbers but for what another machine may round otherwise."""
    if isinstance(kept, dict):
        assert list(found) == list(kept)
        for name in kept:
            alike(found[name], kept[name])
    elif isinstance(kept, list):
        assert len(found) == len(kept)
        for one, other in zip(found, kept, strict=True):
            alike(one, other)
    elif isinstance(kept, float):
        assert isinstance(found, float) and found == pytest.approx(kept, rel=1e-4, abs=3e-6)
        assert len(repr(found)) <= len(repr(kept))
    else:
        assert type(found) is type(kept) and found == kept


def test_the_example_report_says_what_the_program_says(pati):
    kept = json.loads((EXAMPLE / "forecast.json").read_text(encoding="utf-8"))
    del kept["answer"], kept["changed"]  # said by the caller
    alike(forecast_record(pati), kept)


def test_the_month_in_which_half_have_been_there_is_written():
    seen = forecast(ask(target=0.3, paths=300))
    told = forecast_record(seen)["first_month_reached"]
    assert told["month"] == str(seen.median_month_reached) and told["month"] in map(
        str, seen.months
    )


def test_segments_change_from_the_first_figure_to_the_month_asked_about(pati):
    moved = pati.projection
    stock, weights = moved.participants.stock, moved.weights
    change = segment_change(moved)
    assert change.shape == (5, 3)
    for i in range(5):
        since = stock[3, i] - stock[0, i]
        below = [float(weights @ (since <= edge)) for edge in change[i]]
        assert below == pytest.approx([0.05, 0.5, 0.95], abs=1e-3)


def test_a_series_of_its_own_is_a_third_view(tmp_path):
    data = made_up(tmp_path / "data", ["3319"])
    with_series(data, "3319")
    seen = forecast(ask(data=data, region="3319", paths=300))
    assert list(seen.views) == ["stock_flow", "reference_class", "own_series"]
    assert seen.own_figures == 36
    levels = np.array([0.1, 0.5])
    views = seen.view_quantiles(levels)
    assert (views["own_series"] == seen.own.quantile(levels)).all()
    assert (views["reference_class"] == seen.outside.quantile(levels)).all()
    thirds = sum(seen.view_quantiles(LEVELS).values()) / 3
    assert seen.pooled.quantiles == pytest.approx(thirds)
    told = forecast_record(seen)
    assert told["own_series"] == series_record(seen.own)
    assert list(told)[list(told).index("reference_class") + 1] == "own_series"
    assert "own_series" in told["months"][0]["views"]


def test_without_its_scenario_a_forecast_sees_what_the_baseline_sees():
    asked = {"paths": 400, "seed": 3, "target_month": "2025-11"}
    alone = without_scenario(forecast(ask(scenario="layoff-shock", **asked)))
    plain = forecast(ask(**asked)).views["stock_flow"]
    assert np.array_equal(alone.quantiles, plain.quantiles)
    assert np.array_equal(alone.probability, plain.probability)


def test_what_further_rounds_draw_is_what_runs():
    steady = monthly(*(round(0.4707 + 0.0018 * t, 4) for t in range(6)))
    moved = simulate(steady, 9, BASELINE, BASELINE, 1_000, 2025)
    assert moved.drawn > 1_000 and 1 / (moved.weights**2).sum() > 25
    pati = History("3318", tuple(load_observations("3318")))
    assert simulate(pati, 9, BASELINE, BASELINE, 200, 1).drawn == 200
