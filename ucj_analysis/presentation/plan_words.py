"""The sentences of plans: what it takes, why not, what it is worth, how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, isfinite

from ucj_analysis.forecasting import BASELINE
from ucj_analysis.months import Month
from ucj_analysis.planning.around import LeverRange
from ucj_analysis.planning.certificate import Conflict, FirstMonths
from ucj_analysis.planning.futures import SHOCKS
from ucj_analysis.planning.ledger import LEAST_SHOWN
from ucj_analysis.planning.levers import LONGEST_PLAN_MONTHS, lever_file, lines_to_fill_in
from ucj_analysis.planning.plan import DRAWS, Plan
from ucj_analysis.planning.programme import Limit
from ucj_analysis.planning.what_it_takes import WhatItTakes
from ucj_analysis.presentation.display import Answer, Prose
from ucj_analysis.presentation.language import N_, Words, in_hundreds
from ucj_analysis.presentation.names import CHECKS
from ucj_analysis.presentation.outlook_words import (
    borrowed_text,
    event_told,
    in_hundred,
    spring_text,
)
from ucj_analysis.question import Question
from ucj_analysis.scenario import Cohort, Drive, added_events
from ucj_analysis.scenario_files import load_scenario

AIMS: dict[str, str] = {
    "hit": N_("counted in {month}"),
    "hold": N_("held from {month} through {march}"),
    "year": N_("the same people, twelve months each"),
}
#: Ranges of a lever that tell how many people it brings.
BRINGING = ("pool", "workers", "people_per_unit", "pace", "yields")
#: Limits worth naming in a sentence; the table has them all.
MOST_NAMED = 3


def aim_told(plan: Plan, name: str, w: Words) -> str:
    """Say what an aim means for this plan's months."""
    return w.t(AIMS[name], month=w.month(plan.question.target_month), march=w.month(plan.march))


def plan_answer(seen: WhatItTakes, w: Words) -> Answer:
    """Say what it takes, in a sentence or two; a scenario is named first."""
    plan = seen.plan
    fields = {
        "region": plan.question.region_name,
        "target": w.share(plan.setting.futures.goal),
        "aim": aim_told(plan, plan.setting.aim, w),
        "chance": in_hundred(plan.setting.probability, w),
        "cost": w.rupiah(plan.cost),
        "budget": w.rupiah(plan.budget) if isfinite(plan.budget) else "",
        "reached": claim(plan.coverage_reached, w),
        "without": claim(plan.coverage_without, w),
        "people": w.count(plan.ledger.whole_enrolled),
    }
    if plan.furthest:
        told = N_(
            "{region}: coverage, {aim}, comes to {reached} for {cost}, with a chance of {chance} in the stock-flow view, if the levers achieve "
            "what their middle values say; without them to {without}. The target is {target}."
        )
        if isfinite(plan.budget) and not plan.ledger.whole_enrolled:
            told = N_(
                "{region}: {budget} pays for nobody by these levers: coverage, {aim}, stays at {without}, with a chance of {chance} in the stock-flow view. "
                "The target is {target}."
            )
    elif plan.outcome == "already_met":
        told = N_(
            "{region}: {target}, {aim}, needs no lever: in the stock-flow view it comes about with a chance of {chance} or more."
        )
    elif plan.outcome == "reachable":
        told = N_(
            "{region}: {target}, {aim}, is reached for {cost}, with a chance of {chance} in the stock-flow view, if the levers achieve what their "
            "middle values say: {people} people enrolled."
        )
    elif isfinite(plan.budget):
        told = N_("{region}: {target}, {aim}, is out of reach for {budget}.")
    else:
        told = N_("{region}: {target}, {aim}, is out of reach of the levers known.")
    spring = spring_text([*plan.aim_months], w) if plan.setting.aim == "hold" else ""
    told = Prose.of(w.t(told, **fields), _range_told(seen, w), spring)
    if plan.question.scenario != BASELINE:
        title = w.label(plan.setting.futures.scenario.header.title)
        told = w.t("If “{scenario}”: {answer}", scenario=title, answer=told)
    return Answer(" ".join([told, _others_told(plan, w)]).strip())


def _others_told(plan: Plan, w: Words) -> str:
    """Say whom the scenario enrols by itself, which are taken to be others than the plan's, and whose people it counts."""
    question, scenario = plan.question, plan.setting.futures.scenario
    baseline = load_scenario(BASELINE, question.data)
    added = added_events(baseline, scenario, question.region)
    enrolling = [event for event in added if isinstance(event, Cohort | Drive)]
    borrowed = borrowed_text(added, question, w)
    if not enrolling:
        return borrowed
    told = w.t(
        "The scenario enrols people by itself: {list}. The plan counts them apart from its own; where they are the same people, take them out of the scenario.",
        list=w.listed([event_told(event, w) for event in enrolling]),
    )
    return f"{told} {borrowed}".strip()


def no_plan_text(question: Question, w: Words) -> Prose:
    """Say why there is no plan: no levers stated, an example not filled in, or a month out of any plan's sight."""
    file = lever_file(question.region, question.data)
    told = N_(
        "What it would take cannot be told: no levers are stated for {region}. State them in {file} of the data folder."
    )
    if lines_to_fill_in(file):
        told = N_(
            "What it would take cannot be told: {file} of the data folder still holds the example's values. Fill in what {region} can do."
        )
    elif file.is_file():
        told = N_("A plan is made for target months up to {n} months ahead.")
    name = file.relative_to(question.data).as_posix()
    return Prose(w.t(told, region=question.region_name, file=name, n=LONGEST_PLAN_MONTHS))


def _range_told(seen: WhatItTakes, w: Words) -> str:
    plan = seen.plan
    if plan.furthest:
        return ""
    if plan.outcome == "unreachable":
        low, middle, high = seen.range.coverage
        odds = N_("both with a chance of {chance} in the stock-flow view")
        if plan.setting.probability > 0.5:
            odds = N_("both with a chance of {chance} in the stock-flow view, so below the middle value of that view")
        told = w.t(
            "The levers bring coverage to {reached} for {cost} if they achieve what their middle values say, from {without} without them "
            "({odds}). Drawn from their ranges they bring it to {range}, middle {middle}.",
            reached=claim(plan.coverage_reached, w),
            odds=w.t(odds, chance=in_hundred(plan.setting.probability, w)),
            cost=w.rupiah(plan.cost),
            without=claim(plan.coverage_without, w),
            range=w.range((low, high), lambda v: w.percent(v, 1)),
            middle=w.percent(middle, 1),
        )
        if middle > plan.coverage_reached and _ranges_lean_up(plan):
            told += " " + w.t(
                "That middle is higher because more of the ranges (of people in reach, pace and result of each lever) reach further up from their middle value than down."
            )
        return told
    if plan.outcome == "reachable" and seen.range.cost:
        return w.t(
            "Of {draws} draws of the levers from their ranges {reach} reach it, for {range}.",
            **_draws_told(seen.range, w),
            range=w.range(seen.range.cost[::2], w.rupiah),
        )
    return ""


def _draws_told(found: LeverRange, w: Words) -> dict[str, str]:
    """Return how many draws of the levers were made and how many reach the aim: counts, as a share may be all."""
    return {"draws": w.count(DRAWS), "reach": w.count(found.reachable * DRAWS)}


def _ranges_lean_up(plan: Plan) -> bool:
    """Tell whether more of the ranges that bring people reach further up from their middle value than down."""
    stated = [getattr(lever, name) for lever in plan.setting.levers.levers for name in BRINGING]
    lean = [(one.high - one.central) - (one.central - one.low) for one in stated if one is not None]
    return bool(sum(one > 0 for one in lean) > sum(one < 0 for one in lean))


def claim(coverage: float, w: Words) -> str:
    """Round a claim of coverage down to a tenth of a per cent: no claim beyond what was found."""
    return w.percent(floor(coverage * 1000 + 0.05) / 1000, 1)


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
    return Prose.of(conflict_text(seen, w), stretch_text(seen, w))


def conflict_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say that money alone would not do, which limits stop it, and what they allow."""
    found, plan = seen.certificate, seen.plan
    if found is None or not found.conflicts:
        return Prose("")
    money = ""
    if isfinite(plan.budget) and not found.money_would_do:
        money = w.t("Money without limit would not do it either.")
    worst = plan.aim_months[int(plan.need.argmax())]
    told = w.t(
        "What stops it: {list}. Together these let {allowed} people be counted in {month}; {needed} are needed beyond those who come anyway. "
        "Whatever else is relaxed, something in this list has to give.",
        list="; ".join(limit_told(c, w) for c in found.conflicts),
        allowed=w.count(_allowed_told(plan, found.allowed, worst)),
        needed=w.count(in_hundreds(float(plan.need.max()))),
        month=w.month(worst),
    )
    return Prose.of(money, told)


def _allowed_told(plan: Plan, allowed: float, month: Month) -> float:
    """Return the people the limits allow, where the plan has as many as its tables add them up."""
    same = abs(allowed - plan.ledger.at(month).sum()) < LEAST_SHOWN
    return plan.ledger.whole_at(month) if same else allowed


def stretch_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say how far paces and lists would have to give, and what the target then costs."""
    found = seen.certificate
    if found is None:
        return Prose("")
    stretch = found.stretch
    told = [
        w.t("Every pace {n} times as high would be enough.", n=_up(stretch.pace, w))
        if isfinite(stretch.pace)
        else w.t("Raising paces alone is not enough, however high."),
        w.t("Lists {n} times as long would be enough.", n=_up(stretch.pool, w))
        if isfinite(stretch.pool)
        else w.t("Longer lists alone are not enough."),
    ]
    if isfinite(stretch.both) and stretch.both < stretch.pace * 0.98:
        told.append(w.t("Raised together, paces and lists need to be {n} times what they are.", n=_up(stretch.both, w)))
    if found.stretched and found.stretched.cost:
        pools = not isfinite(stretch.pace)
        told.append(
            w.t(
                "With {what} {n} times as high it would cost {range} if budgets pay for few months only; {reach} of {draws} draws from the levers' ranges reach it then.",
                what=w.t("paces and lists") if pools else w.t("every pace"),
                n=_up(stretch.both if pools else stretch.pace, w),
                range=w.range(found.stretched.cost[::2], w.rupiah),
                **_draws_told(found.stretched, w),
            )
        )
    return Prose.of(*told)


def _up(factor: float, w: Words) -> str:
    return w.number(ceil(factor * 10 - 1e-9) / 10, 1)


def first_months_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say when the target first comes within reach, under either aim."""
    return Prose.of(*(_first_told(seen.plan, found, w) for found in seen.first_months))


def _first_told(plan: Plan, found: FirstMonths, w: Words) -> str:
    aim = {
        "hit": N_("To be counted in one month"),
        "hold": N_("To hold it through the next March"),
    }[found.aim]
    money = w.t("for {budget}", budget=w.rupiah(plan.budget)) if isfinite(plan.budget) else ""
    fields = {
        "aim": " ".join([w.t(aim), money]).strip(),
        "target": w.share(plan.setting.futures.goal),
        "last": w.month(found.last),
        "draws": w.count(found.draws),
        "reach": w.count(len(found.months)),
    }
    if found.plan:
        told = w.t(
            "{aim}, {target} first comes within reach in {month}: {cost}.",
            month=w.month(found.plan.question.target_month),
            cost=w.rupiah(found.plan.cost),
            **fields,
        )
        if found.range and found.range.cost:
            ends = w.range(found.range.cost[::2], w.rupiah)
            told += " " + w.t("Range of the cost: {range}.", range=ends)
        return told
    told = w.t("{aim}, no month up to {last} is in reach.", **fields)
    if found.months:
        told += " " + w.t(
            "Of {draws} draws from the levers' ranges {reach} reach it, the first in {month}.",
            month=w.month(found.months[0]),
            **fields,
        )
    elif found.draws:
        nor = w.t("Nor does any of {draws} draws from the levers' ranges reach it.", **fields)
        told += " " + nor
    if found.best:
        told += " " + w.t(
            "With every lever at its best at once: {month}, {cost}.",
            month=w.month(found.best.question.target_month),
            cost=w.rupiah(found.best.cost),
        )
    return told


def needed_text(seen: WhatItTakes, w: Words) -> str:
    """Say how many people a plan must add, and why that is not the gap of today."""
    plan = seen.plan
    needed = float(plan.need.max())
    if needed <= 0:
        return ""
    return w.t(
        "A plan must add {needed} people to those who come and go anyway, to reach the target with a chance of {chance}; the plain gap of {gap} is counted on today's base.",
        needed=w.count(in_hundreds(needed)),
        chance=in_hundred(plan.setting.probability, w),
        gap=w.count(plan.setting.futures.status.net_needed),
    )


def protections_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say what the cheapest count buys beside protection that lasts."""
    hit, year = seen.protections["hit"], seen.protections["year"]
    if hit.people < 1:
        return Prose("")
    told = w.t(
        "Whoever was paid for counts two months more: paid in October, counted in December, gone by March. To be counted in {month} at least cost, "
        "{cost}, effort included, buys {months} months of cover for each of {people} people a budget pays, and of {counted} people counted then {left} are left in {march}. "
        "The same people for twelve months each: {year}.",
        cost=w.rupiah(hit.cost),
        months=w.number(hit.months / hit.people, 1),
        people=w.count(hit.people),
        counted=w.count(hit.then),
        month=w.month(hit.plan.question.target_month),
        left=w.count(hit.march),
        march=w.month(hit.plan.march),
        year=w.rupiah(year.cost),
    )
    return Prose.of(needed_text(seen, w), told)


def prices_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say what one more point and one more month are worth, and which limit is worth most."""
    plan, told, found = seen.plan, [], seen.worth
    if found:
        point, month, delay = found.point, found.month, found.delay
        if point is None:
            told.append(w.t("The next point is out of reach."))
        else:
            told.append(w.t("The next point costs {price} more.", price=w.rupiah(point)))
        if month is not None and month >= 1:
            told.append(w.t("One more month of time would save {price}.", price=w.rupiah(month)))
        if delay is None:
            told.append(w.t("Begun a month later, it is out of reach."))
        elif delay >= 1:
            told.append(w.t("Begun a month later, it costs {price} more.", price=w.rupiah(delay)))
        else:
            told.append(w.t("Begun a month later, it costs no more."))
    telling = [pair for pair in seen.binding if not _goes_without_saying(plan, *pair)]
    if telling:
        told.append(w.listed([_worth(plan, *pair, w) for pair in telling[:MOST_NAMED]]) + ".")
    return Prose.of(*(t[:1].upper() + t[1:] for t in told))


def _seeks_people(plan: Plan) -> bool:
    """Tell whether more of a limit is worth people, not rupiah."""
    return plan.outcome != "reachable" or plan.furthest


def _goes_without_saying(plan: Plan, limit: Limit, worth: float) -> bool:
    """Tell whether one person more just brings one person more, or none that a table shows."""
    return _seeks_people(plan) and limit.kind != "budget" and round(worth, 1) in (0.0, 1.0)


def _worth(plan: Plan, limit: Limit, worth: float, w: Words) -> str:
    levers = quoted(limit.levers, w)
    saves = not _seeks_people(plan)
    if limit.kind == "budget":
        return w.t(
            "a million rupiah more brings {people} more people", people=w.number(worth * 1e6, 1)
        )
    sentence = {
        (True, True): N_("one person a month more by {levers} saves {price}"),
        (True, False): N_("one person a month more by {levers} brings {people} more people"),
        (False, True): N_("one person more in reach of {levers} saves {price}"),
        (False, False): N_("one person more in reach of {levers} brings {people} more people"),
    }[limit.kind == "pace", saves]
    price = {"price": w.rupiah(worth)} if saves else {"people": w.number(worth, 1)}
    return w.t(sentence, levers=levers, **price)


def trust_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say how the plan holds on fresh paths and under other views."""
    plan, audit = seen.plan, seen.plan.audit
    told = [
        w.t(
            "On {paths} fresh paths {coverage} comes about in {share} of 100 (standard error {se}).",
            paths=w.count(audit.paths),
            coverage=claim(audit.coverage, w),
            share=w.number(100 * audit.probability, 1),
            se=w.number(100 * audit.se, 1),
        )
    ]
    if audit.margin >= 1 and plan.outcome == "reachable":
        margin = w.count(audit.margin)
        told.append(w.t("A margin of {people} people was added for it.", people=margin))
    if plan.outcome != "unreachable":
        views = [f"{check_name(name, w)}: {in_hundred(p, w)}" for name, p in seen.checks.items()]
        told.append(w.t("Under other views – {list}.", list="; ".join(views)))
        told.append(_shocks_borrowed(seen, w))
    return Prose.of(*told)


def _shocks_borrowed(seen: WhatItTakes, w: Words) -> str:
    """Say whose people the shipped shocks count that a plan is tried under; empty where its region's."""
    question = seen.plan.question
    tried = [load_scenario(name, question.data) for name in SHOCKS if name in seen.checks]
    events = [event for shock in tried for event in shock.for_region(question.region).events]
    return borrowed_text(events, question, w)


def outside_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say what the plan comes to by what other regions did."""
    return Prose(
        w.t(
            "By what other regions did, the plan's people on top, the target comes about with a chance of {chance}.",
            chance=in_hundred(seen.outside, w),
        )
    )


def check_name(name: str, w: Words) -> str:
    """Return what a planner calls a view or shock a plan is tried under."""
    return w.t(CHECKS[name]) if name in CHECKS else name


def levers_text(seen: WhatItTakes, w: Words) -> Prose:
    """Say what the levers rest on, and what a plan leaves out."""
    status = seen.plan.setting.futures.status
    return Prose(
        w.t(
            "All of this is “if achieved”: paces and results are as stated for each lever, with a source or as an assumption. What rests on pages published after "
            "{known_by} stands as an assumption: a plan may use it, a forecast may not. A person on several lists counts once; whoever joins by a lever no "
            "longer joins in the ordinary way. Costs are contributions that budgets pay and the effort to enrol, not what firms and members pay themselves.",
            known_by=w.day(status.known_by),
        )
    )
