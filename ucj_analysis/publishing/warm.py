"""Warm kernels: real kernels that need not import anything first.

A process of its own, the nursery, imports what notebooks import and never does anything else; each
kernel is forked from it, so that none sees what another did. Where forking is not possible or
fails, a plain kernel is started instead.
"""

from __future__ import annotations

import builtins
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from ucj_analysis.publishing.limits import ONE_THREAD

#: What notebooks import, also where they do so late; whatever is missing here is only imported later.
# fmt: off
IMPORTED = (
    "IPython.core.completerlib", "IPython.extensions.storemagic",
    "babel.dates", "babel.lists", "babel.numbers",
    "highspy",
    "ipykernel.debugger", "ipykernel.ipkernel", "ipykernel.kernelapp",
    "matplotlib.backends.backend_agg", "matplotlib.figure",
    "pandas.core.methods.to_dict",
    "pandera.backends.pandas.builtin_checks", "pandera.backends.pandas.builtin_hypotheses",
    "pandera.backends.pandas.register", "pandera.pandas",
    "pydantic",
    "scipy.optimize", "scipy.special", "scipy.stats",
    "scoringrules", "sqlite3", "statsmodels.regression.linear_model", "tornado.platform.asyncio",
    "ucj_analysis.archive.track_record", "ucj_analysis.planning.what_it_takes",
    "ucj_analysis.presentation.churn_figures", "ucj_analysis.presentation.outlook_figures",
    "ucj_analysis.presentation.plan_figures", "ucj_analysis.presentation.plan_tables",
    "ucj_analysis.presentation.sources", "ucj_analysis.presentation.standing_figures",
    "ucj_analysis.presentation.standing_tables", "ucj_analysis.presentation.track_tables",
    "ucj_analysis.publishing.result", "ucj_analysis.record.checks", "ucj_analysis.sensitivity",
)
# fmt: on
#: What keeps a nursery to one thread, which is all that a fork takes along: one of BLAS, none of the
#: allocator that comes with pyarrow. And what tells ipykernel, as it is imported, to look for no parent.
ALONE = {**ONE_THREAD, "JE_ARROW_MALLOC_CONF": "background_thread:false", "JPY_PARENT_PID": "1"}
#: The end of the command of a Python kernel, before its arguments.
LAUNCHER = "ipykernel_launcher"
#: Seconds a kernel may take to be born, the nursery's own imports included.
PATIENCE = 60
#: Seconds the threads of a kernel have to end when it is told to, and a nursery.
SECONDS_TO_END = 2
#: Bytes of a request: mostly the environment.
LONGEST = 2**20
#: What is told of a kernel whose end nobody saw, because the nursery ended before it.
UNSEEN = -9


@contextmanager
def warm_kernels() -> Iterator[type[AsyncKernelManager] | None]:
    """Keep a nursery while several notebooks run.

    Yields
    ------
    type of AsyncKernelManager or None
        For :func:`ucj_analysis.publishing.run.run_notebook`; None where forking is not possible.
    """
    nursery = None
    if sys.platform == "linux":  # elsewhere there is no fork, or system libraries do not survive it
        with suppress(OSError):
            nursery = Nursery()
    if nursery is None:
        yield None
        return
    try:
        yield type("WarmKernelManager", (_Manager,), {"__module__": __name__, "nursery": nursery})
    finally:
        nursery.close()


class Nursery:
    """The publisher's side of a nursery; a new one is made where the last has died."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._begin()

    def kernel(self, arguments: list[str], env: dict[str, str], cwd: str) -> Forked:
        """Return a new kernel.

        Raises
        ------
        OSError
            Where none could be born.
        """
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            request = json.dumps({"arguments": arguments, "env": env, "cwd": cwd}).encode()
            with self._guard:
                if self._process.poll() is not None:
                    self._end()
                    self._begin()
                socket.send_fds(self._line, [request], [its.fileno(), 1, 2])
                process = self._process
        try:
            return Forked(ours)
        except OSError as error:
            ours.close()
            if isinstance(error, TimeoutError):  # it hangs: no use asking it again
                process.kill()
            raise

    def close(self) -> None:
        """End the nursery, and with it all kernels that still run."""
        with self._guard:
            self._end()

    def _begin(self) -> None:
        self._line, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(its.fileno())],
                env={**os.environ, **ALONE},
                pass_fds=[its.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def _end(self) -> None:
        self._line.close()
        try:
            self._process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Forked:
    """A forked kernel, used as a :class:`subprocess.Popen`; the nursery tells how it ended.

    Its line closes when the publisher ends, however it does, and the kernel ends with it.
    """

    stdin = stdout = stderr = None

    def __init__(self, line: socket.socket) -> None:
        self.returncode: int | None = None
        self._line = line
        line.settimeout(PATIENCE)
        what, _, value = line.recv(64).decode().partition(" ")
        if what != "pid":
            raise ChildProcessError(f"no kernel was born: {what} {value}")
        line.setblocking(False)
        self.pid = int(value)

    def poll(self) -> int | None:
        """Return how the kernel ended, None while it runs."""
        if self.returncode is None:
            try:
                told = self._line.recv(64).decode()
            except BlockingIOError:
                return None
            self.returncode = int(told.removeprefix("exit ")) if told else UNSEEN
            self._line.close()
        return self.returncode

    def wait(self) -> int:
        """Wait for the kernel's end and return how it ended."""
        while self.poll() is None:
            select.select([self._line], [], [])
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal to the kernel, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)


class _Provisioner(LocalProvisioner):
    """Starts a kernel by forking it from its manager's nursery, or else as a plain one."""

    async def launch_kernel(self, cmd: list[str], **given: Any) -> Any:
        cwd = str(given.get("cwd") or Path.cwd())
        env = {**given["env"], "JPY_PARENT_PID": str(os.getpid())}
        assert isinstance(self.parent, _Manager)
        try:
            forked = self.parent.nursery.kernel(_arguments(cmd), env, cwd)
        except (OSError, ValueError):
            return await super().launch_kernel(cmd, **given)
        self.process = cast("subprocess.Popen[bytes]", forked)
        self.pid = self.pgid = forked.pid
        self.cwd = cwd
        return self.connection_info

    async def send_signal(self, signum: int) -> None:
        if await self.poll() is None:  # the number of an ended process may be another's
            await super().send_signal(signum)


def _arguments(command: list[str]) -> list[str]:
    """Return the arguments of a command that starts a kernel by this very interpreter."""
    if command[0] != sys.executable:
        raise ValueError(command[0])
    return command[command.index(LAUNCHER) + 1 :]


class _Manager(AsyncKernelManager):
    """A manager of one kernel of a nursery."""

    nursery: Nursery

    async def _async_pre_start_kernel(self, **given: Any) -> Any:
        self.kernel_id = self.kernel_id or str(uuid4())
        self.provisioner = self.provisioner or _Provisioner(
            kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
        )
        return await super()._async_pre_start_kernel(**given)


@dataclass(frozen=True)
class _Birth:
    """What a new kernel is given: its request, its line to the publisher, its stdout and stderr."""

    request: dict[str, Any]
    line: socket.socket
    streams: tuple[int, int]


def main() -> None:
    """Be a nursery, and in every process forked from it a kernel."""
    set_by_imports = _import_all()
    birth = _serve(socket.socket(fileno=int(sys.argv[1])))
    if birth is None:
        os._exit(0)
    _live(birth, set_by_imports)


def _import_all() -> dict[str, str]:
    """Import what notebooks import, as if in a kernel: libraries look where they are.

    Returns
    -------
    dict
        Environment variables that libraries set as they were imported.
    """
    if sys.path[0] == str(Path.cwd()):  # as ipykernel's launcher does
        del sys.path[0]
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    before = dict(os.environ)
    vars(builtins)["get_ipython"] = lambda: SimpleNamespace(kernel=None)
    for name in IMPORTED:
        with suppress(ImportError):
            import_module(name)
    del vars(builtins)["get_ipython"]
    gc.collect()
    gc.freeze()  # so that a kernel's collector leaves the shared pages shared
    return {name: value for name, value in os.environ.items() if before.get(name) != value}


def _serve(asked: socket.socket) -> _Birth | None:
    """Fork a kernel per request and tell how each ended.

    Returns
    -------
    _Birth or None
        In a new kernel what it is given; None in the nursery, once the publisher has ended.
    """
    kernels: dict[int, socket.socket] = {}
    woken, wakes = socket.socketpair()
    wakes.setblocking(False)
    signal.set_wakeup_fd(wakes.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    try:
        while True:
            ready, _, _ = select.select([asked, woken], [], [])
            if woken in ready:
                woken.recv(4096)
                _tell_ends(kernels)
            if asked in ready:
                message, fds, _, _ = socket.recv_fds(asked, LONGEST, 3, socket.MSG_CMSG_CLOEXEC)
                if not message:
                    _kill(kernels)
                    return None
                birth = _Birth(json.loads(message), socket.socket(fileno=fds[0]), (fds[1], fds[2]))
                pid = os.fork()
                if pid == 0:
                    return birth
                kernels[pid] = birth.line
                for stream in birth.streams:
                    os.close(stream)
    finally:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for channel in (asked, woken, wakes, *kernels.values()):
            channel.close()


def _tell_ends(kernels: dict[int, socket.socket]) -> None:
    for pid in list(kernels):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with kernels.pop(pid) as line, suppress(OSError):
                line.send(f"exit {os.waitstatus_to_exitcode(status)}".encode())


def _kill(kernels: dict[int, socket.socket]) -> None:
    for pid in kernels:
        for kill in (os.killpg, os.kill):
            with suppress(OSError):
                kill(pid, signal.SIGKILL)


def _live(birth: _Birth, set_by_imports: dict[str, str]) -> None:
    """Turn a process forked from the nursery into a kernel."""
    import numpy as np
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    for stream, number in zip(birth.streams, (1, 2), strict=True):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(birth.request["env"] | set_by_imports)
    time.tzset()
    os.chdir(birth.request["cwd"])
    np.random.seed()  # noqa: NPY002  # not that of every other kernel
    birth.line.send(f"pid {os.getpid()}".encode())
    launcher = find_spec(LAUNCHER)
    assert launcher is not None and launcher.origin is not None
    sys.argv = [launcher.origin, *birth.request["arguments"]]
    app = IPKernelApp.instance(
        parent_handle=1,  # as process 1: it watches no parent of its own
        poller=threading.Thread(target=_end_with, args=(birth.line,), daemon=True),
    )
    app.initialize(sys.argv[1:])
    app.start()
    for thread in (app.control_thread, app.shell_channel_thread):
        thread.join(SECONDS_TO_END)  # ipykernel would close their sockets under them


def _end_with(line: socket.socket) -> None:
    """End this process when the other end of a line closes."""
    line.recv(1)
    os._exit(1)


if __name__ == "__main__":
    main()
