"""Coverage arithmetic: rate, rounding interval, decomposition of a change, need, pace, cost.

Pure functions of numbers and arrays; nothing here knows of files, models or words.
Coverage is a fraction (0.29), never a percentage.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ucj_analysis.errors import bad

Number = float | npt.NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A closed range of values in the unit of its quantity; scalars or arrays of one shape."""

    low: Number
    high: Number


@dataclass(frozen=True)
class ChangeDecomposition:
    """The exact split of a change of coverage, in coverage (fractions), each with its interval."""

    total: Number
    participants: Number
    labour_force: Number
    total_interval: Interval
    participants_interval: Interval
    labour_force_interval: Interval


def _array(value: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return np.asarray(value, dtype=np.float64)


def _plain(value: npt.NDArray[np.float64]) -> Number:
    return float(value) if value.ndim == 0 else value


def coverage_rate(participants: npt.ArrayLike, labour_force: npt.ArrayLike) -> Number:
    """Return active participants over the labour-force base.

    Parameters
    ----------
    participants, labour_force : array_like
        People; shapes that broadcast.

    Returns
    -------
    float or ndarray
        Coverage, a fraction.

    Raises
    ------
    InputError
        `bad_count` for a negative count, `bad_base` for a base that is not positive.

    Notes
    -----
    Definition of UCJ: programme rules, "UCJ denominator (branch practice)".

    Examples
    --------
    >>> round(coverage_rate(173_728, 599_061), 4)
    0.29
    """
    people, base = _array(participants), _array(labour_force)
    if not np.all(people >= 0):
        raise bad("bad_count", np.min(people))
    if not np.all(base > 0):
        raise bad("bad_base", np.min(base))
    return _plain(people / base)


def rounding_interval(value: npt.ArrayLike, half_width: npt.ArrayLike) -> Interval:
    """Return the values that a rounded publication may stand for.

    Parameters
    ----------
    value, half_width : array_like
        The printed value and half of its last digit, in one unit.

    Notes
    -----
    Interval data from rounding: Manski and Molinari (2010), JBES 28(2).

    Examples
    --------
    >>> rounding_interval(0.29, 0.005)
    Interval(low=0.285, high=0.295)
    """
    centre, half = _array(value), _array(half_width)
    if not np.all(half >= 0):
        raise bad("bad_half_width", np.min(half))
    # 12 decimals keep 0.285 from printing as 0.28500000000000003
    return Interval(_plain(np.round(centre - half, 12)), _plain(np.round(centre + half, 12)))


def decompose_change(
    coverage_from: npt.ArrayLike,
    labour_force_from: npt.ArrayLike,
    coverage_to: npt.ArrayLike,
    labour_force_to: npt.ArrayLike,
    half_width_from: npt.ArrayLike = 0.0,
    half_width_to: npt.ArrayLike = 0.0,
) -> ChangeDecomposition:
    """Split a change of coverage into participants and base, exactly and symmetrically.

    The part of participants is their change valued at the mean of 1/base; the part of the base
    is the change of 1/base valued at the mean number of participants. The two sum to the total.
    This is accounting, not cause.

    Parameters
    ----------
    coverage_from, coverage_to : array_like
        Published coverage, fractions.
    labour_force_from, labour_force_to : array_like
        The bases they were published on, people.
    half_width_from, half_width_to : array_like
        Rounding half-widths of the two coverages, fractions.

    Returns
    -------
    ChangeDecomposition

    Notes
    -----
    The Shapley split of two factors: Das Gupta (1993), Shorrocks (2013, J. Econ. Inequality 11).
    Both parts are monotone in each rounded figure, so the intervals are exact at the corners.

    Examples
    --------
    >>> split = decompose_change(0.39, 511_111, 0.29, 599_061, 0.005, 0.005)
    >>> round(split.participants, 4), round(split.labour_force, 4)
    (-0.0464, -0.0536)
    """
    base0, base1 = _array(labour_force_from), _array(labour_force_to)
    start = rounding_interval(coverage_from, half_width_from)
    end = rounding_interval(coverage_to, half_width_to)
    per_head = (1 / base0 + 1 / base1) / 2
    shift = (1 / base1 - 1 / base0) / 2

    def participants_part(c0: npt.ArrayLike, c1: npt.ArrayLike) -> npt.NDArray[np.float64]:
        return (_array(c1) * base1 - _array(c0) * base0) * per_head

    def base_part(c0: npt.ArrayLike, c1: npt.ArrayLike) -> npt.NDArray[np.float64]:
        return (_array(c1) * base1 + _array(c0) * base0) * shift

    total = _array(coverage_to) - _array(coverage_from)
    participants = participants_part(coverage_from, coverage_to)
    corners = base_part(start.low, end.low), base_part(start.high, end.high)
    return ChangeDecomposition(
        total=_plain(total),
        participants=_plain(participants),
        labour_force=_plain(total - participants),
        total_interval=Interval(
            _plain(_array(end.low) - _array(start.high)),
            _plain(_array(end.high) - _array(start.low)),
        ),
        participants_interval=Interval(
            _plain(participants_part(start.high, end.low)),
            _plain(participants_part(start.low, end.high)),
        ),
        labour_force_interval=Interval(_plain(np.minimum(*corners)), _plain(np.maximum(*corners))),
    )


def required_enrolment(
    target: npt.ArrayLike, labour_force: npt.ArrayLike, participants: npt.ArrayLike
) -> Number:
    """Return the net enrolment that lifts `participants` to the target on this base.

    Parameters
    ----------
    target : array_like
        Coverage aimed at, a fraction in (0, 1).
    labour_force, participants : array_like
        People.

    Returns
    -------
    float or ndarray
        People; negative where the target is already passed.

    Examples
    --------
    >>> round(required_enrolment(0.52, 599_061, 0.29 * 599_061))
    137784
    """
    aim = _array(target)
    if not np.all((aim > 0) & (aim < 1)):
        raise bad("bad_target", target)
    return _plain(aim * _array(labour_force) - _array(participants))


def pace_per_month(people: npt.ArrayLike, months: int) -> Number:
    """Return people per month over a number of whole months, at least one.

    Examples
    --------
    >>> round(pace_per_month(137_784, 9))
    15309
    """
    if months < 1:
        raise bad("bad_horizon", months)
    return _plain(_array(people) / months)


def contribution_cost(people: npt.ArrayLike, months: npt.ArrayLike, rupiah: float) -> Number:
    """Return the rupiah that pay `people` for `months` at `rupiah` per person and month.

    The rule is the minimum package of programme rule R00, Rp16,800.

    Examples
    --------
    >>> contribution_cost(2_600, 6, 16_800)
    262080000.0
    """
    if rupiah <= 0:
        raise bad("bad_contribution", rupiah)
    return _plain(_array(people) * _array(months) * rupiah)
