"""The files of issued forecasts: whole, never changed, and every fault named."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ucj_analysis.archive import files as archive_files
from ucj_analysis.archive.disk import LEFT
from ucj_analysis.archive.files import VIEWS, WITHOUT_SERIES, append, read_archive, schema
from ucj_analysis.errors import InputError, RunError
from ucj_analysis.resources import PACKAGE

WRITER = Path(__file__).with_name("archive_writer.py")
sys.path.insert(0, str(WRITER.parent))
from archive_writer import DAY, made_up  # noqa: E402


def files(archive):
    return {p: p.read_bytes() for p in archive.rglob("*.parquet")}


def refused(archive, **asked):
    with pytest.raises(InputError) as caught:
        read_archive(archive, **asked)
    return caught.value.problems[0]


def test_what_is_read_is_what_was_issued_to_the_digit(tmp_path):
    told = made_up(start=0.1 + 0.2, scenario="my scenarios/push.toml")
    (path,) = append([told], tmp_path)
    (kept,) = read_archive(tmp_path)
    plain = {n: v for n, v in vars(told).items() if n not in ("quantiles", "id")}
    assert {n: getattr(kept, n) for n in plain} == plain and kept.id == told.id
    for view in VIEWS:
        assert np.array_equal(kept.quantiles[view], told.quantiles[view])
    assert path.parent.name == "issued_month=2025-04" and path.name.startswith("3318-2025-03-")


def test_the_same_forecast_gives_the_same_bytes(tmp_path):
    first, again = (append([made_up()], tmp_path / name)[0] for name in "ab")
    assert first.name == again.name and first.read_bytes() == again.read_bytes()


def test_many_regions_go_into_one_file_and_are_read_apart(tmp_path):
    regions = [f"33{n:02d}" for n in range(1, 60)]
    homes = append([made_up(r) for r in regions], tmp_path)
    assert len(set(homes)) == 1
    assert [t.region for t in read_archive(tmp_path)] == regions
    assert [t.region for t in read_archive(tmp_path, "3342")] == ["3342"]
    assert read_archive(tmp_path, "1101") == []
    more = append([made_up("3399"), *map(made_up, regions)], tmp_path)
    assert more[1:] == homes and more[0] != homes[0]
    assert len(read_archive(tmp_path)) == 60


def test_units_and_version_travel_with_the_file(tmp_path):
    (path,) = append([made_up()], tmp_path)
    found = pq.read_schema(path)
    assert found.metadata[b"schema_version"] == str(WITHOUT_SERIES).encode()
    assert all({b"unit", b"description"} <= set(f.metadata) for f in found)
    import pandas as pd

    frame = pd.read_parquet(tmp_path)
    assert len(frame) == 27 and set(schema().names) < set(frame.columns)


REGIONS = st.sampled_from(["3318", "3319"])
ISSUES = st.lists(
    st.lists(st.tuples(REGIONS, st.integers(0, 3), st.integers(0, 40)), min_size=1, max_size=4),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25)
@given(ISSUES)
def test_whatever_is_issued_earlier_files_stay_and_nothing_is_told_twice(tmp_path_factory, runs):
    archive = tmp_path_factory.mktemp("archive")
    ids, before = set(), {}
    for run in runs:
        records = [made_up(r, n, DAY + timedelta(days)) for r, n, days in run]
        homes = append(records, archive)
        now = files(archive)
        assert all(now[path] == content for path, content in before.items())
        assert set(homes) <= set(now)
        ids |= {r.id for r in records}
        before = now
    told = read_archive(archive)
    assert sorted(t.id for t in told) == sorted(ids)
    assert len({t.stem for t in told}) == len(ids)
    assert [t.issued for t in told] == sorted(t.issued for t in told)


def writer(archive, first, last, days=0):
    return subprocess.Popen(
        [sys.executable, str(WRITER), str(archive), str(first), str(last), str(days)],
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def go(process):
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.soak
def test_a_killed_writer_leaves_nothing_that_counts_or_is_in_the_way(tmp_path):
    draw, issued = random.Random(2025), set()
    for turn in range(30):
        process = writer(tmp_path, 100 * turn, 100 * (turn + 1), days=31)
        told = {process.stdout.readline().strip()}
        go(process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(draw.uniform(0.001, 0.05))
        process.kill()
        told |= set(process.communicate()[0].split())
        kept = {t.id for t in read_archive(tmp_path, since=DAY + timedelta(3100 * turn))}
        assert told <= kept and len(kept - told) <= 1  # one may be whole before it could be told
        issued |= kept
    append([made_up(number=999_999)], tmp_path)
    assert {t.id for t in read_archive(tmp_path)} == issued | {made_up(number=999_999).id}


def test_the_next_writer_removes_what_killed_ones_left_and_nothing_that_is_written_now(tmp_path):
    process = writer(tmp_path, 0, 200)  # killed somewhere in the middle
    process.stdout.readline()
    go(process)
    process.stdout.readline()
    process.kill()
    process.communicate()
    months = [tmp_path / f"issued_month=2025-0{n}" for n in (3, 4)]
    months[0].mkdir()
    old, fresh = [m / ".writing-old" for m in months], [m / ".writing-fresh" for m in months]
    for left in (*old, *fresh):
        left.write_bytes(b"PAR1")
    for left in old:
        os.utime(left, (left.stat().st_mtime - LEFT - 60,) * 2)
    before = files(tmp_path)
    other = writer(tmp_path, 300, 330)
    other.stdout.readline()
    go(other)
    for number in range(200, 230):  # beside a live writer
        append([made_up(number=number)], tmp_path)
    assert len(other.communicate()[0].split()) == 29 and other.returncode == 0
    assert not any(left.exists() for left in old) and all(left.exists() for left in fresh)
    assert before.items() <= files(tmp_path).items()
    kept = {t.id for t in read_archive(tmp_path)}
    assert {made_up(number=n).id for n in (*range(200, 230), *range(300, 330))} <= kept


def test_two_writers_at_once_lose_nothing(tmp_path):
    both = [writer(tmp_path, 0, 20), writer(tmp_path, 10, 30)]
    for process in both:
        process.stdout.readline()
    for process in both:
        go(process)
    assert all(process.communicate()[0] and process.returncode == 0 for process in both)
    kept = read_archive(tmp_path)
    assert {t.id for t in kept} == {made_up(number=n).id for n in range(30)}
    assert sorted(t.revision for t in kept) == list(range(1, 31))


def test_writers_that_did_not_see_each_other(tmp_path, monkeypatch):
    append([made_up("3318"), made_up("3319")], tmp_path)
    monkeypatch.setattr(archive_files, "_files", lambda folder, regions: iter(()))
    append([made_up("3318"), made_up("3320"), made_up("3318", 1)], tmp_path)
    monkeypatch.undo()
    told = read_archive(tmp_path)
    assert sorted((t.region, t.revision) for t in told) == [
        ("3318", 1),
        ("3318", 2),
        ("3319", 1),
        ("3320", 1),
    ]


def test_a_disk_without_links(tmp_path, monkeypatch):
    def none(self, target):
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", none)
    (path,) = append([made_up()], tmp_path)
    assert len(read_archive(tmp_path)) == 1 and len(list(path.parent.iterdir())) == 1


def test_an_archive_that_cannot_be_written_or_is_a_file(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "issued_month=2025-04").write_text("x", encoding="utf-8")
    for archive in (tmp_path / "file", tmp_path):
        with pytest.raises((RunError, InputError)):
            append([made_up()], archive)
    assert refused(tmp_path / "file").fields["reason"] == "ENOTDIR"


def test_an_empty_or_absent_archive_holds_none(tmp_path):
    (tmp_path / "issued_month=2025-04").mkdir()
    (tmp_path / "issued_month=2025-04" / ".writing-1").write_bytes(b"PAR1")
    (tmp_path / ".DS_Store").write_bytes(b"")
    assert read_archive(tmp_path) == read_archive(tmp_path / "nowhere") == []


def test_another_schema_version_is_refused(tmp_path, ucj):
    (path,) = append([made_up()], tmp_path)
    table = pq.ParquetFile(path).read()
    pq.write_table(table.replace_schema_metadata({"schema_version": "3"}), path)
    problem = refused(tmp_path)
    assert (problem.code, problem.value, problem.fields) == (
        "archive_version",
        "3",
        {"allowed": "1, 2"},
    )
    ran = ucj("score", "--archive", tmp_path, "--lang", "en")
    assert ran.code == 2 and path.name in ran.err and "this version reads 1, 2" in ran.err


def test_a_file_cut_short_or_with_a_byte_changed_is_never_believed(tmp_path):
    (path,) = append([made_up()], tmp_path)
    whole, draw = path.read_bytes(), random.Random(2025)
    for length in (0, 3, 4, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert refused(tmp_path).code == "bad_archive"
    (kept,) = (path.write_bytes(whole), read_archive(tmp_path))[1]
    named = 0
    for _ in range(300):
        place = draw.randrange(len(whole))
        path.write_bytes(
            whole[:place] + bytes([whole[place] ^ draw.randrange(1, 256)]) + whole[place + 1 :]
        )
        try:
            assert [t.id for t in read_archive(tmp_path)] == [kept.id]
        except InputError as error:
            assert error.problems[0].file == str(path)
            named += 1
    assert named > 150


CHANGES = {
    "region": "3319",
    "issued": date(2025, 4, 2),
    "as_of": "2025-02",
    "known_by": date(2025, 4, 1),
    "scenario": "outreach",
    "target": 0.5,
    "target_month": "2025-11",
    "start": 0.3,
    "base": "bpjstk-2024",
    "paths": 7,
    "seed": "7",
    "probability": 0.9,
    "probability_bound": 0.9,
    "forecast": "0" * 16,
    "view": "pooled",
    "month": "2025-05",
    "quantiles": [0.5] * 99,
    "provenance": "no JSON",
}


@pytest.mark.parametrize("column", [*CHANGES, "too few quantiles"])
def test_a_forecast_changed_after_its_issue_is_noticed(tmp_path, ucj, column):
    (path,) = append([made_up()], tmp_path)
    table = pq.ParquetFile(path).read()
    value = CHANGES.get(column, [0.5] * 98)
    field = schema().field(column if column in CHANGES else "quantiles")
    changed = pa.array([value] * len(table), field.type)
    pq.write_table(table.set_column(schema().get_field_index(field.name), field, changed), path)
    assert refused(tmp_path).code in ("altered_archive", "renamed_archive", "bad_archive")
    ran = ucj("score", "--archive", tmp_path, "--lang", "en")
    assert ran.code == 2 and path.name in ran.err and ran.out == ""


@pytest.mark.parametrize("kept", [slice(0, 0), slice(0, 27), slice(0, 40), slice(27, 54)])
def test_a_forecast_taken_out_of_a_file_is_missed(tmp_path, kept):
    path = append([made_up("3318"), made_up("3319")], tmp_path)[0]
    table = pq.ParquetFile(path).read()
    pq.write_table(table[kept], path)
    assert refused(tmp_path).code in ("bad_archive", "renamed_archive", "altered_archive")


@pytest.mark.parametrize(
    "name",
    [
        "3318_2025-03.json",
        "notes.txt",
        "issued_month=2025-04/notes.txt",
        "issued_month=2025-04/foreign.parquet",
        "issued_month=2025-04/copy.parquet",
        "issued_month=2025-05/3318-2025-03-copy.parquet",
        "issued_month=soon/",
        "issued_month=2025-04/folder.parquet/",
    ],
)
def test_foreign_files_copies_and_folders_are_named(tmp_path, ucj, name):
    (path,) = append([made_up()], tmp_path)
    foreign = tmp_path / name
    foreign.parent.mkdir(exist_ok=True)
    if name.endswith("/"):
        foreign.mkdir()
    elif "copy" in name:
        foreign.write_bytes(path.read_bytes())
    elif foreign.suffix == ".parquet":
        pq.write_table(pa.table({"x": [1]}), foreign)
    else:
        foreign.write_text("{}", encoding="utf-8")
    ran = ucj("score", "--archive", tmp_path, "--lang", "en")
    assert ran.code == 2 and foreign.name in ran.err and "Traceback" not in ran.err


def test_months_and_regions_not_asked_for_are_not_opened(tmp_path):
    append([made_up("3318")], tmp_path)
    (other,) = append([made_up("3319")], tmp_path)
    (later,) = append([made_up("3318", day=date(2025, 6, 1))], tmp_path)
    for path in (other, later):
        path.write_bytes(b"broken")
    (told,) = read_archive(tmp_path, "3318", until=date(2025, 5, 31))
    assert told.issued == DAY
    assert refused(tmp_path, region="3318").file == str(later)
    assert refused(tmp_path, since=date(2025, 4, 1), until=DAY).file == str(other)
    other.unlink()
    assert read_archive(tmp_path, until=DAY - timedelta(1)) == []
    assert read_archive(tmp_path, since=date(2025, 5, 1), until=date(2025, 5, 31)) == []
