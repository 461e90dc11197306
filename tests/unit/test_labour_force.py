"""The base month by month: New Years by hand, on the draws they are made with."""

from __future__ import annotations

import numpy as np
import pytest

from tests.still import PEOPLE, fixed, people, run, told, total
from ucj_analysis.labour_force import project_base
from ucj_analysis.months import Month
from ucj_analysis.projection import History, base_ahead
from ucj_analysis.scenario import Scenario
from ucj_analysis.scenario_files import load_scenario
from ucj_analysis.streams import stream

SEED, PATHS = 7, 500


def uniform(name):
    return stream(SEED, "uniform", name, "0").random(PATHS)


def may_be_reset(chance=0.4, low=1.1, high=1.3, exits=0.02):
    plain = fixed(labour_force__exits=exits, labour_force__rebasing_chance=chance).model_dump()
    plain["labour_force"]["rebasing"] |= {"low": low, "central": low, "high": high}
    return Scenario.model_validate(plain)


def test_each_new_year_has_chances_of_its_own_and_starts_from_the_last_base_published():
    scenario, left = may_be_reset(), (1 - 0.02) ** (1 / 12)
    moved = run(scenario, months=24, paths=PATHS, seed=SEED)
    published, stock = np.full(PATHS, 599_061.0), np.full(PATHS, 599_061.0)
    seen = set()
    for t in range(24):
        month = Month(2025, 3) + t + 1
        stock = stock * left
        if month.number == 1:
            happens = uniform(f"rebasing_happens.{month.year}") < 0.4
            jump = scenario.labour_force.rebasing.draw(uniform(f"rebasing.{month.year}"))
            assert 0.3 < happens.mean() < 0.5
            seen.add(happens.tobytes())
            step = np.where(happens, published * jump - stock, 0.0)
            assert moved.base.rebasing[t] == pytest.approx(step)
            published = np.where(happens, published * jump, published)
            stock = np.where(happens, published, stock)
        else:
            assert not moved.base.rebasing[t].any()
        assert moved.base.stock[t + 1] == pytest.approx(stock)
        assert moved.base.published[t + 1] == pytest.approx(published)
    assert len(seen) == 2


def test_known_bases_hold_and_their_step_is_a_rebasing():
    history = History("3318", (told(0.3, "2024-12", 500_000.0), told(0.29, "2025-03", 600_000.0)))
    moved = run(fixed(labour_force__exits=0.02), months=2, history=history)
    left = (1 - 0.02) ** (1 / 12)
    base = [5e5, 6e5, 6e5, 6e5, 6e5 * left, 6e5 * left**2]
    assert moved.base.stock[:, 0] == pytest.approx(base)
    assert moved.base.rebasing[:, 0].tolist() == [100_000, 0, 0, 0, 0]
    assert not moved.base.exits[:3].any()
    assert moved.base.published[:, 0].tolist() == [5e5, 6e5, 6e5, 6e5, 6e5, 6e5]


def test_a_new_year_starts_from_the_base_known_last():
    history = History("3318", (told(0.3, "2024-12", 500_000.0), told(0.29, "2025-03", 600_000.0)))
    again = fixed(labour_force__rebasing_chance=1, labour_force__rebasing=1.1)
    moved = run(again, months=10, history=history)
    assert moved.base.stock[-1, 0] == pytest.approx(660_000)


def test_of_two_bases_stated_for_a_january_the_last_is_taken():
    both = [
        {"name": name, "month": "2026-01", "base": people(size)}
        for name, size in (("one", 700_000), ("two", 800_000))
    ]
    later = {"name": "later", "month": "2027-01", "base": people(900_000)}
    moved = run(fixed({"rebasings": [*both, later]}), months=24)
    january = (Month(2026, 1) - Month(2025, 3), Month(2027, 1) - Month(2025, 3))
    assert [moved.base.stock[t, 0] for t in january] == [800_000, 900_000]
    assert moved.base.stock[january[0] - 1, 0] == 599_061
    assert np.allclose(total(moved), PEOPLE)


def test_graduates_follow_the_base_they_are_counted_on():
    """Twice the base, twice the graduates: 15,000 a year on 599,061."""
    grown = fixed(labour_force__graduates=15_000, labour_force__joining=0.6)
    one, two = (
        run(grown, months=4, history=History("3318", (told(base=base),))).base.graduates
        for base in (599_061.0, 2 * 599_061.0)
    )
    assert one.sum(axis=0) == pytest.approx(9_000)
    assert two == pytest.approx(2 * one)


def test_the_base_ahead_is_that_of_the_first_paths():
    scenario = load_scenario("baseline").for_region("3318")
    history = History("3318", (told(),))
    moved = run(load_scenario("baseline"), months=12, history=history, paths=50, seed=3)
    base, values = base_ahead(599_061, Month(2025, 3), 12, scenario, 50, 3)
    assert (base.stock == moved.base.stock).all() and (base.rebasing == moved.base.rebasing).all()
    assert values.keys() == moved.values.keys()
    assert all((values[name] == moved.values[name]).all() for name in values)


def test_flows_and_chances_come_by_name():
    """Any source of uniforms will do: here the chance that a New Year brings a base is all or nothing."""
    scenario = may_be_reset(chance=0.5, low=1.2, high=1.2, exits=0)
    values = {name: s.monthly(np.zeros(2)) for name, s in scenario.stated().items()}
    asked = []

    def halves(name):
        asked.append(name)
        return np.array([0.4, 0.6])

    base = project_base([1_000.0], Month(2025, 11), 3, scenario, values, halves)
    assert base.stock.tolist() == [[1e3, 1e3], [1e3, 1e3], [1.2e3, 1e3], [1.2e3, 1e3]]
    assert asked == ["rebasing_happens.2026", "rebasing.2026"]
