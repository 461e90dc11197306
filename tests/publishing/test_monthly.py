"""The monthly cycle over made-up regions: check, report, issue; refused by name, completed by a rerun."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date

import pypdfium2 as pdfium
import pytest

from tests.synthetic import made_up, told_for
from ucj_analysis.archive.files import read_archive
from ucj_analysis.cli import main
from ucj_analysis.publishing import command

FIRST, SECOND = "3301", "3302"
CODES = [FIRST, SECOND]


class Office:
    """An office that runs the cycle on given days."""

    def __init__(self, folder, patch, capsys, codes=CODES):
        self.data, self.out = made_up(folder / "data", codes), folder / "out"
        self.archive, self.patch, self.capsys = self.out / "archive", patch, capsys

    def run(self, day, *more, regions=("--regions", "all"), code=0):
        self.patch.setattr(command, "today", lambda: day)
        asked = ["report", "--data", self.data, "--out", self.out, "-p", "paths=300", "--issue"]
        ended = main([*map(str, asked), "--lang", "en", "--json", *regions, *more])
        told = self.capsys.readouterr()
        assert ended == code, told.err
        self.err = told.err
        return {r["region"]: r for r in json.loads(told.out).get("reports", ())}

    def issued(self, region=""):
        return [(t.region, t.as_of, str(t.issued)) for t in read_archive(self.archive, region)]

    def forecast(self, region, month):
        path = self.out / region / month / "en" / "forecast.json"
        return json.loads(path.read_text(encoding="utf-8"))

    def table(self, region):
        return self.data / "regions" / region / "observations.csv"

    def newest(self, region):
        return float(self.table(region).read_text(encoding="utf-8").splitlines()[-1].split(",")[2])

    def edit(self, region, change):
        text = self.table(region).read_text(encoding="utf-8")
        self.table(region).write_text(change(text), encoding="utf-8")


@pytest.fixture
def office(tmp_path, monkeypatch, capsys):
    return Office(tmp_path, monkeypatch, capsys)


def june_as_march(text):
    march = text.splitlines()[-1]
    june = march.replace("2025-03-31", "2025-06-30").replace("2025-04-10", "2025-07-10")
    return f"{text}{june}\n"


def statuses(told):
    return {region: record["status"] for region, record in told.items()}


@pytest.mark.soak
def test_three_months_in_an_office(office):
    april, july, august = date(2025, 4, 15), date(2025, 7, 20), date(2025, 8, 20)
    told = office.run(april, regions=("--regions", ",".join(CODES)))
    assert statuses(told) == dict.fromkeys(CODES, "published")
    assert len({record["issued"] for record in told.values()}) == 1  # one file for all
    assert office.issued() == [(code, "2025-03", "2025-04-15") for code in CODES]
    assert office.forecast(FIRST, "2025-03")["changed"] is None
    # the same again, that day and the next: nothing new is said, and nothing written
    before = {p: p.stat().st_mtime_ns for p in office.out.rglob("*.*") if p.name != "index.html"}
    for day in (april, date(2025, 4, 16)):
        told = office.run(day, regions=("--regions", ",".join(CODES)))
        assert statuses(told) == dict.fromkeys(CODES, "unchanged")
        assert {record["issued"] for record in told.values()} == {None}
    now = {p: p.stat().st_mtime_ns for p in office.out.rglob("*.*") if p.name != "index.html"}
    assert now == before

    # the second month: a new figure, and another range
    june = {code: office.newest(code) + 0.002 for code in CODES}
    for code in CODES:
        told_for(office.data, code, "2025-06-30", june[code], "2025-07-10")
    baseline = office.data / "scenarios" / "baseline.toml"
    text = baseline.read_text(encoding="utf-8")
    baseline.write_text(text.replace("high = 0.0040", "high = 0.0080", 1), encoding="utf-8")
    assert baseline.read_text(encoding="utf-8") != text
    told = office.run(july, regions=("--regions", ",".join(CODES)))
    assert statuses(told) == dict.fromkeys(CODES, "published")
    changed = office.forecast(FIRST, "2025-06")["changed"]
    assert changed["issued"] == "2025-04-15" and changed["as_of"] == "2025-03"
    for name, total in changed["total"].items():
        shares = [changed["shares"][cause][name] for cause in ("data", "assumptions", "model")]
        assert round(sum(shares), 6) == total
    assert changed["shares"]["model"]["p50"] == 0 != changed["shares"]["assumptions"]["p50"]
    assert changed["files"]["assumptions"] == ["scenarios/baseline.toml"]
    assert [row["month"] for row in changed["rows"]["new"]] == ["2025-06"]
    folder = office.out / FIRST / "2025-06" / "en"
    page = (folder / "brief.html").read_text(encoding="utf-8")
    for text in (
        "Since the forecast issued on 15 April 2025",
        "What moved the forecast",
        "Of 1 outcome",
    ):
        assert text in page, text
    paper = pdfium.PdfDocument(folder / "brief.pdf")
    words = [re.sub(r"[\s\u00ad\ufffe-]+", "", p.get_textpage().get_text_range()) for p in paper]
    assert len(words) == 2 and "Sincetheforecastissuedon15April2025" in "".join(words)
    assert "Whatmovedtheforecast" not in "".join(words)
    assert statuses(office.run(july, regions=("--regions", ",".join(CODES)))) == dict.fromkeys(
        CODES, "unchanged"
    )

    # the third month: one takes a month back, the other restates in silence, then says why
    office.edit(FIRST, lambda text: re.sub(r".*2025-06-30.*\n", "", text))
    office.edit(
        SECOND, lambda text: text.replace(f"{june[SECOND]:.3f}", f"{june[SECOND] - 0.001:.3f}")
    )
    told = office.run(august, regions=("--regions", ",".join(CODES)), code=1)
    assert statuses(told) == dict.fromkeys(CODES, "failed")
    for code, problem, row in ((FIRST, "month_vanished", None), (SECOND, "restated", 4)):
        (found,) = told[code]["problems"]
        assert (found["code"], found["row"]) == (problem, row)
        assert found["file"] == str(office.table(code))
        assert f"{code} Kabupaten" in office.err
    assert str(office.archive / "_inputs") in told[FIRST]["problems"][0]["problem"]
    office.edit(SECOND, lambda text: text[:-1] + "; corrected by the branch on 1 August\n")
    told = office.run(august, regions=("--regions", ",".join(CODES)), code=1)
    assert statuses(told) == {FIRST: "failed", SECOND: "published"}
    assert office.issued(FIRST)[-1] == (FIRST, "2025-06", "2025-07-20")
    assert office.issued(SECOND)[-1] == (SECOND, "2025-06", "2025-08-20")
    changed = office.forecast(SECOND, "2025-06")["changed"]
    assert changed["issued"] == "2025-07-20" and changed["shares"]["assumptions"]["p50"] == 0
    assert changed["rows"]["restated"][0]["note"].endswith("on 1 August")


@pytest.mark.soak
def test_what_is_taken_back_on_the_day_it_was_issued_is_refused_too(office):
    day, only = date(2025, 7, 20), ("--regions", FIRST)
    office.run(day, regions=only)
    office.edit(FIRST, june_as_march)
    assert statuses(office.run(day, regions=only)) == {FIRST: "published"}
    office.edit(FIRST, lambda text: re.sub(r".*2025-06-30.*\n", "", text))
    told = office.run(day, regions=only, code=1)
    assert told[FIRST]["problems"][0]["code"] == "month_vanished"
    assert [one[1] for one in office.issued(FIRST)] == ["2025-03", "2025-06"]


@pytest.mark.soak
def test_a_region_that_vanished_is_named_among_all(office):
    office.run(date(2025, 4, 15))
    office.table(FIRST).unlink()
    register = office.data / "regions.csv"
    lines = register.read_text(encoding="utf-8").splitlines(keepends=True)
    told = office.run(date(2025, 5, 15), code=1)
    assert statuses(told) == {FIRST: "failed", SECOND: "unchanged", "3318": "unchanged"}
    assert told[FIRST]["problems"][0]["code"] == "region_vanished"
    register.write_text("".join(x for x in lines if not x.startswith(FIRST)), encoding="utf-8")
    told = office.run(date(2025, 5, 15), code=1)
    assert told[FIRST]["problems"][0]["code"] == "region_vanished"


def test_one_region_alone_goes_the_same_way(office):
    told = office.run(date(2025, 4, 15), "--as-of", "2025-03", regions=("--region", FIRST))
    assert told[FIRST]["issued"].endswith(".parquet") and len(office.issued()) == 1
    told = office.run(date(2025, 4, 15), "--as-of", "2025-03", regions=("--region", FIRST))
    assert told[FIRST]["status"] == "unchanged" and told[FIRST]["issued"] is None
    office.edit(FIRST, lambda text: text.replace("2024-12-31", "2024-11-30"))
    office.run(date(2025, 5, 15), "--as-of", "2025-03", regions=("--region", FIRST), code=2)
    assert "month 2024-12 on base made-up is gone" in office.err
    assert len(office.issued()) == 1


def test_what_is_wrong_for_all_is_told_once(office):
    table = office.data / "growth_pairs.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",A,", ",Z,", 1), encoding="utf-8")
    office.run(date(2025, 4, 15), code=2)
    assert office.err.count("growth_pairs.csv") == 1 and not office.out.exists()


def test_what_a_shared_table_takes_back_is_told_once(office):
    office.run(date(2025, 4, 15), regions=("--regions", FIRST))
    table = office.data / "growth_pairs.csv"
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)
    table.write_text("".join([lines[0], *lines[2:]]), encoding="utf-8")
    before = office.issued()
    for regions in (("--regions", ",".join(CODES)), ("--region", SECOND, "--as-of", "2025-03")):
        office.run(date(2025, 5, 15), regions=regions, code=2)
        assert office.err.count("is gone; it was in row 2 of") == 1
    assert office.issued() == before and not (office.out / SECOND).exists()


@pytest.mark.soak
def test_a_report_made_without_issuing_is_issued_by_the_next_run(office):
    asked = ["report", "--data", str(office.data), "--out", str(office.out), "-p", "paths=300"]
    assert main([*asked, "--lang", "en", "--regions", FIRST]) == 0
    assert not office.archive.exists()
    office.capsys.readouterr()
    told = office.run(date(2025, 4, 15), regions=("--regions", FIRST))
    assert told[FIRST]["status"] == "unchanged" and told[FIRST]["issued"]
    assert office.issued() == [(FIRST, "2025-03", "2025-04-15")]


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL to a group of processes")
def test_a_run_killed_between_report_and_issue_is_completed_by_the_next(office):
    asked = ["report", "--data", office.data, "--out", office.out, "-p", "paths=300", "--issue"]
    asked += ["--lang", "en", "--regions", ",".join(CODES), "--jobs", "1"]
    running = subprocess.Popen(
        [sys.executable, "-m", "ucj_analysis.cli", *map(str, asked)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    published = office.out / FIRST / "2025-03" / "en" / "manifest.json"
    try:
        while running.poll() is None and not published.is_file():
            time.sleep(0.01)
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    assert published.is_file() and office.issued() == []
    told = office.run(date(2025, 4, 15), regions=("--regions", ",".join(CODES)))
    assert statuses(told) == {FIRST: "unchanged", SECOND: "published"}
    assert office.issued() == [(code, "2025-03", "2025-04-15") for code in CODES]
