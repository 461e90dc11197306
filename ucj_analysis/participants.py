"""The participants by segment: hires, layoffs, enrolment, lapse, season, dated cohorts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ucj_analysis.labour_force import BasePaths
from ucj_analysis.months import FIRST_GROWING_MONTH, Month
from ucj_analysis.quantities import LONGEST_DURATION
from ucj_analysis.scenario import SEGMENTS, Cohort, Scenario

Array = npt.NDArray[np.float64]
Values = dict[str, Array]
WAGE, ELSEWHERE, SELF, BUILD, FUNDED = range(len(SEGMENTS))
#: Segments with month-to-month chance of their own.
NOISY = ("wage_earners", "self_employed", "construction")
#: A member is inactive from the third unpaid month (rule R01): counted for two months more.
UNPAID_MONTHS_COUNTED = 2
#: How deep construction cover lies below its December, January to December: an assumption shaped
#: on the budget year (low in spring, most projects registered late) and on the nation's 2025.
SEASON_DEPTH = (0.45, 0.70, 0.88, 1.0, 1.0, 0.92, 0.80, 0.66, 0.52, 0.37, 0.20, 0.0)
#: No year's construction falls deeper below its December than this.
DEEPEST = 0.95
#: Budgets that pay again start to in the second half of the year.
RENEWAL_MONTHS = (7, 8, 9, 10)


@dataclass(frozen=True)
class ParticipantPaths:
    """Participants over months, segments and paths, people. Flows have one row per step.

    `stock[t + 1] = stock[t] + inflow[t] - outflow[t]` for every segment.
    """

    stock: Array
    inflow: Array
    outflow: Array


@dataclass(frozen=True)
class Course:
    """When things happen: the first month, and the step from which the scenario holds."""

    start: Month
    months: int
    scenario_from: int

    def month(self, step: int) -> Month:
        """Return the month a step leads to."""
        return self.start + step + 1


@dataclass(frozen=True)
class Opening:
    """Participants at the first figure used: stock by segment, and the dated cohorts within funded."""

    stock: Array
    cohorts: Values


def open_segments(
    people: Array, start: Month, scenario: Scenario, values: Values, depth: Array
) -> Opening:
    """Split participants into segments at the first figure used.

    Cohorts paid at that time stand apart; the split is of the others.
    """
    cohorts = {
        c.name: np.minimum(_enrolled(c, values), people / 2)
        for c in scenario.cohorts
        if c.start <= start <= c.end + UNPAID_MONTHS_COUNTED
    }
    dated = np.minimum(sum(cohorts.values()), people)
    others = people - dated
    stock = np.empty((len(SEGMENTS), people.size))
    stock[SELF] = others * values["split.self_employed"]
    stock[BUILD] = others * values["split.construction"] * (1 - depth)
    stock[FUNDED] = others * values["split.funded"]
    wage = others - stock[SELF] - stock[BUILD] - stock[FUNDED]
    stock[ELSEWHERE] = wage * values["split.elsewhere"]
    stock[WAGE] = wage - stock[ELSEWHERE]
    stock[FUNDED] += dated
    return Opening(stock, cohorts)


def construction_depth(course: Course, values: Values, year_shocks: dict[int, Array]) -> Array:
    """Return how far construction lies below its December, shape (months + 1, paths), in 0 to 1."""
    spread = values["construction.amplitude_by_year"]
    by_year = {
        year: np.minimum(
            values["construction.amplitude"] * np.exp(spread * z - spread**2 / 2), DEEPEST
        )
        for year, z in year_shocks.items()
    }
    months = [course.start + t for t in range(course.months + 1)]
    return np.stack([by_year[m.year] * SEASON_DEPTH[m.number - 1] for m in months])


def project_participants(
    opening: Opening,
    base: BasePaths,
    course: Course,
    scenarios: tuple[Scenario, Scenario],
    drawn: tuple[Values, Values],
    depths: tuple[Array, Array],
    chance: dict[str, Array],
    planned: Array | None = None,
) -> ParticipantPaths:
    """Project the participants month by month on paths of the base.

    Whoever joins comes from the uncovered, so participants never pass the base. People covered
    by a plan are uncovered no more: fewer are left to join in the ordinary way.

    Parameters
    ----------
    opening : Opening
        Active participants in the first month, people.
    base : BasePaths
        The base and its re-basings, people.
    course : Course
        Months, and the step from which the second scenario holds instead of the first.
    scenarios, drawn, depths : pairs
        Baseline and scenario: what is assumed, the values drawn, the depth of construction.
    chance : dict
        Standard normals per noisy segment, shape (months, paths).
    planned : Array, optional
        People covered by a plan on top of these, shape (months + 1,) or (months + 1, paths).
    """
    months, paths = course.months, base.stock.shape[1]
    stock = np.empty((months + 1, len(SEGMENTS), paths))
    inflow, outflow = (np.zeros((months, len(SEGMENTS), paths)) for _ in range(2))
    stock[0] = opening.stock
    ways = [
        _Way(s, v, d, course, opening.stock)
        for s, v, d in zip(scenarios, drawn, depths, strict=True)
    ]
    state = _State(opening, base, course)
    for t in range(months):
        way = ways[t >= course.scenario_from]
        state.reference += base.rebasing[t]
        free = base.stock[t + 1] if planned is None else base.stock[t + 1] - planned[t + 1]
        _step(t, way, state, stock, inflow[t], outflow[t], free, chance)
    return ParticipantPaths(stock, inflow, outflow)


class _State:
    """What a step must remember: layoffs still covered, the laid-off, cohorts, last year's funded."""

    def __init__(self, opening: Opening, base: BasePaths, course: Course) -> None:
        paths = base.stock.shape[1]
        covered = opening.stock.sum(axis=0)
        # people newly counted by a re-basing are no new chances: saturation is measured without them
        self.reference = base.stock[0] - covered
        self.pool = np.maximum(base.stock[course.scenario_from] - covered, 0.0)
        self.losing_cover = np.zeros((course.months + LONGEST_DURATION, paths))
        self.laid_off = np.zeros(paths)
        # who is paid in the middle of a year has been renewed already
        self.paid_last_year = np.zeros(paths)
        self.cohorts = dict(opening.cohorts)
        self.driven = np.zeros(paths)


class _Way:
    """One scenario's drawn values, brought to the form the steps use."""

    def __init__(
        self, scenario: Scenario, values: Values, depth: Array, course: Course, opening: Array
    ) -> None:
        self.scenario, self.values, self.course = scenario, values, course
        lag = values["wage_earners.cover_after_layoff"]
        self.cover_ends = [(lag == k).astype(float) for k in range(LONGEST_DURATION + 1)]
        self.shift = {
            s: values["noise.construction" if s == "construction" else "noise.monthly"]
            for s in NOISY
        }
        december = opening[BUILD] / (1 - depth[0])
        years = [(course.start + t).year - course.start.year for t in range(course.months + 1)]
        growth = values["construction.growth"]
        self.building = [december * growth**y * (1 - d) for y, d in zip(years, depth, strict=True)]
        self.season = 1 - depth

    def noise(self, segment: str, t: int, chance: dict[str, Array]) -> Array | float:
        spread = self.shift[segment]
        if segment not in chance:
            return 1.0
        return np.asarray(np.exp(spread * chance[segment][t] - 0.5 * spread**2))


def _step(
    t: int,
    way: _Way,
    state: _State,
    stock: Array,
    joins: Array,
    leaves: Array,
    base_next: Array,
    chance: dict[str, Array],
) -> None:
    now, month = stock[t], way.course.month(t)
    uncovered = np.maximum(base_next - now.sum(axis=0), 0.0)
    room = uncovered / np.maximum(state.reference, 1.0)
    _wage_earners(t, month, way, state, now, joins, leaves, room, chance)
    _elsewhere(way, now, joins, leaves)
    _self_employed(t, month, way, now, joins, leaves, state.pool * room, chance)
    _drives(month, way, state, joins)
    _construction(t, way, state, now, joins, leaves, chance)
    entering = _funded(month, way, state, now, joins, leaves)
    total = joins.sum(axis=0)
    if (total > uncovered).any():
        room = np.minimum(1.0, uncovered / np.maximum(total, 1e-9))
        joins *= room
        entering = {name: people * room for name, people in entering.items()}
    state.cohorts |= entering
    np.subtract(now, leaves, out=stock[t + 1])
    stock[t + 1] += joins
    _stay_within(base_next, stock[t + 1], leaves)


def _wage_earners(
    t: int,
    month: Month,
    way: _Way,
    state: _State,
    now: Array,
    joins: Array,
    leaves: Array,
    room: Array,
    chance: dict[str, Array],
) -> None:
    v, scenario = way.values, way.scenario
    separated = now[WAGE] * v["wage_earners.separations"]
    hired = separated * v["wage_earners.replacement"] * room * way.noise("wage_earners", t, chance)
    laid_off = v["wage_earners.layoffs"] * scenario.wage_earners.layoffs.share_of_year(month.number)
    for closure in scenario.closures:
        if closure.start <= month <= closure.end:
            laid_off = laid_off + v[f"{closure.name}.people"] / (closure.end - closure.start + 1)
    covered = laid_off * v["wage_earners.layoffs_covered"]
    for months_after, ends in enumerate(way.cover_ends):
        state.losing_cover[t + months_after] += covered * ends
    lost = np.minimum(state.losing_cover[t], now[WAGE] - separated)
    back = state.laid_off * v["wage_earners.reemployment"]
    state.laid_off += lost - back
    joins[WAGE], leaves[WAGE] = hired + back, separated + lost


def _elsewhere(way: _Way, now: Array, joins: Array, leaves: Array) -> None:
    moved = now[ELSEWHERE] * way.values["elsewhere.drift"]
    joins[ELSEWHERE], leaves[ELSEWHERE] = np.maximum(moved, 0), np.maximum(-moved, 0)


def _self_employed(
    t: int,
    month: Month,
    way: _Way,
    now: Array,
    joins: Array,
    leaves: Array,
    pool: Array,
    chance: dict[str, Array],
) -> None:
    v = way.values
    joining = pool * v["self_employed.enrolment"] * way.noise("self_employed", t, chance)
    stopping = v["self_employed.lapse"]
    if month.number >= FIRST_GROWING_MONTH:
        joining *= v["self_employed.enrolment_season"]
    else:
        stopping = np.minimum(stopping * v["self_employed.lapse_season"], 1.0)
    joins[SELF], leaves[SELF] = joining, now[SELF] * stopping


def _construction(
    t: int,
    way: _Way,
    state: _State,
    now: Array,
    joins: Array,
    leaves: Array,
    chance: dict[str, Array],
) -> None:
    level = way.building[t + 1] * way.noise("construction", t, chance)
    level += state.driven * way.season[t + 1]
    change = level - now[BUILD]
    joins[BUILD], leaves[BUILD] = np.maximum(change, 0), np.maximum(-change, 0)


def _drives(month: Month, way: _Way, state: _State, joins: Array) -> None:
    for drive in way.scenario.drives:
        if not drive.start <= month <= drive.end:
            continue
        people = way.values[f"{drive.name}.people"] / 12 * way.values[f"{drive.name}.yields"]
        if drive.segment == "construction":
            state.driven = state.driven + people  # follows the season, like all projects
        elif drive.segment == "self_employed":
            joins[SELF] += people
        else:
            joins[WAGE] += people


def _funded(
    month: Month, way: _Way, state: _State, now: Array, joins: Array, leaves: Array
) -> dict[str, Array]:
    """Move cohorts in and out; return what each cohort would bring, by name."""
    entering = {}
    if month.number == 3:  # paid to December: counted through February
        ordinary = now[FUNDED] - _still_paid(state)
        leaves[FUNDED] = state.paid_last_year = np.maximum(ordinary, 0)
    if month.number in RENEWAL_MONTHS:
        joins[FUNDED] = state.paid_last_year * way.values["funded.renewal"] / len(RENEWAL_MONTHS)
    for cohort in way.scenario.cohorts:
        if month == cohort.start:
            entering[cohort.name] = _enrolled(cohort, way.values)
            joins[FUNDED] += entering[cohort.name]
        if month == cohort.end + UNPAID_MONTHS_COUNTED + 1:
            leaves[FUNDED] += state.cohorts.pop(cohort.name, 0.0)
    return entering


def _still_paid(state: _State) -> Array | float:
    return sum(state.cohorts.values())


def _enrolled(cohort: Cohort, values: Values) -> Array:
    return values[f"{cohort.name}.people"] * values[f"{cohort.name}.yields"]


def _stay_within(base: Array, stock: Array, leaves: Array) -> None:
    """Where a base is re-set below its participants, those above it are no longer counted."""
    total = stock.sum(axis=0)
    if (total > base).any():
        kept = np.minimum(1.0, base / np.maximum(total, 1e-9))
        leaves += stock * (1 - kept)
        stock *= kept
