"""The outside view against independent arithmetic, and its scores."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ucj_analysis.errors import InputError
from ucj_analysis.record.observations import load_table
from ucj_analysis.record.schemas import GROWTH_PAIRS
from ucj_analysis.reference_class import (
    ROUNDING_VARIANCE,
    SLOPE_PRIOR_SD,
    as_large_moves,
    fit_reference_class,
    reference_class_forecast,
    select_pairs,
)
from ucj_analysis.scoring import backtest, backtest_record, rolling_backtest

PATI = "Kabupaten Pati"
START, END = date(2025, 3, 13), date(2025, 12, 31)


@pytest.fixture(scope="module")
def pairs():
    return load_table(GROWTH_PAIRS)


def test_which_windows_enter_and_why_the_others_do_not(pairs):
    chosen = select_pairs(pairs, PATI)
    assert chosen["why_not"].value_counts().to_dict() == {
        "": 16,
        "grade": 19,
        "long": 1,
        "own_region": 1,
    }
    assert set(chosen.loc[chosen["why_not"] == "", "region"]) & {"Pati", "Jawa Timur"} == set()


def test_zero_changes_expect_no_change(pairs):
    still = pairs.assign(to_pct=pairs["from_pct"])
    fitted = fit_reference_class(select_pairs(still, PATI))
    ahead = reference_class_forecast(0.29, 0.005, START, [END], fitted)
    assert ahead.quantile(0.5)[0, 0] == pytest.approx(0.29, abs=1e-9)


def test_slopes_are_the_generalised_least_squares_with_prior(pairs):
    """The same posterior by plain linear algebra, from the design's equations."""
    chosen = select_pairs(pairs, PATI)
    fitted = fit_reference_class(chosen)
    rows = chosen[chosen["why_not"] == ""].to_dict("records")
    month = 365.25 / 12

    def season(a, b):
        days = [date.fromordinal(d) for d in range(a.toordinal() + 1, b.toordinal() + 1)]
        return [sum(d.month <= 5 for d in days) / month, sum(d.month >= 6 for d in days) / month]

    x = np.array([season(r["from"], r["to"]) for r in rows])
    logit = lambda p: np.log(p / (100 - p))  # noqa: E731
    y = np.array([logit(r["to_pct"]) - logit(r["from_pct"]) for r in rows])
    sigma, tau, omega = fitted.spreads
    v = np.zeros((len(rows), len(rows)))
    for i, a in enumerate(rows):
        for j, b in enumerate(rows):
            if a["region"] != b["region"]:
                continue
            shared = max((min(a["to"], b["to"]) - max(a["from"], b["from"])).days, 0) / month
            ends = (
                (a["from"] == b["from"])
                + (a["to"] == b["to"])
                - (a["from"] == b["to"])
                - (a["to"] == b["from"])
            )
            length = (a["to"] - a["from"]).days * (b["to"] - b["from"]).days / month**2
            v[i, j] = sigma**2 * shared + tau**2 * ends + omega**2 * length
    v += ROUNDING_VARIANCE * np.eye(len(rows))
    precision = x.T @ np.linalg.solve(v, x) + np.eye(2) / SLOPE_PRIOR_SD**2
    slopes = np.linalg.solve(precision, x.T @ np.linalg.solve(v, y))
    assert fitted.slopes == pytest.approx(slopes, rel=1e-6)
    assert fitted.slope_cov == pytest.approx(np.linalg.inv(precision), rel=1e-6)
    mean, variance = fitted.change(START, [END])
    ahead = np.array(season(START, END))
    own = sigma**2 * ahead.sum() + 2 * tau**2 + omega**2 * ahead.sum() ** 2
    assert mean[0] == pytest.approx(ahead @ slopes)
    assert variance[0] == pytest.approx(ahead @ np.linalg.inv(precision) @ ahead + own)


def test_spread_grows_with_the_length_of_the_window(pairs):
    fitted = fit_reference_class(select_pairs(pairs, PATI))
    _, variance = fitted.change(START, [date(2025, 6, 30), END, date(2026, 12, 31)])
    assert (np.diff(variance) > 0).all()


def test_quantiles_and_probability_are_of_one_distribution(pairs):
    fitted = fit_reference_class(select_pairs(pairs, PATI))
    ahead = reference_class_forecast(0.29, 0.005, START, [END], fitted)
    p = ahead.exceeds(0.40)[0]
    assert ahead.quantile(1 - p)[0, 0] == pytest.approx(0.40)


def test_no_window_moved_as_much(pairs):
    assert as_large_moves(pairs, 0.23)[0] == 0
    assert as_large_moves(pairs, 0.16)[0] == 2


def test_too_few_windows_are_a_named_error(pairs):
    with pytest.raises(InputError) as raised:
        fit_reference_class(select_pairs(pairs, PATI, date(2022, 1, 1)))
    assert raised.value.problems[0].code == "too_few_pairs"


def test_scores_left_out_by_province(pairs):
    told = backtest_record(backtest(pairs, apart=PATI))
    assert told["n"] == 16
    assert told["crps_model"] <= 0.90 * told["crps_spread_persistence"]
    assert told["hits_90"] >= 0.76 * 16
    assert 0.25 * 16 <= told["hits_50"] <= 0.75 * 16
    low, high = told["gain_interval"]
    assert low < told["gain"] < high
    assert told["established"] == (low > 0)


def test_a_scored_window_never_teaches_its_own_province(pairs):
    """Moving the outcomes of one province leaves the forecasts for it where they were."""
    before = backtest(pairs, apart=PATI).rows.set_index(["region", "from", "to"])
    of_71 = pairs["province_code"] == "71"
    moved = pairs.assign(to_pct=pairs["to_pct"].where(~of_71, pairs["to_pct"] * 0.5))
    after = backtest(moved, apart=PATI).rows.set_index(["region", "from", "to"])
    own = before["group"] == "71"
    assert (before.loc[own, "p50"] == after.loc[own, "p50"]).all()
    assert (before.loc[~own, "p50"] != after.loc[~own, "p50"]).all()


def test_a_blank_province_teaches_nobody_of_its_own(pairs):
    """The same windows without their province codes must be scored alike: the register knows them."""
    scored = select_pairs(pairs, PATI)
    scored = scored[scored["why_not"] == ""].drop(columns="why_not")
    blank = scored.assign(
        province_code=scored["province_code"].where(scored["region"] != "Lampung", "")
    )
    full, without = (backtest(pairs, s, PATI).rows["crps_model"].tolist() for s in (scored, blank))
    assert full == without


def test_no_gain_is_claimed_where_nothing_moved(pairs):
    still = pairs.assign(to_pct=pairs["from_pct"])
    told = backtest_record(backtest(still, apart=PATI))
    assert told["gain"] is None and not told["established"]


def test_crps_against_its_integral(pairs):
    """CRPS is the integral of the squared distance of the distribution from the step of the outcome."""
    chosen = select_pairs(pairs, PATI)
    teachers = chosen[(chosen["why_not"] == "") & (chosen["province_code"] != "33")]
    first = backtest(pairs, apart=PATI).rows.iloc[0]
    assert first["group"] == "33"
    fitted = fit_reference_class(teachers)
    row = chosen.iloc[0]
    ahead = reference_class_forecast(row["from_pct"] / 100, 0.0, row["from"], [row["to"]], fitted)
    grid = np.linspace(0.0005, 0.9995, 20_001)
    below = 1 - np.array([ahead.exceeds(g)[0] for g in grid])
    step = (grid >= row["to_pct"] / 100).astype(float)
    integral = 100 * np.trapezoid((below - step) ** 2, grid)
    assert first["crps_model"] == pytest.approx(integral, rel=0.01)


def test_a_rolling_origin_teaches_with_nothing_published_after_the_first_day(pairs):
    seen = rolling_backtest(pairs, PATI)
    assert 5 <= len(seen.rows) < 16
    late = pairs["published"] > date.fromisoformat(max(seen.rows["from"]))
    again = rolling_backtest(pairs.assign(quality=pairs["quality"].where(~late, "C")), PATI)
    kept = again.rows.set_index(["region", "from", "to"])["p50"]
    before = seen.rows.set_index(["region", "from", "to"])["p50"]
    assert (before.loc[kept.index] == kept).all()
