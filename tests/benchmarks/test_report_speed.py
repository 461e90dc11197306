"""The second `make report` beside the bare cost of its tools, measured in one run."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ucj_analysis.resources import PACKAGE

BARE = """
import papermill, nbconvert
from nbclient import NotebookClient
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook
imports = '''
import babel.numbers, highspy, matplotlib.figure, numpy, pandas, pandera.pandas, pydantic
import scipy.optimize, scipy.special, scoringrules, statsmodels.regression.linear_model
'''
NotebookClient(new_notebook(cells=[new_code_cell(imports)]), kernel_name='python3').execute()
HTMLExporter().from_notebook_node(new_notebook())
"""


def seconds(command, cwd):
    started = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)
    return time.perf_counter() - started


@pytest.mark.bench
@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_second_report_beside_the_bare_tools(tmp_path):
    root = Path(PACKAGE).parent
    bare_command, report_command = [sys.executable, "-c", BARE], ["make", "report", "AGAIN=--again"]
    seconds(bare_command, tmp_path), seconds(report_command, root)  # warm both
    pairs = [(seconds(bare_command, tmp_path), seconds(report_command, root)) for _ in range(5)]
    bare, made = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(
        f"\nmake report {made:.2f} s / bare tools {bare:.2f} s = {made / bare:.2f} (promise: at most 1.5)"
    )
    assert made / bare <= 1.5
