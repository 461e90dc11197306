"""The linear programme: people enrolled by lever and month, at least cost, within limits.

Monthly stocks. A person enrolled is paid for at least and at most so many months, is counted
for two months more (rule R01), and then stays only by paying. Nobody is enrolled twice. Solved
by HiGHS; people are divisible, so a plan is right within one person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ucj_analysis.errors import bad
from ucj_analysis.planning.levers import MOST_OVERLAPPING, Menu, Terms

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
        self._counts = np.ones((len(menu.terms), months)) if counts is None else counts
        self._blocks = list(_blocks(menu.terms, months))
        self._columns = _SPECIAL + sum(b.columns for b in self._blocks)
        self._build(uncovered)
        self._highs: Any = None
        self._loose: dict[int, float] = {}

    def _build(self, uncovered: float) -> None:
        rows: list[Array] = []
        upper: list[float] = []
        limits: list[Limit] = []
        self._unit: dict[Limit, Array] = {}

        def add(kind: LimitKind, names: tuple[str, ...], block: Array, above: Array) -> None:
            first = sum(len(r) for r in rows)
            rows.append(block)
            upper.extend(above.tolist())
            limits.append(Limit(kind, names, tuple(range(first, first + len(block)))))
            # one unit more of a limit raises a row by its part: a ramp's, or a step's
            whole = above.max() if kind == "pace" else terms_pool if kind == "pool" else 0.0
            self._unit[limits[-1]] = above / whole if whole else np.ones(len(block))

        terms_pool = 0.0
        self.cost = np.zeros(self._columns)
        for block in self._blocks:
            terms, place = block.terms, block.place
            self.cost[place] = block.cost() / _MILLION
            pace, terms_pool = terms.paces(self.months), sum(terms.pool)
            add("pace", (terms.name,), self._wide(block.by_month(), place, MORE_PACE, pace), pace)
            pool = np.repeat(terms.pool, block.years)
            add("pool", (terms.name,), self._wide(block.by_step(), place, MORE_POOL, pool), pool)
            if block.stops:
                after_most, before_least = block.in_turn()
                zero = np.zeros(len(after_most))
                add("months", (terms.name,), self._wide(after_most, place), zero)
                rows.append(self._wide(before_least, place))
                upper.extend(zero.tolist())
        for names, members, people in _lists(self.menu):
            row = np.zeros((1, self._columns))
            for i in members:
                row[0, self._blocks[i].enrols] = 1
            row[0, [MORE_POOL, MORE_BOTH]] = -people
            add("lists", names, row, np.array([people]))
        everyone = np.zeros((1, self._columns))
        for block in self._blocks:
            everyone[0, block.enrols] = 1
        add("everyone", (), everyone, np.array([uncovered]))
        add("budget", (), self.cost[None, :].copy(), np.array([np.inf]))
        self._first_aim = sum(len(r) for r in rows)
        rows.append(self._aim_rows())
        self.matrix = np.vstack(rows)
        self.upper = np.array([*upper, *[np.inf] * len(self.aim)])
        self.limits = tuple(limits)

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
            wide[:, block.place] = block.counted()[at] * self._counts[i, at, None]
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
        self._objective(self.cost)
        return self._solved(minimising_cost=True)

    def most(self, need: Array, scale: Array | None = None, budget: float = np.inf) -> Solution:
        """Return the cheapest of the plans that go furthest beyond (or least below) the need."""
        self._set(need, scale, budget)
        self._free(BEYOND, -np.inf)
        self._objective(self._alone(BEYOND, -1.0))
        reaching = self._solved(minimising_cost=False)
        if reaching is None:
            raise RuntimeError(f"HiGHS: {self._highs.getModelStatus()}")
        best = reaching.beyond - _TOLERANCE
        self._solver().changeColBounds(BEYOND, best, best)
        self._objective(self.cost)
        cheapest = self._solved(minimising_cost=True) or reaching
        return Solution(
            cheapest.enrol,
            cheapest.stop,
            cheapest.cost,
            best,
            cheapest.price_of_beyond,
            reaching.prices,
        )

    def latest(self, found: Solution, need: Array, scale: Array | None) -> Solution:
        """Return, of the plans as good and as cheap, the one that enrols as late as it can.

        Plans of one cost are many; this makes the choice the same everywhere, and leaves time.
        """
        self._set(need, scale, found.cost)
        beyond = found.beyond
        self._solver().changeColBounds(BEYOND, beyond, beyond)
        objective = np.zeros(self._columns)
        ahead = np.arange(self.months, 0, -1.0)
        for block in self._blocks:
            objective[block.enrols] = np.tile(ahead, block.steps)
        self._objective(objective)
        late = self._solved(minimising_cost=False)
        if late is None:  # rounding left no room: the plan at hand is as good
            return found
        return replace(found, enrol=late.enrol, stop=late.stop, cost=late.cost)

    def most_beyond(self, need: Array, scale: Array | None, budgets: Sequence[float]) -> Array:
        """Return the people beyond the need that each budget can reach."""
        self._set(need, scale, np.inf)
        self._free(BEYOND, -np.inf)
        self._objective(self._alone(BEYOND, -1.0))
        found = []
        for budget in budgets:
            self._budget(budget)
            self._run()
            found.append(-self._highs.getInfo().objective_function_value)
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
        self._free(which, 0.0)
        self._objective(self._alone(which, 1.0))
        self._run()
        return 1 + self._value(which) if self._optimal() else float("inf")

    def people_range(
        self, lever: int, need: Array, scale: Array | None, budget: float
    ) -> tuple[float, float]:
        """Return the fewest and the most people of a lever that the need and a budget allow."""
        self._set(need, scale, budget)
        ends = []
        for sign in (1.0, -1.0):
            objective = np.zeros(self._columns)
            objective[self._blocks[lever].enrols] = sign
            self._objective(objective)
            self._run()
            ends.append(sign * self._highs.getInfo().objective_function_value)
        return max(ends[0], 0.0), max(ends[1], 0.0)

    def without(
        self, lever: int, need: Array, scale: Array | None, budget: float = np.inf
    ) -> Solution | None:
        """Return the cheapest plan that does without a lever, or None."""
        pool = next(
            limit
            for limit in self.limits
            if limit.kind == "pool" and limit.levers == (self.menu.terms[lever].name,)
        )
        self._set(need, scale, budget)
        for row in pool.rows:
            self._solver().changeRowBounds(row, -np.inf, 0.0)
        self._objective(self.cost)
        found = self._solved(minimising_cost=True)
        for row in pool.rows:
            self._solver().changeRowBounds(row, -np.inf, float(self.upper[row]))
        return found

    def reachable(
        self, need: Array, scale: Array | None, budget: float, dropped: Sequence[Limit] = ()
    ) -> bool:
        """Tell whether the need can be met with some limits dropped."""
        self._set(need, scale, budget)
        self._objective(np.zeros(self._columns))
        self._lift(dropped, lifted=True)
        self._run()
        found = self._optimal()
        self._lift(dropped, lifted=False)
        return found

    def conflict(
        self,
        need: Array,
        scale: Array | None,
        budget: float,
        dearest: Sequence[Limit] = (),
    ) -> tuple[Limit, ...]:
        """Return an irreducible set of limits that makes the need unreachable.

        Of the many there may be, one that keeps the limits worth most, named dearest first.

        HiGHS names rows that conflict; of the limits they belong to, each is dropped in turn and
        left out for good where the rest still conflict. What is left conflicts on its own, and
        without any one of its members no longer does (Chinneck 2008).
        """
        named = self._named_by_solver(need, scale, budget)
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
        self._free(BEYOND, -np.inf)
        self._lift([other for other in self.limits if other not in kept], lifted=True)
        self._objective(self._alone(BEYOND, -1.0))
        self._run()
        found = -float(self._highs.getInfo().objective_function_value)
        self._lift(self.limits, lifted=False)
        return found

    def _named_by_solver(self, need: Array, scale: Array | None, budget: float) -> list[Limit]:
        self._set(need, scale, budget)
        self._objective(np.zeros(self._columns))
        self._run()
        _, found = self._highs.getIis()
        rows = set(found.row_index_)
        return [limit for limit in self.limits if rows & set(limit.rows)]

    def _lift(self, limits: Sequence[Limit], lifted: bool) -> None:
        for limit in limits:
            for row in limit.rows:
                above = np.inf if lifted else float(self.upper[row])
                self._solver().changeRowBounds(row, -np.inf, above)

    def _solver(self) -> Any:
        if self._highs is None:
            self._highs = _loaded(self.matrix, self.upper, self.cost)
        return self._highs

    def _set(self, need: Array, scale: Array | None, budget: float) -> None:
        """Give the aim its need, the budget its size, and every special column its rest."""
        highs = self._solver()
        weights = np.ones(len(self.aim)) if scale is None else scale
        for place, (people, weight) in enumerate(zip(need, weights, strict=True)):
            row = self._first_aim + place
            highs.changeRowBounds(row, float(people), np.inf)
            highs.changeCoeff(row, BEYOND, -float(weight))
        self._budget(budget)
        for column in range(_SPECIAL):
            rest = self._loose.get(column, 0.0)
            highs.changeColBounds(column, rest, rest)

    def _budget(self, budget: float) -> None:
        limit = self.limits[-1]
        self.upper[limit.rows[0]] = budget / _MILLION
        self._solver().changeRowBounds(limit.rows[0], -np.inf, budget / _MILLION)

    def _free(self, column: int, low: float) -> None:
        self._solver().changeColBounds(column, low, np.inf)

    def _objective(self, cost: Array) -> None:
        self._solver().changeColsCost(self._columns, np.arange(self._columns, dtype=np.int32), cost)

    def _alone(self, column: int, weight: float) -> Array:
        """Return the objective that seeks one column only."""
        objective = np.zeros(self._columns)
        objective[column] = weight
        return objective

    def _run(self) -> None:
        self._solver().run()

    def _optimal(self) -> bool:
        from highspy import HighsModelStatus

        return bool(self._highs.getModelStatus() == HighsModelStatus.kOptimal)

    def _value(self, column: int) -> float:
        return float(self._highs.getSolution().col_value[column])

    def _solved(self, minimising_cost: bool) -> Solution | None:
        self._run()
        if not self._optimal():
            return None
        found = self._highs.getSolution()
        values = np.maximum(np.array(found.col_value), -np.inf)
        duals = np.array(found.row_dual)
        steps = max(len(t.pool) for t in self.menu.terms)
        enrol = np.zeros((len(self._blocks), steps, self.months))
        stop = np.zeros((len(self._blocks), self.months))
        for i, block in enumerate(self._blocks):
            mine = np.maximum(values[block.enrols], 0.0)
            enrol[i, : len(block.terms.pool)] = mine.reshape(-1, self.months)
            if block.stops:
                stop[i, 1:] = np.maximum(values[block.ends], 0.0)
        unit = _MILLION if minimising_cost else 1.0
        prices = {
            limit: -unit * float(duals[list(limit.rows)] @ self._unit[limit])
            for limit in self.limits
            if duals[list(limit.rows)].any()
        }
        price = unit * float(found.col_dual[BEYOND])
        cost = _MILLION * float(self.cost @ np.maximum(values, 0.0))
        return Solution(enrol, stop, cost, float(values[BEYOND]), price, prices)


@dataclass(frozen=True)
class _Block:
    """The columns of one lever: enrolments by step and month, then ends of payment by month."""

    terms: Terms
    months: int
    first: int

    @property
    def stops(self) -> bool:
        least, most = self.terms.months
        return least < most and self.months > 1

    @property
    def steps(self) -> int:
        return len(self.terms.pool)

    @property
    def columns(self) -> int:
        return self.steps * self.months + (self.months - 1 if self.stops else 0)

    @property
    def place(self) -> slice:
        return slice(self.first, self.first + self.columns)

    @property
    def enrols(self) -> slice:
        return slice(self.first, self.first + self.steps * self.months)

    @property
    def ends(self) -> slice:
        return slice(self.first + self.steps * self.months, self.first + self.columns)

    def cost(self) -> Array:
        """Return rupiah per column: once, and for the months paid."""
        ahead = np.arange(self.months, 0, -1.0)
        # whoever is enrolled late is promised the fewest months, beyond the plan if need be
        least = float(self.terms.months[0])
        paid = np.maximum(ahead, least) if self.stops else np.full(self.months, least)
        once = np.repeat(self.terms.one_off, self.months)
        enrol = once + np.tile(self.terms.monthly * paid, self.steps)
        return np.concatenate([enrol, -self.terms.monthly * ahead[1:] if self.stops else []])

    @property
    def _fixed(self) -> int:
        return self.terms.months[0]

    def counted(self) -> Array:
        """Return people counted in each month per column, shape (months, columns)."""
        age = np.arange(self.months)[:, None] - np.arange(self.months)[None, :]
        enrolled = (
            (age >= 0).astype(float)
            if self.stops
            else np.where(age >= 0, remaining(self.terms, age - self._fixed), 0.0)
        )
        blocks = [np.tile(enrolled, (1, self.steps))]
        if self.stops:
            gone = np.where(age >= 0, remaining(self.terms, age) - 1, 0.0)
            blocks.append(gone[:, 1:])
        return np.hstack(blocks)

    def by_month(self) -> Array:
        """Return rows that add up the enrolments of a month."""
        rows = np.zeros((self.months, self.columns))
        rows[:, : self.steps * self.months] = np.tile(np.eye(self.months), (1, self.steps))
        return rows

    @property
    def years(self) -> int:
        """Pools a step has over the months of the plan: one, or one for every twelve months."""
        return -(-self.months // 12) if self.terms.yearly else 1

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
        until = np.arange(
            1, self.months
        )  # a payment can end before the second month at the earliest
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
        first += block.columns
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
    left = set(range(len(menu.terms)))
    while left:
        group, edge = set(), {left.pop()}
        while edge:
            group |= edge
            edge = {
                other
                for a, b, _ in menu.shared
                for one, other in ((a, b), (b, a))
                if one in group and other not in group
            }
        left -= group
        if len(group) > 1:
            yield tuple(sorted(group))


def _loaded(matrix: Array, upper: Array, cost: Array) -> Any:
    """Return a solver that holds the programme, silent and on one thread."""
    import highspy

    columns, rows = np.nonzero(matrix.T)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = matrix.shape[1], matrix.shape[0]
    lp.col_cost_ = cost
    lp.col_lower_ = np.zeros(matrix.shape[1])
    lp.col_upper_ = np.array([*[0.0] * _SPECIAL, *[np.inf] * (matrix.shape[1] - _SPECIAL)])
    lp.row_lower_ = np.full(len(upper), -np.inf)
    lp.row_upper_ = upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate(
        [[0], np.cumsum(np.bincount(columns, minlength=matrix.shape[1]))]
    ).astype(np.int32)
    lp.a_matrix_.index_ = rows.astype(np.int32)
    lp.a_matrix_.value_ = matrix.T[columns, rows]
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("solver", "simplex")
    highs.passModel(lp)
    return highs
