"""A fan-out whose surroundings fail: what befalls one region, a disk or a process stays there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import nbformat
import psutil
import pytest

from tests.publishing.test_many import files, report
from tests.publishing.test_warm import LEAVE, MISBEHAVING, eventually
from tests.synthetic import made_up
from ucj_analysis.publishing.limits import Limits
from ucj_analysis.publishing.many import LOCK, Asked, publish_many
from ucj_analysis.resources import NOTEBOOKS, PACKAGE, SHIPPED_DATA

CODES = ["3301", "3302", "3303"]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals to processes")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return made_up(tmp_path_factory.mktemp("made-up") / "data", CODES)


@pytest.fixture(scope="module")
def clean(data, tmp_path_factory):
    out = tmp_path_factory.mktemp("clean")
    assert report(data, out, "--regions", ",".join(CODES)) == 0
    return out


@pytest.fixture
def aside(tmp_path):
    """A folder for what is temporary, which has to be empty in the end."""
    folder = tmp_path / "t"
    folder.mkdir()
    yield folder
    assert list(folder.iterdir()) == []


def hears_ctrl_c():
    """Hear it as at a terminal, also where the tests themselves run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def begin(data, aside):
    running = []

    def given(out, *more):
        asked = ["report", "--regions", ",".join(CODES), "--data", data, "--out", out, "--lang=en"]
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "ucj_analysis.cli", *asked, "-p", "paths=300", *more],
                env=os.environ | {"PYTHONPATH": str(PACKAGE.parent), "TMPDIR": str(aside)},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
                preexec_fn=hears_ctrl_c if os.name == "posix" else None,
            )
        )
        return running[0]

    yield given
    for process in running:
        process.kill()
        process.communicate()


def workers(running):
    found = []
    with suppress(psutil.Error):  # it ends as we look
        for child in psutil.Process(running.pid).children():
            with suppress(psutil.Error):
                found += [child] if "publishing.worker" in str(child.cmdline()) else []
    return found


def kernels(running):
    """The kernels at work: forked from each worker's nursery."""
    found = []
    for worker in workers(running):
        with suppress(psutil.Error):  # it ends as we look
            found += [kernel for nursery in worker.children() for kernel in nursery.children()]
    return found


def left(out):
    return [p for p in out.rglob(".*") if p.name != LOCK]


@pytest.mark.soak
@posix
def test_a_report_whose_process_is_killed_is_written_by_another(clean, begin, tmp_path):
    running = begin(tmp_path / "out", "--jobs", "2")
    assert eventually(lambda: workers(running), 60)
    workers(running)[0].kill()
    told = running.communicate()[1]
    assert running.returncode == 0, told
    for code in CODES:
        assert files(tmp_path / "out" / code) == files(clean / code)
    assert left(tmp_path / "out") == [] and told.count("written") == 3


@pytest.mark.soak
@posix
def test_a_report_whose_process_is_killed_twice_fails_by_name(data, clean, begin, tmp_path):
    out = tmp_path / "out"
    running = begin(out, "--jobs", "1")
    assert eventually(lambda: workers(running), 60)
    workers(running)[0].kill()  # with the first region
    told = [running.stderr.readline(), running.stderr.readline()]
    assert [line[:8] for line in told] == [
        f"{n}/3 {code}" for n, code in ((1, "3302"), (2, "3303"))
    ]
    while running.poll() is None:
        for worker in workers(running):
            with suppress(psutil.Error):
                worker.kill()
        time.sleep(0.05)
    told, err = running.communicate()
    assert running.returncode == 1 and "2 written and 1 failed" in told
    assert "3301 Kabupaten Cilacap: failed" in err and "twice: SIGKILL" in err
    assert "--regions 3301 --jobs 1" in (out / "index.html").read_text(encoding="utf-8")
    assert not (out / "3301").exists() and left(out) == []
    for code in CODES[1:]:
        assert files(out / code) == files(clean / code)
    assert report(data, out, "--regions", CODES[0]) == 0
    assert files(out / CODES[0]) == files(clean / CODES[0])


@posix
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_everything_and_leaves_nothing_half_written(clean, begin, tmp_path, jobs):
    out = tmp_path / "out"
    running = begin(out, "--jobs", jobs)
    assert eventually(lambda: kernels(running), 60)
    family = psutil.Process(running.pid).children(recursive=True)
    os.killpg(running.pid, signal.SIGINT)
    told, err = running.communicate()
    assert running.returncode == 130 and told == "" and "Traceback" not in err, err
    assert not psutil.wait_procs(family, timeout=10)[1], "a process is left"
    assert not out.exists() or left(out) == []
    for code in CODES:
        assert not (out / code).exists() or files(out / code) == files(clean / code)


@pytest.fixture
def faulty(tmp_path, monkeypatch):
    """A copy of the package whose notebook does in each region what it is told to."""
    root = tmp_path / "copy"
    shutil.copytree(PACKAGE, root / "ucj_analysis", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (NOTEBOOKS, SHIPPED_DATA):
        shutil.copytree(folder, root / folder.relative_to(PACKAGE.parent), dirs_exist_ok=True)
    path = root / NOTEBOOKS.relative_to(PACKAGE.parent) / "brief.ipynb"
    monkeypatch.setenv("PYTHONPATH", str(root))
    monkeypatch.syspath_prepend(root)

    def given(deeds):
        notebook = nbformat.read(path, as_version=4)
        tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
        does = nbformat.v4.new_code_cell(f"exec({deeds!r}.get(region, ''))")
        notebook.cells.insert(tags.index(["parameters"]) + 1, does)
        nbformat.write(notebook, path)

    return given


@pytest.mark.soak
@posix
def test_notebooks_that_misbehave_fail_alone_and_leave_nothing_to_others(tmp_path, faulty, aside):
    good = [f"33{n:02d}" for n in (1, 5, 9, 13)]
    bad = {
        f"33{n:02d}": deed
        for n, deed in zip(
            (2, 3, 4, 6, 7, 8, 10, 11, 12),
            (*MISBEHAVING.values(), (f"{LEAVE}\n1 / 0", Limits(), "ZeroDivisionError")),
            strict=True,
        )
    }
    faulty({code: text for code, (text, _, _) in bad.items()})
    data = made_up(tmp_path / "data", [*good, *bad])

    def asked(code, out):
        question = {"region": code, "as_of": "latest", "data": str(data), "paths": 300}
        limits = bad[code][1] if code in bad else Limits()
        return Asked(code, code, question, {}, str(tmp_path / out), "en", limits=limits)

    publish_many([asked(code, "clean") for code in good], 2)
    outcomes = publish_many([asked(code, "out") for code in sorted([*good, *bad])], 2)
    for outcome in outcomes:
        if outcome.region in good:
            assert outcome.status == "published", outcome
            assert files(tmp_path / "out" / outcome.region) == files(
                tmp_path / "clean" / outcome.region
            )
        else:
            (problem,) = outcome.problems
            why = problem.value + str(problem.fields.get("reason"))
            assert outcome.status == "failed" and bad[outcome.region][2] in why, outcome
            assert not (tmp_path / "out" / outcome.region).exists()
    assert left(tmp_path / "out") == []


@contextmanager
def mounted(folder, *options):
    """A disk of its own, where that is allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", ",".join(options), "ucj-test", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.soak
def test_a_disk_that_is_full_fails_what_has_no_room(data, clean, tmp_path, capsys):
    out = tmp_path / "out"
    asked = (data, out, "--regions", ",".join(CODES), "--jobs", "1")
    with mounted(out, "size=1m"):
        assert report(*asked) == 1
        told = capsys.readouterr()
        assert told.err.count("the disk is full") >= 2 and "Traceback" not in told.err
        assert files(out / CODES[0]) == files(clean / CODES[0]) and left(out) == []
        assert not any(p.is_file() for code in CODES[1:] for p in (out / code).rglob("*"))
        subprocess.run(["mount", "-o", "remount,size=100m", str(out)], check=True)
        assert report(*asked) == 0
        assert "2 written and 1 unchanged" in capsys.readouterr().out
        for code in CODES:
            assert files(out / code) == files(clean / code)


@pytest.mark.parametrize("place, why", [("one", "read-only"), ("all", "read-only"), ("file", "")])
def test_a_folder_that_cannot_be_written(data, clean, tmp_path, capsys, place, why):
    out = tmp_path / "out"
    asked = (data, out, "--regions", ",".join(CODES))
    if place == "file":
        out.mkdir()
        (out / CODES[0]).write_text("not a folder", encoding="utf-8")
        assert report(*asked) == 1
    else:
        with mounted(out / CODES[0] if place == "one" else out, "ro"):
            assert report(*asked) == 1
    told = capsys.readouterr()
    assert why in told.err and "the folder cannot be written" in told.err
    assert "unexpected" not in told.err and "Traceback" not in told.err
    if place != "all":
        assert "2 written and 1 failed" in told.out and "Cilacap: failed" in told.err
        for code in CODES[1:]:
            assert files(out / code) == files(clean / code)
    assert left(out) == []
