"""Forecasts issued, kept as they were, and what came of them: the track record.

An archive is a folder of JSON files, one per issued forecast; nothing in it is ever changed. A
forecast issued again for the same question on the same day with other numbers is a revision.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import Field, StringConstraints, ValidationError, model_validator

from ucj_analysis.errors import InputError, Problem, RunError, refused
from ucj_analysis.forecasting import Forecast
from ucj_analysis.observations import Observation, load_observations
from ucj_analysis.projection import weighted_quantiles
from ucj_analysis.quantities import Frozen

Array = npt.NDArray[np.float64]
SCHEMA_VERSION = 1
#: Quantiles kept per month: enough to score by.
KEPT_LEVELS = np.round(np.arange(1, 100) / 100, 2)


MonthText = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Fraction = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]


class Issued(Frozen):
    """One issued forecast as it is kept."""

    schema_version: Literal[1]
    issued: date
    revision: Annotated[int, Field(ge=1)]
    region: Annotated[str, StringConstraints(pattern=r"^\d{2,4}$")]
    as_of: MonthText
    known_by: date
    scenario: str
    target: Fraction
    target_month: MonthText
    start: Fraction
    base: str
    paths: int
    seed: int
    probability: Fraction
    levels: tuple[Fraction, ...]
    months: dict[MonthText, tuple[Fraction, ...]]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        rows = [self.levels, *self.months.values()]
        if any(len(row) != len(KEPT_LEVELS) or list(row) != sorted(row) for row in rows):
            raise ValueError("wrong_kind")
        if self.target_month not in self.months or not self.as_of < self.target_month:
            raise ValueError("wrong_kind")
        return self

    @property
    def stem(self) -> str:
        """Name of its file: the question, the day and the revision."""
        asked = f"{self.region}_{self.as_of}_{self.target_month}_{Path(self.scenario).stem}"
        return re.sub(r"[^A-Za-z0-9._-]+", "-", f"{asked}_{self.issued}_r{self.revision}")


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
    try:
        archive.mkdir(parents=True, exist_ok=True)
        revision = 1
        while True:
            told = Issued.model_validate(record | {"revision": revision})
            path = archive / f"{told.stem}.json"
            text = json.dumps(told.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n"
            try:
                with path.open("x", encoding="utf-8", newline="\n") as file:
                    file.write(text)
                return path
            except FileExistsError:
                if path.read_text(encoding="utf-8") == text:
                    return path
                revision += 1
    except OSError as error:
        raise RunError(refused("cannot_write", archive, error)) from error


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


def read_archive(archive: Path) -> list[Issued]:
    """Return the issued forecasts, oldest first.

    Raises
    ------
    InputError
        `bad_archive`, naming the file that is no issued forecast of this version and the field.
    """
    found = []
    for path in sorted(archive.glob("*.json")):
        try:
            told = Issued.model_validate_json(path.read_bytes())
        except OSError as error:
            raise InputError(refused("cannot_read", path, error)) from error
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise InputError(Problem("bad_archive", file=str(path), column=field)) from error
        if told.stem != path.stem:
            raise InputError(
                Problem("renamed_archive", file=str(path), fields={"allowed": told.stem})
            )
        found.append(told)
    return sorted(found, key=lambda told: (told.issued, told.stem))


def score_archive(
    archive: Path, region: str = "", known_by: date | None = None, data: Path | None = None
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
    """
    scored = []
    for issued in read_archive(archive):
        if region and issued.region != region:
            continue
        if known_by and issued.issued > known_by:
            continue
        told = {
            str(o.month): o
            for o in load_observations(issued.region, known_by, data)
            if str(o.month) > issued.as_of and o.published > issued.issued
        }
        for month, quantiles in issued.months.items():
            if month in told or month == issued.target_month:
                scored.append(_scored(issued, month, np.array(quantiles), told.get(month)))
    return scored


def _scored(issued: Issued, month: str, q: Array, told: Observation | None) -> Scored:
    from scoringrules import crps_ensemble

    levels = np.array(issued.levels)
    p05, p50, p95 = (float(np.interp(p, levels, q)) for p in (0.05, 0.5, 0.95))
    seen = None if told is None else float(told.coverage)
    chance = 1 - float(np.interp(issued.target, q, levels))
    return Scored(
        name=issued.stem,
        region=issued.region,
        issued=str(issued.issued),
        as_of=issued.as_of,
        month=month,
        revision=issued.revision,
        target=issued.target,
        p05=p05,
        p50=p50,
        p95=p95,
        outcome=seen,
        published=None if told is None else str(told.published),
        crps_points=None if seen is None else float(crps_ensemble(100 * seen, 100 * q)),
        crps_persistence_points=None if seen is None else 100 * abs(seen - issued.start),
        hit_90=None if seen is None else bool(p05 <= seen <= p95),
        brier=None if seen is None else (chance - float(seen >= issued.target)) ** 2,
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
