"""SUPPLY_CHAIN.md is true: every direct dependency has its reason and licence; all are allowed."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ucj_analysis.resources import PACKAGE

ROOT = PACKAGE.parent
PAGE = (ROOT / "SUPPLY_CHAIN.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: What metadata call a licence, by the name the page gives it. The first that is found counts.
NAMES = {
    "LGPL": r"lesser|LGPL",
    "GPL": r"general public|\bGPL",
    "MPL-2.0": r"mozilla|MPL",
    "Apache-2.0": r"apache",
    "0BSD": r"\b0BSD",
    "BSD": r"\bBSD",
    "MIT": r"\bMIT\b",
    "PSF": r"python software|PSF",
    "ISC": r"\bISC",
    "Zlib": r"zlib",
    "CC0-1.0": r"CC0",
}
ALLOWED = set(NAMES) - {"GPL", "LGPL"}
#: Metadata that tell none, or more than names: read in the files the package carries.
READ_IN_ITS_FILES = {"axe-playwright-python": {"MIT"}, "pypdfium2": {"BSD", "Apache-2.0"}}


def called(term: str) -> str:
    """The page's name of a licence; what is unknown stays as it is, and is not allowed."""
    return next((name for name, told in NAMES.items() if re.search(told, term, re.I)), term)


def licence(name: str) -> tuple[set[str], bool]:
    """The licences of an installed package, and whether one of them is enough."""
    told = distribution(name).metadata
    if name in READ_IN_ITS_FILES:
        return READ_IN_ITS_FILES[name], False
    if expression := told.get("License-Expression"):
        return set(map(called, re.split(" AND | OR ", expression))), " OR " in expression
    classes = [c.split(" :: ")[-1] for c in told.get_all("Classifier", []) if "License ::" in c]
    terms = [c for c in classes if c != "OSI Approved"] or [str(told.get("License"))]
    return set(map(called, terms)), len(terms) > 1


def direct() -> dict[str, list[str]]:
    """Every requirement of pyproject.toml: its group to the names in it."""
    groups = {"use": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}
    return {
        group: [canonicalize_name(Requirement(text).name) for text in told]
        for group, told in groups.items()
    }


def rows() -> dict[str, tuple[str, str]]:
    """Name to reason and licence, as the page tells them."""
    told = PAGE[: PAGE.index("## Written by hand")]
    found = re.findall(r"^\| (?!dependency )([a-z0-9-]+) \| (.+) \| (.+) \|$", told, re.M)
    assert len({name for name, *_ in found}) == len(found), "a row twice"
    return {name: (reason, terms) for name, reason, terms in found}


def brought() -> set[str]:
    """All that is installed because pyproject.toml asks for it."""
    seen: dict[str, set[str]] = {}
    waiting = [Requirement(name) for names in direct().values() for name in names]
    while waiting:
        asked = waiting.pop()
        name, extras = canonicalize_name(asked.name), {"", *asked.extras}
        if extras <= seen.get(name, set()):
            continue
        seen.setdefault(name, set()).update(extras)
        for text in distribution(name).requires or []:
            need = Requirement(text)
            if need.marker is None or any(need.marker.evaluate({"extra": e}) for e in extras):
                waiting.append(need)
    return set(seen)


def test_every_direct_dependency_has_its_reason():
    told = rows()
    assert set(told) == {name for names in direct().values() for name in names}
    for name, (reason, _) in told.items():
        assert 5 < len(reason) <= 100, name


def test_the_page_tells_the_licence_of_what_is_installed():
    """A version locked for a newer Python may name fewer than the page."""
    for name, (_, terms) in rows().items():
        assert licence(name)[0] <= set(re.split(" AND | OR ", terms)), name


def test_every_licence_is_allowed():
    (allowed,) = re.findall(r"\*\*Licences allowed\*\*.*", PAGE)
    assert all(name in allowed for name in ALLOWED)
    for name in brought():
        terms, one_is_enough = licence(name)
        assert terms & ALLOWED if one_is_enough else terms <= ALLOWED, (name, terms)


@pytest.mark.parametrize(
    ("term", "name"),
    [
        ("GNU Library or Lesser General Public License (LGPL)", "LGPL"),
        ("GNU General Public License (GPL)", "GPL"),
        ("BSD-3-Clause", "BSD"),
        ("0BSD", "0BSD"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("A licence nobody knows", "A licence nobody knows"),
    ],
)
def test_licences_are_known_by_their_names(term, name):
    assert called(term) == name


def test_what_is_imported_is_a_dependency_or_stands_as_brought_by_one():
    """So that nothing the code needs goes away with a package that happened to bring it."""
    homes = {top: found for top, found in packages_distributions().items() if top != PACKAGE.name}
    (brought_along,) = re.findall(r"^Imported by the package.*", PAGE, re.M)
    told = {canonicalize_name(name) for name in re.findall(r"[\w-]+", brought_along)}
    known = {name for names in direct().values() for name in names}
    for folder in (PACKAGE, ROOT / "tests"):
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom) and node.module:
                    names = [node.module]
                for top in {name.split(".")[0] for name in names} - sys.stdlib_module_names:
                    own = {canonicalize_name(home) for home in homes.get(top, [])}
                    assert not own or own & (known | told), f"{path.name} imports {top}"


@pytest.mark.parametrize("start", ["pass", "from ucj_analysis.cli import main; main(['--help'])"])
def test_import_and_help_load_nothing_but_the_standard_library(start):
    seen = "sorted({name.partition('.')[0] for name in set(sys.modules) - before})"
    code = f"import sys; before = set(sys.modules)\nimport ucj_analysis; {start}\nprint({seen})"
    command = [sys.executable, "-X", "utf8", "-c", code]
    told = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    loaded = set(ast.literal_eval(told.stdout.splitlines()[-1]))
    assert loaded - sys.stdlib_module_names == {"ucj_analysis"}


def test_whatever_is_written_by_hand_is_still_there():
    table = PAGE[PAGE.index("## Written by hand") :]
    paths = re.findall(r"`(ucj_analysis/[\w/]+\.py)`", table)
    assert len(paths) >= table.count("\n| ") - 1
    assert [path for path in paths if not (ROOT / path).is_file()] == []
