"""`ucj import` and `ucj new-region`: an office's file into a region's tables, and where to begin."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.commands import print_json
from ucj_analysis.errors import InputError, Problem, bad, nearest
from ucj_analysis.months import now
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.record.regions import load_regions
from ucj_analysis.record.schemas import OBSERVATIONS
from ucj_analysis.resources import SHIPPED_DATA, data_folder, kind_of

if TYPE_CHECKING:
    from ucj_analysis.intake.observing import Reading
    from ucj_analysis.intake.page import Asked
    from ucj_analysis.intake.store import Merged
    from ucj_analysis.intake.tabling import Row, TargetRow

YES = ("y", "ya", "yes")


def new_region(options: argparse.Namespace, w: Words) -> int:
    """Make a region's folder, with templates to fill in."""
    from ucj_analysis.intake.scaffold import scaffold

    if not options.data:
        raise bad("data_needed", command="new-region")
    made = scaffold(options.code or "", Path(options.data).expanduser(), w)
    if options.json:
        told = vars(made) | {n: str(getattr(made, n)) for n in ("folder", "levers")}
        told |= {"region": made.region.code}
        print_json({"schema_version": 1} | told)
        return 0
    print(w.t("Written: {path}", path=made.folder))
    if made.rows:
        print(
            w.many(
                "{n} figure of the public record stands in it.",
                "{n} figures of the public record stand in it.",
                made.rows,
            )
        )
    template = made.folder / "template.xlsx"
    print(w.t("Fill in {template}, then: ucj import {template}", template=template))
    said = N_(
        "For a plan, state in {levers} what the region can do, then: ucj plan --region {code} --data {data}"
    )
    print(w.t(said, levers=made.levers, code=made.region.code, data=options.data))
    return 0


def import_file(options: argparse.Namespace, w: Words) -> int:
    """Read a file into a region's tables, showing first how it was read."""
    if options.undo:
        return _undo(options, w)
    record: dict[str, Any] = {"schema_version": 1, "ok": True, "rows": [], "written": None}
    try:
        return _import(options, w, record)
    except InputError as error:
        if not options.json:
            raise
        from ucj_analysis.presentation.messages import error_text, problem_record

        problems = [problem_record(p, w) for p in error.problems]
        print_json(record | {"ok": False, "written": None, "problems": problems})
        print(error_text(error, w), file=sys.stderr)
        return error.exit_code


def _import(options: argparse.Namespace, w: Words, record: dict[str, Any]) -> int:
    from ucj_analysis.intake import telling
    from ucj_analysis.intake.mapping import load_mapping, mapping_text
    from ucj_analysis.intake.observing import read_file
    from ucj_analysis.intake.scaffold import make_data_folder
    from ucj_analysis.intake.store import merge, write

    if not options.path:
        raise bad("no_import_file")
    path = Path(options.path)
    into, code = _where(options, path)
    known = data_folder(into) if kind_of(into) else SHIPPED_DATA
    asked = _asked(options, code, known)
    reading = read_file(path, asked, load_mapping(known / "regions" / code))
    record |= telling.reading_record(reading, w) | {"region": code, "problems": []}
    notes = options.restate or "", w.t("printed on another base, not joined")
    merged = merge(known, code, reading.rows, reading.targets, str(path), *notes)
    if not options.json:
        _show(reading, merged, w)
    record |= {n: list(getattr(merged, n)) for n in ("added", "kept", "restated", "set_aside")}
    if options.dry_run or not merged.changed:
        there = N_("All of it stands there already.")
        said = N_("Nothing was written.") if options.dry_run else there
        print_json(record) if options.json else print(w.t(said))
        return 0
    _confirm(options, reading, w)
    if not kind_of(into):
        make_data_folder(into)
    mapping = mapping_text(reading.layout, reading.styles)
    told: list[Row | TargetRow] = [*reading.rows, *reading.targets]
    kept = write(into, code, merged, mapping, told, now())
    table = into / "regions" / code / "observations.csv"
    if options.json:
        print_json(record | {"written": str(table), "backup": str(kept)})
    else:
        _tell_written(table, kept, into, code, w)
    return 0


def _tell_written(table: Path, kept: Path, into: Path, code: str, w: Words) -> None:
    """Tell what was written, how to take it back, what stands out in it, and what comes next."""
    from ucj_analysis.presentation.warning_words import findings_told
    from ucj_analysis.record.checks import check_tables

    print(w.t("Written: {path}", path=table))
    undo = f"ucj import --undo --region {code} --data {into}"
    print(w.t("The previous tables are in {path}; {undo} brings them back.", path=kept, undo=undo))
    warned = [f for f in check_tables(table).findings if f.severity == "warning"]
    for line in findings_told(warned, w):
        print(line)
    print(w.t("Now: ucj report --region {code} --data {data} --as-of latest", code=code, data=into))


def _show(reading: Reading, merged: Merged, w: Words) -> None:
    from ucj_analysis.intake import telling

    print(telling.cells_table(reading, w), end="\n\n")
    if reading.notes:
        print("\n".join(telling.notes_texts(reading.notes, w)), end="\n\n")
    if reading.rows:
        print(telling.rows_table(reading.rows, w), end="\n\n")
    if reading.targets:
        print(telling.targets_table(reading.targets, w), end="\n\n")
    for told, rows in (
        (N_("There already, kept once: {rows}"), merged.kept),
        (N_("Restated: {rows}"), merged.restated),
        (N_("Figures of the public record set aside, on another base: {rows}"), merged.set_aside),
    ):
        if rows:
            print(w.t(told, rows=", ".join(rows)))


def _confirm(options: argparse.Namespace, reading: Reading, w: Words) -> None:
    """Ask where anything could be read otherwise; without a terminal, --yes has to say so."""
    if options.yes or not reading.unsure:
        return
    if sys.stdin.isatty() and not options.json:
        if input(w.t("Write this? y or n: ")).strip().casefold() in YES:
            return
        raise bad("import_declined")
    cells = {"cells": [n.cell for n in reading.unsure if n.cell] or "-"}
    raise InputError(Problem("confirmation_needed", str(reading.file), fields=cells))


def _where(options: argparse.Namespace, path: Path) -> tuple[Path, str]:
    """Return the data folder to write into and the region: named, or those the file lies in."""
    around = next((p for p in path.resolve().parents if (p / "datapackage.json").is_file()), None)
    if options.data:
        into = Path(options.data).expanduser()
    elif around is not None and around != SHIPPED_DATA.resolve():
        into = around
    else:
        raise bad("data_needed", command="import")
    inside = path.resolve().parent
    code = options.region or (inside.name if inside.parent.name == "regions" else "")
    if not code:
        raise bad("region_needed")
    return into, str(code)


def _asked(options: argparse.Namespace, code: str, known: Path) -> Asked:
    from ucj_analysis.intake.cells import parse_when
    from ucj_analysis.intake.page import Asked
    from ucj_analysis.intake.places import registered
    from ucj_analysis.record.observations import load_table

    register = load_regions(known)
    region = registered(code, register)
    sizes: dict[str, float] = {}
    if (known / "regions" / code / "observations.csv").is_file():
        table = load_table(OBSERVATIONS, known, code)
        sizes = dict(zip(table["base"], table["labour_force"], strict=True))
    if options.numbers not in (None, "id", "en"):
        raise bad("bad_numbers", options.numbers)
    when = parse_when(options.as_of) if options.as_of else None
    if options.as_of and (when is None or not when.written):
        raise bad("bad_month", options.as_of)
    names = ("base", "basis", "published", "source", "as_of", "sheet")
    told = {name: getattr(options, name) or "" for name in names}
    columns = _columns(options.column)
    return Asked(region, register, **told, numbers=options.numbers, columns=columns, sizes=sizes)


def _columns(given: list[str]) -> dict[int, str]:
    """Return what --column says: NAME=LETTERS."""
    from ucj_analysis.intake.headings import NAMES
    from ucj_analysis.intake.mapping import column_number

    found = {}
    for pair in given:
        name, _, place = pair.partition("=")
        if name not in NAMES or not column_number(place):
            raise bad("bad_column", pair, near=nearest(name, NAMES), allowed=list(NAMES))
        found[column_number(place)] = name
    return found


def _undo(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis.intake.places import registered
    from ucj_analysis.intake.undoing import undo

    into, code = _where(options, Path(options.path or "."))
    region = registered(code, load_regions(data_folder(into)))
    done = undo(data_folder(into), region.code)
    told = {"taken_back": done.taken_back, "as_before": done.as_before}
    told |= {"sources_taken_back": done.sources, "sources_left": done.sources_left}
    if options.json:
        print_json({"schema_version": 1, "region": code, "restored": done.backup.name, **told})
        return 0
    said = N_("The tables of {region} ({code}) are as they were before the import of {moment}.")
    print(w.t(said, region=region.name, code=code, moment=done.backup.name))
    for line, rows in (
        (N_("Taken back: {rows}"), done.taken_back),
        (N_("With their earlier figures again: {rows}"), done.as_before),
        (N_("Taken out of sources.csv: {rows}"), done.sources),
        (N_("Left in sources.csv, which other rows refer to: {rows}"), done.sources_left),
    ):
        if rows:
            print(w.t(line, rows=", ".join(rows)))
    said = N_(
        "Reports and issued forecasts already made with them, and warnings accepted, stay as they are."
    )
    print(w.t(said))
    return 0
