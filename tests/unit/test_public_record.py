"""Regions without tables of their own: what the public record tells, and what it does not."""

from __future__ import annotations

import csv
import shutil
from datetime import date

import numpy as np
import pytest
from scipy.stats import t as student

from ucj_analysis import ask, forecast, load_observations, peers, reference_class
from ucj_analysis.errors import InputError
from ucj_analysis.months import Month
from ucj_analysis.record.observations import BASIS_COMPUTED, load_table, load_target
from ucj_analysis.record.public_record import printed_figures, printed_targets
from ucj_analysis.record.regions import load_regions, newest_month
from ucj_analysis.record.schemas import GROWTH_PAIRS
from ucj_analysis.resources import SHIPPED_DATA
from ucj_analysis.situation import status

ROW = "N900,Cilacap,3301,regency,2025-06,{},{},{},{},{},,,,2025-07-15,made-up,made up for a test\n"


@pytest.fixture
def record(tmp_path):
    """Return a function that adds a made-up row to the record and reads it back."""
    data = tmp_path / "data"
    shutil.copytree(SHIPPED_DATA, data)

    def add(share="", people="", base="", target="", due=""):
        shipped = (SHIPPED_DATA / "panel.csv").read_text(encoding="utf-8")
        row = ROW.format(share, people, base, target, due)
        (data / "panel.csv").write_text(shipped + row, encoding="utf-8", newline="\n")
        return data, [f for f in printed_figures(data) if f.code == "3301"]

    return add


def test_the_figures_of_central_java_are_those_printed():
    (surakarta,) = [o for o in load_observations("3372") if str(o.month) == "2024-12"]
    assert (surakarta.participants, surakarta.labour_force) == (100_512, 227_164)
    assert surakarta.counted and surakarta.printed
    assert load_target("3372", Month(2025, 12), date(2025, 12, 31)).coverage == 0.5702
    assert load_target("3372", Month(2025, 12), date(2024, 12, 16)) is None
    now = status(ask("3302"))  # Banyumas: 214,687 of 684,654, no target of its own
    assert now.target.coverage == 0.5215 and now.target.national
    assert now.net_needed == pytest.approx(0.5215 * 684_654 - 214_687)
    tegal = status(ask("3328"))
    assert tegal.now.basis == BASIS_COMPUTED
    assert tegal.now.labour_force == round(219_917 / 0.4046)


def test_a_month_is_no_later_than_the_day_it_was_told():
    (banyumas,) = load_observations("3302")
    assert banyumas.as_of == banyumas.published == date(2025, 4, 24)


@pytest.mark.parametrize(
    "printed, coverage, half_width, base",
    [
        (("31.36", "214687", "684654"), 214_687 / 684_654, 0.5 / 684_654, 684_654),
        (("44.24", "100512", "227164"), 100_512 / 227_164, 0.5 / 227_164, 227_164),  # cut off
        (("25", "50000", "200000"), 0.25, (5_000 + 0.25 * 50_000) / 200_000, 200_000),
        (("40.46", "219917", ""), 0.4046, 0.00005, 543_542),
        (("31", "74000", ""), 0.31, 0.005, None),  # too coarse to tell a base by
        (("33.60", "", ""), 0.336, 0.00005, None),
        (("29", "", "599061"), 0.29, 0.005, 599_061),
    ],
)
def test_what_a_row_tells(record, printed, coverage, half_width, base):
    _, (figure,) = record(*printed)
    assert figure.coverage == pytest.approx(coverage, rel=1e-12)
    assert figure.half_width == pytest.approx(half_width, rel=1e-12)
    assert figure.labour_force == base


@pytest.mark.parametrize(
    "printed",
    [
        ("50.88", "935079", "1873899"),  # contradict each other: 49.90%
        ("112", "146602", "130777"),
        ("100", "", "1000"),
        ("", "20000", ""),
        ("", "", "599061"),
        ("0", "", "599061"),
        ("thirty", "", "599061"),
        ("-3", "", "599061"),
    ],
)
def test_what_tells_too_little_or_contradicts_itself_is_no_figure(record, printed):
    assert record(*printed)[1] == []


def test_a_target_is_a_share_due_in_a_month(record):
    data, _ = record("29", "", "500000", "52", "2025-12")
    assert [t.coverage for t in printed_targets(data) if t.code == "3301"] == [0.52]
    for target, due in (("182634 members", "2025-12"), ("52", "2025"), ("100", "2025-12")):
        data, _ = record("29", "", "500000", target, due)
        assert not [t for t in printed_targets(data) if t.code == "3301"]


def test_a_code_that_belongs_to_another_region_gives_nobody_figures():
    rows = csv.DictReader((SHIPPED_DATA / "panel.csv").open(encoding="utf-8"))
    (stray,) = [r for r in rows if r["region"] == "Lampung Tengah"]
    assert load_regions()[stray["code"]].name == "Kabupaten Tulang Bawang"
    assert load_regions()[stray["code"]].figures == ""


def test_a_region_with_tables_of_its_own_does_not_use_the_record():
    assert {o.base for o in load_observations("3318")} == {"bpjstk-2024", "bpjstk-2025"}
    assert newest_month("3372", SHIPPED_DATA) == "2024-12"


def test_a_figure_too_old_is_refused_with_what_to_do():
    with pytest.raises(InputError) as refused:
        ask("3310")
    (problem,) = refused.value.problems
    assert problem.code == "public_figure_old" and problem.fields["months"] == 37
    assert ask("3310", target_month="2024-11").months == 24


def test_regions_of_the_record_are_forecast_or_refused_by_name():
    told, refused = [], {}
    for region in (r for r in load_regions().values() if r.figures == "public"):
        try:
            seen = forecast(ask(region.code, paths=300))
        except InputError as error:
            refused[region.name] = error.problems[0].code
            continue
        assert 0 < seen.coverage["p05"] < seen.coverage["p95"] < 1
        told.append(region.code)
    assert len(told) >= 35
    assert set(refused.values()) == {"public_figure_old"}


def test_two_printings_that_count_different_people_are_not_one_series():
    assert [o.labour_force for o in load_observations("92")] == [275_124, 275_124]  # not 155,222
    assert [o.labour_force for o in load_observations("3525")] == [557_575, 715_619]  # re-set


def test_peers_are_recomputed_by_hand():
    seen = peers.peers_forecast("3301", Month(2025, 12))
    pairs = reference_class.select_pairs(load_table(GROWTH_PAIRS), "Kabupaten Cilacap")
    fitted = reference_class.fit_reference_class(pairs)
    means, moves = [], []
    for peer in seen.peers:
        change, variance = fitted.change(min(peer.as_of, date(2025, 12, 31)), [date(2025, 12, 31)])
        rounding = peer.half_width / (np.sqrt(3) * peer.coverage * (1 - peer.coverage))
        means.append(np.log(peer.coverage / (1 - peer.coverage)) + change[0])
        moves.append(variance[0] + rounding**2)
    n = len(means)
    spread = np.sqrt(np.var(means, ddof=1) * (1 + 1 / n) + np.mean(moves))
    for name, level in peers.LEVELS.items():
        z = np.mean(means) + spread * student.ppf(level, n - 1)
        assert seen.coverage[name] == pytest.approx(1 / (1 + np.exp(-z)), abs=1e-6)
    assert seen.province == "Jawa Tengah" and "Kabupaten Cilacap" not in {
        p.name for p in seen.peers
    }


def test_a_percentage_of_its_own_stands_before_peers():
    seen = peers.peers_forecast("3312", Month(2025, 12))  # Wonogiri, 33.60% on no base
    assert seen.own and [p.coverage for p in seen.peers] == [0.336]
    assert seen.coverage["p05"] < 0.336 < seen.coverage["p95"]


def test_without_peers_nothing_is_suggested():
    assert peers.peers_forecast("9401", Month(2025, 12)) is None
