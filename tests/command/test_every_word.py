"""Every word a planner meets is translated: on pages, in pictures, tables, controls, answers, errors.

Each place is read twice. Once every translation is put in marks, and no letter may stand outside
them. Once it is Indonesian, and no English may stand in it.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import functools
import html
import pickle
import re
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from string import Formatter
from typing import Any

import nbformat
import pytest
from babel.messages.pofile import read_po
from IPython.core.formatters import DisplayFormatter
from matplotlib.text import Text
from nbformat.v4 import new_code_cell, new_notebook, new_output
from openpyxl import load_workbook
from pyarrow.parquet import ParquetFile, write_table

import ucj_analysis
from tests.rosters import make_roster
from ucj_analysis import cli, forecasting, scoring, sensitivity
from ucj_analysis.archive.files import append, read_archive
from ucj_analysis.intake.template import COLUMNS
from ucj_analysis.planning import what_it_takes
from ucj_analysis.planning.levers import Lever, Levers, load_levers
from ucj_analysis.presentation import language
from ucj_analysis.presentation.display import Equations, Grid, Picture, Result
from ucj_analysis.presentation.equations import MATHEMATICS, SECTIONS
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.names import UNITS
from ucj_analysis.presentation.references import REFERENCES
from ucj_analysis.publishing import report, unattended
from ucj_analysis.publishing.parameters import declared_parameters, notebook_path
from ucj_analysis.question import scenario_names
from ucj_analysis.record.findings import CHECKS
from ucj_analysis.record.observations import load_table
from ucj_analysis.record.regions import load_regions
from ucj_analysis.record.schemas import GROWTH_PAIRS, SOURCES, TABLES
from ucj_analysis.resources import NOTEBOOKS, PACKAGE, SHIPPED_DATA
from ucj_analysis.roster.files import ROSTER_FIELDS
from ucj_analysis.scenario import Scenario
from ucj_analysis.toml_files import known_keys
from ucj_analysis.workbench import app
from ucj_analysis.workbench.controls import FUNDED, OUTREACH
from ucj_analysis.workbench.explorer import Explorer

PATHS = 500
WORDS = language.words
#: Computed once, told in every language.
HEAVY = (
    (forecasting, "forecast"),
    (what_it_takes, "what_it_takes"),
    (sensitivity, "indices"),
    (sensitivity, "swings"),
    (sensitivity, "discover"),
    (scoring, "backtest"),
)
for module in walk_packages(ucj_analysis.__path__, "ucj_analysis."):
    import_module(module.name)  # before any of them is given another language


def once(work: Callable[..., Any]) -> Callable[..., Any]:
    kept: dict[bytes, Any] = {}

    def run(*given: Any, **named: Any) -> Any:
        key = pickle.dumps((given, named))
        if key not in kept:
            kept[key] = work(*given, **named)
        return kept[key]

    return run


@pytest.fixture(scope="module", autouse=True)
def computed_once():
    with pytest.MonkeyPatch.context() as patch:
        for module, name in HEAVY:
            patch.setattr(module, name, once(getattr(module, name)))
        yield


CATALOGUE = PACKAGE / "locale" / "id" / "LC_MESSAGES" / "ucj.po"


# --- two languages to read in -----------------------------------------------------------------


@functools.cache
def catalogue() -> dict[str, str]:
    """Every English message with its Indonesian."""
    with CATALOGUE.open("rb") as lines:
        pairs = [(m.id, m.string) for m in read_po(lines, locale="id") if m.id]
    told = {}
    for message, text in pairs:
        many = isinstance(message, tuple)
        told |= dict.fromkeys(message if many else [message], text[0] if many else text)
    return told


def marked(text: str) -> str:
    return f"⟦{text}⟧" if text else ""


class Marked(Words):
    """English in marks. What is filled into a message stands outside of them, on its own."""

    def t(self, message: str, **fields: object) -> str:
        parts = Formatter().parse(message)
        return "".join(marked(text) + str(fields[name] if name else "") for text, name, *_ in parts)

    def many(self, one: str, more: str, n: int, **fields: object) -> str:
        return self.t(one if n == 1 else more, n=self.count(n), **fields)

    def label(self, text: str) -> str:
        return marked(text) if text in catalogue() else text

    def month(self, month):
        return marked(super().month(month))

    def short_month(self, month):
        return marked(super().short_month(month))

    def span(self, first, last):
        return marked(super().span(first, last))

    def day(self, day):
        return marked(super().day(day))

    def listed(self, names):
        return marked(", ").join(names)


MARKED = Marked("en", str, lambda one, more, n: more)


def unmarked(text: str) -> list[str]:
    """Return the words outside of all marks."""
    return re.findall(r"[^\W\d_]+", re.sub(r"⟦[^⟦⟧]*⟧", " ", text))


ENGLISH = re.compile(
    r"\b(a|an|the|of|and|or|is|are|was|were|be|been|has|have|had|with|without|from|by|for|to|on|in|at|it|its|"
    r"that|this|these|which|who|what|how|no|not|none|never|than|then|they|their|there|where|when|if|but|as|"
    r"more|less|under|over|above|below|up|down|out|into|each|every|all|one|two|first|last|next|"
    r"may|can|must|should|would|will|does|do|did|found|allowed|use|write|choose|check|give|"
    r"people|coverage|covered|month|months|year|years|day|labour|force|forecast|window|windows|range|share|"
    r"chance|likely|unlikely|middle|points|levers?|enrol(?:led|ment)|file|table|row|column|options|usage|show)\b",
    re.I,
)


@functools.cache
def english_pieces() -> set[str]:
    """What stands between the fields of a message, where it is two words or more."""
    return {
        text.strip()
        for message, told in catalogue().items()
        for text, *_ in Formatter().parse(message)
        if len(re.findall(r"[^\W\d_]{2,}", text)) > 1 and text.strip() not in told
    }


def english(text: str) -> list[str]:
    """Return English words, and English messages left as they are."""
    line = " ".join(text.split())
    return [*ENGLISH.findall(text), *(piece for piece in english_pieces() if piece in line)]


@dataclass(frozen=True)
class Reader:
    """A language, and what finds the words that are not of it."""

    lang: str
    strange: Callable[[str], list[str]]

    def wrong(self, texts: Iterable[str], also: Iterable[str] = ()) -> dict[str, list[str]]:
        """Return each text with strange words; `also` are names allowed here alone."""
        own = re.compile(any_of(also)) if also else None
        found = {}
        for text in filter(self.strange, texts):
            plain = NAMES.sub(" ", text)
            if words := self.strange(own.sub(" ", plain) if own else plain):
                found[text] = words
        return found


@pytest.fixture(params=["marked", "id"])
def reader(request, monkeypatch) -> Reader:
    if request.param == "id":
        return Reader("id", english)
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] == "ucj_analysis" and getattr(module, "words", None) is WORDS:
            monkeypatch.setattr(module, "words", lambda lang: WORDS(lang) and MARKED)
    return Reader("en", unmarked)


# --- names, which are the same in every language ----------------------------------------------


def any_of(names: Iterable[str]) -> str:
    ordered = sorted({n for n in names if n}, key=len, reverse=True)
    return r"(?<!\w)(?:" + "|".join(re.escape(n) for n in ordered) + r")(?!\w)"


def proper_names() -> Iterator[str]:
    """Names the data hold: regions, sources, publishers, bases, offices, scenarios."""
    for region in load_regions().values():
        yield from (region.name, region.name.removeprefix("Kabupaten "))
    yield from load_table(SOURCES)["source"]
    for publisher in load_table(SOURCES)["publisher"]:
        yield from (publisher, publisher.partition(" (")[0])
    yield from load_table(TABLES["observations"], region="3318")["base"]
    yield from (
        lever.office for lever in load_levers("3318").levers if lever.office not in catalogue()
    )
    yield from scenario_names()
    yield from load_table(GROWTH_PAIRS)["region"]
    yield from load_table(GROWTH_PAIRS)["quality"]


def keys() -> set[str]:
    """What is written into tables, scenarios, levers and parameters, the same for every reader."""
    columns = [c for t in TABLES.values() for c in t.columns]
    levers = load_levers("3318")
    return {
        *TABLES,
        *(name for c in columns for name in (c.name, *c.one_of)),
        *known_keys(Scenario, Levers, Lever),
        *(lever.name for lever in levers.levers),
        *levers.offices,
        *UNITS,
        *declared_parameters(notebook_path("brief")),
    }


NAMES = re.compile(
    "|".join(
        (
            any_of(proper_names()),
            r"https?://[^\s⟦]+",
            r"(?<![\w<])[\w.=-]*/[\w./=-]+",  # a path
            r"[\w-]+\.(?:csv|toml|json|html|ipynb|pdf)\b",
            r"\bUCJ_[A-Z_]+",  # a variable of the environment
            r"(?<!\w)--?[a-z][a-z-]*",  # an option
            rf"\bucj(?: {any_of(cli._COMMANDS)})?",
            r"\b[0-9a-f]{12}\b",  # a hash
            r"\b0x[0-9A-F]{2}\b",
            r"Rp(?=[−\d])",
        )
    )
)


# --- what is shown, as texts ------------------------------------------------------------------


def run(path: Path, given: dict[str, Any]) -> list[Any]:
    """Run a notebook's cells here and return all it shows."""
    shown: list[Any] = []
    space: dict[str, Any] = {"display": lambda *things: shown.extend(things)}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        body = ast.parse(cell.source).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        exec(compile(ast.Module(body, []), path.name, "exec"), space)
        if last is not None:
            shown.append(eval(compile(ast.Expression(last.value), path.name, "eval"), space))
        if "parameters" in cell.metadata.get("tags", []):
            space |= {name: value for name, value in given.items() if name in space}
    return [thing for thing in shown if thing is not None]


def texts(thing: Any) -> Iterator[str]:
    """Yield every text of a thing shown; equations are the same in every language."""
    if isinstance(thing, Equations):
        return
    if isinstance(thing, Grid):
        yield from (thing.caption, *thing.head)
        yield from (cell for row in thing.rows for cell in row)
    elif isinstance(thing, Picture):
        thing.figure.draw_without_rendering()  # what an axis tells is only known once drawn
        yield thing.alt
        yield from (artist.get_text() for artist in thing.figure.findobj(Text))
    elif isinstance(thing, Result):
        yield from (thing.values["title"], thing.values["answer"], thing.values["note"])
    elif hasattr(thing, "comm"):
        yield from widget_texts(thing)
    else:
        yield str(thing)


def widget_texts(widget: Any) -> Iterator[str]:
    for name in ("description", "tooltip", "alt", "placeholder"):
        yield getattr(widget, name, None) or ""
    if isinstance(getattr(widget, "value", None), str):
        yield from page_lines(widget.value)
    for option in getattr(widget, "options", ()):
        yield option[0] if isinstance(option, tuple) else str(option)
    for child in getattr(widget, "children", ()):
        yield from widget_texts(child)


def page_lines(page: str) -> list[str]:
    """Return what a page says, the words for its pictures too."""
    page = re.sub(r"<style>.*?</style>", " ", page, flags=re.S)
    page = re.sub(r'<[^>]*\balt="([^"]*)"[^>]*>', r"\n\1\n", page)
    return [html.unescape(line) for line in re.sub(r"<[^>]*>", "\n", page).splitlines()]


def as_executed(shown: list[Any]) -> Any:
    """Return things shown as an executed notebook, for the publisher."""
    outputs = []
    for thing in shown:
        data, metadata = DisplayFormatter().format(thing)
        if isinstance(data.get("image/png"), bytes):
            data["image/png"] = base64.b64encode(data["image/png"]).decode()
        outputs.append(new_output("display_data", data, metadata=metadata))
    return new_notebook(cells=[new_code_cell(outputs=outputs)])


# --- the places -------------------------------------------------------------------------------


#: The chapter that shows symbols and references.
METHODS = "07_methods"


@pytest.mark.parametrize("path", sorted(NOTEBOOKS.glob("*.ipynb")), ids=lambda p: p.stem)
def test_notebooks(reader, path):
    shown = run(path, {"paths": PATHS, "lang": reader.lang})
    told = [text for thing in shown for text in texts(thing)]
    if path.stem != METHODS:
        assert not reader.wrong(told)
        return
    alike = {text for s in SECTIONS.values() for one in s.symbols for text in (one.name, one.where)}
    alike |= {text for who, title, _ in REFERENCES for text in (who, title)}
    assert not reader.wrong((t for t in told if t not in alike), MATHEMATICS)


ASKED = ("--paths", PATHS)
ANSWERS = [
    ("status",),
    ("status", "--as-of", "2024-12", "--target-month", "2025-06"),
    ("status", "--target", "0.2"),
    ("forecast", *ASKED),
    ("forecast", *ASKED, "--scenario", "rebase"),
    ("plan", *ASKED),
    ("plan", *ASKED, "--target", "0.35"),
    ("plan", *ASKED, "--target", "0.31", "--aim", "hold", "--scenario", "outreach"),
    ("plan", *ASKED, "--budget", "262080000"),
    ("plan", *ASKED, "--budget", "262080000", "--best"),
    ("plan", *ASKED, "--target", "0.2"),
    ("compare", *ASKED),
    ("sensitivity", *ASKED),
    ("sensitivity", *ASKED, "--target", "0.3"),
    ("backtest",),
    ("scenarios",),
    ("regions",),
    ("validate",),
    ("validate", "--against", SHIPPED_DATA),
    ("score", "--region", "3318"),
    ("explore",),
]


@pytest.mark.parametrize("asked", ANSWERS, ids=lambda a: " ".join(map(str, a)))
def test_answers(reader, ucj, asked, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(app, "serve", lambda given, port, told: told("http://127.0.0.1/") or 0)
    ran = ucj(*asked, "--lang", reader.lang)
    columns = ("half_width",) if asked[0] == "validate" else ()
    assert ran.code == 0 and not reader.wrong([ran.out, ran.err], columns)


def test_forecasts_issued(reader, ucj, tmp_path):
    asked = ("--as-of", "2024-12", "--target-month", "2025-03", "--target", "0.4", *ASKED)
    kept = ("--archive", tmp_path, "--lang", reader.lang)
    issued, scored = ucj("forecast", *asked, "--issue", *kept), ucj("score", *kept)
    assert issued.err and scored.out.count("\n") > 2
    assert not reader.wrong([issued.out, issued.err, scored.out])


@pytest.mark.parametrize("fault", ["version", "foreign", "altered", "renamed"])
def test_an_archive_that_is_not_whole(reader, ucj, tmp_path, fault):
    ucj("forecast", "--paths", 200, "--issue", "--archive", tmp_path)
    (path,) = tmp_path.rglob("*.parquet")
    table = ParquetFile(path).read()
    if fault == "version":
        table = table.replace_schema_metadata({"schema_version": "9"})
    elif fault == "foreign":
        table = table.replace_schema_metadata({})
    elif fault == "altered":
        views = table.schema.get_field_index("view")
        table = table.set_column(views, table.field(views), table["view"][::-1])
    write_table(table, path)
    if fault == "renamed":
        path.rename(path.with_name("3318-copy.parquet"))
    ran = ucj("score", "--archive", tmp_path, "--lang", reader.lang)
    assert ran.code == 2 and not reader.wrong([ran.err], re.findall(r"\b[0-9a-f]{16}\b", ran.err))


@pytest.mark.parametrize("command", ["", *cli._COMMANDS])
def test_help(reader, capsys, command):
    with contextlib.suppress(SystemExit):
        cli.main([*command.split(), "--help", "--lang", reader.lang])
    defaults = {"hit", "reports", "scenarios", "all"}
    assert not reader.wrong([capsys.readouterr().out], {*cli._COMMANDS, *defaults})


def test_the_report(reader, ucj, tmp_path, monkeypatch):
    def here(source, kept, parameters, progress, *_):
        bars.append(progress["desc"])
        return as_executed(run(source, parameters))

    bars: list[str] = []
    monkeypatch.setattr(report, "run_notebook", here)
    ran = ucj("report", *ASKED, "--out", tmp_path, "--lang", reader.lang)
    (page,) = tmp_path.rglob("brief.html")
    assert not reader.wrong([*bars, ran.out, *page_lines(page.read_text(encoding="utf-8"))])


def test_a_run_nobody_watches(reader, ucj, tmp_path, monkeypatch):
    def here(source, kept, parameters, progress, *_):
        return as_executed(run(source, parameters))

    def asked(*more):
        with socket.create_server(("127.0.0.1", 0)) as line:
            port = str(line.getsockname()[1])
        settings = {"UCJ_SMTP_HOST": "127.0.0.1", "UCJ_SMTP_PORT": port, "UCJ_MAIL_FROM": "a@b"}
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        to = ("--mail-to", "a@b", "--mail-failures-to", "a@b", "--keep", "1", "--log", log)
        return ucj("report", *ASKED, "--out", out, *to, *more, "--lang", reader.lang)

    sent: list[Any] = []
    send = unattended.send
    monkeypatch.setattr(
        unattended, "send", lambda letter, to: sent.append(letter) or send(letter, to)
    )
    monkeypatch.setattr(report, "run_notebook", here)
    log, out = tmp_path / "report.log", tmp_path / "out"
    said = [asked("--month", "2024-12"), asked("--month", "latest", "--dry-run")]
    said += [asked("--month", "latest"), asked("--month", "latest")]
    said += [asked("--region", "3319"), asked("--month", "2024-11", "--dry-run")]
    assert [ran.code for ran in said] == [1, 0, 1, 0, 2, 2] and len(sent) == 3
    texts = [line for ran in said for line in (ran.out + ran.err).splitlines()]
    texts += [line.partition("] ")[2] for line in log.read_text(encoding="utf-8").splitlines()]
    texts += [line for letter in sent for line in (letter.subject, *letter.text.splitlines())]
    assert not reader.wrong(texts, {"latest", "baseline", "a@b", "s"})


@pytest.mark.parametrize("kept", [True, False], ids=["with inputs", "without"])
def test_what_changed_since_the_forecast_before(reader, ucj, data, tmp_path, kept):
    archive = tmp_path / "archive"
    asked = (
        "forecast",
        "--as-of",
        "2024-12",
        "--known-by",
        "2025-03-13",
        "--data",
        data.path,
        *ASKED,
    )
    assert ucj(*asked, "--issue", "--archive", archive).code == 0
    if not kept:
        (path,) = archive.glob("issued*/*.parquet")
        (told,) = read_archive(archive)
        path.unlink()
        append([replace(told, provenance={})], archive)
    baseline = data.path / BASELINE
    text = baseline.read_text(encoding="utf-8")
    baseline.write_text(text.replace("high = 0.0040", "high = 0.0080", 1), encoding="utf-8")
    given = {"paths": PATHS, "lang": reader.lang, "data": str(data.path), "archive": str(archive)}
    shown = run(NOTEBOOKS / "brief.ipynb", given)
    said = [text for thing in shown for text in texts(thing)]
    assert not reader.wrong(said)
    if reader.lang == "id":
        assert any("Sejak perkiraan yang diterbitkan pada" in text for text in said)
        assert any(text.startswith("Berkas asumsi yang berbeda") for text in said) == kept


def test_a_report_whose_data_take_back_a_target(reader, ucj, data, tmp_path, monkeypatch):
    monkeypatch.setattr(
        report, "run_notebook", lambda source, kept, given, *_: as_executed(run(source, given))
    )
    asked = ("report", *ASKED, "--out", tmp_path / "out", "--data", data.path, "--issue")
    ran = ucj(*asked, "--lang", reader.lang)
    assert ran.code == 0 and not reader.wrong([ran.out, ran.err])
    data.edit("targets", lambda rows: rows[1:]).edit("facts", lambda rows: rows[1:])
    ran = ucj(*asked, "--lang", reader.lang)
    assert ran.code == 2 and len(ran.err.splitlines()) == 2
    assert not reader.wrong(ran.err.splitlines(), {"P001", "agreement with the regency", *ALLOWED})


@pytest.mark.parametrize("target", ["0.52", "0.35"])
def test_a_plan_on_disk(reader, ucj, tmp_path, target):
    ucj("plan", *ASKED, "--target", target, "--out", tmp_path, "--lang", reader.lang)
    (page,), (book,) = tmp_path.rglob("plan.html"), tmp_path.rglob("plan.xlsx")
    sheets = load_workbook(book).worksheets
    cells = [str(c.value or "") for s in sheets for row in s.iter_rows() for c in row]
    said = [*page_lines(page.read_text(encoding="utf-8")), *(s.title for s in sheets), *cells]
    assert not reader.wrong(said)


def test_the_workbench_at_work(reader, tmp_path):
    seen = Explorer(reader.lang, tmp_path, paths=PATHS)
    said = []
    for name, value in (("funded", 5000), ("outreach", 500), ("lapse", 0.05)):
        seen.sliders[name].value = value
    seen.keep()
    said += texts(seen.widget)
    for act in (seen.save, seen.save):  # a name, then the name that is taken
        seen.name.value = "2026"
        act()
        said += texts(seen.widget)
    seen.target_month.value = "2025-13"
    said += texts(seen.widget)
    assert not reader.wrong(said) and {OUTREACH, FUNDED} <= set(catalogue())


@pytest.fixture
def extract(tmp_path) -> Path:
    """A roster with too few people in some cells, and with rows of every fault."""
    made = make_roster(tmp_path, 400, 300)
    with made.roster.open("a", encoding="utf-8") as lines:
        lines.writelines(
            f"{nik};X;BPU;2024-05;2024-04;X;X\n" for nik in ("", "1", "3318010101900001")
        )
    return made.roster


def test_a_roster(reader, ucj, extract, tmp_path):
    asked = ["roster", extract, "--out", tmp_path / "out", "--lang", reader.lang]
    for more in (
        (),
        ("--register", tmp_path / "dtks.csv", "--audit"),
        ("--small", "100", "--months", "2025-10:2025-12"),
    ):
        ran = ucj(*asked, *more)
        assert ran.code == 0 and not reader.wrong([ran.out, ran.err])


ROSTERS = [
    ("Nama;Alamat", "X;Y"),
    ("NIK;Nama", "3318010101900001;X"),
    ("NIK;Segmen;Bulan Masuk;Bulan Bayar Terakhir", "3318010101900001;BPU;2024-01;2024-02;X"),
    ("NIK;Segmen;Bulan Masuk;Bulan Bayar Terakhir", "3318010101900001;?;2024-01;2024-02"),
    ("NIK;Segmen;Bulan Masuk;Bulan Bayar Terakhir", "3318010101900001;BPU;2024-01;2024-02"),
]


@pytest.mark.parametrize("head, row", ROSTERS)
def test_rosters_refused(reader, ucj, tmp_path, head, row):
    path = tmp_path / "roster.csv"
    path.write_text(f"{head}\n{row}\n", encoding="utf-8")
    ran = ucj("roster", path, "--out", tmp_path / "out", "--lang", reader.lang)
    headings = {word for words in ROSTER_FIELDS.values() for word in words}
    assert ran.code == 2 and not reader.wrong([ran.err], {*headings, "NIK", "Nama"})


#: Refused before anything is read.
REFUSED = [
    ("forcast",),
    ("--json", "status"),
    ("status", "--region"),
    ("status", "--json=1"),
    ("status", "--tarjet", "0.5"),
    ("status", "extra"),
    ("compare", "baseline"),
    ("status", "--lang", "idn"),
    *(
        ("forecast", *pair)
        for pair in (
            ("--region", "3319"),
            ("--region", "wonogri"),
            ("--scenario", "baselin"),
            ("--target", "52"),
            ("--target", "half"),
            ("--target-month", "2024-12"),
            ("--target-month", "2025-03"),
            ("--target-month", "2125-03"),
            ("--as-of", "2025-13"),
            ("--as-of", "2025-04"),
            ("--known-by", "soon"),
            ("--known-by", "2025-03-12"),
            ("--paths", "0"),
            ("--paths", "many"),
            ("--seed", "-1"),
            ("--data", "nowhere"),
        )
    ),
    *(
        ("plan", *pair)
        for pair in (
            ("--aim", "hti"),
            ("--probability", "80"),
            ("--budget", "262.080"),
            ("--target-month", "2032-12"),
        )
    ),
    ("report", "-p", "tarjet=0.6"),
    ("report", "-p", "paths=many"),
    ("report", "-p", "target=half"),
    ("report", "--regions", "3318", "--region", "3318"),
    ("report", "--keep", "0"),
    ("report", "--log", "."),
    ("report", "--mail-to", "office"),
    ("report", "--mail-to", "a@b"),
    ("explore", "--port", "80"),
    ("validate", "nothing.csv"),
    ("roster",),
    ("roster", "nothing.csv"),
    ("roster", "nothing.csv", "--small", "2"),
    ("roster", "nothing.csv", "--small", "few"),
    ("roster", "nothing.csv", "--months", "2024"),
    ("roster", "nothing.csv", "--region", "wonogri"),
    ("backtest", "--known-by", "2020-01-01"),
    ("score", "--archive", "nowhere"),
]


@pytest.mark.parametrize("asked", REFUSED, ids=" ".join)
def test_refusals(reader, ucj, monkeypatch, tmp_path, asked):
    monkeypatch.chdir(tmp_path)
    ran = ucj(*asked, *(() if "--lang" in asked else ("--lang", reader.lang)))
    given = {part for word in asked for part in (word, *word.split("="))}
    assert ran.code == 2 and not reader.wrong([ran.err], {*given, *ALLOWED})


#: What an error names because it may be written there.
ALLOWED = keys() | set(cli._COMMANDS) | {"hit", "hold", "brief", "id", "en", "tarjet"}


OBSERVATIONS, PAIRS = "regions/3318/observations.csv", "growth_pairs.csv"
LINE = "3318,2025-03-13,0.29,0.005,,599061,bpjstk-2025"
NEW_ROW = {
    "region": "3318",
    "coverage": "0.305",
    "half_width": "0.0005",
    "labour_force": "599061",
    "base": "bpjstk-2025",
    "source": "x",
}
BASELINE, LEVERS = "scenarios/baseline.toml", "levers/3318.toml"
#: File, what is there, and what is written in its place; without the first, the file is that alone.
BROKEN = [
    (OBSERVATIONS, LINE, "3318,2025-13,29,0.5,7e5,599.06,"),
    (OBSERVATIONS, LINE, "3319,2025-03-13,0.29,0.005,700000,599061,bpjstk-2025"),
    (OBSERVATIONS, LINE, "3318,2025-03-13,0.29,0.9,100000,599061,bps-sakernas-2025-02"),
    (OBSERVATIONS, LINE, "3318,2026-03-13,0.29,0.005,,599062,bpjstk-2024"),
    (OBSERVATIONS, LINE, "3318,2024-12-31,0.29,0.005,,599061,bpjstk-2024"),
    (OBSERVATIONS, LINE, "3318,2025-03-13"),
    (OBSERVATIONS, "coverage,", "coverge,"),
    (OBSERVATIONS, "coverage,", "coverage,coverage,"),
    (OBSERVATIONS, LINE, LINE + "x" * 200_000),
    (OBSERVATIONS, None, ""),
    (OBSERVATIONS, None, "region;as_of\n3318;2025\n"),
    (OBSERVATIONS, None, "region\tas_of\n3318\t2025\n"),
    (OBSERVATIONS, None, "region,as_of\n\udce9,1\n"),
    (PAIRS, ",A,", ",Z,"),
    (PAIRS, "2025-10-31,31.99,2025-12", "2025-10-31,31.99,2025-11-01"),
    ("regions/3318/targets.csv", "0.52,", "52,"),
    ("regions.csv", "11,province,11", "11,provinces,11"),
    (BASELINE, "low = 15000", "low = 99000"),
    (BASELINE, "low = 15000", "low = inf"),
    (BASELINE, "low = 15000", 'low = "many"'),
    (BASELINE, "low = 15000", "low = 15.000"),
    (BASELINE, "low = 15000", "lowest = 15000"),
    (BASELINE, 'unit = "people"', 'unit = "persons"'),
    (BASELINE, "title = ", "title "),
    (BASELINE, None, "\udce9"),
    ("scenarios/outreach.toml", 'extends = "baseline"', 'extends = "baselin"'),
    (LEVERS, "low = 16800", "low = -16800"),
    (LEVERS, "months = [1, 60]", "months = [1, 72]"),
    (LEVERS, 'office = "DKP"', 'office = "DKB"'),
    (LEVERS, "low = 172000", "low = 172,5"),
    (LEVERS, "low = 172000", "low = 1.172.000"),
    (LEVERS, "low = 172000", "low = banyak"),
    (LEVERS, 'office = "DKP"', 'office = "DKP'),
    (LEVERS, "central = 0.64", "central = 64"),
    (LEVERS, '["small fishers", "poor', '["x", "poor'),
    ("scenarios/layoff-shock.toml", 'first = "', 'first = "2025-13" # "'),
    ("scenarios/layoff-shock.toml", 'first = "', 'first = "2029-01" # "'),
    ("scenarios/rebase.toml", 'month = "', 'month = "2025-07" # "'),
]


@pytest.mark.parametrize("name, old, new", BROKEN, ids=[f"{i}" for i in range(len(BROKEN))])
def test_broken_files(reader, ucj, data, name, old, new):
    path = data.path / name
    text = path.read_text(encoding="utf-8")
    assert old is None or old in text
    changed = new if old is None else text.replace(old, new, 1)
    path.write_bytes(changed.encode("utf-8", "surrogateescape"))
    ran = ucj("validate", path, "--lang", reader.lang)
    quoted = re.findall(r"[^\W_]+", new)
    said = ran.err
    for name_there in re.findall(r'"([^"\n]+ [^"\n]+)"', text):  # names and titles of the file
        said = said.replace(name_there, "")
    assert ran.code == 2 and not reader.wrong(said.splitlines(), {*quoted, *ALLOWED})


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("datapackage.json", None, "{"),
        ("datapackage.json", '"schema_version": 1', '"schema_version": 9'),
        ("programme_rules.csv", ",16800,", ",-5,"),
        (OBSERVATIONS, None, None),
        (LEVERS, None, None),
    ],
)
def test_broken_folders(reader, ucj, data, name, old, new):
    path = data.path / name
    text = path.read_text(encoding="utf-8")
    path.unlink()
    if new is None:
        path.mkdir()
    else:
        path.write_text(text.replace(old, new) if old else new, encoding="utf-8")
    ran = ucj("plan", "--data", data.path, "--lang", reader.lang)
    assert ran.code == 2 and not reader.wrong(ran.err.splitlines(), ALLOWED)


@pytest.mark.parametrize("name", ["new", "gone", "restated", "reset", "region"])
def test_tables_beside_the_earlier_ones(reader, ucj, data, name):
    path = data.path / OBSERVATIONS
    if name == "new":
        data.append(
            "observations", **NEW_ROW | {"as_of": "2025-06", "published": "2025-07-10"}
        ).cell("observations", 5, "coverage", "0.3").cell("observations", 5, "note", "x")
    elif name == "gone":
        data.edit("observations", lambda rows: rows[:-1])
    elif name == "restated":
        data.cell("observations", 5, "coverage", "0.3")
    elif name == "reset":
        data.cell("observations", 5, "labour_force", "610000")
    else:
        path.unlink()
    asked = ("validate", data.path, "--against", SHIPPED_DATA, "--lang", reader.lang)
    ran = ucj(*asked)
    assert ran.code == (0 if name == "new" else 2)
    assert not reader.wrong([*ran.out.splitlines(), *ran.err.splitlines()], ALLOWED)


#: What stands out, cell by cell of the row of June; the checks by what they are called in a file.
STANDS_OUT = {
    "jump": {"coverage": "0.36", "half_width": "0.0005"},
    "registered_not_active": {"coverage": "0.41", "half_width": "0.0005"},
    "percent_of_target": {"coverage": "0.565", "half_width": "0.0005"},
    "base_reset_without_note": {"labour_force": "640000", "base": "bpjstk-2026"},
    "construction_differs": {"basis": "tanpa Jakon"},
    "residence_or_workplace": {"basis": "tempat kerja"},
    "same_figure_twice": {"coverage": "", "half_width": "", "participants": "173728"},
    "coverage_of_target": {"coverage": "0.558", "participants": "173728"},
}


@pytest.mark.parametrize("check", STANDS_OUT)
def test_what_stands_out(reader, ucj, data, check):
    told = {"as_of": "2025-06", "published": "2026-07-10", "basis": "dengan Jakon"}
    data.cell("observations", 5, "basis", "aktif; domisili; dengan Jakon")
    if check == "same_figure_twice":
        data.cell("observations", 5, "participants", "173728")
    data.append("observations", **NEW_ROW | told | STANDS_OUT[check])
    asked = ("validate", data.path, "--lang", reader.lang)
    names = {
        *CHECKS,
        check,
        *ALLOWED,
        "aktif",
        "domisili",
        "dengan",
        "Jakon",
        "tanpa",
        "tempat",
        "kerja",
        "x",
    }
    ran = ucj(*asked)
    lines = [*ran.out.splitlines(), *ran.err.splitlines()]
    assert ran.code == (2 if check == "coverage_of_target" else 0)
    record = ucj(*asked, "--json").json
    found = [*record["problems"], *record["findings"]]
    assert check in [f["code"] for f in found]
    lines += [f[key] for f in found for key in ("problem", "fix")]
    if ran.code == 0:
        accepted = ucj(*asked, "--accept", f"{check}:2025-06", "--note", "x", "--by", "x")
        lines += [*accepted.out.splitlines(), *accepted.err.splitlines()]
        data.cell("observations", 6, "published", "2026-07-11")
        data.cell("observations", 6, "labour_force", "641000")
        data.cell("observations", 6, "base", "bpjstk-2027")
        lines += ucj(*asked).out.splitlines()
    assert not reader.wrong(lines, names)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--accept", "jump:2025-06"),
        ("--accept", "jump:2025-06", "--note", "x"),
        ("--note", "x"),
        ("--by", "x"),
    ],
)
def test_what_cannot_be_accepted(reader, ucj, data, arguments):
    for path in ((data.path,), ()):
        ran = ucj("validate", *path, *arguments, "--lang", reader.lang)
        assert ran.code == 2 and not reader.wrong(ran.err.splitlines(), {"jump", "x", *ALLOWED})


PARTS = """as_of,dimension,name,participants,labour_force,published,source,note
2025-03,segment,PU,104000,,2025-03-31,x,
2025-03,segment,BPU,43400,,2025-03-31,x,
2025-03,segment,Jakon,26000,,2025-03-31,x,
2025-03,sub_district,Juwana,60000,200000,2025-03-31,x,
2025-03,sub_district,Tayu,50000,200000,2025-03-31,x,
"""


def test_parts(reader, ucj, data):
    table = data.path / "regions" / "3318" / "breakdown.csv"
    table.write_text(PARTS, encoding="utf-8")
    names = {*CHECKS, "Juwana", "Tayu", "x", "PU", "BPU", "Jakon", "Jamu", *ALLOWED}
    asked = ("--data", data.path, "--lang", reader.lang)
    lines = ucj("status", *asked).out.splitlines()
    lines += ucj("forecast", *asked, "--paths", PATHS).out.splitlines()
    lines += ucj("validate", data.path, "--lang", reader.lang).out.splitlines()
    table.write_text(PARTS.replace("Jakon,", "Jamu,"), encoding="utf-8")
    lines += ucj("validate", data.path, "--lang", reader.lang).err.splitlines()
    assert len(lines) > 20 and not reader.wrong(lines, names)


def test_a_source_nobody_knows(reader, ucj, data):
    path = data.path / LEVERS
    text = path.read_text(encoding="utf-8").replace("murianews-2022-09", "murianews-2222-09")
    path.write_text(text, encoding="utf-8")
    ran = ucj("validate", data.path, "--lang", reader.lang)
    assert ran.code == 2 and not reader.wrong(ran.err.splitlines(), {"murianews-2222-09", *ALLOWED})


#: Files of offices: read, doubted and refused, with the words that are their own.
OFFICE = [
    "Periode;Angkatan kerja;Peserta;Cakupan (%);Lain\nTriwulan I 2026;599.061;;30,5;x\n;;;;\nJumlah;1;1;1;\n",
    "Kabupaten;Angkatan kerja (ribu);Peserta (ribu);%\nPati;599,1;173,7;29,0\n",
    "Bulan;Angkatan kerja;Realisasi (%)\n03/04/2026;599.061;29.473*)\nMei 26;599.061;-\n",
    "Bulan;Angkatan kerja;Cakupan (%);Target 2026 (%)\nMei 2026;599.061;0,295;52\n",
    "Bulan;Peserta;Cakupan (%)\nMei 2026;173.728;29,0\n",
    "Bulan;Angkatan kerja;Cakupan (%)\nMei 2026;599.061;29,5\nJuni 2026;599.061;29.5\n",
    "Bulan;Angkatan kerja (ribu);Cakupan (%)\nMei 2026;1.234;29\n",
    "Bulan;Angkatan kerja;Cakupan (%)\nMei;599.061;29\n",
    "Bulan;Angkatan kerja;Cakupan (%)\n2026;599.061;29\n",
    "Bulan;Angkatan kerja;Peserta\nMei 2026;599.061;700.000\n",
    "Bulan;Angkatan kerja;Peserta;Cakupan\nMei 2026;599.061;173.728;35%\n",
    "Bulan;Angkatan kerja;Peserta;Peserta aktif\nMei 2026;599.061;173.728;1\n",
    "Kabupaten Kudus\nBulan;Angkatan kerja;Cakupan\nMei 2026;599.061;29%\n",
    "Bulan,Cakupan,Angkatan kerja\nMei 2026,29,5,599061\n",
    "Bulan;Angkatan kerja;Peserta\nMei 2026;599.061;186.308*\n\n*) sementara\n",
    "%PDF-1.7",
    "GIF89a",
    "Kabupaten;Bulan;Angkatan kerja;Cakupan\nKab. Patti;Mei 2026;599.061;29%\n",
    "No;Bulan;Angkatan kerja;Cakupan;Target\n1;Mei 2026;599.061;29%;52%\n2;Juni 2026;599.061;30%;52%\n*) angka sementara\n",
]


@pytest.mark.parametrize("text", OFFICE, ids=[f"{i}" for i in range(len(OFFICE))])
def test_files_of_offices(reader, ucj, tmp_path, text):
    path = tmp_path / "laporan.csv"
    path.write_text(text, encoding="utf-8")
    given = ("--base", "bpjstk-2025", "--published", "2026-12-31", "--source", "cabang")
    asked = ("import", path, "--region", "3318", "--data", tmp_path / "mine", *given)
    ran = ucj(*asked, "--as-of", "2026-05", "--lang", reader.lang)
    own = {*re.findall(r"[^\W_]+", text), "laporan", "cabang", "mine", *ALLOWED}
    own |= {f"{letter}{row}" for letter in "ABCDE" for row in (1, 2, 3, 4)}
    said = [*ran.out.splitlines(), *ran.err.splitlines()]
    assert ran.code in (0, 2) and said and not reader.wrong(said, own)
    undone = ucj("import", "--undo", *asked[2:6], "--lang", reader.lang)
    said = [*undone.out.splitlines(), *undone.err.splitlines()]
    moments = re.findall(r"[\d-]+T[\d-]+", undone.out)
    assert said and not reader.wrong(said, {*own, *moments})


def test_a_new_region_and_its_template(reader, ucj, tmp_path):
    made = ucj("new-region", "3372", "--data", tmp_path / "mine", "--lang", reader.lang)
    assert made.code == 0 and not reader.wrong(made.out.splitlines())
    asked = ("--region", "3372", "--data", tmp_path / "mine", "--as-of", "latest")
    ran = ucj("plan", *asked, "--target", "0.6", "--paths", "300", "--lang", reader.lang)
    assert ran.code == 2 and not reader.wrong(ran.err.splitlines(), {*ALLOWED, "GANTI"})
    sheets = load_workbook(tmp_path / "mine/regions/3372/template.xlsx").worksheets
    cells = [c for s in sheets for row in s.iter_rows() for c in row]
    said = [str(c.value or "") for c in cells if c.row < 3 or c.parent is not sheets[0]]
    said += [c.comment.text for c in cells if c.comment]
    said += [s.title for s in sheets]
    assert not reader.wrong(
        said,
        {word for name, *_ in COLUMNS for word in re.findall(r"\w+", name)} | {"template", "xlsx"},
    )
