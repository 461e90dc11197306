"""Where a region stands, in pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ucj_analysis.coverage import Interval
from ucj_analysis.presentation.canvas import (
    COVERAGE,
    GAIN,
    INK,
    LOSS,
    QUIET,
    SMALL,
    TARGET,
    canvas,
    fill,
    percent_axis,
    stacked,
)
from ucj_analysis.presentation.display import Picture
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.standing_words import coverage_told, shown_parts
from ucj_analysis.record.observations import Observation
from ucj_analysis.situation import Status

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def _coverage_bar(axes: Axes, x: int, told: Observation, w: Words, faint: bool) -> None:
    """Draw one published coverage with the interval of its rounding."""
    low, high = (100 * float(v) for v in (told.coverage_interval.low, told.coverage_interval.high))
    axes.bar(x, 100 * told.coverage, width=0.6, color=COVERAGE, alpha=0.45 if faint else 0.85)
    if not told.counted:
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
        "Bars: {seen}; target {target} in {month}.",
        seen=w.listed(told),
        target=w.share(now.target.coverage),
        month=w.month(now.question.target_month),
    )
    if not all(o.counted for o in seen):
        alt += " " + w.t("The short vertical lines are the rounding of the published percentages.")
    return Picture("coverage", alt, figure)


def waterfall_figure(now: Status, w: Words) -> Picture | None:
    """Draw the change of coverage as the part of the participants and the part of the base."""
    if now.change is None or now.before is None:
        return None
    before, after, change = now.before, now.now, now.change
    participants, base = shown_parts(change)
    between = before.coverage + participants
    if base == 0:  # as shown
        title = w.t("Participants moved coverage; the base stood still")
    elif _halves(now):
        title = w.t("Fewer participants and a larger base each cost about half")
    else:
        title = w.t("Participants and base both moved coverage")
    with canvas(title) as (figure, axes):
        for x, told, colour in ((0, before, QUIET), (3, after, COVERAGE)):
            top, name = 100 * told.coverage, coverage_told(told, w)
            axes.bar(x, top, width=0.65, color=colour)
            axes.text(x, top + 0.8, name, ha="center", fontweight="bold")
        _part_bar(axes, 1, before.coverage, participants, change.participants_interval, w)
        _part_bar(axes, 2, between, base, change.labour_force_interval, w)
        for x, level in enumerate((before.coverage, between, after.coverage)):
            axes.hlines(100 * level, x + 0.275, x + 0.725, color=QUIET, lw=1)
        months = [stacked(w.month(o.month)) for o in (before, after)]
        axes.set_xticks(range(4), [months[0], w.t("participants"), w.t("base"), months[1]])
        axes.tick_params(axis="x", length=0)
        axes.set_ylim(0, 100 * max(before.coverage, after.coverage) + 5)
        percent_axis(axes, w)
    alt = w.t(
        "Waterfall from {before} to {after}: participants {participants} points, base {base} points.",
        before=coverage_told(before, w),
        after=coverage_told(after, w),
        participants=w.points(participants, 2),
        base=w.points(base, 2),
    )
    return Picture("waterfall", alt, figure)


def _part_bar(axes: Axes, x: int, start: float, move: float, interval: Interval, w: Words) -> None:
    """Draw one part of the change from where it starts, with what rounding leaves open."""
    colour = GAIN if move > 0 else LOSS
    axes.bar(x, 100 * move, bottom=100 * start, width=0.65, color=colour)
    ends = 100 * (start + float(interval.low)), 100 * (start + float(interval.high))
    note = w.t("{points} points", points=w.points(move, 2))
    if w.points(float(interval.low), 2) != w.points(float(interval.high), 2):
        span = w.range(interval, lambda v: w.points(v, 2))
        axes.vlines(x, *ends, color=INK, lw=2)
        note += f"\n({fill(span, 9)})"
    low = min(*ends, 100 * start, 100 * (start + move)) - 0.8
    axes.text(x, low, note, ha="center", va="top", color=colour, fontsize=SMALL)


def _halves(now: Status) -> bool:
    if now.change is None:
        return False
    total = float(now.change.total)
    return total < 0 and 0.4 < float(now.change.participants) / total < 0.6
