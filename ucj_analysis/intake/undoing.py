"""Take the last import back: the tables as they were before it, and what is told of that."""

from __future__ import annotations

import csv
import re
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ucj_analysis.errors import InputError, Problem
from ucj_analysis.intake import store
from ucj_analysis.intake.store import ADDED, PREVIOUS, WRITING, Line, put, unchecked_lines
from ucj_analysis.record.schemas import OBSERVATIONS, SOURCES, TARGETS


@dataclass(frozen=True)
class Undone:
    """What an undo did: where the tables came from, the rows that went, and those as they were again.

    `sources` are the rows of sources that went with them; `sources_left` those others refer to.
    """

    backup: Path
    taken_back: tuple[str, ...]
    as_before: tuple[str, ...]
    sources: tuple[str, ...]
    sources_left: tuple[str, ...]


def undo(folder: Path, region: str) -> Undone:
    """Bring back a region's tables as they were before the last import.

    The rows the import added to the table of sources go too, unless something else refers to them.

    Parameters
    ----------
    folder : Path
        The data folder.

    Raises
    ------
    InputError
        `nothing_to_undo`.
    RunError
        `import_busy`, `cannot_write_data`.
    """
    place = folder / "regions" / region
    kept = sorted(p for p in (place / PREVIOUS).glob("[0-9]*") if p.is_dir())
    if not kept:
        raise InputError(Problem("nothing_to_undo", str(place)))
    backup = kept[-1]
    with store.alone(place):
        now, before = _rows(place), _rows(backup)
        for name in store.FILES:
            if (backup / name).is_file():
                put(place / name, (backup / name).read_bytes())
            else:
                (place / name).unlink(missing_ok=True)
        gone, left = _take_back_sources(folder, backup)
        spent = backup.rename(backup.with_name(f"{WRITING}{uuid.uuid4().hex}"))
        shutil.rmtree(spent, ignore_errors=True)
    taken_back = tuple(name for name in now if name not in before)
    as_before = tuple(name for name, line in before.items() if now.get(name) != line)
    return Undone(backup, taken_back, as_before, gone, left)


def _rows(place: Path) -> dict[str, Line]:
    """Return the rows of a region's tables by what they are called."""
    told = unchecked_lines(place / "observations.csv", OBSERVATIONS)
    due = unchecked_lines(place / "targets.csv", TARGETS)
    found = {f"{line['as_of'][:7]} {line['base']}": line for line in told}
    return found | {
        " ".join(filter(None, ("target", line["target_month"], line["family"]))): line
        for line in due
    }


def _take_back_sources(folder: Path, backup: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remove the sources an import added; return those that went, and those still referred to."""
    there = unchecked_lines(folder / ADDED, SOURCES)
    added = [line for line in unchecked_lines(backup / ADDED, SOURCES) if line in there]
    named = set(_named(folder)) if added else set()
    gone = [line for line in added if line["source"] not in named]
    if gone:
        kept = [line for line in there if line not in gone]
        put(folder / ADDED, store.table_text(SOURCES, kept))
    left = (line["source"] for line in added if line not in gone)
    return tuple(line["source"] for line in gone), tuple(left)


def _named(folder: Path) -> Iterator[str]:
    """Yield what may name a source: cells of a data folder's tables, and its scenarios and levers."""
    for path in folder.glob("*/*.toml"):
        text = path.read_text(encoding="utf-8", errors="replace")
        yield from re.findall(r'["\']([^"\'\n]*)["\']', text)
    for path in (*folder.glob("*.csv"), *folder.glob("regions/*/*.csv")):
        if path.name != ADDED:
            with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
                yield from (cell for row in csv.reader(lines) for cell in row)
