"""The tables of the data folder: columns, kinds, units, checks and version.

One declaration per table gives the reader (`reading`), the pandera schema and the data
dictionary (`data/datapackage.json`, a Frictionless Data Package).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import pandera.pandas as pa

Kind = Literal["text", "code", "day", "month", "fraction", "percent", "count", "number"]

#: Frictionless type of each kind, and what a planner is told is allowed.
FRICTIONLESS = {
    "text": "string",
    "code": "string",
    "day": "date",
    "month": "yearmonth",
    "fraction": "number",
    "percent": "number",
    "count": "integer",
    "number": "number",
}


@dataclass(frozen=True)
class Column:
    """One column: its kind decides how text is read and what values may be."""

    name: str
    kind: Kind
    description: str
    unit: str = ""
    required: bool = True
    low: float | None = None
    high: float | None = None
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table of the data folder."""

    name: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    version: int = 1
    optional: frozenset[str] = field(default_factory=frozenset)

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(c.name for c in self.columns)


def _open_fraction(name: str, description: str, required: bool = True) -> Column:
    # neither 0% nor 100%: a published share of people is never certain to be either
    return Column(name, "fraction", description, "1", required, low=1e-6, high=1 - 1e-6)


# fmt: off
OBSERVATIONS = Table(
    "observations",
    "Coverage of one region as published: one row per region, month and base",
    (
        Column("region", "code", "code of the region"),
        Column("as_of", "day", "day described; YYYY-MM means the month's last day"),
        _open_fraction("coverage", "active participants / base, as published", required=False),
        Column("half_width", "fraction", "half of the last printed digit of coverage", "1", False, 0.0, 0.05),
        Column("participants", "count", "active participants, where published", "people", False, 0, 2e9),
        Column("labour_force", "count", "the base, as published", "people", False, 1, 2e9),
        Column("base", "text", "id of the base's definition and vintage; unlike bases are never spliced"),
        Column("basis", "text", "what the numerator counts", required=False),
        Column("published", "day", "when it could first be read"),
        Column("source", "text", "id in sources.csv, or the name of an own source"),
        Column("note", "text", "what a reader should know", required=False),
    ),
    key=("region", "as_of", "base"),
)

TARGETS = Table(
    "targets",
    "Coverage a region has promised for a month",
    (
        Column("region", "code", "code of the region"),
        Column("target_month", "month", "month by whose end the target is due"),
        _open_fraction("target", "coverage promised"),
        Column("family", "text", "which family of targets; several coexist", required=False),
        Column("published", "day", "when it could first be read"),
        Column("source", "text", "id in sources.csv"),
        Column("note", "text", "what a reader should know", required=False),
    ),
    key=("region", "target_month", "family"),
)

FACTS = Table(
    "facts",
    "Everything else published about one region; contradictions stay, with the reason for the one used",
    (
        Column("id", "code", "id of the fact"),
        Column("region", "code", "BPS code, or a group of regions"),
        Column("indicator", "text", "what is measured"),
        Column("value", "text", "as printed; ranges and statements occur", "see unit"),
        Column("half_width", "number", "half of the last printed digit, or of a printed range", "as value", False, 0.0),
        Column("unit", "text", "unit of the value"),
        Column("base", "text", "id of the base, where it is one or has one", required=False),
        Column("basis", "text", "what a numerator counts", required=False),
        Column("as_of", "text", "day, month or period described, as precisely as known", required=False),
        Column("source", "text", "id in sources.csv"),
        Column("confidence", "text", "of the reading", one_of=("high", "medium", "low")),
        Column("role", "text", "what the figure is used for, or `not used`, or `context`"),
        Column("reason", "text", "why this one, or why not", required=False),
        Column("definition", "text", "of the value"),
        Column("note", "text", "what a reader should know", required=False),
    ),
    key=("id",),
)

BREAKDOWN = Table(
    "breakdown",
    "Participants of one region by segment or sub-district",
    (
        Column("as_of", "day", "day described; YYYY-MM means the month's last day"),
        Column("dimension", "text", "what it is broken down by", one_of=("segment", "sub_district")),
        Column("name", "text", "sub-district; or segment, as in scenarios or PU, BPU, Jakon"),
        Column("participants", "count", "active participants", "people", True, 0, 2e9),
        Column("labour_force", "count", "the part's own base", "people", False, 1, 2e9),
        Column("published", "day", "when it could first be read"),
        Column("source", "text", "id in sources.csv, or the name of an own source"),
        Column("note", "text", "what a reader should know", required=False),
    ),
    key=("as_of", "dimension", "name"),
)

ACCEPTED = Table(
    "accepted",
    "Findings about one region's figures that a person has accepted",
    (
        Column("check", "text", "name of the check"),
        Column("as_of", "month", "month of the figure"),
        Column("base", "text", "id of the base"),
        Column("found", "text", "figures it was accepted for; others need accepting anew"),
        Column("note", "text", "why it is right as it is"),
        Column("by", "text", "who accepted it", required=False),
        Column("on", "day", "when"),
    ),
    key=("check", "as_of", "base"),
)

#: Same basis; rounded or one base missing; re-based or disputed.
GRADES = ("A", "B", "C")

GROWTH_PAIRS = Table(
    "growth_pairs",
    "Regions seen at two dates: the reference class",
    (
        Column("region", "text", "name of the region"),
        Column("province_code", "code", "BPS code of its province; empty above province level", required=False),
        Column("from", "day", "first date; YYYY-MM means the month's last day"),
        Column("from_pct", "percent", "coverage at the first date", "%", low=1e-4, high=100 - 1e-4),
        Column("to", "day", "second date"),
        Column("to_pct", "percent", "coverage at the second date", "%", low=1e-4, high=100 - 1e-4),
        Column("months", "number", "length of the window, as first noted; the model counts days", "months", False),
        Column("delta_pp", "number", "change", "points", False),
        Column("pp_per_month", "number", "change per month", "points per month", False),
        Column("window", "text", "where the window lies in the year", required=False),
        Column("quality", "text", "A same basis, B rounded or one base missing, C re-based or disputed", one_of=GRADES),
        Column("published", "day", "the later of the two publications"),
        Column("from_url", "text", "page of the first figure", required=False),
        Column("to_url", "text", "page of the second figure", required=False),
        Column("comment", "text", "what a reader should know", required=False),
    ),
    key=("region", "from", "to"),
    optional=frozenset({"months", "delta_pp", "pp_per_month", "window", "from_url", "to_url", "comment"}),
)

PANEL = Table(
    "panel",
    "Coverage, participants, base and target of other regions, as printed",
    (
        Column("id", "code", "id of the row"),
        Column("region", "text", "name of the region"),
        Column("code", "text", "BPS code where known", required=False),
        Column("level", "text", "level", one_of=("national", "province", "regency", "branch", "island")),
        Column("as_of", "text", "as precisely as known"),
        Column("coverage_pct", "percent", "coverage; above 100 where a base is too small", "%", False, 0),
        Column("participants", "count", "participants", "people", False, 0),
        Column("labour_force", "count", "base", "people", False, 0),
        Column("target_pct", "text", "target, as printed", "% where a number", False),
        Column("target_date", "text", "when the target is due", required=False),
        Column("pu", "text", "wage earners: head count, or coverage where it ends in %", required=False),
        Column("bpu", "text", "self-employed, likewise", required=False),
        Column("jakon", "text", "construction, likewise", required=False),
        Column("published", "day", "when it could first be read", required=False),
        Column("source", "text", "id in sources.csv"),
        Column("note", "text", "what a reader should know", required=False),
    ),
    key=("id",),
)

FLOWS = Table(
    "flows",
    "Layoffs, lapse and churn evidence, government-paid cohorts, labour force, graduates",
    (
        Column("id", "code", "id of the row"),
        Column("region", "text", "name of the region"),
        Column("indicator", "text", "what is measured"),
        Column("period", "text", "day, month or period described"),
        Column("value", "text", "as printed", "see unit", False),
        Column("unit", "text", "unit of the value"),
        Column("source", "text", "id in sources.csv"),
        Column("note", "text", "what a reader should know", required=False),
    ),
    key=("id",),
)

PROGRAMME_RULES = Table(
    "programme_rules",
    "Contributions, discounts, benefits, inactivity, targets, definitions",
    (
        Column("id", "code", "id of the rule"),
        Column("rule", "text", "name of the rule"),
        Column("value", "text", "value or wording, as printed"),
        Column("unit", "text", "unit of the value", required=False),
        Column("effective_from", "text", "start of validity, where known", required=False),
        Column("effective_to", "text", "end of validity, where known", required=False),
        Column("source", "text", "id in sources.csv"),
        Column("authority", "text", "regulation or page it rests on", required=False),
        Column("note", "text", "what a reader should know", required=False),
    ),
    key=("id",),
)

REGIONS = Table(
    "regions",
    "Codes and names of the 38 provinces and 514 regencies and cities (idn-area-data, ODbL)",
    (
        Column("code", "code", "code of the Ministry of Home Affairs, without dots; in Java the same as BPS's"),
        Column("level", "text", "level", one_of=("province", "regency")),
        Column("province_code", "code", "code of the province"),
        Column("name", "text", "name"),
    ),
    key=("code",),
)

SOURCES = Table(
    "sources",
    "Who published what, where and when",
    (
        Column("source", "text", "id of the source"),
        Column("publisher", "text", "publisher, and whom it quotes"),
        Column("url", "text", "page", required=False),
        Column("published", "day", "day; of a month or a year the last day; empty where unknown", required=False),
        Column("precision", "text", "how precisely the day is known", one_of=("day", "month", "year", "unknown")),
    ),
    key=("source",),
)

TABLES = {
    t.name: t
    for t in (
        SOURCES, REGIONS, OBSERVATIONS, TARGETS, FACTS, BREAKDOWN, ACCEPTED, GROWTH_PAIRS, PANEL, FLOWS,
        PROGRAMME_RULES,
    )
}
# fmt: on
PER_REGION = ("observations", "targets", "facts", "breakdown", "accepted")


def pandera_schema(table: Table) -> pa.DataFrameSchema:
    """Return the pandera schema of a table already read into typed columns.

    Checks are named by problem code, so that a failure turns into a planner's sentence.
    """
    import pandera.pandas as pa

    def checks(column: Column) -> list[pa.Check]:
        below = {"count": "bad_count", "fraction": "not_a_fraction"}.get(
            column.kind, "out_of_range"
        )
        open_fraction = column.kind == "fraction" and (column.high or 0) > 0.99
        named = (
            (pa.Check.ge, column.low, below),
            (pa.Check.le, column.high, "not_a_fraction" if open_fraction else "out_of_range"),
            (pa.Check.isin, column.one_of or None, "not_allowed"),
        )
        return [
            make(bound, name=code, error=code) for make, bound, code in named if bound is not None
        ]

    columns = {
        c.name: pa.Column(
            nullable=not c.required, checks=checks(c), required=c.name not in table.optional
        )
        for c in table.columns
    }
    return pa.DataFrameSchema(columns, strict=False)


def data_package() -> dict[str, Any]:
    """Return the data dictionary: every table, column, unit and version.

    Examples
    --------
    >>> data_package()["schema_version"]
    1
    """
    return {
        "profile": "data-package",
        "name": "ucj-analysis-data",
        "schema_version": 1,
        "licenses": [
            {"name": "ODbL-1.0", "title": "regions.csv, from idn-area-data"},
            {"name": "see LICENSE.md", "title": "facts of the other tables, each with its source"},
        ],
        "resources": [
            {
                "name": table.name,
                "path": f"regions/*/{table.name}.csv"
                if table.name in PER_REGION
                else f"{table.name}.csv",
                "title": table.title,
                "schema_version": table.version,
                "schema": {
                    "primaryKey": list(table.key),
                    "fields": [
                        {
                            "name": c.name,
                            "type": FRICTIONLESS[c.kind],
                            "kind": c.kind,
                            "unit": c.unit,
                            "description": c.description,
                            "constraints": {"required": c.required},
                        }
                        for c in table.columns
                    ],
                },
            }
            for table in TABLES.values()
        ],
    }
