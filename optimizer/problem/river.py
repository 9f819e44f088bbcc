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
    `converted` of shape (tactics, periods) [outcome], 0 for tactics that draw from no pool.
    """

    stock: Array
    left: Array
    converted: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandPrices:
    """Shape (pools, periods) [worth per demand]: what one more unit arriving in a period would bring (`more`), and
    what one unit less would cost (`less`). They differ where demand and what converts it are in balance.
    """

    more: Array
    less: Array


class River:
    """The pools of a scenario and which tactics feed and drain them; rows are tactics, columns periods.

    Tactics fill and drain a pool in the order of their names, which tells sums and equals, not in that of the rows.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.pools: tuple[DemandPool, ...] = scenario.demand_pools
        self._place = {pool.name: row for row, pool in enumerate(self.pools)}
        self._tactics = scenario.tactics
        self._periods = len(scenario.periods)
        self._in_order = np.array(sorted(range(len(self._tactics)), key=lambda row: self._tactics[row].name))
        self.draws = np.array([self._place.get(tactic.draws_from or "", -1) for tactic in scenario.tactics])
        self.feeds = np.array([self._place.get(tactic.feeds or "", -1) for tactic in scenario.tactics])
        self.demand = np.array([tactic.demand_per_outcome for tactic in scenario.tactics])
        self.own = np.array([pool.inflow(self._periods) for pool in self.pools]).reshape(-1, self._periods)
        for row, pool in enumerate(self.pools):
            self.own[row, 0] += pool.initial

    def arrivals(self, response: Array) -> Array:
        """What reaches each pool in each period [demand], shape (pools, periods), its own demand included."""
        reached = self.own.copy()
        for row in self._in_order[self.feeds[self._in_order] >= 0].tolist():
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
        stock, left = np.zeros((2, *arriving.shape))
        converted = np.zeros(response.shape)
        for number in range(len(self.pools)):
            rows = self._drawing(number)
            basin = self._basin(number, arriving, response, worth)
            if least is not None:
                basin.commit(np.minimum(least[rows], response[rows]))
            if more:
                basin.fill()
            converted[rows] = basin.converted
            left[number] = basin.left
            stock[number] = arriving[number]
            stock[number, 1:] += self.pools[number].retention * basin.left[:-1]
        return Flow(stock=stock, left=left, converted=converted)

    def prices(self, response: Array, worth: Array, flow: Flow) -> DemandPrices:
        """What demand is worth at a flow that was filled by the same responses and worth."""
        arriving = self.arrivals(response)
        basins = [self._basin(number, arriving, response, worth) for number in range(len(self.pools))]
        for number, basin in enumerate(basins):
            basin.commit(flow.converted[self._drawing(number)])
        return DemandPrices(
            more=np.array([basin.price() for basin in basins]), less=np.array([basin.cost() for basin in basins])
        )

    def _drawing(self, number: int) -> NDArray[np.intp]:
        """The tactics that draw from a pool."""
        return np.asarray(self._in_order[self.draws[self._in_order] == number])

    def _basin(self, number: int, arriving: Array, response: Array, worth: Array) -> _Basin:
        rows = self._drawing(number)
        return _Basin(self.pools[number], arriving[number], response[rows], worth[rows], self.demand[rows])


class _Basin:
    """One pool while it is being drained; `taken` [demand] and `converted` [outcome], shape (drawers, periods)."""

    def __init__(self, pool: DemandPool, arriving: Array, response: Array, worth: Array, demand: Array) -> None:
        self._retention, self._end = pool.retention, pool.end_value
        self._fading: Array = np.float64(pool.retention) ** np.arange(len(arriving), dtype=np.float64)
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
        asked = np.minimum(np.maximum(least, 0.0) * self._demand[:, None], self._room)
        wanted = asked.sum(axis=0)
        for period in np.flatnonzero(wanted).tolist():
            there = self._spare(period)
            share = 1.0 if wanted[period] <= there * (1.0 + EMPTY) else there / wanted[period]
            self.taken[:, period] += asked[:, period] * share
            self._lower(period, wanted[period] * share)

    def fill(self) -> None:
        """Take the rest where it is worth most, and leave what is worth more at the end."""
        for row, period in self._order(self._room > self.taken):
            amount = min(self._room[row, period] - self.taken[row, period], self._spare(period))
            if amount > 0.0:
                self.taken[row, period] += amount
                self._lower(period, amount)

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

    def _order(self, unused: NDArray[np.bool_]) -> list[tuple[int, int]]:
        return filling_order(self._value, self._retention, self._end, unused)

    def _spare(self, period: int) -> float:
        """How much can be taken in a period without any later stock falling below what was taken from it."""
        later = self.left[period:]
        if later[0] == 0.0:
            return 0.0
        faded = self._fading[: len(later)]
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.where(faded > 0.0, later / faded, np.inf).min())

    def _lower(self, period: int, amount: float) -> None:
        """Take an amount out of a period's stock, and what would be left of it out of later ones."""
        self.left[period:] -= amount * self._fading[: len(self.left) - period]
        self.left[self.left <= EMPTY * self._size] = 0.0


def _kept(arriving: Array, retention: float) -> Array:
    """The stock of each period if nothing is converted."""
    stock = arriving.copy()
    for period in range(1, len(stock)):
        stock[period] += retention * stock[period - 1]
    return stock


def filling_order(value: Array, retention: float, end: float, usable: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Drawers and periods, shape (drawers, periods), by worth in units of the first period; none below the end value.

    `value` is that of a unit of demand by drawer, `end` that of one left at the end.
    """
    periods = np.arange(usable.shape[1])
    with np.errstate(divide="ignore"):
        fading = np.log(retention) * periods if retention > 0 else np.zeros(len(periods))
        worth = np.log(np.maximum(value, 0.0))[:, None] + fading
        floor = np.log(end) + (fading[-1] if retention > 0 else 0.0)
    last_only = retention == 0.0
    kept = usable & ((worth >= floor) | (last_only & (periods < len(periods) - 1)))
    places = np.argwhere(kept)
    order = np.argsort(-worth[kept], kind="stable")
    return [(int(row), int(period)) for row, period in places[order]]
