"""The options of the `ucj` command: what they are called, and what was given."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import Any

from ucj_analysis.errors import bad
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.question import AS_OF, PATHS, REGION, SCENARIO, SEED, TARGET_MONTH, Question, ask

ARCHIVE = "reports/archive"
PORT = 8866
# fmt: off
#: option -> (help, default shown); every question option of the design.
QUESTION_OPTIONS: dict[str, tuple[str, str]] = {
    "--region": (N_("code of the region"), REGION),
    "--as-of": (N_("month asked about, YYYY-MM, or latest; by default latest, for Pati a fixed month"), f"{REGION}: {AS_OF}"),
    "--known-by": (N_("use nothing published after this day; by default the end of that month, or the day its figure was published"), ""),
    "--target": (N_("coverage aimed at, a fraction; by default the published target"), ""),
    "--target-month": (N_("month by which to reach it, YYYY-MM; where a later figure is asked about, its December"), TARGET_MONTH),
    "--scenario": (N_("name of a scenario, or a TOML file"), SCENARIO),
    "--paths": (N_("simulated paths"), str(PATHS)),
    "--seed": (N_("seed of the random streams"), str(SEED)),
}

#: What a file may leave untold, and an import needs.
IMPORT_OPTIONS: dict[str, str] = {
    "--data": N_("data folder to write into; by default the one the file lies in"),
    "--region": N_("code of the region; by default that of the folder the file lies in"),
    "--base": N_("name and year of the base, such as bpjstk-2025"),
    "--basis": N_("what is counted among participants"),
    "--published": N_("day on which the figures were made known"),
    "--source": N_("who said it, and where"),
    "--as-of": N_("month of the figures, where the table does not tell it"),
    "--sheet": N_("name of the sheet, where several hold a table"),
    "--numbers": N_("id for 1.234,5, en for 1,234.5; used where the file itself does not tell which"),
    "--restate": N_("why figures that stand there already are other ones now"),
}
IMPORT_SWITCHES: dict[str, str] = {
    "--dry-run": N_("show how the file is read, and write nothing"),
    "--yes": N_("write even where something could be read otherwise"),
    "--undo": N_("bring back the tables as they were before the last import"),
}
# fmt: on

#: Adds options to a command's group, in the reader's language.
Adder = Callable[[Any, Words], None]


def _value(names: str, told: str, shown: str = "", **more: Any) -> Adder:
    """Return what adds an option with a value; its help ends with the default `shown`."""

    def add(group: Any, w: Words) -> None:
        text = w.t(told) + (f" ({shown})" if shown else "")
        group.add_argument(*names.split(), help=text, metavar="…", **more)

    return add


def _default(name: str, told: str, default: str) -> Adder:
    return _value(name, told, default, default=default)


def _many(names: str, told: str) -> Adder:
    return _value(names, told, action="append", default=[])


def _switch(names: str, told: str, action: str = "store_true") -> Adder:
    return lambda group, w: group.add_argument(*names.split(), action=action, help=w.t(told))


def _word(name: str, metavar: str, told: str, nargs: str = "?") -> Adder:
    """Return what adds a word that stands without an option's name."""
    return lambda group, w: group.add_argument(
        name, metavar=w.t(metavar), nargs=nargs, help=w.t(told)
    )


def _each(*adders: Adder) -> Adder:
    def add(group: Any, w: Words) -> None:
        for one in adders:
            one(group, w)

    return add


# fmt: off
#: What a question may say.
add_question = _each(*(_value(name, *told) for name, told in QUESTION_OPTIONS.items()))

#: The data folder.
add_data = _value("--data", N_("data folder; by default the shipped one"))

#: What a report may be told.
add_out = _each(
    _default("--out", N_("folder of the reports"), "reports"),
    _many("-p --parameter", N_("another notebook parameter, NAME=VALUE")),
    _value("--regions", N_("many regions: all, a province's code, codes with commas, or a file of codes")),
    _switch("--issue", N_("check the data against those of the last issued forecast, and issue the new one")),
    _default("--jobs", N_("reports at a time; -1 is one on each processor"), "-1"),
    _default("--scheduler", N_("for many regions: address of a Dask scheduler, tcp://host:port; its workers see the same data and report folders"), ""),
    _switch("--peers", N_("with --regions: where a region has no figure to start from, say what its province suggests")),
    _switch("--again", N_("write the report even where nothing has changed since the last one")),
)

#: What a report nobody watches is told.
add_schedule = _each(
    _value("--month", N_("the same as --as-of; latest is the newest month published by today"), dest="as_of"),
    _value("--log", N_("append one line for each event to this file")),
    _value("--mail-to", N_("mail new reports to these addresses; commas between them")),
    _value("--mail-failures-to", N_("mail what failed to these addresses")),
    _value("--keep", N_("months of reports to keep of each region; all by default")),
    _switch("--dry-run", N_("tell what would be done, and write nothing")),
)

#: What is validated, and against what.
add_path = _each(
    _word("path", N_("PATH"), N_("table, scenario or folder; by default the shipped data")),
    _value("--against", N_("earlier data folder: refuse months that are gone and figures restated without a note")),
    _value("--accept", N_("accept a warning, CHECK:MONTH, for the figures it was found in")),
    _value("--note", N_("why it is right as it is")),
    _value("--by", N_("who accepts it")),
)

#: What a back-test scores.
add_pairs = _each(
    _default("--region", N_("region whose own windows stay out"), REGION),
    _value("--pairs", N_("forecast each row of this table of growth pairs")),
    _value("--known-by", N_("teach with nothing published after this day")),
)

#: The scenarios compared.
add_names = _word("names", N_("SCENARIO"), N_("scenarios; by default baseline and combined"), "*")

#: The folder of issued forecasts.
add_archive = _default("--archive", N_("folder of issued forecasts"), ARCHIVE)

#: The wish to issue a forecast.
add_issue = _each(
    _switch("--issue", N_("append this forecast to the archive, to be scored later")),
    add_archive,
)

#: What of the archive is scored.
add_score = _each(
    add_archive,
    _value("--region", N_("only this region")),
    _value("--known-by", N_("compare with nothing published after this day")),
)

#: What a plan aims at, and may cost.
add_plan = _each(
    _default("--aim", N_("hit the target in its month, or hold it through the next March"), "hit"),
    _value("--probability", N_("chance the aim is to hold with, a fraction"), "0.8"),
    _value("--budget", N_("rupiah at most; none by default")),
    _switch("--best", N_("go as far as the budget reaches, target or not")),
    _value("--out", N_("write page, table and workbook below this folder")),
)

#: Where the workbench is served.
add_explore = _each(
    _default("--port", N_("port"), str(PORT)),
    _default("--folder", N_("folder for saved scenarios"), "scenarios"),
)

#: Which region is begun, and where.
add_code = _each(
    _word("code", N_("CODE"), N_("code of the region, such as 3319")),
    _value("--data", N_("data folder to write into; made where there is none")),
)

#: The file imported, what it does not tell itself, and how it is written.
add_import = _each(
    _word("path", N_("FILE"), N_("XLSX, XLS, ODS or CSV")),
    *(_value(*told) for told in IMPORT_OPTIONS.items()),
    _many("--column", N_("what a column is, NAME=LETTERS, such as participants=D")),
    *(_switch(*told) for told in IMPORT_SWITCHES.items()),
)

#: Which roster is read, and what of it is told.
add_roster = _each(
    _word("file", N_("FILE"), N_("roster of members, CSV or Parquet: NIK, segment, first and last paid month")),
    _default("--region", N_("code of the region"), REGION),
    _many("--register", N_("list of people (DTKS, P3KE) by decile and sub-district; may be given again")),
    _value("--months", N_("first and last month, YYYY-MM:YYYY-MM; by default the last 36")),
    _value("--small", N_("suppress cells of fewer people than this"), "5"),
    _default("--out", N_("folder of the reports"), "reports"),
    _switch("--audit", N_("show what was read, used and removed")),
)

#: What every command takes.
add_general = _each(
    _value("--lang", N_("language: id or en")),
    _switch("--json", N_("one JSON document on standard output")),
    _switch("-h --help", N_("show this help"), "help"),
)
# fmt: on


def asked_question(options: argparse.Namespace) -> Question:
    """Return the question asked, checked."""
    return ask(**asked_parts(options))


def asked_parts(options: argparse.Namespace) -> dict[str, Any]:
    """Return the question's parts that were given, for `ask`."""
    given = {
        name: value
        for name in ("region", "as_of", "known_by", "target_month", "scenario", "data")
        if (value := getattr(options, name)) is not None
    }
    if options.target is not None:
        given["target"] = number("bad_target", options.target)
    for name in ("paths", "seed"):
        if getattr(options, name) is not None:
            given[name] = integer(name, getattr(options, name))
    return given


def number(code: str, text: str) -> float:
    """Return a number, or raise the problem of this code."""
    try:
        return float(text)
    except ValueError as error:
        raise bad(code, text) from error


def rupiah(text: str) -> float:
    """Return an amount of rupiah: digits only."""
    if not text.isdecimal():  # 262.080 is no amount: thousand or point, nobody can tell
        raise bad("bad_budget", text)
    return float(text)


def whole(text: str) -> int | None:
    """Return a whole number of at most nine digits; None of anything else.

    Examples
    --------
    >>> whole("24"), whole("-1"), whole("9" * 5000)
    (24, None, None)
    """
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def integer(name: str, text: str) -> int:
    """Return a whole number, or raise the problem of this option."""
    try:
        return int(text)
    except ValueError as error:
        from ucj_analysis.question import FEWEST_PATHS, MOST_PATHS

        dotted = re.fullmatch(r"\d{1,3}([.,]\d{3})+", text)
        near = re.sub("[.,]", "", text) if dotted else ""
        raise bad(f"bad_{name}", text, least=FEWEST_PATHS, most=MOST_PATHS, near=near) from error
