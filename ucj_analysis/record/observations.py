"""Published and own figures: loading, checks across rows, and the vintage filter.

`known_by` is a day: a figure published later is not there. Figures whose day of
publication is unknown cannot pass the filter either.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from ucj_analysis.coverage import Interval, rounding_interval
from ucj_analysis.errors import InputError, Problem
from ucj_analysis.months import Month, month_of, parse_month
from ucj_analysis.record.public_record import BASE, NATION, printed_targets
from ucj_analysis.record.reading import read_table
from ucj_analysis.record.regions import PUBLIC, Region, find_region, public_figures, public_targets
from ucj_analysis.record.schemas import ACCEPTED, OBSERVATIONS, PANEL, SOURCES, TARGETS, Table
from ucj_analysis.resources import data_folder

if TYPE_CHECKING:
    import pandas as pd


#: Basis of a figure of the public record.
BASIS_PRINTED = "as printed; counting not stated"
BASIS_COMPUTED = "as printed; counting not stated; base computed from participants and percentage"


#: A part of a base's id that tells a year or a month.
_VINTAGE = re.compile(r"\d{1,4}")


@dataclass(frozen=True)
class Observation:
    """One published coverage of one region on one base.

    `coverage` and `half_width` are fractions, counts are people, `as_of` is the day described;
    `counted` tells that a head count was published, from which coverage follows.
    """

    region: str
    as_of: date
    coverage: float
    half_width: float
    labour_force: float
    base: str
    basis: str
    published: date
    source: str
    note: str
    counted: bool = False

    @classmethod
    def of(cls, row: Mapping[Any, Any]) -> Self:
        """Return what a row of an observation table says, its coverage told."""
        told = {f.name: row[f.name] for f in fields(cls) if f.name in row}
        return cls(**told, counted=not math.isnan(row["participants"]))

    @property
    def month(self) -> Month:
        """Month of the day described."""
        return month_of(self.as_of)

    @property
    def printed(self) -> bool:
        """Whether it is of the public record, as somebody printed it."""
        return base_family(self.base) == BASE

    @property
    def figures(self) -> str:
        """What was published, as an acceptance names it."""
        return figures_told(self.participants, self.coverage, self.labour_force, self.counted)

    @property
    def digits(self) -> int:
        """Decimals of a percentage that the rounding supports: 0 for 29%, 1 for 30.5%."""
        return digits_told(self.half_width)

    @property
    def coverage_interval(self) -> Interval:
        """What the rounded coverage may stand for."""
        inside = rounding_interval(self.coverage, self.half_width)
        return Interval(max(float(inside.low), 1e-6), min(float(inside.high), 1 - 1e-6))

    @property
    def participants(self) -> float:
        """Active participants the coverage implies."""
        return self.coverage * self.labour_force

    @property
    def participants_interval(self) -> Interval:
        """Active participants the rounding allows; a head count leaves none."""
        if self.counted:
            return Interval(self.participants, self.participants)
        inside = self.coverage_interval
        return Interval(inside.low * self.labour_force, inside.high * self.labour_force)


def figures_told(people: float, coverage: float, base_size: float, counted: bool) -> str:
    """Return a figure as an acceptance names it: people where they were counted, and the base.

    Examples
    --------
    >>> figures_told(173_727.7, 0.29, 599_061, False), figures_told(188_402, 0.3145, 599_061, True)
    ('0.29/599061', '188402/599061')
    """
    told = f"{people:.0f}" if counted else f"{coverage:g}"
    return f"{told}/{base_size:.0f}"


def acceptance_note(region: str, month: str, figures: str, data: str | Path | None = None) -> str:
    """Return what a person said of a month's figures when accepting a warning of them, else nothing."""
    if not (data_folder(data) / "regions" / region / f"{ACCEPTED.name}.csv").is_file():
        return ""
    said = load_table(ACCEPTED, data, region).itertuples(index=False)
    mine = (a for a in said if a.as_of == month and a.found.split(" > ")[-1] == figures)
    return next((str(a.note) for a in mine), "")


def digits_told(half_width: float) -> int:
    """Return the decimals of a percentage that a rounding supports.

    Examples
    --------
    >>> digits_told(0.005), digits_told(0.00005), digits_told(0)
    (0, 2, 2)
    """
    return min(max(round(-math.log10(2 * half_width)) - 2, 0), 2) if half_width else 2


def load_table(table: Table, data: str | Path | None = None, region: str = "") -> pd.DataFrame:
    """Return one checked table of the data folder.

    Raises
    ------
    InputError
        With every problem found; `bad_schema_version` where the folder is of another version.

    Examples
    --------
    >>> from ucj_analysis.record.schemas import GROWTH_PAIRS
    >>> len(load_table(GROWTH_PAIRS))
    37
    """
    folder = data_folder(data)
    _check_version(folder, table)
    place = folder / "regions" / region if region else folder
    return read_table(place / f"{table.name}.csv", table)


def _check_version(folder: Path, table: Table) -> None:
    path = folder / "datapackage.json"
    try:
        package = json.loads(path.read_text(encoding="utf-8"))
        versions = {r["name"]: r["schema_version"] for r in package["resources"]}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(Problem.at("bad_package", path, getattr(error, "lineno", 0))) from error
    found = versions.get(table.name)
    if found != table.version:
        told = table.name, found
        raise InputError(Problem.at("bad_schema_version", path, 0, *told, allowed=table.version))


def load_observations(
    region: str, known_by: date | None = None, data: str | Path | None = None
) -> list[Observation]:
    """Return a region's published coverages, oldest first.

    Rows without coverage (another base's labour force) are left to :func:`load_other_bases`.

    Parameters
    ----------
    region : str
        Code, `3318` for Kabupaten Pati.
    known_by : date, optional
        Leave out what was published later.
    data : path, optional
        Data folder; the shipped one by default.

    Returns
    -------
    list of Observation

    Raises
    ------
    InputError
        For an unknown region and for every problem in its table.

    Examples
    --------
    >>> [str(o.month) for o in load_observations("3318")]
    ['2024-12', '2025-03']
    """
    told = with_coverage(observation_frame(region, known_by, data))
    rows = told.sort_values("as_of", kind="stable").to_dict("records")
    return [Observation.of(row) for row in rows]


def with_coverage(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that tell coverage; a head count tells it more finely than a percentage.

    Examples
    --------
    >>> with_coverage(observation_frame("3318"))["coverage"].tolist()
    [0.39, 0.29]
    """
    implied = frame["participants"].notna() & frame["labour_force"].notna()
    coverage = frame["coverage"].where(~implied, frame["participants"] / frame["labour_force"])
    half_width = frame["half_width"].where(~implied, 0.5 / frame["labour_force"])
    told = frame.assign(coverage=coverage, half_width=half_width)
    return told[told["coverage"].notna()]


def load_other_bases(
    region: str, known_by: date | None = None, data: str | Path | None = None
) -> pd.DataFrame:
    """Return labour forces published on other bases: shown beside, never spliced.

    Columns: `as_of`, `labour_force` (people), `base`, `source`, `published`.

    Examples
    --------
    >>> load_other_bases("3318")["labour_force"].tolist()
    [790185.0, 838348.0]
    """
    frame = observation_frame(region, known_by, data)
    other = frame[frame["coverage"].isna() & frame["participants"].isna()]
    other = other.sort_values("as_of", kind="stable")
    return other[["as_of", "labour_force", "base", "source", "published"]].reset_index(drop=True)


def observation_frame(
    region: str, known_by: date | None = None, data: str | Path | None = None
) -> pd.DataFrame:
    """Return a region's observation table, its own or that of the public record, as known by a day.

    Raises
    ------
    InputError
        For an unknown region and for every problem in its table.

    Examples
    --------
    >>> len(observation_frame("3318"))
    4
    """
    found, folder = find_region(region, data), data_folder(data)
    if found.figures == PUBLIC:
        return published_by(_printed_frame(found, folder), known_by)
    frame = load_table(OBSERVATIONS, data, region)
    path = folder / "regions" / region / "observations.csv"
    problems = observation_problems(frame, region, str(path))
    if problems:
        raise InputError(*problems)
    return published_by(frame, known_by)


def _printed_frame(region: Region, data: Path) -> pd.DataFrame:
    """Return a region's figures of the public record as an observation table."""
    import pandas as pd

    load_table(PANEL, data)  # names what is wrong with it
    rows = [
        vars(f)
        | {"line": f.row, "region": region.code, "base": f.base}
        | {"basis": BASIS_COMPUTED if f.computed else BASIS_PRINTED}
        for f in public_figures(region, data)
    ]
    frame = pd.DataFrame(rows, columns=["line", *OBSERVATIONS.names])
    return frame.astype({"participants": float})


def observation_problems(frame: pd.DataFrame, region: str, path: str) -> list[Problem]:
    """Return what is wrong across the columns of an observation table.

    Examples
    --------
    >>> frame = load_table(OBSERVATIONS, region="3318")
    >>> observation_problems(frame, "3318", "observations.csv")
    []
    """
    rows = list(frame.itertuples(index=False))
    first = {row.base: row for row in reversed(rows)}
    told = [base_family(row.base) for row in rows if _tells_coverage(row)]
    family = next((own for own in told if own != BASE), BASE)
    return [p for row in rows for p in _row_problems(row, first[row.base], region, family, path)]


def _tells_coverage(row: Any) -> bool:
    return not (math.isnan(row.coverage) and math.isnan(row.participants))


def _row_problems(row: Any, first: Any, region: str, family: str, path: str) -> Iterator[Problem]:
    """Yield what is wrong in a row; `first` is the first on its base, `family` what coverage is told on.

    The public record gives way to a base of the region's own.
    """
    line, people, base = row.line, row.participants, row.labour_force
    told, counted = not math.isnan(row.coverage), not math.isnan(people)
    if first.labour_force != base and not math.isnan(base):
        named = {"base": row.base, "other": first.labour_force, "first": int(first.line)}
        yield Problem.at("base_differs", path, line, "labour_force", f"{base:.0f}", **named)
    if row.region != region:
        yield Problem.at("other_region", path, line, "region", row.region, allowed=region)
    if people > base:
        yield Problem.at("above_base", path, line, "participants", f"{people:.0f}", base=base)
    if math.isnan(base):
        yield Problem.at("missing_value", path, line, "labour_force")
    elif counted and told:
        implied, half = people / base, 0.005 if math.isnan(row.half_width) else row.half_width
        if abs(implied - row.coverage) > half + 1e-9:
            found = f"{row.coverage:g}"
            yield Problem.at("coverage_differs", path, line, "coverage", found, implied=implied)
    if told and not counted and math.isnan(row.half_width):
        yield Problem.at("missing_value", path, line, "half_width")
    if _tells_coverage(row) and base_family(row.base) != family:
        code = "public_base" if base_family(row.base) == BASE else "other_base_family"
        yield Problem.at(code, path, line, "base", row.base, allowed=family)
    if row.published < row.as_of and told:
        known, day = row.published, str(row.as_of)
        yield Problem.at("published_before", path, line, "published", known, as_of=day)


def base_family(base: str) -> str:
    """Return the definition of a base without its vintage.

    Examples
    --------
    >>> base_family("bpjstk-2025"), base_family("bps-sakernas-2024-08")
    ('bpjstk', 'bps-sakernas')
    """
    parts = base.strip().lower().split("-")
    while len(parts) > 1 and _VINTAGE.fullmatch(parts[-1]):
        parts.pop()
    return "-".join(parts)


def published_by(frame: pd.DataFrame, known_by: date | None) -> pd.DataFrame:
    """Return the rows published on or before a day; undated rows never pass.

    Examples
    --------
    >>> from ucj_analysis.record.schemas import GROWTH_PAIRS
    >>> pairs = load_table(GROWTH_PAIRS)
    >>> len(published_by(pairs, date(2025, 3, 31)))
    13
    """
    if known_by is None:
        return frame
    known = [day is not None and day == day and day <= known_by for day in frame["published"]]
    return frame[known].reset_index(drop=True)


@dataclass(frozen=True)
class Target:
    """A coverage promised for a month; `source` is empty where it is the asker's own.

    `national` tells that it is the nation's: none of the region's own is on record.
    """

    coverage: float
    month: Month
    source: str
    national: bool = False


def load_target(
    region: str, month: Month, known_by: date, data: str | Path | None = None
) -> Target | None:
    """Return the target published for a month, else the newest one for another month, else None.

    Where its own tables state none, it is that of the public record, else the nation's.

    Examples
    --------
    >>> load_target("3318", Month(2025, 12), date(2025, 3, 31)).coverage
    0.52
    >>> str(load_target("3318", Month(2026, 12), date(2025, 3, 31)).month)
    '2025-12'
    >>> load_target("3302", Month(2025, 12), date(2025, 12, 31)).national
    True
    """
    found, folder = find_region(region, data), data_folder(data)
    targets = _own_targets(region, known_by, folder) or _printed_targets(found, known_by, folder)
    due = [t for t in targets if t.month == month]
    newest_first = due or sorted(targets, key=lambda t: t.month, reverse=True)
    return newest_first[0] if newest_first else None


def _own_targets(region: str, known_by: date, data: Path) -> list[Target]:
    if not (data / "regions" / region / "targets.csv").is_file():
        return []
    known = published_by(load_table(TARGETS, data, region), known_by)
    known = known[known["region"] == region]
    return [
        Target(float(c), parse_month(m), str(s))
        for c, m, s in zip(known["target"], known["target_month"], known["source"], strict=True)
    ]


def _printed_targets(region: Region, known_by: date, data: Path) -> list[Target]:
    own = [t for t in public_targets(region, data) if t.published <= known_by]
    nation = (t for t in printed_targets(data) if t.code == NATION and t.published <= known_by)
    return [Target(t.coverage, t.month, t.source, national=t.code == NATION) for t in own or nation]


def source_dates(data: str | Path | None = None) -> dict[str, date | None]:
    """Return the day of publication per source id; None where unknown.

    Examples
    --------
    >>> source_dates()["kanalmuria-2025-03"]
    datetime.date(2025, 3, 13)
    """
    frame = load_table(SOURCES, data)
    return {
        s: d if d == d else None for s, d in zip(frame["source"], frame["published"], strict=True)
    }
