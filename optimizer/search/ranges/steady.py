"""How far a price is known to hold, and by how much of what is predicted that is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

INSIDE = 0.97  # of the predicted way: prices bend a little on it
ENOUGH = 0.9  # of the change that is looked for
STRAIGHT = 1e-7  # of a price: a change over as much as the limit itself, that is none


@dataclass(frozen=True, slots=True, kw_only=True)
class Steady:
    """A price [scaled cost per unit] and the shifts within which it holds for certain, and whether it ends there.

    A shift that is infinite has no end. `way` is how far it is predicted to hold, where that is all that is known.
    """

    price: float
    down: float
    up: float
    ends: tuple[bool, bool]
    way: float = inf

    @property
    def whole(self) -> bool:
        """Whether both ends are known."""
        return all(self.ends)

    def reached(self, sign: float) -> bool:
        """Whether the end on one side is known."""
        return self.ends[0 if sign < 0.0 else 1]
