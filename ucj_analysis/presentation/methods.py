"""The methods chapter: equations, their symbols with this region's numbers, and the limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from pkgutil import resolve_name

import numpy as np

from ucj_analysis.forecasting import Forecast
from ucj_analysis.presentation.display import Answer, Equations, Grid, Heading, Prose
from ucj_analysis.presentation.equations import MATHEMATICS, SECTIONS, Symbol
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.presentation.outlook_tables import stated_range

PACKAGE = "ucj_analysis"
#: Digits of a number that has no other form.
SIGNIFICANT = 3
#: Units as readers know them; the others are told as they are.
UNITS: dict[str, str] = {
    "people": N_("people"),
    "people a month": N_("people a month"),
    "paths": N_("paths"),
    "share": N_("share"),
    "months": N_("months"),
    "rupiah": N_("rupiah"),
    "points": N_("points"),
    "logits": N_("logits"),
    "logits a month": N_("logits a month"),
    "logits²": N_("logits²"),
    "logarithms": N_("logarithms"),
}


def opening(seen: Forecast, w: Words) -> Answer:
    """Say what the chapter holds, and for whom its numbers stand."""
    return Answer(
        w.t(
            "Every equation here is what the program computes, and every symbol names the function or field that computes it. The numbers beside them are those of {region}, {month}.",
            region=seen.status.question.region_name,
            month=w.month(seen.status.question.as_of),
        )
    )


def reading(w: Words) -> Prose:
    """Say how equations and tables are read."""
    return Prose(
        w.t(
            "In brackets stands the month or the case, in parentheses behind a limit what a sum runs over, after ~ how a value is distributed. A letter means what the table below its equations says, and no more. "
            "The last column is a name in the package ucj_analysis. These have no row, as they mean what they always mean: {list}.",
            list=w.listed(sorted(MATHEMATICS, key=str.lower)),
        )
    )


def section(key: str, w: Words) -> tuple[Heading, Prose, Equations]:
    """Return a section's title, what it does, and its equations."""
    told = SECTIONS[key]
    return Heading(w.t(told.title)), Prose(w.t(told.text)), Equations(told.equations)


def symbols_table(key: str, seen: Forecast, w: Words) -> Grid:
    """Return a section's symbols: meaning, unit, this region's number, and where it is computed."""
    rows = [
        (one.name, w.t(one.meaning), *_value_and_unit(one, seen, w), one.where)
        for one in SECTIONS[key].symbols
    ]
    head = (w.t("symbol"), w.t("meaning"), w.t("here"), w.t("unit"), w.t("computed by"))
    return Grid(w.t("Symbols: {title}", title=w.t(SECTIONS[key].title)), head, rows)


def _value_and_unit(one: Symbol, seen: Forecast, w: Words) -> tuple[str, str]:
    if one.range:
        base = seen.status.now.labour_force
        return stated_range(seen.scenario.stated()[one.range], w, base)
    return shown(value_of(one, seen), one.unit, w), w.t(UNITS[one.unit]) if one.unit else ""


def value_of(one: Symbol, seen: Forecast) -> Sequence[float]:
    """Return the numbers of a symbol: this region's, else those of the constant it names, else none.

    Examples
    --------
    >>> from ucj_analysis import ask, forecast
    >>> target = next(s for s in SECTIONS["coverage"].symbols if s.name == "g")
    >>> value_of(target, forecast(ask(paths=200)))
    [0.52]
    """
    if one.here:
        return [float(one.here(seen))]
    if one.where.rpartition(".")[2].isupper():
        return [float(v) for v in np.atleast_1d(resolve_name(f"{PACKAGE}.{one.where}"))]
    return []


def shown(values: Sequence[float], unit: str, w: Words) -> str:
    """Return numbers as a planner reads them, several with semicolons between them.

    Examples
    --------
    >>> from ucj_analysis.presentation.language import words
    >>> shown([0.00005], "share", words("en")), shown([0.1, 0.03], "logits", words("id"))
    ('0.005%', '0,1; 0,03')
    """
    return "; ".join(_one(v, unit, w) for v in values if math.isfinite(v))


def _one(value: float, unit: str, w: Words) -> str:
    if unit in ("people", "people a month", "paths"):
        return w.count(value)
    if unit == "rupiah":
        return w.rupiah(value)
    if unit == "share":
        return w.percent(value, _decimals(100 * value))
    return w.number(value, _decimals(value))


def _decimals(value: float) -> int:
    """Return the decimals that the significant digits of a value ask for."""
    exponent = Decimal(f"{value:.{SIGNIFICANT}g}").normalize().as_tuple().exponent
    return max(0, -int(exponent))


def limits_text(w: Words) -> Prose:
    """Say what the forecast can know and what nobody can tell it, beyond its own limits."""
    return Prose(
        w.t(
            "It can know what was published by the day named, and what follows from that under the ranges stated. It cannot know rules, budgets and layoffs not yet decided, how many people a base set anew will count, "
            "or who the participants are: age, sex and employer are not published. Its chances hold if the model does; a chance of a model that is wrong is no chance. "
            "What a plan reaches holds if its levers deliver."
        )
    )
