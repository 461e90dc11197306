"""Read scenarios from TOML files, in layers; name file, line and key of what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ucj_analysis.errors import InputError, Problem, nearest
from ucj_analysis.question import check_scenario_name, scenario_names
from ucj_analysis.record.regions import load_regions, short_name
from ucj_analysis.resources import data_folder
from ucj_analysis.scenario import EVENTS, Closure, Cohort, Counting, Drive, Rebasing, Scenario
from ucj_analysis.toml_files import LIST_KEY, TomlFile, known_keys, line_of, read_toml

_EVENTS = (Cohort, Closure, Drive, Rebasing, Counting)
#: A shipped file with an event of each kind that the baseline has none of.
_EXAMPLES = {
    "closures": "data/scenarios/layoff-shock.toml",
    "drives": "data/scenarios/outreach.toml",
    "rebasings": "data/scenarios/rebase.toml",
}


def load_scenario(name: str, data: str | Path | None = None) -> Scenario:
    """Return a scenario by name, or from a TOML file, on top of those it extends.

    Raises
    ------
    InputError
        With file, line, key, what was found and the nearest valid key.

    Examples
    --------
    >>> load_scenario("baseline").labour_force.graduates.unit
    'people'
    """
    folder = data_folder(data)
    path = check_scenario_name(name, folder)
    text, values = _layers(path, folder, (), {})
    try:
        scenario = Scenario.model_validate(values)
    except ValidationError as error:
        known = known_keys(Scenario, *_EVENTS)
        file = TomlFile(path, text, values, EVENTS, known, examples=_EXAMPLES)
        raise InputError(*file.problems(error)) from error
    _check_regions(path, text, scenario, folder)
    return scenario


def overlaid(scenario: Scenario, values: dict[str, Any]) -> Scenario:
    """Return a scenario with the values of a file that extends it laid on top.

    Examples
    --------
    >>> baseline = load_scenario("baseline")
    >>> overlaid(baseline, {}) == baseline
    True
    """
    base = scenario.model_dump(mode="json", exclude_none=True)
    return Scenario.model_validate(_merged(base, values))


def own_values(name: str, data: str | Path | None = None) -> dict[str, Any]:
    """Return what a scenario's own file changes in what it extends.

    Examples
    --------
    >>> sorted(own_values("layoff-shock"))
    ['closures']
    """
    _, values = read_toml(check_scenario_name(name, data_folder(data)))
    apart = ("extends", "header", "schema_version")
    return {key: value for key, value in values.items() if key not in apart}


def alternatives_for(region: str, data: str | Path | None = None) -> list[str]:
    """Return the names of the shipped scenarios that state other priors for a region.

    Examples
    --------
    >>> alternatives_for("3318")
    ['own-split']
    """
    folder = data_folder(data)
    named = {n: read_toml(folder / "scenarios" / f"{n}.toml")[1] for n in scenario_names(folder)}
    told = {n: values.get("alternative_for") for n, values in named.items()}
    return [n for n, regions in told.items() if isinstance(regions, list) and region in regions]


def _check_regions(path: Path, text: str, scenario: Scenario, folder: Path) -> None:
    """Refuse events for regions that are not in the register: they would never happen."""
    keys = "regions", "stated_for"
    named = {r for event in scenario.events for key in keys for r in getattr(event, key, ())}
    register = load_regions(folder)
    unknown = sorted({*named, *scenario.alternative_for} - set(register))
    if unknown:
        found = unknown[0]
        rows = (n for n, line in enumerate(text.splitlines(), 1) if f'"{found}"' in line)
        names = {short_name(r.name): code for code, r in reversed(register.items())}
        near = names.get(nearest(short_name(found), names, 0.8)) or nearest(found, register)
        place = path, next(rows, 0), "regions", found
        raise InputError(Problem.at("unknown_event_region", *place, near=near))


def _layers(
    path: Path, folder: Path, below: tuple[Path, ...], known: dict[Path, tuple[str, dict[str, Any]]]
) -> tuple[str, dict[str, Any]]:
    """Return a file's text and its values merged onto those of the scenarios it extends, in order.

    `below` are the files that extend it, `known` those read already.
    """
    if path.resolve() in known:
        return known[path.resolve()]
    text, values = read_toml(path)
    parents = values.get("extends", [])
    parents = [parents] if isinstance(parents, str) else parents
    base: dict[str, Any] = {}
    for parent in parents if isinstance(parents, list) else [parents]:
        found = _parent(path, text, parent, folder)
        if found.resolve() in (path.resolve(), *below):
            raise InputError(Problem.at("extends_loop", path, *_extends(text, parent)))
        base = _merged(base, _layers(found, folder, (*below, path.resolve()), known)[1])
    if parents:
        values = _merged(base, values | {"extends": parents})
    known[path.resolve()] = text, values
    return text, values


def _parent(path: Path, text: str, parent: object, folder: Path) -> Path:
    place = _extends(text, parent)
    if not isinstance(parent, str):
        raise InputError(Problem.at("bad_key_value", path, *place, reason="not_text"))
    try:
        return check_scenario_name(parent, folder)
    except InputError as error:
        found = error.problems[0]
        raise InputError(Problem.at(found.code, path, *place, **found.fields)) from error


def _extends(text: str, parent: object) -> tuple[int, str, object]:
    """Return the line and the key of what a scenario extends, and what stands there."""
    return line_of(text, ["extends"]), "extends", parent


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return `over` laid on `base`: tables merge, a range is replaced whole, events replace their namesake."""
    merged = dict(base)
    for key, value in over.items():
        old = base.get(key)
        if isinstance(value, dict) and isinstance(old, dict) and "low" not in value:
            merged[key] = _merged(old, value)
        elif key in EVENTS and isinstance(value, list) and isinstance(old, list):
            names = [e.get(LIST_KEY) for e in value if isinstance(e, dict)]
            kept = [e for e in old if not (isinstance(e, dict) and e.get(LIST_KEY) in names)]
            merged[key] = kept + value
        else:
            merged[key] = value
    return merged
