"""The stock-flow that rivals run too: Pati from March 2025 to December 2027, its draws, our paths.

Neither side has month-to-month chance; what differs between paths are the ranges of the baseline.
"""

from __future__ import annotations

import numpy as np

from ucj_analysis.projection import History, Projection, project
from ucj_analysis.record.observations import load_observations
from ucj_analysis.scenario_files import load_scenario
from ucj_analysis.streams import stream

BASELINE = load_scenario("baseline")
HISTORY = History("3318", tuple(load_observations("3318")[-1:]))
MONTHS, SEED = 33, 2025
NEW_YEARS = (2026, 2027)


def projected(paths: int, seed: int) -> Projection:
    return project(HISTORY, MONTHS, BASELINE, BASELINE, paths, seed, with_chance=False)


def coverage(paths: int, seed: int = SEED) -> np.ndarray:
    """Return our coverage, shape (paths, months + 1)."""
    return projected(paths, seed).coverage.T


def draws(paths: int) -> dict[str, np.ndarray]:
    """Return what our paths drew, under the names the rivals' models give it, shape (paths,) each."""
    moved = projected(paths, SEED)
    parts = ("labour_force.rebasing", "noise.")  # what re-sets the base is told by New Year, below
    drawn = {
        name.replace(".", "_"): values
        for name, values in moved.values.items()
        if not name.startswith(parts) and "." in name and " " not in name
    }
    drawn["start_participants"] = moved.participants.stock[0].sum(axis=0)
    for year in NEW_YEARS:
        jump = BASELINE.labour_force.rebasing.draw(
            stream(SEED, "uniform", f"rebasing.{year}", "0").random(paths)
        )
        step = moved.base.rebasing[(year - HISTORY.start.year) * 12 - HISTORY.start.number]
        drawn[f"rebased_{year}"] = np.where(step == 0, 0.0, jump)
    return drawn
