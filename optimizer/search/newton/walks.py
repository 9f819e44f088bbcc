"""Where the interior-point method leads: one point with whatever is beside its spends, or many points at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.matrix import Matrix
from optimizer.formulation.model import Model
from optimizer.search.deadline import Deadline
from optimizer.search.newton.interior import Interior, Limits
from optimizer.search.newton.spends import Spends
from optimizer.search.newton.steps import Steps
from optimizer.search.region.hull import Box, Hull, Region, Truth

Array = NDArray[np.float64]
STEPS = 25  # of many points at once: the few that take more are split, or looked at again


def followed(
    spends: Spends,
    model: Model,
    hull: Hull | Truth,
    region: Region,
    box: Box,
    gap: float,
    near: Array | None = None,
    deadline: Deadline | None = None,
    steps: Steps | None = None,
) -> tuple[Array, Array]:
    """The optimum over a region and a box as columns of the model, and duals of its rows; `near` is where to start.

    `steps` are rows that are to be eliminated.

    `model` is that of `spends`, or the same under other limits.
    """
    problem = Interior(spends, hull, region, spends.rest(box.low), steps)
    own, rows = np.concatenate([spends.columns, spends.beside.columns]), spends.rows
    lower, upper = spends.beside.limits(model)
    limits = Limits(
        low=np.concatenate([box.low[own], model.matrix.lower[rows], lower])[None],
        high=np.concatenate([box.high[own], model.matrix.upper[rows], upper])[None],
    )
    found, prices, slopes = problem(limits, gap, None if near is None else near[own], deadline=deadline)
    sight = problem.sight(found)
    columns = spends.filled(box.low, found, sight.inputs, spends.responses(sight.money, hull))
    middle = 0.5 * (box.low + box.high)[spends.columns]
    return columns[0], spends.duals(prices[0], spends.eased(prices[0], slopes[0], found[0, : problem.spends] < middle))


def followed_together(
    spends: Spends,
    matrix: Matrix,
    hull: Hull | Truth,
    region: Region,
    box: Box,
    gap: float,
    near: Array | None = None,
) -> tuple[Array, Array]:
    """The same of many points at once, shape (points, …), where nothing is beside the spends and nothing carries over.

    `matrix` has the limits of the rows, of all points or of each. A point that takes many steps is left where it is.
    """
    problem, own, rows = Interior(spends, hull, region, spends.rest(box.low)), spends.columns, spends.rows
    low, high = (
        np.concatenate([ends[:, own], np.broadcast_to(limits[..., rows], (len(ends), len(rows)))], axis=1)
        for ends, limits in ((box.low, matrix.lower), (box.high, matrix.upper))
    )
    start = None if near is None else near[:, own]
    found, prices, _ = problem(Limits(low=low, high=high), gap, start, STEPS)
    sight = problem.sight(found)
    duals = np.zeros((len(found), matrix.lower.shape[-1]))
    duals[:, rows] = prices
    return spends.filled(box.low, found, sight.inputs, spends.responses(sight.money, hull)), duals
