"""The back-test: does the outside view deserve belief, each window forecast without its province.

Scores: continuous ranked probability score in points of coverage (Gneiting and Raftery 2007),
beside point persistence and persistence with a spread learnt in the same fold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ucj_analysis.errors import InputError, bad
from ucj_analysis.months import MEAN_MONTH_DAYS
from ucj_analysis.record.observations import load_table, published_by
from ucj_analysis.record.regions import load_regions, short_name
from ucj_analysis.record.schemas import GROWTH_PAIRS
from ucj_analysis.reference_class import (
    FEWEST_WINDOWS,
    GRADES,
    CoverageDistribution,
    fit_reference_class,
    logit,
    reference_class_forecast,
    select_pairs,
)
from ucj_analysis.situation import Status
from ucj_analysis.streams import stream

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[np.float64]
SCHEMA_VERSION = 1
#: Equally likely members that stand for a distribution when it is scored.
MEMBERS = (np.arange(999) + 0.5) / 999
BOOTSTRAPS = 2000
#: With fewer provinces all may gain by chance.
FEWEST_PROVINCES = 6
SEED = 2025
#: Errors below this (points) are those of rounding.
NO_ERROR = 0.01


@dataclass(frozen=True)
class Backtest:
    """Scores of the rows forecast; `rows` has one line per window, in points of coverage.

    `gain` is 1 − CRPS(model) / CRPS(persistence with a spread), with a 90% bootstrap interval over
    provinces; None with fewer than three provinces, where an interval says nothing.
    """

    rows: pd.DataFrame
    gain: float | None
    gain_interval: tuple[float, float] | None

    @property
    def established(self) -> bool:
        """Whether the interval of the gain lies above zero, with provinces enough to say so."""
        enough = self.rows["group"].nunique() >= FEWEST_PROVINCES
        return self.gain_interval is not None and enough and self.gain_interval[0] > 0


def backtest(
    pairs: pd.DataFrame,
    scored: pd.DataFrame | None = None,
    apart: str = "",
    known_by: date | None = None,
    grades: tuple[str, ...] = GRADES,
) -> Backtest:
    """Forecast windows from the panel without their own province, and score them.

    Parameters
    ----------
    pairs : DataFrame
        The growth-pairs table that teaches.
    scored : DataFrame, optional
        Windows to forecast, with the same columns; by default those that enter the fit.
    apart : str
        Region left out of teaching and scoring throughout.
    known_by : date, optional
        Teach with nothing published later.
    grades : tuple of str
        Grades that teach, and are scored by default.

    Returns
    -------
    Backtest

    Raises
    ------
    InputError
        `too_few_pairs` where a fold is left with fewer than three windows.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_table
    >>> from ucj_analysis.record.schemas import GROWTH_PAIRS
    >>> len(backtest(load_table(GROWTH_PAIRS), apart="Kabupaten Pati").rows)
    16
    """
    chosen = select_pairs(pairs, apart, known_by, grades)
    teachers = chosen[chosen["why_not"] == ""].assign(group=_group)
    rows = (teachers if scored is None else scored).assign(group=_group)
    if rows.empty:
        raise bad("too_few_pairs", 0, least=FEWEST_WINDOWS)
    folds = {}
    for group in dict.fromkeys(rows["group"]):
        taught = teachers[teachers["group"] != group]
        folds[group] = (fit_reference_class(taught), _persistence_variance(taught))
    return scores_of([_score_row(row, *folds[row["group"]]) for _, row in rows.iterrows()])


def rolling_backtest(pairs: pd.DataFrame, apart: str = "") -> Backtest | None:
    """Forecast each window from what was published by its first day, without its province.

    Windows for which fewer than three others were known by then are left out; None where that
    leaves none.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_table
    >>> from ucj_analysis.record.schemas import GROWTH_PAIRS
    >>> len(rolling_backtest(load_table(GROWTH_PAIRS), "Kabupaten Pati").rows)
    9
    """
    chosen = select_pairs(pairs, apart)
    usable = chosen[chosen["why_not"] == ""].assign(group=_group)
    lines = []
    for _, row in usable.iterrows():
        known = published_by(usable, row["from"])
        taught = known[known["group"] != row["group"]]
        if len(taught) >= FEWEST_WINDOWS:
            lines.append(
                _score_row(row, fit_reference_class(taught), _persistence_variance(taught))
            )
    return scores_of(lines) if lines else None


def scores_of(lines: list[dict[str, Any]]) -> Backtest:
    """Return the scores of forecasts, one line each, and their gain over persistence with a spread.

    Lines of one `group` are resampled together.
    """
    import pandas as pd

    scores = pd.DataFrame(lines)
    still = float(scores["crps_spread_persistence"].mean())
    if still < NO_ERROR:  # nothing moved: there is nothing to gain
        return Backtest(scores, None, None)
    return Backtest(scores, 1 - float(scores["crps_model"].mean()) / still, _gain_interval(scores))


def reasons(pairs: pd.DataFrame, apart: str = "", known_by: date | None = None) -> dict[str, int]:
    """Return how many windows were read, left out by reason, and used: the flow of rows.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_table
    >>> from ucj_analysis.record.schemas import GROWTH_PAIRS
    >>> reasons(load_table(GROWTH_PAIRS), "Kabupaten Pati")
    {'read': 37, 'later': 0, 'own_region': 1, 'grade': 19, 'long': 1, 'used': 16}
    """
    chosen = select_pairs(pairs, apart, known_by)
    counts = chosen["why_not"].value_counts()
    told = {name: int(counts.get(name, 0)) for name in ("own_region", "grade", "long")}
    later = len(pairs) - len(chosen)
    return {"read": len(pairs), "later": later, **told, "used": int(counts.get("", 0))}


def brier(rows: pd.DataFrame, step: float = 5.0) -> float:
    """Return the mean Brier score of "rises by at least `step` points", from the model's quantiles.

    The probability is read off the five quantiles kept, between 0.05 and 0.95.
    """
    levels = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    quantiles = rows[["p05", "p25", "p50", "p75", "p95"]].to_numpy()
    goals = (rows["from_pct"] + step).to_numpy()
    chances = [1 - float(np.interp(g, q, levels)) for g, q in zip(goals, quantiles, strict=True)]
    came = (rows["to_pct"] >= goals).to_numpy()
    return float(np.mean((np.array(chances) - came) ** 2))


def known_pairs(now: Status) -> pd.DataFrame:
    """Return the growth pairs known to a status, with `why_not` as its forecast selects them.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> from ucj_analysis.situation import status
    >>> len(known_pairs(status(ask())))
    13
    """
    pairs = load_table(GROWTH_PAIRS, now.question.data)
    return select_pairs(pairs, now.question.region_name, now.known_by)


def known_backtest(now: Status) -> Backtest | None:
    """Return the back-test on what was known to a status; None where a fold is left too small.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> from ucj_analysis.situation import status
    >>> len(known_backtest(status(ask())).rows)
    7
    """
    pairs = load_table(GROWTH_PAIRS, now.question.data)
    try:
        return backtest(pairs, apart=now.question.region_name, known_by=now.known_by)
    except InputError as error:
        if error.problems[0].code != "too_few_pairs":
            raise
        return None


def _group(frame: pd.DataFrame) -> list[str]:
    """Return the province of each row, by its code or by its region's name in the register.

    Rows above province level stand by themselves.
    """
    by_name = {short_name(r.name).lower(): r.province_code for r in load_regions().values()}

    def group(code: str, name: str) -> str:
        code = code.strip().removesuffix(".0")
        return code or by_name.get(short_name(name).lower(), name)

    return [group(c, n) for c, n in zip(frame["province_code"], frame["region"], strict=True)]


def _persistence_variance(taught: pd.DataFrame) -> float:
    """Return the variance per month of a driftless walk of logit coverage."""
    change = logit(taught["to_pct"] / 100) - logit(taught["from_pct"] / 100)
    months = [
        (b - a).days / MEAN_MONTH_DAYS for a, b in zip(taught["from"], taught["to"], strict=True)
    ]
    return float(np.mean(change**2 / np.array(months)))


def _score_row(row: pd.Series[Any], fitted: Any, walk: float) -> dict[str, Any]:
    start, end = row["from"], row["to"]
    before, seen = float(row["from_pct"]), float(row["to_pct"])
    model = reference_class_forecast(before / 100, 0.0, start, [end], fitted)
    months = (end - start).days / MEAN_MONTH_DAYS
    still = CoverageDistribution(logit([before / 100]), np.sqrt([walk * months]))
    q05, q25, q50, q75, q95 = 100 * model.quantile([0.05, 0.25, 0.5, 0.75, 0.95])[0]
    return {
        "region": row["region"],
        "group": row["group"],
        "from": str(start),
        "to": str(end),
        "from_pct": before,
        "to_pct": seen,
        "p05": q05,
        "p25": q25,
        "p50": q50,
        "p75": q75,
        "p95": q95,
        "crps_model": _crps(seen, model),
        "crps_persistence": abs(seen - before),
        "crps_spread_persistence": _crps(seen, still),
        "error_model": abs(seen - q50),
        "hit_50": bool(q25 <= seen <= q75),
        "hit_90": bool(q05 <= seen <= q95),
    }


def _crps(seen: float, forecast: CoverageDistribution) -> float:
    return crps_points(seen, 100 * forecast.quantile(MEMBERS)[0])


def crps_points(seen: float, members: Array) -> float:
    """Return the continuous ranked probability score of equally likely members, in their unit."""
    from scoringrules import crps_ensemble

    return float(crps_ensemble(seen, members))


def _gain_interval(scores: pd.DataFrame) -> tuple[float, float] | None:
    sums = scores.groupby("group")[["crps_model", "crps_spread_persistence"]].sum().to_numpy()
    if len(sums) < 3:
        return None
    picks = stream(SEED, "scoring", "bootstrap").integers(len(sums), size=(BOOTSTRAPS, len(sums)))
    model, still = sums[picks].sum(axis=1).T
    low, high = np.quantile(1 - model / still, [0.05, 0.95])
    return float(low), float(high)


def scores_record(result: Backtest) -> dict[str, Any]:
    """Return the scores without their rows as plain values for JSON."""
    rows = result.rows
    gain, interval = result.gain, result.gain_interval
    return {
        "n": len(rows),
        "provinces": int(rows["group"].nunique()),
        "crps_model": round(float(rows["crps_model"].mean()), 4),
        "crps_persistence": round(float(rows["crps_persistence"].mean()), 4),
        "crps_spread_persistence": round(float(rows["crps_spread_persistence"].mean()), 4),
        "mae_model_points": round(float(rows["error_model"].mean()), 4),
        "mae_persistence_points": round(float(rows["crps_persistence"].mean()), 4),
        "brier_up_5_points": round(brier(rows), 4),
        "hits_50": int(rows["hit_50"].sum()),
        "hits_90": int(rows["hit_90"].sum()),
        "gain": None if gain is None else round(gain, 4),
        "gain_interval": [round(g, 4) for g in interval] if interval else None,
        "established": result.established,
    }


def backtest_record(result: Backtest) -> dict[str, Any]:
    """Return the scores and their rows as plain values for JSON."""
    rows = [
        {k: round(v, 4) if isinstance(v, float) else v for k, v in line.items()}
        for line in result.rows.to_dict("records")
    ]
    return {"schema_version": SCHEMA_VERSION, **scores_record(result), "rows": rows}
