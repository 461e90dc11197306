"""Reports of many regions by a Dask cluster: a real scheduler, real workers, and their deaths."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest

from tests.publishing.test_many import files, report
from tests.synthetic import made_up
from ucj_analysis.publishing import cluster
from ucj_analysis.resources import PACKAGE

CODES = ["3301", "3302", "3303", "3304"]
WITHOUT_DATA = "3305"
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals to a group of processes")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return made_up(tmp_path_factory.mktemp("made-up") / "data", CODES)


@pytest.fixture(scope="module")
def local(data, tmp_path_factory):
    """What a run without a cluster gives."""
    out = tmp_path_factory.mktemp("local")
    assert report(data, out, "--regions", ",".join([*CODES, WITHOUT_DATA])) == 0
    return out


@contextmanager
def standing(folder, workers, threads=1, failures=3):
    """Have a scheduler and workers on this machine; yield its address and the workers."""
    place, env = folder / "scheduler.json", os.environ | {"PYTHONPATH": str(PACKAGE.parent)}
    env["DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES"] = str(failures)

    def start(kind, *given):
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--no-dashboard", *given],
            cwd=folder,  # not where the command is given
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    told = ("--scheduler-file", str(place))
    running = [start("scheduler", "--host", "127.0.0.1", "--port", "0", *told)]
    try:
        while not place.exists():
            assert running[0].poll() is None
            time.sleep(0.1)
        running += [start("worker", "--nthreads", str(threads), *told) for _ in range(workers)]
        yield json.loads(place.read_text(encoding="utf-8"))["address"], running[1:]
    finally:
        for process in reversed(running):
            process.terminate()
        for process in running:
            process.wait()


def begin(data, out, *more):
    asked = [
        "report",
        "--regions",
        ",".join([*CODES, WITHOUT_DATA]),
        "--data",
        data.name,
        "--out",
        out,
    ]
    return subprocess.Popen(
        [sys.executable, "-m", "ucj_analysis.cli", *asked, "-p", "paths=300", "--lang=en", *more],
        cwd=data.parent,  # a relative path is the same for the workers
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        stderr=subprocess.PIPE,
        text=True,
    )


def same(out, local):
    for code in CODES:
        assert files(out / code) == files(local / code)
    assert sorted(p.name for p in (out / WITHOUT_DATA).rglob("*.html")) == ["needs.html"]
    assert not [p for p in out.rglob(".*") if p.is_dir()], "something half written"


@pytest.mark.soak
@posix
def test_one_of_two_workers_is_killed_and_all_is_as_without_a_cluster(data, local, tmp_path):
    with standing(tmp_path, workers=2) as (address, workers):
        running = begin(data, tmp_path / "out", "--scheduler", address)
        told = [running.stderr.readline()]  # the first outcome, as it comes
        assert "1/5" in told[0] and running.poll() is None
        family = psutil.Process(workers[0].pid).children(recursive=True)
        os.killpg(workers[0].pid, signal.SIGKILL)
        told += running.communicate()[1].splitlines()
        assert running.returncode == 0 and len(told) == 5, told
        assert not psutil.wait_procs(family, timeout=10)[1], "its reports' processes are left"
    same(tmp_path / "out", local)


@pytest.mark.soak
def test_a_worker_with_several_threads(data, local, tmp_path):
    with standing(tmp_path, workers=1, threads=3) as (address, _):
        assert begin(data, tmp_path / "out", "--scheduler", address).wait() == 0
    same(tmp_path / "out", local)


@posix
@pytest.mark.soak
def test_a_task_the_scheduler_gives_up_is_tried_again(data, local, tmp_path):
    with standing(tmp_path, workers=1, failures=0) as (address, workers):
        running = begin(data, tmp_path / "out", "--scheduler", address)
        running.stderr.readline()
        for process in psutil.Process(workers[0].pid).children():  # its nanny starts another
            process.kill()
        told = running.communicate()[1]
        assert running.returncode == 0 and told.count("/5 ") == 4, told
    same(tmp_path / "out", local)


@posix
@pytest.mark.soak
def test_a_cluster_that_goes_away_ends_the_run_by_name(data, tmp_path):
    with standing(tmp_path, workers=1) as (address, workers):
        running = begin(data, tmp_path / "out", "--scheduler", address)
        running.stderr.readline()
        scheduler = psutil.Process(workers[0].pid).parent().children()
        for process in scheduler:
            if "dask_scheduler" in " ".join(process.cmdline()):
                process.kill()
        told = running.communicate(timeout=300)[1]
        assert running.returncode == 1 and "Traceback" not in told, told
    assert (tmp_path / "out" / "index.html").is_file()


def refused(data, out, capsys, address):
    code = report(data, out, "--regions", "3301,3302", "--scheduler", address)
    told = capsys.readouterr()
    assert "Traceback" not in told.err and told.out == "" and not out.exists()
    return code, told.err


def test_a_scheduler_that_is_not_there_or_says_nothing(data, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        for listens in (False, True):
            if listens:
                mute.listen()
            code, err = refused(data, tmp_path / "out", capsys, address)
            assert code == 1 and f"no Dask scheduler answered at {address} within 1 second" in err


def test_a_scheduler_without_workers(data, tmp_path, capsys, monkeypatch):
    with standing(tmp_path, workers=0) as (address, _):
        monkeypatch.setattr(cluster, "PATIENCE", 2)
        code, err = refused(data, tmp_path / "out", capsys, address)
    assert code == 1 and "had no worker" in err


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "tcp://127.0.0.1", "http://x:1", "x"])
def test_no_address(data, tmp_path, capsys, address):
    code, err = refused(data, tmp_path / "out", capsys, address)
    assert code == 2 and "tcp://host:port" in err


def test_without_dask_it_is_told_how_to_install_it(data, tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    code, err = refused(data, tmp_path / "out", capsys, "tcp://127.0.0.1:8786")
    assert code == 2 and 'pip install "ucj-analysis[cluster]"' in err
