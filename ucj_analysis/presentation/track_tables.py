"""How far to trust the forecast, and what moved it, in tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from ucj_analysis.archive.track_record import Scored
from ucj_analysis.archive.what_changed import FIGURES, Changed, told_steps
from ucj_analysis.forecasting import Forecast
from ucj_analysis.months import parse_month
from ucj_analysis.presentation.display import Grid
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.presentation.outlook_words import chance, chance_told
from ucj_analysis.scoring import Backtest

if TYPE_CHECKING:
    import pandas as pd


#: Why windows are left out of the reference class.
FLOW_REASONS = {
    "read": N_("in the table"),
    "later": N_("published later"),
    "own_region": N_("the region's own"),
    "grade": N_("re-based or disputed (grade C)"),
    "long": N_("longer than a year"),
    "used": N_("used"),
}


def windows_table(pairs: pd.DataFrame, w: Words) -> Grid:
    """Return the windows of other regions that enter the reference class."""
    rows = [
        (
            str(row["region"]),
            w.day(row["from"]),
            w.day(row["to"]),
            w.percent(row["from_pct"] / 100, 1),
            w.percent(row["to_pct"] / 100, 1),
            str(row["quality"]),
            w.day(row["published"]),
            str(row["to_url"]),
        )
        for row in pairs[pairs["why_not"] == ""].to_dict("records")
    ]
    head = (
        "",
        w.t("from"),
        w.t("to"),
        w.t("before"),
        w.t("after"),
        w.t("grade"),
        w.t("published"),
        w.t("page"),
    )
    return Grid(w.t("The windows in the reference class (growth_pairs.csv)"), head, rows)


def backtest_table(result: Backtest, w: Words) -> Grid:
    """Return each window of the back-test."""
    rows = [
        (
            str(row["region"]),
            w.days(date.fromisoformat(row["from"]), date.fromisoformat(row["to"])),
            w.number(row["from_pct"], 1),
            w.number(row["to_pct"], 1),
            w.range((row["p05"], row["p95"]), lambda v: w.number(v, 1)),
        )
        for row in result.rows.to_dict("records")
    ]
    head = (
        w.t("region"),
        w.t("window"),
        w.t("from, %"),
        w.t("to, %"),
        w.t("forecast, nine in ten, %"),
    )
    return Grid(w.t("Each window forecast without its province"), head, rows)


def issued_table(scored: list[Scored], w: Words, names: Mapping[str, str] | None = None) -> Grid:
    """Return each issued month beside its outcome; with `names`, its region first."""
    rows = [
        (
            *([names.get(s.region, s.region)] if names is not None else []),
            w.day(date.fromisoformat(s.issued)),
            w.month(parse_month(s.as_of)),
            w.month(parse_month(s.month)),
            w.range((s.p05, s.p95), w.percent),
            w.percent(s.outcome, 1) if s.outcome is not None else w.t("open"),
            w.number(s.crps_points, 1) if s.crps_points is not None else "",
            w.count(s.revision),
        )
        for s in scored
    ]
    head = (
        *([w.t("region")] if names is not None else []),
        w.t("issued"),
        w.t("from"),
        w.t("month"),
        w.t("forecast, nine in ten"),
        w.t("outcome"),
        w.t("error (CRPS), points"),
        w.t("revision"),
    )
    return Grid(w.t("Forecasts issued, and what came"), head, rows)


#: What may move a forecast, as readers know it.
CAUSE_NAMES: dict[str, str] = {
    "data": N_("new data"),
    "assumptions": N_("assumptions"),
    "model": N_("the model"),
}


def changed_table(changed: Changed, seen: Forecast, w: Words) -> Grid:
    """Return the earlier forecast, what moved it by how much, and this one."""
    before, now = changed.before, seen.status
    quantiles = ("p05", "p50", "p95")

    def row(head: str, figures: Mapping[str, float], told: str) -> tuple[str, ...]:
        return (head, *(w.percent(figures[name], 1) for name in quantiles), told)

    rows = [
        row(
            w.t(
                "issued {day}, from {month}",
                day=w.day(before.issued),
                month=w.month(parse_month(before.as_of)),
            ),
            changed.then,
            chance_told(before.probability, before.probability_bound, w),
        )
    ]
    if changed.shares is not None:
        steps = {name: told_steps(changed, name) for name in FIGURES}
        rows += [
            (w.t(text), *(w.points(steps[name][cause]) for name in FIGURES))
            for cause, text in CAUSE_NAMES.items()
        ]
    rows.append(
        row(w.t("now, from {month}", month=w.month(now.now.month)), changed.now, chance(seen, w))
    )
    head = (
        "",
        w.t("nine in ten, from"),
        w.t("middle"),
        w.t("nine in ten, to"),
        w.t("chance of the target"),
    )
    caption = w.t("What moved the forecast for {month}, in points", month=w.month(seen.months[-1]))
    return Grid(caption, head, rows)


def flow_table(told: dict[str, int], w: Words) -> Grid:
    """Return how many windows were read, left out by reason, and used."""
    rows = [(w.t(FLOW_REASONS[name]), w.count(n)) for name, n in told.items()]
    return Grid(
        w.t("Which windows entered, and why the others did not"), ("", w.t("windows")), rows
    )
