"""Where a bound is asked for that keeps some rows instead of pricing them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.deadline import Deadline
from optimizer.search.region.hull import Box, Hull, Region

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Aim:
    """What cost bounds are to reach: it falls with each plan that `seek` finds, in a region near columns and duals.

    `allowed` is by how much it is less than what the best plan costs, about.
    """

    target: Callable[[], float]
    seek: Callable[[Region, Array, Array], None]
    allowed: float


@dataclass(frozen=True, slots=True)
class Place:
    """The model under its limits, a region with a point near its relaxation's optimum, and what is aimed at."""

    model: Model
    hull: Hull
    region: Region
    box: Box
    near: Array
    deadline: Deadline
    aim: Aim
