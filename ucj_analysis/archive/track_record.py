"""Forecasts issued, kept as they were, and what came of them: the track record.

What is issued goes into an archive that is added to and never changed (`files`). A
forecast issued again for the same question on the same day with other numbers is a revision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ucj_analysis.archive.files import KEPT_LEVELS, POOLED, Array, Issued, append, read_months
from ucj_analysis.archive.inputs import keep_inputs
from ucj_analysis.forecasting import Forecast, pooled_alike
from ucj_analysis.months import Month
from ucj_analysis.provenance import behind, input_hashes
from ucj_analysis.record.observations import Observation, load_observations

SCHEMA_VERSION = 1
#: Where the target of a forecast came from: the data, or whoever asked.
PUBLISHED, ASKED = "published", "asked"


@dataclass(frozen=True)
class Scored:
    """One month of an issued forecast beside what was published for it later."""

    name: str
    region: str
    issued: str
    as_of: str
    month: str
    revision: int
    target: float
    p05: float
    p50: float
    p95: float
    outcome: float | None = None
    published: str | None = None
    crps_points: float | None = None
    crps_persistence_points: float | None = None
    hit_90: bool | None = None
    brier: float | None = None


def issue(seen: Forecast, archive: Path, issued: date) -> Path:
    """Append a forecast to an archive, its inputs too, and return its file.

    The same forecast issued twice is kept once; other numbers for the same question and day
    become revision 2, 3 and so on.

    Raises
    ------
    InputError
        As :func:`ucj_analysis.archive.files.read_archive`.
    RunError
        `cannot_write` where the folder cannot be written.
    """
    inputs = keep_inputs(seen.status.question, archive)
    return append([issued_forecast(seen, issued, inputs)], archive)[0]


def issued_forecast(
    seen: Forecast, issued: date, inputs: Mapping[str, str] | None = None
) -> Issued:
    """Return a forecast as it is kept, with the hashes of its inputs where the caller has them.

    Examples
    --------
    >>> from ucj_analysis import ask, forecast
    >>> issued_forecast(forecast(ask(paths=200)), date(2025, 4, 1)).quantiles["pooled"].shape
    (9, 99)
    """
    now = seen.status
    views = seen.view_quantiles(KEPT_LEVELS)
    views = {POOLED: pooled_alike(list(views.values())), **views}
    return Issued(
        region=now.question.region,
        issued=issued,
        as_of=str(now.question.as_of),
        known_by=now.known_by,
        scenario=now.question.scenario,
        target=now.target.coverage,
        target_month=str(now.question.target_month),
        start=now.now.coverage,
        base=now.now.base,
        paths=now.question.paths,
        seed=now.question.seed,
        probability=round(seen.probability, 6),
        probability_bound=seen.probability_bound,
        months=tuple(str(month) for month in seen.months),
        quantiles={view: _rounded(values) for view, values in views.items()},
        provenance={
            **behind(input_hashes(now.question) if inputs is None else inputs),
            "target": PUBLISHED if now.target.source else ASKED,
        },
    )


def _rounded(values: Array) -> Array:
    # each as Python rounds it, which is the number nearest to its six digits
    return np.array([[round(float(v), 6) for v in row] for row in values])


def score_archive(
    archive: Path,
    region: str = "",
    known_by: date | None = None,
    data: Path | None = None,
    asked: Month | None = None,
) -> list[Scored]:
    """Return each issued month that can be compared, or is still open at its target month.

    Only what was published after the day of issue is an outcome: hindsight does not score.

    Parameters
    ----------
    archive : Path
        Folder of issued forecasts; an absent folder holds none.
    region : str
        Only this region; all by default.
    known_by : date, optional
        Compare with nothing published later, and show nothing issued later.
    data : Path, optional
        Data folder.
    asked : Month, optional
        Month a report asks about: what starts from it on the same knowledge is left out, so that
        a report does not count its own forecast.
    """
    own = str(asked), known_by
    scored: list[Scored] = []
    told: dict[str, list[Observation]] = {}
    for part in read_months(archive, region, until=known_by):
        for issued in part:
            if (issued.as_of, issued.known_by) == own:
                continue
            if issued.region not in told:
                told[issued.region] = load_observations(issued.region, known_by, data)
            scored += _scored_months(issued, told[issued.region])
    return scored


def _scored_months(issued: Issued, told: list[Observation]) -> list[Scored]:
    outcomes = {
        str(o.month): o for o in told if str(o.month) > issued.as_of and o.published > issued.issued
    }
    return [
        _scored(issued, month, quantiles, outcomes.get(month))
        for month, quantiles in zip(issued.months, issued.quantiles[POOLED], strict=True)
        if month in outcomes or month == issued.target_month
    ]


def _scored(issued: Issued, month: str, q: Array, told: Observation | None) -> Scored:
    from scoringrules import crps_ensemble

    p05, p50, p95 = (float(np.interp(p, KEPT_LEVELS, q)) for p in (0.05, 0.5, 0.95))
    question = issued.stem, issued.region, str(issued.issued), issued.as_of, month
    unscored = Scored(*question, issued.revision, issued.target, p05, p50, p95)
    if told is None:
        return unscored
    seen, chance = told.coverage, 1 - float(np.interp(issued.target, q, KEPT_LEVELS))
    return replace(
        unscored,
        outcome=seen,
        published=str(told.published),
        crps_points=float(crps_ensemble(100 * seen, 100 * q)),
        crps_persistence_points=100 * abs(seen - issued.start),
        hit_90=p05 <= seen <= p95,
        brier=(chance - (seen >= issued.target)) ** 2,
    )


def score_record(scored: list[Scored]) -> dict[str, Any]:
    """Return the track record as plain values for JSON."""
    done = [s for s in scored if s.outcome is not None]

    def mean(values: list[float | None]) -> float | None:
        known = [v for v in values if v is not None]
        return round(float(np.mean(known)), 4) if known else None

    return {
        "schema_version": SCHEMA_VERSION,
        "issued": len({s.name for s in scored}),
        "scored": len(done),
        "hits_90": sum(bool(s.hit_90) for s in done),
        "crps_points": mean([s.crps_points for s in done]),
        "crps_persistence_points": mean([s.crps_persistence_points for s in done]),
        "brier": mean([s.brier for s in done]),
        "forecasts": [
            {k: round(v, 6) if isinstance(v, float) else v for k, v in vars(s).items()}
            for s in scored
        ],
    }
