"""The stock-flow in PySD: draws are read, coverage by draw and month written, seconds printed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np


def main(given: Path, found: Path, work: Path, times: int) -> None:
    import pysd

    drawn = dict(np.load(given))
    (work / "stock_flow.mdl").write_bytes((Path(__file__).parent / "stock_flow.mdl").read_bytes())
    model = pysd.read_vensim(work / "stock_flow.mdl")
    count = len(drawn["start_participants"])

    def run(draws: int) -> np.ndarray:
        coverage = []
        for n in range(draws):
            values = {name: column[n] for name, column in drawn.items()}
            coverage.append(model.run(params=values, return_columns=["coverage"])["coverage"])
        return np.array(coverage)

    run(10)  # warm
    for _ in range(times):
        began = time.perf_counter()
        coverage = run(count)
        print("seconds", time.perf_counter() - began, flush=True)
    np.save(found, coverage)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), int(sys.argv[4]))
