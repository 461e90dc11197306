"""What fuzz tests share: hostile cells, files changed at random, and what a refusal has to be.

`UCJ_FUZZ_TIMES=50` asks for fifty times as many examples, other ones each time; so does
`tests/soak/test_fuzz.py`.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from ucj_analysis.cli import main
from ucj_analysis.errors import UCJError
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.messages import error_text, problem_record

TIMES = int(os.environ.get("UCJ_FUZZ_TIMES", "1"))
#: No single input may take longer; a whole command, on a busy machine, takes some of it for itself.
HANG, HANG_COMMAND = 10, 60

#: What stands in cells that are wrong, or nearly right.
CELLS = (
    *("599.061", "599,061", "599061.0", "599 061", "599.06", "0.599", "599.061,5", "1.234.567"),
    *("1e400", "1E5", "NaN", "nan", "inf", "-inf", "-0", "-1", "+5", "0", "1", "00", "0x1F", "1_0"),
    *("29", "29%", "0,29", "0.29", ".5", "5.", "1e-1", "1e-400", "0.5e", "--5", "1/2"),
    *("=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "#REF!", "#N/A", "'599061", "\\", '"', "'", ","),
    *("", " ", "-", "–", "null", "None", "true", "{}", "{0}", "%s", "%(x)s", "$x$", "<b>", "\x7f"),
    *("2025-03", "2025-13", "2025-00", "2025-3", "2025-02-30", "0001-01-01", "9999-12-31"),
    *("9999-12", "0000-01", "1899-12", "31/12/2025", "Maret 2025", "2025-03-13T00:00", "45747"),
    *("\u200f599061", "٥٩٩٠٦١", "５９９", "½", "²", "\u202e160995", "\ufeff1", "e\u0301", "🏗️"),
    *("1" + "0" * 30, "9" * 400, "9" * 5000, "1." + "0" * 400, "1." * 5000, "-1" * 5000),
    *(" " * 5000 + "x", "1 " * 5000, "." * 5000, "(" * 5000, "é" * 5000, "../../x", "a/b\\c:d"),
)
BYTES = (
    b"\x00",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
    b'"',
    b"'",
    b";",
    b",",
    b"\t",
)


def fuzzed(examples: int, seconds: float = HANG) -> Callable[[Any], Any]:
    """Return the settings of a test of so many examples; the same on every machine by default."""
    return settings(
        max_examples=examples * TIMES,
        deadline=timedelta(seconds=seconds),
        derandomize=TIMES == 1,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


cells = st.one_of(
    st.sampled_from(CELLS),
    st.text(max_size=12),
    st.text("0123456789.,-+eE% ", max_size=14),
    st.integers(-(10**30), 10**30).map(str),
    st.floats().map(repr),
    st.dates().map(str),
)


def utf8(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Blow:
    """One change of a file: where, as a part of its length, and how many bytes it is about."""

    kind: str
    where: float
    size: int
    put: bytes

    def __call__(self, content: bytes) -> bytes:
        at = round(self.where * len(content))
        before, hit, after = content[:at], content[at : at + self.size], content[at + self.size :]
        if self.kind == "flip":
            return before + bytes(b ^ (1 << self.size % 8) for b in hit[:1]) + hit[1:] + after
        if self.kind == "cut":
            return before + after
        if self.kind == "end":
            return before
        return before + (hit * 20 if self.kind == "again" else self.put) + hit + after


blows = st.builds(
    Blow,
    st.sampled_from(("flip", "cut", "end", "again", "put")),
    st.floats(0, 1),
    st.integers(1, 40),
    st.sampled_from(BYTES) | cells.map(utf8),
)
damages = st.lists(blows, min_size=1, max_size=4)


def damaged(content: bytes, damage: Sequence[Blow]) -> bytes:
    """Return a file with bytes flipped, cut, said again or put between."""
    for blow in damage:
        content = blow(content)
    return content


Rows = list[list[str]]


@dataclass(frozen=True)
class Edit:
    """One change of a table: a cell replaced, or a row or column gone, moved or said twice."""

    kind: str
    row: int
    column: int
    cell: str

    def __call__(self, rows: Rows) -> Rows:
        told = [list(row) for row in rows]
        if not told or not told[self.row % len(told)]:
            return told
        r = self.row % len(told)
        c = self.column % len(told[r])
        if self.kind == "cell":
            told[r][c] = self.cell
        elif self.kind == "row":
            del told[r]
        elif self.kind == "column":
            told = [row[:c] + row[c + 1 :] for row in told]
        elif self.kind == "again":
            told.insert(r, list(told[r]))
        elif self.kind == "swap":
            told[0], told[r] = told[r], told[0]
        else:
            told[r] = told[r] * 2
        return told


edits = st.lists(
    st.builds(
        Edit,
        st.sampled_from(("cell",) * 8 + ("row", "column", "again", "swap", "wider")),
        st.integers(0, 20),
        st.integers(0, 20),
        cells,
    ),
    min_size=1,
    max_size=3,
)


def edited(rows: Rows, changes: Sequence[Edit]) -> Rows:
    """Return a table with some changes, one after the other."""
    for change in changes:
        rows = change(rows)
    return rows


def csv_rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def csv_bytes(rows: Sequence[Sequence[str]], mark: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, lineterminator="\n").writerows(rows)
    return out.getvalue().encode(encoding, "surrogatepass")


def read_or_refused(read: Callable[[], Any]) -> Any:
    """Return what was read, None where it was refused in words a planner can read."""
    try:
        return read()
    except UCJError as error:
        assert error.problems
        for lang in ("id", "en"):
            assert error_text(error, words(lang)).strip()
            json.dumps([problem_record(p, words(lang)) for p in error.problems], allow_nan=False)
        return None


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


def run(*arguments: object, allowed: Sequence[int] = (0, 2)) -> Ran:
    """Run the command as a planner does; it ends well or is refused, and never with a fault."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([*map(str, arguments), "--lang", "en"])
    told = Ran(code, out.getvalue(), err.getvalue())
    assert code in allowed, (code, told.err[-2000:])
    for fault in ("Traceback", "unexpected fault"):
        assert fault not in told.err, told.err[-2000:]
    if code == 2:  # a dry run tells on standard output what the run would be refused for
        assert (told.err + told.out).strip()
    return told


def seen(folder: Path) -> dict[str, str]:
    """Return what stands in a folder, to tell whether anything was written."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }
