"""Reports of many regions: fanned out over processes; what fails in one leaves the others alone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.errors import InputError, Problem, RunError, UCJError, refused
from ucj_analysis.months import parse_month
from ucj_analysis.publishing.folder import WRITING, check_out, put_right
from ucj_analysis.publishing.limits import DEFAULT, Limits
from ucj_analysis.question import TARGET_MONTH, Question, ask
from ucj_analysis.record.regions import find_region, load_regions
from ucj_analysis.resources import data_folder, kind_of

if TYPE_CHECKING:
    from datetime import date

    from jupyter_client.manager import AsyncKernelManager

    from ucj_analysis.archive.files import Issued
LOCK = ".ucj-report.lock"
#: Why a region has nothing to start from.
NO_START = {"region_without_data", "public_figure_old"}
#: What may become of a region's report.
PUBLISHED, UNCHANGED, NEEDS_DATA, FAILED = "published", "unchanged", "needs_data", "failed"
#: The problem of a report whose process ended before it was done.
LOST = "worker_died"


@dataclass(frozen=True)
class Asked:
    """One region's report as it is asked for: plain values, so that another process can take it.

    Paths that are not absolute start from `folder`, wherever they are followed. With a day in
    `issued` its new data are checked first, and its forecast is made to be issued.
    """

    region: str
    name: str
    question: dict[str, Any]
    given: dict[str, Any]
    out: str
    lang: str
    again: bool = False
    peers: bool = False
    limits: Limits = DEFAULT
    folder: str = field(default_factory=os.getcwd)
    issued: date | None = None

    @property
    def archive(self) -> Path:
        """Folder of issued forecasts."""
        return Path(self.given.get("archive", ""))


@dataclass(frozen=True)
class Outcome:
    """What became of one region's report.

    `record` holds what :meth:`ucj_analysis.publishing.report.Report.record` tells, where there is
    a report; `problems` say why there is none. `issue` is the forecast still to be issued.
    """

    region: str
    name: str
    status: str
    seconds: float
    record: dict[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    issue: Issued | None = None

    @property
    def lost(self) -> bool:
        """Whether the process that was to write the report ended before it was done."""
        return any(p.code == LOST for p in self.problems)


def regions_named(named: str, data: str | Path | None = None) -> list[str]:
    """Return the codes of `all`, of a province, of a list `3318,3319`, or of a file of codes.

    `all` are the regions that have figures; a province stands for all its regencies and cities,
    those without data too.

    Raises
    ------
    InputError
        `unknown_region`, with the nearest code.

    Examples
    --------
    >>> len(regions_named("all")), len(regions_named("33"))
    (48, 35)
    """
    register = load_regions(data)
    if named == "all":
        return [r.code for r in register.values() if r.has_data]
    if named in register and register[named].level == "province":
        regencies = (r for r in register.values() if r.level == "regency")
        return [r.code for r in regencies if r.province_code == named]
    if kind_of(Path(named)) == "file":
        try:
            named = ",".join(Path(named).read_text(encoding="utf-8-sig").split())
        except UnicodeDecodeError as error:
            found = f"0x{error.object[error.start]:02x}"
            raise InputError(Problem("bad_encoding", named, value=found)) from error
    codes = [code for code in (part.strip() for part in named.split(",")) if code]
    for code in codes or [named]:
        if code not in register:
            find_region(code, data)  # says which is nearest, and where the list is
    return list(dict.fromkeys(codes))


def publish_index(out: Path, outcomes: Sequence[Outcome], lang: str) -> Path:
    """Write the index of a folder of reports, all at once; return it.

    Raises
    ------
    RunError
        `cannot_write`.
    """
    from ucj_analysis.publishing.index import INDEX, index_html

    path = out / INDEX
    aside = path.with_name(f"{WRITING}{INDEX}")
    try:
        try:
            aside.write_text(index_html(out, outcomes, lang), encoding="utf-8", newline="\n")
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise RunError(refused("cannot_write", path, error)) from error
    return path


def publish_many(
    asked: Sequence[Asked],
    jobs: int,
    told: Callable[[Outcome], None] = lambda _: None,
    scheduler: str = "",
) -> list[Outcome]:
    """Publish many regions' reports, the same as one after the other, and tell each as it ends.

    Each report is written by a process that writes no other at the time. Where the system ends
    that process, the others go on, and the report is tried once more when they are done.

    Parameters
    ----------
    asked : sequence of Asked
        One for each region.
    jobs : int
        Reports at a time on this machine; -1 for one on each processor.
    told : callable
        Given each outcome as it comes, in no particular order.
    scheduler : str, optional
        Address of a Dask scheduler; then the reports are written by its workers, as many at a
        time as they have threads.

    Returns
    -------
    list of Outcome
        In the order asked.

    Raises
    ------
    InputError, RunError
        As :func:`ucj_analysis.publishing.cluster.on_cluster`, before anything is written.
    """
    from ucj_analysis.publishing.cluster import on_cluster

    found: dict[str, Outcome] = {}
    with on_cluster(scheduler) if scheduler else _here() as publish:
        for at_a_time, last in ((jobs, False), (1, True)):
            waiting = [one for one in asked if one.region not in found]
            for outcome in publish(waiting, at_a_time):
                if last or not outcome.lost:
                    found[outcome.region] = outcome
                    told(outcome)
    return [found[one.region] for one in asked]


@contextmanager
def _here() -> Iterator[Callable[[Sequence[Asked], int], Iterator[Outcome]]]:
    """Yield what publishes some reports, so many at a time, and tells each outcome as it comes."""
    from joblib import Parallel, delayed

    from ucj_analysis.publishing.worker import Workers

    with Workers() as workers:

        def publish(asked: Sequence[Asked], at_a_time: int) -> Iterator[Outcome]:
            threads = Parallel(
                at_a_time, backend="threading", return_as="generator_unordered", batch_size=1
            )
            outcomes: Iterator[Outcome] = threads(delayed(workers.publish)(one) for one in asked)
            return outcomes

        yield publish


def lost(asked: Asked, why: str, seconds: float = 0) -> Outcome:
    """Return the outcome of a report whose process ended before it was done."""
    problem = Problem(LOST, value=why, fields={"region": asked.region})
    return Outcome(asked.region, asked.name, FAILED, round(seconds, 2), problems=(problem,))


def question_of(asked: Asked) -> Question | None:
    """Return the checked question of a region, None where it has nothing to start from.

    Raises
    ------
    InputError
        Also where its new data, before it is issued, are wrong.
    """
    if asked.issued:
        from ucj_analysis.archive.monthly import check_new_data

        check_new_data(asked.region, data_folder(asked.question.get("data")), asked.archive)
    try:
        return ask(**asked.question)
    except InputError as error:
        if NO_START.issuperset(p.code for p in error.problems):
            return None
        raise


def publish_one(asked: Asked, kernels: type[AsyncKernelManager] | None = None) -> Outcome:
    """Publish one region's report; whatever goes wrong is an outcome, never an exception."""
    from ucj_analysis.publishing.needs import publish_needs
    from ucj_analysis.publishing.parameters import notebook_parameters
    from ucj_analysis.publishing.report import publish_report

    started = time.monotonic()
    out, lang, data = Path(asked.out), asked.lang, asked.question.get("data")

    def outcome(status: str, **more: Any) -> Outcome:
        seconds = round(time.monotonic() - started, 2)
        return Outcome(asked.region, asked.name, status, seconds, **more)

    try:
        os.chdir(asked.folder)
        question = question_of(asked)
        if question is None:
            month = parse_month(asked.question.get("target_month") or TARGET_MONTH)
            peers = month if asked.peers else None
            return outcome(NEEDS_DATA, record=publish_needs(asked.region, data, out, lang, peers))
        given = notebook_parameters(question) | asked.given
        again, limits = asked.again, asked.limits
        report = publish_report(question, given, out, lang, False, again, kernels, limits)
        issue = to_issue(question, asked.archive, asked.issued)
        return outcome(report.status, record=report.record(), issue=issue)
    except UCJError as error:
        return outcome(FAILED, problems=error.problems)
    except OSError as error:
        return outcome(FAILED, problems=(refused("cannot_write", error.filename or out, error),))
    except Exception as error:  # one region's fault is told by name and never stops the others
        return outcome(FAILED, problems=(Problem("unexpected", value=fault_told(error)),))


def fault_told(error: BaseException) -> str:
    """Return a fault of the program in one line.

    Examples
    --------
    >>> fault_told(KeyError("age"))
    "KeyError: 'age'"
    """
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]


def to_issue(question: Question, archive: Path, day: date | None) -> Issued | None:
    """Return the forecast still to be issued on a day; None without a day, or where it was."""
    if day is None:
        return None
    from ucj_analysis.archive import monthly

    return monthly.to_issue(question, archive, day)


@contextmanager
def own_folder(out: Path) -> Iterator[None]:
    """Hold a folder of reports alone, and put right what a killed run left.

    Raises
    ------
    RunError
        `folder_busy` where another run is writing there, `cannot_write`.
    InputError
        As :func:`ucj_analysis.publishing.folder.check_out`.
    """
    from filelock import FileLock, Timeout

    check_out(out)
    lock = FileLock(out / LOCK, timeout=0)
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        put_right(out)
    except Timeout as error:
        raise RunError(Problem("folder_busy", str(out))) from error
    except OSError as error:
        raise RunError(refused("cannot_write", out, error)) from error
    try:
        yield
    finally:
        with suppress(OSError):
            put_right(out)
        with suppress(OSError):  # some systems keep a lock's file while it is held
            if [p.name for p in out.iterdir()] == [LOCK]:  # nothing was written: nothing is left
                (out / LOCK).unlink()
                out.rmdir()
        lock.release()
