"""Bad input: exit code 2, place, found, allowed, remedy; nothing written; never a traceback."""

from __future__ import annotations

import pytest

OBS = "observations"


def refused(ran, *told):
    assert ran.code == 2
    assert ran.out == ""
    assert "Traceback" not in ran.err
    for text in told:
        assert text in ran.err
    return ran


CELLS = [
    ("coverage", "29", ("29", "0.29", "row 5", "column coverage")),
    ("coverage", "-0.1", ("-0.1", "row 5")),
    ("labour_force", "599.06", ("599.06", "whole number", "row 5", "column labour_force")),
    ("labour_force", "-599061", ("-599061", "row 5")),
    ("participants", "700000", ("700000", "599,061", "row 5", "column participants")),
    ("as_of", "2025-13", ("2025-13", "YYYY-MM", "row 5", "column as_of")),
    ("published", "soon", ("soon", "row 5", "column published")),
    ("published", "", ("row 5", "column published", "empty")),
]


@pytest.mark.parametrize("command", ["status", "forecast", "validate"])
@pytest.mark.parametrize("column, value, told", CELLS, ids=[f"{c}={v}" for c, v, _ in CELLS])
def test_bad_cells(ucj, data, command, column, value, told):
    data.cell(OBS, 5, column, value)
    place = [data.path] if command == "validate" else ["--data", data.path]
    refused(ucj(command, *place, "--lang", "en"), "observations.csv", *told)


def test_a_report_of_bad_data_says_the_same_and_writes_nothing(ucj, data, tmp_path):
    data.cell(OBS, 5, "labour_force", "599.06")
    ran = ucj("report", "--data", data.path, "--out", tmp_path / "reports", "--lang", "en")
    assert ran.code == 2 and "599.06" in ran.err and "row 5" in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "reports").exists()


def test_a_duplicate_month(ucj, data):
    data.append(
        OBS,
        region="3318",
        as_of="2025-03",
        coverage="0.30",
        labour_force="599061",
        base="bpjstk-2025",
        published="2025-03-31",
        source="own",
    )
    refused(ucj("status", "--data", data.path, "--lang", "en"), "row 6", "2025-03", "row 5")


def test_a_missing_column(ucj, data):
    path = data.file(OBS)
    path.write_text(
        path.read_text(encoding="utf-8").replace("coverage,", "coverge,", 1), encoding="utf-8"
    )
    refused(ucj("status", "--data", data.path, "--lang", "en"), "row 1", "coverage", "coverge")


def test_files_that_are_empty_foreign_or_missing(ucj, data):
    path = data.file(OBS)
    path.write_bytes(b"")
    refused(ucj("status", "--data", data.path, "--lang", "en"), "observations.csv", "empty")
    path.write_bytes("region,as_of\nJalan café\n".encode("cp1252"))
    refused(ucj("status", "--data", data.path, "--lang", "en"), "row 2", "0xE9", "UTF-8")
    (data.path / "growth_pairs.csv").unlink()
    path.unlink()
    refused(ucj("status", "--data", data.path, "--lang", "en"), "3318")
    refused(
        ucj("status", "--data", data.path / "nowhere", "--lang", "en"),
        "nowhere",
        "does not exist",
    )
    refused(
        ucj("validate", data.path / "nothing.csv", "--lang", "en"), "nothing.csv", "does not exist"
    )


OPTIONS = [
    (["--region", "3319"], ("3319", "Kudus", "2023-11", "24 months")),
    (["--region", "3301"], ("3301", "Cilacap", "ucj regions")),
    (["--region", "wonogri"], ("wonogri", "Kabupaten Wonogiri")),
    (["--region", "../../etc"], ("../../etc", "3318")),
    (["--region", "3318/../3318"], ("3318/../3318", "3318")),
    (["--scenario", "baselin"], ("baselin", "baseline")),
    (["--scenario", "/etc/passwd"], ("/etc/passwd", "baseline")),
    (["--scenario", "plans/none.toml"], ("plans/none.toml", "does not exist", "ucj scenarios")),
    (["--scenario", "/etc"], ("/etc is a folder", "ucj scenarios")),
    (["--tarjet", "0.6"], ("--tarjet", "--target")),
    (["--target", "1.5"], ("1.5", "between 0 and 1")),
    (["--target", "52"], ("52", "0.52")),
    (["--target", "-0.1"], ("-0.1", "between 0 and 1")),
    (["--target", "nan"], ("nan", "between 0 and 1")),
    (["--target", "0"], ("0", "between 0 and 1")),
    (["--target", "half"], ("half", "between 0 and 1")),
    (["--target-month", "2024-12"], ("2024-12", "2025-03")),
    (["--target-month", "2025-03"], ("2025-03",)),
    (["--target-month", "2025-13"], ("--target-month", "2025-13", "YYYY-MM")),
    (["--as-of", "2025-13"], ("--as-of", "2025-13", "YYYY-MM")),
    (["--as-of", "latst"], ("--as-of", "Did you mean latest?")),
    (["--known-by", "31-03-2025"], ("--known-by", "31-03-2025", "YYYY-MM-DD")),
    (["--as-of", "2025-04"], ("2025-04", "2024-12, 2025-03")),
    (["--known-by", "2025-03-12"], ("2025-03-12",)),
    (["--paths", "0"], ("0", "100", "2000000")),
    (["--paths", "10.000"], ("10.000", "Did you mean 10000?")),
    (["--paths", "-5"], ("-5", "2000000")),
    (["--paths", "many"], ("many", "2000000")),
    (["--seed", "-1"], ("-1",)),
    (["--lang", "idn"], ("idn", "id, en")),
]


@pytest.mark.parametrize("command", ["forecast", "report"])
@pytest.mark.parametrize("options, told", OPTIONS, ids=[" ".join(o) for o, _ in OPTIONS])
def test_bad_options(ucj, tmp_path, monkeypatch, command, options, told):
    monkeypatch.chdir(tmp_path)
    language = [] if "--lang" in options else ["--lang", "en"]
    refused(ucj(command, *options, *language), *told)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", [("report",), ("plan", "--target", "0.3")])
def test_reports_are_not_written_over_a_file_nor_among_the_tables(ucj, tmp_path, command):
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    told = ucj(*command, "--out", str(tmp_path / "taken"), "--lang", "en")
    refused(told, "taken is a file, not a folder", "--out")
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"
    (tmp_path / "datapackage.json").write_text("{}", encoding="utf-8")
    (tmp_path / "regions").mkdir()
    for inside in ("regions", "regions/3318/out", ""):
        told = ucj(*command, "--out", str(tmp_path / inside), "--lang", "en")
        refused(told, "tables of regions")
    assert list((tmp_path / "regions").iterdir()) == []


def test_what_is_no_option_of_a_command_suggests_none_unlike_it(ucj):
    ran = refused(ucj("backtest", "--as-of", "latest", "--lang", "en"), "--as-of")
    assert "Did you mean" not in ran.err


def test_a_region_by_its_full_name(ucj):
    assert ucj("status", "--region", "kabupaten pati").out == ucj("status").out


def test_usage(ucj):
    refused(ucj("forcast", "--lang", "en"), "forcast", "forecast")
    refused(ucj("forecast", "--region", "--lang", "en"))
    assert ucj().code == 0


def test_errors_as_json(ucj):
    ran = ucj("forecast", "--target", "52", "--json", "--lang", "en")
    assert ran.code == 2
    assert ran.json["ok"] is False and ran.json["problems"][0]["code"] == "bad_target"


HOSTILE = [
    ("[noise.monthly]", "high = 0.35", "high = inf", "finite"),
    ("[labour_force.rebasing]", "low = 0.97", "low = 0.0", "0.3 to 3"),
    ("[labour_force.graduates]", "high = 17000", "high = 1e300", "too large"),
    ("[labour_force.graduates]", "per_base = 599061", "per_base = 1e-300", "no base of people"),
    ("[labour_force.graduates]", "months = [5, 6, 7]", "months = [5, 5, 5]", "twice"),
    ("[self_employed.lapse]", "low = 0.020", 'low = "0.020"', "0.020"),
]


@pytest.mark.parametrize("section, old, new, told", HOSTILE)
def test_hostile_ranges(ucj, data, section, old, new, told):
    path = data.path / "scenarios" / "baseline.toml"
    head, tail = path.read_text(encoding="utf-8").split(section)
    assert old in tail
    path.write_text(head + section + tail.replace(old, new, 1), encoding="utf-8")
    refused(ucj("forecast", "--data", data.path, "--lang", "en"), "baseline.toml", told)


def scenario(folder, text):
    path = folder / "mine.toml"
    head = '[header]\ntitle = "t"\nauthor = "a"\nreference = "r"\n'
    path.write_text("schema_version = 1\n" + text.replace("HEAD", head), encoding="utf-8")
    return path


COHORT = """extends = "baseline"
HEAD
[[cohorts]]
name = "c"
first = "2025-12"
last = "2025-07"
[cohorts.people]
low = 1
central = 1
high = 1
unit = "people"
assumption = "x"
[cohorts.yields]
low = 1
central = 1
high = 1
unit = "share"
assumption = "x"
"""


def test_layers_that_cannot_be(ucj, tmp_path):
    def run(text):
        return ucj("forecast", "--scenario", scenario(tmp_path, text), "--lang", "en")

    refused(run(COHORT), "mine.toml", "row 9", "ends before it starts")
    refused(run(f'extends = "{tmp_path}/mine.toml"\nHEAD'), "row 2", "in turn")
    refused(run('extends = "baselin"\nHEAD'), "row 2", "baseline")
    refused(run("extends = 3\nHEAD"), "row 2")
    refused(
        run('extends = "baseline"\nHEAD\n[wage_earner]\nx = 1'),
        "wage_earner",
        "wage_earners",
        "row 8",
    )


DRIVE = COHORT.replace("cohorts", "drives").replace('"2025-12"', '"2025-07"\nsegment = "bpu"')


def test_an_event_names_its_segment_as_branches_do_and_its_example(ucj, tmp_path):
    def run(text):
        return ucj("forecast", "--scenario", scenario(tmp_path, text), "--lang", "en")

    monthly = DRIVE.replace('"people"', '"people"\nperiod = "month"')
    assert run(monthly).code == 0
    refused(run(monthly.replace('"bpu"', '"jkn"')), "row 11", "jkn", "self_employed")
    refused(run(DRIVE), "row 13", "people.period", "data/scenarios/outreach.toml")


def test_a_base_has_one_size_and_one_family(ucj, data):
    new = {
        "region": "3318",
        "as_of": "2025-04",
        "coverage": "0.30",
        "half_width": "0.005",
        "published": "2025-04-30",
        "source": "own",
    }
    data.append(OBS, **new, labour_force="650000", base="bpjstk-2025")
    refused(
        ucj("status", "--data", data.path, "--lang", "en"), "row 6", "650000", "599,061", "row 5"
    )
    data.cell(OBS, 6, "base", "bps-sakernas-2025-02")
    refused(
        ucj("status", "--data", data.path, "--lang", "en"),
        "row 6",
        "bps-sakernas-2025-02",
        "bpjstk",
    )


def test_windows_in_order(ucj, data):
    data.cell("growth_pairs", 2, "to", "2025-09")
    refused(
        ucj("forecast", "--data", data.path, "--lang", "en"), "growth_pairs.csv", "row 2", "14 days"
    )
    data.cell("growth_pairs", 2, "to", "2025-12").cell("growth_pairs", 2, "published", "2025-11-30")
    refused(ucj("validate", data.path, "--lang", "en"), "growth_pairs.csv", "row 2", "published")


@pytest.mark.parametrize("value", ["16.800", "nan", "inf", "0", "-5", "1e400"])
def test_the_contribution_is_whole_rupiah(ucj, data, value):
    data.cell("programme_rules", 2, "value", value)
    refused(
        ucj("status", "--data", data.path, "--lang", "en"), "programme_rules.csv", "row 2", value
    )


def test_broken_registers_and_bare_options(ucj, data):
    (data.path / "regions.csv").write_bytes(b"code,level\n33,province\n")
    refused(ucj("status", "--data", data.path, "--lang", "en"), "regions.csv", "row 1")
    (data.path / "regions.csv").unlink()
    refused(ucj("status", "--data", data.path, "--lang", "en"), "regions.csv")
    for options in (["--json"], ["--foo"]):
        assert ucj(*options).code == 2
    refused(ucj("backtest", "--known-by", "2020-01-01", "--lang", "en"), "windows")


SCENARIOS = [
    (lambda t: t.replace("[labour_force.exits]", "[labour_force.exit]"), ("exit", "exits")),
    (
        lambda t: t.replace(
            'period = "year"\nper_base = 599061\nmonths', "per_base = 599061\nmonths"
        ),
        ("period",),
    ),
    (lambda t: t.replace("low = 0.020", "low = 0.200", 1), ("0.2 / 0.03 / 0.045", "ascending")),
    (lambda t: t.replace("low = 0.020", "low = -0.020", 1), ("between 0 and 1",)),
    (lambda t: t.replace('unit = "people"', 'unit = "persons"', 1), ("persons",)),
    (lambda t: t.replace("schema_version = 1", "schema_version = 2"), ("schema_version",)),
    (lambda t: t.replace("title = ", "title "), ("TOML",)),
    (
        lambda t: t.replace('assumption = "of people laid off', 'note = "of people laid off'),
        ("note",),
    ),
]


@pytest.mark.parametrize("change, told", SCENARIOS)
def test_bad_scenarios(ucj, data, change, told):
    path = data.path / "scenarios" / "baseline.toml"
    text = path.read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(change(text), encoding="utf-8")
    refused(ucj("forecast", "--data", data.path, "--lang", "en"), "baseline.toml", *told)
    assert ucj("validate", data.path, "--lang", "en").code == 2


def test_the_growth_pairs_are_checked_too(ucj, data):
    data.cell("growth_pairs", 3, "to_pct", "0")
    refused(
        ucj("forecast", "--data", data.path, "--lang", "en"), "growth_pairs.csv", "row 3", "to_pct"
    )


def test_a_source_that_does_not_exist(ucj, data):
    data.cell("targets", 3, "source", "kanalmuria-2025-04")
    refused(
        ucj("validate", data.path, "--lang", "en"), "targets.csv", "row 3", "kanalmuria-2025-03"
    )


@pytest.mark.parametrize(
    "options", [["-p", "tarjet=0.6"], ["-p", "paths=many"], ["-p", "target=52"]]
)
def test_notebook_parameters_are_checked_before_a_kernel_starts(
    ucj, tmp_path, monkeypatch, options
):
    import ucj_analysis.publishing.report as report

    monkeypatch.setattr(report, "run_notebook", lambda *_: pytest.fail("a kernel was started"))
    ran = refused(ucj("report", *options, "--out", tmp_path / "out", "--lang", "en"))
    assert {"tarjet=0.6": "target", "paths=many": "whole number", "target=52": "0.52"}[
        options[1]
    ] in ran.err
    assert not (tmp_path / "out").exists()


PLANS = [
    (["--aim", "hti"], ("hti", "hit, hold")),
    (["--probability", "80"], ("80", "0.8")),
    (["--probability", "sure"], ("sure", "0.8")),
    (["--budget", "262.080"], ("262.080", "without separators")),
    (["--budget", "-5"], ("-5", "0 or more")),
    (["--target-month", "2032-12"], ("2032-12", "60 months")),
    (["--region", "3319"], ("3319", "Kudus")),
    (["--scenario", "baselin"], ("baselin", "baseline")),
]


@pytest.mark.parametrize("options, told", PLANS, ids=[" ".join(o) for o, _ in PLANS])
def test_bad_plans(ucj, tmp_path, options, told):
    out = tmp_path / "out"
    refused(ucj("plan", *options, "--lang", "en", "--out", out), *told)
    assert not out.exists()


LEVERS = [
    ("low = 16800\ncentral = 16800", "low = -16800\ncentral = 16800", "a value is negative"),
    ("low = 172000", "low = 0", "not above zero"),
    ("high = 0.5, unit", "high = 1.5, unit", "a share lies between 0 and 1"),
    ("months = [1, 60]", "months = [1, 72]", "1 to 60"),
    ('office = "DKP"', 'office = "DKB"', "Did you mean DKP?"),
]


@pytest.mark.parametrize("command", ["plan", "validate"])
@pytest.mark.parametrize("old, new, told", LEVERS, ids=[new for _, new, _ in LEVERS])
def test_bad_levers_end_with_their_row(ucj, data, command, old, new, told):
    path = data.path / "levers" / "3318.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    place = [data.path] if command == "validate" else ["--data", data.path]
    ran = refused(ucj(command, *place, "--lang", "en"), "3318.toml", "row ", told)
    assert "data/levers/3318.toml" in ran.err or command == "validate" or "Did you mean" in ran.err


def test_a_region_without_levers(ucj, data):
    (data.path / "levers" / "3318.toml").unlink()
    told = refused(ucj("plan", "--data", data.path, "--lang", "en"), "3318.toml", "no levers")
    assert "Copy data/levers/3318.toml" in told.err


def test_levers_name_their_sources(ucj, data):
    path = data.path / "levers" / "3318.toml"
    text = path.read_text(encoding="utf-8").replace('"murianews-2022-09"', '"murianews-2222-09"')
    path.write_text(text, encoding="utf-8")
    refused(ucj("validate", data.path, "--lang", "en"), "murianews-2222-09", "small fishers.lapse")


def test_the_construction_schedule_is_a_rate(ucj, data):
    data.edit(
        "programme_rules",
        lambda rows: [r | {"value": "21"} if r["id"] == "R06" else r for r in rows],
    )
    refused(ucj("plan", "--data", data.path, "--lang", "en"), "programme_rules.csv", "row 8", "21")


#: what a planner mistypes in a file of levers -> what is told, and what is not
MISTYPED = [
    ("high = 0.5, unit", "high = 50, unit", ("between 0 and 1", "0.75 for 75%"), "ascending"),
    ("low = 172000", "low = 2.500", ("2.500 may be 2.5 or 2500", "without dots: 2500"), "172"),
    ("central = 0.64", "central = 0,64", ("central = 0,64", "takes a point: 0.64"), "Compare"),
    ("low = 172000", "low = 26.000.0", ("low = 26.000.0", "thousands without dots"), "Compare"),
    ('office = "DKP"', 'office = "DKP', ('office = "DKP', "quotation mark"), "Compare"),
    ("[levers.pace]", "[levers.pase]", ("Did you mean pace?",), "missing"),
]


@pytest.mark.parametrize("old, new, told, untold", MISTYPED, ids=[m[1] for m in MISTYPED])
def test_a_mistyped_lever_is_told_with_its_own_text_and_line(ucj, data, old, new, told, untold):
    path = data.path / "levers" / "3318.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    row = text[: text.index(old)].count("\n") + 1
    ran = refused(ucj("plan", "--data", data.path, "--lang", "en"), f"row {row}", *told)
    assert untold not in ran.err and len(ran.err.splitlines()) == 1


def test_an_overlap_with_a_lever_that_is_gone_says_to_delete_it(ucj, data):
    assert ucj("new-region", "3301", "--data", data.path, "--lang", "en").code == 0
    path = data.path / "levers" / "3301.toml"
    head, poor, rest = path.read_text(encoding="utf-8").split("[[levers]]\n")
    assert "[[overlaps]]" in head  # the file says what to delete with a lever
    path.write_text((head + "[[levers]]\n" + rest).replace("GANTI", "x"), encoding="utf-8")
    told = ("pekerja rentan dibayari APBD", "not in this file", "delete this [[overlaps]] entry")
    ran = refused(ucj("validate", data.path, "--lang", "en"), *told)
    assert "Did you mean" not in ran.err and 'name = "pekerja rentan' in poor


CLOSURE = """extends = "baseline"
HEAD
[[closures]]
name = "mill"
first = "2025-09"
last = "2025-10"
[closures.people]
low = 1000
central = 2500
high = 4000
unit = "people"
assumption = "x"
"""


@pytest.mark.parametrize(
    "old, new, told, untold",
    [
        ('first = "2025-09"', 'first = "2025-13"', ("row 10", "mill.first", "month 13"), "January"),
        ('last = "2025-10"', 'last = "2025-00"', ("row 11", "mill.last", "month 00"), "January"),
        ('first = "2025-09"', 'first = "Sept"', ("row 10", "mill.first", "YYYY-MM"), "January"),
        ('first = "2025-09"', "first = 2025-09", ("row 10", "first = 2025-09", "quotation"), "Jan"),
        ('name = "mill"', "name = 'mill", ("row 9", "name = 'mill", "quotation"), "row 1"),
        ("[[closures]]", "[[closure]]", ("row 8", "closure:", "Did you mean closures?"), "kind"),
    ],
)
def test_a_mistyped_event_is_told_by_key_and_line(ucj, tmp_path, old, new, told, untold):
    path = scenario(tmp_path, CLOSURE.replace(old, new))
    ran = refused(ucj("forecast", "--scenario", path, "--lang", "en"), *told)
    assert untold not in ran.err and len(ran.err.splitlines()) == 1


def test_a_base_is_re_set_in_january_alone(ucj, tmp_path):
    event = CLOSURE.replace("closures", "rebasings").replace(
        "[rebasings.people]", "[rebasings.base]"
    )
    event = event.replace('first = "2025-09"\nlast = "2025-10"', 'month = "2025-07"')
    ran = ucj("forecast", "--scenario", scenario(tmp_path, event), "--lang", "en")
    refused(ran, "row 10", "mill.month", "January")


def test_swapped_digits_lead_to_the_region_with_tables(ucj):
    ran = refused(ucj("forecast", "--region", "3391", "--lang", "en"), "Did you mean 3319")
    assert "3329" not in ran.err
