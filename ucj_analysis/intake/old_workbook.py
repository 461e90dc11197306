"""Read an .xls apart, in a process of its own: a damaged one can end the reader, never the command.

Run as a file, with the workbook on standard input; prints its sheets as JSON.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

SECONDS, BYTES = 60, 1_000_000_000
MOST_CELLS = 500_000
LOCKED, TOO_LARGE = 3, 4


def read_apart(content: bytes) -> tuple[int, list[dict[str, Any]]]:
    """Return how the reader ended, 0 where all went well, and the sheets it found."""
    try:
        ran = subprocess.run(
            [sys.executable, "-I", str(Path(__file__))],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, []
    return ran.returncode, json.loads(ran.stdout) if ran.returncode == 0 else []


def sheets(content: bytes) -> list[dict[str, Any]]:
    """Return every sheet of a workbook: name, whether hidden, merged cells, cells by place."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [_sheet(book, told) for told in book.sheets_metadata]


def _sheet(book: Any, told: Any) -> dict[str, Any]:
    found = book.get_sheet_by_name(told.name)
    if found.total_height * found.total_width > MOST_CELLS:
        sys.exit(TOO_LARGE)
    return {
        "name": told.name,
        "hidden": not str(told.visible).endswith(".Visible"),
        "merged": found.merged_cell_ranges or [],
        "cells": [
            (row, column, *_plain(value))
            for row, values in enumerate(found.to_python(skip_empty_area=False), 1)
            for column, value in enumerate(values, 1)
            if value != ""
        ],
    }


def _plain(value: object) -> tuple[str, object]:
    """Return a value with its kind, as JSON can hold it."""
    if isinstance(value, datetime):
        at_midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return ("day", f"{value:%Y-%m-%d}") if at_midnight else ("text", f"{value:%Y-%m-%d %H:%M}")
    if isinstance(value, date):
        return "day", value.isoformat()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "number", value
    return "text", str(value)


def main() -> int:
    """Read standard input, within bounds."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    except (ImportError, ValueError, OSError):
        pass  # no such bound on this system; the time is bounded all the same
    from python_calamine import PasswordError

    try:
        found = sheets(sys.stdin.buffer.read())
    except PasswordError:
        return LOCKED
    sys.stdout.write(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
