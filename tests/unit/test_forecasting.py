"""The forecast: Pati's answer, the pool, the words for a probability, and no look-ahead."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy.special import expit, logit, ndtri

from ucj_analysis import ask, forecast
from ucj_analysis.archive.files import POOLED
from ucj_analysis.archive.track_record import issued_forecast
from ucj_analysis.errors import InputError
from ucj_analysis.forecasting import LEVELS, forecast_record, told_bound
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.outlook_tables import VIEWS, views_table
from ucj_analysis.presentation.outlook_words import (
    chance,
    chances_text,
    forecast_answer,
    small_chance,
)
from ucj_analysis.presentation.standing_words import vintage_note
from ucj_analysis.projection import weighted_quantiles
from ucj_analysis.question import scenario_names


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
