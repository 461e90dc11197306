"""What cover costs by the rules of the programme: per person and month, or per contract."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from ucj_analysis.errors import InputError, Problem, bad
from ucj_analysis.record.observations import load_table
from ucj_analysis.record.schemas import PROGRAMME_RULES
from ucj_analysis.resources import data_folder

CONTRIBUTION_RULE = "R00"
#: Bands of contract value in rupiah, with the rules of accident (JKK) and death (JKM) cover.
CONSTRUCTION_BANDS = (
    (0.0, "R06", "R11"),
    (100e6, "R07", "R12"),
    (500e6, "R08", "R13"),
    (1e9, "R09", "R14"),
    (5e9, "R10", "R15"),
)


def contribution(data: str | Path | None = None) -> tuple[float, str]:
    """Return the minimum contribution (rupiah per person and month) and its source id.

    Examples
    --------
    >>> contribution()
    (16800.0, 'kanalmuria-2025-03')
    """
    (text, source), *_ = _rules([CONTRIBUTION_RULE], r"[1-9]\d{0,8}", data)
    return float(text), source


def construction_rates(data: str | Path | None = None) -> tuple[tuple[float, float], ...]:
    """Return the marginal rates of construction cover: band floor in rupiah, rate as a fraction.

    Source: the schedule for contracts whose wages are unknown (rules R06 to R15).

    Examples
    --------
    >>> [f"{floor:.0f} {rate:.4f}" for floor, rate in construction_rates()][:2]
    ['0 0.0024', '100000000 0.0019']
    """
    names = [rule for _, *rules in CONSTRUCTION_BANDS for rule in rules]
    rates = [float(text) / 100 for text, _ in _rules(names, r"0?\.\d{1,4}", data)]
    both = zip(rates[::2], rates[1::2], strict=True)
    return tuple(
        (floor, sum(pair)) for (floor, *_), pair in zip(CONSTRUCTION_BANDS, both, strict=True)
    )


def construction_premium(value: float, rates: tuple[tuple[float, float], ...]) -> float:
    """Return what a contract pays once for the cover of its workers, rupiah.

    Parameters
    ----------
    value : float
        Contract value, rupiah.
    rates : tuple
        From :func:`construction_rates`; each rate holds for what lies above its floor.

    Examples
    --------
    >>> round(construction_premium(100e6, construction_rates()))
    240000
    >>> round(construction_premium(500e6, construction_rates()))
    1000000
    """
    floors = [*(floor for floor, _ in rates), float("inf")]
    return sum(
        rate * max(0.0, min(value, above) - floor)
        for (floor, rate), (_, above) in zip(rates, pairwise(floors), strict=True)
    )


def _rules(names: Sequence[str], pattern: str, data: str | Path | None) -> list[tuple[str, str]]:
    """Return the values of some rules as text, each with its source."""
    rules = load_table(PROGRAMME_RULES, data).set_index("id")
    found = []
    for name in names:
        if name not in rules.index:
            raise bad("missing_rule", name)
        row = rules.loc[name]
        text = str(row["value"])
        if not re.fullmatch(pattern, text):
            path = data_folder(data) / "programme_rules.csv"
            code = "bad_rule" if name == CONTRIBUTION_RULE else "bad_rate"
            raise InputError(Problem.at(code, path, row["line"], "value", text))
        found.append((text, str(row["source"])))
    return found
