"""Levers: what a region can do to enrol people, at what pace and cost. Data, not forecasts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import StrictBool, StrictInt, ValidationError, model_validator

from ucj_analysis.contributions import construction_premium
from ucj_analysis.errors import InputError, Problem, nearest
from ucj_analysis.quantities import Frozen, Number, Rupiah, Share, Stated, Stopping, Units
from ucj_analysis.resources import data_folder
from ucj_analysis.scenario import Header, Segment
from ucj_analysis.toml_files import TomlFile, known_keys, line_of, read_toml

Array = npt.NDArray[np.float64]
LIKE = "data/levers/3318.toml"
LISTS = ("levers", "overlaps")
#: How a value begins that a new region's file holds until somebody states the region's own.
TO_FILL_IN = "GANTI"
#: No plan looks further ahead, and no lever pays longer.
LONGEST_PLAN_MONTHS = 60
#: Lists that overlap in one group; the rows of the programme double with each.
MOST_OVERLAPPING = 8


class Step(Frozen):
    """A part of the pool, and how many times the first cost it takes to reach it."""

    share: Number
    cost: Number

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not (isfinite(self.share) and isfinite(self.cost)):
            raise ValueError("not_finite")
        return self


class Lever(Frozen):
    """One way to enrol people, or to keep them.

    Parameters
    ----------
    pool : Units
        Units in reach; registers hold people of all ages, so `workers` is the part of them
        that works and is not covered yet.
    people_per_unit : Units, optional
        People enrolled with each unit, where the office does not count people.
    pace : Units
        Units enrolled a month at full pace, reached over `ramp` months.
    yields : Share
        Enrolled over planned: to enrol 65 people, plan for 100.
    one_off : Rupiah
        Effort per unit planned; `steps` says how it rises as the pool is used up.
    contract : Rupiah, optional
        Value of a contract, whose premium is paid once (rules R06 to R15).
    monthly : Rupiah
        Contribution per person and month that a budget pays, for at least the first and at
        most the last of `months`.
    lapse : Stopping
        Of those who then pay themselves, the share that stops in a month.
    counted_after : int
        Months a member is still counted after the last paid one: 2 by rule R01, 0 for cover
        that ends with its project.
    yearly : bool
        Whether every year brings a new pool: contracts, memberships about to end.
    timing : str
        Where months, ramp and lead come from.
    """

    name: str
    segment: Segment
    office: str
    unit: str
    pool: Units
    workers: Share
    people_per_unit: Units | None = None
    pace: Units
    ramp: StrictInt
    lead: StrictInt = 0
    yields: Share
    one_off: Rupiah
    steps: tuple[Step, ...] = ()
    contract: Rupiah | None = None
    monthly: Rupiah
    months: tuple[StrictInt, StrictInt]
    lapse: Stopping
    counted_after: Literal[0, 1, 2] = 2
    yearly: StrictBool = False
    timing: str

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.pool.unit != self.unit or self.pace.unit != self.unit:
            raise ValueError("other_unit")
        if self.pace.period != "month":
            raise ValueError("no_period")
        if (self.people_per_unit is None) != (self.unit == "people"):
            raise ValueError("people_per_unit")
        (least, most), times = self.months, (*self.months, self.ramp, self.lead)
        if not (1 <= least <= most and min(times) >= 0 and max(times) <= LONGEST_PLAN_MONTHS):
            raise ValueError("months_beyond")
        if self.yields.low <= 0 or self.workers.low <= 0:
            raise ValueError("zero_share")
        if not self.timing.strip():
            raise ValueError("no_source")
        if self.steps:
            costs, shares = [s.cost for s in self.steps], [s.share for s in self.steps]
            if costs != sorted(costs) or costs[0] < 0:
                raise ValueError("steps_fall")
            if abs(sum(shares) - 1) > 1e-9 or min(shares) <= 0:
                raise ValueError("steps_sum")
        return self

    def stated(self) -> dict[str, Stated]:
        """Return every range of the lever by its name."""
        return {name: value for name, value in self if isinstance(value, Stated)}


class Overlap(Frozen):
    """Part of the first lever's people who stand on the second's list too."""

    name: str
    levers: tuple[str, str]
    share: Share


class Levers(Frozen):
    """All levers of a region, and how their lists overlap."""

    schema_version: Literal[1]
    header: Header
    offices: tuple[str, ...]
    levers: tuple[Lever, ...]
    overlaps: tuple[Overlap, ...] = ()

    def stated(self) -> dict[tuple[str, str], Stated]:
        """Return every range by lever and quantity; overlaps by name and `share`."""
        found: dict[tuple[str, str], Stated] = {
            (lever.name, q): v for lever in self.levers for q, v in lever.stated().items()
        }
        return found | {(o.name, "share"): o.share for o in self.overlaps}


@dataclass(frozen=True)
class Terms:
    """One lever as plain numbers: people, rupiah per person, months.

    `pool` holds the people of each step of rising cost, `one_off` what one of them costs once;
    a `yearly` pool is that of twelve months.
    """

    name: str
    segment: Segment
    office: str
    pool: tuple[float, ...]
    one_off: tuple[float, ...]
    pace: float
    ramp: int
    lead: int
    monthly: float
    months: tuple[int, int]
    lapse: float
    counted_after: int
    yearly: bool
    planned_per_person: float

    def paces(self, months: int) -> Array:
        """Return the people that can be enrolled in each month from the first of the plan."""
        at_work = np.arange(1, months + 1) - self.lead
        return np.asarray(self.pace * np.clip(at_work / max(self.ramp, 1), 0.0, 1.0))


@dataclass(frozen=True)
class Menu:
    """All levers as plain numbers, with the people that pairs of lists share."""

    terms: tuple[Terms, ...]
    shared: tuple[tuple[int, int, float], ...] = ()


Pick = Callable[[tuple[str, str], Stated], float]


def menu(levers: Levers, pick: Pick, rates: tuple[tuple[float, float], ...]) -> Menu:
    """Return the levers as plain numbers, each value picked from its range.

    Parameters
    ----------
    levers : Levers
        As read.
    pick : callable
        Given (lever, quantity) and its range, returns the value to use.
    rates : tuple
        From :func:`ucj_analysis.contributions.construction_rates`.

    Examples
    --------
    >>> from ucj_analysis.contributions import construction_rates
    >>> central = menu(load_levers("3318"), lambda _, stated: stated.central, construction_rates())
    >>> round(central.terms[0].monthly)
    16800
    """
    terms = tuple(_terms(lever, pick, rates) for lever in levers.levers)
    places = {lever.name: i for i, lever in enumerate(levers.levers)}
    shared = []
    for overlap in levers.overlaps:
        first, second = (places[name] for name in overlap.levers)
        people = sum(terms[first].pool) * pick((overlap.name, "share"), overlap.share)
        shared.append((first, second, min(people, sum(terms[second].pool))))
    return Menu(terms, tuple(shared))


def favourable(levers: Levers, rates: tuple[tuple[float, float], ...]) -> Menu:
    """Return the levers at that end of every range that helps a plan most."""

    def pick(place: tuple[str, str], stated: Stated) -> float:
        costly = place[1] in ("one_off", "contract", "monthly", "lapse", "share")
        return stated.low if costly else stated.high

    return menu(levers, pick, rates)


def _terms(lever: Lever, pick: Pick, rates: tuple[tuple[float, float], ...]) -> Terms:
    v = {q: pick((lever.name, q), stated) for q, stated in lever.stated().items()}
    # of a register only those who work are approached; of a contract's people only they count
    each = v["people_per_unit"] * v["workers"] if "people_per_unit" in v else 1.0
    people = v["pool"] * (each if "people_per_unit" in v else v["workers"])
    steps = lever.steps or (Step(share=1.0, cost=1.0),)
    premium = construction_premium(v["contract"], rates) / each if "contract" in v else 0.0
    effort = v["one_off"] / (each * v["yields"])
    kept = ("name", "segment", "office", "ramp", "lead", "months", "counted_after", "yearly")
    return Terms(
        **{name: getattr(lever, name) for name in kept},
        pool=tuple(people * v["yields"] * step.share for step in steps),
        one_off=tuple(premium + effort * step.cost for step in steps),
        pace=v["pace"] * each,
        monthly=v["monthly"],
        lapse=v["lapse"],
        planned_per_person=1 / (each * v["yields"]),
    )


def lever_file(region: str, data: Path) -> Path:
    """Return where a region's levers are stated, whether or not they are."""
    return data / "levers" / f"{region}.toml"


def lines_to_fill_in(path: Path) -> list[int]:
    """Return the lines of a file of levers whose values nobody has stated yet; none where there is no file."""
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return [n for n, line in enumerate(lines, 1) if re.search(rf'=\s*"{TO_FILL_IN}\b', line)]


def are_stated(region: str, data: Path) -> bool:
    """Tell whether somebody has stated a region's levers, all of them."""
    path = lever_file(region, data)
    return path.is_file() and not lines_to_fill_in(path)


def load_levers(region: str, data: str | Path | None = None) -> Levers:
    """Return the levers of a region, from `levers/REGION.toml` of the data folder.

    Raises
    ------
    InputError
        `no_levers`, `levers_to_fill_in` with the lines, or every problem with file, line and key.

    Examples
    --------
    >>> len(load_levers("3318").levers) > 5
    True
    """
    path = lever_file(region, data_folder(data))
    if not path.is_file():
        raise InputError(Problem.at("no_levers", path, 0, "", region, like=LIKE))
    if lines := lines_to_fill_in(path):
        named = {"word": TO_FILL_IN, "lines": [str(n) for n in lines]}
        raise InputError(Problem.at("levers_to_fill_in", path, 0, "", region, **named))
    return read_levers(path)


def read_levers(path: Path) -> Levers:
    """Return the levers of one file; raises as :func:`load_levers`."""
    text, values = read_toml(path, LIKE)
    file = TomlFile(path, text, values, LISTS, known_keys(Levers, Lever, Overlap, Step), LIKE)
    try:
        levers = Levers.model_validate(values)
    except ValidationError as error:
        raise InputError(*file.problems(error)) from error
    problems = list(_problems(file, levers))
    if problems:
        raise InputError(*problems)
    return levers


def _problems(file: TomlFile, levers: Levers) -> Iterator[Problem]:
    """Yield what is wrong between the entries: names, offices, lists that overlap too much."""

    def problem(code: str, place: list[str], value: str, **fields: object) -> Problem:
        line = line_of(file.text, place, LISTS)
        return Problem.at(code, file.path, line, ".".join(place), value, like=LIKE, **fields)

    names = [lever.name for lever in levers.levers]
    for name in {n for n in names if names.count(n) > 1 or not n.strip()}:
        yield problem("bad_key_value", ["levers", name, "name"], name, reason="lever_names")
    if not names:
        yield problem("bad_key_value", ["levers"], "[]", reason="no_lever")
    for lever in levers.levers:
        if lever.office not in levers.offices:
            place, near = ["levers", lever.name, "office"], nearest(lever.office, levers.offices)
            allowed = list(levers.offices)
            yield problem("not_allowed", place, lever.office, near=near, allowed=allowed)
    yield from _overlap_problems(levers, names, problem)


def _overlap_problems(
    levers: Levers, names: list[str], problem: Callable[..., Problem]
) -> Iterator[Problem]:
    """Yield overlaps with itself, of no lever, that cannot be, or of more than all of a list."""
    for overlap in levers.overlaps:
        place = ["overlaps", overlap.name, "levers"]
        if overlap.levers[0] == overlap.levers[1]:
            yield problem("bad_key_value", place, overlap.levers[0], reason="overlap_itself")
        for name in (n for n in overlap.levers if n not in names):
            near = nearest(name, [n for n in names if n not in overlap.levers], cutoff=0.8)
            yield problem("overlap_of_none", place, name, near=near, allowed=names)
    yield from _overlaps_that_cannot_be(levers, problem)
    for name in names:
        mine = [o for o in levers.overlaps if name == o.levers[0]]
        total = sum(o.share.high for o in mine)
        if total > 1 + 1e-9:
            place = ["overlaps", mine[-1].name, "share"]
            yield problem("bad_key_value", place, f"{total:g}", reason="overlap_sum")


def _overlaps_that_cannot_be(levers: Levers, problem: Callable[..., Problem]) -> Iterator[Problem]:
    """Yield overlaps with a list that comes anew each year, and those that close a circle.

    Without circles the people on joined lists are known from pairs alone.
    """
    yearly = {lever.name for lever in levers.levers if lever.yearly}
    groups = {lever.name: {lever.name} for lever in levers.levers}
    for overlap in levers.overlaps:
        first, second = overlap.levers
        place = ["overlaps", overlap.name, "levers"]
        if {first, second} & yearly:
            named = ", ".join(sorted({first, second} & yearly))
            yield problem("bad_key_value", place, named, reason="overlap_yearly")
        if first == second or not {first, second} <= set(groups):
            continue
        if second in groups[first]:
            yield problem("bad_key_value", place, f"{first}, {second}", reason="overlap_circle")
        joined = groups[first] | groups[second]
        groups |= dict.fromkeys(joined, joined)
