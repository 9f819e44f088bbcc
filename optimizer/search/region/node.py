"""A region that waits to be looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from optimizer.search.region.hull import Region

Array = NDArray[np.float64]


@dataclass(order=True, slots=True)
class Node:
    """A region with the bound that it inherits, and a point and duals near it; the lowest bound comes first, the older
    one of two equals. While it waits it is kept by where it differs from the root: `ends`, shape (2, cells)."""

    bound: float
    number: int
    root: Region = field(compare=False)
    split: tuple[int, ...] = field(compare=False, default=())
    ends: Array | None = field(compare=False, default=None)
    near: Array | None = field(compare=False, default=None)
    duals: Array | None = field(compare=False, default=None)

    @classmethod
    def of(
        cls,
        bound: float,
        number: int,
        region: Region,
        root: Region,
        near: Array | None = None,
        duals: Array | None = None,
    ) -> Self:
        """A region that differs from the root in the cells that it splits."""
        cells = list(region.split)
        return cls(bound, number, root, region.split, np.array([region.low[cells], region.high[cells]]), near, duals)

    @property
    def region(self) -> Region:
        """The region, made anew."""
        if self.ends is None:
            return self.root
        low, high, cells = self.root.low.copy(), self.root.high.copy(), list(self.split)
        low[cells], high[cells] = self.ends
        return Region(low=low, high=high, split=self.split)
