"""Demand and its conversion under many draws at once: what `River` does for one, along a last axis of draws.

The order in which conversion is filled is that of worth, which no draw changes; so all draws are filled step by step
together. The prices are the duals of the same linear program: with μ_t the price of a unit arriving in period t,
    Σ worth·converted + end·left ≤ Σ_t μ_t · arriving_t + Σ_jt max(0, worth_j − demand_j · μ_t) · response_jt
for any μ with μ_T ≥ end and μ_t ≥ retention · μ_t+1; for those of a flow the two sides are equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.curves import Array
from optimizer.problem.pool import DemandPool
from optimizer.problem.river import EMPTY, MOST, River, filling_order
from optimizer.problem.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """By draw, the last axis: `converted` (tactics, periods, draws) [outcome]; `left` (pools, periods, draws) [demand];
    `prices` (pools, periods, draws), what one more unit arriving is worth [worth per demand].
    """

    converted: Array
    left: Array
    prices: Array


class Rivers:
    """The pools of a scenario under many draws."""

    def __init__(self, scenario: Scenario) -> None:
        self.river = River(scenario)
        self._leads = [tactic.lead for tactic in scenario.tactics]

    def run(self, response: Array, worth: Array) -> Streams:
        """What is converted where, given the whole responses, shape (tactics, periods, draws) [outcome]."""
        arriving, river = self.arrivals(response), self.river
        converted, left, prices = np.zeros(response.shape), np.zeros(arriving.shape), np.zeros(arriving.shape)
        for number, pool in enumerate(river.pools):
            rows = np.flatnonzero(river.draws == number)
            basin = _Basins(pool, arriving[number], response[rows], worth[rows], river.demand[rows])
            converted[rows], left[number], prices[number] = basin.converted, basin.left, basin.prices()
        return Streams(converted=converted, left=left, prices=prices)

    def arrivals(self, response: Array) -> Array:
        """What reaches each pool in each period under each draw [demand], shape (pools, periods, draws)."""
        reached = np.repeat(self.river.own[:, :, None], response.shape[2], axis=2)
        for row in np.flatnonzero(self.river.feeds >= 0).tolist():
            reached[self.river.feeds[row]] += self.river.demand[row] * self._later(response[row], self._leads[row])
        return reached

    def credited(self, prices: Array) -> Array:
        """What a unit of each feeding response brings at prices of demand, shape (tactics, periods, draws)."""
        river = self.river
        brought = np.zeros((len(river.draws), *prices.shape[1:]))
        for row in np.flatnonzero(river.feeds >= 0).tolist():
            lead, own = self._leads[row], prices[river.feeds[row]]
            if lead < len(own):
                brought[row, : len(own) - lead] = river.demand[row] * own[lead:]
        return brought

    def _later(self, response: Array, lead: int) -> Array:
        later = np.zeros(response.shape)
        if lead < len(response):
            later[lead:] = response[: len(response) - lead]
        return later


class _Basins:
    """One pool, filled at once; arrays of shape (periods, draws), those of its drawers (drawers, periods, draws)."""

    def __init__(self, pool: DemandPool, arriving: Array, response: Array, worth: Array, demand: Array) -> None:
        self._retention, self._end, self._value = pool.retention, pool.end_value, worth / demand
        self._fading: Array = np.float64(pool.retention) ** np.arange(len(arriving), dtype=np.float64)
        full = np.maximum(response, 0.0)
        room = full * demand[:, None, None]
        self.left = arriving.copy()
        for period in range(1, len(arriving)):
            self.left[period] += pool.retention * self.left[period - 1]
        self._least = EMPTY * np.where(self.left.max(axis=0) > 0.0, self.left.max(axis=0), 1.0)
        taken = np.zeros(response.shape)
        places = np.ones(response.shape[:2], dtype=bool)
        for row, period in filling_order(self._value, self._retention, self._end, places):
            amount = np.minimum(room[row, period], self._spare(period))
            taken[row, period] = amount
            self.left[period:] -= amount * self._fading[: len(self.left) - period, None]
            self.left[self.left <= self._least] = 0.0
        self._unused = room - taken > self._least
        self.converted = np.where(taken >= room, full, taken / demand[:, None, None])

    def _spare(self, period: int) -> Array:
        """How much can be taken in a period without any later stock falling below what was taken from it."""
        later, faded = self.left[period:], self._fading[: len(self.left) - period, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(faded > 0.0, later / faded, np.inf)
        return np.where(later[0] == 0.0, 0.0, reach.min(axis=0))

    def prices(self) -> Array:
        """What one more unit of demand would bring: its best use not filled, since the pool last ran dry or later on.

        Brought up to what the law of prices asks for, where rounding left one a little below.
        """
        best = np.max(np.where(self._unused, self._value[:, None, None], 0.0), axis=0, initial=0.0)
        best[-1] = np.maximum(best[-1], self._end)
        for now in range(len(best) - 2, -1, -1):
            best[now] = np.maximum(best[now], self._retention * best[now + 1])
        prices, first = best.copy(), np.zeros(best.shape[1], dtype=np.intp)
        for now in range(1, len(best)):
            first = np.where(self.left[now - 1] <= self._least, now, first)
            if self._retention > 0.0:
                back = np.minimum(np.exp2((first - now) * np.log2(self._retention)), MOST)
                earlier = np.take_along_axis(best, first[None, :], axis=0)[0] * back
                prices[now] = np.maximum(prices[now], np.where(first < now, earlier, 0.0))
        for now in range(len(best) - 2, -1, -1):
            prices[now] = np.maximum(prices[now], self._retention * prices[now + 1])
        told: Array = prices
        return told
