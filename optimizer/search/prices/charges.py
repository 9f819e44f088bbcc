"""What limits with a price charge for spend, cell by cell, and which part of that speaks of one more unit of money.

A limit that charges stops a cell from growing, one that pays for it stops it from shrinking. Two parts of the charges
do not say what the next unit would bring. What a floor pays is for the spend that is there: a unit beyond it earns
nothing, unless something else can make use of the room, by being cut or by growing with it. And what an on/off
decision charges is no price that could be paid.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Row, Sum
from optimizer.formulation.model import Model
from optimizer.problem.valuation import Valuation
from optimizer.search.prices.takes import Takes

Array = NDArray[np.float64]
OFF = 1e-7  # scaled, by which a column is off its limits


class Charges:
    """The charges of a model's rows at a plan, shape (tactics, periods) [objective per money]; above 0 stops growth.

    `by_limit` holds all of them by name. Of these, `idle`, never above 0, is paid for no more than what is spent, and
    `decided`, never below 0, is asked for by decisions. `converted` passes through what is converted of demand, whose
    outcome earns `paid` [objective per outcome] beside what it is worth; `feeding` marks by limit the tactics,
    shape (tactics, 1), whose demand it pays others for converting.
    """

    def __init__(self, model: Model, valuation: Valuation, columns: Array | None) -> None:
        self._model, self._takes, self._ways = model, Takes(model, valuation), _Ways(model, valuation, columns)
        shape = model.spend.shape
        self.by_limit: dict[str, Array] = {}
        self.feeding: dict[str, NDArray[np.bool_]] = {}
        self.idle, self.decided, self.converted, self.paid = (np.zeros(shape) for _ in range(4))

    def add(self, row: Row, rate: float) -> None:
        """The charges of a row at `rate` [objective per unit of the row], above 0 where it limits from above."""
        converted = rate * self._takes.through_demand(row.sum)
        charge = rate * self._takes.of(row.sum) + converted
        self.by_limit[row.owner] = self.by_limit.get(row.owner, np.zeros(charge.shape)) + charge
        self.converted += converted
        paid = -rate * self._takes.of_demand(row.sum)
        self.paid += paid
        if (paid > 0.0).any():
            self._feed(row.owner, np.flatnonzero((paid > 0.0).any(axis=1)))
        self.idle += np.where(self._ways.alone(row.sum, charge, rate), charge, 0.0)
        if np.isin(row.sum.columns, self._model.integer).any():
            self.decided += np.maximum(charge, 0.0)

    def _feed(self, owner: str, drawing: NDArray[np.intp]) -> None:
        """Mark the tactics that feed what these draw from."""
        assert self._model.currents is not None
        river = self._model.currents.river
        fed = np.isin(river.feeds, river.draws[drawing])[:, None]
        self.feeding[owner] = self.feeding.get(owner, fed) | fed

    def moved(self, lever: Sum | float) -> float:
        """How far a lever moves a row's limit at the plan."""
        return self._takes.moved(lever)


class _Ways:
    """What could make use of the room that more spend in a cell leaves in a row."""

    def __init__(self, model: Model, valuation: Valuation, columns: Array | None) -> None:
        least, most = model.scenario.own_limits
        self._shrinks, self._grows = valuation.spend > least, valuation.spend < most
        further = np.zeros(len(model.cost), dtype=bool)
        further[model.extra] = True
        if model.currents is not None:
            further[model.currents.columns] = False
        everywhere = np.ones(len(model.cost), dtype=bool)
        self._falls = further & (everywhere if columns is None else columns > model.low + OFF)
        self._rises = further & (everywhere if columns is None else columns < model.high - OFF)

    def alone(self, total: Sum, charge: Array, rate: float) -> NDArray[np.bool_]:
        """The cells that a row pays for, where no other column would move into the room, shape (tactics, periods)."""
        paid = charge < 0.0
        into = np.where(total.values * rate > 0.0, self._rises[total.columns], self._falls[total.columns])
        if not paid.any() or into.any() or (self._grows & (charge > 0.0)).any():
            return np.zeros(paid.shape, dtype=bool)
        cut = paid & self._shrinks
        nobody: NDArray[np.bool_] = paid & (int(cut.sum()) == cut)
        return nobody
