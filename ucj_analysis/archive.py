"""Forecasts issued, kept as they were, and what came of them: the track record.

An archive is a folder of JSON files, one per issued forecast; nothing in it is ever changed. A
forecast issued again for the same question on the same day with other numbers is a revision.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ucj_analysis.errors import InputError, Problem, RunError
from ucj_analysis.forecasting import Forecast
from ucj_analysis.months import parse_month
from ucj_analysis.observations import load_observations
from ucj_analysis.projection import weighted_quantiles

SCHEMA_VERSION = 1
#: Quantiles kept per month: enough to score by.
KEPT_LEVELS = np.round(np.arange(1, 100) / 100, 2)


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
    outcome: float | None
    published: str | None
    crps_points: float | None
    crps_persistence_points: float | None
    hit_90: bool | None
    brier: float | None


def issue(seen: Forecast, archive: Path, issued: date) -> Path:
    """Append a forecast to an archive and return its file.

    The same forecast issued twice is kept once; other numbers for the same question and day
    become revision 2, 3 and so on.

    Raises
    ------
    RunError
        `cannot_write` where the folder cannot be written.
    """
    record = _record(seen, issued)
    question = seen.status.question
    stem = f"{question.region}_{question.as_of}_{question.target_month}_{Path(question.scenario).stem}_{issued}"
    try:
        archive.mkdir(parents=True, exist_ok=True)
        revision = 1
        while True:
            path = archive / f"{stem}_r{revision}.json"
            text = json.dumps(record | {"revision": revision}, ensure_ascii=False, indent=1) + "\n"
            try:
                with path.open("x", encoding="utf-8", newline="\n") as file:
                    file.write(text)
                return path
            except FileExistsError:
                if path.read_text(encoding="utf-8") == text:
                    return path
                revision += 1
    except OSError as error:
        raise RunError(
            Problem("cannot_write", file=str(archive), value=error.strerror or str(error))
        ) from error


def _record(seen: Forecast, issued: date) -> dict[str, Any]:
    now, paths = seen.status, seen.ensemble
    inside = weighted_quantiles(paths.coverage, paths.weights, KEPT_LEVELS)
    outside = seen.outside.quantile(KEPT_LEVELS)
    pooled = (inside + outside) / 2
    return {
        "schema_version": SCHEMA_VERSION,
        "issued": str(issued),
        "region": now.question.region,
        "as_of": str(now.question.as_of),
        "known_by": str(now.known_by),
        "scenario": now.question.scenario,
        "target": now.target.coverage,
        "target_month": str(now.question.target_month),
        "start": now.now.coverage,
        "base": now.now.base,
        "paths": now.question.paths,
        "seed": now.question.seed,
        "probability": round(seen.probability, 6),
        "levels": KEPT_LEVELS.tolist(),
        "months": {
            str(month): [round(float(v), 6) for v in row]
            for month, row in zip(seen.months, pooled, strict=True)
        },
    }


def read_archive(archive: Path) -> list[tuple[str, dict[str, Any]]]:
    """Return the issued forecasts by file name, oldest first.

    Raises
    ------
    InputError
        `bad_archive`, naming the file that is no issued forecast of this version.
    """
    found = []
    for path in sorted(archive.glob("*.json")):
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
            if record["schema_version"] != SCHEMA_VERSION:
                raise ValueError(record["schema_version"])
            found.append((path.stem, record))
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(Problem("bad_archive", file=str(path), value=str(error))) from error
    return sorted(found, key=lambda f: (f[1]["issued"], f[0]))


def score_archive(
    archive: Path, region: str = "", known_by: date | None = None, data: Path | None = None
) -> list[Scored]:
    """Return each issued month that can be compared, or is still open at its target month.

    An outcome counts only on the base the forecast was about: what lies on another is left open.

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
    """
    scored = []
    for name, record in read_archive(archive):
        if region and record["region"] != region:
            continue
        if known_by and record["issued"] > str(known_by):
            continue
        told = {
            str(o.month): o
            for o in load_observations(record["region"], known_by, data)
            if o.month > parse_month(record["as_of"]) and str(o.published) > record["known_by"]
        }
        for month, quantiles in record["months"].items():
            if month in told or month == record["target_month"]:
                scored.append(_scored(name, record, month, np.array(quantiles), told.get(month)))
    return scored


def _scored(name: str, record: dict[str, Any], month: str, q: Any, told: Any) -> Scored:
    from scoringrules import crps_ensemble

    levels = np.array(record["levels"])
    p05, p50, p95 = (float(np.interp(p, levels, q)) for p in (0.05, 0.5, 0.95))
    seen = None if told is None else float(told.coverage)
    chance = 1 - float(np.interp(record["target"], q, levels))
    return Scored(
        name=name,
        region=record["region"],
        issued=record["issued"],
        as_of=record["as_of"],
        month=month,
        revision=record["revision"],
        target=record["target"],
        p05=p05,
        p50=p50,
        p95=p95,
        outcome=seen,
        published=None if told is None else str(told.published),
        crps_points=None if seen is None else float(crps_ensemble(100 * seen, 100 * q)),
        crps_persistence_points=None if seen is None else 100 * abs(seen - record["start"]),
        hit_90=None if seen is None else bool(p05 <= seen <= p95),
        brier=None if seen is None else (chance - float(seen >= record["target"])) ** 2,
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
