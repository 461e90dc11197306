"""How base and segments move, in sentences."""

from __future__ import annotations

from ucj_analysis.coverage import Interval
from ucj_analysis.forecasting import Forecast, segment_change
from ucj_analysis.presentation.display import Prose
from ucj_analysis.presentation.headings import SEGMENT_NAMES
from ucj_analysis.presentation.language import N_, Words, in_hundreds
from ucj_analysis.presentation.outlook_words import dated_events, event_told
from ucj_analysis.projection import weighted_quantiles
from ucj_analysis.scenario import SEGMENTS, Closure
from ucj_analysis.series import stock_flow_history
from ucj_analysis.situation import Status


def churn_text(seen: Forecast, w: Words) -> Prose:
    """Say how large ordinary churn is beside a re-setting of the base."""
    flows = yearly_flows(seen)
    told = w.t(
        "Graduates bring {graduates} people a year into the labour force and {exits} leave it; ordinary layoffs end the cover of {layoffs} "
        "(nine in ten of what the stated ranges allow). These are assumptions: no count is published for this region.",
        graduates=w.range(hundreds(flows["graduates"]), w.count),
        exits=w.range(hundreds(flows["exits"]), w.count),
        layoffs=w.range(hundreds(flows["layoffs"]), w.count),
    )
    closures = [event_told(e, w) for e in dated_events(seen) if isinstance(e, Closure)]
    if closures:
        told += " " + w.t("Dated closures come on top: {list}.", list=w.listed(closures))
    if jump := base_jump(seen.status):
        grew = N_(
            "The base grew by {jump} people between two publications: that is a re-setting, which ordinary churn cannot explain."
        )
        fell = N_(
            "The base fell by {jump} people between two publications: that is a re-setting, which ordinary churn cannot explain."
        )
        told += " " + w.t(grew if jump > 0 else fell, jump=w.count(abs(jump)))
    return Prose(told)


def hundreds(people: Interval) -> Interval:
    """Return a range of people in whole hundreds."""
    return Interval(in_hundreds(float(people.low)), in_hundreds(float(people.high)))


def yearly_flows(seen: Forecast) -> dict[str, Interval]:
    """Return the 90% ranges of a year's ordinary flows, people, by flow name."""
    v = seen.projection.values
    flows = {
        "graduates": v["labour_force.graduates"] * v["labour_force.joining"],
        "exits": seen.status.now.labour_force * (1 - (1 - v["labour_force.exits"]) ** 12),
        "layoffs": v["wage_earners.layoffs"] * v["wage_earners.layoffs_covered"],
    }
    weights = seen.projection.weights
    return {
        name: Interval(*weighted_quantiles(flow, weights, [0.05, 0.95]).tolist())
        for name, flow in flows.items()
    }


def base_jump(now: Status) -> float | None:
    """Return by how many people the base was re-set at the last publication, if it was."""
    if now.before is None or now.before.base == now.now.base:
        return None
    return now.now.labour_force - now.before.labour_force


def base_text(seen: Forecast, w: Words) -> Prose:
    """Say where the base may be in the target month."""
    low, high = weighted_quantiles(seen.ensemble.base[-1], seen.ensemble.weights, [0.05, 0.95])
    text = w.t(
        "From {now} people the base moves to {range} by {month} in nine outcomes of ten.",
        now=w.count(seen.status.now.labour_force),
        range=w.range((in_hundreds(low), in_hundreds(high)), w.count),
        month=w.month(seen.months[-1]),
    )
    if any(month.number == 1 for month in seen.months):
        return Prose.of(text, w.t("A New Year lies between, when it may be re-set."))
    return Prose.of(text, w.t("No New Year lies between, so it is not re-set on the way."))


def segments_text(seen: Forecast, w: Words) -> Prose:
    """Say which segments moved since the first figure, and that the figures hardly tell."""
    moved = seen.projection
    if moved.now == 0:
        return Prose(w.t("Only one figure is known: no change by segment can be told."))
    change = segment_change(moved)
    told = [
        w.t(
            "{segment} {range}",
            segment=w.t(SEGMENT_NAMES[name]),
            range=w.range((in_hundreds(low), in_hundreds(high)), w.signed_count),
        )
        for name, (low, _, high) in zip(SEGMENTS, change, strict=True)
    ]
    totals = len({o.month for o in stock_flow_history(seen.status).observations})
    return Prose(
        w.t(
            "Between {first} and {now} the segments moved by: {list} people. The split is weakly identified: {n} "
            "totals cannot tell who left.",
            n=w.count(totals),
            first=w.month(moved.start),
            now=w.month(moved.start + moved.now),
            list=w.listed(told),
        )
    )
