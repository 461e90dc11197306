"""How many months of reports are kept: what is older goes, if it is nothing but reports."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ucj_analysis.errors import RunError, bad, refused
from ucj_analysis.options import whole
from ucj_analysis.provenance import file_hashes, sha256
from ucj_analysis.publishing.folder import WRITING
from ucj_analysis.publishing.manifest import MANIFEST, told_of
from ucj_analysis.publishing.report import NOTEBOOK

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def surplus(out: Path, made: Mapping[str, Path | None], keep: int) -> list[Path]:
    """Return the months' folders beyond each region's newest, oldest first.

    A month counts that holds a report. Never among the returned are the month just asked for, a
    month that holds anything but reports, and a link.

    Parameters
    ----------
    out : Path
        Folder of all reports, of which `<out>/<region>/<YYYY-MM>` are looked at.
    made : mapping
        Codes of the regions of a run, each with the folder of its report if it has one.
    keep : int
        Months to keep of each region, 1 or more.
    """
    gone = []
    for region, report in made.items():
        months = {p.name: p for p in _months(out / region) if any(map(_told, p.iterdir()))}
        asked = {report.parent.name} if report and _MONTH.fullmatch(report.parent.name) else set()
        kept = {*sorted({*months, *asked})[-keep:], *asked}
        beyond = [months[name] for name in sorted(months) if name not in kept]
        gone += [folder for folder in beyond if all(map(is_report, folder.iterdir()))]
    return gone


def _months(region: Path) -> list[Path]:
    found = region.iterdir() if _is_folder(region) else ()
    return [p for p in found if _MONTH.fullmatch(p.name) and _is_folder(p)]


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def is_report(folder: Path) -> bool:
    """Tell whether a folder is a report as it was published: its own files, none added or altered."""
    told = _told(folder) if _is_folder(folder) else None
    if told is None or any(p.is_symlink() or not p.is_file() for p in folder.iterdir()):
        return False
    return file_hashes(folder) == {**told["outputs"], MANIFEST: told["sha256"]}


def _told(folder: Path) -> dict[str, Any] | None:
    """Return what a report's manifest tells of its files, and its own hash; None of anything else."""
    told = told_of(folder)
    if told is None or told.get("notebook") != f"{NOTEBOOK}.ipynb":
        return None
    try:
        return {"outputs": told["outputs"], "sha256": sha256((folder / MANIFEST).read_bytes())}
    except OSError:
        return None


def remove(month: Path) -> None:
    """Remove a month's reports; each goes at once, so that a killed run leaves no half of one.

    Raises
    ------
    RunError
        `cannot_remove`.
    """
    try:
        for folder in list(month.iterdir()):
            aside = month / f"{WRITING}{folder.name}"
            folder.rename(aside)
            shutil.rmtree(aside)
        month.rmdir()
    except OSError as error:
        raise RunError(refused("cannot_remove", month, error)) from error


def checked_keep(text: str | None) -> int | None:
    """Return how many months to keep, None for all.

    Raises
    ------
    InputError
        `bad_keep`.

    Examples
    --------
    >>> checked_keep("24")
    24
    """
    if text is None:
        return None
    months = whole(text)
    if not months:
        raise bad("bad_keep", text)
    return months
