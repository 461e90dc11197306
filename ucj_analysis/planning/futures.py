"""The futures a plan must hold in: simulated paths with the plan's people on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ucj_analysis.forecasting import Ensemble, naming_what_was_accepted, simulate
from ucj_analysis.projection import CHUNK, History, Projection, project, weighted_quantiles
from ucj_analysis.question import Question, scenario_names
from ucj_analysis.record.breakdown import own_scenarios
from ucj_analysis.record.observations import load_table
from ucj_analysis.record.schemas import GROWTH_PAIRS
from ucj_analysis.reference_class import fit_reference_class, reference_class_forecast, select_pairs
from ucj_analysis.scenario import Scenario
from ucj_analysis.scenario_files import alternatives_for, load_scenario, overlaid, own_values
from ucj_analysis.scouting import FEWEST_WORTH
from ucj_analysis.series import stock_flow_history
from ucj_analysis.situation import Status, status
from ucj_analysis.streams import stream

Array = npt.NDArray[np.float64]
#: Shipped scenarios under which every plan is tried: shocks, not levers.
SHOCKS = ("layoff-shock", "graduate-wave", "rebase")


@dataclass(frozen=True)
class Futures:
    """A question's paths over the months of a plan, without or with its people.

    `months` counts from the month asked about; the plan's month 1 is the one after it.
    """

    status: Status
    history: History
    scenario: Scenario
    baseline: Scenario
    months: int

    @property
    def question(self) -> Question:
        """The question asked."""
        return self.status.question

    @property
    def goal(self) -> float:
        """Coverage aimed at."""
        return self.status.target.coverage

    @cached_property
    def alone(self) -> Ensemble:
        """The paths without a plan."""
        return self.run()

    def run(
        self,
        planned: Array | None = None,
        seed: int | None = None,
        paths: int | None = None,
        scenario: Scenario | None = None,
    ) -> Ensemble:
        """Return paths, with the people a plan covers in each month on top."""
        asked = self.question
        size = asked.paths if paths is None else paths, asked.seed if seed is None else seed
        assumed = scenario or self.scenario, self.baseline
        with naming_what_was_accepted(asked):
            return simulate(self.history, self.months, *assumed, *size, planned)

    def counts(self, segments: Sequence[str], months: int) -> Array:
        """Return 1 where a segment counts in a month of a plan, shape (segments, months)."""
        first = self.question.as_of + 1
        found = np.ones((len(segments), months))
        for rule in self.scenario.for_region(self.question.region).counting:
            for i, segment in enumerate(segments):
                if segment in rule.excludes:
                    found[i, [str(first + t) >= rule.month for t in range(months)]] = 0
        return found


def look_ahead(question: Question, months: int) -> Futures:
    """Return the futures of a question over so many months.

    Raises
    ------
    InputError
        As :func:`ucj_analysis.forecasting.forecast`.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> look_ahead(ask(paths=200), 12).run().coverage.shape
    (12, 200)
    """
    now = status(question)
    scenarios = own_scenarios(question, now.breakdowns)
    return Futures(now, stock_flow_history(now), *scenarios, months)


def missing(paths: Ensemble, goal: float, rows: Sequence[int]) -> Array:
    """Return the people each path lacks for the goal in the months named, shape (months, paths)."""
    at = list(rows)
    return np.asarray((goal - paths.coverage[at]) * paths.base[at])


def scale_of(paths: Ensemble, rows: Sequence[int], target: int) -> Array:
    """Return the people in each month that are as large a share of the base as one in the target month."""
    mean = paths.base[[*rows, target]] @ paths.weights
    return np.asarray(mean[:-1] / mean[-1])


def needed(
    lacking: Array, weights: Array, scale: Array, probability: float, alone: Array | None = None
) -> Array:
    """Return the people to add in each month so that all months hold with a probability.

    Each month's own quantile first; then all months are raised together until they hold jointly
    (a margin in the manner of Charnes and Cooper 1959, taken from the paths themselves). `alone`
    holds each month's own quantile, where it is at hand.

    Examples
    --------
    >>> lacking = np.array([[0.0, 10.0, 20.0, 30.0]])
    >>> needed(lacking, np.full(4, 0.25), np.ones(1), 0.5)
    array([15.])
    """
    if alone is None:
        alone = weighted_quantiles(lacking, weights, [probability])[:, 0]
    if len(lacking) == 1:
        return np.asarray(alone)
    worst = ((lacking - alone[:, None]) / scale[:, None]).max(axis=0)
    return np.asarray(alone + weighted_quantiles(worst, weights, [probability])[0] * scale)


def holds(paths: Ensemble | Projection, goal: float, rows: Sequence[int]) -> tuple[float, float]:
    """Return the probability that the goal holds in all months named, and its standard error."""
    kept = (paths.coverage[list(rows)] >= goal).all(axis=0)
    share = float(paths.weights @ kept)
    edge = min(3 / paths.effective_sample_size, 0.5)
    share = min(max(share, edge), 1 - edge)
    return share, float(np.sqrt(share * (1 - share) / paths.effective_sample_size))


def kept(paths: Ensemble, rows: Sequence[int], probability: float) -> float:
    """Return the coverage held in all months named with a probability."""
    lowest = paths.coverage[list(rows)].min(axis=0)
    return float(weighted_quantiles(lowest, paths.weights, [1 - probability])[0])


def shifted(futures: Futures, planned: Array, rows: Sequence[int]) -> dict[str, float]:
    """Return the probability that a plan holds where the assumptions are shifted.

    Under the region's other priors, under each shipped shock, and with every range drawn from
    its worse half (worse as the paths themselves tell).
    """
    question, found = futures.question, {}
    some = min(question.paths, CHUNK)
    for name in alternatives_for(question.region, question.data):
        other = load_scenario(name, question.data)
        changed = futures.scenario.model_copy(update={"split": other.split})
        elsewhere = replace(futures, scenario=changed, baseline=other)
        found[name] = holds(elsewhere.run(planned, paths=some), futures.goal, rows)[0]
    for name in SHOCKS:
        if name in scenario_names(question.data) and name != question.scenario:
            shock = overlaid(futures.scenario, own_values(name, question.data))
            paths = futures.run(planned, paths=some, scenario=shock)
            found[name] = holds(paths, futures.goal, rows)[0]
    if (worse := _worse_half(futures, planned, rows, some)) is not None:
        found["worse_half"] = worse
    return found


def _worse_half(futures: Futures, planned: Array, rows: Sequence[int], paths: int) -> float | None:
    """Return the chance under the worse half of every range; None where hardly a path follows the figures."""
    question = futures.question
    seen = futures.run(planned, paths=paths).first
    last = seen.coverage[seen.now + 1 + rows[-1]]
    shifts = {}
    for name, values in seen.values.items():
        falls = np.cov(values, last, aweights=seen.weights)[0, 1] < 0
        uniform = stream(question.seed, "uniform", name, "0").random(paths)
        shifts[name] = (uniform + 1) / 2 if falls else uniform / 2
    asked = futures.history, futures.months, futures.scenario, futures.baseline
    moved = project(*asked, paths, question.seed, uniforms=shifts, check=False, planned=planned)
    if moved.effective_sample_size < FEWEST_WORTH:
        return None
    return holds(moved, futures.goal, [moved.now + 1 + row for row in rows])[0]


def under_reference_class(futures: Futures, planned: Array, rows: Sequence[int]) -> float:
    """Return the probability under the reference class, the plan's people on top.

    The least over the months named. What other regions did includes their programmes, so the
    plan's people are partly in it already: read it as an upper view.
    """
    known_by, now, question = futures.status.known_by, futures.status.now, futures.question
    pairs = select_pairs(load_table(GROWTH_PAIRS, question.data), question.region_name, known_by)
    days = [(question.as_of + r + 1).last_day for r in rows]
    start = now.coverage, now.half_width, now.as_of
    outside = reference_class_forecast(*start, days, fit_reference_class(pairs))
    paths = futures.run(planned, paths=min(question.paths, CHUNK))
    added = planned[list(rows)] / (paths.base[list(rows)] @ paths.weights)
    left = np.clip(futures.goal - added, 1e-6, 1 - 1e-6).tolist()
    chances = [float(outside.exceeds(goal)[i]) for i, goal in enumerate(left)]
    return float(np.clip(min(chances), 0.001, 0.999))
