"""Pages that everyone can use: axe finds no serious fault in what a reader opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from ucj_analysis.presentation.language import words
from ucj_analysis.workbench.controls import CONTROLS

pytestmark = pytest.mark.browser
EXAMPLE = Path(__file__).parents[2] / "reports" / "example"


@pytest.mark.parametrize("lang", ["id", pytest.param("en", marks=pytest.mark.soak)])
def test_the_app_can_be_used_by_everyone(serve, visit, faults, tmp_path, lang):
    page = visit(serve("--paths", "200", "--folder", str(tmp_path), "--lang", lang))
    w = words(lang)
    page.get_by_role("button", name=w.t("Keep to compare (four at most)")).click()
    page.get_by_role("button", name=w.t("Save as scenario")).click()  # refused: it has no name
    page.wait_for_selector(".ucj-wrong")
    page.wait_for_selector(".ucj-picture >> nth=2")
    assert faults(page) == []
    assert page.locator("html").get_attribute("lang") == lang
    assert page.title() == f"{w.t('Try it yourself')} – UCJ"
    sliders = page.get_by_role("slider").all()
    names = [s.get_attribute("aria-labelledby") for s in sliders]
    assert names == [f"ucj-{c.name}" for c in CONTROLS]
    assert all(len(i.get_attribute("alt")) > 40 for i in page.locator("img").all())


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_brief_can_be_read_by_everyone(browser, faults, lang):
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto((EXAMPLE / lang / "brief.html").as_uri())
    wide = faults(page)
    page.set_viewport_size({"width": 360, "height": 780})  # tables scroll there
    assert wide == [] and faults(page) == []
    page.close()
