"""What a planner moves, as plain numbers; and the scenario they stand for, as a file."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ucj_analysis.errors import RunError, bad, refused
from ucj_analysis.months import Month
from ucj_analysis.quantities import Stated
from ucj_analysis.question import Question, scenario_names
from ucj_analysis.scenario import Scenario
from ucj_analysis.scenario_files import overlaid

Unit = Literal["people", "share", "months", "factor"]
AUTHOR = "set by hand"
REASON = "set by hand; the range of the scenario moved with it"
#: Names of the events the controls make; a scenario may hold others beside them.
OUTREACH, FUNDED = "outreach set by hand", "funded people set by hand"


@dataclass(frozen=True)
class Control:
    """One thing to move: its unit, its ends, its step, and the range of the scenario it moves."""

    name: str
    unit: Unit
    low: float
    high: float
    step: float
    moves: str = ""


CONTROLS = (
    Control("layoffs", "people", 0, 20_000, 50, "wage_earners.layoffs"),
    Control("graduates", "people", 0, 60_000, 500, "labour_force.graduates"),
    Control("outreach", "people", 0, 20_000, 100),
    Control("lapse", "share", 0.0, 0.10, 0.001, "self_employed.lapse"),
    Control("season", "share", 0.0, 0.90, 0.01, "construction.amplitude"),
    Control("funded", "people", 0, 150_000, 500),
    Control("funded_months", "months", 1, 12, 1),
    Control("rebasing", "factor", 0.5, 2.0, 0.01, "labour_force.rebasing"),
)
#: Names no file may bear on Windows.
_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(10))}
#: No share may be moved to its end: neither 0% nor 100% is known of people.
_MOST = {"share": 0.999}


@dataclass(frozen=True)
class Positions:
    """Where every control stands, the scenario they stand on, and the region's base, people.

    People a year (`layoffs`, `graduates`), people a month (`outreach`), shares (`lapse` a month,
    `season` from December to spring), people and months (`funded`), factor (`rebasing`).
    """

    scenario: str
    base: float
    layoffs: float
    graduates: float
    outreach: float
    lapse: float
    season: float
    funded: float
    funded_months: int
    rebasing: float

    def moved(self, start: Positions) -> dict[str, tuple[float, float]]:
        """Return the controls that stand elsewhere than at the start: name to (start, now)."""
        pairs = {c.name: (getattr(start, c.name), getattr(self, c.name)) for c in CONTROLS}
        if not self.funded and not start.funded:
            pairs.pop("funded_months")  # months of nobody
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def start_of(name: str, scenario: Scenario, base: float) -> Positions:
    """Return where the controls stand for a scenario as it is: at the middle of its ranges.

    People a year are those of a region with this base.

    Examples
    --------
    >>> from ucj_analysis.scenario_files import load_scenario
    >>> baseline = load_scenario("baseline")
    >>> start_of("baseline", baseline, 599_061).graduates
    16000.0
    """
    stated = scenario.stated()
    values: dict[str, Any] = {
        c.name: stated[c.moves].central * _part(stated[c.moves], base) for c in CONTROLS if c.moves
    }
    drive = next((d for d in scenario.drives if d.name == OUTREACH), None)
    cohort = next((c for c in scenario.cohorts if c.name == FUNDED), None)
    return Positions(
        scenario=name,
        base=base,
        outreach=drive.people.central if drive else 0.0,
        funded=cohort.people.central if cohort else 0.0,
        funded_months=(cohort.end - cohort.start + 1) if cohort else 6,
        **values,
    )


def _part(stated: Stated, base: float) -> float:
    """Return how many times a base is the one a range of people is stated for."""
    per = getattr(stated, "per_base", None)
    return base / per if per else 1.0


def overrides(
    positions: Positions, start: Positions, scenario: Scenario, question: Question
) -> dict[str, Any]:
    """Return what a scenario file must say for the controls to stand as they do.

    Only what was moved. A moved range keeps its width in proportion. Funded people are paid up
    to the target month; outreach runs from the month after the one asked about.
    """
    told: dict[str, Any] = {}
    stated, moved = scenario.stated(), positions.moved(start)
    for control in CONTROLS:
        if control.moves and control.name in moved:
            part, key = control.moves.split(".")
            value = getattr(positions, control.name) / _part(stated[control.moves], positions.base)
            told.setdefault(part, {})[key] = _shifted(control, stated[control.moves], value)
    first, last = question.as_of + 1, question.target_month
    if "outreach" in moved:
        people = _fixed(positions.outreach, period="month")
        told["drives"] = [_event(first, last, people, name=OUTREACH, segment="self_employed")]
    if {"funded", "funded_months"} & set(moved):
        begins = max(first, last + (1 - positions.funded_months))
        told["cohorts"] = [_event(begins, last, _fixed(positions.funded), name=FUNDED)]
    return told


def _shifted(control: Control, range_: Stated, value: float) -> dict[str, Any]:
    """Return a range whose centre stands at a value, its ends in proportion."""
    factor = value / range_.central if range_.central else 0.0
    most = _MOST.get(control.unit, float("inf"))
    ends = [min(factor * v, most) for v in (range_.low, range_.central, range_.high)]
    if control.name == "rebasing":  # a re-set base lies between 0.3 and 3 times the old one
        ends = [min(max(v, 0.3), 3.0) for v in ends]
    if not range_.central:
        ends = [value] * 3
    kept = range_.model_dump(exclude_none=True, exclude={"sources", "assumption"})
    kept = {k: list(v) if isinstance(v, tuple) else v for k, v in kept.items() if v != ()}
    if control.unit == "people":
        ends = [float(round(v)) for v in ends]
    low, central, high = ends
    return kept | {"low": low, "central": central, "high": high, "assumption": REASON}


def _fixed(people: float, **more: str) -> dict[str, Any]:
    value = {"low": people, "central": people, "high": people, "unit": "people"}
    return value | more | {"assumption": AUTHOR}


def _event(first: Month, last: Month, people: dict[str, Any], **named: str) -> dict[str, Any]:
    """Return an event in which everybody planned for is enrolled."""
    months = {"first": str(first), "last": str(last)}
    return named | months | {"people": people, "yields": _fixed(1.0, unit="share")}


def scenario_text(
    positions: Positions, start: Positions, scenario: Scenario, question: Question, title: str
) -> str:
    """Return the scenario file the controls stand for, as TOML.

    It lies on top of the scenario they stand on where that is one of the data folder. Where that
    is a file, everything is written out: whoever is sent the new file need not have the other.
    """
    import tomli_w

    header = {"title": title, "author": AUTHOR, "reference": str(question.as_of)}
    if positions.scenario in scenario_names(question.data):
        told = overrides(positions, start, scenario, question)
        values = {"schema_version": 1, "extends": positions.scenario, "header": header, **told}
    else:
        moved = as_scenario(positions, start, scenario, question)
        whole = moved.model_dump(mode="json", exclude_defaults=True, exclude={"extends"})
        values = whole | {"header": header}
    return tomli_w.dumps(values)


def as_scenario(
    positions: Positions, start: Positions, scenario: Scenario, question: Question
) -> Scenario:
    """Return the scenario the controls stand for: the very one its file gives when it is read.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> from ucj_analysis.scenario_files import load_scenario
    >>> baseline = load_scenario("baseline")
    >>> start = start_of("baseline", baseline, 599_061)
    >>> as_scenario(start, start, baseline, ask()) == baseline
    True
    """
    if positions == start:
        return scenario
    return overlaid(scenario, overrides(positions, start, scenario, question))


def checked(positions: Positions, start: Positions) -> Positions:
    """Return positions whose every control lies within its ends, or raise `out_of_range`.

    A scenario may begin beyond an end; then its own value is the end.
    """
    for control in CONTROLS:
        value = getattr(positions, control.name)
        high = max(control.high, getattr(start, control.name))
        if not control.low <= value <= high:
            raise bad("out_of_range", value, low=control.low, high=high)
    return positions


def save_scenario(folder: Path, name: str, text: str) -> Path:
    """Write a scenario file under a safe name and return its path; never over another.

    Raises
    ------
    InputError
        `bad_name` where nothing of the name can stand in a file name, `name_taken`.
    RunError
        `cannot_write`.
    """
    safe = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]
    if not safe:
        raise bad("bad_name", name)
    path = folder / f"{'scenario-' if safe in _RESERVED else ''}{safe}.toml"
    if path.exists():
        raise bad("name_taken", path.name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise RunError(refused("cannot_write", folder, error)) from error
    return path


def with_value(positions: Positions, name: str, value: float) -> Positions:
    """Return positions with one control moved."""
    moved: dict[str, Any] = {name: int(value) if name == "funded_months" else float(value)}
    return replace(positions, **moved)
