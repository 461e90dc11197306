"""The base month by month: as published, then moved by graduates, exits, moves and re-setting.

The branch may re-set it at a New Year.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ucj_analysis.months import Month
from ucj_analysis.scenario import Scenario

Array = npt.NDArray[np.float64]
Values = dict[str, Array]
Uniform = Callable[[str], Array]


@dataclass(frozen=True)
class BasePaths:
    """The base over months and paths, people. Flows have one row per step.

    `stock[t + 1] = stock[t] + graduates[t] - exits[t] + migration[t] + rebasing[t]`
    """

    stock: Array
    graduates: Array
    exits: Array
    migration: Array
    rebasing: Array

    @property
    def published(self) -> Array:
        """The base last published in each month: held until it is re-set."""
        held = self.stock.copy()
        for t, step in enumerate(self.rebasing):
            held[t + 1] = np.where(step == 0, held[t], self.stock[t + 1])
        return held


def project_base(
    known: Sequence[float],
    start: Month,
    months: int,
    scenario: Scenario,
    values: Values,
    uniform: Uniform,
) -> BasePaths:
    """Project the base month by month.

    Parameters
    ----------
    known : sequence of float
        The published base from `start` on, one per month, people; at least one.
    start : Month
        Month of the first column.
    months : int
        Steps.
    scenario : Scenario
        What is assumed; its stated re-basings happen for certain.
    values : dict
        Drawn values per range name, shape (paths,).
    uniform : callable
        Uniforms by name, for the chances of each New Year.

    Returns
    -------
    BasePaths
        Stock of shape (months + 1, paths), flows of shape (months, paths).

    Notes
    -----
    A re-basing replaces the year's churn rather than multiplying it: the jumps seen compare two
    published bases and already contain what happened between them.
    """
    paths = values["labour_force.joining"].size
    stock = np.empty((months + 1, paths))
    graduates, exits, migration, rebasing = (np.zeros((months, paths)) for _ in range(4))
    stock[0] = known[0]
    published = np.full(paths, float(known[0]))
    yearly = values["labour_force.graduates"] * values["labour_force.joining"]
    for t in range(months):
        month = start + t + 1
        if t + 1 < len(known):
            rebasing[t] = known[t + 1] - known[t]
            stock[t + 1] = published[:] = known[t + 1]
            continue
        graduates[t] = yearly * scenario.labour_force.graduates.share_of_year(month.number)
        exits[t] = stock[t] * values["labour_force.exits"]
        migration[t] = stock[t] * values["labour_force.migration"]
        moved = stock[t] + graduates[t] - exits[t] + migration[t]
        if month.number == 1:
            new = _reset(published, month, scenario, values, uniform)
            rebasing[t] = np.where(np.isnan(new), 0.0, new - moved)
            published = np.where(np.isnan(new), published, new)
        stock[t + 1] = moved + rebasing[t]
    return BasePaths(stock, graduates, exits, migration, rebasing)


def _reset(
    published: Array, month: Month, scenario: Scenario, values: Values, uniform: Uniform
) -> Array:
    """Return the base set at a New Year, NaN on paths where none is set."""
    stated = [e for e in scenario.rebasings if e.month == str(month)]
    if stated:
        return values[f"{stated[-1].name}.base"]
    year = str(month.year)
    happens = uniform(f"rebasing_happens.{year}") < values["labour_force.rebasing_chance"]
    jump = scenario.labour_force.rebasing.draw(uniform(f"rebasing.{year}"))
    return np.where(happens, published * jump, np.nan)
