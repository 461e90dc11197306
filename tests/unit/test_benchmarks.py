"""What the benchmarks rest on: results kept by name, the page they make, and rivals' models true to ours."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.benchmarks import page, results, rival_environment
from tests.benchmarks.results import ROOT, Row, record, record_table
from tests.benchmarks.rivals import with_atomica
from tests.benchmarks.series_views import LEVELS, crps, held
from tests.benchmarks.stock_flow import draws
from ucj_analysis.participants import SEASON_DEPTH
from ucj_analysis.scenario_files import load_scenario

RIVALS = ROOT / "tests" / "benchmarks" / "rivals"


@pytest.fixture
def file(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "KEPT", tmp_path / "out" / "bench.json")
    return tmp_path


def test_a_partial_run_renews_its_rows_and_leaves_the_others(file):
    record(Row("drawing", "NumPy", 2.0, 1.0, "s", promise=4))
    record(Row("plans", "HiGHS", np.float64(3.0), np.float64(2.0), "s", promise=1.2))
    record_table("Growth", "Of cost.", {"10 paths": {"seconds": np.int64(1)}})
    before = results.kept()
    record(Row("plans", "HiGHS", 1.0, 2.0, "s", promise=1.2))
    record_table("Growth", "Of cost.", {"100 paths": {"seconds": 3}, "10 paths": {"seconds": 2}})
    after = results.kept()
    assert list(after["rows"]) == list(before["rows"])
    assert after["rows"]["drawing / NumPy"] == before["rows"]["drawing / NumPy"]
    assert [r["holds"] for r in before["rows"].values()] == [True, False]
    assert [r["holds"] for r in after["rows"].values()] == [True, True]
    assert after["tables"]["Growth"]["rows"] == {
        "10 paths": {"seconds": 2},
        "100 paths": {"seconds": 3},
    }
    assert {"processor", "system", "Python", "tools", "rivals", "commit"} <= set(
        after["environment"]
    )


def test_the_page_says_what_falls_short_and_where_others_are_better(file, monkeypatch):
    monkeypatch.setattr(page, "HERE", file)
    monkeypatch.setattr(results, "BUSY", 1e9)
    record(Row("drawing", "NumPy", 2.0, 1.0, "s", promise=4))
    record(Row("plans", "HiGHS", 3.0, 2.0, "s", promise=1.2))
    record(Row("seconds a series", "Theta", 3.0, 0.1, "s"))
    record_table("Growth", "Of cost.", {"1,000 paths": {"MB": 1500}, "10 paths": {"MB": 2}})
    page.main()
    text = (file / "README.md").read_text(encoding="utf-8")
    assert "others were at work" not in text
    assert "**1 of 2 promises hold.**" in text
    assert "What falls short:\n\n- plans, beside HiGHS: 1.5\n" in text
    assert "nothing was promised:\n\n- seconds a series, beside Theta: 30\n" in text
    assert "| plans | HiGHS | 3 s | 2 s | 1.5 | at most 1.2 | **falls short** |" in text
    assert "| 10 paths | 2 |\n| 1,000 paths | 1,500 |" in text
    monkeypatch.setattr(results, "BUSY", -1.0)
    record(Row("plans", "HiGHS", 3.0, 2.0, "s", promise=1.2))
    page.main()
    assert "to be taken again: plans." in (file / "README.md").read_text(encoding="utf-8")
    assert (file / "bench.png").read_bytes()[:4] == b"\x89PNG"


def test_rivals_are_pinned_as_in_the_lock():
    def pins(name):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return set(re.findall(r"(?m)^([\w.-]+==[^\s;]+)", "\n".join(lines)))

    ours, theirs = pins("requirements.lock"), pins("tests/benchmarks/rivals.txt")
    shared = {pin.split("==")[0] for pin in ours} & {pin.split("==")[0] for pin in theirs}
    assert {pin for pin in theirs if pin.split("==")[0] in shared - {"pandas"}} <= ours
    assert {"pysd", "atomica", "statsforecast"} <= {pin.split("==")[0] for pin in theirs}


def test_the_vensim_file_stands_at_central_values_and_takes_every_draw():
    text = (RIVALS / "stock_flow.mdl").read_text(encoding="utf-8")
    stated = load_scenario("baseline").stated()
    constants = {
        n.replace(" ", "_"): float(v) for n, v in re.findall(r"(?m)^([\w ]+)= ([\d.]+) ~", text)
    }
    assert set(draws(5)) <= set(constants)
    for name, value in constants.items():
        match = [s for n, s in stated.items() if n.replace(".", "_") == name]
        for range_ in match:
            middle = (range_.central - range_.low) / (range_.high - range_.low)
            central = range_.monthly(np.array([middle]))
            assert value == pytest.approx(central[0], rel=1e-6), name
    season = re.findall(r"\((\d+),([\d.]+)\)", text)
    assert tuple(float(depth) for _, depth in season) == SEASON_DEPTH == with_atomica.DEPTH


def test_scores_from_quantiles():
    """All mass on one point scores the distance; a 90% range holds what lies inside."""
    sure = np.full((2, len(LEVELS)), 90_000.0)
    assert crps(sure, np.array([90_000.0, 96_000.0])) == pytest.approx([0, 2])
    spread = np.tile(100_000 * LEVELS, (2, 1))
    assert held(spread, np.array([96_000.0, 94_000.0])).tolist() == [False, True]


def test_rivals_that_cannot_be_installed_are_skipped_with_the_reason(tmp_path, monkeypatch):
    pins = tmp_path / "rivals.txt"
    pins.write_text("a-rival-that-is-nowhere==1.0\n", encoding="utf-8")
    monkeypatch.setattr(rival_environment, "PINS", pins)
    monkeypatch.setattr(rival_environment, "HOME", tmp_path / "environment")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(pytest.skip.Exception, match="a-rival-that-is-nowhere"):
        rival_environment.python()
    assert not (tmp_path / "environment").exists()


def test_what_falls_short_on_the_page_is_marked_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    bench = (ROOT / "tests" / "benchmarks" / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| .+ \| .+ \| `make bench`: .+ \| (.+) \|$", readme, re.M)
    assert len(rows) >= 8
    short = "\nWhat falls short:\n" in bench
    assert any("falls short" in row for row in rows) == short
