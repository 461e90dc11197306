"""Run a notebook by Papermill in a real kernel."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.display import Result

if TYPE_CHECKING:
    from nbformat import NotebookNode

TIME_LIMIT_SECONDS = 600


class NotebookFailed(Exception):
    """A cell raised; carries its number and the name and text of the exception."""

    def __init__(self, cell: int, name: str, text: str) -> None:
        self.cell, self.name, self.text = cell, name, text
        super().__init__(f"{name}: {text}")


def run_notebook(notebook: Path, kept: Path, parameters: dict[str, Any], progress: bool) -> NotebookNode:
    """Run a notebook and return it with its outputs.

    Parameters
    ----------
    notebook, kept : Path
        What to run, and where to keep it as far as it ran.
    parameters : dict
        Checked parameters.
    progress : bool
        Show a progress bar on stderr.

    Raises
    ------
    NotebookFailed
        Where a cell raises or the kernel dies.
    """
    from papermill import PapermillExecutionError, execute_notebook

    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        return execute_notebook(
            str(notebook),
            str(kept),
            parameters=parameters,
            progress_bar=progress,
            execution_timeout=TIME_LIMIT_SECONDS,
            kernel_name="python3",
        )
    except PapermillExecutionError as error:
        raise NotebookFailed(error.cell_index, error.ename, error.evalue) from error
    except Exception as error:  # a dead kernel, a time limit: whatever papermill lets through
        raise NotebookFailed(0, type(error).__name__, str(error)) from error


def outputs(notebook: NotebookNode) -> list[Any]:
    """Return all display outputs of an executed notebook, in order."""
    return [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs if "data" in o]


def result_of(notebook: NotebookNode) -> dict[str, Any]:
    """Return the machine-readable result a notebook carries."""
    values: dict[str, Any] = next(o.data[Result.MIME] for o in outputs(notebook) if Result.MIME in o.data)
    return values


def pictures_of(notebook: NotebookNode) -> dict[str, bytes]:
    """Return the notebook's pictures by name."""
    from base64 import b64decode

    return {
        o.metadata["image/png"]["name"]: b64decode(o.data["image/png"])
        for o in outputs(notebook)
        if "image/png" in o.data and "name" in o.metadata.get("image/png", {})
    }
