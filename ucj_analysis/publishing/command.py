"""`ucj report`: one region's report, or many, now or on schedule."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.commands import print_json
from ucj_analysis.errors import RunError, UCJError, bad
from ucj_analysis.months import today
from ucj_analysis.options import QUESTION_OPTIONS, asked_parts, asked_question, whole
from ucj_analysis.presentation.language import Words, words
from ucj_analysis.publishing import parameters
from ucj_analysis.question import AS_OF, LATEST, REGION, TARGET_MONTH, ask
from ucj_analysis.record.regions import load_regions
from ucj_analysis.resources import data_folder

if TYPE_CHECKING:
    from ucj_analysis.archive.files import Issued
    from ucj_analysis.publishing.many import Asked
    from ucj_analysis.publishing.unattended import Unattended, Wishes


def report(options: argparse.Namespace, w: Words) -> int:
    """Write one region's report, or many, or tell what would be written."""
    from ucj_analysis.publishing.log import Log
    from ucj_analysis.publishing.report import NOTEBOOK
    from ucj_analysis.publishing.unattended import Unattended

    if alone := next((p for p in options.parameter if "=" not in p), None):
        raise bad("no_value", f"-p {alone}", command="report")
    pairs = dict(pair.partition("=")[::2] for pair in options.parameter)
    notebook = parameters.notebook_path(NOTEBOOK)
    declared = parameters.declared_parameters(notebook)
    for name, value in parameters.check_parameters(notebook, pairs).items():
        untold = not value and value == declared[name].default
        setattr(options, name, None if untold else str(value))
    if options.lang:
        w = words(options.lang)
    if options.region and options.regions:
        raise bad("region_beside_regions", options.region, regions=options.regions)
    wishes = _wishes(options)
    archive = getattr(options, "archive", None) or str(Path(options.out) / "archive")
    if options.dry_run:
        return _foretell(options, archive, wishes, w)
    watch = Unattended(wishes, Log(Path(options.log) if options.log else None), w)
    with watch.watching(_command(options), Path(options.out)):
        (_many if options.regions else _one)(options, archive, watch)
    return 1 if watch.failed else 0


def _wishes(options: argparse.Namespace) -> Wishes:
    """Return who is mailed and how much is kept, checked."""
    from ucj_analysis.publishing.mail import addresses, server_of, take_settings
    from ucj_analysis.publishing.retention import checked_keep
    from ucj_analysis.publishing.unattended import Wishes

    settings = take_settings(os.environ)
    to = addresses(options.mail_to), addresses(options.mail_failures_to)
    return Wishes(*to, server_of(settings) if any(to) else None, checked_keep(options.keep))


def _command(options: argparse.Namespace) -> str:
    """Return the question as it was asked, with its region and month."""
    one: dict[str, str | None] = {"--region": REGION, "--as-of": AS_OF}
    asked = {"--regions": options.regions, "--as-of": LATEST} if options.regions else one
    for option in QUESTION_OPTIONS:
        asked[option] = getattr(options, option[2:].replace("-", "_")) or asked.get(option)
    return " ".join(["ucj report", *(f"{name} {value}" for name, value in asked.items() if value)])


def _one(options: argparse.Namespace, archive: str, watch: Unattended) -> None:
    from ucj_analysis.publishing import many
    from ucj_analysis.publishing.report import publish_report

    question, out = asked_question(options), Path(options.out)
    given = parameters.notebook_parameters(question) | {"archive": archive}
    region, started = (question.region, question.region_name), time.monotonic()
    issued: dict[str, str] = {}
    with many.own_folder(out):
        try:
            if options.issue:
                from ucj_analysis.archive.monthly import check_new_data, check_shared_data

                check_shared_data(question.data, Path(archive))
                check_new_data(question.region, question.data, Path(archive))
            report = publish_report(question, given, out, watch.w.lang, again=options.again)
            day = today() if options.issue else None
            if record := many.to_issue(question, Path(archive), day):
                issued = _issue([record], archive, watch.w)
        except UCJError as error:
            seconds = time.monotonic() - started
            watch.ended(many.Outcome(*region, many.FAILED, seconds, problems=error.problems))
            raise
        watch.ended(many.Outcome(*region, report.status, report.seconds, report.record()))
        watch.tidy(out)
    if options.json:
        told = {"issued": issued.get(question.region)} if options.issue else {}
        print_json({"schema_version": 1, "reports": [report.record() | told]})
    else:
        print(report.answer, report.html, report.pdf, sep="\n")


def _many(options: argparse.Namespace, archive: str, watch: Unattended) -> None:
    from ucj_analysis.presentation.messages import error_text, problem_record
    from ucj_analysis.publishing import many
    from ucj_analysis.publishing.statuses import STATUSES, counted

    w, out = watch.w, Path(options.out)
    asked = _asked_of_many(options, archive, w)
    jobs = -1 if options.jobs == "-1" else whole(options.jobs)
    if not jobs:
        raise bad("bad_jobs", options.jobs)

    def told(outcome: many.Outcome) -> None:
        watch.ended(outcome)
        done = f"{len(watch.outcomes)}/{len(asked)}"
        line = f"{done} {outcome.region} {outcome.name}: {w.t(STATUSES[outcome.status])}"
        print(f"{line}, {w.number(outcome.seconds, 1)} s", file=sys.stderr)
        if outcome.problems:
            print(error_text(RunError(*outcome.problems), w), file=sys.stderr)

    with many.own_folder(out):
        outcomes = many.publish_many(asked, jobs, told, options.scheduler)
        watch.tidy(out)
        index = many.publish_index(out, outcomes, w.lang)
        homes = _issue([o.issue for o in outcomes if o.issue], archive, w)
    if options.json:
        records = [
            {"region": o.region, "status": o.status, "seconds": o.seconds}
            | o.record
            | ({"issued": homes.get(o.region)} if options.issue else {})
            | {"problems": [problem_record(p, w) for p in o.problems]}
            for o in outcomes
        ]
        print_json({"schema_version": 1, "reports": records, "index": str(index)})
    else:
        print(counted(outcomes, w), index, sep="\n")


def _asked_of_many(options: argparse.Namespace, archive: str, w: Words) -> list[Asked]:
    """Return each region's report as asked; what is wrong for all is told once."""
    from ucj_analysis.publishing import many

    register = load_regions(options.data)
    question: dict[str, Any] = {"as_of": LATEST, "data": options.data} | asked_parts(options)
    codes = many.regions_named(options.regions, options.data)
    if ready := [code for code in codes if register[code].has_data]:
        month = options.target_month or TARGET_MONTH
        ask(**question | {"region": ready[0], "as_of": options.as_of or month})
    if options.issue:
        codes = _checked(codes, options, archive)
    named = [(code, register[code].name if code in register else code) for code in codes]
    return _asked(options, named, question, archive, w)


def _asked(
    options: argparse.Namespace,
    named: Sequence[tuple[str, str]],
    question: dict[str, Any],
    archive: str,
    w: Words,
) -> list[Asked]:
    """Return the same question asked of some regions, named by code and name, on one day."""
    from ucj_analysis.publishing.many import Asked

    how = options.out, w.lang, options.again, options.peers
    day = today() if options.issue else None
    return [
        Asked(code, name, question | {"region": code}, {"archive": archive}, *how, issued=day)
        for code, name in named
    ]


def _foretell(options: argparse.Namespace, archive: str, wishes: Wishes, w: Words) -> int:
    """Tell what a run would do, and return the exit code it would have."""
    from ucj_analysis.publishing import dry_run

    out = Path(options.out)
    if options.regions:
        asked = _asked_of_many(options, archive, w)
    else:
        one, parts = asked_question(options), {"data": options.data} | asked_parts(options)
        asked = _asked(options, [(one.region, one.region_name)], parts, archive, w)
    seen = [dry_run.foretell(one) for one in asked]
    gone = dry_run.would_go(seen, out, wishes)
    if options.json:
        news, failures = dry_run.would_mail(seen, wishes)
        told: dict[str, Any] = {"reports": [one.record(w) for one in seen]}
        told |= {"removed": [str(p) for p in gone]}
        told |= {"mailed": {"news": news, "failures": failures}}
        print_json({"schema_version": 1, "dry_run": True} | told)
    else:
        print(dry_run.told(seen, gone, wishes, w))
    codes = [one.exit_code for one in seen]
    return min(max(codes, default=0), 1) if options.regions else codes[0]


def _checked(codes: list[str], options: argparse.Namespace, archive: str) -> list[str]:
    """Return the regions to issue for, those that vanished since among `all`."""
    from ucj_analysis.archive.files import issued_regions
    from ucj_analysis.archive.monthly import check_shared_data

    check_shared_data(data_folder(options.data), Path(archive))
    gone = issued_regions(Path(archive)) - set(codes) if options.regions == "all" else ()
    return [*codes, *sorted(gone)]


def _issue(records: Sequence[Issued], archive: str, w: Words) -> dict[str, str]:
    """Add forecasts to the archive, all at once; return the file of each region's."""
    if not records:
        return {}
    from ucj_analysis.archive.files import append

    homes = [str(home) for home in append(records, Path(archive))]
    count = w.many(
        "{n} forecast issued: {path}", "{n} forecasts issued: {path}", len(records), path=homes[0]
    )
    print(count, file=sys.stderr)
    return {record.region: home for record, home in zip(records, homes, strict=True)}
