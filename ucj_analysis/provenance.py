"""What an answer was made from: hashes of inputs and source, the version and the commit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ucj_analysis import __version__
from ucj_analysis.question import Question
from ucj_analysis.resources import PACKAGE

DATA_SUFFIXES = {".csv", ".json", ".toml"}
SOURCE_SUFFIXES = {".py", ".mo", ".j2", ".css", ".json", ".typ"}


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes.

    Examples
    --------
    >>> sha256(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest()


def file_hashes(folder: Path, suffixes: set[str] | None = None) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, by relative POSIX path, sorted."""
    files = sorted(p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {
        p.relative_to(folder).as_posix(): sha256(p.read_bytes())
        for p in files
        if suffixes is None or p.suffix in suffixes
    }


def input_files(question: Question) -> dict[str, Path]:
    """Return every file an answer may rest on by its name: no other region's, no documents."""
    data, region = question.data, question.region
    places = "*", "scenarios/*", f"regions/{region}/*", f"levers/{region}.toml"
    told = (p for place in places for p in data.glob(place) if p.suffix in DATA_SUFFIXES)
    files = [p for p in told if p.is_file()]
    inputs = {p.relative_to(data).as_posix(): p for p in sorted(files)}
    scenario = Path(question.scenario)
    if scenario.suffix == ".toml":
        inputs[scenario_input(scenario)] = scenario
    return inputs


def scenario_input(scenario: Path) -> str:
    """Return the name among the inputs of a scenario given as a file.

    Examples
    --------
    >>> scenario_input(Path("mine/push.toml"))
    'scenario push.toml'
    """
    return f"scenario {scenario.name}"


def input_hashes(question: Question) -> dict[str, str]:
    """Return the hash of every file an answer may rest on."""
    return {name: sha256(path.read_bytes()) for name, path in input_files(question).items()}


@lru_cache
def source_hash() -> str:
    """Return one hash of the package's source; it does not change while it runs."""
    return combined(file_hashes(PACKAGE, SOURCE_SUFFIXES))


def combined(hashes: dict[str, str]) -> str:
    """Return one hash for a set of named hashes.

    Examples
    --------
    >>> combined({"a": "1"}) == combined({"a": "1"})
    True
    """
    return sha256("\n".join(f"{name} {value}" for name, value in sorted(hashes.items())).encode())


def commit(root: Path = PACKAGE.parent) -> str | None:
    """Return the commit checked out beside the package, or None outside a clone."""
    git = root / ".git"
    try:
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head
        ref = head.removeprefix("ref: ")
        if (git / ref).is_file():
            return (git / ref).read_text(encoding="utf-8").strip()
        packed = (git / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(" " + ref)), None)
    except OSError:
        return None


def behind(inputs: Mapping[str, str]) -> dict[str, Any]:
    """Return what is behind an answer: its inputs, the package version, source and commit.

    Parameters
    ----------
    inputs : dict
        Hash of every input by its name, as :func:`input_hashes` returns them.

    Examples
    --------
    >>> list(behind({"panel.csv": "00"}))
    ['data_sha256', 'inputs', 'ucj_analysis', 'source_sha256', 'commit']
    """
    return {
        "data_sha256": combined(dict(inputs)),
        "inputs": dict(inputs),
        "ucj_analysis": __version__,
        "source_sha256": source_hash(),
        "commit": commit(),
    }
