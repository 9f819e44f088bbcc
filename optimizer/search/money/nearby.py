"""Whole units that keep every limit on spend, as near as there are to some that do not: the last that is tried.

A share that is given exactly may ask for thousands of units more or less in all. And where spends are few units, the
on/off decisions of the search may leave no plan: they can be made anew.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.formulation.nearest import nearest
from optimizer.solver.highs import Program

Units = NDArray[np.int64]
REACH = 2_000  # units that a cell may be moved: from 10⁵ on HiGHS has taken seconds more than it was given
CELLS = 400  # beyond which an integer program takes long


def nearby(model: Model, units: Units, least: Units, most: Units, unit: float, seconds: float) -> Units | None:
    """The whole units of money within [least, most] that are nearest to some, with the decisions that a model has.

    None where cells are very many or sold by the piece, or where none are found in some seconds.
    """
    if units.size > CELLS or len(model.uncounted):
        return None
    program = Program(nearest(model, units, least, most, unit, REACH))
    program.straight()
    outcome = program.solve(seconds)
    if outcome.columns is None:
        return None
    steps = outcome.columns[[program.place[f"step_{column}"] for column in model.spend.ravel().tolist()]]
    return units + np.rint(steps).astype(np.int64).reshape(units.shape)
