"""All 514 regencies and cities, made up for the test: every report, the index, the archive."""

from __future__ import annotations

import json
import sys

import pytest

from tests.benchmarks.results import Row, record, record_table
from tests.benchmarks.test_many_speed import GROWTH, GROWTH_NOTE, growth_row
from tests.measured import measured
from tests.synthetic import made_up
from ucj_analysis.archive.files import read_archive
from ucj_analysis.record.regions import load_regions

pytestmark = pytest.mark.soak
MEMORY = 1.2  # of 514 regions over 35


def command(data, out, codes):
    named = out.with_suffix(".txt")
    named.write_text("\n".join(codes), encoding="utf-8")
    asked = ["report", "--regions", str(named), "--data", str(data), "--out", str(out)]
    return [sys.executable, "-m", "ucj_analysis.cli", *asked, "--jobs", "2", "--issue", "--json"]


@pytest.mark.skipif(sys.platform == "win32", reason="shared pages are not told")
def test_all_regencies_get_their_own_answer_at_the_memory_of_thirty_five(tmp_path):
    codes = [r.code for r in load_regions().values() if r.level == "regency"]
    assert len(codes) == 514
    data = made_up(tmp_path / "data", codes)
    few = measured(command(data, tmp_path / "few", codes[:35]))
    many = measured(command(data, tmp_path / "many", codes))
    reports = json.loads(many.out)["reports"]
    assert {r["status"] for r in reports} == {"published"}
    told = [
        json.loads((tmp_path / "many" / c / "2025-03/id/forecast.json").read_text("utf-8"))
        for c in codes
    ]
    assert len({(t["coverage"]["p50"], t["net_enrolment_needed"]["p50"]) for t in told}) == 514
    index = (tmp_path / "many" / "index.html").read_text(encoding="utf-8")
    assert index.count("brief.html") == 514
    issued = list(read_archive(tmp_path / "many" / "archive"))
    assert {i.region for i in issued} == set(codes) and len(issued) == 514
    record_table(GROWTH, GROWTH_NOTE, growth_row(514, many))
    record(
        Row(
            "memory of 514 reports, issued",
            "memory of 35",
            many.megabytes,
            few.megabytes,
            "MB",
            promise=MEMORY,
        )
    )
    record(Row("a region of 514", "a region of 35", many.seconds / 514, few.seconds / 35, "s"))
    assert many.megabytes <= MEMORY * few.megabytes
