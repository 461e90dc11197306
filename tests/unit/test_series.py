"""The region's own series: the filter by hand, recovery of known truth, no look-ahead, three views."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from scipy.stats import binom, multivariate_normal

from tests.synthetic import made_up, with_series
from tests.truths import BASELINE, START, TRUTHS, from_itself, told_of
from ucj_analysis import ask, forecast, series
from ucj_analysis.archive.files import SCHEMA_VERSION, VIEWS, WITHOUT_SERIES, read_archive
from ucj_analysis.archive.track_record import issue
from ucj_analysis.forecasting import forecast_record
from ucj_analysis.months import Month
from ucj_analysis.presentation.display import Picture
from ucj_analysis.presentation.headings import views_heading
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.outlook_figures import own_series_figure
from ucj_analysis.presentation.outlook_tables import fit_table, views_table
from ucj_analysis.presentation.outlook_words import forecast_answer, own_series_text, views_text
from ucj_analysis.presentation.tidy import tidy_csv
from ucj_analysis.presentation.track_words import own_track_text
from ucj_analysis.record.observations import load_observations
from ucj_analysis.record.public_record import BASE
from ucj_analysis.series import (
    FEWEST_MONTHS,
    LEVEL_SD,
    SPREAD_FACTORS,
    SPREAD_MEDIANS,
    TREND_SD,
    Series,
    calendar,
    diagnose,
    fit_series,
    own_figures,
    own_series,
    programme_steps,
    residuals,
    series_backtest,
    series_forecast,
    take_apart,
)

AHEAD = 9


def of(logs, rounding=1e-8, base=300_000.0):
    people = 90_000 * np.exp(np.asarray(logs, dtype=float))
    return Series(START, people, np.full(len(people), base), np.full(len(people), rounding))


def walk(months, seed=1):
    chance = np.random.default_rng([seed, months])
    number = np.array([(START + t).number for t in range(months)])
    return np.cumsum(chance.normal(0.002, 0.008, months)) + 0.03 * np.sin(np.pi * number / 6)


@pytest.fixture(scope="module")
def fitted():
    return fit_series(of(walk(36)), AHEAD)


# --- the filter, computed another way ----------------------------------------------------------


def joint(spreads, told, months):
    """Return mean and covariance of all figures, written out without any filter."""
    level, drift, figure, size, change, half_life = spreads
    columns = calendar(months)
    n = len(columns)
    left = np.exp(-np.log(2) / half_life)
    # drifts of two months are alike by what is left between them; a level sums those before it
    alike = drift**2 * left ** np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    summed = np.tril(np.ones((n, n)), -1)
    cover = LEVEL_SD**2 + TREND_SD**2 * np.outer(np.arange(n), np.arange(n))
    cover = cover + summed @ (alike + level**2 * np.eye(n)) @ summed.T
    walked = size**2 + (change * size) ** 2 * np.minimum.outer(np.arange(n), np.arange(n))
    cover = cover + (columns @ columns.T) * walked
    return np.zeros(n), cover + np.diag(told + figure**2)


def test_the_likelihood_is_that_of_the_joint_normal_missing_months_left_out(fitted):
    few = of(walk(8))
    few.people[3] = np.nan
    small = fit_series(few, 4)
    seen = np.flatnonzero(few.told)
    for n in (0, 100, 287):
        mean, cover = joint(small.spreads[n], np.r_[few.rounding, np.zeros(4)], list(small.months))
        y = few.log_people[seen]
        by_hand = multivariate_normal.logpdf(y, mean[seen], cover[np.ix_(seen, seen)])
        assert small.likelihood[n].sum() == pytest.approx(by_hand, abs=1e-8)
        gain = cover[8:, seen] @ np.linalg.inv(cover[np.ix_(seen, seen)])
        assert small.mean[n, 8:] == pytest.approx(gain @ y, abs=1e-9)
        left = np.diag(cover[8:, 8:] - gain @ cover[seen, 8:])
        assert small.variance[n, 8:] == pytest.approx(left, rel=1e-6)


def test_weights_are_prior_times_likelihood_whatever_was_offered(fitted):
    """Importance sampling on sets drawn from the prior alone gives the same answer."""
    chance = np.random.default_rng(5)
    sets = SPREAD_MEDIANS * SPREAD_FACTORS ** chance.standard_normal((3000, 6))
    model = series._Model(fitted.series, fitted.design[:, 3:], 0)
    plain = model.filtered(sets)
    weight = np.exp(plain.score - plain.score.max())
    weight /= weight.sum()
    by_prior = (weight @ plain.mean)[-1], np.sqrt((weight @ plain.variance)[-1])
    ours = fitted.weights(36)
    assert ours @ fitted.mean[:, -1] == pytest.approx(by_prior[0], abs=0.15 * by_prior[1])
    assert np.sqrt(ours @ fitted.variance[:, -1]) == pytest.approx(by_prior[1], rel=0.15)


def test_forecasts_from_inside_are_those_a_shorter_series_gives(fitted):
    """The back-test's origin knows nothing later: one step of it, against the filter's own."""
    mean, variance = series._ahead(fitted, 35, 35 + AHEAD)
    assert mean == pytest.approx(fitted.mean[:, 36:], abs=1e-12)
    assert variance == pytest.approx(fitted.variance[:, 36:], abs=1e-12)
    mean, variance = series._ahead(fitted, 20, 21)
    assert mean[:, 0] == pytest.approx(fitted.mean[:, 21], abs=1e-12)
    later = of(walk(36))
    later.people[21:] *= 3
    other = fit_series(later, AHEAD)
    rows, moved = (series_backtest(f).rows for f in (fitted, other))
    first = rows["from"] == str(START + 17)
    # other sets are offered, so equal but for the sampling of spreads
    assert moved[first]["p50"].to_numpy() == pytest.approx(rows[first]["p50"].to_numpy(), abs=0.2)


# --- recovery ----------------------------------------------------------------------------------


def held(truth, months, seed):
    """Return whether the 90% range held each month ahead; figures rounded, a tenth missing."""
    told, came = told_of(truth, months, AHEAD, seed)
    seen = fit_series(told, AHEAD)
    drawn = told.people[0] * np.exp(
        series._members(seen.mean[:, months:], seen.variance[:, months:], seen.weights(months), 999)
    )
    low, high = np.quantile(drawn, [0.05, 0.95], axis=1)
    return (low <= came) & (came <= high)


@pytest.mark.parametrize("truth", TRUTHS)
def test_ranges_hold_known_truth(truth):
    """Ten series of each kind: no fewer last months held than 85% would give in 999 of 1000."""
    last = sum(held(truth, 36, seed)[-1] for seed in range(10))
    assert last >= binom.ppf(0.001, 10, 0.85)


#: Our stock-flow's world is calmer than the priors expect: its series are held 97 to 99 in 100.
TOO_WIDE = pytest.mark.xfail(reason="ranges too wide for a world this calm", strict=True)


@pytest.mark.soak
@pytest.mark.parametrize("months", [24, 36, 60])
@pytest.mark.parametrize("truth", ["itself", pytest.param("stock-flow", marks=TOO_WIDE), "growth"])
def test_nine_in_ten_ranges_hold_85_to_95_in_100(truth, months):
    shares = np.mean([held(truth, months, 1000 + seed) for seed in range(200)], axis=0)
    print(f"{truth}, {months} months: {shares.mean():.3f}, by month ahead {np.round(shares, 2)}")
    assert 0.85 <= shares.mean() <= 0.95


# --- what must not matter, and what must -------------------------------------------------------


def ahead(told, seed=2025):
    return series_forecast(fit_series(told, AHEAD), "9999", BASELINE, seed).quantile(
        [0.05, 0.5, 0.95]
    )


def test_people_and_base_times_the_same_change_nothing():
    told = of(walk(30))
    twice = replace(told, people=2.5 * told.people, base=2.5 * told.base)
    assert ahead(twice) == pytest.approx(ahead(told), abs=1e-9)


def test_a_re_set_base_moves_coverage_by_its_step_and_people_not_at_all():
    told = of(walk(30))
    base = told.base.copy()
    base[21:] *= 1.25
    stepped = replace(told, base=base)
    assert ahead(stepped)[0] == pytest.approx(ahead(told)[0] / 1.25, rel=1e-9)


def test_missing_months_widen():
    """Under every set of spreads: how they are weighted is another matter."""
    told, holes = of(walk(30)), of(walk(30))
    for gaps in (holes.people, holes.base, holes.rounding):
        gaps[24:29] = np.nan
    full, less = (fit_series(s, AHEAD) for s in (told, holes))
    tried = slice(0, series.SETS)  # the first round offers the same sets to both
    assert (full.spreads[tried] == less.spreads[tried]).all()
    assert (less.variance[tried, 30:] > full.variance[tried, 30:]).all()


def test_coarser_rounding_widens():
    fine, coarse = of(walk(30)), of(walk(30), rounding=(0.005 / 0.3) ** 2 / 3)
    assert np.ptp(ahead(coarse)[0]) > np.ptp(ahead(fine)[0])


def test_the_same_series_gives_the_same_bytes():
    assert ahead(of(walk(30))).tobytes() == ahead(of(walk(30))).tobytes()


def test_the_season_seen_comes_back():
    seen = fit_series(of(walk(48)), 12)
    parts = take_apart(seen)
    number = np.array([m.number for m in seen.series.months])
    found = np.log(parts.with_calendar / parts.level)
    assert np.corrcoef(found, np.sin(np.pi * number / 6))[0, 1] > 0.9


def cohort(first, last, people):
    from ucj_analysis.scenario import Cohort

    fixed = {"low": people, "central": people, "high": people, "unit": "people", "assumption": "x"}
    whole = {"low": 1, "central": 1, "high": 1, "unit": "share", "assumption": "x"}
    return Cohort(name="made up", first=first, last=last, people=fixed, yields=whole)


def test_a_dated_programme_is_a_step_while_it_counts():
    """Paid from July to October 2023, counted through December (rule R01)."""
    paid = cohort("2023-07", "2023-10", 9_000)
    plain = walk(30)
    at = np.array([(START + t) for t in range(30)])
    inside = np.array([Month(2023, 7) <= m <= Month(2023, 12) for m in at])
    told = of(plain)
    told.people[inside] += 9_000
    steps, names = programme_steps(told, [paid], [START + t for t in range(30)])
    assert names == ("made up",) and ((steps[:, 0] > 0) == inside).all()
    before = told.people[14]
    assert steps[inside, 0] == pytest.approx(np.log1p(9_000 / before))
    knowing, blind = fit_series(told, AHEAD, [paid]), fit_series(told, AHEAD)
    score = [f.likelihood.sum(axis=1).max() for f in (knowing, blind)]
    assert score[0] > score[1] + 3
    assert programme_steps(told, [cohort("2030-01", "2030-02", 5)], list(at))[1] == ()


def test_a_programme_to_come_is_counted_on_top():
    seen = fit_series(of(walk(30)), AHEAD)
    paid = cohort(str(START + 31), str(START + 32), 12_000)
    with_it = BASELINE.model_copy(update={"cohorts": (paid,)})
    plain, more = (
        series_forecast(seen, "9999", s, 1).quantile([0.5])[:, 0] for s in (BASELINE, with_it)
    )
    gained = (more - plain) * 300_000
    assert gained[0] == 0 and gained[5:] == pytest.approx(0)
    assert gained[1:3] == pytest.approx(12_000, rel=1e-6)
    assert (abs(gained[3:5] / 12_000 - 1) < 0.3).all()  # a New Year lies before: other bases


# --- diagnostics -------------------------------------------------------------------------------


def test_a_plain_walk_fits_and_a_broken_series_does_not(fitted):
    assert diagnose(fitted).fits
    jumped = walk(48)
    jumped[30] += 0.5  # one month's printing mistake
    assert not diagnose(fit_series(of(jumped), AHEAD)).fits


def test_residuals_of_a_true_model_are_standard_normals():
    z = np.concatenate(
        [residuals(fit_series(of(from_itself(48, np.random.default_rng(s))), 1)) for s in range(12)]
    )
    assert abs(z.mean()) < 4 / np.sqrt(len(z)) and 0.8 < z.std() < 1.2


def test_a_short_back_test_establishes_nothing(fitted):
    tested = series_backtest(fitted)
    assert tested.rows["group"].nunique() == 3 and not tested.established
    assert tested.rows["from"].nunique() == 18
    assert (tested.rows["from"] < tested.rows["to"]).all()
    long = series_backtest(fit_series(of(walk(60)), AHEAD))
    assert long.established and long.gain_interval[0] > 0


def test_what_does_not_move_cannot_be_gained_on():
    assert series_backtest(fit_series(of(np.zeros(30)), AHEAD)).gain is None


# --- in the forecast ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    data = made_up(tmp_path_factory.mktemp("rich") / "data", [])
    with_series(data, "3319")
    return data


def asked(data, **other):
    return ask(**{"region": "3319", "data": data, "as_of": "2025-03", "paths": 2000, **other})


@pytest.fixture(scope="module")
def seen(rich):
    return forecast(asked(rich))


def test_a_region_with_36_months_has_three_views_pooled_alike(seen):
    assert list(seen.views) == ["stock_flow", "reference_class", "own_series"]
    mean = sum(v.quantiles for v in seen.views.values()) / 3
    assert seen.pooled.quantiles == pytest.approx(mean)
    assert seen.own_figures == 36
    assert seen.ensemble.effective_sample_size > 50
    assert seen.projection.start == Month(2024, 3)


def test_what_is_told_of_it(seen):
    told = forecast_record(seen)
    assert set(told["views"]) == set(told["months"][0]["views"]) == set(seen.views)
    own = told["own_series"]
    assert (own["figures"], own["first"], own["last"]) == (36, "2022-04", "2025-03")
    assert own["backtest"]["n"] == 150 and not own["backtest"]["established"]
    assert json.loads(json.dumps(told)) == told
    assert "own_series,2025-12,p50" in tidy_csv(seen)
    for lang in ("id", "en"):
        w = words(lang)
        assert len(views_table(seen, w).rows) == 4 and len(fit_table(seen, w).rows) == 4
        assert isinstance(own_series_figure(seen, w), Picture)
        assert own_series_figure(seen, w).png() == own_series_figure(seen, w).png()
        assert forecast_answer(seen, w)
    w = words("en")
    assert views_heading(seen, w) == "Three views, side by side"
    assert "36 monthly figures" in views_text(seen, w)
    assert "April 2022" in own_series_text(seen, w)
    assert "not established" in own_track_text(seen, w)


def test_a_month_published_later_changes_nothing(rich, tmp_path, seen):
    table = made_up(tmp_path / "data", []) / "regions" / "3319" / "observations.csv"
    for name in ("observations.csv", "targets.csv"):
        table.parent.mkdir(exist_ok=True)
        (table.parent / name).write_text(
            (rich / "regions" / "3319" / name).read_text(encoding="utf-8"), encoding="utf-8"
        )
    with table.open("a", encoding="utf-8") as lines:
        lines.write(
            "3319,2025-04-30,,,400000,456000,made-up-2025,active,2025-05-10,made-up,made up\n"
            "3319,2022-03-31,,,9000,420000,made-up-2022,active,2025-05-10,made-up,made up\n"
        )
    again = forecast(asked(tmp_path / "data", known_by="2025-04-10"))
    assert forecast_record(again) == forecast_record(seen)
    later = forecast(asked(tmp_path / "data", known_by="2025-05-10"))
    assert later.own_figures == 37
    assert forecast_record(later)["views"] != forecast_record(seen)["views"]


@pytest.mark.parametrize(
    "months, column, count",
    [(23, {}, 23), (36, {"basis": ""}, 36), (24, {}, 24)],
)
def test_a_series_begins_at_24_months(tmp_path, months, column, count):
    data = made_up(tmp_path / "data", [])
    with_series(data, "3319", months, **column)
    told = load_observations("3319", date(2025, 4, 30), data)
    assert len(own_figures(told)) == count
    assert (own_series(told) is not None) == (count >= FEWEST_MONTHS)


def test_another_way_of_counting_ends_it(rich):
    told = load_observations("3319", date(2025, 4, 30), rich)
    mixed = [replace(o, basis="workplace") for o in told[:20]] + told[20:]
    assert len(own_figures(mixed)) == 16 and own_series(mixed) is None
    other = [replace(o, base="bps-2022") for o in told[:10]] + told[10:]
    assert len(own_figures(other)) == 26
    assert own_figures([replace(o, base=BASE) for o in told]) == []


def test_pati_has_two_views_and_is_told_what_a_third_needs():
    pati = forecast(ask(paths=300))
    assert list(pati.views) == ["stock_flow", "reference_class"] and pati.own is None
    assert "own_series" not in forecast_record(pati)
    assert "needs 24 months" in own_series_text(pati, words("en"))
    assert own_series_text(pati, words("en")).endswith("there are 2.")
    assert views_heading(pati, words("en")) == "Two views, side by side"
    assert fit_table(pati, words("en")) is None and own_series_figure(pati, words("en")) is None


def test_an_archive_keeps_the_third_view_and_reads_files_without(seen, tmp_path):
    import pyarrow.parquet as pq

    pati = forecast(ask(paths=200))
    homes = [issue(f, tmp_path, date(2025, 4, 20)) for f in (pati, seen)]
    versions = [pq.read_schema(home).metadata[b"schema_version"].decode() for home in homes]
    assert versions == [str(WITHOUT_SERIES), str(SCHEMA_VERSION)]
    assert set(pq.read_table(homes[0])["view"].to_pylist()) == set(VIEWS)
    kept = {told.region: told for told in read_archive(tmp_path)}
    assert kept["3318"].views == VIEWS and kept["3319"].views == (*VIEWS, "own_series")
    own = kept["3319"].quantiles["own_series"]
    assert own[:, 49] == pytest.approx(seen.views["own_series"].quantiles[:, 2], abs=1e-6)
    mean = sum(kept["3319"].quantiles[v] for v in kept["3319"].views[1:]) / 3
    assert kept["3319"].quantiles["pooled"] == pytest.approx(mean, abs=2e-6)


def test_nothing_is_imported_where_there_is_no_series():
    code = (
        "import sys; from ucj_analysis import ask, forecast; forecast(ask(paths=100)); "
        "sys.exit(any(m.startswith('statsmodels.tsa.statespace.kalman_smoother') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
