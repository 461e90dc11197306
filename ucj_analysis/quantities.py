"""Quantities with a range, a unit and an owner: the words scenarios are written in.

A quantity over time names its period, so no bare number is ever a rate. Every quantity has a
source, or says what is assumed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Strict, StrictInt, model_validator

Array = npt.NDArray[np.float64]
MONTHS_PER = {"month": 1, "year": 12}
ENDS = ("low", "central", "high")
Standing = Literal["sourced", "derived", "assumed"]
Number = Annotated[float, Strict()]
#: No range goes beyond: more people than the nation has, or a flow multiplied a hundredfold.
MOST_PEOPLE = 1e9
LARGEST_FACTOR = 100.0
MOST_RUPIAH = 1e13
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")


class Frozen(BaseModel):
    """A model that cannot change and accepts no unknown key."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Stated(Frozen):
    """A range of values: lowest, most likely and highest, drawn from a triangular distribution."""

    #: No value lies farther from 0.
    reach: ClassVar[float] = math.inf
    #: What no value lies below or above, and what is told of one that lies below.
    least: ClassVar[float] = -math.inf
    most: ClassVar[float] = math.inf
    below: ClassVar[str] = "negative"

    low: Number
    central: Number
    high: Number
    sources: tuple[str, ...] = ()
    assumption: str = ""

    @model_validator(mode="after")
    def _ordered_and_owned(self) -> Self:
        values = self.low, self.central, self.high
        if not all(map(math.isfinite, values)):
            raise ValueError("not_finite")
        if max(map(abs, values)) > self.reach:  # 75 for 75% would be out of order too
            raise ValueError("bad_share")
        if not self.low <= self.central <= self.high:
            raise ValueError("range_order")
        if not (self.sources or self.assumption):
            raise ValueError("no_source")
        if self.low < self.least:
            raise ValueError(self.below)
        if self.high > self.most:
            raise ValueError("too_large")
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

    def monthly(self, uniform: Array) -> Array:
        """Return the values the engine works with; a rate is brought to one month."""
        return self.draw(uniform)


def standing(stated: Stated, published: Mapping[str, date | None], known_by: date) -> Standing:
    """Tell whether a range is sourced, an assumption derived from sources, or assumed.

    A source published after `known_by`, or on no known day, counts for nothing.

    Examples
    --------
    >>> told = Stated(low=1.0, central=2.0, high=3.0, sources=("page",))
    >>> standing(told, {"page": date(2025, 4, 1)}, date(2025, 3, 31))
    'assumed'
    """
    days = [published.get(s) for s in stated.sources]
    if not days or any(day is None or day > known_by for day in days):
        return "assumed"
    return "derived" if stated.assumption else "sourced"


def stated_record(stated: Stated, how: str) -> dict[str, Any]:
    """Return a range, and how it stands, as plain values for JSON.

    Examples
    --------
    >>> told = Share(low=0.1, central=0.2, high=0.3, unit="share", sources=("page",))
    >>> stated_record(told, "sourced")["sources"]
    ['page']
    """
    return {
        **{end: getattr(stated, end) for end in ENDS},
        "unit": getattr(stated, "unit", ""),
        "period": getattr(stated, "period", None),
        "status": how,
        "sources": list(stated.sources),
    }


def thousand_dots(values: Mapping[str, object]) -> tuple[str, str]:
    """Return the first end of a range written like `2.500`, and its text; empty where none is."""
    written = ((end, str(getattr(values.get(end), "text", ""))) for end in ENDS)
    return next(((end, text) for end, text in written if _THOUSANDS.fullmatch(text)), ("", ""))


class Counted(Stated):
    """A range of something counted: `172.000` may be a thousandfold error, and is refused."""

    @model_validator(mode="before")
    @classmethod
    def _no_thousand_dots(cls, values: object) -> object:
        if isinstance(values, dict) and thousand_dots(values)[0]:
            raise ValueError("thousand_dots")
        return values


class PeopleRate(Counted):
    """People per period; with `per_base` in proportion to a base of that size."""

    least: ClassVar[float] = 0.0
    unit: Literal["people"]
    period: Literal["month", "year"]
    per_base: Number | None = None
    months: tuple[StrictInt, ...] = ()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.per_base is not None and not 1 <= self.per_base < math.inf:
            raise ValueError("per_base")
        if self.high > MOST_PEOPLE:
            raise ValueError("too_large")
        if any(not 1 <= m <= 12 for m in self.months) or len(set(self.months)) < len(self.months):
            raise ValueError("calendar_month")
        if self.months and self.period != "year":
            raise ValueError("months_of_a_year")
        return self

    def share_of_year(self, month_number: int) -> float:
        """Return the part of a year's flow that falls on a calendar month.

        A yearly flow falls evenly on the months named, or on all twelve.
        """
        months = self.months or tuple(range(1, 13))
        return 1 / len(months) if month_number in months else 0.0

    def yearly(self, uniform: Array, base: float) -> Array:
        """Return people a year on a base of this size."""
        people = self.draw(uniform) * (12 / MONTHS_PER[self.period])
        return people if self.per_base is None else people * (base / self.per_base)


class People(Counted):
    """A number of people, once."""

    least: ClassVar[float] = 0.0
    most: ClassVar[float] = MOST_PEOPLE
    unit: Literal["people"]


class ShareRate(Stated):
    """Share of a stock that moves per period; of what is left, so any length of time is possible.

    Negative where more move in than out.
    """

    reach: ClassVar[float] = 1.0
    unit: Literal["share"]
    period: Literal["month", "year"]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not -1 < self.low <= self.high < 1:
            raise ValueError("bad_share")
        return self

    def monthly(self, uniform: Array) -> Array:
        """Return the share that moves in one month.

        Examples
        --------
        >>> yearly = ShareRate(low=0.12, central=0.12, high=0.12, unit="share", period="year", assumption="x")
        >>> yearly.monthly(np.zeros(1)).round(6)
        array([0.010596])
        """
        share = self.draw(uniform)
        return np.sign(share) * (1 - (1 - np.abs(share)) ** (1 / MONTHS_PER[self.period]))


class Loss(ShareRate):
    """A share rate that cannot be negative."""

    least: ClassVar[float] = 0.0
    below: ClassVar[str] = "bad_share"


class Share(Stated):
    """A share without a period: a probability or a part of a flow."""

    reach: ClassVar[float] = 1.0
    least: ClassVar[float] = 0.0
    below: ClassVar[str] = "bad_share"
    unit: Literal["share"]


class Stopping(Share):
    """Share of those who pay that stop in a month; 1 where all stop at once."""

    period: Literal["month"]


class Units(Counted):
    """A number of what an office counts: people, villages, contracts; above 0."""

    least: ClassVar[float] = math.ulp(0.0)  # the smallest number above 0
    most: ClassVar[float] = MOST_PEOPLE
    below: ClassVar[str] = "not_above_zero"
    unit: str
    period: Literal["month"] | None = None


class Rupiah(Counted):
    """An amount of money, 0 or more; what it is paid for stands in the name of the quantity."""

    least: ClassVar[float] = 0.0
    most: ClassVar[float] = MOST_RUPIAH
    unit: Literal["rupiah"]


class Factor(Stated):
    """A multiplier without a period, 0 or more."""

    least: ClassVar[float] = 0.0
    most: ClassVar[float] = LARGEST_FACTOR
    unit: Literal["factor"]


#: Months cover may last beyond its last payment or job: the arrears rule ends it in the third.
LONGEST_DURATION = 3


class Duration(Stated):
    """A number of whole months, at most three: the arrears rule ends cover in the third."""

    unit: Literal["months"]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.low < 0 or self.high > LONGEST_DURATION or any(v != int(v) for v in (self.low, self.high)):
            raise ValueError("whole_months")
        return self

    def draw(self, uniform: Array) -> Array:
        """Return whole months, each step of the range as wide as the triangle gives it."""
        return np.rint(super().draw(uniform))
