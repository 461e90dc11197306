"""A browser, the app it visits, and the pictures of what it saw."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
SHOTS = Path(__file__).parents[1] / "output"
SECONDS = 120_000


@pytest.fixture(scope="session")
def free_port():
    """Give a port that is free, each time it is called."""

    def found():
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            return one.getsockname()[1]

    return found


@pytest.fixture(scope="module")
def serve(free_port):
    """Start `ucj explore` with options and give its address; what was started ends with the module."""
    started = []

    def start(*options):
        port = free_port()
        command = [sys.executable, "-m", "ucj_analysis.cli", "explore", "--port", str(port)]
        running = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
        started.append(running)
        assert f":{port}/" in running.stdout.readline()
        return f"http://127.0.0.1:{port}/"

    yield start
    for running in started:
        running.terminate()
        running.wait()


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("needs Chromium, for example apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield opened
        opened.close()


@pytest.fixture
def visit(browser):
    """Open the app as a visitor of its own, and wait until it can be used."""
    visitors = []

    def opened(address):
        visitors.append(browser.new_context(viewport={"width": 1200, "height": 1200}))
        seen = visitors[-1].new_page()
        seen.goto(address, timeout=SECONDS)
        seen.wait_for_selector(".ucj-answer", timeout=SECONDS)
        seen.wait_for_selector(".noUi-handle", timeout=SECONDS)
        return seen

    yield opened
    for visitor in visitors:
        visitor.close()


@pytest.fixture
def shot():
    """Keep a picture of a page, for people to look at."""

    def kept(page, name):
        SHOTS.mkdir(exist_ok=True)
        size = page.viewport_size
        tall = max(size["height"], page.locator("#rendered_cells").evaluate("e => e.scrollHeight"))
        page.set_viewport_size(size | {"height": tall})  # the cells scroll, not the page
        page.screenshot(path=SHOTS / f"{name}.png")
        page.set_viewport_size(size)

    return kept


@pytest.fixture(scope="session")
def faults():
    """Name the serious and critical faults axe finds in a page, each with its element.

    Nothing is left out: what ipywidgets and Voilà leave without a name, the app's template names.
    """

    def found(page):
        from axe_playwright_python.sync_playwright import Axe

        return [
            (fault["id"], node["html"][:150])
            for fault in Axe().run(page).response["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]

    return found
