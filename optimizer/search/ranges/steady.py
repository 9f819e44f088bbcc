"""How far a price is known to hold, and by how much of what is predicted that is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]

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


class Steadies(NamedTuple):
    """Steady prices in columns, one a limit; a price that is not a number where nothing is known.

    `shifts` and `ends`, shape (2, limits), are down and up: within which it holds, and whether it ends there.
    """

    price: Array
    shifts: Array
    ends: Flags
    way: Array

    @classmethod
    def unknown(cls, limits: int) -> Steadies:
        """Nothing of so many limits."""
        return cls.told(np.full(limits, np.nan), np.zeros((2, limits)), np.zeros((2, limits), dtype=bool))

    @classmethod
    def told(cls, price: Array, shifts: Array, ends: Flags) -> Steadies:
        """Prices of which no more is predicted than is known."""
        return cls(price, shifts, ends, np.full(len(price), inf))

    def among(self, places: Index, limits: int) -> Steadies:
        """The same at some places among so many limits."""
        return Steadies.unknown(limits).joined(places, self)

    def joined(self, places: Index, own: Steadies) -> Steadies:
        """The same with others at some places, which are in order."""
        if len(places) == len(self.price):
            return own
        joined = Steadies(self.price.copy(), self.shifts.copy(), self.ends.copy(), self.way.copy())
        joined.price[places], joined.way[places] = own.price, own.way
        joined.shifts[:, places], joined.ends[:, places] = own.shifts, own.ends
        return joined

    @property
    def known(self) -> Flags:
        """Of which limits something is known."""
        return ~np.isnan(self.price)

    @property
    def whole(self) -> Flags:
        """Of which limits both ends are known."""
        return np.asarray(self.known & self.ends[0] & self.ends[1])

    def one(self, place: int) -> Steady | None:
        """What is known of one limit; None where nothing is."""
        price, way = float(self.price[place]), float(self.way[place])
        (down, up), (low, high) = self.shifts[:, place].tolist(), self.ends[:, place].tolist()
        return None if np.isnan(price) else Steady(price=price, down=down, up=up, ends=(low, high), way=way)
