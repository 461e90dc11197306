"""What the workbench says beside its pictures: gap, cost, what was moved, what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ucj_analysis.forecasting import Array, Forecast
from ucj_analysis.presentation.language import N_, Words, in_hundreds
from ucj_analysis.presentation.outlook_words import chance
from ucj_analysis.presentation.standing_words import newer_text
from ucj_analysis.situation import later_figures
from ucj_analysis.workbench.controls import CONTROLS
from ucj_analysis.workbench.view import View

#: What a planner calls each control.
LABELS: dict[str, str] = {
    "layoffs": N_("layoffs a year"),
    "graduates": N_("graduates a year"),
    "outreach": N_("extra enrolment a month"),
    "lapse": N_("self-employed who stop, a month"),
    "season": N_("fall of construction from December to spring"),
    "funded": N_("people paid by a budget"),
    "funded_months": N_("months paid, up to the target month"),
    "rebasing": N_("re-set base over old base"),
}


def facts(view: View, kept: Sequence[tuple[str, Forecast]], w: Words) -> Iterator[str]:
    """Yield gap, cost, what was moved, and the views kept under their titles."""
    seen, moved = view.seen, view.positions.moved(view.start)
    month, people = w.month(seen.months[-1]), _people(seen, seen.pooled.quantiles, w)
    said = w.t("Still missing in {month}: {middle} people ({range}).", month=month, **people)
    yield f"{said} {_by_stock_flow(view, w)}"
    if view.positions.funded:
        months = min(view.positions.funded_months, view.question.months)
        cost = w.rupiah(view.positions.funded * months * seen.status.contribution)
        yield w.t("The contributions of the people funded cost {cost}.", cost=cost)
    for name, pair in moved.items():
        before, after = (shown(name, value, w) for value in pair)
        what = w.t(LABELS[name])
        yield w.t("Moved: {what} from {before} to {after}.", what=what, before=before, after=after)
    for title, then in kept:
        yield w.t(
            "Kept for comparison: {title}, middle {middle}, {chance}; in the stock-flow view {inside}.",
            title=f"\N{FIRST STRONG ISOLATE}{title}\N{POP DIRECTIONAL ISOLATE}",
            middle=w.percent(then.coverage["p50"], 1),
            chance=chance(then, w),
            inside=w.percent(then.views["stock_flow"].quantiles[-1, 2], 1),
        )
    if "rebasing" in moved and all(month.number != 1 for month in seen.months):
        yield w.t("No New Year lies between, so the base is not re-set on the way.")
    if later := later_figures(view.question):
        yield str(newer_text(later, w))


def _by_stock_flow(view: View, w: Words) -> str:
    """Say what is missing by the one view that knows all controls."""
    people = _people(view.seen, view.seen.views["stock_flow"].quantiles, w)
    by_half = N_(
        "By the stock-flow view alone: {middle} ({range}). What other regions did knows no control, so all other figures here move by half."
    )
    by_less = N_(
        "By the stock-flow view alone: {middle} ({range}). What other regions did knows no control and the own months few, so all other figures here move by a third and more."
    )
    return w.t(by_half if view.seen.own is None else by_less, **people)


def _people(seen: Forecast, quantiles: Array, w: Words) -> dict[str, str]:
    """Return the people still missing in the target month: middle, and nine in ten."""
    base = seen.ensemble.base[-1] @ seen.ensemble.weights
    short = (max(seen.status.target.coverage - quantiles[-1, level], 0.0) for level in (4, 2, 0))
    low, middle, high = (in_hundreds(part * base) for part in short)
    return {"middle": w.count(middle), "range": w.range((low, high), w.count)}


def shown(name: str, value: float, w: Words) -> str:
    """Return a control's value as a planner reads it."""
    unit = next(c.unit for c in CONTROLS if c.name == name)
    if unit == "share":
        return w.percent(value, 1)
    return w.number(value, 2) if unit == "factor" else w.count(value)
