"""A fan-out killed at any moment: no half report under a final name, and the next run completes it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.synthetic import made_up
from ucj_analysis.archive.files import read_archive
from ucj_analysis.publishing.folder import PREVIOUS, WRITING
from ucj_analysis.publishing.manifest import CLOCK_FIELDS, sha256

CODES = [f"33{n:02d}" for n in range(1, 13)]
KILLS = 50
KILLS_WHILE_ISSUING = 12
pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL to a group of processes"),
]


def command(data, out):
    asked = ["report", "--regions", ",".join(CODES), "--data", str(data), "--out", str(out)]
    return [sys.executable, "-m", "ucj_analysis.cli", *asked, "-p", "paths=300", "--json"]


def whole(out):
    """Every folder under a final name holds what its manifest tells; return them by name."""
    found = {}
    for path in out.glob("*/*/*/manifest.json"):
        if path.parent.name.startswith((WRITING, PREVIOUS)):
            continue
        told = json.loads(path.read_text(encoding="utf-8"))
        files = {p.name: p.read_bytes() for p in path.parent.iterdir() if p != path}
        assert {name: sha256(content) for name, content in files.items()} == told["outputs"]
        for clock in CLOCK_FIELDS:
            told.pop(clock)
        found[path.parent.relative_to(out).as_posix()] = told
    for folder in out.glob("*/*/*/"):
        if not folder.name.startswith((WRITING, PREVIOUS)):
            assert (folder / "manifest.json").is_file(), folder
    return found


def test_killed_at_fifty_moments_and_finished_by_the_next_run(tmp_path):
    data = made_up(tmp_path / "data", CODES)
    calm, out = tmp_path / "calm", tmp_path / "out"
    started = time.monotonic()
    subprocess.run(command(data, calm), check=True, capture_output=True)
    length = time.monotonic() - started
    chance, killed, done = random.Random(2025), 0, {}
    while killed < KILLS:
        running = subprocess.Popen(
            command(data, out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(chance.uniform(0, length))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        killed += 1
        now = whole(out)
        times = {name: (out / name / "brief.html").stat().st_mtime_ns for name in now}
        assert all(times.get(name) == when for name, when in done.items())  # nothing made twice
        done = times
        if len(now) == len(CODES):  # complete: begin again elsewhere
            assert now == whole(calm)
            out, done = tmp_path / f"out{killed}", {}
    ended = subprocess.run(command(data, out), capture_output=True, check=True, text=True)
    assert {r["status"] for r in json.loads(ended.stdout)["reports"]} <= {"published", "unchanged"}
    assert whole(out) == whole(calm)
    assert not [p for p in out.rglob("*") if p.name.startswith((WRITING, PREVIOUS))]


def test_killed_while_issuing_no_forecast_without_its_report_and_none_twice(tmp_path):
    codes = CODES[:4]
    data, out = made_up(tmp_path / "data", codes), tmp_path / "out"
    asked = [*command(data, out), "--issue"]
    asked[asked.index("--regions") + 1] = ",".join(codes)
    started = time.monotonic()
    subprocess.run([*asked[:-1], "--out", str(tmp_path / "calm")], check=True, capture_output=True)
    length = time.monotonic() - started
    chance = random.Random(2025)
    for _ in range(KILLS_WHILE_ISSUING):
        running = subprocess.Popen(
            asked, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        time.sleep(chance.uniform(0, length))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        published = {name.split("/")[0] for name in whole(out)}
        assert {told.region for told in read_archive(out / "archive")} <= published
    ended = subprocess.run(asked, capture_output=True, check=True, text=True)
    assert {r["status"] for r in json.loads(ended.stdout)["reports"]} <= {"published", "unchanged"}
    assert [told.region for told in read_archive(out / "archive")] == codes
