"""What a region's new data may not take back, and which forecast is still to be issued."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ucj_analysis import ask, forecast, months
from ucj_analysis.archive import monthly
from ucj_analysis.archive.files import append
from ucj_analysis.archive.inputs import keep_inputs
from ucj_analysis.archive.monthly import check_new_data, to_issue
from ucj_analysis.archive.track_record import issued_forecast
from ucj_analysis.errors import InputError, RunError
from ucj_analysis.record.validation import shared_problems

DAY = date(2025, 4, 15)


@pytest.fixture
def question(data):
    return ask(paths=200, data=data.path)


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "archive"


def test_what_is_issued_is_not_issued_again_on_any_day(question, archive):
    record = to_issue(question, archive, DAY)
    append([record], archive)
    assert set(record.inputs) and record.provenance["target"] == "published"
    for day in (DAY, date(2025, 5, 1)):
        assert to_issue(question, archive, day) is None
    assert to_issue(replace(question, seed=7), archive, DAY).id != record.id


@pytest.mark.parametrize("same", [True, False])
def test_another_program_issues_only_what_says_something_else(question, archive, same):
    record = issued_forecast(forecast(question), DAY, keep_inputs(question, archive))
    by_another = {**record.provenance, "source_sha256": "0" * 64}
    told = {view: q if same else q - 0.01 for view, q in record.quantiles.items()}
    append([replace(record, quantiles=told, provenance=by_another)], archive)
    assert (to_issue(question, archive, date(2025, 5, 1)) is None) == same


def test_data_that_change_meanwhile_are_not_issued(question, archive, data, monkeypatch):
    def and_someone_writes(asked):
        seen = forecast(asked)
        data.append("facts", **{"id": "P999"})
        return seen

    monkeypatch.setattr(monthly, "forecast", and_someone_writes)
    with pytest.raises(RunError, match="data_changed"):
        to_issue(question, archive, DAY)


def test_a_regions_own_tables_and_levers_are_checked_first(data, archive):
    check_new_data("3318", data.path, archive)
    data.cell("facts", 2, "confidence", "sure")
    levers = data.path / "levers" / "3318.toml"
    levers.write_text(
        levers.read_text(encoding="utf-8").replace("low = 16800", "low = -16800", 1),
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        check_new_data("3318", data.path, archive)
    assert {p.file for p in caught.value.problems} == {str(data.file("facts")), str(levers)}
    assert shared_problems(data.path) == []  # these are one region's


def test_a_region_that_never_had_data_has_nothing_to_take_back(data, archive):
    check_new_data("3319", data.path, archive)


def test_what_is_taken_back_is_told_beside_the_file_that_is_kept(question, data, archive):
    append([to_issue(question, archive, DAY)], archive)
    data.edit("targets", lambda rows: rows[1:])
    with pytest.raises(InputError) as caught:
        check_new_data("3318", data.path, archive)
    (problem,) = caught.value.problems
    kept = archive / "_inputs" / problem.fields["before"].rpartition("_inputs")[2][1:]
    assert problem.code == "target_vanished" and "2024-12,0.40" in kept.read_text(encoding="utf-8")


def test_the_day_is_that_of_jakarta(monkeypatch):
    class Clock(datetime):
        @classmethod
        def now(cls, zone):
            return datetime(2025, 4, 30, 17, 0, tzinfo=UTC).astimezone(zone)

    assert months.today() - datetime.now(UTC).date() in (timedelta(0), timedelta(1))
    monkeypatch.setattr(months, "datetime", Clock)
    assert months.today() == date(2025, 5, 1)
