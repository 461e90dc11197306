"""A region without a figure to start from: what its own percentage, or its province's peers, suggest.

Never a forecast of the region itself: coverage alone, without people or base, and labelled so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ucj_analysis.months import Month, month_of
from ucj_analysis.question import MOST_PUBLIC_MONTHS
from ucj_analysis.record.observations import Observation, load_observations, load_table
from ucj_analysis.record.public_record import PrintedFigure, printed_figures
from ucj_analysis.record.regions import OWN, Region, is_of, load_regions
from ucj_analysis.record.schemas import GROWTH_PAIRS
from ucj_analysis.reference_class import fit_reference_class, reference_class_forecast, select_pairs
from ucj_analysis.resources import data_folder

FEWEST_PEERS = 3
LEVELS = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


@dataclass(frozen=True)
class Peer:
    """The newest coverage known of one region, a fraction."""

    name: str
    as_of: date
    coverage: float
    half_width: float
    source: str


@dataclass(frozen=True)
class PeersForecast:
    """Coverage in the target month as peers suggest it; `own` tells it starts from a percentage of its own."""

    name: str
    province: str
    target_month: Month
    peers: tuple[Peer, ...]
    own: bool
    coverage: dict[str, float]
    windows: int


def peers_forecast(
    region: str, target_month: Month, data: str | Path | None = None
) -> PeersForecast | None:
    """Return what is suggested for a region, None where too few peers are known.

    Each peer's newest coverage, at most two years old by then, is moved to the target month as
    other regions moved (:mod:`ucj_analysis.reference_class`). The region is then one more draw
    from such a province: Student's t on the logit scale, with the spread between the peers and
    that of their moves.

    Parameters
    ----------
    region : str
        Code of a regency, a city, or a province.
    target_month : Month
        Month suggested for.
    data : path, optional
        Data folder; the shipped one by default.

    Examples
    --------
    >>> seen = peers_forecast("3301", Month(2025, 12))
    >>> len(seen.peers), seen.own, 0.2 < seen.coverage["p50"] < 0.6
    (9, False, True)
    """
    register = load_regions(data)
    me = register[region]
    own = _newest(me, target_month, data)
    others = [
        found
        for r in register.values()
        if r.province_code == me.province_code and r.level == me.level and r.code != region
        if (found := _newest(r, target_month, data))
    ]
    peers = [own] if own else others
    if not own and len(peers) < FEWEST_PEERS:
        return None
    pairs = load_table(GROWTH_PAIRS, data)
    fitted = fit_reference_class(select_pairs(pairs, me.name))
    last = target_month.last_day
    ahead = [
        reference_class_forecast(p.coverage, p.half_width, min(p.as_of, last), [last], fitted)
        for p in peers
    ]
    mean = np.array([a.mean[0] for a in ahead])
    moves = np.mean([a.sd[0] ** 2 for a in ahead])
    return PeersForecast(
        name=me.name,
        province=register[me.province_code].name,
        target_month=target_month,
        peers=tuple(peers),
        own=own is not None,
        coverage=_quantiles(mean, float(moves)),
        windows=fitted.windows,
    )


def _newest(region: Region, target_month: Month, data: str | Path | None) -> Peer | None:
    """Return a region's newest coverage up to the target month, if it is recent enough."""
    figures: Sequence[Observation | PrintedFigure]
    if region.figures == OWN:
        figures = load_observations(region.code, None, data)
    else:
        figures = [f for f in printed_figures(data_folder(data)) if is_of(f, region)]
    told = [Peer(region.name, f.as_of, f.coverage, f.half_width, f.source) for f in figures]
    recent = (p for p in told if 0 <= target_month - month_of(p.as_of) <= MOST_PUBLIC_MONTHS)
    return max(recent, key=lambda p: p.as_of, default=None)


def _quantiles(mean: npt.NDArray[np.float64], moves: float) -> dict[str, float]:
    from scipy.special import expit
    from scipy.stats import norm, t

    n = len(mean)
    between = float(np.var(mean, ddof=1)) * (1 + 1 / n) if n > 1 else 0.0
    drawn = t(n - 1) if n > 1 else norm()
    spread = np.sqrt(between + moves)
    ends = expit(mean.mean() + spread * drawn.ppf(list(LEVELS.values()))).tolist()
    return {name: round(end, 6) for name, end in zip(LEVELS, ends, strict=True)}
