"""The architecture page is true: every module with its first line, every path, every function."""

from __future__ import annotations

import ast
import re

from tests.unit.test_project import LAYERS
from ucj_analysis.resources import PACKAGE

ROOT = PACKAGE.parent
PAGE = (PACKAGE / "README.md").read_text(encoding="utf-8")


def modules() -> dict[str, str]:
    """Every module by its dotted name, and every room, with the first line of its docstring."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[0] != "_shipped":
            told = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            found[".".join(parts).removesuffix("__init__").rstrip(".")] = told.partition("\n")[0]
    return found


def rooms() -> dict[str, str]:
    """The page's part of each room by its name; the root has none."""
    heads = r"^### (?:The root|`(\w+)/`)\n(.*?)(?=^##)"
    return dict(re.findall(heads, PAGE, re.M | re.S))


def rows(text: str) -> list[tuple[str, str]]:
    return re.findall(r"^\| `([\w.]+)` \| (.*) \|$", text, re.M)


def table() -> str:
    """The page's part on what to change where."""
    return PAGE[PAGE.index("## To change something") : PAGE.index("## Modules")]


def level(module: str) -> int:
    parts = module.split(".")
    ends = {".".join(parts[:n]) for n in range(1, len(parts) + 1)}
    return next(at for at, names in enumerate(LAYERS) if names & ends)


def test_every_module_stands_there_with_its_first_line_and_no_other():
    told = [row for text in rooms().values() for row in rows(text)]
    files = modules()
    alone = {name: line for name, line in files.items() if name not in rooms()}
    assert len(told) == len(alone)
    assert dict(told) == alone


def test_every_room_stands_there_with_its_own():
    files = modules()
    for room, text in rooms().items():
        assert text.strip().splitlines()[0] == files[room]
        homes = {name.rpartition(".")[0] for name, _ in rows(text)}
        assert homes == {room}


def test_modules_stand_in_the_order_of_their_layers():
    for text in rooms().values():
        order = [level(name) for name, _ in rows(text)]
        assert order == sorted(order)


def test_what_the_text_names_exists():
    files = modules()
    text = PAGE[: PAGE.index("## To change something")]
    for module, function in re.findall(r"\b(question|situation|forecasting)\.(\w+)", text):
        tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
        assert function in {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    for name in re.findall(r"`(\w+\.\w+)`", text):
        assert name in files
    assert {name.rstrip("/") for name in re.findall(r"\b\w+/(?=  )", text)} <= set(files)


def test_every_path_and_link_exists():
    outside = table() + PAGE[PAGE.index("### Folders without modules") :]
    paths = [span for span in re.findall(r"`([^`]+)`", outside) if " " not in span]
    assert len(paths) > 60
    assert [path for path in paths if not (ROOT / path).exists()] == []
    assert "`tests/unit/test_architecture.py`" in PAGE
    for link in re.findall(r"\]\(([^)]+)\)", PAGE):
        assert (PACKAGE / link).exists(), link


def test_every_test_named_is_one_of_ours():
    """What proves a change is a test file, or a command that checks data."""
    proofs = [line.split(" | ")[-1] for line in table().splitlines() if line.startswith("| ")][1:]
    assert 12 <= len(proofs) <= 25
    assert all("`tests/" in proof or "`ucj validate`" in proof for proof in proofs)


#: What the guide makes up, or what a run makes.
MADE_UP = ("3319", "CODE", "/su/", "07_new")


def test_the_guide_names_files_and_names_that_exist():
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    text = re.sub(r"```.*?```", "", guide, flags=re.S)
    spans = set(re.findall(r"`([^`]+)`", text))
    paths = {s for s in spans if re.fullmatch(r"(ucj_analysis|tests|data|notebooks)/[\w./-]*", s)}
    real = {path for path in paths if not any(name in path for name in MADE_UP)}
    assert len(real) > 15
    assert [path for path in real if not (ROOT / path).exists()] == []
    code = "\n".join(p.read_text(encoding="utf-8") for p in PACKAGE.rglob("*.py"))
    code += "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "tests").rglob("*.py"))
    names = {s for s in spans if re.fullmatch(r"[A-Z]\w+|_\w+|[a-z]+_\w+", s)}
    assert len(names) > 15
    assert [name for name in names if not re.search(rf"\b{name}\b", code)] == []
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", guide):
        assert (ROOT / link).exists(), link
