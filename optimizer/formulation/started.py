"""Curves of cells that spend nothing, or a minimum and more: below it they yield what nothing does.

    g(x) = f(0) for x < least,   f(x) beyond
It is no less than f where the cell may be, so that no plan is cut off; envelopes of g are chords up to the minimum or
beyond it, as those of S-shaped curves are up to their bend and beyond.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Array, CurveStack
from optimizer.curves.base import Curve
from optimizer.curves.stack import Group

ROOM = 1e-12  # of a minimum, below which a spend is less: doubles round


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(Curve):
    """Stacked curves, the inputs from which they are read, and what they yield below: (cells, draws)."""

    family: ClassVar[str] = "started"
    curve: Curve
    start: Array
    level: Array

    def value(self, x: Array) -> Array:
        return np.where(x < self.start, self.level, self.curve.value(x))

    def derivative(self, x: Array) -> Array:
        return np.where(x < self.start, 0.0, self.curve.derivative(x))

    def bend(self) -> Array:
        return np.maximum(self.curve.bend(), self.start)

    def natural_scale(self) -> float:
        return self.curve.natural_scale()

    def supremum(self) -> float:
        return self.curve.supremum()

    def take(self, rows: NDArray[Any] | tuple[NDArray[Any], ...]) -> Started:
        return Started(curve=self.curve.take(rows), start=self.start[rows], level=self.level[rows])


def started(curves: CurveStack, least: Array) -> CurveStack:
    """The curves of cells with minimums [money], 0 where there is none."""
    groups = tuple(_started(group, least[group.cells]) for group in curves.groups)
    return replace(curves, groups=groups, concave=curves.concave & (least <= 0.0))


def _started(group: Group, least: Array) -> Group:
    members = group.members
    shape, none = cast(Curve, members.shape), members.inputs(np.zeros(len(least)))
    start = np.where(least[:, None] > 0.0, members.inputs(least * (1.0 - ROOM)), none)
    start, none = (np.broadcast_to(own, (len(least), members.draws)) for own in (start, none))
    return replace(group, members=replace(members, shape=Started(curve=shape, start=start, level=shape.value(none))))
