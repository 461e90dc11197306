"""The forecast in pictures: the fan, the own months, what other regions did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ucj_analysis.forecasting import Forecast
from ucj_analysis.months import MEAN_MONTH_DAYS, Month
from ucj_analysis.presentation.canvas import (
    COVERAGE,
    INK,
    QUIET,
    TARGET,
    canvas,
    drawable,
    label,
    month_axis,
    month_step,
    percent_axis,
    spread,
)
from ucj_analysis.presentation.display import Picture
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.presentation.outlook_words import chance, nine_in_ten
from ucj_analysis.presentation.standing_words import coverage_told
from ucj_analysis.series import take_apart
from ucj_analysis.situation import Status

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


Array = npt.NDArray[np.float64]


def fan_figure(seen: Forecast, w: Words) -> Picture:
    """Draw the pooled forecast as a fan to the target month, with target and probability."""
    now = seen.status
    goal = 100 * now.target.coverage
    start = (now.now.as_of - now.question.as_of.last_day).days / MEAN_MONTH_DAYS
    x = np.concatenate([[start], np.arange(1, len(seen.months) + 1)])
    q = 100 * np.vstack([np.full(5, now.now.coverage), seen.pooled.quantiles])
    top = max(goal, q.max()) * 1.1
    title = w.t(
        "{target} by {month}: {chance}",
        target=w.share(now.target.coverage),
        month=w.month(seen.months[-1]),
        chance=w.t("the views disagree; this is between them")
        if seen.views_disagree
        else chance(seen, w),
    )
    shades = w.t("darker: half of the outcomes; lighter: nine in ten")
    with canvas(title, shades) as (figure, axes):
        _draw_fan(axes, x, q)
        axes.hlines(goal, x.min(), x[-1], color=TARGET, ls="--", lw=1.5)
        first, earliest = _published_points(axes, now, start, w)
        _fan_ends(axes, x[-1], q[-1], goal, top, w)
        ahead = len(seen.months)
        step = month_step(ahead - first, 5)
        ticks: dict[float, Month] = {
            t: now.question.as_of + t for t in range(ahead, min(int(np.ceil(first)), 0) - 1, -step)
        }
        if seen.months[-1] - earliest == step * len(ticks):
            ticks[first] = earliest
        month_axis(axes, ticks, w)
        axes.set_xlim(right=x[-1] + 0.32 * (x[-1] - first))
        axes.set_ylim(0, top)
        percent_axis(axes, w)
    return Picture("fan", _fan_words(seen, w), figure)


def _draw_fan(axes: Axes, x: npt.ArrayLike, q: Array) -> None:
    """Draw the quantiles of each month: nine in ten and half as shades, the middle as a line."""
    axes.fill_between(x, q[:, 0], q[:, 4], color=COVERAGE, alpha=0.18, lw=0)
    axes.fill_between(x, q[:, 1], q[:, 3], color=COVERAGE, alpha=0.32, lw=0)
    axes.plot(x, q[:, 2], color=COVERAGE, lw=2)


#: Months of published figures that the fan shows before its start.
MONTHS_BACK = 12
#: Part of the fan's time that the label of its first figure takes.
LABEL_SPAN = 0.3


def _published_points(axes: Axes, now: Status, start: float, w: Words) -> tuple[float, Month]:
    """Draw the published coverages the fan starts from; return where and when the first one stands."""
    here = 100 * now.now.coverage
    axes.plot(start, here, "o", color=INK)
    told = coverage_told(now.now, w)
    if now.before is None:
        label(axes, start, here, told, shift=(2, 12))
        return start, now.now.month
    label(axes, start, here, told, ha="center", shift=(0, -13))
    figures = [o for o in now.history if now.now.month - o.month <= MONTHS_BACK] or [now.before]
    times = [(o.as_of - now.question.as_of.last_day).days / MEAN_MONTH_DAYS for o in figures]
    seen = [100 * o.coverage for o in figures]
    under = times[0] + LABEL_SPAN * (now.question.months - times[0])
    highest = max(y for t, y in zip(times, seen, strict=True) if t <= under)
    axes.plot(times, seen, color=QUIET, lw=1, ls=":")
    axes.plot(times[:-1], seen[:-1], "o", color=INK)
    label(axes, times[0], highest, coverage_told(figures[0], w), shift=(6, 7))
    return times[0], figures[0].month


def _fan_ends(axes: Axes, end: float, q: Array, goal: float, top: float, w: Words) -> None:
    """Label target, middle and range at the fan's end."""
    told = [
        (goal, w.t("target {target}", target=w.share(goal / 100)), TARGET),
        (q[4], w.percent(q[4] / 100), COVERAGE),
        (q[2], w.t("middle {value}", value=w.percent(q[2] / 100)), COVERAGE),
        (q[0], w.percent(q[0] / 100), COVERAGE),
    ]
    heights = spread([y for y, *_ in told], [0.07 * top] * len(told))
    for (_, text, colour), y in zip(told, heights, strict=True):
        label(axes, end, y, text, color=colour, shift=(6, 0))


def _fan_words(seen: Forecast, w: Words) -> str:
    now, last = seen.status, seen.pooled.quantiles[-1]
    fields = {
        "start": coverage_told(now.now, w),
        "from_month": w.month(now.question.as_of),
        "low": w.percent(last[0]),
        "high": w.percent(last[4]),
        "middle": w.percent(last[2]),
        "to_month": w.month(seen.months[-1]),
        "target": w.share(now.target.coverage),
    }
    told = N_(
        "Fan from {start} in {from_month} to {low} to {high} in {to_month}, middle {middle}; the target is {target}."
    )
    if now.target.coverage > last[4]:
        told = N_(
            "Fan from {start} in {from_month} to {low} to {high} in {to_month}, middle {middle}; the target of {target} lies above it."
        )
    return w.t(told, **fields)


def own_series_figure(seen: Forecast, w: Words) -> Picture | None:
    """Draw the region's own months, what the model makes of them, and its fan; None without them."""
    if seen.own is None:
        return None
    series, parts = seen.own.fitted.series, take_apart(seen.own.fitted)
    now = len(series.people) - 1
    told = 100 * series.people / series.base
    level, whole = (100 * p / series.held_base for p in (parts.level, parts.with_calendar))
    q = 100 * np.vstack([np.full(5, told[-1] / 100), seen.views["own_series"].quantiles])
    x, ahead = np.arange(now + 1), np.arange(now, now + len(seen.months) + 1)
    title = w.t(
        "The own months alone: {range} in {month}",
        range=nine_in_ten(seen.views["own_series"], w),
        month=w.month(seen.months[-1]),
    )
    note = w.t(
        "dots: published; line: level and calendar; dashed: level alone; shades: half and nine in ten. Steps at New Years are the base's."
    )
    with canvas(title, note) as (figure, axes):
        _draw_fan(axes, ahead, q)
        axes.plot(x, whole, color=COVERAGE, lw=1.2)
        axes.plot(x, level, color=QUIET, lw=1.2, ls="--")
        axes.plot(x, told, "o", color=INK, ms=3)
        label(axes, ahead[-1], q[-1, 2], w.percent(q[-1, 2] / 100), color=COVERAGE, shift=(6, 0))
        step = max(12, 12 * round(ahead[-1] / 48))
        ticks = {float(t): series.start + int(t) for t in range(now % step, ahead[-1] + 1, step)}
        month_axis(axes, ticks, w)
        axes.set_xlim(-1, ahead[-1] * 1.14)
        percent_axis(axes, w)
    alt = w.t(
        "Dots: published coverage of {n} months from {first} to {last}, with the fitted level and calendar; the fan goes to {low} to {high} in {month}, middle {middle}.",
        n=w.count(seen.own_figures),
        first=w.month(series.start),
        last=w.month(series.months[-1]),
        low=w.percent(q[-1, 0] / 100),
        high=w.percent(q[-1, 4] / 100),
        middle=w.percent(q[-1, 2] / 100),
        month=w.month(seen.months[-1]),
    )
    return Picture("own_series", alt, figure)


#: Where the words of the star may stand, nearest first: points to its right and above it, and how aligned.
PLACES = [(12, 0, "left")] + [
    (right, up * side, aligned)
    for up in (14, 22, 30, 38, 46)
    for side in (1, -1)
    for right, aligned in ((0, "center"), (-6, "left"), (6, "right"))
]
#: In points: room kept around a dot; within STAR a dot is taken for the star itself; beyond NEAR its words need a line.
DOT, STAR, NEAR = 5, 8, 22


def reference_class_figure(seen: Forecast, pairs: pd.DataFrame, w: Words) -> Picture:
    """Draw what other regions did against what the target needs."""
    from matplotlib.ticker import MaxNLocator

    now = seen.status
    title, asked = _asked(seen, w)
    days = np.array([(b - a).days for a, b in zip(pairs["from"], pairs["to"], strict=True)])
    length, change = days / MEAN_MONTH_DAYS, (pairs["to_pct"] - pairs["from_pct"]).to_numpy()
    enters, own = (pairs["why_not"] == "").to_numpy(), (pairs["why_not"] == "own_region").to_numpy()
    needed = (
        (now.question.target_month.last_day - now.now.as_of).days / MEAN_MONTH_DAYS,
        100 * now.gap,
    )
    note = w.t("filled: in the forecast; open: another base, or too long")
    with canvas(title, note) as (figure, axes):
        axes.axhline(0, color=QUIET, lw=0.8)
        other = ~enters & ~own
        axes.plot(length[enters], change[enters], "o", color=COVERAGE, ms=7)
        axes.plot(length[other], change[other], "o", color=QUIET, ms=7, mfc="none")
        axes.plot(length[own], change[own], "s", color=INK, ms=7)
        for x, y in zip(length[own], change[own], strict=True):
            label(axes, x, y, w.t("{region}, seen", region=_short(now)), shift=(-3, 12))
        axes.plot(*needed, "*", color=TARGET, ms=15)
        axes.set_xlabel(w.t("months between the two figures"))
        axes.set_ylabel(w.t("change, points"))
        axes.set_xlim(0, max(float(length.max()), needed[0]) * 1.3)
        axes.set_ylim(min(float(change.min()), 0) - 4, max(float(change.max()), needed[1]) + 5)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.yaxis.set_major_formatter(lambda v, _: w.points(v / 100, 0))
        figure.draw_without_rendering()  # from here on it is known where each thing stands
        _name_star(axes, needed, np.column_stack([length, change]), drawable(asked))
    alt = w.t(
        "Each dot is another region: months between two figures and points gained or lost, from {low} to {high}. "
        "The star: {asked} in {months} months.",
        low=w.points(float(change.min()) / 100),
        high=w.points(float(change.max()) / 100),
        asked=asked,
        months=w.number(needed[0], 1),
    )
    return Picture("reference_class", alt, figure)


def _name_star(axes: Axes, star: tuple[float, float], dots: Array, text: str) -> None:
    """Write the words of the star at the nearest place where they stand on nothing, else in a corner."""
    from matplotlib.path import Path as Way
    from matplotlib.transforms import Bbox

    style: dict[str, Any] = {"color": TARGET, "fontweight": "bold"}
    line = {"arrowstyle": "-", "color": TARGET, "lw": 0.8, "shrinkB": STAR}
    point = axes.figure.dpi / 72
    here, *there = axes.transData.transform([star, *dots])
    zero = axes.transData.transform((0, 0))[1]
    taken = [t.get_window_extent() for t in axes.texts]
    taken += [
        Bbox([at - DOT * point, at + DOT * point])
        for at in there
        if np.abs(at - here).max() > STAR * point
    ]
    for right, up, aligned in PLACES:
        beside: dict[str, Any] = {"textcoords": "offset points", "ha": aligned, "va": "center"}
        told = axes.annotate(text, star, (right, up), **beside, **style)
        box = told.get_window_extent()
        foot = (right, up - np.sign(up) * STAR)
        way = Way([here, here + point * np.array(foot)])
        inside = axes.bbox.x0 < box.x0 and box.x1 < axes.bbox.x1 and axes.bbox.y0 < box.y0
        if (
            inside
            and not box.y0 < zero < box.y1
            and not any(box.overlaps(other) or way.intersects_bbox(other) for other in taken)
        ):
            if abs(up) > NEAR:
                axes.annotate("", star, foot, textcoords="offset points", arrowprops=line)
            return
        told.remove()
    axes.annotate(
        text, star, (0.98, 0.05), textcoords="axes fraction", ha="right", arrowprops=line, **style
    )


def _asked(seen: Forecast, w: Words) -> tuple[str, str]:
    """Return how many windows moved as far as the target asks, and the points it asks for."""
    gap, (moved, of) = seen.status.gap, seen.as_large_moves
    fields = {"k": w.count(moved), "n": w.count(of), "region": _short(seen.status)}
    if gap <= 0:
        title = w.t("{k} of {n} windows seen would have kept the target", **fields)
        asked = w.t("{region} may lose {points} points", points=w.number(-100 * gap, 1), **fields)
    else:
        title = w.t("{k} of {n} windows seen rose as far as the target asks", **fields)
        asked = w.t("{region} needs {points} points", points=w.points(gap, min(seen.status.now.digits, 1)), **fields)
    if moved == 0:
        title = w.t("None of {n} other pairs of figures rose as far as the target asks", **fields)
    return title, asked


def _short(now: Status) -> str:
    return now.question.region_name.removeprefix("Kabupaten ")
