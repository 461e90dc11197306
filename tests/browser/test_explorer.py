"""The workbench in a real browser: the system's Chromium drives the app as a planner does."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import sys
import urllib.request

import pytest

from ucj_analysis import ask, forecast
from ucj_analysis.controls import CONTROLS
from ucj_analysis.figures import fan_figure
from ucj_analysis.language import words
from ucj_analysis.narrative import forecast_answer

CHROMIUM = (
    shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, for example apt install chromium"),
]
PATHS = 1_000
SECONDS = 60_000


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The app on a free port, and the folder its scenarios go to."""
    folder, port = tmp_path_factory.mktemp("scenarios"), free_port()
    command = [sys.executable, "-m", "ucj_analysis.cli", "explore", "--port", str(port)]
    command += ["--folder", str(folder), "--paths", str(PATHS), "--lang", "id"]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert f":{port}/" in running.stdout.readline()
    yield f"http://127.0.0.1:{port}/", folder
    running.terminate()
    running.wait()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield opened
        opened.close()


@pytest.fixture
def page(app, browser):
    visitor = browser.new_context(viewport={"width": 1200, "height": 1200})
    seen = visitor.new_page()
    seen.goto(app[0])
    seen.wait_for_selector(".ucj-answer", timeout=SECONDS)
    seen.wait_for_selector(".noUi-handle", timeout=SECONDS)
    yield seen
    visitor.close()


def answer(page):
    return page.inner_text(".ucj-answer").strip()


def picture(page):
    """The bytes of the first picture shown."""
    source = page.locator(".widget-image, img.jupyter-widgets").first
    return base64.b64decode(
        source.evaluate(
            """async image => { const blob = await (await fetch(image.src)).blob();
               const bytes = new Uint8Array(await blob.arrayBuffer());
               return btoa(Array.from(bytes, b => String.fromCharCode(b)).join('')); }"""
        )
    )


def move(page, name, times, key="PageUp"):
    place = [c.name for c in CONTROLS].index(name)
    handle = page.locator(".noUi-handle").nth(place)
    for _ in range(times):
        handle.press(key)


def until(page, changed, seconds=20):
    for _ in range(seconds * 20):
        if changed():
            return
        page.wait_for_timeout(50)
    raise AssertionError("nothing changed")


def at_rest(page):
    """Wait until the last move has been answered: the picture stays as it is."""
    seen = picture(page)
    for _ in range(20):
        page.wait_for_timeout(1_000)
        last, seen = seen, picture(page)
        if seen == last:
            return


def test_first_paint_is_the_computed_default(page):
    seen = forecast(ask(paths=PATHS))
    w = words("id")
    assert answer(page) == str(forecast_answer(seen, w))
    assert picture(page) == fan_figure(seen, w).png()


def test_moving_layoffs_and_funded_people_changes_sentence_and_picture(page):
    before, shown = answer(page), picture(page)
    move(page, "layoffs", 5)
    until(page, lambda: picture(page) != shown)
    layoffs = picture(page)
    move(page, "funded", 4)
    until(page, lambda: picture(page) not in (shown, layoffs))
    until(page, lambda: answer(page) != before)
    assert "Digeser" in page.inner_text(".ucj-facts") and "PHK per tahun" in page.inner_text(
        ".ucj-facts"
    )


def test_a_saved_view_is_forecast_to_the_digit_and_opens_again(app, page):
    _, folder = app
    move(page, "funded", 3)
    until(page, lambda: "Digeser" in page.inner_text(".ucj-facts"))
    at_rest(page)
    shown = answer(page)
    page.get_by_label("nama").fill("rapat <b>Mei</b> ../x")
    page.get_by_role("button", name="Simpan sebagai skenario").click()
    page.wait_for_selector(".ucj-saved", timeout=SECONDS)
    (path,) = folder.glob("*.toml")
    assert path.parent == folder and path.name == "rapat-b-mei-b-x.toml"
    command = [sys.executable, "-m", "ucj_analysis.cli", "forecast", "--json", "--lang", "id"]
    told = subprocess.run(
        [*command, "--paths", str(PATHS), "--scenario", str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.split(": ", 1)[1] in json.loads(told.stdout)["answer"]
    page.get_by_label("skenario").fill(str(path))
    page.get_by_label("skenario").press("Enter")
    until(page, lambda: "rapat <b>Mei</b> ../x" in answer(page))
    assert shown.split(": ", 1)[1] in answer(page)


def test_four_views_compare_and_reset_goes_back(page):
    start = picture(page)
    for _ in range(4):
        move(page, "outreach", 3)
        page.wait_for_timeout(1500)
        page.get_by_role("button", name="Simpan untuk dibandingkan").click()
        page.wait_for_timeout(500)
    assert page.inner_text(".ucj-facts").count("Disimpan untuk dibandingkan") == 4
    page.get_by_role("button", name="Kembali ke awal").click()
    until(page, lambda: picture(page) == start)


def test_a_phone_has_no_sideways_scroll(page, tmp_path_factory):
    page.set_viewport_size({"width": 360, "height": 780})
    page.wait_for_timeout(800)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    inside = page.locator(".widget-image, img.jupyter-widgets").first.bounding_box()
    assert inside["x"] >= 0 and inside["x"] + inside["width"] <= 360
    page.screenshot(path=tmp_path_factory.mktemp("shots") / "phone.png", full_page=True)


def test_two_visitors_do_not_see_each_other(app, browser, page):
    other = browser.new_context().new_page()
    other.goto(app[0])
    other.wait_for_selector(".noUi-handle", timeout=SECONDS)
    start = picture(other)
    move(page, "outreach", 5)
    until(page, lambda: picture(page) != start)
    other.wait_for_timeout(500)
    assert picture(other) == start
    other.context.close()


def test_code_from_a_visitor_is_refused(app, page, tmp_path):
    import websocket

    settings = json.loads(page.locator("#jupyter-config-data").text_content())
    kernel = settings["kernelId"]
    address = app[0].replace("http", "ws") + f"api/kernels/{kernel}/channels?session_id=x"
    proof = tmp_path / "ran"
    code = f"open({str(proof)!r}, 'w').close()"
    header = {
        "msg_id": "1",
        "username": "",
        "session": "x",
        "msg_type": "execute_request",
        "version": "5.3",
    }
    content = {
        "code": code,
        "silent": False,
        "store_history": False,
        "user_expressions": {},
        "allow_stdin": False,
    }
    message = {
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
        "channel": "shell",
    }
    line = websocket.create_connection(address, timeout=5, origin=app[0].rstrip("/"))
    line.send(json.dumps(message))
    heard = []
    try:
        for _ in range(20):
            heard.append(json.loads(line.recv()))
    except (
        websocket.WebSocketTimeoutException,
        websocket.WebSocketConnectionClosedException,
        ValueError,
    ):
        pass
    line.close()
    assert not proof.exists()
    assert not [m for m in heard if m.get("msg_type") == "execute_reply"]


def test_sources_are_not_served(app):
    with urllib.request.urlopen(app[0], timeout=30) as opened:
        html = opened.read().decode("utf-8")
    assert "Explorer(" not in html and "import " + "Explorer" not in html


def test_a_taken_port_is_told(app):
    port = app[0].rstrip("/").rsplit(":", 1)[1]
    command = [sys.executable, "-m", "ucj_analysis.cli", "explore", "--port", port, "--lang", "en"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 2 and f"port {port} is taken" in ran.stderr


def test_ending_the_command_ends_the_app(tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "ucj_analysis.cli", "explore", "--port", str(port)]
    running = subprocess.Popen(
        [*command, "--paths", "200", "--folder", str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert f":{port}/" in running.stdout.readline()
    running.terminate()
    running.wait(timeout=60)
    with socket.socket() as one:
        assert one.connect_ex(("127.0.0.1", port)) != 0
