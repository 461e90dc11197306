"""A region's folder to begin with: what the public record printed, and templates to fill in."""

from __future__ import annotations

import csv
import io
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ucj_analysis.errors import InputError, Problem, RunError, bad, nearest, refused
from ucj_analysis.intake.store import PREVIOUS, WRITING, number_text, table_text
from ucj_analysis.months import month_of
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.record.observations import BASIS_COMPUTED, BASIS_PRINTED
from ucj_analysis.record.regions import Region, load_regions, public_figures, public_targets
from ucj_analysis.record.schemas import OBSERVATIONS, TARGETS
from ucj_analysis.resources import SHIPPED_DATA, data_folder

TEMPLATE = "template"
ROWS = 36
#: What the template's columns are called, an example, what to write, and how a cell is shown.
#: The names are those `headings` knows, the same for every reader.
COLUMNS: tuple[tuple[str, str, str, str], ...] = (
    ("Kode wilayah", "CONTOH", N_("code of the region; filled in already"), "@"),
    ("Bulan", "Maret 2025", N_("month the figures describe"), "mmmm yyyy"),
    ("Angkatan kerja (jiwa)", "599.061", N_("the base: all digits"), "#,##0"),
    (
        "Peserta aktif (jiwa)",
        "173.728",
        N_("active participants: all digits; may stay empty"),
        "#,##0",
    ),
    (
        "Cakupan (%)",
        "29,0",
        N_(
            "active participants over the base, in per cent; may stay empty where participants are told"
        ),
        "General",
    ),
    (
        "Dasar",
        "bpjstk-2025",
        N_("name and year of the base; where the base is re-set, a new name"),
        "@",
    ),
    (
        "Basis",
        "aktif; domisili; dengan jasa konstruksi",
        N_("what is counted; may stay empty"),
        "@",
    ),
    ("Tanggal terbit", "10/04/2025", N_("day on which the figure was made known"), "dd/mm/yyyy"),
    ("Sumber", "laporan cabang", N_("who said it, and where"), "@"),
    ("Target (%)", "52", N_("coverage promised; may stay empty"), "General"),
    ("Bulan target", "Desember 2025", N_("month by whose end the target is due"), "mmmm yyyy"),
    ("Catatan", "", N_("what a reader should know; may stay empty"), "@"),
)
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
    """What was made: the folder, its files, and the rows of the public record in it."""

    region: Region
    folder: Path
    files: list[str]
    rows: int
    targets: int


def make_data_folder(folder: Path) -> None:
    """Copy the shipped data folder, whole at once.

    Raises
    ------
    RunError
        `cannot_write_data`.
    """
    aside = folder.with_name(f"{WRITING}{uuid.uuid4().hex}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copytree(SHIPPED_DATA, aside, ignore=shutil.ignore_patterns(PREVIOUS, ".*"))
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise RunError(refused("cannot_write_data", folder, error)) from error


def scaffold(code: str, data: Path, w: Words) -> Made:
    """Make a region's folder, and the data folder around it where there is none.

    Raises
    ------
    InputError
        `no_such_region`, `region_exists`, `no_data_folder`.
    RunError
        `cannot_write_data`.
    """
    register = load_regions(data if data.exists() else None)
    region = register.get(code)
    if region is None:
        near = register.get(nearest(code, register))
        raise bad("no_such_region", code, near=f"{near.code} {near.name}" if near else "")
    folder = data / "regions" / code
    if folder.exists() or (not data.exists() and (SHIPPED_DATA / "regions" / code).exists()):
        raise InputError(Problem("region_exists", str(folder), value=f"{code} {region.name}"))
    if not data.exists():
        make_data_folder(data)
    known = data_folder(data)
    observed, promised = _observations(region, known), _targets(region, known)
    files = {
        f"{TEMPLATE}.xlsx": _workbook(region, w),
        f"{TEMPLATE}.csv": _text(region),
    }
    if observed:
        files["observations.csv"] = table_text(OBSERVATIONS, observed)
    if promised:
        files["targets.csv"] = table_text(TARGETS, promised)
    _appear(folder, data, files)
    return Made(region, folder, sorted(files), len(observed), len(promised))


def _appear(folder: Path, data: Path, files: dict[str, bytes]) -> None:
    aside = data / f"{WRITING}{uuid.uuid4().hex}"
    try:
        try:
            aside.mkdir()
            for name, content in files.items():
                (aside / name).write_bytes(content)
            folder.parent.mkdir(exist_ok=True)
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise RunError(refused("cannot_write_data", folder, error)) from error


def _observations(region: Region, data: Path) -> list[dict[str, str]]:
    """Return the figures of the public record, the last told of each month."""
    told = {month_of(f.as_of): f for f in public_figures(region, data)}
    return [
        {
            "region": region.code,
            "as_of": f.as_of.isoformat(),
            "coverage": number_text(f.coverage),
            "half_width": number_text(f.half_width),
            "participants": number_text(f.participants),
            "labour_force": number_text(f.labour_force),
            "base": f.base,
            "basis": BASIS_COMPUTED if f.computed else BASIS_PRINTED,
            "published": f.published.isoformat(),
            "source": f.source,
            "note": f.note,
        }
        for _, f in sorted(told.items())
    ]


def _targets(region: Region, data: Path) -> list[dict[str, str]]:
    told = {t.month: t for t in reversed(public_targets(region, data))}
    return [
        {
            "region": region.code,
            "target_month": str(t.month),
            "target": number_text(t.coverage),
            "family": "",
            "published": t.published.isoformat(),
            "source": t.source,
            "note": "",
        }
        for _, t in sorted(told.items())
    ]


def _text(region: Region) -> bytes:
    """Return the template as text that Excel in Indonesian opens in columns."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([name for name, *_ in COLUMNS])
    writer.writerow([example for _, example, *_ in COLUMNS])
    writer.writerow([region.code, *[""] * (len(COLUMNS) - 1)])
    return out.getvalue().encode("utf-8-sig")


def _workbook(region: Region, w: Words) -> bytes:
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

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
        _validate(sheet, DataValidation, name, f"{letter}5:{letter}{last}", w)
    sheet.freeze_panes = "C4"
    guide = book.create_sheet(w.t("Guide"))
    for line in _guide(w):
        guide.append([line])
    guide.column_dimensions["A"].width = 110
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _validate(sheet: object, kind: type, name: str, span: str, w: Words) -> None:
    """Put a drop-down or a bound on a column's cells."""
    if name in CHOICES:
        rule = kind(type="list", formula1=f'"{",".join(CHOICES[name])}"', allow_blank=True)
        rule.showErrorMessage = False  # another base may be typed
    elif name.endswith("(%)"):
        rule = kind(
            type="decimal", operator="between", formula1="0", formula2="100", allow_blank=True
        )
        rule.error = w.t("Write per cent, from 0 to 100, such as 29.5 in the way of your Excel.")
        rule.showErrorMessage = True
    elif name.endswith("(jiwa)"):
        rule = kind(
            type="whole", operator="between", formula1="1", formula2="300000000", allow_blank=True
        )
        rule.error = w.t("Write a whole number of people.")
        rule.showErrorMessage = True
    else:
        return
    rule.add(span)
    sheet.add_data_validation(rule)  # type: ignore[attr-defined]


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
