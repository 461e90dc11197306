"""What it would take, in full: the plan, what it is worth, why not, and what stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any

from ucj_analysis.planning import around
from ucj_analysis.planning.certificate import Certificate, FirstMonths, certify, first_months
from ucj_analysis.planning.futures import under_reference_class
from ucj_analysis.planning.ledger import by_office, ledger_rows
from ucj_analysis.planning.plan import PROBABILITY, Plan, best_coverage, least_cost_plan
from ucj_analysis.planning.programme import Limit
from ucj_analysis.quantities import Stated, standing, stated_record
from ucj_analysis.question import Question
from ucj_analysis.record.observations import source_dates
from ucj_analysis.situation import SCHEMA_VERSION


@dataclass(frozen=True)
class WhatItTakes:
    """A plan with everything a reader asks about it, each worked out when it is first asked for.

    See the functions of the same names in :mod:`ucj_analysis.planning.around`; for `certificate`
    and `first_months`, which are only of a target out of reach, those in
    :mod:`ucj_analysis.planning.certificate`. `outside` is
    :func:`ucj_analysis.planning.futures.under_reference_class`.
    """

    plan: Plan

    range = cached_property(lambda self: around.lever_range(self.plan))
    checks = cached_property(lambda self: around.checks(self.plan))
    binding = cached_property(lambda self: around.binding(self.plan))
    worth = cached_property(lambda self: around.worth(self.plan))
    alternatives = cached_property(lambda self: around.alternatives(self.plan))
    frontier = cached_property(lambda self: around.frontier(self.plan))
    protections = cached_property(lambda self: around.protections(self.plan))
    certificate = cached_property(lambda self: certify(self.plan))

    @cached_property
    def outside(self) -> float:
        """The chance by what other regions did."""
        setting = self.plan.setting
        return under_reference_class(setting.futures, self.plan.planned, setting.rows)

    @cached_property
    def first_months(self) -> tuple[FirstMonths, ...]:
        """The first month in reach, under either aim."""
        return first_months(self.plan) if self.plan.outcome == "unreachable" else ()


def what_it_takes(
    question: Question,
    probability: float = PROBABILITY,
    aim: str = "hit",
    budget: float | None = None,
    furthest: bool = False,
) -> WhatItTakes:
    """Return the cheapest plan for a target and everything around it.

    Parameters and errors as :func:`ucj_analysis.planning.plan.least_cost_plan`; with `furthest` the plan
    is that of :func:`ucj_analysis.planning.plan.best_coverage`.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> what_it_takes(ask(paths=200)).plan.outcome
    'unreachable'
    """
    make = best_coverage if furthest else least_cost_plan
    plan = make(question, probability=probability, aim=aim, budget=budget)
    return WhatItTakes(plan)


def lever_standing(plan: Plan) -> list[tuple[str, str, Stated, str]]:
    """Return every assumption about the levers: lever, quantity, range, and how it stands.

    What rests on a source published after the day the plan may know is assumed.
    """
    status = plan.setting.futures.status
    published = source_dates(plan.question.data)
    return [
        (lever, quantity, stated, standing(stated, published, status.known_by))
        for (lever, quantity), stated in plan.setting.levers.stated().items()
    ]


def plan_record(seen: WhatItTakes) -> dict[str, Any]:
    """Return the plan as plain values for JSON; the answer sentence is added by the caller.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> plan_record(what_it_takes(ask(paths=200)))["status"]
    'unreachable'
    """
    plan, question = seen.plan, seen.plan.question
    target_month = question.target_month
    status, saves = plan.setting.futures.status, plan.outcome == "reachable" and not plan.furthest
    return {
        "schema_version": SCHEMA_VERSION,
        "region": question.region,
        "region_name": question.region_name,
        "as_of": str(question.as_of),
        "known_by": str(status.known_by),
        "target": status.target.coverage,
        "target_month": str(target_month),
        "scenario": question.scenario,
        "paths": question.paths,
        "seed": question.seed,
        "aim": plan.setting.aim,
        "aim_months": [str(m) for m in plan.aim_months],
        "probability": plan.setting.probability,
        "furthest": plan.furthest,
        "budget_rupiah": plan.budget if isfinite(plan.budget) else None,
        "status": plan.outcome,
        "cost_rupiah": round(plan.cost),
        "coverage_reached": round(plan.coverage_reached, 6),
        "coverage_without": round(plan.coverage_without, 6),
        "people_needed": [round(float(n)) for n in plan.need],
        "audit": {
            "coverage": round(plan.audit.coverage, 6),
            "probability": round(plan.audit.probability, 5),
            "se": round(plan.audit.se, 5),
            "paths": plan.audit.paths,
            "margin_people": round(plan.audit.margin),
        },
        "checks": {name: round(p, 5) for name, p in seen.checks.items()},
        "levers_drawn": _range_record(seen.range),
        "worth": _worth_record(seen.worth),
        "one_more_person_rupiah": round(plan.solution.price_of_beyond),
        "months": [_rounded(row) for row in ledger_rows(plan.ledger, plan.march)],
        "offices": [_rounded(row) for row in by_office(plan.ledger, target_month, plan.march)],
        "binding": [_limit_record(one, worth=float(f"{w:.6g}")) for one, w in seen.binding],
        "worth_unit": "rupiah saved" if saves else "people gained",
        "alternatives": [_alternative_record(a) for a in seen.alternatives],
        "frontier": [
            {
                "budget_rupiah": round(s.budget),
                "coverage": round(s.coverage, 6),
                "probability": round(s.probability, 5),
            }
            for s in seen.frontier
        ],
        "protections": {name: _protection_record(p) for name, p in seen.protections.items()},
        "certificate": _certificate_record(seen.certificate),
        "first_months": [_first_record(f) for f in seen.first_months],
        "levers": [
            {"lever": lever, "quantity": quantity, **stated_record(stated, how)}
            | {"assumption": stated.assumption}
            for lever, quantity, stated, how in lever_standing(plan)
        ],
    }


def _rounded(row: dict[str, Any]) -> dict[str, Any]:
    return {k: round(v, 2) if isinstance(v, float) else v for k, v in row.items()}


def _range_record(found: around.LeverRange | None) -> dict[str, Any] | None:
    if found is None:
        return None
    names = ("p05", "p50", "p95")
    cost = found.cost and dict(zip(names, map(round, found.cost), strict=True))
    return {
        "reachable_share": found.reachable,
        "cost_rupiah": cost,
        "coverage": {n: round(v, 6) for n, v in zip(names, found.coverage, strict=True)},
    }


def _worth_record(found: around.Worth | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {f"{k}_rupiah": None if v is None else round(v) for k, v in vars(found).items()}


def _limit_record(limit: Limit, **more: float) -> dict[str, Any]:
    return {"limit": limit.kind, "levers": list(limit.levers), **more}


def _alternative_record(found: around.Alternative) -> dict[str, Any]:
    return {
        "lever": found.lever,
        "enrol": round(found.people, 2),
        "fewest": round(found.fewest, 2),
        "most": round(found.most, 2),
        "cost_without_rupiah": None if found.without is None else round(found.without),
    }


def _protection_record(found: around.Protection) -> dict[str, Any]:
    return {
        "status": found.plan.outcome,
        "cost_rupiah": round(found.cost),
        "coverage_reached": round(found.plan.coverage_reached, 6),
        "enrol": round(float(found.plan.ledger.enrolled.sum())),
        "paid_by_budget": round(found.people),
        "months_bought": round(found.months),
        "counted_in_target_month": round(found.then),
        "counted_next_march": round(found.march),
    }


def _certificate_record(found: Certificate | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "conflict": [_limit_record(c.limit, size=round(c.size, 2)) for c in found.conflicts],
        "allowed_people": round(found.allowed),
        "money_would_do": found.money_would_do,
        "stretch": {
            name: round(value, 3) if isfinite(value) else None
            for name, value in vars(found.stretch).items()
        },
        "cost_if_stretched": _range_record(found.stretched),
    }


def _first_record(found: FirstMonths) -> dict[str, Any]:
    months, costs = found.months, found.costs

    def own(plan: Plan | None) -> dict[str, Any] | None:
        if plan is None:
            return None
        return {"month": str(plan.question.target_month), "cost_rupiah": round(plan.cost)}

    return {
        "aim": found.aim,
        "searched_to": str(found.last),
        "levers_as_stated": own(found.plan),
        "levers_at_their_best": own(found.best),
        "draws": found.draws,
        "draws_that_reach_it": len(months),
        "first_of_draws": str(months[0]) if months else None,
        "cost_of_draws_rupiah": [round(costs[0]), round(costs[-1])] if costs else None,
        "median_of_draws_that_reach_it": str(months[len(months) // 2]) if months else None,
    }
