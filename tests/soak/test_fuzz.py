"""The fuzz tests with many times as many examples, other ones in every run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from ucj_analysis.resources import PACKAGE

pytestmark = pytest.mark.soak
TIMES = 8


def test_every_reader_under_many_more_examples():
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/fuzz"],
        cwd=PACKAGE.parent,
        env={**os.environ, "UCJ_FUZZ_TIMES": str(TIMES)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-20_000:]
