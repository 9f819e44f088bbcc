"""Where a bound is asked for that keeps some rows instead of pricing them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.deadline import Deadline
from optimizer.search.hull import Box, Hull, Region

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """The model under its limits, a region with a point near its relaxation's optimum, and the bound aimed at."""

    model: Model
    hull: Hull
    region: Region
    box: Box
    near: Array
    target: float
    deadline: Deadline
