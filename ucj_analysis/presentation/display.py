"""What a notebook shows: prose, grids and pictures that know how to be text, HTML and PNG."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Dots of the file, for paper and sharp screens; pixels a notebook shows per inch.
DPI, SHOWN_DPI = 160, 110
#: A cell that stands at the right of its column: a number or a range, with a unit at most.
_ONE = r"[+−]?(?:Rp)?[+−]?\d[\d.,]*"
NUMBER = re.compile(rf"{_ONE}(?:(?:–| [a-z]+ ){_ONE})?%?(?: [a-z]+)?")


class Prose(str):
    """A paragraph of plain text: whatever it holds is shown, never run.

    Examples
    --------
    >>> Prose("29% <b>")._repr_html_()
    '<p>29% &lt;b&gt;</p>'
    """

    _html = "<p>{}</p>"

    @classmethod
    def of(cls, *told: str) -> Self:
        """Return the sentences as one paragraph; what is empty is left out."""
        return cls(" ".join(filter(None, told)))

    def _repr_html_(self) -> str:
        return self._html.format(html.escape(self)) if self else ""

    def __repr__(self) -> str:
        return str(self)


class Title(Prose):
    """The one title of a page."""

    _html = "<h1>{}</h1>"


class Heading(Prose):
    """The title of a section."""

    _html = "<h2>{}</h2>"


class Answer(Prose):
    """The answer, set apart as the first thing on a page."""

    _html = '<p class="answer"><strong>{}</strong></p>'


class Equations(Prose):
    """Equations in plain signs, a line each, the same in every language; no script draws them.

    Examples
    --------
    >>> Equations("a < b")._repr_html_()
    '<pre style="overflow-x:auto;line-height:1.6;font-family:monospace">a &lt; b</pre>'
    """

    _html = '<pre style="overflow-x:auto;line-height:1.6;font-family:monospace">{}</pre>'


@dataclass(frozen=True)
class Grid:
    """A table of formatted cells; the first column holds the row heads.

    Examples
    --------
    >>> print(Grid("Base", ("", "people"), (("2025", "599.061"),)))
    Base
     | people
    2025 | 599.061
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __repr__(self) -> str:
        return "\n".join([self.caption, *(" | ".join(row) for row in (self.head, *self.rows))])

    def numeric(self) -> list[bool]:
        """Return, for each column, whether it holds numbers alone."""
        columns = list(zip(*self.rows, strict=True)) or [()] * len(self.head)
        return [any(c) and all(NUMBER.fullmatch(v) for v in c if v) for c in columns]

    def _repr_html_(self) -> str:
        # said in place too: JupyterLab would set every column to the right
        left = ' style="text-align:left"'
        sides = [' class="n"' if numeric else left for numeric in self.numeric()]

        def cell(text: str) -> str:
            safe = html.escape(text)
            return f'<a href="{safe}">{safe}</a>' if text.startswith("https://") else safe

        def cells(row: Sequence[str]) -> str:
            first, *rest = (cell(c) for c in row)
            told = zip(sides[1:], rest, strict=True)
            return (
                f'<tr><th scope="row">{first}</th>'
                + "".join(f"<td{side}>{c}</td>" for side, c in told)
                + "</tr>"
            )

        head = "".join(
            f'<th scope="col"{side}>{html.escape(h)}</th>'
            for side, h in zip(sides, self.head, strict=True)
        )
        body = "\n".join(cells(row) for row in self.rows)
        caption = html.escape(self.caption)
        return (
            f'<div class="wide" role="group" tabindex="0" aria-label="{caption}">\n'
            f"<table>\n<caption>{caption}</caption>\n"
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
        )


@dataclass(frozen=True)
class Picture:
    """A figure with its name and the words that stand for it."""

    name: str
    alt: str
    figure: Figure

    def png(self) -> bytes:
        """Return the picture as PNG, the same bytes for the same figure."""
        from io import BytesIO

        buffer = BytesIO()
        # no Software tag: the bytes depend on the picture alone
        self.figure.savefig(buffer, format="png", dpi=DPI, metadata={"Software": None})
        return buffer.getvalue()

    def __repr__(self) -> str:
        return self.alt

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data = {"image/png": self.png(), "text/plain": self.alt}
        width = round(self.figure.get_figwidth() * SHOWN_DPI)
        return data, {"image/png": {"alt": self.alt, "name": self.name, "width": width}}


@dataclass(frozen=True)
class Result:
    """A machine-readable result that travels with the notebook and shows nothing.

    The publisher finds it among the outputs, so page and files hold the numbers of one run.
    """

    MIME = "application/vnd.ucj.result+json"

    values: dict[str, Any]

    def __repr__(self) -> str:
        return ""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {self.MIME: self.values}
