"""The log of runs that nobody watches: one line an event, in Jakarta time, only ever appended."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

from ucj_analysis.errors import InputError, Problem, refused
from ucj_analysis.months import now


def one_line(text: str) -> str:
    """Return a text in one line of printable characters, whatever names of the data hold.

    Examples
    --------
    >>> one_line("Kudus\\r\\nBcc: x@y\\x1b[31m")
    'Kudus Bcc: x@y [31m'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


class Log:
    """A log file; several runs may append to one.

    Parameters
    ----------
    path : Path, optional
        Where to append; without it nothing is kept.

    Attributes
    ----------
    problem : Problem, optional
        What the system said when a line could not be written; the run goes on.

    Raises
    ------
    InputError
        `cannot_log`.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.problem: Problem | None = None
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._append(b"")
        except OSError as error:
            raise InputError(refused("cannot_log", path, error)) from error

    def tell(self, text: str) -> None:
        """Append one line: the time in Jakarta, this process, the text."""
        if self._path is None:
            return
        line = f"{now().isoformat(timespec='seconds')} [{os.getpid()}] {one_line(text)}\n"
        try:
            self._append(line.encode("utf-8", "replace"))
        except OSError as error:
            self.problem = refused("cannot_log", self._path, error)

    def _append(self, line: bytes) -> None:
        """Append in a single write, which POSIX keeps whole; Windows needs a lock beside the file."""
        from filelock import FileLock

        with (
            FileLock(f"{self._path}.lock") if os.name == "nt" else nullcontext(),
            open(self._path or "", "ab", buffering=0) as file,  # noqa: PTH123
        ):
            file.write(line)
