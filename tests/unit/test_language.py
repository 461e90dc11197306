"""Words and numbers: nothing missing, nothing unused, nothing English in Indonesian."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from ucj_analysis.errors import InputError
from ucj_analysis.language import words
from ucj_analysis.messages import PROBLEMS, REASONS
from ucj_analysis.months import Month
from ucj_analysis.resources import PACKAGE

CATALOGUE = PACKAGE / "locale" / "id" / "LC_MESSAGES"


def in_code() -> set[str]:
    """Every literal handed to `t` or `N_`, wherever it is nested; found by parsing, not by Babel."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in ("t", "N_") and isinstance(node.args[0].value, str):
                    found.add(node.args[0].value)
    return found


def catalogue():
    with (CATALOGUE / "ucj.po").open("rb") as lines:
        return read_po(lines, locale="id")


def test_every_message_is_translated_and_none_is_left_over():
    told = {m.id: m.string for m in catalogue() if m.id}
    assert in_code() == set(told)
    assert [m for m, text in told.items() if not text] == []


def test_the_compiled_catalogue_is_the_written_one():
    with (CATALOGUE / "ucj.mo").open("rb") as content:
        compiled = {m.id: m.string for m in read_mo(content) if m.id}
    assert compiled == {m.id: m.string for m in catalogue() if m.id}


def test_translations_keep_every_name_to_fill_in():
    names = re.compile(r"{(\w+)}")
    for message in catalogue():
        if message.id:
            assert set(names.findall(message.string)) == set(names.findall(message.id)), message.id


def test_every_code_raised_has_a_sentence():
    source = "\n".join(p.read_text(encoding="utf-8") for p in PACKAGE.rglob("*.py"))
    raised = set(re.findall(r'(?:bad|Problem)\(\s*"(\w+)"', source))
    assert raised and raised <= set(PROBLEMS)
    assert set(re.findall(r'ValueError\("(\w+)"\)', source)) <= set(REASONS)


@given(st.integers(-(10**12), 10**12), st.sampled_from(["id", "en"]))
def test_counts_round_trip(n, lang):
    text = words(lang).count(n).replace("\N{MINUS SIGN}", "-")
    assert int(parse_decimal(text, locale=lang)) == n


@given(st.integers(0, 10_000), st.sampled_from(["id", "en"]))
def test_percentages_round_trip(n, lang):
    text = words(lang).percent(n / 10_000, 2).removesuffix("%")
    assert float(parse_decimal(text, locale=lang)) == pytest.approx(n / 100)


def test_indonesian_numbers_as_people_write_them():
    w = words("id")
    assert w.count(173727.69) == "173.728"
    assert w.percent(0.2899999, 1) == "29,0%"
    assert w.rupiah(27_777_260_448) == "Rp27,8 miliar"
    assert w.rupiah(1_207_706_976) == "Rp1,21 miliar"
    assert w.month(Month(2025, 3)) == "Maret 2025"
    assert w.day(date(2025, 3, 13)) == "13 Maret 2025"
    assert w.points(-0.00001) == "0,0"
    assert w.range((-0.0565, -0.0364), lambda v: w.points(v, 2)) == "−5,65 sampai −3,64"
    assert w.range((0.285, 0.295), lambda v: w.percent(v, 1)) == "28,5–29,5%"


def test_an_unknown_language_names_the_nearest():
    with pytest.raises(InputError) as raised:
        words("idn")
    assert raised.value.problems[0].fields["near"] == "id"


def test_templates_hold_no_words():
    page = Path(PACKAGE / "publishing" / "templates" / "ucj_page" / "index.html.j2").read_text(
        encoding="utf-8"
    )
    shown = re.sub(r"{[%{#].*?[%}#]}|<style>.*?</style>|<[^>]*>", " ", page, flags=re.S)
    assert not re.search(r"[A-Za-z]{2,}", shown)
