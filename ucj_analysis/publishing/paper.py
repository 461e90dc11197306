"""The brief on paper: what the page shows before its annex, as a PDF of two A4 pages by Typst."""

from __future__ import annotations

import json
import shutil
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.publishing.page import TEMPLATES

if TYPE_CHECKING:
    from nbformat import NotebookNode

PAGES = 2
#: Points of the letters, tried from the largest until the brief fits its pages.
SIZES = (10.0, 9.7, 9.4, 9.1, 8.8, 8.5, 8.2, 7.9, 7.6)
#: Tag of the notebook's cells that are left off paper.
ANNEX = "annex"
TEMPLATE = "brief.typ"


def brief_pdf(notebook: NotebookNode, title: str, footer: list[str], lang: str) -> bytes:
    """Return an executed notebook as a PDF; the same bytes for the same notebook.

    Parameters
    ----------
    notebook : NotebookNode
        With outputs. Cells tagged `annex` are left off; pictures shown by one cell stand side by side,
        a single one beside the text of its cell.
    title : str
        Of the document; it says region and month, and stands below the notebook's own title.
    footer : list of str
        Lines at the foot of every page.
    lang : str
        Language of the document.

    Notes
    -----
    What does not fit two pages with the smallest letters goes on to a third.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="ucj-paper-") as aside:
        folder = Path(aside)
        blocks = list(_blocks(notebook, folder))
        told = {"title": title, "footer": footer, "lang": lang, "blocks": blocks}
        shutil.copyfile(TEMPLATES / TEMPLATE, folder / TEMPLATE)
        compiled: dict[str, Any] = {"font_paths": [_fonts()], "ignore_system_fonts": True}
        for size in SIZES:
            text = json.dumps({**told, "size": size}, ensure_ascii=False)
            (folder / "brief.json").write_text(text, encoding="utf-8")
            found = typst.query(folder / TEMPLATE, "<pages>", field="value", one=True, **compiled)
            if json.loads(found) <= PAGES:
                break
        pdf: bytes = typst.compile(folder / TEMPLATE, **compiled)
    return pdf


def _fonts() -> str:
    """Return the folder of fonts that come with matplotlib, so that every machine sets the same."""
    found = find_spec("matplotlib")  # not imported: that costs more than the whole brief
    assert found is not None and found.submodule_search_locations
    return str(Path(found.submodule_search_locations[0], "mpl-data", "fonts", "ttf"))


def _blocks(notebook: NotebookNode, folder: Path) -> Iterator[dict[str, Any]]:
    """Yield titles, paragraphs, tables and rows of pictures; write the pictures to a folder."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and ANNEX not in cell.metadata.get("tags", []):
            yield from _shown(cell.outputs, folder)


def _shown(outputs: list[Any], folder: Path) -> Iterator[dict[str, Any]]:
    """Yield what one cell shows: its pictures as one row, or a single one beside its text."""
    pictures, told = [], []
    for output in outputs:
        data = output.get("data", {})
        if "image/png" in data:
            named = output.metadata["image/png"]
            (folder / f"{named['name']}.png").write_bytes(b64decode(data["image/png"]))
            pictures.append({"file": f"{named['name']}.png", "alt": named["alt"]})
        elif "text/html" in data:
            told += _Reader(data["text/html"]).blocks
    row = {"kind": "pictures", "items": pictures}
    if len(pictures) == 1 and told:
        yield {"kind": "beside", "left": row, "right": told}
    else:
        yield from told
        if pictures:
            yield row


#: What our own elements of text are called on paper.
KINDS = {"h1": "title", "h2": "heading", "p": "text"}


class _Reader(HTMLParser):
    """Read back the HTML of what a notebook shows: titles, paragraphs and tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.blocks: list[dict[str, Any]] = []
        self._text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marks = (dict(attrs).get("class") or "").split()
        if tag in KINDS:
            kind = "answer" if "answer" in marks else KINDS[tag]
            self.blocks.append({"kind": kind})
        elif tag == "table":
            self.blocks.append({"kind": "table", "head": [], "numeric": [], "rows": []})
        elif tag == "tr":
            self.blocks[-1]["rows"].append([])
        elif tag == "th" and dict(attrs).get("scope") == "col":
            self.blocks[-1]["numeric"].append("n" in marks)
        self._text = [] if tag not in ("strong", "a") else self._text

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        text = "".join(self._text)
        if tag in KINDS:
            self.blocks[-1]["text"] = text
        elif tag == "caption":
            self.blocks[-1]["caption"] = text
        elif tag in ("th", "td"):
            self.blocks[-1]["rows"][-1].append(text)
        elif tag == "thead":
            self.blocks[-1]["head"] = self.blocks[-1]["rows"].pop()
