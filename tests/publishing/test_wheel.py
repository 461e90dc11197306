"""The installed package: notebooks and data travel with it, and it works from any directory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile

import pytest

from ucj_analysis.resources import PACKAGE


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The wheel's contents in a folder of their own, away from the clone."""
    built = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)]
    subprocess.run(command, cwd=PACKAGE.parent, check=True, capture_output=True)
    (wheel,) = built.glob("*.whl")
    site = tmp_path_factory.mktemp("site")
    zipfile.ZipFile(wheel).extractall(site)
    return site


def run(site, *arguments, cwd):
    environment = os.environ | {"PYTHONPATH": str(site)}
    command = [sys.executable, "-m", "ucj_analysis.cli", *arguments]
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_carries_what_the_command_needs(installed):
    shipped = installed / "ucj_analysis" / "_shipped"
    assert (shipped / "notebooks" / "brief.ipynb").is_file()
    assert (shipped / "data" / "regions" / "3318" / "observations.csv").is_file()
    assert (installed / "ucj_analysis" / "locale" / "id" / "LC_MESSAGES" / "ucj.mo").is_file()
    assert (installed / "ucj_analysis" / "publishing" / "templates" / "page.css").is_file()
    schedule = {p.name for p in (installed / "ucj_analysis" / "schedule").iterdir()}
    assert schedule == {"crontab", "ucj-report.service", "ucj-report.timer", "ucj-report.xml"}
    app = (
        installed / "ucj_analysis" / "publishing" / "templates" / "voila" / "templates" / "ucj_app"
    )
    assert (app / "index.html.j2").is_file() and (app / "conf.json").is_file()


def test_the_installed_command_answers_and_reports_from_any_directory(installed, tmp_path):
    told = json.loads(run(installed, "status", "--json", cwd=tmp_path))
    assert told["participants"] == 173_728
    report = json.loads(run(installed, "report", "--json", cwd=tmp_path))["reports"][0]
    page = (tmp_path / report["html"]).read_text(encoding="utf-8")
    assert "sangat kecil, di bawah 5 dari 100" in page
    manifest = json.loads((tmp_path / report["manifest"]).read_text(encoding="utf-8"))
    assert manifest["commit"] is None and manifest["data_sha256"]
