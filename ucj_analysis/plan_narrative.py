"""The sentences of plans: what it takes, why not, what it is worth, how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, inf, isfinite

from ucj_analysis.certificate import Conflict, FirstMonths
from ucj_analysis.display import Prose
from ucj_analysis.forecasting import BASELINE
from ucj_analysis.language import N_, Words
from ucj_analysis.names import CHECKS
from ucj_analysis.plan import Plan
from ucj_analysis.programme import Limit
from ucj_analysis.what_it_takes import WhatItTakes

AIMS: dict[str, str] = {
    "hit": N_("counted in {month}"),
    "hold": N_("held from {month} through {march}"),
    "year": N_("a year paid for everyone"),
}
#: Limits worth naming in a sentence; the table has them all.
MOST_NAMED = 3


def in_hundred(probability: float, w: Words) -> str:
    """Say a probability in whole hundreds, never 0 and never 100.

    Examples
    --------
    >>> from ucj_analysis.language import words
    >>> in_hundred(0.8, words("en")), in_hundred(0.0004, words("en")), in_hundred(0.999, words("en"))
    ('80 in 100', 'under 1 in 100', 'over 99 in 100')
    """
    if probability < 0.01:
        return w.t("under {n} in 100", n=w.count(1))
    if probability > 0.99:
        return w.t("over {n} in 100", n=w.count(99))
    return w.t("{n} in 100", n=w.count(100 * probability))


def aim_told(plan: Plan, name: str, w: Words) -> str:
    """Say what an aim means for this plan's months."""
    return w.t(AIMS[name], month=w.month(plan.question.target_month), march=w.month(plan.march))


def plan_answer(seen: WhatItTakes, w: Words) -> Prose:
    """Say what it takes, in a sentence or two; a scenario is named first."""
    plan = seen.plan
    fields = {
        "region": plan.question.region_name,
        "target": w.share(plan.setting.futures.goal),
        "aim": aim_told(plan, plan.setting.aim, w),
        "chance": in_hundred(plan.setting.probability, w),
        "cost": w.rupiah(plan.cost),
        "budget": w.rupiah(plan.budget) if isfinite(plan.budget) else "",
    }
    if plan.furthest:
        told = w.t(
            "{region}: coverage, {aim}, comes to {reached} with a chance of {chance} for {cost}, if the levers achieve what is assumed; "
            "without them to {without}. The target is {target}.",
            reached=claim(plan.coverage_reached, w),
            without=claim(plan.coverage_without, w),
            **fields,
        )
    elif plan.outcome == "already_met":
        told = w.t(
            "{region}: {target}, {aim}, needs no lever: it comes about with a chance of {chance} or more.",
            **fields,
        )
    elif plan.outcome == "reachable":
        told = w.t(
            "{region}: {target}, {aim}, is reached with a chance of {chance} for {cost}, if the levers achieve what is assumed: "
            "{people} people enrolled.",
            people=w.count(float(plan.ledger.enrolled.sum())),
            **fields,
        )
    elif isfinite(plan.budget):
        told = w.t(
            "{region}: {target}, {aim}, is out of reach of {budget} and the levers assumed.",
            **fields,
        )
    else:
        told = w.t("{region}: {target}, {aim}, is out of reach of the levers assumed.", **fields)
    told = " ".join([told, _range_told(seen, w)]).strip()
    if plan.question.scenario != BASELINE:
        title = w.label(plan.setting.futures.scenario.header.title)
        told = w.t("If “{scenario}”: {answer}", scenario=title, answer=told)
    return Prose(told)


def _range_told(seen: WhatItTakes, w: Words) -> str:
    plan = seen.plan
    if plan.furthest:
        return ""
    if plan.outcome == "unreachable":
        low, _, high = seen.range.coverage
        return w.t(
            "If these achieve what is assumed, coverage comes to {reached} (chance {chance}) for {cost}, without them to {without}; "
            "with the levers drawn from their ranges to {range}.",
            reached=claim(plan.coverage_reached, w),
            chance=in_hundred(plan.setting.probability, w),
            cost=w.rupiah(plan.cost),
            without=claim(plan.coverage_without, w),
            range=w.range((low, high), lambda v: claim(v, w)),
        )
    if plan.outcome == "reachable" and seen.range.cost:
        low, _, high = seen.range.cost
        return w.t(
            "With the levers drawn from their ranges, {share} of the draws reach it, for {range}.",
            share=w.percent(seen.range.reachable),
            range=w.range((low, high), w.rupiah),
        )
    return ""


def claim(coverage: float, w: Words) -> str:
    """Round a claim of coverage down to a tenth of a per cent: no claim beyond what was found."""
    return w.percent(floor(coverage * 1000 + 1e-6) / 1000, 1)


def plan_line(seen: WhatItTakes, w: Words) -> Prose:
    """Return the answer set apart, as the first thing on a page."""
    return Prose("**" + escape(str(plan_answer(seen, w))) + "**")


def quoted(levers: Sequence[str], w: Words) -> str:
    """Return the names of levers in quotation marks, as a sentence's list."""
    return w.listed([f"“{w.label(name)}”" for name in levers])


def limit_told(conflict: Conflict, w: Words) -> str:
    """Name a limit with its size."""
    limit = conflict.limit
    levers = quoted(limit.levers, w)
    if limit.kind == "budget":
        return w.t("the budget of {amount}", amount=w.rupiah(conflict.size))
    sentence = {
        "pace": N_("the pace of {levers} ({people} people a month)"),
        "pool": N_("the people in reach of {levers} ({people})"),
        "months": N_("the months {levers} may pay ({people})"),
        "lists": N_("the people on the lists {levers} together, each once ({people})"),
        "everyone": N_("the people not covered yet ({people})"),
    }[limit.kind]
    return w.t(sentence, levers=levers, people=w.count(conflict.size))


def certificate_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say which limits stop it, and how far they would have to give."""
    found = seen.certificate
    if found is None:
        return Prose("")
    told = w.t(
        "These limits alone rule it out, whatever else is relaxed; one of them must give: {list}.",
        list=w.listed([limit_told(c, w) for c in found.conflicts]),
    )
    return Prose(f"{told} {stretch_text(seen, w)}")


def stretch_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say how far paces and lists would have to give, and what the target then costs."""
    found = seen.certificate
    if found is None:
        return Prose("")
    told = []
    stretch = found.stretch
    if isfinite(stretch.pace):
        told.append(w.t("It would take every pace {n} times as high.", n=_up(stretch.pace, w)))
    else:
        told.append(w.t("No pace would do it alone."))
    if isfinite(stretch.pool):
        told.append(w.t("Every list {n} times as long would do it too.", n=_up(stretch.pool, w)))
    else:
        told.append(w.t("Longer lists alone would not do it."))
    if isfinite(stretch.both) and stretch.both < min(stretch.pace, inf) * 0.98:
        told.append(w.t("Paces and lists together: {n} times.", n=_up(stretch.both, w)))
    if found.stretched and found.stretched.cost:
        told.append(
            w.t(
                "Stretched so far, it would cost {range} ({share} of the draws of the levers then reach it).",
                range=w.range((found.stretched.cost[0], found.stretched.cost[2]), w.rupiah),
                share=w.percent(found.stretched.reachable),
            )
        )
    return Prose(" ".join(told))


def _up(factor: float, w: Words) -> str:
    return w.number(ceil(factor * 10 - 1e-9) / 10, 1)


def first_months_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say when the target first comes within reach, under either aim."""
    return Prose(" ".join(_first_told(seen.plan, found, w) for found in seen.first_months))


def _first_told(plan: Plan, found: FirstMonths, w: Words) -> str:
    aim = {"hit": N_("Counted in a month"), "hold": N_("Held through the next March")}[found.aim]
    fields = {
        "aim": w.t(aim),
        "target": w.share(plan.setting.futures.goal),
        "last": w.month(found.last),
        "draws": w.count(found.draws),
        "reach": w.count(len(found.months)),
    }
    if found.plan:
        told = w.t(
            "{aim}, {target} is first in reach in {month}, for {cost}.",
            month=w.month(found.plan.question.target_month),
            cost=w.rupiah(found.plan.cost),
            **fields,
        )
        if found.range and found.range.cost:
            low, _, high = found.range.cost
            told += " " + w.t("Range of the cost: {range}.", range=w.range((low, high), w.rupiah))
    elif found.months:
        told = w.t(
            "{aim}, {target} is in reach of no month up to {last} with the levers as stated; of {draws} draws from their ranges {reach} "
            "reach it, the first in {month}.",
            month=w.month(found.months[0]),
            **fields,
        )
    elif not found.draws:
        told = w.t(
            "{aim}, {target} is in reach of no month up to {last} with the levers as stated.",
            **fields,
        )
    else:
        told = w.t(
            "{aim}, {target} is in reach of no month up to {last}: not with the levers as stated, nor in any of {draws} draws from their ranges.",
            **fields,
        )
    if found.best and not found.plan:
        told += " " + w.t(
            "With every lever at its best at once: {month}, for {cost}.",
            month=w.month(found.best.question.target_month),
            cost=w.rupiah(found.best.cost),
        )
    return told


def protections_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say what the cheapest count buys beside protection that lasts."""
    hit, year = seen.protections["hit"], seen.protections["year"]
    if not hit.ledger.people_paid:
        return Prose("")
    first = hit.ledger
    told = w.t(
        "A contribution paid in October still counts in December and is gone by March. The cheapest way to be counted uses that: "
        "{cost} buys {months} months of cover for each person a budget pays, and of {counted} people counted in {month} {left} are left in {march}.",
        cost=w.rupiah(hit.cost),
        months=w.number(first.months_bought / first.people_paid, 1),
        counted=w.count(round(float(first.at(hit.question.target_month).sum()), -2)),
        month=w.month(hit.question.target_month),
        left=w.count(round(float(first.at(hit.march).sum()), -2)),
        march=w.month(hit.march),
    )
    if isfinite(hit.budget):
        then = w.t(
            "Twelve months each, for no more money, would count {people} people in {month}.",
            people=w.count(round(float(year.ledger.at(hit.question.target_month).sum()), -2)),
            month=w.month(hit.question.target_month),
        )
    else:
        then = w.t("Twelve months each would cost {year}.", year=w.rupiah(year.cost))
    return Prose(f"{told} {then}")


def prices_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say what one more point and one more month are worth, and which limit is worth most."""
    plan = seen.plan
    told = []
    if plan.outcome == "reachable" and not plan.furthest:
        told.append(w.t("One more point costs {price}.", price=w.rupiah(plan.price_of_point)))
        if seen.price_of_delay is None:
            told.append(w.t("Begun a month later, it is out of reach."))
        elif seen.price_of_delay >= 1:
            told.append(
                w.t(
                    "One more month of time saves {price}: that is what beginning a month later costs.",
                    price=w.rupiah(seen.price_of_delay),
                )
            )
        else:
            told.append(w.t("Beginning a month later costs nothing more."))
    if seen.binding:
        told.append(w.listed([_worth(plan, *pair, w) for pair in seen.binding[:MOST_NAMED]]) + ".")
    return Prose(" ".join(t[:1].upper() + t[1:] for t in told))


def _worth(plan: Plan, limit: Limit, worth: float, w: Words) -> str:
    levers = quoted(limit.levers, w)
    saves = plan.outcome == "reachable" and not plan.furthest
    if limit.kind == "budget":
        return w.t(
            "a million rupiah more brings {people} more people", people=w.number(worth * 1e6, 1)
        )
    if limit.kind == "pace":
        sentence = (
            N_("one person a month more by {levers} saves {price}")
            if saves
            else N_("one person a month more by {levers} brings {people} more people")
        )
    else:
        sentence = (
            N_("one person more in reach of {levers} saves {price}")
            if saves
            else N_("one person more in reach of {levers} brings {people} more people")
        )
    price = {"price": w.rupiah(worth)} if saves else {"people": w.number(worth, 1)}
    return w.t(sentence, levers=levers, **price)


def trust_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say how the plan holds on fresh paths and under other views."""
    plan, audit = seen.plan, seen.plan.audit
    told = [
        w.t(
            "On {paths} fresh paths {coverage} holds in {share} of 100 (standard error {se}).",
            paths=w.count(audit.paths),
            coverage=claim(audit.coverage, w),
            share=w.number(100 * audit.probability, 1),
            se=w.number(100 * audit.se, 1),
        )
    ]
    if audit.margin >= 1 and plan.outcome == "reachable":
        told.append(
            w.t("A margin of {people} people was added for it.", people=w.count(audit.margin))
        )
    views = [f"{check_name(name, w)}: {in_hundred(p, w)}" for name, p in seen.checks.items()]
    told.append(
        w.t(
            "The target itself, if the levers achieve what is assumed – {list}.",
            list="; ".join(views),
        )
    )
    return Prose(" ".join(told))


def check_name(name: str, w: Words) -> str:
    """Return what a planner calls a view or shock a plan is tried under."""
    return w.t(CHECKS[name]) if name in CHECKS else name


def levers_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say what the levers rest on, and what a plan leaves out."""
    return Prose(
        w.t(
            "All of this is “if achieved”: no lever here has a published result for {region}. Paces are those of other regions; a person on several lists "
            "counts once; whoever joins by a lever no longer joins in the ordinary way. Costs are contributions that budgets pay and the effort to enrol; "
            "what firms and members pay themselves is not in them. A plan treats people as divisible and arrears as free to settle.",
            region=seen.plan.question.region_name,
        )
    )
