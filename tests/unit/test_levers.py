"""Levers as data: what is read, how ranges become numbers, what is refused and where."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ucj_analysis.contributions import construction_premium, construction_rates
from ucj_analysis.errors import InputError
from ucj_analysis.planning.levers import load_levers, menu, read_levers
from ucj_analysis.quantities import standing
from ucj_analysis.record.observations import source_dates
from ucj_analysis.resources import SHIPPED_DATA

PATI = SHIPPED_DATA / "levers" / "3318.toml"
RATES = construction_rates()


def central(_, stated):
    return stated.central


@pytest.mark.parametrize(
    "value, premium",
    [
        (100e6, 240_000),  # 0.24%
        (150e6, 240_000 + 95_000),  # and 0.19% of 50 million
        (500e6, 1_000_000),
        (1e9, 1_000_000 + 750_000),  # 0.15%
        (5e9, 1_750_000 + 4_800_000),  # 0.12%
        (7e9, 6_550_000 + 2_000_000),  # 0.10%
    ],
)
def test_the_construction_schedule_by_hand(value, premium):
    assert construction_premium(value, RATES) == pytest.approx(premium)


@given(st.floats(0, 1e11), st.floats(0, 1e11))
def test_a_larger_contract_never_pays_less_nor_a_higher_rate(one, other):
    small, large = sorted((one, other))
    paid = construction_premium(small, RATES), construction_premium(large, RATES)
    assert paid[0] <= paid[1] + 1e-6
    if small > 1:
        assert paid[1] / large <= paid[0] / small + 1e-12


def test_registers_become_workers_by_stated_shares():
    terms = {t.name: t for t in menu(load_levers("3318"), central, RATES).terms}
    poor = terms["poor registers, deciles I-IV"]
    assert sum(poor.pool) == pytest.approx(380_800 * 0.35 * 0.64)
    assert poor.one_off == (pytest.approx(5_000 / 0.64),)
    assert poor.pace == 2_200 and poor.planned_per_person == pytest.approx(1 / 0.64)
    projects = terms["village projects"]
    assert sum(projects.pool) == pytest.approx(1_200 * 8 * 0.8 * 0.25)
    premium = construction_premium(96e6, RATES)
    assert projects.one_off == (pytest.approx((premium + 50_000 / 0.25) / (8 * 0.8)),)
    # all of it: 300 contracts register of 1,200 followed up, whoever of their workers counts
    bill = 300 * premium + 1_200 * 50_000
    assert sum(projects.pool) * projects.one_off[0] == pytest.approx(bill)
    assert sum(projects.pool) * projects.planned_per_person == pytest.approx(1_200)
    assert poor.paces(4).tolist() == pytest.approx([2_200 / 3, 4_400 / 3, 2_200, 2_200])
    works = terms["regency works"]
    assert works.paces(1)[0] == 0 and works.paces(4)[3] == pytest.approx(35 * 15 * 0.8)
    outreach = terms["outreach to the self-employed"]
    assert all(a < b for a, b in pairwise(outreach.one_off))


def test_people_on_two_lists_are_shared():
    found = menu(load_levers("3318"), central, RATES)
    names = [t.name for t in found.terms]
    shared = {(names[a], names[b]): people for a, b, people in found.shared}
    fishers = sum(found.terms[names.index("small fishers")].pool)
    assert shared["small fishers", "poor registers, deciles I-IV"] == pytest.approx(0.5 * fishers)


def test_a_source_published_later_makes_an_assumption():
    stated = load_levers("3318").stated()
    published, day = source_dates(), date(2025, 3, 31)
    told = {place: standing(s, published, day) for place, s in stated.items()}
    poor = "poor registers, deciles I-IV"
    assert told[poor, "monthly"] == "sourced" and told[poor, "pool"] == "derived"
    assert told[poor, "pace"] == "assumed"  # its high end was published in December 2025
    assert standing(stated[poor, "monthly"], published, date(2025, 3, 12)) == "assumed"


def test_every_number_has_a_source_or_is_called_an_assumption():
    known = source_dates()
    for place, stated in load_levers("3318").stated().items():
        assert stated.sources or stated.assumption, place
        assert set(stated.sources) <= set(known), place
    assert all(lever.timing for lever in load_levers("3318").levers)


def line_of(path, text):
    return next(n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if text in line)


#: what is changed -> the line told, the problem, and what it must say
BAD = [
    ("cost below zero", "low = 2000\ncentral = 5000", "low = -2000\ncentral = 5000", "bad_range"),
    ("pool of none", "low = 172000", "low = 0", "bad_range"),
    ("pool below zero", "low = 4100", "low = -4100", "bad_range"),
    (
        "overlap above one",
        "low = 0.3, central = 0.5, high = 0.8",
        "low = 0.3, central = 0.5, high = 1.8",
        "bad_share",
    ),
    ("months beyond", "months = [1, 60]", "months = [1, 61]", "bad_part"),
    ("months none", "months = [1, 60]", "months = [0, 60]", "bad_part"),
    ("months reversed", "months = [4, 4]", "months = [6, 4]", "bad_part"),
    ("unknown office", 'office = "Dinas Sosial"', 'office = "Dinas Sosal"', "not_allowed"),
    ("unknown segment", 'segment = "construction"', 'segment = "contruction"', "not_allowed"),
    ("unknown lever", '["small fishers", "poor', '["small fisher", "poor', "overlap_of_none"),
    ("unknown key", "ramp = 3", "rampe = 3", "unknown_key"),
    ("yield of none", "low = 0.55", "low = 0.0", "bad_part"),
    ("steps that fall", "cost = 4.0", "cost = 0.5", "bad_part"),
    ("steps too short", "share = 0.4", "share = 0.3", "bad_part"),
    ("a step that is no number", "share = 0.3", "share = nan", "bad_part"),
    ("months in quotes", "months = [1, 60]", 'months = ["1", "60"]', "bad_key_value"),
    ("no source", 'assumption = "to verify one person of the list"', "", "bad_range"),
    ("thousand dots", "low = 172000", "low = 172.000", "thousand_dots"),
    ("thousand dots in money", "low = 50000000", "low = 50.000", "thousand_dots"),
    ("not a number", "low = 172000", 'low = "172.000"', "bad_key_value"),
    ("pace without period", 'unit = "people"\nperiod = "month"', 'unit = "people"', "bad_part"),
    ("other unit", 'unit = "villages"\nsources', 'unit = "people"\nsources', "bad_part"),
    ("not toml", "schema_version = 1", "schema_version = = 1", "not_toml"),
]


@pytest.mark.parametrize("name, old, new, code", BAD, ids=[b[0] for b in BAD])
def test_bad_levers_are_refused_with_their_row(tmp_path, name, old, new, code):
    text = PATI.read_text(encoding="utf-8")
    assert old in text
    changed = tmp_path / "3318.toml"
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as failed:
        read_levers(changed)
    problem = failed.value.problems[0]
    assert problem.code == code and problem.file == str(changed) and problem.row > 0
    at = text[: text.index(old)].count("\n") + 1
    if code not in ("bad_part", "not_toml"):
        assert abs(problem.row - at) <= 12, (problem.row, at)


def test_lists_that_overlap_with_more_than_themselves_are_refused(tmp_path):
    text = PATI.read_text(encoding="utf-8")
    more = '\n[[overlaps]]\nname = "fishers on the tobacco list"\nlevers = ["small fishers", "tobacco-linked workers"]\nshare = { low = 0.3, central = 0.5, high = 0.8, unit = "share", assumption = "x" }\n'
    changed = tmp_path / "3318.toml"
    changed.write_text(text + more, encoding="utf-8")
    with pytest.raises(InputError, match="overlap_sum") as failed:
        read_levers(changed)
    assert failed.value.problems[0].row > line_of(PATI, "self-employed on the poor registers")


def test_two_levers_of_one_name_are_refused(tmp_path):
    changed = tmp_path / "3318.toml"
    text = PATI.read_text(encoding="utf-8").replace(
        'name = "village projects"', 'name = "regency works"'
    )
    changed.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="lever_names"):
        read_levers(changed)


CIRCLES = [
    ('["small fishers", "small fishers"]', "overlap_itself"),
    ('["poor registers, deciles I-IV", "small fishers"]', "overlap_circle"),
    ('["village projects", "small fishers"]', "overlap_yearly"),
]


@pytest.mark.parametrize("levers, reason", CIRCLES, ids=[reason for _, reason in CIRCLES])
def test_overlaps_that_no_pairs_can_tell_are_refused(tmp_path, levers, reason):
    more = (
        f'\n[[overlaps]]\nname = "one more"\nlevers = {levers}\n'
        'share = { low = 0.0, central = 0.1, high = 0.1, unit = "share", assumption = "x" }\n'
    )
    changed = tmp_path / "3318.toml"
    changed.write_text(PATI.read_text(encoding="utf-8") + more, encoding="utf-8")
    with pytest.raises(InputError, match=reason) as failed:
        read_levers(changed)
    assert failed.value.problems[0].row > line_of(PATI, "self-employed on the poor registers")
