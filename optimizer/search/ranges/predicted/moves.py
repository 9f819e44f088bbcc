"""Many limits, each of which moves by itself: what a unit of each does to the spends of a model and to rows that bind.

Arrays over them have an axis of ways in front: spends are (ways, spends), prices of the rows (ways, rows).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import places
from optimizer.problem.side import SIDES
from optimizer.search.newton.spends import Spends
from optimizer.search.ranges.motion import NOBODY, NOTHING, Motion
from optimizer.search.ranges.motions import Motions

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
ROUNDED = 1e-12  # scaled
LOW_ENDS = np.array([-np.inf if side != "at_least" else 0.0 for side in SIDES])  # of the duals that belong to a side
HIGH_ENDS = np.array([np.inf if side != "at_most" else 0.0 for side in SIDES])


class Moves:
    """Some motions over spends and some of the rows, `rows` by number among those of the spends.

    `turns` says which of them move coefficients, `known` which nothing but those of spends and rows; `columns` are ways
    and spends whose limits move, and `below` and `above` how far each limit can move.
    """

    def __init__(self, motions: Motions, spends: Spends, rows: Index) -> None:
        model, count = spends.model, motions.number
        self._shape, self._drafts = (count, len(spends.columns)), len(model.drafts)
        binds = places(spends.rows[rows], self._drafts)
        place = places(spends.columns, len(model.cost))
        self._lower, self._upper = np.zeros((2, count, len(rows)))
        ways = np.flatnonzero(motions.members >= 0)
        moving = [motions.of_rows[number] for number in motions.members[ways].tolist()]
        way, row = _joined([motion.rows for motion in moving], ways)
        some = binds[row] >= 0
        lower, upper = (_values([getattr(motion, side) for motion in moving]) for side in ("lower", "upper"))
        for limits, moved in ((self._lower, lower), (self._upper, upper)):
            limits[way[some], binds[row[some]]] = moved[some]
        self._rows = way, row, lower, upper
        self.turns, self.known = np.zeros(count, dtype=bool), np.ones(count, dtype=bool)
        self._fixed = self._entries = self._others = NOBODY, NOBODY, NOBODY, NOTHING
        if any(len(motion.turned_rows) or len(motion.entry_rows) for motion in moving):
            self._turn(moving, ways, binds, place)
        of_spends = np.flatnonzero(motions.members < 0)
        columns = model.spend[-1 - motions.members[of_spends]]
        way, columns = np.repeat(of_spends, columns.shape[1]), columns.ravel()
        self.columns = way, place[columns]
        self._move = 1.0 / model.scale[columns]
        side = motions.sides[way]
        self._least, self._most, self._limits = LOW_ENDS[side], HIGH_ENDS[side], motions.limit[way]
        self.below, self.above = motions.limit - motions.span[0], motions.span[1] - motions.limit

    def _turn(self, moving: Sequence[Motion], ways: Index, binds: Index, place: Index) -> None:
        """Read which coefficients move, and what moves in their place; `binds` and `place` are of rows and columns."""
        way, row = _joined([motion.turned_rows for motion in moving], ways)
        fixed = _joined([motion.fixed_rows for motion in moving], ways)[1]
        some = (binds[row] >= 0) & (binds[fixed] >= 0)
        times = _values([motion.fixed_times for motion in moving])
        self._fixed = way[some], binds[row[some]], binds[fixed[some]], times[some]
        way, row = _joined([motion.entry_rows for motion in moving], ways)
        columns = _joined([motion.entry_columns for motion in moving], ways)[1]
        values = _values([motion.entry_values for motion in moving])
        self.turns[way] = True
        self.known[way[place[columns] < 0]] = False
        some = (binds[row] >= 0) & (place[columns] >= 0)
        self._entries = way[some], binds[row[some]], place[columns[some]], values[some]
        some = (binds[row] < 0) & (place[columns] >= 0)
        self._others = way[some], row[some], place[columns[some]], values[some]

    def price(self, prices: Array, reduced: Array, spends: Array) -> Array:
        """∂cost/∂limit of each [scaled cost per unit], shape (ways,)."""
        return np.asarray((prices * self.due(prices, spends)).sum(axis=-1) + self.worth(reduced[self.columns]))

    def worth(self, reduced: Array) -> Array:
        """What the duals of the spends of `columns`, one each, make of the price of each, shape (ways,)."""
        return self.summed(self._pulls(reduced) * self._move)

    def due(self, prices: Array, spends: Array) -> Array:
        """By how much the activity of each row has to follow, at a point of each, or at one of all."""
        due = np.where(prices > 0.0, self._lower, self._upper)
        way, row, column, value = self._entries
        if len(way):
            np.subtract.at(due, (way, row), value * np.broadcast_to(spends, self._shape)[way, column])
        return due

    def paid(self, prices: Array, shifts: Array) -> Array:
        """The prices of the rows as they turn, each limit moved by its shift, where limits move in place of that."""
        way, row, fixed, times = self._fixed
        if not len(way):
            return prices
        paid = prices.copy()
        np.subtract.at(paid, (way, fixed), shifts[way] * times * prices[way, row])
        return paid

    def pull(self, prices: Array) -> Array:
        """What the coefficients that move take from each spend at the prices."""
        pull = np.zeros(self._shape)
        way, row, column, value = self._entries
        np.add.at(pull, (way, column), value * prices[way, row])
        return pull

    def own(self, reduced: Array) -> Array:
        """By how much spends move that stand at a limit that moves; `reduced` are their duals, shape (spends,)."""
        own = np.zeros(self._shape)
        own[self.columns] = self.steps(reduced)
        return own

    def steps(self, reduced: Array) -> Array:
        """The same for the spends of `columns` alone."""
        return np.where(self._pulls(reduced[self.columns[1]]) != 0.0, self._move, 0.0)

    def _pulls(self, reduced: Array) -> Array:
        """Of the duals of the spends of `columns`, those of the side that moves."""
        return np.asarray(np.minimum(np.maximum(reduced, self._least), self._most))

    def beyond(self, at: Array, shifts: Array) -> Array:
        """How far the spends of `columns` are beyond their limits, each limit moved by its shift."""
        moved = (self._limits + shifts[self.columns[0]]) * self._move
        under, over = np.where(self._most > 0.0, moved - at, 0.0), np.where(self._least < 0.0, at - moved, 0.0)
        return np.maximum(np.maximum(under, over), 0.0)

    def inside(self, at: Array) -> Flags:
        """Whether no spend of `columns` is below 0, but for the rounding of doubles: limits may go as far as 0."""
        return np.asarray(self.summed(np.minimum(at + ROUNDED, 0.0)) == 0.0)

    def broken(self, short: Array, over: Array, rows: Index, shifts: Array, at: Array | None = None) -> Array:
        """How far some rows, by the model's number, are broken where each limit has moved by its shift.

        `short` and `over` are by how much they fall short of their least and go over their most where none has, and are
        changed; `at` are the spends there, where ways move coefficients.
        """
        own = places(rows, self._drafts)
        way, row, lower, upper = self._rows
        some = own[row] >= 0
        way, place = way[some], own[row[some]]
        short[way, place] += shifts[way] * lower[some]
        over[way, place] -= shifts[way] * upper[some]
        if at is not None:
            way, row, column, value = self._others
            some = own[row] >= 0
            way, place = way[some], own[row[some]]
            more = shifts[way] * value[some] * at[way, column[some]]
            np.subtract.at(short, (way, place), more)
            np.add.at(over, (way, place), more)
        return np.maximum(short, over)

    def summed(self, values: Array) -> Array:
        """The sums of each over its spends of `columns`."""
        return np.asarray(np.bincount(self.columns[0], weights=values, minlength=self._shape[0]), dtype=np.float64)


def _joined(parts: Sequence[Index], ways: Index) -> tuple[Index, Index]:
    """Whose each entry is, and the entries."""
    return np.repeat(ways, list(map(len, parts))), np.concatenate([NOBODY, *parts])


def _values(parts: Sequence[Array]) -> Array:
    return np.concatenate([NOTHING, *parts])
