"""What stands out in a region's figures though every cell is valid: named checks, each with a severity.

An error is refused wherever the table is read; a warning is shown, and a person may accept it with
a note; a note only informs. Sentences and remedies stand in `presentation/record_problems`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from ucj_analysis.errors import Problem
from ucj_analysis.months import MEAN_MONTH_DAYS, month_of
from ucj_analysis.record.breakdown import breakdown_problems
from ucj_analysis.record.counting import Counting
from ucj_analysis.record.observations import (
    Observation,
    base_family,
    observation_problems,
    with_coverage,
)

if TYPE_CHECKING:
    import pandas as pd

Severity = Literal["error", "warning", "note"]
#: Every check beside those that refuse a table, and how much it weighs.
CHECKS: dict[str, Severity] = {
    "jump": "warning",
    "base_reset_without_note": "warning",
    "segments_do_not_add_up": "warning",
    "registered_not_active": "warning",
    "construction_differs": "warning",
    "residence_or_workplace": "warning",
    "percent_of_target": "warning",
    "same_figure_twice": "warning",
    "rounding_coarse": "note",
    "published_long_after": "note",
    "acceptance_unused": "note",
}
#: The check that tells of each counting rule in which two figures differ.
_UNLIKE = {
    "active": "registered_not_active",
    "residence": "residence_or_workplace",
    "construction": "construction_differs",
}
#: More than a base moves in a year by people alone.
BASE_MOVES = 0.02
#: Active of all registered, as the record has it: 68% at the end of 2023, 66% in July 2025 for the
#: nation, up to 75% for its provinces in the middle.
ACTIVE_SHARE = (0.66, 0.75)
#: How near a base must be to target times base to be taken for it.
SAME_BASE = 0.005
#: A percentage without decimals.
WHOLE_PERCENT = 0.005
#: Half a year: what was printed later is seldom a figure of its own month.
LATE_DAYS = 183
#: Two months do not end on the same head count, or the same percentage to two decimals.
FEWEST_ALIKE = 1000
FINE = 0.00005


@dataclass(frozen=True)
class Pace:
    """The fastest that coverage was seen to rise and to fall elsewhere: logarithms a month.

    `shortest` is the shortest window it was seen over, in months: what a single month does may be
    as much as the fastest of those windows did.
    """

    rise: float
    rise_region: str
    fall: float
    fall_region: str
    shortest: float

    def most(self, up: bool, months: float) -> float:
        """Return the largest logarithm that so many months explain."""
        return (self.rise if up else self.fall) * max(months, self.shortest)


@dataclass(frozen=True)
class Acceptance:
    """A person's word that a finding is right as it is, for the figures it was given for."""

    check: str
    month: str
    base: str
    found: str
    note: str
    by: str
    on: date
    row: int = 0


@dataclass(frozen=True)
class Finding:
    """One finding: its check is the code of the problem, its figures the value.

    `acceptance` was given for this check, month and base; it counts only for the same figures.
    """

    severity: Severity
    problem: Problem
    month: str
    base: str
    acceptance: Acceptance | None = None

    @property
    def check(self) -> str:
        """Name of the check."""
        return self.problem.code

    @property
    def accepted(self) -> bool:
        """Whether a person has accepted it, for these very figures."""
        return self.acceptance is not None and self.acceptance.found == self.problem.value

    @property
    def open(self) -> bool:
        """Whether it is a warning nobody has accepted."""
        return self.severity == "warning" and not self.accepted


@dataclass(frozen=True)
class Told:
    """One region's tables as they were read; `path` is that of its observations."""

    region: str
    observations: pd.DataFrame
    path: str
    targets: Sequence[float] = ()
    breakdown: pd.DataFrame | None = None
    breakdown_path: str = ""
    pace: Pace | None = None


def fastest_pace(pairs: pd.DataFrame, region_name: str) -> Pace | None:
    """Return the fastest pace of the growth pairs of grades A and B, the region's own left out.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_table
    >>> from ucj_analysis.record.schemas import GROWTH_PAIRS
    >>> seen = fastest_pace(load_table(GROWTH_PAIRS), "Kabupaten Pati")
    >>> round(100 * seen.rise, 1), seen.rise_region, round(100 * seen.fall, 1), seen.fall_region
    (3.8, 'Bangka Belitung', 4.9, 'Bangka Belitung')
    """
    from ucj_analysis.record.regions import short_name

    own = short_name(region_name)
    seen = []
    for row in pairs.to_dict("records"):
        if row["quality"] in ("A", "B") and short_name(row["region"]) != own:
            months = (row["to"] - row["from"]).days / MEAN_MONTH_DAYS
            move = math.log(row["to_pct"] / row["from_pct"]) / months
            seen.append((move, str(row["region"]), months))
    if not seen:
        return None
    up, down = max(seen), min(seen)
    shortest = min(months for *_, months in seen)
    return Pace(max(up[0], 0.0), up[1], max(-down[0], 0.0), down[1], shortest)


def findings(told: Told) -> list[Finding]:
    """Return what stands out in a region's tables, errors alone where there are any.

    Examples
    --------
    >>> from ucj_analysis.record.observations import observation_frame
    >>> [(f.check, f.month) for f in findings(Told("3318", observation_frame("3318"), ""))]
    [('rounding_coarse', '2024-12'), ('rounding_coarse', '2025-03')]
    """
    errors = observation_problems(told.observations, told.region, told.path)
    if told.breakdown is not None:
        errors += breakdown_problems(told.breakdown, told.breakdown_path)
    if errors:
        return [Finding("error", _of_target(p, told.targets), "", "") for p in errors]
    return standing_out(told)


def standing_out(told: Told) -> list[Finding]:
    """Return the warnings and notes of tables known to hold no error.

    Examples
    --------
    >>> from ucj_analysis.record.observations import observation_frame
    >>> standing_out(Told("3376", observation_frame("3376"), "panel.csv"))
    []
    """
    frame = with_coverage(told.observations).assign(path=told.path)
    rows = sorted(map(_Row.of, frame.to_dict("records")), key=lambda r: r.as_of)
    found = [
        *(f for row in rows for f in _alone(row)),
        *(f for i, row in enumerate(rows) for f in _beside(rows[:i], row, told)),
        *_sums(rows, told),
    ]
    return sorted(found, key=lambda f: (f.month, list(CHECKS).index(f.check)))


def with_acceptances(
    found: Sequence[Finding], accepted: Sequence[Acceptance], path: str
) -> list[Finding]:
    """Return findings with what was said of them, and a note for each acceptance of nothing.

    Examples
    --------
    >>> with_acceptances([], [], "accepted.csv")
    []
    """
    given = {(a.check, a.month, a.base): a for a in accepted}
    told = [
        replace(f, acceptance=given.pop((f.check, f.month, f.base), None))
        if f.severity == "warning"
        else f
        for f in found
    ]
    for a in given.values():
        problem = Problem.at("acceptance_unused", path, a.row, "check", a.check, month=a.month)
        told.append(_finding(problem, a.month, a.base))
    return told


@dataclass(frozen=True)
class _Row(Observation):
    """An observation with its place."""

    line: int = 0
    path: str = ""

    @property
    def low(self) -> float:
        return max(self.coverage - self.half_width, 1e-6) * self.labour_force

    @property
    def high(self) -> float:
        return (self.coverage + self.half_width) * self.labour_force

    def finding(self, check: str, column: str, value: str, **fields: object) -> Finding:
        named = {"month": str(self.month), **fields}
        problem = Problem.at(check, self.path, self.line, column, value, **named)
        return _finding(problem, str(self.month), self.base)


def _finding(problem: Problem, month: str, base: str) -> Finding:
    return Finding(CHECKS[problem.code], problem, month, base)


def _alone(row: _Row) -> Iterator[Finding]:
    if not row.counted and row.half_width >= WHOLE_PERCENT:
        named = {"percent": _percent(row.coverage), "low": row.low, "high": row.high}
        yield row.finding("rounding_coarse", "half_width", row.figures, **named)
    late = (row.published - row.as_of).days
    if late > LATE_DAYS:
        yield row.finding("published_long_after", "published", str(row.published), days=late)


def _beside(earlier: Sequence[_Row], row: _Row, told: Told) -> Iterator[Finding]:
    """Yield what stands out in a row beside those before it."""
    if not earlier:
        return
    before, other = earlier[-1], str(earlier[-1].month)
    value = f"{before.figures} > {row.figures}"
    yield from _same_figure(earlier, row)
    unlike = Counting.of(row.basis).unlike(Counting.of(before.basis))
    for rule in unlike:
        both = f"{before.figures} ({before.basis}) > {row.figures} ({row.basis})"
        named = {"other": other, "basis": row.basis, "other_basis": before.basis}
        yield row.finding(_UNLIKE[rule], "basis", both, **named, **_active_share())
    moved = row.labour_force / before.labour_force - 1
    target = _target_as_base(before, row, told.targets) if abs(moved) > BASE_MOVES else 0.0
    if target:
        named = {"target": _percent(target), "other": other}
        yield row.finding("percent_of_target", "labour_force", value, **named)
    elif abs(moved) > BASE_MOVES and not row.note:
        sizes = {"before": before.labour_force, "after": row.labour_force}
        named = {"other": other, "percent": _percent(moved)}
        yield row.finding("base_reset_without_note", "note", value, **named, **sizes)
    alike = not unlike and not target and base_family(row.base) == base_family(before.base)
    if told.pace and alike:
        yield from _jump(before, row, told.targets, told.pace, value)


def _same_figure(earlier: Sequence[_Row], row: _Row) -> Iterator[Finding]:
    def same(one: _Row) -> bool:
        if one.counted and row.counted:
            return round(one.participants) == round(row.participants) >= FEWEST_ALIKE
        fine = max(one.half_width, row.half_width) <= FINE
        return fine and one.coverage == row.coverage and one.base == row.base

    twin = next((one for one in reversed(earlier) if same(one)), None)
    if twin:
        column = "participants" if row.counted else "coverage"
        yield row.finding("same_figure_twice", column, row.figures, other=str(twin.month))


def _jump(
    before: _Row, row: _Row, targets: Sequence[float], pace: Pace, value: str
) -> Iterator[Finding]:
    """Yield a move faster than any seen, as what would explain it where something does."""
    was, now, days = before.participants, row.participants, (row.as_of - before.as_of).days

    def beyond(factor: float = 1.0) -> bool:
        most = pace.most(factor * now > was, days / MEAN_MONTH_DAYS)
        return _least_move(before, row, factor) > most

    if not beyond():
        return
    up = now > was
    fields: dict[str, object] = {"other": str(before.month), "before": was, "after": now}
    fields |= {"days": days, **_active_share()}
    target = next((t for t in targets if up and not beyond(t)), None)
    if target:
        fields["target"] = _percent(target)
        yield row.finding("percent_of_target", "coverage", value, **fields)
    elif ACTIVE_SHARE[0] <= min(was, now) / max(was, now) <= ACTIVE_SHARE[1]:
        yield row.finding("registered_not_active", "coverage", value, **fields)
    else:
        seen, region = (pace.rise, pace.rise_region) if up else (pace.fall, pace.fall_region)
        fields |= {"pace": _percent(math.expm1(seen if up else -seen)), "region": region}
        yield row.finding("jump", "coverage", value, **fields)


def _least_move(before: _Row, row: _Row, factor: float) -> float:
    """Return the least logarithm by which participants moved, as far as rounding allows."""
    up, down = math.log(factor * row.low / before.high), math.log(before.low / (factor * row.high))
    return max(up, down, 0.0)


def _target_as_base(before: _Row, row: _Row, targets: Sequence[float]) -> float:
    """Return the target of which a base is made, target times the earlier base; 0 where of none."""
    was, now = before.labour_force, row.labour_force
    return next((t for t in targets if abs(now / (t * was) - 1) < SAME_BASE), 0.0)


def _of_target(problem: Problem, targets: Sequence[float]) -> Problem:
    """Return a coverage that differs from participants over base as a percentage of the target."""
    if problem.code != "coverage_differs":
        return problem
    told, implied = float(problem.value), float(str(problem.fields["implied"]))
    for target in targets:
        if abs(implied / target - told) <= WHOLE_PERCENT + 1e-9:
            fields = {**problem.fields, "target": _percent(target), "percent": _percent(implied)}
            return replace(problem, code="coverage_of_target", fields=fields)
    return problem


def _sums(rows: Sequence[_Row], told: Told) -> Iterator[Finding]:
    """Yield breakdowns whose parts do not add up to the month's own figure."""
    if told.breakdown is None:
        return
    months = told.breakdown.assign(month=[str(month_of(d)) for d in told.breakdown["as_of"]])
    for (month, dimension), parts in months.groupby(["month", "dimension"], sort=True):
        for row in (r for r in rows if str(r.month) == month):
            yield from _sum(row, str(dimension), parts, told.breakdown_path)


def _sum(row: _Row, dimension: str, parts: pd.DataFrame, path: str) -> Iterator[Finding]:
    bounds = {"participants": (row.low, row.high)}
    if parts["labour_force"].notna().all():
        bounds["labour_force"] = row.labour_force, row.labour_force
    parted = replace(row, path=path, line=parts["line"].iloc[0])
    for column, (low, high) in bounds.items():
        total = float(parts[column].sum())
        if not low - 0.5 <= total <= high + 0.5:
            named = {"total": total, "low": float(round(low)), "high": float(round(high))}
            value = f"{total:.0f} > {row.figures}"
            yield parted.finding(
                "segments_do_not_add_up", column, value, dimension=dimension, **named
            )


def _active_share() -> dict[str, str]:
    low, high = ACTIVE_SHARE
    return {"low": _percent(low), "high": _percent(high)}


def _percent(share: float) -> str:
    """Return a share as a percentage with one decimal at most, as it is typed."""
    return f"{round(100 * share, 1):g}%"
