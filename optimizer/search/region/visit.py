"""What is known of a region once it was visited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.search.region.hull import Region

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What one visit proved and found [scaled]: a bound on the region, the relaxation's point and its duals.

    `bent` are the weighted distances between envelope and curve at the point, by cell: where branching would help.
    `region` is the part of what was visited that point and duals belong to, where it is not all of it; `pieces` of
    curves were chosen among by a mixed-integer program, whose bound it is, where there are any. `chosen` says that it
    was settled by choices, and by no program.
    """

    ending: Literal["converged", "cut off", "infeasible", "limit"]
    bound: float
    columns: Array | None = None
    duals: Array | None = None
    bent: Array | None = None
    region: Region | None = None
    pieces: int = 0
    chosen: bool = False


NOTHING = Visit(ending="converged", bound=-np.inf)  # is known
