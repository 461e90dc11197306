"""The stock-flow in Atomica: draws are read, coverage by draw and month written, seconds printed.

Framework and databook are made here. A step is a month: Atomica's year stands for one.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

DEPTH = (0.45, 0.70, 0.88, 1.0, 1.0, 0.92, 0.80, 0.66, 0.52, 0.37, 0.20, 0.0)
MONTHS = 33
SEGMENTS = ("wage", "elsewhere", "self", "build", "funded")
COMPARTMENTS = ("free", *SEGMENTS)
#: What moves between compartments: from, to, parameter.
TRANSITIONS = (
    ("outside", "free", "arriving"),
    ("free", "gone", "departing"),
    *(("free", name, f"joining_{name}") for name in SEGMENTS),
    *((name, "free", f"leaving_{name}") for name in SEGMENTS),
)
#: State that is no compartment, by what it changes in a month.
DERIVATIVES = {
    "published": "(rebased > 0)*(published*rebased - published)",
    "rebased_since": "rebasing",
    "laid_off": "lost - back",
    "paid_last_year": "(month == 3)*(funded - paid_last_year)",
}
FUNCTIONS = {
    "year": "floor((t + 3)/12)",
    "month": "t + 4 - 12*year",
    "growing": "(month >= 6)",
    "coming": "(month >= 5)*(month <= 7)*labour_force_graduates*labour_force_joining/3",
    "exits": "base*labour_force_exits",
    "moving": "base*labour_force_migration",
    "rebased": "(month == 1)*((year == 1)*rebased_2026 + (year == 2)*rebased_2027)",
    "rebasing": "(rebased > 0)*(published*rebased - (base + coming - exits + moving))",
    "arriving": "coming + max(moving, 0) + max(rebasing, 0)",
    "departing": "exits + max(-moving, 0) + max(-rebasing, 0)",
    "room": "(free + arriving - departing)/(free_0 + rebased_since + rebasing)",
    "separated": "wage*wage_earners_separations",
    "lost": "min((t >= wage_earners_cover_after_layoff)*wage_earners_layoffs/12"
    "*wage_earners_layoffs_covered, wage - separated)",
    "back": "laid_off*wage_earners_reemployment",
    "joining_wage": "separated*wage_earners_replacement*room + back",
    "leaving_wage": "separated + lost",
    "joining_elsewhere": "max(elsewhere*elsewhere_drift, 0)",
    "leaving_elsewhere": "max(-elsewhere*elsewhere_drift, 0)",
    "joining_self": "free_0*room*self_employed_enrolment"
    "*(growing*self_employed_enrolment_season + (1 - growing))",
    "leaving_self": "self*(growing*self_employed_lapse"
    " + (1 - growing)*min(self_employed_lapse*self_employed_lapse_season, 1))",
    "amplitude": "min(construction_amplitude*exp(-construction_amplitude_by_year**2/2), 0.95)",
    "building": "december*construction_growth**year*(1 - amplitude*depth)",
    "joining_build": "max(building - build, 0)",
    "leaving_build": "max(build - building, 0)",
    "joining_funded": "(month >= 7)*(month <= 10)*paid_last_year*funded_renewal/4",
    "leaving_funded": "(month == 3)*funded",
}


def framework(drawn: dict[str, np.ndarray]) -> dict[str, list[list[object]]]:
    """Return the sheets of the framework."""
    stated = [n for n in drawn if not n.startswith(("split", "start"))]
    moving = {parameter for _, _, parameter in TRANSITIONS}
    names = ["outside", "gone", *COMPARTMENTS]
    cells = {(a, b): parameter for a, b, parameter in TRANSITIONS}
    return {
        "Databook Pages": [["Datasheet Code Name", "Datasheet Title"], ["all", "All"]],
        "Compartments": [
            ["Code Name", "Display Name", "Is Source", "Is Sink", "Is Junction", "Databook Page", "Default Value"],
            ["outside", "Outside", "y", "n", "n", None, None],
            ["gone", "Gone", "n", "y", "n", None, None],
            *([name, name.title(), "n", "n", "n", "all", 1] for name in COMPARTMENTS),
        ],
        "Transitions": [[None, *names], *([a, *(cells.get((a, b)) for b in names)] for a in names)],
        "Characteristics": [
            ["Code Name", "Display Name", "Components", "Denominator"],
            ["base", "Base", ", ".join(COMPARTMENTS), None],
            ["coverage", "Coverage", ", ".join(SEGMENTS), "base"],
        ],
        "Parameters": [
            ["Code Name", "Display Name", "Format", "Databook Page", "Default Value", "Function", "Is derivative"],
            *([n, f"p {n}", None, "all", 0, None, "n"] for n in (*stated, "depth", "december", "free_0")),
            *([n, f"s {n}", None, "all", 0, f, "y"] for n, f in DERIVATIVES.items()),
            *([n, f"f {n}", "Number" if n in moving else None, None, None, f, "n"] for n, f in FUNCTIONS.items()),
        ],
    }  # fmt: skip


def started(drawn: dict[str, float]) -> dict[str, float]:
    """Return the compartments at the start, and what the functions take from them."""
    people, base = drawn["start_participants"], 599_061.0
    amplitude = drawn["construction_amplitude"] * np.exp(
        -(drawn["construction_amplitude_by_year"] ** 2) / 2
    )
    own = people * drawn["split_self_employed"]
    december = people * drawn["split_construction"]
    build = december * (1 - min(amplitude, 0.95) * DEPTH[2])
    funded = people * drawn["split_funded"]
    employed = people - own - build - funded
    elsewhere = employed * drawn["split_elsewhere"]
    return {
        "free": base - people,
        "wage": employed - elsewhere,
        "elsewhere": elsewhere,
        "self": own,
        "build": build,
        "funded": funded,
        "free_0": base - people,
        "december": december,
        "published": base,
    }


def main(given: Path, found: Path, work: Path, times: int) -> None:
    import atomica
    import openpyxl

    atomica.logger.setLevel("ERROR")
    drawn = dict(np.load(given))
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in framework(drawn).items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(work / "framework.xlsx")
    frame = atomica.ProjectFramework(work / "framework.xlsx")
    data = atomica.ProjectData.new(frame, np.array([0.0]), {"region": "Region"}, 0)
    data.save(work / "databook.xlsx")
    project = atomica.Project(
        framework=frame, databook=work / "databook.xlsx", do_run=False,
        sim_start=0, sim_end=MONTHS, sim_dt=1,
    )  # fmt: skip
    parset = project.parsets[0]

    def say(name: str, value: float) -> None:
        parset.pars[name].ts["region"].insert(None, value)

    for step in range(MONTHS + 1):
        parset.pars["depth"].ts["region"].insert(float(step), DEPTH[(step + 3) % 12])
    count = len(drawn["start_participants"])

    def run(draws: int) -> np.ndarray:
        coverage = []
        for n in range(draws):
            values = {name: column[n] for name, column in drawn.items()}
            for name, value in (values | started(values)).items():
                if name in parset.pars:
                    say(name, value)
            seen = project.run_sim(parset, store_results=False)
            coverage.append(seen.get_variable("coverage")[0].vals)
        return np.array(coverage)

    run(10)  # warm
    for _ in range(times):
        began = time.perf_counter()
        coverage = run(count)
        print("seconds", time.perf_counter() - began, flush=True)
    np.save(found, coverage)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]), int(sys.argv[4]))
