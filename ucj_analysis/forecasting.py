"""Is the target reachable: the views side by side, and pooled.

The pool averages the views' quantiles with equal weights (Lichtendahl, Grushka-Cockayne and
Winkler 2013): back-tests on so few regions cannot rank views.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from ucj_analysis.months import Month
from ucj_analysis.observations import load_table, published_by, source_dates
from ucj_analysis.projection import Projection, project
from ucj_analysis.question import Question
from ucj_analysis.reference_class import (
    CoverageDistribution,
    ReferenceClass,
    as_large_moves,
    fit_reference_class,
    reference_class_forecast,
    select_pairs,
)
from ucj_analysis.scenario import Scenario, Standing, load_scenario
from ucj_analysis.schemas import GROWTH_PAIRS
from ucj_analysis.situation import SCHEMA_VERSION, Status, status

Array = npt.NDArray[np.float64]
LEVELS = np.array([0.05, 0.25, 0.50, 0.75, 0.95])
LEVEL_NAMES = ("p05", "p25", "p50", "p75", "p95")
#: Bounds a probability is told by; nothing finer than 5 in 100 is claimed of so few regions.
BOUNDS = (0.05, 0.10, 0.25)
BATCHES = 10
_GRID = (np.arange(2000) + 0.5) / 2000


@dataclass(frozen=True)
class View:
    """One view's coverage per month: quantiles of shape (months, 5) and P(target) per month."""

    quantiles: Array
    probability: Array


@dataclass(frozen=True)
class Forecast:
    """The answer: pooled and by view, for every month after `as_of` up to the target month.

    Coverage in fractions, people as counts; the last row of every array is the target month.
    """

    status: Status
    scenario: Scenario
    standing: dict[str, Standing]
    months: tuple[Month, ...]
    pooled: View
    views: dict[str, View]
    on_published_base: Array
    net_needed: Array
    share_reaching: float
    median_month_reached: Month | None
    probability_se: float
    effective_sample_size: float
    projection: Projection
    reference_class: ReferenceClass
    as_large_moves: tuple[int, int]

    @property
    def probability(self) -> float:
        """Pooled probability of reaching the target by its month; never 0 or 1."""
        return float(self.pooled.probability[-1])

    @property
    def probability_bound(self) -> float:
        """The bound the answer is told by: at most this, or at least this above one half."""
        return told_bound(self.probability, self.probability_se)

    @property
    def coverage(self) -> dict[str, float]:
        """Pooled quantiles of coverage in the target month."""
        return dict(zip(LEVEL_NAMES, self.pooled.quantiles[-1].tolist(), strict=True))


def told_bound(probability: float, se: float) -> float:
    """Return the bound a probability is told by, on a coarse ladder, else whole per cents.

    Examples
    --------
    >>> told_bound(0.004, 0.001), told_bound(0.31, 0.0), told_bound(0.97, 0.0)
    (0.05, 0.31, 0.95)
    """
    unlikely = probability <= 0.5
    tail = (probability if unlikely else 1 - probability) + 2 * se
    bound = next((b for b in BOUNDS if tail <= b), float(min(np.ceil(100 * tail), 50) / 100))
    return bound if unlikely else round(1 - bound, 2)


def forecast(question: Question) -> Forecast:
    """Forecast coverage to the target month.

    Parameters
    ----------
    question : Question
        From :func:`ucj_analysis.question.ask`.

    Raises
    ------
    InputError
        For every problem of the data, the scenario or the question.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> seen = forecast(ask(paths=500))
    >>> 0.28 < seen.coverage["p50"] < 0.38, seen.probability < 0.05
    (True, True)
    """
    now = status(question)
    scenario = load_scenario(question.scenario, question.data)
    months = tuple(question.as_of + t for t in range(1, question.months + 1))
    moved = project(
        now.now.labour_force,
        now.now.coverage_interval,
        question.as_of,
        question.months,
        scenario,
        question.paths,
        question.seed,
    )
    pairs = load_table(GROWTH_PAIRS, question.data)
    fitted = fit_reference_class(select_pairs(pairs, question.region_name, now.known_by))
    outside = reference_class_forecast(
        now.now.coverage, now.now.half_width, now.now.as_of, [m.last_day for m in months], fitted
    )
    goal = now.target.coverage
    inside = moved.coverage[:, 1:]
    known = published_by(pairs, now.known_by)
    return Forecast(
        status=now,
        scenario=scenario,
        standing=_standing(scenario, question, now.known_by),
        months=months,
        pooled=_pool(inside, outside, goal),
        views={
            "stock_flow": _stock_flow_view(inside, goal),
            "reference_class": _outside_view(outside, goal),
        },
        on_published_base=np.quantile(moved.coverage_on_published_base[:, 1:], LEVELS, axis=0).T,
        net_needed=np.quantile(
            goal * moved.base.stock[:, -1] - moved.participants.stock[:, 0], [0.05, 0.5, 0.95]
        ),
        share_reaching=_kept_inside(float((inside >= goal).any(axis=1).mean()), question.paths),
        median_month_reached=_median_month(inside, goal, months),
        probability_se=_batch_error(inside, outside, goal),
        effective_sample_size=float(question.paths),
        projection=moved,
        reference_class=fitted,
        as_large_moves=as_large_moves(known, now.gap),
    )


def _standing(scenario: Scenario, question: Question, known_by: date) -> dict[str, Standing]:
    published = source_dates(question.data)
    return {name: scenario.standing(name, published, known_by) for name in scenario.stated()}


def _kept_inside(share: float, paths: float) -> float:
    """Return a share of paths kept off 0 and 1: no hit in N paths means under 3/N."""
    edge = min(3 / paths, 0.5)
    return min(max(share, edge), 1 - edge)


def _stock_flow_view(inside: Array, goal: float) -> View:
    shares = (inside >= goal).mean(axis=0)
    kept = np.array([_kept_inside(float(s), len(inside)) for s in shares])
    return View(np.quantile(inside, LEVELS, axis=0).T, kept)


def _outside_view(outside: CoverageDistribution, goal: float) -> View:
    # the normal tail is not evidence beyond one in a thousand
    return View(outside.quantile(LEVELS), np.clip(outside.exceeds(goal), 0.001, 0.999))


def _pool(inside: Array, outside: CoverageDistribution, goal: float) -> View:
    def pooled(levels: Array) -> Array:
        return (np.quantile(inside, levels, axis=0).T + outside.quantile(levels)) / 2

    curve = pooled(_GRID)
    shares = [1 - float(np.interp(goal, row, _GRID, left=0.0, right=1.0)) for row in curve]
    kept = np.array([_kept_inside(s, min(len(inside), len(_GRID))) for s in shares])
    return View(pooled(LEVELS), kept)


def _batch_error(inside: Array, outside: CoverageDistribution, goal: float) -> float:
    """Return the Monte Carlo error of the pooled probability, from batches of paths."""
    if len(inside) < 2 * BATCHES:
        return 0.5
    last = CoverageDistribution(outside.mean[-1:], outside.sd[-1:])
    batches = np.array_split(inside[:, -1:], BATCHES)
    found = [float(_pool(batch, last, goal).probability[0]) for batch in batches]
    return float(np.std(found, ddof=1) / np.sqrt(BATCHES))


def _median_month(inside: Array, goal: float, months: tuple[Month, ...]) -> Month | None:
    """Return the month by which half of the paths have reached the target, if any."""
    reached = np.maximum.accumulate(inside >= goal, axis=1).mean(axis=0)
    found = np.flatnonzero(reached >= 0.5)
    return months[found[0]] if len(found) else None


def forecast_record(seen: Forecast) -> dict[str, Any]:
    """Return the forecast as plain values for JSON; the answer sentence is added by the caller.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> forecast_record(forecast(ask(paths=200)))["target_month"]
    '2025-12'
    """
    question, now = seen.status.question, seen.status
    low, middle, high = seen.net_needed
    return {
        "schema_version": SCHEMA_VERSION,
        "region": question.region,
        "region_name": question.region_name,
        "as_of": str(question.as_of),
        "known_by": str(now.known_by),
        "target": now.target.coverage,
        "target_month": str(question.target_month),
        "scenario": question.scenario,
        "paths": question.paths,
        "seed": question.seed,
        "probability": round(seen.probability, 5),
        "probability_bound": seen.probability_bound,
        "probability_se": round(seen.probability_se, 5),
        "coverage": _named(seen.pooled.quantiles[-1]),
        "coverage_on_published_base": _named(seen.on_published_base[-1]),
        "net_enrolment_needed": {"p05": round(low), "p50": round(middle), "p95": round(high)},
        "first_month_reached": {
            "month": str(seen.median_month_reached) if seen.median_month_reached else None,
            "share_of_paths_at_most": round(seen.share_reaching, 5),
        },
        "effective_sample_size": round(seen.effective_sample_size, 1),
        "views": {
            name: {
                "probability": round(float(v.probability[-1]), 5),
                "coverage": _named(v.quantiles[-1]),
            }
            for name, v in seen.views.items()
        },
        "reference_class": {
            "windows": seen.reference_class.windows,
            "regions": seen.reference_class.regions,
            "windows_that_moved_as_much": seen.as_large_moves[0],
            "windows_known": seen.as_large_moves[1],
        },
        "parameters": [
            {
                "parameter": name,
                "low": stated.low,
                "central": stated.central,
                "high": stated.high,
                "unit": getattr(stated, "unit", ""),
                "period": getattr(stated, "period", None),
                "status": seen.standing[name],
                "sources": list(stated.sources),
            }
            for name, stated in seen.scenario.stated().items()
        ],
        "months": [_month_record(seen, t) for t in range(len(seen.months))],
    }


def _month_record(seen: Forecast, t: int) -> dict[str, Any]:
    return {
        "month": str(seen.months[t]),
        "coverage": _named(seen.pooled.quantiles[t]),
        "coverage_on_published_base": _named(seen.on_published_base[t]),
        "probability": round(float(seen.pooled.probability[t]), 5),
        "views": {name: _named(v.quantiles[t]) for name, v in seen.views.items()},
    }


def _named(values: Array) -> dict[str, float]:
    return {name: round(float(v), 6) for name, v in zip(LEVEL_NAMES, values, strict=True)}
