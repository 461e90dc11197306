"""What the sentences say of a region is true of that region: one with figures, levers and events of its own."""

from __future__ import annotations

import re
import shutil
import tomllib
from itertools import pairwise

import nbformat
import pytest

from ucj_analysis import ask, forecast
from ucj_analysis.planning.plan import DRAWS
from ucj_analysis.planning.what_it_takes import what_it_takes
from ucj_analysis.presentation import churn_words
from ucj_analysis.presentation.churn_words import churn_text, segments_text
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.outlook_tables import assumptions_table
from ucj_analysis.presentation.outlook_words import (
    forecast_answer,
    limits_text,
    scenario_text,
    views_text,
)
from ucj_analysis.presentation.plan_figures import plan_figure
from ucj_analysis.presentation.plan_tables import (
    lever_uses,
    levers_table,
    office_table,
    protections_table,
    rests_on,
)
from ucj_analysis.presentation.plan_words import (
    certificate_text,
    levers_text,
    plan_answer,
    prices_text,
    protections_text,
)
from ucj_analysis.presentation.sources import source_uses, sources_table, sources_text
from ucj_analysis.presentation.standing_words import change_text
from ucj_analysis.presentation.what_if_words import compared_text
from ucj_analysis.resources import NOTEBOOKS, SHIPPED_DATA
from ucj_analysis.series import FEWEST_MONTHS
from ucj_analysis.situation import status

KUDUS = "3319"
W = words("en")
COUNTS = {"02": 183_912, "03": 184_705, "04": 184_420, "05": 185_590, "06": 186_308}
PLAN = """
schema_version = 1
offices = ["labour office"]

[header]
title = "One lever"
author = "a test"
reference = "made up"

[[levers]]
name = "tobacco workers"
segment = "funded"
office = "labour office"
unit = "people"
months = [3, 12]
ramp = 2
lead = 0
counted_after = 2
yearly = false
timing = "made up"
"""
SCENARIO = """
schema_version = 1
extends = "baseline"

[header]
title = "A factory closes"
author = "a test"
reference = "made up"
"""
RANGE = '{name}\nlow = {low}\ncentral = {central}\nhigh = {high}\nunit = "{unit}"\n{period}assumption = "made up"\n'


def stated(name, low, central, high, unit, period=""):
    told = f'period = "{period}"\n' if period else ""
    return RANGE.format(
        name=f"[{name}]", low=low, central=central, high=high, unit=unit, period=told
    )


@pytest.fixture(scope="module")
def kudus(tmp_path_factory):
    """A data folder with five monthly counts, one lever and one scenario of Kudus, all made up."""
    data = tmp_path_factory.mktemp("kudus") / "data"
    shutil.copytree(SHIPPED_DATA, data)
    place = data / "regions" / KUDUS
    place.mkdir(exist_ok=True)
    head = "region,as_of,coverage,half_width,participants,labour_force,base,basis,published,source,note"
    rows = [
        f"{KUDUS},2025-{month},,,{people},486120,own,,2025-07-10,own recap,made up"
        for month, people in COUNTS.items()
    ]
    (place / "observations.csv").write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    (place / "targets.csv").write_text(
        "region,target_month,target,family,published,source,note\n"
        f"{KUDUS},2025-12,0.55,,2025-07-10,own recap,made up\n",
        encoding="utf-8",
    )
    lever = [
        stated("levers.pool", 18_000, 26_000, 30_000, "people"),
        stated("levers.workers", 0.3, 0.5, 0.7, "share"),
        stated("levers.pace", 1_000, 2_500, 4_000, "people", "month"),
        stated("levers.yields", 0.6, 0.75, 0.9, "share"),
        stated("levers.one_off", 3_000, 6_000, 12_000, "rupiah"),
        stated("levers.monthly", 16_800, 16_800, 16_800, "rupiah"),
        stated("levers.lapse", 0.9, 1.0, 1.0, "share", "month"),
    ]
    (data / "levers" / f"{KUDUS}.toml").write_text("\n".join([PLAN, *lever]), encoding="utf-8")
    closure = '[[closures]]\nname = "factory"\nfirst = "2025-09"\nlast = "2025-09"\n'
    people = stated("closures.people", 1_500, 2_500, 4_000, "people")
    (data / "scenarios" / "closure.toml").write_text(
        "\n".join([SCENARIO, closure, people]), encoding="utf-8"
    )
    return data


@pytest.fixture(scope="module")
def taken(kudus):
    return what_it_takes(ask(KUDUS, "2025-06", paths=1_000, data=kudus))


@pytest.fixture(scope="module")
def seen(kudus):
    return forecast(ask(KUDUS, "2025-06", scenario="closure", paths=1_000, data=kudus))


def printed(told, name):
    """The numbers a sentence has where a word stands before or after them."""
    return [int(n.replace(",", "")) for n in re.findall(name, str(told))]


# --- plans ----------------------------------------------------------------------------------------


def test_what_is_said_of_paces_is_what_the_levers_say(taken):
    lever = tomllib.loads(
        (taken.plan.question.data / "levers" / f"{KUDUS}.toml").read_text("utf-8")
    )
    assert "sources" not in lever["levers"][0]["pace"]
    assert "other regions" not in levers_text(taken, W)


def test_ranges_are_said_to_lean_up_only_where_they_do(taken):
    middle = taken.range.coverage[1]
    assert middle < taken.plan.coverage_reached
    assert "That middle is higher" not in plan_answer(taken, W)
    pati = what_it_takes(ask(paths=1_000))
    assert pati.range.coverage[1] > pati.plan.coverage_reached
    told = plan_answer(pati, W)
    assert "That middle is higher because more of the ranges" in told
    assert "so below the middle value of that view" in told


def test_a_plan_names_whom_its_scenario_enrols_already():
    told = {
        name: plan_answer(what_it_takes(ask(scenario=name, paths=300)), W)
        for name in ("funded-vulnerable", "layoff-shock")
    }
    twice = "where they are the same people, take them out of the scenario"
    assert twice in told["funded-vulnerable"] and "20,000–74,000" in told["funded-vulnerable"]
    assert twice not in told["layoff-shock"]


def test_draws_that_reach_a_target_are_counted():
    seen = what_it_takes(ask(target=0.31, paths=300))
    reach = round(seen.range.reachable * DRAWS)
    assert f"Of {DRAWS} draws of the levers from their ranges {reach} reach it" in plan_answer(
        seen, W
    )


def test_a_number_of_people_is_the_same_wherever_it_stands(taken):
    people = 9_750
    table = office_table(taken, W)
    assert table.rows[-1][2] == table.rows[-1][4] == W.count(people)
    told = protections_text(taken, W)
    assert printed(told, r"each of ([\d,]+) people") == [people]
    assert printed(told, r"of ([\d,]+) people counted") == [people]
    assert printed(certificate_text(taken, W), r"let ([\d,]+) people") == [people]
    picture = plan_figure(taken, W)
    assert W.count(people) in picture.figure.texts[0].get_text()


def test_a_planners_reasons_stand_beside_the_values_they_are_for(taken):
    rows = {row[1]: row for row in levers_table(taken.plan, W).rows}
    assert rows["on the list"][5] == "assumption: made up"
    assert rows["effort, once"][4] == "per unit planned (person)"
    assert rows["contribution a month"][4] == "per person"
    timing = rows["timing"][5]
    assert timing == "months paid: 3–12, until full pace: 2, waiting: 0 – made up"
    lever = taken.plan.setting.levers.levers[0]
    long = lever.pool.model_copy(update={"assumption": "so it was agreed " * 40})
    told = rests_on(long, "assumed", W)
    assert len(told) < 320 and told.endswith("…")


def test_levers_without_sources_have_no_table_of_them(taken):
    assert not sources_table(lever_uses(taken.plan, W), taken.plan.question.data, W)


def test_an_aim_over_months_tells_whose_coverage_it_is(taken):
    heads = [row[0] for row in protections_table(taken, W).rows]
    assert [head.endswith("(coverage: of the lowest month among them)") for head in heads] == [
        False,
        True,
        False,
    ]


def test_one_person_more_for_one_person_more_goes_without_saying(taken):
    assert [round(worth, 1) for _, worth in taken.binding] == [1.0]
    assert "1.0 more people" not in prices_text(taken, W)


# --- figures and sources ---------------------------------------------------------------------------


def points(told):
    return [round(100 * float(n.replace("−", "-"))) for n in re.findall(r"[+−]?\d+\.\d\d?", told)]


def test_the_parts_of_a_change_add_up_to_its_total_as_printed(kudus):
    for first, last in pairwise(sorted(COUNTS)):
        now = status(ask(KUDUS, f"2025-{last}", data=kudus))
        told = str(change_text(now, W)).partition("points")
        decimals = re.findall(r"\.(\d+)", told[0] + told[2])
        assert {len(d) for d in decimals} == {2}
        total, participants, base = points(told[0] + told[2])
        assert total == participants + base, (first, last)
    assert "coverage moved by −10.0 points: −4.64 from" in change_text(status(ask()), W)


def test_only_sources_of_what_applies_to_the_region_stand_below_it(seen):
    elsewhere = {c.name for c in seen.scenario.cohorts if KUDUS not in c.regions}
    assert elsewhere
    uses = [use for told in source_uses(seen, W).values() for use in told]
    assert not [use for use in uses if use.partition(":")[0] in elsewhere]


def test_every_month_a_source_gave_is_named(seen, kudus):
    assert source_uses(seen, W)["own recap"][0] == "coverage of February\u2009–\u2009June 2025"
    pati = source_uses(forecast(ask(paths=200)), W)
    told = [use for uses in pati.values() for use in uses if use.startswith("coverage of")]
    assert sorted(told) == ["coverage of December 2024", "coverage of March 2025"]


# --- events, and how much is known -------------------------------------------------------------------


def test_a_dated_closure_stands_beside_the_ordinary_layoffs(seen, kudus):
    told = churn_text(seen, W)
    assert "ordinary layoffs end the cover of" in told
    assert "Dated closures come on top: “factory” (Sep 2025: 1,500–4,000 people)." in told
    without = forecast(ask(KUDUS, "2025-06", paths=200, data=kudus))
    assert "Dated closures" not in churn_text(without, W)


@pytest.mark.parametrize(("people", "said"), [(2977, "grew by 2,977"), (-2977, "fell by 2,977")])
def test_a_base_that_is_re_set_grows_or_falls(seen, monkeypatch, people, said):
    monkeypatch.setattr(churn_words, "base_jump", lambda now: people)
    assert f"The base {said} people between two publications" in churn_text(seen, W)


def test_the_figures_known_are_counted_not_assumed_to_be_two(seen):
    assert f"{len(COUNTS)} totals cannot tell who left" in segments_text(seen, W)
    assert "2 totals cannot tell who left" in segments_text(forecast(ask(paths=200)), W)


def test_monthly_data_are_wished_for_only_where_there_are_none(seen):
    told = limits_text(seen, W)
    assert "would change it" not in told
    assert re.search(rf"from {FEWEST_MONTHS} months on, and there are {len(COUNTS)}:?\.?", told)
    pati = limits_text(forecast(ask(paths=200)), W)
    assert "monthly data of Kabupaten Pati would change it" in pati


def test_a_scenario_is_told_by_its_events_and_beside_the_baseline(seen, kudus):
    told = scenario_text(seen, W)
    assert "The scenario adds: “factory” (Sep 2025: 1,500–4,000 people)." in told
    baseline = forecast(ask(KUDUS, "2025-06", paths=1_000, data=kudus))
    ends = [f.views["stock_flow"].quantiles[-1][2] for f in (baseline, seen)]
    assert ends[0] > ends[1]
    without, with_it = (W.percent(end, 1) for end in ends)
    assert f"is {without} without this scenario, {with_it} with it." in told
    assert scenario_text(baseline, W) == ""


def test_events_of_other_months_and_regions_are_not_told_as_the_scenarios(kudus):
    early = forecast(
        ask(KUDUS, "2025-06", scenario="closure", paths=200, target_month="2025-08", data=kudus)
    )
    assert "factory" not in scenario_text(early, W) and "factory" not in churn_text(early, W)
    assert "without effect: factory" in forecast_answer(early, W)


def test_a_cohort_that_has_begun_adds_nobody_and_that_is_told(kudus):
    for first, name in (("2025-06", "begun"), ("2025-07", "begins")):
        cohort = f'[[cohorts]]\nname = "poor"\nfirst = "{first}"\nlast = "2025-12"\n'
        people = stated("cohorts.people", 5_000, 5_000, 5_000, "people")
        yields = stated("cohorts.yields", 0.9, 0.9, 0.9, "share")
        text = "\n".join([SCENARIO, cohort, people, yields])
        (kudus / "scenarios" / f"{name}.toml").write_text(text, encoding="utf-8")
    begun, begins = (
        forecast(ask(KUDUS, "2025-06", scenario=name, paths=200, data=kudus))
        for name in ("begun", "begins")
    )
    assert "Begun before July 2025, and so without effect" in forecast_answer(begun, W)
    assert "The scenario adds" not in scenario_text(begun, W)
    assert "Begun" not in forecast_answer(begins, W)
    assert "The scenario adds: “poor”" in scenario_text(begins, W)


@pytest.mark.parametrize("first, partly", [("2025-05", True), ("2025-07", False)])
def test_a_closure_begun_before_tells_that_only_the_rest_of_it_is_added(kudus, first, partly):
    closure = f'[[closures]]\nname = "mill"\nfirst = "{first}"\nlast = "2025-09"\n'
    people = stated("closures.people", 1_500, 2_500, 4_000, "people")
    text = "\n".join([SCENARIO, closure, people])
    (kudus / "scenarios" / "mill.toml").write_text(text, encoding="utf-8")
    seen = forecast(ask(KUDUS, "2025-06", scenario="mill", paths=200, data=kudus))
    told = "Begun before July 2025: of mill only the months from then on are added"
    assert (told in forecast_answer(seen, W)) is partly
    assert "The scenario adds: “mill”" in scenario_text(seen, W)


@pytest.mark.parametrize(
    "end, told", [("2026-03", True), ("2025-12", False), ("2026-12", False), ("2025-09", False)]
)
def test_why_spring_stands_lower_is_said_of_a_spring_after_a_new_year(end, told):
    seen = forecast(ask(target_month=end, paths=200))
    assert ("spring is assumed to stand lower" in views_text(seen, W)) is told


def test_people_stated_for_another_base_are_shown_scaled_and_as_stated(kudus):
    seen = forecast(ask(KUDUS, "2025-06", paths=200, data=kudus))
    units = {row[0]: row[2] for row in assumptions_table(seen, W).rows}
    scaled = units["graduates of upper secondary school"]
    assert scaled == "people a year; stated as 15,000–17,000 for a base of 599,061"
    pati = {row[0]: row[2] for row in assumptions_table(forecast(ask(paths=200)), W).rows}
    assert pati["graduates of upper secondary school"] == "people a year"


def test_own_sources_keep_their_names_and_no_day_of_another_letter(kudus):
    seen = forecast(ask(KUDUS, "2025-06", paths=200, data=kudus))
    (own,) = {o.source for o in seen.status.history}
    uses = {own: ["coverage"]}
    named = str(sources_text(uses, seen.status.known_by, kudus, W))
    assert named.startswith(f"{own} (days stand in the region's tables")


def test_a_scenario_of_another_region_says_that_it_changes_nothing(kudus):
    elsewhere = (
        SCENARIO
        + '[[closures]]\nname = "mill"\nregions = ["3318"]\nfirst = "2025-09"\nlast = "2025-09"\n'
    )
    people = stated("closures.people", 1_500, 2_500, 4_000, "people")
    (kudus / "scenarios" / "elsewhere.toml").write_text(elsewhere + people, encoding="utf-8")
    asked = ask(KUDUS, "2025-06", scenario="elsewhere", paths=200, data=kudus)
    nothing, seen = "This scenario changes nothing for Kabupaten Kudus.", forecast(asked)
    assert scenario_text(seen, W) == nothing
    baseline = forecast(ask(KUDUS, "2025-06", paths=200, data=kudus))
    assert nothing[1:] in compared_text([baseline, seen], W)
    assert "changes nothing" not in compared_text([baseline, baseline], W)


OWN_DRIVE = '[[drives]]\nname = "{name}"\nsegment = "BPU"\nfirst = "2025-07"\nlast = "2025-12"\n'


def test_head_counts_of_another_region_are_told_of_each_event(kudus):
    """An event of the same name takes the place of Pati's; one of another name leaves it standing."""
    told = "The people of “village registration drive” are counted for Kabupaten Pati, not for Kabupaten Kudus"
    people = stated("drives.people", 100, 200, 300, "people", "month")
    yields = stated("drives.yields", 0.5, 0.6, 0.7, "share")
    for name, said in (("village registration drive", False), ("my drive", True)):
        text = SCENARIO.replace('"baseline"', '"outreach"') + OWN_DRIVE.format(name=name)
        path = kudus / "scenarios" / "own.toml"
        path.write_text("\n".join([text, people, yields]), encoding="utf-8")
        asked = {"scenario": "own", "paths": 200, "data": kudus}
        seen = forecast(ask(KUDUS, "2025-06", **asked))
        assert (told in scenario_text(seen, W)) == said
        assert ("counted for Kabupaten Pati" in compared_text([seen, seen], W)) == said
    shipped = forecast(ask(scenario="outreach", paths=200))
    assert "counted for" not in scenario_text(shipped, W)


def test_the_command_and_the_brief_tell_the_scenario(ucj, kudus):
    asked = ("--region", KUDUS, "--as-of", "2025-06", "--data", str(kudus), "--paths", "200")
    told = ucj("forecast", *asked, "--scenario", "closure", "--lang", "en")
    assert "The scenario adds: “factory”" in told.out
    assert "The scenario adds" not in ucj("forecast", *asked, "--lang", "en").out
    brief = nbformat.read(NOTEBOOKS / "brief.ipynb", nbformat.NO_CONVERT)
    assert any("outlook_words.scenario_text(seen, w)" in cell.source for cell in brief.cells)
