"""Thirty-five reports beside a plain loop of papermill and nbconvert over the same notebook."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.measured import measured
from tests.synthetic import made_up
from ucj_analysis.publishing.many import regions_named
from ucj_analysis.resources import NOTEBOOKS

BIN = Path(sys.executable).parent
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


def test_thirty_five_reports_beside_a_plain_loop(tmp_path):
    codes = regions_named("33")
    data = made_up(tmp_path / "data", codes)
    asked = ["report", "--regions", "33", "--data", str(data), "--out", str(tmp_path / "out")]
    ours = measured([sys.executable, "-m", "ucj_analysis.cli", *asked, "--jobs", "2"])
    (tmp_path / "plain").mkdir()
    began = time.monotonic()
    for code in codes:
        plain(code, data, tmp_path / "plain")
    loop = time.monotonic() - began
    assert len(list((tmp_path / "out").glob("*/*/*/brief.pdf"))) == 35
    print(
        f"\n35 reports: {ours.seconds:.1f} s and {ours.megabytes:.0f} MB, the plain loop {loop:.1f} s: "
        f"{loop / ours.seconds:.1f} times as long"
    )
