"""HiGHS with one programme loaded, silent and on one thread; bounds and objective set anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Solver:
    """A minimising simplex solver that keeps its basis from one solution to the next.

    Parameters
    ----------
    matrix : Array
        Shape (rows, columns).
    upper : Array
        Upper bound of each row; none has a lower one.
    free : int
        Columns before this one are held at 0, those from it on are 0 or more.

    Examples
    --------
    >>> solver = Solver(np.array([[1.0, 1.0]]), np.array([3.0]), 0)
    >>> solver.seek(np.array([-1.0, -2.0]))
    >>> solver.solved(), solver.value
    (True, -6.0)
    """

    def __init__(self, matrix: Array, upper: Array, free: int) -> None:
        import highspy

        height, width = matrix.shape
        columns, rows = np.nonzero(matrix.T)
        starts = np.cumsum(np.bincount(columns, minlength=width))
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = width, height
        lp.col_cost_ = lp.col_lower_ = np.zeros(width)
        lp.col_upper_ = np.where(np.arange(width) < free, 0.0, np.inf)
        lp.row_lower_, lp.row_upper_ = np.full(height, -np.inf), upper
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.concatenate([[0], starts]).astype(np.int32)
        lp.a_matrix_.index_ = rows.astype(np.int32)
        lp.a_matrix_.value_ = matrix.T[columns, rows]
        self._upper, self._highs = upper, highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("solver", "simplex")):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(lp)
        self._all = np.arange(width, dtype=np.int32)
        self._optimal = highspy.HighsModelStatus.kOptimal

    def seek(self, cost: Array) -> None:
        """Set what is to be least: the cost of each column."""
        self._highs.changeColsCost(len(cost), self._all, cost)

    def solved(self) -> bool:
        """Look for the least cost and tell whether there is one."""
        self._highs.run()
        return bool(self._highs.getModelStatus() == self._optimal)

    @property
    def value(self) -> float:
        """The least cost found."""
        return float(self._highs.getInfo().objective_function_value)

    @property
    def solution(self) -> Any:
        """Values and duals of columns and rows."""
        return self._highs.getSolution()

    @property
    def conflict(self) -> set[int]:
        """Rows that no values of the columns meet together."""
        return set(self._highs.getIis()[1].row_index_)

    def column(self, column: int, low: float, high: float) -> None:
        """Bound a column."""
        self._highs.changeColBounds(column, low, high)

    def row(self, row: int, low: float, high: float) -> None:
        """Bound a row."""
        self._highs.changeRowBounds(row, low, high)

    def coefficient(self, row: int, column: int, value: float) -> None:
        """Change one number of the matrix."""
        self._highs.changeCoeff(row, column, value)

    @contextmanager
    def held(self, rows: Iterable[int], above: float) -> Iterator[None]:
        """Bound some rows from above otherwise meanwhile."""
        rows = list(rows)
        for row in rows:
            self.row(row, -np.inf, above)
        try:
            yield
        finally:
            for row in rows:
                self.row(row, -np.inf, float(self._upper[row]))
