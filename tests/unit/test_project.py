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
    {"months", "resources", "streams", "record.schemas"},
    {"coverage", "record.reading", "quantities", "record.public_record"},
    {"record.regions", "toml_files"},
    {"question"},
    {"record.observations", "scenario", "provenance"},
    {"scenario_files", "contributions", "planning.levers", "record.revisions"},
    {"labour_force", "reference_class", "record.counting"},
    {"participants", "workbench.controls"},
    {"record.breakdown"},
    {"situation", "record.findings"},
    {"projection", "scoring", "peers"},
    {"series", "scouting"},
    {"forecasting"},
    {"allocation"},
    {"planning.solver"},
    {"planning.programme"},
    {"planning.futures", "planning.ledger"},
    {"planning.plan"},
    {"planning.around"},
    {"planning.certificate"},
    {"planning.what_it_takes"},
    {"sensitivity", "archive.disk"},
    {"archive.files"},
    {"archive.inputs"},
    {"archive.track_record"},
    {"archive.what_changed"},
    {"presentation.language"},
    {
        f"presentation.{room}_problems"
        for room in ("record", "asked", "intake", "roster", "running")
    },
    {"presentation.messages", "presentation.display", "presentation.names"},
    {"presentation.headings", "presentation.canvas", "presentation.tidy"},
    {"record.checks", "presentation.equations", "presentation.references"},
    {"record.validation", "archive.monthly", "presentation.warning_words"},
    {"presentation.standing_words", "presentation.churn_words", "presentation.outlook_words"},
    {"presentation.what_if_words", "presentation.track_words", "presentation.plan_words"},
    {"presentation.standing_tables", "presentation.churn_tables", "presentation.track_tables"},
    {"presentation.sources", "presentation.outlook_tables"},
    {"presentation.methods", "presentation.what_if_tables", "presentation.plan_tables"},
    {"presentation.standing_figures", "presentation.churn_figures", "presentation.plan_figures"},
    {"presentation.outlook_figures", "presentation.what_if_figures", "presentation.track_figures"},
    {"workbench.view", "options"},
    {"workbench.facts"},
    {"workbench.explorer"},
    {"publishing", "commands", "workbench.app"},
    {"intake"},
    {"roster"},
    {"cli"},
]


def imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ucj_analysis"):
            yield from (".".join([*node.module.split(".")[1:], a.name]) for a in node.names)


def test_arrows_point_up_only():
    level = {name: i for i, names in enumerate(LAYERS) for name in names}

    def named(module: str) -> str | None:
        """Return the module or room of a dotted name that has a layer."""
        parts = module.split(".")
        ends = (".".join(parts[:n]) for n in range(1, len(parts) + 1))
        return next((end for end in ends if end in level), None)

    for path in PACKAGE.rglob("*.py"):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        if module.endswith("__init__") or module.startswith("_shipped"):
            continue
        own = named(module)
        assert own is not None, f"{module} has no layer"
        for other in filter(None, map(named, imports(path))):
            assert level[other] <= level[own], f"{module} imports {other}"


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


def test_the_citation_says_what_the_project_says():
    told = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = PROJECT["project"]
    needed = {"cff-version", "message", "title", "authors"}
    known = needed | {"type", "abstract", "version", "license", "keywords", "date-released"}
    assert needed <= set(told) <= known
    assert (told["cff-version"], told["type"]) == ("1.2.0", "software")
    assert (told["version"], told["license"]) == (project["version"], project["license"])
    assert told["authors"] == [dict(author) for author in project["authors"]]
    assert told["abstract"] == project["description"] + "."
    assert told["keywords"] == project["keywords"]


def test_every_release_says_which_numbers_change():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for release in text.split("\n## ")[1:]:
        (moved,) = re.findall(r"^### Numbers that change\n\n(.+)", release, re.M)
        assert moved
