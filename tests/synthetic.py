"""Made-up regions for tests: distinct inputs, labelled so in every row. Never shipped as data."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ucj_analysis.months import parse_month
from ucj_analysis.resources import SHIPPED_DATA

NOTE = "made up for a test"


def made_up(folder: Path, codes: Iterable[str], seed: int = 1) -> Path:
    """Copy the shipped data to a folder and give each of these regions figures of its own."""
    shutil.copytree(SHIPPED_DATA, folder)
    panel = folder / "panel.csv"
    head, *rows = panel.read_text(encoding="utf-8").splitlines(keepends=True)
    national = (row for row in rows if ",00,national," in row)  # `all` is then these and Pati
    panel.write_text("".join([head, *national]), encoding="utf-8", newline="\n")
    for code in codes:
        chance = np.random.default_rng([seed, int(code)])
        base = int(chance.integers(80_000, 900_000))
        december = chance.uniform(0.2, 0.5)
        march = december * chance.uniform(0.85, 0.98)
        place = folder / "regions" / code
        place.mkdir(exist_ok=True)
        rows = [
            "region,as_of,coverage,half_width,participants,labour_force,base,basis,published,source,note",
            f"{code},2024-12-31,{december:.3f},0.0005,,{base},made-up,active,2025-01-20,made-up,{NOTE}",
            f"{code},2025-03-31,{march:.3f},0.0005,,{base},made-up,active,2025-04-10,made-up,{NOTE}",
        ]
        (place / "observations.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        target = min(march + chance.uniform(0.02, 0.25), 0.9)
        (place / "targets.csv").write_text(
            "region,target_month,target,family,published,source,note\n"
            f"{code},2025-12,{target:.2f},made up,2025-01-20,made-up,{NOTE}\n",
            encoding="utf-8",
        )
    return folder


def told_for(
    data: Path, code: str, as_of: str, coverage: float, published: str, note: str = NOTE
) -> None:
    """Add a made-up figure to a region's table, on the base of its last row."""
    table = data / "regions" / code / "observations.csv"
    base = table.read_text(encoding="utf-8").splitlines()[-1].split(",")[5]
    with table.open("a", encoding="utf-8", newline="") as lines:
        lines.write(
            f"{code},{as_of},{coverage:.3f},0.0005,,{base},made-up,active,{published},made-up,{note}\n"
        )


def with_series(
    data: Path, code: str, months: int = 36, last: str = "2025-03", seed: int = 1, **column: str
) -> Path:
    """Give a region monthly head counts of its own, up to a month; the table is returned.

    Levels walk with a drift, fall in January-May and grow after; the base is re-set each January.
    `column` sets other columns of every row, such as `basis`.
    """
    chance = np.random.default_rng([seed, int(code), months])
    told = [parse_month(last) + t for t in range(1 - months, 1)]
    season = np.cumsum([-0.02] * 5 + [0.1 / 7] * 7)
    logs = np.cumsum(chance.normal(0.003, 0.008, months)) + season[[m.number - 1 for m in told]]
    people = np.round(120_000 * np.exp(logs - logs[0])).astype(int)
    header = "region,as_of,coverage,half_width,participants,labour_force,base,basis,published,source,note"
    rows = [header]
    for month, count in zip(told, people, strict=True):
        base = 420_000 + 12_000 * (month.year - told[0].year)
        row = {
            "region": code,
            "as_of": str(month.last_day),
            "coverage": "",
            "half_width": "",
            "participants": count,
            "labour_force": base,
            "base": f"made-up-{month.year}",
            "basis": "active",
            "published": str((month + 1).last_day.replace(day=10)),
            "source": "made-up",
            "note": NOTE,
        } | column
        rows.append(",".join(str(row[name]) for name in header.split(",")))
    place = data / "regions" / code
    place.mkdir(exist_ok=True)
    table = place / "observations.csv"
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    (place / "targets.csv").write_text(
        "region,target_month,target,family,published,source,note\n"
        f"{code},2025-12,0.40,made up,2025-01-20,made-up,{NOTE}\n",
        encoding="utf-8",
    )
    return table
