"""Write imported rows into a region's tables: whole or not at all, the previous ones kept.

A month that is there already stays once; another figure for it needs a note that says why.
"""

from __future__ import annotations

import csv
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from ucj_analysis.errors import InputError, Problem, RunError, Share, refused
from ucj_analysis.intake.headings import COUNTS
from ucj_analysis.intake.mapping import MAPPING
from ucj_analysis.intake.tabling import Row, TargetRow
from ucj_analysis.months import Month, month_of, parse_day
from ucj_analysis.publishing.folder import as_csv
from ucj_analysis.record.observations import base_family, observation_problems
from ucj_analysis.record.public_record import BASE as PUBLIC_BASE
from ucj_analysis.record.reading import count_reader, read_table, table_rows
from ucj_analysis.record.schemas import OBSERVATIONS, SOURCES, TARGETS, Table

PREVIOUS, LOCK, WRITING = "previous", ".importing", ".writing-"
#: What an import may change in a region's folder, and a backup brings back.
FILES = ("observations.csv", "targets.csv", MAPPING)
#: Rows an import added to the table of sources; kept in its backup under the same name.
ADDED = "sources.csv"
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


def table_line(table: Table, told: object, **more: str) -> Line:
    """Return a row of a table from what has attributes of its columns' names; others stay empty."""
    found = {name: getattr(told, name, "") for name in table.names} | more
    return {
        name: number_text(value) if value is None or isinstance(value, float) else str(value)
        for name, value in found.items()
    }


def table_text(table: Table, lines: Iterable[Mapping[str, str]]) -> bytes:
    """Return rows as a table of the data folder."""
    cells = ([line.get(name, "") for name in table.names] for line in lines)
    return as_csv([table.names, *cells]).encode()


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
    before = lines_of(place / "observations.csv", OBSERVATIONS)
    known = {(month_of(parse_day(line["as_of"])), line["base"]): line for line in before}
    promised = lines_of(place / "targets.csv", TARGETS)
    due = {(line["target_month"], line["family"]): line for line in promised}
    merging = _Merging(file, restate)
    for row in rows:
        month = month_of(parse_day(row.as_of))
        line = table_line(OBSERVATIONS, row, region=region)
        cells = {figure: row.cells.get(figure, "") for figure in _FIGURES}
        merging.put(known, (month, row.base), f"{month} {row.base}", line, cells)
    for target in targets:
        key, name = (target.target_month, ""), f"target {target.target_month}"
        line = table_line(TARGETS, target, region=region)
        merging.put(due, key, name, line, {"target": target.cell})
    known, aside = _set_aside(known, {k for k in known if known[k] not in before}, aside_note)
    files = {"observations.csv": table_text(OBSERVATIONS, known.values())} if known else {}
    if due:
        files["targets.csv"] = table_text(TARGETS, due.values())
    _check(files, place, region)
    added, kept, restated = map(tuple, (merging.added, merging.kept, merging.restated))
    return Merged(files, added, kept, restated, aside)


@dataclass
class _Merging:
    """Rows as they come to stand in a table: new, there already, or another figure with its reason."""

    file: str
    restate: str
    added: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    restated: list[str] = field(default_factory=list)

    def put(
        self, lines: dict[Any, Line], key: Any, name: str, line: Line, cells: Mapping[str, str]
    ) -> None:
        """Put a row under its key; `cells` tell where each figure stands that may differ."""
        was = lines.get(key)
        if was is None:
            lines[key] = line
            self.added.append(name)
        elif changed := [f for f in cells if not _same(was[f], line[f])]:
            fields = {
                "cell": cells[changed[0]] or next(filter(None, cells.values()), ""),
                "month": str(key[0]),
                "name": f"figure_{changed[0]}",
                "before": _told(changed[0], was[changed[0]]),
                "now": _told(changed[0], line[changed[0]]),
            }
            self._check_reason(was["note"], line[changed[0]], fields)
            lines[key] = line | {"note": _joined(was["note"], self.restate, line["note"])}
            self.restated.append(name)
        else:
            self.kept.append(name)

    def _check_reason(self, before: str, found: str, fields: Mapping[str, object]) -> None:
        why, said = (" ".join(text.split()).casefold() for text in (self.restate, before))
        if why in said:  # nothing is said in every reason
            code = "restate_says_nothing" if why else "import_restates"
            told = self.restate if why else found or "-"
            raise InputError(Problem(code, self.file, value=told, fields=fields))


def _joined(*notes: str) -> str:
    return "; ".join(filter(None, notes))


def _told(name: str, text: str) -> object:
    """Return a figure of a line as a sentence tells it."""
    return (float(text) if name in COUNTS else Share(float(text))) if text else "-"


def lines_of(path: Path, table: Table) -> list[Line]:
    """Return a table's rows as they are written, counts without marks; what is wrong is named."""
    if not path.is_file():
        return []
    read_table(path, table)
    _, rows = table_rows(path, table)
    lines = [{name: row.get(name, "") for name in table.names} for row in rows]
    for name in (c.name for c in table.columns if c.kind == "count"):
        read = count_reader(line[name] for line in lines)
        for line in lines:
            line[name] = number_text(read(line[name])) if line[name] else ""
    return lines


def unchecked_lines(path: Path, table: Table) -> list[Line]:
    """Return a table's rows as they are written, right or wrong; none where there is no table."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        return [
            {name: (row.get(name) or "").strip() for name in table.names}
            for row in csv.DictReader(lines)
            if any((v or "").strip() for v in row.values() if isinstance(v, str))
        ]


def _same(one: str, other: str) -> bool:
    return abs(float(one) - float(other)) < _SAME if one and other else one == other


Key = tuple[Month, str]


def _set_aside(
    known: dict[Key, Line], new: set[Key], note: str
) -> tuple[dict[Key, Line], tuple[str, ...]]:
    """Let the public record give way to a base of the region's own: unlike bases are not joined."""
    own = {base_family(base) for _, base in new} - {PUBLIC_BASE}
    if not own or any(base_family(base) not in own | {PUBLIC_BASE} for _, base in known):
        return known, ()
    changed = {}
    for (month, base), line in known.items():
        told = line["coverage"] or line["participants"]
        if told and base_family(base) == PUBLIC_BASE:
            emptied = dict.fromkeys(("coverage", "half_width", "participants"), "")
            notes = _joined(line["note"], f"{note} ({told})")
            changed[month, base] = line | emptied | {"note": notes}
    return known | changed, tuple(f"{month} {base}" for month, base in changed)


def _check(files: Mapping[str, bytes], place: Path, region: str) -> None:
    """Refuse tables that `ucj validate` would refuse."""
    with tempfile.TemporaryDirectory() as aside:
        for name, content in files.items():
            table = OBSERVATIONS if name == "observations.csv" else TARGETS
            path = Path(aside) / name
            path.write_bytes(content)
            problems: Sequence[Problem] = ()
            try:
                frame = read_table(path, table)
                if table is OBSERVATIONS:
                    problems = observation_problems(frame, region, str(path))
            except InputError as error:
                problems = error.problems
            if problems:
                raise InputError(*(replace(p, file=str(place / name)) for p in problems))


# --- writing ---------------------------------------------------------------------------------------


def write(
    folder: Path,
    region: str,
    merged: Merged,
    mapping: str,
    told: Sequence[Row | TargetRow],
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
    with alone(place):
        sources = folder / ADDED
        new = new_sources(sources, told)
        backup = _keep(place, new, now)
        if new:
            put(sources, table_text(SOURCES, [*lines_of(sources, SOURCES), *new]))
        for name, content in {**merged.files, MAPPING: mapping.encode()}.items():
            put(place / name, content)
    return backup


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Tell what the system refuses while a folder's files are written.

    Raises
    ------
    RunError
        `cannot_write_data`.
    """
    try:
        yield
    except OSError as error:
        raise RunError(refused("cannot_write_data", place, error)) from error


@contextmanager
def appearing(folder: Path, beside: Path) -> Iterator[Path]:
    """Yield an empty folder, in `beside`, that takes its place and name when it is filled."""
    aside = beside / f"{WRITING}{uuid.uuid4().hex}"
    try:
        aside.mkdir()
        yield aside
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def alone(place: Path) -> Iterator[None]:
    """Hold a region's folder for one import at a time.

    Raises
    ------
    RunError
        `import_busy`, `cannot_write_data`.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(place / LOCK, timeout=0)
    with writing(place):
        place.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout as error:
            raise RunError(Problem("import_busy", str(place))) from error
        try:
            yield
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


def _keep(place: Path, new: Sequence[Line], now: datetime) -> Path:
    """Copy the present tables into a folder named after the moment, with the sources to be added."""
    name = f"{now:%Y-%m-%dT%H-%M-%S}"
    taken = len(list((place / PREVIOUS).glob(f"{name}*")))
    backup = place / PREVIOUS / (f"{name}-{taken + 1}" if taken else name)
    backup.parent.mkdir(exist_ok=True)
    with appearing(backup, backup.parent) as aside:
        for path in (place / name for name in FILES):
            if path.is_file():
                shutil.copy2(path, aside / path.name)
        if new:
            (aside / ADDED).write_bytes(table_text(SOURCES, new))
    return backup


def new_sources(path: Path, told: Sequence[Row | TargetRow]) -> list[Line]:
    """Return the rows of sources that imported rows need, by the day they were made known."""
    known = {line["source"] for line in lines_of(path, SOURCES)}
    new = {t.source: t.published for t in told if t.source not in known}
    return [
        table_line(SOURCES, None, source=s, publisher=s, published=day, precision="day")
        for s, day in new.items()
    ]
