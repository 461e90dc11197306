"""Made-up monthly series whose truth is known: drawn from the model itself, and from two others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ucj_analysis.months import Month
from ucj_analysis.projection import History, project
from ucj_analysis.record.observations import load_observations
from ucj_analysis.scenario_files import load_scenario
from ucj_analysis.series import (
    SPREAD_FACTORS,
    SPREAD_MEDIANS,
    TREND_SD,
    Series,
    calendar,
    fading,
)

BASELINE = load_scenario("baseline")
START = Month(2022, 4)
BASE = 300_000.0


def from_itself(months, chance):
    """Draw spreads from their prior and a series from the model."""
    drawn = SPREAD_MEDIANS * SPREAD_FACTORS ** chance.standard_normal(len(SPREAD_MEDIANS))
    level, drift, figure, size, change, half_life = drawn
    left, moved = fading(drift, half_life)
    columns = calendar([START + t for t in range(months)])
    at, pace, trend = 0.0, chance.normal(0, drift), chance.normal(0, TREND_SD)
    seasons = chance.normal(0, size, columns.shape[1])
    logs = []
    for row in columns:
        logs.append(at + row @ seasons + chance.normal(0, figure))
        at += pace + trend + chance.normal(0, level)
        pace = left * pace + chance.normal(0, moved)
        seasons = seasons + chance.normal(0, change * size, len(seasons))
    return np.array(logs)


def from_stock_flow(months, chance):
    """Draw one path of the package's own stock-flow, whose model of the world is another."""
    told = replace(load_observations("3318")[-1], region="9999", as_of=START.last_day)
    moved = project(
        History("9999", (told,)), months - 1, BASELINE, BASELINE, 1, int(chance.integers(2**31))
    )
    return np.log(moved.covered[:, 0])


def from_growth(months, chance):
    """Draw a series whose growth remembers, with a fall in January-May and a rise after."""
    growth = np.zeros(months)
    for t in range(1, months):
        growth[t] = 0.7 * growth[t - 1] + chance.normal(0, 0.006)
    season = np.cumsum([-0.02] * 5 + [0.1 / 7] * 7)
    return np.cumsum(growth + 0.004) + season[[(START + t).number - 1 for t in range(months)]]


TRUTHS = {"itself": from_itself, "stock-flow": from_stock_flow, "growth": from_growth}


def told_of(truth, months, ahead, seed, missing=0.1):
    """Return a series as an office tells it, figures rounded and some missing, and what came after.

    What came is people by month; the base stays at `BASE`.
    """
    chance = np.random.default_rng([seed, months])
    logs = TRUTHS[truth](months + ahead, chance)
    logs = logs - logs[0] + np.log(0.3)
    half = chance.choice([0.0005, 0.00005])
    printed = np.round(np.exp(logs[:months]) / (2 * half)) * 2 * half
    left_out = chance.random(months) < missing
    left_out[[0, -1]] = False
    told = Series(
        START,
        np.where(left_out, np.nan, BASE * printed),
        np.where(left_out, np.nan, BASE),
        np.where(left_out, np.nan, (half / printed) ** 2 / 3),
    )
    return told, BASE * np.exp(logs[months:])
