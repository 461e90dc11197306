"""What all pictures share: size, letters, colours, axes, labels that keep apart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain, count, pairwise
from textwrap import fill as fold
from typing import TYPE_CHECKING, Any

from ucj_analysis.months import Month
from ucj_analysis.presentation.language import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart by all readers and in grey
INK, QUIET = "#222222", "#6b6b6b"
COVERAGE, TARGET, LOSS, GAIN = "#0072B2", "#B8500C", "#A33A00", "#00795C"
#: One colour per segment, the same in every picture.
SEGMENT_COLOURS = {
    "wage_earners": "#0072B2",
    "elsewhere": "#56B4E9",
    "self_employed": "#009E73",
    "construction": "#E69F00",
    "funded": "#CC79A7",
}
#: Narrow, so that letters stay readable on a phone and in half a page of paper.
SIZE = (4.8, 3.6)
SMALL = 9.5  # points: the smallest letters of a picture
TITLE_WIDTH, NOTE_WIDTH = 46, 60  # characters that fit across the figure
LABEL_WIDTH = 22  # characters of a label beside what it names
STYLE: dict[Any, Any] = {
    "font.size": 10.5,
    "figure.titlesize": 11.5,
    "figure.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": "white",
    "text.parse_math": False,  # a $ in a name is a $
}


@contextmanager
def canvas(title: str, note: str = "", height: float = SIZE[1]) -> Iterator[tuple[Figure, Axes]]:
    """Give a figure of its own style; nothing of it leaks into the reader's session.

    `note` stands below, across the whole figure; `height` is in inches.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure = Figure(figsize=(SIZE[0], height), layout="constrained")
        axes = figure.add_subplot()
        figure.suptitle(fill(title, TITLE_WIDTH), x=0.01, ha="left")
        if note:
            figure.supxlabel(fill(note, NOTE_WIDTH), x=0.01, ha="left", color=QUIET, fontsize=SMALL)
        yield figure, axes


@lru_cache
def _characters() -> frozenset[int]:
    """Return the characters the pictures' font has."""
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(get_font(findfont(FontProperties())).get_charmap())


def drawable(text: str) -> str:
    """Return text with a box for every character the pictures' font lacks.

    Examples
    --------
    >>> drawable("Rapat 🚧 Mei")
    'Rapat □ Mei'
    """
    return "".join(c if c == "\n" or ord(c) in _characters() else "□" for c in text)


def fill(text: str, width: int) -> str:
    """Return text folded into lines of so many characters, four at most."""
    return fold(drawable(text), width, break_on_hyphens=False, max_lines=4, placeholder="…")


def percent_axis(axes: Axes, w: Words) -> None:
    """Label the upright axis in whole per cents, in the reader's language."""
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(lambda v, _: w.percent(v / 100))


def stacked(month: str) -> str:
    """Return a month with its year below."""
    return month.replace(" ", "\n")


def month_axis(axes: Axes, months: dict[float, Month], w: Words) -> None:
    """Label the level axis with months, the year below each."""
    axes.set_xticks(list(months), [stacked(w.short_month(m)) for m in months.values()])


def month_step(span: float, most: int) -> int:
    """Return months between ticks, so that at most so many steps span an axis: one, a quarter, a half, years.

    Examples
    --------
    >>> month_step(12, 5), month_step(24, 5), month_step(40, 3)
    (3, 6, 24)
    """
    return next(step for step in chain((1, 3, 6), count(12, 12)) if step * most >= span)


def label(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Write a label beside a point; `shift` is in points of the page."""
    style = {"color": INK, "ha": "left", "va": "center"} | style
    shift = style.pop("shift", (8, 0))
    axes.annotate(drawable(text), (x, y), xytext=shift, textcoords="offset points", **style)


def spread(heights: list[float], sizes: list[float]) -> list[float]:
    """Return label heights so that labels of these sizes stand apart, in order, moved as little."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed = list(heights)
    for below, above in pairwise(order):
        apart = (sizes[below] + sizes[above]) / 2
        placed[above] = max(placed[above], placed[below] + apart)
    return placed


def lines(names: list[str], size: float) -> list[float]:
    """Return how much room labels take, `size` for each of their lines."""
    return [size * (1 + name.count("\n")) for name in names]
