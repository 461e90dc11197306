"""A roster's tables on disk: tidy CSV with their dictionary, audit, lapse, manifest; all at once."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ucj_analysis.provenance import sha256
from ucj_analysis.publishing.folder import as_csv, as_json
from ucj_analysis.publishing.manifest import made_from, publish
from ucj_analysis.publishing.many import own_folder
from ucj_analysis.resources import data_folder
from ucj_analysis.roster.counting import NAMES
from ucj_analysis.roster.lapse import LAPSE, lapse_scenario
from ucj_analysis.roster.privacy import without_numbers
from ucj_analysis.roster.published import FLOWS, Published
from ucj_analysis.roster.sql import Read

SCHEMA_VERSION = 1
FOLDER = "roster"
HIDDEN = "empty where the cell is suppressed"
REGION = ("region", "string", "", "code of the region")
MONTH = ("month", "yearmonth", "", "month, YYYY-MM")
SEGMENT = ("segment", "string", "", "segment; all is everybody, each person once")


def _people(name: str, told: str, unit: str = "people") -> tuple[str, str, str, str]:
    """Return a column of counts of which small ones are hidden."""
    return name, "integer", unit, f"{told}; {HIDDEN}"


#: Table -> (what it holds, its columns as name, type, unit, description).
# fmt: off
TABLES: dict[str, tuple[str, tuple[tuple[str, str, str, str], ...]]] = {
    "stocks": ("Active members by month and segment", (
        REGION, MONTH, SEGMENT,
        _people("people", "active in the month, once per segment"),
        _people("counted_once", f"active and counted under this segment in the total: who is in several counts in the first of {', '.join(NAMES[:-1])}"),
    )),
    "flows": ("Joins, returns and lapses by month and segment: stock = stock before + joins + returns - lapses", (
        REGION, MONTH, SEGMENT,
        _people("joins", "active for the first time"),
        _people("returns", "active again after a lapse"),
        _people("lapses", "active the month before and no more, by the third unpaid month"),
    )),
    "survival": ("Share still active by months since joining (Kaplan-Meier; who joined before the first month enters late)", (
        REGION, SEGMENT,
        ("from_month", "integer", "months", "first month since joining that the row tells of"),
        ("to_month", "integer", "months", "last month since joining that the row tells of"),
        ("at_risk", "integer", "people", "active at the start of the row"),
        ("person_months", "integer", "months", "months people were at risk in the row"),
        ("stopped", "integer", "people", "stopped in the row"),
        ("survival", "number", "share", "still active at the end of the row"),
        ("low", "number", "share", "lower end of the range, 95 in 100"),
        ("high", "number", "share", "upper end of the range, 95 in 100"),
    )),
    "lapse": ("Who stopped by season of each year", (
        REGION, SEGMENT,
        ("year", "integer", "", "calendar year"),
        ("season", "string", "", "January-May or June-December, as far as the months reach"),
        _people("person_months", "months people were at risk", "months"),
        _people("stopped", "stopped in these months"),
        ("share", "number", "share of people a month", f"stopped over months at risk; {HIDDEN}"),
    )),
    "pool": ("People on the lists who are no active members, each once", (
        REGION,
        ("month", "yearmonth", "", "month the lists are compared with"),
        ("decile", "string", "", "welfare decile, 1 the poorest; unknown; all is the sum"),
        ("sub_district", "string", "", "sub-district; unknown; other; all is the sum"),
        _people("people", "uncovered people"),
    )),
}
# fmt: on


def publish_roster(told: Published, out: Path, answer: str, started: float) -> Path:
    """Write a roster's folder `<out>/<region>/roster` and return it.

    Parameters
    ----------
    told : Published
        What may be told.
    out : Path
        Folder of all reports.
    answer : str
        The answer, for the manifest.
    started : float
        When the run began, `time.monotonic()`.

    Raises
    ------
    RunError
        `folder_busy`, `cannot_write`; what was there before stays.
    """
    roster = told.roster
    files = {f"{name}.csv": _csv(name, rows).encode() for name, rows in _tables(told).items()}
    files["datapackage.json"] = as_json(_package(files))
    files["audit.json"] = as_json(audit(told))
    if scenario := lapse_scenario(told):
        files[LAPSE] = scenario.encode()
    asked: dict[str, Any] = {"region": roster.region, "months": f"{roster.first}:{roster.last}"}
    asked |= {"small": roster.small, "registers": len(roster.registers)}
    register = data_folder() / "regions.csv"
    made = made_from("ucj roster", asked, {register.name: sha256(register.read_bytes())})
    made["versions"] = made["versions"] | {n: version(n) for n in ("duckdb", "pyarrow")}
    folder = out / roster.region / FOLDER
    with own_folder(out):
        publish(made, answer, files, folder, time.monotonic() - started)
    return folder


def audit(told: Published) -> dict[str, Any]:
    """Return what was read, kept and removed, and how many cells are hidden; nobody is named.

    Rows are counted as they are: a row is no person. Counts of people are as published.
    """
    roster = told.roster
    hidden = {
        name: sum(cell is None for row in rows for cell in row)
        for name, rows in {"stocks": told.stock, **told.flows}.items()
    }
    hidden["pool"] = sum(cell is None for cell in told.pool.values())
    return {
        "schema_version": SCHEMA_VERSION,
        "smallest_cell": roster.small,
        "roster": _read(roster.roster),
        "registers": [_read(read) for read in roster.registers],
        "people": {"roster": told.people, **told.lists},
        "hidden_cells": hidden,
        "kept_of_people": "nothing: numbers were hashed in memory with a key that is gone",
        "columns_not_read": "all but number, segment, months and status; of lists all but number, "
        "sub-district, decile and status",
    }


def _read(read: Read) -> dict[str, Any]:
    return {
        "file": without_numbers(read.file),
        "rows_read": read.rows,
        "rows_used": read.used,
        "rows_repeated": read.repeated,
        "rows_removed": {
            reason: {"rows": n, "first_rows": read.examples[reason]}
            for reason, n in read.refused.items()
        },
    }


def _tables(told: Published) -> dict[str, list[Sequence[object]]]:
    roster = told.roster
    region, months = roster.region, [str(m) for m in roster.months]
    found: dict[str, list[Sequence[object]]] = {
        "stocks": [
            (region, month, name, told.stock[s][t], told.once[s][t])
            for t, month in enumerate(months)
            for s, name in enumerate(NAMES)
        ],
        "flows": [
            (region, month, name, *(told.flows[flow][s][t] for flow in FLOWS))
            for t, month in enumerate(months[1:])
            for s, name in enumerate(NAMES)
        ],
        "survival": [(region, *row) for row in told.survival],
        "lapse": [
            (region, r.segment, r.period.year, r.period.season, r.person_months, r.stopped, r.share)
            for r in told.stopping
        ],
    }
    if told.pool:
        found["pool"] = [
            (region, months[-1], *place, people) for place, people in told.pool.items()
        ]
    return found


def _csv(name: str, rows: Iterable[Sequence[object]]) -> str:
    head = [column for column, *_ in TABLES[name][1]]
    cells = ([f"{v:.6f}" if isinstance(v, float) else v for v in row] for row in rows)
    return as_csv([head, *cells])


def _package(files: Iterable[str]) -> dict[str, Any]:
    """Return the dictionary of the tables that are there, as a Frictionless Data Package."""
    fields = ("name", "type", "unit", "description")
    return {
        "name": "roster",
        "resources": [
            {
                "name": name,
                "path": f"{name}.csv",
                "title": title,
                "schema_version": SCHEMA_VERSION,
                "schema": {"fields": [dict(zip(fields, c, strict=True)) for c in columns]},
            }
            for name, (title, columns) in TABLES.items()
            if f"{name}.csv" in files
        ],
    }
