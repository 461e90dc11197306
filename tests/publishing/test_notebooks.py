"""The committed notebooks: form, outputs, and that a changed datum makes a marked cell fail."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import nbformat
import pytest

from ucj_analysis import ask, forecast
from ucj_analysis.archive.track_record import issue
from ucj_analysis.publishing.parameters import check_parameters, declared_parameters
from ucj_analysis.publishing.run import run_notebook
from ucj_analysis.resources import NOTEBOOKS

ALL = sorted(NOTEBOOKS.glob("*.ipynb"))
MARK = "# NBVAL_CHECK_OUTPUT"


def code_cells(path):
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.stem)
def test_form(path):
    notebook = nbformat.read(path, as_version=4)
    titles = [c for c in notebook.cells if c.cell_type == "markdown"]
    assert len(titles) == 1 and titles[0].source.startswith("# ")
    cells = code_cells(path)
    assert sum("parameters" in c.metadata.get("tags", []) for c in cells) == 1
    assert not any("def " in c.source or "class " in c.source for c in cells)
    assert sum("assert " in c.source for c in cells) == 1
    assert all(c.execution_count for c in cells)
    asks = [c for c in cells if "parameters" in c.metadata.get("tags", [])]
    assert all(len(c.source.splitlines()) <= 12 for c in cells if c not in asks)
    if path.stem == "explore":  # a workbench shows nothing until a kernel runs it
        assert not any(c.outputs for c in cells)
        return
    assert sum(c.source.startswith(MARK) for c in cells) >= 3
    assert any(c.outputs for c in cells), "committed without outputs"


@pytest.mark.parametrize("path", ALL, ids=lambda p: p.stem)
def test_every_parameter_has_a_type_and_help(path):
    declared = declared_parameters(path)
    assert list(declared)[:2] == ["region", "as_of"] and "lang" in declared
    for parameter in declared.values():
        assert parameter.kind in ("str", "int", "float", "bool") and len(parameter.help) > 5
        assert check_parameters(path, {parameter.name: parameter.default}) == {
            parameter.name: parameter.default
        }


def test_the_workbench_runs_in_a_kernel(tmp_path):
    """What it shows is a widget; the browser tests look at it."""
    path = NOTEBOOKS / "explore.ipynb"
    run = run_notebook(path, tmp_path / path.name, {"lang": "en", "paths": 500}, progress=False)
    shown = str([c.outputs for c in run.cells if c.cell_type == "code"])
    assert "widget-view" in shown


def test_a_marked_cell_fails_when_one_datum_is_altered(data, tmp_path):
    """The notebook as committed, run by nbval on data in which one figure differs."""
    notebook = nbformat.read(NOTEBOOKS / "01_where_we_stand.ipynb", as_version=4)
    cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))

    def nbval(folder):
        changed = cell.source.replace('data: str = ""', f"data: str = {str(folder)!r}")
        assert changed != cell.source
        copy = notebook.copy()
        copy.cells = [
            nbformat.from_dict({**c, "source": changed}) if c is cell else c for c in notebook.cells
        ]
        nbformat.write(copy, tmp_path / "copy.ipynb")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "--nbval-lax",
            "-q",
            "-p",
            "no:cacheprovider",
            "copy.ipynb",
        ]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert nbval(data.path).returncode == 0
    data.cell("observations", 5, "labour_force", "599062")
    failed = nbval(data.path)
    assert failed.returncode == 1
    assert "599.062" in failed.stdout


def test_the_track_record_reads_the_archive(tmp_path):
    issue(forecast(ask(paths=300)), tmp_path / "archive", date(2025, 4, 1))
    given = {"archive": str(tmp_path / "archive"), "lang": "en", "paths": 300}
    name = "06_track_record.ipynb"
    run = run_notebook(NOTEBOOKS / name, tmp_path / name, given, progress=False)
    shown = str([c.outputs for c in run.cells if c.cell_type == "code"])
    assert "1 forecast was issued." in shown and "1 April 2025" in shown
