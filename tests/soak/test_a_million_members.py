"""A million members over 36 months and 700 thousand on two registers, equal to pandas to the person."""

from __future__ import annotations

import pytest

from tests.rosters import MONTHS, count_again, make_roster, same_counts
from ucj_analysis.record.regions import load_regions
from ucj_analysis.roster.counting import read_roster

pytestmark = pytest.mark.soak


@pytest.mark.parametrize("memory", ["1GB", "100MB"])
def test_equal_to_a_second_count_to_the_person(tmp_path, memory):
    made = make_roster(tmp_path, 1_000_000, 700_000)
    regencies = {code for code in load_regions() if len(code) == 4}
    roster = read_roster(made.roster, "3318", made.registers, MONTHS, memory=memory)
    same_counts(roster, count_again(made, regencies))
