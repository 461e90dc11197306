"""Stock-flow over many paths: base and segments monthly, weighted by what was published.

Paths start at the earliest figure known and run through the month asked about to the target
month. Up to that month the baseline holds, so weights are shared by all scenarios; a scenario
that changes nothing differs by exactly nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ucj_analysis.errors import InputError, Problem, Share
from ucj_analysis.labour_force import BasePaths, project_base
from ucj_analysis.months import Month
from ucj_analysis.participants import (
    NOISY,
    Course,
    Opening,
    ParticipantPaths,
    construction_depth,
    open_segments,
    project_participants,
)
from ucj_analysis.quantities import PeopleRate
from ucj_analysis.record.observations import Observation
from ucj_analysis.scenario import SEGMENTS, Scenario
from ucj_analysis.streams import Lot, drawn_in, uniforms_in

Array = npt.NDArray[np.float64]
Values = dict[str, Array]
Uniform = Callable[[str], Array]

#: Paths computed at a time: what bounds the memory.
CHUNK = 10_000
#: Definitional noise of a published coverage: scale of a Student t with 3 degrees of freedom,
#: a fraction. An assumption: branches count, date and round in ways not stated.
DEFINITION_SPREAD = 0.01
#: No published coverage is taken as finer than a hundredth of a per cent.
FINEST_HALF_WIDTH = 0.00005
#: A figure further than this many spreads from nearly all paths contradicts the others.
CONTRADICTION_SPREADS = 5.0
CONTRADICTION_SHARE = 1e-3


@dataclass(frozen=True)
class History:
    """What was published of a region, oldest first; the last is of the month asked about."""

    region: str
    observations: tuple[Observation, ...]

    @property
    def start(self) -> Month:
        """Month of the earliest figure."""
        return self.observations[0].month

    @property
    def months(self) -> int:
        """Months from the earliest figure to the month asked about."""
        return self.observations[-1].month - self.start

    @property
    def newest_base(self) -> float:
        """The base of the month asked about: people stated in proportion to one are brought to it."""
        return self.observations[-1].labour_force

    def known_base(self) -> list[float]:
        """Return the published base of each month; between two bases it steps at the New Year."""
        base = [self.observations[0].labour_force] * (self.months + 1)
        for before, after in zip(self.observations, self.observations[1:], strict=False):
            months = [before.month + t for t in range(1, after.month - before.month + 1)]
            step = next((m for m in months if m.number == 1), after.month)
            base[step - self.start :] = [after.labour_force] * (len(base) - (step - self.start))
        return base


@dataclass(frozen=True)
class Projection:
    """Weighted paths from the earliest figure to the target month.

    Arrays run over months first: base (months + 1, paths), segments (months + 1, segments,
    paths). `now` is the step of the month asked about; `weights` sum to one, and `evidence` is
    the mean likelihood of the published figures, by which chunks are joined. `planned` holds
    the people a plan covers on top of the segments.
    """

    start: Month
    now: int
    base: BasePaths
    participants: ParticipantPaths
    weights: Array
    values: Values
    counted: Array
    planned: Array | float = 0.0
    evidence: float = 1.0

    @property
    def months(self) -> list[Month]:
        """Month of each row of a stock."""
        return [self.start + t for t in range(len(self.base.stock))]

    @property
    def covered(self) -> Array:
        """Participants counted as covered, those of a plan with them, shape (months + 1, paths)."""
        if (self.counted == 1).all():
            return np.asarray(self.participants.stock.sum(axis=1) + self.planned)
        counted = np.einsum("tsn,ts->tn", self.participants.stock, self.counted)
        return np.asarray(counted + self.planned)

    @property
    def coverage(self) -> Array:
        """Covered over the moving base."""
        return self.covered / self.base.stock

    @property
    def coverage_on_published_base(self) -> Array:
        """Covered over the base of the month asked about, held fixed: what a branch reports."""
        return np.asarray(self.covered / self.base.stock[self.now])

    @property
    def effective_sample_size(self) -> float:
        """How many equally weighted paths the weighted ones are worth."""
        return float(1 / (self.weights**2).sum())


def project(
    history: History,
    months: int,
    scenario: Scenario,
    baseline: Scenario,
    paths: int,
    seed: int,
    chunk: int = 0,
    uniforms: Mapping[str, Array] | None = None,
    with_chance: bool = True,
    check: bool = True,
    planned: Array | None = None,
    lots: tuple[Lot, ...] = (),
) -> Projection:
    """Project base and segments on one chunk of paths, weighted by the published figures.

    Parameters
    ----------
    history : History
        What was published.
    months : int
        Months after the month asked about.
    scenario, baseline : Scenario
        What is assumed after, and up to, the month asked about.
    paths, seed, chunk : int
        Number of paths, seed, and number of the chunk.
    uniforms : mapping, optional
        Uniforms by range name in place of drawn ones, for designed experiments.
    with_chance, check : bool
        Draw month-to-month chance (without it only the ranges vary); refuse contradictions.
    planned : Array, optional
        People a plan covers in each month after the month asked about, shape (months,) or
        (months, paths).
    lots : tuple of Lot, optional
        Paths to run side by side in place of those of one chunk.

    Returns
    -------
    Projection

    Raises
    ------
    InputError
        `no_path_reproduces`, naming the published figure that contradicts the others.

    Notes
    -----
    Importance weights: Poole and Raftery (2000), Raftery and Bao (2010).

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_observations
    >>> from ucj_analysis.scenario_files import load_scenario
    >>> baseline = load_scenario("baseline")
    >>> told = History("3318", tuple(load_observations("3318")))
    >>> project(told, 9, baseline, baseline, 500, 1).coverage.shape
    (13, 500)
    """
    scenario, baseline = scenario.for_region(history.region), baseline.for_region(history.region)
    lots = lots or (Lot(chunk, paths),)
    uniform = _uniforms(seed, lots, uniforms or {})
    wanted = _Wanted(history, months, scenario, baseline, lots, seed, with_chance)
    start = _start(wanted, uniform) if uniforms else _kept_start(wanted)
    ahead = None if planned is None else _ahead(planned, history.months)
    moved = project_participants(
        start.opening,
        start.base,
        start.course,
        (baseline, scenario),
        start.drawn,
        start.depths,
        start.chance,
        ahead,
    )
    raw = Projection(
        history.start,
        history.months,
        start.base,
        moved,
        np.ones(moved.stock.shape[-1]),
        start.drawn[1],
        _counted(start.course, scenario),
        0.0 if ahead is None else ahead.reshape(start.course.months + 1, -1),
    )
    likelihood = _likelihoods(history, raw, uniform, check)
    likelihood *= np.concatenate([lot.weights for lot in lots])
    evidence = float(likelihood.mean())
    return replace(raw, weights=likelihood / likelihood.sum(), evidence=evidence)


def base_ahead(
    base: float, start: Month, months: int, scenario: Scenario, paths: int, seed: int
) -> tuple[BasePaths, Values]:
    """Return the base after a published one, and the values drawn, as the first paths have them.

    Parameters
    ----------
    base : float
        The base published in the month `start`, people.
    start : Month
        Month it is held from.
    months, paths : int
        Steps, and how many paths.
    scenario : Scenario
        What is assumed, of one region.
    seed : int
        Seed of the draws.

    Examples
    --------
    >>> from ucj_analysis.scenario_files import load_scenario
    >>> base, _ = base_ahead(599_061, Month(2025, 3), 9, load_scenario("baseline"), 100, 1)
    >>> float(base.published[-1].min()), float(base.published[-1].max())
    (599061.0, 599061.0)
    """
    uniform = _uniforms(seed, (Lot(0, paths),), {})
    values = _draw(scenario, base, uniform)
    return project_base([base], start, months, scenario, values, uniform), values


def drawn_values(history: History, scenario: Scenario, paths: int, seed: int) -> Values:
    """Return what is drawn of each range before any figure tells how well it fits.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_observations
    >>> from ucj_analysis.scenario_files import load_scenario
    >>> told = History("3318", tuple(load_observations("3318")))
    >>> drawn_values(told, load_scenario("baseline"), 50, 1)["funded.renewal"].shape
    (50,)
    """
    uniform = _uniforms(seed, (Lot(0, paths),), {})
    return _draw(scenario.for_region(history.region), history.newest_base, uniform)


def _uniforms(seed: int, lots: tuple[Lot, ...], given: Mapping[str, Array]) -> Uniform:
    """Return what draws a range's uniforms by its name."""

    def uniform(name: str) -> Array:
        if name in given:
            return np.asarray(given[name])
        return uniforms_in(lots, seed, name)

    return uniform


@dataclass(frozen=True)
class _Wanted:
    """The paths wanted; equal ones start alike."""

    history: History
    months: int
    scenario: Scenario
    baseline: Scenario
    lots: tuple[Lot, ...]
    seed: int
    with_chance: bool


@dataclass(frozen=True)
class _Start:
    """What paths bring along, whatever a plan adds to them."""

    course: Course
    drawn: tuple[Values, Values]
    base: BasePaths
    depths: tuple[Array, Array]
    opening: Opening
    chance: dict[str, Array]


def _start(wanted: _Wanted, uniform: Uniform) -> _Start:
    history, scenario, baseline = wanted.history, wanted.scenario, wanted.baseline
    seed, lots = wanted.seed, wanted.lots
    first = history.observations[0]
    total = history.months + wanted.months
    course = Course(history.start, total, history.months)
    before = _draw(baseline, history.newest_base, uniform)
    same = scenario == baseline
    drawn = before, before if same else _draw(scenario, history.newest_base, uniform)
    base = project_base(history.known_base(), history.start, total, scenario, drawn[1], uniform)
    years = range(history.start.year, (history.start + total).year + 1)
    shocks = {
        y: _normals(seed, f"construction.{y}", lots, 1)[0] * wanted.with_chance for y in years
    }
    depth = construction_depth(course, before, shocks)
    depths = depth, depth if same else construction_depth(course, drawn[1], shocks)
    inside = first.coverage_interval
    people = first.labour_force * (
        float(inside.low) + uniform("start") * float(inside.high - inside.low)
    )
    opening = open_segments(people, history.start, baseline, before, depth[0])
    chance = {s: _normals(seed, s, lots, total) for s in NOISY} if wanted.with_chance else {}
    return _Start(course, drawn, base, depths, opening, chance)


@lru_cache(maxsize=4)
def _kept_start(wanted: _Wanted) -> _Start:
    """Return the start of paths drawn by name; plans are tried on the same few again and again."""
    return _start(wanted, _uniforms(wanted.seed, wanted.lots, {}))


def _ahead(planned: Array, months: int) -> Array:
    """Return what a plan covers from the first month on: nobody up to the month asked about."""
    return np.concatenate([np.zeros((months + 1, *planned.shape[1:])), planned])


def _draw(scenario: Scenario, base: float, uniform: Uniform) -> Values:
    """Draw every range; people in proportion to a base are brought to people a year on this one."""
    return {
        name: stated.yearly(uniform(name), base)
        if isinstance(stated, PeopleRate)
        else stated.monthly(uniform(name))
        for name, stated in scenario.stated().items()
    }


@lru_cache(maxsize=16)
def _normals(seed: int, name: str, lots: tuple[Lot, ...], months: int) -> Array:
    found = drawn_in(lots, seed, ("chance", name), lambda rng, n: rng.standard_normal((months, n)))
    found.flags.writeable = False  # kept for the next run of the same paths
    return found


def _counted(course: Course, scenario: Scenario) -> Array:
    """Return 1 where a segment is counted in a month, by the counting rules of the scenario."""
    counted = np.ones((course.months + 1, len(SEGMENTS)))
    for rule in scenario.counting:
        for t in range(course.months + 1):
            if t > course.scenario_from and str(course.start + t) >= rule.month:
                counted[t, [SEGMENTS.index(s) for s in rule.excludes]] = 0.0
    return counted


def coverage_on(moved: Projection, told: Observation, uniform: Array) -> Array:
    """Return each path's coverage on the day a figure describes.

    A day inside a month stands for any time of that month: the figure's own date is a range too.
    """
    step = told.month - moved.start
    coverage = (moved.participants.stock[step].T @ moved.counted[step]) / moved.base.stock[step]
    if told.as_of == told.month.last_day or step == 0:
        return np.asarray(coverage)
    earlier = (moved.participants.stock[step - 1].T @ moved.counted[step - 1]) / moved.base.stock[
        step
    ]
    return np.asarray(earlier + uniform * (coverage - earlier))


def _likelihoods(history: History, moved: Projection, uniform: Uniform, check: bool) -> Array:
    found = np.ones(moved.base.stock.shape[1])
    for told in history.observations[1:]:
        seen = coverage_on(moved, told, uniform(f"day.{told.month}"))
        found = found * _likelihood(told, seen)
        far = told.half_width + CONTRADICTION_SPREADS * DEFINITION_SPREAD
        near = np.abs(seen - told.coverage) <= far
        if check and near.mean() < CONTRADICTION_SHARE:
            raise _contradiction(history, told, seen)
    return found


def hardest_figure(history: History, baseline: Scenario, paths: int, seed: int) -> Observation:
    """Return the published figure, after the first, that paths follow least.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_observations
    >>> from ucj_analysis.scenario_files import load_scenario
    >>> told = History("3318", tuple(load_observations("3318")))
    >>> str(hardest_figure(told, load_scenario("baseline"), 100, 1).month)
    '2025-03'
    """
    moved = project(history, 0, baseline, baseline, paths, seed, check=False)
    middle = np.full(paths, 0.5)

    def followed(told: Observation) -> float:
        exact = np.array([told.coverage])
        near = _likelihood(told, coverage_on(moved, told, middle)).mean()
        return float(near / _likelihood(told, exact)[0])

    return min(history.observations[1:], key=followed)


def _likelihood(told: Observation, seen: Array) -> Array:
    """Return how probable the published figure is on each path, with rounding and definitional noise."""
    half = max(told.half_width, FINEST_HALF_WIDTH)
    upper = (told.coverage + half - seen) / DEFINITION_SPREAD
    lower = (told.coverage - half - seen) / DEFINITION_SPREAD
    return np.asarray(_student3(upper) - _student3(lower))


def _student3(x: Array) -> Array:
    """Distribution function of a Student t with 3 degrees of freedom, in closed form."""
    z = x / np.sqrt(3)
    return np.asarray(0.5 + (z / (1 + z**2) + np.arctan(z)) / np.pi)


def _contradiction(history: History, told: Observation, seen: Array) -> InputError:
    low, high = np.quantile(seen, [0.0005, 0.9995])
    return InputError(
        Problem(
            "no_path_reproduces",
            value=f"{told.coverage:g}",
            fields={
                "month": str(told.month),
                "coverage": Share(told.coverage),
                "figures": told.figures,
                "before": Share(history.observations[0].coverage),
                "before_month": str(history.start),
                "low": Share(low),
                "high": Share(high),
            },
        )
    )


def weighted_quantiles(values: Array, weights: Array, levels: Sequence[float] | Array) -> Array:
    """Return quantiles of weighted values along the last axis, shape (..., levels).

    Examples
    --------
    >>> weighted_quantiles(np.array([1.0, 2.0, 3.0]), np.full(3, 1 / 3), [0.5])
    array([2.])
    """
    order = np.argsort(values)
    ranked = np.take_along_axis(values, order, axis=-1)
    mass = np.take_along_axis(np.broadcast_to(weights, values.shape), order, axis=-1)
    middle = np.cumsum(mass, axis=-1) - mass / 2
    flat_ranked, flat_middle = (
        ranked.reshape(-1, values.shape[-1]),
        middle.reshape(-1, values.shape[-1]),
    )
    found = [np.interp(levels, m, r) for m, r in zip(flat_middle, flat_ranked, strict=True)]
    return np.asarray(found).reshape(*values.shape[:-1], len(levels))
