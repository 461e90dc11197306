"""A process that issues made-up forecasts, one file each, and tells each once it is issued.

With a number of days between them each comes into a month of its own.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from ucj_analysis.archive.files import KEPT_LEVELS, VIEWS, Issued, append

DAY = date(2025, 4, 20)


def made_up(region="3318", number=0, day=DAY, **other):
    """Return a forecast that differs by its number."""
    months = tuple(f"2025-{m:02d}" for m in range(4, 13))
    spread = np.outer(np.arange(1, 10), KEPT_LEVELS - 0.5)
    return Issued(
        **{
            "region": region,
            "issued": day,
            "as_of": "2025-03",
            "known_by": date(2025, 3, 31),
            "scenario": "baseline",
            "target": 0.52,
            "target_month": "2025-12",
            "start": 0.29,
            "base": "bpjstk-2025",
            "paths": 1000,
            "seed": 10**30,
            "probability": 0.004321,
            "probability_bound": 0.05,
            "months": months,
            "quantiles": {
                v: np.round(0.3 + spread / 100 + (number + i) / 1e6, 6) for i, v in enumerate(VIEWS)
            },
            "provenance": {"data_sha256": "0" * 64, "ucj_analysis": "0.1.0", "commit": None},
            **other,
        }
    )


if __name__ == "__main__":
    archive, first, last, days = sys.argv[1:]
    for number in range(int(first), int(last)):
        record = made_up(number=number, day=DAY + timedelta(number * int(days)))
        append([record], Path(archive))
        print(record.id, flush=True)
        if number == int(first):  # all is loaded now
            sys.stdin.readline()
