"""Which cells of linked tables to hide so that no small one can be worked out from the others.

Every hidden cell has a witness: another set of whole numbers that fits all that is published and
every sum between the cells, and differs in that cell; for a small cell by at least the threshold.
So no arithmetic on what is published, of one table or across tables, gives a hidden cell.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

#: Fewest people a published cell tells of, where nothing else is asked.
SMALL = 5
#: What it costs to use a cell that is hidden already, beside one unit of a cell that is not.
_FREE = 1e-3
#: A zero says that nobody is there; it is hidden only where little else helps.
_ZERO = 3.0
_WHOLE = 1e-6


@dataclass
class Cells:
    """Whole numbers by key, what hiding each would cost, and the sums that tie them.

    Examples
    --------
    Men and women, and their sum: one small cell takes a second with it.

    >>> cells = Cells()
    >>> for key, value, cost in (("men", 40, 1.0), ("women", 2, 1.0), ("all", 42, 9.0)):
    ...     cells.add(key, value, cost)
    >>> cells.tie({"men": 1, "women": 1, "all": -1})
    >>> sorted(hidden(cells, small=5))
    ['men', 'women']
    """

    values: dict[Hashable, int] = field(default_factory=dict)
    costs: list[float] = field(default_factory=list)
    ties: list[dict[int, int]] = field(default_factory=list)
    _places: dict[Hashable, int] = field(default_factory=dict)

    def add(self, key: Hashable, value: int, cost: float) -> None:
        """Add a cell."""
        self._places[key] = len(self.costs)
        self.values[key] = int(value)
        self.costs.append(cost * (1 if value else _ZERO))

    def tie(self, weights: Mapping[Any, int]) -> None:
        """Say that a reader knows the weighted sum of some cells."""
        self.ties.append({self._places[key]: weight for key, weight in weights.items()})


def hidden(cells: Cells, small: int = SMALL) -> set[Hashable]:
    """Return the keys of the cells to hide: those from 1 to below `small`, and what protects them."""
    values = np.array(list(cells.values.values()), dtype=np.int64)
    sensitive = (values > 0) & (values < small)
    shown = _protected(values, sensitive, cells, small)
    return {key for key, hide in zip(cells.values, shown, strict=True) if hide}


def _protected(
    values: npt.NDArray[np.int64], sensitive: npt.NDArray[np.bool_], cells: Cells, small: int
) -> npt.NDArray[np.bool_]:
    if not sensitive.any():
        return sensitive
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, hstack

    n = values.size
    entries = [(row, at, w) for row, tie in enumerate(cells.ties) for at, w in tie.items()]
    rows, columns, weights = np.array(entries, dtype=np.int64).reshape(-1, 3).T
    sums = csr_array((weights.astype(float), (rows, columns)), shape=(len(cells.ties), n))
    tied = LinearConstraint(hstack([sums, -sums]).tocsr(), 0, 0)
    hide, reach = sensitive.copy(), np.zeros(n, dtype=np.int64)
    for cell in np.flatnonzero(sensitive):
        if reach[cell] >= small:
            continue  # the witness of another cell is one of this, too
        cost = np.where(hide, _FREE, np.array(cells.costs))
        low, high = np.zeros(2 * n), np.full(2 * n, float(4 * small))
        high[n:] = np.minimum(values, 4 * small)  # no count falls below nobody
        low[cell] = high[cell] = small
        high[n + cell] = 0
        bounds = Bounds(low, high)
        for whole in (0, 1):  # most come out whole by themselves
            seen = milp(np.tile(cost, 2), constraints=tied, bounds=bounds, integrality=whole)
            if seen.x is None:
                raise ValueError("the sums leave no other table")
            if np.abs(seen.x - np.rint(seen.x)).max() < _WHOLE:
                break
        step = np.rint(seen.x[:n] - seen.x[n:]).astype(np.int64)
        hide |= step != 0
        reach = np.maximum(reach, step)
    return hide
