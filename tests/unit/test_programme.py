"""The programme against three oracles that share no code with it, and its monotone relations."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from ucj_analysis.months import Month
from ucj_analysis.planning.ledger import write_ledger
from ucj_analysis.planning.levers import Menu, Terms
from ucj_analysis.planning.programme import MORE_BOTH, MORE_PACE, MORE_POOL, Programme

START = Month(2025, 4)


def lever(name="a", pool=(10.0,), one_off=(0.0,), pace=10.0, **changes):
    values = {
        "name": name,
        "segment": "funded",
        "office": "Dinas Sosial",
        "pool": tuple(pool),
        "one_off": tuple(one_off),
        "pace": pace,
        "ramp": 1,
        "lead": 0,
        "monthly": 1.0,
        "months": (1, 60),
        "lapse": 1.0,
        "counted_after": 2,
        "yearly": False,
        "planned_per_person": 1.0,
    }
    return Terms(**(values | changes))


def counted_at(terms, age, paid):
    """One person, month by month: who has not paid for `counted_after` months is out."""
    if age < 0:
        return 0.0
    paying = [1.0] * paid
    while len(paying) <= age:
        paying.append(paying[-1] * (1 - terms.lapse))
    recent = paying[max(age - terms.counted_after, 0) : age + 1]
    return max(recent)


# --- oracle 1 and 2: every cohort (lever, step, start, months paid) a column of its own -----------


def cohorts(menu, months):
    for i, t in enumerate(menu.terms):
        least, most = t.months
        for k, start in product(range(len(t.pool)), range(1, months + 1)):
            for paid in range(least, min(most, max(months - start + 1, least)) + 1):
                yield i, k, start, paid


def cohort_programme(menu, months, aim, uncovered):
    """Rows `a x <= b` and costs, written from the rules alone; the aim's rows come last."""
    columns = list(cohorts(menu, months))
    cost = np.array(
        [menu.terms[i].one_off[k] + menu.terms[i].monthly * paid for i, k, _, paid in columns]
    )
    rows, above = [], []

    def row(chosen, limit):
        rows.append([1.0 if chosen(c) else 0.0 for c in columns])
        above.append(limit)

    for i, t in enumerate(menu.terms):
        for month in range(1, months + 1):
            row(lambda c, i=i, m=month: c[0] == i and c[2] == m, t.paces(months)[month - 1])
        for k, people in enumerate(t.pool):
            years = range(-(-months // 12)) if t.yearly else [None]
            for y in years:
                row(
                    lambda c, i=i, k=k, y=y: (
                        c[0] == i and c[1] == k and (y is None or (c[2] - 1) // 12 == y)
                    ),
                    people,
                )
    for a, b, shared in menu.shared:
        sizes = sum(menu.terms[a].pool) + sum(menu.terms[b].pool)
        row(lambda c, a=a, b=b: c[0] in (a, b), sizes - shared)
    row(lambda c: True, uncovered)
    for month in aim:
        rows.append([-counted_at(menu.terms[i], month - s, paid) for i, _, s, paid in columns])
        above.append(0.0)
    return cost, np.array(rows), np.array(above)


def by_vertices(cost, rows, above):
    """The least cost over all vertices of a small polytope; infinity where there is none."""
    n = len(cost)
    rows = np.vstack([rows, -np.eye(n)])
    above = np.concatenate([above, np.zeros(n)])
    best = inf
    for active in combinations(range(len(rows)), n):
        square = rows[list(active)]
        if abs(np.linalg.det(square)) < 1e-9:
            continue
        x = np.linalg.solve(square, above[list(active)])
        if (rows @ x <= above + 1e-7).all():
            best = min(best, float(cost @ x))
    return best


def random_lever(rng, name, whole=False):
    steps = int(rng.integers(1, 3))
    least = int(rng.integers(1, 4))
    number = (lambda low, high: float(rng.integers(low, high + 1))) if whole else rng.uniform
    return lever(
        name,
        pool=[number(1, 5) for _ in range(steps)],
        one_off=np.cumsum([number(0, 4) for _ in range(steps)]),
        pace=number(1, 4),
        lead=int(rng.integers(0, 2)),
        monthly=number(0, 3),
        months=(least, least if rng.random() < 0.4 else least + int(rng.integers(1, 6))),
        lapse=float(rng.choice([0.0, 1.0]) if whole else rng.choice([0.0, 1.0, rng.random()])),
        counted_after=int(rng.choice([0, 2])),
    )


@pytest.mark.parametrize("seed", range(40))
def test_cost_equals_that_of_the_best_vertex(seed):
    rng = np.random.default_rng(seed)
    least = int(rng.integers(1, 3))
    one = replace(
        random_lever(rng, "a"),
        pool=(float(rng.uniform(1, 5)),),
        one_off=(1.0,),
        months=(least, least),
    )
    menu = (
        Menu((one,))
        if seed % 2
        else Menu((one, replace(one, name="b", monthly=2.5)), ((0, 1, 0.5),))
    )
    months = 2 if len(menu.terms) == 2 else 3
    aim, uncovered = [months], 6.0
    cost, rows, above = cohort_programme(menu, months, aim, uncovered)
    need = float(rng.uniform(0.5, 4))
    above[-1] = -need
    best = by_vertices(cost, rows, above)
    found = Programme(menu, months, aim, uncovered).least_cost(np.array([need]))
    assert (found is None) == (best == inf)
    if found:
        assert found.cost == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("seed", range(150))
def test_cost_equals_that_of_a_programme_of_cohorts(seed):
    rng = np.random.default_rng(1000 + seed)
    menu = Menu(
        tuple(random_lever(rng, name) for name in "abc"[: int(rng.integers(1, 4))]),
    )
    if len(menu.terms) > 1:
        menu = replace(
            menu, shared=((0, 1, float(rng.uniform(0, min(sum(t.pool) for t in menu.terms[:2])))),)
        )
    months = int(rng.integers(2, 16 if seed % 5 == 0 else 8))
    aim = list(range(int(rng.integers(1, months + 1)), months + 1))
    cost, rows, above = cohort_programme(menu, months, aim, 12.0)
    need = rng.uniform(0.2, 5, len(aim))
    above[-len(aim) :] = -need
    oracle = linprog(cost, A_ub=rows, b_ub=above)
    found = Programme(menu, months, aim, 12.0).least_cost(need)
    assert (found is None) == (oracle.status == 2)
    if found:
        assert found.cost == pytest.approx(oracle.fun, rel=1e-6, abs=1e-6)
        book = write_ledger(menu, found, START, months + 12)
        assert book.rupiah[:, : months + 12].sum() == pytest.approx(
            found.cost, rel=1e-6, abs=1e-6
        ) or any(t.months[0] > 12 for t in menu.terms)
        assert (book.counted.sum(axis=0)[[m - 1 for m in aim]] >= need - 1e-5).all()


# --- oracle 3: whole people, month by month ------------------------------------------------------


def cheapest_months(terms, start, target):
    """The fewest months to pay, and whether one whole person is then counted in the target month."""
    for paid in range(terms.months[0], terms.months[1] + 1):
        if counted_at(terms, target - start, paid) == 1.0:
            return paid
    return None


def whole_people(terms, target, pace, pool):
    """Least cost of n whole people counted in the target month, for n = 0, 1, …, by months."""
    room = int(min(sum(pool), 40))
    best = np.full(room + 1, inf)
    best[0] = 0.0
    for month in range(1, target + 1):
        paid = cheapest_months(terms, month, target)
        if paid is None:
            continue
        new = best.copy()
        for n in range(1, room + 1):
            for joining in range(1, min(int(pace(month)), n) + 1):
                new[n] = min(new[n], best[n - joining] + joining * terms.monthly * paid)
        best = new
    once = np.repeat(terms.one_off, np.minimum(np.array(pool), 40).astype(int))
    return best + np.concatenate([[0.0], np.cumsum(once)])[: room + 1]


def by_whole_people(menu, target, need, dropped=frozenset()):
    tables = []
    for t in menu.terms:
        pace = (lambda m: 40) if ("pace", t.name) in dropped else lambda m, t=t: t.paces(m)[-1]
        pool = [40] * len(t.pool) if ("pool", t.name) in dropped else t.pool
        tables.append(whole_people(t, target, pace, pool))
    (a, b, shared), best = menu.shared[0], inf
    union = (
        inf
        if ("lists", "") in dropped
        else sum(map(sum, (menu.terms[a].pool, menu.terms[b].pool))) - shared
    )
    for n in range(len(tables[0])):
        for m in range(len(tables[1])):
            if n + m >= need and n + m <= union:
                best = min(best, tables[0][n] + tables[1][m])
    return best


def whole_instance(seed):
    rng = np.random.default_rng(5000 + seed)
    one, two = (replace(random_lever(rng, name, whole=True), ramp=1) for name in "ab")
    smaller = min(sum(one.pool), sum(two.pool))
    menu = Menu((one, two), ((0, 1, float(rng.integers(0, int(smaller) + 1))),))
    return menu, int(rng.integers(2, 7)), int(rng.integers(1, 12))


@pytest.mark.parametrize("seed", range(220))
def test_cost_is_that_of_whole_people_within_one_persons_price(seed):
    menu, target, need = whole_instance(seed)
    programme = Programme(menu, target, [target], 1000.0)
    found = programme.least_cost(np.array([float(need)]))
    best = by_whole_people(menu, target, need)
    assert (found is None) == (best == inf)
    if found:
        price = max(max(t.one_off) + t.monthly * max(target, t.months[0]) for t in menu.terms)
        assert found.cost <= best + 1e-6
        assert best - found.cost <= price + 1e-6
        return
    # what is named stops it on its own, and would not without any one of its members
    named = programme.conflict(np.array([float(need)]), None, inf)
    keys = {
        (limit.kind, limit.levers[0] if limit.kind in ("pace", "pool") else "") for limit in named
    }
    possible = {(kind, t.name) for t in menu.terms for kind in ("pace", "pool")} | {("lists", "")}
    if keys <= possible:
        assert by_whole_people(menu, target, need, possible - keys) == inf
        for key in keys:
            assert by_whole_people(menu, target, need, (possible - keys) | {key}) < inf


@pytest.mark.parametrize("seed", range(60))
def test_each_member_of_a_conflict_is_needed(seed):
    menu, target, need = whole_instance(seed)
    programme = Programme(menu, target, [target], 8.0)
    asked = np.array([need + 10.0]), None, 50.0
    named = programme.conflict(*asked)
    others = [limit for limit in programme.limits if limit not in named]
    assert named and not programme.reachable(*asked, others)
    for limit in named:
        assert programme.reachable(*asked, [*others, limit])


# --- hand cases ----------------------------------------------------------------------------------


def paid(people, months, **changes):
    return lever(pool=(people,), pace=people, monthly=16_800.0, months=(months, months), **changes)


def test_patis_whole_gap_for_a_year_costs_27_8_billion():
    gap = 0.52 * 599_061 - 0.29 * 599_061
    programme = Programme(Menu((paid(500_000.0, 12),)), 9, [9], 500_000.0)
    assert programme.least_cost(np.array([gap])).cost == pytest.approx(gap * 16_800 * 12)
    assert programme.least_cost(np.array([gap])).cost == pytest.approx(27.8e9, abs=0.05e9)


def test_one_point_for_a_year_costs_1_21_billion():
    programme = Programme(Menu((paid(500_000.0, 12),)), 9, [9], 500_000.0)
    found = programme.least_cost(np.array([5_990.61]))
    assert found.cost == pytest.approx(1.21e9, abs=0.005e9)
    assert found.price_of_beyond * 5_990.61 == pytest.approx(found.cost)


def test_the_tobacco_money_of_2025_moves_december_by_0_43_points():
    programme = Programme(Menu((paid(8_154.0, 6, lead=3),)), 9, [9], 500_000.0)
    found = programme.most(np.zeros(1), budget=262_080_000.0)
    assert found.people.sum() == pytest.approx(2_600)
    assert found.beyond / 599_061 == pytest.approx(0.0043, abs=0.00005)
    assert found.cost == pytest.approx(262_080_000.0)


def test_one_month_paid_in_october_counts_in_december_and_is_gone_in_march():
    menu = Menu((lever(pool=(1.0,), pace=1.0, monthly=16_800.0),))
    hit = Programme(menu, 9, [9], 100.0).least_cost(np.ones(1))
    hold = Programme(menu, 12, [9, 10, 11, 12], 100.0).least_cost(np.ones(4))
    book = write_ledger(menu, hit, START, 12)
    assert (
        hit.cost == pytest.approx(16_800) and book.counted[0, 8] == 1 and book.counted[0, 11] == 0
    )
    assert hold.cost == pytest.approx(2 * 16_800)
    assert write_ledger(menu, hold, START, 12).counted[0, 8:12].tolist() == [1, 1, 1, 1]


def test_arrears_last_two_months_and_no_more():
    one = write_ledger(
        menu := Menu((paid(1.0, 3),)), Programme(menu, 1, [1], 9.0).least_cost(np.ones(1)), START, 8
    )
    assert one.counted[0].tolist() == [1, 1, 1, 1, 1, 0, 0, 0]
    assert one.paid[0].tolist() == [1, 1, 1, 0, 0, 0, 0, 0]


def test_dearer_steps_are_used_last_and_a_yearly_pool_comes_again():
    menu = Menu(
        (lever(pool=(2.0, 2.0), one_off=(1.0, 5.0), months=(1, 1), monthly=0.0, lapse=0.0),)
    )
    found = Programme(menu, 3, [3], 9.0).least_cost(np.array([3.0]))
    assert found.enrol.sum(axis=2).tolist() == [[2.0, 1.0]] and found.cost == pytest.approx(7.0)
    yearly = Menu((replace(menu.terms[0], yearly=True),))
    assert Programme(menu, 20, [20], 99.0).most(np.zeros(1)).beyond == pytest.approx(4.0, abs=1e-5)
    assert Programme(yearly, 20, [20], 99.0).most(np.zeros(1)).beyond == pytest.approx(
        8.0, abs=1e-5
    )


# --- relations that must hold ----------------------------------------------------------------------

seeds = st.integers(0, 10_000)


def drawn(seed):
    rng = np.random.default_rng(seed)
    levers = tuple(random_lever(rng, name) for name in "abc")
    shared = float(rng.uniform(0, min(sum(t.pool) for t in levers[:2])))
    return Menu(levers, ((0, 1, shared),)), int(rng.integers(2, 9)), rng


def reach(menu, months, aim, budget=inf):
    return Programme(menu, months, aim, 9.0).most(np.zeros(len(aim)), None, budget).beyond


@settings(max_examples=60)
@given(seeds, st.floats(1.0, 4.0))
def test_more_money_time_or_capacity_never_lowers_what_is_reached(seed, factor):
    menu, months, rng = drawn(seed)
    aim = list(range(int(rng.integers(1, months + 1)), months + 1))
    budget = float(rng.uniform(0, 30))
    before = reach(menu, months, aim, budget)
    faster = replace(menu, terms=tuple(replace(t, pace=t.pace * factor) for t in menu.terms))
    later = [m + 1 for m in aim]
    assert reach(menu, months, aim, budget * factor) >= before - 1e-5
    assert reach(faster, months, aim, budget) >= before - 1e-5
    assert reach(menu, months + 1, later, inf) >= reach(menu, months, aim, inf) - 1e-5


@settings(max_examples=60)
@given(seeds, st.floats(1.0, 4.0))
def test_a_wider_pool_never_raises_cost(seed, factor):
    menu, months, rng = drawn(seed)
    need = np.array([float(rng.uniform(0.5, 5))])
    one = menu.terms[0]
    wider = replace(
        menu, terms=(replace(one, pool=tuple(p * factor for p in one.pool)), *menu.terms[1:])
    )
    before = Programme(menu, months, [months], 9.0).least_cost(need)
    after = Programme(wider, months, [months], 9.0).least_cost(need)
    if before:
        assert after and after.cost <= before.cost + 1e-5


@settings(max_examples=80)
@given(seeds)
def test_nobody_is_enrolled_below_zero_beyond_a_pool_or_twice(seed):
    menu, months, rng = drawn(seed)
    need = np.array([float(rng.uniform(0.5, 5))])
    programme = Programme(menu, months, [months], 9.0)
    for found in (programme.least_cost(need), programme.most(need)):
        if found is None:
            continue
        assert (found.enrol >= 0).all() and (found.stop >= 0).all()
        for i, t in enumerate(menu.terms):
            steps = found.enrol[i].sum(axis=1)[: len(t.pool)]
            assert (steps <= np.array(t.pool) + 1e-6).all()
            paces = t.paces(months)
            assert (found.enrol[i].sum(axis=0) <= paces + 1e-6).all()
        both = sum(sum(t.pool) for t in menu.terms[:2]) - menu.shared[0][2]
        assert found.people[:2].sum() <= both + 1e-6 and found.people.sum() <= 9.0 + 1e-6
        book = write_ledger(menu, found, START, months + 6)
        assert (book.paid >= -1e-6).all() and (book.counted >= -1e-6).all()
        assert (book.counted <= np.cumsum(book.enrolled, axis=1) + 1e-6).all()


@settings(max_examples=40)
@given(seeds)
def test_the_price_of_one_more_is_what_one_more_costs(seed):
    menu, months, _ = drawn(seed)
    programme = Programme(menu, months, [months], 9.0)
    need = np.array([1.0])
    here, more, less = (programme.least_cost(need + d) for d in (0.0, 1e-4, -1e-4))
    if here and more:
        right, left = (more.cost - here.cost) / 1e-4, (here.cost - less.cost) / 1e-4
        assert left - 1e-3 <= here.price_of_beyond <= right + 1e-3


@pytest.mark.parametrize("which", [MORE_PACE, MORE_POOL, MORE_BOTH])
@pytest.mark.parametrize("seed", range(25))
def test_the_least_stretch_is_enough_and_a_little_less_is_not(seed, which):
    menu, months, _ = drawn(seed)
    need = np.array([30.0])
    factor = Programme(menu, months, [months], 1e6).stretched(need, None, which, inf)
    if factor == inf:
        return
    assert factor > 1

    def larger(by):
        pace = by if which != MORE_POOL else 1.0
        pool = by if which != MORE_PACE else 1.0
        terms = (
            replace(t, pace=t.pace * pace, pool=tuple(p * pool for p in t.pool)) for t in menu.terms
        )
        return Menu(tuple(terms), tuple((a, b, s * pool) for a, b, s in menu.shared))

    enough, short = larger(factor * 1.0001), larger(1 + (factor - 1) * 0.99)
    assert Programme(enough, months, [months], 1e6).least_cost(need) is not None
    assert Programme(short, months, [months], 1e6).least_cost(need) is None


@settings(max_examples=60)
@given(seeds)
def test_the_worth_of_a_limit_is_what_one_unit_more_saves(seed):
    menu, months, _ = drawn(seed)
    need = np.array([2.0])
    programme = Programme(menu, months, [months], 9.0)
    here = programme.least_cost(need)
    if here is None:
        return
    for limit, price in here.prices.items():
        if limit.kind not in ("pace", "pool"):
            continue
        i = [t.name for t in menu.terms].index(limit.levers[0])
        t, by = menu.terms[i], 1e-5
        larger = (
            replace(t, pace=t.pace + by)
            if limit.kind == "pace"
            else replace(t, pool=tuple(p * (1 + by / sum(t.pool)) for p in t.pool))
        )
        terms = (*menu.terms[:i], larger, *menu.terms[i + 1 :])
        more = Programme(replace(menu, terms=terms), months, [months], 9.0).least_cost(need)
        assert (here.cost - more.cost) / by <= price + 1e-2


def test_worth_by_hand_counts_a_ramp_and_a_lead_as_they_are():
    slow = lever(pool=(99.0,), pace=4.0, ramp=4, lead=2, monthly=1.0, months=(1, 60))
    dear = lever("dear", pool=(99.0,), pace=99.0, one_off=(50.0,), months=(1, 1), monthly=0.0)
    programme = Programme(Menu((slow, dear)), 6, [6], 999.0)
    found = programme.least_cost(np.array([30.0]))
    (price,) = [p for limit, p in found.prices.items() if limit.kind == "pace"]
    faster = Programme(Menu((replace(slow, pace=5.0), dear)), 6, [6], 999.0)
    assert price == pytest.approx(found.cost - faster.least_cost(np.array([30.0])).cost)


def test_of_plans_as_cheap_the_latest_is_taken():
    menu = Menu((lever(pool=(3.0,), pace=3.0, months=(6, 6)),))
    programme = Programme(menu, 6, [6], 99.0)
    found = programme.latest(programme.least_cost(np.array([3.0])), np.array([3.0]), None)
    assert found.enrol[0, 0].tolist() == [0, 0, 0, 0, 0, 3]
    furthest = programme.most(np.array([1.0]))
    late = programme.latest(furthest, np.array([1.0]), None)
    assert late.people.sum() == pytest.approx(3.0) and late.cost == pytest.approx(furthest.cost)


def test_too_many_lists_that_overlap_are_refused():
    from ucj_analysis.errors import InputError

    levers = tuple(lever(str(i)) for i in range(12))
    with pytest.raises(InputError, match="too_many_overlaps"):
        Programme(Menu(levers, tuple((i, i + 1, 1.0) for i in range(11))), 3, [3], 9.0)
