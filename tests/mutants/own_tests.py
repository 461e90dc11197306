"""For pytest under mutmut: a mutant meets the tests about its module, not all that pass through it."""

from __future__ import annotations

import os

import pytest

ENGINE = ("test_labour_force", "test_participants", "test_projection")
#: Files below `tests/unit/` by module.
OWN = {
    "ucj_analysis.coverage": ("test_coverage",),
    "ucj_analysis.labour_force": ENGINE,
    "ucj_analysis.participants": ENGINE,
    "ucj_analysis.projection": ENGINE,
    "ucj_analysis.forecasting": ("test_forecasting",),
    "ucj_analysis.planning.plan": ("test_plan",),
    "ucj_analysis.scoring": ("test_scoring", "test_reference_class"),
}


def pytest_configure(config: pytest.Config) -> None:
    module = os.environ.get("MUTANT_UNDER_TEST", "").rpartition(".")[0]
    if module in OWN:
        own = tuple(f"tests/unit/{name}.py" for name in OWN[module])
        config.args = [argument for argument in config.args if argument.startswith(own)]
