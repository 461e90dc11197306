"""The options of the `ucj` command: what they are called, and what was given."""

from __future__ import annotations

import argparse
import re
from typing import Any

from ucj_analysis.errors import bad
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.question import AS_OF, PATHS, REGION, SCENARIO, SEED, TARGET_MONTH, Question, ask

ARCHIVE = "reports/archive"
PORT = 8866
#: option -> (help, default shown); every question option of the design.
QUESTION_OPTIONS: dict[str, tuple[str, str]] = {
    "--region": (N_("code of the region"), REGION),
    "--as-of": (
        N_("month asked about, YYYY-MM or latest, the default but for Pati"),
        f"{REGION}: {AS_OF}",
    ),
    "--known-by": (
        N_(
            "use nothing published after this day; by default the end of that month, or the day its figure was published"
        ),
        "",
    ),
    "--target": (N_("coverage aimed at, a fraction; by default the published target"), ""),
    "--target-month": (
        N_(
            "month by which to reach it, YYYY-MM; where a later figure is asked about, its December"
        ),
        TARGET_MONTH,
    ),
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
    "--numbers": N_(
        "id for 1.234,5, en for 1,234.5; used where the file itself does not tell which"
    ),
    "--restate": N_("why figures that stand there already are other ones now"),
}
IMPORT_SWITCHES: dict[str, str] = {
    "--dry-run": N_("show how the file is read, and write nothing"),
    "--yes": N_("write without asking, also where something could be read otherwise"),
    "--undo": N_("bring back the tables as they were before the last import"),
}


def add_question(group: Any, w: Words) -> None:
    """Add what a question may say."""
    for option, (told, default) in QUESTION_OPTIONS.items():
        text = w.t(told) + (f" ({default})" if default else "")
        group.add_argument(option, help=text, metavar="…")


def add_data(group: Any, w: Words) -> None:
    """Add the data folder."""
    group.add_argument("--data", metavar="…", help=w.t("data folder; by default the shipped one"))


def add_out(group: Any, w: Words) -> None:
    """Add what a report may be told."""
    group.add_argument(
        "--out", metavar="…", default="reports", help=w.t("folder of the reports") + " (reports)"
    )
    group.add_argument(
        "-p",
        "--parameter",
        metavar="…",
        action="append",
        default=[],
        help=w.t("another notebook parameter, NAME=VALUE"),
    )
    group.add_argument(
        "--regions",
        metavar="…",
        help=w.t("many regions: all, a province's code, codes with commas, or a file of codes"),
    )
    group.add_argument(
        "--issue",
        action="store_true",
        help=w.t("check the data against those of the last issued forecast, and issue the new one"),
    )
    group.add_argument(
        "--jobs",
        metavar="…",
        default="-1",
        help=w.t("reports at a time; -1 is one on each processor") + " (-1)",
    )
    group.add_argument(
        "--scheduler",
        metavar="…",
        default="",
        help=w.t(
            "for many regions: address of a Dask scheduler, tcp://host:port; its workers see the same data and report folders"
        ),
    )
    group.add_argument(
        "--peers",
        action="store_true",
        help=w.t(
            "with --regions: where a region has no figure to start from, say what its province suggests"
        ),
    )
    group.add_argument(
        "--again",
        action="store_true",
        help=w.t("write the report even where nothing has changed since the last one"),
    )


def add_schedule(group: Any, w: Words) -> None:
    """Add what a report nobody watches is told."""
    for option, told, dest in (
        (
            "--month",
            N_("the same as --as-of; latest is the newest month published by today"),
            "as_of",
        ),
        ("--log", N_("append one line for each event to this file"), "log"),
        ("--mail-to", N_("mail new reports to these addresses; commas between them"), "mail_to"),
        ("--mail-failures-to", N_("mail what failed to these addresses"), "mail_failures_to"),
        ("--keep", N_("months of reports to keep of each region; all by default"), "keep"),
    ):
        group.add_argument(option, dest=dest, metavar="…", help=w.t(told))
    group.add_argument(
        "--dry-run", action="store_true", help=w.t("tell what would be done, and write nothing")
    )


def add_path(group: Any, w: Words) -> None:
    """Add what is validated, and against what."""
    group.add_argument(
        "path",
        metavar=w.t("PATH"),
        nargs="?",
        help=w.t("table, scenario or folder; by default the shipped data"),
    )
    group.add_argument(
        "--against",
        metavar="…",
        help=w.t(
            "earlier data folder: refuse months that are gone and figures restated without a note"
        ),
    )
    group.add_argument(
        "--accept",
        metavar="…",
        help=w.t("accept a warning, CHECK:MONTH, for the figures it was found in"),
    )
    group.add_argument("--note", metavar="…", help=w.t("why it is right as it is"))
    group.add_argument("--by", metavar="…", help=w.t("who accepts it"))


def add_pairs(group: Any, w: Words) -> None:
    """Add what a back-test scores."""
    group.add_argument(
        "--region",
        metavar="…",
        default=REGION,
        help=w.t("region whose own windows stay out") + f" ({REGION})",
    )
    group.add_argument(
        "--pairs", metavar="…", help=w.t("forecast each row of this table of growth pairs")
    )
    group.add_argument(
        "--known-by", metavar="…", help=w.t("teach with nothing published after this day")
    )


def add_names(group: Any, w: Words) -> None:
    """Add the scenarios compared."""
    group.add_argument(
        "names",
        metavar=w.t("SCENARIO"),
        nargs="*",
        help=w.t("scenarios; by default baseline and combined"),
    )


def add_archive(group: Any, w: Words) -> None:
    """Add the folder of issued forecasts."""
    group.add_argument(
        "--archive",
        metavar="…",
        default=ARCHIVE,
        help=w.t("folder of issued forecasts") + f" ({ARCHIVE})",
    )


def add_issue(group: Any, w: Words) -> None:
    """Add the wish to issue a forecast."""
    group.add_argument(
        "--issue",
        action="store_true",
        help=w.t("append this forecast to the archive, to be scored later"),
    )
    add_archive(group, w)


def add_score(group: Any, w: Words) -> None:
    """Add what of the archive is scored."""
    add_archive(group, w)
    group.add_argument("--region", metavar="…", help=w.t("only this region"))
    group.add_argument(
        "--known-by", metavar="…", help=w.t("compare with nothing published after this day")
    )


def add_plan(group: Any, w: Words) -> None:
    """Add what a plan aims at, and may cost."""
    group.add_argument(
        "--aim",
        metavar="…",
        default="hit",
        help=w.t("hit the target in its month, or hold it through the next March") + " (hit)",
    )
    group.add_argument(
        "--probability",
        metavar="…",
        help=w.t("chance the aim is to hold with, a fraction") + " (0.8)",
    )
    group.add_argument("--budget", metavar="…", help=w.t("rupiah at most; none by default"))
    group.add_argument(
        "--best", action="store_true", help=w.t("go as far as the budget reaches, target or not")
    )
    group.add_argument(
        "--out", metavar="…", help=w.t("write page, table and workbook below this folder")
    )


def add_explore(group: Any, w: Words) -> None:
    """Add where the workbench is served."""
    group.add_argument("--port", metavar="…", default=str(PORT), help=w.t("port") + f" ({PORT})")
    group.add_argument(
        "--folder",
        metavar="…",
        default="scenarios",
        help=w.t("folder for saved scenarios") + " (scenarios)",
    )


def add_code(group: Any, w: Words) -> None:
    """Add which region is begun, and where."""
    group.add_argument(
        "code", metavar=w.t("CODE"), nargs="?", help=w.t("code of the region, such as 3319")
    )
    group.add_argument(
        "--data", metavar="…", help=w.t("data folder to write into; made where there is none")
    )


def add_import(group: Any, w: Words) -> None:
    """Add the file imported, what it does not tell itself, and how it is written."""
    group.add_argument("path", metavar=w.t("FILE"), nargs="?", help=w.t("XLSX, XLS, ODS or CSV"))
    for option, told in IMPORT_OPTIONS.items():
        group.add_argument(option, metavar="…", help=w.t(told))
    group.add_argument(
        "--column",
        metavar="…",
        action="append",
        default=[],
        help=w.t("what a column is, NAME=LETTERS, such as participants=D"),
    )
    for option, told in IMPORT_SWITCHES.items():
        group.add_argument(option, action="store_true", help=w.t(told))


def add_roster(group: Any, w: Words) -> None:
    """Add which roster is read, and what of it is told."""
    group.add_argument(
        "file",
        metavar=w.t("FILE"),
        nargs="?",
        help=w.t("roster of members, CSV or Parquet: NIK, segment, first and last paid month"),
    )
    group.add_argument(
        "--region", metavar="…", default=REGION, help=w.t("code of the region") + f" ({REGION})"
    )
    group.add_argument(
        "--register",
        metavar="…",
        action="append",
        default=[],
        help=w.t("list of people (DTKS, P3KE) by decile and sub-district; may be given again"),
    )
    group.add_argument(
        "--months",
        metavar="…",
        help=w.t("first and last month, YYYY-MM:YYYY-MM; by default the last 36"),
    )
    group.add_argument(
        "--small",
        metavar="…",
        help=w.t("suppress cells of fewer people than this") + " (5)",
    )
    group.add_argument(
        "--out", metavar="…", default="reports", help=w.t("folder of the reports") + " (reports)"
    )
    group.add_argument(
        "--audit", action="store_true", help=w.t("show what was read, used and removed")
    )


def add_general(group: Any, w: Words) -> None:
    """Add what every command takes."""
    group.add_argument("--lang", metavar="…", help=w.t("language: id or en"))
    group.add_argument(
        "--json", action="store_true", help=w.t("one JSON document on standard output")
    )
    group.add_argument("-h", "--help", action="help", help=w.t("show this help"))


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

        raise bad(f"bad_{name}", text, least=FEWEST_PATHS, most=MOST_PATHS) from error
