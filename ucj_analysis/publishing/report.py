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
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.errors import InputError, Problem, RunError
from ucj_analysis.presentation.language import words
from ucj_analysis.provenance import combined, input_hashes, sha256
from ucj_analysis.publishing import run
from ucj_analysis.publishing.folder import as_json, variant
from ucj_analysis.publishing.limits import DEFAULT, LIMITS, Limits
from ucj_analysis.publishing.manifest import MANIFEST, made_from, publish, unchanged
from ucj_analysis.publishing.page import page_html
from ucj_analysis.publishing.paper import brief_pdf
from ucj_analysis.publishing.parameters import check_parameters, notebook_path
from ucj_analysis.publishing.run import NotebookFailed, run_notebook
from ucj_analysis.question import Question

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

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
    answer: str
    seconds: float
    unchanged: bool

    @property
    def status(self) -> str:
        """What became of it."""
        return "unchanged" if self.unchanged else "published"

    @property
    def html(self) -> Path:
        """The page."""
        return self.folder / f"{NOTEBOOK}.html"

    @property
    def pdf(self) -> Path:
        """The two pages on paper."""
        return self.folder / f"{NOTEBOOK}.pdf"

    def record(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return {
            "region": self.region,
            "status": self.status,
            "answer": self.answer,
            "html": str(self.html),
            "pdf": str(self.pdf),
            "data": str(self.folder / "forecast.json"),
            "tables": str(self.folder / "tables.csv"),
            "manifest": str(self.folder / MANIFEST),
            "seconds": round(self.seconds, 2),
        }


@dataclass(frozen=True)
class Recipe:
    """All that decides a report, and the folder it goes to."""

    source: Path
    parameters: dict[str, Any]
    inputs: dict[str, str]
    made: dict[str, Any]
    folder: Path


def recipe(question: Question, given: dict[str, Any], out: Path, lang: str) -> Recipe:
    """Return what a report is made from, without making it; as :func:`publish_report` takes it.

    Raises
    ------
    InputError
        Where parameters or the archive are wrong.
    """
    source, data = notebook_path(NOTEBOOK), str(question.data.resolve())
    parameters = check_parameters(source, given | {"lang": lang, "data": data})
    inputs = input_hashes(question) | _told_before(question, parameters.get("archive", ""))
    shown = {n: v for n, v in parameters.items() if n not in PLACES}
    folder = out / question.region / str(question.as_of) / variant(question, lang)
    return Recipe(source, parameters, inputs, made_from(source, shown, inputs), folder)


def check_data(question: Question) -> None:
    """Raise what the notebook would refuse in a question's data.

    Raises
    ------
    InputError
        With every problem's file, row and column.
    """
    from ucj_analysis.forecasting import forecast
    from ucj_analysis.planning.levers import load_levers
    from ucj_analysis.planning.plan import can_plan
    from ucj_analysis.record.checks import region_findings

    now = forecast(question).status
    region_findings(question.region, question.as_of, now.known_by, question.data)
    if can_plan(question):
        load_levers(question.region, question.data)


def publish_report(
    question: Question,
    given: dict[str, Any],
    out: Path,
    lang: str = "id",
    progress: bool = True,
    again: bool = False,
    kernels: type[AsyncKernelManager] | None = None,
    limits: Limits = DEFAULT,
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
    again : bool
        Run the notebook even where nothing has changed since the folder was published.
    kernels, limits
        As :func:`ucj_analysis.publishing.run.run_notebook` takes them.

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
    asked = recipe(question, given, out, lang)
    source, folder = asked.source, asked.folder
    if not again and (before := unchanged(folder, asked.made)):
        return Report(question.region, folder, before["answer"], time.monotonic() - started, True)
    with run.without_iri_grammar():
        import papermill  # noqa: F401  # before the thread: both import the same packages
    threading.Thread(target=_get_ready, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="ucj-") as aside:
        ran = Path(aside) / source.name
        bar = progress and {"desc": words(lang).t("Writing the report"), "bar_format": BAR}
        try:
            executed = run_notebook(source, ran, asked.parameters, bar, kernels, limits)
        except NotebookFailed as failure:
            name = f"{NOTEBOOK}-{question.region}-{question.as_of}-{lang}"
            raise _failure(failure, ran, question, out / "failed" / f"{name}.ipynb") from failure
    result = run.result_of(executed)
    files = _files(executed, result, asked.inputs, lang)
    seconds = time.monotonic() - started
    publish(asked.made, result["answer"], files, folder, seconds)
    return Report(question.region, folder, result["answer"], seconds, False)


def _told_before(question: Question, archive: str) -> dict[str, str]:
    """Return hashes of what came of the region's forecasts, and of the one this follows, if any."""
    if not archive or not Path(archive).is_dir():
        return {}
    from ucj_analysis.archive.track_record import score_archive
    from ucj_analysis.archive.what_changed import earlier_forecast
    from ucj_analysis.situation import resolve_vintage

    known_by, _ = resolve_vintage(question)
    folder = Path(archive)
    scored = score_archive(folder, question.region, known_by, question.data, question.as_of)
    before = earlier_forecast(question, known_by, folder)
    told = {"track record": repr(scored) if scored else "", "forecast before": before and before.id}
    return {name: sha256(text.encode()) for name, text in told.items() if text}


def _get_ready() -> None:
    """Import what the page and the paper need while the notebook runs in its own process."""
    import nbconvert.exporters  # noqa: F401
    import typst  # noqa: F401


def _files(
    executed: Any, result: dict[str, Any], inputs: dict[str, str], lang: str
) -> dict[str, bytes]:
    w = words(lang)
    day, digest = w.day(date.fromisoformat(result["data_day"])), combined(inputs)[:HASH_SHOWN]
    footer = [result["note"], w.t("Data up to {day}, hash {hash}.", day=day, hash=digest)]
    files = {
        f"{NOTEBOOK}.html": page_html(executed, result["title"], footer, lang).encode(),
        f"{NOTEBOOK}.pdf": brief_pdf(executed, result["title"], footer, lang),
        "forecast.json": as_json(result["forecast"]),
        "tables.csv": result["tables"].encode(),
    }
    return files | {f"{name}.png": png for name, png in run.pictures_of(executed).items()}


def _failure(failure: NotebookFailed, ran: Path, question: Question, kept: Path) -> Exception:
    """Return the error to raise: bad data as the planner's error, anything else with its notebook."""
    if failure.name == "InputError":
        try:
            check_data(question)
        except InputError as error:
            return error
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
