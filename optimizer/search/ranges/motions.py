"""Limits that move, in columns: those of spends are as many as tactics, and a motion is made where one is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.problem.limits import spend_limit
from optimizer.problem.side import SIDES
from optimizer.search.ranges.motion import NOBODY, Motion

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
LOW = SIDES.index("at_least")


class Motions(NamedTuple):
    """By limit the number of its motion among `of_rows`, or −1 − the row of the tactic whose spends it limits; its side
    by place in SIDES; where it stands, and, shape (2, limits), the least and the most that it can be.
    """

    model: Model
    of_rows: Sequence[Motion]
    members: Index
    sides: Index
    limit: Array
    span: Array

    @classmethod
    def of(cls, model: Model, of_rows: Sequence[Motion], tactics: Index = NOBODY, sides: Index = NOBODY) -> Motions:
        """Limits of rows, and then those of all spends of some tactics, each to a side."""
        rows, count = len(of_rows), len(of_rows) + len(tactics)
        members, own, limit, span = (
            np.arange(count),
            np.empty(count, dtype=np.intp),
            np.empty(count),
            np.empty((2, count)),
        )
        own[:rows] = [SIDES.index(motion.side) for motion in of_rows]
        limit[:rows] = [motion.limit for motion in of_rows]
        span[:, :rows] = [motion.least for motion in of_rows], [motion.most for motion in of_rows]
        least, most = (end[tactics, 0] for end in model.scenario.own_limits)
        members[rows:], own[rows:], span[:, rows:] = -1 - tactics, sides, ((0.0,), (np.inf,))
        limit[rows:] = np.where((sides == LOW) | (most == np.inf), least, most)
        return cls(model, of_rows, members, own, limit, span)

    @property
    def number(self) -> int:
        """How many limits there are."""
        return len(self.members)

    def take(self, which: Index) -> Motions:
        """Some of them, one perhaps more than once."""
        members, sides = self.members[which], self.sides[which]
        return Motions(self.model, self.of_rows, members, sides, self.limit[which], self.span[:, which])

    def one(self, place: int) -> Motion:
        """The motion of one limit."""
        member = int(self.members[place])
        if member >= 0:
            return self.of_rows[member]
        columns = self.model.spend[-1 - member]
        return Motion(
            name=spend_limit(self.model.scenario.tactics[-1 - member]),
            side=SIDES[int(self.sides[place])],
            limit=float(self.limit[place]),
            least=float(self.span[0, place]),
            columns=columns,
            column_move=1.0 / self.model.scale[columns],
        )

    @property
    def names(self) -> list[str]:
        """What the limits are called."""
        own, tactics = [motion.name for motion in self.of_rows], self.model.scenario.tactics
        return [own[member] if member >= 0 else spend_limit(tactics[-1 - member]) for member in self.members.tolist()]

    def sizes(self, columns: Array) -> Array:
        """What steps of the limits are compared with, at some columns: of a spend's limit it is the limit itself."""
        sizes = np.where(self.limit == 0.0, 1.0, np.abs(self.limit))
        for place in np.flatnonzero(self.members >= 0).tolist():
            sizes[place] = self.of_rows[self.members[place]].size(self.model, columns)
        return sizes
