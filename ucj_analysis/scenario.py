"""Scenarios: what is assumed about the flows, as frozen models read from TOML.

Every value is a range with a unit, and a source or the word that it is assumed. A flow over
time names its period, so no bare number is ever a rate.
"""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from ucj_analysis.errors import InputError, Problem, nearest
from ucj_analysis.question import check_scenario_name
from ucj_analysis.resources import data_folder

Array = npt.NDArray[np.float64]
Standing = Literal["sourced", "derived", "assumed"]
MONTHS_PER = {"month": 1, "year": 12}


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stated(_Frozen):
    """A range of values: lowest, most likely and highest, drawn from a triangular distribution."""

    low: float
    central: float
    high: float
    sources: tuple[str, ...] = ()
    assumption: str = ""

    @model_validator(mode="after")
    def _ordered_and_owned(self) -> Self:
        if not self.low <= self.central <= self.high:
            raise ValueError("range_order")
        if not (self.sources or self.assumption):
            raise ValueError("no_source")
        return self

    def draw(self, uniform: Array) -> Array:
        """Return values at cumulative probabilities `uniform`, in the range's own unit.

        Examples
        --------
        >>> Share(low=0.2, central=0.2, high=0.2, unit="share", assumption="x").draw(np.ones(2))
        array([0.2, 0.2])
        """
        width = self.high - self.low
        if width == 0:
            return np.full_like(uniform, self.low)
        rising = (self.central - self.low) / width
        up = self.low + np.sqrt(uniform * width * (self.central - self.low))
        down = self.high - np.sqrt((1 - uniform) * width * (self.high - self.central))
        return np.where(uniform < rising, up, down)

    @property
    def fixed(self) -> bool:
        """Whether the range is one value."""
        return self.low == self.high


class PeopleRate(Stated):
    """People per period; with `per_base` in proportion to a base of that size."""

    unit: Literal["people"]
    period: Literal["month", "year"]
    per_base: float | None = None
    months: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.low < 0 or (self.per_base is not None and self.per_base <= 0):
            raise ValueError("negative")
        if any(not 1 <= m <= 12 for m in self.months):
            raise ValueError("calendar_month")
        return self

    def people(self, uniform: Array, base: float, month_number: int) -> Array:
        """Return the people of one calendar month, shape of `uniform`.

        A yearly flow falls evenly on the calendar months named, or on all twelve.
        """
        yearly = self.draw(uniform) * (12 / MONTHS_PER[self.period])
        if self.per_base is not None:
            yearly = yearly * (base / self.per_base)
        months = self.months or tuple(range(1, 13))
        return yearly / len(months) if month_number in months else np.zeros_like(yearly)


class ShareRate(Stated):
    """Share of a stock that moves per period; a hazard, so that any length of time is possible."""

    unit: Literal["share"]
    period: Literal["month", "year"]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not 0 <= self.low <= self.high < 1:
            raise ValueError("share_range")
        return self

    def monthly(self, uniform: Array) -> Array:
        """Return the share that moves in one month.

        Examples
        --------
        >>> yearly = ShareRate(low=0.12, central=0.12, high=0.12, unit="share", period="year", assumption="x")
        >>> yearly.monthly(np.zeros(1)).round(6)
        array([0.010596])
        """
        return 1 - (1 - self.draw(uniform)) ** (1 / MONTHS_PER[self.period])


class Share(Stated):
    """A share without a period: a probability or a part of a flow."""

    unit: Literal["share"]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not 0 <= self.low <= self.high <= 1:
            raise ValueError("share_range")
        return self


class Factor(Stated):
    """A positive multiplier without a period."""

    unit: Literal["factor"]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.low < 0:
            raise ValueError("negative")
        return self


class LabourForce(_Frozen):
    """What moves the base."""

    graduates: PeopleRate
    joining: Share
    exits: ShareRate
    rebasing_chance: Share
    rebasing: Factor


class Participants(_Frozen):
    """What moves the participants."""

    enrolment: ShareRate
    enrolment_season: Factor
    lapse: ShareRate
    lapse_season: Factor
    layoffs: PeopleRate
    layoffs_covered: Share
    monthly_noise: Factor


class Header(_Frozen):
    """Who says so."""

    title: str
    author: str
    reference: str
    baseline: str


class Scenario(_Frozen):
    """Everything assumed about the flows; immutable."""

    schema_version: Literal[1]
    header: Header
    labour_force: LabourForce
    participants: Participants

    def stated(self) -> dict[str, Stated]:
        """Return every range by its dotted name, in file order.

        Examples
        --------
        >>> next(iter(load_scenario("baseline").stated()))
        'labour_force.graduates'
        """
        return {
            f"{part}.{name}": value
            for part in ("labour_force", "participants")
            for name, value in getattr(self, part)
        }

    def standing(self, name: str, published: dict[str, date | None], known_by: date) -> Standing:
        """Tell whether a range is sourced, an assumption derived from sources, or assumed.

        A source published after `known_by` counts for nothing: what rests on it is assumed.
        """
        stated = self.stated()[name]
        days = [published.get(s) for s in stated.sources]
        if not days or any(day is None or day > known_by for day in days):
            return "assumed"
        return "derived" if stated.assumption else "sourced"


def load_scenario(name: str, data: str | Path | None = None) -> Scenario:
    """Return a scenario by name, or from a TOML file.

    Raises
    ------
    InputError
        With file, line, key, what was found and the nearest valid key.

    Examples
    --------
    >>> load_scenario("baseline").labour_force.graduates.unit
    'people'
    """
    path = check_scenario_name(name, data_folder(data))
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise InputError(
            Problem("bad_encoding", str(path), value=f"0x{error.object[error.start]:02X}")
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem("not_toml", str(path), value=str(error))) from error
    try:
        return Scenario.model_validate(values)
    except ValidationError as error:
        raise InputError(*(_problem(path, text, dict(e)) for e in error.errors())) from error


def _problem(path: Path, text: str, error: dict[str, Any]) -> Problem:
    place = [str(part) for part in error["loc"]]
    code = {"extra_forbidden": "unknown_key", "missing": "missing_key", "value_error": "bad_range"}
    found = error["input"]
    fields: dict[str, object] = {"reason": error["msg"].removeprefix("Value error, ")}
    if error["type"] == "extra_forbidden":
        fields["near"] = nearest(place[-1], _known_keys())
    shown = "" if isinstance(found, dict) else str(found)
    if isinstance(found, dict) and "low" in found:
        shown = f"{found.get('low')} / {found.get('central')} / {found.get('high')}"
    return Problem(
        code.get(error["type"], "bad_key_value"),
        str(path),
        _line(text, place),
        ".".join(place),
        shown,
        fields,
    )


def _known_keys() -> set[str]:
    models = (Scenario, Header, LabourForce, Participants, PeopleRate)
    return {key for model in models for key in model.model_fields}


def _line(text: str, place: list[str]) -> int:
    """Return the line where a key stands, or its table begins; 0 where neither is written."""
    section, found = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("["):
            section = stripped.strip("[] ")
            if section and ".".join(place).startswith(section):
                found = number
        elif "=" in stripped:
            key = stripped.split("=")[0].strip()
            if ".".join([section, key] if section else [key]) == ".".join(place):
                return number
    return found
