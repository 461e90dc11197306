"""Reports by a real kernel: same bytes, self-contained, whole or not at all."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser

import nbformat
import pytest

from ucj_analysis import ask
from ucj_analysis.cli import main
from ucj_analysis.errors import RunError
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.messages import error_text
from ucj_analysis.publishing import parameters, report
from ucj_analysis.publishing.limits import LIMITS
from ucj_analysis.publishing.manifest import CLOCK_FIELDS, sha256
from ucj_analysis.publishing.run import NotebookFailed
from ucj_analysis.resources import NOTEBOOKS


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """One report in Indonesian, one more, and one in English."""
    folders = {}
    for name, lang in (("first", "id"), ("second", "id"), ("english", "en")):
        out = tmp_path_factory.mktemp(name)
        assert main(["report", "--out", str(out), "--lang", lang]) == 0
        folders[name] = out / "3318" / "2025-03" / lang
    return folders


def test_same_inputs_same_bytes(reports):
    first, second = reports["first"], reports["second"]
    names = sorted(p.name for p in first.iterdir())
    assert names == sorted(p.name for p in second.iterdir())
    assert {
        "brief.html",
        "brief.pdf",
        "forecast.json",
        "tables.csv",
        "manifest.json",
        "fan.png",
    } <= set(names)
    for name in set(names) - {"manifest.json"}:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    manifests = [
        json.loads((f / "manifest.json").read_text(encoding="utf-8")) for f in (first, second)
    ]
    for told in manifests:
        for clock in CLOCK_FIELDS:
            told.pop(clock)
    assert manifests[0] == manifests[1]


def test_the_manifest_names_every_file_and_its_hash(reports):
    folder = reports["first"]
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {p.name for p in folder.iterdir()} - {"manifest.json"}
    assert set(told["outputs"]) == files
    assert all(sha256((folder / name).read_bytes()) == told["outputs"][name] for name in files)
    assert told["parameters"]["region"] == "3318" and told["seed"] == 2025
    assert "regions/3318/observations.csv" in told["inputs"]
    assert told["versions"]["numpy"] and len(told["source_sha256"]) == 64


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.images, self.lang, self.words, self._hidden = [], [], "", [], 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        self.lang = attrs.get("lang") or self.lang
        self._hidden += tag in ("style", "script")
        if tag == "img":
            self.images.append(attrs)

    def handle_endtag(self, tag):
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data):
        if not self._hidden:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def page(folder):
    return Page((folder / "brief.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name, lang", [("first", "id"), ("english", "en")])
def test_the_page_opens_offline_and_shows_no_code(reports, name, lang):
    seen = page(reports[name])
    assert seen.lang == lang
    assert not [t for t, _ in seen.tags if t in ("script", "iframe", "link", "pre", "code")]
    for tag, attrs in seen.tags:
        fetched = attrs.get("src", "") if tag != "a" else ""
        assert not fetched or fetched.startswith("data:"), fetched
    assert "url(" not in (reports[name] / "brief.html").read_text(encoding="utf-8")
    assert len(seen.images) == 5
    assert all(len(i["alt"]) > 40 for i in seen.images)
    assert [t for t, _ in seen.tags].count("h1") == 1


def test_the_answer_is_the_first_thing_said(reports):
    assert page(reports["english"]).text.index("very unlikely, under 5 in 100") < 250
    assert page(reports["first"]).text.index("sangat kecil, di bawah 5 dari 100") < 250


def test_the_page_says_what_it_is(reports):
    told = json.loads((reports["english"] / "manifest.json").read_text(encoding="utf-8"))
    english, indonesian = page(reports["english"]).text, page(reports["first"]).text
    assert (
        "As known on 31 March 2025. The outcome for December 2025 has not been published."
        in english
    )
    assert "This is not an official BPJS Ketenagakerjaan figure" in english
    assert "Ini bukan angka resmi BPJS Ketenagakerjaan" in indonesian
    assert "not established" in english and "belum terbukti" in indonesian
    assert told["data_sha256"][:12] in english and "Data up to 13 March 2025" in english
    assert not told["commit"] or told["commit"] not in english


def test_no_raw_numbers(reports):
    for name in ("first", "english"):
        assert not re.search(r"\d\.\d{5,}|\bnan\b|\bNone\b|e-\d\d", page(reports[name]).text)


def test_page_and_json_hold_one_forecast(reports):
    told = json.loads((reports["english"] / "forecast.json").read_text(encoding="utf-8"))
    assert told["answer"] in page(reports["english"]).text
    assert f"the middle is {told['coverage']['p50']:.0%}" in told["answer"]


def test_the_tables_are_tidy(reports):
    lines = (reports["first"] / "tables.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "schema_version,table,row,column,value,unit"
    assert all(line.count(",") == 5 for line in lines)
    assert "1,status,2025-03,participants,173728,people" in lines


def test_a_failed_run_leaves_the_previous_report_and_keeps_the_notebook(
    reports, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    before = {p.name: p.read_bytes() for p in reports["first"].iterdir()}
    shutil.copytree(reports["first"], out / "3318" / "2025-03" / "id")
    broken = nbformat.read(NOTEBOOKS / "brief.ipynb", as_version=4)
    broken.cells[5].source = "1 / 0"
    (tmp_path / "brief.ipynb").write_text(nbformat.writes(broken), encoding="utf-8")
    monkeypatch.setattr(parameters, "NOTEBOOKS", tmp_path)
    with pytest.raises(RunError) as raised:
        report.publish_report(ask(), {}, out, progress=False)
    problem = raised.value.problems[0]
    assert "ZeroDivisionError" in problem.value
    kept = nbformat.read(problem.fields["kept"], as_version=4)
    assert "ZeroDivisionError" in str(kept.cells)
    assert {p.name: p.read_bytes() for p in (out / "3318" / "2025-03" / "id").iterdir()} == before
    assert sorted(p.name for p in out.iterdir()) == ["3318", "failed"]


@pytest.mark.parametrize("name", LIMITS)
def test_a_run_beyond_its_limits_is_told_in_words(tmp_path, monkeypatch, name):
    def stopped(*_):
        raise NotebookFailed(5, name, "600 MB")

    monkeypatch.setattr(report, "run_notebook", stopped)
    with pytest.raises(RunError) as raised:
        report.publish_report(ask(), {}, tmp_path / "out", progress=False)
    english, indonesian = (error_text(raised.value, words(lang)) for lang in ("en", "id"))
    assert "stopped in cell 5: it " in english and "than allowed, 600 MB;" in english
    assert (
        "dihentikan di sel 5: " in indonesian and "melebihi yang dibolehkan, 600 MB;" in indonesian
    )


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "out").write_text("a file stands where the folder should be", encoding="utf-8")
    with pytest.raises(RunError) as raised:
        report.publish_report(ask(), {}, tmp_path / "out", progress=False)
    assert raised.value.problems[0].code == "cannot_write"


def test_a_second_run_does_only_what_changed(data, tmp_path):
    out, asked = tmp_path / "out", {"paths": "300", "target": "0.9"}

    def publish(**more):
        question = ask(paths=300, target=0.9, data=data.path)
        return report.publish_report(question, asked, out, "en", progress=False, **more)

    first = publish()
    told = {p: p.stat().st_mtime_ns for p in first.folder.iterdir()}
    second = publish()
    assert not first.unchanged and second.unchanged and second.answer == first.answer
    assert {p: p.stat().st_mtime_ns for p in second.folder.iterdir()} == told
    (data.path / "regions" / "3319").mkdir()
    (data.path / "regions" / "3319" / "observations.csv").write_text("region\n", encoding="utf-8")
    (data.path / "README.md").write_text("other words", encoding="utf-8")
    assert publish().unchanged  # another region's figures, and words about the data
    first.pdf.write_bytes(b"cut short")
    assert not publish().unchanged and first.pdf.read_bytes()[:5] == b"%PDF-"
    before = (first.folder / "brief.html").read_bytes()
    assert not publish(again=True).unchanged
    assert (first.folder / "brief.html").read_bytes() == before
    data.cell("observations", 3, "note", "said again")
    assert not publish().unchanged
