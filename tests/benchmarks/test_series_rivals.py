"""Sixty made-up series of 36 months, nine ahead: our view beside statsforecast and persistence."""

from __future__ import annotations

import statistics
import time

import numpy as np
import pytest

from tests.benchmarks import rival_environment
from tests.benchmarks.results import Row, record, record_table
from tests.benchmarks.rivals.with_statsforecast import MODELS
from tests.benchmarks.series_views import AHEAD, crps, held, made, own, persistence
from tests.truths import TRUTHS

EACH, FIRST_SEED = 20, 3_000
OURS, STILL = "own-series view", "persistence with a spread"
pytestmark = pytest.mark.bench


def timed(view, series):
    """Return a view's quantiles of every series, and the median seconds of one."""
    view(series[0])  # warm
    found, spent = [], []
    for told in series:
        began = time.perf_counter()
        found.append(view(told))
        spent.append(time.perf_counter() - began)
    return np.array(found), statistics.median(spent)


def theirs(series, folder):
    """Return each rival's quantiles, and its median seconds of a series."""
    given, found = folder / "logs.npy", folder / "quantiles.npz"
    np.save(given, np.log([told.people for told in series]))
    spent = rival_environment.run("with_statsforecast.py", given, found, AHEAD)
    return {m: (np.exp(np.load(found)[m]), s) for m, s in zip(MODELS, spent, strict=True)}


def test_own_months_beside_statsforecast_and_persistence(tmp_path):
    kinds = [truth for truth in TRUTHS for _ in range(EACH)]
    pairs = [made(truth, FIRST_SEED + n) for n, truth in enumerate(kinds)]
    series, came = [told for told, _ in pairs], [later for _, later in pairs]
    views = {
        OURS: timed(own, series),
        STILL: timed(persistence, series),
        **theirs(series, tmp_path),
    }
    rows, scores = {}, {}
    for name, (quantiles, spent) in views.items():
        by_series = np.array([crps(q, c).mean() for q, c in zip(quantiles, came, strict=True)])
        hits = np.array([held(q, c).mean() for q, c in zip(quantiles, came, strict=True)])
        scores[name] = by_series.mean()
        rows[name] = {
            "CRPS, points": round(float(by_series.mean()), 3),
            **{t: round(float(by_series[np.array(kinds) == t].mean()), 3) for t in TRUTHS},
            "90% range holds": f"{hits.mean():.0%}",
            "seconds a series": float(f"{spent:.2g}"),
        }
    record_table(
        "Own months beside statsforecast",
        f"{len(series)} made-up series of 36 months, 9 ahead, {EACH} of each truth: drawn from our "
        "own model (`itself`), from our stock-flow, and from growth that remembers. The first favours "
        "us, and the others fall in January-May and rise after, as our view expects of Indonesia; "
        "no real series of a region is public. All read the same figures, statsforecast their "
        "logarithms, with a season of twelve. Errors are in points of coverage, less is better.",
        rows,
    )
    for name in (STILL, *MODELS):
        error = scores[OURS], scores[name]
        record(Row("error (CRPS) of the own-series view", name, *error, "points", promise=1))
    for name in MODELS:
        spent = views[OURS][1], views[name][1]
        record(Row("seconds a series of the own-series view", name, *spent, "s"))
