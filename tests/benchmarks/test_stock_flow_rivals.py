"""A thousand draws of the same stock-flow: ours beside PySD and Atomica, equal path by path."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from tests.benchmarks import rival_environment
from tests.benchmarks.results import Row, record, seconds
from tests.benchmarks.stock_flow import coverage, draws

DRAWS, TIMES = 1_000, 5
pytestmark = pytest.mark.bench


@pytest.mark.parametrize(
    "rival, script, way",
    [
        ("PySD", "with_pysd.py", "one `model.run` a draw"),
        ("Atomica", "with_atomica.py", "one `run_sim` a draw"),
    ],
)
def test_a_thousand_draws(rival, script, way, tmp_path):
    given, found = tmp_path / "draws.npz", tmp_path / "coverage.npy"
    np.savez(given, **draws(DRAWS))
    theirs = rival_environment.run(script, given, found, tmp_path, TIMES)
    assert len(theirs) == TIMES
    assert np.load(found) == pytest.approx(coverage(DRAWS), abs=1e-6)
    ours = [seconds(lambda: coverage(DRAWS)) for _ in range(TIMES)]
    record(
        Row(
            f"{DRAWS:,} paths of the stock-flow, 33 months",
            f"{rival}, {way}",
            statistics.median(ours),
            statistics.median(theirs),
            "s",
            promise=1,
        )
    )


def test_no_limit_that_rivals_leave_out_binds():
    """Coverage stays far below the whole, so that nobody is refused for want of the uncovered."""
    assert coverage(DRAWS).max() < 0.9
