"""Which rows of a table count: those of the asked region that tell figures; no totals, no remarks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from ucj_analysis.errors import InputError, nearest
from ucj_analysis.intake.cells import parse_when
from ucj_analysis.intake.headings import NAMED_TOTALS
from ucj_analysis.intake.layout import shown
from ucj_analysis.intake.page import Page
from ucj_analysis.intake.places import named_regions
from ucj_analysis.intake.workbook import Cell, Place
from ucj_analysis.record.regions import Region, short_name

_REGIONS_SHOWN = 3
#: What a row may tell and be unfilled all the same.
_GIVEN = ("number", "region", "code")
Told = Mapping[int, Cell]


def check_titles(page: Page) -> None:
    """Refuse a table whose titles or heads name other regions alone."""
    layout, asked = page.layout, page.asked
    if layout.column("region") or layout.column("code"):
        return
    heads = [
        (place, shown(cell))
        for place, cell in sorted(page.grid.sheet.cells.items())
        if layout.first <= place[0] <= layout.last
    ]
    named = [
        (place, regions)
        for place, text in [*layout.titles, *heads]
        for regions in named_regions(text, asked.register)
    ]
    if named and all(asked.region not in regions for _, regions in named):
        raise page.grid.refusal("other_region_named", named[0][0], asked=asked.region.name)
    short = short_name(asked.region.name).casefold()
    if not named and not any(short in text.casefold() for _, text in layout.titles):
        provinces = [r.name.casefold() for r in asked.register.values() if r.level == "province"]
        for place, text in layout.titles:
            if any(name in text.casefold() for name in provinces):
                page.note(place, "province_in_title", False)


def counted_rows(page: Page) -> tuple[list[int], dict[str, list[Cell]]]:
    """Return the rows of the asked region, and the figures of all others by name.

    Raises
    ------
    InputError
        `row_too_wide`, `code_and_name_differ`, `region_not_clear`; each with the cell.
    """
    mine, rest = [], dict[str, list[Cell]]()
    group: set[Region] = set()  # regions named by a line of its own above its rows
    most, beyond = _beyond_header(page)
    for row in page.body:
        _check_width(page, row, most, beyond.get(row, 0))
        there = [n for n in page.columns if (row, n) in page.grid.cells]
        told = {n: cell for n in there if (cell := page.told(row, n))}
        figures = {n: figure for n in told if (figure := page.figure(row, n))}
        if _is_unfilled(page, told) or _is_numbering(told):
            continue
        if (total := _total(page, told)) is not None:
            page.note((row, total), "total_left_out")
        elif _is_remark(told, [told[n] for n in figures]):
            texts = (shown(cell) for cell in told.values())
            named = (r for text in texts for r in named_regions(text, page.asked.register))
            group = {region for regions in named for region in regions} or group
            page.note((row, min(there)), "remark_left_out")
        elif _is_head_again(page, row):
            continue
        elif (group and page.asked.region not in group) or not _is_mine(page, row):
            for number, figure in figures.items():
                rest.setdefault(figure, []).append(told[number])
        else:
            if row in page.grid.sheet.hidden_rows:
                page.note((row, min(there)), "hidden_row", False)
            mine.append(row)
    return mine, rest


def nothing_found(page: Page) -> InputError:
    """Return the refusal of a table without a figure of the asked region: which regions it has."""
    asked = page.asked.region
    region = f"{asked.code} {asked.name}"
    columns = [n for meaning in ("region", "code") if (n := page.layout.column(meaning))]
    places: dict[str, Place] = {}
    for row in page.body:
        if any(page.told(row, n) for n in page.columns if page.figure(row, n)):
            for place in ((row, n) for n in columns if page.told(row, n)):
                places.setdefault(page.grid.text(place), place)
    if not places or any(_is_mine(page, row) for row in page.body):
        return page.refusal("nothing_to_import", region=region)
    told = list(places.items())[:_REGIONS_SHOWN]
    cells = [f"{page.grid.address(place)} {text}" for text, place in told]
    near = region if any(_is_misspelt(text, page) for text, _ in told) else ""
    return page.refusal("region_not_there", region=region, cells=cells, near=near)


def _is_misspelt(text: str, page: Page) -> bool:
    """Tell whether a name or code of no region is near to that of the asked one."""
    asked = page.asked
    if text in asked.register or next(named_regions(text, asked.register, whole=True), ()):
        return False
    return bool(nearest(short_name(text), (asked.region.code, short_name(asked.region.name))))


def _beyond_header(page: Page) -> tuple[int, dict[int, int]]:
    """Return the last column of the header, and by row the first cell beyond it."""
    cells = page.grid.sheet.cells
    most = max((c for r, c in cells if r == page.layout.last), default=0)
    beyond: dict[int, int] = {}
    for row, column in cells:
        if column > most:
            beyond.setdefault(row, column)
    return most, beyond


def _check_width(page: Page, row: int, most: int, beyond: int) -> None:
    """Refuse a line of a text file with more cells than its header: a comma split a number."""
    sheet = page.grid.sheet
    if not sheet.widths:
        return
    if beyond or (sheet.commas and sheet.widths[row] > sheet.widths[page.layout.last]):
        width = sheet.widths[row]
        place = row, beyond or width
        raise page.grid.refusal("row_too_wide", place, str(width), allowed=most)


def _is_unfilled(page: Page, told: Told) -> bool:
    """Tell whether a row has its number and region alone; a line of words there is a remark."""
    if any(page.columns[n].meaning not in _GIVEN for n in told):
        return False
    words = [text for cell in told.values() if " " in (text := shown(cell)) and not text.isdigit()]
    return all(any(named_regions(text, page.asked.register, whole=True)) for text in words)


def _is_numbering(told: Told) -> bool:
    """Tell whether a row only numbers the columns: (1) (2) (3)."""
    texts = [re.sub(r"[()\[\]]", "", shown(cell)) for cell in told.values()]
    if len(texts) < 2 or not all(re.fullmatch(r"\d{1,2}", t) for t in texts):
        return False
    numbers = [int(t) for t in texts]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] < 3


def _total(page: Page, told: Told) -> int | None:
    """Return the column where a row says that it adds others up."""
    texts = {n: shown(told[n]).casefold().strip(" .:*") for n in told if n in page.words}
    return next((n for n, text in texts.items() if NAMED_TOTALS.fullmatch(text)), None)


def _is_remark(told: Told, figures: list[Cell]) -> bool:
    """Tell whether a row holds words alone: a footnote, a source, the name of a group."""
    return not figures or (
        len(told) == 1
        and isinstance(figures[0].value, str)
        and not parse_when(shown(figures[0]))
        and not re.match(r"\s*[\d'-]", figures[0].value)
        and not figures[0].trouble
    )


def _is_head_again(page: Page, row: int) -> bool:
    text = page.grid.text
    return all(text((row, n)) == text((page.layout.last, n)) for n in page.columns)


# --- the region of a row -----------------------------------------------------------------------------


def _is_mine(page: Page, row: int) -> bool:
    """Tell whether a row is of the asked region; blank cells belong to the row above."""
    names, codes = page.layout.column("region"), page.layout.column("code")
    if names is None and codes is None:
        return True
    by_name = _is_named(page, row, names)
    place = page.last_told(row, codes)
    if place is None:
        if by_name and names and not page.told(row, names):
            page.note((row, names), "region_from_above", False)
        return bool(by_name)
    cell = page.grid.cells[place]
    text = shown(cell)
    if isinstance(cell.value, Decimal) and "." in text:
        whole, _, part = text.partition(".")
        text = f"{whole:0>2}.{part:0<2}"  # 33.18 and 33.2 typed as numbers
    mine = re.sub(r"\D", "", text) == page.asked.region.code
    if by_name is not None and by_name != mine:
        raise page.grid.refusal("code_and_name_differ", place)
    return mine


def _is_named(page: Page, row: int, column: int | None) -> bool | None:
    """Tell whether a row's name is that of the asked region; None where no name is told."""
    place = page.last_told(row, column)
    if place is None:
        return None
    text, asked = page.grid.text(place), page.asked
    digits = re.sub(r"[.\s]", "", text)
    if digits.isdigit():
        return digits == asked.region.code
    regions = next(named_regions(text, asked.register, whole=True), ())
    if asked.region in regions and len(regions) > 1:
        raise page.grid.refusal("region_not_clear", place, allowed=[r.name for r in regions])
    return asked.region in regions
