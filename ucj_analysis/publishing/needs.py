"""A region without data: one page that says what is known of it, and what we need."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ucj_analysis.months import Month, month_of
from ucj_analysis.peers import PeersForecast, peers_forecast
from ucj_analysis.presentation.display import Answer, Grid, Prose, Title
from ucj_analysis.presentation.language import N_, Words, words
from ucj_analysis.presentation.outlook_tables import peers_table
from ucj_analysis.presentation.outlook_words import peers_text
from ucj_analysis.presentation.sources import sources_table
from ucj_analysis.provenance import sha256
from ucj_analysis.publishing.folder import as_json
from ucj_analysis.publishing.manifest import MANIFEST, made_from, publish, unchanged
from ucj_analysis.publishing.page import shown_html
from ucj_analysis.question import MOST_PUBLIC_MONTHS
from ucj_analysis.record.observations import load_table
from ucj_analysis.record.regions import PUBLIC, Region, load_regions, public_figures, short_name
from ucj_analysis.record.schemas import TABLES
from ucj_analysis.resources import data_folder

PAGE, SUGGESTED = "needs.html", "peers.json"


def publish_needs(
    region: str, data: str | Path | None, out: Path, lang: str, peers: Month | None = None
) -> dict[str, Any]:
    """Write what we need from a region to `<out>/<region>/needs/<lang>` and return its record.

    No figure is invented: the page holds what the public record tells, and what is missing.

    Parameters
    ----------
    region : str
        Code of the region.
    data, out : path
        Data folder, folder of all reports.
    lang : str
        Language of the page.
    peers : Month, optional
        Say, labelled as such, what the province's peers suggest for this month.

    Raises
    ------
    RunError
        `cannot_write`.
    """
    w = words(lang)
    asked_of = load_regions(data)[region]
    name, newest = asked_of.name, _newest(asked_of, data_folder(data))
    answer = _answer(name, newest, w)
    panel = load_table(TABLES["panel"], data)
    named = panel["region"].map(lambda told: short_name(told) in name)  # codes differ by ministry
    known = panel[(panel["code"] == region) & named].sort_values("as_of", kind="stable")
    suggested = peers_forecast(region, peers, data) if peers else None
    shown: list[Any] = [Title(w.t("What we need from you")), answer]
    if suggested:
        shown += [Prose(peers_text(suggested, w)), peers_table(suggested, w)]
    shown += [*_asked(region, w), _known(known, w)]
    uses = {p.source: [p.name] for p in suggested.peers} if suggested else {}
    uses |= {source: [name] for source in known["source"]}
    if uses:
        shown.append(sources_table(uses, data_folder(data), w))
    folder = out / region / "needs" / lang
    asked = {"region": region, "lang": lang, "peers": str(peers or "")}
    told = {"region_name": name, "suggested": suggested.coverage if suggested else None}
    told["newest"] = str(newest or "")
    rests_on = {"panel": known.to_csv(index=False), "peers": repr(suggested)}
    inputs = {name: sha256(text.encode()) for name, text in rests_on.items()}
    made = told | made_from("ucj report", asked, inputs)
    if not unchanged(folder, made):
        note = w.t("This is not an official BPJS Ketenagakerjaan figure.")
        files = {PAGE: shown_html(shown, name, [note], lang).encode()}
        if suggested:
            files[SUGGESTED] = as_json(_record(suggested))
        publish(made, str(answer), files, folder, 0.0)
    return {
        "region": region,
        "status": "needs_data",
        "answer": peers_text(suggested, w) if suggested else str(answer),
        "suggested": suggested.coverage if suggested else None,
        "html": str(folder / PAGE),
        "pdf": None,
        "data": None,
        "manifest": str(folder / MANIFEST),
    }


def _newest(region: Region, data: Path) -> Month | None:
    """Return the month of a region's newest figure with a base: too old, or there would be a report."""
    if region.figures != PUBLIC:
        return None
    return month_of(public_figures(region, data)[-1].as_of)


def _answer(region: str, newest: Month | None, w: Words) -> Answer:
    """Say why there is no forecast."""
    said = N_(
        "{region}: no coverage together with its base is on record, so there is no forecast, and none is made up."
    )
    fields = {"region": region}
    if newest:
        said = N_(
            "{region}: the newest coverage on record together with its base is of {month}, and a forecast starts from one at most {most} months before the target month, so there is no forecast, and none is made up."
        )
        fields |= {"month": w.month(newest), "most": w.count(MOST_PUBLIC_MONTHS)}
    return Answer(w.t(said, **fields))


def _record(suggested: PeersForecast) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "region_name": suggested.name,
        "target_month": str(suggested.target_month),
        "starts_from": "own percentage" if suggested.own else "province peers",
        "coverage": suggested.coverage,
        "peers": [vars(p) | {"as_of": str(p.as_of)} for p in suggested.peers],
    }


def _asked(region: str, w: Words) -> list[Any]:
    """Return what to send, and where it goes."""
    rows = (
        (w.t("coverage as published"), w.percent(0.29), w.t("with the digits it was told with")),
        (w.t("base"), w.count(599_061), w.t("the labour force the percentage was taken of")),
        (w.t("month"), "2025-03", w.t("the month the figure describes")),
        (w.t("published"), "2025-03-13", w.t("the day it could first be read, and where")),
        (w.t("target"), w.percent(0.52), w.t("with the month it is due")),
    )
    head = (w.t("what"), w.t("for example"), w.t("why"))
    folder = w.t("FOLDER")
    how = w.t(
        "Two months a year are enough to begin. {begin} makes a template to fill in and to import; or write them into {observations} and {targets} of the data folder. Check with ucj validate, then ask again.",
        begin=f"ucj new-region {region} --data {folder}",
        observations=f"regions/{region}/observations.csv",
        targets=f"regions/{region}/targets.csv",
    )
    return [Grid(w.t("Five things make a report"), head, rows), Prose(how)]


def _known(known: Any, w: Words) -> Any:
    """Return what the public record tells of the region."""
    if known.empty:
        return Prose(w.t("Nothing about this region is on the public record we keep."))

    def told(value: float, say: Callable[[float], str]) -> str:
        return say(value) if value == value else "–"  # what is not on record is not a number

    rows = []
    for row in known.itertuples(index=False):
        coverage = told(row.coverage_pct, lambda v: w.percent(v / 100, 2))
        people = told(row.participants, w.count), told(row.labour_force, w.count)
        rows.append((row.as_of, coverage, *people, row.source))
    head = (w.t("month"), w.t("coverage"), w.t("participants"), w.t("base"), w.t("source"))
    return Grid(w.t("What the public record tells"), head, rows)
