"""How people come and go in a year, in a table."""

from __future__ import annotations

from ucj_analysis.forecasting import Forecast
from ucj_analysis.presentation.churn_words import base_jump, hundreds, yearly_flows
from ucj_analysis.presentation.display import Grid
from ucj_analysis.presentation.language import N_, Words

FLOWS = {
    "graduates": N_("graduates who join the labour force"),
    "exits": N_("people who leave the labour force"),
    "layoffs": N_("participants laid off"),
}


def flows_table(seen: Forecast, w: Words) -> Grid:
    """Return a year's flows, as people and as points of coverage on the base."""
    base = seen.status.now.labour_force
    rows = [
        (
            w.t(FLOWS[name]),
            w.range(hundreds(p), w.count),
            w.range((float(p.low) / base, float(p.high) / base), lambda v: w.percent(v, 1)),
        )
        for name, p in yearly_flows(seen).items()
    ]
    jump = base_jump(seen.status)
    if jump is not None:
        rows.append((w.t("re-setting of the base, seen"), w.count(jump), w.percent(jump / base, 1)))
    return Grid(
        w.t("People a year, nine outcomes in ten"), ("", w.t("people"), w.t("of the base")), rows
    )
