"""The region's own lapse as a scenario file on top of the baseline."""

from __future__ import annotations

from typing import Any

from ucj_analysis.question import SCENARIO
from ucj_analysis.roster.counting import GROWING
from ucj_analysis.roster.privacy import without_numbers
from ucj_analysis.roster.published import Published, Rate, season_factor, stopping_rate

LAPSE = "lapse.toml"
_DIGITS = 4


def lapse_scenario(told: Published) -> str:
    """Return the scenario file of a roster's lapse; empty where too few stopped to tell it.

    The share of members at risk who stop in a month, over all months since joining, is what the
    survival curves come to. The baseline's lapse is that of June to December; where the roster
    holds both seasons their ratio is stated too.
    """
    parts: dict[str, dict[str, Any]] = {}
    factor = season_factor(told, "self_employed")
    calm = stopping_rate(told, "self_employed", GROWING)
    said = "of active self-employed who stop"
    if calm and factor:
        seasons = "lapse in January-May over lapse in June-December"
        parts["self_employed"] = {
            "lapse": _range(calm, told, f"{said} in June-December", True),
            "lapse_season": _range(factor, told, seasons, False),
        }
    elif any_season := stopping_rate(told, "self_employed"):
        parts["self_employed"] = {"lapse": _range(any_season, told, said, True)}
    if left := stopping_rate(told, "wage_earners"):
        said = "of active wage earners who leave; a change of job within two months is not seen"
        parts["wage_earners"] = {"separations": _range(left, told, said, True)}
    if not parts:
        return ""
    import tomli_w

    title = f"Own roster: lapse of {told.roster.region_name}"
    header = {"title": title, "author": "ucj roster", "reference": _roster(told)}
    values = {"schema_version": 1, "extends": SCENARIO, "header": header, **parts}
    return tomli_w.dumps(values)


def _roster(told: Published) -> str:
    roster = told.roster
    name = without_numbers(roster.roster.file)
    return f"roster {name} of {roster.region_name}, {roster.first} to {roster.last}"


def _range(rate: Rate, told: Published, what: str, share: bool) -> dict[str, Any]:
    ends = dict(zip(("low", "central", "high"), rate[:3], strict=True))
    stated: dict[str, Any] = {end: round(value, _DIGITS) for end, value in ends.items()}
    stated |= {"unit": "share", "period": "month"} if share else {"unit": "factor"}
    said = f"{what}: {_roster(told)}; {rate.stopped} stopped; the years apart, each with its chance"
    return stated | {"assumption": said}
