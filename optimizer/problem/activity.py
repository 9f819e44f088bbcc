"""Which cells are active: what the on/off rules measure on a valued spend.

A cell is active when it spends at least `least` [money per period]: the rule's own minimum, or one minor unit of the
scenario's money. It is off when it spends nothing; what lies between is neither, and no rule allows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.scope import Scope
from optimizer.units import whole

if TYPE_CHECKING:
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """The cells of a scope and what they spend [money], both of shape (tactics, periods).

    `any`: active is whatever spends at all.
    """

    cells: Flags
    spend: Array
    least: float
    any: bool

    @classmethod
    def of(cls, valuation: Valuation, scope: Scope, minimum: float | None = None) -> Activity:
        """What the scope does in a valued spend."""
        least = least_of(valuation.scenario, minimum)
        return cls(cells=valuation.cells(scope), spend=valuation.spend, least=least, any=minimum is None)

    @property
    def on(self) -> Flags:
        """The cells of the scope that are active."""
        active: Flags = self.cells & (self.spend >= self.least)
        return active

    @property
    def faint(self) -> int:
        """How many cells of the scope spend too little to be active, but not nothing."""
        return int((self.cells & (self.spend > 0.0) & (self.spend < self.least)).sum())

    def counts(self, over_all: bool) -> Counts:
        """How many tactics are active: in each period of the scope, or, one number, in any of them."""
        if over_all:
            return np.array([self.on.any(axis=1).sum()])
        counted: Counts = self.on.sum(axis=0)[self.cells.any(axis=0)]
        return counted

    def decided(self) -> tuple[Array, Array]:
        """The limits of each cell [money] between which what is on stays on, and what is off stays off.

        Part of a unit may become none or more of them: it is on, and where that had to be, it would be a unit.
        """
        on = self.spend >= self.least / 2
        off = self.spend <= 0.0 if self.any else ~on
        low = np.where(self.cells & on, self.least, 0.0)
        high = np.where(self.cells & off, 0.0, np.inf)
        return low, high


def least_of(scenario: Scenario, minimum: float | None) -> float:
    """What an active cell spends at the least [money per period]: `minimum`, or one minor unit."""
    return scenario.minor_unit if minimum is None else minimum


def room(counts: Counts, at_least: int | None, at_most: int | None) -> float:
    """How far the counts are inside their limits; below 0 by how many there are too many or too few."""
    above = np.inf if at_least is None else float(counts.min()) - at_least
    below = np.inf if at_most is None else at_most - float(counts.max())
    return float(min(above, below))


def check_counts(at_least: int | None, at_most: int | None) -> None:
    """Refuse what is no count, and limits that are upside down."""
    for side, count in (("at_least", at_least), ("at_most", at_most)):
        if count is not None:
            whole(count, side)
    if at_least is not None and at_most is not None and at_least > at_most:
        raise ScenarioError("minimum_above_maximum", "at_least", "is above at_most", "lower at_least or raise at_most")
