"""The shipped data: sources exist, contradictions stay with their reason, vintages hold."""

from __future__ import annotations

import json
import tomllib
from datetime import date

import pytest

from ucj_analysis.errors import InputError
from ucj_analysis.record.observations import (
    load_observations,
    load_table,
    published_by,
    source_dates,
)
from ucj_analysis.record.schemas import PER_REGION, TABLES, data_package
from ucj_analysis.record.validation import validate
from ucj_analysis.resources import SHIPPED_DATA


def table(name):
    return load_table(TABLES[name], region="3318" if name in PER_REGION else "")


def test_the_shipped_data_are_usable():
    assert validate(SHIPPED_DATA).problems == ()


@pytest.mark.parametrize(
    "name", ["observations", "targets", "facts", "panel", "flows", "programme_rules"]
)
def test_every_value_has_a_source_that_exists(name):
    assert set(table(name)["source"]) <= set(table("sources")["source"])


def test_every_page_of_the_growth_pairs_is_a_source():
    pairs, pages = table("growth_pairs"), set(table("sources")["url"])
    assert set(pairs["from_url"]) | set(pairs["to_url"]) <= pages


def test_every_range_of_the_scenarios_names_sources_that_exist():
    known = set(table("sources")["source"])
    for path in (SHIPPED_DATA / "scenarios").glob("*.toml"):
        for part in tomllib.loads(path.read_text(encoding="utf-8")).values():
            if isinstance(part, dict):
                for stated in part.values():
                    named = stated.get("sources", []) if isinstance(stated, dict) else []
                    assert set(named) <= known


def test_contradictions_stay_with_the_reason_for_the_one_used():
    facts = table("facts").set_index("id")
    assert facts.loc["P038", "value"] == "43000" and facts.loc["P039", "value"] == "147399"
    assert all(facts.loc[facts["role"] == "not used", "reason"] != "")
    assert facts.loc["P005", "reason"] != ""


def test_the_data_dictionary_is_the_schemas():
    shipped = json.loads((SHIPPED_DATA / "datapackage.json").read_text(encoding="utf-8"))
    assert shipped == data_package()
    assert all(r["schema_version"] >= 1 for r in shipped["resources"])


def test_the_register_is_whole():
    levels = table("regions")["level"].value_counts().to_dict()
    assert levels == {"regency": 514, "province": 38}


def test_nothing_published_later_is_known():
    for frame in (table("growth_pairs"), table("panel")):
        early = published_by(frame, date(2025, 3, 31))
        assert len(early) < len(frame)
        assert max(early["published"]) <= date(2025, 3, 31)
    assert load_observations("3318", date(2025, 3, 12)) == []


def test_a_source_without_a_date_is_not_a_day():
    days = source_dates()
    assert days["star-grid-undated"] is None
    assert days["kanalmuria-2025-03"] == date(2025, 3, 13)


def test_another_schema_version_is_refused(data):
    path = data.path / "datapackage.json"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"schema_version": 1', '"schema_version": 9'),
        encoding="utf-8",
    )
    with pytest.raises(InputError) as raised:
        load_observations("3318", data=data.path)
    assert raised.value.problems[0].code == "bad_schema_version"
