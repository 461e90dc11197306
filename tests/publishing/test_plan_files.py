"""A plan on disk: the same bytes, one set of numbers, no English in an Indonesian page."""

from __future__ import annotations

import csv
import json
import re

import openpyxl
import pytest

from ucj_analysis.cli import main
from ucj_analysis.errors import RunError
from ucj_analysis.publishing.manifest import CLOCK_FIELDS, sha256

ASKED = ["plan", "--paths", "1000", "--target", "0.35"]
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|with|people|coverage|month|year|labour|lever|levers|budget|cost|none|window)\b",
    re.I,
)


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    folders = {}
    for name, lang in (("first", "id"), ("second", "id"), ("english", "en")):
        out = tmp_path_factory.mktemp(name)
        assert main([*ASKED, "--out", str(out), "--lang", lang]) == 0
        (folders[name],) = (out / "3318" / "2025-03").iterdir()
    return folders


def test_same_plan_same_bytes(plans):
    first, second = plans["first"], plans["second"]
    names = {p.name for p in first.iterdir()}
    assert names >= {"plan.html", "plan.csv", "plan.xlsx", "plan.json", "manifest.json", "plan.png"}
    for name in names - {"manifest.json"}:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    told = [json.loads((f / "manifest.json").read_text("utf-8")) for f in (first, second)]
    for manifest in told:
        for clock in CLOCK_FIELDS:
            manifest.pop(clock)
    assert told[0] == told[1] and told[0]["command"] == "ucj plan"
    assert told[0]["outputs"]["plan.xlsx"] == sha256((first / "plan.xlsx").read_bytes())
    assert told[0]["parameters"]["aim"] == "hit" and "levers/3318.toml" in told[0]["inputs"]


def test_table_workbook_and_record_hold_one_plan(plans):
    folder = plans["english"]
    record = json.loads((folder / "plan.json").read_text("utf-8"))
    with (folder / "plan.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert sum(float(r["cost_rupiah"]) for r in rows) == pytest.approx(record["cost_rupiah"], abs=1)
    assert {"office", "lever", "month", "enrol", "counted", "at_risk"} <= set(rows[0])
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    assert book.sheetnames == ["Answer", "By month", "By office", "Levers"]
    assert book["Answer"]["A1"].value == record["answer"]
    head, *cells = list(book["By month"].iter_rows(values_only=True))
    money = head.index("rupiah")
    assert all(isinstance(row[money], int) for row in cells) and len(cells) == len(rows)
    assert sum(row[money] for row in cells) == pytest.approx(record["cost_rupiah"], abs=len(rows))


def test_the_page_opens_with_the_answer_and_speaks_its_language(plans):
    html = (plans["first"] / "plan.html").read_text("utf-8")
    assert '<html lang="id"' in html and "<script" not in html
    text = re.sub(r"<style.*?</style>|<[^>]+>", " ", html, flags=re.S)
    assert text.index("peluang 80 dari 100") < 700
    alts = " ".join(re.findall(r'alt="([^"]+)"', html))
    plain = re.sub(r"\S+-(20\d\d-\d\d|undated)\S*", "", text + alts)
    assert not set(ENGLISH.findall(plain))
    assert not re.search(r"\d\.\d{5,}|\bnan\b|\bNone\b|e-\d\d", text)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    from ucj_analysis import ask
    from ucj_analysis.planning.what_it_takes import what_it_takes
    from ucj_analysis.publishing.plan_files import publish_plan

    (tmp_path / "3318").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(RunError, match="cannot_write"):
        publish_plan(what_it_takes(ask(paths=200, target=0.35)), tmp_path, "id")
