"""Concave envelopes above response curves, convex ones below, and where they part farthest from a price."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from optimizer.curves.base import Array, Curve
from optimizer.curves.bridge import Bridge
from optimizer.curves.hull import hulled
from optimizer.curves.members import Shape
from optimizer.curves.peak import highest
from optimizer.curves.stack import CurveStack, Group
from optimizer.curves.tabulated import Tabulated


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hull:
    """n hulls, one per cell, each on its interval [low, high] [spend], arrays of shape (…, n).

    Where the intervals are those of many points, shape (points, n), so are the inputs.
    """

    low: Array
    high: Array
    _hulls: CurveStack

    def value(self, x: Array) -> Array:
        """The hull of each cell at its x in [low, high] [outcome]: shape (…, n) to (…, n)."""
        return self._read(self._hulls.value, x)

    def slope(self, x: Array) -> Array:
        """The slope of each hull at its x, from the right but at `high` [outcome/spend]."""
        return self._read(self._hulls.slope, x)

    def _read(self, function: Callable[[Array], Array], x: Array) -> Array:
        """A function of the hulls, all points' cells on one axis."""
        if self.low.ndim == 1:
            return function(x)
        return function(x.reshape(*x.shape[: x.ndim - self.low.ndim], -1)).reshape(x.shape)

    @classmethod
    def _around(cls, stack: CurveStack, low: Array, high: Array, side: int) -> Self:
        low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
        each = stack if low.ndim == 1 else stack.take(np.tile(np.arange(stack.size), low.size // stack.size))
        if side > 0 and each.concave.all() and not any(map(_is_table, each.groups)):
            return cls(low=low, high=high, _hulls=each)
        left, right = low.ravel(), high.ravel()
        groups = tuple(
            group
            if side > 0 and _is_own_hull(each, group)
            else _hulled(group, left[group.cells], right[group.cells], side)
            for group in each.groups
        )
        return cls(low=low, high=high, _hulls=replace(each, groups=groups))


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerEnvelope(_Hull):
    """The greatest practical convex functions below n curves; with draws, the mean of the draws' own."""

    def trough(self, price: Array, near: Array | None = None) -> tuple[Array, Array]:
        """The x in [low, high] and the least of value(x) − price·x, per cell."""
        x, least = highest(lambda x: -self.value(x), lambda x: -self.slope(x), -price, self.low, self.high, near)
        return x, -least


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope(_Hull):
    """The least practical concave functions above n curves, each on its own interval.

    An S-shaped curve is bridged by a chord from `low` to the point t with f'(t)·(t − low) = f(t) − f(low);
    a table has its upper hull; a curve with draws, the mean of the draws' own envelopes, which lies on or
    above the envelope of the mean and closes in on it as the interval shrinks.

    Source: Udell and Boyd (2013), Maximizing a Sum of Sigmoids.

    >>> from optimizer.curves.hill import Hill
    >>> from optimizer.curves.response import ResponseCurve
    >>> stack = CurveStack.of([ResponseCurve(members=(Hill(ceiling=100, half_saturation=1, shape=2),))])
    >>> # the tangent at (1, 50) passes through 0
    >>> Envelope.above(stack, np.array([0.0]), np.array([9.0])).value(np.array([0.5]))
    array([25.])
    """

    @classmethod
    def above(cls, stack: CurveStack, low: Array, high: Array) -> Envelope:
        """The concave envelopes on [low, high], arrays of shape (…, n) [spend]."""
        return cls._around(stack, low, high, 1)

    @staticmethod
    def below(stack: CurveStack, low: Array, high: Array) -> LowerEnvelope:
        """The convex envelopes on [low, high], arrays of shape (…, n) [spend]."""
        return LowerEnvelope._around(stack, low, high, -1)

    def peak(self, price: Array, near: Array | None = None) -> tuple[Array, Array]:
        """The x in [low, high] and the greatest of value(x) − price·x, per cell, for prices of any sign."""
        return highest(self.value, self.slope, price, self.low, self.high, near)


def _is_own_hull(stack: CurveStack, group: Group) -> bool:
    """Whether the curves of a group are concave, and need no chord."""
    return bool(stack.concave[group.cells].all()) and not _is_table(group)


def _is_table(group: Group) -> bool:
    return isinstance(group.members.shape, Tabulated)


def _hulled(group: Group, low: Array, high: Array, side: int) -> Group:
    """The group with each member in place of its own hull, on the interval as the member sees it."""
    members = group.members
    assert isinstance(members.shape, Curve), "a hull of a hull is the hull itself"
    reached = (members.inputs(np.maximum(end, 0.0)) for end in (low, high))
    left, right = (np.broadcast_to(x, (len(x), members.draws)) for x in reached)
    return replace(group, members=replace(members, shape=_hull_of(members.shape, left, right, side)))


def _hull_of(curve: Curve, low: Array, high: Array, side: int) -> Shape:
    if isinstance(curve, Tabulated):
        return hulled(curve, low, high, side)
    if side > 0 and bool((np.asarray(curve.bend()) <= low).all()):
        return curve  # concave: it needs no chord
    return Bridge.above(curve, low, high) if side > 0 else Bridge.below(curve, low, high)
