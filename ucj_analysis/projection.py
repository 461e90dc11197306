"""Stock-flow over many paths: the base and the participants as separate states, monthly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ucj_analysis.coverage import Interval
from ucj_analysis.labour_force import BasePaths, project_base
from ucj_analysis.months import Month
from ucj_analysis.participants import ParticipantPaths, project_participants
from ucj_analysis.scenario import Scenario
from ucj_analysis.streams import stream

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Projection:
    """Paths of base and participants from `start` on; arrays of shape (paths, months + 1)."""

    start: Month
    base: BasePaths
    participants: ParticipantPaths

    @property
    def coverage(self) -> Array:
        """Participants over the moving base."""
        return self.participants.stock / self.base.stock

    @property
    def coverage_on_published_base(self) -> Array:
        """Participants over the base published at the start, held fixed: what a branch reports."""
        return self.participants.stock / self.base.stock[:, :1]

    @property
    def months(self) -> list[Month]:
        """Month of each column."""
        return [self.start + t for t in range(self.base.stock.shape[1])]


def project(
    labour_force: float,
    coverage: Interval,
    start: Month,
    months: int,
    scenario: Scenario,
    paths: int,
    seed: int,
) -> Projection:
    """Project base and participants from a published coverage.

    Parameters
    ----------
    labour_force : float
        The published base, people.
    coverage : Interval
        What the published coverage may stand for; paths start anywhere in it.
    start : Month
        Month the figures describe.
    months, paths, seed : int
        Steps, number of paths, seed.
    scenario : Scenario
        What is assumed about the flows.

    Returns
    -------
    Projection

    Examples
    --------
    >>> from ucj_analysis.scenario import load_scenario
    >>> moved = project(599_061, Interval(0.285, 0.295), Month(2025, 3), 9, load_scenario("baseline"), 100, 1)
    >>> moved.coverage.shape
    (100, 10)
    """
    inside = stream(seed, "start").random(paths)
    opening = labour_force * (coverage.low + inside * (coverage.high - coverage.low))
    base = project_base(labour_force, start, months, scenario.labour_force, paths, seed)
    people = project_participants(opening, base.stock, start, scenario.participants, seed)
    return Projection(start, base, people)
