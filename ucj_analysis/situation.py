"""Where a region stands: coverage on its base, the gap to the target, and why it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ucj_analysis.contributions import contribution
from ucj_analysis.coverage import (
    ChangeDecomposition,
    Interval,
    contribution_cost,
    decompose_change,
    pace_per_month,
    required_enrolment,
)
from ucj_analysis.errors import bad
from ucj_analysis.question import Question
from ucj_analysis.record.breakdown import Breakdown, breakdown_record, load_breakdowns
from ucj_analysis.record.counting import not_alike
from ucj_analysis.record.observations import (
    Observation,
    Target,
    load_observations,
    load_other_bases,
    load_target,
    source_dates,
)
from ucj_analysis.record.public_record import record_ends
from ucj_analysis.record.regions import PUBLIC, find_region

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class OtherBase:
    """The same region's labour force on another base: shown beside, never spliced."""

    base: str
    as_of: date
    labour_force: float
    coverage_if_used: float
    source: str


@dataclass(frozen=True)
class Status:
    """Where a region stands. Counts in people, coverage in fractions, money in rupiah.

    `history` holds what a forecast rests on, `left_out` what counts otherwise than the newest.
    """

    question: Question
    known_by: date
    now: Observation
    before: Observation | None
    target: Target
    net_needed: float
    net_needed_interval: Interval
    required_per_month: float | None
    change: ChangeDecomposition | None
    base_growth: float | None
    other_bases: tuple[OtherBase, ...]
    contribution: float
    contribution_known: bool
    contribution_source: str
    outcome: Observation | None
    history: tuple[Observation, ...]
    left_out: tuple[Observation, ...]
    breakdowns: tuple[Breakdown, ...]

    @property
    def gap(self) -> float:
        """Target minus coverage, a fraction."""
        return self.target.coverage - self.now.coverage

    @property
    def all_counted(self) -> bool:
        """Whether every figure is a head count, none a rounded percentage."""
        return all(o.counted for o in self.history)

    @property
    def one_point_people(self) -> float:
        """People in one point of coverage on the base."""
        return self.now.labour_force / 100

    @property
    def one_point_year(self) -> float:
        """Rupiah that pay one point for a year at the minimum contribution."""
        return float(contribution_cost(self.one_point_people, 12, self.contribution))

    @property
    def gap_year(self) -> float:
        """Rupiah that pay the whole gap for a year at the minimum contribution."""
        return float(contribution_cost(max(self.net_needed, 0), 12, self.contribution))


def resolve_vintage(question: Question) -> tuple[date, list[Observation]]:
    """Return the day up to which publications count, and the observations known by then.

    Without a day in the question it is the end of the month asked about, or the day its own
    figure was first published, whichever is later. For a region of the public record, whose
    newest figure may be old, it is the day the record itself ends.

    Raises
    ------
    InputError
        `no_observation` where no figure of the month asked about was known.
    """
    everything = load_observations(question.region, None, question.data)
    told = [o for o in everything if o.month == question.as_of]
    own_month_end = question.as_of.last_day
    first_told = min((o.published for o in told), default=own_month_end)
    public = find_region(question.region, question.data).figures == PUBLIC
    newest = record_ends(question.data) if public else first_told
    known_by = question.known_by or max(own_month_end, first_told, newest)
    known = [o for o in everything if o.published <= known_by and o.month <= question.as_of]
    if not any(o.month == question.as_of for o in known):
        raise bad(
            "no_observation",
            question.as_of,
            region=question.region,
            known_by=str(known_by),
            published=str(min(o.published for o in told)) if told else "",
            earliest=str(min(o.published for o in everything)) if everything else "",
            months=sorted({str(o.month) for o in everything}),
        )
    return known_by, known


def status(question: Question) -> Status:
    """Return where the region stands in the month asked about.

    Parameters
    ----------
    question : Question
        From :func:`ucj_analysis.question.ask`.

    Raises
    ------
    InputError
        `no_observation`, `no_target`, and every problem of the tables read.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> now = status(ask())
    >>> round(now.net_needed), round(now.required_per_month)
    (137784, 15309)
    """
    known_by, known = resolve_vintage(question)
    left_out = not_alike(known)
    history = tuple(o for o in known if o not in left_out)
    now = history[-1]
    before = next((o for o in reversed(history) if o.month < now.month), None)
    target = _target(question, known_by)
    people = now.participants_interval
    need = required_enrolment(target.coverage, now.labour_force, now.participants)
    pace = float(pace_per_month(need, question.months)) if question.months else None
    rupiah, rule_source = contribution(question.data)
    published = source_dates(question.data).get(rule_source)
    return Status(
        question=question,
        known_by=known_by,
        now=now,
        before=before,
        target=target,
        net_needed=float(need),
        net_needed_interval=Interval(
            required_enrolment(target.coverage, now.labour_force, people.high),
            required_enrolment(target.coverage, now.labour_force, people.low),
        ),
        required_per_month=pace,
        change=_change(before, now),
        base_growth=now.labour_force / before.labour_force - 1 if before else None,
        other_bases=_other_bases(question, known_by, now),
        contribution=rupiah,
        contribution_known=published is not None and published <= known_by,
        contribution_source=rule_source,
        outcome=_outcome(question),
        history=history,
        left_out=left_out,
        breakdowns=load_breakdowns(question.region, question.as_of, known_by, question.data),
    )


def _outcome(question: Question) -> Observation | None:
    """Return the figure of the target month itself, whenever it was published; never forecast with."""
    told = load_observations(question.region, None, question.data)
    return next((o for o in told if o.month == question.target_month), None)


def later_figures(question: Question) -> list[Observation]:
    """Return figures in the data of months after the one asked about: for a hint, never used.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> [str(o.month) for o in later_figures(ask(as_of="2024-12"))]
    ['2025-03']
    """
    told = load_observations(question.region, None, question.data)
    return [o for o in told if o.month > question.as_of]


def _target(question: Question, known_by: date) -> Target:
    if question.target is not None:
        return Target(question.target, question.target_month, "")
    published = load_target(question.region, question.target_month, known_by, question.data)
    if published is None:
        raise bad("no_target", question.target_month, region=question.region)
    return published


def _change(before: Observation | None, now: Observation) -> ChangeDecomposition | None:
    if before is None:
        return None
    told = before.coverage, before.labour_force, now.coverage, now.labour_force
    return decompose_change(*told, before.half_width, now.half_width)


def _other_bases(question: Question, known_by: date, now: Observation) -> tuple[OtherBase, ...]:
    frame = load_other_bases(question.region, known_by, question.data)
    people = now.participants
    return tuple(
        OtherBase(row.base, row.as_of, row.labour_force, people / row.labour_force, row.source)
        for row in frame.itertuples(index=False)
        if row.as_of <= now.as_of
    )


def points(fraction: float) -> float:
    """Return a fraction as percentage points, to four decimals.

    Examples
    --------
    >>> points(-0.0464212)
    -4.6421
    """
    return round(100 * fraction, 4)


def _pair(interval: Interval, shown: Callable[[float], float] = points) -> list[float]:
    return [shown(float(interval.low)), shown(float(interval.high))]


def status_record(now: Status) -> dict[str, Any]:
    """Return the status as plain values for JSON; the answer sentence is added by the caller.

    Points are percentage points. Sums are exact: the parts of a change add up as printed.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> change = status_record(status(ask()))["change"]
    >>> change["participants_points"] + change["labour_force_points"] == change["total_points"]
    True
    """
    observed, pace = now.now, now.required_per_month
    record = {
        "schema_version": SCHEMA_VERSION,
        "region": now.question.region,
        "region_name": now.question.region_name,
        "as_of": str(observed.month),
        "as_of_day": str(observed.as_of),
        "known_by": str(now.known_by),
        "basis": observed.basis,
        "base": observed.base,
        "coverage": observed.coverage,
        "coverage_interval": [observed.coverage_interval.low, observed.coverage_interval.high],
        "participants": round(observed.participants),
        "participants_interval": _pair(observed.participants_interval, round),
        "labour_force": round(observed.labour_force),
        "other_bases": [
            vars(b)
            | {"as_of": str(b.as_of), "labour_force": round(b.labour_force)}
            | {"coverage_if_used": round(b.coverage_if_used, 6)}
            for b in now.other_bases
        ],
        "target": now.target.coverage,
        "target_month": str(now.question.target_month),
        "target_source": now.target.source or "asked",
        "gap_points": points(now.gap),
        "net_enrolment_needed": round(now.net_needed),
        "net_enrolment_interval": _pair(now.net_needed_interval, round),
        "months": now.question.months,
        "required_per_month": None if pace is None else round(pace),
        "rupiah_per_person_month": now.contribution,
        "rupiah_per_point_year": round(now.one_point_year),
        "rupiah_gap_year": round(now.gap_year),
        "source": observed.source,
        "change": _change_record(now),
    }
    if now.left_out:
        record["left_out"] = [
            {"as_of": str(o.month), "coverage": o.coverage, "basis": o.basis} for o in now.left_out
        ]
    if now.breakdowns:
        record["breakdown"] = [breakdown_record(b) for b in now.breakdowns]
    return record


def _change_record(now: Status) -> dict[str, Any] | None:
    if now.change is None or now.before is None or now.base_growth is None:
        return None
    total, participants = points(float(now.change.total)), points(float(now.change.participants))
    return {
        "from": str(now.before.month),
        "to": str(now.now.month),
        "total_points": total,
        "total_interval": _pair(now.change.total_interval),
        "participants_points": participants,
        "participants_interval": _pair(now.change.participants_interval),
        "labour_force_points": round(total - participants, 4),
        "labour_force_interval": _pair(now.change.labour_force_interval),
        "base_growth": round(now.base_growth, 6),
        "same_base": now.before.base == now.now.base,
    }
