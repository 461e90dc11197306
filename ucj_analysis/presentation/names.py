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
#: What the shipped levers rest on, as their file says it.
# fmt: off
LEVER_REASONS = (
    N_("budgets elsewhere paid 1 (Blora, December 2024), 3, 6, 10 or 12 months and were renewed (Bontang, Tomohon); three months until verified lists flow is an assumption"),
    N_("of all ages: four times decile I, which the branch put at 43 thousand (2025) and the P3KE overlay at 147,399 (2023); no split of deciles II-IV is published, and all DTKS held 713,369 people (2023)"),
    N_("of the register, people who work, count in the base and are not covered yet"),
    N_("a year's funded people over twelve months: Demak 10,000 (2024), the 26,000 Kudus planned for 2025, Kutai Kartanegara 35,440; high end Jember, from 40,300 to 82,093 between July and December 2025"),
    N_("Kutai Timur 98,000 of 150,000 planned (65%), Sulawesi Tengah 62,969 of 100,402 (63%)"),
    N_("to verify one person of the list"),
    N_("when the budget stops; paid cohorts are gone about three months after"),
    N_("Pati paid its fishers for 6 (2021, 2022) and 12 months (2023); a budget can be renewed"),
    N_("not covered yet: 400 of 4,100 were in 2023, all are if no budget paid since"),
    N_("3,037 were registered at one go in July 2021"),
    N_("3,037 of 3,137 proposed passed verification in 2021"),
    N_("when the budget stops; the scheme of 2022 ended with its money in June"),
    N_("tobacco-excise money (DBHCHT) paid July to December in 2025; a grant can be renewed"),
    N_("of tobacco farm labourers and cigarette workers, not covered yet; factory workers mostly are"),
    N_("2,874 were registered at one go in July 2025"),
    N_("as other funded lists; the money for 2,600 reached 2,874 in 2025"),
    N_("when the budget stops"),
    N_("a year's village budget, which can be renewed; four months until all villages have decided is an assumption"),
    N_("of 401 villages those whose apparatus is not enrolled: 395 in 2017, no later count; fewer by now"),
    N_("the range of villages says it"),
    N_("head, secretary, section and hamlet heads of a village"),
    N_("no region's pace is published; 40 a month are a tenth of all villages"),
    N_("as funded lists elsewhere"),
    N_("a visit to one village"),
    N_("0.54 per cent of a wage of some Rp2.3 million: accident cover 0.24 per cent and death cover 0.30 per cent"),
    N_("when a village's budget stops"),
    N_("cover ends with the project and its upkeep: four months, an assumption; the premium is paid once, before the start"),
    N_("one to six works a year in each of 401 villages, those not registered"),
    N_("of the workers on site, residents not covered already"),
    N_("504 workers on 63 packages in Kudus, 2025"),
    N_("contracts of a village year over the months they are let"),
    N_("8 per cent of Central Kalimantan's works of 2024 were covered; 63 of 273 packages in Kudus (23 per cent); high end as funded lists"),
    N_("to follow up one contract"),
    N_("130 packages worth Rp12.5 billion in Wonogiri"),
    N_("none: the premium is paid once per contract"),
    N_("cover ends with the project"),
    N_("cover ends with the works and their upkeep: six months, an assumption; registration is due within 14 working days of the work order"),
    N_("273 packages in Kudus, 2025; Pati's are not published"),
    N_("larger works than those of villages"),
    N_("contracts of a year over the months they are let"),
    N_("value of one of the regency's works"),
    N_("cover ends with the works"),
    N_("the firm pays from the first month; three months until inspections flow is an assumption"),
    N_("39 per cent of formal workers were not covered in October 2024; formal workers are put at 40 to 55 per cent of the base, civil servants apart"),
    N_("in firms that inspection can reach"),
    N_("365 employers registered in Pati in 2018, with some 10 workers each, on top of those who come anyway"),
    N_("an inspection, per worker; the firm pays the contributions"),
    N_("none: the firm pays"),
    N_("net of those who are hired in their place"),
    N_("members pay from the first month; three months until agents are at work is an assumption"),
    N_("88 per cent of informal workers were not covered in October 2024; informal workers are put at 45 to 60 per cent of the base"),
    N_("able and willing to pay Rp16,800 a month"),
    N_("once more what a regency of the Kudus branch enrolled in 2018 (58,409 in five regencies), on top of those who come anyway"),
    N_("agents and meetings, per person approached; the member pays the contributions"),
    N_("none: the member pays"),
    N_("as the baseline: 20-30 per cent do not pay regularly, some stop after one or two months"),
    N_("the member pays on; two months until reminders run is an assumption"),
    N_("memberships that would end in a year: some 28,000 self-employed members lapsing at 4% a month"),
    N_("members all work"),
    N_("a fifth of the 1,100 memberships that would end in a month"),
    N_("of those reminded in time, members who stay because of it"),
    N_("messages and calls to one member about to lapse"),
    N_("as the baseline"),
    N_("no matching of the lists is published"),
    N_("of those able to pay; no matching of the lists is published"),
)
# fmt: on
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
