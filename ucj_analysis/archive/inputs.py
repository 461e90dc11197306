"""The input files issued forecasts rest on, kept once each by content, to be asked again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from ucj_analysis.archive.disk import write_once
from ucj_analysis.archive.files import INPUTS, Issued
from ucj_analysis.errors import InputError, Problem, refused
from ucj_analysis.provenance import combined, input_files, scenario_input, sha256
from ucj_analysis.question import Question, ask


def keep_inputs(question: Question, archive: Path) -> dict[str, str]:
    """Keep every input of a question in an archive; return the hash of each by its name.

    A file whose content is there already is not written again, and none is ever changed.

    Raises
    ------
    RunError
        `cannot_write` where the archive cannot be written.
    """
    kept = {}
    for name, path in input_files(question).items():
        content = path.read_bytes()
        kept[name] = sha256(content)
        home = input_path(archive, kept[name])
        if not home.exists():
            write_once(home, content)
    return kept


def input_path(archive: Path, digest: str) -> Path:
    """Return the file of an input that is kept."""
    return archive / INPUTS / digest


def inputs_of(issued: Issued, archive: Path, folder: Path) -> dict[str, Path]:
    """Lay the data folder of an issued forecast out again; return its files by their names.

    Parameters
    ----------
    issued : Issued
        One that tells its inputs.
    archive, folder : Path
        Where they are kept, and an empty folder for them.

    Raises
    ------
    InputError
        `altered_archive` where an input is not as it was kept, `cannot_read` where it is gone.
    """
    if combined(issued.inputs) != issued.provenance.get("data_sha256"):
        raise InputError(Problem("altered_archive", str(archive), value=issued.id))
    contents = {}
    for name, digest in issued.inputs.items():
        home = input_path(archive, digest)
        try:
            contents[name] = home.read_bytes()
        except OSError as error:
            raise InputError(refused("cannot_read", home, error)) from error
        if sha256(contents[name]) != digest or not _within(name):
            raise InputError(Problem("altered_archive", str(home), value=issued.id))
    return lay_out(contents, folder)


def lay_out(contents: Mapping[str, bytes], folder: Path) -> dict[str, Path]:
    """Write inputs below a folder, each under its name; return their files."""
    files = {name: folder / name for name in contents}
    for name, path in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents[name])
    return files


def ask_again(
    issued: Issued, data: Path, paths: int, seed: int, scenario: str | None = None
) -> Question:
    """Return the question of an issued forecast, asked of a data folder laid out from inputs.

    Parameters
    ----------
    issued : Issued
        Its region, months, day of knowledge and target are asked again.
    data : Path
        From :func:`inputs_of` or :func:`lay_out`.
    paths, seed : int
        What it is simulated with.
    scenario : str, optional
        Name or file of the scenario; its own by default.
    """
    scenario = scenario or issued.scenario
    laid_out = data / scenario_input(Path(scenario))
    return ask(
        region=issued.region,
        as_of=issued.as_of,
        known_by=str(issued.known_by),
        target=issued.target,
        target_month=issued.target_month,
        scenario=str(laid_out) if laid_out.is_file() else scenario,
        paths=paths,
        seed=seed,
        data=data,
    )


def _within(name: str) -> bool:
    """Tell whether a name stays below the folder it is laid out in.

    Examples
    --------
    >>> _within("regions/3318/facts.csv"), _within("../a"), _within("/a"), _within("c:a")
    (True, False, False, False)
    """
    place = PurePosixPath(name)
    return not (place.is_absolute() or ".." in place.parts or "\\" in name or ":" in name)
