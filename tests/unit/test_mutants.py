"""What the run of mutants rests on: modules, tests and pins that exist, and a page that adds up."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.mutants.own_tests import OWN
from ucj_analysis.resources import PACKAGE

ROOT = PACKAGE.parent
ASKED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
PAGE = (ROOT / "tests" / "mutants" / "README.md").read_text(encoding="utf-8")


def test_every_module_mutated_has_tests_of_its_own_that_are_run():
    modules = {path.removesuffix(".py").replace("/", ".") for path in ASKED["only_mutate"]}
    assert modules == set(OWN)
    named = {f"tests/unit/{name}.py" for names in OWN.values() for name in names}
    assert named == set(ASKED["pytest_add_cli_args_test_selection"])
    assert all((ROOT / path).is_file() for path in [*ASKED["only_mutate"], *named])


def test_the_tests_left_out_exist():
    told = [a.partition("=")[2] for a in ASKED["pytest_add_cli_args"] if a.startswith("--deselect")]
    assert len(told) == 11  # as the page says
    for one in told:
        path, _, name = one.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


def test_the_page_adds_up_and_nine_in_ten_mutants_are_killed():
    row = r"^\| `?([\w/.]+)`? \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d.]+)% \|$"
    rows = {
        name: [float(n.replace(",", "")) for n in numbers]
        for name, *numbers in re.findall(row, PAGE, re.M)
    }
    whole = rows.pop("all")
    assert set(rows) == set(ASKED["only_mutate"])
    assert whole[:3] == [sum(numbers[i] for numbers in rows.values()) for i in range(3)]
    for mutants, killed, survived, share in [whole, *rows.values()]:
        assert mutants == killed + survived
        assert share == pytest.approx(100 * killed / mutants, abs=0.051)
    assert whole[3] >= 90
    by_reason = [int(n) for n in re.findall(r"^\*\*(\d+): ", PAGE, re.M)]
    assert sum(by_reason) == whole[2] == len(re.findall(r"^- \w+\.py, ", PAGE, re.M))
    assert "not looked at yet" not in PAGE


def test_pins_beside_the_lock_are_of_nothing_in_it():
    def pins(path):
        return dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / path).read_text("utf-8"), re.M))

    ours, beside = pins("requirements.lock"), pins("tests/mutants/mutmut.txt")
    assert "mutmut" in beside and not set(ours) & set(beside)
