"""How far to trust the forecast, in a picture."""

from __future__ import annotations

import numpy as np

from ucj_analysis.presentation.canvas import COVERAGE, QUIET, canvas
from ucj_analysis.presentation.display import Picture
from ucj_analysis.presentation.language import Words
from ucj_analysis.scoring import Backtest


def reliability_figure(result: Backtest, w: Words) -> Picture:
    """Draw where the outcomes fell in their forecasts: a calibrated one follows the diagonal."""
    levels = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    quantiles = result.rows[["p05", "p25", "p50", "p75", "p95"]].to_numpy()
    seen = result.rows["to_pct"].to_numpy()
    shares = [(seen <= quantiles[:, i]).mean() for i in range(len(levels))]
    n = len(seen)
    with canvas(w.t("Do outcomes fall where the forecast says?")) as (figure, axes):
        axes.plot([0, 100], [0, 100], color=QUIET, lw=1)
        spread = 200 * np.sqrt(levels * (1 - levels) / n)
        axes.errorbar(
            100 * levels, 100 * np.array(shares), yerr=spread, fmt="o", color=COVERAGE, capsize=3
        )
        axes.set_xlabel(w.t("said: chance of an outcome below"))
        axes.set_ylabel(w.t("seen: share of outcomes below"))
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 100)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(lambda v, _: w.percent(v / 100))
    told = [f"{w.percent(p)}: {w.percent(s)}" for p, s in zip(levels, shares, strict=True)]
    alt = w.t(
        "Share of {n} outcomes below each quantile: {list}.", n=w.count(n), list=w.listed(told)
    )
    return Picture("reliability", alt, figure)
