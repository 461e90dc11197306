"""Scenarios side by side, and which assumptions matter, in sentences."""

from __future__ import annotations

from collections.abc import Callable

from ucj_analysis.forecasting import Forecast
from ucj_analysis.presentation.display import Prose
from ucj_analysis.presentation.headings import LEVER_NAMES
from ucj_analysis.presentation.language import N_, Words, in_hundreds
from ucj_analysis.presentation.names import parameter_name
from ucj_analysis.presentation.outlook_words import (
    borrowed_text,
    dated_events,
    idle_text,
    in_hundred,
    scenario_title,
    unmoved_text,
)
from ucj_analysis.sensitivity import Box, Indices, Swing
from ucj_analysis.situation import Status


def compared_text(forecasts: list[Forecast], w: Words) -> Prose:
    """Say what each scenario does to the stock-flow view, beside the first."""
    first, *others = forecasts
    base = first.views["stock_flow"].quantiles[-1, 2]
    told = [
        w.t(
            "“{title}” {points} points",
            title=scenario_title(f, w),
            points=w.points(f.views["stock_flow"].quantiles[-1, 2] - base),
        )
        for f in others
    ]
    fields = {
        "first": scenario_title(first, w),
        "middle": w.percent(base, 1),
        "month": w.month(first.months[-1]),
        "list": w.listed(told),
    }
    text = N_(
        "Beside “{first}” (middle {middle} in {month} by the stock-flow view): {list}. The reference class knows no scenario, "
        "so the pooled forecast moves by half."
    )
    if first.own is not None:
        text = N_(
            "Beside “{first}” (middle {middle} in {month} by the stock-flow view): {list}. The reference class knows no scenario and the own months only its base "
            "and dated programmes, so the pooled forecast moves by a third and more."
        )
    return Prose.of(w.t(text, **fields), *(_aside_told(f, w) for f in others))


def _aside_told(seen: Forecast, w: Words) -> str:
    """Say what of a scenario does nothing and what is of others, its title first; empty where all is its own."""
    borrowed = borrowed_text(dated_events(seen), seen.status.question, w)
    told = " ".join(filter(None, (unmoved_text(seen, w), idle_text(seen, w), borrowed)))
    small = told[:1].lower() + told[1:]
    return w.t("“{title}”: {told}", title=scenario_title(seen, w), told=small) if told else ""


def sensitivity_text(found: Indices, ranked: list[Swing], w: Words) -> Prose:
    """Say which ranges decide the stock-flow view."""
    order = sorted(zip(found.total, found.names, strict=True), reverse=True)
    names = [
        w.t("{name} ({share})", name=parameter_name(n, w), share=w.percent(t)) for t, n in order[:3]
    ]
    widest = ranked[0]
    return Prose(
        w.t(
            "Most of the spread of the stock-flow view comes from: {list} of its variance. Moving “{widest}” from its low to its high end "
            "takes coverage from {low} to {high}.",
            list=w.listed(names),
            widest=parameter_name(widest.name, w),
            low=w.percent(widest.low, 1),
            high=w.percent(widest.high, 1),
        )
    )


def discovery_text(box: Box, seen: Status, w: Words) -> Prose:
    """Say what the levers of futures that reach the target have in common, and how well the sentence holds."""
    shows = {name: _lever_shown(name, w) for name in box.bounds}
    bounds, drawn = [], []
    for name, (low, high) in box.bounds.items():
        ends = ((low, N_("{lever} above {value}")), (high, N_("{lever} under {value}")))
        lever, show = w.t(LEVER_NAMES[name]), shows[name]
        bounds += [w.t(text, lever=lever, value=show(end)) for end, text in ends if end is not None]
        drawn.append(w.t("{lever} up to {value}", lever=lever, value=show(box.most[name])))
    told = w.t(
        "With levers drawn at random {reaching} futures reach {target}, without any lever {without}.",
        target=w.share(seen.target.coverage),
        reaching=in_hundred(box.reaching, w),
        without=in_hundred(box.without, w),
    )
    common = w.t(
        "Most of those that reach it have in common: {list}. Of all futures with that {density} reach it, and {coverage} of those that reach it have it.",
        list=w.listed(bounds),
        density=in_hundred(box.density, w),
        coverage=in_hundred(box.coverage, w),
    )
    asked = w.t(
        "Drawn were {list}: people up to half as many again as close the gap alone. That is a question, not an offer, and these are not the levers of a plan. "
        "How many people it takes, and whether there are so many, a plan tells.",
        list=w.listed(drawn),
    )
    return Prose.of(told, common if bounds else "", asked)


def _lever_shown(name: str, w: Words) -> Callable[[float], str]:
    """Return how a lever's value is written: a share, people in hundreds, or months."""
    if name == "lapse kept back":
        return w.percent
    return lambda v: w.count(in_hundreds(v) if v > 100 else v)
