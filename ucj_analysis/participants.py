"""The participants: enrolment from the uncovered, lapse, and cover lost to layoffs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ucj_analysis.months import Month
from ucj_analysis.scenario import Participants
from ucj_analysis.streams import stream

Array = npt.NDArray[np.float64]
FIRST_GROWING_MONTH = 6


@dataclass(frozen=True)
class ParticipantPaths:
    """Participants over paths and months, people. Flows have one column per step.

    `stock[:, t + 1] = stock[:, t] + enrolment[:, t] - lapse[:, t] - layoffs[:, t]`
    """

    stock: Array
    enrolment: Array
    lapse: Array
    layoffs: Array


def project_participants(
    participants: Array, base: Array, start: Month, assumed: Participants, seed: int
) -> ParticipantPaths:
    """Project the participants month by month on paths of the base.

    Enrolment is a share of the uncovered, so it saturates and participants never pass the base.

    Parameters
    ----------
    participants : ndarray, shape (paths,)
        Active participants at `start`, people.
    base : ndarray, shape (paths, months + 1)
        The base, people.
    start : Month
        Month of the first column.
    assumed : Participants
        Ranges of enrolment, lapse, layoffs and their seasons.
    seed : int
        Seed of the streams.

    Examples
    --------
    >>> from ucj_analysis.scenario import load_scenario
    >>> moved = project_participants(
    ...     np.full(3, 173_728.0), np.full((3, 10), 599_061.0), Month(2025, 3),
    ...     load_scenario("baseline").participants, 1)
    >>> bool((moved.stock[:, -1] < 599_061).all())
    True
    """
    paths, months = base.shape[0], base.shape[1] - 1

    def uniform(name: str) -> Array:
        return np.asarray(stream(seed, "participants", name).random(paths))

    joining = assumed.enrolment.monthly(uniform("enrolment"))
    stopping = assumed.lapse.monthly(uniform("lapse"))
    growing = assumed.enrolment_season.draw(uniform("enrolment_season"))
    declining = assumed.lapse_season.draw(uniform("lapse_season"))
    laid_off = uniform("layoffs")
    covered = assumed.layoffs_covered.draw(uniform("layoffs_covered"))
    spread = assumed.monthly_noise.draw(uniform("monthly_noise"))

    stock = np.empty((paths, months + 1))
    enrolment, lapse, layoffs = (np.empty((paths, months)) for _ in range(3))
    stock[:, 0] = participants
    for t in range(months):
        number = (start + t + 1).number
        in_growing = number >= FIRST_GROWING_MONTH
        join = joining * growing if in_growing else joining
        stop = stopping if in_growing else stopping * declining
        join = join * _noise(seed, "enrolment_noise", t, spread)
        stop = stop * _noise(seed, "lapse_noise", t, spread)
        now = stock[:, t]
        lapse[:, t] = now * np.minimum(stop, 1.0)
        lost = assumed.layoffs.people(laid_off, float(base[:, 0].mean()), number) * covered
        layoffs[:, t] = np.minimum(lost, now - lapse[:, t])
        staying = now - lapse[:, t] - layoffs[:, t]
        uncovered = np.maximum(base[:, t + 1] - staying, 0.0)
        enrolment[:, t] = uncovered * np.minimum(join, 1.0)
        stock[:, t + 1] = staying + enrolment[:, t]
    return ParticipantPaths(stock, enrolment, lapse, layoffs)


def _noise(seed: int, name: str, step: int, spread: Array) -> Array:
    """Return multipliers of mean one around a monthly rate."""
    if not spread.any():
        return np.ones_like(spread)
    shock = stream(seed, "participants", name, str(step)).standard_normal(spread.size)
    return np.exp(spread * shock - spread**2 / 2)
