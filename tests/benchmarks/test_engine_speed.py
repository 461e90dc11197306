"""The engine beside the bare drawing of its noise, and how its cost grows with paths."""

from __future__ import annotations

import resource
import statistics
import time

import numpy as np
import pytest

from ucj_analysis.forecasting import simulate
from ucj_analysis.projection import History
from ucj_analysis.record.observations import load_observations
from ucj_analysis.scenario import SEGMENTS
from ucj_analysis.scenario_files import load_scenario

BASELINE = load_scenario("baseline")
HISTORY = History("3318", tuple(load_observations("3318")))
MONTHS = 33  # March 2025 to December 2027


def seconds(call):
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


@pytest.mark.bench
def test_a_hundred_thousand_paths_beside_one_normal_per_path_month_and_segment():
    rng = np.random.Generator(np.random.PCG64(1))

    def engine():
        simulate(HISTORY, MONTHS, BASELINE, BASELINE, 100_000, 2025)

    def floor():
        rng.standard_normal((100_000, MONTHS, len(SEGMENTS)))

    engine(), floor()
    pairs = [(seconds(engine), seconds(floor)) for _ in range(5)]
    ours, bare = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"\nengine {ours:.2f} s / normals {bare:.2f} s = {ours / bare:.2f} (promise: at most 4)")
    assert ours / bare <= 4


@pytest.mark.bench
def test_cost_is_linear_in_paths_and_memory_bounded():
    per_path = {}
    for paths in (10_000, 100_000, 1_000_000):
        per_path[paths] = (
            seconds(lambda n=paths: simulate(HISTORY, MONTHS, BASELINE, BASELINE, n, 1)) / paths
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = ", ".join(f"{n:,}: {1e6 * s:.1f} µs" for n, s in per_path.items())
    print(f"\nper path {told}; peak {peak:,.0f} MB at a million paths")
    assert per_path[1_000_000] < 2 * per_path[10_000]
