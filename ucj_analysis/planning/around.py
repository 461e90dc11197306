"""What stands around a plan: other views, drawn levers, plans nearly as good, what more is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ucj_analysis.errors import bad
from ucj_analysis.planning.futures import holds, kept, shifted, under_reference_class
from ucj_analysis.planning.ledger import Ledger, write_ledger
from ucj_analysis.planning.levers import LONGEST_PLAN_MONTHS, Terms
from ucj_analysis.planning.plan import AIMS, DRAWS, Plan, set_up, settled, sought
from ucj_analysis.planning.programme import Limit, Programme
from ucj_analysis.projection import CHUNK

Array = npt.NDArray[np.float64]
#: How much dearer than the plan those nearly as good may be.
SLACK = 0.05
YEAR = 12
#: Budgets tried after none.
STEPS = 10


@dataclass(frozen=True)
class LeverRange:
    """What a plan gives when every lever is drawn from its ranges.

    `reachable` is the share of draws that reach the aim; `cost` (rupiah, of those) and
    `coverage` (the most reached, of all) are their 5%, 50% and 95% quantiles.
    """

    reachable: float
    cost: tuple[float, float, float] | None
    coverage: tuple[float, float, float]


def checks(plan: Plan) -> dict[str, float]:
    """Return the probability of the target under other views, with the plan if achieved.

    Keys: `reference_class`, `delivered` (levers drawn from their ranges), the region's other
    priors and the shipped shocks by name, `worse_half`.
    """
    setting = plan.setting
    return {
        "reference_class": under_reference_class(setting.futures, plan.planned, setting.rows),
        "delivered": _delivered(plan),
        **shifted(setting.futures, plan.planned, setting.rows),
    }


def _within(enrol: Array, terms: Terms) -> Array:
    """Return enrolments (steps, months) cut to the pace and the pool a draw leaves a lever."""
    months = enrol.shape[1]
    asked = np.maximum(enrol.sum(axis=0), 1e-9)
    cut = enrol * np.minimum(1.0, terms.paces(months) / asked)
    pool = sum(terms.pool) * (-(-months // YEAR) if terms.yearly else 1)
    begun = np.cumsum(cut.sum(axis=0))
    kept = np.diff(np.minimum(begun, pool), prepend=0.0)
    return np.asarray(cut * (kept / np.maximum(cut.sum(axis=0), 1e-9)))


def as_drawn(plan: Plan) -> list[Ledger]:
    """Return the plan as it would go for each draw of the levers: yields, paces, pools, lapse."""
    found = []
    before = plan.solution.people
    for drawn in plan.setting.drawn:
        levers = zip(plan.solution.enrol, plan.setting.menu.terms, drawn.terms, strict=True)
        enrol = np.array(
            [
                _within(people * told.planned_per_person / terms.planned_per_person, terms)
                for people, told, terms in levers
            ]
        )
        after = enrol.sum(axis=(1, 2))
        part = np.divide(after, before, out=np.zeros_like(after), where=before > 0)
        less = replace(plan.solution, enrol=enrol, stop=plan.solution.stop * part[:, None])
        found.append(write_ledger(drawn, less, plan.ledger.start, plan.setting.futures.months))
    return found


def _delivered(plan: Plan) -> float:
    """Return the probability where every lever delivers as drawn from its ranges."""
    setting = plan.setting
    drawn = np.array(
        [(book.counted * setting.programme.counts).sum(axis=0) for book in as_drawn(plan)]
    )
    paths = min(setting.question.paths, CHUNK)
    planned = drawn[np.arange(paths) % len(drawn)].T
    return holds(setting.futures.run(planned, paths=paths), setting.futures.goal, setting.rows)[0]


def lever_range(plan: Plan, which: int | None = None, factor: float = 1.0) -> LeverRange:
    """Return cost and coverage when every lever is drawn from its ranges.

    `which` (MORE_PACE, MORE_POOL or MORE_BOTH) is taken so many times as large in every draw.
    """
    asked = plan.need, plan.scale
    costs, beyond = [], []
    for programme in plan.setting.drawn_programmes:
        with programme.loosened(which, factor):
            beyond.append(programme.most_beyond(*asked, [plan.budget])[0])
            if beyond[-1] >= 0 and (cheapest := programme.least_cost(*asked, plan.budget)):
                costs.append(cheapest.cost)
    reached = plan.coverage_reached + (np.array(beyond) - plan.solution.beyond) / plan.base
    return LeverRange(len(costs) / DRAWS, _three(costs) if costs else None, _three(reached))


def _three(values: Sequence[float] | Array) -> tuple[float, float, float]:
    low, middle, high = (float(v) for v in np.quantile(values, [0.05, 0.5, 0.95]))
    return low, middle, high


@dataclass(frozen=True)
class Alternative:
    """What one lever may do in plans nearly as cheap, and what doing without it costs.

    People enrolled: in the plan, and the fewest and most of any plan within the slack. `without`
    is the cost of the cheapest plan without the lever, None where there is none.
    """

    lever: str
    people: float
    fewest: float
    most: float
    without: float | None


def alternatives(plan: Plan, slack: float = SLACK) -> list[Alternative]:
    """Return, for every lever, its room in the plans that cost at most `slack` more.

    Empty where the target is already met or cannot be reached.

    Notes
    -----
    Modelling to generate alternatives (Brill, Chang and Hopkins 1982), by lever.
    """
    if not 0 <= slack <= 10:
        raise bad("bad_slack", slack)
    if plan.outcome != "reachable" or plan.furthest:
        return []
    found = []
    programme, people = plan.setting.programme, plan.solution.people.tolist()
    asked = plan.need, plan.scale
    ceiling = min(plan.cost * (1 + slack), plan.budget)
    for i, terms in enumerate(plan.setting.menu.terms):
        room = programme.people_range(i, *asked, ceiling)
        without = programme.without(i, *asked, plan.budget)
        cost = without.cost if without else None
        found.append(Alternative(terms.name, people[i], *room, cost))
    return found


@dataclass(frozen=True)
class Protection:
    """What a plan pays for and what it leaves: rupiah, months bought, people counted then and in March.

    `people` are those whose contribution a budget pays.
    """

    plan: Plan
    cost: float
    people: float
    months: float
    then: float
    march: float


def protections(plan: Plan) -> dict[str, Protection]:
    """Return three ways to the same target, by how long they protect.

    `hit` counts people in the target month, by one paid month if need be (which lasts to the
    third unpaid one); `hold` keeps them through the next March; `year` pays for the people of
    `hit` twelve months each.
    """
    setting, question = plan.setting, plan.question

    def planned(aim: str) -> Plan:
        if aim == setting.aim:
            return plan
        asks = set_up(question, setting.probability, aim, setting.levers, None, setting.futures)
        return sought(asks, plan.budget, plan.furthest)

    too_far = plan.march - question.as_of > LONGEST_PLAN_MONTHS
    ways = {aim: _protection(planned(aim)) for aim in AIMS if not (aim == "hold" and too_far)}
    return ways | {"year": _year(ways["hit"])}


def _protection(plan: Plan) -> Protection:
    book = plan.ledger
    left = (float(book.whole_at(m)) for m in (plan.question.target_month, plan.march))
    return Protection(plan, plan.cost, book.people_paid, book.months_bought, *left)


def _year(hit: Protection) -> Protection:
    """Return the same people, each paid twelve months from enrolment: none is gone by March."""
    plan, book = hit.plan, hit.plan.ledger
    monthly = np.array([t.monthly for t in book.menu.terms])
    enrolled, paid = book.enrolled.sum(axis=1), book.paid.sum(axis=1)
    longer = np.maximum(YEAR * enrolled - paid, 0.0) * (monthly > 0)
    kept = np.where(monthly > 0, enrolled, book.at(plan.march)).sum()
    return replace(
        hit,
        cost=plan.cost + float(longer @ monthly),
        months=hit.months + float(longer.sum()),
        march=float(kept),
    )


@dataclass(frozen=True)
class Step:
    """A budget, and what it buys: coverage held with the probability asked, and the target's chance."""

    budget: float
    coverage: float
    probability: float


def frontier(plan: Plan, steps: int = STEPS) -> list[Step]:
    """Return what budgets from none to the whole plan's cost buy.

    Parameters
    ----------
    plan : Plan
        Its cost is the largest budget; where the target is reachable, half as much more is tried.
    steps : int
        Number of budgets after none.

    Returns
    -------
    list of Step
        Empty for a plan that costs nothing.
    """
    setting, dearest = plan.setting, plan.cost * (1.5 if plan.outcome == "reachable" else 1.0)
    if not dearest:
        return []
    found = []
    for budget in np.linspace(0, dearest, steps + 1).tolist():
        part = setting.programme.most(plan.need, plan.scale, budget)
        part = setting.programme.latest(part, plan.need, plan.scale)
        paths = setting.futures.run(setting.planned(part))
        reached = kept(paths, setting.rows, setting.probability)
        if plan.outcome == "unreachable":  # no part claims more than the whole, nor the whole less
            whole = budget == dearest
            reached = plan.coverage_reached if whole else min(reached, plan.coverage_reached)
        found.append(Step(budget, reached, holds(paths, setting.futures.goal, setting.rows)[0]))
    return found


@dataclass(frozen=True)
class Worth:
    """What a little more is worth, rupiah; None where the target is then out of reach.

    `point` is what the next point of coverage costs, `month` what one more month of time saves,
    `delay` what beginning a month later adds.
    """

    point: float | None
    month: float | None
    delay: float | None


def worth(plan: Plan) -> Worth | None:
    """Return what a point and a month are worth; None where the target is not just reached."""
    setting = plan.setting
    if plan.outcome != "reachable" or plan.furthest:
        return None
    asked = setting.programme

    def dearer(programme: Programme, need: Array) -> float | None:
        found = programme.least_cost(need, plan.scale, plan.budget)
        return found.cost - plan.cost if found else None

    later = replace(
        setting.menu, terms=tuple(replace(t, lead=t.lead + 1) for t in setting.menu.terms)
    )
    longer = setting.programme_of(setting.menu, asked.months + 1, [m + 1 for m in asked.aim])
    saved = dearer(longer, plan.need)
    return Worth(
        point=_next_point(plan),
        month=None if saved is None else -saved,
        delay=dearer(setting.programme_of(later, asked.months, asked.aim), plan.need),
    )


def _next_point(plan: Plan) -> float | None:
    """Return what a plan for one point more costs beyond this one: a whole plan of its own."""
    setting = plan.setting
    futures = setting.futures
    target = futures.goal + 0.01
    if target >= 1:
        return None
    status = futures.status
    higher = replace(status, target=replace(status.target, coverage=target))
    asks = replace(setting, futures=replace(futures, status=higher))
    more = settled(asks, plan.budget, margin=plan.audit.margin)
    return more.cost - plan.cost if more.outcome == "reachable" else None


def binding(plan: Plan) -> list[tuple[Limit, float]]:
    """Return the limits that bind, the dearest first, with what one unit more is worth.

    Rupiah saved where the target is reachable; people gained where it is not. A unit is one
    person a month of pace, one person of a pool; for a budget one rupiah.
    """
    found = [
        (limit, price / (1e6 if limit.kind == "budget" else 1))
        for limit, price in plan.solution.prices.items()
        if price > 1e-9 and limit.kind != "months"
    ]
    return sorted(found, key=lambda pair: -pair[1])
