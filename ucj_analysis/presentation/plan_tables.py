"""The tables of plans: by office and month, protection beside price, room, limits, levers."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import shorten

from ucj_analysis.planning.around import SLACK
from ucj_analysis.planning.ledger import by_office, offices_of
from ucj_analysis.planning.levers import Lever
from ucj_analysis.planning.plan import Plan
from ucj_analysis.planning.what_it_takes import WhatItTakes, lever_standing
from ucj_analysis.presentation.display import Grid
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.names import LEVER_QUANTITIES
from ucj_analysis.presentation.outlook_tables import STANDINGS, stated_range
from ucj_analysis.presentation.outlook_words import in_hundred
from ucj_analysis.presentation.plan_words import aim_told, check_name, claim
from ucj_analysis.presentation.sources import by_source
from ucj_analysis.quantities import Stated

#: Letters of a planner's reason that a table shows.
LONGEST_REASON = 300


def office_table(seen: WhatItTakes, w: Words) -> Grid | None:
    """Return what each office does over the whole plan, and who is left next March; None for no plan."""
    plan = seen.plan
    book = plan.ledger
    last = (plan.question.target_month, plan.march)
    if not book.enrolled.any():
        return None
    told = [r for r in by_office(book, *last) if r["levers"]]
    people = {k: [round(r[k]) for r in told] for k in ("enrol", "counted", "march")}
    rows = [
        (
            w.label(row["office"]),
            "; ".join(w.label(name) for name in row["levers"]),
            w.count(people["enrol"][i]),
            w.rupiah(row["cost_rupiah"]),
            *(w.count(people[when][i]) for when in ("counted", "march")),
        )
        for i, row in enumerate(told)
    ]
    total = (
        w.t("total"),
        "",
        w.count(sum(people["enrol"])),
        w.rupiah(book.rupiah.sum()),
        *(w.count(sum(people[when])) for when in ("counted", "march")),
    )
    head = (w.t("office"), w.t("levers"), w.t("people enrolled"), w.t("cost"), *counted_in(plan, w))
    return Grid(w.t("The plan by responsible office"), head, [*rows, total])


def counted_in(plan: Plan, w: Words) -> list[str]:
    """Return the heads of people counted in the target month, and of those left in March."""
    months = (plan.question.target_month, plan.march)
    return [w.t("counted in {month}", month=w.month(month)) for month in months]


def months_table(seen: WhatItTakes, w: Words) -> Grid:
    """Return people to enrol and rupiah to pay, by month and office."""
    plan = seen.plan
    book, offices = plan.ledger, offices_of(plan.ledger)
    rows = []
    for t, month in enumerate(book.months):
        cells = []
        for mine in offices.values():
            people, money = book.enrolled[mine, t].sum(), book.rupiah[mine, t].sum()
            some = people >= 0.5 or money >= 0.5
            cells.append(f"{w.count(people)} · {w.rupiah(money)}" if some else "–")
        if set(cells) != {"–"}:
            rows.append((w.month(month), *cells))
    head = ("", *(w.label(o) for o in offices))
    return Grid(w.t("People to enrol and money to pay, by month and office"), head, rows)


def protections_table(seen: WhatItTakes, w: Words) -> Grid:
    """Return the aims side by side: price, months bought, and who is left in March."""
    plan = seen.plan
    rows = [
        (
            _aim_row(plan, name, w),
            w.t("reached") if way.plan.outcome != "unreachable" else w.t("out of reach"),
            claim(way.plan.coverage_reached, w),
            w.rupiah(way.cost),
            w.count(way.months),
            w.number(way.months / way.people if way.people else 0.0, 1),
            w.count(way.then),
            w.count(way.march),
        )
        for name, way in seen.protections.items()
    ]
    head = (
        w.t("aim"),
        w.t("target of {target}", target=w.share(plan.setting.futures.goal)),
        w.t("coverage, {chance}", chance=in_hundred(plan.setting.probability, w)),
        w.t("cost"),
        w.t("months of cover bought"),
        w.t("per person paid"),
        *counted_in(plan, w),
    )
    return Grid(w.t("The count and real protection, side by side"), head, rows)


def _aim_row(plan: Plan, name: str, w: Words) -> str:
    """Return an aim as a row's head; of several months, its coverage is that of the lowest."""
    aim = aim_told(plan, name, w)
    return (
        w.t("{aim} (coverage: of the lowest month among them)", aim=aim) if name == "hold" else aim
    )


def alternatives_table(seen: WhatItTakes, w: Words) -> Grid | None:
    """Return each lever's room in plans nearly as cheap, and what doing without it costs."""
    cost = seen.plan.cost
    if not seen.alternatives:
        return None
    rows = [
        (
            w.label(a.lever),
            w.count(a.people),
            w.range((min(a.fewest, a.people), max(a.most, a.people)), w.count),
            w.t("out of reach") if a.without is None else w.more_rupiah(max(a.without - cost, 0)),
        )
        for a in seen.alternatives
    ]
    head = (
        "",
        w.t("people in the plan"),
        w.t("in plans at most {share} dearer", share=w.percent(SLACK)),
        w.t("without it"),
    )
    return Grid(w.t("Plans nearly as good"), head, rows)


def checks_table(seen: WhatItTakes, w: Words) -> Grid:
    """Return the target's probability, the plan achieved, under every other view."""
    audit, paths = seen.plan.audit, w.count(seen.plan.audit.paths)
    held = claim(audit.coverage, w)
    rows = [
        (
            w.t("{coverage}, on {paths} fresh paths", coverage=held, paths=paths),
            in_hundred(audit.probability, w),
        ),
        *((check_name(name, w), in_hundred(p, w)) for name, p in seen.checks.items()),
    ]
    head = (w.t("if the levers achieve what is assumed"), w.t("chance"))
    return Grid(w.t("The plan under other views"), head, rows)


def frontier_table(seen: WhatItTakes, w: Words) -> Grid:
    """Return what budgets buy: coverage, and the chance of the target."""
    plan, steps = seen.plan, seen.frontier
    rows = [(w.rupiah(s.budget), claim(s.coverage, w), in_hundred(s.probability, w)) for s in steps]
    head = (
        w.t("budget"),
        w.t("coverage, {chance}", chance=in_hundred(plan.setting.probability, w)),
        w.t("chance of {target}", target=w.share(plan.setting.futures.goal)),
    )
    return Grid(w.t("What a budget buys"), head, rows)


def levers_table(plan: Plan, w: Words) -> Grid:
    """Return every assumption about the levers, with what it rests on and why it is made."""
    rows: list[tuple[str, ...]] = []
    levers = {lever.name: lever for lever in plan.setting.levers.levers}
    for lever, quantity, stated, how in lever_standing(plan):
        ends = stated.model_copy(update={"low": stated.central, "high": stated.central})
        shown, unit = _lever_range(stated, w)
        rows.append(
            (
                w.label(lever),
                w.t(LEVER_QUANTITIES[quantity]),
                _lever_range(ends, w)[0],
                shown,
                unit or rupiah_per(quantity, levers.get(lever), w),
                rests_on(stated, how, w),
                ", ".join(stated.sources),
            )
        )
        if quantity == "lapse":  # a lever's last range; what stands for its months comes after
            rows.append(
                (w.label(lever), w.t("timing"), "", "", "", timing_text(levers[lever], w), "")
            )
    head = (
        w.t("lever"),
        "",
        w.t("used"),
        w.t("range"),
        w.t("unit"),
        w.t("rests on"),
        w.t("source"),
    )
    return Grid(w.t("What is assumed about the levers"), head, rows)


def rests_on(stated: Stated, how: str, w: Words) -> str:
    """Return how a value of a lever stands, and the reason its planner gave."""
    standing = w.t(STANDINGS[how])
    if not stated.assumption:
        return standing
    return w.t("{standing}: {reason}", standing=standing, reason=_reason(stated.assumption, w))


def timing_text(lever: Lever, w: Words) -> str:
    """Return a lever's months with what they rest on."""
    return w.t(
        "months paid: {months}, until full pace: {ramp}, waiting: {lead} – {reason}",
        months=w.range(lever.months, w.count),
        ramp=w.count(lever.ramp),
        lead=w.count(lever.lead),
        reason=_reason(lever.timing, w),
    )


def rupiah_per(quantity: str, lever: Lever | None, w: Words) -> str:
    """Return what an amount of rupiah is for: one unit planned, or one person; empty for the others."""
    if quantity == "one_off" and lever:
        single = w.t("person") if lever.unit == "people" else w.label(lever.unit)
        return w.t("per unit planned ({unit})", unit=single)
    return w.t("per person") if quantity == "monthly" else ""


def _reason(text: str, w: Words) -> str:
    return shorten(w.label(text), LONGEST_REASON, placeholder=" …")


def lever_uses(plan: Plan, w: Words) -> dict[str, list[str]]:
    """Return every source the levers rest on, with the levers it is used for."""
    standing = lever_standing(plan)
    return by_source(
        (s, w.label(lever)) for lever, _, stated, _ in standing for s in stated.sources
    )


def _lever_range(stated: Stated, w: Words) -> tuple[str, str]:
    """Return a lever's range and unit; one value where the ends agree."""
    unit, one = getattr(stated, "unit", ""), stated.low == stated.high
    per = " " + w.t("a month") if getattr(stated, "period", None) else ""

    def shown(say: Callable[[float], str]) -> str:
        return say(stated.low) if one else w.range((stated.low, stated.high), say)

    if unit == "rupiah":
        return shown(w.rupiah), ""
    if unit == "share":
        return shown(lambda v: w.percent(v, 1 if stated.high < 0.05 else 0)), per.strip()
    if unit == "people":
        return w.count(stated.low) if one else stated_range(stated, w)[0], w.t("people") + per
    return shown(w.count), w.label(unit) + per
