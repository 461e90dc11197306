"""The forecast: is the target reachable; the views side by side, and pooled.

The pool averages the quantiles of the views there are with equal weights (Lichtendahl,
Grushka-Cockayne and Winkler 2013): back-tests on so few regions cannot rank views.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from ucj_analysis.errors import InputError, bad
from ucj_analysis.months import FIRST_GROWING_MONTH, Month
from ucj_analysis.projection import (
    CHUNK,
    History,
    Projection,
    Values,
    drawn_values,
    project,
    weighted_quantiles,
)
from ucj_analysis.quantities import Standing, stated_record
from ucj_analysis.question import Question
from ucj_analysis.record.breakdown import with_own_split
from ucj_analysis.record.observations import acceptance_note, load_table, source_dates
from ucj_analysis.record.schemas import GROWTH_PAIRS
from ucj_analysis.reference_class import (
    GRADES,
    LONGEST_WINDOW_MONTHS,
    SLOPE_PRIOR_SD,
    SPREAD_PRIOR_LOG_SD,
    SPREAD_PRIOR_MEDIANS,
    CoverageDistribution,
    ReferenceClass,
    as_large_moves,
    fit_reference_class,
    reference_class_forecast,
    select_pairs,
)
from ucj_analysis.scenario import SEGMENTS, Scenario, Split
from ucj_analysis.scenario_files import alternatives_for, load_scenario
from ucj_analysis.scouting import scouted
from ucj_analysis.series import (
    Fitted,
    OwnSeries,
    fit_series,
    own_figures,
    own_series,
    series_forecast,
    series_record,
    stock_flow_history,
)
from ucj_analysis.situation import SCHEMA_VERSION, Status, status

Array = npt.NDArray[np.float64]
#: Quantiles of a view at some levels, shape (months, levels).
Quantiles = Callable[[Array], Array]
LEVELS = np.array([0.05, 0.25, 0.50, 0.75, 0.95])
LEVEL_NAMES = ("p05", "p25", "p50", "p75", "p95")
BASELINE = "baseline"
#: Bounds a probability is told by; nothing finer than 5 in 100 is claimed of so few regions.
BOUNDS = (0.05, 0.10, 0.25)
#: A range is called learned where the published figures took away this part of its variance.
LEARNED = 0.10
BATCHES = 10
_GRID = (np.arange(20_000) + 0.5) / 20_000


@dataclass(frozen=True)
class View:
    """One view's coverage per month: quantiles of shape (months, 5) and P(target) per month."""

    quantiles: Array
    probability: Array


@dataclass(frozen=True)
class Ensemble:
    """All paths after the month asked about, joined from chunks.

    `coverage` and `base` have shape (months, paths); `base_now` and `covered_now`, of the month
    asked about, have one value per path; `weights` sum to one; `first` is the first chunk in full;
    `drawn` counts the paths drawn for it, those left behind with them.
    """

    coverage: Array
    base: Array
    base_now: Array
    covered_now: Array
    weights: Array
    first: Projection
    drawn: int

    @property
    def on_published_base(self) -> Array:
        """Covered over the base of the month asked about, held fixed: what a branch reports."""
        return np.asarray(self.coverage * self.base / self.base_now)

    @property
    def effective_sample_size(self) -> float:
        """How many equally weighted paths the weighted ones are worth."""
        return float(1 / (self.weights**2).sum())


@dataclass(frozen=True)
class Learned:
    """What the published figures taught about one range: means and sds before and after.

    `worth` is how many equal paths tell it.
    """

    prior_mean: float
    prior_sd: float
    posterior_mean: float
    posterior_sd: float
    worth: float

    @property
    def share(self) -> float:
        """One minus posterior variance over prior variance; 0 for a fixed value."""
        return (
            1 - (self.posterior_sd / self.prior_sd) ** 2
            if self.prior_sd > 1e-9 * abs(self.prior_mean)
            else 0.0
        )

    @property
    def clear(self) -> bool:
        """Whether the range became clearer, by more than so few paths might by chance."""
        return self.share >= max(LEARNED, 2 * float(np.sqrt(2 / self.worth)))


@dataclass(frozen=True)
class Forecast:
    """The answer: pooled and by view, for every month after `as_of` up to the target month.

    `own` is the view of the region's own series, None where its `own_figures` are too few.
    Coverage in fractions, people as counts; the last row of every array is the target month.
    """

    status: Status
    scenario: Scenario
    standing: dict[str, Standing]
    months: tuple[Month, ...]
    pooled: View
    views: dict[str, View]
    alternatives: dict[str, View]
    on_published_base: Array
    net_needed: Array
    share_reaching: float
    median_month_reached: Month | None
    probability_se: float
    ensemble: Ensemble
    learned: dict[str, Learned]
    outside: CoverageDistribution
    reference_class: ReferenceClass
    as_large_moves: tuple[int, int]
    own_figures: int
    own: OwnSeries | None

    @property
    def probability(self) -> float:
        """Pooled probability of reaching the target by its month; never 0 or 1."""
        return float(self.pooled.probability[-1])

    @property
    def mean_probability(self) -> float:
        """Mean of the views' probabilities of reaching the target by its month."""
        return float(pooled_alike([v.probability[-1] for v in self.views.values()]))

    @property
    def probability_bound(self) -> float:
        """The bound the answer is told by: at most this, or at least this above one half.

        It covers both ways of pooling, by quantiles and by probabilities, so that it is never
        tighter than the views taken together.
        """
        mean, pooled = self.mean_probability, self.probability
        cautious = max(pooled, mean) if pooled <= 0.5 else min(pooled, mean)
        return told_bound(cautious, self.probability_se)

    @property
    def coverage(self) -> dict[str, float]:
        """Pooled quantiles of coverage in the target month."""
        return dict(zip(LEVEL_NAMES, self.pooled.quantiles[-1].tolist(), strict=True))

    @property
    def projection(self) -> Projection:
        """The first chunk of paths in full."""
        return self.ensemble.first

    @property
    def views_disagree(self) -> bool:
        """Whether of two views each one's middle lies outside the other's nine-in-ten range."""
        seen = [v.quantiles[-1] for v in self.views.values()]
        return any(
            not a[0] <= b[2] <= a[4] and not b[0] <= a[2] <= b[4] for a, b in combinations(seen, 2)
        )

    def view_quantiles(self, levels: Array) -> dict[str, Array]:
        """Return each view's coverage at any levels, shape (months, levels)."""
        paths = self.ensemble
        inside = weighted_quantiles(paths.coverage, paths.weights, levels)
        found = {"stock_flow": inside, "reference_class": self.outside.quantile(levels)}
        return found if self.own is None else found | {"own_series": self.own.quantile(levels)}


def pooled_alike(views: Sequence[npt.ArrayLike]) -> Array:
    """Return the average of the views' values, each with the same weight.

    Examples
    --------
    >>> pooled_alike([[0.2, 0.3], [0.3, 0.5]]).round(2)
    array([0.25, 0.4 ])
    """
    return np.asarray(sum(np.asarray(view) for view in views) / len(views))


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
        For every problem of the data, the scenario or the question; `no_path_reproduces` where
        the published figures contradict each other.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> seen = forecast(ask(paths=500))
    >>> 0.28 < seen.coverage["p50"] < 0.38, seen.probability < 0.05
    (True, True)
    """
    scenario = load_scenario(question.scenario, question.data)
    return forecast_on(lay_ground(question), scenario)


@dataclass(frozen=True)
class Ground:
    """All a forecast rests on but its scenario: figures, baseline, and what other regions did.

    `split` is the baseline's as stated, which the region's own takes the place of. `fitted` is what
    the region's own series taught, None where its `own_figures` are too few.
    """

    status: Status
    history: History
    baseline: Scenario
    split: Split
    months: tuple[Month, ...]
    outside: CoverageDistribution
    reference_class: ReferenceClass
    as_large_moves: tuple[int, int]
    own_figures: int
    fitted: Fitted | None

    @property
    def question(self) -> Question:
        """The question asked."""
        return self.status.question


def lay_ground(question: Question) -> Ground:
    """Read all a question's forecasts share; raises as :func:`forecast`.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> len(lay_ground(ask()).months)
    9
    """
    now = status(question)
    if question.months < 1:
        raise bad("target_month_before", question.target_month, as_of=str(question.as_of))
    months = tuple(question.as_of + t for t in range(1, question.months + 1))
    pairs = select_pairs(
        load_table(GROWTH_PAIRS, question.data), question.region_name, now.known_by
    )
    fitted = fit_reference_class(pairs)
    stated = load_scenario(BASELINE, question.data)
    series = own_series(now.history)
    return Ground(
        status=now,
        history=stock_flow_history(now),
        baseline=with_own_split(stated, stated.split, now.breakdowns),
        split=stated.split,
        months=months,
        outside=reference_class_forecast(
            now.now.coverage,
            now.now.half_width,
            now.now.as_of,
            [m.last_day for m in months],
            fitted,
        ),
        reference_class=fitted,
        as_large_moves=as_large_moves(pairs[pairs["why_not"] != "own_region"], now.gap),
        own_figures=len(own_figures(now.history)),
        fitted=None
        if series is None
        else fit_series(series, question.months, stated.for_region(question.region).cohorts),
    )


def forecast_on(ground: Ground, scenario: Scenario, with_alternatives: bool = True) -> Forecast:
    """Forecast coverage under a scenario; the region's other priors may be left out for speed.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> ground = lay_ground(ask(paths=300))
    >>> forecast_on(ground, ground.baseline).coverage == forecast(ask(paths=300)).coverage
    True
    """
    question, goal = ground.question, ground.status.target.coverage
    scenario = with_own_split(scenario, ground.split, ground.status.breakdowns)
    with naming_what_was_accepted(question):
        paths = simulate(
            ground.history,
            question.months,
            scenario,
            ground.baseline,
            question.paths,
            question.seed,
        )
    need = goal * paths.base[-1] - paths.covered_now
    some = min(question.paths, CHUNK)
    reached = (paths.coverage >= goal).any(axis=0)
    own = None
    beside: dict[str, CoverageDistribution | OwnSeries] = {"reference_class": ground.outside}
    if ground.fitted is not None:
        own = series_forecast(ground.fitted, question.region, scenario, question.seed)
        beside["own_series"] = own
    others: list[Quantiles] = [seen.quantile for seen in beside.values()]
    return Forecast(
        status=ground.status,
        scenario=scenario,
        standing=_standing(scenario, ground.status),
        months=ground.months,
        pooled=_pool(paths.coverage, paths.weights, others, goal),
        views={"stock_flow": _stock_flow_view(paths, goal)}
        | {name: _distribution_view(seen, goal) for name, seen in beside.items()},
        alternatives=_alternatives(ground, scenario, goal) if with_alternatives else {},
        on_published_base=weighted_quantiles(paths.on_published_base, paths.weights, LEVELS),
        net_needed=weighted_quantiles(need, paths.weights, [0.05, 0.5, 0.95]),
        share_reaching=_kept_inside(float(paths.weights @ reached), paths.effective_sample_size),
        median_month_reached=_median_month(paths, goal, ground.months),
        probability_se=_batch_error(paths, others, goal),
        ensemble=paths,
        learned=_learned(paths.first, drawn_values(ground.history, scenario, some, question.seed)),
        outside=ground.outside,
        reference_class=ground.reference_class,
        as_large_moves=ground.as_large_moves,
        own_figures=ground.own_figures,
        own=own,
    )


def without_scenario(seen: Forecast) -> View:
    """Return the stock-flow view of the same question under the baseline, to set beside a scenario's.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> seen = forecast(ask(scenario="layoff-shock", paths=300))
    >>> bool(without_scenario(seen).quantiles[-1, 2] > seen.views["stock_flow"].quantiles[-1, 2])
    True
    """
    now, question = seen.status, seen.status.question
    stated = load_scenario(BASELINE, question.data)
    baseline = with_own_split(stated, stated.split, now.breakdowns)
    months, paths, seed = question.months, question.paths, question.seed
    told = simulate(stock_flow_history(now), months, baseline, baseline, paths, seed)
    return _stock_flow_view(told, now.target.coverage)


@contextmanager
def naming_what_was_accepted(question: Question) -> Iterator[None]:
    """Name what a person said of a figure, where accepting it does not let any path reach it."""
    try:
        yield
    except InputError as error:
        problem = error.problems[0]
        if problem.code != "no_path_reproduces":
            raise
        month, figures = (str(problem.fields[n]) for n in ("month", "figures"))
        if not (note := acceptance_note(question.region, month, figures, question.data)):
            raise
        fields = {**problem.fields, "note": note}
        accepted = replace(problem, code="no_path_though_accepted", fields=fields)
        raise InputError(accepted) from error


def simulate(
    history: History,
    months: int,
    scenario: Scenario,
    baseline: Scenario,
    paths: int,
    seed: int,
    planned: Array | None = None,
) -> Ensemble:
    """Run all paths in chunks and join them by how well each chunk explains the figures.

    Where too few follow the figures, :func:`ucj_analysis.scouting.scouted` draws more and keeps
    those that do. Memory: one chunk in full, and two numbers per path and month of all. `planned`
    holds the people a plan covers on top, shape (months,) or (months, paths).

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_observations
    >>> baseline = load_scenario("baseline")
    >>> told = History("3318", tuple(load_observations("3318")))
    >>> simulate(told, 9, baseline, baseline, 200, 1).coverage.shape
    (9, 200)
    """
    groups = scouted(history, baseline, paths, seed, CHUNK)
    sizes = [sum(lot.size for lot in lots) for lots in groups]
    count = sum(sizes)
    coverage, base = (np.empty((months, count)) for _ in range(2))
    base_now, covered_now, weights = (np.empty(count) for _ in range(3))
    first: Projection | None = None
    ends = np.cumsum(sizes)
    for lots, size, end in zip(groups, sizes, ends, strict=True):
        part = slice(end - size, end)
        mine = planned
        if planned is not None and planned.ndim > 1:  # plans in turn, where paths are not as asked
            mine = planned[:, np.arange(part.start, part.stop) % planned.shape[1]]
        asked = history, months, scenario, baseline, size, seed
        moved = project(*asked, check=False, planned=mine, lots=lots)
        first = first or moved
        covered, stock, after = moved.covered, moved.base.stock, slice(moved.now + 1, None)
        np.divide(covered[after], stock[after], out=coverage[:, part])
        base[:, part], base_now[part] = stock[after], stock[moved.now]
        covered_now[part] = covered[moved.now]
        weights[part] = moved.weights * moved.evidence * size
    assert first is not None
    drawn = sum(lot.drawn for lots in groups for lot in lots)
    return Ensemble(coverage, base, base_now, covered_now, weights / weights.sum(), first, drawn)


def _standing(scenario: Scenario, now: Status) -> dict[str, Standing]:
    told = {p.source: p.published for b in now.breakdowns for p in b.parts}
    published = told | source_dates(now.question.data)
    own = scenario.for_region(now.question.region)
    return {name: own.standing(name, published, now.known_by) for name in own.stated()}


def _alternatives(ground: Ground, scenario: Scenario, goal: float) -> dict[str, View]:
    """Return the stock-flow view under other priors stated for this region, by scenario name."""
    question, found = ground.question, {}
    for name in alternatives_for(question.region, question.data):
        if name == question.scenario:
            continue
        other = load_scenario(name, question.data)
        changed = scenario.model_copy(update={"split": other.split})
        some = min(question.paths, CHUNK)
        paths = simulate(ground.history, question.months, changed, other, some, question.seed)
        found[name] = _stock_flow_view(paths, goal)
    return found


def _kept_inside(share: float, paths: float) -> float:
    """Return a share of paths kept off 0 and 1: no hit in N paths means under 3/N."""
    edge = min(3 / paths, 0.5)
    return min(max(share, edge), 1 - edge)


def _stock_flow_view(paths: Ensemble, goal: float) -> View:
    shares = (paths.coverage >= goal) @ paths.weights
    kept = np.array([_kept_inside(float(s), paths.effective_sample_size) for s in shares])
    return View(weighted_quantiles(paths.coverage, paths.weights, LEVELS), kept)


def _distribution_view(seen: CoverageDistribution | OwnSeries, goal: float) -> View:
    # a tail is not evidence beyond one in a thousand
    return View(seen.quantile(LEVELS), np.clip(seen.exceeds(goal), 0.001, 0.999))


def _pool(inside: Array, weights: Array, others: list[Quantiles], goal: float) -> View:
    def pooled(levels: Array) -> Array:
        return pooled_alike(
            [weighted_quantiles(inside, weights, levels), *(other(levels) for other in others)]
        )

    curve = pooled(_GRID)
    shares = [1 - float(np.interp(goal, row, _GRID, left=0.0, right=1.0)) for row in curve]
    worth = min(1 / float((weights**2).sum()), len(_GRID))
    kept = np.array([_kept_inside(s, worth) for s in shares])
    return View(pooled(LEVELS), kept)


def _batch_error(paths: Ensemble, others: list[Quantiles], goal: float) -> float:
    """Return the Monte Carlo error of the pooled probability, from batches of paths."""
    count = paths.weights.size
    if count < 2 * BATCHES:
        return 0.5
    last = [other(_GRID)[-1] for other in others]
    found = []
    for batch in np.array_split(np.arange(count), BATCHES):
        weights = paths.weights[batch] / paths.weights[batch].sum()
        curve = pooled_alike([weighted_quantiles(paths.coverage[-1, batch], weights, _GRID), *last])
        found.append(1 - float(np.interp(goal, curve, _GRID, left=0.0, right=1.0)))
    # where no path hits, the error is that of one hit in so many
    return max(float(np.std(found, ddof=1) / np.sqrt(BATCHES)), 1 / paths.effective_sample_size)


def _median_month(paths: Ensemble, goal: float, months: tuple[Month, ...]) -> Month | None:
    """Return the month by which half of the paths have reached the target, if any."""
    reached = np.maximum.accumulate(paths.coverage >= goal, axis=0) @ paths.weights
    found = np.flatnonzero(reached >= 0.5)
    return months[found[0]] if len(found) else None


def _learned(moved: Projection, prior: Values) -> dict[str, Learned]:
    """Return what each range taught: as drawn, and as the paths that follow the figures have it."""

    def spread(values: Array, weights: Array) -> tuple[float, float]:
        mean = float(values @ weights)
        return mean, float(np.sqrt((values - mean) ** 2 @ weights))

    worth = moved.effective_sample_size
    return {
        name: Learned(
            float(values.mean()),
            float(values.std()),
            *spread(moved.values[name], moved.weights),
            worth,
        )
        for name, values in prior.items()
    }


def segment_change(moved: Projection) -> Array:
    """Return quantiles of each segment's change up to the month asked about, people.

    Shape (segments, 3): 5%, 50% and 95%.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> segment_change(forecast(ask(paths=300)).projection).shape
    (5, 3)
    """
    change = moved.participants.stock[moved.now] - moved.participants.stock[0]
    return weighted_quantiles(change, moved.weights, [0.05, 0.5, 0.95])


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
    own = {} if seen.own is None else {"own_series": series_record(seen.own)}
    return {
        "schema_version": SCHEMA_VERSION,
        "region": question.region,
        "region_name": question.region_name,
        "as_of": str(question.as_of),
        "known_by": str(now.known_by),
        "now": {
            "coverage": round(now.now.coverage, 6),
            "digits": now.now.digits,
            "labour_force": round(now.now.labour_force),
            "base": now.now.base,
            "basis": now.now.basis,
        },
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
            "view": "stock_flow",
            "month": str(seen.median_month_reached) if seen.median_month_reached else None,
            "share_of_paths": round(seen.share_reaching, 5),
        },
        "effective_sample_size": round(seen.ensemble.effective_sample_size, 1),
        "views_disagree": seen.views_disagree,
        "views": {name: _view_record(v) for name, v in seen.views.items()},
        "alternatives": {name: _view_record(v) for name, v in seen.alternatives.items()},
        "reference_class": {
            "windows": seen.reference_class.windows,
            "regions": seen.reference_class.regions,
            "windows_that_moved_as_much": seen.as_large_moves[0],
            "windows_known": seen.as_large_moves[1],
            "assumed": {
                "slope_prior_sd": SLOPE_PRIOR_SD,
                "spread_prior_medians": list(SPREAD_PRIOR_MEDIANS),
                "spread_prior_log_sd": round(SPREAD_PRIOR_LOG_SD, 6),
                "grades": list(GRADES),
                "longest_window_months": LONGEST_WINDOW_MONTHS,
                "first_growing_month": FIRST_GROWING_MONTH,
            },
        },
        **own,
        "segments_since_first_figure": {
            name: dict(zip(("p05", "p50", "p95"), map(round, change.tolist()), strict=True))
            for name, change in zip(SEGMENTS, segment_change(seen.projection), strict=True)
        },
        "parameters": [_parameter_record(seen, name) for name in seen.standing],
        "months": [_month_record(seen, t) for t in range(len(seen.months))],
    }


def _view_record(view: View) -> dict[str, Any]:
    return {
        "probability": round(float(view.probability[-1]), 5),
        "coverage": _named(view.quantiles[-1]),
    }


def _parameter_record(seen: Forecast, name: str) -> dict[str, Any]:
    taught = seen.learned[name]
    return {
        "parameter": name,
        **stated_record(seen.scenario.stated()[name], seen.standing[name]),
        "prior_mean": float(f"{taught.prior_mean:.5g}"),
        "posterior_mean": float(f"{taught.posterior_mean:.5g}"),
        "learned": round(max(taught.share, 0.0), 3),
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
