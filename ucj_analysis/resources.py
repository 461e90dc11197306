"""Where the shipped data and notebooks are: beside the package in a clone, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from ucj_analysis.errors import InputError, Problem

PACKAGE = Path(__file__).resolve().parent
_SHIPPED = PACKAGE / "_shipped"
_ROOT = _SHIPPED if _SHIPPED.is_dir() else PACKAGE.parent
NOTEBOOKS = _ROOT / "notebooks"
SHIPPED_DATA = _ROOT / "data"


def data_folder(data: str | Path | None = None) -> Path:
    """Return the data folder: the one named, or the shipped one.

    Raises
    ------
    InputError
        `no_such_folder` when it does not exist, `no_data_folder` when it does not describe itself.

    Examples
    --------
    >>> (data_folder() / "growth_pairs.csv").is_file()
    True
    """
    folder = Path(data).expanduser() if data else SHIPPED_DATA
    if kind_of(folder / "datapackage.json") != "file":
        code = "no_data_folder" if kind_of(folder) else "no_such_folder"
        raise InputError(Problem(code, file=str(folder)))
    return folder


def kind_of(path: Path) -> str:
    """Return `file`, `folder` or `other`; empty where nothing stands that can be looked at.

    A name too long for any file names none.

    Examples
    --------
    >>> kind_of(SHIPPED_DATA), kind_of(SHIPPED_DATA / "panel.csv"), kind_of(Path("x" * 5000))
    ('folder', 'file', '')
    """
    try:
        if path.is_dir():
            return "folder"
        return "file" if path.is_file() else "other" if path.exists() else ""
    except OSError:
        return ""


def stamp(path: Path) -> tuple[Path, int, int]:
    """Return a file with what tells that it changed, so that what was read of it can be kept."""
    try:
        told = path.stat()
    except OSError:
        return path, 0, 0
    return path, told.st_mtime_ns, told.st_size
