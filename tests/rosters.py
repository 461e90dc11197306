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
KECAMATAN = [f"Kec {c}{v}" for c in "BDGJKLMP" for v in ("ati", "ulo", "ewa")][:21]


def niks(rng: np.random.Generator, people: int) -> np.ndarray:
    """Return different numbers of good form: 3318, district, day (women + 40), month, year, serial."""
    serial = rng.permutation(21 * 28 * 12 * 60 * 40)[:people] if people < 10**7 else None
    place, rest = np.divmod(serial, 28 * 12 * 60 * 40)
    day, rest = np.divmod(rest, 12 * 60 * 40)
    month, rest = np.divmod(rest, 60 * 40)
    year, number = np.divmod(rest, 40)
    woman = rng.random(people) < 0.5
    value = 3318 * 10**12 + (place + 1) * 10**10 + (day + 1 + 40 * woman) * 10**8
    value += (month + 1) * 10**6 + (40 + year) % 100 * 10**4 + number + 1
    return value.astype("U16")


def text_month(months: np.ndarray) -> np.ndarray:
    return np.char.add(
        np.char.add((months // 12).astype("U4"), "-"), np.char.zfill((months % 12 + 1).astype("U2"), 2)
    )


@dataclass(frozen=True)
class Made:
    roster: Path
    registers: tuple[Path, Path]
    numbers: set[str]


def make_roster(folder: Path, members: int, rows_listed: int, seed: int = 1) -> Made:
    """Write `roster.csv`, `dtks.csv` and `p3ke.csv`; return them with every number in them."""
    rng = np.random.default_rng(seed)
    pool = niks(rng, members + rows_listed)
    own, others = pool[:members], pool[members:]
    segment = rng.choice(5, members, p=SHARES)
    start = rng.integers(FIRST - 24, LAST + 1, members)
    paid = rng.geometric(np.array(STOPPING)[segment])
    last = np.minimum(start + paid - 1, LAST)
    rows = [(own, segment, start, last)]
    back = np.flatnonzero((last < LAST - 8) & (rng.random(members) < 0.15))  # some come back
    again = last[back] + rng.integers(1, 9, back.size)
    rows.append((own[back], segment[back], again, np.minimum(again + rng.geometric(0.06, back.size), LAST)))
    both = np.flatnonzero(rng.random(members) < 0.04)  # some hold a second segment
    since = np.minimum(start[both] + rng.integers(0, 6, both.size), LAST)
    rows.append((own[both], (segment[both] + 2) % 5, since, np.minimum(since + rng.geometric(0.05, both.size), LAST)))
    nik, seg, first, end = (np.concatenate(part) for part in zip(*rows, strict=True))
    frame = pd.DataFrame(
        {
            "NIK": nik,
            "Nama": "X",
            "Segmen": np.array(SEGMENT_WORDS)[seg],
            "Bulan Masuk": text_month(first),
            "Bulan Bayar Terakhir": text_month(end),
            "Pemberi Kerja": "PT Maju",
            "Status": np.where(rng.random(nik.size) < 0.01, "Meninggal", "Aktif"),
        }
    )
    frame.loc[rng.random(len(frame)) < 0.01, "Status"] = "Pindah"
    frame = pd.concat([frame, frame.sample(frac=0.02, random_state=seed)])  # rows said twice
    frame = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    frame["NIK"] = _mistyped(frame["NIK"].to_numpy().astype("U20"), rng)
    wrong = rng.random(len(frame))
    frame.loc[wrong < 0.002, "Bulan Masuk"] = ""
    frame.loc[wrong > 0.998, "Segmen"] = "?"
    roster = folder / "roster.csv"
    frame.to_csv(roster, index=False, sep=";")
    listed = rng.choice(np.concatenate([others, own[rng.random(members) < 0.4]]), rows_listed)
    registers, numbers = [], set(frame["NIK"])
    for name, part in (("dtks", listed[: rows_listed // 2]), ("p3ke", listed[rows_listed // 2 :])):
        decile = rng.integers(1, 11, part.size)
        table = pd.DataFrame(
            {
                "No. KTP": _mistyped(part.astype("U20"), rng),
                "Nama": "X",
                "Kecamatan": np.array(KECAMATAN)[rng.integers(0, 21, part.size)],
                "Desil": np.where(rng.random(part.size) < 0.1, "", decile.astype("U2")),
                "Keterangan": np.where(rng.random(part.size) < 0.02, "meninggal", ""),
            }
        )
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8-sig")
        registers.append(folder / f"{name}.csv")
        numbers |= set(table["No. KTP"])
    return Made(roster, (registers[0], registers[1]), {n for n in numbers if len(n) >= 15})


def _mistyped(numbers: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    wrong = rng.random(numbers.size)
    numbers = numbers.copy()
    for low, change in (
        (0.000, lambda n: n[:15]),
        (0.002, lambda n: "0000" + n[4:]),
        (0.004, lambda n: n[:6] + "99" + n[8:]),
        (0.006, lambda n: n[:12] + "0000"),
        (0.008, lambda n: ""),
        (0.010, lambda n: "3,31801E+15"),
        (0.012, lambda n: "'" + n),  # good: a number kept as text
        (0.014, lambda n: n[:8] + "13" + n[10:]),
        (0.016, lambda n: n[:4] + "00" + n[6:]),
    ):
        at = np.flatnonzero((wrong >= low) & (wrong < low + 0.002))
        numbers[at] = [change(n) for n in numbers[at]]
    return numbers
