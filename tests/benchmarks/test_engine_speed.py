"""The engine beside the bare drawing of its noise, and how its cost grows with paths."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.results import Row, in_turns, record, record_table
from ucj_analysis.forecasting import simulate
from ucj_analysis.projection import History
from ucj_analysis.record.observations import load_observations
from ucj_analysis.scenario import SEGMENTS
from ucj_analysis.scenario_files import load_scenario

BASELINE = load_scenario("baseline")
HISTORY = History("3318", tuple(load_observations("3318")))
MONTHS = 33  # March 2025 to December 2027
PATHS = (1_000, 10_000, 100_000, 1_000_000)
ALONE = """
import sys, time
from pathlib import Path
from tests.benchmarks.test_engine_speed import engine
engine(1_000, 1)
began = time.perf_counter()
engine(int(sys.argv[1]))
spent = time.perf_counter() - began
held = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
print(spent, held)
"""
pytestmark = pytest.mark.bench


def engine(paths, seed=2025):
    simulate(HISTORY, MONTHS, BASELINE, BASELINE, paths, seed)


def test_a_hundred_thousand_paths_beside_one_normal_per_path_month_and_segment():
    rng = np.random.Generator(np.random.PCG64(1))

    def floor():
        rng.standard_normal((100_000, MONTHS, len(SEGMENTS)))

    ours, bare = in_turns(lambda: engine(100_000), floor)
    record(
        Row(
            "100,000 paths to December 2027, weighted",
            "NumPy drawing a normal a path, month and segment",
            ours,
            bare,
            "s",
            promise=4,
        )
    )


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no peak of memory is told")
def test_cost_grows_with_paths():
    """Each number of paths in a process of its own, so that neither memory nor draws are shared."""
    micros, rows = {}, {}
    for paths in PATHS:
        runs = []
        for _ in range(5):
            ran = [sys.executable, "-c", ALONE, str(paths)]
            out = subprocess.run(ran, check=True, capture_output=True, text=True).stdout
            runs.append([float(x) for x in out.split()])
        spent, held = np.median(runs, axis=0)
        micros[paths] = 1e6 * spent / paths
        rows[f"{paths:,} paths"] = {
            "seconds": round(spent, 3),
            "µs a path": round(micros[paths], 2),
            "MB at the peak": round(held / 1024),
        }
    record_table(
        "Growth with paths",
        "The stock-flow of Pati to December 2027, each in a process of its own.",
        rows,
    )
    record(
        Row(
            "a path of a million",
            "a path of ten thousand",
            micros[1_000_000],
            micros[10_000],
            "µs",
            promise=2,
        )
    )
