"""The project holds together: declared names, bounds and lock; layers; README."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from ucj_analysis.resources import PACKAGE

ROOT = PACKAGE.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def requirement(text):
    name, bound = re.fullmatch(r"([A-Za-z0-9_.-]+)\s*(.*)", text).groups()
    return name.lower().replace("_", "-"), bound


def declared():
    project = PROJECT["project"]
    return dict(
        requirement(r) for r in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    )


def pinned():
    pins = re.findall(
        r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)",
        (ROOT / "requirements.lock").read_text(encoding="utf-8"),
        re.M,
    )
    found: dict[str, list[str]] = {}
    for name, version in pins:
        found.setdefault(name.lower(), []).append(version)
    return found


def numbers(version):
    return tuple(int(n) for n in re.findall(r"\d+", version)[:3])


#: Packages conda-forge calls by another name.
OTHERWISE_ON_CONDA = {
    "typst-py": "typst",
    "playwright-python": "playwright",
    "python-duckdb": "duckdb",
}


def test_environment_yml_names_what_pyproject_names_with_the_same_bounds():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (by_pip,) = (d["pip"] for d in environment["dependencies"] if isinstance(d, dict))
    plain = [d for d in environment["dependencies"] if isinstance(d, str)] + by_pip
    told = dict(requirement(d.split("::")[-1]) for d in plain)
    told = {OTHERWISE_ON_CONDA.get(name, name): bound for name, bound in told.items()}
    assert told.pop("python") == PROJECT["project"]["requires-python"]
    told.pop("pip")
    assert told == declared()
    assert environment["channels"] == ["conda-forge"]


def test_the_lock_pins_every_dependency_within_its_bound():
    locked = pinned()
    for name, bound in declared().items():
        assert name in locked, name
        least = numbers(bound.removeprefix(">="))
        assert all(numbers(version) >= least for version in locked[name]), name
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert lock.count("--hash=sha256:") > len(locked)


def test_the_version_is_told_once():
    from ucj_analysis import __version__

    assert PROJECT["project"]["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


#: Who may import whom: each layer only from those before it.
LAYERS = [
    {"errors"},
    {"months", "resources", "streams", "schemas"},
    {"coverage", "reading", "quantities", "public_record"},
    {"regions", "toml_files"},
    {"question"},
    {"observations", "scenario", "provenance"},
    {"scenario_files", "contributions", "levers", "revisions"},
    {"labour_force", "reference_class", "counting"},
    {"participants", "controls"},
    {"breakdown"},
    {"situation", "findings"},
    {"projection", "scoring", "peers"},
    {"series"},
    {"forecasting"},
    {"allocation"},
    {"programme"},
    {"futures", "ledger"},
    {"plan"},
    {"certificate"},
    {"what_it_takes"},
    {"sensitivity", "archive_files"},
    {"archive_inputs"},
    {"archive"},
    {"what_changed"},
    {"language"},
    {"messages", "display", "names"},
    {"data_checks"},
    {"validation", "narrative"},
    {"monthly"},
    {"plan_narrative"},
    {"tables"},
    {"figures"},
    {"plan_tables", "plan_figures"},
    {"explorer", "options"},
    {"publishing", "commands"},
    {"intake"},
    {"roster"},
    {"cli"},
]


def imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ucj_analysis"):
            parts = node.module.split(".")
            yield from [parts[1]] if len(parts) > 1 else [a.name for a in node.names]


def test_arrows_point_up_only():
    level = {name: i for i, names in enumerate(LAYERS) for name in names}
    for path in PACKAGE.rglob("*.py"):
        own = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if own in ("__init__", "_shipped"):
            continue
        assert own in level, f"{own} has no layer"
        for other in imports(path):
            if other in level and other != own:
                assert level[other] <= level[own], f"{own} imports {other}"


@pytest.mark.parametrize("name", ["README.md", "README.id.md"])
def test_the_readme_opens_with_the_answer_and_its_picture(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    first_screen = "\n".join(text.splitlines()[:25])
    assert "52%" in first_screen and "![" in first_screen
    picture = re.search(r"!\[[^\]]{20,}\]\(([^)]+)\)", text).group(1)
    assert (ROOT / picture).is_file()
    assert text.index("![") < text.index("make report") < text.index("make test")
    for link in re.findall(r"\]\((?!http|#)([^)#]+)\)", text):
        assert (ROOT / link).exists(), link


@pytest.mark.parametrize("name", ["README.md", "README.id.md"])
def test_the_readmes_library_example_runs(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.S)
    lines = [line for line in example.splitlines() if line.strip()]
    assert len(lines) == 5
    told = re.findall(r"print\(.*?\)\s+#\s*(.+)", example)
    printed: list[str] = []
    exec(example, {"print": lambda *values: printed.append(" ".join(str(v) for v in values))})
    assert printed == told
