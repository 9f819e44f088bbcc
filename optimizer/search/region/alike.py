"""Cells that may change places: equal tactics, wherever rows speak of them alike.

Two cells whose curves, limits, costs and coefficients in every row are the same may change places in any plan: it takes
and costs the same. So only plans count in which the inputs of such cells fall from each to the next,
    x_1 ≥ x_2 ≥ …
and where one of them is at most some input all behind it are, where it is at least that all before it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.region.hull import Region

Array = NDArray[np.float64]
Index = NDArray[np.intp]
TIED = 1e-3  # relative: distances that are one


class Alike:
    """Which cells of a model may change places, and what follows of an end of one for the others."""

    def __init__(self, model: Model) -> None:
        self._reads = model.cells.inputs
        self._kind = _kinds(model)

    def bounded(self, cell: int) -> tuple[Index, Index]:
        """The cells that are at most some input where one is, and those that are at least some input."""
        if self._kind is None:
            own = np.flatnonzero(self._reads == self._reads[cell])
            return own, own
        own = np.flatnonzero(self._kind == self._kind[cell])
        return own[own >= cell], own[own <= cell]

    def middle(self, cell: int, far: Array, region: Region) -> int:
        """Of the cells that may change places with one, as far off their curves within the same ends, the middle one.

        So k of n that are on are found in log n rounds.
        """
        if self._kind is None:
            return cell
        ends = (region.low == region.low[cell]) & (region.high == region.high[cell])
        same = ends & (self._kind == self._kind[cell])
        tied = np.flatnonzero(same & (np.abs(far - far[cell]) <= TIED * far[cell]))
        return int(tied[len(tied) // 2])


def _kinds(model: Model) -> Index | None:
    """By cell a number, the same where cells may change places; None where none may, or other columns follow them."""
    cells = model.cells
    curves = cells.curves.alike()
    once = len(np.unique(cells.inputs)) == len(cells.inputs)
    if not once or len(model.extra) or len(model.integer) or len(np.unique(curves)) == len(curves):
        return None
    own, matrix = (cells.inputs, cells.responses), model.matrix
    fields = [getattr(model, name)[columns] for name in ("cost", "low", "high", "scale") for columns in own]
    held = matrix.totals.over(np.arange(len(model.cost)), len(model.cost))
    told = np.column_stack([curves, cells.low, cells.high, *fields, *(held[:, columns].T for columns in own)])
    order = np.lexsort((matrix.rows, matrix.columns))
    rows, values = matrix.rows[order], matrix.values[order]
    ends = np.searchsorted(matrix.columns[order], np.arange(len(model.cost) + 1))
    known: dict[tuple[bytes, ...], int] = {}
    kinds = []
    for place in range(len(curves)):
        parts = [slice(ends[columns[place]], ends[columns[place] + 1]) for columns in own]
        entries = [numbers[part].tobytes() for part in parts for numbers in (rows, values)]
        kinds.append(known.setdefault((told[place].tobytes(), *entries), len(known)))
    return None if len(known) == len(kinds) else np.array(kinds, dtype=np.intp)
