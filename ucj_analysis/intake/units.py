"""Numbers of one figure, all its cells together: their convention, and what one unit is.

A column is written one way. Where its own cells do not tell which, others may, and that is
noted; where nothing tells, the cell is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from ucj_analysis.intake.cells import STYLES, Numeral, Style, decimals, parse_numeral, plain
from ucj_analysis.intake.headings import COUNTS
from ucj_analysis.intake.layout import Grid, Note
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

    @cached_property
    def numeral(self) -> Numeral | None:
        """What a text writes; None where the cell holds a number."""
        return parse_numeral(self.cell.value) if isinstance(self.cell.value, str) else None

    def number(self, style: Style | None) -> Decimal:
        """Return the number in the cell; without a style every convention gives the same."""
        if self.numeral is None:
            return Decimal(self.cell.value)  # type: ignore[arg-type]  # a number, as was checked
        values = self.numeral.values
        return values[style] if style else next(iter(values.values()))


@dataclass(frozen=True)
class Value:
    """What a cell was read as: people, or a fraction; `half` is half its last digit."""

    value: Decimal
    half: Decimal

    @property
    def exact(self) -> bool:
        """Whether a head count is told to the head."""
        return self.half <= _HALF

    @property
    def rounding(self) -> Decimal:
        """Half the last digit where it is rounded to more than the head."""
        return Decimal(0) if self.exact else self.half


def read_figure(
    figure: str,
    mine: Sequence[Told],
    rest: Iterable[Cell],
    grid: Grid,
    given: Style | None,
    others: frozenset[Style],
) -> tuple[dict[Place, Value], Style | None, list[Note]]:
    """Return the values of one figure's cells, how they are written, None where it does not matter.

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
        `cell_error`, `formula_without_value`, `unreadable_number`, `not_people`,
        `decimal_people`, `not_a_share`, `mixed_numbers`, `mixed_units`, `ambiguous_number`; each
        with the cell.
    """
    for told in mine:
        if told.cell.trouble:
            raise grid.refusal(told.cell.trouble, told.place)
        if told.numeral is None and not isinstance(told.cell.value, Decimal):
            raise grid.refusal("unreadable_number", told.place)
    style, notes = _convention(figure, mine, rest, grid, given, others)
    if figure in COUNTS:
        return {t.place: _people(t, t.number(style), grid) for t in mine}, style, notes
    return _shares(mine, {t.place: t.number(style) for t in mine}, grid, notes), style, notes


# --- the convention ------------------------------------------------------------------------------


def _convention(
    figure: str,
    mine: Sequence[Told],
    rest: Iterable[Cell],
    grid: Grid,
    given: Style | None,
    others: frozenset[Style],
) -> tuple[Style | None, list[Note]]:
    written = {t: t.numeral for t in mine if t.numeral}
    if not written:
        return None, []
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
        if len(left) != 1 or len(by_digits) == 1:
            return _one(left), []
        told = next(t for t, n in written.items() if _written_so(figure, n) - left)
        return _one(left), [_note(grid, told, "only_below_bound")]
    beside = (parse_numeral(c.value) for c in rest if isinstance(c.value, str))
    around = _shared(s for n in beside if n and (s := _possible(figure, n, doubtful)))
    for told_by, why in (
        (frozenset({given}) if given else frozenset(STYLES), "style_given"),
        (around, "style_by_rows"),
        (others, "style_by_columns"),
    ):
        if style := _one(left & told_by):
            return style, [_note(grid, doubtful, why, sure=why == "style_given")]
    raise grid.refusal("ambiguous_number", doubtful.place)


def _one(styles: frozenset[Style]) -> Style | None:
    """Return the only one, None where there are several."""
    return next(iter(styles)) if len(styles) == 1 else None


def _note(grid: Grid, told: Told, why: str, sure: bool = False) -> Note:
    return Note(grid.address(told.place), plain(str(told.cell.value)), why, sure)


def _shared(sets: Iterable[frozenset[Style]]) -> frozenset[Style]:
    return frozenset(STYLES).intersection(*sets)


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
        return frozenset(s for s in styles if not decimals(numeral.values[s])) or styles
    return styles


def _possible(figure: str, numeral: Numeral, told: Told) -> frozenset[Style]:
    """Return the conventions that leave a number of people, or a share below one."""
    styles = frozenset(numeral.values) if told.scale != 1 else _written_so(figure, numeral)
    if figure in COUNTS:
        scale = told.scale * numeral.scale
        return frozenset(s for s in styles if _is_people(numeral.values[s], scale))
    return frozenset(s for s in styles if 0 < numeral.values[s] <= 100)


def _is_people(value: Decimal, scale: int) -> bool:
    return 0 <= value * scale <= MOST_PEOPLE and (scale != 1 or _is_whole(value))


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


# --- people ----------------------------------------------------------------------------------------


def _people(told: Told, value: Decimal, grid: Grid) -> Value:
    cell, numeral = told.cell, told.numeral
    scale = told.scale * (numeral.scale if numeral else 1)
    if cell.percent or (numeral and numeral.percent) or not _is_people(value, scale):
        if numeral is None and not cell.percent and value > 1 and not _is_whole(value):
            # 186.672 typed where a point is the decimal mark
            right = value * 1000 if value < 1000 and _is_whole(value * 1000) else value
            raise grid.refusal("decimal_people", told.place, number=value, right=f"{right:.0f}")
        raise grid.refusal("not_people", told.place)
    if scale == 1:
        return Value(value.to_integral_value(), _HALF)
    digits = max(decimals(value), cell.decimals or 0)
    return Value((value * scale).to_integral_value(), _HALF.scaleb(-digits) * scale)


# --- shares ----------------------------------------------------------------------------------------


def _shares(
    mine: Sequence[Told], values: Mapping[Place, Decimal], grid: Grid, notes: list[Note]
) -> dict[Place, Value]:
    """Return fractions. A bare number is per cent above 1, a fraction below, never both in one column."""
    bare = [t for t in mine if not (t.cell.percent or (t.numeral and t.numeral.percent))]
    large = [t for t in bare if values[t.place] > 1]
    small = [t for t in bare if values[t.place] <= 1]
    if large and small:
        raise grid.refusal("mixed_units", small[0].place, other=grid.address(large[0].place))
    if bare and any(t.cell.percent for t in mine):
        notes.append(_note(grid, bare[0], "percent_and_bare"))
    found = {}
    for told in mine:
        value, cell = values[told.place], told.cell
        fraction = told in small or (cell.percent and told.numeral is None)
        # zeros at the end were typed into a text; of a number nobody knows
        typed = value.normalize() if told.numeral is None else value
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


def relative(value: Value, told: Value) -> Value:
    """Return participants over base, with the rounding of both."""
    share = value.value / told.value
    return Value(share, (value.rounding + share * told.rounding) / told.value)
