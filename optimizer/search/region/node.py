"""A region that waits to be looked at."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.search.region.hull import Region

Array = NDArray[np.float64]


@dataclass(order=True)
class Node:
    """A region with the bound that it inherits, and a point and duals near it; the lowest bound comes first, the older
    one of two equals."""

    bound: float
    number: int
    region: Region = field(compare=False)
    near: Array | None = field(compare=False, default=None)
    duals: Array | None = field(compare=False, default=None)
