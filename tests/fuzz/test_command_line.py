"""Arguments, parameters and the environment, hostile: answered, or refused with exit code 2 and nothing written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.hostile import HANG_COMMAND, cells, fuzzed, read_or_refused, run, seen
from ucj_analysis.cli import _build
from ucj_analysis.errors import InputError
from ucj_analysis.months import parse_day, parse_month
from ucj_analysis.presentation.language import words
from ucj_analysis.provenance import input_hashes
from ucj_analysis.publishing.mail import VARIABLES, addresses, server_of
from ucj_analysis.publishing.many import regions_named
from ucj_analysis.publishing.parameters import check_parameters, notebook_path
from ucj_analysis.publishing.retention import checked_keep
from ucj_analysis.question import ask
from ucj_analysis.resources import SHIPPED_DATA
from ucj_analysis.workbench.controls import save_scenario
from ucj_analysis.workbench.explorer import share_of

_, COMMANDS = _build(words("en"))
#: The workbench would be served until it is ended.
NAMES = sorted(set(COMMANDS) - {"explore"})
EVERY_OPTION = sorted({o for c in COMMANDS.values() for o in c.known_options if o.startswith("--")})
#: Those that say where to write are tried by themselves; help ends the process.
APART = {"--out", "--log", "--archive", "--again", "--issue", "--help"}
OPTIONS = sorted(set(EVERY_OPTION) - APART)
values = st.one_of(
    cells,
    st.sampled_from(
        ("3318", "2025-03", "2025-12", "0.52", "baseline", "100", "latest", "all", "33")
    ),
    st.sampled_from(
        ("a" * 300, "a/" * 3000, "\udcff", "/dev/null", ".", "..", "~", "-", "--", "@x")
    ),
)


@pytest.fixture(scope="module", autouse=True)
def elsewhere(tmp_path_factory):
    """A folder of its own to run in, so that whatever is written is seen."""
    folder, before = tmp_path_factory.mktemp("elsewhere"), Path.cwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)


def switch(option: str) -> bool:
    """Tell whether an option takes no value."""
    found = [a for c in COMMANDS.values() for a in c._actions if option in a.option_strings]
    return any(a.nargs == 0 for a in found)


@st.composite
def arguments(draw: st.DrawFn) -> tuple[str, ...]:
    """Return a command with options of its own or of others, and what may stand alone."""
    command = draw(st.sampled_from(NAMES))
    own = [o for o in COMMANDS[command].known_options if o in OPTIONS]
    told = [command]
    for option in draw(st.lists(st.sampled_from(own), max_size=3)):
        told += [option] if switch(option) else [f"{option}={draw(values)}"]
    return (*told, *draw(st.lists(values, max_size=1)))


def check_run(elsewhere: Path, told: tuple[str, ...]) -> None:
    before = seen(elsewhere)
    # a report is only told of; of many regions one may fail
    more = ("--dry-run",) if told and told[0] in ("report", "import") else ()
    allowed = (
        (0, 1, 2) if told and told[0] in ("report", "new-region", "roster", "plan") else (0, 2)
    )
    ran = run(*told, *more, allowed=allowed)
    if ran.code == 2:
        assert seen(elsewhere) == before, told


@fuzzed(25, HANG_COMMAND)
@given(told=arguments())
def test_any_options_are_answered_or_refused(elsewhere, told):
    if told[0] in ("plan", "sensitivity", "compare"):
        told = (*told, "--paths=100")
    if told[0] == "new-region":
        told = (*(a for a in told if not a.startswith("--data")), "--data=mine")
    check_run(elsewhere, told)


@fuzzed(150)
@given(told=st.lists(values, max_size=5))
def test_any_words_are_refused(elsewhere, told):
    if told and told[0] in COMMANDS:
        return
    check_run(elsewhere, tuple(told))


QUESTION = ("region", "as_of", "known_by", "target", "target_month", "scenario", "paths", "seed")


@fuzzed(200)
@given(name=st.sampled_from((*QUESTION, "lang", "archive")) | cells, value=values)
def test_a_parameter_is_taken_as_told_or_refused(name, value):
    told = read_or_refused(lambda: check_parameters(notebook_path("brief"), {name: value}))
    if told is not None:
        assert type(told[name])(value) == told[name] or told[name] != told[name]


anything = st.one_of(
    values,
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.none(),
    st.just([]),
    st.just({"a": 1}),
    st.sampled_from((10**400, -1, 300, 0.5, 3318)),
)


@fuzzed(200)
@given(asked=st.dictionaries(st.sampled_from(QUESTION), anything, min_size=1, max_size=2))
def test_what_yaml_makes_of_a_parameter_is_asked_or_refused(asked):
    told = read_or_refused(lambda: ask(**asked))
    if told is not None:
        for name in ("target", "paths", "seed"):
            assert name not in asked or getattr(told, name) == asked[name]
        for name in ("as_of", "known_by", "target_month"):
            if asked.get(name) and asked[name] != "latest":
                assert str(getattr(told, name)).startswith(str(asked[name])[:7])


@fuzzed(150)
@given(text=values)
def test_a_percentage_typed_into_the_workbench_is_the_share_it_says(text):
    share = read_or_refused(lambda: share_of(text))
    if share is not None:
        number = text.strip().removesuffix("%").strip().replace(",", ".")
        assert 0.01 <= share < 1 and share == pytest.approx(float(number) / 100)


@fuzzed(100)
@given(name=st.sampled_from(QUESTION), value=values)
def test_a_part_of_a_question_is_taken_as_told_or_refused(elsewhere, name, value):
    if "\udcff" not in value:
        check_run(elsewhere, ("report", "-p", f"{name}={value}"))


@fuzzed(200)
@given(text=values)
def test_a_month_and_a_day_are_those_written(text):
    told = read_or_refused(lambda: parse_month(text))
    assert told is None or [int(part) for part in text.split("-")] == [told.year, told.number]
    day = read_or_refused(lambda: parse_day(text))
    if day is not None:
        wanted = [int(part) for part in text.split("-")]
        assert [day.year, day.month, day.day][: len(wanted)] == wanted


@fuzzed(100)
@given(settings=st.dictionaries(st.sampled_from(VARIABLES), values | st.just("25"), max_size=6))
def test_mail_settings_are_taken_as_told_or_refused(settings):
    told = read_or_refused(lambda: server_of({k: v for k, v in settings.items() if v}))
    if told is not None:
        assert told.host == settings["UCJ_SMTP_HOST"] and 0 < told.port < 65536
        assert "\n" not in told.sender + told.user + told.password


@fuzzed(150)
@given(text=values | st.text("a@.,- b<>\n", max_size=30))
def test_addresses_are_single_and_plain_or_refused(text):
    for address in read_or_refused(lambda: addresses(text)) or ():
        assert address in text and address.count("@") == 1 and not set(address) & set(' <>\n\r",')


@fuzzed(80)
@given(text=values)
def test_months_to_keep_are_those_told(text):
    told = read_or_refused(lambda: checked_keep(text))
    assert told is None or (told > 0 and told == int(text))


@fuzzed(60)
@given(content=st.binary(max_size=60) | values.map(lambda t: t.encode("utf-8", "replace")))
def test_a_file_of_codes_is_read_or_refused(elsewhere, content):
    path = elsewhere / "codes"
    path.write_bytes(content)
    try:
        for code in read_or_refused(lambda: regions_named(str(path))) or ():
            assert code.encode() in content
    finally:
        path.unlink()


@fuzzed(60)
@given(name=st.text(max_size=80) | values)
def test_a_scenario_is_saved_inside_its_folder_or_refused(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("saved")
    path = read_or_refused(lambda: save_scenario(folder, name, "x = 1\n"))
    assert path is None or path.parent == folder
    assert len(seen(folder)) == (path is not None)


@pytest.mark.parametrize("lang", ["", "xx", "ID", "e" * 5000, "\udcff", "../en"])
def test_a_language_nobody_speaks_is_refused(monkeypatch, capsys, lang):
    from ucj_analysis.cli import main

    monkeypatch.setenv("UCJ_LANG", lang)
    assert main(["regions"]) == 2
    told = capsys.readouterr()
    assert told.out == "" and "Traceback" not in told.err


# --- mended ------------------------------------------------------------------------------------------

LONG = "a" * 300
DIGITS = "9" * 5000


@pytest.mark.parametrize(
    "told",
    [
        ("status", "--scenario", LONG + ".toml"),
        ("status", "--data", LONG),
        ("validate", LONG),
        ("score", "--archive", LONG),
        ("roster", LONG + ".csv"),
        ("import", LONG, "--data", "mine", "--region", "3318"),
        ("report", "--regions", LONG),
    ],
    ids=lambda told: told[0],
)
def test_names_too_long_for_any_file_are_refused(told):
    assert run(*told).code == 2


@pytest.mark.parametrize(
    "told", [("new-region", "3319", "--data", LONG), ("report", "--out", LONG)], ids=lambda t: t[0]
)
def test_folders_that_cannot_be_made_are_told(told):
    assert run(*told, allowed=(1,)).code == 1


def test_a_list_of_codes_longer_than_a_file_name_is_a_list():
    codes = [str(3301 + n) for n in range(29)] * 4
    assert regions_named(",".join(codes)) == sorted(set(codes))


@pytest.mark.parametrize(
    "told",
    [
        ("report", "--regions", "3318", "--jobs", DIGITS),
        ("report", "--keep", DIGITS),
        ("explore", "--port", DIGITS),
        ("roster", "members.csv", "--small", DIGITS),
    ],
    ids=lambda told: told[-2],
)
def test_numbers_of_thousands_of_digits_are_refused(told):
    assert run(*told).code == 2


def test_a_port_of_thousands_of_digits_is_refused():
    settings = {"UCJ_SMTP_HOST": "mail.example.id", "UCJ_MAIL_FROM": "a@example.id"}
    with pytest.raises(InputError):
        server_of(settings | {"UCJ_SMTP_PORT": DIGITS})


def test_letters_that_are_not_utf8_are_refused():
    for told in (
        ("validate", ".", "--accept", "jump:2025-03", "--note", "\udcff"),
        ("regions", "\ud800"),
    ):
        assert "UTF-8" in run(*told).err


@pytest.mark.parametrize(
    "asked",
    [
        {"as_of": 202503},
        {"scenario": 5},
        {"paths": "300"},
        {"paths": 300.0},
        {"seed": 1.5},
        {"target": "52"},
        {"target": 10**400},
    ],
    ids=str,
)
def test_a_parameter_of_another_kind_is_refused(asked):
    assert read_or_refused(lambda: ask(**asked)) is None


def test_a_folder_named_like_a_table_is_no_input(tmp_path):
    data = tmp_path / "data"
    shutil.copytree(SHIPPED_DATA, data)
    (data / "old.csv").mkdir()
    assert "old.csv" not in input_hashes(ask(data=data))


def test_a_parameter_of_nought_is_not_the_default():
    for pair in ("paths=0", "seed=-1", "region=", "scenario="):
        assert run("report", "-p", pair, "--dry-run").code == 2
    ran = run("report", "-p", "seed=0", "--dry-run", "--json")
    assert ran.code == 0 and ask(seed=0).seed == 0
    assert run("report", "-p", "region", "--dry-run").code == 2
