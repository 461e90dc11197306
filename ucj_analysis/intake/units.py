"""Numbers of one figure, all its cells together: their convention, and what one unit is.

A column is written one way. Where its own cells do not tell which, others may, and that is
noted; where nothing tells, the cell is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ucj_analysis.intake.cells import STYLES, Numeral, Style, decimals, parse_numeral, plain
from ucj_analysis.intake.headings import COUNTS
from ucj_analysis.intake.layout import Grid, Note, blank
from ucj_analysis.intake.workbook import Cell, Place

#: More people than Indonesia has are no reading of a number.
MOST_PEOPLE = 300_000_000
#: Finest share kept, a ten-thousandth of a per cent.
FINEST = 4
_HALF = Decimal("0.5")


@dataclass(frozen=True)
class Told:
    """One cell of a figure: where it stands, and the unit its heads tell."""

    place: Place
    cell: Cell
    percent: bool = False
    scale: int = 1


@dataclass(frozen=True)
class Value:
    """What a cell was read as: people, or a fraction; `half` is half its last digit."""

    value: Decimal
    half: Decimal

    @property
    def exact(self) -> bool:
        """Whether a head count is told to the head."""
        return self.half <= _HALF


@dataclass(frozen=True)
class Convention:
    """How the numbers of a figure are written; `style` is None where it does not matter."""

    style: Style | None
    notes: tuple[Note, ...] = ()


def read_figure(
    figure: str,
    mine: Sequence[Told],
    rest: Iterable[Cell],
    grid: Grid,
    given: Style | None,
    others: frozenset[Style],
) -> tuple[dict[Place, Value], Convention, list[Note]]:
    """Return the values of one figure's cells.

    Parameters
    ----------
    figure : str
        `labour_force`, `participants`, `coverage` or `target`.
    mine : sequence of Told
        The cells to read.
    rest : iterable of Cell
        Further cells of the same columns, which may tell the convention.
    given : Style, optional
        The convention to use where the file does not tell.
    others : frozenset
        The conventions of the table's other figures.

    Raises
    ------
    InputError
        `cell_error`, `formula_without_value`, `unreadable_number`, `not_people`, `not_a_share`,
        `mixed_numbers`, `mixed_units`, `ambiguous_number`; each with the cell.
    """
    numerals = {t.place: _numeral(t, grid) for t in mine}
    convention = _convention(figure, mine, numerals, rest, grid, given, others)
    notes = list(convention.notes)
    plain_values = {t.place: _plain(t, numerals[t.place], convention.style) for t in mine}
    if figure in COUNTS:
        return {t.place: _people(t, plain_values[t.place], grid) for t in mine}, convention, notes
    return _shares(mine, numerals, plain_values, grid, notes), convention, notes


def _numeral(told: Told, grid: Grid) -> Numeral | None:
    """Return what a text writes; None where the cell holds a number."""
    cell = told.cell
    if cell.trouble:
        raise grid.refusal(cell.trouble, told.place)
    if isinstance(cell.value, Decimal):
        return None
    found = parse_numeral(cell.value) if isinstance(cell.value, str) else None
    if found is None:
        raise grid.refusal("unreadable_number", told.place)
    return found


def _plain(told: Told, numeral: Numeral | None, style: Style | None) -> Decimal:
    if numeral is None:
        return Decimal(told.cell.value)  # type: ignore[arg-type]  # a number, as _numeral saw
    return next(iter(numeral.values.values())) if style is None else numeral.values[style]


# --- the convention ------------------------------------------------------------------------------


def _convention(
    figure: str,
    mine: Sequence[Told],
    numerals: Mapping[Place, Numeral | None],
    rest: Iterable[Cell],
    grid: Grid,
    given: Style | None,
    others: frozenset[Style],
) -> Convention:
    written = {t: n for t in mine if (n := numerals[t.place]) is not None}
    if not written:
        return Convention(None)
    possible = {t: _possible(figure, n, t) for t, n in written.items()}
    for told, styles in possible.items():
        if not styles:
            raise grid.refusal("not_people" if figure in COUNTS else "not_a_share", told.place)
    by_digits = _shared(_written_so(figure, n) for n in written.values())
    left = _shared(possible.values())
    if not left:
        first, second = _quarrel(possible)
        raise grid.refusal("mixed_numbers", second.place, other=grid.address(first.place))
    doubtful = next((t for t, n in written.items() if _differs(n, left)), None)
    if doubtful is None:
        if len(left) == 1 and len(by_digits) != 1:
            told = next(t for t, n in written.items() if _written_so(figure, n) - left)
            return Convention(_one(left), (_note(grid, told, "only_below_bound"),))
        return Convention(_one(left) if len(left) == 1 else None)
    around = _shared(
        s
        for c in rest
        if not blank(c)
        and isinstance(c.value, str)
        and (n := parse_numeral(c.value))
        and (s := _possible(figure, n, doubtful))
    )
    for told_by, why, sure in (
        (frozenset({given}) if given else frozenset(STYLES), "style_given", True),
        (around, "style_by_rows", False),
        (others, "style_by_columns", False),
    ):
        if len(style := left & told_by) == 1:
            return Convention(_one(style), (_note(grid, doubtful, why, sure),))
    raise grid.refusal("ambiguous_number", doubtful.place)


def _one(styles: frozenset[Style]) -> Style:
    (style,) = styles
    return style


def _note(grid: Grid, told: Told, why: str, sure: bool = False) -> Note:
    return Note(grid.address(told.place), plain(str(told.cell.value)), why, sure)


def _shared(sets: Iterable[frozenset[Style]]) -> frozenset[Style]:
    left = frozenset(STYLES)
    for styles in sets:
        left &= styles
    return left


def _differs(numeral: Numeral, left: frozenset[Style]) -> bool:
    return len({numeral.values[s] for s in left if s in numeral.values}) > 1


def _quarrel(possible: Mapping[Told, frozenset[Style]]) -> tuple[Told, Told]:
    """Return a cell and the first after it that cannot be written the same way."""
    first, styles = next((t, s) for t, s in possible.items() if len(s) == 1)
    second = next(t for t, s in possible.items() if not s & styles)
    return first, second


def _written_so(figure: str, numeral: Numeral) -> frozenset[Style]:
    """Return the conventions that the digits and the kind of figure allow."""
    styles = frozenset(numeral.values)
    if figure in COUNTS and numeral.scale == 1 and len(styles) == 2:
        # 599.061 and 599.000 people are thousands: nobody counts people to three decimals
        grouped = frozenset(s for s in styles if not decimals(numeral.values[s]))
        return grouped or styles
    return styles


def _possible(figure: str, numeral: Numeral, told: Told) -> frozenset[Style]:
    """Return the conventions that leave a number of people, or a share below one."""
    styles = frozenset(numeral.values) if told.scale != 1 else _written_so(figure, numeral)
    if figure in COUNTS:
        scale = told.scale * numeral.scale
        return frozenset(s for s in styles if _is_people(numeral.values[s], scale))
    return frozenset(s for s in styles if 0 < numeral.values[s] <= 100)


def _is_people(value: Decimal, scale: int) -> bool:
    return 0 <= value * scale <= MOST_PEOPLE and (scale != 1 or value == value.to_integral_value())


# --- people ----------------------------------------------------------------------------------------


def _people(told: Told, value: Decimal, grid: Grid) -> Value:
    cell = told.cell
    numeral = parse_numeral(cell.value) if isinstance(cell.value, str) else None
    scale = told.scale * (numeral.scale if numeral else 1)
    percent = cell.percent or bool(numeral and numeral.percent)
    if percent or not _is_people(value, scale):
        raise grid.refusal("not_people", told.place)
    if scale == 1:
        return Value(value.to_integral_value(), _HALF)
    digits = max(decimals(value), cell.decimals or 0)
    people = (value * scale).to_integral_value()
    return Value(people, _HALF.scaleb(-digits) * scale)


# --- shares ----------------------------------------------------------------------------------------


def _shares(
    mine: Sequence[Told],
    numerals: Mapping[Place, Numeral | None],
    values: Mapping[Place, Decimal],
    grid: Grid,
    notes: list[Note],
) -> dict[Place, Value]:
    """Return fractions. A bare number is per cent above 1, a fraction below, never both in one column."""
    bare = [t for t in mine if not (t.cell.percent or _says_percent(numerals[t.place]))]
    large = [t for t in bare if values[t.place] > 1]
    small = [t for t in bare if values[t.place] <= 1]
    if large and small:
        raise grid.refusal("mixed_units", small[0].place, other=grid.address(large[0].place))
    if bare and any(t.cell.percent for t in mine):
        notes.append(_note(grid, bare[0], "percent_and_bare"))
    found = {}
    for told in mine:
        value, cell = values[told.place], told.cell
        fraction = told in small or (cell.percent and numerals[told.place] is None)
        # zeros at the end were typed into a text; of a number nobody knows
        typed = value.normalize() if numerals[told.place] is None else value
        own = max(decimals(typed) - (2 if fraction else 0), 0)
        formatted = cell.decimals if cell.decimals is not None else own
        if fraction and not cell.percent:
            formatted = max(formatted - 2, 0)
        if own > formatted:
            notes.append(_note(grid, told, "full_precision", sure=True))
        if told in small and told.percent:
            notes.append(_note(grid, told, "fraction_below_percent"))
        digits = min(max(own, formatted), FINEST)
        share = value if fraction else value / 100
        if not 0 < share < 1:
            raise grid.refusal("not_a_share", told.place)
        rounded = round(share, digits + 2)
        found[told.place] = Value(rounded, _HALF.scaleb(-(digits + 2)))
        if not 0 < rounded < 1:
            raise grid.refusal("not_a_share", told.place)
    return found


def _says_percent(numeral: Numeral | None) -> bool:
    return bool(numeral and numeral.percent)


def relative(value: Value, told: Value) -> Value:
    """Return participants over base, with the rounding of both."""
    share = value.value / told.value
    half = (
        (value.half if not value.exact else Decimal(0))
        + share * (told.half if not told.exact else Decimal(0))
    ) / told.value
    return replace(value, value=share, half=half)
