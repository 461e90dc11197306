"""The day is Jakarta's, wherever the clock stands: what is published tomorrow is not there today."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ucj_analysis import ask, months
from ucj_analysis.archive.files import read_archive
from ucj_analysis.record.regions import newest_month

NEW = {
    "region": "3318",
    "as_of": "2025-06",
    "coverage": "0.305",
    "half_width": "0.0005",
    "labour_force": "599061",
    "base": "bpjstk-2025",
    "source": "x",
}


class Clock(datetime):
    moment = datetime(2025, 7, 9, 17, 30, tzinfo=UTC)

    @classmethod
    def now(cls, tz=None):
        return cls.moment.astimezone(tz)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(months, "datetime", Clock)
    monkeypatch.setattr(Clock, "moment", datetime(2025, 7, 9, 17, 30, tzinfo=UTC))
    return Clock


def test_after_five_in_the_afternoon_utc_it_is_tomorrow_in_jakarta(clock):
    assert months.today() == date(2025, 7, 10)
    assert months.now().isoformat() == "2025-07-10T00:30:00+07:00"
    clock.moment = datetime(2025, 7, 9, 16, 59, tzinfo=UTC)
    assert months.today() == date(2025, 7, 9)


@pytest.mark.parametrize(
    "published, newest",
    [("2025-07-10", "2025-06"), ("2025-07-11", "2025-03"), ("2025-07", "2025-03")],
)
def test_the_newest_month_is_one_published_by_today_in_jakarta(data, published, newest):
    data.append("observations", **NEW, published=published)
    assert newest_month("3318", data.path) == newest
    assert str(ask(as_of="latest", data=data.path).as_of) == newest


def test_where_nothing_is_published_yet_there_is_no_month(data):
    data.edit("observations", lambda rows: [r | {"published": "2025-07-11"} for r in rows])
    assert newest_month("3318", data.path) == ""


def test_a_forecast_is_issued_on_the_day_in_jakarta(ucj, tmp_path):
    assert ucj("forecast", "--paths", "200", "--issue", "--archive", tmp_path).code == 0
    assert [one.issued for one in read_archive(tmp_path)] == [date(2025, 7, 10)]
