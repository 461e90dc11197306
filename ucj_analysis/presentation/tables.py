"""Tables of report and notebooks, and the same numbers as one tidy CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.allocation import Allocation
from ucj_analysis.archive.track_record import Scored
from ucj_analysis.archive.what_changed import FIGURES, Changed, told_steps
from ucj_analysis.forecasting import LEARNED, LEVEL_NAMES, Forecast, View
from ucj_analysis.months import month_of, parse_month
from ucj_analysis.peers import PeersForecast
from ucj_analysis.presentation.display import Grid, Prose
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.presentation.messages import describe
from ucj_analysis.presentation.names import parameter_name
from ucj_analysis.presentation.narrative import (
    SEGMENT_NAMES,
    acceptance_text,
    base_jump,
    chance,
    chance_told,
    scenario_title,
    yearly_flows,
)
from ucj_analysis.projection import weighted_quantiles
from ucj_analysis.quantities import Stated
from ucj_analysis.record.breakdown import Breakdown, Dimension
from ucj_analysis.record.findings import Finding
from ucj_analysis.record.observations import digits_told, load_table
from ucj_analysis.record.schemas import SOURCES
from ucj_analysis.scenario import (
    EVENTS,
    SEGMENTS,
    Closure,
    Cohort,
    Counting,
    Drive,
    Rebasing,
    Scenario,
    differences,
)
from ucj_analysis.scoring import Backtest
from ucj_analysis.series import diagnose
from ucj_analysis.situation import Status

if TYPE_CHECKING:
    import pandas as pd

TIDY_SCHEMA_VERSION = 1

#: Why windows are left out of the reference class.
FLOW_REASONS = {
    "read": N_("in the table"),
    "later": N_("published later"),
    "own_region": N_("the region's own"),
    "grade": N_("re-based or disputed (grade C)"),
    "long": N_("longer than a year"),
    "used": N_("used"),
}
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
VIEWS = {
    "stock_flow": N_("stock-flow"),
    "reference_class": N_("reference class"),
    "own_series": N_("own months"),
}
#: Tests of the own series' residuals, and what it means where one speaks against the model.
CHECKS = {
    "follows": (
        N_("residuals one after another (Ljung-Box)"),
        N_("what happened last month tells more than the model takes from it"),
    ),
    "normal": (
        N_("shape of the residuals (Shapiro-Wilk)"),
        N_("some months jumped: look for a programme or a change of counting"),
    ),
    "spread": (
        N_("spread of the residuals, last third over first"),
        N_("the months grew calmer or wilder: the range is that of both"),
    ),
}
BREAKDOWN_NAMES = {
    "segment": N_("participants by segment"),
    "sub_district": N_("participants by sub-district"),
}


def status_table(now: Status, w: Words) -> Grid:
    """Return coverage, base and participants of the months told."""
    seen = [o for o in (now.before, now.now) if o]
    rows = [
        (
            w.month(o.month),
            w.range(o.coverage_interval, lambda v, o=o: w.percent(v, o.digits + 1)),  # type: ignore[misc]
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
    named = [(w.t(VIEWS[name]), view) for name, view in seen.views.items()]
    rows = [_view_row(name, view, w) for name, view in [*named, (w.t("pooled"), seen.pooled)]]
    head = ("", w.t("middle"), w.t("nine in ten"), w.t("chance of the target"))
    return Grid(w.t("Coverage in {month}, by view", month=w.month(seen.months[-1])), head, rows)


def fit_table(seen: Forecast, w: Words) -> Grid | None:
    """Return whether the model of the region's own series fits, test by test; None without one."""
    if seen.own is None:
        return None
    found = diagnose(seen.own.fitted)
    rows = [
        (
            w.t(CHECKS[check.name][0]),
            w.number(check.statistic, 2),
            w.number(check.p, 2),
            w.t("fits") if check.fits else w.t("does not fit"),
            "" if check.fits else w.t(CHECKS[check.name][1]),
        )
        for check in found.checks
    ]
    rows.append(
        (
            w.t("sets of spreads that carry weight"),
            w.count(found.sets_worth),
            "",
            w.t("enough") if found.settled else w.t("too few"),
            "" if found.settled else w.t("the spreads are hardly settled: the range is rough"),
        )
    )
    head = ("", w.t("value"), w.t("chance of one as large"), w.t("verdict"), w.t("what it means"))
    caption = w.many(
        "Does the model fit the own months? {n} residual",
        "Does the model fit the own months? {n} residuals",
        found.residuals,
    )
    return Grid(caption, head, rows)


def _view_row(name: str, view: View, w: Words) -> tuple[str, str, str, str]:
    low, _, middle, _, high = view.quantiles[-1]
    return name, w.percent(middle), w.range((low, high), w.percent), small_chance(view, w)


def small_chance(view: View, w: Words) -> str:
    """Return a view's chance of the target, never as 0 or 100 per cent.

    Below one in a hundred it is told as such: so few regions support nothing finer.
    """
    p = float(view.probability[-1])
    if p < 0.01:
        return w.t("under {share}", share=w.percent(0.01))
    return w.t("over {share}", share=w.percent(0.99)) if p > 0.99 else w.percent(p)


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


def assumptions_table(seen: Forecast, w: Words) -> Grid:
    """Return every range the stock-flow view rests on, what it stands on, and what was learned."""
    stated = seen.scenario.stated()
    rows = [
        (
            parameter_name(name, w),
            *stated_range(stated[name], w, seen.status.now.labour_force),
            w.t(STANDINGS[standing]),
            w.t("learned") if seen.learned[name].share >= LEARNED else w.t("assumed"),
            ", ".join(stated[name].sources),
        )
        for name, standing in seen.standing.items()
    ]
    head = ("", w.t("range"), w.t("unit"), w.t("rests on"), w.t("by the figures"), w.t("source"))
    title = w.label(seen.scenario.header.title)
    return Grid(w.t("Ranges of the scenario: {title}", title=title), head, rows)


def learned_table(seen: Forecast, w: Words) -> Grid:
    """Return each range's mean before and after the published figures, most learned first."""
    order = sorted(seen.learned, key=lambda name: -seen.learned[name].share)
    rows = [
        (
            parameter_name(name, w),
            _short(seen.learned[name].prior_mean, w),
            _short(seen.learned[name].posterior_mean, w),
            w.percent(max(seen.learned[name].share, 0)),
        )
        for name in order[:8]
    ]
    head = ("", w.t("mean before"), w.t("mean after"), w.t("variance taken away"))
    return Grid(w.t("The ranges the published figures moved most"), head, rows)


def _short(value: float, w: Words) -> str:
    digits = 0 if abs(value) >= 100 else 2 if abs(value) >= 1 else 4
    return w.number(value, digits)


def segments_table(seen: Forecast, w: Words) -> Grid:
    """Return each segment's participants at the first figure, now, and in the target month."""
    moved = seen.projection
    rows = []
    for i, name in enumerate(SEGMENTS):
        ranges = [
            weighted_quantiles(moved.participants.stock[t, i], moved.weights, [0.05, 0.95])
            for t in (0, moved.now, -1)
        ]
        shown = [w.range((round(low, -2), round(high, -2)), w.count) for low, high in ranges]
        rows.append((w.t(SEGMENT_NAMES[name]), *shown))
    head = ("", *(w.month(m) for m in (moved.start, moved.start + moved.now, seen.months[-1])))
    return Grid(w.t("Participants by segment, nine outcomes in ten"), head, rows)


def breakdown_table(told: Breakdown, w: Words) -> Grid:
    """Return a region's participants by segment or sub-district, as published."""
    rows = [
        (
            part_name(told.dimension, p.name, w),
            w.count(p.participants),
            w.percent(told.shares[p.name], 1),
            "" if math.isnan(p.labour_force) else w.count(p.labour_force),
            "" if math.isnan(p.labour_force) else w.percent(p.participants / p.labour_force, 1),
            p.source,
        )
        for p in told.parts
    ]
    head = (
        "",
        w.t("participants"),
        w.t("share"),
        w.t("labour force"),
        w.t("coverage"),
        w.t("source"),
    )
    title = w.t("Participants in {month}, as published", month=w.month(told.month))
    return Grid(title, head, [*rows, (w.t("together"), w.count(told.total), "", "", "", "")])


def allocation_table(told: Allocation, w: Words) -> Grid:
    """Return the forecast participants by segment or sub-district; each column adds up but the last."""
    rows = [
        (
            part_name(told.dimension, p.name, w),
            w.percent(p.share, 1),
            *(w.count(n) for n in p.people),
            w.range((round(p.low, -2), round(p.high, -2)), w.count),
        )
        for p in told.parts
    ]
    head = (
        "",
        w.t("share"),
        w.t("nine in ten, from"),
        w.t("middle"),
        w.t("nine in ten, to"),
        w.t("on its own, nine in ten"),
    )
    title = w.t("Participants in {month}: the forecast split by shares", month=w.month(told.month))
    total = (w.t("together"), "", *(w.count(n) for n in told.total), "")
    return Grid(title, head, [*rows, total])


def part_name(dimension: Dimension, name: str, w: Words) -> str:
    """Return a part as readers know it: a segment in their language, a sub-district by its name."""
    return w.t(SEGMENT_NAMES[name]) if dimension == "segment" else name


def findings_table(found: Sequence[Finding], w: Words) -> Grid:
    """Return the warnings about a region's figures, with what to do or who accepted them."""
    rows = []
    for finding in found:
        sentence, remedy = describe(finding.problem, w)
        month = w.month(parse_month(finding.month))
        said = acceptance_text(finding, w), "" if finding.accepted else remedy
        rows.append((month, sentence, " ".join(filter(None, said))))
    head = ("", w.t("what stands out"), w.t("what to do, or who accepted it"))
    return Grid(w.t("Warnings about the figures used"), head, rows)


def stated_range(stated: Stated, w: Words, base: float | None = None) -> tuple[str, str]:
    """Return a range and its unit as a planner reads them.

    People stated in proportion to a base are told as stated, or for the base given.
    """
    unit, period = getattr(stated, "unit", ""), getattr(stated, "period", None)
    per = {"month": w.t("a month"), "year": w.t("a year"), None: ""}[period]
    if unit == "people":
        stands_for = getattr(stated, "per_base", None)
        part = base / stands_for if base and stands_for else 1
        return w.range((part * stated.low, part * stated.high), w.count), (
            w.t("people") + " " + per
        ).strip()
    if unit == "months":
        return w.range((stated.low, stated.high), w.count), w.t("months")
    if unit == "factor":
        return w.range((stated.low, stated.high), lambda v: w.number(v, 2)), w.t("times")
    digits = 2 if stated.high < 0.01 else 1
    return w.range((stated.low, stated.high), lambda v: w.percent(v, digits)), per


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


def compared_table(forecasts: list[Forecast], w: Words) -> Grid:
    """Return scenarios side by side against the first."""
    base = forecasts[0].views["stock_flow"].quantiles[-1, 2]
    rows = [
        (
            scenario_title(f, w),
            w.percent(f.views["stock_flow"].quantiles[-1, 2], 1),
            w.range(
                f.views["stock_flow"].quantiles[-1, [0, 4]].tolist(), lambda v: w.percent(v, 1)
            ),
            w.points(f.views["stock_flow"].quantiles[-1, 2] - base),
            w.percent(f.coverage["p50"], 1),
            chance(f, w),
        )
        for f in forecasts
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
        (w.label(event.name), "", _event_months(event, w), "")
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


def _event_months(event: Cohort | Closure | Drive | Rebasing | Counting, w: Words) -> str:
    if isinstance(event, Rebasing | Counting):
        return w.month(parse_month(event.month))
    return w.span(event.start, event.end)


def issued_table(scored: list[Scored], w: Words) -> Grid:
    """Return each issued month beside its outcome."""
    rows = [
        (
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


def source_uses(
    seen: Forecast, w: Words, more: Mapping[str, Sequence[str]] | None = None
) -> dict[str, list[str]]:
    """Return every source the page rests on, with what it is used for.

    `more` names further sources with their uses, such as those of a plan.
    """
    now = seen.status
    uses: dict[str, list[str]] = {}

    def use(source: str, what: str) -> None:
        told = uses.setdefault(source, [])
        if what not in told:
            told.append(what)

    for o in [o for o in (now.before, now.now) if o]:
        use(o.source, w.t("coverage of {month}", month=w.month(o.month)))
    use(now.target.source, w.t("target"))
    use(now.contribution_source, w.t("contribution"))
    for b in now.other_bases[-1:]:
        use(b.source, w.t("survey labour force"))
    for told in now.breakdowns:
        for source in told.sources:
            use(source, w.t(BREAKDOWN_NAMES[told.dimension]))
    for name, stated in seen.scenario.stated().items():
        for source in stated.sources:
            use(source, parameter_name(name, w))
    for source, whats in (more or {}).items():
        for what in whats:
            use(source, what)
    uses.pop("", None)
    return uses


def _published(source: str, known: pd.DataFrame, w: Words) -> tuple[str, str, str]:
    """Return a source's publisher, day and page."""
    if source not in known.index:
        return w.t("own data"), w.t("no date"), ""
    row = known.loc[source]
    day, publisher, page = row["published"], str(row["publisher"]), str(row["url"])
    told = {"day": w.day, "month": lambda d: w.month(month_of(d)), "year": lambda d: str(d.year)}
    show = told.get(row["precision"])
    return publisher, show(day) if show else w.t("no date"), page


def sources_table(uses: Mapping[str, Sequence[str]], data: Path, w: Words) -> Grid:
    """Return sources with what each is used for, its publisher, day and page."""
    known = load_table(SOURCES, data).set_index("source")
    rows = []
    for source, whats in sorted(uses.items()):
        publisher, day, page = _published(source, known, w)
        rows.append((source, "; ".join(whats), publisher, day, page))
    head = (w.t("source"), w.t("used for"), w.t("publisher"), w.t("published"), w.t("page"))
    return Grid(w.t("Sources this page rests on"), head, rows)


def sources_text(uses: Mapping[str, Sequence[str]], known_by: date, data: Path, w: Words) -> Prose:
    """Return publishers and days in one paragraph; the pages stand in the table.

    What was published after `known_by` carries a star: only assumptions and plans rest on it.
    """
    known = load_table(SOURCES, data).set_index("source")
    starred = False
    days: dict[str, list[str]] = {}
    for source in sorted(uses):
        publisher, day, _ = _published(source, known, w)
        late = source in known.index and _later(known.loc[source], known_by)
        starred |= late
        days.setdefault(publisher.partition(" (")[0], []).append(day + "*" * late)
    told = [f"{name} ({', '.join(days[name])})" for name in sorted(days, key=str.lower)]
    text = "; ".join(told) + "."
    if starred:
        text += " " + w.t(
            "* published after {day}, or undated: levers and assumptions may rest on it, the forecast uses no figure of it.",
            day=w.day(known_by),
        )
    return Prose(text)


def _later(source: pd.Series, known_by: date) -> bool:
    """Tell whether a source was published after a day, or nobody knows when."""
    return source["precision"] == "unknown" or bool(source["published"] > known_by)


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


def peers_table(seen: PeersForecast, w: Words) -> Grid:
    """Return the percentages a suggestion starts from; bases and counting differ between them."""
    rows = [
        (p.name, w.day(p.as_of), w.percent(p.coverage, digits_told(p.half_width)), p.source)
        for p in sorted(seen.peers, key=lambda p: p.name)
    ]
    head = (w.t("region"), w.t("as of"), w.t("coverage"), w.t("source"))
    return Grid(w.t("What the suggestion starts from; bases and counting differ"), head, rows)
