"""Where a region stands, in sentences: coverage, gap, what moved it, other bases, money."""

from __future__ import annotations

from collections.abc import Callable

from ucj_analysis.coverage import ChangeDecomposition, Interval
from ucj_analysis.months import month_of
from ucj_analysis.presentation.display import Answer, Prose
from ucj_analysis.presentation.headings import SEGMENT_NAMES
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.record.breakdown import Breakdown
from ucj_analysis.record.observations import BASIS_COMPUTED, Observation, base_family
from ucj_analysis.situation import Status, later_figures

#: A base does not move faster than this by people alone.
ORDINARY_GROWTH = 0.05
#: How the ids of bases begin that Statistics Indonesia surveys.
SURVEY = "bps"


def coverage_told(told: Observation, w: Words) -> str:
    """Return a published coverage with the digits it was published with."""
    return w.percent(told.coverage, told.digits)


def status_answer(now: Status, w: Words) -> Answer:
    """Say where the region stands, in one sentence."""
    fields = {
        "region": now.question.region_name,
        "coverage": coverage_told(now.now, w),
        "base": w.count(now.now.labour_force),
        "month": w.month(now.now.month),
        "target": w.share(now.target.coverage),
        "target_month": w.month(now.question.target_month),
        "people": w.count(abs(now.net_needed)),
        "pace": w.count(now.required_per_month or 0.0),
    }
    if now.net_needed <= 0:
        told = N_(
            "{region}: {coverage} of a labour force of {base} was covered in {month}; the target of {target} "
            "for {target_month} is passed, by {people} people."
        )
    elif now.required_per_month is None:
        told = N_(
            "{region}: {coverage} of a labour force of {base} was covered in {month}; the target of {target} "
            "for that month was missed, by {people} people."
        )
    else:
        told = N_(
            "{region}: {coverage} of a labour force of {base} was covered in {month}; {target} in {target_month} "
            "needs {people} more participants, net of those who leave, {pace} a month."
        )
    return Answer(w.t(told, **fields))


def _record_notes(now: Status, w: Words) -> list[str]:
    """Say where figures are press reports, a base is computed, or the target is the nation's."""
    told = []
    if now.now.printed:
        told.append(
            w.t(
                "The figures are of the public record, as press and agencies printed them: which base and which counting they use is not stated."
            )
        )
    if now.now.basis == BASIS_COMPUTED:
        told.append(w.t("The base is computed from participants and percentage."))
    if now.target.national:
        told.append(
            w.t(
                "No target of {region} itself is on record; the national one stands in its place.",
                region=now.question.region_name,
            )
        )
    return told


def vintage_note(now: Status, w: Words) -> Prose:
    """Say up to when publications were used, whether the outcome is known, and whose figure it is."""
    told = [w.t("As known on {known_by}.", known_by=w.day(now.known_by)), *_record_notes(now, w)]
    told.append(left_out_text(now, w))
    month = w.month(now.question.target_month)
    told += [
        w.t(
            "A later figure was already known: {coverage} in {month}.",
            coverage=coverage_told(o, w),
            month=w.month(o.month),
        )
        for o in later_figures(now.question)
        if o.published <= now.known_by and o != now.outcome
    ]
    if now.outcome is None:
        told.append(w.t("The outcome for {month} has not been published.", month=month))
    elif now.question.months:
        told.append(
            w.t(
                "The outcome for {month} is in the data, published on {day}: {coverage}; it is not used here.",
                month=month,
                day=w.day(now.outcome.published),
                coverage=coverage_told(now.outcome, w),
            )
        )
    if now.target.month != now.question.target_month:
        told.append(
            w.t(
                "No target is published for {month}; the one for {other} is used.",
                month=month,
                other=w.month(now.target.month),
            )
        )
    told.append(w.t("This is not an official BPJS Ketenagakerjaan figure."))
    return Prose.of(*told)


def newer_text(later: list[Observation], w: Words) -> Prose:
    """Say that the data hold newer figures than the month asked about."""
    return Prose(
        w.t(
            "The data hold newer figures: {months}. Ask for them with --as-of {last}.",
            months=w.listed([w.month(o.month) for o in later]),
            last=str(later[-1].month),
        )
    )


def _left_open(interval: Interval, show: Callable[[float], str], w: Words) -> str:
    """Return the range rounding leaves, in brackets after its middle; empty where both ends read alike."""
    if show(float(interval.low)) == show(float(interval.high)):
        return ""
    return f" ({w.range(interval, show)})"


def gap_text(now: Status, w: Words) -> Prose:
    """Say how far the target is, with the range the rounding leaves."""
    digits = now.now.digits + 1
    text = w.t(
        "A published {coverage} may be anything from {coverage_range}: {participants} participants "
        "({participants_range}).",
        coverage=coverage_told(now.now, w),
        coverage_range=w.range(now.now.coverage_interval, lambda v: w.percent(v, digits)),
        participants=w.count(now.now.participants),
        participants_range=w.range(now.now.participants_interval, w.count),
    )
    if now.now.counted:
        text = w.t(
            "{participants} participants were published: {coverage} of the base.",
            participants=w.count(now.now.participants),
            coverage=coverage_told(now.now, w),
        )
    if now.net_needed <= 0 or now.required_per_month is None:
        return Prose(text)
    away = w.t(
        "The target is {gap} points away. Reaching it takes {need} more participants{need_range}, "
        "{pace} a month in {months}, on a base that does not move.",
        gap=w.number(100 * now.gap, now.now.digits),
        need=w.count(now.net_needed),
        need_range=_left_open(now.net_needed_interval, w.count, w),
        pace=w.count(now.required_per_month),
        months=w.months(now.question.months),
    )
    return Prose.of(text, away)


def shown_parts(change: ChangeDecomposition) -> tuple[float, float]:
    """Return the parts of participants and base to a hundredth of a point, so that what is shown adds up.

    Examples
    --------
    >>> from ucj_analysis.coverage import decompose_change
    >>> shown_parts(decompose_change(0.39, 511_111, 0.29, 599_061))
    (-0.0464, -0.0536)
    """
    total, participants = (round(float(part), 4) for part in (change.total, change.participants))
    return participants, round(total - participants, 4)


def change_text(now: Status, w: Words) -> Prose:
    """Say how the change of coverage splits into participants and base."""
    if now.left_out and now.before is None:
        return Prose(
            w.t(
                "No change is told: the earlier figures count otherwise, and unlike counts are not compared."
            )
        )
    if now.change is None or now.before is None or now.base_growth is None:
        return Prose(w.t("No earlier figure is published, so no change can be told."))

    def two(value: float) -> str:
        return w.points(value, 2)

    participants, base = shown_parts(now.change)
    total = participants + base
    fine = now.now.counted or abs(total - round(total, 3)) > 1e-9
    text = w.t(
        "From {before} to {after} coverage moved by {total} points: {participants} from participants{participants_range} and "
        "{base} from the base{base_range}. This is accounting, not cause.",
        before=w.month(now.before.month),
        after=w.month(now.now.month),
        total=w.points(total, 2 if fine else 1),
        participants=two(participants),
        participants_range=_left_open(now.change.participants_interval, two, w),
        base=two(base),
        base_range=_left_open(now.change.labour_force_interval, two, w),
    )
    if now.before.base != now.now.base and abs(now.base_growth) > ORDINARY_GROWTH:
        text += " " + w.t(
            "The base moved by {growth} because it was re-set ({old} to {new}); people do not come and go that fast.",
            growth=w.signed_percent(now.base_growth),
            old=w.count(now.before.labour_force),
            new=w.count(now.now.labour_force),
        )
    return Prose(text)


def left_out_text(now: Status, w: Words) -> str:
    """Say which figures count otherwise than the newest, and so are neither compared nor forecast from."""
    if not now.left_out:
        return ""
    told = [f"{w.month(o.month)} ({o.basis})" for o in now.left_out]
    return w.t(
        "Left out, because they count otherwise than {month} ({basis}): {list}.",
        month=w.month(now.now.month),
        basis=now.now.basis,
        list=w.listed(told),
    )


def other_bases_text(now: Status, w: Words) -> Prose:
    """Say what the same participants would be on other bases."""
    if not now.other_bases:
        return Prose(w.t("No other base is published for this region."))
    latest = now.other_bases[-1]
    told = N_(
        "Another base ({base}) is on record as published in {month}: {people} people, and on it the same participants would be {share}. The two are never mixed here."
    )
    if base_family(latest.base).startswith(SURVEY):
        told = N_(
            "The base of the percentage is not the labour force of Statistics Indonesia (BPS): that was {bps} in {month}, and on it the same participants "
            "would be {share}. The two are never mixed here."
        )
    people = w.count(latest.labour_force)
    month, share = w.month(month_of(latest.as_of)), w.percent(latest.coverage_if_used, 1)
    fields = {"base": latest.base, "people": people, "bps": people, "month": month, "share": share}
    return Prose(w.t(told, **fields))


def money_text(now: Status, w: Words) -> Prose:
    """Say what a point and the whole gap cost at the minimum contribution."""
    text = w.t(
        "At {rate} per person and month, one point is {people} people and costs {point} a year.",
        rate=w.rupiah(now.contribution),
        people=w.count(now.one_point_people),
        point=w.rupiah(now.one_point_year),
    )
    if now.net_needed > 0:
        text += " " + w.t("The whole gap costs {gap} a year.", gap=w.rupiah(now.gap_year))
    if not now.contribution_known:
        text += " " + w.t(
            "The contribution was published later than the day of this report and stands as an assumption."
        )
    return Prose(text)


def breakdown_text(told: Breakdown, w: Words) -> Prose:
    """Say which part is the largest, and how many there are."""
    largest = max(told.parts, key=lambda p: p.participants)
    name = w.t(SEGMENT_NAMES[largest.name]) if told.dimension == "segment" else largest.name
    return Prose(
        w.t(
            "Of {total} participants told apart in {month} the largest part is {name}: {share}.",
            total=w.count(told.total),
            month=w.month(told.month),
            name=name,
            share=w.percent(told.shares[largest.name]),
        )
    )
