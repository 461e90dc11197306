"""One report: run the notebook, export its page and its data, and publish them together.

Nothing appears under a report's name before all of it is there: files are written aside and
moved into place, the manifest last. A run that fails leaves the previous report as it was.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ucj_analysis.errors import Problem, RunError
from ucj_analysis.language import words
from ucj_analysis.publishing.manifest import combined, file_hashes, manifest, sha256
from ucj_analysis.publishing.page import page_html
from ucj_analysis.publishing.parameters import check_parameters, notebook_path
from ucj_analysis.publishing.run import NotebookFailed, pictures_of, result_of, run_notebook
from ucj_analysis.question import SCENARIO, TARGET_MONTH, Question

HASH_SHOWN = 12
NOTEBOOK = "brief"
#: Parameters that say where things are on this machine, not what was asked.
PLACES = ("data", "archive")


@dataclass(frozen=True)
class Report:
    """A published report."""

    region: str
    folder: Path
    html: Path
    answer: str
    seconds: float

    def record(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return {
            "region": self.region,
            "status": "published",
            "answer": self.answer,
            "html": str(self.html),
            "pdf": None,
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
        `notebook_failed` with the place of the notebook as far as it ran, `cannot_write`.
    """
    started = time.monotonic()
    source = notebook_path(NOTEBOOK)
    parameters = check_parameters(
        source, given | {"lang": lang, "data": str(question.data.resolve())}
    )
    inputs = _inputs(question)
    with tempfile.TemporaryDirectory(prefix="ucj-") as aside:
        ran = Path(aside) / source.name
        try:
            executed = run_notebook(source, ran, parameters, progress)
        except NotebookFailed as failure:
            raise _failure(
                failure, ran, question, out, f"{NOTEBOOK}-{question.region}-{question.as_of}-{lang}"
            ) from failure
    result = result_of(executed)
    files = _files(executed, result, inputs, lang)
    folder = out / question.region / str(question.as_of) / _variant(question, lang)
    clock = {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 2),
    }
    shown = {n: v for n, v in parameters.items() if n not in PLACES}
    files["manifest.json"] = _json(manifest(source, shown, inputs, files, clock))
    _publish(files, folder)
    return Report(
        question.region,
        folder,
        folder / f"{NOTEBOOK}.html",
        result["answer"],
        time.monotonic() - started,
    )


def _inputs(question: Question) -> dict[str, str]:
    """Return the hash of every file of the data folder, and of a scenario that lies outside it."""
    inputs = file_hashes(question.data)
    scenario = Path(question.scenario)
    if scenario.suffix == ".toml":
        inputs[f"scenario {scenario.name}"] = sha256(scenario.read_bytes())
    return inputs


def _variant(question: Question, lang: str) -> str:
    """Return the folder's last part: the language, and what was asked other than by default."""
    asked = [lang]
    if question.scenario != SCENARIO:
        asked.append(Path(question.scenario).stem)
    if str(question.target_month) != TARGET_MONTH:
        asked.append(f"by-{question.target_month}")
    if question.target is not None:
        asked.append(f"target-{question.target:g}")
    if question.known_by is not None:
        asked.append(f"known-{question.known_by}")
    return re.sub(r"[^A-Za-z0-9._-]+", "-", "_".join(asked))[:100]


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
        "forecast.json": _json(result["forecast"]),
        "tables.csv": result["tables"].encode(),
    }
    return files | {f"{name}.png": png for name, png in pictures_of(executed).items()}


def _json(values: Any) -> bytes:
    return (json.dumps(values, indent=1, ensure_ascii=False) + "\n").encode()


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
    text = f"{failure.name}: {failure.text}".splitlines()[0][:300]
    return RunError(
        Problem("notebook_failed", value=text, fields={"cell": failure.cell, "kept": str(kept)})
    )


def _publish(files: dict[str, bytes], folder: Path) -> None:
    """Write a whole folder aside, then put it in the place of the previous one."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder.parent))
        try:
            for name, content in files.items():
                (aside / name).write_bytes(content)
            aside.chmod(0o755)
            _put_in_place(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise RunError(
            Problem("cannot_write", file=str(folder), value=error.strerror or str(error))
        ) from error


def _put_in_place(aside: Path, folder: Path) -> None:
    """Swap by renaming; if the second rename fails, the previous folder comes back."""
    if not folder.exists():
        aside.rename(folder)
        return
    previous = folder.with_name(f".previous-{folder.name}-{os.getpid()}")
    folder.rename(previous)
    try:
        aside.rename(folder)
    except OSError:
        previous.rename(folder)
        raise
    shutil.rmtree(previous, ignore_errors=True)
