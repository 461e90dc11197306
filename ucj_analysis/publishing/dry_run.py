"""What a run would do, found out without writing anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ucj_analysis.errors import Problem, RunError, UCJError
from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.presentation.messages import error_text, problem_record
from ucj_analysis.publishing import many
from ucj_analysis.publishing.manifest import unchanged
from ucj_analysis.publishing.many import FAILED, NEEDS_DATA, PUBLISHED, UNCHANGED, Asked
from ucj_analysis.publishing.parameters import notebook_parameters
from ucj_analysis.publishing.report import check_data, recipe
from ucj_analysis.publishing.retention import surplus
from ucj_analysis.publishing.unattended import Wishes

#: What would become of a report, in words.
FORETOLD: dict[str, str] = {
    PUBLISHED: N_("would be written"),
    UNCHANGED: N_("unchanged"),
    NEEDS_DATA: N_("needs data"),
    FAILED: N_("would be refused"),
}


@dataclass(frozen=True)
class Foretold:
    """What a run would make of one region: its folder, or why there would be none."""

    region: str
    name: str
    status: str
    folder: Path | None = None
    problems: tuple[Problem, ...] = ()
    exit_code: int = 0

    def record(self, w: Words) -> dict[str, Any]:
        """Return it as plain values for JSON."""
        return {
            "region": self.region,
            "status": self.status,
            "folder": self.folder and str(self.folder),
            "problems": [problem_record(p, w) for p in self.problems],
        }


def foretell(asked: Asked) -> Foretold:
    """Return what :func:`ucj_analysis.publishing.many.publish_one` would make of one region."""
    region, name = asked.region, asked.name
    try:
        question = many.question_of(asked)
        if question is None:
            folder = Path(asked.out) / region / "needs" / asked.lang
            return Foretold(region, name, NEEDS_DATA, folder)
        given = notebook_parameters(question) | asked.given
        wanted = recipe(question, given, Path(asked.out), asked.lang)
        if not asked.again and unchanged(wanted.folder, wanted.made):
            return Foretold(region, name, UNCHANGED, wanted.folder)
        check_data(question)
        return Foretold(region, name, PUBLISHED, wanted.folder)
    except UCJError as error:
        return Foretold(region, name, FAILED, None, error.problems, error.exit_code)
    except Exception as error:  # as a real run, which goes on with the other regions
        problem = Problem("unexpected", value=many.fault_told(error))
        return Foretold(region, name, FAILED, None, (problem,), 1)


def would_go(seen: Sequence[Foretold], out: Path, wishes: Wishes) -> list[Path]:
    """Return the months' folders a run would remove."""
    if wishes.keep is None:
        return []
    return surplus(out, {one.region: one.folder for one in seen}, wishes.keep)


def would_mail(seen: Sequence[Foretold], wishes: Wishes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return to whom mail about new reports would go, and mail about failures."""
    statuses = {one.status for one in seen}
    news = wishes.news_to if PUBLISHED in statuses else ()
    return news, wishes.failures_to if FAILED in statuses else ()


def told(seen: Sequence[Foretold], gone: Sequence[Path], wishes: Wishes, w: Words) -> str:
    """Say what a run would do: a line for each region, each folder that goes, each mail."""
    lines = []
    for one in seen:
        why = error_text(RunError(*one.problems), w) if one.problems else one.folder
        lines.append(f"{one.region} {one.name}: {w.t(FORETOLD[one.status])}: {why}")
    gone_said = N_("Would be removed, as older than the months to keep: {path}")
    lines += [w.t(gone_said, path=path) for path in gone]
    news, failures = (", ".join(to) for to in would_mail(seen, wishes))
    lines += [w.t("Mail about new reports would go to {to}.", to=news)] if news else []
    lines += [w.t("Mail about failures would go to {to}.", to=failures)] if failures else []
    return "\n".join([*lines, w.t("This was a dry run: nothing was written.")])
