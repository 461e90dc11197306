"""What a visitor is told once nothing calculates behind the page any more."""

from __future__ import annotations

import json
import subprocess
import time

import psutil
import pytest

from ucj_analysis.presentation.language import words
from ucj_analysis.workbench.app import LOST, command, environment, page_notebook

pytestmark = [pytest.mark.browser, pytest.mark.soak]
TOLD_SECONDS = 30_000


def until(true, seconds=60):
    for _ in range(seconds * 10):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it never came")


def kernel_of(page):
    return json.loads(page.locator("#jupyter-config-data").text_content())["kernelId"]


def kernel_process(kernel):
    mine = psutil.Process().children(recursive=True)
    (found,) = [p for p in mine if any(kernel in word for word in p.cmdline())]
    return found


def notice(page, lang):
    """The notice, in the page's language, and its button."""
    told = page.get_by_role("alert")
    told.wait_for(state="visible", timeout=TOLD_SECONDS)
    w = words(lang)
    assert w.t(LOST) in told.inner_text()
    return told.get_by_role("button", name=w.t("Reload the page"), exact=True)


def works(page):
    """Whether a move of a slider is answered."""
    page.wait_for_selector(".noUi-handle", timeout=60_000)
    assert page.get_by_role("alert").is_hidden()
    for _ in range(4):
        page.locator(".noUi-handle").nth(5).press("PageUp")
    page.wait_for_function("document.querySelectorAll('.ucj-facts li').length > 1", timeout=20_000)
    return True


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_killed_kernel_is_told_and_a_reload_mends_it(serve, visit, shot, faults, tmp_path, lang):
    page = visit(serve("--paths", "200", "--folder", str(tmp_path), "--lang", lang))
    assert works(page)
    kernel = kernel_of(page)
    kernel_process(kernel).kill()
    reload = notice(page, lang)
    assert page.locator("#rendered_cells").evaluate("cells => cells.inert")
    assert faults(page) == []
    shot(page, f"lost-{lang}")
    page.wait_for_timeout(5_000)  # nothing starts it anew behind the page
    assert not [p for p in psutil.Process().children(True) if kernel in " ".join(p.cmdline())]
    reload.click()
    page.wait_for_load_state()
    assert works(page) and kernel_of(page) != kernel


def test_a_warm_kernel_that_died_is_told_to_who_gets_it(serve, browser, visit, tmp_path):
    address = serve("--paths", "200", "--folder", str(tmp_path), "--lang", "id")
    visit(address)  # the others are warm by now
    for process in psutil.Process().children(recursive=True):
        if "ipykernel_launcher" in " ".join(process.cmdline()):
            process.kill()
    page = browser.new_page()
    page.goto(address)
    notice(page, "id").click()
    page.close()


def test_an_idle_kernel_that_was_ended_is_told(visit, free_port, tmp_path):
    notebook, port = page_notebook({"paths": 200, "lang": "id"}, tmp_path), free_port()
    # every visitor a fresh kernel, ended though the page listens: as after a laptop slept
    kept = [w for w in command(notebook, port) if "cull" not in w and "preheat" not in w]
    soon = ["cull_idle_timeout=10", "cull_interval=1", "cull_connected=True"]
    kept += [f"--MappingKernelManager.{option}" for option in soon]
    with (tmp_path / "log").open("w+", encoding="utf-8") as log:
        running = subprocess.Popen(kept, env=environment(), stderr=log)
        try:
            until(lambda: "is running at" in (tmp_path / "log").read_text(encoding="utf-8"))
            page = visit(f"http://127.0.0.1:{port}/")
            assert works(page)
            notice(page, "id").click()
            page.wait_for_load_state()
            assert works(page)
        finally:
            running.terminate()
            running.wait()
