"""The sentence and the remedy of every problem code, in words for planners."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ucj_analysis.errors import Problem, Share, UCJError
from ucj_analysis.presentation.asked_problems import ASKED
from ucj_analysis.presentation.intake_problems import INTAKE
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.presentation.record_problems import RECORD
from ucj_analysis.presentation.roster_problems import ROSTERS
from ucj_analysis.presentation.running_problems import RUNNING

#: code -> (what is wrong and what is allowed, how to mend it). Fields of the problem fill the names.
PROBLEMS: dict[str, tuple[str, str]] = RECORD | ASKED | ROSTERS | RUNNING | INTAKE

#: Why a scenario's range was refused, and what the selection of growth pairs calls its reasons.
REASONS: dict[str, str] = {
    "range_order": N_("low, central and high are not in ascending order"),
    "no_source": N_("neither a source nor an assumption is named"),
    "negative": N_("a value is negative"),
    "calendar_month": N_("a calendar month lies outside 1 to 12, or stands twice"),
    "too_large": N_("a value is too large"),
    "months_of_a_year": N_("calendar months are named, but the period is not a year"),
    "rebasing_range": N_("a re-set base lies outside 0.3 to 3 times the old one"),
    "not_finite": N_("a value is not a finite number"),
    "whole_months": N_("a duration is not a whole number of months from 0 to 3"),
    "split_sum": N_("the highest shares add up to more than 0.95"),
    "not_text": N_("it is not a name in quotation marks"),
    "per_base": N_("per_base is no base of people"),
    "event_names": N_("an event has no name, or two have the same"),
    "wrong_kind": N_("it is a value of another kind"),
    "not_above_zero": N_("a pool or a pace is not above zero"),
    "other_unit": N_("pool and pace do not count in the lever's own unit"),
    "no_period": N_("a pace needs a period: month"),
    "people_per_unit": N_("people_per_unit is needed where the unit is not people, and only there"),
    "months_beyond": N_(
        "months, ramp or lead lie outside 1 to 60, the longest plan, or the last before the first"
    ),
    "zero_share": N_("a yield or a share of workers is zero"),
    "steps_fall": N_("the costs of the steps do not rise"),
    "steps_sum": N_("the shares of the steps do not add up to 1"),
    "lever_names": N_("a lever has no name, or two have the same"),
    "overlap_yearly": N_("a list that comes anew each year cannot overlap with another"),
    "overlap_circle": N_("two lists are joined twice: overlaps may form no circle"),
    "overlap_itself": N_("a list is said to overlap with itself"),
    "no_lever": N_("no lever is stated"),
    "overlap_sum": N_("the shares of one list that stand on others add up to more than 1"),
    # what the system said of a file, by its own code
    "EACCES": N_("you are not allowed to"),
    "EPERM": N_("you are not allowed to"),
    "EROFS": N_("the disk is read-only"),
    "ENOSPC": N_("the disk is full"),
    "ENOENT": N_("a part of its path does not exist"),
    "EISDIR": N_("it is a folder"),
    "EEXIST": N_("a file stands in its place"),
    "ENOTDIR": N_("a part of its path is a file"),
    "ENAMETOOLONG": N_("its name is too long"),
    # what a run took too much of
    "TimeLimit": N_("it ran for longer than allowed"),
    "MemoryLimit": N_("it took more memory than allowed"),
    "OutputLimit": N_("it printed more than allowed"),
    # why a mail was not sent
    "mail_certificate": N_("the certificate of the mail server is not trusted"),
    "mail_closed": N_("the mail server closed the connection"),
    "mail_encryption": N_("no encrypted connection came about"),
    "mail_login": N_("the mail server refused the user or the password"),
    "mail_recipient": N_("the mail server refused the address"),
    "mail_refused": N_("the mail server refused the mail"),
    "mail_timeout": N_("the mail server did not answer in time"),
    "mail_unreachable": N_("the mail server cannot be reached"),
    "mail_unsupported": N_("the mail server does not offer the encryption or the login asked for"),
    # figures of a region
    "figure_coverage": N_("coverage"),
    "figure_half_width": N_("rounding"),
    "figure_participants": N_("participants"),
    "figure_labour_force": N_("labour force"),
    "figure_target": N_("target"),
    # separators of a table
    "semicolon": N_("a semicolon"),
    "tab": N_("a tab"),
    # what parts are told by
    "segment": N_("segment"),
    "sub_district": N_("sub-district"),
    # types of a notebook's parameters
    "int": N_("a whole number"),
    "float": N_("a number"),
    "str": N_("text"),
    "bool": N_("true or false"),
}


def describe(problem: Problem, w: Words) -> tuple[str, str]:
    """Return the sentence and the remedy of a problem, without its place.

    Examples
    --------
    >>> from ucj_analysis.presentation.language import words
    >>> describe(Problem("bad_month", value="2025-13"), words("en"))[0]
    'found 2025-13; allowed is a month written YYYY-MM, 01 to 12'
    """
    sentence, remedy = PROBLEMS[problem.code]
    fields: dict[str, object] = {
        "found": problem.value,
        "file": problem.file,
        "column": problem.column,
        "like": "data/scenarios/baseline.toml",
    }
    fields |= {name: _shown(value, w) for name, value in problem.fields.items() if name != "found"}
    near = problem.fields.get("near")
    hint = w.t("Did you mean {near}?", near=_shown(near, w)) + " " if near else ""
    return w.t(sentence, **fields), hint + w.t(remedy, **fields)


def place(problem: Problem, w: Words) -> str:
    """Return where a problem is: file, row and column as far as they apply.

    Examples
    --------
    >>> from ucj_analysis.presentation.language import words
    >>> place(Problem("bad_month", "observations.csv", 3, "as_of"), words("en"))
    'observations.csv, row 3, column as_of'
    """
    parts = [str(part) for part in (problem.file, problem.fields.get("option")) if part]
    if problem.row:
        parts.append(w.t("row {row}", row=problem.row))
    if problem.column:
        parts.append(w.t("column {column}", column=problem.column))
    if problem.fields.get("cell"):
        parts.append(w.t("cell {cell}", cell=problem.fields["cell"]))
    return ", ".join(parts)


def error_text(error: UCJError, w: Words) -> str:
    """Return an error as lines for a terminal: one per problem, place first.

    Examples
    --------
    >>> from ucj_analysis.errors import bad
    >>> from ucj_analysis.presentation.language import words
    >>> print(error_text(bad("bad_seed", -1), words("en")))
    seed -1 is negative; allowed is 0 or more. Use 2025.
    """
    lines = []
    for problem in error.problems:
        sentence, remedy = describe(problem, w)
        where = place(problem, w)
        lines.append(f"{where}: {sentence}. {remedy}" if where else f"{sentence}. {remedy}")
    return "\n".join(lines)


def problem_record(problem: Problem, w: Words) -> dict[str, Any]:
    """Return a problem as plain values for JSON."""
    sentence, fix = describe(problem, w)
    return {
        "code": problem.code,
        "file": problem.file,
        "row": problem.row or None,
        "column": problem.column,
        "cell": problem.fields.get("cell", ""),
        "value": problem.value,
        "problem": sentence,
        "fix": fix,
    }


def _shown(value: object, w: Words) -> str:
    if isinstance(value, (list, tuple, set)):
        return ", ".join(str(v) for v in value)
    if isinstance(value, Share):
        return w.percent(value, 1)
    if isinstance(value, Decimal):
        return w.number(float(value), max(-int(value.as_tuple().exponent), 0))
    if isinstance(value, float):
        return w.written(value) if value < 1000 else w.count(value)
    if isinstance(value, str) and value in REASONS:
        return w.t(REASONS[value])
    return str(value)
