"""How much a price changes at the most on the way of its limit, where spends move on curves that are not concave.

The price of a concave program changes to one side only, as a limit moves. The slope of an S-shaped curve rises up to
its bend and falls from there on, while what the rows make of the price goes on in proportion, perhaps the other way:
the way is cut into pieces, on each of which the one and the other lie between their ends, or the bend's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
PIECES = 12
PARTS = np.linspace(0.0, 1.0, PIECES + 1)[:, None]  # of the way, where pieces end


def places(here: Array, there: Array) -> Array:
    """Where each spend is at the ends of the pieces of its way, shape (ends, spends).

    >>> places(np.array([1.0]), np.array([13.0]))[:3].ravel().tolist()
    [1.0, 2.0, 3.0]
    """
    return np.asarray(here + PARTS * (there - here))


def most_changed(at: Array, own: Array, bend: Array, at_bend: Array, whose: Index, rows: Array) -> Array:
    """The most that a price has changed anywhere on the way, shape (limits,).

    `at`, `own`: each spend and its part in the price's change at the ends of the pieces, shape (ends, spends); `bend`,
    `at_bend`: the same where its curve bends; `whose` limit it is; `rows`: the part of the rows at the end of the way.

    >>> ends = places(np.array([0.0]), np.array([2.0]))
    >>> own = 1.0 - (ends - 1.0) ** 2  # up to 1 at the bend, and down again
    >>> most = most_changed(ends, own, np.array([1.0]), np.array([1.0]), np.array([0]), np.array([0.0]))
    >>> most.tolist()
    [1.0]
    """
    bends = (np.minimum(at[:-1], at[1:]) <= bend) & (bend <= np.maximum(at[:-1], at[1:]))
    gone = PARTS * rows
    totals = []
    for better in (np.minimum, np.maximum):
        ends = better(own[:-1], own[1:])
        total = better(gone[:-1], gone[1:])
        np.add.at(total.T, whose, np.where(bends, better(ends, at_bend), ends).T)
        totals.append(total)
    least, most = totals
    return np.asarray(np.maximum(-least, most).max(axis=0))
