"""The envelopes of all cells at one node: those of the root, and new ones for the cells whose interval was split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import CurveStack, Envelope
from optimizer.curves.envelope import LowerEnvelope
from optimizer.formulation.model import Model

Array = NDArray[np.float64]
Index = NDArray[np.intp]
FAR = 1e-13  # of the most that a cell responds, by which its tangent may be above what it tells
FEW = 0.1  # of a point's cells, up to which those that are further are looked at one by one: of more, it is no optimum


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Where a node looks: each cell's input within [low, high] [money]; `split` cells differ from the root."""

    low: Array
    high: Array
    split: tuple[int, ...] = ()

    @classmethod
    def together(cls, regions: Sequence[Region]) -> Region:
        """Several as one, shape (regions, cells)."""
        return cls(low=np.array([own.low for own in regions]), high=np.array([own.high for own in regions]))

    def part(self, some: Index | NDArray[np.bool_]) -> Region:
        """Some of several."""
        return Region(low=self.low[some], high=self.high[some])

    def inside(self, inputs: Array) -> Array:
        """Inputs moved into the region: a solver's tolerance past its end lies another slope."""
        return np.clip(inputs, self.low, self.high)

    def closed(self, least: Array | None) -> Region:
        """Without what is between nothing and the minimums of cells that have one."""
        if least is None:
            return self
        low = np.where((self.low > 0.0) & (self.low < least), least, self.low)
        return Region(low=low, high=np.where(self.high < least, low, self.high), split=self.split)

    def halves(self, cell: int | Index, at: float) -> tuple[Region, Region]:
        """The region below and the region above `at` of one cell's input, or of several cells'."""
        high, low = self.high.copy(), self.low.copy()
        high[cell], low[cell] = np.minimum(high[cell], at), np.maximum(low[cell], at)
        split = tuple(sorted({*self.split, *np.atleast_1d(cell).tolist()}))
        return Region(low=self.low, high=high, split=split), Region(low=low, high=self.high, split=split)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The limits of the columns at a node [scaled]; shape (…, columns)."""

    low: Array
    high: Array

    def within(self, model: Model, region: Region) -> Box:
        """These limits, and a region's on spends that curves read as they are; one box each where regions are many."""
        low, high = self.low.copy(), self.high.copy()
        if region.low.ndim > low.ndim:
            low, high = (np.tile(ends, (*region.low.shape[:-1], 1)) for ends in (low, high))
        inputs, scale = model.cells.inputs, model.scale[model.cells.inputs]
        low[..., inputs] = np.maximum(low[..., inputs], region.low / scale)
        high[..., inputs] = np.minimum(high[..., inputs], region.high / scale)
        return Box(low=low, high=high)


class Hull:
    """Concave functions above every curve, and convex ones below the two-sided cells, on a region."""

    def __init__(self, model: Model, region: Region, root: Hull | None = None) -> None:
        curves = model.cells.curves
        self._split = np.array(region.split, dtype=np.intp)
        self._root = root
        if root is None:
            self._above = Envelope.above(curves, region.low, region.high)
        elif len(self._split):
            low, high = region.low[self._split], region.high[self._split]
            self._patch = Envelope.above(curves.take(self._split), low, high)
        self._below = _below(curves, model.two_sided, region)

    def value(self, inputs: Array) -> Array:
        """The envelope above, shape (…, cells)."""
        if self._root is None:
            return self._above.value(inputs)
        values = self._root.value(inputs)
        if len(self._split):
            values[..., self._split] = self._patch.value(inputs[..., self._split])
        return values

    def slope(self, inputs: Array) -> Array:
        """Its slope."""
        if self._root is None:
            return self._above.slope(inputs)
        slopes = self._root.slope(inputs)
        if len(self._split):
            slopes[..., self._split] = self._patch.slope(inputs[..., self._split])
        return slopes

    def peak(self, price: Array, near: Array | None = None) -> tuple[Array, Array]:
        """Where envelope − price · input is largest, and a number it does not exceed; `near` is a first guess."""
        if self._root is None:
            return self._above.peak(price, near)
        where, most = self._root.peak(price, near)
        if len(self._split):
            guess = None if near is None else near[self._split]
            where[self._split], most[self._split] = self._patch.peak(price[self._split], guess)
        return where, most

    @property
    def below(self) -> LowerEnvelope | None:
        """The convex functions below the two-sided cells, in their order; None without such cells."""
        return self._below


class Truth:
    """The curves themselves, where an envelope is asked for: for looking for points, never for bounds."""

    def __init__(self, model: Model) -> None:
        self._curves = model.cells.curves

    def value(self, inputs: Array) -> Array:
        """The curves, shape (cells,)."""
        return self._curves.value(inputs)

    def slope(self, inputs: Array) -> Array:
        """Their slopes."""
        return self._curves.slope(inputs)


class Touched:
    """Concave curves by their tangents: quick where what is guessed is nearly the best, and above them anywhere.

    A few cells of a point may be further from their best than tangents tell, as next to 0 where a curve is endlessly
    steep: of these alone the best is looked for.
    """

    def __init__(self, model: Model, hull: Hull, region: Region) -> None:
        self._curves, self._hull, self._region = model.cells.curves, hull, region
        self._most = hull.value(region.high)
        self.below = hull.below

    def slope(self, inputs: Array) -> Array:
        """The curves' own."""
        return self._hull.slope(inputs)

    def peak(self, price: Array, near: Array) -> tuple[Array, Array]:
        """The guess, and a number that curve − price · input does not exceed: its tangent's at an end."""
        away, region = self._hull.slope(near) - price, self._region
        above = np.maximum(away * (region.high - near), away * (region.low - near))
        where, most = near.copy(), self._hull.value(near) - price * near + np.maximum(above, 0.0)
        far = ~(above <= FAR * self._most)
        few = far.sum(axis=-1, keepdims=True) <= FEW * far.shape[-1]
        pairs = np.nonzero(far & few)
        if len(cells := pairs[-1]):
            own = Envelope.above(self._curves.take(cells), region.low[cells], region.high[cells])
            where[pairs], most[pairs] = own.peak(price[pairs], near[pairs])
        return where, most


def _below(curves: CurveStack, cells: Index, region: Region) -> LowerEnvelope | None:
    return Envelope.below(curves.take(cells), region.low[cells], region.high[cells]) if len(cells) else None
