"""The stock-flow in PySD: draws are read, coverage by draw and month written, seconds printed.

As its guide does, `each` runs the model once a draw; `together` makes the draws a subscript of
every variable, and runs once.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

FILE = Path(__file__).with_name("stock_flow.mdl")
#: What is the same for every draw.
SHARED = ("months since January", "year", "month", "season", "published base 0")
CONTROL = "INITIAL TIME"


def subscripted(text: str, draws: int) -> str:
    """Return the model with every variable by draw."""
    head, body = text.split("|\n", 1)
    body, control = body.split(CONTROL, 1)
    names = sorted(re.findall(r"(?m)^([a-z][\w ]*)[=(]", body), key=len, reverse=True)

    def by_draw(match: re.Match[str]) -> str:
        return match[0] if match[0] in SHARED else f"{match[0]}[draw]"

    body = re.sub(rf"\b(?:{'|'.join(names)})\b", by_draw, body)
    return f"{head}|\ndraw: (D1-D{draws}) ~~|\n{body}{CONTROL}{control}"


def each(drawn: dict[str, np.ndarray], work: Path) -> Callable[[], np.ndarray]:
    import pysd

    (work / FILE.name).write_bytes(FILE.read_bytes())
    model = pysd.read_vensim(work / FILE.name)
    count = len(drawn["start_participants"])

    def run() -> np.ndarray:
        coverage = []
        for n in range(count):
            values = {name: column[n] for name, column in drawn.items()}
            coverage.append(model.run(params=values, return_columns=["coverage"])["coverage"])
        return np.array(coverage)

    return run


def together(drawn: dict[str, np.ndarray], work: Path) -> Callable[[], np.ndarray]:
    import pysd
    import xarray

    count = len(drawn["start_participants"])
    text = subscripted(FILE.read_text(encoding="utf-8"), count)
    (work / "together.mdl").write_text(text, encoding="utf-8")
    model = pysd.read_vensim(work / "together.mdl")
    names = [f"D{n + 1}" for n in range(count)]
    given = {k: xarray.DataArray(v, {"draw": names}, ["draw"]) for k, v in drawn.items()}

    def run() -> np.ndarray:
        seen = model.run(params=given, return_columns=["coverage"], flatten_output=False)
        return np.stack([month.values for month in seen["coverage"]], axis=1).astype(float)

    return run


def main(way: str, given: Path, found: Path, work: Path, times: int) -> None:
    run = {"each": each, "together": together}[way](dict(np.load(given)), work)
    run()  # warm
    for _ in range(times):
        began = time.perf_counter()
        coverage = run()
        print("seconds", time.perf_counter() - began, flush=True)
    np.save(found, coverage)


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:5]), int(sys.argv[5]))
