"""A million members and 700 thousand on the lists, beside the same joins in bare DuckDB SQL."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.benchmarks.results import Row, medians, record
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
    for unit, kind, promise in (("s", "seconds", 2), ("MB", "megabytes", 1.5)):
        mine, bare = medians([tuple(getattr(ran, kind) for ran in pair) for pair in both])
        record(
            Row(
                f"a roster of a million, lists of 700,000: {kind}",
                "the same joins in bare DuckDB SQL",
                mine,
                bare,
                unit,
                promise,
            )
        )
