"""Where Newton's method begins where rows share out what is spent: at prices of all of them that keep them, roughly.

    spends x_i(p_i)      p = cost − Aᵀπ      activity(π) = A·x(p)
The seed's ladder of slopes tells what each spend is at a price of its own, and by how much it falls for a higher one.
The dual function of the rows is concave in their prices π, and what activity is short of the limits is its slope, so
that Newton's method climbs it, each price on its side of 0:
    maximise short·dπ − ½·dπᵀ(A·D·Aᵀ)·dπ      D = −∂x/∂p
What is found proves nothing. It tells which rows bind, and is near enough for steps on the curves themselves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.formulation.matrix import Matrix
from optimizer.search.newton.rows import parts
from optimizer.search.newton.spends import Spends
from optimizer.search.newton.uphill import uphill
from optimizer.search.region.hull import Box
from optimizer.search.region.seed import Seed

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
STEPS = 15
LOOKS = 6  # along a step, each nearer
NEAR = 0.1  # of the prices of money: a step that moves none by more is the last
KEPT = 0.2  # of a price of money, that a step leaves of it while it does not buy all yet
BEYOND = 0.5  # of the slope where a step begins, that may lead downhill where it ends
CUT = (0.1, 0.5)  # of a step that leads too far, at the least and at the most
AT_ONCE = 300_000  # numbers of the rows that have prices, of points that step together
ENDS = 0.03  # of its range, that a spend at an end is taken to move by with the logarithm of its price


class _Limits(NamedTuple):
    """By point what spends lie between, and what rows do."""

    low: Array
    high: Array
    lower: Array
    upper: Array

    def part(self, some: Flags | Index) -> _Limits:
        """Those of some points."""
        return _Limits(*(own[some] for own in self))


class _Point(NamedTuple):
    """By point prices of the rows; those of a unit of each spend, what they buy, −∂spend/∂price; what rows add up."""

    prices: Array
    unit: Array
    spends: Array
    gives: Array
    activity: Array

    def part(self, some: Flags | Index) -> _Point:
        """Some points."""
        return _Point(*(own[some] for own in self))


def begun(seed: Seed, spends: Spends, box: Box) -> tuple[Array, Array]:
    """Columns and duals [scaled] to begin at: those of the seed where no row shares out what it spends."""
    columns, duals = seed.start()
    if len(spends.rows) <= 1:
        return columns, duals
    each = Box(low=box.low[None], high=box.high[None])
    [columns], [duals] = begun_together(seed, spends, seed.model.matrix, each, columns[None], duals[None])
    return columns, duals


def begun_together(
    seed: Seed, spends: Spends, matrix: Matrix, box: Box, columns: Array, duals: Array
) -> tuple[Array, Array]:
    """The same of many points that differ in their limits, from columns and duals that are not far."""
    return _Climb(seed, spends, matrix, box)(columns, duals)


class _Climb:
    """The way up for the points of one model, each within limits of its own."""

    def __init__(self, seed: Seed, spends: Spends, matrix: Matrix, box: Box) -> None:
        own = np.flatnonzero(~among(spends.curved, len(spends.rows)))
        rest = spends.rest(box.low)[..., own]
        self._seed, self._spends, self._rows = seed, spends, spends.rows[own]
        self._take, self._scale = spends.direct.part(own), seed.model.scale[spends.columns]
        self._least = seed.cheapest * self._scale
        self._limits = _Limits(
            low=box.low[:, spends.columns],
            high=box.high[:, spends.columns],
            lower=matrix.lower[..., self._rows] - rest,
            upper=matrix.upper[..., self._rows] - rest,
        )

    def __call__(self, columns: Array, duals: Array) -> tuple[Array, Array]:
        """Columns and duals [scaled], from these prices on."""
        columns, duals, going, limits = columns.copy(), duals.copy(), np.arange(len(duals)), self._limits
        with np.errstate(all="ignore"):
            point = self._at(limits, duals[:, self._rows])
            spends, prices = point.spends, point.prices
            for _ in range(STEPS):
                broken = np.where(point.activity < limits.lower, 1.0, -1.0 * (point.activity > limits.upper))
                side = np.where(point.prices != 0.0, np.sign(point.prices), broken)
                limit = np.where(side > 0.0, limits.lower, np.where(side < 0.0, limits.upper, point.activity))
                step = self._step(limits, point, side, limit - point.activity)
                leads = np.asarray(np.isfinite(step).all(axis=1) & step.any(axis=1))
                if not leads.all():
                    going, limits, point = going[leads], limits.part(leads), point.part(leads)
                    limit, step = limit[leads], step[leads]
                if not len(going):
                    break
                fall, unit = self._take.pulled(step), point.unit
                point = self._further(limits, point, limit, step, fall)
                spends[going], prices[going] = point.spends, point.prices
                far = np.asarray((np.abs(fall) > NEAR * unit).any(axis=1))
                if not far.any():
                    break
                if not far.all():
                    going, limits, point = going[far], limits.part(far), point.part(far)
        columns[:, self._spends.columns], duals[:, self._rows] = spends, prices
        return columns, duals

    def _at(self, limits: _Limits, prices: Array) -> _Point:
        low, high = limits.low, limits.high
        unit = np.maximum(self._spends.cost - self._take.pulled(prices), self._least)
        wanted, falls = self._seed.answers(unit / self._scale)
        spends = np.minimum(np.maximum(wanted, low), high)
        falls = np.maximum(np.where((spends > low) & (spends < high), falls, 0.0), ENDS * (high - low))
        gives, activity = np.where(unit > 0.0, falls / unit, 0.0), self._take.times(spends)
        return _Point(prices=prices, unit=unit, spends=spends, gives=gives, activity=activity)

    def _step(self, limits: _Limits, point: _Point, side: Array, short: Array) -> Array:
        """Newton's, for the prices of rows that have one or are broken: activity is so much `short` of their limits."""
        step = np.zeros(side.shape)
        some, one_sided = np.flatnonzero(side.any(axis=0)), limits.lower != limits.upper
        low = np.where(one_sided & (side > 0.0), -point.prices, -np.inf)[:, some]
        high = np.where(one_sided & (side < 0.0), -point.prices, np.inf)[:, some]
        rows, on, short, place = self._take.part(some), side[:, some] != 0.0, short[:, some], np.arange(len(some))
        for few in parts(len(step), len(some) * rows.shape[1], AT_ONCE):
            bends = rows.squared(point.gives[few])
            if not (own := on[few]).all():  # of others at a point, nothing is asked
                bends[~(own[:, :, None] & own[:, None, :])] = 0.0
                bends[:, place, place] += ~own
            step[few, some] = uphill(bends, short[few], low[few], high[few])
        return step

    def _further(self, limits: _Limits, point: _Point, limit: Array, step: Array, fall: Array) -> _Point:
        """As far along a step as leads uphill, or little beyond; the price of a unit of each spend falls by `fall`."""
        slope = ((limit - point.activity) * step).sum(axis=1)
        dear = (KEPT * point.unit > self._least) & (fall > 0.0)
        length = np.where(dear, (1.0 - KEPT) * point.unit / fall, 1.0).min(axis=1, initial=1.0)
        going, further = np.arange(len(step)), self._at(limits, point.prices + length[:, None] * step)
        tried = further
        for _ in range(LOOKS - 1):
            ahead = ((limit[going] - tried.activity) * step[going]).sum(axis=1)
            if not (beyond := ahead < -BEYOND * slope[going]).any():
                break
            going, ahead = going[beyond], ahead[beyond]
            length[going] *= np.clip(slope[going] / (slope[going] - ahead), *CUT)
            tried = self._at(limits.part(going), point.prices[going] + length[going, None] * step[going])
            for own, new in zip(further, tried, strict=True):
                own[going] = new
        return further
