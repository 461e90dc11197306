"""Scenarios, levers and kept layouts, hostile: read as TOML tells them, or refused with line and key."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.hostile import (
    CELLS,
    HANG_COMMAND,
    TIMES,
    damaged,
    damages,
    fuzzed,
    read_or_refused,
    run,
    seen,
)
from ucj_analysis.intake.mapping import load_mapping
from ucj_analysis.planning.levers import read_levers
from ucj_analysis.resources import SHIPPED_DATA
from ucj_analysis.scenario_files import alternatives_for, load_scenario

PUSH = """schema_version = 1
extends = "baseline"
alternative_for = ["3318"]

[header]
title = "Push"
author = "Bappeda"
reference = "meeting"

[self_employed.enrolment]
low = 0.0024
central = 0.0048
high = 0.0080
unit = "share"
period = "month"
assumption = "twice the baseline"

[[cohorts]]
name = "paid"
regions = ["3318"]
first = "2025-07"
last = "2025-12"
people = { low = 1000, central = 2000, high = 3000, unit = "people", assumption = "x" }
yields = { low = 0.5, central = 0.6, high = 0.7, unit = "share", assumption = "x" }

[[counting]]
name = "rule"
month = "2025-10"
excludes = ["funded"]
assumption = "x"
"""
LAYOUT = """schema_version = 1
sheet = "UCJ"
first = 1
last = 2
numbers = "id"

[column.A]
meaning = "as_of"
head = "Bulan"

[column.B]
meaning = "labour_force"
head = "Angkatan kerja"
"""
LEVERS = (SHIPPED_DATA / "levers" / "3318.toml").read_text(encoding="utf-8")
BASELINE = (SHIPPED_DATA / "scenarios" / "baseline.toml").read_text(encoding="utf-8")
LINES = {"push": PUSH, "baseline": BASELINE, "levers": LEVERS, "layout": LAYOUT}

#: What may stand behind an equals sign.
VALUES = (
    *(
        "nan",
        "inf",
        "-inf",
        "-1",
        "-0.0",
        "0",
        "1",
        "true",
        "1e400",
        "1e-400",
        "599.061",
        "172.000",
    ),
    *("1_000", "0x" + "F" * 5000, "9" * 5000, "1" + "0" * 30, "1979-05-27", "07:32:00", '""', "[]"),
    *('"x"', '"2025-13"', '"9999-12"', '"0001-01"', "{}", "[1, 2]", '["a"]', "[[1]]", "[{}]"),
    *("{ low = 1 }", "{ name = [1] }", '{ first = "2025-01" }', '"baseline"', '["push", "push"]'),
    *(
        '"\\u0000.toml"',
        '"' + "a" * 300 + '.toml"',
        '"../../x.toml"',
        '"/dev/null"',
        '"\\U0001F3D7"',
    ),
    *("[" * 5000, '"""', "{ a = " * 2000, "0b" + "1" * 20_000, '"=1+1"', '"-1-1"', "[nan, nan]"),
)
KEYS = (
    "name",
    "low",
    "first",
    "months",
    "regions",
    "[x]",
    "[[cohorts]]",
    "[[levers]]",
    "a.b.c",
    "",
)


@st.composite
def lines(draw: st.DrawFn) -> tuple[str, tuple[tuple[str, float, str], ...]]:
    """Return which file, and how some of its lines are changed."""
    kind = st.sampled_from(("value",) * 6 + ("gone", "again", "key", "text"))
    text = st.sampled_from(VALUES) | st.sampled_from(CELLS).map(quoted) | st.text(max_size=10)
    one = st.tuples(kind, st.floats(0, 1), text)
    name = draw(st.sampled_from(sorted(LINES)))
    return name, tuple(draw(st.lists(one, min_size=1, max_size=3)))


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def rewritten(name: str, changes: tuple[tuple[str, float, str], ...]) -> bytes:
    told = LINES[name].splitlines()
    for kind, where, text in changes:
        keyed = [n for n, line in enumerate(told) if re.match(r"\w+ *=", line)]
        if not keyed:
            break
        at = keyed[round(where * (len(keyed) - 1))]
        key = told[at].split("=")[0]
        if kind == "value":
            told[at] = f"{key}= {text}"
        elif kind == "gone":
            del told[at]
        elif kind == "again":
            told.insert(at, told[round((1 - where) * (len(told) - 1))])
        elif kind == "key":
            told.insert(at, f"{KEYS[len(text) % len(KEYS)]} = {text}")
        else:
            told.insert(at, text)
    return "\n".join(told).encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "data"
    shutil.copytree(SHIPPED_DATA, folder)
    (folder / "scenarios" / "push.toml").write_text(PUSH, encoding="utf-8")
    return folder


def read(data: Path, name: str, content: bytes) -> object:
    """Read one kind of file; what is accepted says what TOML itself says."""
    if name == "levers":
        path = data / "levers" / "3318.toml"
        path.write_bytes(content)
        told = read_or_refused(lambda: read_levers(path))
    elif name == "layout":
        path = data / "import.toml"
        path.write_bytes(content)
        told = read_or_refused(lambda: load_mapping(data))
    else:
        path = data / "scenarios" / "fuzz.toml"
        path.write_bytes(content)
        told = read_or_refused(lambda: load_scenario("fuzz", data))
        read_or_refused(lambda: alternatives_for("3318", data))
    if told is not None:
        check_says(told.model_dump(mode="python"), tomllib.loads(path.read_text(encoding="utf-8")))
    return told


def check_says(told: object, written: object) -> None:
    """Refuse any value of the file that was read as another, wherever it stands in it."""
    if isinstance(written, dict):
        for key, value in written.items():
            if key not in ("extends", "schema_version"):
                check_says(told[key], value)
    elif isinstance(written, list) and written and isinstance(written[0], dict):
        by_name = {one["name"]: one for one in told} if "name" in written[0] else None
        for place, value in enumerate(written):
            check_says(by_name[value["name"]] if by_name else told[place], value)
    elif isinstance(written, list):
        assert list(told) == written
    else:
        assert told == written and isinstance(told, bool) == isinstance(written, bool)


@fuzzed(60)
@given(name=st.sampled_from(sorted(LINES)), content=st.binary(max_size=200))
def test_any_bytes_are_refused(data, name, content):
    read(data, name, content)


@fuzzed(60)
@given(name=st.sampled_from(sorted(LINES)), damage=damages)
def test_a_damaged_file_is_read_as_it_stands_or_refused(data, name, damage):
    read(data, name, damaged(LINES[name].encode(), damage))


@fuzzed(120)
@given(change=lines())
def test_a_file_with_hostile_lines_is_read_as_it_stands_or_refused(data, change):
    read(data, change[0], rewritten(*change))


COMMANDS = ("validate", "scenarios", "forecast", *(("plan",) if TIMES > 1 else ()))


@fuzzed(12, HANG_COMMAND)
@given(change=lines(), command=st.sampled_from(COMMANDS))
def test_a_hostile_file_is_answered_from_or_refused(data, change, command):
    name, changes = change
    if name == "layout":
        name = "push"
    read(data, name, rewritten(name, changes))
    told = seen(data)
    asked = {
        "validate": ["validate", data],
        "forecast": ["forecast", "--data", data, "--scenario", "fuzz", "--paths", "100"],
        "plan": ["plan", "--data", data, "--target", "0.3", "--paths", "100"],
        "scenarios": ["scenarios", "--data", data],
    }
    run(*asked[command])
    assert seen(data) == told


DEEP = {
    "brackets": b"a = " + b"[" * 100_000,
    "tables": b"a = " + b"{a = " * 20_000,
    "dots": b".".join([b"a"] * 3000) + b" = 1",
    "headers": b"[" + b".".join([b"a"] * 3000) + b"]",
    "digits": b"a = " + b"9" * 5000,
    "hexadecimal digits": b"schema_version = 0x" + b"F" * 5000,
    "quotes": b'a = """' + b'"' * 100_000,
    "backslashes": b'a = "' + b"\\" * 100_001,
    "a list of lists": b"[[a]]\n" * 20_000,
}


@pytest.mark.parametrize("name", sorted(LINES))
@pytest.mark.parametrize("shape", DEEP)
def test_deep_and_long_files_are_refused_soon(data, name, shape):
    assert read(data, name, DEEP[shape]) is None


# --- mended ----------------------------------------------------------------------------------------

HEAD = PUSH.partition("alternative_for")[0]
HEADER = '[header]\ntitle = "t"\nauthor = "a"\nreference = "r"\n'


def test_an_event_without_a_name_is_refused(data):
    event = '[[closures]]\nname = ""\nfirst = "2025-07"\nlast = "2025-08"\n'
    people = (
        '[closures.people]\nlow = 1\ncentral = 1\nhigh = 1\nunit = "people"\nassumption = "x"\n'
    )
    assert read(data, "push", (HEAD + HEADER + event + people).encode()) is None
    assert "an event has no name" in run("forecast", "--data", data, "--scenario", "fuzz").err


def test_regions_that_are_no_list_are_nobodys_alternative(data):
    for value in ("5", '"33183318"', "[[1]]"):
        assert read(data, "push", (f"alternative_for = {value}\n{HEAD}{HEADER}").encode()) is None
        assert alternatives_for("3318", data) == ["own-split", "push"]
        run("forecast", "--data", data, "--paths", "100")


def test_an_event_whose_name_is_no_text_is_refused(data):
    (data / "scenarios" / "below.toml").write_text(PUSH, encoding="utf-8")
    try:
        for entry in ("1", "{ name = [1] }", "{ name = {} }"):
            over = f'schema_version = 1\nextends = "below"\ncohorts = [{entry}]\n{HEADER}'
            assert read(data, "push", over.encode()) is None
            (data / "scenarios" / "below.toml").write_text(
                f'schema_version = 1\nextends = "baseline"\ncohorts = [{entry}]\n{HEADER}',
                encoding="utf-8",
            )
            assert read(data, "push", PUSH.replace("baseline", "below", 1).encode()) is None
    finally:
        (data / "scenarios" / "below.toml").unlink()


def test_scenarios_that_extend_one_another_twice_are_read_once_each(tmp_path):
    names = [f"s{n}.toml" for n in range(40)]
    for name, below in zip(names, ["baseline", *(str(tmp_path / n) for n in names)], strict=False):
        text = HEAD.replace('"baseline"', f'["{below}", "{below}"]') + HEADER
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert load_scenario(str(tmp_path / names[-1])).noise == load_scenario("baseline").noise


def test_a_scenario_whose_name_no_file_can_have_is_unknown(data):
    assert run("status", "--scenario", "a" * 300 + ".toml").code == 2
    assert read(data, "push", PUSH.replace("baseline", "a" * 300 + ".toml").encode()) is None


def test_numbers_and_truths_in_quotes_are_refused(data):
    for name, line in (
        ("layout", "first = 1"),
        ("layout", "schema_version = 1"),
        ("levers", "yearly = true"),
    ):
        key, _, value = line.partition(" = ")
        text = LINES[name].replace(line, f'{key} = "{value}"', 1)
        assert text != LINES[name] and read(data, name, text.encode()) is None


def test_a_layout_of_rows_no_sheet_has_is_refused(data):
    assert read(data, "layout", LAYOUT.replace("last = 2", "last = 1000000000000").encode()) is None
