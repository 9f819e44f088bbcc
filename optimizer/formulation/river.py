"""Demand pools: what is there, what is converted, what is left.

Sets        pools p, tactics i that feed one, tactics j that draw from one, periods t
Columns     stock_p_t       demand there to be converted                                            [demand]
            realised_j_t    what is converted, less what would be without spend                     [outcome]
            left_p          demand left after the last period, where it is worth something          [demand]
Rows        stock_p_t ≤ retention · (stock_p_t−1 − Σ_j demand_j · converted_j_t−1) + own demand_pt
                        + Σ_i demand_i · response_i_t−lead                  (the whole response, carried-in spend's too)
            Σ_j demand_j · converted_j_t ≤ stock_p_t
            converted_j_t ≤ response_j_t
            left_p ≤ stock_p_T − Σ_j demand_j · converted_j_T
Stock is bounded from above only: demand that is thrown away helps nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.formulation.draft import Array, Draft, Index, Sum
from optimizer.formulation.response import Cells
from optimizer.formulation.spend import LOOSE
from optimizer.problem.river import Flow, River
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer


@dataclass(frozen=True, slots=True, kw_only=True)
class Currents:
    """The columns of the pools: `stock` (pools, periods), `left` (pools,), −1 where demand left is worth nothing;
    `realised` (tactics, periods), −1 for tactics that draw from no pool. `idle`, `baseline` (tactics, periods) are the
    whole and the realised outcome without spend.
    """

    river: River
    stock: Index
    realised: Index
    left: Index
    idle: Array
    baseline: Array

    @property
    def columns(self) -> Index:
        """All of them."""
        every = np.concatenate([self.stock.ravel(), self.realised.ravel(), self.left])
        return every[every >= 0]

    def outcome(self, tactic: int, weights: Array) -> Sum:
        """Σ_t weights_t · realised_t of a tactic that draws from a pool; `weights` of shape (periods,)."""
        return Sum(columns=self.realised[tactic], values=weights)

    def converted(self, columns: Array) -> Array:
        """What is converted at a point [planner's units], shape (tactics, periods) [outcome]."""
        return np.where(self.realised >= 0, columns[self.realised] + self.baseline, 0.0)

    def settle(self, columns: Array, flow: Flow) -> None:
        """Set the columns [planner's units] to a flow, in place."""
        columns[self.stock] = flow.stock
        drawing = self.realised >= 0
        columns[self.realised[drawing]] = (flow.converted - self.baseline)[drawing]
        worth = self.left >= 0
        columns[self.left[worth]] = flow.left[worth, -1]


def add_river(draft: Draft, scenario: Scenario, cells: Cells) -> Currents | None:
    """Write the columns and rows of the pools; None where there is none."""
    if not scenario.demand_pools:
        return None
    valuer, river = Valuer(scenario), River(scenario)
    writer = _Writer(draft, scenario, cells, river, valuer)
    return writer.write()


class _Writer:
    """What the columns and rows of all pools share."""

    def __init__(self, draft: Draft, scenario: Scenario, cells: Cells, river: River, valuer: Valuer) -> None:
        self._draft, self._scenario, self._cells, self._river = draft, scenario, cells, river
        self._idle, self._baseline = valuer.idle, valuer.baseline
        self._periods = len(scenario.periods)
        self._most = self._idle + np.array([self._response_at_most(row) for row in range(len(scenario.tactics))])

    def write(self) -> Currents:
        currents = self._columns()
        for pool in range(len(self._scenario.demand_pools)):
            for period in range(self._periods):
                self._limit_stock(currents, pool, period)
                self._limit_conversion(currents, pool, period)
            self._limit_left(currents, pool)
        for row in np.flatnonzero(self._river.draws >= 0).tolist():
            self._limit_realised(currents, row)
        return currents

    def _response_at_most(self, row: int) -> Array:
        """The largest incremental response of a tactic in each period [outcome]."""
        own = slice(self._cells.first[row], self._cells.first[row + 1])
        most: Array = self._cells.effects[row][:-1] @ self._cells.most[own]
        return most

    def _columns(self) -> Currents:
        draft, river, shape = self._draft, self._river, self._most.shape
        stock = LOOSE * self._stock_at_most()
        names = [f"stock_{pool}_{period}" for pool in range(len(stock)) for period in range(self._periods)]
        stocks = draft.add_columns(names, np.zeros(stock.size), stock.ravel()).reshape(stock.shape)
        realised = np.full(shape, -1, dtype=np.intp)
        for row in np.flatnonzero(river.draws >= 0).tolist():
            base = self._baseline[row]
            names = [f"realised_{row}_{period}" for period in range(self._periods)]
            realised[row] = draft.add_columns(names, -base, LOOSE * np.maximum(self._most[row] - base, 0.0))
        left = np.full(len(river.pools), -1, dtype=np.intp)
        for pool, own in enumerate(river.pools):
            if own.end_value > 0.0:
                left[pool] = draft.add_columns([f"left_{pool}"], np.zeros(1), stock[pool, -1:])[0]
        return Currents(
            river=river, stock=stocks, realised=realised, left=left, idle=self._idle, baseline=self._baseline
        )

    def _stock_at_most(self) -> Array:
        arriving = self._river.arrivals(self._most)
        for period in range(1, self._periods):
            kept = np.array([pool.retention for pool in self._river.pools])
            arriving[:, period] += kept * arriving[:, period - 1]
        return arriving

    def _converted(self, currents: Currents, pool: int, period: int) -> tuple[Sum, float]:
        """Σ_j demand_j · converted_j as columns and what is converted without spend [demand]."""
        rows = np.flatnonzero(self._river.draws == pool)
        demand = self._river.demand[rows]
        return Sum(columns=currents.realised[rows, period], values=demand), float(demand @ self._baseline[rows, period])

    def _limit_stock(self, currents: Currents, pool: int, period: int) -> None:
        river, total = self._river, _one(currents.stock[pool, period])
        known = float(river.own[pool, period])
        if period > 0:
            kept = river.pools[pool].retention
            taken, idle = self._converted(currents, pool, period - 1)
            total = total - (_one(currents.stock[pool, period - 1]) - taken) * kept
            known -= kept * idle
        for row in np.flatnonzero(river.feeds == pool).tolist():
            made = period - self._scenario.tactics[row].lead
            if made >= 0:
                total = total - self._response(row, made) * float(river.demand[row])
                known += float(river.demand[row] * self._idle[row, made])
        self._draft.link(f"demand of {river.pools[pool].name}", total, -np.inf, known)

    def _limit_conversion(self, currents: Currents, pool: int, period: int) -> None:
        taken, idle = self._converted(currents, pool, period)
        if len(taken.columns):
            total = taken - _one(currents.stock[pool, period])
            self._draft.link(f"demand of {self._river.pools[pool].name}", total, -np.inf, -idle)

    def _limit_left(self, currents: Currents, pool: int) -> None:
        if currents.left[pool] >= 0:
            taken, idle = self._converted(currents, pool, self._periods - 1)
            total = _one(currents.left[pool]) - _one(currents.stock[pool, -1]) + taken
            self._draft.link(f"demand of {self._river.pools[pool].name}", total, -np.inf, -idle)

    def _limit_realised(self, currents: Currents, row: int) -> None:
        for period in range(self._periods):
            total = _one(currents.realised[row, period]) - self._response(row, period)
            most = float(self._idle[row, period] - self._baseline[row, period])
            self._draft.link(f"response of {self._scenario.tactics[row].name}", total, -np.inf, most)

    def _response(self, row: int, period: int) -> Sum:
        """The incremental response of a tactic in a period."""
        weights = np.zeros(self._periods + 1)
        weights[period] = 1.0
        return self._cells.outcome(row, weights)


def _one(column: int) -> Sum:
    return Sum(columns=np.array([column], dtype=np.intp), values=np.ones(1))
