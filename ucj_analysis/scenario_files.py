"""Read scenarios from TOML files, in layers; name file, line and key of what is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ucj_analysis.errors import InputError, Problem, nearest
from ucj_analysis.quantities import Frozen
from ucj_analysis.question import check_scenario_name
from ucj_analysis.regions import load_regions
from ucj_analysis.resources import data_folder
from ucj_analysis.scenario import EVENTS, Closure, Cohort, Counting, Drive, Rebasing, Scenario

_LIST_KEY = "name"


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
    text, values = _layers(path, folder, ())
    try:
        scenario = Scenario.model_validate(values)
    except ValidationError as error:
        raise InputError(
            *(_problem(path, text, values, dict(e)) for e in error.errors())
        ) from error
    _check_regions(path, text, scenario, folder)
    return scenario


def _check_regions(path: Path, text: str, scenario: Scenario, folder: Path) -> None:
    """Refuse events for regions that are not in the register: they would never happen."""
    named = {
        r for kind in EVENTS for e in getattr(scenario, kind) for r in getattr(e, "regions", ())
    }
    unknown = sorted({*named, *scenario.alternative_for} - set(load_regions(folder)))
    if unknown:
        near = nearest(unknown[0], load_regions(folder))
        fields: dict[str, object] = {"near": near, "allowed": "regions.csv"}
        raise InputError(Problem("not_allowed", str(path), 0, "regions", unknown[0], fields))


def _layers(path: Path, folder: Path, below: tuple[Path, ...]) -> tuple[str, dict[str, Any]]:
    """Return a file's text and its values merged onto those of the scenarios it extends, in order."""
    text, values = _toml(path)
    parents = values.get("extends", [])
    parents = [parents] if isinstance(parents, str) else parents
    base: dict[str, Any] = {}
    for parent in parents if isinstance(parents, list) else [parents]:
        found = _parent(path, text, parent, folder)
        if found.resolve() in (path.resolve(), *below):
            line = _line(text, ["extends"])
            raise InputError(Problem("extends_loop", str(path), line, "extends", str(parent)))
        base = _merged(base, _layers(found, folder, (*below, path.resolve()))[1])
    if parents:
        values = _merged(base, values | {"extends": parents})
    return text, values


def _parent(path: Path, text: str, parent: object, folder: Path) -> Path:
    line = _line(text, ["extends"])
    if not isinstance(parent, str):
        fields: dict[str, object] = {"reason": "not_text"}
        raise InputError(Problem("bad_key_value", str(path), line, "extends", str(parent), fields))
    try:
        return check_scenario_name(parent, folder)
    except InputError as error:
        problem = error.problems[0]
        raise InputError(
            Problem(problem.code, str(path), line, "extends", parent, problem.fields)
        ) from error


def _toml(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise InputError(
            Problem("bad_text", str(path), value=f"0x{error.object[error.start]:02X}")
        ) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = re.search(r"line (\d+)", str(error))
        row = int(place[1]) if place else len(text.splitlines())
        raise InputError(Problem("not_toml", str(path), row)) from error
    except OSError as error:
        raise InputError(Problem("cannot_read", str(path), value=error.strerror or "")) from error


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return `over` laid on `base`: tables merge, a range is replaced whole, events replace their namesake."""
    merged = dict(base)
    for key, value in over.items():
        old = base.get(key)
        if isinstance(value, dict) and isinstance(old, dict) and "low" not in value:
            merged[key] = _merged(old, value)
        elif key in EVENTS and isinstance(value, list) and isinstance(old, list):
            names = {e.get(_LIST_KEY) for e in value if isinstance(e, dict)}
            merged[key] = [e for e in old if e.get(_LIST_KEY) not in names] + value
        else:
            merged[key] = value
    return merged


_EVENT_REASONS = ("bad_month", "ends_before_it_starts", "not_january")


def _problem(path: Path, text: str, values: dict[str, Any], error: dict[str, Any]) -> Problem:
    place = _named_place(values, error["loc"])
    kind, found = error["type"], error["input"]
    reason = error["msg"].removeprefix("Value error, ")
    fields: dict[str, object] = {"reason": reason if kind == "value_error" else "wrong_kind"}
    shown = _shown(found)
    if kind == "extra_forbidden":
        code, near = "unknown_key", nearest(place[-1], _known_keys())
        fields["near"] = near if near != place[-1] else ""
    elif kind == "missing":
        code = "missing_key"
    elif kind == "literal_error":
        code, fields = (
            "not_allowed",
            {"allowed": str(error["ctx"]["expected"]).replace(" or ", ", ")},
        )
    elif reason in _EVENT_REASONS:
        code = "bad_event"
    elif kind == "value_error" and "/" in shown:
        code = "bad_range"
    else:
        code = "bad_key_value" if shown else "bad_part"
    return Problem(code, str(path), _line(text, place), ".".join(place), shown, fields)


def _shown(found: object) -> str:
    """Return what was found as it may be shown: a range, a span of months, or a plain value."""
    if not isinstance(found, dict):
        return str(found)
    if "low" in found:
        return f"{found.get('low')} / {found.get('central')} / {found.get('high')}"
    if "first" in found:
        return f"{found.get('first')} – {found.get('last')}"
    return str(found.get("month", ""))


def _known_keys() -> set[str]:
    def keys(model: type[Frozen]) -> Iterator[str]:
        for name, field in model.model_fields.items():
            yield name
            if isinstance(field.annotation, type) and issubclass(field.annotation, Frozen):
                yield from keys(field.annotation)

    events = (Cohort, Closure, Drive, Rebasing, Counting)
    return {key for model in (Scenario, *events) for key in keys(model)}


def _named_place(values: dict[str, Any], loc: tuple[str | int, ...]) -> list[str]:
    """Return where a key stands, an event by its name instead of its number."""
    place = [str(part) for part in loc]
    if len(loc) > 1 and loc[0] in EVENTS and isinstance(loc[1], int):
        event = values[str(loc[0])][loc[1]]
        place[1] = str(event.get(_LIST_KEY, loc[1])) if isinstance(event, dict) else place[1]
    return place


def _line(text: str, place: list[str]) -> int:
    """Return the line where a key stands, or its table begins; 0 where neither is in this file."""
    lines = text.splitlines()
    section, found, inside = "", 0, place[0] not in EVENTS
    keys = [place[0], *place[2:]] if place[0] in EVENTS else place
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if stripped.startswith("[["):
            section, inside = stripped.strip("[] "), False
        elif stripped.startswith("["):
            section = stripped.strip("[] ")
        if (
            place[0] in EVENTS
            and len(place) > 1
            and stripped.replace(" ", "") == f'name="{place[1]}"'.replace(" ", "")
        ):
            inside, found = True, number
        if not inside:
            continue
        if stripped.startswith("[") and ".".join(keys).startswith(section) and section:
            found = number
        elif "=" in stripped:
            key = stripped.split("=")[0].strip()
            path = ".".join([section, key] if section else [key])
            if path == ".".join(keys[: path.count(".") + 1]):
                return number
    return found
