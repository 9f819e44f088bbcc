"""Where Newton's method begins where rows share out what is spent: at prices of all of them that keep them, roughly.

    spends x_i(p_i)      p = cost − Aᵀπ      activity(π) = A·x(p)
The seed's ladder of slopes tells what each spend is at a price of its own, and by how much it falls for a higher one.
The dual function of the rows is concave in their prices π, and what activity is short of the limits is its slope, so
that Newton's method climbs it, each price on its side of 0:
    maximise short·dπ − ½·dπᵀ(A·D·Aᵀ)·dπ      D = −∂x/∂p
What is found proves nothing. It tells which rows bind, and is near enough for steps on the curves themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.search.newton.spends import Spends
from optimizer.search.newton.uphill import uphill
from optimizer.search.region.hull import Box
from optimizer.search.region.seed import Seed

Array = NDArray[np.float64]
STEPS = 15
LOOKS = 6  # along a step, each nearer
NEAR = 0.1  # of the prices of money: a step that moves none by more is the last
KEPT = 0.2  # of a price of money, that a step leaves of it while it does not buy all yet
BEYOND = 0.5  # of the slope where a step begins, that may lead downhill where it ends
CUT = (0.1, 0.5)  # of a step that leads too far, at the least and at the most
ENDS = 0.03  # of its range, that a spend at an end is taken to move by with the logarithm of its price


@dataclass(frozen=True, slots=True, kw_only=True)
class _Point:
    """Prices of the rows; those of a unit of each spend, what they buy, −∂spend/∂price; what the rows add up."""

    prices: Array
    unit: Array
    spends: Array
    gives: Array
    activity: Array


def begun(seed: Seed, spends: Spends, box: Box, near: Array | None = None) -> tuple[Array, Array]:
    """Columns and duals [scaled] to begin at: those of the seed where no row shares out what it spends.

    `near` are duals of other limits that are not far, if there are any.
    """
    columns, duals = seed.start()
    return (
        _Climb(seed, spends, box)(columns, duals if near is None else near)
        if len(spends.rows) > 1
        else (columns, duals)
    )


class _Climb:
    """The way up for the model of a seed, within a box."""

    def __init__(self, seed: Seed, spends: Spends, box: Box) -> None:
        matrix, own = seed.model.matrix, np.setdiff1d(np.arange(len(spends.rows)), spends.curved)
        rest = spends.rest(box.low)[own]
        self._seed, self._spends, self._rows = seed, spends, spends.rows[own]
        self._take, self._scale = spends.direct.part(own), spends.model.scale[spends.columns]
        self._lower, self._upper = matrix.lower[self._rows] - rest, matrix.upper[self._rows] - rest
        self._low, self._high = box.low[spends.columns], box.high[spends.columns]
        self._least = seed.cheapest * self._scale

    def __call__(self, columns: Array, duals: Array) -> tuple[Array, Array]:
        """Columns and duals [scaled], from these prices on."""
        duals = duals.copy()
        with np.errstate(all="ignore"):
            point = self._at(duals[self._rows])
            for _ in range(STEPS):
                side = np.where(point.prices != 0.0, np.sign(point.prices), self._broken(point.activity))
                step = self._step(point, side)
                if not step.any() or not np.isfinite(step).all():
                    break
                fall = self._take.pulled(step)
                near = (np.abs(fall) <= NEAR * point.unit).all()
                point = self._further(point, side, step, fall)
                if near:
                    break
        columns[self._spends.columns], duals[self._rows] = point.spends, point.prices
        return columns, duals

    def _at(self, prices: Array) -> _Point:
        unit = np.maximum(self._spends.cost - self._take.pulled(prices), self._least)
        wanted, falls = self._seed.answers(unit / self._scale)
        spends = np.clip(wanted, self._low, self._high)
        inside = (spends > self._low) & (spends < self._high)
        falls = np.maximum(np.where(inside, falls, 0.0), ENDS * (self._high - self._low))
        gives, activity = np.where(unit > 0.0, falls / unit, 0.0), self._take.times(spends)
        return _Point(prices=prices, unit=unit, spends=spends, gives=gives, activity=activity)

    def _broken(self, activity: Array) -> Array:
        """By row 1 where it is short of its lower limit, −1 where it is above the upper one, else 0."""
        return np.where(activity < self._lower, 1.0, np.where(activity > self._upper, -1.0, 0.0))

    def _step(self, point: _Point, side: Array) -> Array:
        """Newton's, for the prices of rows that have one or are broken."""
        rows, step = np.flatnonzero(side), np.zeros(len(side))
        side, prices = side[rows], point.prices[rows]
        short = np.where(side > 0.0, self._lower[rows], self._upper[rows]) - point.activity[rows]
        one_sided = self._lower[rows] != self._upper[rows]
        low = np.where(one_sided & (side > 0.0), -prices, -np.inf)
        high = np.where(one_sided & (side < 0.0), -prices, np.inf)
        step[rows] = uphill(self._take.part(rows).squared(point.gives[None])[0], short, low, high)
        return step

    def _further(self, point: _Point, side: Array, step: Array, fall: Array) -> _Point:
        """As far along a step as leads uphill, or little beyond; the price of a unit of each spend falls by `fall`."""
        moves = np.flatnonzero(step)
        limit = np.where(side > 0.0, self._lower, self._upper)[moves]
        slope = float((limit - point.activity[moves]) @ step[moves])
        dear = (KEPT * point.unit > self._least) & (fall > 0.0)
        length = float(((1.0 - KEPT) * point.unit[dear] / fall[dear]).min(initial=1.0))
        further = point
        for _ in range(LOOKS):
            further = self._at(point.prices + length * step)
            ahead = float((limit - further.activity[moves]) @ step[moves])
            if ahead >= -BEYOND * slope:
                break
            length *= float(np.clip(slope / (slope - ahead), *CUT))
        return further
