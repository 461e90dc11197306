"""What the `ucj` commands without a room of their own do: a question in, text or JSON out."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.errors import InputError, Problem, bad
from ucj_analysis.options import ARCHIVE, asked_question, number, rupiah, whole
from ucj_analysis.presentation.language import Words
from ucj_analysis.question import SCENARIO, Question

if TYPE_CHECKING:
    from ucj_analysis.record.revisions import Changes
    from ucj_analysis.record.validation import Validation


def print_json(values: Any) -> None:
    """Print one JSON document."""
    print(json.dumps(values, indent=1, ensure_ascii=False, allow_nan=False))


def hint_newer(question: Question, w: Words) -> None:
    """Tell on stderr that the data hold newer figures than the month asked about."""
    from ucj_analysis.presentation.standing_words import newer_text
    from ucj_analysis.situation import later_figures

    later = later_figures(question)
    if later:
        print(newer_text(later, w), file=sys.stderr)


def status(options: argparse.Namespace, w: Words) -> int:
    """Tell where we stand."""
    from ucj_analysis.presentation import standing_tables, standing_words
    from ucj_analysis.situation import status, status_record

    now = status(asked_question(options))
    hint_newer(now.question, w)
    answer = standing_words.status_answer(now, w)
    if options.json:
        print_json({"answer": answer, **status_record(now)})
        return 0
    shown: list[object] = [
        answer,
        standing_words.gap_text(now, w),
        standing_words.change_text(now, w),
        standing_words.other_bases_text(now, w),
        standing_words.money_text(now, w),
        standing_words.vintage_note(now, w),
    ]
    for told in now.breakdowns:
        parts = standing_tables.breakdown_table(told, w)
        shown.append(f"{standing_words.breakdown_text(told, w)}\n{parts}")
    print(*shown, sep="\n\n", end="\n\n")
    return 0


def forecast(options: argparse.Namespace, w: Words) -> int:
    """Tell whether the target is reachable, and issue the forecast where asked."""
    from ucj_analysis.allocation import allocations, allocations_record
    from ucj_analysis.forecasting import forecast, forecast_record
    from ucj_analysis.presentation import outlook_tables, outlook_words, standing_words

    seen = forecast(asked_question(options))
    if options.issue:
        from ucj_analysis.archive.track_record import issue
        from ucj_analysis.months import today

        path = issue(seen, Path(options.archive), today())
        print(w.t("Issued: {path}", path=path), file=sys.stderr)
    hint_newer(seen.status.question, w)
    answer = outlook_words.forecast_answer(seen, w)
    if options.json:
        print_json({"answer": answer, **forecast_record(seen), **allocations_record(seen)})
        return 0
    beside = outlook_words.scenario_text(seen, w)
    shown: list[object] = [
        *([answer, beside] if beside else [answer]),
        outlook_words.views_text(seen, w),
        outlook_words.others_text(seen, w),
        standing_words.vintage_note(seen.status, w),
    ]
    for told in allocations(seen):
        parts = outlook_tables.allocation_table(told, w)
        shown.append(f"{outlook_words.allocation_text(told, w)}\n{parts}")
    print(*shown, sep="\n\n")
    return 0


def plan(options: argparse.Namespace, w: Words) -> int:
    """Tell what it would take."""
    from ucj_analysis.planning.plan import PROBABILITY
    from ucj_analysis.planning.what_it_takes import plan_record, what_it_takes
    from ucj_analysis.presentation import plan_tables as tables
    from ucj_analysis.presentation import plan_words as told

    question = asked_question(options)
    probability = (
        number("bad_probability", options.probability) if options.probability else PROBABILITY
    )
    budget = None if options.budget is None else rupiah(options.budget)
    if options.out:
        from ucj_analysis.publishing.folder import check_out

        check_out(Path(options.out))
    seen = what_it_takes(question, probability, options.aim, budget, furthest=options.best)
    hint_newer(question, w)
    folder = None
    if options.out:
        from ucj_analysis.publishing.plan_files import publish_plan

        folder = publish_plan(seen, Path(options.out), w.lang)
    answer = told.plan_answer(seen, w)
    if options.json:
        print_json({"answer": answer, **plan_record(seen), "folder": folder and str(folder)})
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
    print(*filter(None, shown), sep="\n\n", end="\n\n")
    return 0


def explore(options: argparse.Namespace, w: Words) -> int:
    """Serve the workbench until it is ended."""
    from ucj_analysis.publishing.parameters import notebook_parameters
    from ucj_analysis.workbench.app import serve

    question = asked_question(options)
    port = whole(options.port)
    if port is None or not 1024 <= port <= 65535:
        raise bad("bad_port", options.port)
    given = notebook_parameters(question) | {
        "data": str(question.data),
        "folder": str(Path(options.folder).resolve()),
        "lang": w.lang,
    }

    def told(address: str) -> None:
        if options.json:
            print_json({"schema_version": 1, "address": address})
        else:
            print(w.t("Open {address} in a browser; end with Ctrl+C.", address=address), flush=True)

    return serve(given, port, told)


def validate(options: argparse.Namespace, w: Words) -> int:
    """Tell whether data are usable, and what is new beside earlier ones."""
    from ucj_analysis.record.validation import validate, validation_record
    from ucj_analysis.resources import SHIPPED_DATA

    result = validate(options.path or SHIPPED_DATA)
    if options.accept is not None:
        _accept(options, result, w)
        result = validate(result.path)
    elif options.note is not None or options.by is not None:
        raise bad("no_acceptance", "--note" if options.note is not None else "--by")
    problems, seen = list(result.problems), None
    if options.against is not None:
        from ucj_analysis.record.revisions import changes_record, compare_folders

        found, seen = compare_folders(Path(options.against), result.path)
        problems += [p for p in found if p not in problems]
        result = replace(result, problems=tuple(problems))
    if options.json:
        compared = {} if seen is None else {"changes": [changes_record(c) for c in seen]}
        print_json(validation_record(result, w) | compared)
    elif not problems:
        print(*_usable(result, seen, w), sep="\n")
    if problems:
        from ucj_analysis.presentation.messages import error_text

        print(error_text(InputError(*problems), w), file=sys.stderr)
        return 2
    return 0


def _accept(options: argparse.Namespace, result: Validation, w: Words) -> None:
    """Accept the finding named, in the folder named; what is wrong there is told first."""
    from ucj_analysis.months import today
    from ucj_analysis.record.checks import accept

    if options.path is None:
        raise bad("accept_where", options.accept)
    if result.problems:
        raise InputError(*result.problems)
    told = options.note or "", options.by or ""
    table = accept(result.checked, options.accept, *told, today(), result.path)
    print(w.t("Accepted in {path}.", path=table), file=sys.stderr)


def _usable(result: Validation, seen: list[Changes] | None, w: Words) -> list[object]:
    """Return what is told of usable data: what was checked, what stands out, and what is new."""
    from ucj_analysis.presentation.warning_words import changes_text, findings_told

    told = w.many(
        "Usable: {n} table checked, no problem found in {path}.",
        "Usable: {n} tables checked, no problem found in {path}.",
        result.tables,
        path=result.path,
    )
    new = [changes_text(c, w) for c in seen or () if c.new or c.restated]
    none = [] if seen is None or new else [w.t("Nothing is new beside the earlier tables.")]
    return [told, *findings_told(result.findings, w), *new, *none]


def regions(options: argparse.Namespace, w: Words) -> int:
    """Tell what regions there are."""
    from ucj_analysis.record.regions import OWN, PUBLIC, load_regions

    regions = load_regions(options.data)
    if options.json:
        told = [vars(r) | {"has_data": r.has_data} for r in regions.values()]
        print_json({"schema_version": 1, "regions": told})
        return 0
    own, public = ([r for r in regions.values() if r.figures == f] for f in (OWN, PUBLIC))
    print(
        w.t(
            "{all} regions; with tables of their own (*): {own}; with a figure of the public record (+): {public}.",
            all=w.count(len(regions)),
            own=", ".join(f"{r.code} {r.name}" for r in own),
            public=w.count(len(public)),
        ),
        end="\n\n",
    )
    marks = {OWN: " *", PUBLIC: " +", "": ""}
    for region in regions.values():
        print(f"{region.code:<6}{region.name}{marks[region.figures]}")
    return 0


def backtest(options: argparse.Namespace, w: Words) -> int:
    """Tell whether the forecast deserves belief."""
    from ucj_analysis import scoring
    from ucj_analysis.months import parse_day
    from ucj_analysis.presentation import track_words
    from ucj_analysis.record.observations import load_table
    from ucj_analysis.record.reading import read_table
    from ucj_analysis.record.regions import find_region
    from ucj_analysis.record.schemas import GRADES, GROWTH_PAIRS

    scored = read_table(Path(options.pairs), GROWTH_PAIRS) if options.pairs else None
    known_by = parse_day(options.known_by) if options.known_by else None
    apart = find_region(options.region, options.data).name
    pairs = load_table(GROWTH_PAIRS, options.data)
    result = scoring.backtest(pairs, scored, apart, known_by)
    answer = str(track_words.track_text(result, w))
    if options.pairs:
        answer += " " + w.t(
            "The rows of the file are scored as they stand, overlapping ones and all grades."
        )
    if not options.json:
        print(answer)
        return 0
    every = scoring.backtest(pairs, None, apart, known_by, GRADES)
    rolling = scoring.rolling_backtest(pairs, apart)
    print_json(
        {
            "answer": answer,
            **scoring.backtest_record(result),
            "flow": scoring.reasons(pairs, apart, known_by),
            "all_grades": scoring.scores_record(every),
            "rolling_origin": scoring.scores_record(rolling) if rolling else None,
        }
    )
    return 0


def compare(options: argparse.Namespace, w: Words) -> int:
    """Tell scenarios side by side."""
    from ucj_analysis.forecasting import forecast
    from ucj_analysis.presentation import outlook_words, what_if_tables, what_if_words

    names = options.names or [SCENARIO, "combined"]
    if len(names) < 2:
        raise bad("too_few_scenarios")
    seen = []
    for name in names:
        options.scenario = name
        seen.append(forecast(asked_question(options)))
    hint_newer(seen[0].status.question, w)
    answer = what_if_words.compared_text(seen, w)
    if options.json:
        middles = [float(f.views["stock_flow"].quantiles[-1, 2]) for f in seen]
        told = [
            {
                "name": name,
                "title": outlook_words.scenario_title(f, w),
                "probability": round(f.probability, 5),
                "coverage": {k: round(v, 6) for k, v in f.coverage.items()},
                "stock_flow": round(middle, 6),
                "difference": round(middle - middles[0], 6),
            }
            for name, f, middle in zip(names, seen, middles, strict=True)
        ]
        print_json({"schema_version": 1, "answer": answer, "scenarios": told})
        return 0
    print(answer, what_if_tables.compared_table(seen, w), sep="\n\n")
    return 0


def sensitivity(options: argparse.Namespace, w: Words) -> int:
    """Tell which assumptions matter."""
    from ucj_analysis.presentation import what_if_words
    from ucj_analysis.sensitivity import discover, indices, sensitivity_record, swings
    from ucj_analysis.situation import status

    question = asked_question(options)
    hint_newer(question, w)
    found, ranked, box = indices(question), swings(question), discover(question)
    answer = what_if_words.sensitivity_text(found, ranked, w)
    finding = what_if_words.discovery_text(box, status(question), w)
    if options.json:
        print_json({"answer": answer, "finding": finding, **sensitivity_record(found, ranked, box)})
        return 0
    print(answer, end="\n\n")
    print(finding)
    return 0


def score(options: argparse.Namespace, w: Words) -> int:
    """Tell what came of past forecasts."""
    from ucj_analysis.archive.track_record import score_archive, score_record
    from ucj_analysis.months import parse_day
    from ucj_analysis.presentation import track_tables, track_words
    from ucj_analysis.record.regions import load_regions
    from ucj_analysis.resources import data_folder, kind_of

    if options.archive != ARCHIVE and kind_of(Path(options.archive)) != "folder":
        raise InputError(Problem("not_there", file=options.archive))
    known_by = parse_day(options.known_by) if options.known_by else None
    scored = score_archive(
        Path(options.archive), options.region or "", known_by, data_folder(options.data)
    )
    answer = track_words.issued_text(scored, w, known_by)
    if options.json:
        print_json({"answer": answer, **score_record(scored)})
        return 0
    names = {r.code: r.name for r in load_regions(options.data).values()}
    table = track_tables.issued_table(scored, w, names)
    print(*([answer, table] if scored else [answer]), sep="\n\n")
    return 0


def scenarios(options: argparse.Namespace, w: Words) -> int:
    """Tell what scenarios there are, and how they differ."""
    from ucj_analysis.presentation import what_if_tables
    from ucj_analysis.question import scenario_names
    from ucj_analysis.scenario import differences
    from ucj_analysis.scenario_files import load_scenario

    baseline = load_scenario(SCENARIO, options.data)
    found = {name: load_scenario(name, options.data) for name in scenario_names(options.data)}
    if options.json:
        told = [
            {"name": name, **s.header.model_dump(), "extends": list(s.extends)}
            | {"differs": [n for n, *_ in differences(baseline, s)]}
            for name, s in found.items()
        ]
        print_json({"schema_version": 1, "scenarios": told})
        return 0
    for name, scenario in found.items():
        print(f"{name}: {w.label(scenario.header.title)}")
        table = what_if_tables.differences_table(baseline, scenario, w)
        head = [w.t("what changes"), *table.head[1:]]
        for row in (head, *table.rows) if table.rows else ():
            print("    " + " | ".join(cell or "–" for cell in row))
    return 0
