"""What may be told of a roster: its tables with small cells hidden, and what protects them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ucj_analysis.roster.counting import ALL, GROWING, NAMES, Period, Roster
from ucj_analysis.roster.sql import ACTIVE, GONE, TOTAL, UNCOVERED, Ints
from ucj_analysis.roster.suppression import Cells, hidden

FLOWS = ("joins", "returns", "lapses")
#: What it costs to hide a cell, beside a segment's flow of one month.
_COSTS = {"stock": 6.0, "joins": 1.0, "returns": 1.0, "lapses": 1.0, "stopped": 12.0}
_OF_ALL = 5.0
_PEOPLE = 1000.0
#: 95 in 100 of a normal lie within.
Z = 1.96

Cell = int | None


class Survived(NamedTuple):
    """People of one segment from one month since joining to another; both are counted in."""

    segment: str
    since: int
    until: int
    at_risk: int
    person_months: int
    stopped: int
    survival: float
    low: float
    high: float


class Stopping(NamedTuple):
    """Who stopped in one season of one year; None where that is hidden."""

    segment: str
    period: Period
    person_months: Cell
    stopped: Cell

    @property
    def share(self) -> float | None:
        """The share of people that stops in a month; None where it is hidden."""
        if self.stopped is None or not self.person_months:
            return None
        return self.stopped / self.person_months


@dataclass(frozen=True)
class Published:
    """A roster's tables as they may be told: None in a hidden cell's place.

    `stock`, `once` (each person in one segment) and the flows are by segment and month, the last
    row everybody; `pool` is by decile and sub-district with `ALL` as the sums; `lists` are the
    people on the lists: all, active members, gone.
    """

    roster: Roster
    stock: list[list[Cell]]
    once: list[list[Cell]]
    flows: dict[str, list[list[Cell]]]
    stopping: list[Stopping]
    survival: list[Survived]
    pool: dict[tuple[str, str], Cell]
    lists: dict[str, Cell]
    people: Cell


def published(roster: Roster) -> Published:
    """Return what may be told of a roster."""
    cells = member_cells(roster)
    hide = hidden(cells, roster.small)

    def shown(*key: object) -> Cell:
        return None if key in hide else cells.values[key]

    segments, months = range(TOTAL + 1), range(len(roster.months))
    stock = [[shown("stock", s, t) for t in months] for s in segments]
    flows = {f: [[shown(f, s, t) for t in months[:-1]] for s in segments] for f in FLOWS}
    stopping = [
        Stopping(NAMES[s], p, shown("person_months", s, i), shown("stopped", s, i))
        for s in segments
        for i, p in enumerate(roster.periods)
    ]
    coarse = {key[1] for key in hide if isinstance(key, tuple)}
    survival = [
        row
        for s in segments
        for row in curve(NAMES[s], roster.at_risk[s], roster.stopped[s], roster.small, s in coarse)
    ]
    listed, people = _pool(roster), shown("people", TOTAL)
    once = _once(roster, stock)
    return Published(roster, stock, once, flows, stopping, survival, *listed, people)


def member_cells(roster: Roster) -> Cells:
    """Return stocks and flows as cells, tied by every sum a reader can know.

    How many people hold two segments is taken as known to the reader: then segments and total
    are tied exactly in every month.
    """
    cells = Cells()
    tables = {"stock": roster.stock} | {name: getattr(roster, name) for name in FLOWS}
    for name, table in tables.items():
        for (s, t), value in np.ndenumerate(table):
            cells.add((name, s, t), value, _COSTS[name] * (_OF_ALL if s == TOTAL else 1))
        for t in range(table.shape[1]):
            cells.tie({(name, s, t): 1 if s < TOTAL else -1 for s in range(TOTAL + 1)})
    for s in range(TOTAL + 1):
        for t in range(roster.joins.shape[1]):
            change = {("joins", s, t): 1, ("returns", s, t): 1, ("lapses", s, t): -1}
            cells.tie(change | {("stock", s, t): 1, ("stock", s, t + 1): -1})
        for i, period in enumerate(roster.periods):
            for name, of in (("stopped", "lapses"), ("person_months", "stock")):
                months = [(of, s, t) for t in period.months]
                cells.add((name, s, i), sum(cells.values[m] for m in months), _COSTS["stopped"])
                cells.tie(dict.fromkeys(months, 1) | {(name, s, i): -1})
    cells.add(("people", TOTAL), roster.people, _PEOPLE)
    joined = {("joins", TOTAL, t): 1 for t in range(roster.joins.shape[1])}
    cells.tie(joined | {("people", TOTAL): -1})
    return cells


def _once(roster: Roster, stock: list[list[Cell]]) -> list[list[Cell]]:
    """Return people by the one segment they are counted in, for months where that tells of few."""
    small, told = roster.small, []
    once = roster.stock.copy()
    once[:TOTAL] -= roster.twice
    for t in range(once.shape[1]):
        few = [*roster.twice[:, t], *once[:, t]]
        tells = any(0 < n < small for n in few) or any(row[t] is None for row in stock)
        told.append([None] * (TOTAL + 1) if tells else [int(n) for n in once[:, t]])
    return [list(row) for row in zip(*told, strict=True)]


def curve(
    segment: str, at_risk: Ints, stopped: Ints, small: int, coarse: bool
) -> Iterator[Survived]:
    """Yield a survival curve by Kaplan and Meier, months joined until each row tells of enough people.

    Where cells of the segment are hidden (`coarse`), people are rounded to twice the threshold:
    then a curve never gives back a month's hidden cell. The curve and its range rest on the
    numbers as told.

    Examples
    --------
    >>> at_risk, stopped = np.array([100, 90, 80]), np.array([0, 9, 8])
    >>> [(r.until, r.stopped, round(r.survival, 2)) for r in curve("all", at_risk, stopped, 5, False)]
    [(1, 0, 1.0), (2, 9, 0.9), (3, 8, 0.81)]
    """
    survival, spread = 1.0, 0.0
    for since, until in _spans(at_risk, stopped, small):
        people = (at_risk[since], at_risk[since:until].sum(), stopped[since:until].sum())
        base = 2 * small if coarse else 1
        told = [base * round(int(n) / base) for n in people]
        hazard = min(told[2] / told[1], 1.0) if told[1] else 0.0
        survival *= (1 - hazard) ** (until - since)
        if 0 < hazard < 1:
            spread += (until - since) ** 2 * hazard / ((1 - hazard) * told[1])
        low, high = _band(survival, spread)
        yield Survived(segment, since + 1, until, told[0], told[1], told[2], survival, low, high)


def _spans(at_risk: Ints, stopped: Ints, small: int) -> list[tuple[int, int]]:
    """Return stretches of months since joining that each tell of enough people, or of none stopped."""
    spans: list[tuple[int, int]] = []
    since = 0
    for until in range(1, at_risk.size + 1):
        gone = int(stopped[since:until].sum())
        enough = gone == 0 or gone >= small
        if at_risk[since] >= small and at_risk[until - 1] >= small and enough:
            spans.append((since, until))
            since = until
    if since < at_risk.size and stopped[since:].sum():  # what is left is told with the last
        while spans and 0 < stopped[since:].sum() < small:
            since = spans.pop()[0]
        if stopped[since:].sum() >= small and at_risk[since] >= small:
            spans.append((since, at_risk.size))
    return spans


def _band(survival: float, spread: float) -> tuple[float, float]:
    """Return the range of a survival, on the scale where it is nearest to normal."""
    if not 0 < survival < 1 or spread == 0:
        return survival, survival
    step = Z * math.sqrt(spread) / abs(math.log(survival))
    return survival ** math.exp(step), survival ** math.exp(-step)


def _pool(roster: Roster) -> tuple[dict[tuple[str, str], Cell], dict[str, Cell]]:
    """Return the uncovered by decile and sub-district, and what became of the others on the lists."""
    if not roster.listed:
        return {}, {}
    places = sorted({place for _, place in roster.listed})
    deciles = sorted({decile for decile, _ in roster.listed}, key=lambda d: d or 99)
    cells, zero = Cells(), np.zeros(UNCOVERED + 1, dtype=np.int64)
    people = np.array([[roster.listed.get((d, p), zero) for p in places] for d in deciles])
    uncovered = people[:, :, UNCOVERED]
    names = [str(d) if d else "unknown" for d in deciles]
    for (i, j), value in np.ndenumerate(uncovered):
        cells.add((names[i], places[j]), value, 1.0)
    for i, name in enumerate(names):
        cells.add((name, ALL), uncovered[i].sum(), _OF_ALL)
        cells.tie({(name, p): 1 for p in places} | {(name, ALL): -1})
    for j, place in enumerate(places):
        cells.add((ALL, place), uncovered[:, j].sum(), _OF_ALL)
        cells.tie({(name, place): 1 for name in names} | {(ALL, place): -1})
    cells.add((ALL, ALL), uncovered.sum(), _PEOPLE / 2)
    cells.tie({(name, ALL): 1 for name in names} | {(ALL, ALL): -1})
    cells.tie({(ALL, place): 1 for place in places} | {(ALL, ALL): -1})
    states = {"active": ACTIVE, "gone": GONE}
    for state, at in states.items():
        cells.add(state, people[:, :, at].sum(), _OF_ALL)
    cells.add("listed", people.sum(), _PEOPLE)
    cells.tie({"active": 1, "gone": 1, (ALL, ALL): 1, "listed": -1})
    hide = hidden(cells, roster.small)
    told = {key: None if key in hide else value for key, value in cells.values.items()}
    lists = {state: told.pop(state) for state in ("listed", *states)}
    return told, lists  # type: ignore[return-value]


class Rate(NamedTuple):
    """A share a month that stops: lowest, central and highest, and the people who stopped."""

    low: float
    central: float
    high: float
    stopped: int


def stopping_rate(told: Published, segment: str, season: str = "") -> Rate | None:
    """Return the share of a segment's people that stops in a month, or None where too few did.

    The ends are the lowest and highest of the years, each widened by chance; 95 in 100.
    """
    rows = [
        (r.stopped, r.person_months)
        for r in told.stopping
        if r.segment == segment and season in ("", r.period.season)
        if r.stopped is not None and r.person_months
    ]
    stopped, months = (sum(column) for column in zip(*rows, strict=True)) if rows else (0, 0)
    if stopped < told.roster.small:
        return None
    ends = [end for n, m in [(stopped, months), *rows] if n for end in _chance(n / m, 1 / n)]
    return Rate(min(ends), stopped / months, min(max(ends), 1.0), stopped)


def season_factor(told: Published, segment: str) -> Rate | None:
    """Return the share that stops in January-May over that in June-December, or None."""
    calm, other = (stopping_rate(told, segment, season) for season in (GROWING, "January-May"))
    if calm is None or other is None:
        return None
    ratio = other.central / calm.central
    low, high = _chance(ratio, 1 / other.stopped + 1 / calm.stopped)
    return Rate(low, ratio, high, other.stopped + calm.stopped)


def _chance(value: float, variance: float) -> tuple[float, float]:
    """Return the range of a rate whose logarithm has this variance."""
    step = math.exp(Z * math.sqrt(variance))
    return value / step, value * step
