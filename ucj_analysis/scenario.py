"""Scenarios: what is assumed about the flows, as frozen models read from TOML, in layers."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import ValidationError, model_validator

from ucj_analysis.errors import InputError, Problem, nearest
from ucj_analysis.months import Month, parse_month
from ucj_analysis.quantities import (
    Duration,
    Factor,
    Frozen,
    Loss,
    People,
    PeopleRate,
    Share,
    ShareRate,
    Stated,
)
from ucj_analysis.question import check_scenario_name
from ucj_analysis.resources import data_folder

Standing = Literal["sourced", "derived", "assumed"]
Segment = Literal["wage_earners", "elsewhere", "self_employed", "construction", "funded"]
#: Segments of the participants, in the order of the engine's arrays.
SEGMENTS: tuple[Segment, ...] = (
    "wage_earners",
    "elsewhere",
    "self_employed",
    "construction",
    "funded",
)
PARTS = (
    "labour_force",
    "split",
    "wage_earners",
    "elsewhere",
    "self_employed",
    "construction",
    "funded",
    "noise",
)
EVENTS = ("cohorts", "closures", "drives", "rebasings", "counting")
_LIST_KEY = "name"


class LabourForce(Frozen):
    """What moves the base."""

    graduates: PeopleRate
    joining: Share
    exits: Loss
    migration: ShareRate
    rebasing_chance: Share
    rebasing: Factor

    @model_validator(mode="after")
    def _rebasing_is_no_collapse(self) -> Self:
        if not 0.3 <= self.rebasing.low <= self.rebasing.high <= 3:
            raise ValueError("rebasing_range")
        return self


class Split(Frozen):
    """Parts of the participants at the first figure used; wage earners are what is left."""

    self_employed: Share
    construction: Share
    funded: Share
    elsewhere: Share

    @model_validator(mode="after")
    def _leaves_wage_earners(self) -> Self:
        if self.self_employed.high + self.construction.high + self.funded.high > 0.95:
            raise ValueError("split_sum")
        return self


class WageEarners(Frozen):
    """Hires, separations and layoffs of covered employees."""

    separations: Loss
    replacement: Factor
    layoffs: PeopleRate
    layoffs_covered: Share
    cover_after_layoff: Duration
    reemployment: Loss


class Elsewhere(Frozen):
    """Residents insured by work elsewhere: counted here, out of local reach."""

    drift: ShareRate


class SelfEmployed(Frozen):
    """Enrolment from the uncovered, and lapse."""

    enrolment: Loss
    enrolment_season: Factor
    lapse: Loss
    lapse_season: Factor


class Construction(Frozen):
    """Cover that follows the budget year: low in spring, peak in December."""

    amplitude: Share
    amplitude_by_year: Factor
    growth: Factor


class Funded(Frozen):
    """Cover that budgets pay for part of a year, and pay again or not."""

    renewal: Factor


class Noise(Frozen):
    """Month-to-month chance."""

    monthly: Factor
    construction: Factor


class _Dated(Frozen):
    name: str
    regions: tuple[str, ...] = ()
    first: str
    last: str

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        try:
            ordered = parse_month(self.first) <= parse_month(self.last)
        except InputError as error:
            raise ValueError("bad_month") from error
        if not ordered:
            raise ValueError("ends_before_it_starts")
        return self

    @property
    def start(self) -> Month:
        """First month of the event."""
        return parse_month(self.first)

    @property
    def end(self) -> Month:
        """Last month of the event."""
        return parse_month(self.last)


class Cohort(_Dated):
    """People whose contribution is paid from `first` to `last`, and who then stop.

    Counted until the third unpaid month (rule R01): paid to December, counted through February.
    `yields` is the part of the plan that is enrolled and was not covered before.
    """

    people: People
    yields: Share
    one_off: bool = False


class Closure(_Dated):
    """A large employer lays off `people` evenly from `first` to `last`."""

    people: People


class Drive(_Dated):
    """Enrolment on top of the ordinary: people a month into a segment, from `first` to `last`."""

    segment: Literal["self_employed", "construction", "wage_earners"]
    people: PeopleRate
    yields: Share


class Rebasing(Frozen):
    """The base is set to a stated size in a stated January."""

    name: str
    regions: tuple[str, ...] = ()
    month: str
    base: People

    @model_validator(mode="after")
    def _at_new_year(self) -> Self:
        try:
            number = parse_month(self.month).number
        except InputError as error:
            raise ValueError("bad_month") from error
        if number != 1:
            raise ValueError("not_january")
        return self


class Counting(Frozen):
    """From `month` on, the segments named are no longer counted as covered."""

    name: str
    month: str
    excludes: tuple[Segment, ...]
    assumption: str

    @model_validator(mode="after")
    def _dated(self) -> Self:
        try:
            parse_month(self.month)
        except InputError as error:
            raise ValueError("bad_month") from error
        return self


class Header(Frozen):
    """Who says so, on what ground."""

    title: str
    author: str
    reference: str


class Scenario(Frozen):
    """Everything assumed about the flows; immutable."""

    schema_version: Literal[1]
    extends: tuple[str, ...] = ()
    header: Header
    labour_force: LabourForce
    split: Split
    wage_earners: WageEarners
    elsewhere: Elsewhere
    self_employed: SelfEmployed
    construction: Construction
    funded: Funded
    noise: Noise
    alternative_for: tuple[str, ...] = ()
    cohorts: tuple[Cohort, ...] = ()
    closures: tuple[Closure, ...] = ()
    drives: tuple[Drive, ...] = ()
    rebasings: tuple[Rebasing, ...] = ()
    counting: tuple[Counting, ...] = ()

    def stated(self) -> dict[str, Stated]:
        """Return every range by its dotted name, in file order, events last.

        Examples
        --------
        >>> next(iter(load_scenario("baseline").stated()))
        'labour_force.graduates'
        """
        found = {f"{part}.{name}": value for part in PARTS for name, value in getattr(self, part)}
        for kind in EVENTS:
            for event in getattr(self, kind):
                found |= {f"{event.name}.{name}": v for name, v in event if isinstance(v, Stated)}
        return found

    def standing(self, name: str, published: dict[str, date | None], known_by: date) -> Standing:
        """Tell whether a range is sourced, an assumption derived from sources, or assumed.

        A source published after `known_by` counts for nothing: what rests on it is assumed.
        """
        stated = self.stated()[name]
        days = [published.get(s) for s in stated.sources]
        if not days or any(day is None or day > known_by for day in days):
            return "assumed"
        return "derived" if stated.assumption else "sourced"

    def for_region(self, region: str) -> Scenario:
        """Return the scenario with only the events that concern a region."""
        kept = {
            kind: tuple(
                e
                for e in getattr(self, kind)
                if not getattr(e, "regions", ()) or region in e.regions
            )
            for kind in EVENTS
        }
        return self.model_copy(update=kept)


def differences(base: Scenario, other: Scenario) -> list[tuple[str, Stated | None, Stated | None]]:
    """Return what differs: name, the base's range, the other's range; None where there is none.

    Examples
    --------
    >>> baseline = load_scenario("baseline")
    >>> differences(baseline, baseline)
    []
    """
    ours, theirs = base.stated(), other.stated()
    names = [*ours, *(n for n in theirs if n not in ours)]
    return [(n, ours.get(n), theirs.get(n)) for n in names if ours.get(n) != theirs.get(n)]


def load_scenario(name: str, data: str | Path | None = None) -> Scenario:
    """Return a scenario by name, or from a TOML file, on top of those it extends.

    Raises
    ------
    InputError
        With file, line, key, what was found and the nearest valid key.

    Examples
    --------
    >>> load_scenario("baseline").labour_force.graduates.unit
    'people'
    """
    folder = data_folder(data)
    path = check_scenario_name(name, folder)
    text, values = _layers(path, folder, ())
    try:
        return Scenario.model_validate(values)
    except ValidationError as error:
        raise InputError(
            *(_problem(path, text, values, dict(e)) for e in error.errors())
        ) from error


def _layers(path: Path, folder: Path, below: tuple[Path, ...]) -> tuple[str, dict[str, Any]]:
    """Return a file's text and its values merged onto those of the scenarios it extends, in order."""
    text, values = _toml(path)
    parents = values.get("extends", [])
    parents = [parents] if isinstance(parents, str) else parents
    base: dict[str, Any] = {}
    for parent in parents if isinstance(parents, list) else [parents]:
        found = _parent(path, text, parent, folder)
        if found.resolve() in (path.resolve(), *below):
            line = _line(text, ["extends"])
            raise InputError(Problem("extends_loop", str(path), line, "extends", str(parent)))
        base = _merged(base, _layers(found, folder, (*below, path.resolve()))[1])
    if parents:
        values = _merged(base, values | {"extends": parents})
    return text, values


def _parent(path: Path, text: str, parent: object, folder: Path) -> Path:
    line = _line(text, ["extends"])
    if not isinstance(parent, str):
        fields: dict[str, object] = {"reason": "not_text"}
        raise InputError(Problem("bad_key_value", str(path), line, "extends", str(parent), fields))
    try:
        return check_scenario_name(parent, folder)
    except InputError as error:
        problem = error.problems[0]
        raise InputError(
            Problem(problem.code, str(path), line, "extends", parent, problem.fields)
        ) from error


def _toml(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise InputError(
            Problem("bad_encoding", str(path), value=f"0x{error.object[error.start]:02X}")
        ) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(Problem("not_toml", str(path), value=str(error))) from error


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return `over` laid on `base`: tables merge, a range is replaced whole, events replace their namesake."""
    merged = dict(base)
    for key, value in over.items():
        old = base.get(key)
        if isinstance(value, dict) and isinstance(old, dict) and "low" not in value:
            merged[key] = _merged(old, value)
        elif key in EVENTS and isinstance(value, list) and isinstance(old, list):
            names = {e.get(_LIST_KEY) for e in value if isinstance(e, dict)}
            merged[key] = [e for e in old if e.get(_LIST_KEY) not in names] + value
        else:
            merged[key] = value
    return merged


def _problem(path: Path, text: str, values: dict[str, Any], error: dict[str, Any]) -> Problem:
    place = _named_place(values, error["loc"])
    code = {"extra_forbidden": "unknown_key", "missing": "missing_key", "value_error": "bad_range"}
    found = error["input"]
    fields: dict[str, object] = {"reason": error["msg"].removeprefix("Value error, ")}
    if error["type"] == "extra_forbidden":
        fields["near"] = nearest(place[-1], _known_keys())
    shown = "" if isinstance(found, dict) else str(found)
    if isinstance(found, dict) and "low" in found:
        shown = f"{found.get('low')} / {found.get('central')} / {found.get('high')}"
    elif isinstance(found, dict) and "first" in found:
        shown = f"{found.get('first')} – {found.get('last')}"
    return Problem(
        code.get(error["type"], "bad_key_value"),
        str(path),
        _line(text, place),
        ".".join(place),
        shown,
        fields,
    )


def _known_keys() -> set[str]:
    def keys(model: type[Frozen]) -> Iterator[str]:
        for name, field in model.model_fields.items():
            yield name
            if isinstance(field.annotation, type) and issubclass(field.annotation, Frozen):
                yield from keys(field.annotation)

    events = (Cohort, Closure, Drive, Rebasing, Counting)
    return {key for model in (Scenario, *events) for key in keys(model)}


def _named_place(values: dict[str, Any], loc: tuple[str | int, ...]) -> list[str]:
    """Return where a key stands, an event by its name instead of its number."""
    place = [str(part) for part in loc]
    if len(loc) > 1 and loc[0] in EVENTS and isinstance(loc[1], int):
        event = values[str(loc[0])][loc[1]]
        place[1] = str(event.get(_LIST_KEY, loc[1])) if isinstance(event, dict) else place[1]
    return place


def _line(text: str, place: list[str]) -> int:
    """Return the line where a key stands, or its table begins; 0 where neither is in this file."""
    lines = text.splitlines()
    section, found, inside = "", 0, place[0] not in EVENTS
    keys = [place[0], *place[2:]] if place[0] in EVENTS else place
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if stripped.startswith("[["):
            section, inside = stripped.strip("[] "), False
        elif stripped.startswith("["):
            section = stripped.strip("[] ")
        if (
            place[0] in EVENTS
            and len(place) > 1
            and stripped.replace(" ", "") == f'name="{place[1]}"'.replace(" ", "")
        ):
            inside, found = True, number
        if not inside:
            continue
        if stripped.startswith("[") and ".".join(keys).startswith(section) and section:
            found = number
        elif "=" in stripped:
            key = stripped.split("=")[0].strip()
            path = ".".join([section, key] if section else [key])
            if path == ".".join(keys[: path.count(".") + 1]):
                return number
    return found
