"""Demand from the tactics that make it to the tactics that convert it, pool by pool: no solver.

Given the responses of all tactics, what is converted is a linear program by itself: each unit of demand may be
converted in its period, or later at what retention leaves of it. Counted in units of the first period (a unit in
period t is retention^−t of them) the limits are nested, the first t stocks for t = 1..T, and what is worth most is
taken first: the greedy choice is optimal (Edmonds 1970, polymatroids).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Array
from optimizer.problem.pool import DemandPool
from optimizer.problem.scenario import Scenario

MOST = 1e100  # of one period's demand in another: beyond this, next to nothing is kept
EMPTY = 1e-12  # of a pool's demand, below which nothing is left


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Demand and its conversion: `stock`, `left` of shape (pools, periods) [demand], left being after conversion;
    `converted` of shape (tactics, periods) [outcome], 0 for tactics that draw from no pool. `price`, `cost` of shape
    (pools, periods) [worth per demand]: what one more unit arriving in a period would bring, and what one taken away
    would cost. They differ where demand and what converts it are in balance: more of one alone brings nothing.
    """

    stock: Array
    left: Array
    converted: Array
    price: Array
    cost: Array


class River:
    """The pools of a scenario and which tactics feed and drain them; rows are tactics, columns periods."""

    def __init__(self, scenario: Scenario) -> None:
        self.pools: tuple[DemandPool, ...] = scenario.demand_pools
        self._place = {pool.name: row for row, pool in enumerate(self.pools)}
        self._tactics = scenario.tactics
        self._periods = len(scenario.periods)
        self.draws = np.array([self._place.get(tactic.draws_from or "", -1) for tactic in scenario.tactics])
        self.feeds = np.array([self._place.get(tactic.feeds or "", -1) for tactic in scenario.tactics])
        self.demand = np.array([tactic.demand_per_outcome for tactic in scenario.tactics])
        self.own = np.array([pool.inflow(self._periods) for pool in self.pools]).reshape(-1, self._periods)
        for row, pool in enumerate(self.pools):
            self.own[row, 0] += pool.initial

    def arrivals(self, response: Array) -> Array:
        """What reaches each pool in each period [demand], shape (pools, periods), its own demand included."""
        reached = self.own.copy()
        for row in np.flatnonzero(self.feeds >= 0).tolist():
            lead = self._tactics[row].lead
            if lead < self._periods:
                reached[self.feeds[row], lead:] += self.demand[row] * response[row, : self._periods - lead]
        return reached

    def run(self, response: Array, worth: Array, least: Array | None = None, *, more: bool = True) -> Flow:
        """What is converted where, given the whole response of each tactic in each period [outcome].

        `worth` [worth per outcome], shape (tactics,). `least`, shape (tactics, periods) [outcome], is converted
        first as far as demand and response allow; the rest follows where it is worth most, or stays where not `more`.
        """
        arriving = self.arrivals(response)
        stock, left, price, cost = np.zeros((4, *arriving.shape))
        converted = np.zeros(response.shape)
        for number, pool in enumerate(self.pools):
            rows = np.flatnonzero(self.draws == number)
            basin = _Basin(pool, arriving[number], response[rows], worth[rows], self.demand[rows])
            if least is not None:
                basin.commit(np.minimum(least[rows], response[rows]))
            if more:
                basin.fill()
            converted[rows] = basin.converted
            left[number], price[number], cost[number] = basin.left, basin.price(), basin.cost()
            stock[number] = basin.left + basin.taken.sum(axis=0)
        return Flow(stock=stock, left=left, converted=converted, price=price, cost=cost)


class _Basin:
    """One pool while it is being drained; `taken` [demand] and `converted` [outcome], shape (drawers, periods)."""

    def __init__(self, pool: DemandPool, arriving: Array, response: Array, worth: Array, demand: Array) -> None:
        self._retention, self._end = pool.retention, pool.end_value
        self._room = np.maximum(response, 0.0) * demand[:, None]
        self._full = np.maximum(response, 0.0)
        self._value = worth / demand
        self._demand = demand
        self.taken = np.zeros(response.shape)
        self.left = _kept(arriving, self._retention)
        self._size = float(self.left.max(initial=0.0)) or 1.0

    @property
    def converted(self) -> Array:
        """What was taken as outcome; all of the response where all of it was taken, to the last bit."""
        return np.where(self.taken >= self._room, self._full, self.taken / self._demand[:, None])

    def commit(self, least: Array) -> None:
        """Take what is asked for, period by period, in proportion where there is less."""
        asked = np.maximum(least, 0.0) * self._demand[:, None]
        for period in range(asked.shape[1]):
            wanted = float(asked[:, period].sum())
            there = self._spare(period)
            share = 1.0 if wanted <= there * (1.0 + EMPTY) else there / wanted
            for row in range(len(asked)):
                self._take(row, period, min(asked[row, period] * share, self._room[row, period]))

    def fill(self) -> None:
        """Take the rest where it is worth most, and leave what is worth more at the end."""
        for row, period in self._order():
            open_room = self._room[row, period] - self.taken[row, period]
            if open_room > 0.0:
                self._take(row, period, min(open_room, self._spare(period)))

    def price(self) -> Array:
        """What one more unit of demand arriving in each period would bring [worth per demand].

        It goes to the best use that is not filled, in any period since the pool last ran dry.
        """
        unused = self._room - self.taken > EMPTY * self._size
        prices = self._end * self._faded(len(self.left) - 1)
        for now in range(len(self.left)):
            first = int(np.flatnonzero(self._dry[:now])[-1]) + 1 if self._dry[:now].any() else self._earliest(now)
            uses = np.where(unused, self._value[:, None] * self._away(now), 0.0)[:, first:]
            prices[now] = max(prices[now], float(uses.max(initial=0.0)))
        return prices

    def cost(self) -> Array:
        """What one unit of demand less in each period would cost [worth per demand].

        It is taken from the least use up to when the pool runs dry next, or from what is left at the end.
        """
        used = self.taken > EMPTY * self._size
        costs = self._end * self._faded(len(self.left) - 1)
        for now in range(len(self.left)):
            dry = np.flatnonzero(self._dry[now:])
            last = now + int(dry[0]) if len(dry) else len(self.left) - 1
            uses = np.where(used, self._value[:, None] * self._away(now), np.inf)[:, self._earliest(now) : last + 1]
            least = float(uses.min(initial=np.inf))
            costs[now] = least if len(dry) and np.isfinite(least) else min(costs[now], least)
        return costs

    @property
    def _dry(self) -> NDArray[np.bool_]:
        """Whether nothing is left after each period."""
        return self.left <= EMPTY * self._size

    def _away(self, now: int) -> Array:
        """What a unit `now` is in each period: it fades later on, and stands for more before."""
        away = np.arange(len(self.left)) - now
        if self._retention == 0.0:
            return np.where(away == 0, 1.0, 0.0)
        powers: Array = np.minimum(np.exp2(np.minimum(away * np.log2(self._retention), 1000.0)), MOST)
        return powers

    def _earliest(self, now: int) -> int:
        """The first period whose conversion has to do with the demand of `now`: nothing is kept without retention."""
        return now if self._retention == 0.0 else 0

    def _faded(self, until: int) -> Array:
        """What is left in period `until` of a unit in each period."""
        powers: Array = np.float64(self._retention) ** (until - np.arange(len(self.left), dtype=np.float64))
        return powers

    def _order(self) -> list[tuple[int, int]]:
        """Drawers and periods, what is worth most first in units of the first period; nothing below the end value."""
        periods = np.arange(len(self.left))
        with np.errstate(divide="ignore"):
            fading = np.log(self._retention) * periods if self._retention > 0 else np.zeros(len(periods))
            worth = np.log(np.maximum(self._value, 0.0))[:, None] + fading
            floor = np.log(self._end) + (fading[-1] if self._retention > 0 else 0.0)
        last_only = self._retention == 0.0
        kept = worth >= floor if not last_only else (worth >= floor) | (periods < len(periods) - 1)
        places = np.argwhere(kept)
        order = np.argsort(-worth[kept], kind="stable")
        return [(int(row), int(period)) for row, period in places[order]]

    def _spare(self, period: int) -> float:
        """How much can be taken in a period without any later stock falling below what was taken from it."""
        later = self.left[period:]
        faded = self._retention ** np.arange(len(later), dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            spare = np.where(faded > 0.0, later / faded, np.inf)
        return max(0.0, float(spare.min()))

    def _take(self, row: int, period: int, amount: float) -> None:
        if amount <= 0.0:
            return
        self.taken[row, period] += amount
        self.left[period:] -= amount * self._retention ** np.arange(len(self.left) - period, dtype=np.float64)
        self.left[self.left <= EMPTY * self._size] = 0.0


def _kept(arriving: Array, retention: float) -> Array:
    """The stock of each period if nothing is converted."""
    stock = arriving.copy()
    for period in range(1, len(stock)):
        stock[period] += retention * stock[period - 1]
    return stock
