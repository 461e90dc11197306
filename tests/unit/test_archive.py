"""Issued forecasts: kept as they were, scored when the outcome comes."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ucj_analysis import ask, forecast
from ucj_analysis.archive.files import KEPT_LEVELS, read_archive
from ucj_analysis.archive.track_record import issue, score_archive, score_record
from ucj_analysis.projection import weighted_quantiles

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
    assert again != first and first.read_bytes() == content
    assert [told.stem[-3:] for told in read_archive(tmp_path)] == ["_r1", "_r2"]


def test_open_until_the_outcome_is_published(seen, tmp_path, data):
    issue(seen, tmp_path / "archive", DAY)
    (scored,) = score_archive(tmp_path / "archive")
    assert (scored.month, scored.outcome, scored.crps_points) == ("2025-12", None, None)
    outcome(data)
    (scored,) = score_archive(tmp_path / "archive", known_by=date(2026, 1, 9), data=data.path)
    assert scored.outcome is None
    (scored,) = score_archive(tmp_path / "archive", data=data.path)
    assert scored.outcome == 0.33 and scored.hit_90 and scored.brier < 0.01


def test_the_score_is_the_crps_of_the_quantiles_kept(seen, tmp_path, data):
    issue(seen, tmp_path / "archive", DAY)
    outcome(data)
    (scored,) = score_archive(tmp_path / "archive", data=data.path)
    paths = seen.ensemble
    inside = weighted_quantiles(paths.coverage[-1], paths.weights, KEPT_LEVELS)
    q = 100 * (inside + seen.outside.quantile(KEPT_LEVELS)[-1]) / 2
    by_hand = np.abs(q - 33).mean() - np.abs(q[:, None] - q[None, :]).mean() / 2
    assert scored.crps_points == pytest.approx(by_hand, abs=1e-4)
    assert scored.crps_persistence_points == pytest.approx(4.0)


def test_months_on_the_way_are_scored_too(seen, tmp_path, data):
    issue(seen, tmp_path / "archive", DAY)
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
    told = score_record(score_archive(tmp_path / "archive", data=data.path))
    assert (told["issued"], told["scored"]) == (1, 1)
    assert [f["month"] for f in told["forecasts"]] == ["2025-06", "2025-12"]


def test_a_report_shows_nothing_issued_after_its_day(seen, tmp_path):
    issue(seen, tmp_path / "archive", date(2025, 5, 1))
    assert score_archive(tmp_path / "archive", known_by=date(2025, 3, 31)) == []


def test_an_ad_hoc_forecast_leaves_no_trace_and_an_issued_one_does(ucj, tmp_path):
    folder = tmp_path / "archive"
    assert ucj("forecast", "--paths", "200", "--archive", folder).code == 0
    assert not folder.exists()
    assert (
        "Issued"
        in ucj("forecast", "--paths", "200", "--issue", "--archive", folder, "--lang", "en").err
    )
    assert ucj("score", "--archive", folder, "--json").json["issued"] == 1


def test_hindsight_does_not_score(seen, tmp_path, data):
    issue(seen, tmp_path / "archive", date(2026, 2, 1))
    outcome(data, published="2026-01-10")
    (scored,) = score_archive(tmp_path / "archive", data=data.path)
    assert scored.outcome is None


def test_what_is_kept_is_what_was_told(seen, tmp_path):
    issue(seen, tmp_path / "archive", DAY)
    (kept,) = read_archive(tmp_path / "archive")
    shown = {level: kept.quantiles["pooled"][-1][int(level[1:]) - 1] for level in seen.coverage}
    assert shown == pytest.approx(seen.coverage, abs=1e-6)
    for view in ("stock_flow", "reference_class"):
        assert kept.quantiles[view][:, 49] == pytest.approx(
            seen.views[view].quantiles[:, 2], abs=1e-6
        )
    assert kept.probability_bound == seen.probability_bound
    assert len(kept.provenance["data_sha256"]) == 64 and kept.provenance["ucj_analysis"]


def test_a_score_is_the_same_to_the_digit_whatever_else_is_in_the_archive(seen, tmp_path, data):
    outcome(data)
    issue(seen, tmp_path / "alone", DAY)
    for name in ("baseline", "layoff-shock"):
        other = forecast(ask(paths=300, scenario=name))
        issue(other, tmp_path / "others", DAY)
    issue(seen, tmp_path / "others", DAY)
    (alone,) = score_archive(tmp_path / "alone", data=data.path)
    among = score_archive(tmp_path / "others", data=data.path)
    assert vars(alone) | {"name": "", "revision": 0} in [
        vars(s) | {"name": "", "revision": 0} for s in among
    ]
