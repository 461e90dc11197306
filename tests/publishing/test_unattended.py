"""Runs that nobody watches: the log, the dry run, and what is kept of old reports."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest

from tests.synthetic import made_up
from ucj_analysis.cli import main
from ucj_analysis.presentation.language import words
from ucj_analysis.publishing.folder import WRITING, put_right
from ucj_analysis.publishing.log import Log
from ucj_analysis.publishing.manifest import MANIFEST, sha256
from ucj_analysis.publishing.many import PUBLISHED, Outcome
from ucj_analysis.publishing.retention import is_report, remove, surplus
from ucj_analysis.publishing.unattended import Unattended, Wishes

GOOD, BROKEN, EMPTY = "3301", "3303", "3304"
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00 \[\d+\] .+")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = made_up(tmp_path_factory.mktemp("made-up") / "data", [GOOD, BROKEN])
    table = folder / "regions" / BROKEN / "observations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("0.", "0,"), encoding="utf-8")
    return folder


@pytest.fixture
def run(data, tmp_path, capsys):
    def report(*more):
        asked = ["report", "--data", str(data), "--out", str(tmp_path / "out"), "-p", "paths=300"]
        code = main([*asked, "--lang", "en", *map(str, more)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return report


def snapshot(folder):
    return {p: p.read_bytes() if p.is_file() else None for p in folder.rglob("*")}


# --- the log ----------------------------------------------------------------------------------


def test_the_log_tells_the_question_each_region_and_the_end(run, tmp_path):
    log = tmp_path / "logs" / "report.log"
    codes = ",".join([GOOD, BROKEN, EMPTY])
    code, _, err = run("--regions", codes, "--month", "latest", "--log", log)
    assert code == 1
    lines = log.read_text(encoding="utf-8").splitlines()
    assert all(STAMP.fullmatch(line) for line in lines) and len(lines) == 5
    said = [line.partition("] ")[2] for line in lines]
    assert said[0].startswith(f"Started: ucj report --regions {codes} --as-of latest --paths 300;")
    ended = {line[:4]: line for line in said[1:4]}
    assert re.search(r"written, [\d.]+ s$", ended[GOOD]) and "needs data" in ended[EMPTY]
    (reason,) = {line for line in err.splitlines() if "observations.csv, row 2" in line}
    assert "failed" in ended[BROKEN] and reason in ended[BROKEN]
    assert said[4] == "Ended: 1 written, 1 without data, and 1 failed."
    run("--region", GOOD, "--log", log)
    assert log.read_text(encoding="utf-8").splitlines()[:5] == lines  # appended


def test_a_run_that_is_refused_says_so_in_its_log(run, tmp_path):
    log = tmp_path / "report.log"
    assert run("--region", GOOD, "--target", "52", "--log", log)[0] == 2
    assert "Failed: target 52" in log.read_text(encoding="utf-8")
    assert not (tmp_path / "out").exists()


def test_a_log_that_cannot_be_written_is_told_before_any_work(run, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    code, _, err = run("--region", GOOD, "--log", tmp_path / "file" / "report.log")
    assert code == 2 and "the log cannot be written" in err
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


WRITER = """
import sys
from pathlib import Path
from ucj_analysis.publishing.log import Log
log = Log(Path(sys.argv[1]))
for n in range(400):
    log.tell(f"{sys.argv[2]} {n} " + sys.argv[2] * 3000)
"""


def test_two_runs_append_whole_lines_to_one_log(tmp_path):
    path = tmp_path / "report.log"
    runs = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in ("a", "b")
    ]
    assert [run.wait() for run in runs] == [0, 0]
    lines = [line.split("] ")[1] for line in path.read_text(encoding="utf-8").splitlines()]
    for name in ("a", "b"):
        own = [line for line in lines if line[0] == name]
        assert own == [f"{name} {n} {name * 3000}" for n in range(400)]
    assert len(lines) == 800


def test_a_log_that_can_no_longer_be_written_stops_nothing_and_is_told_once(tmp_path, capsys):
    path = tmp_path / "x.log"
    watch = Unattended(Wishes(), Log(path), words("en"))
    with watch.watching("ucj report", tmp_path):
        path.unlink()
        path.mkdir()
        watch.ended(Outcome(GOOD, "X", PUBLISHED, 1.0))
    assert watch.failed
    assert capsys.readouterr().err.count("the log cannot be written") == 1


def test_a_log_has_one_line_an_event(tmp_path):
    log = Log(tmp_path / "x.log")
    log.tell("Pati\n2026-01-01T00:00:00+07:00 [1] forged \x1b[2J é")
    (line,) = (tmp_path / "x.log").read_text(encoding="utf-8").splitlines()
    assert line.endswith("Pati 2026-01-01T00:00:00+07:00 [1] forged [2J é")


# --- the dry run ------------------------------------------------------------------------------


def test_a_dry_run_tells_what_the_run_then_does_and_writes_nothing(run, tmp_path):
    asked = ("--regions", ",".join([GOOD, BROKEN, EMPTY]), "--month", "latest")
    more = ("--log", tmp_path / "x.log", "--dry-run")
    code, out, _ = run(*asked, *more)
    lines = {line[:4]: line for line in out.splitlines()}
    assert code == 1 and [p.name for p in tmp_path.iterdir()] == []
    folder = tmp_path / "out" / GOOD / "2025-03" / "en"
    assert f"would be written: {folder}" in lines[GOOD] and "needs data" in lines[EMPTY]
    assert "would be refused" in lines[BROKEN] and "observations.csv, row 2" in lines[BROKEN]
    assert run(*asked)[0] == 1 and (folder / MANIFEST).is_file()
    before = snapshot(tmp_path)
    code, out, _ = run(*asked, *more, "--json")
    told = json.loads(out)
    assert code == 1 and snapshot(tmp_path) == before
    assert [r["status"] for r in told["reports"]] == ["unchanged", "failed", "needs_data"]
    assert told["reports"][1]["problems"][0]["row"] == 2
    assert run(*asked, *more, "--again")[1].count("would be written") == 1


@pytest.mark.parametrize("region, code", [(GOOD, 0), (BROKEN, 2)])
def test_a_dry_run_ends_as_the_run_would(run, tmp_path, region, code):
    assert run("--region", region, "--month", "latest", "--dry-run")[0] == code
    assert not (tmp_path / "out").exists()
    assert run("--region", region, "--month", "latest")[0] == code


def test_levers_that_cannot_be_read_are_refused_alike(data, tmp_path, capsys):
    mine = tmp_path / "mine"
    shutil.copytree(data, mine)
    levers = mine / "levers" / "3318.toml"
    text = levers.read_text(encoding="utf-8")
    levers.write_text(text.replace("low = 16800", "low = -16800", 1), encoding="utf-8")
    asked = ["report", "--data", str(mine), "--out", str(tmp_path / "out"), "--lang", "en"]
    assert main([*asked, "--dry-run"]) == 2
    told = capsys.readouterr().out
    assert main(asked) == 2
    reason = capsys.readouterr().err.splitlines()[-1]
    assert "a value is negative" in reason and reason in told


# --- retention --------------------------------------------------------------------------------


def make_report(folder, notebook="brief.ipynb"):
    folder.mkdir(parents=True)
    (folder / "brief.html").write_bytes(b"<p>")
    told = {"notebook": notebook, "outputs": {"brief.html": sha256(b"<p>")}}
    (folder / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    return folder


def months(out, region="3318"):
    return sorted(p.name for p in (out / region).iterdir())


def names(paths):
    return [p.name for p in paths]


MONTHS = ["2024-11", "2024-12", "2025-01", "2025-02", "2025-03"]


@pytest.fixture
def out(tmp_path):
    for month in MONTHS:
        for lang in ("id", "en"):
            make_report(tmp_path / "out" / "3318" / month / lang)
    return tmp_path / "out"


def test_the_newest_months_stay(out):
    newest = out / "3318" / "2025-03" / "id"
    for keep in range(1, 7):
        assert names(surplus(out, {"3318": newest}, keep)) == MONTHS[: max(5 - keep, 0)]
    assert surplus(out, {"3319": None}, 1) == []
    # a month about to be written counts, and one asked for by name stays
    assert names(surplus(out, {"3318": out / "3318" / "2025-06" / "id"}, 2)) == MONTHS[:-1]
    assert names(surplus(out, {"3318": out / "3318" / "2024-11" / "id"}, 1)) == MONTHS[1:-1]
    assert names(surplus(out, {"3318": out / "3318" / "needs" / "id"}, 4)) == MONTHS[:1]


def note(folder):
    (folder / "note.txt").write_text("mine", encoding="utf-8")


def altered(folder):
    (folder / "id" / "brief.html").write_bytes(b"<p>mine")


def added(folder):
    (folder / "id" / "more").mkdir()


def half(folder):
    (folder / "id" / MANIFEST).unlink()


def plan(folder):
    make_report(folder / "plan_id", notebook="plan")


def linked(folder):
    shutil.rmtree(folder / "id")
    (folder / "id").symlink_to(folder.parent / "2025-03" / "id", target_is_directory=True)


@pytest.mark.parametrize("change", [note, altered, added, half, plan, linked])
def test_a_month_with_anything_but_reports_stays(out, change):
    change(out / "3318" / "2024-12")
    gone = surplus(out, {"3318": None}, 1)
    assert names(gone) == ["2024-11", "2025-01", "2025-02"]


def test_nothing_else_is_looked_at(out, tmp_path):
    make_report(out / "archive" / "2024-01" / "id")
    make_report(out / "failed" / "2024-01" / "id")
    make_report(out / "3318" / "2030-13" / "id")
    (out / "3318" / "2031-01").mkdir()  # empty: no month of reports
    make_report(tmp_path / "elsewhere" / "2020-01" / "id")
    (out / "3318" / "2020-01").symlink_to(tmp_path / "elsewhere" / "2020-01")
    (out / "3374").symlink_to(tmp_path / "elsewhere")
    made = {"3318": None, "3374": None}
    assert names(surplus(out, made, 4)) == ["2024-11"]


def test_a_removal_that_is_killed_leaves_no_half_report(out):
    month = out / "3318" / "2024-11"
    (month / "id").rename(month / f"{WRITING}id")
    (month / f"{WRITING}id" / "brief.html").unlink()
    put_right(out)
    assert [p.name for p in month.iterdir()] == ["en"] and is_report(month / "en")
    assert names(surplus(out, {"3318": None}, 4)) == ["2024-11"]
    remove(month)
    assert months(out) == MONTHS[1:]


def test_a_run_removes_what_it_said_it_would(run, tmp_path):
    out, log = tmp_path / "out", tmp_path / "x.log"
    for month in ("2024-10", "2024-11"):
        make_report(out / GOOD / month / "id")
    make_report(out / EMPTY / "2020-01" / "id")  # a region nobody asked for
    asked = ("--region", GOOD, "--month", "latest", "--keep", "2", "--log", log)
    assert (
        f"Would be removed, as older than the months to keep: {out / GOOD / '2024-10'}"
        in (run(*asked, "--dry-run")[1])
    )
    assert months(out, GOOD) == ["2024-10", "2024-11"] and not log.exists()
    code, _, err = run(*asked)
    told = f"Removed, as older than the months to keep: {out / GOOD / '2024-10'}"
    assert code == 0 and told in err and told in log.read_text(encoding="utf-8")
    assert months(out, GOOD) == ["2024-11", "2025-03"] and (out / EMPTY / "2020-01").is_dir()
    assert run("--region", GOOD, "--month", "2024-12")[0] == 0  # without --keep all stay
    assert months(out, GOOD) == ["2024-11", "2024-12", "2025-03"]
