"""`ucj report`: one region's report, or many."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ucj_analysis.commands import print_json
from ucj_analysis.errors import RunError, bad
from ucj_analysis.language import Words, words
from ucj_analysis.months import today
from ucj_analysis.options import asked_parts, asked_question
from ucj_analysis.question import LATEST, TARGET_MONTH, ask

if TYPE_CHECKING:
    from ucj_analysis.archive_files import Issued


def report(options: argparse.Namespace, w: Words) -> int:
    """Write one region's report, or many."""
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
        return _many(options, archive, w)
    question, out = asked_question(options), Path(options.out)
    given = notebook_parameters(question) | {"archive": archive}
    issued = None
    with own_folder(out):
        if options.issue:
            from ucj_analysis.monthly import check_new_data, check_shared_data

            check_shared_data(question.data, Path(archive))
            check_new_data(question.region, question.data, Path(archive))
        report = publish_report(question, given, out, w.lang, again=options.again)
        if options.issue:
            from ucj_analysis.archive_files import append
            from ucj_analysis.monthly import to_issue

            if record := to_issue(question, Path(archive), today()):
                (issued,) = append([record], Path(archive))
                print(w.t("Issued: {path}", path=issued), file=sys.stderr)
    if options.json:
        told = {"issued": str(issued) if issued else None} if options.issue else {}
        print_json({"schema_version": 1, "reports": [report.record() | told]})
    else:
        print(report.answer, report.html, report.pdf, sep="\n")
    return 0


def _many(options: argparse.Namespace, archive: str, w: Words) -> int:
    from ucj_analysis.messages import error_text, problem_record
    from ucj_analysis.publishing import many
    from ucj_analysis.publishing.index import STATUSES, counted
    from ucj_analysis.regions import load_regions

    out, register = Path(options.out), load_regions(options.data)
    question = {"as_of": LATEST} | asked_parts(options)
    codes = many.regions_named(options.regions, options.data)
    jobs = options.jobs if options.jobs == "-1" or options.jobs.isdecimal() else "0"
    if int(jobs) == 0:
        raise bad("bad_jobs", options.jobs)
    if ready := [code for code in codes if register[code].has_data]:
        # what is wrong for all is told once, before anything starts
        month = options.target_month or TARGET_MONTH
        ask(**question | {"region": ready[0], "as_of": options.as_of or month})
    day = today() if options.issue else None
    if day:
        codes = _checked(codes, options, archive)
    asked = [
        many.Asked(
            code,
            register[code].name if code in register else code,
            question | {"region": code},
            {"archive": archive},
            str(out),
            w.lang,
            options.again,
            issued=day,
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
        homes = _issue([o.issue for o in outcomes if o.issue], archive, w)
    if options.json:
        records = [
            {"region": o.region, "status": o.status, "seconds": o.seconds}
            | o.record
            | ({"issued": homes.get(o.region)} if day else {})
            | {"problems": [problem_record(p, w) for p in o.problems]}
            for o in outcomes
        ]
        print_json({"schema_version": 1, "reports": records, "index": str(index)})
    else:
        print(counted(outcomes, w), index, sep="\n")
    return 1 if any(o.status == many.FAILED for o in outcomes) else 0


def _checked(codes: list[str], options: argparse.Namespace, archive: str) -> list[str]:
    """Return the regions to issue for, those that vanished since among `all`."""
    from ucj_analysis.archive_files import issued_regions
    from ucj_analysis.monthly import check_shared_data
    from ucj_analysis.resources import data_folder

    check_shared_data(data_folder(options.data), Path(archive))
    gone = issued_regions(Path(archive)) - set(codes) if options.regions == "all" else ()
    return [*codes, *sorted(gone)]


def _issue(records: Sequence[Issued], archive: str, w: Words) -> dict[str, str]:
    """Add forecasts to the archive, all at once; return the file of each region's."""
    if not records:
        return {}
    from ucj_analysis.archive_files import append

    homes = [str(home) for home in append(records, Path(archive))]
    count = w.many(
        "{n} forecast issued: {path}", "{n} forecasts issued: {path}", len(records), path=homes[0]
    )
    print(count, file=sys.stderr)
    return {record.region: home for record, home in zip(records, homes, strict=True)}
