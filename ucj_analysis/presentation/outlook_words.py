"""What the forecast says, in sentences: the answer, its chance, its views, its limits."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from ucj_analysis.allocation import Allocation, share_range
from ucj_analysis.forecasting import BASELINE, Forecast, View, without_scenario
from ucj_analysis.months import Month, parse_month
from ucj_analysis.peers import PeersForecast
from ucj_analysis.presentation.display import Answer, Prose
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.projection import DEFINITION_SPREAD
from ucj_analysis.question import Question
from ucj_analysis.record.regions import find_region
from ucj_analysis.reference_class import LONGEST_WINDOW_MONTHS, SLOPE_PRIOR_SD
from ucj_analysis.scenario import (
    Closure,
    Cohort,
    Counting,
    Drive,
    Event,
    Rebasing,
    added_events,
    differences,
)
from ucj_analysis.scenario_files import load_scenario
from ucj_analysis.series import FEWEST_MONTHS, diagnose

#: The last month of which a fall over the New Year is told.
LAST_OF_SPRING = 5


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


def small_chance(probability: float, w: Words) -> str:
    """Return a chance in per cent, never as 0 or 100.

    Below one in a hundred it is told as such: so few regions support nothing finer.
    """
    if probability < 0.01:
        return w.t("under {share}", share=w.percent(0.01))
    if probability > 0.99:
        return w.t("over {share}", share=w.percent(0.99))
    return w.percent(probability)


def nine_in_ten(view: View, w: Words, digits: int = 0) -> str:
    """Say between what coverages nine outcomes in ten lie in the target month."""
    low, *_, high = view.quantiles[-1]
    return w.range((low, high), lambda v: w.percent(v, digits))


def forecast_answer(seen: Forecast, w: Words) -> Answer:
    """Say whether the target is reachable; a scenario is named first, a disagreement before all."""
    answer = _by_view(seen, w) if seen.views_disagree else _by_pool(seen, w)
    if seen.status.question.scenario == BASELINE:
        return Answer(answer)
    told = w.t("If “{scenario}”: {answer}", scenario=scenario_title(seen, w), answer=answer)
    return Answer.of(told, idle_text(seen, w))


def _by_pool(seen: Forecast, w: Words) -> str:
    """Say the chance of the target, and between what nine outcomes in ten lie."""
    reachable = w.t(
        "{region}: coverage by BPJS Ketenagakerjaan (UCJ) of {target} by {month} is {chance}.",
        region=seen.status.question.region_name,
        target=w.share(seen.status.target.coverage),
        month=w.month(seen.months[-1]),
        chance=chance(seen, w),
    )
    between = w.t(
        "With a chance of 9 in 10 it will lie between {low} and {high}; the middle is {middle}.",
        low=w.percent(seen.coverage["p05"]),
        high=w.percent(seen.coverage["p95"]),
        middle=w.percent(seen.coverage["p50"]),
    )
    return f"{reachable} {between}"


def _by_view(seen: Forecast, w: Words) -> str:
    """Say the range and chance of each view, where they disagree by more than their spread."""
    ranges = {name: nine_in_ten(view, w) for name, view in seen.views.items()}
    chances = {name: in_hundred(float(v.probability[-1]), w) for name, v in seen.views.items()}
    told = w.t(
        "{region}: {target} by {month} depends on the view, and the two disagree by more than their spread. "
        "Stock-flow: {inside}, chance {inside_chance}. What other regions did: {outside}, chance {outside_chance}.",
        region=seen.status.question.region_name,
        target=w.share(seen.status.target.coverage),
        month=w.month(seen.months[-1]),
        inside=ranges["stock_flow"],
        inside_chance=chances["stock_flow"],
        outside=ranges["reference_class"],
        outside_chance=chances["reference_class"],
    )
    if seen.own is not None:
        told += " " + w.t(
            "The region's own months: {range}, chance {chance}.",
            range=ranges["own_series"],
            chance=chances["own_series"],
        )
    return told


def _own_events(seen: Forecast) -> list[Event]:
    """Return the scenario's events for the region that the baseline does not have."""
    question = seen.status.question
    baseline = load_scenario(BASELINE, question.data)
    return added_events(baseline, seen.scenario, question.region)


def _is_outside(event: Event, seen: Forecast) -> bool:
    """Tell whether an event lies outside the months forecast; a re-setting or counting lasts."""
    if isinstance(event, Rebasing | Counting):
        return parse_month(event.month) > seen.months[-1]
    return event.start > seen.months[-1] or event.end < seen.months[0]


def _has_begun(event: Event, seen: Forecast) -> bool:
    """Tell whether the people of a cohort, who all enter in its first month, are there already."""
    return isinstance(event, Cohort) and event.start < seen.months[0] <= event.end


def dated_events(seen: Forecast) -> list[Event]:
    """Return the scenario's own events that do something in the months forecast."""
    own = (event for event in _own_events(seen) if not _is_outside(event, seen))
    return [event for event in own if not _has_begun(event, seen)]


def event_months(event: Event, w: Words) -> str:
    """Return the months of an event, or the one it begins to hold in."""
    if isinstance(event, Rebasing | Counting):
        return w.month(parse_month(event.month))
    return w.span(event.start, event.end)


def event_told(event: Event, w: Words) -> str:
    """Return an event with its months and, where it is stated in people, how many."""
    told = {"name": w.label(event.name), "months": event_months(event, w)}
    if isinstance(event, Counting):
        return w.t("“{name}” ({months})", **told)
    stated = event.base if isinstance(event, Rebasing) else event.people
    people = w.range((stated.low, stated.high), w.count)
    if isinstance(event, Drive):
        return w.t("“{name}” ({months}: {people} people a month)", people=people, **told)
    return w.t("“{name}” ({months}: {people} people)", people=people, **told)


def unmoved_text(seen: Forecast, w: Words) -> str:
    """Say that a scenario changes nothing for its region; empty where it does, and of the baseline."""
    question = seen.status.question
    ours, theirs = (load_scenario(n, question.data) for n in (BASELINE, question.scenario))
    moved = differences(*(s.for_region(question.region) for s in (ours, theirs)))
    if question.scenario == BASELINE or moved or _own_events(seen):
        return ""
    return w.t("This scenario changes nothing for {region}.", region=question.region_name)


def scenario_text(seen: Forecast, w: Words) -> Prose:
    """Say what dated events a scenario adds, and what the stock-flow view sees without it; nothing of the baseline."""
    question = seen.status.question
    if question.scenario == BASELINE:
        return Prose("")
    if nothing := unmoved_text(seen, w):
        return Prose(nothing)
    events = [event_told(event, w) for event in dated_events(seen)]
    adds = w.t("The scenario adds: {list}.", list=w.listed(events)) if events else ""
    does = w.t(
        "In the stock-flow view the middle for {month} is {without} without this scenario, {with_it} with it.",
        month=w.month(seen.months[-1]),
        without=w.percent(without_scenario(seen).quantiles[-1][2], 1),
        with_it=w.percent(seen.views["stock_flow"].quantiles[-1][2], 1),
    )
    return Prose.of(adds, borrowed_text(dated_events(seen), question, w), does)


def borrowed_text(events: Sequence[Event], question: Question, w: Words) -> str:
    """Say which events count the people of other regions; empty where none does."""
    stated = [(event, getattr(event, "stated_for", ())) for event in events]
    borrowed = [(event, codes) for event, codes in stated if codes and question.region not in codes]
    if not borrowed:
        return ""
    others = sorted({code for _, codes in borrowed for code in codes})
    return w.t(
        "The people of {list} are counted for {others}, not for {region}: state your own.",
        list=w.listed([f"“{w.label(event.name)}”" for event, _ in borrowed]),
        others=w.listed([find_region(code, question.data).name for code in others]),
        region=question.region_name,
    )


def spring_text(months: Sequence[Month], w: Words) -> str:
    """Say why coverage falls over a New Year; empty where the last month is not of the spring after one."""
    if months[-1].number > LAST_OF_SPRING or not any(m.number == 1 for m in months):
        return ""
    return w.t(
        "In the stock-flow view spring is assumed to stand lower than the December before: construction cover ends with the year and returns only slowly, cover that budgets pay runs out, "
        "and the base may be re-set at the New Year."
    )


def idle_text(seen: Forecast, w: Words) -> str:
    """Say which events of the scenario do nothing, or only in part, and why: outside the months, or begun before."""
    own = _own_events(seen)
    outside = [w.label(event.name) for event in own if _is_outside(event, seen)]
    begun = [w.label(event.name) for event in own if _has_begun(event, seen)]
    first = w.month(seen.months[0])
    told = []
    if outside:
        text = N_("Outside the months from {first} to {last}, and so without effect: {list}.")
        last = w.month(seen.months[-1])
        told.append(w.t(text, first=first, last=last, list=w.listed(outside)))
    if begun:
        text = N_(
            "Begun before {first}, and so without effect, as its people are taken to be in the figures already: {list}."
        )
        told.append(w.t(text, first=first, list=w.listed(begun)))
    partly = [
        w.label(event.name)
        for event in dated_events(seen)
        if isinstance(event, Closure | Drive) and event.start < seen.months[0]
    ]
    if partly:
        text = N_(
            "Begun before {first}: of {list} only the months from then on are added, as what came before is taken to be in the figures already."
        )
        told.append(w.t(text, first=first, list=w.listed(partly)))
    return " ".join(told)


def scenario_title(seen: Forecast, w: Words) -> str:
    """Return the scenario's title, or its name where the title is still the baseline's."""
    question = seen.status.question
    title = seen.scenario.header.title
    baseline = load_scenario(BASELINE, question.data).header.title
    own = title != baseline or question.scenario == BASELINE
    return w.label(title) if own else Path(question.scenario).stem


def learned_text(seen: Forecast, w: Words) -> Prose:
    """Say how many ranges the published figures taught anything about, and how many paths tell it."""
    taught = [name for name, found in seen.learned.items() if found.clear]
    told = N_(
        "Not one of the {n} ranges became clearer by the published figures: all are as assumed."
    )
    if taught:
        told = N_(
            "Of {n} ranges the published figures made {k} clearer; the others are as assumed."
        )
    paths = seen.ensemble
    worth = N_("{paths} weighted paths are worth {worth} equal ones.")
    if paths.drawn > paths.weights.size:
        worth = N_(
            "So few paths follow the published figures that {drawn} were drawn; the {paths} kept are worth {worth} equal ones."
        )
    counts = {"drawn": paths.drawn, "paths": paths.weights.size}
    counts["worth"] = round(paths.effective_sample_size)
    return Prose.of(
        w.t(told, n=w.count(len(seen.learned)), k=w.count(len(taught))),
        w.t(worth, **{name: w.count(n) for name, n in counts.items()}),
    )


def alternatives_text(seen: Forecast, w: Words) -> Prose:
    """Say what the stock-flow view sees under the other priors stated for the region."""
    if not seen.alternatives:
        return Prose("")
    told = [
        w.t(
            "“{title}”: {range}, middle {middle}",
            title=w.label(load_scenario(name, seen.status.question.data).header.title),
            range=nine_in_ten(view, w),
            middle=w.percent(view.quantiles[-1][2]),
        )
        for name, view in seen.alternatives.items()
    ]
    return Prose(
        w.t(
            "Under another prior of the segments the stock-flow view sees: {list}.",
            list=w.listed(told),
        )
    )


def views_text(seen: Forecast, w: Words) -> Prose:
    """Say what each view sees, the disagreement first where it is larger than their spread."""
    inside, outside = seen.views["stock_flow"], seen.views["reference_class"]
    told = {
        "inside": nine_in_ten(inside, w),
        "inside_mid": w.percent(inside.quantiles[-1][2]),
        "outside": nine_in_ten(outside, w),
        "outside_mid": w.percent(outside.quantiles[-1][2]),
        "regions": w.count(seen.reference_class.regions),
        "windows": w.count(seen.reference_class.windows),
    }
    spring = spring_text(seen.months, w)
    if seen.own is not None:
        own = seen.views["own_series"]
        return Prose.of(
            w.t(
                "The stock-flow view (inside: graduates, exits, enrolment, lapse, layoffs) sees {inside} with a middle of {inside_mid}; "
                "the reference class (outside: what {regions} other regions did in {windows} windows) sees {outside} with a middle of {outside_mid}; "
                "the region's own {figures} monthly figures see {own} with a middle of {own_mid}. "
                "The forecast averages their quantiles with equal weight; the chance it tells is never nearer to none or to certain than the mean of theirs, so at the edge of the range it may be larger than the range suggests.",
                own=nine_in_ten(own, w),
                own_mid=w.percent(own.quantiles[-1][2]),
                figures=w.count(seen.own_figures),
                **told,
            ),
            spring,
        )
    return Prose.of(
        w.t(
            "The stock-flow view (inside: graduates, exits, enrolment, lapse, layoffs) sees {inside} with a middle of {inside_mid}; "
            "the reference class (outside: what {regions} other regions did in {windows} windows) sees {outside} with a middle of {outside_mid}. "
            "The forecast averages their quantiles with equal weight; the chance it tells is never nearer to none or to certain than the mean of theirs, so at the edge of the range it may be larger than the range suggests.",
            **told,
        ),
        spring,
    )


def chances_text(seen: Forecast, w: Words) -> Prose:
    """Say how the chances of one target hang together: each view's, the pooled one, the one told."""
    told = w.t(
        "Each view has its own chance of the target. The pooled one, {pooled}, is read from their averaged quantiles; the mean of their chances is {mean}.",
        pooled=small_chance(seen.probability, w),
        mean=small_chance(seen.mean_probability, w),
    )
    if seen.views_disagree:
        last = w.t("As the views disagree, the answer at the top tells the chance of each.")
    else:
        last = w.t(
            "The answer at the top tells the one of these two that is nearer to even, with room for the error of simulation and in coarse steps: {chance}.",
            chance=chance(seen, w),
        )
    return Prose.of(told, last)


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
        "{n} monthly figures from {first} to {last} carry a view of their own: a level with a trend and a drift that fades, a calendar, and chance; the base stands apart, "
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
    told = N_("A few rounded percentages say little about who joins and who leaves")
    if seen.status.all_counted:
        told = N_("A few counts say little about who joins and who leaves")
    months = [o.month for o in seen.status.history]
    monthly = any(later - earlier == 1 for earlier, later in pairwise(months))
    more = w.t("monthly data of {region} would change it", region=seen.status.question.region_name)
    if monthly:
        more = w.t(
            "monthly data of {region} carry a view of their own from {least} months on, and there are {n}",
            region=seen.status.question.region_name,
            least=w.count(FEWEST_MONTHS),
            n=w.count(seen.own_figures),
        )
    return Prose(
        w.t(
            "{told}: the forecast rests on stated ranges and on other regions; {more}. The stock-flow view cannot be tested on the past of other regions, which publish neither base nor flows. "
            "The ranges of season and lapse were set by people who knew how 2025 went elsewhere.",
            told=w.t(told),
            more=more,
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
