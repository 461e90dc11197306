"""The named checks: known values by hand, silence on consistent tables, and each fault its own check."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ucj_analysis.months import Month
from ucj_analysis.presentation.messages import PROBLEMS
from ucj_analysis.record.counting import Counting, not_alike
from ucj_analysis.record.findings import (
    CHECKS,
    Acceptance,
    Finding,
    Pace,
    Told,
    findings,
    standing_out,
    with_acceptances,
)
from ucj_analysis.record.observations import Observation, observation_frame

REGION, BASE = "3318", 500_000
ACTIVE = "active; residence; with construction"
#: As of the shipped growth pairs: 3.9% up and 4.8% down a month, over two months at least.
PACE = Pace(0.0384, "Bangka Belitung", 0.0494, "Bangka Belitung", 2.0)


def row(month: int, people: float, **other: object) -> dict[str, object]:
    last = Month(2025, month).last_day
    told = {
        "line": month + 1,
        "region": REGION,
        "as_of": last,
        "coverage": math.nan,
        "half_width": math.nan,
        "participants": float(people),
        "labour_force": float(BASE),
        "base": "bpjstk-2025",
        "basis": ACTIVE,
        "published": last + timedelta(days=10),
        "source": "branch",
        "note": "",
    }
    return told | other


def percentage(month: int, coverage: float, **other: object) -> dict[str, object]:
    return row(month, math.nan, coverage=coverage, half_width=0.0005) | other


def part(month: int, name: str, people: float, base: float = math.nan) -> dict[str, object]:
    return {
        "line": 2,
        "as_of": Month(2025, month).last_day,
        "dimension": "segment",
        "name": name,
        "participants": float(people),
        "labour_force": base,
        "published": date(2025, 12, 31),
        "source": "branch",
        "note": "",
    }


def told(*rows: dict[str, object], targets: tuple[float, ...] = (0.52,), parts=None) -> Told:
    frame = pd.DataFrame(list(rows))
    breakdown = None if parts is None else pd.DataFrame(parts)
    return Told(REGION, frame, "observations.csv", targets, breakdown, "breakdown.csv", PACE)


def checks(*rows: dict[str, object], **more) -> list[str]:
    return [f.check for f in findings(told(*rows, **more))]


MARCH, APRIL = row(3, 150_000), row(4, 151_000)


def test_every_check_has_a_sentence_and_a_remedy():
    assert set(CHECKS) <= set(PROBLEMS)


FAULTS = {
    # 3.84% a month over the two months of the shortest window seen: beyond 8.0% is faster
    "jump": (MARCH, row(4, 165_000)),
    "base_reset_without_note": (
        MARCH,
        row(4, 151_000, labour_force=520_000.0, base="bpjstk-2025-04"),
    ),
    # all who are registered: 150,000 active are 70% of 214,000
    "registered_not_active": (MARCH, row(4, 214_000)),
    "construction_differs": (MARCH, row(4, 130_000, basis="aktif; domisili; tanpa Jakon")),
    "residence_or_workplace": (
        MARCH,
        row(4, 190_000, basis="active; workplace; with construction"),
    ),
    # 30% of the base printed as 58% of a target of 52%
    "percent_of_target": (percentage(3, 0.300), percentage(4, 0.580)),
    "same_figure_twice": (MARCH, APRIL, row(5, 150_000)),
    "rounding_coarse": (MARCH, percentage(4, 0.30, half_width=0.005)),
    "published_long_after": (MARCH, row(4, 151_000, published=date(2025, 11, 1))),
}


@pytest.mark.parametrize("check", FAULTS)
def test_each_fault_is_found_by_its_check_alone(check):
    assert checks(*FAULTS[check]) == [check]


def test_a_jump_needs_more_than_rounding_and_more_than_the_fastest_pace():
    assert checks(MARCH, row(4, 161_000)) == []  # +7.3%: as fast as the fastest window
    assert checks(MARCH, row(4, 163_000)) == ["jump"]  # +8.7%
    assert checks(MARCH, row(4, 136_000)) == []  # -9.3%: within -9.4%
    assert checks(MARCH, row(4, 135_000)) == ["jump"]  # -10%
    coarse = {"half_width": 0.005}
    noted = ["rounding_coarse"] * 2
    assert checks(percentage(3, 0.30, **coarse), percentage(4, 0.33, **coarse)) == noted


def test_a_jump_says_what_moved_and_who_moved_fastest():
    (found,) = findings(told(MARCH, row(4, 165_000)))
    assert (found.severity, found.month, found.base) == ("warning", "2025-04", "bpjstk-2025")
    assert found.problem.value == "150000/500000 > 165000/500000"
    assert (found.problem.row, found.problem.column) == (5, "coverage")
    assert found.problem.fields["pace"] == "3.9%"  # per cent a month: exp(0.0384) - 1
    assert found.problem.fields["region"] == "Bangka Belitung"


def test_a_base_made_of_the_target_is_a_percentage_of_the_target():
    # 260,000 people aimed at, 52% of 500,000, taken for the base
    aimed = row(4, 151_000, labour_force=260_000.0, base="bpjstk-2025-04")
    assert checks(MARCH, aimed) == ["percent_of_target"]


def test_61_percent_of_north_maluku_is_of_the_target():
    # 176,604 of 424,131 are 41.64%; 61% of the target of 68%
    printed = row(5, 176_604, labour_force=424_131.0, coverage=0.61, half_width=0.005)
    (found,) = findings(told(printed, targets=(0.68,)))
    assert (found.severity, found.check) == ("error", "coverage_of_target")
    assert found.problem.fields["percent"] == "41.6%" and found.problem.fields["target"] == "68%"
    (found,) = findings(told(printed, targets=(0.52,)))
    assert found.check == "coverage_differs"


def test_a_re_set_base_with_a_note_is_silent():
    again = {"labour_force": 520_000.0, "base": "bpjstk-2025-04", "note": "re-set by the branch"}
    assert checks(MARCH, row(4, 151_000, **again)) == []
    assert checks(MARCH, row(4, 151_000, labour_force=505_000.0, base="bpjstk-2025-04")) == []


def test_unlike_counts_are_not_said_to_jump():
    assert checks(MARCH, row(4, 90_000, basis="active; tempat kerja")) == ["residence_or_workplace"]
    assert checks(MARCH, row(4, 214_000, basis="terdaftar")) == ["registered_not_active"]


def test_parts_add_up_within_the_rounding_of_the_figure():
    parts = [part(3, "PU", 100_000), part(3, "BPU", 30_000), part(3, "Jakon", 20_000)]
    assert checks(MARCH, parts=parts) == []
    assert checks(percentage(3, 0.3004), parts=parts) == []  # 149,950 to 150,450
    assert checks(percentage(3, 0.302), parts=parts) == ["segments_do_not_add_up"]
    assert checks(MARCH, parts=parts[:2]) == ["segments_do_not_add_up"]
    assert checks(MARCH, parts=[part(4, "PU", 1)]) == []  # no figure of that month


def test_the_bases_of_parts_add_up_too():
    parts = [part(3, "PU", 100_000, 200_000.0), part(3, "BPU", 50_000, 250_000.0)]
    (found,) = findings(told(MARCH, parts=parts))
    assert (found.check, found.problem.column) == ("segments_do_not_add_up", "labour_force")


def test_impossible_parts_are_errors():
    parts = [part(3, "PU", 100_000, 90_000.0), part(3, "BPUU", 1), part(3, "wage_earners", 1)]
    parts = [p | {"line": line} for line, p in enumerate(parts, 2)]
    found = findings(told(MARCH, parts=parts))
    assert [(f.severity, f.check) for f in found] == [
        ("error", "above_base"),
        ("error", "unknown_segment"),
        ("error", "duplicate_row"),
    ]


def test_errors_are_told_alone():
    assert checks(MARCH, row(4, 600_000)) == ["above_base"]


def test_patis_own_figures_are_coarse_and_no_more():
    found = standing_out(Told(REGION, observation_frame(REGION), "", (0.4, 0.52), pace=PACE))
    assert [(f.check, f.month) for f in found] == [
        ("rounding_coarse", "2024-12"),
        ("rounding_coarse", "2025-03"),
    ]


@st.composite
def consistent(draw) -> Told:
    """A year of monthly head counts that moves no faster than seen, on a base noted when re-set."""
    people, base, rows = draw(st.integers(20_000, 150_000)), float(BASE), []
    name = "bpjstk-2025"
    for month in range(1, 13):
        people = round(people * draw(st.floats(0.96, 1.035)))
        note = ""
        if draw(st.integers(0, 9)) == 0:
            base, note = round(base * draw(st.floats(0.95, 1.15))) + 0.0, "re-set"
            name = f"bpjstk-2025-{month:02d}"
        rows.append(row(month, people, labour_force=base, base=name, note=note))
    wage = draw(st.integers(0, people))
    parts = [part(12, "PU", wage), part(12, "BPU", people - wage)]
    return told(*rows, parts=parts)


@given(consistent())
def test_consistent_tables_are_silent(tables):
    seen = {r["participants"] for r in tables.observations.to_dict("records")}
    found = [f.check for f in findings(tables)]
    assert found == [] or (len(seen) < 12 and set(found) == {"same_figure_twice"})


@given(
    tables=consistent(),
    month=st.integers(1, 11),
    fault=st.sampled_from(
        ["jump", "construction_differs", "rounding_coarse", "published_long_after"]
    ),
)
def test_a_fault_in_consistent_tables_is_found_where_it_is(tables, month, fault):
    frame = tables.observations.copy()
    if fault == "jump":
        frame.loc[month:, "participants"] = (frame.loc[month:, "participants"] * 0.8).round()
    elif fault == "construction_differs":
        frame.loc[month:, "basis"] = "active; residence; without construction"
    elif fault == "rounding_coarse":
        share = frame.loc[month, "participants"] / frame.loc[month, "labour_force"]
        frame.loc[month, ["coverage", "half_width", "participants"]] = [share, 0.005, math.nan]
    else:
        frame.loc[month, "published"] = date(2027, 1, 1)
    at = {(f.check, f.month) for f in findings(Told(REGION, frame, "", (), pace=PACE))}
    assert {one for one in at if one[0] != "same_figure_twice"} == {
        (fault, str(Month(2025, month + 1)))
    }


# --- accepting ----------------------------------------------------------------------------------


def accepted(found: Finding, value: str = "") -> Acceptance:
    given_for = value or found.problem.value
    return Acceptance(
        found.check, found.month, found.base, given_for, "right", "Bappeda", date(2025, 5, 1), 2
    )


def test_an_acceptance_counts_for_the_figures_it_was_given_for():
    (found,) = findings(told(MARCH, row(4, 165_000)))
    (judged,) = with_acceptances([found], [accepted(found)], "accepted.csv")
    assert found.open and judged.accepted and not judged.open
    (changed,) = findings(told(MARCH, row(4, 166_000)))
    (judged,) = with_acceptances([changed], [accepted(found)], "accepted.csv")
    assert judged.open and judged.acceptance == accepted(found)


def test_an_acceptance_silences_no_other_finding():
    jump, twin = findings(told(row(1, 150_000), row(2, 250_000), row(3, 250_000)))
    judged = with_acceptances([jump, twin], [accepted(jump)], "accepted.csv")
    assert [(f.check, f.open) for f in judged] == [("jump", False), ("same_figure_twice", True)]


def test_an_acceptance_of_nothing_is_told():
    (found,) = findings(told(MARCH, row(4, 165_000)))
    (unused,) = with_acceptances([], [accepted(found)], "accepted.csv")
    assert (unused.severity, unused.check, unused.problem.row) == ("note", "acceptance_unused", 2)


def test_notes_and_errors_are_not_accepted():
    coarse = findings(told(percentage(4, 0.30, half_width=0.005)))
    judged = with_acceptances(coarse, [accepted(coarse[0])], "accepted.csv")
    assert [(f.check, f.accepted) for f in judged] == [
        ("rounding_coarse", False),
        ("acceptance_unused", False),
    ]


# --- what is counted ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("basis", "counting"),
    [
        ("active; residence; construction not stated", Counting(True, True, None)),
        ("active, residence, with construction (assumed)", Counting(True, True, None)),
        ("aktif; domisili; dengan Jakon", Counting(True, True, True)),
        (
            "peserta terdaftar; tempat kerja; tidak termasuk jasa konstruksi",
            Counting(False, False, False),
        ),
        ("tidak aktif", Counting(False, None, None)),
        ("NIK-based, including Jakon", Counting(None, True, True)),
        ("by residence; by workplace", Counting()),
        ("as printed; counting not stated", Counting()),
        ("BPS survey", Counting()),
        ("", Counting()),
    ],
)
def test_what_a_basis_says(basis, counting):
    assert Counting.of(basis) == counting


def observation(month: int, basis: str) -> Observation:
    day = Month(2025, month).last_day
    return Observation(REGION, day, 0.3, 0.0005, BASE, "b-2025", basis, day, "branch", "")


@pytest.mark.parametrize(
    ("bases", "apart"),
    [
        (["active", "active"], []),
        (["active", "registered"], [1]),
        (["registered", "active", ""], [1]),
        (["active", "", "registered"], [1]),
        (
            ["active", "registered", ""],
            [1],
        ),  # the newest silent one goes with the newest that speaks
        (["with Jakon", "without Jakon", "with Jakon"], [2]),
    ],
)
def test_what_counts_otherwise_than_the_newest_is_apart(bases, apart):
    seen = [observation(m, basis) for m, basis in enumerate(bases, 1)]
    assert [o.month.number for o in not_alike(seen)] == apart


flags = st.sampled_from([None, True, False])
countings = st.builds(Counting, flags, flags, flags)


@given(countings, countings)
def test_unlike_is_mutual_and_filling_up_contradicts_nothing_stated(one, other):
    assert one.unlike(other) == other.unlike(one) and one.unlike(one) == ()
    assert one.or_else(other).unlike(one) == ()
