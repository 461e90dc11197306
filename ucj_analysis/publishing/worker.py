"""Processes that write reports one after the other, so that the death of one is one report's alone."""

from __future__ import annotations

import json
import os
import pickle
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

import psutil

from ucj_analysis.publishing.limits import ONE_THREAD

if TYPE_CHECKING:
    from ucj_analysis.publishing.many import Asked, Outcome

#: What a new process does: it finds this package where this process found it, and no other first.
START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    f"from {__name__} import main; main(sys.argv[2])"
)


class Died(Exception):
    """A worker ended before it answered; its text says how."""


class Worker:
    """A process that is asked for one report at a time; what it keeps aside goes with it.

    It hears no Ctrl+C: whoever asks ends it. When nobody is there to ask any more, it ends itself,
    and its kernels with it.
    """

    def __init__(self) -> None:
        self._aside = tempfile.TemporaryDirectory(prefix="ucj-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", START, json.dumps(sys.path), self._aside.name],
            env={**os.environ, **ONE_THREAD, "TMPDIR": self._aside.name},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what is wrong is an outcome
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )

    def publish(self, asked: Asked) -> Outcome:
        """Publish one report.

        Raises
        ------
        Died
            Where the process ended before it answered.
        """
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            pickle.dump(asked, self._process.stdin)
            self._process.stdin.flush()
            outcome: Outcome = pickle.load(self._process.stdout)
            return outcome
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise Died(self.end()) from error

    def end(self) -> str:
        """End the process with its kernels, unless it has ended, and return how it did."""
        with suppress(psutil.Error):
            for kernel in psutil.Process(self._process.pid).children(recursive=True):
                kernel.kill()
        self._process.kill()
        code = self._process.wait()
        for channel in (self._process.stdin, self._process.stdout):
            with suppress(OSError):  # what it was to be told and never heard
                assert channel is not None
                channel.close()
        self._aside.cleanup()
        return signal.Signals(-code).name if code < 0 else f"exit {code}"


class Workers:
    """As many workers as are asked at once; one that is free is asked again.

    Examples
    --------
    >>> with Workers() as none_asked_yet:
    ...     pass
    """

    def __init__(self) -> None:
        self._all: list[Worker] = []
        self._free: deque[Worker] = deque()

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in list(self._all):
            worker.end()

    def publish(self, asked: Asked) -> Outcome:
        """Publish one report; where its worker dies or none can be had, that is its outcome."""
        from ucj_analysis.publishing.many import lost

        started = time.monotonic()
        try:
            worker = self._one()
            outcome = worker.publish(asked)
            self._free.append(worker)
            return outcome
        except (Died, OSError) as died:
            return lost(asked, str(died), time.monotonic() - started)

    def _one(self) -> Worker:
        with suppress(IndexError):
            return self._free.pop()
        worker = Worker()
        self._all.append(worker)
        return worker


_HERE = Workers()


def publish_here(asked: Asked) -> Outcome:
    """Publish one report by a worker of this process's own, which ends with this process."""
    return _HERE.publish(asked)


def main(aside: str) -> None:
    """Be a worker."""
    from ucj_analysis.publishing.many import publish_one
    from ucj_analysis.publishing.warm import warm_kernels

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed is no answer
    asked: queue.SimpleQueue[Asked] = queue.SimpleQueue()
    threading.Thread(target=_hear, args=(sys.stdin.buffer, asked, aside), daemon=True).start()
    with warm_kernels() as kernels:
        while True:
            pickle.dump(publish_one(asked.get(), kernels), answers)
            answers.flush()


def _hear(requests: BinaryIO, asked: queue.SimpleQueue[Asked], aside: str) -> None:
    """Take in what is asked; when nobody asks any more, end this process at once."""
    try:
        while True:
            asked.put(pickle.load(requests))
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        os._exit(0)
