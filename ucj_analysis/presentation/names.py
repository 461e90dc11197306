"""What planners call the ranges, events, scenarios and levers that the data name."""

from __future__ import annotations

from ucj_analysis.presentation.language import N_, Words

#: What a planner calls each assumed quantity.
PARAMETERS: dict[str, str] = {
    "labour_force.graduates": N_("graduates of upper secondary school"),
    "labour_force.joining": N_("of them entering the labour force"),
    "labour_force.exits": N_("people leaving the labour force"),
    "labour_force.migration": N_("net moves into the region"),
    "labour_force.rebasing_chance": N_("chance that the base is re-set at a New Year"),
    "labour_force.rebasing": N_("re-set base over old base"),
    "split.self_employed": N_("self-employed among participants"),
    "split.construction": N_("construction among participants, in December"),
    "split.funded": N_("paid by budgets among participants"),
    "split.elsewhere": N_("insured elsewhere among wage earners"),
    "wage_earners.separations": N_("wage earners leaving covered jobs"),
    "wage_earners.replacement": N_("hires over separations"),
    "wage_earners.layoffs": N_("layoffs"),
    "wage_earners.layoffs_covered": N_("of them active participants"),
    "wage_earners.cover_after_layoff": N_("months of cover after a layoff"),
    "wage_earners.reemployment": N_("laid-off people finding covered work"),
    "elsewhere.drift": N_("net change of residents insured elsewhere"),
    "self_employed.enrolment": N_("uncovered people who enrol as self-employed"),
    "self_employed.enrolment_season": N_("enrolment in June-December over January-May"),
    "self_employed.lapse": N_("self-employed who stop"),
    "self_employed.lapse_season": N_("lapse in January-May over June-December"),
    "construction.amplitude": N_("fall of construction cover from December to spring"),
    "construction.amplitude_by_year": N_("variation of that fall from year to year"),
    "construction.growth": N_("construction of a December over the one before"),
    "funded.renewal": N_("people paid again over people paid the year before"),
    "noise.monthly": N_("month-to-month variation of hires and enrolment"),
    "noise.construction": N_("month-to-month variation of construction"),
}
#: What a planner calls the quantities of a dated event.
EVENT_QUANTITIES: dict[str, str] = {
    "people": N_("{event}: people"),
    "yields": N_("{event}: part that comes about"),
    "base": N_("{event}: new base"),
}
#: Titles of the shipped scenarios.
SCENARIOS = (
    N_("Baseline: as things went before"),
    N_("Own split: 61 per cent of formal, 12 of informal workers covered"),
    N_("Layoff shock: a large employer closes"),
    N_("Graduate wave: twice as many leave school"),
    N_("Outreach: registration drive to villages"),
    N_("Construction mandate: all village and regency projects registered"),
    N_("Funded vulnerable: deciles I-IV paid by budget"),
    N_("Combined: outreach, construction and funded cover together"),
    N_("Re-base: the base is re-set to the survey's labour force"),
)
#: Names of the shipped scenarios' events, and of those the workbench makes.
EVENT_NAMES = (
    N_("election staff of November 2024"),
    N_("closure of a large plant"),
    N_("village registration drive"),
    N_("village and regency projects"),
    N_("deciles I-IV paid July to December"),
    N_("re-basing to the survey"),
    N_("outreach set by hand"),
    N_("funded people set by hand"),
)


#: Names of the shipped levers, of their offices, units and overlaps.
LEVERS = (
    N_("poor registers, deciles I-IV"),
    N_("small fishers"),
    N_("tobacco-linked workers"),
    N_("village apparatus"),
    N_("village projects"),
    N_("regency works"),
    N_("firms not yet registered"),
    N_("outreach to the self-employed"),
    N_("reminders and auto-debit"),
    N_("fishers on the poor registers"),
    N_("tobacco-linked workers on the poor registers"),
    N_("self-employed on the poor registers"),
    N_("BPJS Ketenagakerjaan branch"),
    N_("villages"),
    N_("contracts"),
)
#: Units of what is stated about levers.
UNITS = (N_("people"), N_("share"), N_("rupiah"), N_("months"))
#: What a planner calls the quantities of a lever.
LEVER_QUANTITIES: dict[str, str] = {
    "pool": N_("on the list"),
    "workers": N_("of them workers not covered yet"),
    "people_per_unit": N_("people per unit"),
    "pace": N_("pace"),
    "yields": N_("enrolled over planned"),
    "one_off": N_("effort, once"),
    "contract": N_("value of a contract"),
    "monthly": N_("contribution a month"),
    "lapse": N_("stop once nobody pays for them"),
    "share": N_("on both lists"),
}
#: Views and shocks a plan is tried under.
CHECKS: dict[str, str] = {
    "reference_class": N_("by what other regions did, the plan's people on top"),
    "delivered": N_("levers deliver as drawn from their ranges"),
    "own-split": N_("split of the segments by the region's own coverage rates"),
    "layoff-shock": N_("a large employer closes"),
    "graduate-wave": N_("twice as many leave school"),
    "rebase": N_("the base is re-set to the survey's in January 2026"),
    "worse_half": N_("every assumption from the worse half of its range"),
}


def parameter_name(name: str, w: Words) -> str:
    """Return what a planner calls a range."""
    if name in PARAMETERS:
        return w.t(PARAMETERS[name])
    event, _, quantity = name.rpartition(".")
    return w.t(EVENT_QUANTITIES[quantity], event=w.label(event))
