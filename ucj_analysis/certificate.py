"""Why a target cannot be reached, and what would have to give: the limits, named and checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ucj_analysis.forecasting import Ensemble
from ucj_analysis.futures import Futures, look_ahead, missing, needed, scale_of
from ucj_analysis.levers import LONGEST_PLAN_MONTHS, Menu
from ucj_analysis.months import Month
from ucj_analysis.plan import (
    AIMS,
    Aim,
    LeverRange,
    Plan,
    Setting,
    drawn_menus,
    lever_range,
    next_march,
    set_up,
    sought,
)
from ucj_analysis.programme import MORE_BOTH, MORE_PACE, MORE_POOL, Limit, remaining

Array = npt.NDArray[np.float64]
#: Draws of all levers for the first month they reach; each is tried month by month.
FIRST_MONTH_DRAWS = 40
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

    `conflicts` cannot all be kept: dropping any one of them, and no other limit, makes the
    target reachable. Both they and `stretch` are of the plan's own need, margin included.
    """

    conflicts: tuple[Conflict, ...]
    stretch: Stretch


def certify(plan: Plan) -> Certificate | None:
    """Return why a plan falls short; None where it does not.

    Examples
    --------
    >>> from ucj_analysis.plan import least_cost_plan
    >>> from ucj_analysis.question import ask
    >>> certify(least_cost_plan(ask(paths=300))).stretch.pool
    inf
    """
    if plan.outcome != "unreachable":
        return None
    programme = plan.setting.programme
    asked = plan.need, plan.scale
    found = programme.conflict(*asked, plan.budget)
    factors = (
        programme.stretched(*asked, which, plan.budget)
        for which in (MORE_PACE, MORE_POOL, MORE_BOTH)
    )
    return Certificate(
        tuple(Conflict(limit, _size(plan, limit)) for limit in found), Stretch(*factors)
    )


def _size(plan: Plan, limit: Limit) -> float:
    """Return a limit's size as people speak of it: full pace a month, people of a pool, rupiah."""
    if limit.kind == "budget":
        return plan.budget
    terms = {t.name: t for t in plan.setting.menu.terms}
    if limit.kind == "pace":
        return terms[limit.levers[0]].pace
    if limit.kind == "months":
        return float(terms[limit.levers[0]].months[1])
    return float(plan.setting.programme.upper[list(limit.rows)].sum())


@dataclass(frozen=True)
class FirstMonths:
    """The first months in which an aim can be reached, up to the longest plan.

    `plan` is that of the levers as stated, None where no month is reachable. Of `draws` draws of
    all levers from their ranges, `months` holds the first month of those that reach the aim at
    all, in order, and `costs` what each costs, rupiah.
    """

    aim: Aim
    last: Month
    plan: Plan | None
    range: LeverRange | None
    draws: int
    months: tuple[Month, ...]
    costs: tuple[float, ...]


def first_months(plan: Plan) -> tuple[FirstMonths, ...]:
    """Return, for either aim, the first month in which the target can be reached.

    Months are tried in turn, for the levers as stated each as a plan of its own with margin and
    audit; for levers drawn from their ranges by the programme alone.
    """
    setting = plan.setting
    futures = look_ahead(setting.question, LONGEST_PLAN_MONTHS)
    paths = _crowded(futures, setting.probability)
    drawn = drawn_menus(setting, FIRST_MONTH_DRAWS)
    found = []
    for aim in AIMS:
        needs = _Needs(futures, paths, aim, setting.probability)
        own = _first_plan(setting, needs, plan.budget)
        each = [f for one in drawn if (f := _first_of(setting, one, needs, plan.budget))]
        found.append(
            FirstMonths(
                aim,
                setting.question.as_of + LONGEST_PLAN_MONTHS,
                own,
                lever_range(own) if own else None,
                len(drawn),
                tuple(sorted(month for month, _ in each)),
                tuple(sorted(cost for _, cost in each)),
            )
        )
    return tuple(found)


def _crowded(futures: Futures, probability: float) -> Ensemble:
    """Return paths on which a plan that closes the gap steadily takes up the uncovered."""
    alone = futures.run()
    rows = range(futures.months)
    lacking = missing(alone, futures.goal, rows)
    gap = np.maximum(
        [needed(row[None, :], alone.weights, np.ones(1), probability)[0] for row in lacking], 0
    )
    steadily = np.minimum(np.arange(1, futures.months + 1) / STEADY_MONTHS, 1.0)
    planned = gap * steadily
    paths = futures.run(planned)
    return replace(paths, coverage=paths.coverage - planned[:, None] / paths.base)


class _Needs:
    """The people a plan must add, by first month of the aim."""

    def __init__(self, futures: Futures, paths: Ensemble, aim: Aim, probability: float) -> None:
        self.question, self.aim = futures.question, aim
        self._asked: dict[int, tuple[range, Array, Array]] = {}
        for months in range(1, futures.months + 1):
            last = months if aim == "hit" else self._march(months)
            if last > futures.months:
                break
            rows = range(months - 1, last)
            scale = scale_of(paths, rows, months - 1)
            lacking = missing(paths, futures.goal, rows)
            self._asked[months] = rows, needed(lacking, paths.weights, scale, probability), scale

    def _march(self, months: int) -> int:
        return next_march(self.question.as_of + months) - self.question.as_of

    def within(self, menu: Menu) -> Iterator[tuple[int, range, Array, Array]]:
        """Yield the months, with rows, need and scale, whose need is not beyond any plan."""
        reach = _at_most(menu, LONGEST_PLAN_MONTHS)
        for months, (rows, need, scale) in self._asked.items():
            if (need <= reach[rows.start : rows.stop]).all():
                yield months, rows, need, scale


def _first_plan(setting: Setting, needs: _Needs, budget: float) -> Plan | None:
    """Return the first plan of its own month that reaches the target."""
    question = setting.question
    for months, *_ in needs.within(setting.menu):
        month = question.as_of + months
        asked = replace(question, target=setting.futures.goal, target_month=month)
        own = sought(set_up(asked, setting.probability, needs.aim, setting.levers), budget)
        if own.outcome != "unreachable":
            return own
    return None


def _first_of(
    setting: Setting, menu: Menu, needs: _Needs, budget: float
) -> tuple[Month, float] | None:
    """Return the first month some levers reach the target in, and at what cost."""
    for months, rows, need, scale in needs.within(menu):
        programme = setting.programme_of(menu, rows.stop, range(months, rows.stop + 1))
        found = programme.least_cost(need, scale, budget)
        if found:
            return setting.question.as_of + months, found.cost
    return None


def _at_most(menu: Menu, months: int) -> Array:
    """Return people that no plan can exceed by a month, lists taken as if nobody stood on two."""
    total = np.zeros(months)
    for terms in menu.terms:
        pace = np.array([terms.pace_in(s) for s in range(1, months + 1)])
        least, most = terms.months
        stays = remaining(terms, np.arange(months) - (most if least < most else least))
        years = np.arange(months) // 12 + 1 if terms.yearly else np.ones(months)
        for k in range(months):
            latest = np.minimum(np.cumsum(pace[k::-1]), sum(terms.pool) * years[k])
            total[k] += np.diff(latest, prepend=0.0) @ stays[: k + 1]
    return total
