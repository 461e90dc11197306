"""The page of results, `tests/benchmarks/README.md` with its picture, from what was kept.

Run as `python -m tests.benchmarks.page`.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np

from tests.benchmarks.results import kept

HERE = Path(__file__).parent
HOLDS, SHORT, NEITHER = "#0072B2", "#D55E00", "#8c8c8c"
ALT = "Ratio of our cost or error to that of others, a bar a row, with the most that was promised"
COMMAND = """\
```
make bench          # some twenty minutes, and the rivals' environment once; `make soak` adds 514 regions
make bench-short    # accuracy alone, beside accuracy.json: fails on drift, never on time; CI runs it
```"""
FAIR = """\
Both sides run on this machine in one run, warm, with bytecode compiled; ours and bare tools from the same
`requirements.lock`, rivals from [`rivals.txt`](rivals.txt) in an environment of their own (`.venv-rivals`, made by the
run), pinned alike but for pandas, of which they need an older one. Seconds are medians of five, both sides in turns, or
one after the other where a rival runs in its own environment; of the series, the median of all; of the plain loop, once
through its 35 regions, a fifth after each of our five runs. Where both model the same, the numbers are checked to be the
same before time is taken:

- PySD and Atomica run [our stock-flow written for them](rivals), without month-to-month chance, on the values our paths drew; we
  draw them too, and weight. Their guides run the model once a draw; PySD can also carry the draws as a subscript of every
  variable. PySD's file is Vensim's; the framework and databook of Atomica are made by its script.
- The plain loop writes the page alone, one region after the other; we write PDF, tables and pictures too, two regions at a time.
- HiGHS alone gets the same matrices, already made; the plan makes them, solves and reads the plan back.
- DuckDB alone counts the same joins in SQL; we also check every number, suppress small cells and write the tables.
- The report's bare tools are imports of papermill and nbconvert, one kernel that imports what the report does, and an empty page.
- matplotlib alone draws and encodes the pictures of the view as it stands; a move works out the forecast and lays out the page too."""


def main() -> None:
    found = kept()
    draw(list(found["rows"].values()), HERE / "bench.png")
    (HERE / "README.md").write_text(page(found), encoding="utf-8", newline="\n")


def page(found: dict[str, Any]) -> str:
    """Return the page in Markdown."""
    rows = list(found["rows"].values())
    promised = [row for row in rows if row["holds"] is not None]
    short = [row for row in promised if not row["holds"]]
    behind = [row for row in rows if row["holds"] is None and row["ratio"] > 1]
    kept_ones = f"**{len(promised) - len(short)} of {len(promised)} promises hold.**"
    lines = [
        "# Benchmarks",
        "",
        f"{kept_ones} Less is better in every row; the ratio is ours over theirs.",
    ]
    if short:
        lines += ["", "What falls short:", "", *map(_told, short)]
    if behind:
        lines += [
            "",
            "Where the other is better, and nothing was promised:",
            "",
            *map(_told, behind),
        ]
    busy = list(
        dict.fromkeys(row["name"] for row in rows if row["busy"] and row["unit"] != "points")
    )
    if busy:
        told = f"Measured while others were at work on the machine, to be taken again: {'; '.join(busy)}."
        lines += ["", told]
    lines += ["", f"![{ALT}](bench.png)", ""]
    lines += _table(
        ("what we do", "beside", "ours", "theirs", "ratio", "promise", ""), list(map(_cells, rows))
    )
    for title, table in found["tables"].items():
        lines += ["", f"## {title}", "", table["note"], "", *_named_rows(table["rows"])]
    environment = [f"- {name}: {told}" for name, told in found["environment"].items()]
    lines += [
        "",
        "## How it was measured",
        "",
        COMMAND,
        "",
        *environment,
        *_elsewhere(found),
        "",
        FAIR,
    ]
    return "\n".join(lines) + "\n"  # fmt: skip


def _elsewhere(found: dict[str, Any]) -> list[str]:
    """Tell which rows were measured at another commit than the last."""
    now, by_commit = found["environment"]["commit"], {}
    for row in found["rows"].values():
        by_commit.setdefault(row["commit"], {})[row["name"]] = True
    return [f"- at {c}: {'; '.join(names)}" for c, names in by_commit.items() if c != now]


def _told(row: dict[str, Any]) -> str:
    return f"- {row['name']}, beside {row['beside']}: {_ratio(row)}"


def _ratio(row: dict[str, Any]) -> str:
    return f"{row['ratio']:.2g}" if row["ratio"] < 10 else f"{row['ratio']:.0f}"


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    verdict = {True: "holds", False: "**falls short**", None: "no promise"}[row["holds"]]
    if row["holds"] is None and row["ratio"] > 1:
        verdict = "no promise; **theirs is better**"
    most = "" if row["promise"] is None else f"at most {row['promise']:g}"
    sides = (f"{_digits(row[side])} {row['unit']}" for side in ("ours", "theirs"))
    return (row["name"], row["beside"], *sides, _ratio(row), most, verdict)


def _digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _named_rows(rows: dict[str, dict[str, Any]]) -> list[str]:
    columns = list(dict.fromkeys(name for row in rows.values() for name in row))
    body = [
        (name, *(_plain(row.get(column, "")) for column in columns))
        for name, row in sorted(rows.items(), key=_first_number)
    ]
    return _table(("", *columns), body)


def _first_number(named: tuple[str, Any]) -> int:
    """Order rows by the number they begin with; others stay as they came."""
    word = named[0].split()[0].replace(",", "")
    return int(word) if word.isdigit() else 0


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _table(head: tuple[str, ...], body: list[tuple[str, ...]]) -> list[str]:
    first, *others = (f"| {' | '.join(cells)} |" for cells in (head, *body))
    return [first, "|" + "---|" * len(head), *others]


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw a bar for each row from 1, where both sides need the same, and a mark at its promise."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.5, 1.2 + 0.42 * len(rows)), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(rows))[::-1]
    for place, row in zip(places, rows, strict=True):
        colour = {True: HOLDS, False: SHORT, None: NEITHER}[row["holds"]]
        ratio, most = row["ratio"], row["promise"]
        axes.barh(place, ratio - 1, left=1, height=0.6, color=colour)
        if most is not None:
            axes.plot([most, most], [place - 0.42, place + 0.42], color="black", lw=2)
        more = ratio > 1
        axes.annotate(
            _ratio(row) + (" falls short" if row["holds"] is False else ""),
            (max(ratio, most or 0) if more else ratio, place),
            (5 if more else -5, 0),
            textcoords="offset points",
            ha="left" if more else "right",
            va="center",
            fontsize=8,
        )
    ratios = [row["ratio"] for row in rows]
    axes.set_xscale("log")
    axes.set_xlim(min(*ratios, 0.5) / 6, max(*ratios, 4) * 4)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_yticks(places, list(map(_label, rows)), fontsize=7.5)
    axes.axvline(1, color="black", lw=0.8)
    axes.set_xlabel(
        "ours over theirs, logarithmic; left of 1 ours is less; thick mark: the most promised"
    )
    axes.set_title(
        "Blue: the promise holds. Orange: falls short. Grey: none was made.",
        fontsize=10,
        loc="left",
    )
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    figure.savefig(path, dpi=110, metadata={"Software": None})  # fmt: skip


def _label(row: dict[str, Any]) -> str:
    texts = (row["name"].replace("`", ""), f"beside {row['beside']}".replace("`", ""))
    return "\n".join(shorten(text, 64, placeholder=" …") for text in texts)


if __name__ == "__main__":
    main()
