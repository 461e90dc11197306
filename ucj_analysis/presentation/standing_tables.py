"""Where a region stands, in tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from ucj_analysis.months import parse_month
from ucj_analysis.presentation.display import Grid
from ucj_analysis.presentation.headings import SEGMENT_NAMES
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.presentation.messages import describe
from ucj_analysis.presentation.standing_words import coverage_told
from ucj_analysis.presentation.warning_words import acceptance_text
from ucj_analysis.record.breakdown import Breakdown, Dimension
from ucj_analysis.record.findings import Finding
from ucj_analysis.situation import Status

BREAKDOWN_NAMES = {
    "segment": N_("participants by segment"),
    "sub_district": N_("participants by sub-district"),
}


#: Newest figures that a table shows.
MOST_FIGURES = 12


def status_table(now: Status, w: Words) -> Grid:
    """Return coverage, base and participants of the newest figures a forecast rests on."""
    rows = [
        (
            w.month(o.month),
            coverage_told(o, w)
            if o.counted
            else w.range(o.coverage_interval, partial(w.percent, digits=o.digits + 1)),
            w.count(o.labour_force),
            w.count(o.participants) if o.counted else w.range(o.participants_interval, w.count),
            o.source,
        )
        for o in now.history[-MOST_FIGURES:]
    ]
    people, title = N_("participants"), N_("Published participants and their coverage")
    if not now.all_counted:
        people = N_("participants (computed)")
        title = N_("Published coverage and what its rounding leaves open")
    head = ("", w.t("coverage"), w.t("base"), w.t(people), w.t("source"))
    return Grid(w.t(title), head, rows)


def other_bases_table(now: Status, w: Words) -> Grid:
    """Return the labour forces on other bases."""
    rows = [
        (
            b.base,
            w.day(b.as_of),
            w.count(b.labour_force),
            w.percent(b.coverage_if_used, 1),
            b.source,
        )
        for b in now.other_bases
    ]
    head = (
        w.t("base"),
        w.t("day"),
        w.t("labour force"),
        w.t("coverage if it were used"),
        w.t("source"),
    )
    return Grid(w.t("Other bases, shown beside and never mixed"), head, rows)


def breakdown_table(told: Breakdown, w: Words) -> Grid:
    """Return a region's participants by segment or sub-district, as published."""
    rows = [
        (
            part_name(told.dimension, p.name, w),
            w.count(p.participants),
            w.percent(told.shares[p.name], 1),
            "" if math.isnan(p.labour_force) else w.count(p.labour_force),
            "" if math.isnan(p.labour_force) else w.percent(p.participants / p.labour_force, 1),
            p.source,
        )
        for p in told.parts
    ]
    head = (
        "",
        w.t("participants"),
        w.t("share"),
        w.t("labour force"),
        w.t("coverage"),
        w.t("source"),
    )
    title = w.t("Participants in {month}, as published", month=w.month(told.month))
    return Grid(title, head, [*rows, (w.t("together"), w.count(told.total), "", "", "", "")])


def part_name(dimension: Dimension, name: str, w: Words) -> str:
    """Return a part as readers know it: a segment in their language, a sub-district by its name."""
    return w.t(SEGMENT_NAMES[name]) if dimension == "segment" else name


def findings_table(found: Sequence[Finding], w: Words) -> Grid:
    """Return the warnings about a region's figures, with what to do or who accepted them."""
    rows = []
    for finding in found:
        sentence, remedy = describe(finding.problem, w)
        month = w.month(parse_month(finding.month))
        said = acceptance_text(finding, w), "" if finding.accepted else remedy
        rows.append((month, sentence, " ".join(filter(None, said))))
    head = ("", w.t("what stands out"), w.t("what to do, or who accepted it"))
    return Grid(w.t("Warnings about the figures used"), head, rows)
