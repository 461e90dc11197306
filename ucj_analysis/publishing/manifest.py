"""What a report was made from: parameters, hashes of inputs and source, versions, commit."""

from __future__ import annotations

import json
import platform
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ucj_analysis import __version__
from ucj_analysis.provenance import combined, commit, file_hashes, sha256, source_hash
from ucj_analysis.publishing.folder import as_json, publish_folder

SCHEMA_VERSION = 1
MANIFEST = "manifest.json"
#: Fields that hold the clock; everything else is the same for the same inputs.
CLOCK_FIELDS = ("created", "seconds")
# fmt: off
_VERSIONS = (
    "numpy", "highspy", "openpyxl", "pandas", "scipy", "statsmodels", "matplotlib",
    "pydantic", "pandera", "papermill", "nbconvert", "babel", "typst",
)
# fmt: on


@lru_cache
def versions() -> dict[str, str]:
    """Return the versions that can change a figure."""
    found = {"python": platform.python_version(), "ucj_analysis": __version__}
    for name in _VERSIONS:
        found[name] = "unknown"
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def made_from(
    maker: Path | str, parameters: dict[str, Any], inputs: dict[str, str]
) -> dict[str, Any]:
    """Return all that decides what a notebook, or a command, makes."""
    made_by = {"command": maker}
    if isinstance(maker, Path):
        made_by = {"notebook": maker.name, "notebook_sha256": sha256(maker.read_bytes())}
    return {
        "schema_version": SCHEMA_VERSION,
        **made_by,
        "parameters": parameters,
        "seed": parameters.get("seed"),
        "data_sha256": combined(inputs),
        "inputs": inputs,
        "source_sha256": source_hash(),
        "versions": versions(),
    }


def publish(
    made: dict[str, Any], answer: str, files: dict[str, bytes], folder: Path, seconds: float
) -> None:
    """Publish a folder with its manifest: what it was made from, what it says and holds.

    Raises
    ------
    RunError
        `cannot_write`; the previous folder stays.
    """
    told = {
        **made,
        "commit": commit(),
        "answer": answer,
        "outputs": {name: sha256(content) for name, content in files.items()},
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
    }
    publish_folder(files | {MANIFEST: as_json(told)}, folder)


def told_of(folder: Path) -> dict[str, Any] | None:
    """Return a folder's manifest, None where there is none or it is damaged."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    whole = isinstance(told, dict) and isinstance(told.get("outputs"), dict)
    return told if whole else None


def unchanged(folder: Path, made: dict[str, Any]) -> dict[str, Any] | None:
    """Return a folder's manifest where it was made from the same and is whole; else None."""
    told = told_of(folder)
    if told is None or any(told.get(name) != value for name, value in made.items()):
        return None
    try:
        own = {MANIFEST: sha256((folder / MANIFEST).read_bytes())}
        whole = file_hashes(folder) == told["outputs"] | own
    except OSError:
        return None
    return told if whole else None
