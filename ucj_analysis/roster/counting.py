"""Member-level extracts as monthly stocks and flows, survival curves, and the uncovered on the lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ucj_analysis.errors import InputError, Problem, bad
from ucj_analysis.months import FIRST_GROWING_MONTH, Month, parse_month
from ucj_analysis.record.regions import find_region, load_regions
from ucj_analysis.roster.files import REGISTER_FIELDS, ROSTER_FIELDS, open_extract
from ucj_analysis.roster.sql import MEMORY, TOTAL, UNCOVERED, Ints, Islands, Read, people_of
from ucj_analysis.roster.suppression import SMALL
from ucj_analysis.scenario import SEGMENTS

#: Months told where none are named; fewest people a cell may be asked to tell of.
MONTHS, LEAST_SMALL, MOST_SMALL = 36, 3, 100
#: Rows of every monthly table: the segments, then everybody once.
ALL = "all"
NAMES = (*SEGMENTS, ALL)
DECLINING, GROWING = "January-May", "June-December"
#: Months are counted from this one where people are.
YEAR_0 = Month(0, 1)
Mask = npt.NDArray[np.bool_]
OTHER, UNKNOWN = "other", "unknown"


@dataclass(frozen=True)
class Period:
    """The months of one season of one year, as places in the window."""

    year: int
    season: str
    months: tuple[int, ...]


@dataclass(frozen=True)
class Roster:
    """Exact counts of one roster; they are published only through `published`.

    `stock` has one row per segment and one for everybody, one column per month. The flows have
    no column for the first month: `stock[t] = stock[t-1] + joins[t-1] + returns[t-1] - lapses[t-1]`.
    `twice` are people counted under an earlier segment in the total. `at_risk` and `stopped`
    are by months since joining: seen active then, and gone a month later. `listed` is by decile
    (0 unknown) and sub-district: people on the lists who are active, gone, or uncovered.
    """

    region: str
    region_name: str
    first: Month
    last: Month
    small: int
    stock: Ints
    joins: Ints
    returns: Ints
    lapses: Ints
    twice: Ints
    at_risk: Ints
    stopped: Ints
    people: int
    listed: dict[tuple[int, str], Ints]
    roster: Read
    registers: tuple[Read, ...]

    @property
    def months(self) -> list[Month]:
        """The months told, first to last."""
        return [self.first + t for t in range(self.last - self.first + 1)]

    @property
    def periods(self) -> list[Period]:
        """The seasons of the months with flows, in order."""
        places: dict[tuple[int, str], list[int]] = {}
        for t, month in enumerate(self.months[1:]):
            season = DECLINING if month.number < FIRST_GROWING_MONTH else GROWING
            places.setdefault((month.year, season), []).append(t)
        return [Period(*key, tuple(months)) for key, months in places.items()]


def read_roster(
    path: Path,
    region: str,
    registers: Sequence[Path] = (),
    months: str = "",
    small: int = SMALL,
    data: str | Path | None = None,
    memory: str = MEMORY,
) -> Roster:
    """Read a roster, and lists of people beside it, into counts.

    A member is active from the first month to two months after the last paid one (rule R01), to
    the last month itself where a project paid or the person died or moved.

    Parameters
    ----------
    path : Path
        CSV or Parquet with a number (NIK), a segment, a first and a last paid month per row.
    region : str
        Code of the region.
    registers : sequence of Path
        Lists (DTKS, P3KE) with a number, a sub-district and a decile per row.
    months : str
        `YYYY-MM:YYYY-MM`; by default the last 36 to the last month in which `small` people begin.
    small : int
        Cells that tell of fewer people are not published.
    memory : str
        What DuckDB may hold before it spills.

    Raises
    ------
    InputError
        `unknown_region`, `bad_small`, `bad_window_months`, `no_roster_month`,
        `no_roster_rows`, and what `open_extract` refuses.
    RunError
        `roster_stopped`.
    """
    known = load_regions(data)
    told = known.get(region) or find_region(region, data)
    if not LEAST_SMALL <= small <= MOST_SMALL:
        raise bad("bad_small", small, least=LEAST_SMALL, most=MOST_SMALL)
    asked = _asked_months(months)
    extract = open_extract(path, ROSTER_FIELDS)
    lists = [open_extract(p, REGISTER_FIELDS) for p in registers]
    with people_of(list(known), memory) as people:
        seen = people.read_roster(extract)
        if not seen.used:
            raise InputError(Problem("no_roster_rows", str(path), fields={"rows": seen.rows}))
        seen_lists = tuple(people.read_register(listed) for listed in lists)
        first, last = asked or _last_months(*people.starts(), small, path)
        low, high = first - YEAR_0, last - YEAR_0
        islands = people.islands()
        twice = np.zeros((TOTAL, high - low + 1), dtype=np.int64)
        for segment, month, n in people.twice(low, high):
            twice[segment, month - low] = n
        stocks, flows = _stocks(islands, low, high), _flows(islands, low, high)
        counts = stocks, *flows, twice, *_durations(islands, low, high)
        listed = _listed(people.listed(high), small) if lists else {}
        read = people.people(), listed, seen, seen_lists
        return Roster(region, told.name, first, last, small, *counts, *read)


def _asked_months(text: str) -> tuple[Month, Month] | None:
    if not text:
        return None
    first, found, last = text.partition(":")
    span = (parse_month(first), parse_month(last)) if found else None
    if span is None or not 1 <= span[1] - span[0] < 10 * MONTHS:
        raise bad("bad_window_months", text)
    return span


def _last_months(starts: Ints, people: Ints, small: int, path: Path) -> tuple[Month, Month]:
    """Return the window that no single person's mistyped month can move."""
    told = starts[people >= small]
    if told.size < 2:
        raise InputError(Problem("no_roster_month", str(path)))
    last = int(told[-1])
    return YEAR_0 + max(last - MONTHS + 1, int(told[0])), YEAR_0 + last


def _stocks(islands: Islands, low: int, high: int) -> Ints:
    """Return people active by segment and month."""
    seen = (islands.start <= high) & (islands.stop >= low)
    start = np.maximum(islands.start, low) - low
    stop = np.minimum(islands.stop, high) - low
    return _between(islands, seen, start, stop, high - low + 1)


def _between(islands: Islands, seen: Mask, start: Ints, stop: Ints, columns: int) -> Ints:
    """Return people by segment and column, each from its `start` to its `stop`."""
    change = _at(islands, seen, start, columns + 1) - _at(islands, seen, stop + 1, columns + 1)
    return np.asarray(change.cumsum(axis=1)[:, :-1])


def _at(islands: Islands, seen: Mask, place: Ints, columns: int) -> Ints:
    """Return people by segment and column, each at its `place` alone."""
    found = np.zeros((TOTAL + 1, columns), dtype=np.int64)
    np.add.at(found, (islands.segment[seen], place[seen]), islands.people[seen])
    return found


def _flows(islands: Islands, low: int, high: int) -> tuple[Ints, Ints, Ints]:
    """Return joins, returns and lapses by segment and month, from the second month on."""
    start, gone = islands.start, islands.stop + 1
    begun = (start > low) & (start <= high)
    joins, returns = (
        _at(islands, begun & (islands.returned == again), start - low - 1, high - low)
        for again in (0, 1)
    )
    seen = (gone > low) & (gone <= high)
    return joins, returns, _at(islands, seen, gone - low - 1, high - low)


def _durations(islands: Islands, low: int, high: int) -> tuple[Ints, Ints]:
    """Return people at risk and people gone a month later, by segment and months since joining.

    Who joined before the first month enters late: at risk only from then on.
    """
    since = np.maximum(islands.start, low) - islands.start
    until = np.minimum(islands.stop, high - 1) - islands.start
    seen = (islands.start < high) & (until >= since)
    longest = int(until[seen].max(initial=0)) + 1
    gone = seen & (islands.stop < high)
    stopped = _at(islands, gone, islands.stop - islands.start, longest)
    return _between(islands, seen, since, until, longest), stopped


def _listed(rows: Sequence[tuple[int, str, int, int]], small: int) -> dict[tuple[int, str], Ints]:
    """Return people by decile and sub-district; a name few people share is told as another's."""
    by_place = Counter[str]()
    for _, place, _, people in rows:
        by_place[place] += people
    found: dict[tuple[int, str], Ints] = {}
    for decile, place, state, people in rows:
        name = (place if by_place[place] >= small else OTHER) if place else UNKNOWN
        cell = found.setdefault((decile, name), np.zeros(UNCOVERED + 1, dtype=np.int64))
        cell[state] += people
    return found
