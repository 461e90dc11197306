"""The archive and reports on disk, damaged: read as they were written, refused, or passed over; never a fault."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.hostile import (
    HANG_COMMAND,
    cells,
    damaged,
    damages,
    fuzzed,
    read_or_refused,
    run,
    seen,
)
from ucj_analysis.archive.files import Issued, append, read_archive, schema
from ucj_analysis.archive.inputs import input_path, inputs_of, keep_inputs
from ucj_analysis.provenance import combined, sha256
from ucj_analysis.publishing.index import index_html
from ucj_analysis.publishing.manifest import MANIFEST, unchanged
from ucj_analysis.publishing.retention import is_report
from ucj_analysis.question import ask
from ucj_analysis.resources import PACKAGE

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
from archive_writer import made_up

EXAMPLE = PACKAGE.parent / "reports" / "example" / "en"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """An archive of two forecasts, with the inputs of the first."""
    folder = tmp_path_factory.mktemp("archive")
    kept = keep_inputs(ask(), folder)
    told = {"data_sha256": combined(kept), "inputs": kept}
    append([made_up(provenance=told), made_up(number=1)], folder)
    return folder


def same(one: Issued, other: Issued) -> bool:
    return one.id == other.id and one.revision == other.revision


@fuzzed(150)
@given(damage=damages)
def test_a_damaged_file_of_the_archive_is_never_read_as_another(archive, damage):
    (path,) = archive.glob("issued_month=*/*.parquet")
    before, told = path.read_bytes(), read_archive(archive)
    path.write_bytes(damaged(before, damage))
    try:
        found = read_or_refused(lambda: read_archive(archive))
        if found is not None:
            assert all(same(a, b) for a, b in zip(found, told, strict=True))
            for one in found:
                assert dict(one.inputs) == dict(one.provenance.get("inputs", {}))
    finally:
        path.write_bytes(before)


VALUES: dict[str, st.SearchStrategy[object]] = {
    "string": cells,
    "date32[day]": st.dates(),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(),
    "list<element: double>": st.lists(st.floats(), max_size=100),
}


@fuzzed(80)
@given(drawn=st.data(), name=st.sampled_from(schema(1).names), everywhere=st.booleans())
def test_an_altered_cell_of_the_archive_is_noticed(archive, drawn, name, everywhere):
    (path,) = archive.glob("issued_month=*/*.parquet")
    before, told = path.read_bytes(), read_archive(archive)
    table = pq.read_table(pa.BufferReader(before))
    place = table.column_names.index(name)
    kind = table.field(name).type
    values = VALUES["list<element: double>" if pa.types.is_list(kind) else str(kind)]
    column = table[name].to_pylist()
    value = drawn.draw(values)
    try:
        pa.scalar(value, kind)
    except (UnicodeEncodeError, pa.ArrowException):
        return  # no file can hold it
    column = [value] * len(column) if everywhere else [value, *column[1:]]
    changed = table.set_column(place, table.field(name), pa.array(column, kind))
    pq.write_table(changed.cast(table.schema), path)
    try:
        found = read_or_refused(lambda: read_archive(archive))
        run("score", "--archive", archive)
        if found is not None and name not in ("provenance", "revision"):
            assert all(same(a, b) for a, b in zip(found, told, strict=True))
    finally:
        path.write_bytes(before)


@fuzzed(20)
@given(damage=damages, which=st.integers(0, 20))
def test_damaged_inputs_are_never_asked_again(archive, tmp_path_factory, damage, which):
    told = next(t for t in read_archive(archive) if t.inputs)
    names = sorted(told.inputs)
    home = input_path(archive, told.inputs[names[which % len(names)]])
    before = home.read_bytes()
    home.write_bytes(damaged(before, damage))
    folder = tmp_path_factory.mktemp("laid")
    try:
        found = read_or_refused(lambda: inputs_of(told, archive, folder))
        assert (found is not None) == (home.read_bytes() == before)
        assert found or not seen(folder)
    finally:
        home.write_bytes(before)


@fuzzed(20)
@given(name=st.text(max_size=20), inside=st.booleans())
def test_foreign_entries_of_an_archive_are_refused(archive, name, inside):
    month = next(archive.glob("issued_month=*"))
    safe = "".join(c for c in name if c.isprintable() and c not in '/\\:*?"<>|').strip(". ")[:60]
    if not safe:
        return
    entry = (month if inside else archive) / safe
    entry.write_bytes(b"x")
    try:
        assert read_or_refused(lambda: read_archive(archive)) is None
        assert run("score", "--archive", archive).code == 2
    finally:
        entry.unlink()


# --- reports -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """A folder with one report, and a page that says what is needed."""
    out = tmp_path_factory.mktemp("reports")
    shutil.copytree(EXAMPLE, out / "3318" / "2025-03" / "en")
    needs = out / "3312" / "needs" / "en"
    needs.mkdir(parents=True)
    (needs / "needs.html").write_text("<p>", encoding="utf-8")
    told = {
        "region_name": "Kabupaten Wonogiri",
        "suggested": {"p05": 0.1, "p95": 0.4},
        "outputs": {},
    }
    (needs / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    return out


WHERE = (
    "3318/2025-03/en/manifest.json",
    "3318/2025-03/en/forecast.json",
    "3312/needs/en/manifest.json",
)
JSON = (
    "[" * 100_000,
    "{}",
    "[]",
    "null",
    "1",
    '""',
    '"\\ud800"',
    "NaN",
    "1e400",
    "\ufeff{}",
    "9" * 5000,
)
values = st.sampled_from(JSON).map(str.encode) | st.binary(max_size=50)


@st.composite
def altered(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """Return a file of the reports, one of its values, and what stands there instead."""
    return draw(st.sampled_from(WHERE)), draw(st.sampled_from(("", "one", "inner"))), draw(values)


def put(content: bytes, how: str, value: bytes, place: int) -> bytes:
    """Put a value in the place of a whole document, or of one of its members."""
    if not how:
        return value
    told = json.loads(content)
    inner = told
    if how == "inner":
        inner = next((v for v in told.values() if isinstance(v, dict) and v), told)
    key = list(inner)[place % len(inner)]
    inner[key] = "\x00"
    return json.dumps(told).encode().replace(b'"\\u0000"', value, 1)


@fuzzed(60)
@given(change=altered(), place=st.integers(0, 40), damage=damages, values=st.booleans())
def test_damaged_reports_are_passed_over(reports, change, place, damage, values):
    name, how, value = change
    path = reports / name
    before = path.read_bytes()
    content = put(before, how, value, place) if values else damaged(before, damage)
    path.write_bytes(content)
    try:
        page = index_html(reports, [], "en")
        page.encode("utf-8")
        report = reports / "3318" / "2025-03" / "en"
        if content != before and "3318" in name:
            assert not is_report(report) or name.endswith(MANIFEST)
        if content != before and name.endswith("forecast.json"):
            assert "Kabupaten Pati" not in page and unchanged(report, {}) is None
    finally:
        path.write_bytes(before)


def test_whole_reports_are_listed(reports):
    page = index_html(reports, [], "en")
    assert "Kabupaten Pati" in page and "Kabupaten Wonogiri" in page
    told = json.loads((reports / WHERE[0]).read_text(encoding="utf-8"))
    content = (reports / WHERE[1]).read_bytes()
    assert told["outputs"]["forecast.json"] == sha256(content)


@fuzzed(3, HANG_COMMAND)
@given(change=altered(), place=st.integers(0, 40))
def test_a_dry_run_beside_damaged_reports_ends_well(reports, change, place):
    name, how, value = change
    path = reports / name
    before = path.read_bytes()
    path.write_bytes(put(before, how, value, place))
    try:
        run("report", "--regions", "3318,3312", "--out", reports, "--dry-run", "--keep", "1")
    finally:
        path.write_bytes(before)


# --- mended ------------------------------------------------------------------------------------------


def test_provenance_that_is_no_record_is_refused(archive):
    (path,) = archive.glob("issued_month=*/*.parquet")
    before = path.read_bytes()
    table = pq.read_table(pa.BufferReader(before))
    place = table.column_names.index("provenance")
    for text in ("[]", "5", "null", '{"inputs": 5}', "[" * 100_000):
        column = pa.array([text] * len(table))
        changed = table.set_column(place, table.field("provenance"), column).cast(table.schema)
        pq.write_table(changed, path)
        try:
            assert read_or_refused(lambda: read_archive(archive)) is None
        finally:
            path.write_bytes(before)
    assert np.isfinite(read_archive(archive)[0].probability)
