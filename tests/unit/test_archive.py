"""Issued forecasts: kept as they were, scored when the outcome comes."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest

from ucj_analysis import ask, forecast
from ucj_analysis.archive import issue, read_archive, score_archive, score_record
from ucj_analysis.errors import InputError

DAY = date(2025, 4, 1)


@pytest.fixture(scope="module")
def seen():
    return forecast(ask(paths=1_000))


def outcome(data, coverage="0.33", published="2026-01-10", base="bpjstk-2025"):
    return data.append(
        "observations",
        region="3318",
        as_of="2025-12",
        coverage=coverage,
        half_width="0.005",
        labour_force="599061",
        base=base,
        published=published,
        source="made up",
    )


def test_issuing_twice_keeps_one_and_other_numbers_are_a_revision(seen, tmp_path):
    first = issue(seen, tmp_path, DAY)
    content = first.read_bytes()
    assert issue(seen, tmp_path, DAY) == first
    again = issue(forecast(ask(paths=1_100)), tmp_path, DAY)
    assert again.stem.endswith("_r2") and first.read_bytes() == content
    assert [told.revision for told in read_archive(tmp_path)] == [1, 2]


def test_open_until_the_outcome_is_published(seen, tmp_path, data):
    issue(seen, tmp_path, DAY)
    (scored,) = score_archive(tmp_path)
    assert (scored.month, scored.outcome, scored.crps_points) == ("2025-12", None, None)
    outcome(data)
    (scored,) = score_archive(tmp_path, known_by=date(2026, 1, 9), data=data.path)
    assert scored.outcome is None
    (scored,) = score_archive(tmp_path, data=data.path)
    assert scored.outcome == 0.33 and scored.hit_90 and scored.brier < 0.01


def test_the_score_is_the_crps_of_the_quantiles_kept(seen, tmp_path, data):
    path = issue(seen, tmp_path, DAY)
    outcome(data)
    (scored,) = score_archive(tmp_path, data=data.path)
    q = 100 * np.array(json.loads(path.read_text(encoding="utf-8"))["months"]["2025-12"])
    by_hand = np.abs(q - 33).mean() - np.abs(q[:, None] - q[None, :]).mean() / 2
    assert scored.crps_points == pytest.approx(by_hand)
    assert scored.crps_persistence_points == pytest.approx(4.0)


def test_months_on_the_way_are_scored_too(seen, tmp_path, data):
    issue(seen, tmp_path, DAY)
    data.append(
        "observations",
        region="3318",
        as_of="2025-06",
        coverage="0.28",
        half_width="0.005",
        labour_force="599061",
        base="bpjstk-2025",
        published="2025-07-10",
        source="made up",
    )
    told = score_record(score_archive(tmp_path, data=data.path))
    assert (told["issued"], told["scored"]) == (1, 1)
    assert [f["month"] for f in told["forecasts"]] == ["2025-06", "2025-12"]


def test_a_report_shows_nothing_issued_after_its_day(seen, tmp_path):
    issue(seen, tmp_path, date(2025, 5, 1))
    assert score_archive(tmp_path, known_by=date(2025, 3, 31)) == []


def test_an_ad_hoc_forecast_leaves_no_trace_and_an_issued_one_does(ucj, tmp_path):
    folder = tmp_path / "archive"
    assert ucj("forecast", "--paths", "200", "--archive", folder).code == 0
    assert not folder.exists()
    assert (
        "Issued"
        in ucj("forecast", "--paths", "200", "--issue", "--archive", folder, "--lang", "en").err
    )
    assert ucj("score", "--archive", folder, "--json").json["issued"] == 1


def test_a_foreign_file_is_named(ucj, tmp_path):
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InputError):
        read_archive(tmp_path)
    ran = ucj("score", "--archive", tmp_path, "--lang", "en")
    assert ran.code == 2 and "x.json" in ran.err


def test_hindsight_does_not_score(seen, tmp_path, data):
    issue(seen, tmp_path, date(2026, 2, 1))
    outcome(data, published="2026-01-10")
    (scored,) = score_archive(tmp_path, data=data.path)
    assert scored.outcome is None


@pytest.mark.parametrize(
    "change",
    [
        {"levels": []},
        {"start": None},
        {"issued": "later"},
        {"target": float("nan")},
        {"probability": 2},
        {"region": 3},
        {"as_of": "2025-13"},
        {"target_month": "2025-01"},
        {"more": 1},
        {"schema_version": 2},
    ],
)
def test_an_altered_file_is_named(ucj, seen, tmp_path, change):
    path = issue(seen, tmp_path, DAY)
    path.write_text(
        json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8"
    )
    ran = ucj("score", "--archive", tmp_path, "--lang", "en")
    assert ran.code == 2 and path.name in ran.err and ran.out == ""


def test_copies_folders_and_missing_archives_are_named(ucj, seen, tmp_path):
    path = issue(seen, tmp_path / "a", DAY)
    path.with_name("copy.json").write_bytes(path.read_bytes())
    assert "copy.json" in ucj("score", "--archive", tmp_path / "a", "--lang", "en").err
    (tmp_path / "b" / "d.json").mkdir(parents=True)
    assert "d.json" in ucj("score", "--archive", tmp_path / "b", "--lang", "en").err
    assert ucj("score", "--archive", tmp_path / "nowhere", "--lang", "en").code == 2
