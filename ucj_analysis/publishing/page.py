"""An executed notebook as one self-contained HTML page: no code, no network, no scripts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ucj_analysis.presentation.display import Picture

if TYPE_CHECKING:
    from nbconvert.exporters import TemplateExporter
    from nbformat import NotebookNode

TEMPLATES = Path(__file__).parent / "templates"


def shown_html(shown: Sequence[Any], title: str, footer: list[str], lang: str) -> str:
    """Return the page of things shown, as if a notebook had shown them."""
    from base64 import b64encode

    from nbformat.v4 import new_code_cell, new_notebook, new_output

    outputs = []
    for thing in shown:
        if isinstance(thing, Picture):
            data, metadata = thing._repr_mimebundle_()
            data = data | {"image/png": b64encode(data["image/png"]).decode()}
        else:
            data, metadata = {"text/html": thing._repr_html_()}, {}
        outputs.append(new_output("display_data", data=data, metadata=metadata))
    cell = new_code_cell("", outputs=outputs, id="shown")
    return page_html(new_notebook(cells=[cell]), title, footer, lang)


def page_html(notebook: NotebookNode, title: str, footer: list[str], lang: str) -> str:
    """Return the page of an executed notebook.

    Parameters
    ----------
    notebook : NotebookNode
        With outputs; only outputs are shown.
    title : str
        Title of the browser's tab.
    footer : list of str
        Lines at the foot: whose figure this is, data date and data hash.
    lang : str
        Language of the page.
    """
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8").strip()
    page = {"lang": lang, "title": title, "footer": footer, "style": style}
    body, _ = _exporter().from_notebook_node(notebook, resources={"ucj": page})
    lines = [line.rstrip() for line in body.splitlines()]
    return "\n".join(line for line in lines if line) + "\n"


@cache
def _exporter() -> TemplateExporter:
    """Return the exporter; its template is compiled once for many pages."""
    from nbconvert.exporters import TemplateExporter

    return TemplateExporter(
        template_name="ucj_page", extra_template_basedirs=[str(TEMPLATES)], file_extension=".html"
    )
