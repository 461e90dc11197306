"""The question asked: region, dates, target, scenario, paths and seed, checked once.

Plain Python only: the command line checks a question before it loads anything heavy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from numbers import Integral
from pathlib import Path
from typing import TypeGuard, TypeVar

from ucj_analysis.errors import InputError, bad, nearest
from ucj_analysis.months import Month, parse_day, parse_month
from ucj_analysis.record.regions import PUBLIC, Region, find_region, newest_month
from ucj_analysis.resources import data_folder, kind_of

REGION = "3318"
AS_OF = "2025-03"
#: In place of a month: the newest the region has a figure for today.
LATEST = "latest"
TARGET_MONTH = "2025-12"
SCENARIO = "baseline"
PATHS = 10_000
SEED = 2025
LANGUAGES = ("id", "en")
FEWEST_PATHS = 100
MOST_PATHS = 2_000_000
MOST_MONTHS = 240
#: A figure of the public record older than this at the target month says too little of it: the
#: longest window seen of a regency has 25 months.
MOST_PUBLIC_MONTHS = 24
T = TypeVar("T")
#: Paths times months that fit an office computer: some 2 GB.
MOST_NUMBERS = 60_000_000


@dataclass(frozen=True)
class Question:
    """A checked question. Build it with :func:`ask`.

    `known_by` and `target` are None where the data decide: what was published by the end of the
    month asked about, and the region's published target.
    """

    region: str
    region_name: str
    as_of: Month
    known_by: date | None
    target: float | None
    target_month: Month
    scenario: str
    paths: int
    seed: int
    data: Path

    @property
    def months(self) -> int:
        """Whole months from `as_of` to the target month."""
        return self.target_month - self.as_of


def ask(
    region: str = REGION,
    as_of: str | None = None,
    known_by: str | None = None,
    target: float | None = None,
    target_month: str | None = None,
    scenario: str = SCENARIO,
    paths: int = PATHS,
    seed: int = SEED,
    data: str | Path | None = None,
) -> Question:
    """Check a question and return it.

    Parameters
    ----------
    region : str
        Code of a region that has data.
    as_of, target_month : str
        `YYYY-MM`; `as_of` may be `latest`, the newest month the region has a figure for that was
        published by today in Jakarta: the default but for Pati (March 2025). The target month is
        December 2025 by default, or the December after a later figure.
    known_by : str, optional
        `YYYY-MM-DD` or `YYYY-MM`: use nothing published later.
    target : float, optional
        Coverage aimed at, a fraction in (0, 1); the published target by default.
    scenario : str
        Name of a scenario of the data folder, or a TOML file.
    paths, seed : int
        Number of simulated paths and the seed of their random streams.
    data : path, optional
        Data folder; the shipped one by default.

    Raises
    ------
    InputError
        With what was found, what is allowed and the nearest valid name; `public_figure_old` where
        the region has only a figure of the public record that is too old to start from.

    Examples
    --------
    >>> ask().months, ask().region_name
    (9, 'Kabupaten Pati')
    """
    folder = data_folder(data)
    found = find_region(region, folder)
    # papermill gives what YAML makes of a value: a day, a number
    as_of = str(as_of or (AS_OF if found.code == REGION else LATEST))
    scenario, known_by = str(scenario), str(known_by) if known_by else None
    # a table without a month to read is named by whoever reads it whole
    month = (newest_month(found.code, folder) or AS_OF) if as_of == LATEST else as_of
    start, end = _months_asked(month, target_month, found)
    if target is not None:
        _check_target(target)
    _check_size(paths, seed, end - start)
    check_scenario_name(scenario, folder)
    day = _read(parse_day, "--known-by", known_by) if known_by else None
    return Question(found.code, found.name, start, day, target, end, scenario, paths, seed, folder)


def _months_asked(month: str, target_month: str | None, found: Region) -> tuple[Month, Month]:
    """Return the month asked about and the target month, neither before it nor too far ahead."""
    start = _read(parse_month, "--as-of", month, near=nearest(month, [LATEST]))
    end = _read(parse_month, "--target-month", target_month) if target_month else _december(start)
    if end < start:
        raise bad("target_month_before", str(end), as_of=month)
    if end - start > MOST_MONTHS:
        raise bad("target_month_far", target_month, most=MOST_MONTHS)
    if found.figures == PUBLIC and end - start > MOST_PUBLIC_MONTHS:
        length = {"months": end - start, "most": MOST_PUBLIC_MONTHS}
        file = f"regions/{found.code}/observations.csv"
        raise bad("public_figure_old", month, region=found.name, file=file, **length)
    return start, end


def _check_size(paths: object, seed: object, months: int) -> None:
    most = min(MOST_PATHS, MOST_NUMBERS // max(months, 1))
    if not (_is_whole(paths) and FEWEST_PATHS <= paths <= most):
        raise bad("bad_paths", paths, least=FEWEST_PATHS, most=most)
    if not (_is_whole(seed) and seed >= 0):
        raise bad("bad_seed", seed)


def _check_target(target: object) -> None:
    if not isinstance(target, int | float):
        raise bad("bad_target", target)
    if not 0 < target < 1:
        raise bad("bad_target", target, near=target / 100 if 1 < target < 100 else None)


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _read(parse: Callable[[str], T], option: str, text: str, **fields: object) -> T:
    """Return what an option says; what is wrong with it is told with the option's name."""
    try:
        return parse(text)
    except InputError as error:
        problem = error.problems[0]
        told = {**problem.fields, "option": option, **fields}
        raise InputError(replace(problem, fields=told)) from error


def _december(start: Month) -> Month:
    """Return the default target month, or the December after a month that has reached it."""
    return max(parse_month(TARGET_MONTH), Month((start + 1).year, 12))


def scenario_names(data: str | Path | None = None) -> list[str]:
    """Return the names of the scenarios a data folder ships.

    Examples
    --------
    >>> "baseline" in scenario_names()
    True
    """
    return sorted(p.stem for p in (data_folder(data) / "scenarios").glob("*.toml") if p.is_file())


def check_scenario_name(name: str, data: Path) -> Path:
    """Return the file of a scenario given by name, or by the path of a TOML file.

    Raises
    ------
    InputError
        `unknown_scenario`, with the nearest name; `no_scenario_file` or
        `scenario_is_folder` where a path names no file.
    """
    names = scenario_names(data)
    if name in names:
        return data / "scenarios" / f"{name}.toml"
    if name.endswith(".toml") and kind_of(Path(name)) == "file":
        return Path(name)
    if name.endswith(".toml") or kind_of(Path(name)) == "folder":
        code = "scenario_is_folder" if kind_of(Path(name)) == "folder" else "no_scenario_file"
        raise bad(code, name)
    raise bad("unknown_scenario", name, near=nearest(name, names), allowed=names)


def check_language(lang: str) -> str:
    """Return the language code, or raise `unknown_language`.

    Examples
    --------
    >>> check_language("en")
    'en'
    """
    if lang not in LANGUAGES:
        raise bad("unknown_language", lang, near=nearest(lang, LANGUAGES), allowed=list(LANGUAGES))
    return lang
