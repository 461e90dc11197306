"""Tables of report and notebooks, and the same numbers as one tidy CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from ucj_analysis.display import Grid
from ucj_analysis.forecasting import LEVEL_NAMES, Forecast
from ucj_analysis.language import N_, Words
from ucj_analysis.narrative import base_jump, yearly_flows
from ucj_analysis.observations import load_table
from ucj_analysis.scenario import PeopleRate, ShareRate, Stated
from ucj_analysis.schemas import SOURCES
from ucj_analysis.scoring import Backtest
from ucj_analysis.situation import Status

TIDY_SCHEMA_VERSION = 1

#: What a planner calls each assumed quantity.
PARAMETERS: dict[str, str] = {
    "labour_force.graduates": N_("graduates of upper secondary school"),
    "labour_force.joining": N_("of them entering the labour force"),
    "labour_force.exits": N_("people leaving the labour force"),
    "labour_force.rebasing_chance": N_("chance that the base is re-set at a New Year"),
    "labour_force.rebasing": N_("re-set base over old base"),
    "participants.enrolment": N_("uncovered people who join"),
    "participants.enrolment_season": N_("enrolment in June-December over January-May"),
    "participants.lapse": N_("participants who stop"),
    "participants.lapse_season": N_("lapse in January-May over June-December"),
    "participants.layoffs": N_("layoffs"),
    "participants.layoffs_covered": N_("of them active participants"),
    "participants.monthly_noise": N_("month-to-month variation of enrolment and lapse"),
}
#: Titles of the shipped scenarios.
SCENARIOS = (N_("Baseline: as things went before"),)
FLOWS = {
    "graduates": N_("graduates who join the labour force"),
    "exits": N_("people who leave the labour force"),
    "layoffs": N_("participants laid off"),
}
STANDINGS = {
    "sourced": N_("sourced"),
    "derived": N_("assumption from sources"),
    "assumed": N_("assumption"),
}
VIEWS = {"stock_flow": N_("stock-flow"), "reference_class": N_("reference class")}


def status_table(now: Status, w: Words) -> Grid:
    """Return coverage, base and participants of the months told."""
    seen = [o for o in (now.before, now.now) if o]
    rows = [
        (
            w.month(o.month),
            w.range(o.coverage_interval, lambda v: w.percent(v, 1)),
            w.count(o.labour_force),
            w.range(o.participants_interval, w.count),
            o.source,
        )
        for o in seen
    ]
    head = ("", w.t("coverage"), w.t("base"), w.t("participants (computed)"), w.t("source"))
    return Grid(w.t("Published coverage and what its rounding leaves open"), head, rows)


def other_bases_table(now: Status, w: Words) -> Grid:
    """Return the labour forces on other bases."""
    rows = [
        (
            b.base,
            w.day(b.as_of),
            w.count(b.labour_force),
            w.percent(b.coverage_if_used, 1),
            b.source,
        )
        for b in now.other_bases
    ]
    head = (
        w.t("base"),
        w.t("day"),
        w.t("labour force"),
        w.t("coverage if it were used"),
        w.t("source"),
    )
    return Grid(w.t("Other bases, shown beside and never mixed"), head, rows)


def month_table(seen: Forecast, w: Words) -> Grid:
    """Return the pooled forecast month by month, with the published base as second line."""
    rows = [
        (
            w.month(month),
            w.percent(float(q[2])),
            w.range((q[0], q[4]), w.percent),
            w.range((p[0], p[4]), w.percent),
        )
        for month, q, p in zip(
            seen.months, seen.pooled.quantiles, seen.on_published_base, strict=True
        )
    ]
    head = (
        "",
        w.t("middle"),
        w.t("nine in ten"),
        w.t("stock-flow on the published base, nine in ten"),
    )
    return Grid(w.t("Coverage expected, month by month"), head, rows)


def views_table(seen: Forecast, w: Words) -> Grid:
    """Return what each view and the pool expect of the target month."""
    rows = [
        (
            w.t(VIEWS[name]),
            w.percent(float(v.quantiles[-1, 2])),
            w.range((v.quantiles[-1, 0], v.quantiles[-1, 4]), w.percent),
        )
        for name, v in seen.views.items()
    ]
    pooled = seen.pooled.quantiles[-1]
    rows.append(
        (w.t("pooled"), w.percent(float(pooled[2])), w.range((pooled[0], pooled[4]), w.percent))
    )
    head = ("", w.t("middle"), w.t("nine in ten"))
    return Grid(w.t("Coverage in {month}, by view", month=w.month(seen.months[-1])), head, rows)


def assumptions_table(seen: Forecast, w: Words) -> Grid:
    """Return every range the stock-flow view rests on, and what it stands on."""
    rows = [
        (
            w.t(PARAMETERS[name]),
            *_stated(stated, w),
            w.t(STANDINGS[seen.standing[name]]),
            ", ".join(stated.sources),
        )
        for name, stated in seen.scenario.stated().items()
    ]
    head = ("", w.t("range"), w.t("unit"), w.t("standing"), w.t("source"))
    return Grid(
        w.t("Ranges of the scenario: {title}", title=w.label(seen.scenario.header.title)),
        head,
        rows,
    )


def _stated(stated: Stated, w: Words) -> tuple[str, str]:
    if isinstance(stated, PeopleRate):
        unit = w.t("people a year") if stated.period == "year" else w.t("people a month")
        return w.range((stated.low, stated.high), w.count), unit
    if getattr(stated, "unit", "") == "factor":
        return w.range((stated.low, stated.high), lambda v: w.number(v, 2)), w.t("times")
    shown = w.range((stated.low, stated.high), lambda v: w.percent(v, 1))
    if isinstance(stated, ShareRate):
        return shown, w.t("a year") if stated.period == "year" else w.t("a month")
    return shown, ""


def flows_table(seen: Forecast, w: Words) -> Grid:
    """Return a year's flows, as people and as points of coverage on the base."""
    base = seen.status.now.labour_force
    rows = [
        (
            w.t(FLOWS[name]),
            w.range((round(float(p.low), -2), round(float(p.high), -2)), w.count),
            w.range((float(p.low) / base, float(p.high) / base), lambda v: w.percent(v, 1)),
        )
        for name, p in yearly_flows(seen).items()
    ]
    jump = base_jump(seen.status)
    if jump is not None:
        rows.append((w.t("re-setting of the base, seen"), w.count(jump), w.percent(jump / base, 1)))
    return Grid(
        w.t("People a year, nine outcomes in ten"), ("", w.t("people"), w.t("of the base")), rows
    )


def backtest_table(result: Backtest, w: Words) -> Grid:
    """Return each window of the back-test."""
    rows = [
        (
            str(row["region"]),
            f"{row['from']} – {row['to']}",
            w.number(row["from_pct"], 1),
            w.number(row["to_pct"], 1),
            f"{w.number(row['p05'], 1)}–{w.number(row['p95'], 1)}",
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


def sources_table(seen: Forecast, w: Words) -> Grid:
    """Return publisher, day and page of every source the page names."""
    named = {seen.status.now.source, seen.status.target.source}
    named |= {seen.status.before.source} if seen.status.before else set()
    named |= {b.source for b in seen.status.other_bases}
    named |= {s for stated in seen.scenario.stated().values() for s in stated.sources}
    frame = load_table(SOURCES, seen.status.question.data)
    rows = [
        (
            row.source,
            row.publisher,
            w.day(row.published)
            if row.published == row.published and row.published
            else w.t("no date"),
            row.url,
        )
        for row in frame.itertuples(index=False)
        if row.source in named
    ]
    return Grid(
        w.t("Sources named on this page"),
        (w.t("id"), w.t("publisher"), w.t("published"), w.t("page")),
        rows,
    )


def tidy_csv(seen: Forecast) -> str:
    """Return status and forecast as tidy CSV: one number per line, with its unit.

    Columns `schema_version, table, row, column, value, unit`; coverage in fractions, counts in people.
    """
    now = seen.status
    lines: list[tuple[Any, ...]] = []

    def add(table: str, row: str, column: str, value: float, unit: str) -> None:
        digits = 0 if unit in ("people", "rupiah") else 6
        text = f"{round(float(value), digits):.{digits}f}"
        lines.append((TIDY_SCHEMA_VERSION, table, row, column, text, unit))

    for o in [o for o in (now.before, now.now) if o]:
        month = str(o.month)
        add("status", month, "coverage", o.coverage, "fraction")
        add("status", month, "coverage_low", float(o.coverage_interval.low), "fraction")
        add("status", month, "coverage_high", float(o.coverage_interval.high), "fraction")
        add("status", month, "labour_force", o.labour_force, "people")
        add("status", month, "participants", o.participants, "people")
    add("status", str(now.question.target_month), "target", now.target.coverage, "fraction")
    add("status", str(now.question.target_month), "net_enrolment_needed", now.net_needed, "people")
    add("status", str(now.question.target_month), "rupiah_gap_year", now.gap_year, "rupiah")
    if now.change:
        span = f"{now.before.month if now.before else ''}..{now.now.month}"
        add("change", span, "participants", float(now.change.participants), "fraction")
        add("change", span, "labour_force", float(now.change.labour_force), "fraction")
        add("change", span, "total", float(now.change.total), "fraction")
    for t, ahead in enumerate(seen.months):
        for name, value in zip(LEVEL_NAMES, seen.pooled.quantiles[t], strict=True):
            add("pooled", str(ahead), name, value, "fraction")
        add("pooled", str(ahead), "probability", float(seen.pooled.probability[t]), "fraction")
        for view, seen_by in seen.views.items():
            for name, value in zip(LEVEL_NAMES, seen_by.quantiles[t], strict=True):
                add(view, str(ahead), name, value, "fraction")
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("schema_version", "table", "row", "column", "value", "unit"))
    writer.writerows(lines)
    return buffer.getvalue()
