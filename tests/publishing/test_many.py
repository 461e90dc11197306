"""Reports of many regions: real kernels, several processes, failures that stay alone."""

from __future__ import annotations

import json
import re

import pytest
from filelock import FileLock

from tests.synthetic import made_up
from ucj_analysis.cli import main
from ucj_analysis.errors import InputError
from ucj_analysis.publishing.folder import PREVIOUS, WRITING, put_right
from ucj_analysis.publishing.manifest import CLOCK_FIELDS
from ucj_analysis.publishing.many import LOCK, regions_named

GOOD, BROKEN, EMPTY = ["3301", "3302"], "3303", "3304"


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    data = made_up(tmp_path_factory.mktemp("made-up") / "data", [*GOOD, BROKEN])
    table = data / "regions" / BROKEN / "observations.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("0.", "0,"), encoding="utf-8")
    return data, tmp_path_factory.mktemp("reports")


def report(data, out, *more):
    asked = ["report", "--data", str(data), "--out", str(out), "-p", "paths=300", "--lang", "en"]
    return main([*asked, *more])


def files(folder):
    found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}
    for name in [n for n in found if n.endswith("manifest.json")]:
        told = json.loads(found[name])
        found[name] = {k: v for k, v in told.items() if k not in CLOCK_FIELDS}
    return found


def test_one_region_fails_alone_and_the_rest_are_as_if_made_one_by_one(folders, capsys, tmp_path):
    data, out = folders
    codes = ",".join([*GOOD, BROKEN, EMPTY])
    assert report(data, out, "--regions", codes, "--jobs", "2", "--json") == 1
    told = capsys.readouterr()
    records = {r["region"]: r for r in json.loads(told.out)["reports"]}
    assert [records[c]["status"] for c in GOOD] == ["published", "published"]
    assert records[EMPTY]["status"] == "needs_data" and "html" in records[EMPTY]
    assert records[BROKEN]["status"] == "failed"
    assert records[BROKEN]["problems"][0]["file"].endswith("observations.csv")
    assert "4/4" in told.err and not (out / BROKEN).exists()
    for code in GOOD:
        alone = tmp_path / code
        assert report(data, alone, "--region", code, "--as-of", "latest") == 0
        assert files(alone / code) == files(out / code)
    assert records[GOOD[0]]["answer"] != records[GOOD[1]]["answer"]


def test_a_second_run_does_only_what_is_new(folders, capsys):
    data, out = folders
    before = {p: p.stat().st_mtime_ns for c in GOOD for p in (out / c).rglob("*.*")}
    assert before and report(data, out, "--regions", ",".join(GOOD)) == 0
    assert "2 unchanged" in capsys.readouterr().out
    assert {p: p.stat().st_mtime_ns for c in GOOD for p in (out / c).rglob("*.*")} == before


def test_the_index_tells_all_and_keeps_unlike_bases_apart(folders):
    data, out = folders
    assert report(data, out, "--regions", ",".join([*GOOD, EMPTY, "3318"])) == 0
    page = (out / "index.html").read_text(encoding="utf-8")
    tables = page.split("<table")[1:]
    assert [t.count("brief.pdf") for t in tables] == [1, 2, 0]  # by base, then those without
    assert "Base bpjstk-2025" in tables[0] and "Base made-up" in tables[1]
    assert f"{EMPTY}/needs/en/needs.html" in tables[2]
    for name in ("3301/2025-03/en/brief.html", "3318/2025-03/en/brief.pdf"):
        assert f'href="{name}"' in page and (out / name).is_file()
    assert report(data, out, "--regions", f"{GOOD[0]},{BROKEN}") == 1
    later = (out / "index.html").read_text(encoding="utf-8").split("<table")[1:]
    assert [t.count("brief.pdf") for t in later] == [1, 2, 0]  # what was made before stays listed
    assert f"{EMPTY}/needs/en/needs.html" in later[2] and "observations.csv" in later[2]
    needs = (out / EMPTY / "needs" / "en" / "needs.html").read_text(encoding="utf-8")
    assert "no forecast, and none is made up" in needs


def test_the_shipped_data_need_no_naming(tmp_path):
    asked = ["report", "--regions", "3318,3319", "--out", str(tmp_path), "-p", "paths=300"]
    assert main(asked) == 0
    assert (tmp_path / "3318" / "2025-03" / "id" / "brief.pdf").is_file()
    assert (tmp_path / "3319" / "needs" / "id" / "needs.html").is_file()


def test_a_second_run_at_once_is_refused_by_name(folders, tmp_path, capsys):
    data, _ = folders
    with FileLock(tmp_path / LOCK):
        assert report(data, tmp_path, "--regions", GOOD[0]) == 1
    assert "another run is writing reports" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir() if p.name != LOCK] == []


def test_what_a_killed_run_left_is_put_right(tmp_path):
    month = tmp_path / "3318" / "2025-03"
    for name in (f"{WRITING}abc", f"{PREVIOUS}id-77", f"{PREVIOUS}en-77", "en"):
        (month / name).mkdir(parents=True)
        (month / name / "brief.html").write_text(name, encoding="utf-8")
    put_right(tmp_path)
    left = {p.name: (p / "brief.html").read_text(encoding="utf-8") for p in month.iterdir()}
    assert left == {"id": f"{PREVIOUS}id-77", "en": "en"}


def test_regions_are_named_by_province_list_and_file(tmp_path):
    assert len(regions_named("33")) == 35 and regions_named("3318,3374,3318") == ["3318", "3374"]
    named = tmp_path / "regions.txt"
    named.write_text("3318\n3374\n", encoding="utf-8")
    assert regions_named(str(named)) == ["3318", "3374"]
    with pytest.raises(InputError, match="unknown_region"):
        regions_named("3318,33l9")


@pytest.mark.parametrize(
    "given, told",
    [
        (["--jobs", "many"], "no number of processes"),
        (["--jobs", "0"], "no number of processes"),
        (["--scenario", "nothing"], "is not a scenario"),
        (["--target-month", "2025-99"], "2025-99"),
        (["--target", "52"], "Did you mean 0.52?"),
    ],
)
def test_what_is_wrong_for_all_is_told_once_and_nothing_is_written(
    folders, tmp_path, capsys, given, told
):
    data, _ = folders
    out = tmp_path / "out"
    assert report(data, out, "--regions", ",".join(GOOD), *given) == 2
    err = capsys.readouterr().err
    assert err.count(told) == 1 and "Traceback" not in err and not out.exists()


def test_a_file_of_codes_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "codes").write_bytes(b"\xff\xfe3318")
    with pytest.raises(InputError, match="bad_encoding"):
        regions_named(str(tmp_path / "codes"))


def test_central_java_has_a_page_each_from_what_is_on_record(tmp_path, capsys):
    asked = ["report", "--regions", "33", "--peers", "--out", str(tmp_path), "-p", "paths=300"]
    assert main([*asked, "--lang", "en", "--json"]) == 0
    records = {r["region"]: r for r in json.loads(capsys.readouterr().out)["reports"]}
    assert len(records) == 35
    published = {code for code, r in records.items() if r["status"] == "published"}
    assert published == {"3302", "3317", "3318", "3328", "3329", "3372", "3376"}
    for code in records.keys() - published:
        needs = (tmp_path / code / "needs" / "en" / "needs.html").read_text(encoding="utf-8")
        assert records[code]["suggested"] and records[code]["answer"] in needs
        # a page behind each figure: their own, or a peer's
        assert ("is of November 2023, and a forecast starts from one at most 24" in needs) == (
            code == "3319"
        )
        assert f"ucj new-region {code} --data FOLDER" in needs
        assert {"3319": "betanews.id", "3312": "soloaja.co"}.get(code, "puskapik.com/") in needs
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    cilacap, kudus = (re.search(f">Kabupaten {n}</a>.*", index)[0] for n in ("Cilacap", "Kudus"))
    assert "no coverage with its base is on record; its like suggest" in cilacap
    assert "the newest coverage with its base is too old: November 2023; its like" in kudus
    as_printed = index.split("<table")[2]
    assert "Kota Surakarta" in as_printed and "<button" not in as_printed  # no league
    told = (tmp_path / "3372" / "2024-12" / "en" / "brief.html").read_text(encoding="utf-8")
    assert "of the public record" in told and "57.02%" in told
