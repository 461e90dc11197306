"""Forecast whether a region reaches its social-security coverage target, and why.

The questions are functions; each loads what it needs when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ucj_analysis.coverage import coverage_rate, decompose_change, required_enrolment
    from ucj_analysis.forecasting import forecast
    from ucj_analysis.planning.around import alternatives, frontier
    from ucj_analysis.planning.plan import best_coverage, least_cost_plan
    from ucj_analysis.projection import project
    from ucj_analysis.question import ask
    from ucj_analysis.record.observations import load_observations
    from ucj_analysis.reference_class import reference_class_forecast
    from ucj_analysis.scenario import Scenario
    from ucj_analysis.scenario_files import load_scenario
    from ucj_analysis.scoring import backtest
    from ucj_analysis.situation import status

__version__ = "0.1.0"

_HOME = {
    "alternatives": "planning.around",
    "ask": "question",
    "backtest": "scoring",
    "best_coverage": "planning.plan",
    "coverage_rate": "coverage",
    "decompose_change": "coverage",
    "forecast": "forecasting",
    "frontier": "planning.around",
    "least_cost_plan": "planning.plan",
    "load_observations": "record.observations",
    "load_scenario": "scenario_files",
    "project": "projection",
    "reference_class_forecast": "reference_class",
    "required_enrolment": "coverage",
    "Scenario": "scenario",
    "status": "situation",
}

# fmt: off
__all__ = [
    "Scenario", "__version__", "alternatives", "ask", "backtest", "best_coverage", "coverage_rate",
    "decompose_change", "forecast", "frontier", "least_cost_plan", "load_observations",
    "load_scenario", "project", "reference_class_forecast", "required_enrolment", "status",
]
# fmt: on


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
