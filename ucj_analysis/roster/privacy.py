"""What keeps people out of everything that is kept: the number's form, its keyed hash, the spill.

A population number (NIK) is read once, checked and replaced by a keyed hash in one streaming
projection; nothing that could spill to disk ever holds it. The key is made for one run and lives
in memory alone, and the hash is written nowhere but into a spill that is removed.
"""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock

#: Why a number is refused, in the order of the checks; 0 is a number of good form.
NIK_REASONS = ("", "nik_empty", "nik_form", "nik_region", "nik_date", "nik_serial")
#: A number of a person, or a good part of one, with what may stand between its digits.
_LONG_NUMBER = re.compile(r"\d(?:[ .-]?\d){9,}")
_SPILL = "ucj-roster-"
#: How often a folder is made anew where another run takes it away before it is held.
ATTEMPTS = 10

#: Every number hashed has 16 digits, so a secret prefix is a sound key: no digest can be extended
#: to another number's. 64 bits are kept: among two million people the chance that any two share
#: one is about one in ten million.
PERSON = "hash(sha256($key || nik))"

#: From `nik` (trimmed text) and `n` (its 16 digits as a number, or NULL).
NIK_REASON = """
    CASE WHEN nik IS NULL OR nik = '' THEN 1
         WHEN n IS NULL THEN 2
         WHEN get_bit($regions::BIT, (n // 1000000000000)::INTEGER) = 0
              OR n // 10000000000 % 100 = 0 THEN 3
         WHEN n // 1000000 % 100 NOT BETWEEN 1 AND 12
              OR n // 100000000 % 100 % 40 NOT BETWEEN 1 AND
                 CASE n // 1000000 % 100 WHEN 2 THEN 29 WHEN 4 THEN 30 WHEN 6 THEN 30
                                         WHEN 9 THEN 30 WHEN 11 THEN 30 ELSE 31 END
              OR n // 100000000 % 100 > 71 THEN 4
         WHEN n % 10000 = 0 THEN 5
         ELSE 0 END"""


def fresh_key() -> str:
    """Return a key of 128 bits for one run."""
    return secrets.token_hex(16)


def region_bits(codes: list[str]) -> str:
    """Return which four-digit codes are regencies or cities, as a string of 10,000 bits.

    Examples
    --------
    >>> bits = region_bits(["3318", "33"])
    >>> len(bits), bits[3318], bits[3319], bits.count("1")
    (10000, '1', '0', 1)
    """
    known = {int(code) for code in codes if len(code) == 4}
    return "".join("1" if n in known else "0" for n in range(10_000))


def without_numbers(text: str) -> str:
    """Return text in which nothing that may be a number of a person is left.

    Examples
    --------
    >>> without_numbers("roster 3318010101900001.csv"), without_numbers("roster-2025.csv")
    ('roster ….csv', 'roster-2025.csv')
    """
    return _LONG_NUMBER.sub("…", text)


@contextmanager
def spill_folder() -> Iterator[Path]:
    """Yield a folder that only this user can read; it is gone afterwards, as are those of killed runs."""
    from filelock import FileLock, Timeout

    shared = Path(tempfile.gettempdir())
    for left in shared.glob(f"{_SPILL}*"):
        try:
            with FileLock(left / "lock", timeout=0):
                shutil.rmtree(left, ignore_errors=True)
        except (Timeout, OSError):
            continue  # of a run under way, or of somebody else
    folder, lock = _held_folder(shared)
    try:
        yield folder / "spill"
    finally:
        lock.release()
        shutil.rmtree(folder, ignore_errors=True)


def _held_folder(shared: Path) -> tuple[Path, FileLock]:
    """Return a new folder and its lock; another run may take it for a left one until it is held."""
    from filelock import FileLock, Timeout

    for attempt in range(ATTEMPTS):
        folder = Path(tempfile.mkdtemp(prefix=_SPILL, dir=shared))
        lock = FileLock(folder / "lock", timeout=0)
        try:
            lock.acquire()
            (folder / "spill").mkdir()
            break
        except (Timeout, OSError):
            lock.release()
            shutil.rmtree(folder, ignore_errors=True)
            if attempt == ATTEMPTS - 1:
                raise
    return folder, lock
