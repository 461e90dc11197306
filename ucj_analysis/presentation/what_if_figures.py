"""Which assumptions matter, and scenarios side by side, in pictures."""

from __future__ import annotations

import numpy as np

from ucj_analysis.forecasting import Forecast
from ucj_analysis.presentation.canvas import (
    COVERAGE,
    INK,
    LABEL_WIDTH,
    QUIET,
    SIZE,
    SMALL,
    TARGET,
    canvas,
    fill,
    label,
)
from ucj_analysis.presentation.display import Picture
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.names import parameter_name
from ucj_analysis.presentation.outlook_words import scenario_title
from ucj_analysis.sensitivity import Swing


def tornado_figure(ranked: list[Swing], w: Words) -> Picture:
    """Draw coverage with each range at its low and at its high end, widest first."""
    shown = ranked[:8][::-1]
    centre = float(np.mean([(s.low + s.high) / 2 for s in shown])) * 100
    note = w.t("coverage; grey: range low, blue: range high")
    with canvas(w.t("What moves the stock-flow view most"), note, height=4.4) as (figure, axes):
        for y, s in enumerate(shown):
            for value, colour in ((s.low, QUIET), (s.high, COVERAGE)):
                axes.barh(y, 100 * value - centre, left=centre, height=0.6, color=colour)
        axes.axvline(centre, color=INK, lw=0.8)
        axes.set_yticks(range(len(shown)), [fill(parameter_name(s.name, w), 28) for s in shown])
        axes.tick_params(axis="y", length=0, labelsize=SMALL)
        axes.xaxis.set_major_formatter(lambda v, _: w.percent(v / 100, 1))
    told = [
        w.t(
            "{name} {low} to {high}",
            name=parameter_name(s.name, w),
            low=w.percent(s.low, 1),
            high=w.percent(s.high, 1),
        )
        for s in ranked[:8]
    ]
    return Picture(
        "tornado", w.t("Coverage by range, low to high: {list}.", list=w.listed(told)), figure
    )


def scenarios_figure(forecasts: list[Forecast], w: Words) -> Picture:
    """Draw the stock-flow view of each scenario against the target."""
    target = 100 * forecasts[0].status.target.coverage
    shown = forecasts[::-1]
    title = w.t("Scenarios beside the target of {target}", target=w.share(target / 100))
    note = w.t("stock-flow view; coverage in {month}", month=w.month(forecasts[0].months[-1]))
    with canvas(title, note, height=max(SIZE[1], 0.7 * len(shown) + 1)) as (figure, axes):
        for y, f in enumerate(shown):
            q = 100 * f.views["stock_flow"].quantiles[-1]
            axes.hlines(y, q[0], q[4], color=COVERAGE, lw=3, alpha=0.5)
            axes.hlines(y, q[1], q[3], color=COVERAGE, lw=7)
            axes.plot(q[2], y, "o", color="white", ms=4)
            label(axes, q[4], y, w.percent(q[2] / 100, 1))
        axes.axvline(target, color=TARGET, ls="--", lw=1.5)
        axes.set_yticks(range(len(shown)), [fill(scenario_title(f, w), LABEL_WIDTH) for f in shown])
        axes.tick_params(axis="y", length=0, labelsize=SMALL)
        axes.set_ylim(-0.7, len(shown) - 0.3)
        axes.set_xlim(right=target * 1.05)
        axes.xaxis.set_major_formatter(lambda v, _: w.percent(v / 100))
    told = [
        f"{scenario_title(f, w)} {w.percent(f.views['stock_flow'].quantiles[-1, 2], 1)}"
        for f in forecasts
    ]
    alt = w.t("Middle of the stock-flow view by scenario: {list}.", list=w.listed(told))
    return Picture("scenarios", alt, figure)
