"""A plan month by month: people enrolled, paid and counted, and rupiah, by lever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ucj_analysis.months import Month
from ucj_analysis.planning.levers import Menu, Terms
from ucj_analysis.planning.programme import Solution, remaining

Array = npt.NDArray[np.float64]
#: Half a person, or half a rupiah, is none.
LEAST_SHOWN = 0.5


@dataclass(frozen=True)
class Ledger:
    """What a plan does, by lever and month. Arrays have shape (levers, months).

    `enrolled` and `ended` are people whose payment begins, or is over, in a month; `paid` are
    those a budget (or they themselves, for the months promised) pays; `counted` those who count
    as active; `rupiah` what falls due.
    """

    menu: Menu
    start: Month
    enrolled: Array
    ended: Array
    paid: Array
    counted: Array
    rupiah: Array

    @property
    def months(self) -> list[Month]:
        """Month of each column."""
        return [self.start + t for t in range(self.enrolled.shape[1])]

    def at(self, month: Month) -> Array:
        """Return the people counted in a month, by lever."""
        return np.asarray(self.counted[:, month - self.start])

    def whole_at(self, month: Month) -> int:
        """Return the people counted in a month, whole by office, as tables show and add them up."""
        now = self.at(month)
        return sum(round(float(now[mine].sum())) for mine in offices_of(self).values())

    @property
    def whole_enrolled(self) -> int:
        """People enrolled over the whole plan, whole by office, as tables show and add them up."""
        whole = (self.enrolled[mine].sum() for mine in offices_of(self).values())
        return sum(round(float(people)) for people in whole)

    @property
    def months_bought(self) -> float:
        """Months of cover that budgets pay, over all people: contributions, not contracts."""
        return float(self.paid[self._monthly].sum())

    @property
    def people_paid(self) -> float:
        """People whose contribution a budget pays."""
        return float(self.enrolled[self._monthly].sum())

    @property
    def _monthly(self) -> list[bool]:
        return [t.monthly > 0 for t in self.menu.terms]


def write_ledger(menu: Menu, found: Solution, start: Month, months: int) -> Ledger:
    """Return a plan month by month, beyond its last month as far as asked.

    Payments go on after the plan only where they were promised; then cover runs out.

    Parameters
    ----------
    menu : Menu
        Levers the plan was made of.
    found : Solution
        The plan.
    start : Month
        Its first month.
    months : int
        Months to write, at least those of the plan.
    """
    size = len(menu.terms), months
    enrolled, ended, paid, counted, rupiah = (np.zeros(size) for _ in range(5))
    planned = found.enrol.shape[2]
    enrolled[:, :planned] = found.enrol.sum(axis=1)
    for i, terms in enumerate(menu.terms):
        ended[i] = _ended(terms, enrolled[i], found.stop[i], planned)
        paid[i] = np.cumsum(enrolled[i]) - np.cumsum(ended[i])
        counted[i] = _counted(terms, enrolled[i], ended[i])
        steps = len(terms.pool)
        rupiah[i, :planned] = np.array(terms.one_off) @ found.enrol[i, :steps]
        rupiah[i] += terms.monthly * paid[i]
    return Ledger(menu, start, enrolled, ended, paid, counted, rupiah)


def _ended(terms: Terms, enrolled: Array, stopped: Array, planned: int) -> Array:
    """Return people whose payment is over by a month: first come, first ended."""
    begun = np.cumsum(enrolled)
    least, most = terms.months
    over = np.concatenate([np.zeros(min(least, len(begun))), begun[:-least]])[: len(begun)]
    if least < most and planned > 1:
        over[:planned] = np.minimum(np.cumsum(stopped), over[:planned])
        over[planned:] = np.maximum(over[planned:], over[planned - 1])
    return np.diff(over, prepend=0.0)


def _counted(terms: Terms, enrolled: Array, ended: Array) -> Array:
    age = np.arange(len(enrolled))[:, None] - np.arange(len(enrolled))[None, :]
    gone = np.where(age >= 0, 1 - remaining(terms, age), 0.0)
    return np.asarray(np.cumsum(enrolled) - gone @ ended)


def ledger_rows(ledger: Ledger, march: Month) -> list[dict[str, Any]]:
    """Return the plan as rows by month, lever and office: what each office does, pays, and risks.

    Columns: `month`, `office`, `lever`, `segment`, `plan_for` (units the office plans for),
    `enrol`, `paid` and `counted` (people), `cost_rupiah`, and `at_risk` (of the people counted
    in the month, those counted no more by `march`). Months without any are left out.
    """
    rows = []
    last = ledger.counted[:, march - ledger.start]
    for i, terms in enumerate(ledger.menu.terms):
        for t, month in enumerate(ledger.months):
            whole = ledger.enrolled, ledger.paid, ledger.counted, ledger.rupiah
            enrolled, paid, counted, rupiah = (part[i, t] for part in whole)
            if max(enrolled, paid, counted, rupiah) < LEAST_SHOWN:
                continue
            lost = max(counted - last[i], 0.0) if month <= march else 0.0
            names = {"office": terms.office, "lever": terms.name, "segment": terms.segment}
            numbers = {
                "plan_for": enrolled * terms.planned_per_person,
                "enrol": enrolled,
                "paid": paid if terms.monthly else 0.0,
                "counted": counted,
                "cost_rupiah": rupiah,
                "at_risk": lost,
            }
            rows.append({"month": str(month), **names, **{k: float(v) for k, v in numbers.items()}})
    return sorted(rows, key=lambda row: row["month"])


def offices_of(ledger: Ledger) -> dict[str, list[int]]:
    """Return the offices of a plan, each with the places of its levers."""
    found: dict[str, list[int]] = {}
    for i, terms in enumerate(ledger.menu.terms):
        found.setdefault(terms.office, []).append(i)
    return found


def by_office(ledger: Ledger, target: Month, march: Month) -> list[dict[str, Any]]:
    """Return what each office does over the whole plan, largest first.

    Columns: `office`, `levers`, `enrol` (people), `cost_rupiah`, `counted` (people in the target
    month), `march` (people in `march`) and `at_risk` (of these, people counted no more by `march`).
    """
    found = []
    now, then = ledger.at(target), ledger.at(march)
    for office, mine in offices_of(ledger).items():
        used = [i for i in mine if ledger.enrolled[i].sum() >= LEAST_SHOWN]
        found.append(
            {
                "office": office,
                "levers": [ledger.menu.terms[i].name for i in used],
                "enrol": float(ledger.enrolled[mine].sum()),
                "cost_rupiah": float(ledger.rupiah[mine].sum()),
                "counted": float(now[mine].sum()),
                "march": float(then[mine].sum()),
                "at_risk": float(np.maximum(now[mine] - then[mine], 0.0).sum()),
            }
        )
    return sorted(found, key=lambda row: -row["enrol"])
