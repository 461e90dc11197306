"""An office's file into a region's tables: shown first, whole or not at all, undone, never the shipped data."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from ucj_analysis import ask, forecast
from ucj_analysis.planning.plan import can_plan
from ucj_analysis.presentation.language import words
from ucj_analysis.presentation.plan_words import no_plan_text
from ucj_analysis.record.schemas import OBSERVATIONS
from ucj_analysis.resources import SHIPPED_DATA

TABLE = "Bulan;Angkatan kerja;Peserta;Cakupan\r\nJuni 2025;599.061;182.714;30,5%\r\n"
TOLD = ("--base", "bpjstk-2025", "--published", "2025-07-10", "--source", "laporan cabang")
EN = ("--lang", "en")


@pytest.fixture
def office(tmp_path):
    """A folder with a file as an office sends it."""
    (tmp_path / "laporan.csv").write_text(TABLE, encoding="utf-8", newline="")
    return tmp_path


def rows(data: Path, region: str = "3318") -> list[dict[str, str]]:
    with (data / "regions" / region / "observations.csv").open(
        encoding="utf-8", newline=""
    ) as lines:
        return list(csv.DictReader(lines))


def asked(office: Path, *more: str) -> tuple[object, ...]:
    return (
        "import",
        office / "laporan.csv",
        "--region",
        "3318",
        "--data",
        office / "mine",
        *TOLD,
        *more,
        *EN,
    )


def test_from_a_file_to_a_forecast_in_two_commands(ucj, office):
    ran = ucj(*asked(office))
    assert ran.code == 0, ran.err
    for told in ("B2", "599.061", "599,061", "30,5%", "30.5%", "2025-06", "Written"):
        assert told in ran.out
    assert rows(office / "mine")[-1] == {
        "region": "3318",
        "as_of": "2025-06",
        "coverage": "0.305",
        "half_width": "0.0005",
        "participants": "182714",
        "labour_force": "599061",
        "base": "bpjstk-2025",
        "basis": "",
        "published": "2025-07-10",
        "source": "laporan cabang",
        "note": "",
    }
    seen = ucj(
        "forecast", "--data", office / "mine", "--as-of", "2025-06", "--paths", "300", "--json", *EN
    )
    assert seen.code == 0 and seen.json["as_of"] == "2025-06"
    ran = ucj("validate", office / "mine", "--against", SHIPPED_DATA, *EN)
    assert ran.code == 0 and "1 new row" in ran.out


def test_a_dry_run_shows_all_and_writes_nothing(ucj, office):
    before = sorted(office.rglob("*"))
    ran = ucj(*asked(office, "--dry-run"))
    assert ran.code == 0 and "30.5%" in ran.out and "Nothing was written" in ran.out
    assert sorted(office.rglob("*")) == before


def test_the_same_file_again_is_kept_once(ucj, office):
    assert ucj(*asked(office)).code == 0
    first = rows(office / "mine")
    ran = ucj(*asked(office))
    assert ran.code == 0 and "kept once: 2025-06 bpjstk-2025" in ran.out
    assert rows(office / "mine") == first
    assert len(list((office / "mine/regions/3318/previous").iterdir())) == 1


def test_another_figure_needs_a_reason_and_can_be_undone(ucj, office):
    assert ucj(*asked(office)).code == 0
    first = (office / "mine/regions/3318/observations.csv").read_bytes()
    shutil.copytree(office / "mine", office / "before")
    changed = TABLE.replace("30,5%", "31,0%").replace("182.714", "185.709")
    (office / "laporan.csv").write_text(changed, encoding="utf-8", newline="")
    ran = ucj(*asked(office))
    assert ran.code == 2 and "cell D2" in ran.err and "30.5%" in ran.err and "--restate" in ran.err
    assert (office / "mine/regions/3318/observations.csv").read_bytes() == first
    ran = ucj(*asked(office, "--restate", "corrected by the branch on 20 July"))
    assert ran.code == 0, ran.err
    assert rows(office / "mine")[-1]["coverage"] == "0.31"
    assert "20 July" in rows(office / "mine")[-1]["note"]
    assert ucj("validate", office / "mine", "--against", office / "before", *EN).code == 0
    assert ucj(*asked(office, "--restate", "Corrected by the branch on 20 July")).code == 0  # kept
    ran = ucj("import", "--undo", "--region", "3318", "--data", office / "mine", *EN)
    assert ran.code == 0
    assert (office / "mine/regions/3318/observations.csv").read_bytes() == first
    for _ in range(2):
        ran = ucj("import", "--undo", "--region", "3318", "--data", office / "mine", *EN)
    assert ran.code == 2 and "no earlier tables" in ran.err
    shipped = (SHIPPED_DATA / "regions/3318/observations.csv").read_bytes()
    assert (office / "mine/regions/3318/observations.csv").read_bytes() == shipped


def test_an_undo_tells_what_it_takes_back_and_what_it_leaves(ucj, office):
    shipped = {
        r["source"] for r in csv.DictReader((SHIPPED_DATA / "sources.csv").open(encoding="utf-8"))
    }
    undo = ("import", "--undo", "--region", "3318", "--data", office / "mine")

    def sources() -> set[str]:
        with (office / "mine/sources.csv").open(encoding="utf-8", newline="") as lines:
            return {r["source"] for r in csv.DictReader(lines)} - shipped

    assert ucj(*asked(office)).code == 0 and sources() == {"laporan cabang"}
    july = TABLE.replace("Juni", "Juli") + TABLE.splitlines()[1].replace(
        "182.714;30,5", "185.709;31,0"
    )
    (office / "laporan.csv").write_text(july, encoding="utf-8", newline="")
    again = (*asked(office, "--restate", "corrected on 20 July"), "--published", "2025-08-10")
    assert ucj(*again, "--source", "laporan Juli").code == 0
    assert sources() == {"laporan cabang", "laporan Juli"}
    ran = ucj(*undo, *EN)
    assert ran.code == 0, ran.err
    assert "Kabupaten Pati (3318)" in ran.out and "Taken back: 2025-07 bpjstk-2025\n" in ran.out
    assert "earlier figures again: 2025-06 bpjstk-2025\n" in ran.out
    assert "Taken out of sources.csv: laporan Juli\n" in ran.out and "stay as they are" in ran.out
    assert sources() == {"laporan cabang"}
    scenario = (SHIPPED_DATA / "scenarios/outreach.toml").read_text(encoding="utf-8")
    (office / "mine/scenarios/own.toml").write_text(
        scenario + '# "laporan cabang"\n', encoding="utf-8"
    )
    with (office / "mine/regions/3318/observations.csv").open("a", encoding="utf-8") as table:
        table.write("3318,soon,,,,,,,,,\n")  # a table somebody broke can be taken back too
    ran = ucj(*undo, "--json")
    assert ran.json["taken_back"] == ["2025-06 bpjstk-2025", "soon "]
    assert ran.json["sources_left"] == ["laporan cabang"] == list(sources())


def test_what_could_be_read_otherwise_needs_a_yes(ucj, office):
    (office / "laporan.csv").write_text(
        "Periode;Angkatan kerja;Cakupan (%)\nTriwulan II 2025;599.061;30,5\n", encoding="utf-8"
    )
    ran = ucj(*asked(office))
    assert ran.code == 2 and "--yes" in ran.err and "? A2: Triwulan II 2025" in ran.out
    assert not (office / "mine").exists()
    told = ucj(*asked(office, "--json"))
    assert told.code == 2 and not told.json["ok"] and told.json["rows"][0]["as_of"] == "2025-06"
    assert told.json["problems"][0]["code"] == "confirmation_needed"
    ran = ucj(*asked(office, "--yes", "--json"))
    assert ran.code == 0 and ran.json["problems"] == [] and ran.json["written"]
    assert rows(office / "mine")[-1]["as_of"] == "2025-06"


@pytest.mark.skipif(sys.platform == "win32", reason="no terminals of this kind")
@pytest.mark.parametrize("answer, code", [("y", 0), ("n", 2)])
def test_at_a_terminal_it_asks(office, answer, code):
    import pty

    (office / "laporan.csv").write_text(
        "Periode;Angkatan kerja;Cakupan (%)\nTriwulan II 2025;599.061;30,5\n", encoding="utf-8"
    )
    desk, end = pty.openpty()
    os.write(desk, f"{answer}\n".encode())
    ran = subprocess.run(
        [sys.executable, "-m", "ucj_analysis.cli", *map(str, asked(office))],
        stdin=end,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == code, ran.stderr
    assert (office / "mine").exists() == (code == 0)


def test_next_month_uses_the_saved_layout(ucj, office):
    odd = "Waktu;AK;Yang aktif;Persen\nJuni 2025;599.061;182.714;30,5%\n"
    (office / "laporan.csv").write_text(odd, encoding="utf-8")
    columns = ("--column", "participants=C", "--column", "coverage=D")
    assert ucj(*asked(office)).code == 2
    ran = ucj(*asked(office, *columns))
    assert ran.code == 0, ran.err
    kept = (office / "mine/regions/3318/import.toml").read_text(encoding="utf-8")
    assert 'meaning = "participants"' in kept and 'head = "Yang aktif"' in kept
    (office / "laporan.csv").write_text(odd.replace("Juni", "Juli"), encoding="utf-8")
    later = (*asked(office)[:-2], "--published", "2025-08-10", *EN)
    ran = ucj(*later)
    assert ran.code == 0 and "saved columns" in ran.out
    assert rows(office / "mine")[-1]["as_of"] == "2025-07"
    assert rows(office / "mine")[-1]["participants"] == "182714"
    moved = "Waktu;Yang aktif;AK;Persen\nAgustus 2025;182.714;599.061;30,5%\n"
    (office / "laporan.csv").write_text(moved, encoding="utf-8")
    ran = ucj(*later)
    assert ran.code == 2  # the columns are not where they were, and nothing else tells them
    (office / "mine/regions/3318/import.toml").write_text("schema_version = 1\n", encoding="utf-8")
    ran = ucj(*later)
    assert ran.code == 2 and "import.toml" in ran.err


def test_a_region_from_nothing_to_its_template_and_back(ucj, tmp_path):
    data = tmp_path / "mine"
    ran = ucj("new-region", "6101", "--data", data, *EN)
    assert ran.code == 0, ran.err
    folder = data / "regions/6101"
    assert sorted(p.name for p in folder.iterdir()) == ["template.csv", "template.xlsx"]
    assert ucj("validate", data, *EN).code == 0
    assert ucj("new-region", "6101", "--data", data, *EN).code == 2
    ran = ucj("import", folder / "template.xlsx", *EN)
    assert ran.code == 2 and "no row with figures" in ran.err  # the example row is none
    book = load_workbook(folder / "template.xlsx")
    sheet = book.worksheets[0]
    values = (None, "Mar 2025", 500000, 145000, 29, "bpjstk-2025", None, "10/05/2025", "cabang", 52)
    for column, value in enumerate(values, 1):
        if value is not None:
            sheet.cell(5, column, value)
    sheet["K5"] = "Desember 2025"
    book.save(folder / "template.xlsx")
    ran = ucj("import", folder / "template.xlsx", "--yes", *EN)
    assert ran.code == 0, ran.err
    (row,) = rows(data, "6101")
    assert (row["coverage"], row["participants"], row["published"]) == (
        "0.29",
        "145000",
        "2025-05-10",
    )
    assert ucj("validate", data, *EN).code == 0
    targets = (folder / "targets.csv").read_text(encoding="utf-8")
    assert "6101,2025-12,0.52,,2025-05-10,cabang," in targets
    seen = ucj("forecast", "--region", "6101", "--data", data, "--paths", "300", *EN)
    assert seen.code == 0, seen.err


def test_a_new_region_begins_with_levers_to_fill_in(ucj, tmp_path):
    data = tmp_path / "mine"
    made = ucj("new-region", "6101", "--data", data, "--json", *EN).json
    levers = data / "levers" / "6101.toml"
    assert made["levers"] == str(levers) and ucj("validate", data, *EN).code == 0
    text = levers.read_text(encoding="utf-8")
    table = "Bulan;Angkatan kerja;Peserta\nMei 2025;599.061;186.308\nJuni 2025;599.061;188.402\n"
    (tmp_path / "laporan.csv").write_text(table, encoding="utf-8")
    asked = ("--region", "6101", "--data", data)
    assert ucj("import", tmp_path / "laporan.csv", *asked, *TOLD, *EN).code == 0
    goal = ("--as-of", "2025-06", "--target", "0.36", "--paths", "300")
    ran = ucj("plan", *asked, *goal, *EN)
    lines = [n for n, line in enumerate(text.splitlines(), 1) if '= "GANTI' in line]
    assert ran.code == 2 and str(levers) in ran.err and len(lines) == 19
    assert all(f"{n}" in ran.err for n in lines) and "in place of each GANTI" in ran.err
    question = ask(region="6101", data=data, as_of="2025-06", target=0.36, paths=300)
    assert not can_plan(question)
    assert "still holds the example's values" in no_plan_text(question, words("en"))
    levers.write_text(text.replace('"GANTI', '"rapat 2 April:'), encoding="utf-8")
    ran = ucj("plan", *asked, *goal, *EN)
    assert ran.code == 0 and can_plan(question), ran.err
    assert ucj("validate", data, *EN).code == 0
    levers.rename(data / "levers" / "6102.toml")  # stated before its region was begun: kept
    assert ucj("new-region", "6102", "--data", data, *EN).code == 0
    assert "rapat 2 April" in (data / "levers" / "6102.toml").read_text(encoding="utf-8")


def test_a_region_of_the_public_record_keeps_it_beside(ucj, tmp_path):
    data = tmp_path / "mine"
    ran = ucj("new-region", "3372", "--data", data, *EN)
    assert ran.code == 0 and "2 figures of the public record" in ran.out
    printed = rows(data, "3372")
    assert [r["base"] for r in printed] == ["public-2024-10", "public-2024-12"]
    assert ucj("validate", data, *EN).code == 0
    was = ucj("status", "--region", "3372", "--as-of", "latest", "--json", *EN).json
    now = ucj("status", "--region", "3372", "--as-of", "latest", "--data", data, "--json", *EN).json
    assert was["coverage"] == now["coverage"]
    shutil.copytree(data, tmp_path / "before")
    (tmp_path / "laporan.csv").write_text(TABLE, encoding="utf-8")
    ran = ucj("import", tmp_path / "laporan.csv", "--region", "3372", "--data", data, *TOLD, *EN)
    assert ran.code == 0 and "set aside" in ran.out, ran.err
    assert [bool(r["coverage"]) for r in rows(data, "3372")] == [False, False, True]
    assert ucj("validate", data, "--against", tmp_path / "before", *EN).code == 0
    assert ucj("forecast", "--region", "3372", "--data", data, "--paths", "300", *EN).code == 0


def test_rows_by_hand_beside_the_public_record_are_sent_to_its_rows(ucj, tmp_path):
    data, row = tmp_path / "mine", "3372,2025-06,0.45,0.005,,295000,bpjstk-2025,,2025-07-10,cabang,\n"
    assert ucj("new-region", "3372", "--data", data, *EN).code == 0
    told = data / "regions/3372/observations.csv"
    told.write_text(told.read_text(encoding="utf-8") + row, encoding="utf-8")
    ran = ucj("validate", data, *EN)
    assert ran.code == 2 and ran.err.count("public record's") == 2
    assert "row 2, column base" in ran.err and "row 3, column base" in ran.err
    assert "row 4" not in ran.err and "your own figures stand" in ran.err
    with told.open(encoding="utf-8", newline="") as lines:
        known = list(csv.DictReader(lines))
    for public in known[:2]:
        public |= {"coverage": "", "half_width": "", "participants": ""}
    with told.open("w", encoding="utf-8", newline="") as lines:
        written = csv.DictWriter(lines, known[0].keys())
        written.writeheader()
        written.writerows(known)
    assert ucj("validate", data, *EN).code == 0
    targets = data / "regions/3372/targets.csv"
    goal = "region,target_month,target,family,published,source,note\n3372,2025-12,0.6,,2025-07-10,surat cabang,\n"
    targets.write_text(goal, encoding="utf-8")
    assert ucj("validate", data, *EN).code == 0
    seen = ucj("status", "--region", "3372", "--data", data, "--as-of", "2025-06", "--json", *EN)
    assert (seen.json["coverage"], seen.json["target"]) == (0.45, 0.6)
    page = ucj("report", "--region", "3372", "--data", data, "--as-of", "2025-06", "--out", tmp_path / "out", *EN)
    assert page.code == 0, page.err
    (text,) = (tmp_path / "out").rglob("brief.html")
    assert "cabang (days stand in the region" in text.read_text(encoding="utf-8")


def test_the_base_of_kudus_is_dated_by_its_publication_and_says_so(ucj, tmp_path):
    data, asked = tmp_path / "mine", ("--region", "3319", "--data", tmp_path / "mine")
    assert ucj("new-region", "3319", "--data", data, *EN).code == 0
    (row,) = rows(data, "3319")
    assert row["as_of"] == row["published"] == "2023-11-30"
    assert "BPS 2022" in row["note"] and "month is that of the publication" in row["note"]
    (tmp_path / "laporan.csv").write_text(TABLE, encoding="utf-8")
    assert ucj("import", tmp_path / "laporan.csv", *asked, *TOLD, *EN).code == 0
    told = ucj("status", *asked, "--as-of", "2025-06", "--target", "0.52", *EN)
    assert "on record as published in November 2023: 485,049" in told.out
    assert "labour force of Statistics Indonesia" not in told.out


def test_head_counts_are_called_counts_and_leave_no_range(ucj, tmp_path):
    from ucj_analysis.presentation.outlook_words import limits_text
    from ucj_analysis.presentation.standing_figures import coverage_figure, waterfall_figure
    from ucj_analysis.presentation.standing_tables import status_table

    data, table = tmp_path / "mine", "Bulan;Angkatan kerja;Peserta\n"
    table += "Mei 2025;599.061;186.308\nJuni 2025;599.061;188.402\n"
    (tmp_path / "laporan.csv").write_text(table, encoding="utf-8")
    ran = ucj("import", tmp_path / "laporan.csv", "--region", "6101", "--data", data, *TOLD, *EN)
    assert ran.code == 0, ran.err
    asked = {"region": "6101", "as_of": "2025-06", "data": data, "target": 0.52}
    seen, w = forecast(ask(**asked, paths=300)), words("en")
    told = ucj(
        "status", "--region", "6101", "--as-of", "2025-06", "--data", data, "--target", "0.52", *EN
    )
    assert "takes 123,110 more participants, 20,518 a month" in told.out
    assert "+0.35 from participants and 0.00 from the base." in told.out
    grid = status_table(seen.status, w)
    assert grid.head[3] == "participants" and "rounding" not in grid.caption
    pictures = coverage_figure(seen.status, w), waterfall_figure(seen.status, w)
    said = [limits_text(seen, w), *(p.alt for p in pictures if p)]
    assert "A few counts say little" in str(said[0])
    assert not [s for s in said if "rounded" in str(s) or "rounding" in str(s)]


@pytest.mark.parametrize("code", ["3302", "3374", "5103", "3671"])
def test_a_new_region_validates(ucj, tmp_path, code):
    assert ucj("new-region", code, "--data", tmp_path / "mine", *EN).code == 0
    ran = ucj("validate", tmp_path / "mine", *EN)
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(
    "given, told",
    [
        (("import",), "which file"),
        (("import", "laporan.csv", "--region", "3318"), "--data"),
        (("import", "laporan.csv", "--data", "mine"), "--region"),
        (("import", "laporan.csv", "--data", "mine", "--region", "9999"), "not a region"),
        (("import", "nothing.csv", "--data", "mine", "--region", "3318"), "does not exist"),
        (("import", "laporan.csv", "--data", ".", "--region", "3318"), "no datapackage.json"),
        (("import", "laporan.csv", "--data", "mine", "--region", "3318"), "--base"),
        (
            ("import", "laporan.csv", "--data", "mine", "--region", "3318", "--numbers", "us"),
            "number style",
        ),
        (
            ("import", "laporan.csv", "--data", "mine", "--region", "3318", "--column", "x=1"),
            "column",
        ),
        (
            (
                "import",
                "laporan.csv",
                "--data",
                "mine",
                "--region",
                "3318",
                *TOLD,
                "--base",
                "bpjstk-2024",
            ),
            "bpjstk-2024",
        ),
        (
            (
                "import",
                "laporan.csv",
                "--data",
                "mine",
                "--region",
                "3318",
                *TOLD,
                "--published",
                "soon",
            ),
            "soon",
        ),
        (("import", "--undo", "--data", "mine", "--region", "3318"), "does not exist"),
        (("new-region", "3319"), "--data"),
        (("new-region", "99", "--data", "mine"), "not a region"),
        (("new-region", "3318", "--data", "mine"), "there already"),
    ],
    ids=lambda v: " ".join(v) if isinstance(v, tuple) else "",
)
def test_refusals_write_nothing(ucj, office, monkeypatch, given, told):
    monkeypatch.chdir(office)
    ran = ucj(*given, *EN)
    assert ran.code == 2 and told in ran.err and "Traceback" not in ran.err
    assert [p.name for p in office.iterdir()] == ["laporan.csv"]


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_killed_at_any_moment_the_table_is_whole(ucj, office):
    assert ucj(*asked(office)).code == 0
    table = office / "mine/regions/3318/observations.csv"
    before = table.read_bytes()
    changed = TABLE.replace("30,5%", "31,0%").replace("182.714", "185.709")
    (office / "laporan.csv").write_text(changed, encoding="utf-8", newline="")
    call = [
        sys.executable,
        "-m",
        "ucj_analysis.cli",
        *map(str, asked(office, "--restate", "final")),
    ]
    start = time.monotonic()
    subprocess.run([*call, "--dry-run"], check=True, capture_output=True)
    took = time.monotonic() - start
    seen = set()
    for step in range(24):
        running = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(took * (0.7 + 0.02 * step))
        running.send_signal(signal.SIGKILL)
        running.wait()
        seen.add(table.read_bytes())
        assert list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
        assert set(rows(office / "mine")[0]) == set(OBSERVATIONS.names)
        assert ucj("validate", office / "mine", *EN).code == 0
        table.write_bytes(before)
    assert seen <= {before, *[s for s in seen if b"0.31," in s]}
    assert ucj(*asked(office, "--restate", "final")).code == 0


def book(path: Path, *lines: tuple[object, ...], title: str = "Rekap") -> Path:
    """Save a workbook of these rows from A1 on."""
    made = Workbook()
    made.active.title = title
    for line in lines:
        made.active.append(line)
    made.save(path)
    return path


HEAD = ("No", "Bulan", "Angkatan kerja", "Peserta aktif", "Target (%)")


@pytest.mark.parametrize(
    "named, cell, near",
    [(3391, "Rekap!A2 3391", True), ("Kab. Kuds", "A2 Kab. Kuds", True), (3318, "A2 3318", False)],
)
def test_a_table_of_other_regions_says_which_cell_names_what(ucj, office, named, cell, near):
    file = book(
        office / "rekap.xlsx", ("Kabupaten", *HEAD[1:4]), (named, "Juni 2025", 486120, 186308)
    )
    ran = ucj("import", file, "--region", "3319", "--data", office / "mine", *TOLD, *EN)
    assert ran.code == 2 and cell in ran.err and "no row is of 3319 Kabupaten Kudus" in ran.err
    assert ("Did you mean 3319 Kabupaten Kudus?" in ran.err) == near


@pytest.mark.parametrize("lang, read", [("id", "186,672"), ("en", "186.672")])
def test_people_typed_as_a_decimal_are_told_as_the_reader_writes_them(ucj, office, lang, read):
    file = book(office / "rekap.xlsx", HEAD[1:4], ("Juni 2025", 486120, 186.672))
    where = ("--region", "3319", "--data", office / "mine", *TOLD, "--lang", lang)
    ran = ucj("import", file, *where)
    assert ran.code == 2 and "Rekap!C2" in ran.err
    assert f" {read}," in ran.err and ran.err.strip().endswith(" 186672.")


def test_what_repeats_is_told_once_and_a_footnote_is_told_as_not_read(ucj, office):
    lines = [
        (n, f"{m} 2025", 599061, 182000 + n, 55) for n, m in enumerate(("April", "Mei", "Juni"), 1)
    ]
    file = book(office / "rekap.xlsx", HEAD, *lines, (), ("*) Angka sementara dari cabang",))
    ran = ucj(
        "import", file, "--region", "3318", "--data", office / "mine", *TOLD, "--dry-run", *EN
    )
    assert ran.code == 0, ran.err
    assert ran.out.count("the target is taken") == 1 and "? Rekap!E2–E4: the target" in ran.out
    assert "Rekap!A6: a row of remarks was left out: *) Angka sementara dari cabang" in ran.out


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_template_takes_days_before_months(ucj, tmp_path, form):
    assert ucj("new-region", "6101", "--data", tmp_path / "mine", *EN).code == 0
    file = tmp_path / "mine/regions/6101" / f"template.{form}"
    values = ("Juli 2025", "500.000", "145.000", "29", "bpjstk-2025", "", "10/08/2025", "cabang")
    if form == "xlsx":
        filled = load_workbook(file)
        for column, value in enumerate(values, 2):
            filled.worksheets[0].cell(5, column, value)
        filled.save(file)
    else:
        text = file.read_text(encoding="utf-8-sig").replace(
            "6101;;;;;;;;", f"6101;{';'.join(values)}"
        )
        file.write_text(text, encoding="utf-8-sig", newline="")
    ran = ucj("import", file, *EN)
    assert ran.code == 0, ran.err
    assert rows(tmp_path / "mine", "6101")[-1]["published"] == "2025-08-10"


@pytest.mark.parametrize(
    "content, told",
    [(b"%PDF-1.7\n1 0 obj", "this is a PDF"), (b"\x89PNG\r\n\x1a\n" + bytes(90), "a picture")],
)
def test_a_pdf_or_a_picture_is_called_so(ucj, office, content, told):
    (office / "laporan.csv").write_bytes(content)
    ran = ucj(*asked(office))
    assert ran.code == 2 and told in ran.err and "a table is needed" in ran.err
    assert "Excel" not in ran.err


def test_what_is_not_there_is_said_to_be_not_there(ucj, office):
    (office / "laporan.csv").unlink()
    ran = ucj(*asked(office))
    assert ran.code == 2 and "does not exist" in ran.err and "shipped" not in ran.err
    ran = ucj("forecast", "--data", office / "mien", *EN)
    assert ran.code == 2 and "the folder does not exist" in ran.err and ran.err.count("mien") == 1
    ran = ucj("forecast", "--data", office, *EN)
    assert ran.code == 2 and "datapackage.json" in ran.err and ran.err.count(office.name) == 1
