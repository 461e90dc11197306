"""A region's folder to begin with: what the public record printed, templates and levers to fill in."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ucj_analysis.errors import InputError, Problem
from ucj_analysis.intake import store
from ucj_analysis.intake.places import registered
from ucj_analysis.intake.store import Line, number_text, put, table_line, table_text
from ucj_analysis.intake.template import COLUMNS, ROWS, TEMPLATE
from ucj_analysis.months import month_of
from ucj_analysis.planning.levers import lever_file
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.publishing.folder import as_csv
from ucj_analysis.record.observations import BASIS_COMPUTED, BASIS_PRINTED
from ucj_analysis.record.regions import Region, load_regions, public_figures, public_targets
from ucj_analysis.record.schemas import OBSERVATIONS, TARGETS
from ucj_analysis.resources import SHIPPED_DATA, data_folder, kind_of

#: Drop-downs: what may be chosen; other words may be typed.
CHOICES = {
    "Dasar": ("bpjstk-2024", "bpjstk-2025", "bpjstk-2026"),
    "Basis": (
        "aktif; domisili; dengan jasa konstruksi",
        "aktif; domisili; tanpa jasa konstruksi",
        "aktif; tempat kerja; dengan jasa konstruksi",
        "aktif; cara hitung tidak disebut",
    ),
}


@dataclass(frozen=True)
class Made:
    """What was made: the folder, its files, the rows of the public record in it, the file of levers."""

    region: Region
    folder: Path
    files: list[str]
    rows: int
    targets: int
    levers: Path


def make_data_folder(folder: Path) -> None:
    """Copy the shipped data folder, whole at once.

    Raises
    ------
    RunError
        `cannot_write_data`.
    """
    with store.writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with store.appearing(folder, folder.parent) as aside:
            kept = shutil.ignore_patterns(store.PREVIOUS, ".*")
            shutil.copytree(SHIPPED_DATA, aside, ignore=kept, dirs_exist_ok=True)


def scaffold(code: str, data: Path, w: Words) -> Made:
    """Make a region's folder, and the data folder around it where there is none.

    Raises
    ------
    InputError
        `no_such_region`, `region_exists`, `no_data_folder`.
    RunError
        `cannot_write_data`.
    """
    there = bool(kind_of(data))
    register = load_regions(data if there else None)
    region = registered(code, register)
    folder = data / "regions" / code
    if kind_of(folder) or (not there and (SHIPPED_DATA / "regions" / code).exists()):
        raise InputError(Problem("region_exists", str(folder), value=f"{code} {region.name}"))
    if not there:
        make_data_folder(data)
    known = data_folder(data)
    observed = _observations(region, known)
    promised = {t.month: t for t in reversed(public_targets(region, known))}
    due = []
    for month, target in sorted(promised.items()):
        more = {"target_month": str(month), "target": number_text(target.coverage)}
        due.append(table_line(TARGETS, target, region=code, **more))
    files = {f"{TEMPLATE}.xlsx": _workbook(region, w), f"{TEMPLATE}.csv": _text(region)}
    told = {"observations.csv": (OBSERVATIONS, observed), "targets.csv": (TARGETS, due)}
    files |= {name: table_text(table, lines) for name, (table, lines) in told.items() if lines}
    levers = lever_file(code, known)
    with store.writing(folder), store.appearing(folder, data) as aside:
        if not levers.exists():
            levers.parent.mkdir(exist_ok=True)
            put(levers, _levers(region))
        for name, content in files.items():
            (aside / name).write_bytes(content)
        folder.parent.mkdir(exist_ok=True)
    return Made(region, folder, sorted(files), len(observed), len(due), levers)


def _observations(region: Region, data: Path) -> list[Line]:
    """Return the figures of the public record, the last told of each month."""
    told = {month_of(f.as_of): f for f in public_figures(region, data)}
    bases = {True: BASIS_COMPUTED, False: BASIS_PRINTED}
    return [
        table_line(OBSERVATIONS, figure, region=region.code, basis=bases[figure.computed])
        for _, figure in sorted(told.items())
    ]


def _levers(region: Region) -> bytes:
    """Return levers to fill in: an example whose every value says that it is to be replaced."""
    text = Path(__file__).with_name("levers.toml").read_text(encoding="utf-8")
    return text.replace("{region}", region.name).replace("{code}", region.code).encode()


def _text(region: Region) -> bytes:
    """Return the template as text that Excel in Indonesian opens in columns."""
    names, examples, *_ = zip(*COLUMNS, strict=True)
    first = [region.code, *[""] * (len(COLUMNS) - 1)]
    return as_csv([names, examples, first], ";", "\r\n").encode("utf-8-sig")


def _workbook(region: Region, w: Words) -> bytes:
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.active
    sheet.title = w.t("To fill in")
    sheet.append([w.t("Coverage of {region}: one row per month", region=region.name)])
    sheet.append([w.t("Fill in from row 5 on; row 4 is an example and is not read.")])
    sheet.append([name for name, *_ in COLUMNS])
    sheet.append([example for _, example, *_ in COLUMNS])
    last = 4 + ROWS
    for row in range(5, last + 1):
        sheet.cell(row, 1, region.code)
    sheet["A1"].font = Font(bold=True, size=14)
    grey, head = Font(italic=True, color="808080"), PatternFill("solid", fgColor="DDE7F0")
    for number, (name, _, told, shown) in enumerate(COLUMNS, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = max(len(name), 14) + 4
        top = sheet.cell(3, number)
        top.font, top.fill, top.alignment = Font(bold=True), head, Alignment(wrap_text=True)
        top.comment = Comment(w.t(told), "ucj")
        sheet.cell(4, number).font = grey
        for row in range(5, last + 1):
            sheet.cell(row, number).number_format = shown
        if rule := _validation(name, w):
            rule.add(f"{letter}5:{letter}{last}")
            sheet.add_data_validation(rule)
    sheet.freeze_panes = "C4"
    guide = book.create_sheet(w.t("Guide"))
    guide.column_dimensions["A"].width = 110
    for line in _guide(w):
        guide.append([line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _validation(name: str, w: Words) -> Any:
    """Return a column's drop-down or bound; None where anything may be typed."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if name in CHOICES:  # another base may be typed: no error
        chosen = f'"{",".join(CHOICES[name])}"'
        return DataValidation("list", chosen, allow_blank=True, showErrorMessage=False)
    percent = N_("Write per cent, from 0 to 100, such as 29.5 in the way of your Excel.")
    people = N_("Write a whole number of people.")
    for unit, error, *bounds in (
        ("(%)", percent, "decimal", "0", "100"),
        ("(jiwa)", people, "whole", "1", "300000000"),
    ):
        if name.endswith(unit):
            told = {"operator": "between", "error": w.t(error)}
            return DataValidation(*bounds, allow_blank=True, showErrorMessage=True, **told)
    return None


def _guide(w: Words) -> Sequence[str]:
    return [
        w.t("How to fill this in"),
        "",
        *(f"- {name}: {w.t(told)}." for name, _, told, _ in COLUMNS),
        "",
        w.t(
            'A month that was told before and has another figure now: ucj import FILE --restate "why".'
        ),
        w.t("Then: ucj import {file}", file=f"{TEMPLATE}.xlsx"),
    ]
