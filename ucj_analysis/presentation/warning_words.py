"""What stands out in a region's data and what is new in it, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ucj_analysis.months import parse_month
from ucj_analysis.presentation.display import Prose
from ucj_analysis.presentation.headings import SEVERITIES
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.messages import describe, place
from ucj_analysis.record.findings import Finding
from ucj_analysis.record.revisions import Changes, Row


def changes_text(seen: Changes, w: Words) -> Prose:
    """Say what a region's tables say beside the earlier ones."""
    unchanged = w.many("{n} row unchanged", "{n} rows unchanged", len(seen.unchanged))
    told = w.listed([*new_and_restated(seen, w), unchanged])
    return Prose(w.t("Region {region}: {list}.", region=seen.region, list=told))


def new_and_restated(seen: Changes, w: Words) -> list[str]:
    """Say which rows are new, and which were restated."""
    new = [row_told(row, w) for row in seen.new]
    restated = [row_told(row, w) for row in dict.fromkeys(r.row for r in seen.restated)]
    parts = [
        new
        and w.many("{n} new row ({rows})", "{n} new rows ({rows})", len(new), rows=w.listed(new)),
        restated
        and w.many(
            "{n} row restated with a note ({rows})",
            "{n} rows restated with a note ({rows})",
            len(restated),
            rows=w.listed(restated),
        ),
    ]
    return [part for part in parts if part]


def row_told(row: Row, w: Words) -> str:
    """Say what a row of a region's tables tells of."""
    if row.table == "facts":
        return w.t("fact {id}", id=row.key[0])
    month = w.month(parse_month(row.key[0]))
    if row.table == "breakdown":
        return w.t("{name} in {month}", name=row.key[2], month=month)
    if row.table == "targets":
        return w.t("target for {month}", month=month)
    return w.t("{month} on {base}", month=month, base=row.key[1])


def finding_text(finding: Finding, w: Words) -> Prose:
    """Say where a finding is, what it is, how to mend it, and who has accepted it."""
    sentence, remedy = describe(finding.problem, w)
    told = w.t(
        "{severity}: {place}: {sentence}.",
        severity=w.t(SEVERITIES[finding.severity]),
        place=place(finding.problem, w),
        sentence=sentence,
    )
    return Prose.of(told, acceptance_text(finding, w), "" if finding.accepted else remedy)


def findings_told(found: Iterable[Finding], w: Words) -> Iterator[str]:
    """Yield each finding with what a person said of it, and how an open one is accepted if it is right."""
    for finding in found:
        yield str(finding_text(finding, w))
        if finding.open:
            named = f"ucj validate --accept {finding.check}:{finding.month}"
            yield "  " + w.t('If it is right: {named} --note "…" --by "…"', named=named)


def acceptance_text(finding: Finding, w: Words) -> str:
    """Say who accepted a finding and why, or that the figures have changed since; else nothing."""
    told = finding.acceptance
    if told is None:
        return ""
    fields = {"day": w.day(told.on), "who": told.by, "note": told.note, "found": told.found}
    if not finding.accepted:
        return w.t("It was accepted for other figures ({found}) and no longer is.", **fields)
    if told.by:
        return w.t("Accepted by {who} on {day}: {note}", **fields)
    return w.t("Accepted on {day}: {note}", **fields)
