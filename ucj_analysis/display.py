"""What a notebook shows: prose, grids and pictures that know how to be text, HTML and PNG."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 160


class Prose(str):
    """Markdown text."""

    def _repr_markdown_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return str(self)


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

    def _repr_html_(self) -> str:
        def cell(text: str) -> str:
            safe = html.escape(text)
            return f'<a href="{safe}">{safe}</a>' if text.startswith("https://") else safe

        def cells(row: Sequence[str]) -> str:
            first, *rest = (cell(c) for c in row)
            return (
                f'<tr><th scope="row">{first}</th>'
                + "".join(f"<td>{c}</td>" for c in rest)
                + "</tr>"
            )

        head = "".join(f'<th scope="col">{html.escape(h)}</th>' for h in self.head)
        body = "\n".join(cells(row) for row in self.rows)
        return (
            f"<table>\n<caption>{html.escape(self.caption)}</caption>\n"
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
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
        return data, {"image/png": {"alt": self.alt, "name": self.name}}


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
