"""One report: run the notebook, export its page and its data, and publish them together.

Nothing appears under a report's name before all of it is there: files are written aside and
moved into place, the manifest last. A run that fails leaves the previous report as it was.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ucj_analysis.errors import Problem, RunError
from ucj_analysis.language import words
from ucj_analysis.publishing.folder import as_json, input_hashes, publish_folder, variant
from ucj_analysis.publishing.limits import LIMITS
from ucj_analysis.publishing.manifest import combined, manifest
from ucj_analysis.publishing.page import page_html
from ucj_analysis.publishing.paper import brief_pdf
from ucj_analysis.publishing.parameters import check_parameters, notebook_path
from ucj_analysis.publishing.run import NotebookFailed, pictures_of, result_of, run_notebook
from ucj_analysis.question import Question

HASH_SHOWN = 12
NOTEBOOK = "brief"
#: The progress bar without units and speeds, which would be English.
BAR = "{desc}: {percentage:3.0f}%|{bar}|"
#: Parameters that say where things are on this machine, not what was asked.
PLACES = ("data", "archive")


@dataclass(frozen=True)
class Report:
    """A published report."""

    region: str
    folder: Path
    html: Path
    pdf: Path
    answer: str
    seconds: float

    def record(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return {
            "region": self.region,
            "status": "published",
            "answer": self.answer,
            "html": str(self.html),
            "pdf": str(self.pdf),
            "data": str(self.folder / "forecast.json"),
            "tables": str(self.folder / "tables.csv"),
            "manifest": str(self.folder / "manifest.json"),
            "seconds": round(self.seconds, 2),
        }


def publish_report(
    question: Question,
    given: dict[str, Any],
    out: Path,
    lang: str = "id",
    progress: bool = True,
) -> Report:
    """Run a notebook for a question and publish what it says.

    Parameters
    ----------
    question : Question
        Checked; names the region and the month of the folder.
    given : dict
        Notebook parameters as given, checked here against their declared types.
    out : Path
        Folder of all reports; this one goes to `<out>/<region>/<as_of>/<lang>`, with a suffix
        for a scenario, target or day other than the default.
    lang : str
        Language of the page.
    progress : bool
        Show a progress bar on stderr.

    Returns
    -------
    Report

    Raises
    ------
    InputError
        Where parameters or data are wrong; nothing is written.
    RunError
        `notebook_failed` or `notebook_limit` with the place of the notebook as far as it ran,
        `cannot_write`.
    """
    started = time.monotonic()
    source = notebook_path(NOTEBOOK)
    parameters = check_parameters(
        source, given | {"lang": lang, "data": str(question.data.resolve())}
    )
    inputs = input_hashes(question)
    threading.Thread(target=_get_ready, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="ucj-") as aside:
        ran = Path(aside) / source.name
        try:
            bar = {"desc": words(lang).t("Writing the report"), "bar_format": BAR}
            executed = run_notebook(source, ran, parameters, progress and bar)
        except NotebookFailed as failure:
            raise _failure(
                failure, ran, question, out, f"{NOTEBOOK}-{question.region}-{question.as_of}-{lang}"
            ) from failure
    result = result_of(executed)
    files = _files(executed, result, inputs, lang)
    folder = out / question.region / str(question.as_of) / variant(question, lang)
    clock = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 2),
    }
    shown = {n: v for n, v in parameters.items() if n not in PLACES}
    files["manifest.json"] = as_json(manifest(source, shown, inputs, files, clock))
    publish_folder(files, folder)
    return Report(
        question.region,
        folder,
        folder / f"{NOTEBOOK}.html",
        folder / f"{NOTEBOOK}.pdf",
        result["answer"],
        time.monotonic() - started,
    )


def _get_ready() -> None:
    """Import what the page and the paper need while the notebook runs in its own process."""
    import nbconvert.exporters  # noqa: F401
    import typst  # noqa: F401


def _files(
    executed: Any, result: dict[str, Any], inputs: dict[str, str], lang: str
) -> dict[str, bytes]:
    w = words(lang)
    footer = [
        result["note"],
        w.t(
            "Data up to {day}, hash {hash}.",
            day=w.day(date.fromisoformat(result["data_day"])),
            hash=combined(inputs)[:HASH_SHOWN],
        ),
    ]
    files = {
        f"{NOTEBOOK}.html": page_html(executed, result["title"], footer, lang).encode(),
        f"{NOTEBOOK}.pdf": brief_pdf(executed, result["title"], footer, lang),
        "forecast.json": as_json(result["forecast"]),
        "tables.csv": result["tables"].encode(),
    }
    return files | {f"{name}.png": png for name, png in pictures_of(executed).items()}


def _failure(
    failure: NotebookFailed, ran: Path, question: Question, out: Path, name: str
) -> Exception:
    """Return the error to raise: bad data as the planner's error, anything else with its notebook."""
    if failure.name == "InputError":
        from ucj_analysis.errors import InputError
        from ucj_analysis.forecasting import forecast

        try:
            forecast(question)
        except InputError as error:
            return error
    kept = out / "failed" / f"{name}.ipynb"
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ran, kept)
    except OSError:
        kept = Path("-")
    fields = {"cell": failure.cell, "kept": str(kept)}
    if failure.name in LIMITS:
        fields |= {"reason": failure.name, "allowed": failure.text}
        return RunError(Problem("notebook_limit", fields=fields))
    text = f"{failure.name}: {failure.text}".splitlines()[0][:300]
    return RunError(Problem("notebook_failed", value=text, fields=fields))
