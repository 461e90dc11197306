"""Is this data usable: every problem of a table or of a whole data folder, with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.errors import InputError, Problem, UCJError, nearest
from ucj_analysis.planning.levers import read_levers
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.messages import problem_record
from ucj_analysis.quantities import Stated
from ucj_analysis.record.breakdown import breakdown_problems
from ucj_analysis.record.checks import Checked, check_tables, finding_record
from ucj_analysis.record.findings import Finding
from ucj_analysis.record.observations import load_table
from ucj_analysis.record.reading import read_table
from ucj_analysis.record.schemas import PER_REGION, SOURCES, TABLES
from ucj_analysis.resources import kind_of
from ucj_analysis.scenario_files import load_scenario

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = 1
#: Tables whose sources must stand in sources.csv; own figures may name their own, and targets one
#: that is like no other's name.
_SOURCED = ("targets", "facts", "panel", "flows", "programme_rules")
#: From here on two names of sources are taken for one written wrongly, 0 to 1.
ALIKE = 0.8


@dataclass(frozen=True)
class Validation:
    """What was checked, what is wrong, and what stands out in each region's figures."""

    path: Path
    tables: int
    problems: tuple[Problem, ...]
    checked: tuple[Checked, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What stands out in tables that are right."""
        return tuple(f for c in self.checked for f in c.findings)


def validate(path: str | Path) -> Validation:
    """Check one table, one scenario, one region's folder, or a whole data folder.

    Parameters
    ----------
    path : path
        A CSV file named after its table, a scenario's TOML file, or a folder.

    Raises
    ------
    InputError
        `no_file` or `unknown_table`, where there is nothing to check.

    Examples
    --------
    >>> from ucj_analysis.resources import SHIPPED_DATA
    >>> validate(SHIPPED_DATA).problems
    ()
    """
    path = Path(path)
    kind = kind_of(path)
    if not kind:
        raise InputError(Problem("no_file", file=str(path)))
    files = sorted(_files(path)) if kind == "folder" else [path]
    if not files:
        raise InputError(Problem.at("unknown_table", path, 0, "", path.name, allowed=list(TABLES)))
    problems: list[Problem] = []
    checked: list[Checked] = []
    for file in files:
        try:
            _check(file, problems, checked)
        except UCJError as error:
            problems.extend(p for p in error.problems if p not in problems)
    if (path / "datapackage.json").is_file():
        problems.extend(_unknown_sources(path, problems))
    return Validation(path, len(files), tuple(problems), tuple(checked))


def shared_problems(folder: Path) -> list[Problem]:
    """Return what is wrong with the tables and scenarios all regions share.

    Examples
    --------
    >>> from ucj_analysis.resources import SHIPPED_DATA
    >>> shared_problems(SHIPPED_DATA)
    []
    """
    shared = [f for f in sorted(_files(folder)) if f.parent in (folder, folder / "scenarios")]
    return [p for file in shared for p in validate(file).problems]


def _files(folder: Path) -> Iterator[Path]:
    for name in TABLES:
        if name == "observations":
            yield from (
                place / "observations.csv"
                for place in folder.glob("regions/*/")
                if (place / "observations.csv").exists() or not (place / "template.xlsx").is_file()
            )  # a region that was begun and has no figure yet lacks nothing
        elif name in PER_REGION:
            yield from folder.glob(f"regions/*/{name}.csv")
        if (folder / f"{name}.csv").is_file() or (
            name not in PER_REGION and (folder / "datapackage.json").is_file()
        ):
            yield folder / f"{name}.csv"
    yield from folder.glob("scenarios/*.toml")
    yield from folder.glob("levers/*.toml")


def _check(file: Path, problems: list[Problem], checked: list[Checked]) -> None:
    if file.suffix == ".toml" and file.parent.name == "levers":
        read_levers(file)
        return
    if file.suffix == ".toml":
        load_scenario(str(file), file.parent.parent if file.parent.name == "scenarios" else None)
        return
    table = TABLES.get(file.stem)
    if table is None:
        named = {"allowed": list(TABLES), "near": nearest(file.stem, TABLES)}
        raise InputError(Problem.at("unknown_table", file, 0, "", file.stem, **named))
    frame = read_table(file, table)
    if table.name == "growth_pairs":
        problems.extend(_told_too_early(file, frame))
    if table.name == "breakdown":
        problems.extend(p for p in breakdown_problems(frame, str(file)) if p not in problems)
    if table.name == "observations":
        seen = check_tables(file)
        problems.extend(f.problem for f in seen.findings if f.severity == "error")
        rest = tuple(f for f in seen.findings if f.severity != "error")
        checked.append(replace(seen, findings=rest))


def _told_too_early(file: Path, frame: pd.DataFrame) -> Iterator[Problem]:
    """Yield growth pairs published before the month of their second figure."""
    for row in frame.to_dict("records"):
        if row["published"] < row["to"].replace(day=1):  # a month told without a day means its last
            told = row["line"], "published", row["published"]
            yield Problem.at("published_before", file, *told, as_of=str(row["to"]))


def _unknown_sources(folder: Path, found: list[Problem]) -> Iterator[Problem]:
    """Yield the rows whose source stands nowhere; silent where a table cannot be read at all."""
    broken = {problem.file for problem in found}
    if str(folder / "sources.csv") in broken:
        return
    known = set(load_table(SOURCES, folder)["source"])
    for file in sorted(folder.glob("*/*.toml")):
        if str(file) not in broken:
            for name, stated in _ranges(file, folder):
                for source in set(stated.sources) - known:
                    near = nearest(source, known)
                    yield Problem.at("unknown_source", file, 0, name, source, near=near)
    for file in sorted(_files(folder)):
        if file.stem not in _SOURCED or str(file) in broken:
            continue
        frame = read_table(file, TABLES[file.stem])
        for line, source in zip(frame["line"], frame["source"], strict=True):
            if source in known:
                continue
            own = file.stem == "targets"
            near = nearest(source, known, ALIKE if own else 0.5)
            if near or not own:
                yield Problem.at("unknown_source", file, line, "source", source, near=near)


def _ranges(file: Path, folder: Path) -> Iterator[tuple[str, Stated]]:
    """Yield every stated range of a scenario or of a region's levers."""
    if file.parent.name == "levers":
        for place, stated in read_levers(file).stated().items():
            yield ".".join(place), stated
    elif file.parent.name == "scenarios":
        yield from load_scenario(str(file), folder).stated().items()


def validation_record(result: Validation, w: Words) -> dict[str, Any]:
    """Return a validation as plain values for JSON."""
    return {
        "schema_version": SCHEMA_VERSION,
        "ok": not result.problems,
        "path": str(result.path),
        "tables": result.tables,
        "problems": [problem_record(p, w) for p in result.problems],
        "findings": [finding_record(f, w) for f in result.findings],
    }
