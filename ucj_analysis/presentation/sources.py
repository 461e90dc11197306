"""Every source and where it is used, in a table and in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ucj_analysis.forecasting import Forecast
from ucj_analysis.months import Month, month_of
from ucj_analysis.presentation.display import Grid, Prose
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.names import parameter_name
from ucj_analysis.presentation.standing_tables import BREAKDOWN_NAMES
from ucj_analysis.record.observations import load_table
from ucj_analysis.record.schemas import SOURCES

if TYPE_CHECKING:
    import pandas as pd


def source_uses(
    seen: Forecast, w: Words, more: Mapping[str, Sequence[str]] | None = None
) -> dict[str, list[str]]:
    """Return every source the page rests on, with what it is used for.

    `more` names further sources with their uses, such as those of a plan.
    """
    now, stated = seen.status, seen.scenario.for_region(seen.status.question.region).stated()
    told = [
        *(
            (source, w.t("coverage of {month}", month=run))
            for source in dict.fromkeys(o.source for o in now.history)
            for run in _runs([o.month for o in now.history if o.source == source], w)
        ),
        (now.target.source, w.t("target")),
        (now.contribution_source, w.t("contribution")),
        *((b.source, w.t("survey labour force")) for b in now.other_bases[-1:]),
        *((s, w.t(BREAKDOWN_NAMES[b.dimension])) for b in now.breakdowns for s in b.sources),
        *((s, parameter_name(name, w)) for name, rests in stated.items() for s in rests.sources),
        *((source, what) for source, whats in (more or {}).items() for what in whats),
    ]
    return by_source((source, what) for source, what in told if source)


def by_source(uses: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Return what each source is used for, each use once, in the order told.

    Examples
    --------
    >>> by_source([("law", "target"), ("press", "coverage"), ("law", "rate"), ("law", "target")])
    {'law': ['target', 'rate'], 'press': ['coverage']}
    """
    found: dict[str, list[str]] = {}
    for source, what in dict.fromkeys(uses):
        found.setdefault(source, []).append(what)
    return found


def _runs(months: Sequence[Month], w: Words) -> list[str]:
    """Return ascending months as runs without a gap, each by its first and last month."""
    runs: list[tuple[Month, Month]] = []
    for month in months:
        if runs and month - runs[-1][1] <= 1:
            runs[-1] = runs[-1][0], month
        else:
            runs.append((month, month))
    return [w.month(a) if a == b else w.months_between(a, b) for a, b in runs]


def _published(source: str, known: pd.DataFrame, w: Words) -> tuple[str, str, str]:
    """Return a source's publisher, day and page."""
    if _is_own(source, known):
        return w.t("own data"), w.t("days stand in the region's tables"), ""
    row = known.loc[source]
    day, publisher, page = row["published"], str(row["publisher"]), str(row["url"])
    told = {"day": w.day, "month": lambda d: w.month(month_of(d)), "year": lambda d: str(d.year)}
    show = told.get(row["precision"])
    return publisher, show(day) if show else w.t("no date"), page


def _is_own(source: str, known: pd.DataFrame) -> bool:
    """Tell whether a source is a region's own: it has no page, and one name may stand for letters of several days."""
    return source not in known.index or (
        known.loc[source, "publisher"] == source and not known.loc[source, "url"]
    )


def sources_table(uses: Mapping[str, Sequence[str]], data: Path, w: Words) -> Grid | Prose:
    """Return sources with what each is used for, its publisher, day and page; nothing for none."""
    if not uses:
        return Prose("")
    known = load_table(SOURCES, data).set_index("source")
    rows = [
        (source, "; ".join(whats), *_published(source, known, w))
        for source, whats in sorted(uses.items())
    ]
    head = (w.t("source"), w.t("used for"), w.t("publisher"), w.t("published"), w.t("page"))
    return Grid(w.t("Sources this page rests on"), head, rows)


def sources_text(uses: Mapping[str, Sequence[str]], known_by: date, data: Path, w: Words) -> Prose:
    """Return publishers and days in one paragraph; the pages stand in the table.

    What was published after `known_by` carries a star: only assumptions and plans rest on it.
    """
    known = load_table(SOURCES, data).set_index("source")
    starred = False
    days: dict[str, list[str]] = {}
    for source in sorted(uses):
        publisher, day, _ = _published(source, known, w)
        own = _is_own(source, known)
        late = source in known.index and _later(known.loc[source], known_by)
        starred |= late
        name = source if own else publisher.partition(" (")[0]
        days.setdefault(name, []).append(day + "*" * late)
    told = [f"{name} ({', '.join(days[name])})" for name in sorted(days, key=str.lower)]
    text = "; ".join(told) + "."
    if starred:
        text += " " + w.t(
            "* published after {day}, or undated: levers and assumptions may rest on it, the forecast uses no figure of it.",
            day=w.day(known_by),
        )
    return Prose(text)


def _later(source: pd.Series, known_by: date) -> bool:
    """Tell whether a source was published after a day, or nobody knows when."""
    return source["precision"] == "unknown" or bool(source["published"] > known_by)
