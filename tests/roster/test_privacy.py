"""After every run, and after one killed in the middle, no number of the input is anywhere on disk."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow.parquet import ParquetFile

from tests.rosters import Made, make_roster
from ucj_analysis.roster.privacy import spill_folder

CLI = ["-m", "ucj_analysis.cli"]
#: Little enough memory that a roster of 60,000 spills.
TIGHT = "14MB"
SPILLING = (
    "import sys; from pathlib import Path; from ucj_analysis.roster.counting import read_roster\n"
    "paths = [Path(p) for p in sys.argv[1:]]\n"
    f"read_roster(paths[0], '3318', paths[1:], memory='{TIGHT}')"
)
posix = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


class Place:
    """A machine of one's own: home, temp and work folder, watched for numbers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = dict(os.environ)
        for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "work"):
            (folder / name).mkdir()
            self.environment[name] = str(folder / name)

    def run(self, *arguments: object) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=self.folder / "work",
            env=self.environment,
            capture_output=True,
        )

    def start(self, *arguments: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=self.folder / "work",
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def spilled(self) -> list[Path]:
        with suppress(FileNotFoundError):  # the run may just be taking its folder away
            found = (self.folder / "TMPDIR").rglob("duckdb_temp*")
            return [p for p in found if p.stat().st_size > 0]
        return []

    def files(self) -> list[Path]:
        return [p for p in self.folder.rglob("*") if p.is_file()]


def numbers_in(content: bytes, numbers: frozenset[bytes], values: np.ndarray) -> set[object]:
    """Return the numbers some bytes hold: as text, in UTF-16, or as whole numbers of eight bytes."""
    found: set[object] = set()
    for text in (content, content[::2], content[1::2]):
        runs = re.findall(rb"\d{15,}", text)
        for run in runs:
            found |= {run[i : i + 16] for i in range(max(len(run) - 15, 1))} & numbers
            found |= {run} & numbers
    for shift in range(8):
        whole = len(content[shift:]) // 8 * 8
        words = np.frombuffer(content[shift : shift + whole], dtype="<u8")
        inside = words[(words >= values[0]) & (words <= values[-1])]
        found |= set(inside[np.isin(inside, values)].tolist())
    return found


def unpacked(path: Path) -> list[bytes]:
    """Return a file's bytes, and those it holds compressed."""
    parts = [path.read_bytes()]
    if path.suffix == ".parquet":
        table = ParquetFile(path).read()
        parts += [str(column.to_pylist()).encode() for column in table.columns]
    for at in re.finditer(rb"\x28\xb5\x2f\xfd", parts[0]) if "_S" in path.name else ():
        stream = pa.input_stream(pa.BufferReader(parts[0][at.start() :]), compression="zstd")
        kept = b""
        try:
            while part := stream.read(4096):
                kept += part
        except OSError:
            pass  # what follows the frame is of another
        parts.append(kept)
    return parts


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Made:
    return make_roster(tmp_path_factory.mktemp("input"), 60_000, 40_000, seed=5)


@pytest.fixture(scope="module")
def sought(made) -> tuple[frozenset[bytes], np.ndarray]:
    texts = frozenset(n.strip("'").encode() for n in made.numbers)
    return texts, np.array(sorted(int(t) for t in texts if t.isdigit()), dtype="<u8")


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path)


def nowhere(place: Place, sought, *also: bytes) -> None:
    for path in place.files():
        for part in unpacked(path):
            assert not numbers_in(part, *sought), path
    for part in also:
        assert not numbers_in(part, *sought)


def test_the_search_finds_what_it_seeks(sought, tmp_path):
    number = next(iter(sought[0]))
    assert len(number) >= 15
    for content in (
        b"x" + number + b"y",
        number.decode().encode("utf-16-le"),
        b"abc" + int(number).to_bytes(8, "little"),
    ):
        assert numbers_in(content, *sought)
    packed = tmp_path / "a_S32K.tmp"
    packed.write_bytes(b"\0" * 8 + pa.compress(number * 9, "zstd", asbytes=True) + b"\0" * 99)
    assert any(numbers_in(part, *sought) for part in unpacked(packed))


def test_after_every_command(place, made, sought):
    lists = [part for path in made.registers for part in ("--register", path)]
    for more in (["--audit", "--lang", "en"], ["--json"]):
        ran = place.run(*CLI, "roster", made.roster, *lists, "--out", "out", *more)
        assert ran.returncode == 0, ran.stderr
        nowhere(place, sought, ran.stdout, ran.stderr)
    folder = place.folder / "work" / "out" / "3318" / "roster"
    assert {"stocks.csv", "pool.csv", "lapse.toml", "audit.json", "manifest.json"} <= {
        p.name for p in folder.iterdir()
    }
    ran = place.run(
        *CLI, "forecast", "--scenario", folder / "lapse.toml", "--paths", 300, "--issue"
    )
    assert ran.returncode == 0 and list(place.folder.rglob("*.parquet"))
    nowhere(place, sought, ran.stdout, ran.stderr)
    assert not any("ucj-roster" in str(p) for p in place.files())


def spoiled(made: Made, folder: Path) -> dict[str, bytes]:
    """Files that cannot be read, each with people in the place of the fault."""
    lines = made.roster.read_bytes().splitlines(keepends=True)
    head, rows = lines[0], lines[1:4000]
    return {
        "no header": b"".join(rows),
        "headings missing": head.replace(b"Segmen", b"Seg") + b"".join(rows),
        "a number as heading": head.replace(b"Nama", rows[7][:16]).replace(b"Segmen", b"S")
        + b"".join(rows),
        "a row too long": head + b"".join(rows[:3000]) + rows[0].strip() + b";x;y\n" + rows[1],
        "a row too short": head + b"".join(rows[:3000]) + b";".join(rows[0].split(b";")[:3]) + b"\n",
        "a quotation mark not closed": head + b"".join(rows[:3000]) + b'"' + b"".join(rows[3000:]),
        "no such segment": b"".join(lines[:500]).replace(b"PU", b"X").replace(b"J", b"X")
        .replace(b"Luar", b"X").replace(b"Pekerja", b"X"),
        "no text": b"PAR1" + b"".join(rows),
    }  # fmt: skip


def test_errors_name_rows_and_nobody(place, made, sought):
    told = {}
    for name, content in spoiled(made, place.folder).items():
        path = place.folder.parent / f"{place.folder.name}-{len(told)}.csv"  # the input, outside
        path = path.with_suffix(".parquet") if name == "no text" else path
        path.write_bytes(content)
        ran = place.run(*CLI, "roster", path, "--out", "out", "--lang", "en", "--json")
        assert ran.returncode in (1, 2), (name, ran.stdout)
        for part in (ran.stdout, ran.stderr):
            assert b"Traceback" not in part and b"Nama Orang" not in part
        nowhere(place, sought, ran.stdout, ran.stderr)
        told[name] = ran.stderr.decode()
    assert "row 3002" in told["a row too long"] and "row 3002" in told["a row too short"]
    assert "nik" in told["no header"] and "headings found" not in told["no header"]
    assert "segmen" in told["headings missing"] and "Bulan Masuk" in told["headings missing"]
    assert not (place.folder / "work" / "out").exists()


def killed(place: Place, arguments: list[object], after: float) -> None:
    running = place.start(*arguments)
    time.sleep(after)
    running.send_signal(signal.SIGKILL)
    running.wait()


@pytest.mark.soak
@posix
def test_killed_while_it_spills(place, made, sought):
    files = [made.roster, *made.registers]
    caught, chance = 0, random.Random(5)
    for tried in range(16):  # on a busy machine a run may end before it is killed
        if caught >= 2 and tried >= 4:
            break
        running = place.start("-c", SPILLING, *files)
        while running.poll() is None and not place.spilled():
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.15))
        running.send_signal(signal.SIGKILL)
        running.wait()
        caught += bool(place.spilled())
        nowhere(place, sought)
    assert caught >= 2
    ran = place.run(*CLI, "roster", made.roster, "--out", "out")  # the next removes what was left
    assert ran.returncode == 0
    assert not list((place.folder / "TMPDIR").glob("ucj-roster-*"))


@posix
@pytest.mark.soak
def test_killed_at_fifty_moments(place, made, sought):
    asked = [*CLI, "roster", made.roster, "--register", made.registers[0], "--out", "out"]
    began = time.monotonic()
    assert place.run(*asked).returncode == 0
    length, chance = time.monotonic() - began, random.Random(6)
    for _ in range(50):
        killed(place, asked, chance.uniform(0, length))
        nowhere(place, sought)
        folder = place.folder / "work" / "out" / "3318" / "roster"
        assert not folder.exists() or (folder / "manifest.json").is_file()
    assert place.run(*asked).returncode == 0
    left = [p.name for p in (place.folder / "work" / "out" / "3318").iterdir()]
    assert left == ["roster"] and not list((place.folder / "TMPDIR").glob("ucj-roster-*"))


def test_runs_side_by_side_leave_each_other_their_folders(tmp_path, monkeypatch):
    """Each clears what killed runs left, and none may take what another has just made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def one_run(_):
        with spill_folder() as spill:
            (spill / "rows").write_text("kept", encoding="utf-8")
            time.sleep(0.001)
            return (spill / "rows").read_text(encoding="utf-8")

    with ThreadPoolExecutor(8) as runs:
        assert set(runs.map(one_run, range(400))) == {"kept"}
    assert list(tmp_path.iterdir()) == []
