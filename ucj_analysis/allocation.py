"""A forecast's participants by segment and sub-district: shares of one total, so that parts add up.

Segments take the shares that the stock-flow view gives them in the target month; sub-districts keep
the shares of their newest month. Neither is a forecast of a part on its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ucj_analysis.forecasting import LEVELS, Forecast
from ucj_analysis.months import Month
from ucj_analysis.projection import weighted_quantiles
from ucj_analysis.record.breakdown import Breakdown, Dimension
from ucj_analysis.scenario import SEGMENTS
from ucj_analysis.streams import stream

Array = npt.NDArray[np.float64]
#: Quantiles of the total that are split.
LABELS = {"p05": 0, "p50": 2, "p95": 4}
#: How firmly sub-districts keep their shares, as people drawn into a Dirichlet distribution: at
#: 2,000 a share of 5% may be 4.2% to 5.8% in nine of ten. An assumption; one month tells no more.
FIRMNESS = 2000.0


@dataclass(frozen=True)
class Share:
    """One part of the total in the target month.

    `people` holds its part of the 5%, 50% and 95% quantile of the total, whole people that add up
    to it; `low` and `high` bound it alone, nine in ten, and add up to nothing.
    """

    name: str
    share: float
    people: tuple[int, ...]
    low: float
    high: float


@dataclass(frozen=True)
class Allocation:
    """The forecast participants of one month by one dimension.

    `since` is the month whose shares are held, None where the stock-flow view gives them.
    """

    dimension: Dimension
    month: Month
    since: Month | None
    total: tuple[int, ...]
    parts: tuple[Share, ...]


def allocations(seen: Forecast) -> list[Allocation]:
    """Return the forecast by each dimension the region publishes; none where it publishes none.

    Examples
    --------
    >>> from ucj_analysis.forecasting import forecast
    >>> from ucj_analysis.question import ask
    >>> allocations(forecast(ask(paths=200)))
    []
    """
    return [_allocation(seen, told) for told in seen.status.breakdowns]


def _allocation(seen: Forecast, told: Breakdown) -> Allocation:
    base = float(weighted_quantiles(seen.ensemble.base[-1], seen.ensemble.weights, [0.5])[0])
    quantiles = seen.pooled.quantiles[-1] * base
    moved = seen.projection
    names: list[str] = [p.name for p in told.parts]
    if told.dimension == "segment":
        names, drawn = [*SEGMENTS], _segment_shares(seen)
        shares, since = drawn @ moved.weights, None
    else:
        shares, since = np.array(list(told.shares.values())), told.month
        drawn = _drawn_shares(shares, moved.weights.size, seen.status.question.seed)
    total = tuple(round(float(quantiles[i])) for i in LABELS.values())
    split = [whole_parts(t, shares) for t in total]
    alone = drawn * _pooled_paths(moved.coverage[-1], moved.weights, quantiles)
    spread = weighted_quantiles(alone, moved.weights, [0.05, 0.95])
    each = zip(names, shares.tolist(), zip(*split, strict=True), spread.tolist(), strict=True)
    parts = tuple(Share(name, share, people, *ends) for name, share, people, ends in each)
    return Allocation(told.dimension, seen.months[-1], since, total, parts)


def _pooled_paths(coverage: Array, weights: Array, quantiles: Array) -> Array:
    """Return a total on each path: the pooled one of the path's rank, its tails drawn out straight."""
    order = np.argsort(coverage)
    rank = np.empty_like(weights)
    rank[order] = np.cumsum(weights[order]) - weights[order] / 2
    low, *_, high = quantiles
    below = low - (quantiles[1] - low) * LEVELS[0] / (LEVELS[1] - LEVELS[0])
    above = high + (high - quantiles[-2]) * LEVELS[0] / (LEVELS[1] - LEVELS[0])
    return np.asarray(np.interp(rank, [0.0, *LEVELS, 1.0], [max(below, 0.0), *quantiles, above]))


def _segment_shares(seen: Forecast) -> Array:
    """Return each segment's share of the covered in the target month, shape (segments, paths)."""
    moved = seen.projection
    counted = moved.participants.stock[-1] * moved.counted[-1][:, None]
    return np.asarray(counted / counted.sum(axis=0))


def _drawn_shares(shares: Array, paths: int, seed: int) -> Array:
    """Return shares that sum to one on each path, around those held, shape (parts, paths)."""
    firmness = np.maximum(FIRMNESS * shares, 1e-9)[:, None]
    grown = stream(seed, "shares").standard_gamma(firmness, (len(shares), paths))
    return np.asarray(grown / grown.sum(axis=0))


def share_range(share: float) -> tuple[float, float]:
    """Return within which ends a share held is assumed to lie, nine times in ten.

    Examples
    --------
    >>> [round(end, 3) for end in share_range(0.05)]
    [0.042, 0.058]
    """
    spread = 1.645 * float(np.sqrt(share * (1 - share) / (FIRMNESS + 1)))
    return share - spread, share + spread


def whole_parts(total: int, shares: Array) -> list[int]:
    """Split a whole number by shares that sum to one; the parts add up, by largest remainders.

    Examples
    --------
    >>> whole_parts(10, np.array([1 / 3, 1 / 3, 1 / 3]))
    [4, 3, 3]
    """
    exact = total * shares
    parts = np.floor(exact + 1e-9).astype(int)
    order = np.argsort(-(exact - parts), kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return [int(p) for p in parts]


def allocations_record(seen: Forecast) -> dict[str, Any]:
    """Return what a forecast's JSON says by segment and sub-district; nothing where none is published."""
    told = allocations(seen)
    return {"breakdown": [_record(one) for one in told]} if told else {}


def _record(told: Allocation) -> dict[str, Any]:
    return {
        "dimension": told.dimension,
        "month": str(told.month),
        "shares_of": str(told.since or "stock_flow"),
        "participants": dict(zip(LABELS, told.total, strict=True)),
        "parts": [
            {
                "name": p.name,
                "share": round(p.share, 6),
                **dict(zip(LABELS, p.people, strict=True)),
                "alone": [round(p.low), round(p.high)],
            }
            for p in told.parts
        ],
    }
