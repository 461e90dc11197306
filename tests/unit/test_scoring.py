"""Back-test scores by hand: who teaches, what a line tells, what is gained, what is written."""

from __future__ import annotations

from datetime import date
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.special import logit as logit_of

from tests.benchmarks.accuracy import kept
from ucj_analysis import ask
from ucj_analysis.errors import InputError
from ucj_analysis.record.observations import load_table
from ucj_analysis.record.schemas import GROWTH_PAIRS
from ucj_analysis.reference_class import fit_reference_class, select_pairs
from ucj_analysis.scoring import (
    Backtest,
    backtest,
    backtest_record,
    brier,
    crps_points,
    known_backtest,
    known_pairs,
    reasons,
    rolling_backtest,
    scores_of,
    scores_record,
)
from ucj_analysis.situation import status

PATI = "Kabupaten Pati"
MONTH = 365.25 / 12


@pytest.fixture(scope="module")
def pairs():
    return load_table(GROWTH_PAIRS)


def windows(*told):
    """Windows of made-up regions: region, province, first and last day, from and to, published."""
    columns = ["region", "province_code", "from", "to", "from_pct", "to_pct", "published"]
    return pd.DataFrame(told, columns=columns).assign(quality="A")


def year(region, province, n, before, after, published=None):
    first, last = date(n, 1, 1), date(n, 12, 31)
    return region, province, first, last, before, after, published or date(n + 1, 2, 1)


APART = windows(
    year("A", "91", 2021, 20.0, 22.0),
    year("B", "92", 2021, 30.0, 36.0),
    year("C", "93", 2021, 25.0, 24.0),
    year("D", "94", 2021, 40.0, 47.0),
)


def integral(seen, quantile):
    """CRPS as the integral of the squared distance of the distribution from the step."""
    levels = (np.arange(200_000) + 0.5) / 200_000
    at = quantile(levels)
    return 2 * np.mean(np.where(seen < at, 1 - levels, -levels) * (at - seen))


# --- one line ------------------------------------------------------------------------------------


def test_a_line_tells_the_window_the_forecast_and_its_errors():
    rows = backtest(APART).rows
    line = rows.iloc[1]
    assert list(line[["region", "group", "from", "to"]]) == ["B", "92", "2021-01-01", "2021-12-31"]
    assert (line["from_pct"], line["to_pct"]) == (30.0, 36.0)
    fitted = fit_reference_class(select_pairs(APART.drop(1)))
    mean, variance = fitted.change(date(2021, 1, 1), [date(2021, 12, 31)])
    own = lambda z: 100 * expit(logit_of(0.3) + mean[0] + z * np.sqrt(variance[0]))  # noqa: E731
    z = {"p05": -1.6448536, "p25": -0.6744898, "p50": 0, "p75": 0.6744898, "p95": 1.6448536}
    assert line[list(z)].tolist() == pytest.approx([own(v) for v in z.values()])
    assert line["error_model"] == pytest.approx(abs(36 - own(0)))
    assert line["crps_persistence"] == 6
    assert rows["crps_persistence"].tolist() == [2, 6, 1, 7]


def test_persistence_with_a_spread_walks_as_the_others_did():
    """Its variance a month is the mean of what the others' logits moved, squared, over their months."""
    from scipy.stats import norm

    others = APART.drop(1)
    months = 364 / MONTH
    moved = logit_of(others["to_pct"] / 100) - logit_of(others["from_pct"] / 100)
    walk = float(np.mean(moved**2 / months))
    sd = np.sqrt(walk * months)
    by_hand = integral(36.0, lambda p: 100 * expit(logit_of(0.3) + sd * norm.ppf(p)))
    line = backtest(APART).rows.iloc[1]
    assert line["crps_spread_persistence"] == pytest.approx(by_hand, rel=1e-3)


def test_windows_of_other_lengths_count_by_the_month():
    """Half the time and half the squared move teach the same spread."""
    half = windows(
        *(
            (
                r,
                p,
                first,
                date(2021, 7, 2),
                before,
                100 * expit(logit_of(before / 100) + move),
                told,
            )
            for r, p, first, before, move, told in (
                ("A", "91", date(2021, 1, 1), 20.0, 0.2, date(2022, 1, 1)),
                ("B", "92", date(2021, 1, 1), 30.0, 0.2, date(2022, 1, 1)),
                ("C", "93", date(2021, 1, 1), 25.0, -0.2, date(2022, 1, 1)),
            )
        ),
        year("D", "94", 2021, 40.0, 40.0),
    )
    whole = half.copy()
    whole.loc[:2, "to"] = date(2021, 12, 31)
    whole.loc[:2, "to_pct"] = 100 * expit(
        logit_of(whole["from_pct"][:3] / 100) + np.sqrt(2) * np.array([0.2, 0.2, -0.2])
    )
    a, b = (backtest(told).rows["crps_spread_persistence"].iloc[3] for told in (half, whole))
    assert a == pytest.approx(b, rel=1e-9) and a > 0


@pytest.mark.parametrize("after, half, nine", [(30.0, True, True), (80.0, False, False)])
def test_outcomes_inside_and_outside_the_ranges(after, half, nine):
    scored = APART.iloc[[0]].assign(from_pct=30.0, to_pct=after, province_code="99")
    line = backtest(APART, scored).rows.iloc[0]
    assert (line["hit_50"], line["hit_90"]) == (half, nine)
    assert (line["p25"] <= after <= line["p75"], line["p05"] <= after <= line["p95"]) == (
        half,
        nine,
    )


def test_an_outcome_between_the_half_and_the_nine_in_ten_range():
    line = backtest(APART).rows.iloc[0]
    edge = (line["p75"] + line["p95"]) / 2
    again = backtest(APART, APART.iloc[[0]].assign(to_pct=edge)).rows.iloc[0]
    assert not again["hit_50"] and again["hit_90"]
    for edge, held in (("p05", "hit_90"), ("p25", "hit_50"), ("p75", "hit_50"), ("p95", "hit_90")):
        assert backtest(APART, APART.iloc[[0]].assign(to_pct=line[edge])).rows.iloc[0][held]
    low = (line["p05"] + line["p25"]) / 2
    again = backtest(APART, APART.iloc[[0]].assign(to_pct=low)).rows.iloc[0]
    assert not again["hit_50"] and again["hit_90"]


def test_the_score_of_members_is_their_distance_less_half_their_own():
    members = np.array([1.0, 2.0, 4.0])
    own = np.mean([[abs(a - b) for a in members] for b in members])
    assert crps_points(3.0, members) == pytest.approx(np.mean([2, 1, 1]) - own / 2)


# --- who teaches whom ------------------------------------------------------------------------------


def test_provinces_come_from_the_code_or_the_register_or_are_the_regions_own():
    told = windows(
        year("Lampung", "18", 2021, 20.0, 22.0),
        year("lampung", "", 2022, 30.0, 36.0),
        year("Somewhere", " 18.0 ", 2021, 25.0, 24.0),
        year("Nowhere", "", 2021, 40.0, 47.0),
        year("Elsewhere", "0.0", 2021, 30.0, 31.0),
        year("E", "95", 2021, 40.0, 44.0),
        year("F", "96", 2021, 40.0, 41.0),
    )
    assert backtest(told).rows["group"].tolist() == ["18", "18", "18", "Nowhere", "0", "95", "96"]


def test_only_what_was_known_and_of_the_grades_asked_teaches_and_is_scored(pairs):
    known = backtest(pairs, None, PATI, date(2025, 3, 31))
    assert len(known.rows) == 7
    assert len(backtest(pairs).rows) == 17  # Pati's own window too
    every = backtest(pairs, apart=PATI, grades=("A", "B", "C"))
    length = (pd.to_datetime(pairs["to"]) - pd.to_datetime(pairs["from"])).dt.days / MONTH
    assert len(every.rows) == ((length <= 12.5) & (pairs["region"] != "Pati")).sum() == 29
    only = backtest(pairs, apart=PATI, grades=("A",))
    assert 0 < len(only.rows) < 16


def test_windows_kept_apart_are_scored_and_never_teach():
    kept_apart = windows(year("E", "95", 2022, 33.0, 35.0), year("B", "92", 2022, 36.0, 38.0))
    seen = backtest(APART, kept_apart)
    assert seen.rows["region"].tolist() == ["E", "B"]
    other = backtest(APART, kept_apart.assign(to_pct=50.0))
    assert (seen.rows["p50"] == other.rows["p50"]).all()
    alone = backtest(APART.drop(1), kept_apart.iloc[[1]])
    assert seen.rows["p50"].iloc[1] == pytest.approx(alone.rows["p50"].iloc[0])


def test_nothing_to_score_is_refused_and_named():
    for told, scored in ((APART.assign(quality="D"), None), (APART, APART.iloc[:0])):
        with pytest.raises(InputError) as raised:
            backtest(told, scored)
        (problem,) = raised.value.problems
        assert (problem.code, problem.value, problem.fields) == ("too_few_pairs", "0", {"least": 3})
    with pytest.raises(InputError, match="too_few_pairs"):
        backtest(APART.iloc[:3])  # each fold is left with two


def test_a_rolling_origin_needs_three_windows_of_others_known_by_its_first_day():
    later = windows(
        year("E", "95", 2023, 20.0, 23.0),  # four known
        year("A", "91", 2023, 22.0, 25.0),  # three of other provinces
        year("F", "96", 2022, 20.0, 23.0),  # those of 2021 were told in February
    )
    told = pd.concat([APART, later], ignore_index=True)
    seen = rolling_backtest(told)
    assert seen.rows["region"].tolist() == ["E", "A"]
    assert seen.rows["p50"].iloc[1] == pytest.approx(
        backtest(APART, later.iloc[[1]]).rows["p50"].iloc[0]
    )
    assert rolling_backtest(told, "E").rows["region"].tolist() == ["A"]
    assert rolling_backtest(APART) is None


def test_the_flow_of_rows_adds_up(pairs):
    whole = {"read": 37, "later": 0, "own_region": 1, "grade": 19, "long": 1, "used": 16}
    assert reasons(pairs, PATI) == whole
    assert reasons(pairs) == whole | {"own_region": 0, "used": 17}
    then = reasons(pairs, PATI, date(2025, 3, 31))
    assert then["read"] == 37 == sum(then.values()) - 37 and then["later"] == 24
    none = {"read": 4, "later": 4, "own_region": 0, "grade": 0, "long": 0, "used": 0}
    assert reasons(APART, known_by=date(2020, 1, 1)) == none


def test_what_was_known_to_a_status(data):
    now = status(ask())
    rows = known_pairs(now)
    assert len(rows) == 13 and (rows["published"] <= now.known_by).all()
    assert rows.loc[rows["region"] == "Pati", "why_not"].tolist() == ["own_region"]
    tested = known_backtest(now)
    again = backtest(load_table(GROWTH_PAIRS), None, PATI, now.known_by)
    assert tested.rows.equals(again.rows) and tested.gain_interval == again.gain_interval


def test_what_was_known_is_read_from_the_folder_asked(data):
    data.edit("growth_pairs", lambda rows: rows[:3])
    now = status(ask(data=data.path))
    assert len(known_pairs(now)) <= 3
    assert known_backtest(now) is None


def test_another_error_is_no_back_test_left_too_small(data):
    now = status(ask(data=data.path))
    data.edit("growth_pairs", lambda rows: [row | {"to_pct": "many"} for row in rows])
    with pytest.raises(InputError) as raised:
        known_backtest(now)
    assert raised.value.problems[0].code != "too_few_pairs"


# --- scores ------------------------------------------------------------------------------------------


def lines(*scores):
    """One line a score: group, of the model, of persistence with a spread."""
    return [
        {"group": g, "crps_model": model, "crps_spread_persistence": still}
        for g, model, still in scores
    ]


def test_the_gain_is_what_is_left_of_one():
    told = scores_of(lines(("a", 1.0, 4.0), ("a", 2.0, 2.0), ("b", 3.0, 6.0)))
    assert told.gain == pytest.approx(1 - 6 / 12)
    assert told.gain_interval is None and not told.established  # two provinces
    assert scores_of(lines(("a", 1.0, 0.009), ("b", 1.0, 0.010))).gain is None
    assert scores_of(lines(("a", 0.5, 0.01), ("b", 0.5, 0.012))).gain == pytest.approx(
        1 - 0.5 / 0.011
    )


def test_the_interval_resamples_whole_provinces():
    """Three provinces, 27 samples, all alike: nine in ten of them hold what 27 by hand do."""
    scores = lines(("a", 1.0, 2.0), ("a", 0.0, 2.0), ("b", 2.0, 3.0), ("c", 5.0, 4.0))
    sums = np.array([[1.0, 4.0], [2.0, 3.0], [5.0, 4.0]])
    every = sorted(
        1 - sums[list(pick)].sum(axis=0)[0] / sums[list(pick)].sum(axis=0)[1]
        for pick in product(range(3), repeat=3)
    )
    told = scores_of(scores)
    assert told.gain_interval == pytest.approx((every[1], every[25]))
    assert every[0] < every[1] < every[25] < every[26]


@pytest.mark.parametrize(
    "provinces, better, established", [(6, 0.5, True), (5, 0.5, False), (6, 1.0, False)]
)
def test_a_gain_is_established_where_provinces_enough_all_gain(provinces, better, established):
    told = scores_of(lines(*((str(n), better * (n + 1), n + 1.0) for n in range(provinces))))
    assert told.gain_interval == pytest.approx((1 - better, 1 - better))
    assert told.established == established


def rows_of(*told):
    """Windows with their quantiles: from, to, and the five."""
    columns = ["from_pct", "to_pct", "p05", "p25", "p50", "p75", "p95"]
    return pd.DataFrame(told, columns=columns)


def test_the_brier_score_by_hand():
    rows = rows_of(
        (20.0, 25.0, 15.0, 19.0, 21.0, 25.0, 30.0),  # 5 more: the 75% quantile, and it came
        (20.0, 24.0, 15.0, 19.0, 21.0, 23.0, 27.0),  # between 75% and 95%, and it did not
        (20.0, 40.0, 25.0, 27.0, 30.0, 33.0, 39.0),  # at the 5% quantile
        (20.0, 10.0, 10.0, 15.0, 18.0, 20.0, 22.0),  # above all kept
        (20.0, 26.0, 26.0, 28.0, 30.0, 33.0, 39.0),  # below all kept
    )
    chances = np.array([0.25, 0.15, 0.95, 0.05, 0.95])
    came = np.array([1, 0, 1, 0, 1])
    assert brier(rows) == pytest.approx(np.mean((chances - came) ** 2))
    ten = np.array([0.05, 0.05, 0.5, 0.05, 0.5])
    assert brier(rows, 10.0) == pytest.approx(np.mean((ten - [0, 0, 1, 0, 0]) ** 2))


def test_the_levels_between_the_quantiles_are_read_off_straight():
    at = [10.0, 11.0, 13.0, 16.0, 20.0]
    for goal, level in ((10.5, 0.15), (12.0, 0.375), (14.5, 0.625), (18.0, 0.85)):
        assert brier(rows_of((goal - 5, 0.0, *at))) == pytest.approx((1 - level) ** 2)


# --- what is written -----------------------------------------------------------------------------------


def scored(interval=(0.123456, 0.654321)):
    rows = rows_of(
        (20.0, 25.0, 15.0, 19.0, 21.0, 25.0, 30.0), (20.0, 24.0, 15.0, 19.0, 21.0, 22.7, 27.0)
    ).assign(
        region=["A", "B"],
        group=["91", "92"],
        crps_model=[1.000011, 2.000055],
        crps_persistence=[5.000033, 4.000033],
        crps_spread_persistence=[3.111111, 3.111155],
        error_model=[4.000022, 3.000044],
        hit_50=[True, False],
        hit_90=[True, True],
    )
    return Backtest(rows, 0.678941, interval)


def test_the_scores_as_written():
    written = {
        "n": 2,
        "provinces": 2,
        "crps_model": 1.5,
        "crps_persistence": 4.5,
        "crps_spread_persistence": 3.1111,
        "mae_model_points": 3.5,
        "mae_persistence_points": 4.5,
        "brier_up_5_points": 0.2915,
        "hits_50": 1,
        "hits_90": 2,
        "gain": 0.6789,
        "gain_interval": [0.1235, 0.6543],
        "established": False,
    }
    assert scores_record(scored()) == written
    assert scores_record(scored(None)) == written | {"gain_interval": None}
    told = backtest_record(scored())
    assert {name: told[name] for name in written} == written
    assert told["schema_version"] == 1
    assert [row["crps_model"] for row in told["rows"]] == [1.0, 2.0001]
    assert [row["error_model"] for row in told["rows"]] == [4.0, 3.0]
    assert [row["region"] for row in told["rows"]] == ["A", "B"]
    assert told["rows"][0]["hit_50"] is True


def test_the_scores_of_the_panel_are_those_published(pairs):
    told = backtest(pairs, apart=PATI)
    low, high = told.gain_interval
    published = {
        name.partition(": ")[2]: f["value"]
        for name, f in kept().items()
        if name.startswith("reference class: ")
    }
    assert len(told.rows) == published["windows"]
    assert told.rows["crps_model"].mean() == pytest.approx(published["CRPS, points"], abs=1e-4)
    assert 1 - told.gain == pytest.approx(
        published["CRPS over persistence with a spread"], abs=1e-4
    )
    assert low == pytest.approx(published["gain, low end"], abs=5e-4)
    assert high == pytest.approx(published["gain, high end"], abs=5e-4)
