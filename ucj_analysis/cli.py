"""The `ucj` command: words in, answers out. Exit codes 0 done, 1 failed, 2 bad input or usage."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from ucj_analysis import __version__, commands, options
from ucj_analysis.errors import Problem, RunError, UCJError, bad, nearest
from ucj_analysis.intake.command import import_file, new_region
from ucj_analysis.options import Adder
from ucj_analysis.presentation.language import N_, Words, words
from ucj_analysis.publishing.command import report
from ucj_analysis.roster.command import roster

ABOUT = N_("Is the coverage target reachable by its date, how sure are we, and what would it take?")


class _Formatter(argparse.HelpFormatter):
    """Argparse's layout, without a line above the commands that repeats their title."""

    def _format_action(self, action: argparse.Action) -> str:
        told = super()._format_action(action)
        return told.partition("\n")[2] if action.nargs == argparse.PARSER else told


class _Parser(argparse.ArgumentParser):
    """Argparse in the reader's language; what it refuses is raised and worded elsewhere."""

    words: Words
    known_options: tuple[str, ...] = ()

    def format_help(self) -> str:
        # argparse's own word for the first line, in the reader's language
        return super().format_help().replace("usage:", self.words.t("usage:"), 1)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _speak_utf8()
    w = words("id")
    try:
        w = words(_language(arguments))
        return _run(arguments, w)
    except UCJError as error:
        return _tell(error, w, "--json" in arguments)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as fault:  # the last door: a planner never meets a traceback
        if os.environ.get("UCJ_TRACEBACK"):
            raise
        told = RunError(Problem("unexpected", value=f"{type(fault).__name__}: {fault}"))
        return _tell(told, w, "--json" in arguments)


def _speak_utf8() -> None:
    for channel in (sys.stdout, sys.stderr):
        reconfigure = getattr(channel, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")


def _language(arguments: list[str]) -> str:
    """Find the language before anything else is read, so that even errors speak it."""
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return os.environ.get("UCJ_LANG", "id")


def _tell(error: UCJError, w: Words, as_json: bool) -> int:
    from ucj_analysis.presentation.messages import error_text, problem_record

    if as_json:
        problems = [problem_record(p, w) for p in error.problems]
        commands.print_json({"schema_version": 1, "ok": False, "problems": problems})
    print(error_text(error, w), file=sys.stderr)
    return error.exit_code


def _run(arguments: list[str], w: Words) -> int:
    parser, known = _build(w)
    for argument in arguments:
        if any("\ud800" <= letter <= "\udfff" for letter in argument):  # no file could hold it
            raise bad("not_utf8", argument.encode("utf-8", "backslashreplace").decode())
    name = arguments[0] if arguments else "--help"
    if name in ("-h", "--help"):
        parser.print_help()
        return 0
    if name == "--version":
        print(__version__)
        return 0
    if name.startswith("-"):
        raise bad("no_command")
    if name not in known:
        raise bad("unknown_command", name, near=nearest(name, known), allowed=list(known))
    try:
        given, unknown = parser.parse_known_args(arguments)
    except argparse.ArgumentError as error:
        switches = ["/".join(a.option_strings) for a in known[name]._actions if a.nargs == 0]
        code = "value_given" if error.argument_name in switches else "no_value"
        raise bad(code, error.argument_name, command=name) from error
    if unknown:
        option = unknown[0].split("=")[0]
        raise bad(
            "unknown_option", option, near=nearest(option, known[name].known_options, 0.65), command=name
        )
    return _COMMANDS[name][0](given, w)


def _build(w: Words) -> tuple[_Parser, dict[str, _Parser]]:
    _Parser.words = w
    quiet: Any = {"add_help": False, "allow_abbrev": False, "exit_on_error": False}
    parser = _Parser(prog="ucj", description=w.t(ABOUT), formatter_class=_Formatter, **quiet)
    subparsers = parser.add_subparsers(
        dest="command", metavar=w.t("command"), title=w.t("commands")
    )
    known: dict[str, _Parser] = {}
    for name, (_, told, adders) in _COMMANDS.items():
        sub = subparsers.add_parser(name, help=w.t(told), description=w.t(told), **quiet)
        group = sub.add_argument_group(w.t("options"))
        for add in (*adders, options.add_general):
            add(group, w)
        sub.known_options = tuple(o for a in sub._actions for o in a.option_strings)
        known[name] = sub
    return parser, known


Handler = Callable[[argparse.Namespace, Words], int]
_ASKED = options.add_question, options.add_data
# fmt: off
_COMMANDS: dict[str, tuple[Handler, str, tuple[Adder, ...]]] = {
    "status": (commands.status, N_("where we stand, and why it changed"), _ASKED),
    "forecast": (commands.forecast, N_("is the target reachable"), (*_ASKED, options.add_issue)),
    "plan": (commands.plan, N_("what it would take: least cost, by office, or the proof that it cannot be done"), (*_ASKED, options.add_plan)),
    "explore": (commands.explore, N_("open the workbench in a browser"), (*_ASKED, options.add_explore)),
    "report": (report, N_("write the report"), (*_ASKED, options.add_out, options.add_schedule)),
    "new-region": (new_region, N_("a folder for a region, with templates to fill in"), (options.add_code,)),
    "import": (import_file, N_("an office's Excel or CSV file into a region's tables"), (options.add_import,)),
    "validate": (commands.validate, N_("is this data usable"), (options.add_path,)),
    "backtest": (commands.backtest, N_("does the forecast deserve belief"), (options.add_pairs, options.add_data)),
    "compare": (commands.compare, N_("scenarios side by side against the first"), (options.add_names, *_ASKED)),
    "sensitivity": (commands.sensitivity, N_("what matters"), _ASKED),
    "score": (commands.score, N_("past forecasts against what came"), (options.add_score, options.add_data)),
    "scenarios": (commands.scenarios, N_("what scenarios there are"), (options.add_data,)),
    "roster": (roster, N_("who is active, who stops, who is uncovered: counts from a roster of members"), (options.add_roster, options.add_data)),
    "regions": (commands.regions, N_("what regions there are"), (options.add_data,)),
}
# fmt: on

if __name__ == "__main__":
    sys.exit(main())
