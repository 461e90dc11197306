"""The `ucj` command: words in, answers out. Exit codes 0 done, 1 failed, 2 bad input or usage."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.errors import InputError, Problem, RunError, UCJError, bad, nearest
from ucj_analysis.language import N_, Words, words
from ucj_analysis.question import (
    AS_OF,
    LATEST,
    PATHS,
    REGION,
    SCENARIO,
    SEED,
    TARGET_MONTH,
    Question,
    ask,
)

if TYPE_CHECKING:
    from ucj_analysis.revisions import Changes

ARCHIVE = "reports/archive"
PORT = 8866
ABOUT = N_("Is the coverage target reachable by its date, how sure are we, and what would it take?")
#: option -> (help, default shown); every question option of the design.
QUESTION_OPTIONS: dict[str, tuple[str, str]] = {
    "--region": (N_("code of the region"), REGION),
    "--as-of": (N_("month asked about, YYYY-MM"), AS_OF),
    "--known-by": (
        N_(
            "use nothing published after this day; by default the end of that month, or the day its figure was published"
        ),
        "",
    ),
    "--target": (N_("coverage aimed at, a fraction; by default the published target"), ""),
    "--target-month": (N_("month by which to reach it, YYYY-MM"), TARGET_MONTH),
    "--scenario": (N_("name of a scenario, or a TOML file"), SCENARIO),
    "--paths": (N_("simulated paths"), str(PATHS)),
    "--seed": (N_("seed of the random streams"), str(SEED)),
}


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
        return _tell(
            RunError(Problem("unexpected", value=f"{type(fault).__name__}: {fault}")),
            w,
            "--json" in arguments,
        )


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
    from ucj_analysis.messages import error_text, problem_record

    if as_json:
        print(
            json.dumps(
                {
                    "schema_version": 1,
                    "ok": False,
                    "problems": [problem_record(p, w) for p in error.problems],
                },
                ensure_ascii=False,
                indent=1,
            )
        )
    print(error_text(error, w), file=sys.stderr)
    return error.exit_code


def _run(arguments: list[str], w: Words) -> int:
    parser, commands = _build(w)
    if not arguments or arguments[0] in ("-h", "--help"):
        parser.print_help()
        return 0
    if arguments[0] == "--version":
        from ucj_analysis import __version__

        print(__version__)
        return 0
    if arguments[0].startswith("-"):
        raise bad("no_command")
    if arguments[0] not in commands:
        raise bad(
            "unknown_command",
            arguments[0],
            near=nearest(arguments[0], commands),
            allowed=list(commands),
        )
    try:
        options, unknown = parser.parse_known_args(arguments)
    except argparse.ArgumentError as error:
        actions = commands[arguments[0]]._actions
        switches = ["/".join(a.option_strings) for a in actions if a.nargs == 0]
        code = "value_given" if error.argument_name in switches else "no_value"
        raise bad(code, error.argument_name, command=arguments[0]) from error
    if unknown:
        known = commands[options.command].known_options
        name = unknown[0].split("=")[0]
        raise bad("unknown_option", name, near=nearest(name, known), command=options.command)
    handler: Callable[[argparse.Namespace, Words], int] = options.handler
    return handler(options, w)


def _build(w: Words) -> tuple[_Parser, dict[str, _Parser]]:
    _Parser.words = w
    quiet: Any = {"add_help": False, "allow_abbrev": False, "exit_on_error": False}
    parser = _Parser(prog="ucj", description=w.t(ABOUT), **quiet)
    subparsers = parser.add_subparsers(
        dest="command", metavar=w.t("command"), title=w.t("commands")
    )
    commands: dict[str, _Parser] = {}
    for name, (handler, told, adders) in _COMMANDS.items():
        sub = subparsers.add_parser(name, help=w.t(told), description=w.t(told), **quiet)
        group = sub.add_argument_group(w.t("options"))
        for add in adders:
            add(group, w)
        _add_general(group, w)
        sub.known_options = tuple(o for a in sub._actions for o in a.option_strings)
        sub.set_defaults(handler=handler)
        commands[name] = sub
    return parser, commands


def _add_question(group: Any, w: Words) -> None:
    for option, (told, default) in QUESTION_OPTIONS.items():
        text = w.t(told) + (f" ({default})" if default else "")
        group.add_argument(option, help=text, metavar="…")


def _add_data(group: Any, w: Words) -> None:
    group.add_argument("--data", metavar="…", help=w.t("data folder; by default the shipped one"))


def _add_out(group: Any, w: Words) -> None:
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
        "--jobs",
        metavar="…",
        default="-1",
        help=w.t("reports at a time; -1 is one on each processor") + " (-1)",
    )
    group.add_argument(
        "--again",
        action="store_true",
        help=w.t("write the report even where nothing has changed since the last one"),
    )


def _add_path(group: Any, w: Words) -> None:
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


def _add_pairs(group: Any, w: Words) -> None:
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


def _add_names(group: Any, w: Words) -> None:
    group.add_argument(
        "names",
        metavar=w.t("SCENARIO"),
        nargs="*",
        help=w.t("scenarios; by default baseline and combined"),
    )


def _add_archive(group: Any, w: Words) -> None:
    group.add_argument(
        "--archive",
        metavar="…",
        default=ARCHIVE,
        help=w.t("folder of issued forecasts") + f" ({ARCHIVE})",
    )


def _add_issue(group: Any, w: Words) -> None:
    group.add_argument(
        "--issue",
        action="store_true",
        help=w.t("append this forecast to the archive, to be scored later"),
    )
    _add_archive(group, w)


def _add_score(group: Any, w: Words) -> None:
    _add_archive(group, w)
    group.add_argument("--region", metavar="…", help=w.t("only this region"))
    group.add_argument(
        "--known-by", metavar="…", help=w.t("compare with nothing published after this day")
    )


def _add_plan(group: Any, w: Words) -> None:
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


def _add_explore(group: Any, w: Words) -> None:
    group.add_argument("--port", metavar="…", default=str(PORT), help=w.t("port") + f" ({PORT})")
    group.add_argument(
        "--folder",
        metavar="…",
        default="scenarios",
        help=w.t("folder for saved scenarios") + " (scenarios)",
    )


def _add_general(group: Any, w: Words) -> None:
    group.add_argument("--lang", metavar="…", help=w.t("language: id or en"))
    group.add_argument(
        "--json", action="store_true", help=w.t("one JSON document on standard output")
    )
    group.add_argument("-h", "--help", action="help", help=w.t("show this help"))


def _question(options: argparse.Namespace) -> Question:
    return ask(**_asked(options))


def _asked(options: argparse.Namespace) -> dict[str, Any]:
    """Return the question's parts that were given, for `ask`."""
    given = {
        name: value
        for name in ("region", "as_of", "known_by", "target_month", "scenario", "data")
        if (value := getattr(options, name)) is not None
    }
    if options.target is not None:
        given["target"] = _number("bad_target", options.target)
    for name in ("paths", "seed"):
        if getattr(options, name) is not None:
            given[name] = _int(name, getattr(options, name))
    return given


def _number(code: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise bad(code, text) from error


def _rupiah(text: str) -> float:
    if not text.isdecimal():  # 262.080 is no amount: thousand or point, nobody can tell
        raise bad("bad_budget", text)
    return float(text)


def _int(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        from ucj_analysis.question import FEWEST_PATHS, MOST_PATHS

        raise bad(f"bad_{name}", text, least=FEWEST_PATHS, most=MOST_PATHS) from error


def _print_json(values: Any) -> None:
    print(json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False))


def _hint_newer(question: Question, w: Words) -> None:
    """Tell on stderr that the data hold newer figures than the month asked about."""
    from ucj_analysis.narrative import newer_text
    from ucj_analysis.situation import later_figures

    later = later_figures(question)
    if later:
        print(newer_text(later, w), file=sys.stderr)


def _status(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis import narrative
    from ucj_analysis.situation import status, status_record

    now = status(_question(options))
    _hint_newer(now.question, w)
    answer = narrative.status_answer(now, w)
    if options.json:
        _print_json({"answer": answer, **status_record(now)})
        return 0
    for text in (
        answer,
        narrative.gap_text(now, w),
        narrative.change_text(now, w),
        narrative.other_bases_text(now, w),
        narrative.money_text(now, w),
        narrative.vintage_note(now, w),
    ):
        print(text, end="\n\n")
    return 0


def _forecast(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis import narrative
    from ucj_analysis.forecasting import forecast, forecast_record

    seen = forecast(_question(options))
    if options.issue:
        from datetime import date

        from ucj_analysis.archive import issue

        path = issue(seen, Path(options.archive), date.today())
        print(w.t("Issued: {path}", path=path), file=sys.stderr)
    _hint_newer(seen.status.question, w)
    answer = narrative.forecast_answer(seen, w)
    if options.json:
        _print_json({"answer": answer, **forecast_record(seen)})
        return 0
    print(answer)
    print()
    print(narrative.views_text(seen, w))
    print()
    print(narrative.others_text(seen, w))
    print()
    print(narrative.vintage_note(seen.status, w))
    return 0


def _plan(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis import plan_narrative as told
    from ucj_analysis import plan_tables as tables
    from ucj_analysis.plan import PROBABILITY
    from ucj_analysis.what_it_takes import plan_record, what_it_takes

    question = _question(options)
    probability = (
        _number("bad_probability", options.probability) if options.probability else PROBABILITY
    )
    budget = None if options.budget is None else _rupiah(options.budget)
    seen = what_it_takes(question, probability, options.aim, budget, furthest=options.best)
    _hint_newer(question, w)
    folder = None
    if options.out:
        from ucj_analysis.publishing.plan_files import publish_plan

        folder = publish_plan(seen, Path(options.out), w.lang)
    answer = told.plan_answer(seen, w)
    if options.json:
        _print_json({"answer": answer, **plan_record(seen), "folder": folder and str(folder)})
        return 0
    shown: list[object] = [
        answer,
        tables.office_table(seen, w),
        told.certificate_text(seen, w),
        told.first_months_text(seen, w),
        told.protections_text(seen, w),
        told.prices_text(seen, w),
        told.outside_text(seen, w),
        told.trust_text(seen, w),
        told.levers_text(seen, w),
        folder and w.t("Written: {path}", path=folder),
    ]
    for text in shown:
        if text:
            print(text, end="\n\n")
    return 0


def _explore(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis.publishing.app import serve
    from ucj_analysis.publishing.parameters import notebook_parameters

    question = _question(options)
    if not options.port.isdecimal() or not 1024 <= int(options.port) <= 65535:
        raise bad("bad_port", options.port)
    given = notebook_parameters(question) | {
        "data": str(question.data),
        "folder": str(Path(options.folder).resolve()),
        "lang": w.lang,
    }

    def told(address: str) -> None:
        if options.json:
            _print_json({"schema_version": 1, "address": address})
        else:
            print(w.t("Open {address} in a browser; end with Ctrl+C.", address=address), flush=True)

    return serve(given, int(options.port), told)


def _report(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis.publishing.many import own_folder
    from ucj_analysis.publishing.parameters import (
        check_parameters,
        notebook_parameters,
        notebook_path,
    )
    from ucj_analysis.publishing.report import NOTEBOOK, publish_report

    pairs = dict(pair.partition("=")[::2] for pair in options.parameter)
    for name, value in check_parameters(notebook_path(NOTEBOOK), pairs).items():
        setattr(options, name, str(value) if value else None)
    if options.lang:
        w = words(options.lang)
    archive = getattr(options, "archive", None) or str(Path(options.out) / "archive")
    if options.regions:
        return _report_many(options, archive, w)
    question, out = _question(options), Path(options.out)
    given = notebook_parameters(question) | {"archive": archive}
    with own_folder(out):
        report = publish_report(question, given, out, w.lang, again=options.again)
    if options.json:
        _print_json({"schema_version": 1, "reports": [report.record()]})
    else:
        print(report.answer, report.html, report.pdf, sep="\n")
    return 0


def _report_many(options: argparse.Namespace, archive: str, w: Words) -> int:
    from ucj_analysis.messages import error_text, problem_record
    from ucj_analysis.publishing import many
    from ucj_analysis.publishing.index import STATUSES, counted
    from ucj_analysis.regions import load_regions

    out, register = Path(options.out), load_regions(options.data)
    question = {"as_of": LATEST} | _asked(options)
    codes = many.regions_named(options.regions, options.data)
    jobs = options.jobs if options.jobs == "-1" or options.jobs.isdecimal() else "0"
    if int(jobs) == 0:
        raise bad("bad_jobs", options.jobs)
    if ready := [code for code in codes if register[code].has_data]:
        # what is wrong for all is told once, before anything starts
        month = options.target_month or TARGET_MONTH
        ask(**question | {"region": ready[0], "as_of": options.as_of or month})
    asked = [
        many.Asked(
            code,
            register[code].name,
            question | {"region": code},
            {"archive": archive},
            str(out),
            w.lang,
            options.again,
        )
        for code in codes
    ]
    ended: list[many.Outcome] = []

    def told(outcome: many.Outcome) -> None:
        ended.append(outcome)
        line = f"{len(ended)}/{len(asked)} {outcome.region} {outcome.name}: {w.t(STATUSES[outcome.status])}"
        print(f"{line}, {w.number(outcome.seconds, 1)} s", file=sys.stderr)
        if outcome.problems:
            print(error_text(RunError(*outcome.problems), w), file=sys.stderr)

    with many.own_folder(out):
        outcomes = many.publish_many(asked, int(jobs), told)
        index = many.publish_index(out, outcomes, w.lang)
    if options.json:
        records = [
            {"region": o.region, "status": o.status, "seconds": o.seconds}
            | o.record
            | {"problems": [problem_record(p, w) for p in o.problems]}
            for o in outcomes
        ]
        _print_json({"schema_version": 1, "reports": records, "index": str(index)})
    else:
        print(counted(outcomes, w), index, sep="\n")
    return 1 if any(o.status == many.FAILED for o in outcomes) else 0


def _validate(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis.resources import SHIPPED_DATA
    from ucj_analysis.validation import validate, validation_record

    result = validate(options.path or SHIPPED_DATA)
    problems, seen = list(result.problems), None
    if options.against is not None:
        from ucj_analysis.revisions import changes_record, compare_folders

        found, seen = compare_folders(Path(options.against), result.path)
        problems += [p for p in found if p not in problems]
        result = replace(result, problems=tuple(problems))
    if options.json:
        compared = {} if seen is None else {"changes": [changes_record(c) for c in seen]}
        _print_json(validation_record(result, w) | compared)
    elif not problems:
        print(
            w.many(
                "Usable: {n} table checked, no problem found in {path}.",
                "Usable: {n} tables checked, no problem found in {path}.",
                result.tables,
                path=result.path,
            )
        )
        if seen is not None:
            _tell_changes(seen, w)
    if problems:
        from ucj_analysis.messages import error_text

        print(error_text(InputError(*problems), w), file=sys.stderr)
        return 2
    return 0


def _tell_changes(seen: list[Changes], w: Words) -> None:
    from ucj_analysis.narrative import changes_text

    changed = [c for c in seen if c.new or c.restated]
    for one in changed:
        print(changes_text(one, w))
    if not changed:
        print(w.t("Nothing is new beside the earlier tables."))


def _regions(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis.regions import load_regions

    regions = load_regions(options.data)
    if options.json:
        _print_json({"schema_version": 1, "regions": [vars(r) for r in regions.values()]})
        return 0
    ready = [r for r in regions.values() if r.has_data]
    print(
        w.many(
            "{n} of {all} regions has data: {names}",
            "{n} of {all} regions have data: {names}",
            len(ready),
            all=w.count(len(regions)),
            names=", ".join(f"{r.code} {r.name}" for r in ready),
        )
    )
    print()
    for region in regions.values():
        print(f"{region.code:<6}{region.name}{' *' if region.has_data else ''}")
    return 0


def _backtest(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis import narrative
    from ucj_analysis.months import parse_day
    from ucj_analysis.observations import load_table
    from ucj_analysis.reading import read_table
    from ucj_analysis.regions import find_region
    from ucj_analysis.schemas import GROWTH_PAIRS
    from ucj_analysis.scoring import (
        backtest,
        backtest_record,
        reasons,
        rolling_backtest,
        scores_record,
    )

    scored = read_table(Path(options.pairs), GROWTH_PAIRS) if options.pairs else None
    known_by = parse_day(options.known_by) if options.known_by else None
    apart = find_region(options.region, options.data).name
    pairs = load_table(GROWTH_PAIRS, options.data)
    result = backtest(pairs, scored, apart, known_by)
    answer = str(narrative.track_text(result, w))
    if options.pairs:
        answer += " " + w.t(
            "The rows of the file are scored as they stand, overlapping ones and all grades."
        )
    if not options.json:
        print(answer)
        return 0
    every = backtest(pairs, None, apart, known_by, ("A", "B", "C"))
    rolling = rolling_backtest(pairs, apart)
    _print_json(
        {
            "answer": answer,
            **backtest_record(result),
            "flow": reasons(pairs, apart, known_by),
            "all_grades": scores_record(every),
            "rolling_origin": scores_record(rolling) if rolling else None,
        }
    )
    return 0


def _compare(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis import narrative, tables
    from ucj_analysis.forecasting import forecast

    names = options.names or [SCENARIO, "combined"]
    if len(names) < 2:
        raise bad("too_few_scenarios")
    seen = []
    for name in names:
        options.scenario = name
        seen.append(forecast(_question(options)))
    _hint_newer(seen[0].status.question, w)
    answer = narrative.compared_text(seen, w)
    if options.json:
        base = float(seen[0].views["stock_flow"].quantiles[-1, 2])
        told = [
            {
                "name": name,
                "title": f.scenario.header.title,
                "probability": round(f.probability, 5),
                "coverage": {k: round(v, 6) for k, v in f.coverage.items()},
                "stock_flow": round(float(f.views["stock_flow"].quantiles[-1, 2]), 6),
                "difference": round(float(f.views["stock_flow"].quantiles[-1, 2]) - base, 6),
            }
            for name, f in zip(names, seen, strict=True)
        ]
        _print_json({"schema_version": 1, "answer": answer, "scenarios": told})
        return 0
    print(answer, end="\n\n")
    print(tables.compared_table(seen, w))
    return 0


def _sensitivity(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis import narrative
    from ucj_analysis.sensitivity import discover, indices, sensitivity_record, swings
    from ucj_analysis.situation import status

    question = _question(options)
    _hint_newer(question, w)
    found, ranked, box = indices(question), swings(question), discover(question)
    answer = narrative.sensitivity_text(found, ranked, w)
    finding = narrative.discovery_text(box, status(question), w)
    if options.json:
        _print_json(
            {"answer": answer, "finding": finding, **sensitivity_record(found, ranked, box)}
        )
        return 0
    print(answer, end="\n\n")
    print(finding)
    print(w.t("The levers are drawn far beyond what has been seen: a question, not an offer."))
    return 0


def _score(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis import narrative, tables
    from ucj_analysis.archive import score_archive, score_record
    from ucj_analysis.months import parse_day
    from ucj_analysis.resources import data_folder

    if options.archive != ARCHIVE and not Path(options.archive).is_dir():
        raise InputError(Problem("no_file", file=options.archive))
    known_by = parse_day(options.known_by) if options.known_by else None
    scored = score_archive(
        Path(options.archive), options.region or "", known_by, data_folder(options.data)
    )
    answer = narrative.issued_text(scored, w)
    if options.json:
        _print_json({"answer": answer, **score_record(scored)})
        return 0
    print(answer)
    if scored:
        print()
        print(tables.issued_table(scored, w))
    return 0


def _scenarios(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis import tables
    from ucj_analysis.question import scenario_names
    from ucj_analysis.scenario import differences
    from ucj_analysis.scenario_files import load_scenario

    baseline = load_scenario(SCENARIO, options.data)
    found = {name: load_scenario(name, options.data) for name in scenario_names(options.data)}
    if options.json:
        told = [
            {
                "name": name,
                "title": s.header.title,
                "author": s.header.author,
                "reference": s.header.reference,
                "extends": list(s.extends),
                "differs": [n for n, *_ in differences(baseline, s)],
            }
            for name, s in found.items()
        ]
        _print_json({"schema_version": 1, "scenarios": told})
        return 0
    for name, scenario in found.items():
        print(f"{name}: {w.label(scenario.header.title)}")
        for row in tables.differences_table(baseline, scenario, w).rows:
            print("    " + " | ".join(row))
    return 0


_Adder = Callable[[Any, Words], None]
_COMMANDS: dict[str, tuple[Callable[[argparse.Namespace, Words], int], str, tuple[_Adder, ...]]] = {
    "status": (_status, N_("where we stand, and why it changed"), (_add_question, _add_data)),
    "forecast": (
        _forecast,
        N_("is the target reachable"),
        (_add_question, _add_data, _add_issue),
    ),
    "plan": (
        _plan,
        N_("what it would take: least cost, by office, or the proof that it cannot be done"),
        (_add_question, _add_data, _add_plan),
    ),
    "explore": (
        _explore,
        N_("open the workbench in a browser"),
        (_add_question, _add_data, _add_explore),
    ),
    "report": (_report, N_("write the report"), (_add_question, _add_data, _add_out)),
    "validate": (_validate, N_("is this data usable"), (_add_path,)),
    "backtest": (_backtest, N_("does the forecast deserve belief"), (_add_pairs, _add_data)),
    "compare": (
        _compare,
        N_("scenarios side by side against the first"),
        (_add_names, _add_question, _add_data),
    ),
    "sensitivity": (_sensitivity, N_("what matters"), (_add_question, _add_data)),
    "score": (_score, N_("past forecasts against what came"), (_add_score, _add_data)),
    "scenarios": (_scenarios, N_("what scenarios there are"), (_add_data,)),
    "regions": (_regions, N_("what regions there are"), (_add_data,)),
}

if __name__ == "__main__":
    sys.exit(main())
