"""Read one CSV table: text to typed columns, or the places where it cannot be.

Nothing is guessed. A count with dots or commas is thousands only where the whole column is
written so, with one separator; anything else is refused with its place.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.errors import InputError, Problem, UCJError, bad, nearest, refused
from ucj_analysis.months import parse_day, parse_month
from ucj_analysis.record.schemas import Column, Table, pandera_schema

if TYPE_CHECKING:
    import pandas as pd

_GROUPED = re.compile(r"[1-9]\d{0,2}([.,]\d{3})+|\d{1,3}")
# one zero after the point is how spreadsheets write a whole number; it can be no thousand
_WHOLE = re.compile(r"-?\d+(\.0)?")
SHORTEST_WINDOW_DAYS = 14
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE]-?\d+)?")


def read_table(path: Path, table: Table) -> pd.DataFrame:
    """Return a table with typed columns and the line of each row in `line`.

    Parameters
    ----------
    path : Path
        A UTF-8 file with comma-separated columns.
    table : Table
        What the file must hold.

    Returns
    -------
    DataFrame
        Counts, fractions and percentages as float (NaN where empty), days as `datetime.date`,
        everything else as text.

    Raises
    ------
    InputError
        Every problem found, each with file, row, column, value and what is allowed.

    Examples
    --------
    >>> from ucj_analysis.resources import data_folder
    >>> from ucj_analysis.record.schemas import REGIONS
    >>> len(read_table(data_folder() / "regions.csv", REGIONS))
    552
    """
    return _parsed(path, _text(path), table).copy()


def table_rows(path: Path, table: Table) -> tuple[list[int], list[dict[str, str]]]:
    """Return the line and the cells of each row, as text without spaces around it.

    Only the table's shape is checked; no pandas is needed.

    Raises
    ------
    InputError
        As :func:`read_table`, of the file, its header and the width of its rows.

    Examples
    --------
    >>> from ucj_analysis.resources import data_folder
    >>> from ucj_analysis.record.schemas import REGIONS
    >>> lines, rows = table_rows(data_folder() / "regions.csv", REGIONS)
    >>> lines[0], rows[0]["code"]
    (2, '11')
    """
    return _rows(path, _text(path), table)


@lru_cache(maxsize=32)
def _parsed(path: Path, text: str, table: Table) -> pd.DataFrame:
    """Return the table a file's text holds; an answer reads the same few tables many times."""
    import pandas as pd

    lines, rows = _rows(path, text, table)
    problems: list[Problem] = []
    columns: dict[str, list[object]] = {"line": list(lines)}
    for column in table.columns:
        if column.name in rows[0]:
            texts = [row[column.name] for row in rows]
            columns[column.name] = list(_read_column(path, column, texts, lines, problems))
    if problems:
        raise InputError(*problems)
    frame = pd.DataFrame(columns)
    for column in table.columns:
        if column.name in frame and column.kind in ("count", "fraction", "percent", "number"):
            frame[column.name] = frame[column.name].astype(float)
    problems = [
        *_schema_problems(path, table, frame),
        *_duplicates(path, table, frame),
        *_windows(path, table, frame),
    ]
    if problems:
        raise InputError(*sorted(problems, key=lambda p: p.row))
    return frame


def _rows(path: Path, text: str, table: Table) -> tuple[list[int], list[dict[str, str]]]:
    reader = csv.reader(io.StringIO(text, newline=""))
    lines, rows = [], []
    try:
        header = [h.strip() for h in next(reader, [])]
        if not any(header):
            raise InputError(Problem("empty_file", file=str(path)))
        _check_header(path, table, header)
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if not any(c.strip() for c in cells):
                continue
            if len(cells) != len(header):
                found = len(cells)
                raise InputError(Problem.at("bad_row", path, line, "", found, allowed=len(header)))
            lines.append(line)
            rows.append({h: c.strip() for h, c in zip(header, cells, strict=True)})
    except csv.Error as error:
        raise InputError(Problem("not_csv", str(path), reader.line_num)) from error
    if not rows:
        raise InputError(Problem("empty_file", file=str(path)))
    return lines, rows


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(Problem("no_file", file=str(path))) from error
    except OSError as error:
        raise InputError(refused("cannot_read", path, error)) from error
    if not raw.strip():
        raise InputError(Problem("empty_file", file=str(path)))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        found = f"0x{raw[error.start]:02X}"
        raise InputError(Problem.at("bad_encoding", path, row, "", found)) from error
    if "\x00" in text:
        row = text[: text.index("\x00")].count("\n") + 1
        raise InputError(Problem.at("bad_encoding", path, row, "", "0x00"))
    return text


def _check_header(path: Path, table: Table, header: list[str]) -> None:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        found, name = (";", "semicolon") if ";" in header[0] else ("\t", "tab")
        raise InputError(Problem.at("bad_separator", path, 1, "", found, separator=name))
    problems = []
    for name in table.names:
        if name not in header and name not in table.optional:
            near = nearest(name, [h for h in header if h not in table.names])
            problem = Problem.at("missing_column", path, 1, name, near=near, found=header)
            problems.append(problem)
        if header.count(name) > 1:
            problems.append(Problem("duplicate_column", str(path), 1, name))
    if problems:
        raise InputError(*problems)


def _read_column(
    path: Path, column: Column, texts: list[str], lines: list[int], problems: list[Problem]
) -> Iterator[object]:
    read = _reader(column, texts)
    for text, line in zip(texts, lines, strict=True):
        value: object = None
        if not text:
            if column.required:
                problems.append(Problem("missing_value", str(path), line, column.name))
        else:
            try:
                value = read(text)
            except UCJError as error:
                found, place = error.problems[0], (line, column.name, text)
                problems.append(Problem.at(found.code, path, *place, **found.fields))
        yield value if text or column.kind not in ("text", "code") else ""


def _reader(column: Column, texts: list[str]) -> Callable[[str], object]:
    """Return the function that reads one cell; counts are judged by their whole column."""
    readers: dict[str, Callable[[str], object]] = {
        "day": parse_day,
        "month": lambda text: str(parse_month(text)),
        "fraction": _read_fraction,
        "percent": _read_number,
        "number": _read_number,
    }
    return count_reader(texts) if column.kind == "count" else readers.get(column.kind, str)


def count_reader(texts: Iterable[str]) -> Callable[[str], float]:
    """Return the function that reads a count of a column of these cells, people.

    Examples
    --------
    >>> count_reader(["599.061", "1.234.567", ""])("599.061")
    599061.0
    """
    told = [t for t in texts if t]
    separators = {c for t in told for c in t if c in ".,"}
    grouped = len(separators) == 1 and all(_GROUPED.fullmatch(t) for t in told)

    def read(text: str) -> float:
        plain = text.replace(".", "").replace(",", "") if grouped else text
        if not _WHOLE.fullmatch(plain) or math.isinf(float(plain)):
            raise bad("not_a_count")
        return float(plain)

    return read


def _read_number(text: str) -> float:
    if not _NUMBER.fullmatch(text) or math.isinf(float(text)):
        raise bad("not_a_number")
    return float(text)


def _read_fraction(text: str) -> float:
    plain = text.replace(",", ".").rstrip("% ")
    value = float(plain) if _NUMBER.fullmatch(plain) else None
    if value is not None and (value > 1 or text.endswith("%")):
        raise bad("not_a_fraction", near=f"{value / 100:.10g}" if 0 < value < 100 else "")
    if not _NUMBER.fullmatch(text):
        raise bad("not_a_fraction", near=plain if value is not None else "")
    return float(text)


def _schema_problems(path: Path, table: Table, frame: pd.DataFrame) -> list[Problem]:
    from pandera.errors import SchemaErrors

    try:
        pandera_schema(table).validate(frame, lazy=True)
    except SchemaErrors as failed:
        cases = failed.failure_cases.to_dict("records")
        return [_failed(path, table, frame, c) for c in cases if str(c["check"]) != "not_nullable"]
    return []


def _failed(path: Path, table: Table, frame: pd.DataFrame, case: dict[Any, Any]) -> Problem:
    """Return the problem of one cell that failed a check of pandera's."""
    (column,) = (c for c in table.columns if c.name == case["column"])
    line, found = frame["line"].iloc[int(case["index"])], case["failure_case"]
    shown = f"{found:.10g}" if isinstance(found, float) else found
    return Problem.at(str(case["check"]), path, line, column.name, shown, **_allowed(column))


def _allowed(column: Column) -> dict[str, object]:
    if column.one_of:
        return {"allowed": list(column.one_of)}
    return {"low": column.low, "high": column.high, "kind": column.kind}


def _duplicates(path: Path, table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    keys = frame[list(table.key)].copy()
    if table.name == "observations":
        # a month is told once per base, whichever day it was said on
        keys["as_of"] = [f"{day:%Y-%m}" for day in keys["as_of"]]
    first: dict[tuple[object, ...], int] = {}
    for line, key in zip(frame["line"], keys.itertuples(index=False, name=None), strict=True):
        if first.setdefault(key, int(line)) != line:
            told = ", ".join(table.key), ", ".join(map(str, key))
            yield Problem.at("duplicate_row", path, line, *told, first=first[key])


def _windows(path: Path, table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    """Yield the growth pairs whose window is empty, reversed or too short to say anything."""
    if table.name != "growth_pairs":
        return
    for line, start, end in zip(frame["line"], frame["from"], frame["to"], strict=True):
        if (end - start).days < SHORTEST_WINDOW_DAYS:
            least = {"start": str(start), "least": SHORTEST_WINDOW_DAYS}
            yield Problem.at("bad_window", path, line, "to", end, **least)
