"""Refresh what is committed with outputs: data dictionary, notebooks, example report and picture.

Run by `make notebooks`. Outputs are kept; what differs from run to run is not.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from jupyter_client.manager import AsyncKernelManager

from ucj_analysis.publishing.folder import as_json
from ucj_analysis.publishing.manifest import CLOCK_FIELDS
from ucj_analysis.publishing.report import publish_report
from ucj_analysis.publishing.run import run_notebook
from ucj_analysis.publishing.warm import warm_kernels
from ucj_analysis.question import LANGUAGES, ask
from ucj_analysis.record.schemas import data_package
from ucj_analysis.resources import NOTEBOOKS, SHIPPED_DATA

WIDGET = "application/vnd.jupyter.widget-view+json"
EXAMPLE = NOTEBOOKS.parent / "reports" / "example"


def main() -> None:
    """Run every notebook in place, then publish the example report in every language."""
    (SHIPPED_DATA / "datapackage.json").write_bytes(as_json(data_package()))
    with warm_kernels() as kernels:
        for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
            refresh_notebook(notebook, kernels)
    with tempfile.TemporaryDirectory() as aside:
        question = ask()
        for lang in LANGUAGES:
            report = publish_report(question, {}, Path(aside), lang)
            target = EXAMPLE / lang
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(report.folder, target)
            _without_clock(target / "manifest.json")


def refresh_notebook(notebook: Path, kernels: type[AsyncKernelManager] | None = None) -> None:
    """Run a notebook with its defaults and keep its outputs, without times and injected cells."""
    import nbformat

    with tempfile.TemporaryDirectory() as aside:
        executed = run_notebook(notebook, Path(aside) / notebook.name, {}, True, kernels)
    for cell in executed.cells:
        if cell.cell_type == "code":  # a widget lives in its kernel; its view is another each run
            cell.outputs = [o for o in cell.outputs if WIDGET not in o.get("data", {})]
        cell.metadata = {"tags": tags} if (tags := cell.metadata.get("tags")) else {}
    executed.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(executed, notebook)


def _without_clock(path: Path) -> None:
    values = json.loads(path.read_text(encoding="utf-8"))
    kept = {name: value for name, value in values.items() if name not in (*CLOCK_FIELDS, "commit")}
    path.write_bytes(as_json(kept))


if __name__ == "__main__":
    main()
