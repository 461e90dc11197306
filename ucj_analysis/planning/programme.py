"""The linear programme: people enrolled by lever and month, at least cost, within limits.

Monthly stocks. A person enrolled is paid for at least and at most so many months, is counted
for two months more (rule R01), and then stays only by paying. Nobody is enrolled twice. Solved
by HiGHS; people are divisible, so a plan is right within one person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt

from ucj_analysis.errors import bad
from ucj_analysis.planning.levers import MOST_OVERLAPPING, Menu, Terms
from ucj_analysis.planning.solver import Solver

Array = npt.NDArray[np.float64]
LimitKind = Literal["pace", "pool", "months", "lists", "everyone", "budget"]
#: Columns before those of the levers: people beyond the need, and how far limits are stretched.
BEYOND, MORE_PACE, MORE_POOL, MORE_BOTH = range(4)
_SPECIAL = 4
#: Money in the programme is in millions: numbers near one keep the solver exact.
_MILLION = 1e6
#: People by which a plan may miss its need, so that rounding is no infeasibility.
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Limit:
    """A limit that may stop a plan: its kind, the levers it binds, and its rows."""

    kind: LimitKind
    levers: tuple[str, ...] = ()
    rows: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Solution:
    """People by lever, step of cost and month, what they cost, and what limits are worth.

    Attributes
    ----------
    enrol : Array
        People enrolled, shape (levers, steps, months).
    stop : Array
        People whose payment ends before a month, shape (levers, months).
    cost : float
        Rupiah, payments promised beyond the last month with them.
    beyond : float
        People above the need, the same share of the base in every month of the aim.
    price_of_beyond : float
        Rupiah that one person more costs, as many of the base's size in every month of the aim.
    prices : dict
        Limit to the rupiah (people, where people are sought) that one unit more of it is worth.
    """

    enrol: Array
    stop: Array
    cost: float
    beyond: float
    price_of_beyond: float
    prices: dict[Limit, float]

    @property
    def people(self) -> Array:
        """People enrolled by lever."""
        return np.asarray(self.enrol.sum(axis=(1, 2)))


class Programme:
    """One region's levers over the months of a plan, ready to be solved again and again.

    Parameters
    ----------
    menu : Menu
        Levers as plain numbers.
    months : int
        Months of the plan.
    aim : sequence of int
        Months, from 1, in which the need is to be met.
    uncovered : float
        People who can be enrolled at all.
    counts : Array, optional
        1 where the people of a lever count in a month, shape (levers, months).
    """

    def __init__(
        self,
        menu: Menu,
        months: int,
        aim: Sequence[int],
        uncovered: float,
        counts: Array | None = None,
    ) -> None:
        self.menu, self.months, self.aim = menu, months, tuple(aim)
        self.counts = np.ones((len(menu.terms), months)) if counts is None else counts
        self._blocks = list(_blocks(menu.terms, months))
        self._columns = _SPECIAL + sum(b.columns for b in self._blocks)
        self._loose: dict[int, float] = {}
        self._build(uncovered)

    def _build(self, uncovered: float) -> None:
        rows: list[Array] = []
        upper: list[float] = []
        limits: list[Limit] = []
        self._unit: dict[Limit, Array] = {}

        def add(
            kind: LimitKind, names: tuple[str, ...], block: Array, above: Array, whole: float = 0.0
        ) -> None:
            first = sum(len(r) for r in rows)
            rows.append(block)
            upper.extend(above.tolist())
            limits.append(Limit(kind, names, tuple(range(first, first + len(block)))))
            # one unit more of a limit raises a row by its part: a ramp's, or a step's
            self._unit[limits[-1]] = above / whole if whole else np.ones(len(block))

        self.cost = np.zeros(self._columns)
        for block in self._blocks:
            terms, place, name = block.terms, block.place, (block.terms.name,)
            self.cost[place] = block.cost() / _MILLION
            pace, pool = terms.paces(self.months), np.repeat(terms.pool, block.years)
            by_month = self._wide(block.by_month(), place, MORE_PACE, pace)
            by_step = self._wide(block.by_step(), place, MORE_POOL, pool)
            add("pace", name, by_month, pace, pace.max())
            add("pool", name, by_step, pool, sum(terms.pool))
            if block.stops:
                after_most, before_least = block.in_turn()
                zero = np.zeros(len(after_most))
                add("months", name, self._wide(after_most, place), zero)
                rows.append(self._wide(before_least, place))
                upper.extend(zero.tolist())
        for names, members, people in _lists(self.menu):
            row = self._enrolled(members)
            row[0, [MORE_POOL, MORE_BOTH]] = -people
            add("lists", names, row, np.array([people]))
        everyone = self._enrolled(range(len(self._blocks)))
        add("everyone", (), everyone, np.array([uncovered]))
        add("budget", (), self.cost[None, :].copy(), np.array([np.inf]))
        self._first_aim = sum(len(r) for r in rows)
        rows.append(self._aim_rows())
        self.matrix = np.vstack(rows)
        self.upper = np.array([*upper, *[np.inf] * len(self.aim)])
        self.limits = tuple(limits)

    def _enrolled(self, levers: Sequence[int]) -> Array:
        """Return a row that adds up the enrolments of some levers."""
        row = np.zeros((1, self._columns))
        for i in levers:
            row[0, self._blocks[i].enrols] = 1
        return row

    def _wide(self, block: Array, place: slice, more: int = -1, by: Array | None = None) -> Array:
        """Return a lever's rows over all columns, with the columns that stretch their limit."""
        wide = np.zeros((len(block), self._columns))
        wide[:, place] = block
        if by is not None:
            wide[:, more] = wide[:, MORE_BOTH] = -by
        return wide

    def _aim_rows(self) -> Array:
        wide = np.zeros((len(self.aim), self._columns))
        at = np.array(self.aim) - 1
        for i, block in enumerate(self._blocks):
            wide[:, block.place] = block.counted()[at] * self.counts[i, at, None]
        return wide

    # --- solving ------------------------------------------------------------------------------

    def least_cost(
        self, need: Array, scale: Array | None = None, budget: float = np.inf
    ) -> Solution | None:
        """Return the cheapest plan that meets the need in every month of the aim, or None.

        Parameters
        ----------
        need : Array
            People to be counted beyond those who come anyway, one value per month of the aim.
            Minus infinity where a month asks for nothing.
        scale : Array, optional
            People in each month that stand for one person beyond, by default 1.
        budget : float
            Rupiah.
        """
        self._set(need, scale, budget)
        return self._solved(self.cost)

    def most(self, need: Array, scale: Array | None = None, budget: float = np.inf) -> Solution:
        """Return the cheapest of the plans that go furthest beyond (or least below) the need."""
        self._set(need, scale, budget)
        reaching = self._solved(self._freed(BEYOND, -np.inf, -1.0))
        if reaching is None:
            raise RuntimeError("HiGHS found no plan that goes furthest")
        best = reaching.beyond - _TOLERANCE
        self._solver.column(BEYOND, best, best)
        cheapest = self._solved(self.cost) or reaching
        return replace(cheapest, beyond=best, prices=reaching.prices)

    def latest(self, found: Solution, need: Array, scale: Array | None) -> Solution:
        """Return, of the plans as good and as cheap, the one that enrols as late as it can.

        Plans of one cost are many; this makes the choice the same everywhere, and leaves time.
        """
        self._set(need, scale, found.cost)
        self._solver.column(BEYOND, found.beyond, found.beyond)
        objective = np.zeros(self._columns)
        for block in self._blocks:
            objective[block.enrols] = np.tile(np.arange(self.months, 0, -1.0), block.steps)
        late = self._solved(objective)
        if late is None:  # rounding left no room: the plan at hand is as good
            return found
        return replace(found, enrol=late.enrol, stop=late.stop, cost=late.cost)

    def most_beyond(self, need: Array, scale: Array | None, budgets: Sequence[float]) -> Array:
        """Return the people beyond the need that each budget can reach."""
        self._set(need, scale, np.inf)
        self._solver.seek(self._freed(BEYOND, -np.inf, -1.0))
        found = []
        for budget in budgets:
            self._budget(budget)
            self._solver.solved()
            found.append(-self._solver.value)
        return np.array(found)

    @contextmanager
    def loosened(self, which: int | None, factor: float) -> Iterator[None]:
        """Take some limits (`which` as in :meth:`stretched`) so many times as large meanwhile."""
        self._loose = {} if which is None else {which: factor - 1}
        try:
            yield
        finally:
            self._loose = {}

    def stretched(self, need: Array, scale: Array | None, which: int, budget: float) -> float:
        """Return the least factor on a limit that makes the need reachable; infinity if none does.

        `which` is MORE_PACE, MORE_POOL or MORE_BOTH.
        """
        self._set(need, scale, budget)
        self._solver.seek(self._freed(which, 0.0, 1.0))
        return 1 + self._solver.solution.col_value[which] if self._solver.solved() else float("inf")

    def people_range(
        self, lever: int, need: Array, scale: Array | None, budget: float
    ) -> tuple[float, float]:
        """Return the fewest and the most people of a lever that the need and a budget allow."""
        self._set(need, scale, budget)
        people = self._enrolled([lever])[0]
        ends = []
        for sign in (1.0, -1.0):
            self._solver.seek(sign * people)
            self._solver.solved()
            ends.append(max(sign * self._solver.value, 0.0))
        return ends[0], ends[1]

    def without(
        self, lever: int, need: Array, scale: Array | None, budget: float = np.inf
    ) -> Solution | None:
        """Return the cheapest plan that does without a lever, or None."""
        named = (self.menu.terms[lever].name,)
        pool = next(one for one in self.limits if (one.kind, one.levers) == ("pool", named))
        self._set(need, scale, budget)
        with self._solver.held(pool.rows, 0.0):
            return self._solved(self.cost)

    def reachable(
        self, need: Array, scale: Array | None, budget: float, dropped: Sequence[Limit] = ()
    ) -> bool:
        """Tell whether the need can be met with some limits dropped."""
        self._set(need, scale, budget)
        self._solver.seek(np.zeros(self._columns))
        with self._lifted(dropped):
            return self._solver.solved()

    def conflict(
        self, need: Array, scale: Array | None, budget: float, dearest: Sequence[Limit] = ()
    ) -> tuple[Limit, ...]:
        """Return an irreducible set of limits that makes the need unreachable.

        Of the many there may be, one that keeps the limits worth most, named dearest first.

        HiGHS names rows that conflict; of the limits they belong to, each is dropped in turn and
        left out for good where the rest still conflict. What is left conflicts on its own, and
        without any one of its members no longer does (Chinneck 2008).
        """
        self._set(need, scale, budget)
        self._solver.seek(np.zeros(self._columns))
        self._solver.solved()
        rows = self._solver.conflict
        named = [limit for limit in self.limits if rows & set(limit.rows)]
        order = [*dearest, *(n for n in named if n not in dearest)]
        worth = {limit: place for place, limit in enumerate(reversed(order), 1)}
        kept = list(self.limits)
        for limit in sorted(self.limits, key=lambda one: worth.get(one, 0)):
            rest = [other for other in kept if other != limit]
            outside = [other for other in self.limits if other not in rest]
            if not self.reachable(need, scale, budget, outside):
                kept = rest
        return tuple(kept)

    def allowed(
        self, need: Array, scale: Array | None, budget: float, kept: Sequence[Limit]
    ) -> float:
        """Return the people beyond (or below) the need that some limits alone allow."""
        self._set(need, scale, budget)
        self._solver.seek(self._freed(BEYOND, -np.inf, -1.0))
        with self._lifted([other for other in self.limits if other not in kept]):
            self._solver.solved()
            return -self._solver.value

    def _lifted(self, limits: Sequence[Limit]) -> AbstractContextManager[None]:
        return self._solver.held([row for limit in limits for row in limit.rows], np.inf)

    @cached_property
    def _solver(self) -> Solver:
        return Solver(self.matrix, self.upper, _SPECIAL)

    def _set(self, need: Array, scale: Array | None, budget: float) -> None:
        """Give the aim its need, the budget its size, and every special column its rest."""
        weights = np.ones(len(self.aim)) if scale is None else scale
        for row, (people, weight) in enumerate(zip(need, weights, strict=True), self._first_aim):
            self._solver.row(row, float(people), np.inf)
            self._solver.coefficient(row, BEYOND, -float(weight))
        self._budget(budget)
        for column in range(_SPECIAL):
            rest = self._loose.get(column, 0.0)
            self._solver.column(column, rest, rest)

    def _budget(self, budget: float) -> None:
        (row,) = self.limits[-1].rows
        self.upper[row] = budget / _MILLION
        self._solver.row(row, -np.inf, budget / _MILLION)

    def _freed(self, column: int, low: float, weight: float) -> Array:
        """Free a special column and return the objective that seeks it alone."""
        self._solver.column(column, low, np.inf)
        objective = np.zeros(self._columns)
        objective[column] = weight
        return objective

    def _solved(self, objective: Array) -> Solution | None:
        self._solver.seek(objective)
        if not self._solver.solved():
            return None
        found = self._solver.solution
        values, duals = np.array(found.col_value), np.array(found.row_dual)
        steps = max(len(t.pool) for t in self.menu.terms)
        enrol = np.zeros((len(self._blocks), steps, self.months))
        stop = np.zeros((len(self._blocks), self.months))
        for i, block in enumerate(self._blocks):
            mine = np.maximum(values[block.enrols], 0.0)
            enrol[i, : len(block.terms.pool)] = mine.reshape(-1, self.months)
            if block.stops:
                stop[i, 1:] = np.maximum(values[block.ends], 0.0)
        # duals are told in what was least: millions of rupiah, or people
        unit = _MILLION if objective is self.cost else 1.0
        prices = {
            limit: -unit * float(duals[list(limit.rows)] @ self._unit[limit])
            for limit in self.limits
            if duals[list(limit.rows)].any()
        }
        price = unit * float(found.col_dual[BEYOND])
        cost = _MILLION * float(self.cost @ np.maximum(values, 0.0))
        return Solution(enrol, stop, cost, float(values[BEYOND]), price, prices)


class _Block:
    """The columns of one lever: enrolments by step and month, then ends of payment by month.

    `years` is how many pools a step has: one, or one for every twelve months.
    """

    def __init__(self, terms: Terms, months: int, first: int) -> None:
        least, most = terms.months
        self.terms, self.months, self.steps = terms, months, len(terms.pool)
        self.stops = least < most and months > 1
        self.years = -(-months // 12) if terms.yearly else 1
        ends = first + self.steps * months
        last = ends + (months - 1 if self.stops else 0)
        self.columns = last - first
        self.place, self.enrols, self.ends = (
            slice(*pair) for pair in ((first, last), (first, ends), (ends, last))
        )

    def cost(self) -> Array:
        """Return rupiah per column: once, and for the months paid."""
        ahead = np.arange(self.months, 0, -1.0)
        # whoever is enrolled late is promised the fewest months, beyond the plan if need be
        least = float(self.terms.months[0])
        paid = np.maximum(ahead, least) if self.stops else np.full(self.months, least)
        once = np.repeat(self.terms.one_off, self.months)
        enrol = once + np.tile(self.terms.monthly * paid, self.steps)
        return np.concatenate([enrol, -self.terms.monthly * ahead[1:] if self.stops else []])

    def counted(self) -> Array:
        """Return people counted in each month per column, shape (months, columns)."""
        age = np.arange(self.months)[:, None] - np.arange(self.months)[None, :]
        stays = 1.0 if self.stops else remaining(self.terms, age - self.terms.months[0])
        blocks = [np.tile(np.where(age >= 0, stays, 0.0), (1, self.steps))]
        if self.stops:
            blocks.append(np.where(age >= 0, remaining(self.terms, age) - 1, 0.0)[:, 1:])
        return np.hstack(blocks)

    def by_month(self) -> Array:
        """Return rows that add up the enrolments of a month."""
        rows = np.zeros((self.months, self.columns))
        rows[:, : self.steps * self.months] = np.tile(np.eye(self.months), self.steps)
        return rows

    def by_step(self) -> Array:
        """Return rows that add up the enrolments of a step, or of a step and year."""
        year = np.arange(self.months) // (12 if self.terms.yearly else self.months)
        one = (year[None, :] == np.arange(self.years)[:, None]).astype(float)
        rows = np.zeros((self.steps * self.years, self.columns))
        rows[:, : self.steps * self.months] = np.kron(np.eye(self.steps), one)
        return rows

    def in_turn(self) -> tuple[Array, Array]:
        """Return rows that end payments in the order they began: not after `most`, not before `least`."""
        least, most = self.terms.months
        # a payment can end before the second month at the earliest
        until = np.arange(1, self.months)
        start = np.arange(self.months)[None, :]
        ended = np.tril(np.ones((self.months - 1, self.months - 1)))

        def rows(length: int, sign: float) -> Array:
            begun = (start <= until[:, None] - length).astype(float)
            return np.hstack([sign * np.tile(begun, (1, self.steps)), -sign * ended])

        return rows(most, 1.0), rows(least, -1.0)


def _blocks(terms: Sequence[Terms], months: int) -> Iterator[_Block]:
    first = _SPECIAL
    for lever in terms:
        block = _Block(lever, months, first)
        first = block.place.stop
        yield block


def remaining(terms: Terms, unpaid: npt.NDArray[np.int64]) -> Array:
    """Return the share still counted, `unpaid` months after the last paid one (0 is the first).

    Everybody for `counted_after` months, then those who go on by paying themselves.

    Examples
    --------
    >>> from ucj_analysis.contributions import construction_rates
    >>> from ucj_analysis.planning.levers import load_levers, menu
    >>> funded = menu(load_levers("3318"), lambda n, s: s.high, construction_rates()).terms[0]
    >>> remaining(funded, np.array([-1, 0, 1, 2])).tolist()
    [1.0, 1.0, 1.0, 0.0]
    """
    beyond = np.maximum(unpaid - terms.counted_after + 1, 0)
    return np.asarray((1.0 - terms.lapse) ** beyond)


def _lists(menu: Menu) -> Iterator[tuple[tuple[str, ...], tuple[int, ...], float]]:
    """Yield every group of overlapping lists: names, levers, and the people on them, each once.

    Pairs are taken as disjoint from each other, which never counts a person twice (Bonferroni).
    """
    sizes = [sum(t.pool) for t in menu.terms]
    for group in _connected(menu):
        if len(group) > MOST_OVERLAPPING:
            raise bad("too_many_overlaps", len(group), most=MOST_OVERLAPPING)
        for n in range(2, len(group) + 1):
            for members in combinations(group, n):
                inside = [s for a, b, s in menu.shared if a in members and b in members]
                if not inside:
                    continue
                people = sum(sizes[i] for i in members) - sum(inside)
                largest = max(sizes[i] for i in members)
                yield tuple(menu.terms[i].name for i in members), members, max(people, largest)


def _connected(menu: Menu) -> Iterator[tuple[int, ...]]:
    groups = {i: frozenset({i}) for i in range(len(menu.terms))}
    for first, second, _ in menu.shared:
        joined = groups[first] | groups[second]
        groups |= dict.fromkeys(joined, joined)
    yield from (tuple(sorted(group)) for group in dict.fromkeys(groups.values()) if len(group) > 1)
