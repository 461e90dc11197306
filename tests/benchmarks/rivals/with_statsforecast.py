"""Series forecast by statsforecast: logarithms are read, quantiles by model written.

Prints the median seconds of a series for each model, in the order of `MODELS`.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import numpy as np

MODELS = ("AutoARIMA", "AutoETS", "AutoTheta", "SeasonalNaive")
#: Central ranges whose ends are the quantiles 0.01 to 0.49 and 0.51 to 0.99.
LEVELS = [98 - 2 * n for n in range(49)]


def quantiles(forecast: dict[str, np.ndarray]) -> np.ndarray:
    """Return quantiles 0.01 to 0.99, shape (months ahead, 99)."""
    low = [forecast[f"lo-{level}"] for level in LEVELS]
    high = [forecast[f"hi-{level}"] for level in reversed(LEVELS)]
    return np.column_stack([*low, forecast["mean"], *high])


def main(given: Path, found: Path, ahead: int) -> None:
    from statsforecast import models

    series = np.load(given)
    told = {}
    for name in MODELS:
        spent, answers = [], []
        for logs in (series[0], *series):  # the first is for warming up
            began = time.perf_counter()
            model = getattr(models, name)(season_length=12)
            answers.append(quantiles(model.forecast(y=logs, h=ahead, level=LEVELS)))
            spent.append(time.perf_counter() - began)
        told[name] = np.array(answers[1:])
        print("seconds", statistics.median(spent[1:]), flush=True)
    np.savez(found, **told)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]), int(sys.argv[3]))
