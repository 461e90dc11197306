"""What it would take: the least money for a target, or the best coverage for a budget.

A plan is right if its levers deliver ("if achieved"). The probability is that of the futures:
the plan's people stand on top of simulated paths, fewer are left to join in the ordinary way,
and the margin is raised until the aim holds on paths it was not made on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from ucj_analysis.contributions import construction_rates
from ucj_analysis.errors import bad, nearest
from ucj_analysis.forecasting import Ensemble
from ucj_analysis.months import Month
from ucj_analysis.planning.futures import (
    Futures,
    holds,
    kept,
    look_ahead,
    missing,
    needed,
    scale_of,
)
from ucj_analysis.planning.ledger import Ledger, write_ledger
from ucj_analysis.planning.levers import (
    LONGEST_PLAN_MONTHS,
    Levers,
    Menu,
    are_stated,
    load_levers,
    menu,
)
from ucj_analysis.planning.programme import Programme, Solution
from ucj_analysis.projection import weighted_quantiles
from ucj_analysis.question import Question
from ucj_analysis.streams import stream

Array = npt.NDArray[np.float64]
Aim = Literal["hit", "hold"]
Outcome = Literal["already_met", "reachable", "unreachable"]
AIMS: tuple[Aim, ...] = ("hit", "hold")
PROBABILITY = 0.8
#: What a plan is audited on: paths it was not made on.
AUDIT_PATHS = 20_000
#: Between the seed of a question and those of its audits, so that no neighbour's paths are used.
FRESH = 1_000_003
#: Draws of all levers from their ranges, for the range of a cost.
DRAWS = 64
_ROUNDS = 8
#: People by which need and plan may differ when they are taken to agree: a quarter of what the
#: audit itself can tell apart.
_CLOSE = 25.0
LARGEST_RATIO = 0.8


@dataclass(frozen=True)
class Audit:
    """A plan on paths it was not made on: how often it keeps what it claims.

    `coverage` is what it claims, `margin` the people added until the claim held.
    """

    coverage: float
    probability: float
    se: float
    paths: int
    margin: float


@dataclass(frozen=True)
class Setting:
    """A question brought to the form plans are made in."""

    futures: Futures
    levers: Levers
    menu: Menu
    programme: Programme
    aim: Aim
    probability: float

    @property
    def question(self) -> Question:
        """The question asked."""
        return self.futures.question

    @property
    def rows(self) -> tuple[int, ...]:
        """Rows of the aim's months in arrays that begin with the plan's first month."""
        return tuple(m - 1 for m in self.programme.aim)

    @property
    def target_row(self) -> int:
        """Row of the target month."""
        return self.question.months - 1

    def programme_of(self, terms: Menu, months: int, aim: Sequence[int]) -> Programme:
        """Return the programme of other levers or months, for the same people."""
        return _programme(self.futures, terms, months, aim)

    @cached_property
    def drawn(self) -> tuple[Menu, ...]:
        """All levers drawn from their ranges, so many times."""
        rates = construction_rates(self.question.data)
        drawn = {
            place: stated.draw(stream(self.question.seed, "lever", *place).random(DRAWS))
            for place, stated in self.levers.stated().items()
        }
        return tuple(
            menu(self.levers, lambda place, _, n=n: float(drawn[place][n]), rates)  # type: ignore[misc]
            for n in range(DRAWS)
        )

    @cached_property
    def drawn_programmes(self) -> tuple[Programme, ...]:
        """The programme of each draw of the levers."""
        same = self.programme
        return tuple(self.programme_of(one, same.months, same.aim) for one in self.drawn)

    def planned(self, found: Solution) -> Array:
        """Return the people a solution covers in each month of the plan."""
        book = write_ledger(self.menu, found, self.question.as_of + 1, self.futures.months)
        return np.asarray((book.counted * self.programme.counts).sum(axis=0))


@dataclass(frozen=True)
class Plan:
    """A plan, what it costs and reaches, and how far it can be trusted. "If achieved".

    Attributes
    ----------
    furthest : bool
        Whether the plan goes as far as the budget reaches, rather than to the target.
    outcome : str
        `already_met`, `reachable`, or `unreachable`; then the plan is the one that goes furthest.
    need, scale : Array
        People the plan must add in each month of the aim, margin included; and people in that
        month that are as large a share of the base as one in the target month.
    ledger : Ledger
        The plan by month, written to the March after the target month at least.
    coverage_reached, coverage_without : float
        Coverage held in every month of the aim with the probability asked, with and without.
    base : float
        Mean base of the target month, people.
    """

    setting: Setting
    budget: float
    furthest: bool
    outcome: Outcome
    need: Array
    scale: Array
    solution: Solution
    ledger: Ledger
    planned: Array
    coverage_reached: float
    coverage_without: float
    base: float
    audit: Audit

    @property
    def question(self) -> Question:
        """The question asked."""
        return self.setting.question

    @property
    def cost(self) -> float:
        """Rupiah, payments promised beyond the aim with them."""
        return self.solution.cost

    @property
    def aim_months(self) -> tuple[Month, ...]:
        """Months in which the aim is to hold."""
        first = self.question.as_of
        return tuple(first + m for m in self.setting.programme.aim)

    @property
    def march(self) -> Month:
        """The March after the target month, when cover paid to December is gone."""
        return next_march(self.question.target_month)


def next_march(month: Month) -> Month:
    """Return the first March after a month.

    Examples
    --------
    >>> str(next_march(Month(2025, 12))), str(next_march(Month(2026, 3)))
    ('2026-03', '2027-03')
    """
    return month + ((2 - month.number) % 12 + 1)


def can_plan(question: Question) -> bool:
    """Tell whether a region's levers are stated and its target month lies within the longest plan.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> can_plan(ask()), can_plan(ask(target_month="2035-12"))
    (True, False)
    """
    return (
        are_stated(question.region, question.data) and 1 <= question.months <= LONGEST_PLAN_MONTHS
    )


def least_cost_plan(
    question: Question,
    probability: float = PROBABILITY,
    aim: str = "hit",
    budget: float | None = None,
) -> Plan:
    """Return the cheapest plan that reaches the target with a probability, within a budget.

    Parameters
    ----------
    question : Question
        From :func:`ucj_analysis.question.ask`; its scenario is what happens without the plan.
    probability : float
        That the aim holds, if the levers deliver; between 0.05 and 0.99.
    aim : str
        `hit` the target in its month, or `hold` it through the next March.
    budget : float, optional
        Rupiah; none by default.

    Returns
    -------
    Plan
        Where no plan reaches the target, the cheapest of those that go furthest.

    Raises
    ------
    InputError
        `bad_probability`, `unknown_aim`, `bad_budget`, `no_levers`, and as the forecast.

    Notes
    -----
    A linear programme on monthly stocks, solved by HiGHS (Huangfu and Hall 2018); the
    probability by a margin from simulated paths (Charnes and Cooper 1959).

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> least_cost_plan(ask(paths=300, target=0.33), probability=0.5).outcome
    'reachable'
    """
    return sought(set_up(question, probability, aim), _checked(budget))


def best_coverage(
    question: Question,
    budget: float | None = None,
    probability: float = PROBABILITY,
    aim: str = "hit",
) -> Plan:
    """Return the plan that brings coverage furthest with a budget, at least cost.

    Parameters and errors as :func:`least_cost_plan`. What it reaches is `coverage_reached`.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> plan = best_coverage(ask(paths=300), budget=1e9)
    >>> plan.cost <= 1e9 + 1, plan.coverage_reached > plan.coverage_without
    (True, True)
    """
    return sought(set_up(question, probability, aim), _checked(budget), furthest=True)


def set_up(
    question: Question,
    probability: float,
    aim: str,
    levers: Levers | None = None,
    terms: Menu | None = None,
    futures: Futures | None = None,
) -> Setting:
    """Check what is asked of a plan and return the setting it is made in.

    Levers, their plain numbers and the question's futures may be given where they are at hand.
    """
    if aim not in AIMS:
        raise bad("unknown_aim", aim, near=nearest(aim, AIMS), allowed=list(AIMS))
    if not 0.05 <= probability <= 0.99:
        raise bad("bad_probability", probability)
    levers = levers or load_levers(question.region, question.data)
    if question.months < 1:
        raise bad("target_month_before", question.target_month, as_of=str(question.as_of))
    last = question.months if aim == "hit" else next_march(question.target_month) - question.as_of
    if last > LONGEST_PLAN_MONTHS:
        raise bad("plan_too_long", question.target_month, most=LONGEST_PLAN_MONTHS)
    if futures is None:
        futures = look_ahead(question, last)
    elif futures.months != last:
        futures = replace(futures, months=last)
    rates = construction_rates(question.data)
    terms = terms or menu(levers, lambda _, stated: stated.central, rates)
    programme = _programme(futures, terms, last, range(question.months, last + 1))
    return Setting(futures, levers, terms, programme, aim, probability)


def _programme(futures: Futures, terms: Menu, months: int, aim: Sequence[int]) -> Programme:
    now = futures.status.now
    counts = futures.counts([t.segment for t in terms.terms], months)
    return Programme(terms, months, aim, now.labour_force - now.participants, counts)


def _checked(budget: float | None) -> float:
    if budget is None:
        return float("inf")
    if not 0 <= budget < float("inf"):
        raise bad("bad_budget", budget)
    return budget


def sought(setting: Setting, budget: float, furthest: bool = False) -> Plan:
    """Make a plan, audit it on fresh paths, and raise its margin until it holds there.

    Where no more people can be added, what is claimed is lowered instead.
    """
    plan = settled(setting, budget, furthest, margin := 0.0)
    for again in range(1, _ROUNDS):
        seed = setting.question.seed + again * FRESH
        fresh = setting.futures.run(plan.planned, seed, AUDIT_PATHS)
        fixed = furthest or plan.outcome == "unreachable"
        claimed = plan.coverage_reached if fixed else setting.futures.goal
        share, se = holds(fresh, claimed, setting.rows)
        plan = replace(plan, audit=Audit(claimed, share, se, AUDIT_PATHS, margin))
        if share >= setting.probability - se or again == _ROUNDS - 1:
            break
        if fixed:
            lower = kept(fresh, setting.rows, setting.probability)
            plan = replace(plan, coverage_reached=lower)
        else:
            short = missing(fresh, claimed, setting.rows) / plan.scale[:, None]
            margin += max(_joint(short, fresh, setting.probability), 0.0) + 1
            plan = settled(setting, budget, furthest, margin)
    return plan


def settled(setting: Setting, budget: float, furthest: bool = False, margin: float = 0.0) -> Plan:
    """Make a plan and run the paths with its people, until need and plan agree; no audit yet."""
    futures, rows = setting.futures, setting.rows
    programme, goal = setting.programme, futures.goal
    paths = futures.alone
    without = kept(paths, rows, setting.probability)
    scale = scale_of(paths, rows, setting.target_row)
    lacking = missing(paths, goal, rows)
    need = needed(lacking, paths.weights, scale, setting.probability) + margin * scale
    before = step = 0.0
    for again in range(_ROUNDS):
        if again:
            need = need + _ahead(step, before) * scale
            before = step
        cheapest = None if furthest else programme.least_cost(need, scale, budget)
        found = cheapest or programme.most(need, scale, budget)
        found = programme.latest(found, need, scale)
        planned = setting.planned(found)
        paths = futures.run(planned)
        # people by which all months could be lowered, or must be raised, for the plan as it is
        lacking = missing(paths, goal, rows)
        off = _joint(lacking / scale[:, None], paths, setting.probability) + margin
        if cheapest or (off <= 0 and not furthest):
            step = off if cheapest else min(off, found.beyond)
        else:
            without_plan = lacking + planned[list(rows), None]
            asked = needed(without_plan, paths.weights, scale, setting.probability)
            step = float(((asked - need) / scale).max()) + margin
        nobody = cheapest and not cheapest.enrol.any() and off <= 0
        if abs(step) < _CLOSE or nobody:
            break
    within = cheapest or (furthest and found.beyond >= 0)
    outcome: Outcome = "reachable" if within else "unreachable"
    if cheapest and not found.enrol.any():
        outcome = "already_met"
    first, march = setting.question.as_of + 1, next_march(setting.question.target_month)
    promised = futures.months + max(t.months[0] for t in setting.menu.terms) - 1
    written = max(promised, march - first + 1)
    return Plan(
        setting,
        budget,
        furthest,
        outcome,
        need,
        scale,
        found,
        write_ledger(setting.menu, found, first, written),
        planned,
        kept(paths, rows, setting.probability),
        without,
        float(paths.base[setting.target_row] @ paths.weights),
        Audit(goal, 0.0, 0.0, 0, margin),
    )


def _ahead(step: float, before: float) -> float:
    """Return a step lengthened to where steps that shrink alike would end (Aitken)."""
    ratio = step / before if before else 0.0
    return step / (1 - ratio) if 0 < ratio < LARGEST_RATIO else step


def _joint(short: Array, paths: Ensemble, probability: float) -> float:
    """Return the people by which every month falls short at once, with a probability."""
    return float(weighted_quantiles(short.max(axis=0), paths.weights, [probability])[0])
