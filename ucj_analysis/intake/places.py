"""Regions as offices write them: Kab. Pati, KABUPATEN PATI, Kota Tegal, Tegal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ucj_analysis.intake.cells import plain
from ucj_analysis.record.regions import Region

_KINDS = re.compile(r"\b(kabupaten|kab\.?|kota(?: administrasi)?)\s+(?=\w)", re.I)


@dataclass(frozen=True)
class Place:
    """A name as written, and the regions it may stand for."""

    text: str
    regions: tuple[Region, ...]


def named_regions(
    text: str, register: Mapping[str, Region], whole: bool = False
) -> Iterator[Place]:
    """Yield the regencies and cities a text names.

    In a title only names after their kind count (Kabupaten Pati); with `whole` the text is one
    name, with or without its kind.

    Examples
    --------
    >>> from ucj_analysis.record.regions import load_regions
    >>> regions = load_regions()
    >>> [p.regions[0].code for p in named_regions("Capaian di KAB. PATI, 2025", regions)]
    ['3318']
    >>> [[r.code for r in p.regions] for p in named_regions("Tegal", regions, whole=True)]
    [['3328', '3376']]
    """
    known = _known(tuple(register.values()))
    told = plain(text).casefold()
    if whole and not _KINDS.match(told):
        found = (*known.get(("kabupaten", _bare(told)), ()), *known.get(("kota", _bare(told)), ()))
        if found:
            yield Place(text, found)
        return
    for kind in _KINDS.finditer(told):
        words = re.sub(r"[^\w'\s-]", "\0", told[kind.end() :]).partition("\0")[0].split()
        for length in range(min(len(words), 5), 0, -1):
            key = (
                "kota" if kind[1].startswith("kota") else "kabupaten",
                _bare(" ".join(words[:length])),
            )
            if key in known:
                yield Place(" ".join(words[:length]), known[key])
                break


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


@lru_cache(maxsize=2)
def _known(register: tuple[Region, ...]) -> dict[tuple[str, str], tuple[Region, ...]]:
    found: dict[tuple[str, str], tuple[Region, ...]] = {}
    for region in register:
        if region.level == "regency":
            kind, _, name = region.name.partition(" ")
            name = name.removeprefix("Administrasi ").removeprefix("Adm. ")
            key = (kind.casefold(), _bare(name))
            found[key] = (*found.get(key, ()), region)
    return found
