"""From a slider's release to new pictures, beside drawing and encoding the same fan alone."""

from __future__ import annotations

import statistics

import pytest

from tests.benchmarks.results import Row, record, seconds
from ucj_analysis.presentation.churn_figures import segments_figure
from ucj_analysis.presentation.outlook_figures import fan_figure
from ucj_analysis.workbench.explorer import Explorer


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
    for which, at in (("median", 9), ("95th percentile", -1)):
        theirs, ours = (statistics.quantiles(side, n=20)[at] for side in (alone, moved))
        record(
            Row(
                f"a move in the workbench, 10,000 paths: {which}",
                "matplotlib drawing and encoding the same pictures",
                ours,
                theirs,
                "s",
                promise=2,
            )
        )
