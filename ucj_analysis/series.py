"""The region's own figures month by month: a state-space view, from 24 months on.

Log participants are a level with a lasting trend and a drift that fades, a calendar that may change
slowly, the steps of dated programmes, and chance. The base stands apart: what was published divides what was published,
and ahead it is held and re-set at New Years on the draws of the stock-flow view. The spreads are
integrated over, not estimated: many sets of them are filtered once each and weighted by how well
they foretold the figures (importance sampling in rounds), so that intervals hold what is not
known of them. Durbin and Koopman (2012); Harvey (1989).

The priors below are assumptions about monthly counts of one region, in logarithms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ucj_analysis.months import FIRST_GROWING_MONTH, Month
from ucj_analysis.participants import UNPAID_MONTHS_COUNTED
from ucj_analysis.projection import History, base_ahead
from ucj_analysis.record.observations import Observation, base_family
from ucj_analysis.scenario import Cohort, Scenario
from ucj_analysis.scoring import MEMBERS, Backtest, crps_points, scores_of
from ucj_analysis.situation import Status
from ucj_analysis.streams import stream

if TYPE_CHECKING:
    from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother

Array = npt.NDArray[np.float64]
#: Months with a figure of their own below which a series is not one.
FEWEST_MONTHS = 24
#: Months of a region with a series from which the stock-flow view starts: its paths cannot be
#: weighted by more figures and stay many.
STOCK_FLOW_MONTHS = 12
#: Prior medians: chance of the level, drift, chance of a figure, size of the calendar (standard
#: deviations of logarithms a month), the calendar's change a month as a part of its size, and the
#: months in which half a drift fades. Assumptions.
SPREAD_MEDIANS = np.array([0.005, 0.008, 0.005, 0.02, 0.06, 3.0])
#: Factors to which they are known: one standard deviation.
SPREAD_FACTORS = np.array([4.0, 2.5, 4.0, 2.5, 2.0, 2.0])
#: Standard deviation of the trend: five per cent a year.
TREND_SD = 0.004
#: Standard deviation of the first month's level around its figure.
LEVEL_SD = 0.2
#: What came of a programme's plan, over the plan: mean and standard deviation.
DELIVERED, DELIVERED_SD = 1.0, 0.5
#: Sets of spreads tried in each round, rounds, and equally likely futures drawn from them.
SETS, ROUNDS, DRAWS = 96, 3, 10_000
#: Sets the weighted ones must be worth.
FEWEST_SETS = 10.0
#: First origin of the back-test, months ahead that are scored, origins resampled together.
FIRST_ORIGIN, LONGEST_AHEAD, BLOCK = 18, 12, 6
#: Residuals are read from here on: before, the priors speak.
FIRST_RESIDUAL = 12
#: Below this a test says the model does not fit.
SIGNIFICANT = 0.02


@dataclass(frozen=True, eq=False)
class Series:
    """A region's figures by month, on one base family and one way of counting.

    Arrays have one value per month from `start` on, NaN where there is no figure: `people`, the
    `base` they were told on, and the variance that rounding adds to the logarithm of people.
    """

    start: Month
    people: Array
    base: Array
    rounding: Array

    @property
    def months(self) -> list[Month]:
        """Return every month, those without a figure too."""
        return [self.start + t for t in range(len(self.people))]

    @property
    def told(self) -> npt.NDArray[np.bool_]:
        """Where there is a figure."""
        return np.asarray(~np.isnan(self.people))

    @property
    def held_base(self) -> Array:
        """The base of every month, held where a month has no figure."""
        last = np.maximum.accumulate(np.where(self.told, np.arange(len(self.base)), 0))
        return np.asarray(self.base[last])

    @property
    def log_people(self) -> Array:
        """Logarithm of people over those of the first figure."""
        return np.asarray(np.log(self.people / self.people[0]))


def own_figures(told: Sequence[Observation]) -> list[Observation]:
    """Return the figures a series may hold: the newest, and those before on the same counting.

    A figure of the public record is nobody's series. Of two of one month the later is kept.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_observations
    >>> len(own_figures(load_observations("3318")))
    2
    """
    found: dict[Month, Observation] = {}
    for figure in reversed(told):
        now = told[-1]
        alike = base_family(figure.base) == base_family(now.base) and figure.basis == now.basis
        if figure.printed or not alike:
            break
        found.setdefault(figure.month, figure)
    return list(reversed(found.values()))


def own_series(told: Sequence[Observation]) -> Series | None:
    """Return the series of the figures known, oldest first; None where there are too few.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_observations
    >>> own_series(load_observations("3318")) is None
    True
    """
    figures = own_figures(told)
    if len(figures) < FEWEST_MONTHS:
        return None
    start = figures[0].month
    people, base, rounding = (np.full(figures[-1].month - start + 1, np.nan) for _ in range(3))
    for o in figures:
        t = o.month - start
        people[t], base[t] = o.participants, o.labour_force
        rounding[t] = (o.half_width / o.coverage) ** 2 / 3
    return Series(start, people, base, rounding)


def stock_flow_history(now: Status) -> History:
    """Return the figures the stock-flow view starts from and is weighted by.

    All a forecast rests on; of a region with a series, those of the last twelve months.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> from ucj_analysis.situation import status
    >>> len(stock_flow_history(status(ask())).observations)
    2
    """
    told = now.history
    if own_series(told) is not None:
        told = tuple(o for o in told if now.now.month - o.month <= STOCK_FLOW_MONTHS)
    return History(now.question.region, told)


def calendar(months: Sequence[Month]) -> Array:
    """Return the calendar's columns: falling and growing months, and the harmonics of the year.

    Shape (months, 12); each sums to none over a year, higher harmonics are smaller.

    Examples
    --------
    >>> year = [Month(2025, n) for n in range(1, 13)]
    >>> bool(abs(calendar(year).sum(axis=0)).max() < 1e-12)
    True
    """
    falling = FIRST_GROWING_MONTH - 1
    steps = np.r_[np.full(falling, -1 / falling), np.full(12 - falling, 1 / (12 - falling))]
    saw = steps.cumsum() - steps.cumsum().mean()
    number = np.array([m.number for m in months])
    columns = [(saw / np.abs(saw).max())[number - 1]]
    for k in range(1, 7):
        angle = 2 * np.pi * k * number / 12
        columns += [np.cos(angle) / k, np.sin(angle) / k]
    return np.column_stack(columns[:-1])  # the last sine is nought in every month


def counted(cohort: Cohort, months: Sequence[Month]) -> npt.NDArray[np.bool_]:
    """Return in which months people paid for in a cohort are counted (rule R01)."""
    last = cohort.end + UNPAID_MONTHS_COUNTED
    return np.array([cohort.start <= month <= last for month in months])


def programme_steps(
    series: Series, cohorts: Sequence[Cohort], months: Sequence[Month]
) -> tuple[Array, tuple[str, ...]]:
    """Return the steps of dated programmes begun within a series, and their names.

    One column each: what the plan would add to the logarithm of people while it counts. A
    programme that counts in every month of the series, or in none, tells nothing.
    """
    columns, names = [], []
    for cohort in cohorts:
        counts = counted(cohort, months)
        planned = cohort.people.central * cohort.yields.central
        inside = counts[: len(series.people)][series.told]
        if planned > 0 and inside.any() and not inside.all():
            before = series.people[: max(cohort.start - series.start, 1)]
            level = before[~np.isnan(before)][-1]
            columns.append(np.log1p(planned / level) * counts)
            names.append(cohort.name)
    return np.reshape(columns, (len(names), len(months))).T, tuple(names)


def fading(drift: Any, half_life: Any) -> tuple[Any, Any]:
    """Return what is left of a drift after a month, and the chance that keeps its spread.

    Examples
    --------
    >>> [round(float(x), 4) for x in fading(0.01, 3.0)]
    [0.7937, 0.0061]
    """
    left = 0.5 ** (1 / half_life)
    return left, drift * np.sqrt(1 - left**2)


@dataclass(frozen=True, eq=False)
class Fitted:
    """A series and what was learned of it.

    `spreads` are the sets tried, shape (sets, 6), `offered` the logarithm of how much of their
    prior each stands for; `likelihood` is by set and month. `mean` and `variance` are of the
    logarithm of people over the first figure, by set and month: one month ahead inside the
    series, all from its end after. `state`, `state_variance` hold what is expected of a month's
    state by what was told before it; `design` what a state says of a month.
    """

    series: Series
    months: tuple[Month, ...]
    programmes: tuple[str, ...]
    design: Array
    spreads: Array
    offered: Array
    likelihood: Array
    mean: Array
    variance: Array
    state: Array
    state_variance: Array

    @property
    def length(self) -> int:
        """Months of the series."""
        return len(self.series.people)

    def weights(self, known: int) -> Array:
        """Return the weights of the sets by the figures of the first months; they sum to one."""
        score = self.offered + self.likelihood[:, :known].sum(axis=1)
        weight = np.exp(score - score.max())
        return np.asarray(weight / weight.sum())

    @cached_property
    def sets_worth(self) -> float:
        """How many equally weighted sets of spreads the weighted ones are worth."""
        return float(1 / (self.weights(self.length) ** 2).sum())

    @cached_property
    def spread_means(self) -> Array:
        """Geometric mean of each spread, weighted."""
        return np.asarray(np.exp(self.weights(self.length) @ np.log(self.spreads)))


def fit_series(series: Series, ahead: int, cohorts: Sequence[Cohort] = ()) -> Fitted:
    """Fit the state-space model to a series, and look so many months ahead.

    Parameters
    ----------
    series : Series
        From :func:`own_series`.
    ahead : int
        Months after its last.
    cohorts : sequence of Cohort
        Programmes dated within the series.

    Examples
    --------
    >>> moves = np.random.default_rng(1).normal(0.01, 0.006, 30).cumsum()
    >>> told = Series(Month(2023, 1), 9e4 * np.exp(moves), np.full(30, 3e5), np.full(30, 1e-6))
    >>> bool(fit_series(told, 3).sets_worth > FEWEST_SETS)
    True
    """
    months = tuple(series.start + t for t in range(len(series.people) + ahead))
    steps, names = programme_steps(series, cohorts, months)
    model = _Model(series, np.column_stack([calendar(months), steps]), len(names))
    points = np.empty((0, len(SPREAD_MEDIANS)))
    middle, cover = np.zeros(len(SPREAD_MEDIANS)), np.eye(len(SPREAD_MEDIANS))
    offers, seen = [], []
    for _ in range(ROUNDS):
        offers.append((middle, cover))
        fresh = middle + _normal_points(SETS) @ np.linalg.cholesky(cover).T
        points = np.vstack([points, fresh])
        seen.append(model.filtered(_spreads(fresh)))
        offered = _log_normal(points, *offers[0]) - np.logaddexp.reduce(
            [_log_normal(points, *offer) for offer in offers]
        )
        score = offered + np.concatenate([part.score for part in seen])
        weight = np.exp(score - score.max())
        weight /= weight.sum()
        middle = weight @ points
        # never narrower than a tenth of the prior: a round sees little of a long series
        cover = ((points - middle).T * weight) @ (points - middle) + 0.1 * np.eye(len(middle))
    found = {name: np.concatenate([vars(part)[name] for part in seen]) for name in vars(seen[0])}
    return Fitted(series, months, names, model.design, _spreads(points), offered, **found)


def _normal_points(count: int) -> Array:
    """Return points spread evenly over the prior, in its standard deviations, shape (count, 6)."""
    from scipy.special import ndtri
    from scipy.stats import qmc

    return np.asarray(ndtri(qmc.Halton(len(SPREAD_MEDIANS), scramble=False).random(count + 1)[1:]))


def _spreads(points: Array) -> Array:
    return np.asarray(SPREAD_MEDIANS * SPREAD_FACTORS**points)


def _log_normal(points: Array, mean: Array, cover: Array) -> Array:
    """Return the logarithm of a normal density, without its constant."""
    factor = np.linalg.cholesky(cover)
    z = np.linalg.solve(factor, (points - mean).T)
    return np.asarray(-(z**2).sum(axis=0) / 2 - np.log(np.diag(factor)).sum())


@dataclass(frozen=True, eq=False)
class _Filtered:
    """What the Kalman filter says under each set of spreads; sets come first."""

    likelihood: Array
    mean: Array
    variance: Array
    state: Array
    state_variance: Array

    @property
    def score(self) -> Array:
        return np.asarray(self.likelihood.sum(axis=1))


#: States before those of the calendar: level, drift, trend.
_FIRST = 3


class _Model:
    """The state-space model of a series: level, drift, trend, calendar, programmes."""

    def __init__(self, series: Series, columns: Array, programmes: int) -> None:
        from statsmodels.tsa.statespace.kalman_smoother import KalmanSmoother

        months, extra = columns.shape
        states, missing = extra + _FIRST, months - len(series.people)
        self.programmes = programmes
        self.rounding = np.nan_to_num(np.r_[series.rounding, np.zeros(missing)])
        self.design = np.column_stack([np.eye(1, _FIRST).repeat(months, 0), columns])
        transition = np.eye(states)
        transition[0, :_FIRST] = 1.0
        told = np.r_[series.log_people, np.full(missing, np.nan)]
        self.kalman: KalmanSmoother = KalmanSmoother(told[:, None], states)
        self.kalman["design"] = self.design.T[None]
        self.kalman["transition"], self.kalman["selection"] = transition, np.eye(states)

    def assume(self, spreads: Array) -> None:
        """Set one set of spreads."""
        level, drift, figure, size, change, half_life = spreads
        left, moved = fading(drift, half_life)
        seasons = self.design.shape[1] - _FIRST - self.programmes
        still = np.zeros(self.programmes)
        self.kalman["transition", 1, 1] = left
        self.kalman["obs_cov"] = (self.rounding + figure**2)[None, None]
        turning = np.full(seasons, (change * size) ** 2)
        self.kalman["state_cov"] = np.diag(np.r_[level**2, moved**2, 0.0, turning, still])
        first = LEVEL_SD**2, drift**2, TREND_SD**2
        variances = np.r_[first, np.full(seasons, size**2), still + DELIVERED_SD**2]
        means = np.r_[np.zeros(_FIRST + seasons), still + DELIVERED]
        self.kalman.initialize_known(means, np.diag(variances))

    def filtered(self, sets: Array) -> _Filtered:
        """Run the filter under each set of spreads."""
        told = []
        for spreads in sets:
            self.assume(spreads)
            seen = self.kalman.filter()
            state, cover = seen.predicted_state.T, np.moveaxis(seen.predicted_state_cov, -1, 0)
            told.append(
                (seen.llf_obs, seen.forecasts[0], seen.forecasts_error_cov[0, 0], state, cover)
            )
        return _Filtered(*(np.array(part) for part in zip(*told, strict=True)))


@lru_cache(maxsize=8)
def _even_normals(count: int) -> Array:
    """Return evenly spread normals in an order of chance."""
    from scipy.special import ndtri

    order = stream(0, "own_series").permutation(count)
    return np.asarray(ndtri((order + 0.5) / count))


def _members(mean: Array, variance: Array, weights: Array, count: int) -> Array:
    """Return equally likely values of a mixture of normals, shape (..., count); sets come first."""
    places = (np.arange(count) + 0.5) / count
    chosen = np.minimum(np.searchsorted(np.cumsum(weights), places), len(weights) - 1)
    return np.asarray(mean[chosen].T + np.sqrt(variance[chosen]).T * _even_normals(count))


# --- the view ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class OwnSeries:
    """The view of the region's own series: equally likely coverage, shape (months ahead, draws)."""

    fitted: Fitted
    coverage: Array

    def quantile(self, levels: npt.ArrayLike) -> Array:
        """Return coverage quantiles, shape (months, levels)."""
        return np.asarray(np.quantile(self.coverage, np.atleast_1d(levels), axis=1).T)

    def exceeds(self, target: float) -> Array:
        """Return the probability of reaching `target`, per month."""
        return np.asarray((self.coverage >= target).mean(axis=1))


def series_forecast(fitted: Fitted, region: str, scenario: Scenario, seed: int) -> OwnSeries:
    """Return coverage ahead of a series: its people over a base held and re-set at New Years.

    Programmes a scenario dates after the series come on top, as planned. People do not pass the
    base.

    Parameters
    ----------
    fitted : Fitted
        From :func:`fit_series`.
    region : str
        Code, for what the scenario says of it.
    scenario : Scenario
        What is assumed of the base and of programmes to come.
    seed : int
        Seed of the base's draws, the same as those of the stock-flow view.
    """
    scenario, series = scenario.for_region(region), fitted.series
    ahead = fitted.months[fitted.length :]
    now, weights = series.months[-1], fitted.weights(fitted.length)
    after = slice(fitted.length, None)
    logs = _members(fitted.mean[:, after], fitted.variance[:, after], weights, DRAWS)
    people = series.people[0] * np.exp(logs)
    base, values = base_ahead(float(series.base[-1]), now, len(ahead), scenario, DRAWS, seed)
    for cohort in scenario.cohorts:
        if cohort.start > now:
            enrolled = values[f"{cohort.name}.people"] * values[f"{cohort.name}.yields"]
            people = people + counted(cohort, ahead)[:, None] * enrolled
    return OwnSeries(fitted, np.minimum(people / base.published[1:], 1.0))


# --- how far to trust it -----------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """One test of the residuals: its name, its statistic and the chance of one as large."""

    name: str
    statistic: float
    p: float

    @property
    def fits(self) -> bool:
        """Whether the test finds nothing against the model."""
        return self.p >= SIGNIFICANT


@dataclass(frozen=True)
class Diagnosis:
    """What the residuals say, of how many; and how many sets of spreads the weighted are worth."""

    checks: tuple[Check, ...]
    residuals: int
    sets_worth: float

    @property
    def settled(self) -> bool:
        """Whether enough sets of spreads carry weight."""
        return self.sets_worth >= FEWEST_SETS

    @property
    def fits(self) -> bool:
        """Whether nothing was found against the model."""
        return self.settled and all(check.fits for check in self.checks)


def residuals(fitted: Fitted) -> Array:
    """Return each figure's place among those expected a month before, as a standard normal.

    From the second year on; under a true model they are independent normals.
    """
    from scipy.special import ndtr, ndtri

    found = []
    for t in np.flatnonzero(fitted.series.told).tolist():
        if t >= FIRST_RESIDUAL:
            z = (fitted.series.log_people[t] - fitted.mean[:, t]) / np.sqrt(fitted.variance[:, t])
            found.append(float(ndtri(np.clip(fitted.weights(t) @ ndtr(z), 1e-9, 1 - 1e-9))))
    return np.array(found)


@lru_cache(maxsize=4)
def diagnose(fitted: Fitted) -> Diagnosis:
    """Test the residuals: do they follow each other, are they normal, does their spread change.

    Ljung and Box (1978) to a quarter of the residuals, Shapiro and Wilk (1965), and the ratio of
    the last third's variance to that of the first (Goldfeld and Quandt 1965).
    """
    from scipy.stats import f, shapiro
    from statsmodels.stats.diagnostic import acorr_ljungbox

    z = residuals(fitted)
    third = len(z) // 3
    follows = acorr_ljungbox(z, lags=[max(len(z) // 4, 1)]).iloc[0]
    normal = shapiro(z)
    ratio = float((z[-third:] ** 2).sum() / (z[:third] ** 2).sum())
    tail = float(f.cdf(ratio, third, third))
    checks = (
        Check("follows", float(follows["lb_stat"]), float(follows["lb_pvalue"])),
        Check("normal", float(normal.statistic), float(normal.pvalue)),
        Check("spread", ratio, 2 * min(tail, 1 - tail)),
    )
    return Diagnosis(checks, len(z), fitted.sets_worth)


@lru_cache(maxsize=4)
def series_backtest(fitted: Fitted) -> Backtest | None:
    """Forecast the series from within: up to twelve months ahead of each month from the 18th on.

    Each forecast rests on the figures before its origin alone; coverage is told on the base of the
    month forecast, so that the base is not scored. Beside it stands persistence with the spread
    of the changes seen by then. Origins of half a year are resampled together, as their forecasts
    overlap. None where no figure follows.
    """
    series, rows = fitted.series, []
    told = np.flatnonzero(series.told)
    for origin in told[told >= FIRST_ORIGIN - 1]:
        later = told[(told > origin) & (told <= origin + LONGEST_AHEAD)]
        if len(later):
            rows += _scores(fitted, int(origin), later)
    return scores_of(rows) if rows else None


def _scores(fitted: Fitted, origin: int, later: npt.NDArray[np.int_]) -> list[dict[str, Any]]:
    from scipy.special import ndtri

    series, told = fitted.series, np.flatnonzero(fitted.series.told)
    mean, variance = _ahead(fitted, origin, int(later[-1]))
    weights, logs = fitted.weights(origin + 1), series.log_people
    known = told[told <= origin]
    walk = float(np.mean(np.diff(logs[known]) ** 2 / np.diff(known)))
    rows = []
    for month in later:
        of_base = 100 * series.people[0] / series.base[month]
        h = month - origin
        ahead = _members(mean[:, h - 1], variance[:, h - 1], weights, len(MEMBERS))
        model = of_base * np.exp(ahead)
        still = of_base * np.exp(logs[origin] + np.sqrt(walk * h) * ndtri(MEMBERS))
        seen = of_base * np.exp(logs[month])
        q05, q25, q50, q75, q95 = np.quantile(model, [0.05, 0.25, 0.5, 0.75, 0.95])
        rows.append(
            {
                "group": str((origin - FIRST_ORIGIN + 1) // BLOCK),
                "from": str(series.start + origin),
                "to": str(series.start + int(month)),
                "to_pct": seen,
                "p05": q05,
                "p50": q50,
                "p95": q95,
                "crps_model": crps_points(seen, model),
                "crps_spread_persistence": crps_points(seen, still),
                "hit_50": bool(q25 <= seen <= q75),
                "hit_90": bool(q05 <= seen <= q95),
            }
        )
    return rows


def _ahead(fitted: Fitted, origin: int, last: int) -> tuple[Array, Array]:
    """Return mean and variance of the months after an origin, by what was told up to it."""
    state, cover = fitted.state[:, origin + 1], fitted.state_variance[:, origin + 1]
    level, drift, figure, size, change, half_life = fitted.spreads.T
    left, moved = fading(drift, half_life)
    added = np.zeros_like(state)
    added[:, 0], added[:, 1] = level**2, moved**2
    seasons = slice(_FIRST, state.shape[1] - len(fitted.programmes))
    added[:, seasons] = ((change * size) ** 2)[:, None]
    transition = np.tile(np.eye(state.shape[1]), (len(state), 1, 1))
    transition[:, 0, :_FIRST], transition[:, 1, 1] = 1.0, left
    means, variances = [], []
    for month in range(origin + 1, last + 1):
        told = fitted.design[month]
        means.append(state @ told)
        variances.append(np.einsum("i,nij,j->n", told, cover, told) + figure**2)
        state = np.einsum("nij,nj->ni", transition, state)
        cover = transition @ cover @ transition.transpose(0, 2, 1)
        cover[:, range(len(told)), range(len(told))] += added
    return np.array(means).T, np.array(variances).T


@dataclass(frozen=True)
class Parts:
    """A series taken apart, people by month: the level, and the level with its calendar."""

    level: Array
    with_calendar: Array


def take_apart(fitted: Fitted) -> Parts:
    """Return level and calendar of the months of a series, seen from its end.

    Smoothed under the middle spreads; programmes stand with the calendar.
    """
    series = fitted.series
    model = _Model(series, fitted.design[: fitted.length, _FIRST:], len(fitted.programmes))
    model.assume(fitted.spread_means)
    state = model.kalman.smooth().smoothed_state
    whole = np.einsum("ts,st->t", model.design, state)
    first = series.people[0]
    return Parts(first * np.exp(state[0]), first * np.exp(whole))


def series_record(own: OwnSeries) -> dict[str, Any]:
    """Return what the view rests on, and how far to trust it, as plain values for JSON."""
    fitted, found, tested = own.fitted, diagnose(own.fitted), series_backtest(own.fitted)
    return {
        "first": str(fitted.series.start),
        "last": str(fitted.series.months[-1]),
        "figures": int(fitted.series.told.sum()),
        "programmes": list(fitted.programmes),
        "fits": found.fits,
        "sets_worth": round(found.sets_worth, 1),
        "residuals": found.residuals,
        "checks": {
            c.name: {"statistic": round(c.statistic, 4), "p": round(c.p, 4), "fits": c.fits}
            for c in found.checks
        },
        "backtest": None if tested is None else _backtest_record(tested),
        "assumed": {
            "spread_medians": SPREAD_MEDIANS.tolist(),
            "spread_factors": SPREAD_FACTORS.tolist(),
            "trend_sd": TREND_SD,
            "delivered_sd": DELIVERED_SD,
        },
    }


def _backtest_record(tested: Backtest) -> dict[str, Any]:
    rows = tested.rows
    crps, still = rows[["crps_model", "crps_spread_persistence"]].mean().tolist()
    return {
        "n": len(rows),
        "origins": int(rows["from"].nunique()),
        "blocks": int(rows["group"].nunique()),
        "crps": round(crps, 4),
        "crps_spread_persistence": round(still, 4),
        "hits_50": int(rows["hit_50"].sum()),
        "hits_90": int(rows["hit_90"].sum()),
        "gain": None if tested.gain is None else round(tested.gain, 4),
        "gain_interval": tested.gain_interval and [round(g, 4) for g in tested.gain_interval],
        "established": tested.established,
    }
