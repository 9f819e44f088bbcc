"""What limits with a price charge for spend, cell by cell, and which part of that speaks of one more unit of money.

A limit that charges stops a cell from growing, one that pays for it stops it from shrinking. Two parts of the charges
do not say what the next unit would bring. What a floor pays is for the spend that is there: a unit beyond it earns
nothing, unless something else can make use of the room, by being cut or by growing with it, and then less what that
costs there. And what an on/off decision charges is no price that could be paid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import Row, Sum, among
from optimizer.formulation.model import Model
from optimizer.problem.valuation import Valuation
from optimizer.search.prices.takes import Takes

Array = NDArray[np.float64]
Index = NDArray[np.intp]
OFF = 1e-7  # scaled, by which a column is off its limits
ROUNDS = 2  # of cells that make way for one another


class Charges:
    """The charges of a model's rows at a plan, shape (tactics, periods) [objective per money]; above 0 stops growth.

    `by_limit` holds all of them by name. Of these, `decided`, never below 0, is asked for by decisions. `converted`
    passes through what is converted of demand, whose outcome earns `paid` [objective per outcome] beside what it is
    worth; `feeding` marks by limit the tactics, shape (tactics, 1), whose demand it pays others for converting.
    """

    def __init__(self, model: Model, valuation: Valuation, columns: Array | None) -> None:
        self._model, self._takes, self._ways = model, Takes(model, valuation), _Ways(model, valuation, columns)
        shape = model.spend.shape
        self.by_limit: dict[str, Array] = {}
        self.feeding: dict[str, NDArray[np.bool_]] = {}
        self.decided, self.converted, self.paid = (np.zeros(shape) for _ in range(3))

    def add(self, row: Row, rate: float) -> None:
        """The charges of a row at `rate` [objective per unit of the row], above 0 where it limits from above."""
        total, before = row.sum, self.by_limit.get(row.owner)
        charge = rate * self._takes.of(total)
        if self._model.currents is not None:
            charge += self._on_demand(row.owner, total, rate)
        self.by_limit[row.owner] = charge if before is None else before + charge
        self._ways.add(row, charge, rate)
        if among(self._model.integer, len(self._model.cost))[total.columns].any():
            self.decided += np.maximum(charge, 0.0)

    def idle(self, surplus: Array) -> tuple[Array, dict[str, Array]]:
        """What is paid for no more than what is spent, never above 0, where so much is left of the next unit when every
        limit is paid; and by limit that must be kept exactly what it charges for growth."""
        wasted, exact = self._ways.wasted(surplus)
        return -wasted, {owner: self.by_limit[owner] + own for owner, own in exact.items()}

    def _on_demand(self, owner: str, total: Sum, rate: float) -> Array:
        """What passes through what is converted of demand, noted with what its outcome earns."""
        converted, paid = rate * self._takes.through_demand(total), -rate * self._takes.of_demand(total)
        self.converted += converted
        self.paid += paid
        if (paid > 0.0).any():
            self._feed(owner, np.flatnonzero((paid > 0.0).any(axis=1)))
        return converted

    def _feed(self, owner: str, drawing: NDArray[np.intp]) -> None:
        """Mark the tactics that feed what these draw from."""
        assert self._model.currents is not None
        river = self._model.currents.river
        fed = np.isin(river.feeds, river.draws[drawing])[:, None]
        self.feeding[owner] = self.feeding.get(owner, fed) | fed

    def moved(self, lever: Sum | float) -> float:
        """How far a lever moves a row's limit at the plan."""
        return self._takes.moved(lever)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """A row with a price: the cells that it charges or pays and how much; whether other columns, too, use its room."""

    owner: str
    exact: bool
    cells: Index
    charge: Array
    shared: bool

    def wasted(self, uses: Array) -> Array:
        """By cell what is lost of the room that it makes, where a unit of spend costs so much in cells that use it.

        Room of a limit that must be kept exactly is used whatever that costs; else it may be left.
        """
        if self.shared or not len(self.cells):
            return np.zeros(len(self.cells))
        size = np.abs(self.charge)
        cost = uses / size
        first = int(cost.argmin())
        others, beside = np.full(len(cost), cost[first]), cost.copy()
        beside[first] = np.inf
        others[first] = beside.min()
        share = others if self.exact else np.minimum(others, 1.0)
        return np.asarray(size * np.where(np.isfinite(share), share, 1.0))


class _Ways:
    """What could make use of the room that more spend in a cell, or less, leaves in rows."""

    def __init__(self, model: Model, valuation: Valuation, columns: Array | None) -> None:
        least, most = model.scenario.own_limits
        self._shrinks, self._grows = (valuation.spend > least).ravel(), (valuation.spend < most).ravel()
        further = np.zeros(len(model.cost), dtype=bool)
        further[model.extra] = True
        if model.currents is not None:
            further[model.currents.columns] = False
        everywhere = np.ones(len(model.cost), dtype=bool)
        self._falls = further & (everywhere if columns is None else columns > model.low + OFF)
        self._rises = further & (everywhere if columns is None else columns < model.high - OFF)
        self._rooms: list[_Room] = []
        self._every = np.arange(valuation.spend.size)  # held once: shares of all spend charge every cell

    def add(self, row: Row, charge: Array, rate: float) -> None:
        """A row with a price."""
        total, cells = row.sum, np.flatnonzero(charge)
        into = np.where(total.values * rate > 0.0, self._rises[total.columns], self._falls[total.columns])
        own = charge.ravel()
        cells, own = (self._every, own) if len(cells) == len(own) else (cells, own[cells])
        exact = row.lower == row.upper
        self._rooms.append(_Room(owner=row.owner, exact=exact, cells=cells, charge=own, shared=bool(into.any())))

    def wasted(self, surplus: Array) -> tuple[Array, dict[str, Array]]:
        """By cell what a unit more loses of what rows pay, shape (tactics, periods); of exact rows also by limit.

        Spends that stand between their limits make way for nothing; others for what they would rather have.
        """
        if not any((room.charge < 0.0).any() for room in self._rooms):
            return np.zeros(surplus.shape), {}
        left = surplus.ravel()
        falls = np.where(self._shrinks, np.where(self._grows, 0.0, np.maximum(left, 0.0)), np.inf)
        rises = np.where(self._grows, np.where(self._shrinks, 0.0, np.maximum(-left, 0.0)), np.inf)
        more, less, exact = np.zeros(len(left)), np.zeros(len(left)), dict[str, Array]()
        for _ in range(ROUNDS):
            cut, grown = falls + less, rises + more
            more, less, exact = np.zeros(len(left)), np.zeros(len(left)), dict[str, Array]()
            for room in self._rooms:
                lost = room.wasted(np.where(room.charge < 0.0, cut[room.cells], grown[room.cells]))
                growing = np.where(room.charge < 0.0, lost, 0.0)
                more[room.cells] += growing
                less[room.cells] += lost - growing
                if room.exact and growing.any():
                    own = exact.setdefault(room.owner, np.zeros(surplus.shape))
                    own.ravel()[room.cells] += growing
        return more.reshape(surplus.shape), exact
