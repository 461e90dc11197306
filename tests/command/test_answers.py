"""The command's answers: the acceptance figures, one JSON document, from any directory."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


def test_status(ucj):
    told = ucj("status", "--json").json
    assert told["coverage"] == 0.29 and told["coverage_interval"] == [0.285, 0.295]
    assert told["participants"] == 173_728
    assert told["participants_interval"] == [170_732, 176_723]
    assert told["target"] == 0.52 and told["gap_points"] == 23.0
    assert told["net_enrolment_needed"] == 137_784
    assert told["net_enrolment_interval"] == [134_789, 140_779]
    assert told["required_per_month"] == 15_309
    change = told["change"]
    assert round(change["participants_points"], 2) == -4.64
    assert [round(p, 2) for p in change["participants_interval"]] == [-5.65, -3.64]
    assert round(change["labour_force_points"], 2) == -5.36
    assert round(change["base_growth"], 3) == 0.172
    assert (
        change["participants_points"] + change["labour_force_points"]
        == change["total_points"]
        == -10.0
    )
    assert [b["labour_force"] for b in told["other_bases"]] == [790_185, 838_348]
    assert told["labour_force"] == 599_061
    assert told["participants"] + told["net_enrolment_needed"] == round(0.52 * 599_061)


def test_forecast(ucj):
    told = ucj("forecast", "--json", "--lang", "en").json
    assert 0.28 < told["coverage"]["p50"] < 0.38
    assert told["probability"] < 0.05 and told["probability_bound"] == 0.05
    assert "very unlikely, under 5 in 100" in told["answer"]
    assert set(told["views"]) == {"stock_flow", "reference_class"}
    assert [m["month"] for m in told["months"]][-1] == "2025-12"
    assert {
        "region",
        "as_of",
        "known_by",
        "target",
        "target_month",
        "scenario",
        "paths",
        "seed",
    } <= set(told)
    assert {
        "probability_se",
        "net_enrolment_needed",
        "first_month_reached",
        "effective_sample_size",
    } <= set(told)


def test_backtest(ucj, tmp_path, data):
    told = ucj("backtest", "--json").json
    assert told["n"] == 16 and told["crps_model"] <= 0.9 * told["crps_spread_persistence"]
    own = tmp_path / "held-out.csv"
    own.write_text(
        "region,province_code,from,from_pct,to,to_pct,quality,published\n"
        "Elsewhere,94,2024-06,20,2024-12,24.5,A,2025-01\n",
        encoding="utf-8",
    )
    scored = ucj("backtest", "--json", "--pairs", own).json
    assert scored["n"] == 1 and scored["gain_interval"] is None and not scored["established"]


def test_regions(ucj):
    told = ucj("regions", "--json").json["regions"]
    assert len(told) == 552
    assert [r["code"] for r in told if r["figures"] == "own"] == ["3318"]
    assert {r["code"] for r in told if r["figures"] == "public"} > {"3302", "3372", "3376"}


def test_validate(ucj, data):
    assert ucj("validate", "--json", data.path).json["ok"]
    data.cell("observations", 5, "coverage", "29")
    ran = ucj("validate", "--json", data.path)
    assert ran.code == 2
    (problem,) = ran.json["problems"]
    assert (problem["row"], problem["column"], problem["value"]) == (5, "coverage", "29")
    assert "0.29" in problem["fix"] and problem["file"].endswith("observations.csv")


def test_one_changed_figure_gives_the_hand_computed_status(ucj, data):
    data.cell("observations", 5, "labour_force", "600000")
    told = ucj("status", "--json", "--data", data.path).json
    assert told["participants"] == 174_000
    assert told["net_enrolment_needed"] == 138_000
    assert told["required_per_month"] == 15_333


def test_the_published_target_is_data_too(ucj, data):
    data.cell("targets", 3, "target", "0.40")
    assert ucj("status", "--json", "--data", data.path).json["target"] == 0.40
    assert (
        ucj("status", "--json", "--data", data.path, "--target", "0.5").json["target_source"]
        == "asked"
    )


def test_a_contribution_published_later_stands_as_an_assumption(ucj, data):
    data.cell("programme_rules", 2, "source", "jatengnews-2025-11")
    told = ucj("status", "--lang", "en", "--data", data.path)
    assert "stands as an assumption" in told.out
    assert "stands as an assumption" not in ucj("status", "--lang", "en").out


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize(
    "command", ["status", "forecast", "plan", "backtest", "regions", "validate"]
)
def test_every_command_speaks_both_languages(ucj, command, lang):
    ran = ucj(command, "--lang", lang)
    assert ran.code == 0 and len(ran.out) > 40 and ran.err == ""


def test_help_is_in_the_readers_language(ucj):
    assert ucj("--help").out.startswith("cara pakai: ucj")
    assert ucj("--help", "--lang", "en").out.startswith("usage: ucj")


def test_help_has_one_title_above_the_commands(ucj):
    told = [line.strip() for line in ucj("--help", "--lang", "en").out.splitlines()]
    at = told.index("commands:")
    assert told[at + 1].startswith("status ") and "command" not in told


def in_a_process(*arguments, cwd):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    ).stdout


def test_from_any_directory(tmp_path):
    told = json.loads(in_a_process("-m", "ucj_analysis.cli", "status", "--json", cwd=tmp_path))
    assert told["participants"] == 173_728


HEAVY = ("matplotlib", "statsmodels", "scipy.stats", "papermill", "nbconvert")


def loaded(statement, tmp_path):
    code = (
        f"import sys, json\n{statement}\njson.dump(sorted(sys.modules), open('loaded.json', 'w'))"
    )
    in_a_process("-c", code, cwd=tmp_path)
    return set(json.loads((tmp_path / "loaded.json").read_text(encoding="utf-8")))


def test_importing_the_package_loads_nothing_heavy(tmp_path):
    assert not loaded("import ucj_analysis", tmp_path) & {*HEAVY, "pandas", "numpy"}


def test_help_loads_not_even_pandas(tmp_path):
    started = loaded(
        "from ucj_analysis.cli import main; main(['--help']); main(['--help'])", tmp_path
    )
    assert not started & {*HEAVY, "pandas", "numpy", "babel"}


def test_compare(ucj):
    told = ucj("compare", "baseline", "outreach", "baseline", "--json", "--paths", "1000").json[
        "scenarios"
    ]
    assert [s["name"] for s in told] == ["baseline", "outreach", "baseline"]
    assert told[0]["difference"] == told[2]["difference"] == 0 < told[1]["difference"]
    assert told[0] == told[2]


def test_what_does_nothing_is_told_with_its_scenario(ucj):
    told = ucj("compare", "baseline", "outreach", "rebase", "--paths", "200", "--lang", "en").out
    title = "“Re-base: the base is re-set to the survey's labour force”"
    assert f" {title}: outside the months from April 2025 to December 2025" in told
    assert "  " not in told


def test_sensitivity(ucj):
    told = ucj("sensitivity", "--json", "--lang", "en").json
    assert told["indices"][0]["total"] >= told["indices"][-1]["total"]
    assert "without any lever under 1 in 100" in told["finding"]
    assert "extra enrolment a month above" in told["finding"]


def test_scenarios(ucj):
    told = {s["name"]: s for s in ucj("scenarios", "--json").json["scenarios"]}
    assert {"baseline", "layoff-shock", "graduate-wave", "outreach", "construction-mandate"} <= set(
        told
    )
    assert {"funded-vulnerable", "combined", "rebase"} <= set(told)
    assert told["baseline"]["differs"] == []
    assert told["graduate-wave"]["differs"] == ["labour_force.graduates", "labour_force.joining"]


def test_what_a_scenario_changes_stands_below_headings(ucj):
    told = ucj("scenarios", "--lang", "en").out
    block = told[told.index("graduate-wave: ") :].splitlines()[1:3]
    assert block[0] == "    what changes | before | in this scenario | unit"
    assert block[1].startswith("    graduates of upper secondary school | 15,000–17,000 | 30,000")
    assert " |  | " not in told and not any(line.endswith(" ") for line in told.splitlines())


def test_issued_forecasts_stand_with_their_region(ucj, tmp_path):
    archive = ("--archive", str(tmp_path / "archive"))
    (tmp_path / "archive").mkdir()
    told = ucj("score", *archive, "--lang", "en").out
    assert told.startswith("No forecast issued before is on record")
    day = ucj("score", *archive, "--known-by", "2025-05-01", "--lang", "en").out
    assert day.startswith("Up to 1 May 2025 no forecast had been issued")
    ucj("forecast", "--paths", "200", "--issue", *archive)
    head, row = ucj("score", *archive, "--lang", "en").out.strip().splitlines()[-2:]
    assert head.startswith("region | issued | ") and row.startswith("Kabupaten Pati | ")


def test_plan(ucj):
    told = ucj("plan", "--json", "--lang", "en", "--target", "0.35").json
    assert told["status"] == "reachable" and told["aim"] == "hit"
    assert "35%, counted in December 2025, is reached" in told["answer"]
    assert told["cost_rupiah"] == pytest.approx(
        sum(m["cost_rupiah"] for m in told["months"]), abs=99
    )
    assert {"month", "segment", "enrol", "cost_rupiah"} <= set(told["months"][0])
    assert told["binding"] and told["alternatives"] and told["certificate"] is None
    assert abs(told["audit"]["probability"] - 0.8) <= 2 * told["audit"]["se"]


def test_plan_out_of_reach(ucj):
    told = ucj("plan", "--json", "--lang", "en", "--paths", "1000").json
    assert told["status"] == "unreachable" and "out of reach" in told["answer"]
    assert 0.36 < told["coverage_reached"] < 0.38 and told["alternatives"] == []
    assert len(told["certificate"]["conflict"]) >= 3
    assert [f["aim"] for f in told["first_months"]] == ["hit", "hold"]
    assert told["first_months"][0]["levers_at_their_best"]["month"] > "2025-12"
    assert {"hit", "hold", "year"} == set(told["protections"])
    assert all(p["cost_rupiah"] > 0 for p in told["protections"].values())


def test_plan_with_a_budget(ucj):
    ran = ucj("plan", "--lang", "en", "--paths", "500", "--best", "--budget", "262080000")
    assert "Rp262.1 million" in ran.out and "The target is 52%" in ran.out
    short = ucj(
        "plan", "--lang", "en", "--paths", "500", "--budget", "262080000", "--target", "0.35"
    )
    assert "out of reach for Rp262.1 million" in short.out and "the budget of" in short.out
    nobody = ucj("plan", "--lang", "en", "--paths", "500", "--best", "--budget", "1")
    assert "Rp1 pays for nobody by these levers: coverage" in nobody.out
