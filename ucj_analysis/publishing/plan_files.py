"""A plan on disk: page, table, workbook and record, published together."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

from ucj_analysis.months import parse_month
from ucj_analysis.planning.ledger import by_office, ledger_rows
from ucj_analysis.planning.plan import Plan
from ucj_analysis.planning.what_it_takes import WhatItTakes, lever_standing, plan_record
from ucj_analysis.presentation import plan_tables as tables
from ucj_analysis.presentation import plan_words as told
from ucj_analysis.presentation.display import Picture
from ucj_analysis.presentation.headings import heading, title
from ucj_analysis.presentation.language import Words, words
from ucj_analysis.presentation.names import LEVER_QUANTITIES
from ucj_analysis.presentation.plan_figures import frontier_figure, plan_figure
from ucj_analysis.presentation.sources import sources_table
from ucj_analysis.presentation.standing_words import vintage_note
from ucj_analysis.provenance import combined, input_hashes
from ucj_analysis.publishing.folder import as_csv, as_json, variant
from ucj_analysis.publishing.manifest import made_from, publish
from ucj_analysis.publishing.page import shown_html

HASH_SHOWN = 12
#: A workbook's own clock, so that the same plan gives the same bytes.
STILL = datetime(2000, 1, 1)
NUMBER = "#,##0"
COLUMN_WIDTH = 24


def publish_plan(seen: WhatItTakes, out: Path, lang: str) -> Path:
    """Write a plan as `plan.html`, `plan.csv`, `plan.xlsx` and `plan.json`; return their folder.

    Parameters
    ----------
    seen : WhatItTakes
        The plan and everything around it.
    out : Path
        Folder of all reports; the plan goes to `<out>/<region>/<as_of>/plan_<lang>…`.
    lang : str
        Language of page, table heads and workbook.

    Raises
    ------
    RunError
        `cannot_write`; the previous plan stays.
    """
    started, w = time.monotonic(), words(lang)
    question, setting = seen.plan.question, seen.plan.setting
    inputs = input_hashes(question)
    pictures = plan_figure(seen, w), frontier_figure(seen, w) if seen.frontier else None
    hashed = w.t("Data hash {hash}.", hash=combined(inputs)[:HASH_SHOWN])
    footer = [str(vintage_note(setting.futures.status, w)), hashed]
    name = w.t("Plan for {region}", region=question.region_name)
    record = {"answer": str(told.plan_answer(seen, w)), **plan_record(seen)}
    files = {
        "plan.html": shown_html(_page(seen, *pictures, w), name, footer, lang).encode(),
        "plan.csv": _csv(seen).encode(),
        "plan.xlsx": _workbook(seen, w),
        "plan.json": as_json(record),
        **{f"{p.name}.png": p.png() for p in pictures if p},
    }
    asked = [setting.aim, f"{setting.probability:g}"]
    asked += [f"{seen.plan.budget:.0f}"] if record["budget_rupiah"] is not None else []
    folder = out / question.region / str(question.as_of)
    folder /= f"plan_{variant(question, lang)}_{'_'.join(asked)}"
    made = made_from("ucj plan", {k: record[k] for k in _ASKED} | {"lang": lang}, inputs)
    publish(made, record["answer"], files, folder, time.monotonic() - started)
    return folder


# fmt: off
_ASKED = (
    "region", "as_of", "known_by", "target", "target_month", "scenario", "paths", "seed",
    "aim", "probability", "budget_rupiah",
)
# fmt: on


def _page(seen: WhatItTakes, plan: Picture | None, frontier: Picture | None, w: Words) -> list[Any]:
    """Return what the page shows, in order: answer, pictures, tables, how we know."""
    shown = (
        title("what_it_takes", w),
        told.plan_answer(seen, w),
        plan,
        tables.office_table(seen, w),
        heading("why_not", w) if seen.certificate else None,
        told.certificate_text(seen, w),
        told.first_months_text(seen, w),
        heading("protection", w),
        told.protections_text(seen, w),
        tables.protections_table(seen, w),
        heading("worth", w),
        told.prices_text(seen, w),
        frontier,
        tables.frontier_table(seen, w) if seen.frontier else None,
        tables.alternatives_table(seen, w),
        tables.months_table(seen, w),
        heading("how_we_know", w),
        told.outside_text(seen, w),
        told.trust_text(seen, w),
        None if seen.plan.outcome == "unreachable" else tables.checks_table(seen, w),
        told.levers_text(seen, w),
        tables.levers_table(seen.plan, w),
        sources_table(tables.lever_uses(seen.plan, w), seen.plan.question.data, w),
    )
    return list(filter(None, shown))


def _csv(seen: WhatItTakes) -> str:
    """Return the plan by month, lever and office: people, rupiah, and cover at risk next March."""
    rows = ledger_rows(seen.plan.ledger, seen.plan.march)
    head = ["schema_version", *(rows[0] if rows else ["month"])]
    cells = ((f"{v:.2f}" if isinstance(v, float) else inert(v) for v in r.values()) for r in rows)
    return as_csv([head, *([1, *row] for row in cells)])


def inert(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> inert("=1+1"), inert("Dinas Sosial")
    ("'=1+1", 'Dinas Sosial')
    """
    return "'" + text if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _workbook(seen: WhatItTakes, w: Words) -> bytes:
    """Return the plan as a workbook: answer, offices, months, levers; the same bytes every time."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    book.properties.creator, book.properties.created = "ucj_analysis", STILL
    book.properties.modified = STILL
    first = book.active
    first.title = w.t("Answer")
    for say in (told.plan_answer, told.certificate_text, told.levers_text):
        if line := say(seen, w):
            first.append([str(line)])
            cell = first.cell(first.max_row, 1)
            cell.alignment, cell.data_type = Alignment(wrap_text=True, vertical="top"), "s"
    first.column_dimensions["A"].width = 5 * COLUMN_WIDTH
    for name, rows in (
        (w.t("By month"), _by_month(seen.plan, w)),
        (w.t("By office"), _by_office(seen.plan, w)),
        (w.t("Levers"), _levers(seen.plan, w)),
    ):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        head, *rest = sheet.iter_rows()
        for cell in head:
            cell.font = Font(bold=True)
            sheet.column_dimensions[cell.column_letter].width = COLUMN_WIDTH
        for cell in chain.from_iterable(rest):
            if isinstance(cell.value, int):
                cell.number_format = NUMBER
            if isinstance(cell.value, str):  # a name that looks like a formula is a name
                cell.data_type = "s"
        sheet.freeze_panes = "A2"
    buffer = io.BytesIO()
    book.save(buffer)
    return _without_clock(buffer.getvalue())


def _by_month(plan: Plan, w: Words) -> Iterator[list[Any]]:
    """Yield what each office does with each lever in a month, under a head."""
    head = [w.t("month"), w.t("office"), w.t("lever"), w.t("plan for (units)")]
    head += [w.t("people enrolled"), w.t("paid by a budget"), w.t("people counted")]
    yield [*head, w.t("rupiah"), w.t("gone by next March")]
    numbers = ("plan_for", "enrol", "paid", "counted", "cost_rupiah", "at_risk")
    for row in ledger_rows(plan.ledger, plan.march):
        names = [w.month(parse_month(row["month"])), w.label(row["office"]), w.label(row["lever"])]
        yield [*names, *(round(row[name]) for name in numbers)]


def _by_office(plan: Plan, w: Words) -> Iterator[list[Any]]:
    """Yield what each office does over the whole plan, under a head."""
    head = (w.t("office"), w.t("levers"), w.t("people enrolled"), w.t("rupiah"))
    yield [*head, *tables.counted_in(plan, w)]
    numbers = ("enrol", "cost_rupiah", "counted", "march")
    for row in by_office(plan.ledger, plan.question.target_month, plan.march):
        levers = "; ".join(w.label(name) for name in row["levers"])
        yield [w.label(row["office"]), levers, *(round(row[name]) for name in numbers)]


def _levers(plan: Plan, w: Words) -> Iterator[list[Any]]:
    """Yield every assumption as numbers, shares as fractions, under a head."""
    ends = [w.t("low"), w.t("used"), w.t("high")]
    yield [w.t("lever"), w.t("quantity"), *ends, w.t("unit"), w.t("rests on"), w.t("source")]
    levers = {lever.name: lever for lever in plan.setting.levers.levers}
    for lever, quantity, stated, how in lever_standing(plan):
        names = [w.label(lever), w.t(LEVER_QUANTITIES[quantity])]
        per = tables.rupiah_per(quantity, levers.get(lever), w)
        unit = f"{w.label(getattr(stated, 'unit', ''))} {per}".strip()
        values = [stated.low, stated.central, stated.high]
        yield [*names, *values, unit, tables.rests_on(stated, how, w), ", ".join(stated.sources)]
        if quantity == "lapse":
            yield [
                names[0],
                w.t("timing"),
                None,
                None,
                None,
                "",
                tables.timing_text(levers[lever], w),
                "",
            ]


def _without_clock(content: bytes) -> bytes:
    """Return a workbook's archive with every member dated alike."""
    still, moment = io.BytesIO(), STILL.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(still, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the moment of saving into it
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment, content)
            target.writestr(zipfile.ZipInfo(name, STILL.timetuple()[:6]), content)
    return still.getvalue()
