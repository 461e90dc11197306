"""What a report was made from: parameters, hashes of inputs and source, versions, commit."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ucj_analysis import __version__
from ucj_analysis.provenance import combined, commit, file_hashes, sha256
from ucj_analysis.resources import PACKAGE

SCHEMA_VERSION = 1
#: Fields that hold the clock; everything else is the same for the same inputs.
CLOCK_FIELDS = ("created", "seconds")
_VERSIONS = (
    "numpy",
    "highspy",
    "openpyxl",
    "pandas",
    "scipy",
    "statsmodels",
    "matplotlib",
    "pydantic",
    "pandera",
    "papermill",
    "nbconvert",
    "babel",
)
_SOURCE_SUFFIXES = {".py", ".mo", ".j2", ".css", ".json"}


def versions() -> dict[str, str]:
    """Return the versions that can change a figure."""
    found = {"python": platform.python_version(), "ucj_analysis": __version__}
    for name in _VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


def manifest(
    maker: Path | str,
    parameters: dict[str, Any],
    inputs: dict[str, str],
    outputs: dict[str, bytes],
    clock: dict[str, Any],
) -> dict[str, Any]:
    """Return the manifest of what a notebook, or a command, made."""
    made_by = (
        {"command": maker}
        if isinstance(maker, str)
        else {"notebook": maker.name, "notebook_sha256": sha256(maker.read_bytes())}
    )
    return {
        "schema_version": SCHEMA_VERSION,
        **made_by,
        "parameters": parameters,
        "seed": parameters.get("seed"),
        "data_sha256": combined(inputs),
        "inputs": inputs,
        "source_sha256": combined(file_hashes(PACKAGE, _SOURCE_SUFFIXES)),
        "versions": versions(),
        "commit": commit(),
        "outputs": {name: sha256(content) for name, content in outputs.items()},
        **clock,
    }
