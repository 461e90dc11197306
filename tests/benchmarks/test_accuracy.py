"""The short form that CI runs: figures worked out again; a figure that moved fails, time never."""

from __future__ import annotations

import copy
import os

import pytest

from tests.benchmarks.accuracy import drift, figures, kept, renew

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def found():
    worked_out = figures()
    if os.environ.get("RENEW"):
        for sentence in drift(worked_out, kept()):
            print(f"\n{sentence}")
        renew(worked_out)
    return worked_out


def test_published_figures_have_not_moved(found):
    moved = drift(found, kept())
    assert not moved, "\n".join(["", *moved, "If this is meant: make bench-short RENEW=1"])


def test_every_printed_figure_that_changes_is_noticed(found):
    """One in its last printed digit, or an outcome more, is named, whichever figure it is."""
    for name, figure in kept().items():
        other = copy.deepcopy(kept())
        whole = float(figure["value"]).is_integer()
        other[name]["value"] = figure["value"] + (1 if whole else 0.001 * abs(figure["value"]))
        assert any(name in told for told in drift(found, other)), name
    for name, figure in kept().items():
        if "printed" in figure:
            told = drift({**found, name: type(found[name])(found[name] * 1.5 + 1)}, kept())
            assert sum(sentence.startswith(f"{name}:") for sentence in told) == 2, name
