"""From a slider's release to new pictures, beside drawing and encoding the same fan alone."""

from __future__ import annotations

import statistics
import time

import pytest

from ucj_analysis.presentation.churn_figures import segments_figure
from ucj_analysis.presentation.outlook_figures import fan_figure
from ucj_analysis.workbench.explorer import Explorer


def seconds(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@pytest.mark.bench
def test_a_move_beside_the_bare_pictures():
    explorer = Explorer("id")
    places = [1_000 + 50 * n for n in range(45)]

    def bare():
        for draw in (fan_figure, segments_figure):
            draw(explorer.view.seen, explorer.w).png()

    def move(people):
        explorer.sliders["layoffs"].value = people

    for people in places[:5]:  # warm both
        bare(), move(people)
    pairs = [(seconds(bare), seconds(lambda p=p: move(p))) for p in places[5:]]
    alone, moved = zip(*pairs, strict=True)
    ratio = statistics.median(moved) / statistics.median(alone)
    late = statistics.quantiles(moved, n=20)[-1] / statistics.quantiles(alone, n=20)[-1]
    print(
        f"\nmove {statistics.median(moved):.3f} s / pictures alone {statistics.median(alone):.3f} s = "
        f"{ratio:.2f}, 95th percentile {late:.2f} (promise: at most 2)"
    )
    assert ratio <= 2
