"""Which assumptions matter, and under which futures the target is missed.

Sobol indices of coverage in the target month over the scenario's ranges, a one-at-a-time
comparison, and scenario discovery: a box of levers that holds the paths that reach the target.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ucj_analysis.participants import SELF, UNPAID_MONTHS_COUNTED
from ucj_analysis.projection import History, Projection, project, weighted_quantiles
from ucj_analysis.question import Question
from ucj_analysis.record.breakdown import own_scenarios
from ucj_analysis.scenario import Scenario
from ucj_analysis.scouting import Lots, scouted
from ucj_analysis.series import stock_flow_history
from ucj_analysis.situation import status
from ucj_analysis.streams import stream, uniforms_in

Array = npt.NDArray[np.float64]
Inside = npt.NDArray[np.bool_]
SCHEMA_VERSION = 1
#: Base sample of the Sobol design; a power of two.
SAMPLE = 1024
RESAMPLES = 200
CONFIDENCE = 0.90
#: Draws in the search for the box that reaches the target.
DISCOVERY_PATHS = 4000
FEWEST_INSIDE = 20
#: Ranges that only size month-to-month and year-to-year chance; held still with it.
CHANCE = ("noise.monthly", "noise.construction", "construction.amplitude_by_year")
#: Months after the month asked about from which people are funded: a budget takes a season.
FUNDING_STARTS = 4
PEEL = 0.05
#: Levers searched beyond the scenario's ranges, and their units.
LEVERS = {
    "enrolment a month": "people",
    "funded people": "people",
    "funded months": "months",
    "lapse kept back": "share",
}
MOST_FUNDED_MONTHS = 6.0
#: People are drawn up to half as much again as closes the gap alone, on so many of the paths. An
#: assumption: what an office could at all ask for, not what it can do.
CLOSES, AGAIN = 0.95, 1.5


@dataclass(frozen=True)
class Indices:
    """Sobol indices of one output: first order and total, with 90% intervals, by input name."""

    names: tuple[str, ...]
    first: Array
    total: Array
    first_interval: Array
    total_interval: Array


@dataclass(frozen=True)
class Swing:
    """Coverage with one range at its 10% and at its 90% point, all others at the middle."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Box:
    """Bounds on levers; `coverage` of all reaching draws lie inside, `density` of those inside reach.

    `bounds` by lever: (least, most), None where the lever does not matter. Levers were drawn from
    none to `most`; `reaching` of the draws reach the target, `without` of the paths without any.
    """

    bounds: dict[str, tuple[float | None, float | None]]
    most: dict[str, float]
    coverage: float
    density: float
    reaching: float
    without: float


def sobol(
    function: Callable[[Array], Array], names: tuple[str, ...], seed: int, sample: int = SAMPLE
) -> Indices:
    """Return Sobol indices of a function of uniforms, by SciPy's Saltelli design.

    Parameters
    ----------
    function : callable
        Takes uniforms of shape (inputs, draws), returns one value per draw.
    names : tuple of str
        Names of the inputs.
    seed : int
        Seed of the design and of the bootstrap.
    sample : int
        Size of the base sample, a power of two.

    Notes
    -----
    Saltelli et al. (2010), Comput. Phys. Commun. 181.

    Examples
    --------
    >>> found = sobol(lambda u: u[0] + 0 * u[1], ("a", "b"), 1, 256)
    >>> [round(float(t), 2) for t in found.total]
    [1.0, 0.0]
    """
    from scipy.stats import bootstrap, sobol_indices, uniform

    rng = stream(seed, "sobol")
    dists = [uniform(0, 1)] * len(names)
    found = sobol_indices(func=function, n=sample, dists=dists, rng=rng)

    def resampled(rows: npt.NDArray[np.int_]) -> Any:
        parts = found._f_A[:, rows], found._f_B[:, rows], found._f_AB[..., rows]
        return found._indices_method(*parts)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an input that does nothing has no spread to resample
        # what SciPy itself resamples these indices by takes no seed
        size = {"confidence_level": CONFIDENCE, "n_resamples": RESAMPLES}
        spread = bootstrap([np.arange(sample)], resampled, rng=rng, **size)
    both = found.first_order, found.total_order
    ends = np.stack(spread.confidence_interval, axis=-1)
    # an index of no spread is its own interval
    return Indices(names, *both, *np.where(np.isnan(ends), np.stack(both)[..., None], ends))


@dataclass(frozen=True)
class _Setting:
    """What coverage is worked out from, and paths that follow what was published so far."""

    question: Question
    goal: float
    history: History
    scenario: Scenario
    baseline: Scenario
    lots: Lots
    paths: Projection

    def where_followed(self, name: str, uniforms: Array) -> Array:
        """Return a range's uniforms drawn where the published figures are followed."""
        drawn = uniforms_in(self.lots, self.question.seed, name)
        return weighted_quantiles(drawn, self.paths.weights, uniforms)


def _setting(question: Question) -> _Setting:
    now = status(question)
    scenario, baseline = own_scenarios(question, now.breakdowns)
    own = scenario.for_region(question.region), baseline.for_region(question.region)
    history, seed = stock_flow_history(now), question.seed
    (lots,) = scouted(history, own[1], DISCOVERY_PATHS, seed, DISCOVERY_PATHS)
    size = sum(lot.size for lot in lots)
    paths = project(history, question.months, *own, size, seed, check=False, lots=lots)
    return _Setting(question, now.target.coverage, history, *own, lots, paths)


def _coverage_of(setting: _Setting, uniforms: Mapping[str, Array]) -> Array:
    """Return coverage in the target month for given uniforms, without month-to-month chance."""
    question, history = setting.question, setting.history
    size = next(iter(uniforms.values())).size
    still = ["start", *CHANCE, *(f"day.{o.month}" for o in history.observations[1:])]
    end = history.start + history.months + question.months
    years = range(history.start.year + 1, end.year + 1)
    still += [f"rebasing_happens.{year}" for year in years]
    # one input stands for every New Year's jump, so that its whole effect is its own
    jump = uniforms.get("labour_force.rebasing", np.full(size, 0.5))
    given = {name: np.full(size, 0.5) for name in still} | dict(uniforms)
    given = {name: setting.where_followed(name, u) for name, u in given.items()}
    moved = project(
        history,
        question.months,
        setting.scenario,
        setting.baseline,
        size,
        question.seed,
        uniforms=given | {f"rebasing.{year}": jump for year in years},
        with_chance=False,
        check=False,
    )
    return np.asarray(moved.coverage[-1])


def varying(scenario: Scenario) -> tuple[str, ...]:
    """Return the names of the ranges that are wider than one value."""
    return tuple(n for n, s in scenario.stated().items() if s.low < s.high and n not in CHANCE)


def indices(question: Question, sample: int = SAMPLE) -> Indices:
    """Return the Sobol indices of coverage in the target month over the scenario's ranges.

    Each range is drawn as the published figures leave it; their rounding and month-to-month chance
    are held still.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> bool(indices(ask(), 64).total.max() > 0)
    True
    """
    setting = _setting(question)
    names = varying(setting.scenario)

    def function(u: Array) -> Array:
        return _coverage_of(setting, dict(zip(names, u, strict=True)))

    return sobol(function, names, question.seed, sample)


def swings(question: Question) -> list[Swing]:
    """Return coverage with each range at its ends, widest swing first.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> found = swings(ask())
    >>> abs(found[0].high - found[0].low) >= abs(found[-1].high - found[-1].low)
    True
    """
    setting = _setting(question)
    names = varying(setting.scenario)
    draws = np.full((len(names), 2 * len(names)), 0.5)
    for i in range(len(names)):
        draws[i, 2 * i : 2 * i + 2] = 0.1, 0.9
    seen = _coverage_of(setting, dict(zip(names, draws, strict=True)))
    ends = seen.reshape(-1, 2).tolist()
    found = [Swing(name, low, high) for name, (low, high) in zip(names, ends, strict=True)]
    return sorted(found, key=lambda s: -abs(s.high - s.low))


def discover(question: Question) -> Box:
    """Return the box of levers that best holds the draws which reach the target.

    Draws levers far beyond the scenario's ranges, on top of its paths: enrolment a month, people
    funded and for how many months, and the part of ordinary lapse kept back. Enrolment alone, or
    funding alone, goes up to half as much again as closes the gap. A funded person counts while
    paid and two months more.

    Notes
    -----
    Patient rule induction: Friedman and Fisher (1999); scenario discovery: Bryant and Lempert (2010).
    """
    setting = _setting(question)
    moved = setting.paths
    # each path as often as the published figures let it stand
    middles = (np.arange(DISCOVERY_PATHS) + 0.5) / DISCOVERY_PATHS
    standing = np.searchsorted(moved.weights.cumsum(), middles).clip(max=moved.weights.size - 1)
    lapsing = moved.participants.outflow[moved.now :, SELF, standing]
    base, covered = moved.base.stock[-1, standing], moved.covered[-1, standing]
    most_people = AGAIN * max(float(np.quantile(setting.goal * base - covered, CLOSES)), 0.0)
    ends = most_people / question.months, most_people, MOST_FUNDED_MONTHS, 1.0
    most = dict(zip(LEVERS, ends, strict=True))
    draws = np.stack(
        [m * stream(question.seed, "lever", n).random(DISCOVERY_PATHS) for n, m in most.items()]
    )
    reach = covered + _lever_people(question, lapsing, draws) >= setting.goal * base
    bounds, inside = _peel(draws, reach)
    return Box(
        bounds,
        most,
        coverage=float(reach[inside].sum() / reach.sum()),
        density=float(reach[inside].mean()),
        reaching=float(reach.mean()),
        without=float((covered >= setting.goal * base).mean()),
    )


def _lever_people(question: Question, lapsing: Array, draws: Array) -> Array:
    """Return the people the levers add by the target month."""
    enrolled, funded, months, kept = draws
    last_counted = FUNDING_STARTS + np.floor(months) - 1 + UNPAID_MONTHS_COUNTED
    counted = (np.floor(months) >= 1) & (last_counted >= question.months)
    return np.asarray(enrolled * question.months + funded * counted + kept * lapsing.sum(axis=0))


def _peel(
    draws: Array, reach: Inside
) -> tuple[dict[str, tuple[float | None, float | None]], Inside]:
    """Cut the lever ranges from the side that raises the share of reaching draws most.

    Returns the bounds by lever, and which draws they leave.
    """
    inside = np.ones(reach.size, dtype=bool)
    bounds: dict[str, list[float | None]] = {name: [None, None] for name in LEVERS}
    while reach[inside].mean() < 0.9 and inside.sum() > FEWEST_INSIDE:
        better = [c for c in _cuts(draws, inside) if reach[c[-1]].mean() > reach[inside].mean()]
        if not better:
            break
        name, side, cut, inside = max(better, key=lambda c: float(reach[c[-1]].mean()))
        bounds[name][side] = cut
    return {name: (low, high) for name, (low, high) in bounds.items()}, inside


def _cuts(draws: Array, inside: Inside) -> Iterator[tuple[str, int, float, Inside]]:
    """Yield each lever cut on one side: its name, the side, where, and what is then inside."""
    for name, values in zip(LEVERS, draws, strict=True):
        for side, level in enumerate((PEEL, 1 - PEEL)):
            cut = float(np.quantile(values[inside], level))
            kept = inside & (values <= cut if side else values >= cut)
            if FEWEST_INSIDE <= kept.sum() < inside.sum():
                yield name, side, cut, kept


def sensitivity_record(found: Indices, ranked: list[Swing], box: Box) -> dict[str, Any]:
    """Return indices, swings and box as plain values for JSON, most important first."""
    order = np.argsort(-found.total)
    return {
        "schema_version": SCHEMA_VERSION,
        "indices": [
            {
                "parameter": found.names[i],
                "first_order": round(float(found.first[i]), 4),
                "total": round(float(found.total[i]), 4),
                "interval": [round(v, 4) for v in found.total_interval[i].tolist()],
                "first_order_interval": [round(v, 4) for v in found.first_interval[i].tolist()],
            }
            for i in order
        ],
        "swings": [
            {"parameter": s.name, "low": round(s.low, 6), "high": round(s.high, 6)} for s in ranked
        ],
        "discovery": {
            "levers": [
                {"lever": name, "unit": unit}
                | dict(zip(("least", "most"), box.bounds[name], strict=True))
                | {"drawn_up_to": round(box.most[name], 4)}
                for name, unit in LEVERS.items()
            ],
            "coverage": round(box.coverage, 4),
            "density": round(box.density, 4),
            "reaching": round(box.reaching, 4),
            "without": round(box.without, 4),
        },
    }
