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
_WHOLE = 1e-5
#: How a witness is sought: as it comes, mostly in whole people; so small that a step in halves
#: can be doubled; in whole people from the start, which takes long. (Parts, integrality.)
_ATTEMPTS = ((1, 0), (2, 0), (1, 1))
#: In whole people the least cost is not sought to the end: at most twice of it will do.
_ROUGHLY = {"mip_rel_gap": 1.0}


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
        cost = np.tile(np.where(hide, _FREE, np.array(cells.costs)), 2)
        for parts, integrality in _ATTEMPTS:
            low, high = np.zeros(2 * n), np.full(2 * n, float(4 * small))
            high[n:] = np.minimum(values // parts, 4 * small)  # no count falls below nobody
            low[cell] = high[cell] = small
            high[n + cell] = 0
            bounds = Bounds(low, high)
            seen = milp(
                cost, constraints=tied, bounds=bounds, integrality=integrality, options=_ROUGHLY
            )
            step = None if seen.x is None else _in_whole_people(seen.x[:n] - seen.x[n:], parts)
            if step is not None:
                break
        else:
            raise ValueError("the sums leave no other table")
        hide |= step != 0
        reach = np.maximum(reach, step)
    return hide


def _in_whole_people(step: npt.NDArray[np.float64], parts: int) -> npt.NDArray[np.int64] | None:
    """Return a step multiplied, up to so many times, until it moves whole people; or None."""
    for times in range(1, parts + 1):
        if np.abs(times * step - (whole := np.rint(times * step))).max() < _WHOLE:
            return whole.astype(np.int64)
    return None
