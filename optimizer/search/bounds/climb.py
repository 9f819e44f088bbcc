"""Uphill on a bound that has edges, by steps that go past them, to where the two sides of one meet.

A look at duals π gives a bound L(π) and columns that attain it. L is concave, and rises there by `limit − A·columns`
a unit of π. Steps are Polyak's: as long as they would be if the bound were as steep up to the target. Where what L
rises by on both sides of a step mixes to nothing, as it does where one row is priced, no other way leads higher: the
next look is where the tangents of both sides meet (Kelley 1960), until that is hardly higher. Columns mixed alike keep
the rows. How far they are off their curves is what prices cannot tell.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.matrix import Matrix

Array = NDArray[np.float64]
LOOKS = 13
AHEAD = 2.0  # times as long as the step before, where that led past nothing: Polyak's come to a target slowly
CLOSE = 0.25  # of what is missing, that an edge may still be higher where it is left
FLAT = 1e-9  # of what the bound rises by [squared]: no more than rounding


class Look(NamedTuple):
    """A bound [scaled cost], the duals that prove it, and columns that attain its minimum."""

    bound: float
    duals: Array
    columns: Array


class Climb:
    """One climb; `look` bounds at duals, those of rows `aside` being 0, and no better bound is sought than `target`."""

    def __init__(self, matrix: Matrix, aside: NDArray[np.intp], look: Callable[[Array], Look], target: float) -> None:
        self._matrix, self._aside, self._ask, self._target = matrix, aside, look, target
        self._looks = 1

    def run(self, first: Look) -> tuple[Look, ...]:
        """From a first look uphill to those on both sides of an edge that leads nowhere; the best alone without one."""
        self.best, near, length = first, first, 1.0
        while self._goes_on() and (steep := float(np.sum((way := self._rise(near)) ** 2))) > 0.0:
            far = self._look(near.duals + length * (self._target - near.bound) / steep * way)
            if far.bound == -np.inf:
                break
            past = self._toward(far, near) > 0.0
            if past and self._level(near, far):
                return self._edge(near, far)
            near, length = far, 1.0 if past else AHEAD * length
        return (self.best,)

    def _goes_on(self) -> bool:
        return -np.inf < self.best.bound < self._target and self._looks < LOOKS

    def _look(self, duals: Array) -> Look:
        self._looks += 1
        found = self._ask(duals)
        self.best = max(self.best, found, key=lambda own: own.bound)
        return found

    def _edge(self, near: Look, far: Look) -> tuple[Look, Look]:
        """Two looks on a line, between which the bound is highest and hardly rises."""
        while self._goes_on():
            up, down = self._toward(near, far), self._toward(far, near)
            if min(up, down) <= 0.0:
                break
            share = float(np.clip((far.bound - near.bound + down) / (up + down), 0.0, 1.0))
            if near.bound + up * share - self.best.bound <= CLOSE * (self._target - self.best.bound):
                break
            middle = self._look((1.0 - share) * near.duals + share * far.duals)
            if middle.bound == -np.inf:
                break
            near, far = (middle, far) if self._toward(middle, far) > 0.0 else (near, middle)
        return near, far

    def _rise(self, at: Look) -> Array:
        """What the bound rises by a unit of each dual; nothing where a dual is 0 and may stay there."""
        matrix, activity = self._matrix, self._matrix.activity(at.columns)
        inside = np.clip(activity, matrix.lower, matrix.upper)
        rise = self._limits(at.duals, inside) - activity
        rise[self._aside] = 0.0
        return rise

    def _toward(self, at: Look, other: Look) -> float:
        """What it rises by at one look, a whole way to another."""
        away = other.duals - at.duals
        rise = self._limits(np.where(at.duals == 0.0, other.duals, at.duals), 0.0) - self._matrix.activity(at.columns)
        return float(np.multiply(away, rise, out=np.zeros(len(away)), where=away != 0.0).sum())

    def _limits(self, duals: Array, otherwise: Array | float) -> Array:
        return np.where(duals > 0.0, self._matrix.lower, np.where(duals < 0.0, self._matrix.upper, otherwise))

    def _share(self, near: Look, far: Look) -> tuple[float, Array]:
        """The share of the far one at which what the bound rises by on both sides mixes to the least; and that."""
        here, apart = self._rise(near), self._rise(near) - self._rise(far)
        share = float(np.clip((here @ apart) / max(float(apart @ apart), 1e-300), 0.0, 1.0))
        return share, here - share * apart

    def _level(self, near: Look, far: Look) -> bool:
        _, way = self._share(near, far)
        return float(way @ way) <= FLAT * float(np.sum(self._rise(near) ** 2))

    def mixed(self, near: Look, far: Look) -> Array:
        """Columns of two looks on both sides of an edge, mixed so that they keep the rows."""
        share, _ = self._share(near, far)
        return (1.0 - share) * near.columns + share * far.columns
