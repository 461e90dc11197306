"""Our view of a region's own months as quantiles ahead, persistence beside it, and their scores."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from tests.truths import BASE, told_of
from ucj_analysis import series
from ucj_analysis.series import Series, fit_series

MONTHS, AHEAD, MEMBERS = 36, 9, 9_999
LEVELS = np.arange(1, 100) / 100


def made(truth: str, seed: int) -> tuple[Series, np.ndarray]:
    """Return a series without gaps, which rivals cannot read, and what came, people by month."""
    return told_of(truth, MONTHS, AHEAD, seed, missing=0.0)


def own(told: Series) -> np.ndarray:
    """Return our quantiles of people ahead, shape (months ahead, 99)."""
    seen = fit_series(told, AHEAD)
    after = slice(MONTHS, None)
    logs = series._members(
        seen.mean[:, after], seen.variance[:, after], seen.weights(MONTHS), MEMBERS
    )
    return told.people[0] * np.exp(np.quantile(logs, LEVELS, axis=1).T)


def persistence(told: Series) -> np.ndarray:
    """Return quantiles of a walk from the last figure with the spread of the changes seen."""
    logs = np.log(told.people)
    spread = np.sqrt(np.mean(np.diff(logs) ** 2) * np.arange(1, AHEAD + 1))
    return np.exp(logs[-1] + spread[:, None] * ndtri(LEVELS))


def crps(quantiles: np.ndarray, came: np.ndarray) -> np.ndarray:
    """Return the score of each month ahead in points of coverage: twice the mean pinball loss."""
    points, seen = 100 * quantiles / BASE, 100 * came[:, None] / BASE
    short = seen - points
    return 2 * np.mean(np.maximum(LEVELS * short, (LEVELS - 1) * short), axis=1)


def held(quantiles: np.ndarray, came: np.ndarray) -> np.ndarray:
    """Return whether the 90% range held each month ahead."""
    low, high = (quantiles[:, np.flatnonzero(np.isclose(LEVELS, p))[0]] for p in (0.05, 0.95))
    return (low <= came) & (came <= high)
