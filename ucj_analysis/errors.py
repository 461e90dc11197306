"""What can go wrong, as codes with fields; `presentation/messages` has the sentences.

The library raises; it never prints. The command line words the error in the reader's
language and ends with exit code 2 (bad input) or 1 (something failed while running).
"""

from __future__ import annotations

import errno
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Self


class Share(float):
    """A fraction that a sentence tells as a percentage."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one place of the input.

    Parameters
    ----------
    code : str
        Key of the sentence in :data:`ucj_analysis.presentation.messages.PROBLEMS`.
    file, row, column : str, int, str
        Where; row 1 is the header line. Empty or 0 where it does not apply.
    value : str
        What was found, as written.
    fields : dict
        What else the sentence names: what is allowed, the nearest valid name.

    Examples
    --------
    >>> Problem("bad_month", file="observations.csv", row=3, column="as_of", value="2025-13").row
    3
    """

    code: str
    file: str = ""
    row: int = 0
    column: str = ""
    value: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def at(
        cls,
        code: str,
        file: object,
        row: int = 0,
        column: str = "",
        value: object = "",
        /,
        **fields: object,
    ) -> Self:
        """Return what is wrong at one place; what else its sentence names is given by name.

        Examples
        --------
        >>> Problem.at("bad_row", "panel.csv", 3, "", 4, allowed=16).fields
        {'allowed': 16}
        """
        return cls(code, str(file), int(row), column, str(value), fields)


class UCJError(Exception):
    """Base of all errors a planner can meet; carries one or more problems."""

    exit_code = 1

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(
            "; ".join(f"{p.code} {p.file}:{p.row} {p.value} {p.fields}" for p in problems)
        )


class InputError(UCJError):
    """The input or the usage is wrong; nothing was computed or written."""

    exit_code = 2


class RunError(UCJError):
    """The input was right, and something failed while running."""


def bad(code: str, value: object = "", **fields: object) -> InputError:
    """Return the error for one bad value that stands in no file.

    Examples
    --------
    >>> bad("bad_target", 52).problems[0].value
    '52'
    """
    return InputError(Problem(code, value=str(value), fields=fields))


def refused(code: str, path: object, error: OSError) -> Problem:
    """Return the problem of a file the system refused; the reason is the system's own code.

    Examples
    --------
    >>> refused("cannot_read", "data", IsADirectoryError(errno.EISDIR, "")).fields["reason"]
    'EISDIR'
    """
    return Problem(code, str(path), fields={"reason": errno.errorcode.get(error.errno or 0, "-")})


def nearest(name: str, allowed: Iterable[str], cutoff: float = 0.5) -> str:
    """Return the allowed name nearest to `name`, or an empty string.

    One with two neighbouring letters swapped is nearest; `cutoff` is how alike others must be, 0 to 1.

    Examples
    --------
    >>> nearest("tarjet", ["target", "region"]), nearest("3391", ["3291", "3319"])
    ('target', '3319')
    """
    by_lower, low = {a.lower(): a for a in allowed}, name.lower()
    swapped = (low[:i] + low[i + 1] + low[i] + low[i + 2 :] for i in range(len(low) - 1))
    close = [s for s in swapped if s in by_lower] or get_close_matches(low, by_lower, 1, cutoff)
    return by_lower[close[0]] if close else ""
