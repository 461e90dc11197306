"""Reports of many regions beside a plain loop of papermill and nbconvert; how the cost grows."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.benchmarks.results import Row, record, record_table
from tests.measured import Ran, measured
from tests.synthetic import made_up
from ucj_analysis.publishing.many import regions_named
from ucj_analysis.resources import NOTEBOOKS

BIN = Path(sys.executable).parent
ROUNDS = 5
GROWTH = "Growth with regions"
GROWTH_NOTE = "`ucj report`, two jobs, made-up regions; 514 are measured by `make soak`, which issues them too."
pytestmark = pytest.mark.bench


def plain(code: str, data: Path, out: Path) -> None:
    """What a shell script does for one region: run the notebook, make a page of it."""
    ran = out / f"{code}.ipynb"
    given = ["-r", "region", code, "-r", "as_of", "2025-03", "-r", "data", str(data)]
    papermill = [str(BIN / "papermill"), "--no-progress-bar", *given]
    convert = [str(BIN / "jupyter-nbconvert"), "--to", "html", "--no-input", str(ran)]
    for step in ([*papermill, str(NOTEBOOKS / "brief.ipynb"), str(ran)], convert):
        subprocess.run(step, check=True, capture_output=True)
    assert ran.with_suffix(".html").is_file()


def reports(codes: list[str], data: Path, out: Path) -> Ran:
    named = out.with_suffix(".txt")
    named.write_text("\n".join(codes), encoding="utf-8")
    asked = ["report", "--regions", str(named), "--data", str(data), "--out", str(out)]
    return measured([sys.executable, "-m", "ucj_analysis.cli", *asked, "--jobs", "2"])


def growth_row(count: int, ran: Ran) -> dict[str, dict[str, float]]:
    return {
        f"{count} region{'s' if count > 1 else ''}": {
            "seconds": round(ran.seconds, 1),
            "seconds a region": round(ran.seconds / count, 2),
            "MB at the peak": round(ran.megabytes),
        }
    }


def test_thirty_five_reports_beside_a_plain_loop(tmp_path):
    """Ours five times in full; the loop has nothing to share, so its regions are gone through once."""
    codes = regions_named("33")
    data = made_up(tmp_path / "data", codes)
    (tmp_path / "plain").mkdir()
    plain(codes[0], data, tmp_path / "plain"), reports(codes[:2], data, tmp_path / "warm")
    ours, loop = [], 0.0
    for turn in range(ROUNDS):
        ours.append(reports(codes, data, tmp_path / f"out{turn}"))
        began = time.perf_counter()
        for code in codes[turn::ROUNDS]:
            plain(code, data, tmp_path / "plain")
        loop += time.perf_counter() - began
    assert len(list(tmp_path.glob("out4/*/*/*/brief.pdf"))) == 35
    middle = sorted(ours, key=lambda ran: ran.seconds)[ROUNDS // 2]
    record_table(GROWTH, GROWTH_NOTE, growth_row(35, middle))
    record(
        Row(
            "35 reports: pages, PDFs, tables, two jobs",
            "a plain loop of papermill and nbconvert: pages alone",
            middle.seconds,
            loop,
            "s",
            promise=1,
        )
    )


def test_cost_grows_with_regions(tmp_path):
    codes = regions_named("33")
    data = made_up(tmp_path / "data", codes)
    reports(codes[:1], data, tmp_path / "warm")
    for count in (1, 6, 12):
        ran = reports(codes[:count], data, tmp_path / f"out{count}")
        record_table(GROWTH, GROWTH_NOTE, growth_row(count, ran))
