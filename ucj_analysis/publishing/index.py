"""The page that lists all reports of a folder, built from their manifests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from ucj_analysis.errors import InputError, RunError
from ucj_analysis.months import parse_month
from ucj_analysis.presentation.language import Words, words
from ucj_analysis.presentation.messages import error_text
from ucj_analysis.presentation.outlook_words import chance_told
from ucj_analysis.provenance import sha256
from ucj_analysis.publishing.manifest import told_of
from ucj_analysis.publishing.many import FAILED, NEEDS_DATA, Outcome
from ucj_analysis.publishing.page import TEMPLATES
from ucj_analysis.publishing.statuses import STATUSES, counted
from ucj_analysis.record.observations import base_family
from ucj_analysis.record.public_record import BASE as PUBLIC_BASE

INDEX, FORECAST = "index.html", "forecast.json"


@dataclass(frozen=True)
class Listed:
    """One region's newest report, and the one before it on the same base."""

    region: str
    name: str
    folder: Path
    forecast: dict[str, Any]
    before: dict[str, Any] | None


def listed(out: Path, lang: str) -> list[Listed]:
    """Return each region's newest whole report in a language, by name of the region."""
    found = []
    for region in sorted(p for p in out.glob("*") if p.is_dir() and p.name.isdecimal()):
        if told := list(_told(region, lang)):
            folder, newest = told.pop()
            same = (f for _, f in reversed(told) if f["now"]["base"] == newest["now"]["base"])
            name = newest["region_name"]
            found.append(Listed(region.name, name, folder, newest, next(same, None)))
    return sorted(found, key=lambda one: one.name)


def _told(region: Path, lang: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield a region's reports by month: those whose forecast is as it was published."""
    for folder in sorted(region.glob(f"*-*/{lang}")):
        told = told_of(folder)
        try:
            content = (folder / FORECAST).read_bytes()
        except OSError:
            continue
        if told and told["outputs"].get(FORECAST) == sha256(content):
            yield folder, json.loads(content)


def index_html(out: Path, outcomes: Sequence[Outcome], lang: str) -> str:
    """Return the index of a folder of reports: what each says, and what became of each now.

    Regions stand together by base, and coverage is sorted only there: percentages of unlike
    bases are no league.
    """
    w = words(lang)
    status = {o.region: o.status for o in outcomes}
    reports = listed(out, lang)
    by_base: dict[str, list[Listed]] = {}
    for r in reports:
        by_base.setdefault(_stated_base(r), []).append(r)
    bases = sorted(by_base, key=lambda b: (not b, b))
    title = escape(w.t("Reports"))
    body = [
        f"<h1>{title}</h1>",
        f"<p>{escape(counted(outcomes, w))}</p>",
        *(_table(by_base[base], base, out, status, w) for base in bases),
        _without(outcomes, {r.region for r in reports}, out, w),
    ]
    style, script = ((TEMPLATES / n).read_text(encoding="utf-8") for n in ("page.css", "index.js"))
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}main {{ max-width: 70rem; }}\n</style>\n</head>\n"
        f"<body>\n<main>\n{chr(10).join(b for b in body if b)}\n</main>\n<script>\n{script}</script>\n</body>\n</html>\n"
    )


def _table(
    reports: Sequence[Listed], base: str, out: Path, status: dict[str, str], w: Words
) -> str:
    """Return the reports of one base as a table; it can be sorted where the base is one."""
    unlike = w.t("Bases as printed by different sources: not to be compared")
    told = w.t("Base {base}", base=base) if base else unlike
    head = [w.t("region"), w.t("month"), w.t("coverage"), w.t("base, people"), w.t("target")]
    head += [w.t("forecast for the target month"), w.t("chance of the target")]
    head += [w.t("change since the report before"), w.t("status")]
    rows = [_row(r, out, status.get(r.region, ""), w) for r in reports]
    return _wide(told, head, rows, sortable=bool(base))


def _wide(caption: str, head: Sequence[str], rows: Sequence[str], sortable: bool = False) -> str:
    """Return a table that scrolls by itself; its rows are HTML already."""
    said, sorting = escape(caption), ' class="sortable"' if sortable else ""
    told = (f'<button type="button">{escape(h)}</button>' if sortable else escape(h) for h in head)
    cells = "".join(f'<th scope="col">{h}</th>' for h in told)
    return (
        f'<div class="wide" role="group" tabindex="0" aria-label="{said}">\n<table{sorting}>\n<caption>{said}</caption>\n'
        f"<thead><tr>{cells}</tr></thead>\n<tbody>\n{chr(10).join(rows)}\n</tbody>\n</table>\n</div>"
    )


def _stated_base(report: Listed) -> str:
    """Return the id of a report's base, empty where only the public record tells it."""
    base: str = report.forecast["now"]["base"]
    return "" if base_family(base) == PUBLIC_BASE else base


def _row(report: Listed, out: Path, status: str, w: Words) -> str:
    told = report.forecast
    now, ahead, due = told["now"], told["coverage"], parse_month(told["target_month"])
    place = report.folder.relative_to(out).as_posix()
    links = f'<a href="{place}/brief.html">{escape(report.name)}</a> <a href="{place}/brief.pdf">PDF</a>'
    change = now["coverage"] - report.before["now"]["coverage"] if report.before else None
    cells = [
        (w.month(parse_month(told["as_of"])), told["as_of"]),
        (w.percent(now["coverage"], now["digits"]), now["coverage"]),
        (w.count(now["labour_force"]), now["labour_force"]),
        (f"{w.share(told['target'])} · {w.short_month(due)}", told["target"]),
        (w.range((ahead["p05"], ahead["p95"]), w.percent), ahead["p50"]),
        (chance_told(told["probability"], told["probability_bound"], w), told["probability"]),
        ("–" if change is None else w.t("{points} points", points=w.points(change)), change or 0),
        (w.t(STATUSES[status]) if status else "–", status),
    ]
    said = (f'<td data-sort="{escape(str(key))}">{escape(text)}</td>' for text, key in cells)
    name = f'<th scope="row" data-sort="{escape(report.name)}">{links}</th>'
    return f"<tr>{name}{''.join(said)}</tr>"


def _why(told: dict[str, Any], w: Words) -> str:
    """Return why a region has no report, and what its like suggest where they were asked."""
    newest, suggested = told["newest"], told["suggested"]
    why = w.t("no coverage with its base is on record")
    if newest:
        month = w.month(parse_month(newest))
        why = w.t("the newest coverage with its base is too old: {month}", month=month)
    if not suggested:
        return why
    span = w.range((suggested["p05"], suggested["p95"]), w.percent)
    return f"{why}; " + w.t("its like suggest {range}", range=span)


def _without(outcomes: Sequence[Outcome], reported: set[str], out: Path, w: Words) -> str:
    """Return what failed now, and the regions of the folder that need data, of earlier runs too."""
    failed = [o for o in outcomes if o.status == FAILED]
    rows = []
    for o in failed:
        why = " ".join(error_text(RunError(*o.problems), w).split())
        rows.append((o.name, escape(o.name), FAILED, why))
    for page in out.glob(f"*/needs/{w.lang}/needs.html"):
        if page.parts[-4] in reported | {o.region for o in failed}:
            continue
        told = told_of(page.parent) or {}
        try:
            name, why = str(told["region_name"]), _why({"newest": ""} | told, w)
        except (InputError, KeyError, TypeError, ValueError):
            continue  # a manifest somebody changed
        link = f'<a href="{page.relative_to(out).as_posix()}">{escape(name)}</a>'
        rows.append((name, link, NEEDS_DATA, why))
    if not rows:
        return ""
    told_rows = [
        f'<tr><th scope="row">{told}</th><td>{escape(status)}</td><td>{escape(why)}</td></tr>'
        for _, told, status, why in sorted((n, t, w.t(STATUSES[s]), y) for n, t, s, y in rows)
    ]
    head = (w.t("region"), w.t("status"), w.t("why"))
    return _wide(w.t("Failed, or without data"), head, told_rows)
