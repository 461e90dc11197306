"""The sentences of report, notebooks and command line, from computed results only."""

from __future__ import annotations

from ucj_analysis.coverage import Interval
from ucj_analysis.display import Prose
from ucj_analysis.forecasting import Forecast
from ucj_analysis.language import N_, Words
from ucj_analysis.months import month_of
from ucj_analysis.scoring import Backtest
from ucj_analysis.situation import Status

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
    "forecast": N_("Is the target reachable?"),
    "by_month": N_("Month by month"),
    "views": N_("Two views, side by side"),
    "others": N_("What other regions did"),
    "track": N_("Does the forecast deserve belief?"),
    "how_we_know": N_("How we know"),
    "sources": N_("Sources"),
}


def heading(key: str, w: Words, level: int = 2) -> Prose:
    """Return a heading by its key."""
    return Prose("#" * level + " " + w.t(HEADINGS[key]))


def status_answer(now: Status, w: Words) -> Prose:
    """Say where the region stands, in one sentence."""
    fields = {
        "region": now.question.region_name,
        "coverage": w.percent(now.now.coverage),
        "base": w.count(now.now.labour_force),
        "month": w.month(now.now.month),
        "target": w.percent(now.target.coverage),
        "target_month": w.month(now.question.target_month),
        "people": w.count(abs(now.net_needed)),
        "pace": w.count(abs(now.required_per_month)),
    }
    if now.net_needed <= 0:
        return Prose(
            w.t(
                "{region}: {coverage} of a labour force of {base} was covered in {month}; the target of {target} "
                "for {target_month} is already passed, by {people} people.",
                **fields,
            )
        )
    return Prose(
        w.t(
            "{region}: {coverage} of a labour force of {base} was covered in {month}; {target} in {target_month} "
            "needs {people} more participants, net of those who leave, {pace} a month.",
            **fields,
        )
    )


def chance(seen: Forecast, w: Words) -> str:
    """Say the probability of the target in words, with its bound."""
    p, bound = seen.probability, seen.probability_bound
    told = w.count(100 * bound)
    if p <= 0.5:
        if bound <= 0.05:
            return w.t("very unlikely, under {n} in 100", n=told)
        if bound <= 0.10:
            return w.t("unlikely, under {n} in 100", n=told)
        if bound <= 0.35:
            return w.t("unlikely, at most {n} in 100", n=told)
        return w.t("about even, at most {n} in 100", n=told)
    if bound >= 0.95:
        return w.t("very likely, over {n} in 100", n=told)
    if bound >= 0.65:
        return w.t("likely, at least {n} in 100", n=told)
    return w.t("about even, at least {n} in 100", n=told)


def forecast_answer(seen: Forecast, w: Words) -> Prose:
    """Say whether the target is reachable, in two sentences."""
    coverage = seen.coverage
    return Prose(
        w.t(
            "{region}: {target} by {month} is {chance}. Nine outcomes in ten lie between {low} and {high}, the middle is {middle}.",
            region=seen.status.question.region_name,
            target=w.percent(seen.status.target.coverage),
            month=w.month(seen.months[-1]),
            chance=chance(seen, w),
            low=w.percent(coverage["p05"]),
            high=w.percent(coverage["p95"]),
            middle=w.percent(coverage["p50"]),
        )
    )


def answer_line(seen: Forecast, w: Words) -> Prose:
    """Return the answer set apart, as the first thing on a page."""
    return Prose("**" + str(forecast_answer(seen, w)) + "**")


def vintage_note(now: Status, w: Words) -> Prose:
    """Say up to when publications were used, that the outcome is open, and whose figure this is."""
    return Prose(
        w.t(
            "As known on {known_by}; the outcome for {month} has not been published. "
            "This is not an official BPJS Ketenagakerjaan figure.",
            known_by=w.day(now.known_by),
            month=w.month(now.question.target_month),
        )
    )


def gap_text(now: Status, w: Words) -> Prose:
    """Say how far the target is, with the range the rounding leaves."""
    return Prose(
        w.t(
            "A published {coverage} may be anything from {coverage_range}: {participants} participants "
            "({participants_range}). The target is {gap} points away. Reaching it takes {need} more participants "
            "({need_range}), {pace} a month over {months} months, on a base that does not move.",
            coverage=w.percent(now.now.coverage),
            coverage_range=w.range(now.now.coverage_interval, lambda v: w.percent(v, 1)),
            participants=w.count(now.now.participants),
            participants_range=w.range(now.now.participants_interval, w.count),
            gap=w.number(100 * now.gap),
            need=w.count(now.net_needed),
            need_range=w.range(now.net_needed_interval, w.count),
            pace=w.count(now.required_per_month),
            months=now.question.months,
        )
    )


def change_text(now: Status, w: Words) -> Prose:
    """Say how the change of coverage splits into participants and base."""
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
    if now.before.base != now.now.base:
        text += " " + w.t(
            "The base moved by {growth} because it was re-set ({old} to {new}); people do not come and go that fast.",
            growth=w.points(now.base_growth) + "%",
            old=w.count(now.before.labour_force),
            new=w.count(now.now.labour_force),
        )
    return Prose(text)


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
        "At {rate} per person and month, one point is {people} people and costs {point} a year; the whole gap costs {gap} a year.",
        rate=w.rupiah(now.contribution),
        people=w.count(now.one_point_people),
        point=w.rupiah(now.one_point_year),
        gap=w.rupiah(now.gap_year),
    )
    if not now.contribution_known:
        text += " " + w.t(
            "The contribution was published later than the day of this report and stands as an assumption."
        )
    return Prose(text)


def churn_text(seen: Forecast, w: Words) -> Prose:
    """Say how large ordinary churn is beside a re-setting of the base."""
    flows = yearly_flows(seen)
    text = w.t(
        "Graduates bring {graduates} people a year into the labour force and {exits} leave it; layoffs end the cover of {layoffs}. "
        "These are assumptions: no count is published for this region.",
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
    """Return the 90% ranges of a year's flows in the paths, people, by flow name.

    The months projected are scaled to twelve; graduates all arrive within May-July.
    """
    import numpy as np

    base, people = seen.projection.base, seen.projection.participants
    months = len(seen.months)
    graduation = sum(m.number in seen.scenario.labour_force.graduates.months for m in seen.months)
    per_year = {
        "graduates": 3 / graduation if graduation else 0.0,
        "exits": 12 / months,
        "layoffs": 12 / months,
    }
    flows = {"graduates": base.graduates, "exits": base.exits, "layoffs": people.layoffs}
    return {
        name: Interval(*np.quantile(flow.sum(axis=1) * per_year[name], [0.05, 0.95]).tolist())
        for name, flow in flows.items()
    }


def base_jump(now: Status) -> float | None:
    """Return by how many people the base was re-set at the last publication, if it was."""
    if now.before is None or now.before.base == now.now.base:
        return None
    return now.now.labour_force - now.before.labour_force


def base_text(seen: Forecast, w: Words) -> Prose:
    """Say where the base may be in the target month."""
    import numpy as np

    low, high = np.quantile(seen.projection.base.stock[:, -1], [0.05, 0.95])
    text = w.t(
        "From {now} people the base moves to {range} by {month} in nine outcomes of ten.",
        now=w.count(seen.status.now.labour_force),
        range=w.range((round(low, -2), round(high, -2)), w.count),
        month=w.month(seen.months[-1]),
    )
    if any(month.number == 1 for month in seen.months):
        return Prose(text + " " + w.t("A New Year lies between, when it may be re-set."))
    return Prose(text + " " + w.t("No New Year lies between, so it is not re-set on the way."))


def views_text(seen: Forecast, w: Words) -> Prose:
    """Say what each view sees, the disagreement first where it is larger than their spread."""
    inside, outside = (
        seen.views["stock_flow"].quantiles[-1],
        seen.views["reference_class"].quantiles[-1],
    )
    text = w.t(
        "The stock-flow view (inside: graduates, exits, enrolment, lapse, layoffs) sees {inside} with a middle of {inside_mid}; "
        "the reference class (outside: what {regions} other regions did in {windows} windows) sees {outside} with a middle of {outside_mid}. "
        "The forecast averages the two with equal weight.",
        inside=w.range((inside[0], inside[4]), w.percent),
        inside_mid=w.percent(inside[2]),
        outside=w.range((outside[0], outside[4]), w.percent),
        outside_mid=w.percent(outside[2]),
        regions=w.count(seen.reference_class.regions),
        windows=w.count(seen.reference_class.windows),
    )
    if (
        inside[2] > outside[4]
        or inside[2] < outside[0]
        or outside[2] > inside[4]
        or outside[2] < inside[0]
    ):
        text = (
            w.t("The two views disagree by more than their spread: read them apart.") + " " + text
        )
    return Prose(text)


def others_text(seen: Forecast, w: Words) -> Prose:
    """Say the plain fact beside the model: how often so large a move was seen."""
    moved, of = seen.as_large_moves
    return Prose(
        w.t(
            "Of {n} windows seen in Indonesia up to {known_by}, {k} rose by the {gap} points the target asks for. "
            "They come from the press, which prefers news: a wide comparison, not a law.",
            n=w.count(of),
            k=w.count(moved) if moved else w.t("none"),
            gap=w.number(100 * seen.status.gap),
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
    fields = {
        "n": w.count(len(rows)),
        "provinces": w.count(rows["group"].nunique()),
        "ratio": w.number(1 - result.gain, 2),
        "hits": w.count(int(rows["hit_90"].sum())),
    }
    text = w.t(
        "Each of {n} windows was forecast without its province ({provinces} provinces). The error (CRPS) of the reference class is {ratio} of that of "
        "persistence with a spread; {hits} of {n} lie in the nine-in-ten range.",
        **fields,
    )
    if result.gain_interval is None:
        return Prose(text + " " + w.t("With so few provinces the gain is not established."))
    gain = w.range(result.gain_interval, lambda v: w.number(v, 2))
    if result.established:
        return Prose(
            text
            + " "
            + w.t("The gain over it is established: nine-in-ten interval {gain}.", gain=gain)
        )
    return Prose(
        text
        + " "
        + w.t(
            "The gain over it is not established: its nine-in-ten interval, {gain}, covers none.",
            gain=gain,
        )
    )


def limits_text(seen: Forecast, w: Words) -> Prose:
    """Say what the forecast cannot know."""
    return Prose(
        w.t(
            "Two rounded percentages on two bases say little about who joins and who leaves. The forecast rests on stated ranges and on other regions, "
            "not on monthly data of {region}; a month of such data would change it. The stock-flow view cannot be tested on the past of other regions, "
            "which publish neither base nor flows.",
            region=seen.status.question.region_name,
        )
    )
