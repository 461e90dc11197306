"""The forecast in tables: by month, by view, what it rests on, by segment and part."""

from __future__ import annotations

from ucj_analysis.allocation import Allocation
from ucj_analysis.forecasting import Forecast, View
from ucj_analysis.peers import PeersForecast
from ucj_analysis.presentation.display import Grid
from ucj_analysis.presentation.headings import SEGMENT_NAMES
from ucj_analysis.presentation.language import N_, Words, in_hundreds
from ucj_analysis.presentation.names import parameter_name
from ucj_analysis.presentation.outlook_words import nine_in_ten, small_chance
from ucj_analysis.presentation.standing_tables import part_name
from ucj_analysis.projection import weighted_quantiles
from ucj_analysis.quantities import Stated
from ucj_analysis.record.observations import digits_told
from ucj_analysis.scenario import SEGMENTS
from ucj_analysis.series import diagnose

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


# fmt: off
#: Tests of the own series' residuals, and what it means where one speaks against the model.
CHECKS = {
    "follows": (N_("residuals one after another (Ljung-Box)"), N_("what happened last month tells more than the model takes from it")),
    "normal": (N_("shape of the residuals (Shapiro-Wilk)"), N_("some months jumped: look for a programme or a change of counting")),
    "spread": (N_("spread of the residuals, last third over first"), N_("the months grew calmer or wilder: the range is that of both")),
}
# fmt: on


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
    chance = small_chance(float(view.probability[-1]), w)
    return name, w.percent(view.quantiles[-1][2]), nine_in_ten(view, w), chance


def assumptions_table(seen: Forecast, w: Words) -> Grid:
    """Return every range the stock-flow view rests on, what it stands on, and what was learned."""
    stated = seen.scenario.stated()
    rows = [
        (
            parameter_name(name, w),
            *stated_range(stated[name], w, seen.status.now.labour_force),
            w.t(STANDINGS[standing]),
            w.t("learned") if seen.learned[name].clear else w.t("assumed"),
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
        shown = [w.range((in_hundreds(low), in_hundreds(high)), w.count) for low, high in ranges]
        rows.append((w.t(SEGMENT_NAMES[name]), *shown))
    head = ("", *(w.month(m) for m in (moved.start, moved.start + moved.now, seen.months[-1])))
    return Grid(w.t("Participants by segment, nine outcomes in ten"), head, rows)


def allocation_table(told: Allocation, w: Words) -> Grid:
    """Return the forecast participants by segment or sub-district; each column adds up but the last."""
    rows = [
        (
            part_name(told.dimension, p.name, w),
            w.percent(p.share, 1),
            *(w.count(n) for n in p.people),
            w.range((in_hundreds(p.low), in_hundreds(p.high)), w.count),
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


def stated_range(stated: Stated, w: Words, base: float | None = None) -> tuple[str, str]:
    """Return a range and its unit as a planner reads them.

    People stated in proportion to a base are told as stated, or for the base given, which the unit then says.
    """
    unit, period = getattr(stated, "unit", ""), getattr(stated, "period", None)
    per = {"month": w.t("a month"), "year": w.t("a year"), None: ""}[period]
    if unit == "people":
        stands_for = getattr(stated, "per_base", None)
        part = 1.0
        told = f"{w.t('people')} {per}".strip()
        if base and stands_for and base != stands_for:
            part = base / stands_for
            told += "; " + w.t(
                "stated as {range} for a base of {base}",
                range=w.range((stated.low, stated.high), w.count),
                base=w.count(stands_for),
            )
        return w.range((part * stated.low, part * stated.high), w.count), told
    if unit == "months":
        return w.range((stated.low, stated.high), w.count), w.t("months")
    if unit == "factor":
        return w.range((stated.low, stated.high), lambda v: w.number(v, 2)), w.t("times")
    digits = 2 if stated.high < 0.01 else 1
    return w.range((stated.low, stated.high), lambda v: w.percent(v, digits)), per


def peers_table(seen: PeersForecast, w: Words) -> Grid:
    """Return the percentages a suggestion starts from; bases and counting differ between them."""
    rows = [
        (p.name, w.day(p.as_of), w.percent(p.coverage, digits_told(p.half_width)), p.source)
        for p in sorted(seen.peers, key=lambda p: p.name)
    ]
    head = (w.t("region"), w.t("as of"), w.t("coverage"), w.t("source"))
    return Grid(w.t("What the suggestion starts from; bases and counting differ"), head, rows)
