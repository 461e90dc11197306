"""Months and days against the standard library's calendar."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ucj_analysis.errors import InputError
from ucj_analysis.months import Month, days_by_season, month_of, parse_day, parse_month

days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@given(days, st.integers(-300, 300))
def test_adding_and_subtracting_months_agree(day, months):
    start = month_of(day)
    assert (start + months) - start == months
    assert (start + months) + -months == start


@given(days, st.integers(0, 900))
def test_days_by_season_counts_every_day_once(start, length):
    end = start + timedelta(days=length)
    one_by_one = [start + timedelta(days=i) for i in range(1, length + 1)]
    declining = sum(d.month <= 5 for d in one_by_one)
    assert days_by_season(start, end) == (declining, length - declining)


@given(days)
def test_month_round_trips(day):
    assert parse_month(str(month_of(day))) == month_of(day)
    assert parse_day(day.isoformat()) == day


def test_month_means_its_last_day():
    assert parse_day("2024-02") == date(2024, 2, 29)
    assert Month(2025, 12).last_day == date(2025, 12, 31)


@pytest.mark.parametrize(
    "text", ["2025-13", "2025-00", "25-03", "2025/03", "Maret 2025", "", "0000-01"]
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(InputError):
        parse_month(text)


@pytest.mark.parametrize("text", ["2025-02-30", "2025-13-01", "13/03/2025", "2025-3-1"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(InputError):
        parse_day(text)
