"""Spends within one budget on concave curves, at many budgets at once: water-filling by Newton's method.

    minimise cost(x)   subject to   low ≤ x ≤ high,   a·x ≤ limit (or = limit),   a > 0
At the optimum every spend that is free to move gains the same per unit of the row:  gradient_c = π·a_c.  With curvature
H, a block a tactic that carries over, a step and the price that keeps the row are
    dx = H⁻¹(π·a − gradient)        π = (limit − a·x + aᵀH⁻¹gradient) / aᵀH⁻¹a        over the free spends
What is found proves nothing by itself: points are valued, and prices bounded, like any others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.newton.between import between
from optimizer.search.newton.spends import Curvature, Spends
from optimizer.search.region.hull import Hull, Region, Truth

Array = NDArray[np.float64]
Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
STEPS = 20
FEW = 8  # points, from which on not all of them start
LOOSE = 8  # one in so many is among the loosest
STILL = 1e-5  # of a spend: what is left after a step below it is about its square
NONE = 1e-8  # scaled: of a spend far below, a step is taken for one of this
SHRINK = 0.1  # of a spend, that a step leaves of it where the slope at 0 is infinite
WIDTH = 1e-5  # of an input, over which curvature is read
LEAST = 1e-5  # of an interval, that an input is taken to be for that


def levelled_between(
    spends: Spends,
    hull: Hull | Truth,
    region: Region,
    ends: tuple[Array, Array],
    row: BudgetRow,
    start: Callable[[Index], tuple[Array, Array]],
) -> tuple[Array, Array]:
    """The same: every second point from its `start`, the others between those, and the loosest beyond them.

    Of what is all but flat a start says little. Without carry-over a step takes about as long for few as for all.
    """
    order, (low, high) = np.argsort(row.upper, kind="stable"), ends
    at, price = np.empty(low.shape), np.empty(len(low))
    few = spends.carried and len(order) >= FEW
    first = order[: -len(order) // LOOSE : 2] if few else order

    def level(some: Index, begun: tuple[Array, Array]) -> None:
        limits = low[some], high[some]
        at[some], price[some] = levelled(spends, hull, region, limits, row.part(some), begun)

    level(first, start(first))
    if few:
        others = np.setdiff1d(order, first)
        level(others, _between(row.upper[first], (at[first], price[first]), row.upper[others]))
    return at, price


def _between(limits: Array, known: tuple[Array, Array], wanted: Array) -> tuple[Array, Array]:
    """Spends and prices at wanted limits, in a straight line from two of those that are known, in rising order."""
    before, after, share = between(limits, wanted)
    at, price = known
    return at[before] + share[:, None] * (at[after] - at[before]), price[before] + share * (
        price[after] - price[before]
    )


class BudgetRow(NamedTuple):
    """The row: what it takes of each spend, a > 0, (spends,), and its limits by point, (points,)."""

    take: Array
    lower: Array
    upper: Array

    def part(self, points: Index) -> BudgetRow:
        """Some points."""
        return BudgetRow(self.take, self.lower[points], self.upper[points])


def can_level(model: Model, spends: Spends) -> bool:
    """Whether one row limits the spends from above, but for those of adstock, and every curve bends everywhere."""
    curves = model.cells.curves
    bends = bool(curves.concave.all()) and not curves.linear.any() and not len(model.tabled)
    return bends and one_row(model, spends)


def one_row(model: Model, spends: Spends) -> bool:
    """Whether one row limits the spends from above, but for those of adstock, and nothing else does."""
    adstock = sum(len(block.rows) for block in spends.kernel.blocks)
    alone = len(model.drafts) - adstock == len(spends.rows) == 1 and not len(spends.curved)
    return alone and bool((spends.direct.written_out() > 0.0).all())


def levelled(
    spends: Spends,
    hull: Hull | Truth,
    region: Region,
    ends: tuple[Array, Array],
    row: BudgetRow,
    start: tuple[Array, Array],
) -> tuple[Array, Array]:
    """Spends, shape (points, spends), and prices of the row, (points,), from a start of both; all scaled.

    `ends` are the limits of the spends, (points, spends).
    """
    low, high = ends
    spare, tight = high @ row.take <= row.upper, low @ row.take < row.upper
    at, price = np.clip(start[0], low, high), np.where(spare, 0.0, start[1])
    endless, steep = ~np.isfinite(spends.model.cells.curves.slope(0.0 * region.low)), np.zeros(len(spends.columns))
    steep[spends.read] = np.where(endless[spends.plain], SHRINK, 0.0)
    stopped = np.zeros(at.shape, dtype=bool)  # by a limit, in the step before: beside others it may want to go on
    going = np.arange(len(at))
    with np.errstate(all="ignore"):
        if spare.any():  # of a tail that is all but flat steps are short: what wants to be at its end begins there
            at[spare] = np.where(slopes_at(spends, hull, region, high[spare])[0] <= 0.0, high[spare], at[spare])
        for _ in range(STEPS):
            limits = low[going], high[going], row.part(going)
            read = slopes_at(spends, hull, region, at[going])
            moved, price[going], stopped[going] = _step(
                spends, limits, steep, (at[going], price[going], stopped[going]), read
            )
            change = (np.abs(moved - at[going]) / np.maximum(moved, NONE)).max(axis=1, initial=0.0)
            at[going] = moved
            over = tight[going] & (moved @ row.take > row.upper[going] + NONE)  # at limits, until a price frees some
            going = going[(change > STILL) | stopped[going].any(axis=1) | over]
            if not len(going):
                break
    return at, price


def _step(
    spends: Spends,
    limits: tuple[Array, Array, BudgetRow],
    steep: Array,
    state: tuple[Array, Array, Flags],
    read: tuple[Array, Array, Array],
) -> tuple[Array, Array, Flags]:
    """Newton's: spends, the price, and which spends a limit stopped."""
    (low, high, (take, lower, upper)), (at, price, stopped), (gradient, weights, bent) = limits, state, read
    pull = gradient - price[:, None] * take
    fixed = ((at <= low) & (pull >= 0.0)) | ((at >= high) & (pull <= 0.0)) | stopped
    curvature = Curvature(spends, weights, np.zeros(at.shape), ~fixed & (bent > 0.0))
    right = np.stack([np.broadcast_to(take, at.shape), gradient], axis=1)
    sideways, downhill = curvature.inverse(right).swapaxes(0, 1)
    stuck = price * np.where(at @ take > upper, 2.0, 0.5)  # nothing is free to move: another price frees some
    price = (upper - at @ take + downhill @ take) / (sideways @ take)
    price = np.where(np.isfinite(price), np.where(lower < upper, np.minimum(price, 0.0), price), stuck)
    target = np.maximum(at + price[:, None] * sideways - downhill, steep * at)
    moved = np.clip(target, low, high)
    return moved, price, (moved != target) & ~fixed


def slopes_at(spends: Spends, hull: Hull | Truth, region: Region, at: Array) -> tuple[Array, Array, Array]:
    """∂cost/∂spend, ∂²cost/∂input² by cell, and Kᵀ of that by spend: 0 where nothing that reads it bends."""
    money = spends.money(spends.inputs(at), region)
    width = WIDTH * np.maximum(money, LEAST * region.high)
    beside = np.maximum(np.where(money + width <= region.high, money + width, money - width), region.low)
    here, there = spends.slopes(np.stack([money, beside]), hull)
    bends = spends.worth * ((there - here) * spends.scale / np.where(beside != money, beside - money, 1.0))
    gradient, bent = spends.pulled(np.stack([spends.worth * here, bends]))
    return spends.cost + gradient, bends, bent
