"""An executed notebook as one self-contained HTML page: no code, no network, no scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

TEMPLATES = Path(__file__).parent / "templates"


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
    from nbconvert.exporters import TemplateExporter

    exporter = TemplateExporter(
        template_name="ucj_page",
        extra_template_basedirs=[str(TEMPLATES)],
        file_extension=".html",
    )
    style = (TEMPLATES / "page.css").read_text(encoding="utf-8").strip()
    page = {"lang": lang, "title": title, "footer": footer, "style": style}
    body, _ = exporter.from_notebook_node(notebook, resources={"ucj": page})
    lines = [line.rstrip() for line in body.splitlines()]
    return "\n".join(line for line in lines if line) + "\n"
