"""How base and segments move, in pictures."""

from __future__ import annotations

import numpy as np

from ucj_analysis.coverage import Interval
from ucj_analysis.forecasting import LEVELS, Forecast
from ucj_analysis.presentation.canvas import (
    COVERAGE,
    INK,
    LABEL_WIDTH,
    QUIET,
    SEGMENT_COLOURS,
    SMALL,
    TARGET,
    canvas,
    fill,
    label,
    lines,
    month_axis,
    spread,
)
from ucj_analysis.presentation.churn_tables import FLOWS
from ucj_analysis.presentation.churn_words import base_jump, hundreds, yearly_flows
from ucj_analysis.presentation.display import Picture
from ucj_analysis.presentation.headings import SEGMENT_NAMES
from ucj_analysis.presentation.language import Words, in_hundreds
from ucj_analysis.projection import weighted_quantiles
from ucj_analysis.scenario import SEGMENTS


def churn_figure(seen: Forecast, w: Words) -> Picture:
    """Draw a year's flows of people beside the jump of the base."""
    from matplotlib.ticker import MaxNLocator

    jump = base_jump(seen.status)
    bars = [(w.t(FLOWS[name]), people, COVERAGE) for name, people in yearly_flows(seen).items()]
    title = w.t("A year of labour-force churn")
    if jump is not None and jump > 2 * max(float(p.high) for _, p, _ in bars):
        title = w.t("Graduates and layoffs are small beside the re-setting of the base")
        bars.append((w.t("re-setting of the base, seen"), Interval(jump, jump), TARGET))
    bars.reverse()
    with canvas(title) as (figure, axes):
        for y, (_, people, colour) in enumerate(bars):
            low, high = float(people.low), float(people.high)
            axes.barh(y, (low + high) / 2, height=0.55, color=colour)
            axes.hlines(y, low, high, color=INK, lw=2)
            told = w.count(high) if low == high else w.range(hundreds(people), w.count)
            label(axes, high, y, told)
        axes.set_yticks(range(len(bars)), [fill(name, LABEL_WIDTH) for name, *_ in bars])
        axes.set_xlim(0, max(float(p.high) for _, p, _ in bars) * 1.22)
        axes.set_xlabel(w.t("people a year"))
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(lambda v, _: w.count(v))
    flows = [f"{name} {w.range(hundreds(p), w.count)}" for name, p, _ in bars]
    return Picture("churn", w.t("Bars of people a year: {bars}.", bars=w.listed(flows)), figure)


def base_figure(seen: Forecast, w: Words) -> Picture:
    """Draw the base over the months, with its range."""
    moved = seen.projection
    q = weighted_quantiles(moved.base.stock[moved.now :], moved.weights, LEVELS).T
    x = np.arange(q.shape[1])
    months = moved.months[moved.now :]
    little = q[4, -1] - q[0, -1] < 0.05 * q[2, -1]
    title = (
        w.t("The base moves little until it is re-set") if little else w.t("Where the base may go")
    )
    with canvas(title) as (figure, axes):
        axes.fill_between(x, q[0], q[4], color=QUIET, alpha=0.2, lw=0)
        axes.fill_between(x, q[1], q[3], color=QUIET, alpha=0.35, lw=0)
        axes.plot(x, q[2], color=INK, lw=2)
        ends = w.range((in_hundreds(q[0, -1]), in_hundreds(q[4, -1])), w.count)
        label(axes, x[-1], q[4, -1], ends, ha="right", va="bottom", shift=(0, 8))
        step = max(1, round(len(months) / 4))
        month_axis(axes, dict(zip(x[::step], months[::step], strict=True)), w)
        axes.set_ylim(0, q.max() * 1.15)
        axes.set_ylabel(w.t("people"))
        axes.yaxis.set_major_formatter(lambda v, _: w.count(v))
    alt = w.t(
        "The base from {now} to {range} people in {month}.",
        now=w.count(q[2, 0]),
        range=ends,
        month=w.month(months[-1]),
    )
    return Picture("base", alt, figure)


def segments_figure(seen: Forecast, w: Words) -> Picture:
    """Draw the participants by segment, stacked, from the first figure to the target month."""
    moved = seen.projection
    means = np.einsum("tsn,n->st", moved.participants.stock, moved.weights)
    goal = seen.status.target.coverage * seen.status.now.labour_force
    x = np.arange(means.shape[1])
    months = moved.months
    with canvas(w.t("Participants by segment, mean of the paths")) as (figure, axes):
        tops = np.cumsum(means, axis=0)
        for name, top, people in zip(SEGMENTS, tops, means, strict=True):
            colour = SEGMENT_COLOURS[name]
            axes.fill_between(x, top - people, top, color=colour, lw=0.6, ec="white")
        names = [fill(w.t(SEGMENT_NAMES[name]), LABEL_WIDTH) for name in SEGMENTS]
        middles = spread(list(tops[:, -1] - means[:, -1] / 2), lines(names, 0.072 * goal))
        for told, y in zip(names, middles, strict=True):
            label(axes, x[-1], y, told, fontsize=SMALL)
        axes.hlines(goal, x[0], x[-1], color=TARGET, ls="--", lw=1.5)
        told = w.t("target: {people} people", people=w.count(in_hundreds(goal)))
        label(axes, x[0], goal, told, color=TARGET, va="baseline", shift=(4, 5))
        step = max(1, round(len(months) / 4))
        month_axis(axes, dict(zip(x[::-step], months[::-step], strict=True)), w)
        axes.set_xlim(0, x[-1] * 1.75)
        axes.set_ylim(0, goal * 1.12)
        axes.yaxis.set_major_formatter(lambda v, _: w.count(v))
    told_ends = [
        f"{w.t(SEGMENT_NAMES[n])} {w.count(in_hundreds(p[-1]))}"
        for n, p in zip(SEGMENTS, means, strict=True)
    ]
    alt = w.t(
        "Stacked participants by segment from {first} to {last}: {list}.",
        first=w.month(months[0]),
        last=w.month(months[-1]),
        list=w.listed(told_ends),
    )
    return Picture("segments", alt, figure)
