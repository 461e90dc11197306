"""What is shipped for four schedulers: judged by their own tools where they are here, and really run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.synthetic import made_up
from ucj_analysis.cli import main
from ucj_analysis.months import JAKARTA
from ucj_analysis.publishing.mail import take_settings
from ucj_analysis.resources import PACKAGE

SHIPPED = PACKAGE / "schedule"
WORKFLOWS = sorted((PACKAGE.parent / ".github" / "workflows").glob("*.yml"))
MONTHLY = PACKAGE.parent / ".github" / "workflows" / "monthly-report.yml"
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
#: Five in the morning in Jakarta on the 15th.
WHEN = (15, 5, 0)


def needs(tool):
    here = shutil.which(tool) and not (
        tool == "bash" and sys.platform == "win32"
    )  # there it is WSL
    return pytest.mark.skipif(not here, reason=f"{tool} is not installed")


def text(name):
    return (SHIPPED / name).read_text(encoding="utf-8")


def workflow(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def steps(path):
    return [step for job in workflow(path)["jobs"].values() for step in job["steps"]]


def by_systemd():
    (line,) = re.findall(r"^ExecStart=\S+/ucj (.+)$", text("ucj-report.service"), re.M)
    return shlex.split(line)


def crontab_line():
    lines = [ln for ln in text("crontab").splitlines() if ln[0] not in "#" and "=" not in ln[:12]]
    (line,) = lines
    return line


def by_cron():
    return shlex.split(crontab_line().partition(".venv/bin/ucj ")[2])


def by_windows():
    told = ET.fromstring(text("ucj-report.xml")).findtext(f".//{TASK}Arguments")
    return [part.replace("\\", "/") for part in told.split()]


def by_github():
    (run,) = [s["run"] for s in steps(MONTHLY) if "ucj report" in s.get("run", "")]
    run = re.sub(r'\$\{(\w+):\+(.*?) "\$\1"\}', r"\2 a@example.id", run)
    return shlex.split(run.replace("\\\n", " ").replace("$RUNNER_TEMP/", "temp/"))[1:]


@pytest.fixture
def server_named(monkeypatch):
    take_settings(os.environ)
    monkeypatch.setenv("UCJ_SMTP_HOST", "localhost")
    monkeypatch.setenv("UCJ_MAIL_FROM", "ucj@example.id")


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """A data folder in which `all` regions are Pati."""
    return made_up(tmp_path_factory.mktemp("few") / "data", [])


@pytest.mark.parametrize("command", [by_systemd, by_cron, by_windows, by_github])
def test_every_shipped_command_is_one_the_program_takes(
    command, server_named, few, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    asked = command()
    assert asked[0] == "report" and {"--month", "--log", "--keep", "--mail-to"} <= set(asked)
    assert main([*asked, "--data", str(few), "--dry-run", "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "3318 Kabupaten Pati: would be written" in told and "would go to" in told
    assert list(tmp_path.iterdir()) == []


@needs("systemd-analyze")
def test_systemd_takes_both_units(tmp_path):
    for unit in ("ucj-report.service", "ucj-report.timer"):
        here = text(unit).replace("/srv/ucj/.venv/bin/ucj", sys.executable)
        (tmp_path / unit).write_text(here, encoding="utf-8")
    units = [tmp_path / "ucj-report.timer", tmp_path / "ucj-report.service"]
    ran = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Persistent=true" in text("ucj-report.timer")


@needs("systemd-analyze")
def test_systemds_timer_goes_off_in_the_morning_in_jakarta():
    (when,) = re.findall(r"^OnCalendar=(.+)$", text("ucj-report.timer"), re.M)
    ran = subprocess.run(
        ["systemd-analyze", "calendar", "--iterations=3", when],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"TZ": "UTC", "LC_ALL": "C"},
    )
    told = re.findall(r"(\d{4}-\d\d-\d\d \d\d:\d\d):\d\d UTC", ran.stdout)
    days = [datetime.fromisoformat(t).replace(tzinfo=UTC).astimezone(JAKARTA) for t in told]
    assert len(set(days)) == 3 and {(d.day, d.hour, d.minute) for d in days} == {WHEN}


def test_the_crontab_is_in_jakartas_time():
    minute, hour, day, month, weekday, command = crontab_line().split(" ", 5)
    assert (int(day), int(hour), int(minute)) == WHEN and (month, weekday) == ("*", "*")
    assert "CRON_TZ=Asia/Jakarta\n" in text("crontab") and "%" not in command
    (otherwise,) = re.findall(r"in UTC that is (\d+) (\d+) (\d+) \* \*", text("crontab"))
    assert in_jakarta(*map(int, otherwise)) == WHEN


def in_jakarta(minute, hour, day):
    then = datetime(2026, 3, day, hour, minute, tzinfo=UTC).astimezone(JAKARTA)
    return then.day, then.hour, then.minute


@pytest.mark.skipif(sys.platform == "win32", reason="cron runs its lines in a shell")
def test_the_crontabs_line_runs_in_a_shell_with_the_settings_of_its_file(few, tmp_path):
    place = tmp_path / "a place"
    (place / ".venv" / "bin").mkdir(parents=True)
    program = place / ".venv" / "bin" / "ucj"
    program.write_text(
        f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(PACKAGE.parent))} exec {shlex.quote(sys.executable)}"
        f' -m ucj_analysis.cli "$@" --data {shlex.quote(str(few))} --dry-run --lang en\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    line = crontab_line().split(" ", 5)[5].replace("/srv/ucj", shlex.quote(str(place)))
    bare = {k: v for k, v in os.environ.items() if not k.startswith("UCJ_")}
    shell = {"args": ["/bin/sh", "-c", line], "capture_output": True, "text": True, "env": bare}
    (place / "mail.env").write_text("UCJ_MAIL_FROM='ucj@example.id'\n", encoding="utf-8")
    ran = subprocess.run(**shell)
    assert ran.returncode == 2 and "UCJ_SMTP_HOST" in ran.stderr
    with (place / "mail.env").open("a", encoding="utf-8") as lines:
        lines.write("UCJ_SMTP_HOST='localhost'\nUCJ_SMTP_USER='u'\nUCJ_SMTP_PASSWORD='a $b \"c'\n")
    ran = subprocess.run(**shell)
    assert ran.returncode == 0 and "would go to kantor@example.go.id" in ran.stdout


def test_the_windows_task_is_of_its_schema_and_in_jakartas_time():
    raw = (SHIPPED / "ucj-report.xml").read_bytes()
    task = ET.fromstring(raw)
    assert raw.isascii() and task.tag == f"{TASK}Task" and task.get("version") == "1.2"
    assert {e.tag.partition("}")[0] + "}" for e in task.iter()} == {TASK}
    assert [e.tag.removeprefix(TASK) for e in task] == [
        "RegistrationInfo",
        "Triggers",
        "Principals",
        "Settings",
        "Actions",
    ]
    start = datetime.fromisoformat(task.findtext(f".//{TASK}StartBoundary"))
    assert start.utcoffset() == timedelta(hours=7)
    assert (start.day, start.hour, start.minute) == WHEN
    assert task.findtext(f".//{TASK}Day") == "15" and len(task.find(f".//{TASK}Months")) == 12
    assert task.findtext(f".//{TASK}StartWhenAvailable") == "true"
    assert task.findtext(f".//{TASK}Command").endswith("ucj.exe")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_workflows_are_whole(path):
    told = workflow(path)
    assert {"name", True, "permissions", "jobs"} <= set(told)  # YAML reads `on` as true
    for job in told["jobs"].values():
        assert {"runs-on", "timeout-minutes", "steps"} <= set(job)
    for step in steps(path):
        assert ("uses" in step) != ("run" in step)
        assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1"))
    written = path.read_text(encoding="utf-8")
    named = re.findall(r"UCJ_(?:SMTP|MAIL)\w*: (.*)", written)
    assert all(re.fullmatch(r"\$\{\{ secrets\.UCJ_\w+ \}\}", value) for value in named)


@needs("bash")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_every_line_a_workflow_runs_is_one_bash_can_read(path):
    for step in steps(path):
        if "run" in step:
            ran = subprocess.run(["bash", "-n"], input=step["run"], capture_output=True, text=True)
            assert (ran.returncode, ran.stderr) == (0, ""), step["run"]


@needs("actionlint")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda p: p.stem)
def test_actionlint_finds_nothing(path):
    ran = subprocess.run(["actionlint", path], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_the_monthly_workflow_starts_in_the_morning_in_jakarta():
    (schedule,) = workflow(MONTHLY)[True]["schedule"]
    minute, hour, day, month, weekday = schedule["cron"].split()
    assert in_jakarta(int(minute), int(hour), int(day)) == WHEN and (month, weekday) == ("*", "*")


@needs("git")
@needs("bash")
def test_the_monthly_workflow_keeps_what_it_wrote_from_run_to_run(tmp_path):
    first, _, last = [s["run"] for s in steps(MONTHLY) if "kept" in s.get("run", "")]
    around = os.environ | {
        "KEPT": workflow(MONTHLY)["jobs"]["report"]["env"]["KEPT"],
        "GIT_CONFIG_GLOBAL": os.devnull,
    }

    def do(script, where):
        subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=where,
            env=around,
            check=True,
            capture_output=True,
        )

    do("git init -q --bare origin && git init -q -b main work", tmp_path)
    work = tmp_path / "work"
    (work / "README.md").write_text("x", encoding="utf-8")
    do("git add . && git -c user.name=a -c user.email=a@b commit -qm a", work)
    do("git remote add origin ../origin && git push -q origin main", work)
    for run in (1, 2, 3):
        clone = tmp_path / f"run{run}"
        do(f"git clone -q --depth 1 -b main file://{tmp_path}/origin {clone}", tmp_path)
        do(first, clone)
        reports = clone / "kept" / "reports"
        found = sorted(p.name for p in reports.rglob("*")) if reports.exists() else []
        assert (
            found == ["one.parquet", "two.parquet"][: run - 1]
            and not (clone / "kept" / "README.md").exists()
        )
        reports.mkdir(exist_ok=True)
        if run < 3:  # the third has nothing new
            (reports / f"{['one', 'two'][run - 1]}.parquet").write_bytes(b"x")
        (reports / ".ucj-report.lock").touch()
        do(last, clone)
    told = subprocess.run(
        ["git", "-C", tmp_path / "origin", "log", "--format=%s", around["KEPT"]],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.splitlines() == ["Monthly report"] * 2


def test_nothing_secret_is_in_what_is_shipped():
    for path in [*Path(SHIPPED).iterdir(), *WORKFLOWS]:
        told = path.read_text(encoding="utf-8")
        assert not re.search(r"UCJ_SMTP_PASSWORD\s*[=:]\s*(?!\$\{\{ secrets\.)\S", told), path
