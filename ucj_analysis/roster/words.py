"""A roster's answer and tables, in the reader's language; only what may be told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ucj_analysis.presentation.display import Answer, Grid, Prose
from ucj_analysis.presentation.headings import SEGMENT_NAMES
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.roster.counting import ALL, NAMES
from ucj_analysis.roster.folder import audit
from ucj_analysis.roster.lapse import LAPSE
from ucj_analysis.roster.privacy import without_numbers
from ucj_analysis.roster.published import FLOWS, Cell, Published, Rate, stopping_rate

#: Months since joining at which the share still active is shown.
MILESTONES = (6, 12, 24)
_YEAR = 12
HIDDEN = "–"
#: Why a row was not used.
REASON_NAMES: dict[str, str] = {
    "nik_empty": N_("no NIK"),
    "nik_form": N_("NIK is not 16 digits"),
    "nik_region": N_("NIK of no known region"),
    "nik_date": N_("NIK with no possible day of birth"),
    "nik_serial": N_("NIK with the serial number 0000"),
    "segment_unknown": N_("segment not known"),
    "month_missing": N_("a month is missing or cannot be read"),
    "months_reversed": N_("paid last before the first month"),
}


def roster_answer(told: Published, w: Words) -> Answer:
    """Return who is active in the last month, the change over a year, and the lapse."""
    roster, people = told.roster, told.stock[-1]
    before = max(len(people) - 1 - _YEAR, 0)
    now, then = people[-1], people[before]
    rate = stopping_rate(told, "self_employed")
    lapse = w.t("too few self-employed stopped to tell how many do")
    if rate:
        share = w.percent(rate.central, 1)
        lapse = w.t("of the self-employed {share} stop in a month", share=share)
    told_of = {"region": roster.region_name, "month": w.month(roster.last), "lapse": lapse}
    if now is None or then is None:
        text = N_(
            "The roster of {region} holds too few people in {month} to tell how many; {lapse}."
        )
        return Answer(w.t(text, **told_of))
    text = N_(
        "The roster of {region} counts {people} active members in {month}, {change} since {before}; {lapse}."
    )
    month, change = w.month(roster.months[before]), w.signed_count(now - then)
    return Answer(w.t(text, people=w.count(now), change=change, before=month, **told_of))


def segments_table(told: Published, w: Words) -> Grid:
    """Return stocks and flows of the last month, and the share that stops in a month."""
    rows = []
    for s, name in enumerate(NAMES):
        cells = [told.stock[s][-1], *(told.flows[flow][s][-1] for flow in FLOWS)]
        shown = [_count(cell, w) for cell in cells]
        rows.append((_segment(name, w), *shown, _rate(stopping_rate(told, name), w)))
    head = [w.t("segment"), w.t("active"), w.t("joined"), w.t("returned"), w.t("lapsed")]
    head += [w.t("stop in a month")]
    return Grid(w.t("Active members in {month}", month=w.month(told.roster.last)), head, rows)


def counting_text(told: Published, w: Words) -> Prose:
    """Return how people are counted, and what a dash means."""
    said = N_(
        "A person in two segments counts in each, and once in the total. Members count to two months after the last paid one. {dash}: suppressed, fewer than {small} people or a cell that would give such a one away."
    )
    return Prose(w.t(said, dash=HIDDEN, small=told.roster.small))


def survival_table(told: Published, w: Words) -> Grid | None:
    """Return the share still active some months after joining."""
    rows = []
    for name in NAMES:
        curve = [row for row in told.survival if row.segment == name]
        at = [next((r for r in curve if r.until == months), None) for months in MILESTONES]
        if curve:
            shown = [w.range((r.low, r.high), lambda v: w.percent(v, 1)) if r else "" for r in at]
            rows.append((_segment(name, w), *shown))
    if not rows:
        return None
    heads = [w.t("after {months}", months=w.months(m)) for m in MILESTONES]
    return Grid(w.t("Still active since joining"), (w.t("segment"), *heads), rows)


def pool_table(told: Published, w: Words) -> Grid | None:
    """Return the uncovered on the lists by decile."""
    sums = [(decile, people) for (decile, place), people in told.pool.items() if place == ALL]
    if not sums:
        return None
    names = {"unknown": w.t("unknown"), ALL: w.t("all")}
    rows = [(names.get(decile, decile), _count(people, w)) for decile, people in sums]
    return Grid(w.t("On the lists and not covered"), (w.t("decile"), w.t("people")), rows)


def lists_text(told: Published, w: Words) -> Prose:
    """Return what became of the people on the lists."""
    if not told.lists:
        return Prose("")
    shown = {state: _count(people, w) for state, people in told.lists.items()}
    said = N_(
        "{listed} people are on the lists: {active} are active members, {gone} died or moved away. By sub-district: pool.csv."
    )
    return Prose(w.t(said, **shown))


def audit_table(told: Published, w: Words) -> Grid:
    """Return what was read, kept and removed of each file."""
    rows: list[Sequence[str]] = []
    for read in (told.roster.roster, *told.roster.registers):
        name = without_numbers(read.file)
        rows += [
            (name, w.t("read"), w.count(read.rows), ""),
            (name, w.t("used"), w.count(read.used), ""),
            (name, w.t("of these said again"), w.count(read.repeated), ""),
        ]
        for reason, n in read.refused.items():
            examples = ", ".join(map(str, read.examples[reason]))
            rows.append((name, w.t(REASON_NAMES[reason]), w.count(n), examples))
    head = w.t("file"), w.t("what"), w.t("rows"), w.t("first row numbers")
    return Grid(w.t("Rows read, used and removed"), head, rows)


def lapse_text(folder: Path, w: Words) -> Prose:
    """Return how a forecast takes the roster's own lapse, where it is told."""
    path = folder / LAPSE
    if not path.is_file():
        return Prose("")
    said = N_("The region's own lapse instead of the assumed one: {command}")
    return Prose(w.t(said, command=f"ucj forecast --scenario {path}"))


def roster_record(told: Published) -> dict[str, Any]:
    """Return the answer's numbers as plain values for JSON."""
    roster = told.roster
    rates = {name: stopping_rate(told, name) for name in NAMES}
    return {
        "schema_version": 1,
        "region": roster.region,
        "region_name": roster.region_name,
        "months": [str(roster.first), str(roster.last)],
        "active": {name: told.stock[s][-1] for s, name in enumerate(NAMES)},
        "stop_in_a_month": {
            name: rate and {end: round(getattr(rate, end), 6) for end in ("low", "central", "high")}
            for name, rate in rates.items()
        },
        "uncovered": told.pool.get((ALL, ALL)),
        "audit": audit(told),
    }


def _segment(name: str, w: Words) -> str:
    return w.t("everybody, once") if name == ALL else w.t(SEGMENT_NAMES[name])


def _count(cell: Cell, w: Words) -> str:
    return HIDDEN if cell is None else w.count(cell)


def _rate(rate: Rate | None, w: Words) -> str:
    return HIDDEN if rate is None else w.range((rate.low, rate.high), lambda v: w.percent(v, 1))
