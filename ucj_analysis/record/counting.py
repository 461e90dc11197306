"""What a figure's numerator counts, as far as its `basis` says so; unlike counts are not compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Self

from ucj_analysis.record.observations import Observation

#: What each rule is called where it holds, and where its opposite does; English and Indonesian.
_WORDS = {
    "active": (
        r"\b(active|aktif)\b",
        r"\b(registered|terdaftar|inactive|(non|tidak|belum)[- ]?aktif)\b",
    ),
    "residence": (
        r"\b(residen(ce|ts?)|domisili|tempat tinggal|nik|ktp)\b",
        r"\b(work ?places?|place of (work|registration)|(tempat|lokasi) (kerja|usaha|pendaftaran))\b",
    ),
    "construction": (
        r"\b(with|incl\w*|dengan|termasuk) (the )?(construction|jakon|(jasa )?konstruksi)\b",
        r"\b(without|excl\w*|tanpa|tidak termasuk|di luar) (the )?(construction|jakon|(jasa )?konstruksi)\b",
    ),
}
#: What says that a rule is not known, whatever else stands beside it.
_UNSTATED = re.compile(
    r"\b(not stated|assumed|tidak (disebut\w*|dinyatakan|jelas)|diduga|asumsi)\b"
)


@dataclass(frozen=True)
class Counting:
    """Whom a head count counts; None where it is not stated.

    `active` participants, not all who ever registered; by `residence`, not by workplace; with
    `construction`, not without.
    """

    active: bool | None = None
    residence: bool | None = None
    construction: bool | None = None

    @classmethod
    def of(cls, basis: str) -> Self:
        """Read the free text of a `basis`.

        Examples
        --------
        >>> Counting.of("active; residence; construction not stated")
        Counting(active=True, residence=True, construction=None)
        >>> Counting.of("terdaftar, tempat kerja, tanpa Jakon")
        Counting(active=False, residence=False, construction=False)
        """
        parts = [p for p in re.split(r"[;,]", basis.casefold()) if not _UNSTATED.search(p)]
        return cls(**{name: _stated(parts, *words) for name, words in _WORDS.items()})

    def unlike(self, other: Counting) -> tuple[str, ...]:
        """Return the rules both state, and differently.

        Examples
        --------
        >>> Counting(True, True).unlike(Counting(True, False, True))
        ('residence',)
        """
        pairs = {f.name: (getattr(self, f.name), getattr(other, f.name)) for f in fields(self)}
        return tuple(n for n, (a, b) in pairs.items() if None not in (a, b) and a != b)

    def or_else(self, other: Counting) -> Counting:
        """Return these rules, and the other's where none is stated here."""
        told = {f.name: (getattr(self, f.name), getattr(other, f.name)) for f in fields(self)}
        return Counting(**{name: b if a is None else a for name, (a, b) in told.items()})


def _stated(parts: Sequence[str], yes: str, no: str) -> bool | None:
    """Return what the parts of a basis say of one rule; None where they are silent or of two minds."""
    said = {not re.search(no, p) for p in parts if re.search(yes, p) or re.search(no, p)}
    return said.pop() if len(said) == 1 else None


def not_alike(told: Sequence[Observation]) -> tuple[Observation, ...]:
    """Return the observations that count otherwise than the newest, oldest first.

    What the newest does not state is taken from the newest before it that does.

    Examples
    --------
    >>> from ucj_analysis.record.observations import load_observations
    >>> not_alike(load_observations("3318"))
    ()
    """
    rule, apart = Counting(), []
    for one in reversed(told):
        own = Counting.of(one.basis)
        if rule.unlike(own):
            apart.append(one)
        else:
            rule = rule.or_else(own)
    return tuple(reversed(apart))
