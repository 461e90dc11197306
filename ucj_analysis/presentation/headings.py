"""Titles and headings of the chapters, and what segments, levers and severities are called."""

from __future__ import annotations

from ucj_analysis.forecasting import Forecast
from ucj_analysis.presentation.display import Heading, Title
from ucj_analysis.presentation.language import N_, Words

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
