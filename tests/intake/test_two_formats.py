"""Any table written in Indonesian and in English format reads back equal; any bytes are read or refused."""

from __future__ import annotations

import calendar
import random
from datetime import date

import pytest
from building import ASKED, Sheet, xlsx
from by_script import delimited, grouped, old, open_document, text_rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ucj_analysis.errors import InputError
from ucj_analysis.intake.cells import parse_numeral, parse_when
from ucj_analysis.intake.observing import Asked, read_file
from ucj_analysis.record.regions import load_regions

REGISTER = load_regions()
NAMES = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": list(calendar.month_name)[1:],
}
#: Months, base, heads or none, coverage in hundredths of a per cent or none, decimals printed.
tables = st.lists(
    st.tuples(
        st.tuples(st.integers(2015, 2024), st.integers(1, 12)),
        st.one_of(st.none(), st.integers(0, 900_000)),
        st.integers(1, 9_999),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row[0],
)


def asked() -> Asked:
    told = dict(ASKED)
    region = REGISTER[told.pop("region")]
    return Asked(region, REGISTER, **told, numbers=None)


def written(rows, base, digits, style, percent, marked):
    """Return a table as an office of that country types it."""
    mark, point = {"id": (".", ","), "en": (",", ".")}[style]
    heads = {
        "id": ["Bulan", "Angkatan kerja", "Peserta"],
        "en": ["Month", "Labour force", "Participants"],
    }
    share = {"id": "Cakupan", "en": "Coverage"}[style] + ("" if percent else " (%)")
    lines = [[*heads[style], share]]
    for (year, month), people, hundredths in rows:
        number = f"{hundredths / 100:.{digits}f}".replace(".", point)
        lines.append(
            [
                f"{NAMES[style][month - 1]} {year}",
                grouped(base, mark),
                "-" if people is None else grouped(people, mark),
                number + ("%" if percent else "") + (" *)" if marked else ""),
            ]
        )
    return lines


def told(content, suffix, folder):
    path = folder / f"laporan.{suffix}"
    path.write_bytes(content)
    try:
        found = read_file(path, asked())
    except InputError as error:
        problem = error.problems[0]
        return problem.code, problem.fields.get("cell", "")
    return [(r.as_of, r.coverage, r.half_width, r.participants, r.labour_force) for r in found.rows]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=tables,
    base=st.integers(900_000, 9_000_000),
    digits=st.sampled_from([1, 2]),
    percent=st.booleans(),
    marked=st.booleans(),
    separator=st.sampled_from(";\t,"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_both_formats_read_back_equal(
    tmp_path_factory, rows, base, digits, percent, marked, separator, encoding
):
    folder = tmp_path_factory.mktemp("two")
    rows = [
        (month, None if people is None else round(base * h / 10_000), h)
        for month, people, h in rows
    ]
    read = [
        told(
            delimited(written(rows, base, digits, style, percent, marked), separator, encoding),
            "csv",
            folder,
        )
        for style in ("id", "en")
    ]
    assert read[0] == read[1]
    printed = [f"{h / 100:.{digits}f}" for *_, h in rows]
    if (any(0 < float(p) <= 1 for p in printed) and not percent) or "0.0" in printed:
        return  # below 1 without a sign: a fraction or per cent; nothing covered at all: judged below
    want = sorted(
        (
            f"{y}-{m:02d}",
            round(float(p) / 100, digits + 2),
            0.5 * 10 ** -(digits + 2),
            people,
            base,
        )
        for ((y, m), people, _), p in zip(rows, printed, strict=True)
    )
    if isinstance(read[0], list):
        assert [tuple(r) for r in read[0]] == [
            (a, c, pytest.approx(h), p, b) for a, c, h, p, b in want
        ]
    else:
        assert read[0][0] in ("coverage_contradicts", "not_a_share")


@given(st.integers(0, 10**12), st.integers(0, 4))
def test_a_number_is_read_in_its_own_convention(number, digits):
    for style, (mark, point) in {"id": (".", ","), "en": (",", ".")}.items():
        whole = grouped(number, mark)
        text = whole + (point + "7" * digits if digits else "")
        value = parse_numeral(text).values[style]
        assert f"{value:f}" == str(number) + ("." + "7" * digits if digits else "")


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_day_is_read_however_it_is_written(day):
    for style in ("id", "en"):
        name = NAMES[style][day.month - 1]
        assert parse_when(f"{day.day} {name} {day.year}").written == day.isoformat()
        assert parse_when(f"{name} {day.year}").written == f"{day:%Y-%m}"
    assert parse_when(f"{day:%Y-%m-%d}").written == day.isoformat()
    read = parse_when(f"{day:%d/%m/%Y}")
    assert read.written == day.isoformat() and read.either == (
        day.day <= 12 and day.day != day.month
    )


def seeds() -> list[tuple[str, bytes]]:
    rows = text_rows("id", {1: "Januari", 2: "Februari", 8: "Agustus"})
    return [
        ("xlsx", xlsx(Sheet(rows))),
        ("xls", old(rows, {})),
        ("ods", open_document(rows)),
        ("csv", delimited(rows, ";", "utf-8")),
    ]


@pytest.mark.parametrize("kind", ["random", "flipped", "cut", "swapped"])
@pytest.mark.parametrize("count", [12, pytest.param(150, marks=pytest.mark.soak)])
def test_any_bytes_are_read_or_refused(tmp_path, kind, count):
    dice = random.Random(kind)
    for number in range(count):
        suffix, content = SEEDS[number % len(SEEDS)]
        raw = bytearray(content)
        if kind == "random":
            raw = bytearray(raw[:8] if number % 2 else b"") + dice.randbytes(
                dice.randrange(1, 5000)
            )
        elif kind == "flipped":
            for _ in range(dice.randrange(1, 40)):
                raw[dice.randrange(len(raw))] = dice.randrange(256)
        elif kind == "cut":
            del raw[dice.randrange(len(raw)) :]
        else:
            start, length = dice.randrange(len(raw)), dice.randrange(1, 600)
            piece = raw[start : start + length]
            del raw[start : start + length]
            at = dice.randrange(len(raw) + 1)
            raw[at:at] = piece
        told(bytes(raw), suffix, tmp_path)  # a reading or a refusal; anything else fails the test


SEEDS = seeds()


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.sampled_from(
                    [
                        "Bulan",
                        "Cakupan (%)",
                        "Peserta",
                        "Angkatan kerja",
                        "Mar 2025",
                        "Jumlah",
                        "-",
                        "29,5%",
                        "29.5",
                        "599.061",
                        "1.234",
                        "Pati",
                        "Kab. Kudus",
                        "33.18",
                        "2025",
                        "",
                        "Target 2025",
                        "ribu",
                        "%",
                        "1)",
                        "01/02/2025",
                        "#REF!",
                    ]
                ),
                st.text(max_size=8),
            ),
            max_size=6,
        ),
        max_size=8,
    )
)
def test_any_words_in_any_places_are_read_or_refused(tmp_path, rows):
    found = told(delimited(rows, ";", "utf-8"), "csv", tmp_path)
    for _, coverage, half, people, base in found if isinstance(found, list) else ():
        assert coverage is None or (0 < coverage < 1 and half > 0)
        assert people is None or people <= base
