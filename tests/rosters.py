"""Made-up rosters and registers with realistic dirt, and an independent count of them in pandas.

A person stops paying with a fixed chance each month, may come back, may hold two segments. Rows
are said twice, numbers are mistyped, people die or move, the two registers name the same people.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

SEGMENT_WORDS = ("PU", "Luar Daerah", "BPU", "Jasa Konstruksi", "Pekerja Rentan")
SHARES = (0.45, 0.10, 0.25, 0.14, 0.06)
#: Chance to pay no more after a month, by segment.
STOPPING = (0.02, 0.01, 0.05, 0.10, 0.08)
FIRST, LAST = 2023 * 12, 2023 * 12 + 35
MONTHS = "2023-01:2025-12"
PLACES = [f"{a}{b}" for a in ("Ba", "De", "Gu", "Ja", "Ki", "Lo", "Me") for b in ("ti", "lo", "wa")]
CONSTRUCTION = 3
ALL = 5


@dataclass(frozen=True)
class Made:
    """Files, and every text that stands where a number should."""

    roster: Path
    registers: tuple[Path, Path]
    numbers: frozenset[str]


def niks(rng: np.random.Generator, people: int) -> np.ndarray:
    """Return different numbers of good form, women's days with 40 on top."""
    serial = rng.permutation(21 * 28 * 12 * 60 * 40)[:people]
    place, rest = np.divmod(serial, 28 * 12 * 60 * 40)
    day, rest = np.divmod(rest, 12 * 60 * 40)
    month, rest = np.divmod(rest, 60 * 40)
    year, number = np.divmod(rest, 40)
    value = 3318 * 10**12 + (place + 1) * 10**10 + (month + 1) * 10**6 + number + 1
    value += (day + 1 + 40 * (rng.random(people) < 0.5)) * 10**8 + (40 + year) % 100 * 10**4
    return value.astype("U16")


def month_text(months: np.ndarray) -> np.ndarray:
    year, month = np.divmod(months, 12)
    return np.char.add(
        np.char.add(year.astype("U4"), "-"), np.char.zfill((month + 1).astype("U2"), 2)
    )


def make_roster(folder: Path, members: int, listed: int, seed: int = 1) -> Made:
    """Write `roster.csv`, `dtks.csv` and `p3ke.csv` of so many members and rows of lists."""
    rng = np.random.default_rng(seed)
    pool = niks(rng, members + listed)
    own, others = pool[:members], pool[members:]
    segment = rng.choice(5, members, p=SHARES)
    start = rng.integers(FIRST - 24, LAST + 1, members)
    last = np.minimum(start + rng.geometric(np.array(STOPPING)[segment]) - 1, LAST)
    back = np.flatnonzero((last < LAST - 8) & (rng.random(members) < 0.15))  # some come back
    again = last[back] + rng.integers(1, 9, back.size)
    until = np.minimum(again + rng.geometric(0.06, back.size), LAST)
    both = np.flatnonzero(rng.random(members) < 0.04)  # some hold a second segment
    since = np.minimum(start[both] + rng.integers(0, 6, both.size), LAST)
    ended = np.minimum(since + rng.geometric(0.05, both.size), LAST)
    nik = np.concatenate([own, own[back], own[both]])
    frame = pd.DataFrame(
        {
            "NIK": nik,
            "Nama": "Nama Orang",
            "Segmen": np.array(SEGMENT_WORDS)[
                np.concatenate([segment, segment[back], (segment[both] + 2) % 5])
            ],
            "Bulan Masuk": month_text(np.concatenate([start, again, since])),
            "Bulan Bayar Terakhir": month_text(np.concatenate([last, until, ended])),
            "Pemberi Kerja": "PT Maju",
            "Status": rng.choice(["Aktif", "Meninggal", "Pindah"], nik.size, p=[0.98, 0.01, 0.01]),
        }
    )
    frame = pd.concat([frame, frame.sample(frac=0.02, random_state=seed)])  # rows said twice
    frame = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    frame["NIK"] = _mistyped(frame["NIK"].to_numpy(), rng)
    wrong = rng.random(len(frame))
    frame.loc[wrong < 0.002, "Bulan Masuk"] = ""
    frame.loc[(wrong > 0.5) & (wrong < 0.502), "Bulan Bayar Terakhir"] = "1999-01"
    frame.loc[wrong > 0.998, "Segmen"] = "?"
    frame.to_csv(folder / "roster.csv", index=False, sep=";")
    numbers = set(frame["NIK"])
    named = rng.choice(np.concatenate([others, own[rng.random(members) < 0.4]]), listed)
    for name, part in (("dtks", named[: listed // 2]), ("p3ke", named[listed // 2 :])):
        decile = rng.integers(1, 11, part.size).astype("U2")
        table = pd.DataFrame(
            {
                "No. KTP": _mistyped(part, rng),
                "Nama": "Nama Orang",
                "Kecamatan": np.array(PLACES)[rng.integers(0, len(PLACES), part.size)],
                "Desil": np.where(rng.random(part.size) < 0.1, "", decile),
                "Keterangan": np.where(rng.random(part.size) < 0.02, "meninggal", ""),
            }
        )
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig")
        numbers |= set(table["No. KTP"])
    told = frozenset(n for n in numbers if sum(c.isdigit() for c in n) >= 15)
    return Made(folder / "roster.csv", (folder / "dtks.csv", folder / "p3ke.csv"), told)


def _mistyped(numbers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    changed, wrong = numbers.astype("U20"), rng.random(numbers.size)
    for step, change in enumerate(
        (
            lambda n: n[:15],
            lambda n: "0000" + n[4:],
            lambda n: n[:6] + "99" + n[8:],
            lambda n: n[:12] + "0000",
            lambda n: "",
            lambda n: "3,31801E+15",
            lambda n: "'" + n,  # good: a number kept as text
            lambda n: n[:8] + "13" + n[10:],
            lambda n: n[:4] + "00" + n[6:],
            lambda n: n[:6] + "31" + "02" + n[10:],
        )
    ):
        at = np.flatnonzero((wrong >= 0.002 * step) & (wrong < 0.002 * (step + 1)))
        changed[at] = [change(n) for n in changed[at]]
    return changed


# --- counted again, another way: month by month, nobody's spells joined ------------------------


def good(numbers: pd.Series, regions: set[str]) -> pd.Series:
    """Tell which numbers are of good form."""
    text = numbers.str.strip(" '")
    form = text.str.fullmatch(r"\d{16}")
    part = text.where(form, "0" * 16)
    day, month = part.str[6:8].astype(int), part.str[8:10].astype(int)
    born = day.where(day <= 40, day - 40)
    longest = month.map(
        dict.fromkeys(range(1, 13), 31) | dict.fromkeys((4, 6, 9, 11), 30) | {2: 29}
    )
    place = part.str[:4].isin(regions) & (part.str[4:6] != "00")
    return form & place & (born >= 1) & (born <= longest.fillna(0)) & (part.str[12:] != "0000")


@dataclass(frozen=True)
class Counted:
    stock: np.ndarray
    joins: np.ndarray
    returns: np.ndarray
    lapses: np.ndarray
    twice: np.ndarray
    at_risk: np.ndarray
    stopped: np.ndarray
    people: int
    used: int
    pool: dict[tuple[int, str], int]
    listed: tuple[int, int, int]


def count_again(made: Made, regions: set[str]) -> Counted:
    frame = pd.read_csv(made.roster, sep=";", dtype=str, keep_default_na=False)
    frame = frame[good(frame["NIK"], regions)].assign(NIK=lambda f: f["NIK"].str.strip(" '"))
    frame["segment"] = frame["Segmen"].map({w: i for i, w in enumerate(SEGMENT_WORDS)})
    for name, head in (("first", "Bulan Masuk"), ("last", "Bulan Bayar Terakhir")):
        parts = frame[head].str.extract(r"^(\d{4})-(\d\d)$").astype(float)
        frame[name] = parts[0] * 12 + parts[1] - 1
    frame = frame.dropna(subset=["segment", "first", "last"])
    frame = frame[frame["last"] >= frame["first"]]
    away = frame["Status"] != "Aktif"
    more = np.where(away | (frame["segment"] == CONSTRUCTION), 0, 2)
    first, stop = frame["first"].to_numpy(int), frame["last"].to_numpy(int) + more
    person, names = pd.factorize(frame["NIK"])
    segment = frame["segment"].to_numpy(int)
    months = LAST - FIRST + 1
    shape = (6, months)
    stock = np.zeros(shape, int)
    flows = [np.zeros((6, months - 1), int) for _ in range(3)]
    at_risk, stopped = np.zeros((6, 400), int), np.zeros((6, 400), int)
    twice = np.zeros((5, months), int)
    since = {0: np.full(names.size * 5, -1), 1: np.full(names.size, -1)}
    ever = {key: np.zeros(s.size, bool) for key, s in since.items()}
    active_now = np.zeros(0, int)
    for t in range(first.min(), LAST + 1):
        rows = (first <= t) & (stop >= t)
        held = np.unique(person[rows] * 5 + segment[rows])
        everybody = np.unique(person[rows])
        for key, who in ((0, held), (1, everybody)):
            group = since[key] >= 0
            inside = np.zeros(group.size, bool)
            inside[who] = True
            rank = np.arange(group.size) % 5 if key == 0 else np.full(group.size, ALL)
            new, gone = inside & ~group, group & ~inside
            if t > FIRST:
                for flow, what in zip(
                    flows, (new & ~ever[key], new & ever[key], gone), strict=True
                ):
                    flow[:, t - FIRST - 1] += np.bincount(rank[what], minlength=6)
                age = t - 1 - since[key][group]
                np.add.at(at_risk, (rank[group], age), 1)
                np.add.at(stopped, (rank[gone], t - 1 - since[key][gone]), 1)
            if t >= FIRST:
                stock[:, t - FIRST] += np.bincount(rank[inside], minlength=6)
            since[key][new], since[key][gone] = t, -1
            ever[key] |= inside
        if t >= FIRST:
            main = pd.Series(held % 5).groupby(held // 5).transform("min").to_numpy()
            twice[:, t - FIRST] = np.bincount((held % 5)[held % 5 != main], minlength=5)
        active_now = everybody
    lists = pd.concat(
        [
            pd.read_csv(p, dtype=str, keep_default_na=False, encoding="utf-8-sig")
            for p in made.registers
        ]
    )
    lists = lists[good(lists["No. KTP"], regions)]
    lists = lists.assign(
        nik=lists["No. KTP"].str.strip(" '"), decile=pd.to_numeric(lists["Desil"]).fillna(99)
    )
    dead = set(lists.loc[lists["Keterangan"] != "", "nik"]) | set(frame.loc[away, "NIK"])
    once = lists.sort_values(["decile", "Kecamatan"]).drop_duplicates("nik")
    covered = once["nik"].isin(set(names[active_now]))
    lost = once["nik"].isin(dead) & ~covered
    left = once[~covered & ~lost]
    pool = left.groupby([left["decile"].replace(99, 0).astype(int), "Kecamatan"]).size()
    return Counted(
        stock, *flows, twice, at_risk, stopped, names.size, len(frame), pool.to_dict(),
        (len(once), int(covered.sum()), int(lost.sum())),
    )  # fmt: skip


def same_counts(roster, again: Counted) -> None:
    """Refuse any difference between a roster read and its second count, to the person."""
    for name in ("stock", "joins", "returns", "lapses", "twice"):
        np.testing.assert_array_equal(getattr(roster, name), getattr(again, name), err_msg=name)
    longest = roster.at_risk.shape[1]
    for name in ("at_risk", "stopped"):
        told = getattr(again, name)
        np.testing.assert_array_equal(getattr(roster, name), told[:, :longest], err_msg=name)
        assert not told[:, longest:].any()
    assert (roster.people, roster.roster.used) == (again.people, again.used)
    pool = {key: int(cell[2]) for key, cell in roster.listed.items() if cell[2]}
    assert pool == again.pool
    states = np.sum(list(roster.listed.values()), axis=0)
    assert (states.sum(), states[0], states[1]) == again.listed
