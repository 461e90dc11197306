"""The command `ucj roster`: an extract of members in, stocks, flows, curves and pools out."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from ucj_analysis.commands import print_json
from ucj_analysis.errors import Problem, RunError, UCJError, bad
from ucj_analysis.options import whole
from ucj_analysis.presentation.language import Words


def roster(options: argparse.Namespace, w: Words) -> int:
    """Tell who is active, who stops, and who on the lists is not covered."""
    try:
        return _roster(options, w)
    except UCJError:
        raise
    except Exception as fault:  # its text may hold a row of the file
        raise RunError(Problem("roster_fault", value=type(fault).__name__)) from None


def _roster(options: argparse.Namespace, w: Words) -> int:
    from ucj_analysis.roster import words as told
    from ucj_analysis.roster.counting import LEAST_SMALL, MOST_SMALL, read_roster
    from ucj_analysis.roster.folder import publish_roster
    from ucj_analysis.roster.published import published
    from ucj_analysis.roster.suppression import SMALL

    started = time.monotonic()
    if options.file is None:
        raise bad("no_roster")
    small = SMALL if options.small is None else whole(options.small)
    if small is None:
        raise bad("bad_small", options.small, least=LEAST_SMALL, most=MOST_SMALL)
    path, lists = Path(options.file), [Path(register) for register in options.register]
    asked = lists, options.months or "", small, options.data
    seen = published(read_roster(path, options.region, *asked))
    answer = told.roster_answer(seen, w)
    folder = publish_roster(seen, Path(options.out), str(answer), started)
    if options.json:
        print_json({"answer": answer, **told.roster_record(seen), "folder": str(folder)})
        return 0
    for text in (
        answer,
        told.segments_table(seen, w),
        told.counting_text(seen, w),
        told.survival_table(seen, w),
        told.pool_table(seen, w),
        told.lists_text(seen, w),
        told.audit_table(seen, w) if options.audit else None,
        told.lapse_text(folder, w),
        w.t("Written: {path}", path=folder),
    ):
        if text:
            print(text, end="\n\n")
    return 0
