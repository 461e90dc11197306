"""The brief on paper: two pages, the page's own words, inert whatever they are."""

from __future__ import annotations

import re

import pypdfium2 as pdfium
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from ucj_analysis.presentation.display import Answer, Grid, Heading, Prose, Title
from ucj_analysis.publishing.paper import ANNEX, _Reader, brief_pdf
from ucj_analysis.publishing.report import publish_report
from ucj_analysis.question import ask

HOSTILE = [
    "<script>alert(1)</script>",
    '#import "x.typ": *',
    "$ x^2 $ *bold* _it_ `code` @ref <label>",
    "=cmd|' /C calc'!A0",
    "../../x",
    "كودوس",
    "\\ // /* comment",
]


def squeezed(text):
    """Without spaces and hyphens, which stand otherwise where lines break."""
    return re.sub(r"[\s\u00ad\ufffe-]+", "", text)


def pages(pdf):
    document = pdfium.PdfDocument(pdf)
    return [page.get_textpage().get_text_range() for page in document]


def notebook(*things, tags=()):
    outputs = [new_output("display_data", data={"text/html": t._repr_html_()}) for t in things]
    cell = new_code_cell("", outputs=outputs, metadata={"tags": list(tags)})
    return new_notebook(cells=[cell])


@pytest.fixture(scope="module", params=["id", "en"])
def published(request, tmp_path_factory):
    out = tmp_path_factory.mktemp("reports")
    return publish_report(ask(), {}, out, request.param, progress=False)


def test_pati_has_two_pages_with_data_day_and_hash_on_each(published):
    told = pages((published.folder / "brief.pdf").read_bytes())
    assert len(told) == 2
    for text in told:
        assert re.search(r"(kode periksa data|hash) [0-9a-f]{12}\.", text) and "13 Mar" in text
    assert squeezed(published.answer) in squeezed(told[0])
    assert "\ufffd" not in "".join(told)


def test_region_and_month_stand_below_the_title(published):
    first, second, third = pages((published.folder / "brief.pdf").read_bytes())[0].split("\r\n")[:3]
    assert first in ("Apakah target dapat dicapai?", "Is the target reachable?")
    assert second in ("UCJ Kabupaten Pati, Maret 2025", "UCJ Kabupaten Pati, March 2025")
    assert squeezed(third) in squeezed(published.answer)


def test_paper_says_what_the_page_says_before_its_annex(published):
    text = squeezed("".join(pages((published.folder / "brief.pdf").read_bytes())))
    page = published.html.read_text(encoding="utf-8")
    main = page[page.index("<main>") : page.index("</main>")]
    blocks = _Reader(main).blocks
    annex = next(
        i for i, b in enumerate(blocks) if b.get("text", "").startswith(("Lampiran", "Annex"))
    )
    assert annex > 15
    for block in blocks[:annex]:
        cells = [c for row in block.get("rows", []) for c in row]
        for told in [block.get("text", ""), block.get("caption", ""), *cells]:
            assert squeezed(told) in text, told


def test_whatever_a_name_holds_is_shown_and_never_run():
    shown = [Title("T"), Answer(HOSTILE[0]), *map(Heading, HOSTILE), *map(Prose, HOSTILE)]
    grid = Grid(HOSTILE[1], ("a", "b"), tuple((name, "1.000") for name in HOSTILE))
    text = squeezed("".join(pages(brief_pdf(notebook(*shown, grid), HOSTILE[0], HOSTILE, "id"))))
    for name in HOSTILE:
        if name.isascii():
            assert text.count(squeezed(name)) >= 3, name


def test_same_notebook_same_bytes_and_the_annex_is_left_off():
    told = notebook(Title("T"), Prose("x"))
    assert brief_pdf(told, "T", [], "id") == brief_pdf(told, "T", [], "id")
    left = notebook(Prose("hidden"), tags=[ANNEX])
    assert "hidden" not in pages(brief_pdf(left, "T", [], "en"))[0]


def test_letters_shrink_before_a_third_page_begins():
    def size(paragraphs):
        pdf = brief_pdf(notebook(*[Prose("word " * 160)] * paragraphs), "T", [], "en")
        document = pdfium.PdfDocument(pdf)
        page = document[0].get_textpage()
        boxes = [page.get_charbox(i) for i in range(4)]
        return len(document), max(top - bottom for _, bottom, _, top in boxes)

    few, large = size(10)
    more, small = size(16)
    many, _ = size(40)
    assert (few, more) == (2, 2) and small < large and many > 2
