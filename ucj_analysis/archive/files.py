"""Issued forecasts on disk: Parquet by month of issue, added to and never changed.

A file is written aside and appears under its name whole or not at all. Its name follows from what
it holds, and every forecast carries the hash of what was issued, so that a change is noticed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ucj_analysis.archive.disk import entries, write_once
from ucj_analysis.errors import InputError, Problem, refused
from ucj_analysis.months import Month, month_of

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

Array = npt.NDArray[np.float64]
#: Of files with a view of a region's own series; those without stay at 1, as programs before it read.
SCHEMA_VERSION, WITHOUT_SERIES = 2, 1
#: Quantiles kept per month and view: enough to score by.
KEPT_LEVELS = np.round(np.arange(1, 100) / 100, 2)
POOLED = "pooled"
#: Views every forecast has, and the one it has where its region has a series of its own.
VIEWS = (POOLED, "stock_flow", "reference_class")
OWN_SERIES = "own_series"
MANY = "many"
#: Folder of the inputs; readers of partitioned Parquet pass over names like this one.
INPUTS = "_inputs"
#: Rows read together: some 40 forecasts of nine months.
ROWS_PER_GROUP = 1000
_PARTITION = re.compile(r"issued_month=(\d{4}-\d{2})")
_PROVENANCE = "JSON: hash of the data, package version, commit; and, where kept, the inputs by name"
#: Same for every row of a forecast: column -> (Arrow type, unit, what it is).
_HEAD = {
    "forecast": ("string", "", "id: hash of all that was issued"),
    "region": ("string", "", "BPS code of the region"),
    "issued": ("date32", "day", "day of issue"),
    "revision": ("int32", "1", "1, or higher where the day's earlier answer was other"),
    "as_of": ("string", "month", "month the forecast starts from"),
    "known_by": ("date32", "day", "nothing published later was used"),
    "scenario": ("string", "", "name or file of the scenario"),
    "target": ("double", "1", "coverage aimed at, a fraction"),
    "target_month": ("string", "month", "month by whose end the target is due"),
    "start": ("double", "1", "coverage in the month it starts from, a fraction"),
    "base": ("string", "", "id of the base coverage is told on"),
    "paths": ("int64", "1", "simulated paths"),
    "seed": ("string", "", "seed of the random streams, a whole number of any size"),
    "probability": ("double", "1", "pooled probability of reaching the target by its month"),
    "probability_bound": ("double", "1", "the bound the probability is told by"),
    "provenance": ("string", "", _PROVENANCE),
}
_BODY = {
    "view": ("string", "", "pooled, or the view by itself"),
    "month": ("string", "month", "month forecast"),
    "quantiles": ("list<double>", "1", "coverage at the levels 0.01, 0.02 to 0.99, fractions"),
}
#: What tells where a forecast belongs.
_KEYS = ("forecast", "region", "issued", "as_of", "target_month", "scenario")
#: What an id does not cover: neither changes what was said.
_APART = ("forecast", "revision", "provenance")


@dataclass(frozen=True, eq=False)
class Issued:
    """One issued forecast as it is kept.

    `quantiles` has an array of shape (months, 99) per view; coverage in fractions.
    """

    region: str
    issued: date
    as_of: str
    known_by: date
    scenario: str
    target: float
    target_month: str
    start: float
    base: str
    paths: int
    seed: int
    probability: float
    probability_bound: float
    months: tuple[str, ...]
    quantiles: Mapping[str, Array]
    provenance: Mapping[str, Any]
    revision: int = 1

    @cached_property
    def id(self) -> str:
        """Hash of what was issued: the question, the day and every number."""
        said = [str(getattr(self, name)) for name in _HEAD if name not in _APART]
        content = hashlib.sha256(json.dumps([*said, *self.months]).encode())
        for view in self.views:
            content.update(np.ascontiguousarray(self.quantiles[view], "<f8").tobytes())
        return content.hexdigest()[:16]

    @property
    def views(self) -> tuple[str, ...]:
        """The views it has, in the order they are kept in."""
        return tuple(v for v in (*VIEWS, OWN_SERIES) if v in VIEWS or v in self.quantiles)

    @property
    def inputs(self) -> dict[str, str]:
        """Hash of every input by its name; none where it was issued before inputs were kept."""
        return dict(self.provenance.get("inputs", {}))

    @property
    def stem(self) -> str:
        """Name by which it is told: the question, the day and the revision."""
        return f"{_question(vars(self))}_r{self.revision}"


def append(records: Sequence[Issued], archive: Path) -> list[Path]:
    """Add forecasts to an archive, those of one month of issue in one file.

    What the archive holds already is not added again; other numbers for the same question and
    day become revision 2, 3 and so on.

    Returns
    -------
    list of Path
        The file that holds each record.

    Raises
    ------
    InputError
        As :func:`read_archive`, where the month's files cannot be read.
    RunError
        `cannot_write` where the folder cannot be written.
    """
    homes: dict[str, Path] = {}
    for month in sorted({month_of(r.issued) for r in records}):
        mine = [r for r in records if month_of(r.issued) == month]
        homes |= _append_month(mine, archive, month)
    return [homes[r.id] for r in records]


def _append_month(records: list[Issued], archive: Path, month: Month) -> dict[str, Path]:
    homes, revisions = _held(archive, month, {r.region for r in records})
    fresh: dict[str, Issued] = {}
    for record in records:
        if record.id not in homes and record.id not in fresh:
            question = _question(vars(record))
            revisions[question] += 1
            fresh[record.id] = replace(record, revision=revisions[question])
    if fresh:
        ordered = sorted(fresh.values(), key=lambda r: (r.region, r.id))
        path = archive / _place([vars(r) | {"forecast": r.id} for r in ordered])
        write_once(path, _parquet_bytes(ordered))
        homes |= dict.fromkeys(fresh, path)
    return homes


def _held(
    archive: Path, month: Month, regions: Collection[str]
) -> tuple[dict[str, Path], Counter[str]]:
    """Return the file of each forecast held, and how many answers each question has."""
    homes: dict[str, Path] = {}
    revisions: Counter[str] = Counter()
    for path in _files(archive / f"issued_month={month}", regions):
        with _opened(path) as file:
            for key in _distinct(file.read(list(_KEYS))):
                revisions[_question(key)] += key["forecast"] not in homes
                homes.setdefault(key["forecast"], path)
    return homes, revisions


def _question(key: Mapping[str, Any]) -> str:
    """Return what was asked and when: region, months, scenario, day of issue."""
    asked = f"{key['region']}_{key['as_of']}_{key['target_month']}_{Path(key['scenario']).stem}"
    return re.sub(r"[^A-Za-z0-9._-]+", "-", f"{asked}_{key['issued']}")


def _place(keys: Collection[Mapping[str, Any]]) -> str:
    """Return where forecasts of one month of issue belong, below the archive.

    Examples
    --------
    >>> key = {"forecast": "0f", "region": "3318", "issued": date(2025, 4, 1), "as_of": "2025-03"}
    >>> _place([key])
    'issued_month=2025-04/3318-2025-03-05405135639d.parquet'
    """

    def one(name: str) -> str:
        found = {k[name] for k in keys}
        return str(found.pop()) if len(found) == 1 else MANY

    ids = "\n".join(sorted(k["forecast"] for k in keys))
    digest = hashlib.sha256(ids.encode()).hexdigest()[:12]
    month = max(f"{k['issued']:%Y-%m}" for k in keys)
    return f"issued_month={month}/{one('region')}-{one('as_of')}-{digest}.parquet"


# --- writing -----------------------------------------------------------------------------------


@cache
def schema(version: int = SCHEMA_VERSION) -> pa.Schema:
    """Return the Arrow schema of files of a version: units by column, the version of the whole.

    Examples
    --------
    >>> schema().field("target").metadata[b"unit"], schema().metadata[b"schema_version"]
    (b'1', b'2')
    """
    import pyarrow as pa

    def arrow(kind: str) -> pa.DataType:
        of = kind.removeprefix("list<").removesuffix(">")
        return pa.type_for_alias(kind) if of == kind else pa.list_(pa.type_for_alias(of))

    fields = [
        pa.field(name, arrow(kind), False, {"unit": unit, "description": told})
        for name, (kind, unit, told) in (_HEAD | _BODY).items()
    ]
    return pa.schema(fields, {"title": "Issued forecasts", "schema_version": str(version)})


def _parquet_bytes(records: Collection[Issued]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    with_series = any(OWN_SERIES in r.quantiles for r in records)
    version = SCHEMA_VERSION if with_series else WITHOUT_SERIES
    table = pa.concat_tables(_rows(r) for r in records).cast(schema(version))
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        row_group_size=ROWS_PER_GROUP,
        compression="zstd",
        use_dictionary=[name for name in table.column_names if name != "quantiles"],
        column_encoding={"quantiles.list.element": "BYTE_STREAM_SPLIT"},
        write_page_checksum=True,
    )
    return bytes(sink.getvalue())


def _rows(record: Issued) -> pa.Table:
    """Return one row per view and month, the head repeated."""
    import pyarrow as pa

    values = np.concatenate([record.quantiles[view] for view in record.views])
    count, levels = values.shape
    head = {name: getattr(record, name) for name in _HEAD if name != "forecast"}
    head |= {
        "forecast": record.id,
        "seed": str(record.seed),
        "provenance": json.dumps(dict(record.provenance), sort_keys=True),
    }
    ends = np.arange(0, (count + 1) * levels, levels, dtype=np.int32)
    return pa.table(
        {
            **{name: [head[name]] * count for name in _HEAD},
            "view": [view for view in record.views for _ in record.months],
            "month": list(record.months) * len(record.views),
            "quantiles": pa.ListArray.from_arrays(ends, values.ravel()),
        },
        schema(),
    )


# --- reading -----------------------------------------------------------------------------------


def read_archive(
    archive: Path, region: str = "", since: date | None = None, until: date | None = None
) -> list[Issued]:
    """Return the issued forecasts, oldest first.

    Months of issue and regions not asked for are not opened. An absent folder holds none.

    Parameters
    ----------
    archive : Path
        Folder of issued forecasts.
    region : str
        Only this region; all by default.
    since, until : date, optional
        First and last day of issue.

    Raises
    ------
    InputError
        `bad_archive`, `archive_version`, `altered_archive`, `renamed_archive` or `cannot_read`,
        naming the file.
    """
    return [told for part in read_months(archive, region, since, until) for told in part]


def read_months(
    archive: Path, region: str = "", since: date | None = None, until: date | None = None
) -> Iterator[list[Issued]]:
    """Yield the issued forecasts of each month of issue, as :func:`read_archive`."""
    first, last = (day and f"{day:%Y-%m}" for day in (since, until))
    for month, folder in _partitions(archive):
        if not (first or month) <= month <= (last or month):
            continue
        told = _read_month(folder, archive, region)
        yield [t for t in told if (since or t.issued) <= t.issued <= (until or t.issued)]


def newest_first(archive: Path, region: str = "") -> Iterator[Issued]:
    """Yield issued forecasts, the newest first; earlier months are read when asked for.

    Of those issued on one day, what knew more and starts from a later month is the newer.

    Parameters
    ----------
    archive : Path
        Folder of issued forecasts; an absent folder holds none.
    region : str
        Only this region; all by default.

    Raises
    ------
    InputError
        As :func:`read_archive`.
    """
    for _, folder in reversed(list(_partitions(archive))):
        yield from sorted(
            _read_month(folder, archive, region),
            key=lambda t: (t.issued, t.known_by, t.as_of, t.revision),
            reverse=True,
        )


def issued_regions(archive: Path) -> set[str]:
    """Return the codes of all regions a forecast was issued for; raises as :func:`read_archive`."""
    found: set[str] = set()
    for _, folder in _partitions(archive):
        for path in _files(folder, [""]):
            with _opened(path) as file:
                found |= set(file.read(["region"])["region"].unique().to_pylist())
    return found


def _read_month(folder: Path, archive: Path, region: str) -> list[Issued]:
    found = [t for path in _files(folder, [region]) for t in _read_file(path, archive, region)]
    return sorted(_told_once(found), key=lambda t: (t.issued, t.stem))


def _partitions(archive: Path) -> Iterator[tuple[str, Path]]:
    for entry in entries(archive):
        if entry.name == INPUTS:
            continue
        found = _PARTITION.fullmatch(entry.name)
        if not found or not entry.is_dir():
            raise InputError(Problem("bad_archive", file=str(entry)))
        yield found[1], entry


def _files(folder: Path, regions: Collection[str]) -> Iterator[Path]:
    """Yield the files that may hold forecasts of the regions; of all where one is empty."""
    for entry in entries(folder):
        if entry.suffix != ".parquet":
            raise InputError(Problem("bad_archive", file=str(entry)))
        if "" in regions or entry.name.split("-")[0] in (MANY, *regions):
            yield entry


def _told_once(found: Iterable[Issued]) -> Iterator[Issued]:
    """Yield each forecast once, its revisions counted through: two writers may have met."""
    known: set[str] = set()
    revisions: Counter[str] = Counter()
    for told in sorted(found, key=lambda t: (t.revision, t.id)):
        if told.id not in known:
            known.add(told.id)
            question = _question(vars(told))
            revisions[question] += 1
            yield replace(told, revision=revisions[question])


@contextmanager
def _opened(path: Path) -> Iterator[ParquetFile]:
    """Open a file of this schema version; whatever fails while it is read is a named error."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(refused("cannot_read", path, error)) from error
    try:
        file = pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
        _check_schema(path, file.schema_arrow)
        yield file
    except (pa.ArrowException, OSError, ValueError, RecursionError) as error:
        raise InputError(Problem("bad_archive", file=str(path))) from error


def _check_schema(path: Path, found: pa.Schema) -> None:
    version = (found.metadata or {}).get(b"schema_version", b"").decode()
    read = [str(WITHOUT_SERIES), str(SCHEMA_VERSION)]
    if version.isdecimal() and version not in read:
        allowed = ", ".join(read)
        raise InputError(Problem.at("archive_version", path, 0, "", version, allowed=allowed))
    if not version or not found.equals(schema()):
        raise InputError(Problem("bad_archive", file=str(path)))


def _distinct(rows: pa.Table) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rows.group_by(rows.column_names).aggregate([]).to_pylist()
    return found


def _read_file(path: Path, archive: Path, region: str) -> list[Issued]:
    import pyarrow.compute as pc

    with _opened(path) as file:
        keys = file.read(list(_KEYS))
        if not keys.num_rows:
            raise InputError(Problem("bad_archive", file=str(path)))
        place = _place(_distinct(keys))
        if path.relative_to(archive).as_posix() != place:
            raise InputError(Problem.at("renamed_archive", path, allowed=place))
        if not region:
            return _records(path, file.read())
        wanted = np.flatnonzero(np.asarray(pc.equal(keys["region"], region)))
        if not len(wanted):
            return []
        rows = file.read_row_groups(sorted(set((wanted // ROWS_PER_GROUP).tolist())))
        return _records(path, rows.filter(pc.equal(rows["region"], region)))


def _records(path: Path, rows: pa.Table) -> list[Issued]:
    """Return the forecasts of some rows, each compared with its id."""
    heads = {h["forecast"]: h for h in _distinct(rows.select(list(_HEAD)))}
    ids, views, months = (rows[name].to_pylist() for name in ("forecast", "view", "month"))
    starts = [i for i, one in enumerate(ids) if i == 0 or one != ids[i - 1]]
    values, found = _quantiles(path, rows), []
    for start, end in pairwise([*starts, len(ids)]):
        kept, part = tuple(dict.fromkeys(views[start:end])), slice(start, end)
        altered = InputError(Problem("altered_archive", str(path), value=ids[start]))
        if kept not in (VIEWS, (*VIEWS, OWN_SERIES)) or (end - start) % len(kept):
            raise altered
        count = (end - start) // len(kept)
        head, by_view = heads[ids[start]], values[part].reshape(len(kept), count, -1)
        told = Issued(
            **{name: value for name, value in head.items() if name != "forecast"}
            | {"seed": int(head["seed"]), "provenance": _provenance(head["provenance"])},
            months=tuple(months[start : start + count]),
            quantiles=dict(zip(kept, by_view, strict=True)),
        )
        laid_out = [(view, month) for view in kept for month in told.months]
        read = list(zip(views[part], months[part], strict=True))
        if laid_out != read or told.id != ids[start]:
            raise altered
        found.append(told)
    if len(found) != len(heads):
        raise InputError(Problem("bad_archive", file=str(path)))
    return found


def _provenance(text: str) -> dict[str, Any]:
    """Return a provenance as a record; no id covers it, so its form is looked at."""
    told = json.loads(text)
    if not isinstance(told, dict) or not isinstance(told.get("inputs", {}), dict):
        raise ValueError("no provenance")
    return told


def _quantiles(path: Path, rows: pa.Table) -> Array:
    lists = rows["quantiles"].combine_chunks()
    if np.any(np.asarray(lists.value_lengths()) != len(KEPT_LEVELS)):
        raise InputError(Problem("bad_archive", str(path), column="quantiles"))
    values: Array = lists.flatten().to_numpy()
    return values.reshape(len(rows), len(KEPT_LEVELS))
