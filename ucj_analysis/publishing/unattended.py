"""A run that nobody watches: what it logs, whom it mails, and which old reports it removes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ucj_analysis.errors import Problem, RunError, UCJError, refused
from ucj_analysis.presentation.language import Words
from ucj_analysis.presentation.messages import error_text
from ucj_analysis.publishing.letters import Letter, failures, news
from ucj_analysis.publishing.log import Log
from ucj_analysis.publishing.mail import Server, send
from ucj_analysis.publishing.many import FAILED, PUBLISHED, Outcome
from ucj_analysis.publishing.retention import remove, surplus
from ucj_analysis.publishing.statuses import STATUSES, counted


@dataclass(frozen=True)
class Wishes:
    """What was asked of a run, checked before any work.

    `server` is None where nobody is mailed, `keep` where all months are kept.
    """

    news_to: tuple[str, ...] = ()
    failures_to: tuple[str, ...] = ()
    server: Server | None = None
    keep: int | None = None


@dataclass
class Unattended:
    """One run: it is told what happens, and tells it on.

    Attributes
    ----------
    outcomes : list of Outcome
        Of the regions that have ended so far.
    troubles : list of Problem
        What went wrong beside the reports: folders not removed, mail not sent, the log not written.
    """

    wishes: Wishes
    log: Log
    w: Words
    outcomes: list[Outcome] = field(default_factory=list)
    troubles: list[Problem] = field(default_factory=list)

    @contextmanager
    def watching(self, asked: str, out: Path) -> Iterator[None]:
        """Log the start, and log and mail the end, however the run ends."""
        self.log.tell(self.w.t("Started: {asked}; reports go to {out}", asked=asked, out=out))
        try:
            yield
        except UCJError as error:
            told = any(o.status == FAILED for o in self.outcomes)
            self._end(() if told else error.problems)
            raise
        except Exception as fault:
            self._end((Problem("unexpected", value=f"{type(fault).__name__}: {fault}"),))
            raise
        self._end(())

    def ended(self, outcome: Outcome) -> None:
        """Take what became of one region."""
        self.outcomes.append(outcome)
        seconds = self.w.number(outcome.seconds, 1)
        line = f"{outcome.region} {outcome.name}: {self.w.t(STATUSES[outcome.status])}, {seconds} s"
        self.log.tell(f"{line}: {self._told(outcome.problems)}" if outcome.problems else line)

    def tidy(self, out: Path) -> None:
        """Remove the months beyond those to keep, of the regions of this run."""
        if self.wishes.keep is None:
            return
        pages = {o.region: o.record.get("html") for o in self.outcomes}
        made = {region: Path(page).parent if page else None for region, page in pages.items()}
        try:
            gone = surplus(out, made, self.wishes.keep)
        except OSError as error:  # a folder that may not be read
            return self._trouble((refused("cannot_remove", out, error),))
        for month in gone:
            try:
                remove(month)
            except RunError as error:
                self._trouble(error.problems)
            else:
                told = self.w.t("Removed, as older than the months to keep: {path}", path=month)
                self._tell(told)

    @property
    def failed(self) -> bool:
        """Whether any region failed, or anything beside the reports."""
        return bool(self.troubles) or any(o.status == FAILED for o in self.outcomes)

    def _end(self, problems: Sequence[Problem]) -> None:
        w, wishes = self.w, self.wishes
        outcomes = sorted(self.outcomes, key=lambda o: o.region)
        if problems:
            self.log.tell(w.t("Failed: {reason}", reason=self._told(problems)))
        self._mail(news(outcomes, wishes.news_to, w))
        self._mail(failures(outcomes, problems, wishes.failures_to, w))
        if wishes.news_to and not any(o.status == PUBLISHED for o in outcomes):
            self.log.tell(w.t("Nothing is new: no mail about reports."))
        self.log.tell(w.t("Ended: {counts}", counts=counted(outcomes, w) or "–"))
        if self.log.problem:
            self._trouble((self.log.problem,))

    def _mail(self, letter: Letter | None) -> None:
        if letter is None or self.wishes.server is None:
            return
        refused = send(letter, self.wishes.server)
        self._trouble(refused)
        missed = {p.value for p in refused}
        reached = [a for a in letter.to if a not in missed and ", ".join(letter.to) not in missed]
        if reached:
            to, subject = ", ".join(reached), letter.subject
            self.log.tell(self.w.t("Mailed to {to}: {subject}", to=to, subject=subject))

    def _trouble(self, problems: Sequence[Problem]) -> None:
        self.troubles += problems
        for problem in problems:
            self._tell(self._told((problem,)))

    def _tell(self, text: str) -> None:
        print(text, file=sys.stderr)
        self.log.tell(text)

    def _told(self, problems: Sequence[Problem]) -> str:
        return error_text(RunError(*problems), self.w)
