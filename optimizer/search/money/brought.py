"""A spend that misses limits by more units than single steps mend, brought within them by a linear program around it.

Solvers keep limits to shares of their terms, and 10⁻⁹ of a thousand is a thousand units of a currency whose minor unit
has nine digits. Around the spend, numbers are as small as what is missing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.formulation.rounding import mending, missing
from optimizer.problem.valuation import Valuation
from optimizer.solver.highs import Program

Array = NDArray[np.float64]
REACH = 10  # units that a cell may be moved, for each that is missing
FAR = 1e7  # units that it may be moved at the most


def brought(
    model: Model, whole: Valuation, limits: tuple[Array, Array], unit: float, few: int, seconds: float
) -> Array | None:
    """A spend [money] within the rows near a valued one in whole units; cells stay within their own limits.

    None where no more than a `few` units are missing, or where nothing is found in some seconds.
    """
    missed = missing(model, whole, unit)
    if missed <= few:
        return None
    program = Program(mending(model, whole, *limits, unit, round(min(REACH * missed, FAR))).problem)
    program.relax(True)
    outcome = program.solve(seconds)
    if outcome.columns is None:
        return None
    moves = outcome.columns[[program.place[f"step_{column}"] for column in model.spend.ravel().tolist()]]
    return np.maximum(whole.spend + moves.reshape(whole.spend.shape) * unit, 0.0)
