"""The parameters a notebook declares, and whether given ones fit, before any kernel starts."""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ucj_analysis.errors import InputError, Problem, bad, nearest
from ucj_analysis.question import Question
from ucj_analysis.resources import NOTEBOOKS

_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_TRUTHS = {"true": True, "false": False}


@dataclass(frozen=True)
class Parameter:
    """One typed parameter of a notebook, with its default and its help."""

    name: str
    kind: str
    default: object
    help: str


def notebook_path(name: str) -> Path:
    """Return the file of a shipped notebook.

    Raises
    ------
    InputError
        `unknown_notebook`, with the nearest name.

    Examples
    --------
    >>> notebook_path("brief").name
    'brief.ipynb'
    """
    names = sorted(p.stem for p in NOTEBOOKS.glob("*.ipynb"))
    if name not in names:
        raise bad("unknown_notebook", name, near=nearest(name, names), allowed=names)
    return NOTEBOOKS / f"{name}.ipynb"


def notebook_parameters(question: Question) -> dict[str, Any]:
    """Return a question as the parameters every notebook declares.

    Examples
    --------
    >>> from ucj_analysis.question import ask
    >>> notebook_parameters(ask())["as_of"]
    '2025-03'
    """
    return {
        "region": question.region,
        "as_of": str(question.as_of),
        "known_by": str(question.known_by or ""),
        "target": question.target or 0.0,
        "target_month": str(question.target_month),
        "scenario": question.scenario,
        "paths": question.paths,
        "seed": question.seed,
    }


def declared_parameters(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters of the cell tagged `parameters`, by name.

    Examples
    --------
    >>> declared_parameters(notebook_path("brief"))["paths"].kind
    'int'
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    source = next(
        "".join(c["source"]) for c in cells if "parameters" in c["metadata"].get("tags", ())
    )
    lines = source.splitlines()
    found = {}
    for node in ast.parse(source).body:
        match node:
            case ast.AnnAssign(ast.Name(name), annotation, ast.expr() as value):
                text = lines[node.lineno - 1][node.end_col_offset or 0 :].partition("#")[2].strip()
                told = ast.unparse(annotation), ast.literal_eval(value), text
                found[name] = Parameter(name, *told)
    return found


def check_parameters(notebook: Path, given: dict[str, Any]) -> dict[str, Any]:
    """Return the given parameters in their declared types.

    Text is read as the declared type, so that values may come from a command line.

    Raises
    ------
    InputError
        `unknown_parameter` with the nearest name, `parameter_type` with the declared type.

    Examples
    --------
    >>> check_parameters(notebook_path("brief"), {"paths": "500"})
    {'paths': 500}
    """
    declared = declared_parameters(notebook)
    problems, checked = [], {}
    for name, value in given.items():
        fields: dict[str, object] = {"notebook": notebook.stem}
        if name not in declared:
            fields |= {"allowed": list(declared), "near": nearest(name, declared)}
            problems.append(Problem("unknown_parameter", value=name, fields=fields))
            continue
        try:
            checked[name] = _as_declared(value, declared[name].kind)
        except (ValueError, KeyError):
            fields |= {"name": name, "allowed": declared[name].kind}
            problems.append(Problem("parameter_type", value=repr(value), fields=fields))
    if problems:
        raise InputError(*problems)
    return checked


def _as_declared(value: Any, kind: str) -> Any:
    wanted = _TYPES[kind]
    if isinstance(value, str):
        return _TRUTHS[value.lower()] if wanted is bool else wanted(value)
    whole = wanted is int and isinstance(value, float)
    if wanted is str or isinstance(value, bool) != (wanted is bool) or whole:
        raise ValueError
    return wanted(value)
