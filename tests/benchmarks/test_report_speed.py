"""The second `make report` beside the bare cost of its tools, measured in one run."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.benchmarks.results import ROOT, Row, in_turns, record

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


@pytest.mark.bench
@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_second_report_beside_the_bare_tools(tmp_path):
    def ran(command, cwd):
        subprocess.run(command, cwd=cwd, check=True, capture_output=True)

    ours, bare = in_turns(
        lambda: ran(["make", "report", "AGAIN=--again"], ROOT),
        lambda: ran([sys.executable, "-c", BARE], tmp_path),
    )
    record(
        Row(
            "a second `make report`, all written again",
            "the bare cost of its tools",
            ours,
            bare,
            "s",
            promise=1.5,
        )
    )
