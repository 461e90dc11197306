"""`ucj validate` tells findings, and keeps what a person said of them."""

from __future__ import annotations

import csv

import pytest

JUNE = {
    "region": "3318",
    "as_of": "2025-06",
    "coverage": "0.45",
    "half_width": "0.0005",
    "labour_force": "599061",
    "base": "bpjstk-2025",
    "published": "2025-07-10",
    "source": "branch report June 2025",
}
JUMP = "jump:2025-06"
LANGUAGES = pytest.mark.parametrize("lang", ["id", "en"])


def accepted(data):
    with data.file("accepted").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture
def leap(data):
    return data.append("observations", **JUNE | {"coverage": "0.36"})


def found(ran, check):
    return [f for f in ran.json["findings"] if f["code"] == check]


@LANGUAGES
def test_a_warning_is_shown_and_the_data_stay_usable(ucj, leap, lang):
    ran = ucj("validate", leap.path, "--lang", lang)
    assert ran.code == 0 and ran.err == ""
    assert "observations.csv" in ran.out and "173" in ran.out
    assert {"id": "Peringatan", "en": "Warning"}[lang] in ran.out


def test_json_lists_findings_beside_problems(ucj, leap):
    ran = ucj("validate", leap.path, "--json", "--lang", "en")
    (jump,) = found(ran, "jump")
    assert ran.json["ok"] and ran.json["problems"] == []
    assert (jump["severity"], jump["accepted"], jump["acceptance"]) == ("warning", False, None)
    assert (jump["month"], jump["base"], jump["row"]) == ("2025-06", "bpjstk-2025", 6)
    assert jump["value"] == "0.29/599061 > 0.36/599061"


def test_a_finding_is_accepted_for_its_figures_and_no_others(ucj, leap):
    note = "counted anew, letter 12/2025"
    ran = ucj(
        "validate",
        leap.path,
        "--accept",
        JUMP,
        "--note",
        note,
        "--by",
        "R. Hadi",
        "--json",
        "--lang",
        "en",
    )
    (jump,) = found(ran, "jump")
    assert ran.code == 0 and jump["accepted"] and jump["acceptance"]["note"] == note
    (row,) = accepted(leap)
    assert (row["check"], row["as_of"], row["found"], row["by"]) == (
        "jump",
        "2025-06",
        "0.29/599061 > 0.36/599061",
        "R. Hadi",
    )
    assert note in ucj("validate", leap.path, "--lang", "en").out
    leap.cell("observations", 6, "coverage", "0.37")
    ran = ucj("validate", leap.path, "--json")
    assert [f["accepted"] for f in found(ran, "jump")] == [False]
    assert "no longer is" in ucj("validate", leap.path, "--lang", "en").out
    # accepted again, one row stands for it
    assert ucj("validate", leap.path, "--accept", JUMP, "--note", "still").code == 0
    assert [r["note"] for r in accepted(leap)] == ["still"]
    leap.cell("observations", 6, "coverage", "0.30")
    ran = ucj("validate", leap.path, "--json")
    assert found(ran, "jump") == [] and len(found(ran, "acceptance_unused")) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--accept", JUMP), "no_note"),
        (("--accept", JUMP, "--note", "  "), "no_note"),
        (("--accept", "jump:2025-03", "--note", "x"), "not_accepted"),
        (("--accept", "rounding_coarse:2025-03", "--note", "x"), "not_accepted"),
        (("--note", "x"), "no_acceptance"),
        (("--by", "x"), "no_acceptance"),
    ],
)
def test_what_cannot_be_accepted_is_refused_and_nothing_written(ucj, leap, arguments, code):
    ran = ucj("validate", leap.path, *arguments, "--json")
    assert ran.code == 2 and [p["code"] for p in ran.json["problems"]] == [code]
    assert not leap.file("accepted").exists()


def test_the_shipped_data_are_not_written_to(ucj):
    ran = ucj("validate", "--accept", JUMP, "--note", "x", "--json")
    assert ran.code == 2 and ran.json["problems"][0]["code"] == "accept_where"


def test_errors_come_first_and_are_not_accepted(ucj, leap):
    leap.cell("observations", 6, "participants", "700000")
    ran = ucj("validate", leap.path, "--accept", "above_base:2025-06", "--note", "x", "--json")
    assert ran.code == 2 and "above_base" in [p["code"] for p in ran.json["problems"]]


def test_two_regions_with_the_same_finding_are_told_apart(ucj, leap):
    other = leap.path / "regions" / "3317"
    other.mkdir()
    text = leap.file("observations").read_text(encoding="utf-8").replace("3318,", "3317,")
    (other / "observations.csv").write_text(text, encoding="utf-8")
    ran = ucj("validate", leap.path, "--accept", JUMP, "--note", "x", "--json")
    assert ran.code == 2 and ran.json["problems"][0]["code"] == "accept_one_region"
    assert ucj("validate", other, "--accept", JUMP, "--note", "x").code == 0
    assert (other / "accepted.csv").is_file() and not leap.file("accepted").exists()


DRIVE = """
[[drives]]
name = "mass enrolment"
segment = "self_employed"
first = "2025-05"
last = "2025-06"
people = { low = 35000, central = 45000, high = 55000, unit = "people", period = "month", assumption = "letter" }
yields = { low = 1, central = 1, high = 1, unit = "share", assumption = "letter" }
"""
COHORT = """
[[cohorts]]
name = "paid by the regency"
first = "2025-05"
last = "2025-12"
people = { low = 80000, central = 90000, high = 100000, unit = "people", assumption = "letter" }
yields = { low = 1, central = 1, high = 1, unit = "share", assumption = "letter" }
"""


@pytest.mark.parametrize("command", ["forecast", "plan"])
def test_an_accepted_jump_no_path_reaches_is_told_with_its_note_and_ways_on(ucj, data, command):
    data.append("observations", **JUNE)
    asked = (command, "--data", data.path, "--as-of", "2025-06", "--paths", "300", "--lang", "en")
    ran = ucj(*asked)
    assert ran.code == 2 and "cannot be reached" in ran.err and "accepted" not in ran.err
    note = "mass enrolment, letter 12/2025"
    assert ucj("validate", data.path, "--accept", JUMP, "--note", note).code == 0
    ran = ucj(*asked)
    assert ran.code == 2 and f"accepted ({note})" in ran.err
    for way in ("`base`", "`basis`", "[[drives]]", "[[cohorts]]", "scenarios/baseline.toml"):
        assert way in ran.err
    data.cell("observations", 6, "coverage", "0.46")  # accepted for another figure
    assert note not in ucj(*asked).err


@pytest.mark.parametrize("way", ["base", "basis", "drive", "cohort"])
def test_the_ways_on_are_ways_on(ucj, data, way):
    told = {"base": "bpjstk-2025-06", "labour_force": "400000"} if way == "base" else {}
    told |= {"basis": "registered; residence; construction not stated"} if way == "basis" else {}
    data.append("observations", **JUNE | told)
    baseline = data.path / "scenarios" / "baseline.toml"
    with baseline.open("a", encoding="utf-8") as file:
        file.write({"drive": DRIVE, "cohort": COHORT}.get(way, ""))
    ran = ucj("forecast", "--data", data.path, "--as-of", "2025-06", "--paths", "2000")
    assert ran.code == 0, ran.err


def test_notes_are_told_in_words_too(ucj, leap):
    assert ucj("validate", leap.path, "--accept", JUMP, "--note", "counted anew").code == 0
    told = ucj("validate", leap.path, "--json", "--lang", "en").json["findings"]
    notes = [f["problem"] for f in told if f["severity"] == "note"]
    out = ucj("validate", leap.path, "--lang", "en").out
    assert notes and out.count("Note: ") == len(notes) and "--json" not in out
    assert all(note in out for note in notes) and "counted anew" in out


def test_an_acceptance_without_a_note_in_the_file_is_an_error(ucj, leap):
    (leap.path / "regions" / "3318" / "accepted.csv").write_text(
        "check,as_of,base,found,note,by,on\njump,2025-06,bpjstk-2025,x,,me,2025-08-01\n",
        encoding="utf-8",
    )
    ran = ucj("validate", leap.path, "--json")
    assert ran.code == 2
    assert [(p["code"], p["row"], p["column"]) for p in ran.json["problems"]] == [
        ("missing_value", 2, "note")
    ]


def test_parts_are_told_in_status_and_forecast(ucj, data):
    (data.path / "regions" / "3318" / "breakdown.csv").write_text(
        "as_of,dimension,name,participants,labour_force,published,source,note\n"
        "2025-03,sub_district,Juwana,100000,,2025-03-31,branch,\n"
        "2025-03,sub_district,Tayu,73400,,2025-03-31,branch,\n",
        encoding="utf-8",
    )
    ran = ucj("status", "--data", data.path, "--json")
    (told,) = ran.json["breakdown"]
    assert (told["dimension"], told["participants"]) == ("sub_district", 173_400)
    assert "Juwana" in ucj("status", "--data", data.path).out
    ran = ucj("forecast", "--data", data.path, "--paths", "300", "--json")
    (told,) = ran.json["breakdown"]
    assert sum(p["p50"] for p in told["parts"]) == told["participants"]["p50"]
    assert "Tayu" in ucj("forecast", "--data", data.path, "--paths", "300").out


def test_parts_taken_back_are_refused_beside_the_earlier_tables(ucj, data, tmp_path):
    import shutil

    table = data.path / "regions" / "3318" / "breakdown.csv"
    table.write_text(
        "as_of,dimension,name,participants,labour_force,published,source,note\n"
        "2025-03,sub_district,Juwana,100000,,2025-03-31,branch,\n"
        "2025-03,sub_district,Tayu,73400,,2025-03-31,branch,\n",
        encoding="utf-8",
    )
    earlier = tmp_path / "earlier"
    shutil.copytree(data.path, earlier)
    text = table.read_text(encoding="utf-8").replace("100000", "100001").replace("Tayu", "Tayo")
    table.write_text(text, encoding="utf-8")
    ran = ucj("validate", data.path, "--against", earlier, "--json")
    assert [p["code"] for p in ran.json["problems"]] == ["row_vanished", "restated"]
