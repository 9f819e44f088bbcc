"""Spend that is sold by the piece, brought from wherever a relaxation leaves it to whole pieces.

The nearest numbers of pieces that keep the limits on spend, those below and those above are valued; from the best of
them single pieces are added, taken away and exchanged as long as that is better. What is left of a total goes to the
cells that are not sold by the piece. Nothing is proved by it: the bound is that of the relaxation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.problem.rules import Packages
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation
from optimizer.search.money.nudge import Limits, nudged
from optimizer.units import common_step, exact, tidy

Array = NDArray[np.float64]
Units = NDArray[np.int64]
NEARLY = 1e-12  # of a number of pieces, within which it is whole
MOST = 400  # valuations
Tried = tuple[float, Valuation]  # how much it breaks limits, and what it is worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Spend that is whole numbers of `sizes` [money], 0.0 where it is not sold by the piece; shape (tactics, periods).

    `low` and `high` are what each cell may spend besides.
    """

    sizes: Array
    low: Array
    high: Array

    def limits(self, counts: Units) -> tuple[Array, Array]:
        """The limits of each cell with its number of pieces decided."""
        spends = self.spends(counts)
        sold = self.sizes > 0.0
        return np.where(sold, spends, self.low), np.where(sold, spends, self.high)

    def spends(self, counts: Units) -> Array:
        """What pieces cost, as decimals: 12 at 1.1 are 13.2, and no bit more."""
        costs = zip(counts.ravel().tolist(), self.sizes.ravel().tolist(), strict=True)
        return np.array([tidy(count * size) for count, size in costs]).reshape(counts.shape)

    def best(self, model: Model, ideal: Array, unit: float, tried: Callable[[Units], Tried]) -> Tried:
        """The best whole pieces that are found near an ideal spend [money], as `tried` values them."""
        size = np.where(self.sizes > 0.0, self.sizes, np.inf)
        least = np.ceil(self.low / size * (1.0 - NEARLY)).astype(np.int64)
        far = np.minimum(self.high, ideal.sum() + 2.0 * self.sizes)  # more than any cell can be given by rounding
        most = np.maximum(np.floor(far / size * (1.0 + NEARLY)).astype(np.int64), least)
        whole = [np.clip(turned(ideal / size), least, most).astype(np.int64) for turned in (np.rint, np.floor, np.ceil)]
        if (rows := self._rows(model, ideal, unit)) is not None:
            whole[0] = nudged(rows, whole[0], ideal / size, least, most)
        left = MOST
        counts, best = min(((own, tried(own)) for own in whole), key=lambda one: standing(one[1]))
        better = True
        while better and left > 0:
            better = False
            for step in _steps(counts, least, most):
                left -= 1
                if left <= 0:
                    break
                if standing(other := tried(counts + step)) < standing(best):
                    counts, best, better = counts + step, other, True
                    break
        return best

    def _rows(self, model: Model, ideal: Array, unit: float) -> Limits | None:
        """The limits on spend in pieces, with what is not sold by the piece where it is."""
        own = Limits.of([model], unit)
        if own is None:
            return None
        sold = (self.sizes > 0.0).ravel()
        rest = own.rows.times(np.where(sold, 0.0, ideal.ravel())) / unit
        rows = own.rows.by(np.where(sold, self.sizes.ravel(), 0.0) / unit)
        return replace(own, rows=rows, lower=own.lower - rest, upper=own.upper - rest, written=None)


def pieces_of(scenario: Scenario, low: Array, high: Array) -> Pieces:
    """The pieces of a scenario's cells, which may spend from `low` to `high` [money] besides."""
    sizes = np.zeros(low.shape)
    for cell, size in _sizes(scenario).items():
        sizes[cell] = float(size)
    return Pieces(sizes=sizes, low=low, high=high)


def step_of(scenario: Scenario) -> Fraction:
    """What the spend in all is a whole number of [money], where all of it is sold by the piece; 0 where not."""
    sizes = _sizes(scenario)
    all_of_it = len(sizes) == len(scenario.tactics) * len(scenario.periods)
    return reduce(common_step, sizes.values()) if all_of_it else Fraction(0)


def _sizes(scenario: Scenario) -> dict[tuple[int, ...], Fraction]:
    """The piece of each cell that is sold by it: what several rules ask of one is a multiple of each price."""
    sizes: dict[tuple[int, ...], Fraction] = {}
    for rule in scenario.rules:
        if isinstance(rule, Packages):
            price = exact(rule.price)
            for cell in zip(*(axis.tolist() for axis in np.nonzero(scenario.cells(rule.scope))), strict=True):
                known = sizes.get(cell, price)
                sizes[cell] = known * price / common_step(known, price)  # the least common multiple
    return sizes


def _steps(counts: Units, least: Units, most: Units) -> Iterator[Units]:
    """A piece more or less in each cell, then a piece from each cell to each other."""
    up, down = np.argwhere(counts < most).tolist(), np.argwhere(counts > least).tolist()
    yield from (_step(counts, more=cell) for cell in up)
    yield from (_step(counts, less=cell) for cell in down)
    yield from (_step(counts, more=to, less=cell) for to in up for cell in down if to != cell)


def _step(counts: Units, more: list[int] | None = None, less: list[int] | None = None) -> Units:
    step = np.zeros_like(counts)
    if more is not None:
        step[tuple(more)] += 1
    if less is not None:
        step[tuple(less)] -= 1
    return step


def standing(tried: Tried) -> tuple[float, float]:
    """What is better stands lower: limits first, then the objective."""
    broken, valuation = tried
    return broken, -valuation.value if valuation.scenario.objective.maximizes else valuation.value
