"""Words and numbers: nothing missing, nothing unused, nothing English in Indonesian."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from babel.dates import get_month_names
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from ucj_analysis.errors import InputError
from ucj_analysis.months import Month, parse_day, parse_month
from ucj_analysis.planning.levers import load_levers
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.messages import PROBLEMS, REASONS
from ucj_analysis.resources import PACKAGE

CATALOGUE = PACKAGE / "locale" / "id" / "LC_MESSAGES"


def in_code() -> set[str | tuple[str, ...]]:
    """Every literal handed to `t`, `N_` or `many`, wherever it is nested; found by parsing, not by Babel."""
    found: set[str | tuple[str, ...]] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in ("t", "N_") and isinstance(node.args[0].value, str):
                    found.add(node.args[0].value)
                if name == "many":
                    found.add(tuple(ast.literal_eval(text) for text in node.args[:2]))
    return found


def every(text: str | Sequence[str]) -> tuple[str, ...]:
    """A message's forms: one, or those for one and for more."""
    return (text,) if isinstance(text, str) else tuple(text)


def catalogue():
    with (CATALOGUE / "ucj.po").open("rb") as lines:
        return read_po(lines, locale="id")


def test_every_message_is_translated_and_none_is_left_over():
    told = {m.id: m.string for m in catalogue() if m.id}
    assert in_code() == set(told)
    assert [m for m, text in told.items() if not every(text)[0]] == []


def test_the_compiled_catalogue_is_the_written_one():
    with (CATALOGUE / "ucj.mo").open("rb") as content:
        compiled = {every(m.id): every(m.string) for m in read_mo(content) if m.id}
    assert compiled == {every(m.id): every(m.string) for m in catalogue() if m.id}


def test_translations_keep_every_name_to_fill_in():
    names = re.compile(r"{(\w+)}")
    for message in catalogue():
        if message.id:
            *_, asked = every(message.id)
            for text in every(message.string):
                assert set(names.findall(text)) == set(names.findall(asked)), message.id


def test_what_the_shipped_levers_rest_on_is_translated():
    stated, w = load_levers("3318"), words("id")
    reasons = [value.assumption for value in stated.stated().values() if value.assumption]
    for reason in [*reasons, *(lever.timing for lever in stated.levers)]:
        assert w.label(reason) != reason


def test_every_code_raised_has_a_sentence():
    source = "\n".join(p.read_text(encoding="utf-8") for p in PACKAGE.rglob("*.py"))
    raised = set(re.findall(r'(?:bad|Problem|Problem\.at)\(\s*"(\w+)"', source))
    assert raised and raised <= set(PROBLEMS)
    assert set(re.findall(r'ValueError\("(\w+)"\)', source)) <= set(REASONS) | set(PROBLEMS)


LANGUAGES = st.sampled_from(["id", "en"])
PEOPLE = st.integers(-(10**12), 10**12)
HUNDREDTHS = st.integers(-10_000, 10_000)
MONTHS = st.builds(Month, st.integers(1900, 2199), st.integers(1, 12))
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


def read(text: str, lang: str) -> float:
    """A number as a reader takes it."""
    return float(parse_decimal(text.replace("\N{MINUS SIGN}", "-").lstrip("+"), locale=lang))


def ends(text: str, lang: str) -> list[str]:
    """Both ends of a range."""
    return text.split(f" {words(lang).t('to')} ") if " " in text else text.split("\N{EN DASH}")


@given(PEOPLE, LANGUAGES)
def test_counts_round_trip(n, lang):
    w = words(lang)
    assert read(w.count(n), lang) == read(w.signed_count(n), lang) == n
    assert w.signed_count(n).startswith("+") == (n > 0)


@given(HUNDREDTHS, LANGUAGES)
def test_percentages_and_points_round_trip(n, lang):
    w = words(lang)
    for text in (w.percent(n / 10_000, 2), w.share(n / 10_000), w.signed_percent(n / 10_000, 2)):
        assert read(text.removesuffix("%"), lang) == pytest.approx(n / 100)
    assert read(w.points(n / 10_000, 2), lang) == pytest.approx(n / 100)


def read_rupiah(text: str, lang: str) -> tuple[float, float]:
    """An amount and half of the last digit shown."""
    number, _, unit = text.removeprefix("Rp").partition(" ")
    size = {
        words(lang).t(u): s for u, s in (("million", 1e6), ("billion", 1e9), ("trillion", 1e12))
    }
    digits = len(number.partition("," if lang == "id" else ".")[2])
    return read(number, lang) * size.get(unit, 1), size.get(unit, 1) / 10**digits / 2


@given(st.integers(0, 10**15), LANGUAGES)
def test_rupiah_round_trip(amount, lang):
    w = words(lang)
    found, half = read_rupiah(w.rupiah(amount), lang)
    assert abs(found - amount) <= half * (1 + 1e-6)
    assert w.more_rupiah(amount) == "+" + w.rupiah(amount)


def both(ends):
    """A range whose ends read alike is told once."""
    return ends * 2 if len(ends) == 1 else ends


@given(PEOPLE, PEOPLE, LANGUAGES)
def test_ranges_of_people_round_trip(low, high, lang):
    told = words(lang).range((low, high), words(lang).count)
    assert [read(end, lang) for end in both(ends(told, lang))] == [low, high]


@given(HUNDREDTHS, HUNDREDTHS, LANGUAGES)
def test_ranges_of_shares_round_trip(low, high, lang):
    w = words(lang)
    told = w.range((low / 10_000, high / 10_000), lambda v: w.percent(v, 2))
    found = [read(end.removesuffix("%"), lang) for end in both(ends(told, lang))]
    assert found == pytest.approx([low / 100, high / 100])


@given(st.integers(0, 10**15), st.integers(0, 10**15), LANGUAGES)
def test_ranges_of_rupiah_round_trip(low, high, lang):
    first, last = both(words(lang).range((low, high), words(lang).rupiah).split("\N{EN DASH}"))
    shared = " " not in first and not last.startswith("Rp")
    first = f"{first} {last.partition(' ')[2]}".strip() if shared else first
    for text, amount in ((first, low), (last, high)):
        found, half = read_rupiah(text, lang)
        assert abs(found - amount) <= half * (1 + 1e-6)


@given(MONTHS, LANGUAGES)
def test_months_round_trip(month, lang):
    names = {name: n for n, name in get_month_names("wide", locale=lang).items()}
    name, year = words(lang).month(month).split()
    assert Month(int(year), names[name]) == month
    short = {name: n for n, name in get_month_names("abbreviated", locale=lang).items()}
    name, year = words(lang).short_month(month).split()
    assert parse_month(f"{year}-{short[name]:02d}") == month


@given(DAYS, LANGUAGES)
def test_days_round_trip(day, lang):
    names = {name: n for n, name in get_month_names("wide", locale=lang).items()}
    number, name, year = words(lang).day(day).split()
    assert parse_day(f"{year}-{names[name]:02d}-{int(number):02d}") == day


@given(st.lists(DAYS, min_size=2, max_size=2), LANGUAGES)
def test_ranges_of_days_round_trip(days, lang):
    w = words(lang)
    assert w.days(*days).split(" \N{EN DASH} ") == [w.day(day) for day in days]


@given(st.integers(0, 2_000), LANGUAGES)
def test_durations_round_trip(n, lang):
    number, unit = words(lang).months(n).split()
    assert (1 if number == "one" else read(number, lang)) == n
    assert unit == ("bulan" if lang == "id" else "month" if n == 1 else "months")


@given(st.floats(0, 1e6), LANGUAGES)
def test_what_is_to_be_typed_in_reads_back(value, lang):
    assert float(words(lang).written(value)) == pytest.approx(value, rel=1e-9)


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
