"""Regions as offices write them: Kab. Pati, KABUPATEN PATI, Kota Tegal, Tegal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ucj_analysis.errors import bad, nearest
from ucj_analysis.intake.cells import plain
from ucj_analysis.record.regions import Region

_KINDS = re.compile(r"\b(kabupaten|kab\.?|kota(?: administrasi)?)\s+(?=\w)", re.I)


def named_regions(
    text: str, register: Mapping[str, Region], whole: bool = False
) -> Iterator[tuple[Region, ...]]:
    """Yield the regencies and cities that each name in a text may stand for.

    In a title only names after their kind count (Kabupaten Pati); with `whole` the text is one
    name, with or without its kind.

    Examples
    --------
    >>> from ucj_analysis.record.regions import load_regions
    >>> regions = load_regions()
    >>> [told[0].code for told in named_regions("Capaian di KAB. PATI, 2025", regions)]
    ['3318']
    >>> [[r.code for r in told] for told in named_regions("Tegal", regions, whole=True)]
    [['3328', '3376']]
    """
    known = _known(tuple(register.values()))
    told = plain(text).casefold()
    if whole and not _KINDS.match(told):
        name = _bare(told)
        if found := (*known.get(("kabupaten", name), ()), *known.get(("kota", name), ())):
            yield found
        return
    for head in _KINDS.finditer(told):
        kind = "kota" if head[1].startswith("kota") else "kabupaten"
        words = re.sub(r"[^\w'\s-]", "\0", told[head.end() :]).partition("\0")[0].split()
        keys = ((kind, _bare(" ".join(words[:n]))) for n in range(min(len(words), 5), 0, -1))
        if key := next((key for key in keys if key in known), None):
            yield known[key]


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


def registered(code: str, register: Mapping[str, Region]) -> Region:
    """Return a region of the register by its code.

    Raises
    ------
    InputError
        `no_such_region`, with the nearest.
    """
    if code not in register:
        near = register.get(nearest(code, register))
        raise bad("no_such_region", code, near=f"{near.code} {near.name}" if near else "")
    return register[code]
