"""Every file of the corpus: its right reading or its right refusal, never a silent misreading."""

from __future__ import annotations

import shutil

import pytest
from building import ASKED, Case
from by_hand import BY_HAND
from by_script import BY_SCRIPT, marked, round_trips

from ucj_analysis.errors import InputError
from ucj_analysis.intake.observing import Asked, read_file
from ucj_analysis.intake.telling import note_text
from ucj_analysis.presentation.language import words
from ucj_analysis.record.regions import load_regions

REGISTER = load_regions()


def read(case: Case, folder):
    path = folder / f"laporan.{case.suffix}"
    path.write_bytes(case.content)
    told = {**ASKED, **case.asked}
    region = REGISTER[told.pop("region")]
    return read_file(path, Asked(region, REGISTER, **told))


def check(case: Case, folder) -> None:
    if case.refused:
        with pytest.raises(InputError) as caught:
            read(case, folder)
        (problem,) = caught.value.problems
        cells = [str(problem.fields.get(name, "")) for name in ("cell", "other")]
        in_sheet = any("!" in part for part in case.refused)
        told = (problem.code, *(c if in_sheet else c.split("!")[-1] for c in cells))
        assert told[: len(case.refused)] == case.refused
        return
    found = read(case, folder)
    rows = [(r.as_of, r.coverage, r.half_width, r.participants, r.labour_force) for r in found.rows]
    assert rows == list(case.rows)
    assert [(t.target_month, t.target) for t in found.targets] == list(case.targets)
    assert bool(found.unsure) == case.confirm, [n.why for n in found.unsure]


@pytest.mark.parametrize("case", BY_HAND, ids=lambda c: c.name)
def test_by_hand(case, tmp_path):
    check(case, tmp_path)


@pytest.mark.parametrize("case", BY_SCRIPT, ids=lambda c: c.name)
def test_by_script(case, tmp_path):
    check(case, tmp_path)


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
@pytest.mark.parametrize("note", ["1) angka sementara", ""], ids=["explained", "unexplained"])
def test_the_mark_of_a_footnote_is_quoted_with_its_cell(tmp_path, form, note):
    found = read(Case("", form, marked(form, note)), tmp_path)
    assert found.rows[0].participants == 186308
    (told,) = [n for n in found.notes if n.cell.endswith("C2")]
    assert told.sure == bool(note)
    said = f"C2: 186.308¹ is read without its mark ¹; the file {'explains it: ' + note if note else 'does not'}"
    assert said in note_text(told, words("en"))


@pytest.mark.soak
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_as_libreoffice_saves_it(tmp_path):
    for case in round_trips(tmp_path):
        check(case, tmp_path)


def test_the_corpus_is_as_large_as_promised():
    names = [case.name for case in (*BY_HAND, *BY_SCRIPT)]
    assert len(BY_HAND) >= 20 and len(names) >= 80 and len(set(names)) == len(names)
