"""Why a target cannot be reached, and what would have to give: the limits, named and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import isfinite, isinf

import numpy as np
import numpy.typing as npt

from ucj_analysis.contributions import construction_rates
from ucj_analysis.forecasting import Ensemble
from ucj_analysis.months import Month
from ucj_analysis.planning.around import LeverRange, binding, lever_range
from ucj_analysis.planning.futures import Futures, missing, needed, scale_of
from ucj_analysis.planning.levers import LONGEST_PLAN_MONTHS, Menu, favourable
from ucj_analysis.planning.plan import AIMS, Aim, Plan, Setting, next_march, set_up, settled, sought
from ucj_analysis.planning.programme import MORE_BOTH, MORE_PACE, MORE_POOL, Limit, remaining
from ucj_analysis.projection import weighted_quantiles

Array = npt.NDArray[np.float64]
Asked = tuple[int, range, Array, Array]
#: By how much a screened need may overstate the need of a plan made for the month.
DOUBT = 0.03
#: Paths on which months are screened, and levers at their best are tried.
SCREENING_PATHS = 4_000
#: Beyond the least stretch, so that rounding does not undo it.
SLIGHTLY = 1.002
#: Times a stretch is tried again with the need of the plan it allows.
STRETCHES = 8
#: Months over which a plan is taken to close the gap, where no plan is at hand yet.
STEADY_MONTHS = 24


@dataclass(frozen=True)
class Stretch:
    """The least factor on all paces, on all pools, or on both, that reaches the aim; or infinity."""

    pace: float
    pool: float
    both: float


@dataclass(frozen=True)
class Conflict:
    """A limit of the set that stops a plan, and its size: people a month, people, or rupiah."""

    limit: Limit
    size: float


@dataclass(frozen=True)
class Certificate:
    """Why the target cannot be reached in its month under the limits assumed.

    `conflicts` alone stop it: whatever else is relaxed, one of them must give; and none of them
    could be left out of that sentence. They are of the plan's own need, margin included, and
    allow `allowed` people in the month that asks for most. `money_would_do` tells whether the
    target is in reach of money without limit. `stretch` is enough for the people a plan so
    stretched must add; `stretched` is what the target then costs, with paces (or paces and pools, where paces alone
    do not do) stretched that far.
    """

    conflicts: tuple[Conflict, ...]
    allowed: float
    money_would_do: bool
    stretch: Stretch
    stretched: LeverRange | None


def certify(plan: Plan) -> Certificate | None:
    """Return why a plan falls short; None where it does not.

    Examples
    --------
    >>> from ucj_analysis.planning.plan import least_cost_plan
    >>> from ucj_analysis.question import ask
    >>> certify(least_cost_plan(ask(paths=300))).stretch.pool
    inf
    """
    if plan.outcome != "unreachable":
        return None
    programme = plan.setting.programme
    asked = plan.need, plan.scale
    # where money without limit would not do either, the other limits are what stops it
    money = plan.budget if programme.reachable(*asked, np.inf) else np.inf
    found = programme.conflict(*asked, money, [limit for limit, _ in binding(plan)])
    (pace, of_pace), (pool, _), (both, of_both) = (
        _enough(plan, which, money, programme.stretched(*asked, which, money))
        for which in (MORE_PACE, MORE_POOL, MORE_BOTH)
    )
    which, reaching = (MORE_BOTH, of_both) if isinf(pace) else (MORE_PACE, of_pace)
    return Certificate(
        tuple(Conflict(limit, _size(plan, limit)) for limit in found),
        float((plan.need + programme.allowed(*asked, money, found) * plan.scale).max()),
        isfinite(money),
        Stretch(pace, pool, both),
        lever_range(reaching, which, both if isinf(pace) else pace) if reaching else None,
    )


def _enough(plan: Plan, which: int, money: float, factor: float) -> tuple[float, Plan | None]:
    """Return the stretch that is enough for the people a plan so stretched must add, and that plan.

    A plan that reaches the target leaves fewer to join than one that falls short: its need is
    larger, and the stretch with it.
    """
    setting = plan.setting
    for _ in range(STRETCHES):
        if isinf(factor):
            return factor, None
        with setting.programme.loosened(which, factor * SLIGHTLY):
            own = settled(setting, money)
        if own.outcome != "unreachable":
            return factor * SLIGHTLY, own
        factor = setting.programme.stretched(own.need, own.scale, which, money)
    return factor, None


def _size(plan: Plan, limit: Limit) -> float:
    """Return a limit's size as people speak of it: full pace a month, people of a pool, rupiah."""
    if limit.kind == "budget":
        return plan.budget
    if limit.kind in ("pace", "months"):
        terms = next(t for t in plan.setting.menu.terms if t.name == limit.levers[0])
        return terms.pace if limit.kind == "pace" else float(terms.months[1])
    return float(plan.setting.programme.upper[list(limit.rows)].sum())


@dataclass(frozen=True)
class FirstMonths:
    """The first months in which an aim can be reached, up to the longest plan.

    `plan` is that of the levers as stated, `best` that of all levers at their most favourable
    end; None where no month is reachable. Of `draws` draws of all levers from their ranges,
    `months` holds the first month of those that reach the aim at all, and `costs` what they
    cost, rupiah; both in order.
    """

    aim: Aim
    last: Month
    plan: Plan | None
    range: LeverRange | None
    best: Plan | None
    draws: int
    months: tuple[Month, ...]
    costs: tuple[float, ...]


def first_months(plan: Plan) -> tuple[FirstMonths, ...]:
    """Return, for either aim, the first month in which the target can be reached.

    Months are tried in turn, for the levers as stated each as a plan of its own with margin and
    audit, for levers at their best without an audit, for levers drawn from their ranges by the
    programme alone.
    """
    setting = plan.setting
    futures = replace(setting.futures, months=LONGEST_PLAN_MONTHS)
    paths = _crowded(futures, setting.probability)
    # a budget binds in the programme alone: month by month that is too dear for every draw
    drawn = setting.drawn if isinf(plan.budget) else ()
    most = favourable(setting.levers, construction_rates(setting.question.data))
    reaches = [_at_most(one, futures.months) for one in drawn]
    found, some = [], min(setting.question.paths, SCREENING_PATHS)
    last = setting.question.as_of + LONGEST_PLAN_MONTHS
    for aim in AIMS:
        needs = _Needs(futures, paths, aim, setting.probability)
        own = _first_plan(setting, needs, setting.menu, plan.budget, sought, setting.question.paths)
        each = [
            first
            for one, reach in zip(drawn, reaches, strict=True)
            if (first := _first_of(setting, one, needs.within(reach), plan.budget))
        ]
        best = _first_plan(setting, needs, most, plan.budget, settled, some)
        months = tuple(sorted(month for month, _ in each))
        costs = tuple(sorted(cost for _, cost in each))
        spread = lever_range(own) if own else None
        found.append(FirstMonths(aim, last, own, spread, best, len(drawn), months, costs))
    return tuple(found)


def _crowded(futures: Futures, probability: float) -> Ensemble:
    """Return paths on which a plan that closes the gap steadily takes up the uncovered."""
    some = min(futures.question.paths, SCREENING_PATHS)
    alone = futures.run(paths=some)
    rows = range(futures.months)
    lacking = missing(alone, futures.goal, rows)
    gap = np.maximum(weighted_quantiles(lacking, alone.weights, [probability])[:, 0], 0)
    steadily = np.minimum(np.arange(1, futures.months + 1) / STEADY_MONTHS, 1.0)
    planned = gap * steadily
    paths = futures.run(planned, paths=some)
    return replace(paths, coverage=paths.coverage - planned[:, None] / paths.base)


class _Needs:
    """The people a plan must add, by first month of the aim."""

    def __init__(self, futures: Futures, paths: Ensemble, aim: Aim, probability: float) -> None:
        self.question, self.aim = futures.question, aim
        self._asked: dict[int, tuple[range, Array, Array]] = {}
        whole = range(futures.months)
        lacking = missing(paths, futures.goal, whole)
        alone = weighted_quantiles(lacking, paths.weights, [probability])[:, 0]
        for months in range(1, futures.months + 1):
            month = self.question.as_of + months
            last = months if aim == "hit" else next_march(month) - self.question.as_of
            if last > futures.months:
                break
            rows = range(months - 1, last)
            scale = scale_of(paths, rows, months - 1)
            need = needed(lacking[rows], paths.weights, scale, probability, alone[rows])
            self._asked[months] = rows, need, scale

    def within(self, reach: Array) -> Iterator[Asked]:
        """Yield the months, with rows, need and scale, whose need is not beyond any plan."""
        for months, (rows, need, scale) in self._asked.items():
            if (need - DOUBT * np.abs(need) <= reach[rows.start : rows.stop]).all():
                yield months, rows, need, scale


def _first_plan(
    setting: Setting,
    needs: _Needs,
    menu: Menu,
    budget: float,
    make: Callable[[Setting, float], Plan],
    paths: int,
) -> Plan | None:
    """Return the first plan of its own month that reaches the target."""
    question = setting.question
    reach = np.minimum(_at_most(menu, LONGEST_PLAN_MONTHS), _affordable(menu, budget))
    for months, rows, need, scale in needs.within(reach):
        programme = setting.programme_of(menu, rows.stop, range(months, rows.stop + 1))
        if programme.least_cost(need - DOUBT * np.abs(need), scale, budget) is None:
            continue
        month = question.as_of + months
        asked = replace(question, target=setting.futures.goal, target_month=month, paths=paths)
        status = replace(setting.futures.status, question=asked)
        futures = replace(setting.futures, status=status)
        asks = set_up(asked, setting.probability, needs.aim, setting.levers, menu, futures)
        own = make(asks, budget)
        if own.outcome != "unreachable":
            return own
    return None


def _first_of(
    setting: Setting, menu: Menu, asked: Iterator[Asked], budget: float
) -> tuple[Month, float] | None:
    """Return the first month some levers reach the target in, and at what cost."""
    for months, rows, need, scale in asked:
        programme = setting.programme_of(menu, rows.stop, range(months, rows.stop + 1))
        found = programme.least_cost(need, scale, budget)
        if found:
            return setting.question.as_of + months, found.cost
    return None


def _affordable(menu: Menu, budget: float) -> float:
    """Return people that no plan can exceed with a budget: the cheapest first, fewest months."""
    offers = sorted(
        (once + t.monthly * t.months[0], people * (LONGEST_PLAN_MONTHS // 12 if t.yearly else 1))
        for t in menu.terms
        for once, people in zip(t.one_off, t.pool, strict=True)
    )
    people, left = 0.0, budget
    for price, pool in offers:
        taken = min(pool, left / price) if price else pool
        people, left = people + taken, left - taken * price
    return people


def _at_most(menu: Menu, months: int) -> Array:
    """Return people that no plan can exceed by a month, lists taken as if nobody stood on two."""
    total, month = np.zeros(months), np.arange(months)
    earlier = month[:, None] - month[None, :]  # row: a month; column: months back from it
    for terms in menu.terms:
        begun = np.concatenate([[0.0], np.cumsum(terms.paces(months))])
        pool = sum(terms.pool) * (month // 12 + 1 if terms.yearly else np.ones(months))
        latest = begun[month + 1][:, None] - begun[np.maximum(earlier, 0)]
        joined = np.diff(np.minimum(latest, pool[:, None]), axis=1, prepend=0.0)
        total += joined @ remaining(terms, month - terms.months[1])
    return total
