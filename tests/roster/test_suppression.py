"""Suppression against a reader who solves: no hidden cell follows from what one run publishes."""

from __future__ import annotations

import csv
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.rosters import make_roster
from ucj_analysis.roster.counting import ALL, NAMES, read_roster
from ucj_analysis.roster.folder import publish_roster
from ucj_analysis.roster.published import published
from ucj_analysis.roster.suppression import Cells, hidden

SMALL = 5


class Reader:
    """Knows sums and bounds; asks for the least and the most a hidden cell can be."""

    def __init__(self) -> None:
        self.places: dict[object, int] = {}
        self.equal: list[tuple[dict[int, float], float]] = []
        self.below: list[tuple[dict[int, float], float]] = []

    def place(self, key) -> int:
        return self.places.setdefault(key, len(self.places))

    def knows(self, weights: dict[object, float], value: float) -> None:
        self.equal.append(({self.place(k): w for k, w in weights.items()}, value))

    def knows_range(self, keys, low: float, high: float) -> None:
        at = {self.place(k): 1.0 for k in keys}
        self.below += [(at, high), (dict.fromkeys(at, -1.0), -low)]

    def ends(self, keys) -> tuple[float, float]:
        """Return the least and the most the sum of some unknowns can be."""
        n = len(self.places)
        cost = np.zeros(n)
        cost[[self.places[k] for k in keys]] = 1

        def matrix(rows):
            full = np.zeros((len(rows), n))
            for row, (weights, _) in zip(full, rows, strict=True):
                row[list(weights)] = list(weights.values())
            return (full, [v for _, v in rows]) if rows else (None, None)

        (a, b), (c, d) = matrix(self.equal), matrix(self.below)
        found = []
        for sign in (1, -1):
            seen = linprog(sign * cost, A_ub=c, b_ub=d, A_eq=a, b_eq=b, bounds=(0, None))
            assert seen.status in (0, 3), seen.message  # solved, or without bound
            found.append(np.inf if seen.status == 3 else sign * seen.fun)
        return found[0], found[1]


@given(st.lists(st.lists(st.integers(0, 30), min_size=2, max_size=5), min_size=2, max_size=5))
def test_a_table_with_margins_gives_no_hidden_cell_away(rows):
    width = min(map(len, rows))
    table = np.array([row[:width] for row in rows])
    cells, full = Cells(), np.zeros((len(rows) + 1, width + 1), int)
    full[:-1, :-1] = table
    full[-1, :-1], full[:-1, -1], full[-1, -1] = table.sum(0), table.sum(1), table.sum()
    for place, value in np.ndenumerate(full):
        cells.add(place, value, 1.0)
    reader = Reader()
    for i in range(full.shape[0]):
        cells.tie({(i, j): 1 if j < width else -1 for j in range(width + 1)})
        reader.knows({(i, j): 1 if j < width else -1 for j in range(width + 1)}, 0)
    for j in range(width + 1):
        cells.tie({(i, j): 1 if i < len(rows) else -1 for i in range(len(rows) + 1)})
        reader.knows({(i, j): 1 if i < len(rows) else -1 for i in range(len(rows) + 1)}, 0)
    hide = hidden(cells, SMALL)
    assert {p for p, v in np.ndenumerate(full) if 0 < v < SMALL} <= hide
    for place in product(range(full.shape[0]), range(width + 1)):
        if place not in hide:
            reader.knows({place: 1}, full[place])
    for place in hide:
        low, high = reader.ends([place])
        assert high - low >= 1 - 1e-6
        if 0 < full[place] < SMALL:
            assert high >= SMALL + full[place] - 1e-6


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    folder = tmp_path_factory.mktemp("few")
    made = make_roster(folder, 900, 700, seed=3)
    roster = read_roster(made.roster, "3318", made.registers, "2024-07:2025-12")
    told = published(roster)
    return roster, publish_roster(told, folder / "out", "", 0.0)


def table(folder, name) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_nothing_small_is_on_disk(few):
    _, folder = few
    counted = {
        "stocks": ("people", "counted_once"),
        "flows": ("joins", "returns", "lapses"),
        "lapse": ("stopped", "person_months"),
        "survival": ("at_risk", "person_months", "stopped"),
        "pool": ("people",),
    }
    empty = 0
    for name, columns in counted.items():
        for row, column in product(table(folder, name), columns):
            empty += row[column] == ""
            assert row[column] == "" or not 0 < int(row[column]) < SMALL
    assert empty > 100


def test_stocks_flows_and_seasons_give_no_hidden_cell_away(few):
    """The reader even knows how many people hold two segments each month."""
    roster, folder = few
    reader, cells = Reader(), {}
    months = [str(m) for m in roster.months]
    for row in table(folder, "stocks"):
        cells["stock", NAMES.index(row["segment"]), months.index(row["month"])] = row["people"]
    for row, name in product(table(folder, "flows"), ("joins", "returns", "lapses")):
        place = NAMES.index(row["segment"]), months.index(row["month"]) - 1
        cells[name, *place] = row[name]
    for (name, s, t), text in cells.items():
        if text:
            reader.knows({(name, s, t): 1}, int(text))
        if s == 0:  # all segments beside everybody
            exact = getattr(roster, name)[:, t]
            known = {(name, k, t): 1 if k < 5 else -1 for k in range(6)}
            reader.knows(known, exact[:5].sum() - exact[5])
        if name == "joins":
            change = {("joins", s, t): 1, ("returns", s, t): 1, ("lapses", s, t): -1}
            reader.knows(change | {("stock", s, t): 1, ("stock", s, t + 1): -1}, 0)
    for row in table(folder, "lapse"):
        s = NAMES.index(row["segment"])
        season = [
            t
            for t, month in enumerate(months[1:])
            if month[:4] == row["year"] and (int(month[5:]) <= 5) == (row["season"][0:3] == "Jan")
        ]
        for column, name in (("stopped", "lapses"), ("person_months", "stock")):
            if row[column]:
                reader.knows({(name, s, t): 1 for t in season}, int(row[column]))
    closed = [key for key, text in cells.items() if not text]
    assert len(closed) > 100
    for name, s, t in closed:
        low, high = reader.ends([(name, s, t)])
        exact = getattr(roster, name)[s, t]
        assert low - 1e-6 <= exact <= high + 1e-6 and high - low >= 1 - 1e-6
        if 0 < exact < SMALL:
            assert high >= SMALL, (name, s, t)


def test_who_is_counted_once_gives_no_hidden_stock_away(few):
    _, folder = few
    rows = table(folder, "stocks")
    for month in {row["month"] for row in rows}:
        now = [row for row in rows if row["month"] == month]
        if any(row["people"] == "" for row in now):
            assert all(row["counted_once"] == "" for row in now)
        told = [int(row["people"]) - int(row["counted_once"]) for row in now if row["counted_once"]]
        assert not any(0 < twice < SMALL for twice in told)


def test_the_pool_and_the_audit_give_no_hidden_cell_away(few):
    _, folder = few
    reader = Reader()
    rows = {(r["decile"], r["sub_district"]): r["people"] for r in table(folder, "pool")}
    deciles = sorted({d for d, _ in rows} - {ALL})
    places = sorted({p for _, p in rows} - {ALL})
    for d in (*deciles, ALL):
        reader.knows({(d, p): 1 for p in places} | {(d, ALL): -1}, 0)
    for p in (*places, ALL):
        reader.knows({(d, p): 1 for d in deciles} | {(ALL, p): -1}, 0)
    for key, text in rows.items():
        if text:
            reader.knows({key: 1}, int(text))
    closed = [key for key, text in rows.items() if not text]
    assert closed and rows[ALL, ALL]
    for key in closed:
        low, high = reader.ends([key])
        assert high - low >= 1 - 1e-6 and high >= SMALL


def test_curves_give_no_month_of_one_cohort_away(tmp_path):
    """All joined in one month, so months since joining are months: the hardest case."""
    leaving = [30, 2, 25, 3, 1, 40, 0, 12, 4, 9, 2, 31]
    rows, n = ["NIK,Segmen,Bulan Masuk,Bulan Bayar Terakhir"], 0
    for month, people in enumerate([*leaving, 141]):
        for _ in range(people):
            n += 1
            last = f"2024-{month + 1:02d}" if month < len(leaving) else "2025-12"
            rows.append(f"331801010190{n:04d},BPU,2024-01,{last}")
    path = tmp_path / "a.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    roster = read_roster(path, "3318", months="2023-12:2025-03")
    assert roster.lapses[2].tolist() == [0, 0, 0, *leaving]
    told, reader = published(roster), Reader()
    months = range(roster.stock.shape[1])
    spells = [  # every way to be a member: first time or again, since, until
        (kind, u, b)
        for kind in ("joins", "returns")
        for u in months
        for b in range(u, months[-1] + 1)
        if kind == "joins" or u
    ]
    lapses = {t: [(k, u, b) for k, u, b in spells if b == t] for t in months[:-1]}
    for t in months:
        if (people := told.stock[2][t]) is not None:
            reader.knows({(k, u, b): 1 for k, u, b in spells if u <= t <= b}, people)
    for t in months[:-1]:
        if (people := told.flows["lapses"][2][t]) is not None:
            reader.knows(dict.fromkeys(lapses[t], 1), people)
        for kind in ("joins", "returns"):
            if (people := told.flows[kind][2][t]) is not None:
                reader.knows(
                    {(k, u, b): 1 for k, u, b in spells if (k, u) == (kind, t + 1)}, people
                )
    curve = [row for row in told.survival if row.segment == "self_employed"]
    assert curve and all(row.stopped % (2 * SMALL) == 0 for row in curve)
    for row in curve:
        gone = [
            (k, u, b)
            for k, u, b in spells
            if b < months[-1] and row.since <= b - u + 1 <= row.until
        ]
        reader.knows_range(gone, row.stopped - SMALL, row.stopped + SMALL)
        risk = [(k, u, b) for k, u, b in spells if u + row.since - 1 <= min(b, months[-2])]
        reader.knows_range(risk, row.at_risk - SMALL, row.at_risk + SMALL)
    closed = [t for t in months[:-1] if told.flows["lapses"][2][t] is None]
    assert {t for t in months[:-1] if 0 < roster.lapses[2][t] < SMALL} <= set(closed)
    for t in closed:
        low, high = reader.ends(lapses[t])
        assert low <= roster.lapses[2][t] <= high and high - low >= 1 - 1e-6, t
