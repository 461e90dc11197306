"""A million members and 700 thousand on the lists, beside the same joins in bare DuckDB SQL."""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

import pytest

from tests.measured import measured
from tests.rosters import make_roster

BARE = Path(__file__).parent / "bare_roster.py"
pytestmark = pytest.mark.bench


def test_a_million_members_beside_bare_sql(tmp_path):
    made = make_roster(tmp_path, 1_000_000, 700_000)
    files = [str(made.roster), *map(str, made.registers)]
    lists = [part for path in files[1:] for part in ("--register", path)]
    ours = [sys.executable, "-m", "ucj_analysis.cli", "roster", files[0], *lists]
    ours += ["--out", str(tmp_path / "out")]
    both = [(measured(ours), measured([sys.executable, str(BARE), *files])) for _ in range(5)]
    told = {name: [pair[i] for pair in both] for i, name in enumerate(("ours", "bare"))}
    seconds = {name: median(r.seconds for r in runs) for name, runs in told.items()}
    held = {name: median(r.megabytes for r in runs) for name, runs in told.items()}
    print(
        f"\n1,000,000 members, 700,000 on lists: {seconds['ours']:.1f} s beside {seconds['bare']:.1f} s, "
        f"ratio {seconds['ours'] / seconds['bare']:.2f} (promise 2); "
        f"{held['ours']:.0f} MB beside {held['bare']:.0f} MB, "
        f"ratio {held['ours'] / held['bare']:.2f} (promise 1.5)"
    )
