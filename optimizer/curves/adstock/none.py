"""No carry-over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from optimizer.curves.adstock.base import Adstock
from optimizer.curves.base import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAdstock(Adstock):
    """Spend works in its own period only: w_0 = 1.

    >>> NoAdstock().spread(3).tolist()
    [1.0, 0.0, 0.0]
    """

    family: ClassVar[str] = "none"
    length: int = field(default=1, init=False)
    normalized: bool = field(default=False, init=False)

    def _raw(self) -> Array:
        return np.ones(1)
