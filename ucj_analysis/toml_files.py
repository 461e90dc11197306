"""Read a TOML file of stated quantities; name file, line and key of what is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ucj_analysis.errors import InputError, Problem, nearest, refused
from ucj_analysis.quantities import Frozen, thousand_dots

#: What tells the entries of a list of tables apart.
LIST_KEY = "name"
BASELINE_FILE = "data/scenarios/baseline.toml"
#: Where a value stands, as pydantic tells it.
Loc = tuple[str | int, ...]
#: Reasons with a sentence and a remedy of their own.
_CODES = ("bad_month", "bad_share", "ends_before_it_starts", "not_january", "thousand_dots")
_MOST_SHOWN = 80


class Written(float):
    """A number of a file, with the digits it was written with."""

    text: str

    def __new__(cls, text: str) -> Written:
        """Keep the text beside the value."""
        found = super().__new__(cls, text)
        found.text = text
        return found


def read_toml(path: Path, like: str = BASELINE_FILE) -> tuple[str, dict[str, Any]]:
    """Return a file's text and its values; `like` is the shipped file to compare it with.

    Raises
    ------
    InputError
        `bad_text`, `cannot_read`; `not_toml` or, where the cause is plain, `toml_comma`,
        `toml_dots`, `toml_quote` or `toml_text`, with the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values = tomllib.loads(text, parse_float=Written)
        str(values)  # what Python cannot write, too deep or too long, nobody can be told of either
        return text, values
    except UnicodeDecodeError as error:
        found = f"0x{error.object[error.start]:02X}"
        raise InputError(Problem.at("bad_text", path, 0, "", found)) from error
    except (ValueError, RecursionError) as error:  # TOML's own, and a number too long for Python
        place, lines = re.search(r"line (\d+)", str(error)), text.split("\n")
        row = int(place[1]) if place else _left_open(lines) or len(text.splitlines())
        line = lines[min(row, len(lines)) - 1].strip()
        shown = "".join(c if c.isprintable() else " " for c in line[:_MOST_SHOWN])
        code, right = _cause(line)
        raise InputError(Problem.at(code, path, row, "", shown, like=like, right=right)) from error
    except OSError as error:
        raise InputError(refused("cannot_read", path, error)) from error


def _left_open(lines: list[str]) -> int:
    """Return the first line whose text between apostrophes does not end, as the reader sought it to the last; else 0."""
    opened = (n for n, line in enumerate(lines, 1) if re.match(r"[^\"'#]*=\s*'[^']*$", line))
    return next(opened, 0)


def _cause(line: str) -> tuple[str, str]:
    """Return the likely cause why a line cannot be read, and the number that is meant where it is known.

    Examples
    --------
    >>> _cause("central = 0,75"), _cause("central = 26.000.000"), _cause("first = 2025-09")
    (('toml_comma', '0.75'), ('toml_dots', ''), ('toml_text', ''))
    """
    if line.count('"') % 2:
        return "toml_quote", ""
    bare = re.sub(r'"[^"]*"', '""', line).partition("#")[0]
    if found := re.search(r"=\s*(-?[\d.]+),(\d+)", bare):
        return "toml_comma", f"{found[1].replace('.', '')}.{found[2]}"
    if re.search(r"=\s*-?\d+(\.\d+){2,}", bare):
        return "toml_dots", ""
    if re.search(r"=\s*(\d{4}-\d\d\s*$|(?!true|false|inf|nan)[^\W\d_]|[“”'‘’])", bare):
        return "toml_text", ""
    return "not_toml", ""


@dataclass(frozen=True)
class TomlFile:
    """A file read, and what is needed to name the place of what is wrong in it.

    `lists` names its lists of tables, `keys` every key that may stand in it, `like` the shipped
    file to compare it with, `examples` that of a list which `like` does not hold.
    """

    path: Path
    text: str
    values: dict[str, Any]
    lists: tuple[str, ...]
    keys: frozenset[str]
    like: str = BASELINE_FILE
    examples: Mapping[str, str] = field(default_factory=dict)

    def problems(self, error: ValidationError) -> list[Problem]:
        """Return what is wrong, with line and key.

        Of a misspelt key only that is told, not also what is wrong with the key that is meant.
        """
        errors: list[dict[str, Any]] = [dict(e) for e in error.errors()]
        meant = self._meant(errors)
        told = [e for e in errors if not any(e["loc"][: len(m)] == m for m in meant.values())]
        return [self._problem(e, meant) for e in told]

    def _meant(self, errors: list[dict[str, Any]]) -> dict[Loc, Loc]:
        """Return the places of unknown keys with those that are meant, missing ones before others."""
        missing = [e["loc"] for e in errors if e["type"] == "missing"]
        found = {}
        for loc in (e["loc"] for e in errors if e["type"] == "extra_forbidden"):
            name, beside = str(loc[-1]), [str(m[-1]) for m in missing if m[:-1] == loc[:-1]]
            near = nearest(name, beside) or nearest(name, self.keys - {name})
            if near:
                found[loc] = (*loc[:-1], near)
        return found

    def _problem(self, error: dict[str, Any], meant: dict[Loc, Loc]) -> Problem:
        """Return the problem of one pydantic error."""
        place = self._place(error["loc"])
        kind, found = error["type"], error["input"]
        reason = error["msg"].removeprefix("Value error, ")
        fields: dict[str, object] = {"reason": reason if kind == "value_error" else "wrong_kind"}
        shown = _shown(found)
        if kind == "extra_forbidden":
            code, fields["near"] = "unknown_key", str(meant.get(error["loc"], ("",))[-1])
        elif kind == "missing":
            code = "missing_key"
        elif kind == "literal_error":
            code = "not_allowed"
            fields = {"allowed": str(error["ctx"]["expected"]).replace(" or ", ", ")}
        elif kind == "value_error" and reason in _CODES:
            code = reason
            if code == "thousand_dots":
                end, shown = thousand_dots(found)
                place = [*place, end]
                fields |= {"small": float(shown), "large": shown.replace(".", "")}
            elif code == "bad_month" and (month := re.fullmatch(r"\d{4}-(\d\d)", shown)):
                code, fields["number"] = "no_such_month", month[1]
        elif kind == "value_error" and "/" in shown:
            code = "bad_range"
        else:
            code = "bad_key_value" if shown else "bad_part"
        like = self.examples.get(place[0], self.like) if place else self.like
        where = line_of(self.text, place, self.lists), ".".join(place)
        return Problem.at(code, self.path, *where, shown, **fields, like=like)

    def _place(self, loc: Loc) -> list[str]:
        """Return where a key stands, an entry of a list by its name instead of its number."""
        place = [str(part) for part in loc]
        if len(loc) > 1 and loc[0] in self.lists and isinstance(loc[1], int):
            entry = self.values[str(loc[0])][loc[1]]
            place[1] = str(entry.get(LIST_KEY, loc[1])) if isinstance(entry, dict) else place[1]
        return place


def _shown(found: object) -> str:
    """Return what was found as it may be shown: a range, a span of months, or a plain value."""
    if not isinstance(found, dict):
        return str(found)
    if "low" in found:
        return f"{found.get('low')} / {found.get('central')} / {found.get('high')}"
    if "first" in found:
        return f"{found.get('first')} – {found.get('last')}"
    return str(found.get("month", ""))


def known_keys(*models: type[Frozen]) -> frozenset[str]:
    """Return every key of these models and of those inside them.

    Examples
    --------
    >>> from ucj_analysis.quantities import Share
    >>> sorted(known_keys(Share))
    ['assumption', 'central', 'high', 'low', 'sources', 'unit']
    """

    def keys(model: type[Frozen]) -> Iterator[str]:
        for name, known in model.model_fields.items():
            yield name
            if isinstance(known.annotation, type) and issubclass(known.annotation, Frozen):
                yield from keys(known.annotation)

    return frozenset(key for model in models for key in keys(model))


def line_of(text: str, place: list[str], lists: tuple[str, ...] = ()) -> int:
    """Return the line where a key stands, or its table begins; 0 where neither is in this file."""
    if not place:  # of the file as a whole
        return 0
    lines = text.splitlines()
    named = place[0] in lists and len(place) > 1
    section, found, inside = "", 0, not named
    keys = [place[0], *place[2:]] if place[0] in lists else place
    for number, line in enumerate(lines, 1):
        stripped = line.strip()
        if stripped.startswith("[["):
            section = stripped.strip("[] ")
            inside = not named or (inside and "." in section)
        elif stripped.startswith("["):
            section = stripped.strip("[] ")
        if named and stripped.replace(" ", "") == f'name="{place[1]}"'.replace(" ", ""):
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
