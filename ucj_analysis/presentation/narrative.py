"""The sentences of report, notebooks and command line, from computed results only."""

from __future__ import annotations

from pathlib import Path

from ucj_analysis.allocation import Allocation, share_range
from ucj_analysis.archive.track_record import Scored
from ucj_analysis.archive.what_changed import Changed, told_steps
from ucj_analysis.coverage import Interval
from ucj_analysis.forecasting import BASELINE, LEARNED, Forecast, segment_change
from ucj_analysis.months import month_of, parse_month
from ucj_analysis.peers import PeersForecast
from ucj_analysis.presentation.display import Answer, Heading, Prose, Title
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.presentation.messages import describe, place
from ucj_analysis.presentation.names import parameter_name
from ucj_analysis.projection import DEFINITION_SPREAD, weighted_quantiles
from ucj_analysis.provenance import source_hash
from ucj_analysis.record.breakdown import Breakdown
from ucj_analysis.record.findings import Finding
from ucj_analysis.record.observations import BASIS_COMPUTED, Observation
from ucj_analysis.record.revisions import Changes, Row
from ucj_analysis.reference_class import LONGEST_WINDOW_MONTHS, SLOPE_PRIOR_SD
from ucj_analysis.scenario import EVENTS, SEGMENTS
from ucj_analysis.scenario_files import load_scenario
from ucj_analysis.scoring import Backtest
from ucj_analysis.sensitivity import Box, Indices, Swing
from ucj_analysis.series import FEWEST_MONTHS, LONGEST_AHEAD, diagnose, series_backtest
from ucj_analysis.situation import Status, later_figures

#: Headings by key; notebooks name the key.
HEADINGS: dict[str, str] = {
    "where_we_stand": N_("Where do we stand?"),
    "gap": N_("The gap to the target"),
    "why": N_("Why coverage changed"),
    "other_bases": N_("The same participants on other bases"),
    "money": N_("What cover costs"),
    "churn": N_("How the labour force moves"),
    "flows": N_("A year of churn"),
    "base_paths": N_("Where the base may go"),
    "assumptions": N_("What we assumed"),
    "segments": N_("Who left, who came"),
    "learned": N_("What the figures taught"),
    "scenarios": N_("What if?"),
    "sensitivity": N_("Which assumptions matter"),
    "findings": N_("What stands out in the data"),
    "segment": N_("By segment"),
    "sub_district": N_("By sub-district"),
    "issued": N_("Forecasts issued, and what came"),
    "changed": N_("What changed since the last forecast"),
    "forecast": N_("Is the target reachable?"),
    "by_month": N_("Month by month"),
    "views": N_("Two views, side by side"),
    "three_views": N_("Three views, side by side"),
    "own_series": N_("The region's own months"),
    "others": N_("What other regions did"),
    "track": N_("Does the forecast deserve belief?"),
    "how_we_know": N_("How we know"),
    "sources": N_("Sources"),
    "what_it_takes": N_("What would it take?"),
    "why_not": N_("What stops it"),
    "protection": N_("Counted, or protected?"),
    "worth": N_("What more money and time buy"),
    "nearly": N_("Plans nearly as good"),
    "offices": N_("Who does what, and when"),
    "trust": N_("How the plan holds"),
    "levers": N_("What the levers rest on"),
    "annex": N_("Annex: number by number"),
    "believe": N_("What we assumed, what we learned, how far to believe it"),
    "differences": N_("What each scenario changes"),
    "entered": N_("Which figures enter"),
    "windows": N_("Each window forecast without its province"),
    "known_then": N_("With what was known on the day"),
    "cannot_know": N_("What it can know, and what it cannot"),
    "references": N_("References"),
    "gather": N_("What GATHER asks for"),
}


#: Segments as readers know them.
SEGMENT_NAMES: dict[str, str] = {
    "wage_earners": N_("wage earners"),
    "elsewhere": N_("residents insured elsewhere"),
    "self_employed": N_("self-employed"),
    "construction": N_("construction"),
    "funded": N_("paid by budgets and one-off"),
}


#: How much a finding weighs, as readers know it.
SEVERITIES: dict[str, str] = {"error": N_("Error"), "warning": N_("Warning"), "note": N_("Note")}


#: A base does not move faster than this by people alone.
ORDINARY_GROWTH = 0.05


#: Levers as readers know them.
LEVER_NAMES: dict[str, str] = {
    "enrolment a month": N_("extra enrolment a month"),
    "funded people": N_("people funded from July"),
    "funded months": N_("months paid"),
    "lapse kept back": N_("the part of lapse kept back"),
}


def heading(key: str, w: Words) -> Heading:
    """Return a section's heading by its key."""
    return Heading(w.t(HEADINGS[key]))


def views_heading(seen: Forecast, w: Words) -> Heading:
    """Return the heading of the views, by how many there are."""
    return heading("views" if seen.own is None else "three_views", w)


def title(key: str, w: Words) -> Title:
    """Return a page's title by its key."""
    return Title(w.t(HEADINGS[key]))


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
    }
    if now.net_needed <= 0:
        return Answer(
            w.t(
                "{region}: {coverage} of a labour force of {base} was covered in {month}; the target of {target} "
                "for {target_month} is passed, by {people} people.",
                **fields,
            )
        )
    if now.required_per_month is None:
        return Answer(
            w.t(
                "{region}: {coverage} of a labour force of {base} was covered in {month}; the target of {target} "
                "for that month was missed, by {people} people.",
                **fields,
            )
        )
    return Answer(
        w.t(
            "{region}: {coverage} of a labour force of {base} was covered in {month}; {target} in {target_month} "
            "needs {people} more participants, net of those who leave, {pace} a month.",
            pace=w.count(now.required_per_month),
            **fields,
        )
    )


def chance(seen: Forecast, w: Words) -> str:
    """Say the probability of the target in words, with its bound."""
    return chance_told(seen.probability, seen.probability_bound, w)


def chance_told(probability: float, bound: float, w: Words) -> str:
    """Say a probability in words, with the bound it is told by."""
    told = w.count(100 * bound)
    if probability <= 0.5:
        if bound <= 0.05:
            return w.t("very unlikely, under {n} in 100", n=told)
        if bound <= 0.10:
            return w.t("unlikely, under {n} in 100", n=told)
        if bound <= 0.40:
            return w.t("unlikely, at most {n} in 100", n=told)
        return w.t("about even, at most {n} in 100", n=told)
    if bound >= 0.95:
        return w.t("very likely, over {n} in 100", n=told)
    if bound >= 0.60:
        return w.t("likely, at least {n} in 100", n=told)
    return w.t("about even, at least {n} in 100", n=told)


def in_hundred(probability: float, w: Words) -> str:
    """Say a probability in whole hundreds, never 0 and never 100.

    Examples
    --------
    >>> from ucj_analysis.presentation.language import words
    >>> in_hundred(0.8, words("en")), in_hundred(0.0004, words("en")), in_hundred(0.999, words("en"))
    ('80 in 100', 'under 1 in 100', 'over 99 in 100')
    """
    if probability < 0.01:
        return w.t("under {n} in 100", n=w.count(1))
    if probability > 0.99:
        return w.t("over {n} in 100", n=w.count(99))
    return w.t("{n} in 100", n=w.count(100 * probability))


def forecast_answer(seen: Forecast, w: Words) -> Answer:
    """Say whether the target is reachable; a scenario is named first, a disagreement before all."""
    coverage = seen.coverage
    fields = {
        "region": seen.status.question.region_name,
        "target": w.share(seen.status.target.coverage),
        "month": w.month(seen.months[-1]),
    }
    if seen.views_disagree:
        inside, outside = seen.views["stock_flow"], seen.views["reference_class"]
        answer = w.t(
            "{region}: {target} by {month} depends on the view, and the two disagree by more than their spread. "
            "Stock-flow: {inside}, chance {inside_chance}. What other regions did: {outside}, chance {outside_chance}.",
            inside=w.range((inside.quantiles[-1][0], inside.quantiles[-1][4]), w.percent),
            inside_chance=in_hundred(float(inside.probability[-1]), w),
            outside=w.range((outside.quantiles[-1][0], outside.quantiles[-1][4]), w.percent),
            outside_chance=in_hundred(float(outside.probability[-1]), w),
            **fields,
        )
        if seen.own is not None:
            own = seen.views["own_series"]
            answer += " " + w.t(
                "The region's own months: {range}, chance {chance}.",
                range=w.range((own.quantiles[-1][0], own.quantiles[-1][4]), w.percent),
                chance=in_hundred(float(own.probability[-1]), w),
            )
    else:
        answer = w.t(
            "{region}: coverage by BPJS Ketenagakerjaan (UCJ) of {target} by {month} is {chance}.",
            chance=chance(seen, w),
            **fields,
        )
        answer += " " + w.t(
            "With a chance of 9 in 10 it will lie between {low} and {high}; the middle is {middle}.",
            low=w.percent(coverage["p05"]),
            high=w.percent(coverage["p95"]),
            middle=w.percent(coverage["p50"]),
        )
    if seen.status.question.scenario == BASELINE:
        return Answer(answer)
    told = w.t("If “{scenario}”: {answer}", scenario=scenario_title(seen, w), answer=answer)
    return Answer(" ".join([told, idle_text(seen, w)]).strip())


def idle_text(seen: Forecast, w: Words) -> str:
    """Say which events of the scenario lie outside the months forecast, so that they do nothing."""
    first, last = str(seen.months[0]), str(seen.months[-1])
    baseline = load_scenario(BASELINE, seen.status.question.data)
    own = {e.name for kind in EVENTS for e in getattr(baseline, kind)}
    idle = []
    for kind in EVENTS:
        for event in getattr(seen.scenario, kind):
            begins = getattr(event, "first", None) or event.month
            ends = getattr(event, "last", None) or last
            if event.name not in own and (begins > last or ends < first):
                idle.append(w.label(event.name))
    if not idle:
        return ""
    return w.t(
        "Outside the months from {first} to {last}, and so without effect: {list}.",
        first=w.month(seen.months[0]),
        last=w.month(seen.months[-1]),
        list=w.listed(idle),
    )


def scenario_title(seen: Forecast, w: Words) -> str:
    """Return the scenario's title, or its name where the title is still the baseline's."""
    question = seen.status.question
    title = seen.scenario.header.title
    baseline = load_scenario(BASELINE, question.data).header.title
    own = title != baseline or question.scenario == BASELINE
    return w.label(title) if own else Path(question.scenario).stem


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
    told += filter(None, [left_out_text(now, w)])
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
    return Prose(" ".join(told))


def newer_text(later: list[Observation], w: Words) -> Prose:
    """Say that the data hold newer figures than the month asked about."""
    return Prose(
        w.t(
            "The data hold newer figures: {months}. Ask for them with --as-of {last}.",
            months=w.listed([w.month(o.month) for o in later]),
            last=str(later[-1].month),
        )
    )


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
    return Prose(
        text
        + " "
        + w.t(
            "The target is {gap} points away. Reaching it takes {need} more participants ({need_range}), "
            "{pace} a month in {months}, on a base that does not move.",
            gap=w.number(100 * now.gap, now.now.digits),
            need=w.count(now.net_needed),
            need_range=w.range(now.net_needed_interval, w.count),
            pace=w.count(now.required_per_month),
            months=w.months(now.question.months),
        )
    )


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

    text = w.t(
        "From {before} to {after} coverage moved by {total} points: {participants} from participants ({participants_range}) and "
        "{base} from the base ({base_range}). This is accounting, not cause.",
        before=w.month(now.before.month),
        after=w.month(now.now.month),
        total=w.points(float(now.change.total)),
        participants=two(float(now.change.participants)),
        participants_range=w.range(now.change.participants_interval, two),
        base=two(float(now.change.labour_force)),
        base_range=w.range(now.change.labour_force_interval, two),
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
    return Prose(
        w.t(
            "The base of the percentage is not the labour force of Statistics Indonesia (BPS): that was {bps} in {month}, and on it the same participants "
            "would be {share}. The two are never mixed here.",
            bps=w.count(latest.labour_force),
            month=w.month(month_of(latest.as_of)),
            share=w.percent(latest.coverage_if_used, 1),
        )
    )


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


def churn_text(seen: Forecast, w: Words) -> Prose:
    """Say how large ordinary churn is beside a re-setting of the base."""
    flows = yearly_flows(seen)
    text = w.t(
        "Graduates bring {graduates} people a year into the labour force and {exits} leave it; layoffs end the cover of {layoffs} "
        "(nine in ten of what the stated ranges allow). These are assumptions: no count is published for this region.",
        graduates=w.range(_hundreds(flows["graduates"]), w.count),
        exits=w.range(_hundreds(flows["exits"]), w.count),
        layoffs=w.range(_hundreds(flows["layoffs"]), w.count),
    )
    jump = base_jump(seen.status)
    if jump:
        text += " " + w.t(
            "The base grew by {jump} people between two publications: that is a re-setting, which ordinary churn cannot explain.",
            jump=w.count(jump),
        )
    return Prose(text)


def _hundreds(people: Interval) -> Interval:
    return Interval(round(float(people.low), -2), round(float(people.high), -2))


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
        range=w.range((round(low, -2), round(high, -2)), w.count),
        month=w.month(seen.months[-1]),
    )
    if any(month.number == 1 for month in seen.months):
        return Prose(text + " " + w.t("A New Year lies between, when it may be re-set."))
    return Prose(text + " " + w.t("No New Year lies between, so it is not re-set on the way."))


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
            range=w.range((round(low, -2), round(high, -2)), w.signed_count),
        )
        for name, (low, _, high) in zip(SEGMENTS, change, strict=True)
    ]
    return Prose(
        w.t(
            "Between {first} and {now} the segments moved by: {list} people. The split is weakly identified: two rounded "
            "totals cannot tell who left.",
            first=w.month(moved.start),
            now=w.month(moved.start + moved.now),
            list=w.listed(told),
        )
    )


def learned_text(seen: Forecast, w: Words) -> Prose:
    """Say how many ranges the published figures taught anything about."""
    taught = [name for name, found in seen.learned.items() if found.share >= LEARNED]
    worth = w.t(
        "{paths} weighted paths are worth {worth} equal ones.",
        paths=w.count(seen.ensemble.weights.size),
        worth=w.count(seen.ensemble.effective_sample_size),
    )
    n = w.count(len(seen.learned))
    if not taught:
        text = w.t(
            "Not one of the {n} ranges became clearer by the published figures: all are as assumed.",
            n=n,
        )
    else:
        text = w.t(
            "Of {n} ranges the published figures made {k} clearer; the others are as assumed.",
            n=n,
            k=w.count(len(taught)),
        )
    return Prose(text + " " + worth)


def alternatives_text(seen: Forecast, w: Words) -> Prose:
    """Say what the stock-flow view sees under the other priors stated for the region."""
    if not seen.alternatives:
        return Prose("")
    told = []
    for name, view in seen.alternatives.items():
        scenario = load_scenario(name, seen.status.question.data)
        low, _, middle, _, high = view.quantiles[-1]
        told.append(
            w.t(
                "“{title}”: {range}, middle {middle}",
                title=w.label(scenario.header.title),
                range=w.range((low, high), w.percent),
                middle=w.percent(middle),
            )
        )
    return Prose(
        w.t(
            "Under another prior of the segments the stock-flow view sees: {list}.",
            list=w.listed(told),
        )
    )


def views_text(seen: Forecast, w: Words) -> Prose:
    """Say what each view sees, the disagreement first where it is larger than their spread."""
    inside, outside = (
        seen.views["stock_flow"].quantiles[-1],
        seen.views["reference_class"].quantiles[-1],
    )
    told = {
        "inside": w.range((inside[0], inside[4]), w.percent),
        "inside_mid": w.percent(inside[2]),
        "outside": w.range((outside[0], outside[4]), w.percent),
        "outside_mid": w.percent(outside[2]),
        "regions": w.count(seen.reference_class.regions),
        "windows": w.count(seen.reference_class.windows),
    }
    if seen.own is not None:
        own = seen.views["own_series"].quantiles[-1]
        return Prose(
            w.t(
                "The stock-flow view (inside: graduates, exits, enrolment, lapse, layoffs) sees {inside} with a middle of {inside_mid}; "
                "the reference class (outside: what {regions} other regions did in {windows} windows) sees {outside} with a middle of {outside_mid}; "
                "the region's own {figures} monthly figures see {own} with a middle of {own_mid}. "
                "The forecast averages their quantiles with equal weight; the chance it tells is never tighter than the mean of theirs.",
                own=w.range((own[0], own[4]), w.percent),
                own_mid=w.percent(own[2]),
                figures=w.count(seen.own_figures),
                **told,
            )
        )
    text = w.t(
        "The stock-flow view (inside: graduates, exits, enrolment, lapse, layoffs) sees {inside} with a middle of {inside_mid}; "
        "the reference class (outside: what {regions} other regions did in {windows} windows) sees {outside} with a middle of {outside_mid}. "
        "The forecast averages their quantiles with equal weight; the chance it tells is never tighter than the mean of theirs.",
        **told,
    )
    return Prose(text)


def own_series_text(seen: Forecast, w: Words) -> Prose:
    """Say what the region's own series is and whether the model fits it, or what it lacks."""
    if seen.own is None:
        return Prose(
            w.many(
                "A view of the region's own months needs {least} months with figures of its own, on one base and one way of counting; there is {n}.",
                "A view of the region's own months needs {least} months with figures of its own, on one base and one way of counting; there are {n}.",
                seen.own_figures,
                least=w.count(FEWEST_MONTHS),
            )
        )
    series, found = seen.own.fitted.series, diagnose(seen.own.fitted)
    text = w.t(
        "{n} monthly figures from {first} to {last} carry a view of their own: a level with a drift that fades, a calendar, and chance; the base stands apart, "
        "held as published and re-set at New Years as in the stock-flow view.",
        n=w.count(seen.own_figures),
        first=w.month(series.start),
        last=w.month(series.months[-1]),
    )
    if seen.own.fitted.programmes:
        text += " " + w.t(
            "Programmes dated in these months are taken as steps: {list}.",
            list=w.listed([w.label(name) for name in seen.own.fitted.programmes]),
        )
    if found.fits:
        text += " " + w.t(
            "The model fits: its {n} residuals say nothing against it.", n=w.count(found.residuals)
        )
    else:
        text += " " + w.t(
            "The model does not fit these months: the table says where. Its range may be too narrow or too wide; trust the other views more."
        )
    if found.residuals < FEWEST_MONTHS:
        text += " " + w.t("So few residuals show gross misfits only.")
    return Prose(text)


def own_track_text(seen: Forecast, w: Words) -> Prose:
    """Say what the back-test inside the region's own series found."""
    if seen.own is None:
        return Prose("")
    tested = series_backtest(seen.own.fitted)
    if tested is None or tested.gain is None:
        return Prose(w.t("Inside the series nothing could be tested: no gain is established."))
    rows = tested.rows
    text = w.t(
        "Tested inside the series: from {origins} months, each with what was told before it, {n} later months up to {ahead} months ahead were forecast. The error (CRPS) is {ratio} of that of "
        "assuming, with a range, that participants stay as they are; {half} lie in the half range, {hits} in the nine-in-ten range.",
        origins=w.count(rows["from"].nunique()),
        n=w.count(len(rows)),
        ahead=w.count(LONGEST_AHEAD),
        ratio=w.percent(1 - tested.gain),
        half=w.percent(float(rows["hit_50"].mean())),
        hits=w.percent(float(rows["hit_90"].mean())),
    )
    if tested.gain_interval is None:
        return Prose(text + " " + w.t("With so few months the gain is not established."))
    gain = w.range(tested.gain_interval, w.percent)
    if tested.established:
        told = w.t("The gain over it is established: nine-in-ten interval {gain}.", gain=gain)
    elif tested.gain_interval[0] <= 0:
        told = w.t(
            "The gain over it is not established: its nine-in-ten interval is {gain}.", gain=gain
        )
    else:
        told = w.t(
            "The gain over it is not established: its nine-in-ten interval is {gain}, but these months hold {blocks} half-years only, too few to say so.",
            gain=gain,
            blocks=w.count(rows["group"].nunique()),
        )
    return Prose(text + " " + told)


def others_text(seen: Forecast, w: Words) -> Prose:
    """Say the plain fact beside the model: how often so large a move was seen."""
    moved, of = seen.as_large_moves
    if seen.status.gap <= 0:
        return Prose(w.t("The target is already passed: the question is whether coverage holds."))
    return Prose(
        w.t(
            "Of {n} pairs of figures from other regions known on {known_by}, {k} rose by {gap} points or more, as the target asks. "
            "Some overlap, and they come from the press, which prefers news: a wide comparison, not a law.",
            n=w.count(of),
            k=w.count(moved) if moved else w.t("none"),
            gap=w.number(100 * seen.status.gap, seen.status.now.digits),
            known_by=w.day(seen.status.known_by),
        )
    )


def track_text(result: Backtest | None, w: Words) -> Prose:
    """Say what the back-test found, and `not established` where its interval covers no gain."""
    if result is None:
        return Prose(
            w.t(
                "Too few windows of other provinces were known to test the reference class: its gain is not established."
            )
        )
    rows = result.rows
    if result.gain is None:
        return Prose(
            w.t(
                "In no window did coverage move: there was nothing to gain, and no gain is established."
            )
        )
    text = w.t(
        "Each of {n} windows was forecast without its province ({provinces} provinces). The error (CRPS) of the reference class is {ratio} of that of "
        "assuming, with a range, that coverage stays as it is; {hits} of {n} lie in the nine-in-ten range.",
        n=w.count(len(rows)),
        provinces=w.count(rows["group"].nunique()),
        ratio=w.percent(1 - result.gain),
        hits=w.count(int(rows["hit_90"].sum())),
    )
    if result.gain_interval is None:
        return Prose(text + " " + w.t("With so few provinces the gain is not established."))
    gain = w.range(result.gain_interval, w.percent)
    if result.established:
        told = w.t("The gain over it is established: nine-in-ten interval {gain}.", gain=gain)
    else:
        told = w.t(
            "The gain over it is not established: its nine-in-ten interval is {gain}.", gain=gain
        )
    return Prose(text + " " + told)


def issued_text(scored: list[Scored], w: Words) -> Prose:
    """Say what came of the forecasts issued."""
    if not scored:
        return Prose(
            w.t("No forecast had been issued by then, so there is no track record of outcomes.")
        )
    done = [s for s in scored if s.outcome is not None]
    issued = len({s.name for s in scored})
    text = w.many("{n} forecast was issued.", "{n} forecasts were issued.", issued)
    if not done:
        return Prose(text + " " + w.t("None has met its outcome yet."))
    return Prose(
        text
        + " "
        + w.many(
            "Of {n} outcome published since, {k} lies in the nine-in-ten range; the error (CRPS) is {crps} points, that of “no change” {still}.",
            "Of {n} outcomes published since, {k} lie in the nine-in-ten range; the mean error (CRPS) is {crps} points, that of “no change” {still}.",
            len(done),
            k=w.count(sum(bool(s.hit_90) for s in done)),
            crps=w.number(sum(s.crps_points or 0 for s in done) / len(done), 1),
            still=w.number(sum(s.crps_persistence_points or 0 for s in done) / len(done), 1),
        )
    )


def changes_text(seen: Changes, w: Words) -> Prose:
    """Say what a region's tables say beside the earlier ones."""
    unchanged = w.many("{n} row unchanged", "{n} rows unchanged", len(seen.unchanged))
    told = w.listed([*new_and_restated(seen, w), unchanged])
    return Prose(w.t("Region {region}: {list}.", region=seen.region, list=told))


def new_and_restated(seen: Changes, w: Words) -> list[str]:
    """Say which rows are new, and which were restated."""
    new = [row_told(row, w) for row in seen.new]
    restated = [row_told(row, w) for row in dict.fromkeys(r.row for r in seen.restated)]
    parts = [
        new
        and w.many("{n} new row ({rows})", "{n} new rows ({rows})", len(new), rows=w.listed(new)),
        restated
        and w.many(
            "{n} row restated with a note ({rows})",
            "{n} rows restated with a note ({rows})",
            len(restated),
            rows=w.listed(restated),
        ),
    ]
    return [part for part in parts if part]


def row_told(row: Row, w: Words) -> str:
    """Say what a row of a region's tables tells of."""
    if row.table == "facts":
        return w.t("fact {id}", id=row.key[0])
    month = w.month(parse_month(row.key[0]))
    if row.table == "breakdown":
        return w.t("{name} in {month}", name=row.key[2], month=month)
    if row.table == "targets":
        return w.t("target for {month}", month=month)
    return w.t("{month} on {base}", month=month, base=row.key[1])


def allocation_text(told: Allocation, w: Words) -> Prose:
    """Say how a forecast was split, and what that does not tell."""
    month = w.month(told.month)
    if told.since is None:
        return Prose(
            w.t(
                "The forecast for {month} is split by the shares that the stock-flow view gives the segments; the parts of a column add up to its total. "
                "It is no forecast of a segment on its own.",
                month=month,
            )
        )
    return Prose(
        w.t(
            "The forecast for {month} is split by the shares of {since}, held as they were; the parts of a column add up to its total. "
            "That is an allocation, no forecast of a sub-district: the last column assumes that a share of {share} lies within {range}.",
            month=month,
            share=w.percent(0.05),
            range=w.range(share_range(0.05), lambda v: w.percent(v, 1)),
            since=w.month(told.since),
        )
    )


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


def finding_text(finding: Finding, w: Words) -> Prose:
    """Say where a finding is, what it is, how to mend it, and who has accepted it."""
    sentence, remedy = describe(finding.problem, w)
    told = w.t(
        "{severity}: {place}: {sentence}.",
        severity=w.t(SEVERITIES[finding.severity]),
        place=place(finding.problem, w),
        sentence=sentence,
    )
    said = [told, acceptance_text(finding, w), "" if finding.accepted else remedy]
    return Prose(" ".join(filter(None, said)))


def acceptance_text(finding: Finding, w: Words) -> str:
    """Say who accepted a finding and why, or that the figures have changed since; else nothing."""
    told = finding.acceptance
    if told is None:
        return ""
    fields = {"day": w.day(told.on), "who": told.by, "note": told.note, "found": told.found}
    if not finding.accepted:
        return w.t("It was accepted for other figures ({found}) and no longer is.", **fields)
    if told.by:
        return w.t("Accepted by {who} on {day}: {note}", **fields)
    return w.t("Accepted on {day}: {note}", **fields)


def before_texts(scored: list[Scored], changed: Changed | None, w: Words) -> list[Prose]:
    """Say what came of the forecasts issued before, and what moved this one since."""
    if changed is None:
        return [issued_text(scored, w)]
    moved = changed_text(changed, w)
    return [issued_text(scored, w), moved] if scored else [moved]


def changed_text(changed: Changed, w: Words) -> Prose:
    """Say by how much the middle moved since the last forecast issued before, and why."""
    told = {
        "day": w.day(changed.before.issued),
        "month": w.month(parse_month(changed.before.target_month)),
        "then": w.percent(changed.then["p50"], 1),
        "now": w.percent(changed.now["p50"], 1),
    }
    if not any(changed.total.values()) and not _moved(changed):
        return Prose(
            w.t(
                "Nothing changed since the forecast issued on {day}: the middle for {month} is still {now}.",
                **told,
            )
        )
    moved = w.t(
        "Since the forecast issued on {day}, the middle for {month} moved from {then} to {now}",
        **told,
    )
    if changed.shares is None:
        why = w.t("its inputs were not kept, or are no longer read, so why cannot be told.")
        return Prose(f"{moved}; {why}")
    why = w.t(
        "{data} points by new data, {assumptions} by assumptions, {model} by the model.",
        **{cause: w.points(share) for cause, share in told_steps(changed, "p50").items()},
    )
    return Prose(f"{moved}: {why}")


def _moved(changed: Changed) -> bool:
    return any(any(share.values()) for share in (changed.shares or {}).values())


def changed_inputs_text(changed: Changed, w: Words) -> Prose:
    """Say which rows and files differ from those of the earlier forecast."""
    told = [
        w.t("In the region's tables: {list}.", list=w.listed(rows))
        for rows in [changed.rows and new_and_restated(changed.rows, w)]
        if rows
    ]
    words_for = {
        "data": N_("Data files that differ: {list}."),
        "assumptions": N_("Files of assumptions that differ: {list}."),
    }
    told += [
        w.t(text, list=w.listed(changed.files[cause]))
        for cause, text in words_for.items()
        if changed.files.get(cause)
    ]
    if changed.before.provenance.get("source_sha256") != source_hash():
        told.append(w.t("The program itself changed since."))
    return Prose(" ".join(told))


def compared_text(forecasts: list[Forecast], w: Words) -> Prose:
    """Say what each scenario does to the stock-flow view, beside the first."""
    first, *others = forecasts
    base = first.views["stock_flow"].quantiles[-1, 2]
    told = [
        w.t(
            "“{title}” {points} points",
            title=scenario_title(f, w),
            points=w.points(f.views["stock_flow"].quantiles[-1, 2] - base),
        )
        for f in others
    ]
    fields = {
        "first": scenario_title(first, w),
        "middle": w.percent(base, 1),
        "month": w.month(first.months[-1]),
        "list": w.listed(told),
    }
    if first.own is None:
        text = w.t(
            "Beside “{first}” (middle {middle} in {month} by the stock-flow view): {list}. The reference class knows no scenario, "
            "so the pooled forecast moves by half.",
            **fields,
        )
    else:
        text = w.t(
            "Beside “{first}” (middle {middle} in {month} by the stock-flow view): {list}. The reference class knows no scenario and the own months only its base "
            "and dated programmes, so the pooled forecast moves by a third and more.",
            **fields,
        )
    return Prose(" ".join([text, *(idle_text(f, w) for f in others)]).strip())


def sensitivity_text(found: Indices, ranked: list[Swing], w: Words) -> Prose:
    """Say which ranges decide the stock-flow view."""
    order = sorted(zip(found.total, found.names, strict=True), reverse=True)
    names = [
        w.t("{name} ({share})", name=parameter_name(n, w), share=w.percent(t)) for t, n in order[:3]
    ]
    widest = ranked[0]
    return Prose(
        w.t(
            "Most of the spread of the stock-flow view comes from: {list} of its variance. Moving “{widest}” from its low to its high end "
            "takes coverage from {low} to {high}.",
            list=w.listed(names),
            widest=parameter_name(widest.name, w),
            low=w.percent(widest.low, 1),
            high=w.percent(widest.high, 1),
        )
    )


def discovery_text(box: Box, seen: Status, w: Words) -> Prose:
    """Say under which levers the target is reached, and how well the sentence holds."""
    target = w.share(seen.target.coverage)
    if box.reaching == 0:
        return Prose(w.t("No combination of levers drawn reaches {target}.", target=target))
    told = []
    for name, (low, high) in box.bounds.items():
        show = (
            w.percent
            if name == "lapse kept back"
            else (lambda v: w.count(round(v, -2) if v > 100 else v))
        )
        if low is not None:
            told.append(w.t("{lever} above {value}", lever=w.t(LEVER_NAMES[name]), value=show(low)))
        if high is not None:
            told.append(
                w.t("{lever} under {value}", lever=w.t(LEVER_NAMES[name]), value=show(high))
            )
    if not told:
        return Prose(w.t("{target} is reached whatever the levers.", target=target))
    return Prose(
        w.t(
            "{target} is missed unless: {list}. The sentence holds {coverage} of the futures that reach it, and {density} of the futures it describes reach it.",
            target=target,
            list=w.listed(told),
            coverage=w.percent(box.coverage),
            density=w.percent(box.density),
        )
    )


def limits_text(seen: Forecast, w: Words) -> Prose:
    """Say what the forecast cannot know."""
    if seen.own is not None:
        return Prose(
            w.t(
                "Monthly figures of {region} say how fast coverage moves and in which season, little about who joins and who leaves: the stock-flow view rests on stated ranges still, "
                "and cannot be tested on the past of other regions, which publish neither base nor flows. The own months know nothing that has not happened before. "
                "The ranges of season and lapse were set by people who knew how 2025 went elsewhere.",
                region=seen.status.question.region_name,
            )
        )
    return Prose(
        w.t(
            "A few rounded percentages say little about who joins and who leaves: the forecast rests on stated ranges and on other regions; "
            "monthly data of {region} would change it. The stock-flow view cannot be tested on the past of other regions, which publish neither base nor flows. "
            "The ranges of season and lapse were set by people who knew how 2025 went elsewhere.",
            region=seen.status.question.region_name,
        )
    )


def annex_text(w: Words) -> Prose:
    """Say where every range and every source's page stands."""
    return Prose(
        w.t("Every range, lever and source, with its page on the web: in the annex of brief.html.")
    )


def method_text(w: Words) -> Prose:
    """Say what is assumed beyond the ranges."""
    return Prose(
        w.t(
            "Assumed beyond the ranges, by people who knew how 2025 went elsewhere: equal weight of the views; falling months January-May, growing months "
            "June-December; windows of up to {longest} months with grades A and B; slopes shrunk to none (standard deviation {slope} logits a month); "
            "definitional noise of {noise} in a published coverage.",
            longest=w.number(LONGEST_WINDOW_MONTHS, 1),
            slope=w.number(SLOPE_PRIOR_SD, 2),
            noise=w.percent(DEFINITION_SPREAD),
        )
    )


def peers_text(seen: PeersForecast, w: Words) -> str:
    """Say what a region's own percentage, or its province's peers, suggest: never as its forecast."""
    span = w.range((seen.coverage["p05"], seen.coverage["p95"]), w.percent)
    told = {"region": seen.name, "month": w.month(seen.target_month), "range": span}
    middle = w.percent(seen.coverage["p50"])
    if seen.own:
        return w.t(
            "{region}: from its own percentage, whose base is not on record, and from what other regions did, coverage in {month} would with a chance of 9 in 10 lie within {range}; the middle is {middle}. People, gap and money cannot be told without a base.",
            middle=middle,
            **told,
        )
    return w.t(
        "{region}: going by {n} peers of {province}, coverage in {month} would with a chance of 9 in 10 lie within {range}; the middle is {middle}. This says what regions of the province are like, not where {region} stands.",
        middle=middle,
        n=w.count(len(seen.peers)),
        province=seen.province,
        **told,
    )
