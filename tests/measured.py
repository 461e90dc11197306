"""A command with the time it takes and the most memory it and its processes hold at once."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import psutil

PAUSE = 1.0


class Ran(NamedTuple):
    """Standard output, seconds of wall time, and megabytes (shared pages counted once)."""

    out: str
    seconds: float
    megabytes: float


def measured(command: Sequence[str]) -> Ran:
    """Run a command that must succeed."""
    with tempfile.TemporaryFile() as out:  # a pipe nobody reads meanwhile would fill up
        began, most = time.monotonic(), 0
        running = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        parent = psutil.Process(running.pid)
        while running.poll() is None:
            most = max(most, _held(parent))
            with suppress(subprocess.TimeoutExpired):
                running.wait(PAUSE)
        seconds = time.monotonic() - began
        assert running.returncode == 0
        out.seek(0)
        return Ran(out.read().decode(), seconds, most / 2**20)


def _held(parent: psutil.Process) -> int:
    total = 0
    with suppress(psutil.Error):
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.Error):
                told = process.memory_full_info()
                total += getattr(told, "pss", told.uss)
    return total
