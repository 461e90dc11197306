"""Limits of a run, kept from outside the kernel: time, memory and output."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager

MEGABYTE = 2**20
#: Names of the limits, as a failed run tells them.
LIMITS = TIME, MEMORY, OUTPUT = "TimeLimit", "MemoryLimit", "OutputLimit"
#: Seconds between two looks at a kernel, and how much longer a pause is than the look before it.
PAUSE, PAUSE_TO_LOOK = 0.1, 20
#: Share of the machine's memory a kernel may take where no limit is given.
SHARE_OF_MEMORY = 0.75
#: BLAS adds up in another order with other numbers of threads: a report shall not depend on its machine.
ONE_THREAD = {"MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
#: What stands for a message that is too much: the answer to nothing, which a client passes over.
UNREAD: dict[str, Any] = {"msg_type": "", "header": {}, "parent_header": {}, "content": {}}


@dataclass(frozen=True)
class Limits:
    """What a run of a notebook may take.

    Parameters
    ----------
    seconds : float
        Of the whole run, from the start of its kernel.
    megabytes : float, optional
        Resident memory of the kernel with the processes it started; by default three quarters of
        the machine's.
    output_megabytes : float
        Everything the notebook prints and shows.
    """

    seconds: float = 600
    megabytes: float | None = None
    output_megabytes: float = 64


DEFAULT = Limits()


class Watch:
    """Looks at the kernel of one run and kills it beyond a limit.

    Attributes
    ----------
    exceeded : tuple of str, optional
        Name of the first limit exceeded, and what it allowed.
    """

    def __init__(self, limits: Limits) -> None:
        self.exceeded: tuple[str, str] | None = None
        self._limits = limits
        self._kernel: psutil.Process | None = None
        self._received = 0
        self._over = threading.Event()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def follow(self, pid: int) -> None:
        """Start to look at a kernel, if it still lives."""
        with suppress(psutil.Error):
            self._kernel = psutil.Process(pid)
            threading.Thread(target=self._look, daemon=True).start()

    def takes(self, size: int) -> bool:
        """Count the bytes of a message from the kernel, and tell whether it may be read."""
        self._received += size
        if self._received <= self._limits.output_megabytes * MEGABYTE:
            return True
        self._stop(OUTPUT, f"{self._limits.output_megabytes:g} MB")
        return False

    def _look(self) -> None:
        ends = time.monotonic() + self._limits.seconds
        whole = psutil.virtual_memory().total
        most = self._limits.megabytes or whole * SHARE_OF_MEMORY // MEGABYTE
        pause = PAUSE
        while not self._over.wait(min(pause, max(ends - time.monotonic(), 0))):
            began = time.monotonic()
            if began >= ends:
                return self._stop(TIME, f"{self._limits.seconds:g} s")
            if _resident(self._family()) > most * MEGABYTE:
                return self._stop(MEMORY, f"{most:g} MB")
            pause = max(PAUSE, PAUSE_TO_LOOK * (time.monotonic() - began))

    def _family(self) -> list[psutil.Process]:
        """Return the kernel and the processes it started."""
        if self._kernel is None:
            return []
        try:
            return [self._kernel, *self._kernel.children(recursive=True)]
        except psutil.Error:
            return []

    def _stop(self, name: str, allowed: str) -> None:
        self.exceeded = self.exceeded or (name, allowed)
        for process in self._family():
            with suppress(psutil.Error):
                process.kill()


def _resident(processes: list[psutil.Process]) -> int:
    total = 0
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def watched(kernels: type[AsyncKernelManager] | None, watch: Watch) -> type[AsyncKernelManager]:
    """Return a class of kernel managers whose kernel is watched.

    Parameters
    ----------
    kernels : type of AsyncKernelManager, optional
        How kernels are started; by default plain ones.
    watch : Watch
        Of this run.
    """
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_client.session import Session
    from traitlets import default

    class Metered(Session):
        def deserialize(self, msg_list: list[Any], *how: Any, **named: Any) -> dict[str, Any]:
            if not watch.takes(sum(map(len, msg_list))):
                return UNREAD
            message: dict[str, Any] = super().deserialize(msg_list, *how, **named)
            return message

    class Watched(kernels or AsyncKernelManager):  # type: ignore[misc]
        @default("session")
        def _session_default(self) -> Session:
            return Metered(parent=self)

        async def _async_launch_kernel(self, kernel_cmd: list[str], **given: Any) -> None:
            given["env"] = {**given["env"], **ONE_THREAD}
            await super()._async_launch_kernel(kernel_cmd, **given)
            watch.follow(self.provisioner.pid)

        async def _async_interrupt_kernel(self) -> None:
            """Do nothing: at the end of a run an interrupt may still hit a kernel's last answer."""

    return Watched
