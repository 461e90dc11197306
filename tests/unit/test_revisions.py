"""A month's tables beside the earlier ones: nothing may be taken back unsaid."""

from __future__ import annotations

import shutil

import pytest

from ucj_analysis.errors import InputError
from ucj_analysis.record import schemas
from ucj_analysis.record.observations import load_table
from ucj_analysis.record.revisions import (
    Row,
    changes,
    compare_folders,
    regressions,
    shared_regressions,
)
from ucj_analysis.resources import SHIPPED_DATA

#: Rows of the shipped table, as a reader of the file counts them.
DECEMBER, MARCH = 4, 5
#: How many targets and facts are shipped.
TARGETS, FACTS = (
    len(load_table(table, region="3318")) for table in (schemas.TARGETS, schemas.FACTS)
)
JUNE = {
    "region": "3318",
    "as_of": "2025-06",
    "coverage": "0.305",
    "half_width": "0.0005",
    "labour_force": "599061",
    "base": "bpjstk-2025",
    "published": "2025-07-10",
    "source": "branch report June 2025",
}


def found(data):
    return [
        (p.code, p.row, p.column, p.value) for p in regressions(SHIPPED_DATA, data.path, "3318")
    ]


def drop(data, row):
    return data.edit("observations", lambda rows: [r for i, r in enumerate(rows, 2) if i != row])


def test_a_new_month_is_new_and_the_rest_unchanged(data):
    data.append("observations", **JUNE)
    assert found(data) == []
    seen = changes(SHIPPED_DATA, data.path, "3318")
    assert seen.new == (Row("observations", ("2025-06", "bpjstk-2025")),)
    assert seen.restated == () and len(seen.unchanged) == 4 + TARGETS + FACTS


def test_a_month_that_vanished(data):
    drop(data, MARCH)
    assert found(data) == [("month_vanished", 0, "as_of", "2025-03")]
    (problem,) = regressions(SHIPPED_DATA, data.path, "3318")
    assert problem.fields["first"] == MARCH and problem.fields["base"] == "bpjstk-2025"
    assert problem.file == str(data.file("observations"))


def test_a_month_told_on_another_day_is_the_same_month(data):
    data.cell("observations", MARCH, "as_of", "2025-03-31")
    data.cell("observations", MARCH, "published", "2025-04-02")
    assert found(data) == []


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("coverage", "0.30", "0.3"),
        ("half_width", "0.0005", "0.0005"),
        ("participants", "174000", "174000"),
        ("coverage", "", "-"),
    ],
)
def test_a_figure_restated_needs_a_note_that_says_something_new(data, column, value, told):
    note = "said on 13 March 2025; base re-set by 17.2%"
    data.cell("observations", MARCH, column, value)
    for empty in (note, "", "  BASE re-set by 17.2%"):
        data.cell("observations", MARCH, "note", empty)
        assert found(data) == [("restated", MARCH, column, told)]
    data.cell("observations", MARCH, "note", note + "; corrected by the branch on 2 May 2025")
    assert found(data) == []
    (restated,) = changes(SHIPPED_DATA, data.path, "3318").restated
    assert (restated.row.key[0], restated.column) == ("2025-03", column)
    assert restated.note.endswith("2 May 2025") and restated.before != restated.after


def test_the_same_number_written_otherwise_is_no_change(data):
    data.cell("observations", MARCH, "coverage", "0.290")
    assert found(data) == [] and not changes(SHIPPED_DATA, data.path, "3318").restated


def test_a_base_re_set_within_its_id_is_refused_note_or_not(data):
    data.cell("observations", MARCH, "labour_force", "610000")
    data.cell("observations", MARCH, "note", "base re-set")
    data.append("observations", **(JUNE | {"labour_force": "610000"}))
    assert found(data) == [("base_reset", MARCH, "labour_force", "610000")]


def test_a_base_re_set_in_a_new_row_is_refused_and_with_an_id_of_its_own_is_not(data):
    data.append("observations", **(JUNE | {"labour_force": "610000"}))
    assert found(data) == [("base_reset", MARCH + 1, "labour_force", "610000")]
    data.cell("observations", MARCH + 1, "base", "bpjstk-2025-07")
    assert found(data) == []


def test_several_at_once_are_all_told(data, ucj):
    data.cell("observations", MARCH, "coverage", "0.31")
    data.cell("observations", MARCH, "half_width", "0.0005")
    data.append("observations", **(JUNE | {"labour_force": "610000"}))
    drop(data, DECEMBER)
    assert found(data) == [
        ("month_vanished", 0, "as_of", "2024-12"),
        ("base_reset", MARCH, "labour_force", "610000"),
        ("restated", MARCH - 1, "coverage", "0.31"),
        ("restated", MARCH - 1, "half_width", "0.0005"),
    ]
    ran = ucj("validate", data.path, "--against", SHIPPED_DATA, "--json")
    codes = [p["code"] for p in ran.json["problems"]]
    # the base told twice is wrong by itself already
    assert ran.code == 2 and codes == [
        "base_differs",
        "month_vanished",
        "base_reset",
        "restated",
        "restated",
    ]
    assert not ran.json["ok"] and ran.json["changes"] == []


def test_a_region_that_vanished_and_one_that_is_new(data, tmp_path):
    shutil.move(data.path / "regions" / "3318", data.path / "regions" / "3319")
    problems, seen = compare_folders(SHIPPED_DATA, data.path)
    assert [(p.code, p.value) for p in problems] == [("region_vanished", "3318")]
    assert [(c.region, len(c.new)) for c in seen] == [("3319", 4 + TARGETS + FACTS)]


def test_a_table_that_cannot_be_read_is_named(data, ucj):
    data.cell("observations", MARCH, "coverage", "29")
    with pytest.raises(InputError):
        regressions(SHIPPED_DATA, data.path, "3318")
    ran = ucj("validate", data.path, "--against", SHIPPED_DATA, "--json")
    assert ran.code == 2 and [p["code"] for p in ran.json["problems"]] == ["not_a_fraction"]
    ran = ucj("validate", SHIPPED_DATA, "--against", data.path, "--json")
    assert ran.code == 2 and str(data.path) in ran.json["problems"][0]["file"]


def test_the_command_says_what_is_new(data, ucj):
    asked = ("validate", data.path, "--against", SHIPPED_DATA)
    assert "Nothing is new" in ucj(*asked, "--lang", "en").out
    data.append("observations", **JUNE)
    data.cell("observations", MARCH, "coverage", "0.30")
    data.cell("observations", MARCH, "note", "corrected by the branch")
    ran = ucj(*asked, "--lang", "en")
    assert ran.code == 0 and ran.out.splitlines()[-1] == (
        "Region 3318: 1 new row (June 2025 on bpjstk-2025), "
        "1 row restated with a note (March 2025 on bpjstk-2025), "
        f"and {3 + TARGETS + FACTS} rows unchanged."
    )
    (told,) = ucj(*asked, "--json").json["changes"]
    assert told["new"] == [{"table": "observations", "month": "2025-06", "base": "bpjstk-2025"}]
    assert [(r["column"], r["before"], r["after"]) for r in told["restated"]] == [
        ("coverage", 0.29, 0.3)
    ]
    assert "changes" not in ucj("validate", data.path, "--json").json


@pytest.mark.parametrize(
    "table, column, value", [("targets", "target", "0.5"), ("facts", "value", "41")]
)
def test_a_target_or_a_fact_may_not_be_taken_back_either(data, ucj, table, column, value):
    data.cell(table, 2, column, value)
    assert found(data) == [("restated", 2, column, value)]
    data.cell(table, 2, "note", "corrected by the branch on 2 May 2025")
    assert found(data) == []
    (restated,) = changes(SHIPPED_DATA, data.path, "3318").restated
    assert (restated.row.table, restated.column) == (table, column)
    data.edit(table, lambda rows: rows[1:])
    (problem,) = regressions(SHIPPED_DATA, data.path, "3318")
    assert (problem.code, problem.fields["first"]) == (f"{table[:-1]}_vanished", 2)
    ran = ucj("validate", data.path, "--against", SHIPPED_DATA, "--lang", "en")
    assert ran.code == 2 and "is gone; it was in row 2" in ran.err
    data.file(table).unlink()
    assert len(regressions(SHIPPED_DATA, data.path, "3318")) == {"targets": TARGETS}.get(
        table, FACTS
    )


@pytest.mark.parametrize(
    "table, column, value, note, gone",
    [
        ("growth_pairs", "to_pct", "32.5", "comment", "Wonogiri 2025-10-31 2025-12-31"),
        ("panel", "participants", "1", "note", None),
        ("flows", "value", "1", "note", None),
        ("programme_rules", "value", "1", "note", None),
    ],
)
def test_tables_all_regions_share_take_nothing_back_either(
    data, ucj, table, column, value, note, gone
):
    data.cell(table, 2, column, value)
    (problem,) = shared_regressions(SHIPPED_DATA, data.path)
    assert (problem.code, problem.row, problem.column) == ("restated", 2, column)
    problems, _ = compare_folders(SHIPPED_DATA, data.path)
    assert problems == [problem] and regressions(SHIPPED_DATA, data.path, "3318") == []
    told = ucj("validate", data.path, "--against", SHIPPED_DATA, "--lang", "en").err
    assert f"Say in the column {note} why" in told
    data.cell(table, 2, note, "corrected on 2 May 2025")
    assert shared_regressions(SHIPPED_DATA, data.path) == []
    data.edit(table, lambda rows: rows[1:])
    (problem,) = shared_regressions(SHIPPED_DATA, data.path)
    assert problem.code == "row_vanished" and problem.value
    assert gone is None or problem.value == gone


def test_a_new_target_is_told_and_a_number_written_otherwise_is_not(data, ucj):
    data.append(
        "targets",
        region="3318",
        target_month="2026-12",
        target="0.6",
        published="2026-01-10",
        source="kanalmuria-2025-03",
    )
    data.cell("facts", 2, "value", "40.0")
    assert found(data) == []
    ran = ucj("validate", data.path, "--against", SHIPPED_DATA, "--lang", "en")
    assert "1 new row (target for December 2026) and" in ran.out


@pytest.mark.parametrize(
    "asked, told",
    [
        (("{data}", "--against", "nowhere"), "the folder does not exist"),
        (("{data}/regions.csv", "--against", "{data}"), "not a data folder"),
    ],
)
def test_only_folders_are_compared(data, ucj, asked, told):
    ran = ucj("validate", *(a.format(data=data.path) for a in asked), "--lang", "en")
    assert ran.code == 2 and told in ran.err
