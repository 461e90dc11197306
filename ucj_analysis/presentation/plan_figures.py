"""The pictures of plans: people by lever against the need, and what budgets buy."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ucj_analysis.planning.plan import Plan
from ucj_analysis.planning.what_it_takes import WhatItTakes
from ucj_analysis.presentation.canvas import (
    COVERAGE,
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
    month_step,
    percent_axis,
    spread,
)
from ucj_analysis.presentation.display import Picture
from ucj_analysis.presentation.language import Words, in_hundreds
from ucj_analysis.presentation.outlook_words import in_hundred
from ucj_analysis.presentation.plan_words import claim

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = npt.NDArray[np.float64]
#: Behind a label that stands on a line.
PLATE = {"facecolor": "white", "edgecolor": "none", "pad": 1}
#: Part of the months within which the target month and the March after it are too near for two labels.
NEAR = 0.22
_SHADES = (1.0, 0.7, 0.48, 0.3, 0.18)


def plan_figure(seen: WhatItTakes, w: Words) -> Picture | None:
    """Draw the people each lever has counted, stacked by month, against the people needed.

    None where nobody need be added.
    """
    plan = seen.plan
    book, months = plan.ledger, plan.march - plan.ledger.start + 1
    counted = book.counted[:, :months]
    if not book.enrolled.any():
        return None
    order = [i for i in np.argsort(-counted.max(axis=1)) if counted[i].max() >= 0.5]
    target, end = plan.question.target_month, months - 1
    at = target - book.start
    # of an aim over several months, the one that asks for most people
    worst = int(plan.need.argmax())
    row = min(plan.setting.rows[worst], end)
    needed, added = max(float(plan.need[worst]), 0.0), book.whole_at(book.start + row)
    title = w.t(
        "If achieved, the levers add {added} people by {month}; {needed} are needed",
        added=w.count(added),
        month=w.month(book.start + row),
        needed=w.count(in_hundreds(needed)),
    )
    ceiling = max(float(counted.sum(axis=0).max()), needed, 1.0) * 1.15
    with canvas(title, height=4.6) as (figure, axes):
        _stack(axes, plan, counted[order], order, 0.048 * ceiling, w)
        rows = [r for r in plan.setting.rows if r < months]
        mark = "_" if len(rows) == 1 else "-"
        axes.plot(rows, plan.need[: len(rows)], mark, color=TARGET, ms=26, mew=3, lw=2)
        asked = w.t("needed: {people}", people=w.count(in_hundreds(needed)))
        near = end - at < NEAR * end
        side = "right" if row == end or near else "center"
        style = {"color": TARGET, "ha": side, "va": "bottom", "shift": (0, 6), "bbox": PLATE}
        label(axes, row, needed, asked, **style)
        axes.axvline(at, color=QUIET, lw=0.8, ls=":")
        step = month_step(months, 3) if months > 12 else max(1, round(months / 3))
        month_axis(axes, {t: book.start + t for t in (*range(at, -1, -step), end)}, w)
        if near:  # each on its own side of its tick
            names = axes.get_xticklabels()
            names[0].set_horizontalalignment("right")
            names[-1].set_horizontalalignment("left")
        axes.set_xlim(0, end * 1.95)
        axes.set_ylim(0, ceiling)
        axes.yaxis.set_major_formatter(lambda v, _: w.count(v))
    told = [f"{w.label(book.menu.terms[i].name)} {w.count(counted[i, at])}" for i in order]
    alt = w.t(
        "Stacked people counted by lever to {march}; in {month}: {list}; needed: {people}.",
        march=w.month(plan.march),
        month=w.month(target),
        list=w.listed(told),
        people=w.count(in_hundreds(needed)),
    )
    return Picture("plan", alt, figure)


def _stack(axes: Axes, plan: Plan, counted: Array, order: list[int], line: float, w: Words) -> None:
    """Stack the levers, and name each beside its height in the target month; a line of text is `line` high."""
    x, top = np.arange(counted.shape[1]), np.zeros(counted.shape[1])
    used: Counter[str] = Counter()
    middles, names, styles = [], [], []
    at = plan.question.target_month - plan.ledger.start
    for people, i in zip(counted, order, strict=True):
        terms = plan.ledger.menu.terms[i]
        shade = _SHADES[min(used[terms.segment], len(_SHADES) - 1)]
        used[terms.segment] += 1
        style: dict[str, Any] = {"color": SEGMENT_COLOURS[terms.segment], "alpha": shade}
        axes.fill_between(x, top, top + people, lw=0, **style)
        axes.plot(x, top + people, color="white", lw=0.8)
        middles.append(float(top[at] + people[at] / 2))
        names.append(fill(w.label(terms.name), LABEL_WIDTH))
        styles.append(style)
        top = top + people
    beside = x[-1] * 1.06
    for y, name, style in zip(spread(middles, lines(names, line)), names, styles, strict=True):
        axes.plot(beside, y, "s", ms=7, mec="none", **style)
        label(axes, beside, y, name, fontsize=SMALL)


def frontier_figure(seen: WhatItTakes, w: Words) -> Picture:
    """Draw what budgets buy: the chance of the target, or coverage where no budget reaches it."""
    plan = seen.plan
    cost = np.array([s.budget for s in seen.frontier])
    reachable, chance = plan.outcome == "reachable", in_hundred(plan.setting.probability, w)
    y = 100 * np.array([s.probability if reachable else s.coverage for s in seen.frontier])
    asked = 100 * (plan.setting.probability if reachable else plan.setting.futures.goal)
    with canvas(_frontier_title(plan, w)) as (figure, axes):
        axes.plot(cost, y, "-o", color=COVERAGE, lw=2, ms=5)
        axes.axhline(asked, color=TARGET, ls="--", lw=1.5)
        line = (
            w.t("asked: {chance}", chance=chance)
            if reachable
            else w.t("target {target}", target=w.share(plan.setting.futures.goal))
        )
        label(axes, 0.0, asked, line, color=TARGET, va="bottom", shift=(4, 3))
        if reachable:
            axes.plot(plan.cost, 100 * plan.setting.probability, "*", color=TARGET, ms=15)
            label(axes, plan.cost, asked, w.rupiah(plan.cost), color=TARGET, shift=(2, -14))
        else:
            for s, side, shift in ((seen.frontier[0], "left", 4), (seen.frontier[-1], "right", -4)):
                style = {"ha": side, "va": "top", "shift": (shift, -8)}
                label(axes, s.budget, 100 * s.coverage, claim(s.coverage, w), **style)
        _rupiah_axis(axes, float(cost.max()), w)
        shown = (
            w.t("chance of the target") if reachable else w.t("coverage, {chance}", chance=chance)
        )
        axes.set_ylabel(shown)
        percent_axis(axes, w)
        axes.set_ylim(0, max(asked, float(y.max())) * 1.1 if not reachable else 100)
    told = [
        f"{w.rupiah(s.budget)}: {w.percent(s.probability, 1) if reachable else claim(s.coverage, w)}"
        for s in seen.frontier
    ]
    alt = w.t("What budgets buy: {list}.", list=w.listed(told[:: max(1, len(told) // 5)]))
    return Picture("frontier", alt, figure)


def _rupiah_axis(axes: Axes, largest: float, w: Words) -> None:
    """Label the level axis in the unit of the largest budget, with the digits its ticks have."""
    name, unit = (
        (w.t("budget, billion rupiah"), 1e9)
        if largest >= 1e9
        else (w.t("budget, million rupiah"), 1e6)
    )
    axes.set_xlabel(name)
    axes.locator_params(axis="x", nbins=5)
    ticks = axes.get_xticks() / unit
    digits = next((d for d in range(6) if np.allclose(ticks, ticks.round(d), atol=1e-9)), 6)
    axes.xaxis.set_major_formatter(lambda v, _: w.number(v / unit, digits))


def _frontier_title(plan: Plan, w: Words) -> str:
    if plan.outcome == "reachable":
        return w.t("A surer target costs more")
    if plan.outcome == "already_met":
        return w.t("The target needs no lever")
    return w.t(
        "No budget buys {target}: the levers run out at {reached}",
        target=w.share(plan.setting.futures.goal),
        reached=claim(plan.coverage_reached, w),
    )
