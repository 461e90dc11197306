"""Files of an archive on disk: each appears whole or not at all, and none is written over."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path

from ucj_analysis.errors import InputError, RunError, refused

#: What a file is called while it is written, and seconds after which nobody writes it any more.
WRITING, LEFT = ".writing-", 3600


def write_once(path: Path, content: bytes) -> None:
    """Let a file appear under its name, whole; one that stands there stays."""
    aside = path.with_name(f"{WRITING}{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with aside.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _remove_left(path.parents[1], aside.stat().st_mtime)
            _appear(aside, path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(refused("cannot_write", path.parent, error)) from error


def _remove_left(archive: Path, now: float) -> None:
    """Remove what killed writers left in any month; `now` is by the clock of the archive's disk."""
    for left in archive.glob(f"issued_month=*/{WRITING}*"):
        with suppress(OSError):  # another writer removes it too
            if now - left.stat().st_mtime > LEFT:
                left.unlink()


def _appear(aside: Path, path: Path) -> None:
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        return
    except OSError:  # a disk without links
        if not path.exists():
            aside.rename(path)


def entries(folder: Path) -> list[Path]:
    """Return what stands in a folder; hidden files are the system's, or not yet whole."""
    try:
        return sorted(e for e in folder.iterdir() if not e.name.startswith("."))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise InputError(refused("cannot_read", folder, error)) from error
