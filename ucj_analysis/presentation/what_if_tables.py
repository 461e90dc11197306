"""Scenarios side by side, in tables."""

from __future__ import annotations

from ucj_analysis.forecasting import Forecast
from ucj_analysis.presentation.display import Grid
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.names import parameter_name
from ucj_analysis.presentation.outlook_tables import stated_range
from ucj_analysis.presentation.outlook_words import (
    chance,
    event_months,
    nine_in_ten,
    scenario_title,
)
from ucj_analysis.scenario import EVENTS, Scenario, differences


def compared_table(forecasts: list[Forecast], w: Words) -> Grid:
    """Return scenarios side by side against the first."""
    views = [f.views["stock_flow"] for f in forecasts]
    base = views[0].quantiles[-1, 2]
    rows = [
        (
            scenario_title(f, w),
            w.percent(view.quantiles[-1, 2], 1),
            nine_in_ten(view, w, 1),
            w.points(view.quantiles[-1, 2] - base),
            w.percent(f.coverage["p50"], 1),
            chance(f, w),
        )
        for f, view in zip(forecasts, views, strict=True)
    ]
    head = (
        "",
        w.t("stock-flow, middle"),
        w.t("nine in ten"),
        w.t("points beside the first"),
        w.t("pooled, middle"),
        w.t("chance of the target"),
    )
    return Grid(w.t("Scenarios in {month}", month=w.month(forecasts[0].months[-1])), head, rows)


def differences_table(base: Scenario, other: Scenario, w: Words) -> Grid:
    """Return what a scenario changes: its events with their months, then range by range."""
    rows: list[tuple[str, ...]] = [
        (w.label(event.name), "", event_months(event, w), "")
        for kind in EVENTS
        for event in getattr(other, kind)
        if event not in getattr(base, kind)
    ]
    rows += [
        (
            parameter_name(name, w),
            stated_range(ours, w)[0] if ours else "",
            *(stated_range(theirs, w) if theirs else ("", "")),
        )
        for name, ours, theirs in differences(base, other)
    ]
    head = ("", w.t("before"), w.t("in this scenario"), w.t("unit"))
    return Grid(w.label(other.header.title), head, rows)
