"""The workbench in a real browser: the system's Chromium drives the app as a planner does."""

from __future__ import annotations

import base64
import json
import re
import socket
import subprocess
import sys
import tomllib
import urllib.request

import pytest
from playwright.sync_api import expect

from ucj_analysis import ask, forecast
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.outlook_figures import fan_figure
from ucj_analysis.presentation.outlook_words import forecast_answer
from ucj_analysis.workbench.controls import CONTROLS

pytestmark = pytest.mark.browser
PATHS = 1_000
SECONDS = 60_000
#: What a visitor sees or uses: inputs, sliders with their handles, buttons, pictures.
OWN = "input, select, .noUi-target, .noUi-handle, button.jupyter-widgets, img"
#: Of elements, those of which a part lies outside the window or is clipped by what holds them.
CUT_OFF = """elements => elements.filter(element => {
    const box = element.getBoundingClientRect();
    let left = 0, right = window.innerWidth;
    for (let held = element.parentElement; held; held = held.parentElement)
        if (getComputedStyle(held).overflowX !== 'visible') {
            const edge = held.getBoundingClientRect();
            left = Math.max(left, edge.left);
            right = Math.min(right, edge.right);
        }
    return box.left < left || box.right > right;
}).map(element => element.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def app(serve, tmp_path_factory):
    """The app on a free port, and the folder its scenarios go to."""
    folder = tmp_path_factory.mktemp("scenarios")
    return serve("--folder", str(folder), "--paths", str(PATHS), "--lang", "id"), folder


@pytest.fixture
def page(app, visit):
    return visit(app[0])


def answer(page):
    return page.inner_text(".ucj-answer").strip()


def picture(page):
    """The bytes of the first picture shown."""
    source = page.locator(".ucj-picture").first.get_attribute("src")
    return base64.b64decode(source.removeprefix("data:image/png;base64,"))


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


def test_first_paint_is_the_computed_default(page, shot):
    seen = forecast(ask(paths=PATHS))
    w = words("id")
    assert answer(page) == str(forecast_answer(seen, w))
    assert picture(page) == fan_figure(seen, w).png()
    shot(page, "desktop")


def test_moving_layoffs_and_funded_people_changes_sentence_and_picture(page, shot):
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
    at_rest(page)
    shot(page, "moved")


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


#: What may be typed as a name, and the file it is saved as; None where it is refused in words.
HOSTILE = {
    "<script>alert(1)</script>": "script-alert-1-script.toml",
    "../../x": "x.toml",
    "=cmd|' /C calc'!A0": "cmd-c-calc-a0.toml",
    "x" * 300: "x" * 60 + ".toml",
    "🏗️": None,
    "مرحبا": None,
    "$\\bad$ 🏗️ مرحبا": "bad.toml",
}


@pytest.mark.soak
def test_hostile_names_are_text_and_their_files_stay_in_the_folder(serve, visit, shot, tmp_path):
    folder = tmp_path / "scenarios"
    page = visit(serve("--folder", str(folder), "--paths", "200", "--lang", "id"))
    alarms = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    compared = ""
    for name, file in HOSTILE.items():
        page.get_by_label("nama").fill(name)
        page.get_by_role("button", name="Simpan untuk dibandingkan").click()
        page.locator(".ucj-facts li", has_text=name).wait_for()
        page.locator(".ucj-picture >> nth=2").wait_for()
        shown = page.locator(".ucj-picture").nth(2).get_attribute("src")
        assert shown != compared
        compared = shown
        page.get_by_role("button", name="Simpan sebagai skenario").click()
        page.locator(".ucj-saved" if file else ".ucj-wrong", has_text=file or name).wait_for()
    page.get_by_label("nama").fill("X!")
    page.get_by_role("button", name="Simpan sebagai skenario").click()
    page.locator(".ucj-wrong", has_text="x.toml").wait_for()
    shot(page, "hostile-names")
    assert alarms == [] and page.locator(".ucj-facts script").count() == 0
    saved = {path.name: tomllib.loads(path.read_text("utf-8")) for path in folder.iterdir()}
    assert {file: told["header"]["title"] for file, told in saved.items()} == {
        file: name for name, file in HOSTILE.items() if file
    }
    assert [path.name for path in tmp_path.iterdir()] == ["scenarios"]


def test_what_is_typed_wrong_is_told_and_changes_nothing(page):
    """A target is per cent; a message stays though a control was moved just before."""
    start, target = answer(page), page.get_by_label("target, %")
    for typed in ("0,52", "abc", "152"):
        target.fill(typed)
        target.press("Tab")
        page.locator(".ucj-wrong", has_text=typed).wait_for(timeout=SECONDS)
        assert answer(page) == start
    target.fill("45,5")
    target.press("Tab")
    until(page, lambda: "45,5%" in answer(page))
    move(page, "layoffs", 1)
    page.get_by_label("bulan yang ditanyakan").fill("Desember 2025")
    page.get_by_label("bulan yang ditanyakan").press("Tab")
    page.wait_for_selector(".ucj-wrong", timeout=SECONDS)
    page.wait_for_timeout(3_000)
    assert "Desember 2025" in page.inner_text(".ucj-wrong")


def test_four_views_compare_and_reset_goes_back(page, shot):
    start, facts = picture(page), page.locator(".ucj-facts")
    for kept in range(1, 5):
        move(page, "outreach", 3)
        until(page, lambda: picture(page) != start)
        at_rest(page)
        page.get_by_role("button", name="Simpan untuk dibandingkan").click()
        told = re.compile(rf"(Disimpan untuk dibandingkan[\s\S]*){{{kept}}}")
        expect(facts).to_contain_text(told, timeout=20_000)
    assert facts.inner_text().count("Disimpan untuk dibandingkan") == 4
    shot(page, "comparison")
    page.get_by_role("button", name="Kembali ke awal").click()
    until(page, lambda: picture(page) == start)


def test_on_a_phone_nothing_sticks_out_or_is_cut_off(page, shot):
    move(page, "funded", 4)
    until(page, lambda: "Digeser" in page.inner_text(".ucj-facts"))
    page.get_by_role("button", name="Simpan untuk dibandingkan").click()
    page.wait_for_selector(".ucj-picture >> nth=2")
    page.set_viewport_size({"width": 360, "height": 780})
    page.wait_for_timeout(800)
    shot(page, "phone")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shown = page.locator(OWN).filter(visible=True)
    assert (
        shown.count() == 5 + 2 * len(CONTROLS) + 1 + 3 + 3
    )  # asked, sliders, name, buttons, pictures
    assert shown.evaluate_all(CUT_OFF) == []


def test_two_visitors_do_not_see_each_other(app, visit, page):
    other = visit(app[0])
    start = picture(other)
    move(page, "outreach", 5)
    until(page, lambda: picture(page) != start)
    other.wait_for_timeout(500)
    assert picture(other) == start


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


def test_the_page_asks_no_other_server(app, browser):
    visitor, asked = browser.new_context().new_page(), []
    visitor.on("request", lambda request: asked.append(request.url))
    visitor.goto(app[0], timeout=SECONDS)
    visitor.wait_for_selector(".noUi-handle", timeout=SECONDS)
    visitor.context.close()
    assert asked and not [u for u in asked if not u.startswith((app[0], "data:", "blob:"))]


def test_sources_are_not_served(app):
    with urllib.request.urlopen(app[0], timeout=30) as opened:
        html = opened.read().decode("utf-8")
    assert "Explorer(" not in html and "import " + "Explorer" not in html


def test_a_taken_port_is_told(app):
    port = app[0].rstrip("/").rsplit(":", 1)[1]
    command = [sys.executable, "-m", "ucj_analysis.cli", "explore", "--port", port, "--lang", "en"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 2 and f"port {port} is taken" in ran.stderr


def test_ending_the_command_ends_the_app(tmp_path, free_port):
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
