"""The participants by segment: each flow by hand, and the limits none of them passes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.still import ONE, PEOPLE, STILL, cohort, fixed, people, run, told, total
from ucj_analysis.months import Month
from ucj_analysis.participants import (
    BUILD,
    ELSEWHERE,
    FUNDED,
    SEASON_DEPTH,
    SELF,
    WAGE,
    Course,
    construction_depth,
    open_segments,
)
from ucj_analysis.projection import History
from ucj_analysis.scenario import PARTS, SEGMENTS
from ucj_analysis.streams import stream

BASE = 599_061
DECEMBER = History("3318", (told(0.39, "2024-12", 511_111.0),))
OPENING = 0.39 * 511_111
SEED, PATHS = 7, 40


def normals(name, months, row=slice(None)):
    return stream(SEED, "chance", name, "0").standard_normal((months, PATHS))[row]


def stock(moved, segment):
    return dict(zip(map(str, moved.months), moved.participants.stock[:, segment, 0], strict=True))


def drive(segment, n=500, first="2025-05", last="2025-07", yields=1):
    rate = people(n, period="month")
    part = ONE | {"low": yields, "central": yields, "high": yields}
    one = {"name": "d", "segment": segment, "first": first, "last": last}
    return {"drives": [one | {"people": rate, "yields": part}]}


# --- the opening ---------------------------------------------------------------------------------


def test_the_opening_is_split_by_hand():
    """Shares are those of a December; what the season leaves out of construction is wage earners'."""
    values = {
        f"split.{name}": np.array([share])
        for name, share in (
            ("self_employed", 0.3),
            ("construction", 0.2),
            ("funded", 0.1),
            ("elsewhere", 0.25),
        )
    }
    opening = open_segments(np.array([1_000.0]), Month(2025, 3), fixed(), values, np.array([0.4]))
    assert opening.stock[:, 0] == pytest.approx([0.75 * 480, 0.25 * 480, 300, 120, 100])
    assert opening.cohorts == {}


@pytest.mark.parametrize(
    "first, last, paid",
    [
        ("2024-11", "2024-12", True),
        ("2024-12", "2025-03", True),
        ("2024-09", "2024-10", True),  # counted two months more
        ("2024-08", "2024-09", False),
        ("2025-01", "2025-03", False),
    ],
)
def test_cohorts_paid_or_still_counted_at_the_opening_are_part_of_it(first, last, paid):
    moved = run(fixed(cohort(first, last)), months=8, history=DECEMBER)
    funded = stock(moved, FUNDED)
    assert funded["2024-12"] == (10_000 if paid else 0)
    assert total(moved)[0] == pytest.approx(OPENING)
    leaves = str(Month(int(last[:4]), int(last[5:])) + 3)
    if paid:
        assert funded[str(Month(int(last[:4]), int(last[5:])) + 2)] == pytest.approx(10_000)
        assert funded[leaves] == pytest.approx(0, abs=1e-6)


def test_a_cohort_takes_at_most_half_of_an_opening_and_all_together_no_more_than_it():
    def paid(*names):
        one = cohort("2024-11", "2024-12", 900_000)["cohorts"][0]
        return fixed({"cohorts": [one | {"name": name} for name in names]})

    one, three = (run(paid(*names), months=1, history=DECEMBER) for names in ("a", "abc"))
    assert one.participants.stock[0, FUNDED, 0] == pytest.approx(OPENING / 2)
    assert three.participants.stock[0, :, 0] == pytest.approx([0, 0, 0, 0, OPENING])


def test_of_a_cohorts_plan_its_yield_is_enrolled():
    planned = cohort("2025-05", "2025-06")
    planned["cohorts"][0]["yields"] = ONE | {"low": 0.6, "central": 0.6, "high": 0.6}
    funded = stock(run(fixed(planned)), FUNDED)
    assert [funded[m] for m in ("2025-04", "2025-05", "2025-08", "2025-09")] == pytest.approx(
        [0, 6_000, 6_000, 0]
    )


# --- construction and its season -------------------------------------------------------------------


def test_a_years_depth_is_its_own_and_never_below_the_deepest():
    z = {2025: np.array([0.0, 1.0, -2.0]), 2026: np.array([5.0, 0.5, 0.0])}
    values = {
        "construction.amplitude": np.array([0.4, 0.5, 0.6]),
        "construction.amplitude_by_year": np.array([0.3, 0.2, 0.1]),
    }
    depth = construction_depth(Course(Month(2025, 11), 2, 0), values, z)
    mean_one = {
        year: np.exp(np.array([0.3, 0.2, 0.1]) * s - np.array([0.045, 0.02, 0.005]))
        for year, s in z.items()
    }
    november = 0.2 * np.array([0.4, 0.5, 0.6]) * mean_one[2025]
    january = 0.45 * np.minimum(np.array([0.4, 0.5, 0.6]) * mean_one[2026], 0.95)
    assert january[0] == pytest.approx(0.45 * 0.95)
    assert depth == pytest.approx(np.stack([november, np.zeros(3), january]))


def test_construction_grows_from_year_to_year_and_not_within():
    moved = run(
        fixed(split__construction=0.2, construction__growth=1.1, construction__amplitude=0.4),
        months=26,
        history=DECEMBER,
    )
    build = stock(moved, BUILD)
    december = 0.2 * OPENING
    for month, year, number in (
        ("2025-03", 1, 3),
        ("2025-12", 1, 12),
        ("2026-03", 2, 3),
        ("2027-02", 3, 2),
    ):
        low = 1 - 0.4 * SEASON_DEPTH[number - 1]
        assert build[month] == pytest.approx(december * 1.1**year * low)


def test_construction_moves_with_a_chance_of_its_own():
    scenario = fixed(split__construction=0.2, noise__construction=0.3)
    moved = run(scenario, months=6, paths=PATHS, seed=SEED, history=DECEMBER)
    level = 0.2 * OPENING * np.exp(0.3 * normals("construction", 6) - 0.045)
    assert moved.participants.stock[1:, BUILD] == pytest.approx(level)
    change = np.diff(moved.participants.stock[:, BUILD], axis=0)
    assert moved.participants.inflow[:, BUILD] == pytest.approx(np.maximum(change, 0))
    assert moved.participants.outflow[:, BUILD] == pytest.approx(np.maximum(-change, 0))


# --- drives ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("segment", ["self_employed", "construction", "wage_earners"])
def test_a_drive_adds_what_is_enrolled_to_its_segment(segment):
    moved = run(fixed(drive(segment, yields=0.4)))
    i = SEGMENTS.index(segment)
    start = PEOPLE if i == WAGE else 0
    added = [n - start for n in stock(moved, i).values()]
    assert added == pytest.approx([0, 0, 200, 400, *[600] * 9])
    assert total(moved)[-1] == pytest.approx(PEOPLE + 600)


def test_projects_of_a_drive_follow_the_season_like_all():
    build = stock(run(fixed(drive("construction"), construction__amplitude=0.5)), BUILD)
    for month, n, number in (
        ("2025-05", 500, 5),
        ("2025-06", 1_000, 6),
        ("2025-12", 1_500, 12),
        ("2026-02", 1_500, 2),
    ):
        assert build[month] == pytest.approx(n * (1 - 0.5 * SEASON_DEPTH[number - 1]))


def test_drives_come_on_top_of_the_ordinary_and_of_each_other():
    """One drive is over, one goes on; who joins and is hired anyway still does."""
    plain = {
        "self_employed__enrolment": 0.02,
        "wage_earners__separations": 0.03,
        "wage_earners__replacement": 1.0,
    }
    drives = [
        drive(segment, n, "2025-04", last)["drives"][0] | {"name": f"{segment} {n}"}
        for segment, n, last in (
            ("self_employed", 100, "2025-04"),
            ("self_employed", 1_000, "2025-05"),
            ("wage_earners", 2_000, "2025-05"),
        )
    ]
    still, driven = run(fixed(**plain), months=2), run(fixed({"drives": drives}, **plain), months=2)
    more = (driven.participants.inflow - still.participants.inflow)[:, [SELF, WAGE], 0]
    assert more[0] == pytest.approx([1_100, 2_000])
    assert more[1] == pytest.approx([1_000, 2_000], rel=0.1)  # a little less room for the others


def test_a_drive_of_the_scenario_starts_with_the_month_after_the_one_asked_about():
    history = History("3318", (told(0.29, "2025-01", BASE), told(0.29, "2025-03", BASE)))
    driven, still = fixed(drive("self_employed", first="2025-01", last="2025-12")), fixed()
    ahead = run(driven, months=3, history=history, baseline=still)
    assert total(ahead) - PEOPLE == pytest.approx([0, 0, 0, 500, 1_000, 1_500], abs=1e-6)


# --- wage earners ------------------------------------------------------------------------------------


def test_a_closure_lays_off_evenly_over_its_months():
    closing = {
        "closures": [
            {"name": "plant", "first": "2025-06", "last": "2025-08", "people": people(900)}
        ]
    }
    wage = stock(run(fixed(closing, wage_earners__layoffs_covered=0.5)), WAGE)
    gone = [PEOPLE - wage[m] for m in ("2025-05", "2025-06", "2025-07", "2025-08", "2025-09")]
    assert gone == pytest.approx([0, 150, 300, 450, 450])


def test_layoffs_and_work_found_again_by_hand():
    """1,200 a year on Pati's base, four fifths covered, cover gone the month after."""
    moved = run(
        fixed(
            wage_earners__layoffs=1_200,
            wage_earners__layoffs_covered=0.8,
            wage_earners__cover_after_layoff=1,
            wage_earners__reemployment=0.25,
        )
    )
    wage, out = PEOPLE, 0.0
    for t in range(12):
        lost, back = (80 if t else 0), out * 0.25
        out += lost - back
        wage += back - lost
        assert moved.participants.stock[t + 1, WAGE, 0] == pytest.approx(wage)
        assert moved.participants.inflow[t, WAGE, 0] == pytest.approx(back)
        assert moved.participants.outflow[t, WAGE, 0] == pytest.approx(lost)


def test_no_more_lose_their_work_than_have_it():
    closing = {
        "closures": [{"name": "all", "first": "2025-05", "last": "2025-05", "people": people(1e6)}]
    }
    moved = run(
        fixed(
            closing,
            wage_earners__layoffs_covered=1,
            wage_earners__separations=0.1,
            wage_earners__reemployment=0.5,
        )
    )
    april = PEOPLE * 0.9
    wage = stock(moved, WAGE)
    assert wage["2025-04"] == pytest.approx(april)
    assert wage["2025-05"] == pytest.approx(0, abs=1e-6)
    assert wage["2025-06"] == pytest.approx(0.5 * 0.9 * april)  # only the laid-off come back


def test_hires_move_with_a_chance_of_their_own():
    scenario = fixed(
        wage_earners__separations=0.03, wage_earners__replacement=1.1, noise__monthly=0.2
    )
    moved = run(scenario, months=5, paths=PATHS, seed=SEED)
    wage, z = np.full(PATHS, PEOPLE), normals("wage_earners", 5)
    for t in range(5):
        room = (BASE - wage) / (BASE - PEOPLE)
        hired = wage * 0.03 * 1.1 * room * np.exp(0.2 * z[t] - 0.02)
        wage = wage * 0.97 + hired
        assert moved.participants.inflow[t, WAGE] == pytest.approx(hired)
        assert moved.participants.stock[t + 1, WAGE] == pytest.approx(wage)


# --- residents insured elsewhere, and the self-employed ------------------------------------------------


def test_residents_insured_elsewhere_come_and_go():
    more = run(fixed(split__elsewhere=0.5, elsewhere__drift=0.06), months=1)
    less = run(fixed(split__elsewhere=0.5, elsewhere__drift=-0.06), months=1)
    for moved, way, other in ((more, "inflow", "outflow"), (less, "outflow", "inflow")):
        flow = getattr(moved.participants, way)[0, ELSEWHERE, 0]
        assert flow == pytest.approx(PEOPLE / 2 * (1 - 0.94 ** (1 / 12)))
        assert getattr(moved.participants, other)[0, ELSEWHERE, 0] == 0


def test_enrolment_moves_with_a_chance_of_its_own():
    scenario = fixed(self_employed__enrolment=0.02, noise__monthly=0.2)
    moved = run(scenario, months=5, paths=PATHS, seed=SEED)
    covered, z = np.full(PATHS, PEOPLE), normals("self_employed", 5)
    for t in range(5):
        joining = (BASE - covered) * 0.02 * np.exp(0.2 * z[t] - 0.02)
        covered = covered + joining
        assert moved.participants.inflow[t, SELF] == pytest.approx(joining)
        assert moved.participants.stock[t + 1].sum(axis=0) == pytest.approx(covered)


def test_no_more_lapse_than_there_are():
    scenario = fixed(
        split__self_employed=0.5, self_employed__lapse=0.9, self_employed__lapse_season=2
    )
    moved = run(scenario, months=2)
    assert stock(moved, SELF) == pytest.approx({"2025-03": PEOPLE / 2, "2025-04": 0, "2025-05": 0})


def test_those_who_could_join_are_those_uncovered_in_the_month_asked_about():
    """The base of March is larger than December's: more can join, though as saturated as before."""
    history = History("3318", (told(0.5, "2024-12", 400_000.0), told(0.4, "2025-03", 500_000.0)))
    moved = run(fixed(self_employed__enrolment=0.01), months=1, history=history)
    covered, pool = 200_000.0, 300_000.0
    reference, base = 200_000.0, 400_000.0
    for t, (step, number) in enumerate(((1e5, 1), (0, 2), (0, 3), (0, 4))):
        reference, base = reference + step, base + step
        joining = pool * (base - covered) / reference * 0.01
        covered += joining
        assert moved.participants.inflow[t, SELF, 0] == pytest.approx(joining), number


# --- budget-paid cover -----------------------------------------------------------------------------------


def test_in_march_only_those_leave_whose_year_is_over():
    """A cohort paid to June stands apart: it is neither gone in March nor paid again from July."""
    paid = cohort("2025-01", "2025-06")
    moved = run(fixed(paid, split__funded=0.1, funded__renewal=0.5), months=24, history=DECEMBER)
    funded, ordinary = stock(moved, FUNDED), 0.1 * OPENING
    by_hand = {
        "2025-01": ordinary + 10_000,
        "2025-02": ordinary + 10_000,
        "2025-03": 10_000,
        "2025-06": 10_000,
        "2025-07": 10_000 + ordinary / 8,
        "2025-08": 10_000 + ordinary / 4,
        "2025-09": ordinary * 3 / 8,
        "2025-12": ordinary / 2,
        "2026-02": ordinary / 2,
        "2026-03": 0,
        "2026-07": ordinary / 16,
        "2026-12": ordinary / 4,
    }
    assert {month: funded[month] for month in by_hand} == pytest.approx(by_hand, abs=1e-6)


def test_a_cohort_that_a_scenario_puts_into_the_past_was_never_there():
    history = History("3318", (told(0.29, "2025-01"), told(0.29, "2025-03")))
    late = fixed(cohort("2025-02", "2025-04"))
    moved = run(late, months=6, history=history, baseline=fixed())
    assert total(moved) == pytest.approx(np.full(9, PEOPLE))
    assert not moved.participants.outflow.any()


def test_a_cohort_paid_to_december_leaves_in_march_once():
    paid = cohort("2025-09", "2025-12")
    moved = run(fixed(paid, split__funded=0.1, funded__renewal=1), months=15, history=DECEMBER)
    funded, ordinary = stock(moved, FUNDED), 0.1 * OPENING
    assert funded["2026-02"] == pytest.approx(ordinary + 10_000)
    assert funded["2026-03"] == pytest.approx(0, abs=1e-6)
    assert moved.participants.outflow[14, FUNDED, 0] == pytest.approx(ordinary + 10_000)


# --- what none of them passes --------------------------------------------------------------------------------


def test_where_too_many_would_join_all_ways_in_are_cut_alike():
    """A drive and a cohort of 400,000 each meet 425,333 uncovered: about half of each gets in."""
    both = drive("self_employed", 400_000, "2025-04", "2025-04") | cohort(
        "2025-04", "2025-05", 400_000
    )
    moved = run(fixed(both))
    free = BASE - PEOPLE
    april = moved.participants.stock[1, :, 0]
    assert april[[SELF, FUNDED]] == pytest.approx([free / 2, free / 2])
    assert total(moved)[1] == pytest.approx(BASE)
    funded = stock(moved, FUNDED)
    assert funded["2025-07"] == pytest.approx(free / 2)
    assert funded["2025-08"] == pytest.approx(0, abs=1e-6)  # as many leave as got in
    assert stock(moved, SELF)["2025-08"] == pytest.approx(free / 2)


def test_only_where_too_many_would_join_are_ways_in_cut():
    history = History("3318", (told(0.5, half=0.4),))
    moved = run(fixed(drive("self_employed", 300_000, "2025-04", "2025-04")), 1, history, 200)
    free = BASE - moved.covered[0]
    assert (free < 300_000).any() and (free > 300_000).any()
    assert moved.participants.inflow[0, SELF] == pytest.approx(np.minimum(free, 300_000))


def test_a_base_set_below_its_participants_takes_the_same_part_of_all():
    history = History("3318", (told(0.6, "2025-11"),))
    low = fixed(
        labour_force__rebasing_chance=1,
        labour_force__rebasing=0.4,
        split__self_employed=0.3,
        split__elsewhere=0.5,
    )
    moved = run(low, months=3, history=history)
    before, after = moved.participants.stock[1, :, 0], moved.participants.stock[2, :, 0]
    assert after == pytest.approx(before * 0.4 / 0.6)
    assert moved.participants.outflow[1, :, 0] == pytest.approx(before / 3)
    assert moved.coverage[2:, 0] == pytest.approx([1, 1])
    assert moved.participants.stock[3, :, 0] == pytest.approx(after)


def test_only_those_above_their_base_are_counted_no_longer():
    history = History("3318", (told(0.5, "2025-12", half=0.4),))
    low = fixed(labour_force__rebasing_chance=1, labour_force__rebasing=0.5)
    moved = run(low, 1, history, 200)
    assert (moved.covered[0] < BASE / 2).any() and (moved.covered[0] > BASE / 2).any()
    assert moved.covered[1] == pytest.approx(np.minimum(moved.covered[0], BASE / 2))


def test_people_of_a_plan_leave_fewer_to_join():
    scenario = fixed(self_employed__enrolment=0.02, labour_force__exits=0.3)
    history = History("3318", (told(0.29, "2025-01"), told(0.29, "2025-03")))
    for planned in (np.array([1e5, 2e5]), np.array([[1e5, 0.0], [2e5, 5e4]])):
        moved = run(scenario, months=2, history=history, planned=planned)
        covered = np.full(2, PEOPLE)
        for t, plan in enumerate([np.zeros(2), np.zeros(2), *planned]):
            covered = covered + (moved.base.stock[t + 1] - plan - covered) * 0.02
            assert moved.participants.stock[t + 1].sum(axis=0) == pytest.approx(covered)
            assert moved.covered[t + 1] == pytest.approx(covered + plan)
    assert moved.base.stock[3, 0] < moved.base.stock[2, 0] == BASE


def test_a_plan_for_everyone_leaves_nobody_to_join():
    moved = run(fixed(self_employed__enrolment=0.02), months=2, planned=np.full(2, BASE - PEOPLE))
    assert moved.coverage[1:, 0] == pytest.approx([1, 1])
    assert not moved.participants.inflow.any()


def test_what_stands_still_is_every_range_there_is():
    plain = fixed().model_dump()
    assert {part: set(names) for part, names in STILL.items()} == {
        part: set(plain[part]) for part in PARTS
    }
