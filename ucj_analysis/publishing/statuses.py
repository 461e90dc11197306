"""What became of reports, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ucj_analysis.presentation.language import N_, Words
from ucj_analysis.publishing.many import FAILED, NEEDS_DATA, PUBLISHED, UNCHANGED, Outcome

#: What became of a report, in words.
STATUSES: dict[str, str] = {
    PUBLISHED: N_("written"),
    UNCHANGED: N_("unchanged"),
    NEEDS_DATA: N_("needs data"),
    FAILED: N_("failed"),
}
STATUSES_COUNTED: dict[str, str] = {
    PUBLISHED: N_("{n} written"),
    UNCHANGED: N_("{n} unchanged"),
    NEEDS_DATA: N_("{n} without data"),
    FAILED: N_("{n} failed"),
}


def counted(outcomes: Sequence[Outcome], w: Words) -> str:
    """Say how many reports were written, left as they were, wanting data, or failed."""
    told = [
        w.t(text, n=w.count(n))
        for name, text in STATUSES_COUNTED.items()
        if (n := sum(o.status == name for o in outcomes))
    ]
    return w.listed(told) + "." if told else ""
