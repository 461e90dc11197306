"""What the benchmarks found: each row and table is printed, and kept in one file for the page.

A row belongs to its name, so a run of some benchmarks renews theirs and leaves the others.
"""

from __future__ import annotations

import json
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "tests" / "output" / "bench.json"
#: Processes waiting for each core, on average of five minutes, from which others were at work.
BUSY = 2.0
#: Tools of the lock that decide how fast either side is.
TOOLS = (
    "numpy", "scipy", "pandas", "statsmodels", "matplotlib", "duckdb", "highspy",
    "papermill", "nbconvert",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """What we need for something beside what others need, less being better.

    `name` says what our side does, `beside` what theirs does; `promise` is the most that ours over
    theirs may be, None where nothing was promised.
    """

    name: str
    beside: str
    ours: float
    theirs: float
    unit: str
    promise: float | None = None

    @property
    def ratio(self) -> float:
        return float(self.ours / self.theirs)

    @property
    def holds(self) -> bool | None:
        return None if self.promise is None else self.ratio <= self.promise


def record(row: Row) -> None:
    """Print a row and keep it. Nothing is judged here: the page marks what falls short."""
    most = "" if row.promise is None else f" (promise: at most {row.promise:g})"
    print(
        f"\n{row.name}: {row.ours:.4g} {row.unit} / {row.beside}: {row.theirs:.4g} = "
        f"{row.ratio:.3g}{most}"
    )
    values = {**vars(row), "ratio": row.ratio, "holds": row.holds, "commit": commit()}
    values["busy"] = psutil.getloadavg()[1] > BUSY * (psutil.cpu_count() or 1)
    _keep("rows", row.name + " / " + row.beside, values)


def record_table(title: str, note: str, rows: dict[str, dict[str, Any]]) -> None:
    """Print a table of named rows and keep it; rows of the same name are renewed, others stay."""
    before = kept()["tables"].get(title, {"rows": {}})["rows"]
    print(f"\n{title}")
    for name, values in rows.items():
        print(f"  {name}: {values}")
    _keep("tables", title, {"note": note, "rows": before | rows})


def kept() -> dict[str, Any]:
    """Return everything kept so far."""
    empty: dict[str, Any] = {"rows": {}, "tables": {}, "environment": {}}
    return empty | json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else empty


def _keep(kind: str, name: str, values: dict[str, Any]) -> None:
    found = kept()
    found[kind][name] = values
    found["environment"] = environment()
    KEPT.parent.mkdir(exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False, default=float)  # NumPy's numbers
    KEPT.write_text(text + "\n", encoding="utf-8")


def environment() -> dict[str, str]:
    """Return on what machine and with what tools was measured."""
    gigabytes = psutil.virtual_memory().total / 1e9
    return {
        "processor": f"{_processor()}, {psutil.cpu_count()} cores, {gigabytes:.0f} GB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "tools": ", ".join(f"{name} {version(name)}" for name in TOOLS),
        "rivals": ", ".join(
            " ".join(line.split(";")[0].split("=="))
            for line in (ROOT / "tests/benchmarks/rivals.txt").read_text("utf-8").splitlines()
            if line.startswith(("pysd==", "atomica==", "statsforecast=="))
        ),
        "commit": commit(),
    }


def commit() -> str:
    """Return the commit measured, marked where files were changed since."""
    told = ""
    with suppress(OSError):
        asked = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=, changed", "--exclude=*"]
        told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    return told or "unknown"


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def in_turns(
    ours: Callable[[], object], theirs: Callable[[], object], times: int = 5
) -> tuple[float, float]:
    """Return the median seconds of both sides, each warm, taken in turns."""
    ours(), theirs()
    return medians([(seconds(ours), seconds(theirs)) for _ in range(times)])


def medians(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the median of each side."""
    ours, theirs = zip(*pairs, strict=True)
    return statistics.median(ours), statistics.median(theirs)
