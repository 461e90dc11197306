"""Run a notebook by Papermill in a real kernel."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.presentation.display import Result
from ucj_analysis.publishing.limits import DEFAULT, Limits, Watch, watched

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode
    from traitlets.config import Config

#: A local socket's path may have some hundred characters.
LONGEST_SOCKET_FOLDER = 80


class NotebookFailed(Exception):
    """A cell raised or was stopped; carries its number and the name and text of the reason."""

    def __init__(self, cell: int, name: str, text: str) -> None:
        self.cell, self.name, self.text = cell, name, text
        super().__init__(f"{name}: {text}")


def run_notebook(
    notebook: Path,
    kept: Path,
    parameters: dict[str, Any],
    progress: bool | dict[str, str],
    kernels: type[AsyncKernelManager] | None = None,
    limits: Limits = DEFAULT,
) -> NotebookNode:
    """Run a notebook and return it with its outputs.

    Parameters
    ----------
    notebook, kept : Path
        What to run, and where to keep it as far as it ran.
    parameters : dict
        Checked parameters.
    progress : bool or dict
        Show a progress bar on stderr; a dict says with what words and form.
    kernels : type of AsyncKernelManager, optional
        How kernels are started, as :func:`ucj_analysis.publishing.warm.warm_kernels` gives it; by
        default each from the beginning.
    limits : Limits
        What the run may take.

    Raises
    ------
    NotebookFailed
        Where a cell raises or the kernel dies; its name is `TimeLimit`, `MemoryLimit` or
        `OutputLimit` where the run took more than it may.
    """
    with without_iri_grammar():
        from papermill import PapermillExecutionError, execute_notebook

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what is wrong is raised
    watch = Watch(limits)
    try:
        with tempfile.TemporaryDirectory(prefix="ucj-kernel-") as sockets, watch:
            executed: NotebookNode = execute_notebook(
                str(notebook),
                str(kept),
                parameters=parameters,
                progress_bar=progress,
                kernel_name="python3",
                kernel_manager_class=watched(kernels, watch),
                shutdown_kernel="immediate",  # it has nothing to put away
                config=_transport(sockets),
            )
            return executed
    except PapermillExecutionError as error:
        raise NotebookFailed(error.cell_index, error.ename, error.evalue) from error
    except Exception as error:  # a dead kernel: whatever papermill lets through
        name, text = watch.exceeded or (type(error).__name__, str(error))
        raise NotebookFailed(_last_started(kept), name, text) from error


def _last_started(kept: Path) -> int:
    """Return the number of the last cell that started, 0 if none did."""
    import nbformat

    with suppress(OSError, ValueError):
        cells = nbformat.read(kept, as_version=4).cells
        return max(i for i, c in enumerate(cells) if c.metadata["papermill"]["start_time"])
    return 0


def _transport(sockets: str) -> Config:
    """Return the kernel's channel: local sockets in a folder of their own, TCP where there are none."""
    from traitlets.config import Config

    if os.name == "nt" or len(sockets) > LONGEST_SOCKET_FOLDER:
        return Config()
    return Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/k"}})


@contextmanager
def without_iri_grammar() -> Iterator[None]:
    """Keep jsonschema from building a grammar of IRIs, which no notebook needs: a second a start."""
    name = "rfc3987_syntax"
    kept = sys.modules.get(name)
    sys.modules[name] = kept  # type: ignore[assignment]  # None makes the optional import fail
    try:
        yield
    finally:
        if kept is None:
            del sys.modules[name]


def outputs(notebook: NotebookNode) -> list[Any]:
    """Return all display outputs of an executed notebook, in order."""
    return [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs if "data" in o]


def result_of(notebook: NotebookNode) -> dict[str, Any]:
    """Return the machine-readable result a notebook carries."""
    values: dict[str, Any] = next(
        o.data[Result.MIME] for o in outputs(notebook) if Result.MIME in o.data
    )
    return values


def pictures_of(notebook: NotebookNode) -> dict[str, bytes]:
    """Return the notebook's pictures by name."""
    from base64 import b64decode

    return {
        o.metadata["image/png"]["name"]: b64decode(o.data["image/png"])
        for o in outputs(notebook)
        if "image/png" in o.data and "name" in o.metadata.get("image/png", {})
    }
