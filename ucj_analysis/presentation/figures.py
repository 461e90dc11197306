"""Pictures. Each takes what was computed and the reader's words, and returns a `Picture`.

Titles say the claim; labels stand at the lines; nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from textwrap import fill as fold
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ucj_analysis.coverage import Interval
from ucj_analysis.forecasting import LEVELS, Forecast
from ucj_analysis.months import MEAN_MONTH_DAYS, Month
from ucj_analysis.presentation.display import Picture
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.names import parameter_name
from ucj_analysis.presentation.narrative import (
    SEGMENT_NAMES,
    base_jump,
    chance,
    coverage_told,
    scenario_title,
    yearly_flows,
)
from ucj_analysis.presentation.tables import FLOWS
from ucj_analysis.projection import weighted_quantiles
from ucj_analysis.record.observations import Observation
from ucj_analysis.scenario import SEGMENTS
from ucj_analysis.scoring import Backtest
from ucj_analysis.sensitivity import Swing
from ucj_analysis.series import take_apart
from ucj_analysis.situation import Status

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = npt.NDArray[np.float64]
# Okabe and Ito's colours, told apart by all readers and in grey
INK, QUIET = "#222222", "#6b6b6b"
COVERAGE, TARGET, LOSS, GAIN = "#0072B2", "#B8500C", "#A33A00", "#00795C"
#: One colour per segment, the same in every picture.
SEGMENT_COLOURS = {
    "wage_earners": "#0072B2",
    "elsewhere": "#56B4E9",
    "self_employed": "#009E73",
    "construction": "#E69F00",
    "funded": "#CC79A7",
}
#: Narrow, so that letters stay readable on a phone and in half a page of paper.
SIZE = (4.8, 3.6)
SMALL = 9.5  # points: the smallest letters of a picture
TITLE_WIDTH, NOTE_WIDTH = 46, 60  # characters that fit across the figure
LABEL_WIDTH = 22  # characters of a label beside what it names
STYLE: dict[Any, Any] = {
    "font.size": 10.5,
    "figure.titlesize": 11.5,
    "figure.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "white",
    "text.parse_math": False,  # a $ in a name is a $
}


@contextmanager
def canvas(title: str, note: str = "", height: float = SIZE[1]) -> Iterator[tuple[Figure, Axes]]:
    """Give a figure of its own style; nothing of it leaks into the reader's session.

    `note` stands below, across the whole figure; `height` is in inches.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure = Figure(figsize=(SIZE[0], height), layout="constrained")
        axes = figure.add_subplot()
        figure.suptitle(fill(title, TITLE_WIDTH), x=0.01, ha="left")
        if note:
            figure.supxlabel(fill(note, NOTE_WIDTH), x=0.01, ha="left", color=QUIET, fontsize=SMALL)
        yield figure, axes


@lru_cache
def _characters() -> frozenset[int]:
    """Return the characters the pictures' font has."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(get_font(findfont(FontProperties())).get_charmap())


def drawable(text: str) -> str:
    """Return text with a box for every character the pictures' font lacks.

    Examples
    --------
    >>> drawable("Rapat 🚧 Mei")
    'Rapat □ Mei'
    """
    return "".join(c if c == "\n" or ord(c) in _characters() else "□" for c in text)


def fill(text: str, width: int) -> str:
    """Return text folded into lines of so many characters, four at most."""
    return fold(drawable(text), width, break_on_hyphens=False, max_lines=4, placeholder="…")


def percent_axis(axes: Axes, w: Words) -> None:
    """Label the upright axis in whole per cents, in the reader's language."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: w.percent(v / 100)))


def stacked(month: str) -> str:
    """Return a month with its year below."""
    return month.replace(" ", "\n")


def month_axis(axes: Axes, months: dict[float, Month], w: Words) -> None:
    """Label the level axis with months, the year below each."""
    axes.set_xticks(list(months), [stacked(w.short_month(m)) for m in months.values()])


def label(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Write a label beside a point; `shift` is in points of the page."""
    style = {"color": INK, "ha": "left", "va": "center"} | style
    shift = style.pop("shift", (8, 0))
    axes.annotate(drawable(text), (x, y), xytext=shift, textcoords="offset points", **style)


def _coverage_bar(axes: Axes, x: int, told: Observation, w: Words, faint: bool) -> None:
    """Draw one published coverage with the interval of its rounding."""
    low, high = (100 * float(v) for v in (told.coverage_interval.low, told.coverage_interval.high))
    axes.bar(x, 100 * told.coverage, width=0.6, color=COVERAGE, alpha=0.45 if faint else 0.85)
    axes.vlines(x, low, high, color=INK, lw=2)
    name = w.t(
        "{coverage} of {base}", coverage=coverage_told(told, w), base=w.count(told.labour_force)
    )
    axes.text(x, high + 1.2, fill(name, 12), ha="center", va="bottom", fontweight="bold")


def _target_bar(axes: Axes, x: int, now: Status, w: Words) -> None:
    """Draw the target as an empty bar on today's coverage, with the people it needs."""
    goal = 100 * now.target.coverage
    reached = min(100 * now.now.coverage, goal)
    empty: dict[str, Any] = {"facecolor": "none", "edgecolor": TARGET, "ls": "--", "lw": 1.5}
    axes.bar(x, reached, width=0.6, color=COVERAGE, alpha=0.2)
    axes.bar(x, goal - reached, bottom=reached, width=0.6, **empty)
    words: dict[str, Any] = {"ha": "center", "color": TARGET}
    told = w.t("target {target}", target=w.share(now.target.coverage))
    axes.text(x, goal + 1.2, told, va="bottom", fontweight="bold", **words)
    need = w.t("{people} more people, net", people=w.count(max(now.net_needed, 0)))
    axes.text(x, (goal + reached) / 2, fill(need, 10), va="center", **words)


def coverage_figure(now: Status, w: Words) -> Picture:
    """Draw published coverage with its rounding intervals against the target."""
    title = w.t(
        "{coverage} covered; the target asks for {target}",
        coverage=coverage_told(now.now, w),
        target=w.share(now.target.coverage),
    )
    seen = [o for o in (now.before, now.now) if o]
    with canvas(title) as (figure, axes):
        for x, o in enumerate(seen):
            _coverage_bar(axes, x, o, w, faint=o is not now.now)
        _target_bar(axes, len(seen), now, w)
        months = [*(o.month for o in seen), now.question.target_month]
        axes.set_xticks(range(len(months)), [stacked(w.month(m)) for m in months])
        axes.tick_params(axis="x", length=0)
        axes.set_ylim(0, 100 * max(now.target.coverage, *(o.coverage for o in seen)) + 10)
        percent_axis(axes, w)
    told = [
        w.t("{coverage} in {month}", coverage=coverage_told(o, w), month=w.month(o.month))
        for o in seen
    ]
    alt = w.t(
        "Bars: {seen}; target {target} in {month}. The short vertical lines are the rounding of the published percentages.",
        seen=w.listed(told),
        target=w.share(now.target.coverage),
        month=w.month(now.question.target_month),
    )
    return Picture("coverage", alt, figure)


def waterfall_figure(now: Status, w: Words) -> Picture | None:
    """Draw the change of coverage as the part of the participants and the part of the base."""
    if now.change is None or now.before is None:
        return None
    change = now.change
    title = (
        w.t("Fewer participants and a larger base each cost about half")
        if _halves(now)
        else w.t("Participants and base both moved coverage")
    )
    levels = [
        (stacked(w.month(now.before.month)), 0.0, now.before.coverage, None, QUIET),
        (
            w.t("participants"),
            now.before.coverage,
            float(change.participants),
            change.participants_interval,
            LOSS,
        ),
        (
            w.t("base"),
            now.before.coverage + float(change.participants),
            float(change.labour_force),
            change.labour_force_interval,
            LOSS,
        ),
        (stacked(w.month(now.now.month)), 0.0, now.now.coverage, None, COVERAGE),
    ]
    with canvas(title) as (figure, axes):
        for x, (_, start, move, interval, colour) in enumerate(levels):
            colour = GAIN if interval and move > 0 else colour
            axes.bar(x, 100 * move, bottom=100 * start, width=0.65, color=colour)
            if interval is None:
                axes.text(x, 100 * move + 0.8, w.percent(move), ha="center", fontweight="bold")
                continue
            ends = 100 * (start + float(interval.low)), 100 * (start + float(interval.high))
            axes.vlines(x, *ends, color=INK, lw=2)
            note = w.t(
                "{points} points\n({range})",
                points=w.points(move, 2),
                range=fill(w.range(interval, lambda v: w.points(v, 2)), 9),
            )
            low = min(*ends, 100 * (start + move)) - 0.8
            axes.text(x, low, note, ha="center", va="top", color=colour, fontsize=SMALL)
        for x, level in (
            (0, now.before.coverage),
            (1, now.before.coverage + float(change.participants)),
            (2, now.now.coverage),
        ):
            axes.hlines(100 * level, x + 0.275, x + 0.725, color=QUIET, lw=1)
        axes.set_xticks(range(4), [name for name, *_ in levels])
        axes.tick_params(axis="x", length=0)
        axes.set_ylim(0, 100 * max(now.before.coverage, now.now.coverage) + 5)
        percent_axis(axes, w)
    alt = w.t(
        "Waterfall from {before} to {after}: participants {participants} points, base {base} points.",
        before=w.percent(now.before.coverage),
        after=w.percent(now.now.coverage),
        participants=w.points(float(change.participants), 2),
        base=w.points(float(change.labour_force), 2),
    )
    return Picture("waterfall", alt, figure)


def _halves(now: Status) -> bool:
    if now.change is None:
        return False
    total = float(now.change.total)
    return total < 0 and 0.4 < float(now.change.participants) / total < 0.6


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
        axes.fill_between(x, q[:, 0], q[:, 4], color=COVERAGE, alpha=0.18, lw=0)
        axes.fill_between(x, q[:, 1], q[:, 3], color=COVERAGE, alpha=0.32, lw=0)
        axes.plot(x, q[:, 2], color=COVERAGE, lw=2)
        axes.hlines(goal, x.min(), x[-1], color=TARGET, ls="--", lw=1.5)
        first = _published_points(axes, now, start, w)
        _fan_ends(axes, x[-1], q[-1], goal, top, w)
        step = max(1, round(len(seen.months) / 3))
        ticks: dict[float, Month] = {
            t: now.question.as_of + t for t in range(len(seen.months), -1, -step)
        }
        if now.before and min(ticks) - first > step / 2:
            ticks[first] = now.before.month
        month_axis(axes, ticks, w)
        axes.set_xlim(right=x[-1] + 0.32 * (x[-1] - first))
        axes.set_ylim(0, top)
        percent_axis(axes, w)
    return Picture("fan", _fan_words(seen, w), figure)


def _published_points(axes: Axes, now: Status, start: float, w: Words) -> float:
    """Draw the published coverages the fan starts from; return where the first one stands."""
    here = 100 * now.now.coverage
    axes.plot(start, here, "o", color=INK)
    told = coverage_told(now.now, w)
    if now.before is None:
        label(axes, start, here, told, shift=(2, 12))
        return start
    label(axes, start, here, told, ha="center", shift=(0, -13))
    first = (now.before.as_of - now.question.as_of.last_day).days / MEAN_MONTH_DAYS
    before = 100 * now.before.coverage
    axes.plot([first, start], [before, here], color=QUIET, lw=1, ls=":")
    axes.plot(first, before, "o", color=INK)
    label(axes, first, before, coverage_told(now.before, w), shift=(6, 7))
    return first


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
    if now.target.coverage > last[4]:
        return w.t(
            "Fan from {start} in {from_month} to {low} to {high} in {to_month}, middle {middle}; the target of {target} lies above it.",
            **fields,
        )
    return w.t(
        "Fan from {start} in {from_month} to {low} to {high} in {to_month}, middle {middle}; the target is {target}.",
        **fields,
    )


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
        range=w.range((q[-1, 0] / 100, q[-1, 4] / 100), w.percent),
        month=w.month(seen.months[-1]),
    )
    note = w.t(
        "dots: published; line: level and calendar; dashed: level alone; shades: half and nine in ten. Steps at New Years are the base's."
    )
    with canvas(title, note) as (figure, axes):
        axes.fill_between(ahead, q[:, 0], q[:, 4], color=COVERAGE, alpha=0.18, lw=0)
        axes.fill_between(ahead, q[:, 1], q[:, 3], color=COVERAGE, alpha=0.32, lw=0)
        axes.plot(ahead, q[:, 2], color=COVERAGE, lw=2)
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


def reference_class_figure(seen: Forecast, pairs: pd.DataFrame, w: Words) -> Picture:
    """Draw what other regions did against what the target needs."""
    now = seen.status
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    moved, of = seen.as_large_moves
    title = (
        w.t("None of {n} other pairs of figures rose as far as the target asks", n=w.count(of))
        if moved == 0
        else w.t(
            "{k} of {n} windows seen rose as far as the target asks",
            k=w.count(moved),
            n=w.count(of),
        )
    )
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
            label(
                axes,
                x,
                y,
                w.t("{region}, seen", region=_short(now.question.region_name)),
                shift=(-3, 12),
            )
        axes.plot(*needed, "*", color=TARGET, ms=15)
        label(
            axes,
            *needed,
            w.t(
                "{region} needs {points} points",
                region=_short(now.question.region_name),
                points=w.points(now.gap, 0),
            ),
            color=TARGET,
            fontweight="bold",
            shift=(12, 0),
        )
        axes.set_xlabel(w.t("months between the two figures"))
        axes.set_ylabel(w.t("change, points"))
        axes.set_xlim(0, max(float(length.max()), needed[0]) * 1.3)
        axes.set_ylim(min(float(change.min()), 0) - 4, max(float(change.max()), needed[1]) + 5)
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: w.points(v / 100, 0)))
    alt = w.t(
        "Each dot is another region: months between two figures and points gained or lost, from {low} to {high}. "
        "The star is what {region} needs: {needed} points in {months} months.",
        low=w.points(float(change.min()) / 100),
        high=w.points(float(change.max()) / 100),
        region=_short(now.question.region_name),
        needed=w.points(now.gap, 0),
        months=w.number(needed[0], 1),
    )
    return Picture("reference_class", alt, figure)


def _short(name: str) -> str:
    return name.removeprefix("Kabupaten ")


def churn_figure(seen: Forecast, w: Words) -> Picture:
    """Draw a year's flows of people beside the jump of the base."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

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
            label(
                axes, high, y, w.count(high) if low == high else w.range(_hundreds(people), w.count)
            )
        axes.set_yticks(range(len(bars)), [fill(name, 22) for name, *_ in bars])
        axes.set_xlim(0, max(float(p.high) for _, p, _ in bars) * 1.22)
        axes.set_xlabel(w.t("people a year"))
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_locator(MaxNLocator(5))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: w.count(v)))
    told = [f"{name} {w.range(_hundreds(p), w.count)}" for name, p, _ in bars]
    return Picture("churn", w.t("Bars of people a year: {bars}.", bars=w.listed(told)), figure)


def base_figure(seen: Forecast, w: Words) -> Picture:
    """Draw the base over the months, with its range."""
    from matplotlib.ticker import FuncFormatter

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
        spread = w.range((round(q[0, -1], -2), round(q[4, -1], -2)), w.count)
        axes.annotate(
            spread,
            (x[-1], q[4, -1]),
            xytext=(0, 8),
            textcoords="offset points",
            ha="right",
            va="bottom",
        )
        step = max(1, round(len(months) / 4))
        month_axis(axes, dict(zip(x[::step], months[::step], strict=True)), w)
        axes.set_ylim(0, q.max() * 1.15)
        axes.set_ylabel(w.t("people"))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: w.count(v)))
    alt = w.t(
        "The base from {now} to {range} people in {month}.",
        now=w.count(q[2, 0]),
        range=spread,
        month=w.month(months[-1]),
    )
    return Picture("base", alt, figure)


def segments_figure(seen: Forecast, w: Words) -> Picture:
    """Draw the participants by segment, stacked, from the first figure to the target month."""
    from matplotlib.ticker import FuncFormatter

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
        told = w.t("target: {people} people", people=w.count(round(goal, -2)))
        axes.annotate(told, (x[0], goal), xytext=(4, 5), textcoords="offset points", color=TARGET)
        step = max(1, round(len(months) / 4))
        month_axis(axes, dict(zip(x[::-step], months[::-step], strict=True)), w)
        axes.set_xlim(0, x[-1] * 1.75)
        axes.set_ylim(0, goal * 1.12)
        axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: w.count(v)))
    told_ends = [
        f"{w.t(SEGMENT_NAMES[n])} {w.count(round(p[-1], -2))}"
        for n, p in zip(SEGMENTS, means, strict=True)
    ]
    alt = w.t(
        "Stacked participants by segment from {first} to {last}: {list}.",
        first=w.month(months[0]),
        last=w.month(months[-1]),
        list=w.listed(told_ends),
    )
    return Picture("segments", alt, figure)


def tornado_figure(ranked: list[Swing], w: Words) -> Picture:
    """Draw coverage with each range at its low and at its high end, widest first."""
    from matplotlib.ticker import FuncFormatter

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
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: w.percent(v / 100, 1)))
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
    from matplotlib.ticker import FuncFormatter

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
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: w.percent(v / 100)))
    told = [
        f"{scenario_title(f, w)} {w.percent(f.views['stock_flow'].quantiles[-1, 2], 1)}"
        for f in forecasts
    ]
    alt = w.t("Middle of the stock-flow view by scenario: {list}.", list=w.listed(told))
    return Picture("scenarios", alt, figure)


def reliability_figure(result: Backtest, w: Words) -> Picture:
    """Draw where the outcomes fell in their forecasts: a calibrated one follows the diagonal."""
    from matplotlib.ticker import FuncFormatter

    levels = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    quantiles = result.rows[["p05", "p25", "p50", "p75", "p95"]].to_numpy()
    seen = result.rows["to_pct"].to_numpy()
    shares = [(seen <= quantiles[:, i]).mean() for i in range(len(levels))]
    n = len(seen)
    with canvas(w.t("Do outcomes fall where the forecast says?")) as (figure, axes):
        axes.plot([0, 100], [0, 100], color=QUIET, lw=1)
        spread = 200 * np.sqrt(levels * (1 - levels) / n)
        axes.errorbar(
            100 * levels, 100 * np.array(shares), yerr=spread, fmt="o", color=COVERAGE, capsize=3
        )
        axes.set_xlabel(w.t("said: chance of an outcome below"))
        axes.set_ylabel(w.t("seen: share of outcomes below"))
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 100)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda v, _: w.percent(v / 100)))
    told = [f"{w.percent(p)}: {w.percent(s)}" for p, s in zip(levels, shares, strict=True)]
    alt = w.t(
        "Share of {n} outcomes below each quantile: {list}.", n=w.count(n), list=w.listed(told)
    )
    return Picture("reliability", alt, figure)


def spread(heights: list[float], sizes: list[float]) -> list[float]:
    """Return label heights so that labels of these sizes stand apart, in order, moved as little."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed = list(heights)
    for below, above in pairwise(order):
        apart = (sizes[below] + sizes[above]) / 2
        placed[above] = max(placed[above], placed[below] + apart)
    return placed


def lines(names: list[str], size: float) -> list[float]:
    """Return how much room labels take, `size` for each of their lines."""
    return [size * (1 + name.count("\n")) for name in names]


def _hundreds(people: Interval) -> Interval:
    return Interval(round(float(people.low), -2), round(float(people.high), -2))
