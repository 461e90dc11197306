"""What other regions did: change of logit coverage over a window, the outside view.

`Δlogit = β_d·dec + β_g·gro`, months in January-May and in June-December, shrunk to zero;
`Var = σ²·months + 2τ² + ω²·months²`, with covariance where windows of one region share months,
end points or their pace. Reference class: Kahneman and Lovallo (1993), Flyvbjerg (2006).

The constants below are assumptions, not chosen inside the left-out folds: the width of the
spreads' prior was settled after the 16 windows had been scored under none, half and one (CRPS
0.88, 0.83 and 0.85 of persistence with a spread; a factor of two gives 0.84). Scores on those
windows are therefore a little kind; windows kept apart are the fair test.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ucj_analysis.errors import bad
from ucj_analysis.months import MEAN_MONTH_DAYS, days_by_season
from ucj_analysis.record.observations import published_by
from ucj_analysis.record.regions import short_name

if TYPE_CHECKING:
    import pandas as pd

Array = npt.NDArray[np.float64]

GRADES = ("A", "B")
FEWEST_WINDOWS = 3
LONGEST_WINDOW_MONTHS = 12.5
#: Prior of the two slopes, logits per month: N(0, 0.06²). An assumption.
SLOPE_PRIOR_SD = 0.06
#: Prior medians of σ, τ, ω (logits), each known to a factor of two. An assumption.
SPREAD_PRIOR_MEDIANS = (0.10, 0.03, 0.03)
SPREAD_PRIOR_LOG_SD = float(np.log(2))
#: Variance of one printed change (logits²): rounding to a hundredth of a point. It also keeps the
#: covariance invertible where a full year stands beside its halves.
ROUNDING_VARIANCE = 1e-8


@dataclass(frozen=True)
class ReferenceClass:
    """The fitted outside view.

    `slopes` are logits per declining and per growing month, `slope_cov` their posterior
    covariance, `spreads` are σ, τ, ω. `windows` counts the rows fitted, `regions` their regions.
    """

    slopes: Array
    slope_cov: Array
    spreads: Array
    windows: int
    regions: int

    def change(self, start: date, ends: Iterable[date]) -> tuple[Array, Array]:
        """Return mean and variance of the change of logit coverage from `start` to each end."""
        x = np.array([_season_months(start, end) for end in ends]).reshape(-1, 2)
        months = x.sum(axis=1)
        sigma, tau, omega = self.spreads
        own = sigma**2 * months + 2 * tau**2 + omega**2 * months**2
        return x @ self.slopes, np.einsum("ij,jk,ik->i", x, self.slope_cov, x) + own


@dataclass(frozen=True)
class CoverageDistribution:
    """Coverage with a normal distribution on the logit scale; one mean and sd per month."""

    mean: Array
    sd: Array

    def quantile(self, probability: npt.ArrayLike) -> Array:
        """Return coverage quantiles, shape (months, probabilities)."""
        from scipy.special import expit, ndtri

        z = ndtri(np.atleast_1d(np.asarray(probability, dtype=float)))
        return np.asarray(expit(self.mean[:, None] + self.sd[:, None] * z))

    def exceeds(self, target: float) -> Array:
        """Return the probability of reaching `target`, per month."""
        from scipy.special import ndtr

        return np.asarray(ndtr((self.mean - logit(target)) / self.sd))


def select_pairs(
    pairs: pd.DataFrame,
    apart: str = "",
    known_by: date | None = None,
    grades: tuple[str, ...] = GRADES,
) -> pd.DataFrame:
    """Return the growth pairs with a column `why_not`, empty where the row enters the fit.

    Parameters
    ----------
    pairs : DataFrame
        The growth-pairs table.
    apart : str
        Name of the region forecast; its own windows never teach its own forecast.
    known_by : date, optional
        Leave out what was published later.
    grades : tuple of str
        Grades that enter.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_table
    >>> from ucj_analysis.record.schemas import GROWTH_PAIRS
    >>> chosen = select_pairs(load_table(GROWTH_PAIRS), "Kabupaten Pati")
    >>> int((chosen.why_not == "").sum())
    16
    """
    known = published_by(pairs, known_by)

    def why_not(row: pd.Series[str]) -> str:
        if apart and short_name(row["region"]) == short_name(apart):
            return "own_region"
        if row["quality"] not in grades:
            return "grade"
        months = (row["to"] - row["from"]).days / MEAN_MONTH_DAYS
        return "long" if months > LONGEST_WINDOW_MONTHS else ""

    return known.assign(why_not=[why_not(row) for _, row in known.iterrows()])


def fit_reference_class(chosen: pd.DataFrame) -> ReferenceClass:
    """Fit slopes and spreads to the windows that enter.

    The spreads are the mode of their marginal posterior; the slopes follow by generalised least
    squares with the prior as two more observations (Theil and Goldberger mixed estimation).

    Parameters
    ----------
    chosen : DataFrame
        Rows of :func:`select_pairs`; those with `why_not` are left out here.

    Raises
    ------
    InputError
        `too_few_pairs` with fewer than three windows.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_table
    >>> from ucj_analysis.record.schemas import GROWTH_PAIRS
    >>> fitted = fit_reference_class(select_pairs(load_table(GROWTH_PAIRS), "Kabupaten Pati"))
    >>> bool(fitted.slopes[0] < 0 < fitted.slopes[1])
    True
    """
    from scipy.optimize import minimize
    from statsmodels.regression.linear_model import GLS

    rows = chosen[chosen["why_not"] == ""]
    if len(rows) < FEWEST_WINDOWS:
        raise bad("too_few_pairs", len(rows), least=FEWEST_WINDOWS)
    x = np.array([_season_months(a, b) for a, b in zip(rows["from"], rows["to"], strict=True)])
    y = logit(rows["to_pct"] / 100) - logit(rows["from_pct"] / 100)
    kernels = _kernels(rows)
    slope_prior = SLOPE_PRIOR_SD**2 * np.eye(2)
    medians = np.log(SPREAD_PRIOR_MEDIANS)

    def covariance(log_spreads: Array) -> Array:
        spread = np.tensordot(np.exp(2 * log_spreads), kernels, axes=1)
        return np.asarray(spread + ROUNDING_VARIANCE * np.eye(len(y)))

    def misfit(log_spreads: Array) -> tuple[float, Array]:
        """Return minus the logarithm of the posterior, and its slope in each logarithm."""
        factor = np.linalg.cholesky(covariance(log_spreads) + x @ slope_prior @ x.T)
        half = np.linalg.solve(factor, np.eye(len(y)))
        inverse, z = half.T @ half, half @ y
        pull, prior = inverse @ y, (log_spreads - medians) / SPREAD_PRIOR_LOG_SD
        told = z @ z / 2 + np.log(np.diag(factor)).sum() + prior @ prior / 2
        slope = np.tensordot(kernels, inverse - np.outer(pull, pull), axes=2)
        return float(told), np.exp(2 * log_spreads) * slope + prior / SPREAD_PRIOR_LOG_SD

    found = minimize(misfit, medians, jac=True, method="BFGS", options={"gtol": 1e-8})
    n = len(y)
    sigma = np.zeros((n + 2, n + 2))
    sigma[:n, :n] = covariance(found.x)
    sigma[n:, n:] = slope_prior
    fit = GLS(np.append(y, [0.0, 0.0]), np.vstack([x, np.eye(2)]), sigma=sigma).fit()
    return ReferenceClass(
        slopes=np.asarray(fit.params),
        slope_cov=np.asarray(fit.normalized_cov_params),
        spreads=np.exp(found.x),
        windows=n,
        regions=rows["region"].nunique(),
    )


def reference_class_forecast(
    coverage: float, half_width: float, start: date, ends: Iterable[date], fitted: ReferenceClass
) -> CoverageDistribution:
    """Return coverage at each end, from a published coverage at `start`.

    The rounding of the start adds the variance of a uniform on its interval.

    Parameters
    ----------
    coverage, half_width : float
        Fractions.
    start, ends : date, iterable of date
        Days.
    fitted : ReferenceClass
        From :func:`fit_reference_class`.

    Examples
    --------
    >>> from datetime import date
    >>> still = ReferenceClass(np.zeros(2), np.zeros((2, 2)), np.full(3, 0.1), 3, 3)
    >>> ahead = reference_class_forecast(0.29, 0.005, date(2025, 3, 13), [date(2025, 12, 31)], still)
    >>> round(float(ahead.quantile(0.5)[0, 0]), 6)
    0.29
    """
    mean, variance = fitted.change(start, list(ends))
    rounding = half_width / (np.sqrt(3) * coverage * (1 - coverage))
    return CoverageDistribution(logit(coverage) + mean, np.sqrt(variance + rounding**2))


def as_large_moves(pairs: pd.DataFrame, gap: float) -> tuple[int, int]:
    """Return how many of the windows seen moved up by at least `gap` (a fraction), and of how many.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_table
    >>> from ucj_analysis.record.schemas import GROWTH_PAIRS
    >>> as_large_moves(load_table(GROWTH_PAIRS), 0.23)
    (0, 37)
    """
    moves = pairs["to_pct"] - pairs["from_pct"]
    return int((moves >= 100 * gap).sum()), len(pairs)


def _season_months(start: date, end: date) -> tuple[float, float]:
    declining, growing = days_by_season(start, end)
    return declining / MEAN_MONTH_DAYS, growing / MEAN_MONTH_DAYS


def logit(share: npt.ArrayLike) -> Array:
    """Return the logit of a share.

    Examples
    --------
    >>> float(logit(0.5))
    0.0
    """
    p = np.asarray(share, dtype=float)
    return np.asarray(np.log(p / (1 - p)))


def _kernels(rows: pd.DataFrame) -> Array:
    """Return the covariance of windows per unit of σ², τ² and ω²: months, ends and pace shared."""
    start = np.array([d.toordinal() for d in rows["from"]], dtype=float)
    end = np.array([d.toordinal() for d in rows["to"]], dtype=float)
    name = rows["region"].to_numpy()
    same = (name[:, None] == name[None, :]).astype(float)
    shared = np.minimum(end[:, None], end) - np.maximum(start[:, None], start)
    alike = (start[:, None] == start).astype(float) + (end[:, None] == end)
    ends = alike - (start[:, None] == end) - (end[:, None] == start)
    length = (end - start) / MEAN_MONTH_DAYS
    months = same * np.maximum(shared, 0) / MEAN_MONTH_DAYS
    return np.stack([months, same * ends, same * np.outer(length, length)])
