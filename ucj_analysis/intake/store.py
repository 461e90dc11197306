"""Write imported rows into a region's tables: whole or not at all, the previous ones kept.

A month that is there already stays once; another figure for it needs a note that says why.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from ucj_analysis.errors import InputError, Problem, RunError, refused
from ucj_analysis.intake.mapping import MAPPING
from ucj_analysis.intake.tabling import Row, TargetRow
from ucj_analysis.months import Month, month_of, parse_day
from ucj_analysis.record.observations import base_family, observation_problems
from ucj_analysis.record.public_record import BASE as PUBLIC_BASE
from ucj_analysis.record.reading import read_table
from ucj_analysis.record.schemas import OBSERVATIONS, SOURCES, TARGETS, Table

PREVIOUS, LOCK, WRITING = "previous", ".importing", ".writing-"
#: What an import may change in a region's folder, and a backup brings back.
FILES = ("observations.csv", "targets.csv", MAPPING)
_FIGURES = ("coverage", "half_width", "participants", "labour_force")
_SAME = 1e-9
Line = dict[str, str]


@dataclass(frozen=True)
class Merged:
    """A region's tables after an import, as files; `changed` tells whether any row is new."""

    files: Mapping[str, bytes]
    added: tuple[str, ...]
    kept: tuple[str, ...]
    restated: tuple[str, ...]
    set_aside: tuple[str, ...]

    @property
    def changed(self) -> bool:
        """Whether anything is to be written."""
        return bool(self.added or self.restated)


def number_text(value: float | None) -> str:
    """Write a number as the tables have it: a point, no thousands, no exponent.

    Examples
    --------
    >>> number_text(0.00005), number_text(599061.0), number_text(None)
    ('0.00005', '599061', '')
    """
    if value is None:
        return ""
    told = f"{Decimal(f'{value:.12g}'):f}"
    return told.rstrip("0").rstrip(".") if "." in told else told


def table_text(table: Table, lines: Iterable[Mapping[str, str]]) -> bytes:
    """Return rows as a table of the data folder."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, table.names, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode()


def merge(
    folder: Path,
    region: str,
    rows: Sequence[Row],
    targets: Sequence[TargetRow],
    file: str,
    restate: str = "",
    aside_note: str = "",
) -> Merged:
    """Return a region's tables with imported rows; nothing is written.

    Parameters
    ----------
    folder : Path
        The data folder.
    restate : str
        Why figures changed; without it a changed figure is refused.
    aside_note : str
        Note of rows of the public record that give way to the region's own base.

    Raises
    ------
    InputError
        `import_restates` with the cell, `restate_says_nothing`, and every problem the table would have.
    """
    place = folder / "regions" / region
    before = _lines(place / "observations.csv", OBSERVATIONS)
    known = {(month_of(parse_day(line["as_of"])), line["base"]): line for line in before}
    added, kept, restated = [], [], []
    for row in rows:
        line = _line(row, region)
        key = (month_of(parse_day(row.as_of)), row.base)
        was = known.get(key)
        if was is None:
            known[key] = line
            added.append(f"{key[0]} {row.base}")
        elif all(_same(was[name], line[name]) for name in _FIGURES):
            kept.append(f"{key[0]} {row.base}")
        else:
            known[key] = _restated(was, line, restate, row, file)
            restated.append(f"{key[0]} {row.base}")
    known, aside = _set_aside(known, {k for k in known if known[k] not in before}, aside_note)
    due = {
        (line["target_month"], line["family"]): line
        for line in _lines(place / "targets.csv", TARGETS)
    }
    for target in targets:
        told = _target_line(target, region)
        was = due.get((target.target_month, ""))
        if was is None:
            due[target.target_month, ""] = told
            added.append(f"target {target.target_month}")
        elif _same(was["target"], told["target"]):
            kept.append(f"target {target.target_month}")
        else:
            due[target.target_month, ""] = _restated_target(was, told, restate, target, file)
            restated.append(f"target {target.target_month}")
    files = {"observations.csv": table_text(OBSERVATIONS, known.values())} if known else {}
    if due:
        files["targets.csv"] = table_text(TARGETS, due.values())
    _check(files, place, region)
    return Merged(files, tuple(added), tuple(kept), tuple(restated), aside)


def _lines(path: Path, table: Table) -> list[Line]:
    """Return a table's rows as they are written; what is wrong with it is named."""
    if not path.is_file():
        return []
    read_table(path, table)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return [
            {name: (row.get(name) or "").strip() for name in table.names}
            for row in csv.DictReader(lines)
            if any((v or "").strip() for v in row.values() if isinstance(v, str))
        ]


def _line(row: Row, region: str) -> Line:
    told = {name: str(getattr(row, name, "")) for name in OBSERVATIONS.names}
    figures = {name: number_text(getattr(row, name)) for name in _FIGURES}
    return told | figures | {"region": region}


def _target_line(target: TargetRow, region: str) -> Line:
    return {
        "region": region,
        "target_month": target.target_month,
        "target": number_text(target.target),
        "family": "",
        "published": target.published,
        "source": target.source,
        "note": "",
    }


def _same(one: str, other: str) -> bool:
    if not (one and other):
        return one == other
    return abs(float(one.replace(",", "")) - float(other)) < _SAME


def _restated(was: Line, line: Line, note: str, row: Row, file: str) -> Line:
    name = next(n for n in _FIGURES if not _same(was[n], line[n]))
    figure = name if name in row.cells else next((n for n in _FIGURES if n in row.cells), "")
    fields = {
        "cell": row.cells.get(figure, ""),
        "month": row.as_of[:7],
        "name": name,
        "before": was[name] or "-",
    }
    _check_note(was["note"], note, line[name], file, fields)
    return line | {"note": "; ".join(filter(None, (was["note"], note, row.note)))}


def _restated_target(was: Line, line: Line, note: str, target: TargetRow, file: str) -> Line:
    fields = {
        "cell": target.cell,
        "month": target.target_month,
        "name": "target",
        "before": was["target"],
    }
    _check_note(was["note"], note, line["target"], file, fields)
    return line | {"note": "; ".join(filter(None, (was["note"], note)))}


def _check_note(
    before: str, note: str, found: str, file: str, fields: Mapping[str, object]
) -> None:
    if not note.strip():
        raise InputError(Problem("import_restates", file, value=found or "-", fields=fields))
    if " ".join(note.split()).casefold() in " ".join(before.split()).casefold():
        raise InputError(Problem("restate_says_nothing", file, value=note, fields=fields))


Key = tuple[Month, str]


def _set_aside(
    known: dict[Key, Line], new: set[Key], note: str
) -> tuple[dict[Key, Line], tuple[str, ...]]:
    """Let the public record give way to a base of the region's own: unlike bases are not joined."""
    own = {base_family(base) for _, base in new} - {PUBLIC_BASE}
    printed = [
        key
        for key, line in known.items()
        if own and base_family(key[1]) == PUBLIC_BASE and (line["coverage"] or line["participants"])
    ]
    if any(base_family(base) not in own | {PUBLIC_BASE} for _, base in known):
        return known, ()
    changed = dict(known)
    for key in printed:
        line = known[key]
        told = f"{note} ({line['coverage'] or line['participants']})"
        changed[key] = line | {
            "coverage": "",
            "half_width": "",
            "participants": "",
            "note": "; ".join(filter(None, (line["note"], told))),
        }
    return changed, tuple(f"{month} {base}" for month, base in printed)


def _check(files: Mapping[str, bytes], place: Path, region: str) -> None:
    """Refuse tables that `ucj validate` would refuse."""
    with tempfile.TemporaryDirectory() as aside:
        for name, table in (("observations.csv", OBSERVATIONS), ("targets.csv", TARGETS)):
            if name not in files:
                continue
            path = Path(aside) / name
            path.write_bytes(files[name])
            try:
                frame = read_table(path, table)
                problems = (
                    observation_problems(frame, region, str(path)) if table is OBSERVATIONS else []
                )
            except InputError as error:
                problems = list(error.problems)
            if problems:
                raise InputError(*(replace(p, file=str(place / name)) for p in problems))


# --- writing ---------------------------------------------------------------------------------------


def write(
    folder: Path,
    region: str,
    merged: Merged,
    mapping: str,
    targets: Sequence[TargetRow],
    now: datetime,
) -> Path:
    """Write a region's tables, each whole at once; return where the previous ones are kept.

    A run that is killed leaves every table whole, and the previous ones in the backup.

    Raises
    ------
    RunError
        `import_busy` where another import writes there, `cannot_write`.
    """
    place = folder / "regions" / region
    with _alone(place):
        backup = _keep(place, now)
        sources = folder / "sources.csv"
        put(sources, with_sources(sources, targets))
        for name, content in {**merged.files, MAPPING: mapping.encode()}.items():
            put(place / name, content)
    return backup


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Hold a region's folder for one import at a time."""
    from filelock import FileLock, Timeout

    lock = FileLock(place / LOCK, timeout=0)
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise RunError(Problem("import_busy", str(place))) from error
    except OSError as error:
        raise RunError(refused("cannot_write_data", place, error)) from error
    try:
        yield
    except OSError as error:
        raise RunError(refused("cannot_write_data", place, error)) from error
    finally:
        with suppress(OSError):  # some systems keep a lock's file while it is held
            (place / LOCK).unlink(missing_ok=True)
        lock.release()


def put(path: Path, content: bytes) -> None:
    """Put a file in the place of the one of its name, whole at any moment."""
    if path.is_file() and path.read_bytes() == content:
        return
    aside = path.with_name(f"{WRITING}{uuid.uuid4().hex}")
    try:
        with aside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def _keep(place: Path, now: datetime) -> Path:
    """Copy the present tables into a folder named after the moment; an empty one tells of none."""
    present = [place / name for name in FILES if (place / name).is_file()]
    name = f"{now:%Y-%m-%dT%H-%M-%S}"
    taken = len(list((place / PREVIOUS).glob(f"{name}*")))
    backup = place / PREVIOUS / (f"{name}-{taken + 1}" if taken else name)
    backup.parent.mkdir(exist_ok=True)
    aside = backup.parent / f"{WRITING}{uuid.uuid4().hex}"
    try:
        aside.mkdir()
        for path in present:
            shutil.copy2(path, aside / path.name)
        aside.rename(backup)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return backup


def undo(folder: Path, region: str) -> Path:
    """Bring back the tables as they were before the last import; return the backup they came from.

    Raises
    ------
    InputError
        `nothing_to_undo`.
    """
    place = folder / "regions" / region
    kept = sorted(p for p in (place / PREVIOUS).glob("[0-9]*") if p.is_dir())
    if not kept:
        raise InputError(Problem("nothing_to_undo", str(place)))
    backup = kept[-1]
    with _alone(place):
        for name in FILES:
            if (backup / name).is_file():
                put(place / name, (backup / name).read_bytes())
            else:
                (place / name).unlink(missing_ok=True)
        spent = backup.rename(backup.with_name(f"{WRITING}{uuid.uuid4().hex}"))
        shutil.rmtree(spent, ignore_errors=True)
    return backup


def with_sources(path: Path, targets: Sequence[TargetRow]) -> bytes:
    """Return the table of sources with those of new targets: each target's source has to stand there."""
    lines = _lines(path, SOURCES)
    known = {line["source"] for line in lines}
    new = {t.source: t for t in targets if t.source not in known}
    if not new:
        return path.read_bytes()
    told = [
        {"source": s, "publisher": s, "url": "", "published": t.published, "precision": "day"}
        for s, t in new.items()
    ]
    return table_text(SOURCES, [*lines, *told])
