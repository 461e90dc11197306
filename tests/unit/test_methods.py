"""The methods chapter says what the code does: symbols, constants, references, the checklist."""

from __future__ import annotations

import dataclasses
import re
from importlib import import_module
from pkgutil import resolve_name

import numpy as np
import pytest

from ucj_analysis import ask, forecast
from ucj_analysis.months import FIRST_GROWING_MONTH
from ucj_analysis.presentation.equations import MATHEMATICS, SECTIONS
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.methods import UNITS, shown, symbols_table, value_of
from ucj_analysis.presentation.references import GATHER, NO, PARTLY, REFERENCES, YES
from ucj_analysis.quantities import ShareRate
from ucj_analysis.resources import PACKAGE
from ucj_analysis.scenario import SEGMENTS

ROWS = [(key, symbol) for key, section in SECTIONS.items() for symbol in section.symbols]
CONSTANTS = sorted({s.where for _, s in ROWS if not s.here and s.where.split(".")[-1].isupper()})
#: A name and a year, as docstrings cite; the years of the data come after.
CITED = re.compile(r"([A-Z][a-z]+)(?: et al\.)? \(?(19\d\d|200\d|201[0-8])\b")


@pytest.fixture(scope="module")
def seen():
    return forecast(ask(paths=300))


def names_of(key: str) -> list[str]:
    return [name for s in SECTIONS[key].symbols for name in re.sub("[′ ]", "", s.name).split(",")]


def tokens_of(key: str) -> set[str]:
    """Every letter or name of the equations; powers and primes aside."""
    plain = re.sub("[²¹′]", " ", SECTIONS[key].equations)
    return set(re.findall(r"[^\W\d]\w*", plain))


@pytest.mark.parametrize("where", sorted({s.where for _, s in ROWS}))
def test_every_symbol_is_tied_to_something_that_exists(where):
    """A function, a constant, a class, or a field of one."""
    path, _, last = f"ucj_analysis.{where}".rpartition(".")
    owner = resolve_name(path)
    fields = getattr(owner, "model_fields", {}) if isinstance(owner, type) else {}
    if dataclasses.is_dataclass(owner):
        fields = {f.name for f in dataclasses.fields(owner)}
    assert hasattr(owner, last) or last in fields


@pytest.mark.parametrize("key", SECTIONS)
def test_every_symbol_of_an_equation_has_its_row_and_no_row_is_left_over(key):
    names = names_of(key)
    assert len(set(names)) == len(names) and not MATHEMATICS & set(names)
    found = {
        part
        for token in tokens_of(key)
        for part in ([token] if token in names else token.split("_"))
    }
    assert found - set(names) <= MATHEMATICS
    assert set(names) <= found


def test_a_symbol_without_its_row_would_be_found(monkeypatch):
    one = SECTIONS["weights"]
    fewer = dataclasses.replace(one, symbols=one.symbols[1:])
    monkeypatch.setitem(SECTIONS, "weights", fewer)
    with pytest.raises(AssertionError):
        test_every_symbol_of_an_equation_has_its_row_and_no_row_is_left_over("weights")


@pytest.mark.parametrize("where", CONSTANTS)
def test_a_constant_is_shown_as_the_code_has_it_on_the_day(where, seen, monkeypatch):
    module, _, name = f"ucj_analysis.{where}".rpartition(".")
    key, symbol = next((k, s) for k, s in ROWS if s.where == where and not s.here)
    was = getattr(import_module(module), name)
    assert value_of(symbol, seen) == np.atleast_1d(was).tolist()
    monkeypatch.setattr(import_module(module), name, 3 * np.asarray(was))
    w = words("en")
    cells = {row[0]: row[2] for row in symbols_table(key, seen, w).rows}
    assert cells[symbol.name] == shown(np.atleast_1d(3 * np.asarray(was)).tolist(), symbol.unit, w)
    assert cells[symbol.name] != shown(np.atleast_1d(was).tolist(), symbol.unit, w)


def test_numbers_of_the_region_stand_beside_the_symbols(seen):
    cells = {row[0]: row[2] for row in symbols_table("coverage", seen, words("en")).rows}
    told = {name: cells[name] for name in ("C", "B", "h", "D", "L", "n", "p", "m")}
    assert told == {
        "C": "29%",
        "B": "599,061",
        "h": "0.5%",
        "D": "−4.64%",
        "L": "−5.36%",
        "n": "137,784",
        "p": "15,309",
        "m": "9",
    }


def test_every_range_of_the_scenario_is_shown_with_its_unit(seen):
    for key, symbol in ROWS:
        assert symbol.unit in UNITS or not symbol.unit
        if symbol.range:
            row = next(r for r in symbols_table(key, seen, words("en")).rows if r[0] == symbol.name)
            assert row[2] and symbol.range in seen.scenario.stated()


def test_who_is_cited_is_listed_and_who_is_listed_is_used():
    sources = {
        path: path.read_text(encoding="utf-8")
        for path in PACKAGE.rglob("*.py")
        if path.name != "references.py"
    }
    everything = "\n".join(sources.values())
    listed = {(name, year) for who, *_ in REFERENCES for name, year in authors(who)}
    assert {found for text in sources.values() for found in CITED.findall(text)} <= listed
    for who, *_ in REFERENCES:
        first = authors(who)[0][0]
        assert first in everything or first == "Stevens", who
    years = [int(who[-5:-1]) for who, *_ in REFERENCES]
    assert len(REFERENCES) == len({title for _, title, _ in REFERENCES}) and min(years) > 1950


def authors(who: str) -> list[tuple[str, str]]:
    """Every surname of a reference with its year."""
    names, year = who[:-7], who[-5:-1]
    return [(n, year) for n in re.findall(r"[A-Z][a-z]+", names)]


def test_the_checklist_has_its_eighteen_items_and_says_what_is_not_met():
    assert len(GATHER) == 18
    answers = [met for _, met, _ in GATHER]
    assert set(answers) == {YES, PARTLY, NO}
    named = re.findall(r"data/[\w./]*\w", " ".join(where for *_, where in GATHER))
    assert named and all((PACKAGE.parent / name).exists() for name in named)


def test_the_paths_move_as_the_equations_say(seen):
    """The base, residents insured elsewhere, and who stops among the self-employed, again."""
    moved, v = seen.projection, seen.projection.values
    base, stock = moved.base, moved.participants.stock
    inflow, outflow = moved.participants.inflow, moved.participants.outflow
    _, elsewhere, own, *_ = range(len(SEGMENTS))
    for t in range(moved.now, len(base.graduates)):
        month = moved.months[t + 1]
        part = seen.scenario.labour_force.graduates.share_of_year(month.number)
        joined = v["labour_force.graduates"] * v["labour_force.joining"] * part
        left, moves = v["labour_force.exits"] * base.stock[t], v["labour_force.migration"]
        ahead = base.stock[t] + joined - left + moves * base.stock[t] + base.rebasing[t]
        assert np.allclose(base.stock[t + 1], ahead, rtol=1e-12)
        drift = inflow[t, elsewhere] - outflow[t, elsewhere]
        assert np.allclose(drift, v["elsewhere.drift"] * stock[t, elsewhere])
        season = v["self_employed.lapse_season"] if month.number < FIRST_GROWING_MONTH else 1.0
        stopping = np.minimum(v["self_employed.lapse"] * season, 1.0)
        assert np.allclose(outflow[t, own], stopping * stock[t, own])


def test_a_share_of_a_year_is_that_of_twelve_months():
    yearly = ShareRate(low=0.3, central=0.3, high=0.3, unit="share", period="year", assumption="x")
    (monthly,) = yearly.monthly(np.array([0.5]))
    assert monthly == pytest.approx(1 - (1 - 0.3) ** (1 / 12), abs=1e-15)
