"""500 regions, ten budgets each, 24 months: plans beside HiGHS alone on the same matrices."""

from __future__ import annotations

import highspy
import numpy as np
import pytest

from tests.benchmarks.results import Row, in_turns, record
from ucj_analysis.contributions import construction_rates
from ucj_analysis.planning.levers import load_levers, menu
from ucj_analysis.planning.programme import BEYOND, MORE_BOTH, MORE_PACE, MORE_POOL, Programme

REGIONS, MONTHS, NEED = 500, 24, 50_000.0
SPECIAL = (MORE_PACE, MORE_POOL, MORE_BOTH)
BUDGETS = np.linspace(1e8, 6e9, 10).tolist()


def regions():
    """Levers of made-up regions, drawn from Pati's ranges and scaled."""
    levers, rates = load_levers("3318"), construction_rates()
    rng = np.random.default_rng(2025)
    for _ in range(REGIONS):
        yield menu(levers, lambda _, s: float(s.draw(rng.random(1))[0]), rates)


def programmes(menus):
    return [Programme(m, MONTHS, [MONTHS], 425_000.0) for m in menus]


def ours(menus):
    need = np.array([NEED])
    return [p.most_beyond(need, None, BUDGETS) for p in programmes(menus)]


def as_highs(programme):
    """The programme's matrix as HiGHS takes it, the objective and bounds of the frontier set."""
    matrix = programme.matrix.T.copy()
    matrix[BEYOND, -1] = -1.0  # people beyond the need count against it
    columns, rows = np.nonzero(matrix)
    column = np.arange(matrix.shape[0])
    lower, upper = np.full(matrix.shape[1], -np.inf), programme.upper.copy()
    lower[-1], upper[-1] = NEED, np.inf
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = matrix.shape
    lp.col_cost_ = np.where(column == BEYOND, -1.0, 0.0)
    lp.col_lower_ = np.where(column == BEYOND, -np.inf, 0.0)
    lp.col_upper_ = np.where(np.isin(column, SPECIAL), 0.0, np.inf)
    lp.row_lower_, lp.row_upper_ = lower, upper
    starts = np.cumsum(np.bincount(columns, minlength=matrix.shape[0]))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate([[0], starts]).astype(np.int32)
    lp.a_matrix_.index_, lp.a_matrix_.value_ = rows.astype(np.int32), matrix[columns, rows]
    return lp, matrix.shape[1] - 2


def bare(models):
    found = []
    for lp, budget_row in models:
        highs = highspy.Highs()
        highs.setOptionValue("output_flag", False)
        highs.setOptionValue("threads", 1)
        highs.setOptionValue("solver", "simplex")
        highs.passModel(lp)
        reached = []
        for budget in BUDGETS:
            highs.changeRowBounds(budget_row, -np.inf, budget / 1e6)
            highs.run()
            reached.append(-highs.getInfo().objective_function_value)
        found.append(reached)
    return found


@pytest.mark.bench
def test_plans_of_500_regions_beside_bare_highs():
    menus = list(regions())
    models = [as_highs(p) for p in programmes(menus)]
    assert np.allclose(np.array(ours(menus)), np.array(bare(models)), atol=1e-3)
    made, alone = in_turns(lambda: ours(menus), lambda: bare(models))
    record(
        Row(
            f"plans of {REGIONS} regions, {len(BUDGETS)} budgets each, {MONTHS} months",
            "HiGHS alone on the same matrices",
            made,
            alone,
            "s",
            promise=1.5,
        )
    )
