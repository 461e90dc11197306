"""Warm kernels: what plain ones do, from a nursery that nothing done in them can reach."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest

from ucj_analysis.publishing import warm
from ucj_analysis.publishing.limits import DEFAULT, Limits
from ucj_analysis.publishing.run import NotebookFailed, run_notebook
from ucj_analysis.resources import NOTEBOOKS

forks = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
PUBLISHED = [p for p in sorted(NOTEBOOKS.glob("*.ipynb")) if p.stem != "explore"]
#: All that one notebook could leave to the next.
STATE = """
from ucj_analysis.publishing.warm import IMPORTED
for name in IMPORTED:
    __import__(name)
import gc, json, logging, os, random, signal, sys, threading, warnings
import matplotlib, numpy, pandas
from pandas._config import config
masked = os.umask(0o22)
json.dump({
    "rcParams": {name: repr(matplotlib.rcParams._get(name)) for name in matplotlib.rcParams},
    "environ": {n: v for n, v in os.environ.items() if n != "PYTEST_CURRENT_TEST"},
    "cwd": os.getcwd(), "umask": masked, "path": sys.path, "argv": sys.argv[:1],
    "options": {name: str(pandas.get_option(name)).lower() for name in config._registered_options},
    "numpy": repr(numpy.get_printoptions()) + repr(numpy.geterr()),
    "ours": sorted(name for name in sys.modules if name.startswith("left_")),
    "signals": {s.name: repr(signal.getsignal(s)).split(" at ")[0] for s in signal.Signals},
    "threads": threading.active_count(), "open": len(os.listdir("/proc/self/fd")),
    "session": os.getsid(0) == os.getpid(), "stdin": os.read(0, 1).decode(),
    "log": repr(logging.root.handlers), "gc": gc.get_threshold(), "warned": len(warnings.filters),
}, sys.stdout, indent=0, sort_keys=True)
"""
LEAVE = """
import os, random, sys, threading, time, types, signal, warnings, logging
import matplotlib, numpy, pandas
matplotlib.rcParams["font.size"] = 77
os.environ["LEFT"] = "behind"
del os.environ["PATH"]
os.chdir("/")
os.umask(0o77)
pandas.set_option("display.max_rows", 7)
numpy.set_printoptions(precision=1)
numpy.seterr(all="raise")
numpy.random.seed(1)
random.seed(1)
sys.modules["left_behind"] = types.ModuleType("left_behind")
sys.path.insert(0, "/left")
signal.signal(signal.SIGUSR1, lambda *_: None)
warnings.filterwarnings("ignore", "left")
logging.basicConfig(level=10)
kept = [open(os.devnull) for _ in range(50)]
numpy.ndarray.__doc__ and setattr(pandas.DataFrame, "left", 1)
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
"""


@pytest.fixture(scope="module")
def kernels():
    with warm.warm_kernels() as given:
        assert given is not None or sys.platform != "linux"
        yield given


@pytest.fixture
def run(tmp_path):
    """Run cells as a notebook and return what they printed."""

    def given(*cells, kernels, limits=DEFAULT):
        path = tmp_path / "given.ipynb"
        code = [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(nbformat.v4.new_notebook(cells=code), path)
        ran = run_notebook(path, tmp_path / "ran.ipynb", {}, False, kernels, limits)
        shown = (output for cell in ran.cells for output in cell.outputs)
        return "".join(o.text for o in shown if o.get("name") == "stdout")

    return given


def comparable(notebook):
    """An executed notebook as bytes, without its clock."""
    notebook = notebook.copy()
    notebook.metadata = {n: v for n, v in notebook.metadata.items() if n != "papermill"}
    for cell in notebook.cells:
        cell.pop("id")  # an injected cell's is drawn anew
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
    return json.dumps(notebook, sort_keys=True)


def forked(nursery):
    return psutil.Process(nursery._process.pid).children(recursive=True)


def eventually(true, seconds=10):
    """Return what is true as soon as it is; asked again it might be over."""
    ends = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < ends:
        time.sleep(0.05)
    return found


@pytest.mark.parametrize("lang", [pytest.param("id", marks=pytest.mark.soak), "en"])
@pytest.mark.parametrize(
    "path",
    [pytest.param(p, marks=() if p.stem == "brief" else pytest.mark.soak) for p in PUBLISHED],
    ids=lambda p: p.stem,
)
def test_the_fast_way_gives_the_bytes_of_the_plain_way(kernels, path, lang, tmp_path):
    asked = {"lang": lang, "paths": 500}
    started = time.perf_counter()
    plain = run_notebook(path, tmp_path / "plain.ipynb", asked, False)
    between = time.perf_counter()
    fast = run_notebook(path, tmp_path / "fast.ipynb", asked, False, kernels)
    print(f"plain {between - started:.2f} s, warm {time.perf_counter() - between:.2f} s")
    assert comparable(fast) == comparable(plain)
    shown = str([cell.outputs for cell in fast.cells if cell.cell_type == "code"])
    indonesian = "Desember" in shown or "angkatan kerja" in shown
    assert "2025" in shown and indonesian == (lang == "id")


@forks
def test_a_warm_kernel_begins_in_the_state_of_a_plain_one(kernels, run):
    plain, fast = (json.loads(run(STATE, kernels=k)) for k in (None, kernels))
    assert fast == plain


@forks
def test_nothing_is_left_to_the_next_notebook(kernels, run):
    before = json.loads(run(STATE, kernels=kernels))
    run(LEAVE, kernels=kernels)
    assert json.loads(run(STATE, kernels=kernels)) == before


@forks
def test_two_notebooks_draw_other_random_numbers(kernels, run):
    draw = "import random, numpy; print(random.random(), numpy.random.rand())"
    first, second = (run(draw, kernels=kernels).split() for _ in range(2))
    assert not {*first} & {*second}


MISBEHAVING = {
    "raises": ("1 / 0", Limits(), "ZeroDivisionError"),
    "hangs": ("while True: pass", Limits(seconds=2), "TimeLimit"),
    "prints": ("print('x' * 100_000_000)", Limits(), "OutputLimit"),
    "prints on": ("while True: print('x' * 10_000)", Limits(output_megabytes=1), "OutputLimit"),
    "takes memory": (
        "taken = []\nwhile True: taken.append(bytearray(10**6))",
        Limits(megabytes=600),
        "MemoryLimit",
    ),
    "has others take memory": (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'x = bytes(range(256)) * 10**7'])",
        Limits(megabytes=600),
        "MemoryLimit",
    ),
    "leaves": ("import os; os._exit(3)", Limits(), "DeadKernelError"),
    "is killed": ("import os; os.kill(os.getpid(), 9)", Limits(), "DeadKernelError"),
}


@forks
@pytest.mark.parametrize(
    "kind, name",
    [*(("warm", name) for name in MISBEHAVING), ("plain", "hangs"), ("plain", "takes memory")],
)
def test_a_misbehaving_notebook_is_contained(kernels, run, capfd, kind, name):
    code, limits, told = MISBEHAVING[name]
    before = psutil.Process().memory_info().rss
    with pytest.raises(NotebookFailed) as raised:
        run("1", code, kernels=kernels if kind == "warm" else None, limits=limits)
    assert (raised.value.name, raised.value.cell) == (told, 1)
    assert psutil.Process().memory_info().rss - before < 400 * 2**20
    assert eventually(lambda: not forked(kernels.nursery)), "a kernel is left"
    assert run("print(1)", kernels=kernels) == "1\n"
    assert capfd.readouterr().err == ""


@forks
def test_an_end_is_told_as_of_a_plain_kernel():
    nursery = warm.Nursery()
    try:
        for signum in (signal.SIGKILL, signal.SIGTERM):
            kernel = nursery.kernel(["-f", "none.json"], dict(os.environ), "/")
            assert kernel.poll() is None
            kernel.send_signal(signum)
            assert kernel.wait() == -signum == kernel.poll()
            kernel.kill()  # a second time: nobody there
        with pytest.raises(OSError):
            nursery.kernel([], dict(os.environ), "/no/such/folder")
    finally:
        nursery.close()
    assert nursery._process.returncode is not None


@forks
def test_a_nursery_is_alone_with_itself(kernels, run):
    run("1", kernels=kernels)
    assert psutil.Process(kernels.nursery._process.pid).num_threads() == 1
    assert not [c for c in psutil.Process().children() if c.status() == psutil.STATUS_ZOMBIE]
    assert not forked(kernels.nursery)


@forks
def test_a_kernel_outlives_its_nursery_and_the_next_gets_a_new_one(run):
    with warm.warm_kernels() as kernels:
        first = kernels.nursery._process.pid
        suicide = (
            f"import os, time; os.kill({first}, 9); time.sleep(1.5); print(os.getppid() != {first})"
        )
        assert run(suicide, kernels=kernels) == "True\n"
        assert run("print(1)", kernels=kernels) == "1\n"
        assert kernels.nursery._process.pid != first
    assert not psutil.pid_exists(first)


@forks
@pytest.mark.parametrize("command", [["false"], ["sleep", "60"]])
def test_where_nothing_can_be_forked_a_plain_kernel_runs(run, monkeypatch, command):
    popen = subprocess.Popen
    monkeypatch.setattr(warm, "PATIENCE", 0.5)
    monkeypatch.setattr(
        warm,
        "subprocess",
        type("S", (), {**vars(subprocess), "Popen": lambda _, **k: popen(command, **k)}),
    )
    with warm.warm_kernels() as kernels:
        assert run("import sys; print(sys.argv[0])", kernels=kernels).endswith("launcher.py\n")


def test_other_systems_have_plain_kernels(monkeypatch):
    monkeypatch.setattr(warm.sys, "platform", "darwin")
    with warm.warm_kernels() as kernels:
        assert kernels is None


PUBLISHER = """
import sys, threading
from pathlib import Path
from ucj_analysis.publishing.run import run_notebook
from ucj_analysis.publishing.warm import warm_kernels
with warm_kernels() as kernels:
    run_notebook(Path(sys.argv[1]), Path(sys.argv[2]), {}, False, kernels)
"""


@forks
@pytest.mark.parametrize("nursery_first", [False, True])
def test_a_killed_publisher_leaves_no_process_behind(tmp_path, nursery_first):
    notebook, mark = tmp_path / "long.ipynb", tmp_path / "runs"
    cell = nbformat.v4.new_code_cell(
        f"open({str(mark)!r}, 'w').close()\nimport time; time.sleep(60)"
    )
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), notebook)
    with subprocess.Popen(
        [sys.executable, "-c", PUBLISHER, notebook, tmp_path / "ran.ipynb"]
    ) as publisher:
        assert eventually(mark.exists, 60)
        left = psutil.Process(publisher.pid).children(recursive=True)
        assert len(left) == 2
        if nursery_first:
            left[0].kill()
            assert eventually(lambda: not left[0].is_running() or left[0].status() == "zombie")
            assert left[1].is_running()
        publisher.kill()
    _, alive = psutil.wait_procs(left, timeout=5)
    assert not alive
