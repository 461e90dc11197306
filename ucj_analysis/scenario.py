"""Scenarios: what is assumed about the flows, as frozen models; `scenario_files` reads them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BeforeValidator, StrictBool, model_validator

from ucj_analysis.errors import InputError
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
    Standing,
    Stated,
    standing,
)

Segment = Literal["wage_earners", "elsewhere", "self_employed", "construction", "funded"]
#: Segments of the participants, in the order of the engine's arrays.
SEGMENTS: tuple[Segment, ...] = get_args(Segment)
#: What branches call the segments.
PROGRAMMES = {"PU": "wage_earners", "BPU": "self_employed", "JAKON": "construction"}
PARTS = ("labour_force", "split", *SEGMENTS, "noise")
EVENTS = ("cohorts", "closures", "drives", "rebasings", "counting")


def segment_of(name: str) -> str:
    """Return the segment a branch's name stands for.

    Examples
    --------
    >>> segment_of("Jakon"), segment_of("funded")
    ('construction', 'funded')
    """
    return PROGRAMMES.get(str(name).strip().upper(), name)


def _month(text: str) -> str:
    try:
        parse_month(text)
    except InputError as error:
        raise ValueError("bad_month") from error
    return text


def _january(text: str) -> str:
    if parse_month(text).number != 1:
        raise ValueError("not_january")
    return text


MonthText = Annotated[str, AfterValidator(_month)]
January = Annotated[MonthText, AfterValidator(_january)]


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
    """`regions` are those it happens in, all where none is named; `stated_for` those its people are of."""

    name: str
    regions: tuple[str, ...] = ()
    stated_for: tuple[str, ...] = ()
    first: MonthText
    last: MonthText

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if parse_month(self.first) > parse_month(self.last):
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
    one_off: StrictBool = False


class Closure(_Dated):
    """A large employer lays off `people` evenly from `first` to `last`."""

    people: People


class Drive(_Dated):
    """Enrolment on top of the ordinary: people a month into a segment, from `first` to `last`."""

    segment: Annotated[
        Literal["self_employed", "construction", "wage_earners"], BeforeValidator(segment_of)
    ]
    people: PeopleRate
    yields: Share


class Rebasing(Frozen):
    """The base is set to a stated size in a stated January."""

    name: str
    regions: tuple[str, ...] = ()
    month: January
    base: People


class Counting(Frozen):
    """From `month` on, the segments named are no longer counted as covered."""

    name: str
    month: MonthText
    excludes: tuple[Segment, ...]
    assumption: str


Event = Cohort | Closure | Drive | Rebasing | Counting


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

    @property
    def events(self) -> tuple[Event, ...]:
        """All events, by kind."""
        return tuple(event for kind in EVENTS for event in getattr(self, kind))

    @model_validator(mode="after")
    def _events_have_names(self) -> Self:
        names = [event.name for event in self.events]
        if not all(name.strip() for name in names) or len(set(names)) < len(names):
            raise ValueError("event_names")
        return self

    def stated(self) -> dict[str, Stated]:
        """Return every range by its dotted name, in file order, events last.

        Examples
        --------
        >>> from ucj_analysis.scenario_files import load_scenario
        >>> next(iter(load_scenario("baseline").stated()))
        'labour_force.graduates'
        """
        parts = [(part, getattr(self, part)) for part in PARTS]
        told = [*parts, *((event.name, event) for event in self.events)]
        return {f"{n}.{q}": v for n, part in told for q, v in part if isinstance(v, Stated)}

    def standing(self, name: str, published: dict[str, date | None], known_by: date) -> Standing:
        """Tell whether a range is sourced, an assumption derived from sources, or assumed.

        A source published after `known_by` counts for nothing: what rests on it is assumed.
        """
        return standing(self.stated()[name], published, known_by)

    def for_region(self, region: str) -> Scenario:
        """Return the scenario with only the events that concern a region."""

        def concerns(event: Event) -> bool:
            regions = getattr(event, "regions", ())
            return not regions or region in regions

        kept = {kind: tuple(filter(concerns, getattr(self, kind))) for kind in EVENTS}
        return self.model_copy(update=kept)


def differences(base: Scenario, other: Scenario) -> list[tuple[str, Stated | None, Stated | None]]:
    """Return what differs: name, the base's range, the other's range; None where there is none.

    Examples
    --------
    >>> from ucj_analysis.scenario_files import load_scenario
    >>> baseline = load_scenario("baseline")
    >>> differences(baseline, baseline)
    []
    """
    ours, theirs = base.stated(), other.stated()
    names = [*ours, *(n for n in theirs if n not in ours)]
    return [(n, ours.get(n), theirs.get(n)) for n in names if ours.get(n) != theirs.get(n)]


def added_events(base: Scenario, other: Scenario, region: str) -> list[Event]:
    """Return the events of `other` that concern a region and that the base does not have.

    Examples
    --------
    >>> from ucj_analysis.scenario_files import load_scenario
    >>> added_events(load_scenario("baseline"), load_scenario("layoff-shock"), "3318")[0].first
    '2025-07'
    """
    names = {event.name for event in base.events}
    return [event for event in other.for_region(region).events if event.name not in names]
