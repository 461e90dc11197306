"""A region's participants by segment and by sub-district, where they are published.

What the region itself publishes by segment takes the place of the scenario's split.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ucj_analysis.errors import InputError, Problem
from ucj_analysis.months import Month, month_of
from ucj_analysis.participants import SEASON_DEPTH
from ucj_analysis.quantities import Share
from ucj_analysis.question import SCENARIO, Question
from ucj_analysis.record.observations import load_table, published_by
from ucj_analysis.record.schemas import BREAKDOWN
from ucj_analysis.resources import data_folder
from ucj_analysis.scenario import SEGMENTS, Scenario, Split, segment_of
from ucj_analysis.scenario_files import load_scenario

if TYPE_CHECKING:
    import pandas as pd

Dimension = Literal["segment", "sub_district"]
#: Told apart, these say how participants split.
_SPLIT = {"wage_earners", "self_employed", "construction"}
#: Most that all but wage earners may be; scenarios allow 0.95.
_MOST = 0.949
#: How far a share may lie from the published one at the month it is used for, to either side, as a
#: part of it: an assumption; months lie between, and few are published.
SHARE_SPREAD = 0.1


@dataclass(frozen=True)
class Part:
    """One part of a region's participants, people; its base is NaN where none is published."""

    name: str
    participants: float
    labour_force: float
    published: date
    source: str


@dataclass(frozen=True)
class Breakdown:
    """A region's participants in one month by one dimension."""

    dimension: Dimension
    as_of: date
    parts: tuple[Part, ...]

    @property
    def month(self) -> Month:
        """Month of the day described."""
        return month_of(self.as_of)

    @property
    def total(self) -> float:
        """Participants of all parts."""
        return sum(p.participants for p in self.parts)

    @property
    def shares(self) -> dict[str, float]:
        """Each part's share of the participants; the shares sum to one."""
        return {p.name: p.participants / self.total for p in self.parts}

    @property
    def sources(self) -> tuple[str, ...]:
        """Sources of the parts, each once."""
        return tuple(dict.fromkeys(p.source for p in self.parts))


def load_breakdowns(
    region: str, as_of: Month, known_by: date, data: str | Path | None = None
) -> tuple[Breakdown, ...]:
    """Return the newest breakdown by each dimension that a question may use; none without a table.

    Raises
    ------
    InputError
        With every problem of the table; `unknown_segment`.

    Examples
    --------
    >>> load_breakdowns("3318", Month(2025, 3), date(2025, 3, 31))
    ()
    """
    path = data_folder(data) / "regions" / region / f"{BREAKDOWN.name}.csv"
    if not path.is_file():
        return ()
    frame = load_table(BREAKDOWN, data, region)
    problems = breakdown_problems(frame, str(path))
    if problems:
        raise InputError(*problems)
    known = published_by(frame, known_by)
    rows = [r for r in known.to_dict("records") if month_of(r["as_of"]) <= as_of]
    found = []
    for dimension in ("segment", "sub_district"):
        mine = [r for r in rows if r["dimension"] == dimension]
        newest = max((r["as_of"] for r in mine), default=None)
        name = segment_of if dimension == "segment" else str
        parts = tuple(
            Part(name(r["name"]), r["participants"], r["labour_force"], r["published"], r["source"])
            for r in mine
            if r["as_of"] == newest
        )
        if newest is not None and sum(p.participants for p in parts) > 0:
            found.append(Breakdown(dimension, newest, parts))
    return tuple(found)


def breakdown_problems(frame: pd.DataFrame, path: str) -> list[Problem]:
    """Return what is wrong across the columns of a breakdown.

    A part above its own base, a segment nobody knows, or one that stands twice under two names.
    """
    problems: list[Problem] = []
    seen: dict[tuple[date, str], int] = {}
    for row in frame.itertuples(index=False):
        if row.participants > row.labour_force:
            told = "participants", f"{row.participants:.0f}"
            problems += [Problem.at("above_base", path, row.line, *told, base=row.labour_force)]
        if row.dimension != "segment":
            continue
        name, told = segment_of(row.name), ("name", row.name)
        if name not in SEGMENTS:
            allowed = [*SEGMENTS, "PU", "BPU", "Jakon"]
            problems += [Problem.at("unknown_segment", path, row.line, *told, allowed=allowed)]
        first = seen.setdefault((row.as_of, name), int(row.line))
        if first != row.line:
            problems += [Problem.at("duplicate_row", path, row.line, *told, first=first)]
    return problems


def breakdown_record(told: Breakdown) -> dict[str, Any]:
    """Return a breakdown as plain values for JSON; shares sum to one before rounding."""
    return {
        "dimension": told.dimension,
        "as_of": str(told.month),
        "as_of_day": str(told.as_of),
        "participants": round(told.total),
        "parts": [
            {
                "name": p.name,
                "participants": round(p.participants),
                "share": round(told.shares[p.name], 6),
                "labour_force": None if math.isnan(p.labour_force) else round(p.labour_force),
                "source": p.source,
            }
            for p in told.parts
        ],
    }


def own_scenarios(question: Question, told: Sequence[Breakdown]) -> tuple[Scenario, Scenario]:
    """Return the question's scenario and the baseline, each with the region's own split.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> own_scenarios(ask(), ())[1] == load_scenario("baseline")
    True
    """
    scenario, baseline = (load_scenario(n, question.data) for n in (question.scenario, SCENARIO))
    stated = baseline.split
    return with_own_split(scenario, stated, told), with_own_split(baseline, stated, told)


def with_own_split(scenario: Scenario, stated: Split, told: Sequence[Breakdown]) -> Scenario:
    """Return a scenario with the region's own split in place of the baseline's, `stated`.

    A scenario that states a split of its own keeps it.
    """
    segments = next((b for b in told if b.dimension == "segment"), None)
    if segments is None or scenario.split != stated or not set(segments.shares) >= _SPLIT:
        return scenario
    return scenario.model_copy(update={"split": _own_split(segments, scenario)})


def _own_split(told: Breakdown, scenario: Scenario) -> Split:
    """Return the split a region's own figures make, each range around its published share.

    Construction is brought to its December. Where people paid by budgets are not told apart, they
    are taken from the self-employed, among whom branches count them.
    """
    shares, paid = told.shares, scenario.split.funded
    below_december = SEASON_DEPTH[told.month.number - 1] * scenario.construction.amplitude.central
    low, central, high = _around(shares["self_employed"])
    own = {"construction": _around(shares["construction"] / (1 - below_december))}
    if "funded" in shares:
        own |= {"self_employed": (low, central, high), "funded": _around(shares["funded"])}
        room = _MOST
    else:
        apart = low - paid.high, central - paid.central, high - paid.low
        own["self_employed"] = tuple(max(end, 0.0) for end in apart)
        room = _MOST - paid.high
    shrink = room / max(sum(ends[-1] for ends in own.values()), room)
    own = {name: tuple(shrink * end for end in ends) for name, ends in own.items()}
    if "elsewhere" in shares:
        wage_earners = shares["wage_earners"] + shares["elsewhere"]
        own["elsewhere"] = _around(shares["elsewhere"] / wage_earners if wage_earners else 0.0)
    return scenario.split.model_copy(update={n: _share(ends, told) for n, ends in own.items()})


def _share(ends: tuple[float, ...], told: Breakdown) -> Share:
    low, central, high = ends
    why = f"the region's own shares of {told.month}, a tenth either way"
    return Share(
        low=low, central=central, high=high, unit="share", sources=told.sources, assumption=why
    )


def _around(share: float) -> tuple[float, ...]:
    return share * (1 - SHARE_SPREAD), share, min(share * (1 + SHARE_SPREAD), 1.0)
