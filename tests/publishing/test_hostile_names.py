"""Names of regions, levers, offices and scenarios that look like code: text everywhere."""

from __future__ import annotations

import csv
import html
import re

import openpyxl
import pypdfium2 as pdfium
import pytest
import tomli_w

from ucj_analysis.cli import main

HOSTILE = [
    "<script>alert(1)</script>",
    "../../x",
    "=cmd|' /C calc'!A0",
    "x" * 300,
    "🏗️ $ x^2 $ 100% {region}",
    "كودوس",
    "# [a](javascript:alert(1)) <img src=x onerror=alert(1)>",
]
MADE = re.compile(r"<(script|iframe|object|link|img src=x)|href=.javascript:", re.I)


def name_region(data, name):
    def change(rows):
        return [{**r, "name": name} if r["code"] == "3318" else r for r in rows]

    return data.edit("regions", change)


def name_levers(data, lever, office):
    path = data.path / "levers" / "3318.toml"
    text = path.read_text(encoding="utf-8")
    assert '"small fishers"' in text and '"DKP"' in text
    text = text.replace('"small fishers"', f'"{lever}"').replace('"DKP"', f'"{office}"')
    path.write_text(text, encoding="utf-8")


@pytest.mark.filterwarnings("ignore:Glyph .* missing")
@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_a_plan_shows_any_name_as_text(data, tmp_path, place):
    region, lever, office = (HOSTILE[(place + i) % len(HOSTILE)] for i in range(3))
    name_region(data, region)
    name_levers(data, lever, office)
    out = tmp_path / "out"
    asked = ["plan", "--paths", "200", "--target", "0.35", "--data", str(data.path)]
    assert main([*asked, "--out", str(out), "--lang", "en"]) == 0
    (folder,) = (out / "3318" / "2025-03").iterdir()
    assert {p.parent for p in tmp_path.rglob("plan.*")} == {folder}
    page = (folder / "plan.html").read_text(encoding="utf-8")
    assert not MADE.search(page)
    for name in (region, lever, office):
        assert name in html.unescape(page)
    with (folder / "plan.csv").open(encoding="utf-8", newline="") as lines:
        cells = {c for row in csv.reader(lines) for c in row}
    assert not [c for c in cells if c.startswith(("=", "+", "-", "@"))]
    assert {lever, "'" + lever} & cells and {office, "'" + office} & cells
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    kinds = {c.data_type for sheet in book for row in sheet.iter_rows() for c in row}
    assert "f" not in kinds
    assert lever in {c.value for row in book["By month"].iter_rows() for c in row}


def test_a_report_shows_any_name_as_text(data, tmp_path):
    """One region, one scenario, named by all of them at once."""
    joined = " ".join(HOSTILE)
    name_region(data, joined)
    path = tmp_path / "=x <b>.toml"
    header = {"extends": "layoff-shock", "header": {"title": joined}}
    path.write_text(tomli_w.dumps(header), encoding="utf-8")
    out = tmp_path / "out"
    asked = ["report", "-p", "paths=500", "--scenario", str(path), "--data", str(data.path)]
    assert main([*asked, "--out", str(out), "--lang", "id"]) == 0
    (folder,) = (out / "3318" / "2025-03").iterdir()
    assert re.fullmatch(r"[\w.-]+", folder.name)
    page = (folder / "brief.html").read_text(encoding="utf-8")
    assert not MADE.search(page) and joined in html.unescape(page)
    text = "".join(
        p.get_textpage().get_text_range() for p in pdfium.PdfDocument(folder / "brief.pdf")
    )
    for name in ("<script>alert(1)</script>", "../../x", "=cmd|' /C calc'!A0", "$ x^2 $"):
        assert name in " ".join(text.split())
