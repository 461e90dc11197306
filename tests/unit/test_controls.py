"""What a planner moves: the scenario it stands for is the one its file gives, to the digit."""

from __future__ import annotations

import tomllib
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ucj_analysis import ask, forecast
from ucj_analysis.errors import InputError, RunError
from ucj_analysis.forecasting import forecast_on, lay_ground
from ucj_analysis.presentation.language import words
from ucj_analysis.scenario_files import load_scenario
from ucj_analysis.workbench.controls import (
    CONTROLS,
    FUNDED,
    as_scenario,
    checked,
    save_scenario,
    scenario_text,
    start_of,
    with_value,
)
from ucj_analysis.workbench.explorer import Explorer, scenarios_picture

QUESTION = ask(paths=400)
GROUND = lay_ground(QUESTION)
BASELINE = GROUND.baseline
START = start_of("baseline", BASELINE, 599_061)


def coverage(setting):
    seen = forecast_on(GROUND, as_scenario(setting, START, BASELINE, QUESTION), False)
    return seen.views["stock_flow"].quantiles[-1, 2]


def test_unmoved_controls_are_the_scenario_itself():
    assert as_scenario(START, START, BASELINE, QUESTION) is BASELINE
    assert START.moved(START) == {}


MOVES = [
    {"layoffs": 12_000},
    {"graduates": 30_000},
    {"outreach": 2_000},
    {"lapse": 0.06},
    {"season": 0.7},
    {"funded": 40_000, "funded_months": 3},
    {"rebasing": 1.3},
    {"layoffs": 0, "outreach": 500, "funded": 1_000, "funded_months": 12, "lapse": 0.0},
]


@pytest.mark.parametrize("moves", MOVES, ids=lambda m: "-".join(m))
def test_a_saved_scenario_gives_the_same_forecast_to_the_digit(tmp_path, moves):
    setting = START
    for name, value in moves.items():
        setting = with_value(setting, name, value)
    text = scenario_text(setting, START, BASELINE, QUESTION, "moved")
    path = save_scenario(tmp_path, "moved", text)
    shown = forecast_on(GROUND, as_scenario(setting, START, BASELINE, QUESTION), False)
    told = forecast(ask(paths=400, scenario=str(path)))
    assert (shown.pooled.quantiles == told.pooled.quantiles).all()
    assert shown.probability == told.probability
    again = start_of(str(path), load_scenario(str(path)), 599_061)
    for name, value in moves.items():
        if not (name == "funded_months" and value == 12):  # nine months are left to the target
            assert getattr(again, name) == pytest.approx(value), name
    assert tomllib.loads(text)["extends"] == "baseline"


@pytest.mark.parametrize("below", ["baseline", "combined", "own-split"])
def test_what_is_saved_on_top_of_a_file_stands_without_it(tmp_path, monkeypatch, below):
    scenario = load_scenario(below)
    start = start_of(below, scenario, 599_061)
    first = with_value(with_value(start, "funded", 40_000), "layoffs", 9_000)
    text = scenario_text(first, start, scenario, QUESTION, "first")
    opened = save_scenario(tmp_path, "first", text)

    scenario = load_scenario(str(opened))
    start = start_of(str(opened), scenario, 599_061)
    second = with_value(with_value(start, "outreach", 700), "lapse", 0.06)
    shown = forecast_on(GROUND, as_scenario(second, start, scenario, QUESTION), False)
    text = scenario_text(second, start, scenario, QUESTION, "second")
    elsewhere = tmp_path / "a colleague's"
    sent = save_scenario(elsewhere, "second", text)
    opened.unlink()
    monkeypatch.chdir(elsewhere)

    assert str(tmp_path) not in text and load_scenario(sent.name).header.title == "second"
    told = forecast(ask(paths=400, scenario=sent.name))
    assert (shown.pooled.quantiles == told.pooled.quantiles).all()
    assert shown.probability == told.probability


def test_each_control_moves_december_the_right_way():
    middle = coverage(START)
    for name, value, up in (
        ("layoffs", 20_000, False),
        ("graduates", 60_000, False),
        ("outreach", 5_000, True),
        ("lapse", 0.09, False),
        ("funded", 50_000, True),
    ):
        moved = coverage(with_value(START, name, value))
        assert (moved > middle) == up, name


def test_funded_people_are_paid_up_to_the_target_month():
    setting = with_value(with_value(START, "funded", 10_000), "funded_months", 3)
    (cohort,) = [
        c for c in as_scenario(setting, START, BASELINE, QUESTION).cohorts if c.name == FUNDED
    ]
    assert (cohort.first, cohort.last) == ("2025-10", "2025-12")


@settings(max_examples=60)
@given(st.sampled_from(CONTROLS), st.floats(0, 1))
def test_any_place_of_any_control_is_a_scenario(control, share):
    value = control.low + share * (control.high - control.low)
    setting = checked(with_value(START, control.name, value), START)
    scenario = as_scenario(setting, START, BASELINE, QUESTION)
    assert all(s.low <= s.central <= s.high for s in scenario.stated().values())


def test_beyond_its_ends_no_control_goes():
    with pytest.raises(InputError, match="out_of_range"):
        checked(with_value(START, "lapse", 0.5), START)


HOSTILE = [
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "x" * 300,
    "مرحبا",
    "🏗️",
    "con",
    'a"b\n[[cohorts]]',
    "$\\bad$",
    "{0} %s",
    "\u202egnp.txt",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_stay_text_and_inside_the_folder(tmp_path, name):
    text = scenario_text(with_value(START, "outreach", 100), START, BASELINE, QUESTION, name)
    assert tomllib.loads(text)["header"]["title"] == name
    try:
        path = save_scenario(tmp_path, name, text)
    except InputError as refused:
        assert refused.problems[0].code == "bad_name"
        return
    assert path.parent == tmp_path and len(path.name) < 80 and path.read_text("utf-8") == text
    assert load_scenario(str(path)).header.title == name
    with pytest.raises(InputError, match="name_taken"):
        save_scenario(tmp_path, name, text)


def test_names_of_one_file_name_never_overwrite_each_other(tmp_path):
    first = save_scenario(tmp_path, "Rapat Mei", "first")
    for name in ("rapat mei", "../rapat/mei", "RAPAT-MEI!"):
        with pytest.raises(InputError, match="name_taken"):
            save_scenario(tmp_path, name, "second")
    assert [*tmp_path.iterdir()] == [first] and first.read_text("utf-8") == "first"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_drawn_without_a_word_of_complaint(name):
    seen = forecast_on(GROUND, BASELINE, False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = scenarios_picture([(name, seen), ("plain", seen)], words("id"))
        picture.png()
    assert name in picture.alt
    longest = [label.get_text() for label in picture.figure.axes[0].get_yticklabels()]
    assert all(len(text) <= 3 * 35 for text in longest)


def test_people_a_year_are_those_of_the_regions_own_base():
    small = start_of("baseline", BASELINE, 59_906.1)
    moved = as_scenario(with_value(small, "graduates", 3_200), small, BASELINE, QUESTION)
    assert moved.labour_force.graduates.central == pytest.approx(32_000)  # per 599,061


def test_a_scenario_may_begin_beyond_an_end():
    far = with_value(START, "layoffs", 50_000)
    assert checked(far, far) == far


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "scenarios").write_text("a file", encoding="utf-8")
    with pytest.raises(RunError, match="cannot_write"):
        save_scenario(tmp_path / "scenarios", "x", "y")


def test_a_control_moved_back_is_as_if_it_was_never_moved():
    explorer = Explorer("en", paths=400)
    first = explorer.fan.value
    explorer.sliders["layoffs"].value = 12_000
    assert explorer.fan.value != first
    explorer.sliders["layoffs"].value = explorer._placed["layoffs"]
    assert explorer.fan.value == first and "Moved" not in explorer.facts.value
