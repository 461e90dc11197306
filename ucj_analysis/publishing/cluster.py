"""Reports written by a Dask cluster that stands already.

By Dask's own futures: joblib's backend would wait for ever for a task whose workers have died, and
would do the work here where the cluster has one thread.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ucj_analysis.errors import Problem, RunError, bad
from ucj_analysis.publishing.many import Asked, Outcome, fault_told, lost
from ucj_analysis.publishing.worker import publish_here

#: Seconds a scheduler may take to answer, and a first worker to be there.
PATIENCE = 10
_ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+")


@contextmanager
def on_cluster(address: str) -> Iterator[Callable[[Sequence[Asked], int], Iterator[Outcome]]]:
    """Connect to the scheduler of a cluster.

    Its workers have this package and see the same folders; whether they run tasks in one thread
    or in several, each report is written by a process that writes no other at the time.

    Parameters
    ----------
    address : str
        `tcp://host:port` of the scheduler.

    Yields
    ------
    callable
        Publishes some reports, as many at a time as there are threads, and tells each outcome as
        it comes.

    Raises
    ------
    InputError
        `bad_scheduler`; `no_dask` where the extra is not installed.
    RunError
        `no_scheduler` where none answers, `no_workers` where it has none.
    """
    if not _ADDRESS.fullmatch(address):
        raise bad("bad_scheduler", address)
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise bad("no_dask") from error

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what is wrong is told
    fields = {"seconds": PATIENCE}
    try:
        # a client would wait for ever for one that takes the call and says nothing
        asyncio.run(asyncio.wait_for(_identity(address), PATIENCE))
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, EOFError, ValueError) as error:  # a timeout is an OSError
        raise RunError(Problem("no_scheduler", value=address, fields=fields)) from error

    def publish(asked: Sequence[Asked], _: int) -> Iterator[Outcome]:
        if client.status in ("closing", "closed"):  # the scheduler has gone
            yield from (lost(one, address) for one in asked)
            return
        futures = {client.submit(publish_here, one, pure=False): one for one in asked}
        for future in as_completed(futures, loop=client.loop):
            if future.status == "finished":
                yield future.result()
            else:
                fault = future.exception() if future.status == "error" else None
                yield lost(futures[future], fault_told(fault) if fault else str(future.status))

    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            raise RunError(Problem("no_workers", value=address, fields=fields)) from error
        yield publish


async def _identity(address: str) -> Any:
    from distributed import rpc

    async with rpc(address) as there:
        return await there.identity()
