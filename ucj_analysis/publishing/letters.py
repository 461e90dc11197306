"""What is mailed about a run: what is new to one address, what failed to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ucj_analysis.errors import Problem, RunError
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.messages import error_text
from ucj_analysis.publishing.log import one_line
from ucj_analysis.publishing.many import FAILED, PUBLISHED, Outcome
from ucj_analysis.publishing.statuses import counted

#: Bytes of all files of one letter, as they lie on the disk.
MOST_ATTACHED = 10_000_000


@dataclass(frozen=True)
class Letter:
    """A mail in plain text; `files` are attached under their names."""

    to: tuple[str, ...]
    subject: str
    text: str
    files: Mapping[str, bytes] = field(default_factory=dict)


def news(outcomes: Sequence[Outcome], to: tuple[str, ...], w: Words) -> Letter | None:
    """Return the mail about the reports that were written, if any were.

    It opens with the answer of one region, or with the counts of many; the briefs are attached as
    far as they fit.
    """
    new = [o for o in outcomes if o.status == PUBLISHED]
    if not new or not to:
        return None
    alone = len(outcomes) == 1
    opening = new[0].record["answer"] if alone else counted(outcomes, w)
    lines = [opening, ""]
    lines += [] if alone else [*(f"{o.region} {o.record['answer']}" for o in new), ""]
    files, left = _attached([Path(o.record["pdf"]) for o in new])
    if files:
        lines += [w.t("Attached: {names}", names=", ".join(files))]
    if left:
        most = w.number(MOST_ATTACHED / 1e6)
        lines += [w.t("Not attached, as {most} MB is the most of one mail:", most=most)]
        lines += map(str, left)
    lines += [
        w.t("Reports of this run:"),
        *(str(Path(o.record["html"]).absolute()) for o in new),
        "",
        w.t("This is not an official BPJS Ketenagakerjaan figure."),
    ]
    return _letter(to, opening, lines, files)


def failures(
    outcomes: Sequence[Outcome], problems: Sequence[Problem], to: tuple[str, ...], w: Words
) -> Letter | None:
    """Return the mail about what failed, each region with its reason, if anything did.

    Parameters
    ----------
    outcomes : sequence of Outcome
        Of all regions.
    problems : sequence of Problem
        What stopped the whole run.
    """
    failed = [o for o in outcomes if o.status == FAILED]
    if not (failed or problems) or not to:
        return None
    alone = len(outcomes) == 1
    if problems:
        opening = w.t("The report was not written.")
    elif alone:
        opening = w.t("The report of {region} failed.", region=failed[0].name)
    else:
        opening = counted(outcomes, w)
    lines = [opening, ""]
    lines += [error_text(RunError(*problems), w)] if problems else []
    lines += [f"{o.region} {o.name}: {error_text(RunError(*o.problems), w)}" for o in failed]
    return _letter(to, opening, lines, {})


def _letter(
    to: tuple[str, ...], subject: str, lines: Sequence[str], files: Mapping[str, bytes]
) -> Letter:
    told = [one_line(part) for line in lines for part in line.split("\n")]
    return Letter(to, one_line(subject), "\n".join(told) + "\n", files)


def _attached(briefs: Sequence[Path]) -> tuple[dict[str, bytes], list[Path]]:
    """Return the briefs that fit, each under a name of its own, and those that do not."""
    files: dict[str, bytes] = {}
    left, room = [], MOST_ATTACHED
    for path in briefs:
        region, month = path.parts[-4:-2]
        try:
            content = path.read_bytes()
        except OSError:  # the next run is just replacing it; its page is named in any case
            continue
        if len(content) <= room:
            files[f"{region}-{month}.pdf"] = content
            room -= len(content)
        else:
            left.append(path.absolute())
    return files, left
