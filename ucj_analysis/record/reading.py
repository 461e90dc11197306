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
from typing import TYPE_CHECKING

from ucj_analysis.errors import InputError, Problem, UCJError, nearest, refused
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
                raise InputError(
                    Problem(
                        "bad_row",
                        str(path),
                        line,
                        value=str(len(cells)),
                        fields={"allowed": len(header)},
                    )
                )
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
        raise InputError(Problem("bad_encoding", str(path), row, value=found)) from error
    if "\x00" in text:
        raise InputError(
            Problem(
                "bad_encoding", str(path), text[: text.index("\x00")].count("\n") + 1, value="0x00"
            )
        )
    return text


def _check_header(path: Path, table: Table, header: list[str]) -> None:
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        found, name = (";", "semicolon") if ";" in header[0] else ("\t", "tab")
        raise InputError(
            Problem("bad_separator", str(path), 1, value=found, fields={"separator": name})
        )
    problems = []
    for name in table.names:
        if name not in header and name not in table.optional:
            spare = [h for h in header if h not in table.names]
            problems.append(
                Problem(
                    "missing_column",
                    str(path),
                    1,
                    name,
                    fields={"near": nearest(name, spare), "found": header},
                )
            )
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
                problem = error.problems[0]
                problems.append(
                    Problem(problem.code, str(path), line, column.name, text, problem.fields)
                )
        yield value if text or column.kind not in ("text", "code") else ""


def _reader(column: Column, texts: list[str]) -> Callable[[str], object]:
    """Return the function that reads one cell; counts are judged by their whole column."""
    if column.kind == "day":
        return parse_day
    if column.kind == "month":
        return lambda text: str(parse_month(text))
    if column.kind == "count":
        return count_reader(texts)
    if column.kind == "fraction":
        return _read_fraction
    if column.kind in ("percent", "number"):
        return _read_number
    return str


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
            raise InputError(Problem("not_a_count"))
        return float(plain)

    return read


def _read_number(text: str) -> float:
    if not _NUMBER.fullmatch(text) or math.isinf(float(text)):
        raise InputError(Problem("not_a_number"))
    return float(text)


def _read_fraction(text: str) -> float:
    plain = text.replace(",", ".").rstrip("% ")
    value = float(plain) if _NUMBER.fullmatch(plain) else None
    if value is not None and (value > 1 or text.endswith("%")):
        near = f"{value / 100:.10g}" if 0 < value < 100 else ""
        raise InputError(Problem("not_a_fraction", fields={"near": near}))
    if not _NUMBER.fullmatch(text):
        raise InputError(
            Problem("not_a_fraction", fields={"near": plain if value is not None else ""})
        )
    return float(text)


def _schema_problems(path: Path, table: Table, frame: pd.DataFrame) -> list[Problem]:
    from pandera.errors import SchemaErrors

    try:
        pandera_schema(table).validate(frame, lazy=True)
    except SchemaErrors as failed:
        declared = {c.name: c for c in table.columns}
        cases = failed.failure_cases.to_dict("records")
        return [
            Problem(
                str(case["check"]),
                str(path),
                int(frame["line"].iloc[int(case["index"])]),
                str(case["column"]),
                f"{case['failure_case']:.10g}"
                if isinstance(case["failure_case"], float)
                else str(case["failure_case"]),
                _allowed(declared[str(case["column"])]),
            )
            for case in cases
            if str(case["check"]) != "not_nullable"
        ]
    return []


def _allowed(column: Column) -> dict[str, object]:
    if column.one_of:
        return {"allowed": list(column.one_of)}
    return {"low": column.low, "high": column.high, "kind": column.kind}


def _duplicates(path: Path, table: Table, frame: pd.DataFrame) -> list[Problem]:
    keys = frame[list(table.key)].copy()
    if table.name == "observations":
        # a month is told once per base, whichever day it was said on
        keys["as_of"] = [f"{day:%Y-%m}" for day in keys["as_of"]]
    first: dict[tuple[object, ...], int] = {}
    problems = []
    for line, key in zip(frame["line"], keys.itertuples(index=False, name=None), strict=True):
        if key in first:
            problems.append(
                Problem(
                    "duplicate_row",
                    str(path),
                    int(line),
                    ", ".join(table.key),
                    ", ".join(str(k) for k in key),
                    {"first": first[key]},
                )
            )
        first.setdefault(key, int(line))
    return problems


def _windows(path: Path, table: Table, frame: pd.DataFrame) -> list[Problem]:
    """Return the growth pairs whose window is empty, reversed or too short to say anything."""
    if table.name != "growth_pairs":
        return []
    problems = []
    for line, start, end in zip(frame["line"], frame["from"], frame["to"], strict=True):
        if (end - start).days < SHORTEST_WINDOW_DAYS:
            fields: dict[str, object] = {"start": str(start), "least": SHORTEST_WINDOW_DAYS}
            problems.append(Problem("bad_window", str(path), int(line), "to", str(end), fields))
    return problems
