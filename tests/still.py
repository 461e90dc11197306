"""A world in which nothing moves but what a test names: for the engine's equations by hand."""

from __future__ import annotations

from dataclasses import replace

from ucj_analysis.months import Month, parse_day
from ucj_analysis.projection import History, project
from ucj_analysis.record.observations import Observation
from ucj_analysis.scenario import Scenario
from ucj_analysis.scenario_files import load_scenario

BASELINE = load_scenario("baseline")
PEOPLE = 0.29 * 599_061
JANUARY = Month(2025, 1)
STILL = {
    "labour_force": {
        "graduates": 0,
        "joining": 0,
        "exits": 0,
        "migration": 0,
        "rebasing_chance": 0,
        "rebasing": 1,
    },
    "split": {"self_employed": 0, "construction": 0, "funded": 0, "elsewhere": 0},
    "wage_earners": {
        "separations": 0,
        "replacement": 0,
        "layoffs": 0,
        "layoffs_covered": 0,
        "cover_after_layoff": 0,
        "reemployment": 0,
    },
    "elsewhere": {"drift": 0},
    "self_employed": {"enrolment": 0, "enrolment_season": 1, "lapse": 0, "lapse_season": 1},
    "construction": {"amplitude": 0, "amplitude_by_year": 0, "growth": 1},
    "funded": {"renewal": 0},
    "noise": {"monthly": 0, "construction": 0},
}


def told(coverage=0.29, as_of="2025-03", base=599_061.0, half=0.0, name="b"):
    day = parse_day(as_of)
    return Observation("3318", day, coverage, half, base, name, "", day, "own", "")


def fixed(events: dict | None = None, **values: float) -> Scenario:
    """A scenario without uncertainty: nothing moves but what is named, as part__name=value."""
    plain = BASELINE.model_dump()
    plain |= {"cohorts": (), "closures": (), "drives": (), "rebasings": (), "counting": ()} | (
        events or {}
    )
    for part, names in STILL.items():
        for name, still in names.items():
            value = values.get(f"{part}__{name}", still)
            plain[part][name] |= {"low": value, "central": value, "high": value}
    return Scenario.model_validate(plain)


def people(n, **more):
    return {"low": n, "central": n, "high": n, "unit": "people", "assumption": "test"} | more


ONE = {"low": 1, "central": 1, "high": 1, "unit": "share", "assumption": "test"}


def run(scenario, months=12, history=None, paths=2, baseline=None, seed=7, **options):
    history = history or History("3318", (told(),))
    return project(history, months, scenario, baseline or scenario, paths, seed, **options)


def total(moved):
    return moved.covered[:, 0]


def cohort(first, last, n=10_000):
    return {
        "cohorts": [
            {"name": "paid", "first": first, "last": last, "people": people(n), "yields": ONE}
        ]
    }


def monthly(*coverage, start=JANUARY, half=0.00005):
    """A region's own months on one base."""
    months = [str(start + t) for t in range(len(coverage))]
    figures = [told(c, m, 512_400.0, half) for c, m in zip(coverage, months, strict=True)]
    return History("3319", tuple(replace(f, region="3319") for f in figures))
