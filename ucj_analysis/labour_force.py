"""The base: graduates join, people leave, and at a New Year the branch may re-set it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ucj_analysis.months import Month
from ucj_analysis.scenario import LabourForce
from ucj_analysis.streams import stream

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BasePaths:
    """The base over paths and months, people. Flows have one column per step.

    `stock[:, t + 1] = stock[:, t] + graduates[:, t] - exits[:, t] + rebasing[:, t]`
    """

    stock: Array
    graduates: Array
    exits: Array
    rebasing: Array


def project_base(
    base: float, start: Month, months: int, assumed: LabourForce, paths: int, seed: int
) -> BasePaths:
    """Project the base month by month.

    Parameters
    ----------
    base : float
        The published base at `start`, people.
    start : Month
        Month the base describes; the first step is the month after it.
    months, paths, seed : int
        Steps, paths, and the seed of the streams.
    assumed : LabourForce
        Ranges of graduates, exits and re-basing.

    Returns
    -------
    BasePaths
        Stock of shape (paths, months + 1), flows of shape (paths, months).

    Notes
    -----
    A re-basing replaces the year's churn rather than multiplying it: the jumps seen compare two
    published bases and already contain what happened between them.

    Examples
    --------
    >>> from ucj_analysis.scenario import load_scenario
    >>> moved = project_base(599_061, Month(2025, 3), 9, load_scenario("baseline").labour_force, 5, 1)
    >>> moved.stock.shape, moved.graduates.shape
    ((5, 10), (5, 9))
    """

    def uniform(name: str, size: int | tuple[int, int] = paths) -> Array:
        return stream(seed, "labour_force", name).random(size)

    joining = assumed.joining.draw(uniform("joining"))
    leaving = assumed.exits.monthly(uniform("exits"))
    inflow = uniform("graduates")
    chance = assumed.rebasing_chance.draw(uniform("rebasing_chance"))
    new_years = [t for t in range(months) if (start + t + 1).number == 1]
    happens = uniform("rebasing_happens", (max(len(new_years), 1), paths)) < chance
    jump = assumed.rebasing.draw(uniform("rebasing", (max(len(new_years), 1), paths)))

    stock = np.empty((paths, months + 1))
    graduates, exits, rebasing = (np.zeros((paths, months)) for _ in range(3))
    stock[:, 0] = base
    published = np.full(paths, float(base))
    for t in range(months):
        number = (start + t + 1).number
        graduates[:, t] = assumed.graduates.people(inflow, base, number) * joining
        exits[:, t] = stock[:, t] * leaving
        moved = stock[:, t] + graduates[:, t] - exits[:, t]
        if t in new_years:
            year = new_years.index(t)
            published = np.where(happens[year], published * jump[year], published)
            rebasing[:, t] = np.where(happens[year], published - moved, 0.0)
        stock[:, t + 1] = moved + rebasing[:, t]
    return BasePaths(stock, graduates, exits, rebasing)
