"""A published folder: its name, and its appearance all at once.

Nothing appears under a folder's name before all of it is there: files are written aside and
moved into place. A run that fails leaves the previous folder as it was.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ucj_analysis.errors import RunError, bad, refused
from ucj_analysis.question import SCENARIO, TARGET_MONTH, Question
from ucj_analysis.resources import kind_of

#: What a folder is called while it is written, and while its replacement comes.
WRITING, PREVIOUS = ".writing-", ".previous-"


def as_json(values: Any) -> bytes:
    """Return values as a JSON document."""
    return (json.dumps(values, indent=1, ensure_ascii=False) + "\n").encode()


def as_csv(rows: Iterable[Iterable[object]], separator: str = ",", end: str = "\n") -> str:
    """Return rows as a CSV document, its head the first of them."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=end).writerows(rows)
    return text.getvalue()


def variant(question: Question, lang: str) -> str:
    """Return the folder's last part: the language, and what was asked other than by default."""
    asked = (
        lang,
        Path(question.scenario).stem if question.scenario != SCENARIO else "",
        f"by-{question.target_month}" if str(question.target_month) != TARGET_MONTH else "",
        f"target-{question.target:g}" if question.target is not None else "",
        f"known-{question.known_by}" if question.known_by is not None else "",
    )
    return re.sub(r"[^A-Za-z0-9._-]+", "-", "_".join(filter(None, asked)))[:100]


def check_out(out: Path) -> None:
    """Refuse to write reports over a file, or among the tables of regions.

    Raises
    ------
    InputError
        `out_is_file`, `out_is_data`.
    """
    if kind_of(out) == "file":
        raise bad("out_is_file", out)
    tables = (p for p in (out.absolute(), *out.absolute().parents) if p.name == "regions")
    inside = any(kind_of(p.parent / "datapackage.json") == "file" for p in tables)
    if inside or kind_of(out / "regions") == "folder":
        raise bad("out_is_data", out)


def publish_folder(files: dict[str, bytes], folder: Path) -> None:
    """Write a whole folder aside, then put it in the place of the previous one."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=WRITING, dir=folder.parent))
        try:
            for name, content in files.items():
                (aside / name).write_bytes(content)
            aside.chmod(0o755)
            _put_in_place(aside, folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise RunError(refused("cannot_write", folder, error)) from error


def _put_in_place(aside: Path, folder: Path) -> None:
    """Swap by renaming; if the second rename fails, the previous folder comes back."""
    if not folder.exists():
        aside.rename(folder)
        return
    previous = folder.with_name(f"{PREVIOUS}{folder.name}-{os.getpid()}")
    folder.rename(previous)
    try:
        aside.rename(folder)
    except OSError:
        previous.rename(folder)
        raise
    shutil.rmtree(previous, ignore_errors=True)


def put_right(out: Path) -> None:
    """Bring back reports whose replacement never came, and remove what was half written."""
    for previous in _left(out, PREVIOUS):
        home = previous.parent / previous.name.removeprefix(PREVIOUS).rpartition("-")[0]
        if home.exists():
            shutil.rmtree(previous, ignore_errors=True)
        else:
            previous.rename(home)
    for half in _left(out, WRITING):
        shutil.rmtree(half, ignore_errors=True)


def _left(out: Path, name: str) -> list[Path]:
    """Return what is called so beside a region's reports, and beside those of one month."""
    return [*out.glob(f"*/{name}*"), *out.glob(f"*/*/{name}*")]
