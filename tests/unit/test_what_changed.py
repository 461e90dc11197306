"""What moved a forecast: model, assumptions and data, adding up to the whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.synthetic import made_up, told_for
from ucj_analysis import ask, forecast
from ucj_analysis.archive.files import append, read_archive
from ucj_analysis.archive.inputs import ask_again, input_path, inputs_of, keep_inputs
from ucj_analysis.archive.track_record import issue, issued_forecast
from ucj_analysis.archive.what_changed import (
    CAUSES,
    DIGITS,
    FIGURES,
    PRINTED,
    Changed,
    changed_record,
    earlier_forecast,
    told_steps,
    what_changed,
)
from ucj_analysis.errors import InputError
from ucj_analysis.presentation import track_tables, track_words
from ucj_analysis.presentation.language import words

REGION, DAY, LATER = "3301", date(2025, 1, 25), date(2025, 4, 12)
ENROLMENT = "central = 0.0024\nhigh = 0.0040"


class Story:
    """A region's data and archive, and the questions of its months."""

    def __init__(self, folder: Path) -> None:
        self.data, self.archive = made_up(folder / "data", [REGION]), folder / "archive"

    def seen(self, month="2025-03", **asked):
        return forecast(
            ask(**{"region": REGION, "as_of": month, "data": self.data, "paths": 300} | asked)
        )

    def assume(self, old=ENROLMENT, new="central = 0.0036\nhigh = 0.0060"):
        path = self.data / "scenarios" / "baseline.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def changed(self, **asked):
        return what_changed(self.seen(**asked), self.archive)


@pytest.fixture
def story(tmp_path):
    return Story(tmp_path)


def adds_up(changed: Changed) -> bool:
    return all(
        round(sum(changed.shares[cause][name] for cause in CAUSES), DIGITS) == changed.total[name]
        and round(changed.now[name] - changed.then[name], DIGITS) == changed.total[name]
        for name in FIGURES
    )


def moved(changed: Changed) -> set[str]:
    return {cause for cause in CAUSES if any(changed.shares[cause].values())}


def test_the_first_has_nothing_to_compare_with(story):
    assert story.changed() is None
    (only,) = track_words.before_texts([], None, words("en"))
    assert "No forecast issued before is on record" in only


def test_a_forecast_is_not_compared_with_itself(story):
    issue(story.seen(), story.archive, LATER)
    assert story.changed() is None
    issue(
        story.seen("2024-12"), story.archive, date(2025, 5, 1)
    )  # issued late, of an earlier month
    assert story.changed().before.as_of == "2024-12"
    assert story.changed(month="2024-12") is None  # what rests on later figures is no earlier one


def test_the_one_before_is_that_of_the_latest_month_whenever_issued(story):
    told_for(story.data, REGION, "2025-06-30", 0.41, "2025-07-12")
    for month, day in (("2025-03", LATER), ("2024-12", LATER), ("2024-12", date(2026, 1, 1))):
        issue(story.seen(month, seed=day.year), story.archive, day)
        before = story.changed(month="2025-06").before
        assert (before.as_of, before.issued) == ("2025-03", LATER)


def test_a_new_month_is_data_alone(story):
    issue(story.seen("2024-12"), story.archive, DAY)
    changed = story.changed()
    assert moved(changed) == {"data"} and adds_up(changed)
    assert changed.files == {"data": (), "assumptions": ()}
    assert changed.then["p50"] == round(story.seen("2024-12").coverage["p50"], DIGITS)


def test_a_range_restated_is_an_assumption_alone(story):
    issue(story.seen(), story.archive, LATER)
    story.assume()
    changed = story.changed()
    assert moved(changed) == {"assumptions"} and adds_up(changed)
    assert changed.files == {"data": (), "assumptions": ("scenarios/baseline.toml",)}


def test_other_numbers_of_the_same_inputs_are_the_model(story):
    """An archive written by another model: its numbers are not what this one makes of its inputs."""
    seen = story.seen("2024-12")
    record = issued_forecast(seen, DAY, keep_inputs(seen.status.question, story.archive))
    other = {view: q - 0.0123 for view, q in record.quantiles.items()}
    made_by = {**record.provenance, "source_sha256": "0" * 64}
    append([replace(record, quantiles=other, provenance=made_by)], story.archive)
    changed = story.changed()
    assert moved(changed) == {"data", "model"} and adds_up(changed)
    assert changed.shares["model"]["p50"] == pytest.approx(0.0123, abs=1e-6)
    assert changed.shares["model"]["probability"] == 0
    assert "The program itself changed" in track_words.changed_inputs_text(changed, words("en"))


def test_all_three_at_once_are_told_apart(story):
    seen = story.seen("2024-12")
    record = issued_forecast(seen, DAY, keep_inputs(seen.status.question, story.archive))
    other = {view: q * 0.97 for view, q in record.quantiles.items()}
    append([replace(record, quantiles=other)], story.archive)
    alone = Story(story.data.parent / "alone")
    issue(alone.seen("2024-12"), alone.archive, DAY)
    data_alone = alone.changed().shares["data"]
    story.assume()
    told_for(story.data, REGION, "2025-06-30", 0.41, "2025-07-12")
    changed = story.changed(month="2025-06")
    assert moved(changed) == set(CAUSES) and adds_up(changed)
    assert changed.shares["data"] != data_alone  # June is new too
    w = words("en")
    assert "1 new row (June 2025 on made-up)" in track_words.changed_inputs_text(changed, w)
    text = track_words.changed_text(changed, w)
    assert text.startswith(
        "Since the forecast issued on 25 January 2025, the middle for December 2025"
    )
    grid = track_tables.changed_table(changed, story.seen("2025-06"), w)
    assert len(grid.rows) == 5 and len({len(row) for row in (grid.head, *grid.rows)}) == 1
    told = changed_record(changed)
    assert list(told["shares"]) == list(CAUSES) and told["rows"]["new"][0]["month"] == "2025-06"


def test_where_nothing_moved_it_is_said(story):
    issue(story.seen(), story.archive, LATER)
    sources = story.data / "sources.csv"
    sources.write_text(
        sources.read_text(encoding="utf-8") + "made-up,made up,,,unknown\n", encoding="utf-8"
    )
    changed = story.changed()
    assert changed.files["data"] == ("sources.csv",) and not moved(changed)
    text = track_words.changed_text(changed, words("en"))
    assert text.startswith("Nothing changed since the forecast issued on 12 April 2025")


def test_paths_and_seed_are_the_models(story):
    issue(story.seen("2024-12", seed=7), story.archive, DAY)
    changed = story.changed()
    assert moved(changed) == {"data", "model"} and adds_up(changed)


def test_only_the_same_question_is_compared(story):
    issue(story.seen("2024-12"), story.archive, DAY)
    assert story.changed(target=0.4) is None
    assert story.changed(scenario="outreach") is None
    assert story.changed(target_month="2026-06") is None
    issue(story.seen("2024-12", target=0.4), story.archive, DAY)
    assert story.changed(target=0.4).before.target == 0.4
    assert story.changed().before.target != 0.4


def test_a_scenario_of_ones_own_is_asked_again_as_it_was(story, tmp_path):
    push = tmp_path / "push.toml"
    shipped = (story.data / "scenarios" / "outreach.toml").read_text(encoding="utf-8")
    push.write_text(shipped, encoding="utf-8")
    issue(story.seen("2024-12", scenario=str(push)), story.archive, DAY)
    other = (story.data / "scenarios" / "layoff-shock.toml").read_text(encoding="utf-8")
    push.write_text(other, encoding="utf-8")
    changed = story.changed(scenario=str(push))
    assert moved(changed) == {"data", "assumptions"} and adds_up(changed)
    assert changed.files["assumptions"] == ("scenario push.toml",)


def test_the_earlier_question_is_asked_again_to_the_digit(story, tmp_path):
    issue(story.seen("2024-12"), story.archive, DAY)
    story.assume()
    told_for(story.data, REGION, "2025-06-30", 0.41, "2025-07-12")
    (kept,) = read_archive(story.archive)
    folder = tmp_path / "again"
    assert set(inputs_of(kept, story.archive, folder)) == set(kept.inputs)
    again = issued_forecast(forecast(ask_again(kept, folder, kept.paths, kept.seed)), DAY)
    assert replace(again, target=kept.target).id == kept.id


def test_inputs_are_kept_once_and_never_changed(story):
    question = story.seen().status.question
    first = keep_inputs(question, story.archive)
    files = {p: p.stat().st_mtime_ns for p in (story.archive / "_inputs").iterdir()}
    assert {p.name for p in files} == set(first.values())
    assert keep_inputs(question, story.archive) == first
    assert {p: p.stat().st_mtime_ns for p in (story.archive / "_inputs").iterdir()} == files
    story.assume()
    second = keep_inputs(question, story.archive)
    assert {n for n in first if first[n] != second[n]} == {"scenarios/baseline.toml"}
    assert len(list((story.archive / "_inputs").iterdir())) == len(files) + 1
    import pandas as pd

    issue(story.seen(), story.archive, LATER)
    assert len(pd.read_parquet(story.archive)) == 27  # readers of Parquet pass over the inputs


@pytest.mark.parametrize("fault", ["changed", "gone", "outside", "other hash"])
def test_inputs_that_are_not_as_they_were_are_named(story, fault):
    seen = story.seen("2024-12")
    inputs = keep_inputs(seen.status.question, story.archive)
    record = issued_forecast(seen, DAY, inputs)
    home = input_path(story.archive, inputs["growth_pairs.csv"])
    if fault == "changed":
        home.write_bytes(home.read_bytes() + b"\n")
    elif fault == "gone":
        home.unlink()
    elif fault == "outside":
        inputs["../panel.csv"] = inputs.pop("panel.csv")
        record = issued_forecast(seen, DAY, inputs)
    else:
        inputs["panel.csv"] = inputs["flows.csv"]
        record = replace(record, provenance={**record.provenance, "inputs": inputs})
    append([record], story.archive)
    with pytest.raises(InputError) as caught:
        story.changed()
    (problem,) = caught.value.problems
    assert problem.code == ("cannot_read" if fault == "gone" else "altered_archive")
    assert fault not in ("changed", "gone") or problem.file == str(home)


def test_a_forecast_issued_before_inputs_were_kept_still_reads(story):
    seen = story.seen("2024-12")
    record = issued_forecast(seen, DAY)
    old = {"data_sha256": "0" * 64, "ucj_analysis": "0.1.0", "commit": None}
    append([replace(record, provenance=old)], story.archive)
    changed = story.changed()
    assert changed.shares is None and changed.before.inputs == {}
    assert "inputs were not kept" in track_words.changed_text(changed, words("en"))
    assert len(track_tables.changed_table(changed, story.seen(), words("en")).rows) == 2
    assert changed_record(changed)["shares"] is None


def test_inputs_this_version_no_longer_reads_leave_the_whole(story):
    seen = story.seen("2024-12")
    table = story.data / "growth_pairs.csv"
    whole = table.read_bytes()
    table.write_bytes(whole.replace(b"quality", b"grade", 1))
    inputs = keep_inputs(seen.status.question, story.archive)
    table.write_bytes(whole)
    append([issued_forecast(seen, DAY, inputs)], story.archive)
    changed = story.changed()
    assert changed.shares is None and changed.total["p50"] and changed.rows is not None


def test_what_is_issued_under_other_inputs_the_same_day_is_compared(story):
    issue(story.seen(), story.archive, LATER)
    story.assume()
    issue(story.seen(), story.archive, LATER)
    question = story.seen().status.question
    assert earlier_forecast(question, story.seen().status.known_by, story.archive).revision == 1


share = st.integers(-300_000, 300_000).map(lambda n: n / 10**DIGITS)


@given(st.integers(100_000, 500_000), share, share, share)
def test_shares_as_printed_add_up_to_the_difference_as_printed(then, data, assumptions, model):
    parts = {"data": data, "assumptions": assumptions, "model": model}
    before = dict.fromkeys(FIGURES, then / 10**DIGITS)
    now = {name: round(value + sum(parts.values()), DIGITS) for name, value in before.items()}
    shares = {cause: dict.fromkeys(FIGURES, value) for cause, value in parts.items()}
    changed = Changed(None, before, now, shares, {}, None)
    assert adds_up(changed)
    for name in FIGURES:
        told = told_steps(changed, name)
        whole = round(now[name], PRINTED) - round(before[name], PRINTED)
        assert round(sum(told.values()), PRINTED) == round(whole, PRINTED)
        assert all(abs(told[cause] - parts[cause]) < 0.0026 for cause in CAUSES)
        assert all(told[cause] == 0 for cause in CAUSES if parts[cause] == 0)
        assert not any(words("en").points(value).startswith("−0.0") for value in told.values())
