"""The page of mutants, `README.md` beside this, from what the last run of mutmut left in `mutants/`.

Run as `python -m tests.mutants.page`. Why a survivor survives stands in `reasons.toml`, by a pattern
of its function and of the line it changes.
"""

from __future__ import annotations

import ast
import difflib
import json
import platform
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RUN = ROOT / "mutants"
#: Exit codes of a mutant's tests: all passed, or there was none to run.
PASSED, UNTESTED = 0, 33
TABLE = re.compile(r"(?<=<!-- table -->\n).*?(?=<!-- end -->)", re.S)


@dataclass(frozen=True)
class Survivor:
    """A mutant no test fails for: where it is, and the lines it takes and puts in their place."""

    function: str
    was: str
    becomes: str


def main() -> None:
    page = HERE / "README.md"
    told = page.read_text(encoding="utf-8")
    page.write_text(TABLE.sub(lambda _: found(), told), encoding="utf-8", newline="\n")


def found() -> str:
    """Return the table by module, and the survivors by reason."""
    reasons = tomllib.loads((HERE / "reasons.toml").read_text(encoding="utf-8"))["reasons"]
    lines = ["", *_environment(), "", "| module | mutants | killed | survived | share killed |"]
    lines.append("|---|---:|---:|---:|---:|")
    all_of_them: Counter[str] = Counter()
    left_out = 0
    by_reason: dict[str, list[str]] = {reason["why"]: [] for reason in reasons}
    for meta in sorted(RUN.rglob("*.py.meta")):
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        made, codes = len(codes), {key: code for key, code in codes.items() if code is not None}
        left_out += made - len(codes)
        if not codes:
            continue
        alive = survivors(meta.with_suffix(""), codes)
        count = Counter(mutants=len(codes), survived=len(alive))
        all_of_them += count
        module = meta.relative_to(RUN).with_suffix("").as_posix()
        lines.append(_row(f"`{module}`", count))
        for one in alive:
            why = next((r["why"] for r in reasons if _is_why(r, one)), "not looked at yet")
            by_reason.setdefault(why, []).append(_told(module, one))
    lines += [_row("all", all_of_them), ""]
    if left_out:
        lines += [f"The run was cut short: {left_out:,} mutants more were not run.", ""]
    for why, those in by_reason.items():
        if those:
            lines += [f"**{len(those)}: {why}**", "", *those, ""]
    return "\n".join(lines) + "\n"


def survivors(mutated: Path, codes: dict[str, int]) -> list[Survivor]:
    """Return the mutants of a file that no test failed for; all of them stand in it, side by side."""
    text = mutated.read_text(encoding="utf-8")
    lines, places = text.splitlines(), {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            places[node.name] = slice(node.lineno - 1, node.end_lineno)
    alive = []
    for key, code in codes.items():
        if code not in (PASSED, UNTESTED):
            continue
        name = key.rpartition(".")[2]
        original = name.rpartition("__mutmut_")[0] + "__mutmut_orig"
        sides = [lines[places[n]] for n in (original, name)]
        sides[1] = [line.replace(name, original) for line in sides[1]]
        changes = [d for d in difflib.ndiff(*sides) if d[:2] in ("- ", "+ ")]
        was, becomes = (
            " ".join(d[2:].strip() for d in changes if d[0] == sign) for sign in ("-", "+")
        )
        function = original.removesuffix("__mutmut_orig").replace("ǁ", ".").removeprefix("x")
        alive.append(Survivor(function.lstrip("._") or function, was, becomes))
    return alive


def _is_why(reason: dict[str, str], one: Survivor) -> bool:
    functions = reason.get("function", ".*")
    changes = re.search(reason.get("change", ""), f"{one.was} → {one.becomes}")
    return bool(re.fullmatch(functions, one.function) and changes)


def _told(module: str, one: Survivor) -> str:
    name = module.rpartition("/")[2]
    was, becomes = _apart(one.was, one.becomes)
    return f"- {name}, {one.function}: `{was}` → `{becomes}`"


def _apart(was: str, becomes: str) -> tuple[str, str]:
    """Return two lines without most of what they share, a word or two kept around the change."""
    a, b = was.split(" "), becomes.split(" ")
    first = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), 0)
    last = next((i for i, (x, y) in enumerate(zip(a[::-1], b[::-1], strict=False)) if x != y), 0)
    begin, kept = max(first - 2, 0), max(last - 1, 0)
    return " ".join(a[begin : len(a) - kept]), " ".join(b[begin : len(b) - kept])


def _row(name: str, count: Counter[str]) -> str:
    killed = count["mutants"] - count["survived"]
    share = f"{100 * killed / count['mutants']:.1f}%"
    return f"| {name} | {count['mutants']:,} | {killed:,} | {count['survived']:,} | {share} |"


def _environment() -> list[str]:
    return [f"mutmut {version('mutmut')}, Python {platform.python_version()}, {platform.system()}."]


if __name__ == "__main__":
    main()
