"""What stands out in a region's figures though every cell is valid: named checks, each with a severity.

An error is refused wherever the table is read; a warning is shown, and a person may accept it with
a note; a note only informs. Sentences and remedies stand in `presentation/record_problems`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from ucj_analysis.errors import Problem
from ucj_analysis.months import MEAN_MONTH_DAYS, month_of
from ucj_analysis.record.breakdown import breakdown_problems
from ucj_analysis.record.counting import Counting
from ucj_analysis.record.observations import (
    base_family,
    figures_told,
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
    rows = [_Row.of(r) for r in with_coverage(told.observations).to_dict("records")]
    rows.sort(key=lambda r: r.as_of)
    found = [
        *(f for row in rows for f in _alone(row, told.path)),
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
    unused = [
        _finding(
            Problem("acceptance_unused", path, a.row, "check", a.check, {"month": a.month}),
            a.month,
            a.base,
        )
        for a in given.values()
    ]
    return [*told, *unused]


@dataclass(frozen=True)
class _Row:
    """A row that tells coverage: people, fractions and days."""

    line: int
    as_of: date
    coverage: float
    half_width: float
    people: float
    base_size: float
    base: str
    basis: str
    published: date
    note: str
    counted: bool

    @classmethod
    def of(cls, row: dict[Any, Any]) -> _Row:
        return cls(
            line=int(row.get("line", 0)),
            as_of=row["as_of"],
            coverage=row["coverage"],
            half_width=row["half_width"],
            people=row["coverage"] * row["labour_force"],
            base_size=row["labour_force"],
            base=row["base"],
            basis=row["basis"],
            published=row["published"],
            note=row["note"],
            counted=not math.isnan(row["participants"]),
        )

    @property
    def month(self) -> str:
        return str(month_of(self.as_of))

    @property
    def figures(self) -> str:
        return figures_told(self.people, self.coverage, self.base_size, self.counted)

    @property
    def low(self) -> float:
        return max(self.coverage - self.half_width, 1e-6) * self.base_size

    @property
    def high(self) -> float:
        return (self.coverage + self.half_width) * self.base_size

    def finding(self, check: str, path: str, column: str, value: str, **fields: object) -> Finding:
        named = {"month": self.month, **fields}
        return _finding(
            Problem(check, path, self.line, column, value, named), self.month, self.base
        )


def _finding(problem: Problem, month: str, base: str) -> Finding:
    return Finding(CHECKS[problem.code], problem, month, base)


def _alone(row: _Row, path: str) -> Iterator[Finding]:
    if not row.counted and row.half_width >= WHOLE_PERCENT:
        yield row.finding(
            "rounding_coarse",
            path,
            "half_width",
            row.figures,
            percent=_percent(row.coverage),
            low=row.low,
            high=row.high,
        )
    late = (row.published - row.as_of).days
    if late > LATE_DAYS:
        yield row.finding("published_long_after", path, "published", str(row.published), days=late)


def _beside(earlier: Sequence[_Row], row: _Row, told: Told) -> Iterator[Finding]:
    """Yield what stands out in a row beside those before it."""
    if not earlier:
        return
    before = earlier[-1]
    value = f"{before.figures} > {row.figures}"
    yield from _same_figure(earlier, row, told.path)
    unlike = Counting.of(row.basis).unlike(Counting.of(before.basis))
    for rule in unlike:
        yield row.finding(
            _UNLIKE[rule],
            told.path,
            "basis",
            f"{before.figures} ({before.basis}) > {row.figures} ({row.basis})",
            other=before.month,
            basis=row.basis,
            other_basis=before.basis,
            low=_percent(ACTIVE_SHARE[0]),
            high=_percent(ACTIVE_SHARE[1]),
        )
    moved = row.base_size / before.base_size - 1
    target = _target_as_base(before, row, told.targets) if abs(moved) > BASE_MOVES else 0.0
    if target:
        yield row.finding(
            "percent_of_target",
            told.path,
            "labour_force",
            value,
            target=_percent(target),
            other=before.month,
        )
    elif abs(moved) > BASE_MOVES and not row.note:
        yield row.finding(
            "base_reset_without_note",
            told.path,
            "note",
            value,
            other=before.month,
            before=before.base_size,
            after=row.base_size,
            percent=_percent(moved),
        )
    if (
        told.pace
        and not unlike
        and not target
        and base_family(row.base) == base_family(before.base)
    ):
        yield from _jump(before, row, told, told.pace, value)


def _same_figure(earlier: Sequence[_Row], row: _Row, path: str) -> Iterator[Finding]:
    def same(one: _Row) -> bool:
        if one.counted and row.counted:
            return round(one.people) == round(row.people) >= FEWEST_ALIKE
        fine = max(one.half_width, row.half_width) <= FINE
        return fine and one.coverage == row.coverage and one.base == row.base

    twin = next((one for one in reversed(earlier) if same(one)), None)
    if twin:
        column = "participants" if row.counted else "coverage"
        yield row.finding("same_figure_twice", path, column, row.figures, other=twin.month)


def _jump(before: _Row, row: _Row, told: Told, pace: Pace, value: str) -> Iterator[Finding]:
    """Yield a move faster than any seen, as what would explain it where something does."""
    months = (row.as_of - before.as_of).days / MEAN_MONTH_DAYS

    def beyond(factor: float = 1.0) -> bool:
        return _least_move(before, row, factor) > pace.most(
            factor * row.people > before.people, months
        )

    if not beyond():
        return
    up = row.people > before.people
    ratio = min(row.people, before.people) / max(row.people, before.people)
    fields: dict[str, object] = {
        "other": before.month,
        "before": before.people,
        "after": row.people,
        "days": (row.as_of - before.as_of).days,
        "low": _percent(ACTIVE_SHARE[0]),
        "high": _percent(ACTIVE_SHARE[1]),
    }
    target = next((t for t in told.targets if up and not beyond(t)), None)
    if target:
        yield row.finding(
            "percent_of_target", told.path, "coverage", value, target=_percent(target), **fields
        )
    elif ACTIVE_SHARE[0] <= ratio <= ACTIVE_SHARE[1]:
        yield row.finding("registered_not_active", told.path, "coverage", value, **fields)
    else:
        seen, region = (pace.rise, pace.rise_region) if up else (pace.fall, pace.fall_region)
        fields |= {"pace": _percent(math.expm1(seen if up else -seen)), "region": region}
        yield row.finding("jump", told.path, "coverage", value, **fields)


def _least_move(before: _Row, row: _Row, factor: float) -> float:
    """Return the least logarithm by which participants moved, as far as rounding allows."""
    up, down = math.log(factor * row.low / before.high), math.log(before.low / (factor * row.high))
    return max(up, down, 0.0)


def _target_as_base(before: _Row, row: _Row, targets: Sequence[float]) -> float:
    """Return the target of which a base is made, target times the earlier base; 0 where of none."""
    near = (t for t in targets if abs(row.base_size / (t * before.base_size) - 1) < SAME_BASE)
    return next(near, 0.0)


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
        for row in (r for r in rows if r.month == month):
            yield from _sum(row, str(dimension), parts, told.breakdown_path)


def _sum(row: _Row, dimension: str, parts: pd.DataFrame, path: str) -> Iterator[Finding]:
    bounds: list[tuple[str, float, float]] = [("participants", row.low, row.high)]
    if parts["labour_force"].notna().all():
        bounds.append(("labour_force", row.base_size, row.base_size))
    for column, low, high in bounds:
        total = float(parts[column].sum())
        if not low - 0.5 <= total <= high + 0.5:
            fields: dict[str, object] = {
                "month": row.month,
                "dimension": dimension,
                "total": total,
                "low": float(round(low)),
                "high": float(round(high)),
            }
            first = int(parts["line"].iloc[0])
            value = f"{total:.0f} > {row.figures}"
            problem = Problem("segments_do_not_add_up", path, first, column, value, fields)
            yield _finding(problem, row.month, row.base)


def _percent(share: float) -> str:
    """Return a share as a percentage with one decimal at most, as it is typed."""
    return f"{round(100 * share, 1):g}%"
