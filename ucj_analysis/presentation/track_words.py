"""How far to trust the forecast, and what moved it since the last, in sentences."""

from __future__ import annotations

from datetime import date

from ucj_analysis.archive.track_record import Scored
from ucj_analysis.archive.what_changed import Changed, told_steps
from ucj_analysis.forecasting import Forecast
from ucj_analysis.months import parse_month
from ucj_analysis.presentation.display import Prose
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.presentation.warning_words import new_and_restated
from ucj_analysis.provenance import source_hash
from ucj_analysis.scoring import Backtest
from ucj_analysis.series import LONGEST_AHEAD, series_backtest


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
        return Prose.of(text, w.t("With so few months the gain is not established."))
    few = N_(
        "The gain over it is not established: its nine-in-ten interval is {gain}, but these months hold {n} half-years only, too few to say so."
    )
    return Prose.of(text, _gain_told(tested, few, w))


def _gain_told(tested: Backtest, few: str, w: Words) -> str:
    """Say whether the interval of a gain lies above none; `few` where too few groups tell it."""
    assert tested.gain_interval is not None
    told = N_("The gain over it is not established: its nine-in-ten interval is {gain}.")
    if tested.established:
        told = N_("The gain over it is established: nine-in-ten interval {gain}.")
    elif tested.gain_interval[0] > 0:
        told = few
    groups = tested.rows["group"].nunique()
    return w.t(told, gain=w.range(tested.gain_interval, w.percent), n=w.count(groups))


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
        return Prose.of(text, w.t("With so few provinces the gain is not established."))
    few = N_(
        "The gain over it is not established: its nine-in-ten interval is {gain}, but these windows come from {n} provinces only, too few to say so."
    )
    return Prose.of(text, _gain_told(result, few, w))


def issued_text(scored: list[Scored], w: Words, known_by: date | None = None) -> Prose:
    """Say what came of the forecasts issued, of those up to a day where one is named."""
    if not scored and known_by:
        day = w.day(known_by)
        return Prose(
            w.t(
                "Up to {day} no forecast had been issued, so there is no track record of outcomes.",
                day=day,
            )
        )
    if not scored:
        return Prose(
            w.t("No forecast issued before is on record, so there is no track record of outcomes.")
        )
    done = [s for s in scored if s.outcome is not None]
    issued = len({s.name for s in scored})
    text = w.many("{n} forecast was issued.", "{n} forecasts were issued.", issued)
    if not done:
        return Prose.of(text, w.t("None has met its outcome yet."))
    came = w.many(
        "Of {n} outcome published since, {k} lies in the nine-in-ten range; the error (CRPS) is {crps} points, that of “no change” {still}.",
        "Of {n} outcomes published since, {k} lie in the nine-in-ten range; the mean error (CRPS) is {crps} points, that of “no change” {still}.",
        len(done),
        k=w.count(sum(bool(s.hit_90) for s in done)),
        crps=w.number(sum(s.crps_points or 0 for s in done) / len(done), 1),
        still=w.number(sum(s.crps_persistence_points or 0 for s in done) / len(done), 1),
    )
    return Prose.of(text, came)


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
    return Prose.of(*told)
