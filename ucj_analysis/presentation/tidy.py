"""Every number of a report as one tidy table."""

from __future__ import annotations

import csv
import io
from typing import Any

from ucj_analysis.forecasting import LEVEL_NAMES, Forecast

TIDY_SCHEMA_VERSION = 1


def tidy_csv(seen: Forecast) -> str:
    """Return status and forecast as tidy CSV: one number per line, with its unit.

    Columns `schema_version, table, row, column, value, unit`; coverage in fractions, counts in people.
    """
    now = seen.status
    lines: list[tuple[Any, ...]] = []

    def add(table: str, row: str, column: str, value: float, unit: str) -> None:
        digits = 0 if unit in ("people", "rupiah") else 6
        text = f"{round(float(value), digits):.{digits}f}"
        lines.append((TIDY_SCHEMA_VERSION, table, row, column, text, unit))

    for o in [o for o in (now.before, now.now) if o]:
        month = str(o.month)
        add("status", month, "coverage", o.coverage, "fraction")
        add("status", month, "coverage_low", float(o.coverage_interval.low), "fraction")
        add("status", month, "coverage_high", float(o.coverage_interval.high), "fraction")
        add("status", month, "labour_force", o.labour_force, "people")
        add("status", month, "participants", o.participants, "people")
    add("status", str(now.question.target_month), "target", now.target.coverage, "fraction")
    add("status", str(now.question.target_month), "net_enrolment_needed", now.net_needed, "people")
    add("status", str(now.question.target_month), "rupiah_gap_year", now.gap_year, "rupiah")
    if now.change:
        span = f"{now.before.month if now.before else ''}..{now.now.month}"
        add("change", span, "participants", float(now.change.participants), "fraction")
        add("change", span, "labour_force", float(now.change.labour_force), "fraction")
        add("change", span, "total", float(now.change.total), "fraction")
    for t, ahead in enumerate(seen.months):
        for name, value in zip(LEVEL_NAMES, seen.pooled.quantiles[t], strict=True):
            add("pooled", str(ahead), name, value, "fraction")
        add("pooled", str(ahead), "probability", float(seen.pooled.probability[t]), "fraction")
        for view, seen_by in seen.views.items():
            for name, value in zip(LEVEL_NAMES, seen_by.quantiles[t], strict=True):
                add(view, str(ahead), name, value, "fraction")
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("schema_version", "table", "row", "column", "value", "unit"))
    writer.writerows(lines)
    return buffer.getvalue()
