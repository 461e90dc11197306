"""The workbench as an app on this machine: Voilà on loopback, kernels warm, no code from visitors."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ucj_analysis.errors import Problem, RunError, bad
from ucj_analysis.presentation.language import N_, words
from ucj_analysis.publishing.page import TEMPLATES
from ucj_analysis.publishing.parameters import check_parameters, declared_parameters, notebook_path
from ucj_analysis.publishing.run import without_iri_grammar

NOTEBOOK = "explore"
LOOPBACK = "127.0.0.1"
#: Kernels that wait for a visitor, their page already made.
WARM_KERNELS = 2
START_SECONDS = 60
#: A kernel nobody looks at is ended after so many seconds. It is looked for seldom: a warm one that
#: waited this long would be ended between the page and its first word.
IDLE_SECONDS = 900
LOST = N_(
    "The calculation behind this page has ended; the page no longer answers. Scenarios you saved are kept."
)


def serve(given: dict[str, Any], port: int, told: Callable[[str], None]) -> int:
    """Serve the workbench until it is interrupted; call `told` with its address once it is open.

    Parameters
    ----------
    given : dict
        Parameters of the notebook, checked here.
    port : int
        On the loopback address only; an office puts its own proxy and login before it.
    told : callable
        Given the address.

    Raises
    ------
    InputError
        `port_taken`.
    RunError
        `app_failed`.
    """
    _free(port)
    # ended by a service manager as by Ctrl+C: the server it started ends with it
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="ucj-app-") as aside:
        notebook = page_notebook(given, Path(aside))
        running = subprocess.Popen(
            command(notebook, port), env=environment(), stderr=subprocess.PIPE, text=True
        )
        try:
            _wait(running, port)
            told(f"http://{LOOPBACK}:{port}/")
            assert running.stderr is not None
            for _ in running.stderr:  # read, so that the server never waits for a reader
                pass
            return 0 if running.wait() == 0 else 1
        except KeyboardInterrupt:
            return 0
        finally:
            running.terminate()
            running.wait()


def command(notebook: Path, port: int) -> list[str]:
    """Return the command that serves a notebook: no sources, no tracebacks, no execute requests.

    Voilà takes only messages of widgets from a page, so a visitor cannot send code.
    """
    return [
        sys.executable,
        "-m",
        "voila",
        str(notebook),
        "--no-browser",
        "--template=ucj_app",
        f"--port={port}",
        f"--Voila.ip={LOOPBACK}",
        "--VoilaConfiguration.preheat_kernel=True",
        f"--VoilaConfiguration.default_pool_size={WARM_KERNELS}",
        "--VoilaConfiguration.show_tracebacks=False",
        f"--MappingKernelManager.cull_idle_timeout={IDLE_SECONDS}",
        # a kernel started anew knows no widget of the page: better gone, and the page says so
        "--KernelRestarter.restart_limit=0",
    ]


def environment() -> dict[str, str]:
    """Return the environment in which Voilà finds the app's own template."""
    paths = [str(TEMPLATES), os.environ.get("JUPYTER_PATH", "")]
    return os.environ | {"JUPYTER_PATH": os.pathsep.join(filter(None, paths))}


def page_notebook(given: dict[str, Any], folder: Path) -> Path:
    """Write the notebook with its parameters set and the words of its page; return its path."""
    import nbformat

    with without_iri_grammar():
        from papermill.iorw import load_notebook_node
        from papermill.parameterize import parameterize_notebook

    source = notebook_path(NOTEBOOK)
    checked = check_parameters(source, given)
    w = words(checked.get("lang", declared_parameters(source)["lang"].default))
    notebook = parameterize_notebook(load_notebook_node(str(source)), checked)
    title = w.t("Try it yourself")
    told = {"lang": w.lang, "loading": w.t("The forecast is being made …")}
    told |= {"lost": w.t(LOST), "reload": w.t("Reload the page")}
    notebook.metadata.update(title=f"{title} – UCJ", ucj=told)
    heading = next(c for c in notebook.cells if "title" in c.metadata.get("tags", ()))
    heading.source = f"# {title}"
    path = folder / source.name
    nbformat.write(notebook, path)
    return path


def _free(port: int) -> None:
    """Raise `port_taken`, naming a port that is free, where something listens already."""
    with socket.socket() as one:
        try:
            one.bind((LOOPBACK, port))
        except OSError as error:
            with socket.socket() as other:
                other.bind((LOOPBACK, 0))
                free = other.getsockname()[1]
            raise bad("port_taken", port, free=free) from error


def _wait(running: subprocess.Popen[str], port: int) -> None:
    """Wait until the app answers; raise `app_failed` where it ends or stays silent."""
    for _ in range(START_SECONDS * 10):
        if running.poll() is not None:
            text = running.stderr.read().strip().splitlines() if running.stderr else []
            raise RunError(Problem("app_failed", value=text[-1] if text else ""))
        with socket.socket() as one:
            if one.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.1)
    raise RunError(Problem("app_failed", value=str(port)))
