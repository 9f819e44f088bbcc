"""How far a spend need be followed where nothing limits it.

Minimise spend: no plan that beats one found spends more in all than that one does.
Maximise what spend costs something: each tactic's worth lies below A_i + β·spend for every β; with β below the charge κ
on a unit of spend, a plan worth at least P spends no more than (Σ A_i − P) / (κ − β).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

from optimizer.curves import Envelope
from optimizer.errors import ScenarioError
from optimizer.formulation.model import Model, build
from optimizer.formulation.spend import reach
from optimizer.problem.river import River
from optimizer.problem.rules.rate_card import best_rate
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer
from optimizer.units import LARGEST

Array = NDArray[np.float64]
POOL_SHARES = (0.0, 0.5, 1.0)  # of the best that a unit of demand earns, tried as its price
SHARES = (0.1, 0.3, 0.5, 0.8, 0.95, 0.99, 0.999)  # of the charge, tried as β


def is_open(scenario: Scenario) -> bool:
    """Whether some spend has no limit of its own and no budget above it."""
    return bool(np.isinf(reach(scenario, np.inf)).any())


def is_charged(scenario: Scenario) -> bool:
    """Whether a unit of spend costs the objective something by itself."""
    return charge_of(scenario) > 0.0


def charge_of(scenario: Scenario) -> float:
    """What a unit of spend costs the objective by itself [objective per money]."""
    return scenario.objective.target_marginal_roi + (1.0 if scenario.objective.aim == "profit" else 0.0)


def first_ceiling(scenario: Scenario) -> float:
    """A spend per cell [money] to look within first: what the curves' own scales suggest."""
    scales, least = (float(own.sum()) * len(scenario.periods) for own in (scenario.scales, scenario.own_limits[0]))
    return max(10.0 * scales, 10.0 * least, 1e-6)


def worth_at_most(scenario: Scenario, value: float, most: Array | None = None) -> float:
    """A spend [money] that no plan worth `value` or more exceeds; raises when spend pays for itself without end.

    `most` is what each cell can spend by the rows, where that is known; shape (tactics, periods) [money].
    """
    charge = charge_of(scenario)
    model = build(scenario, reach(scenario, LARGEST) if most is None else most)
    cells = model.cells
    buys = best_rate(scenario)
    pull = np.concatenate(
        [np.full(len(part[0]), _weight(scenario, row) * buys[row]) for row, part in enumerate(cells.effects)]
    )
    envelope = Envelope.above(cells.curves, cells.low, cells.high)
    best, dearest = np.inf, np.zeros(len(pull))
    for (worth, known), share in product(_worths(model), SHARES):
        price = share * charge / pull
        with np.errstate(divide="ignore", invalid="ignore"):
            peak = envelope.peak(np.where(worth > 0, price / worth, 1e300))[1]
        above = np.where(worth > 0, worth * (peak - cells.zero) + price * cells.low, 0.0)
        spend = (float(above.sum()) + known - value) / (charge * (1.0 - share))
        if spend < best:
            best, dearest = spend, above
    if best >= LARGEST:
        raise _endless(scenario, cells.first, dearest)
    return max(best, 0.0)


def _worths(model: Model) -> Iterator[tuple[Array, float]]:
    """What a unit of each response can earn at most [objective per outcome], shape (cells,), and what needs no spend.

    For any price of demand, not below what it is worth at the end: what a tactic that draws earns beyond the price, and
    what one that feeds brings at the price (Lagrangian relaxation of the pools).
    """
    scenario, cells = model.scenario, model.cells
    worth = -model.cost[cells.responses] * model.worth / np.where(cells.most > 0, cells.most, 1.0)
    if not scenario.demand_pools:
        yield worth, 0.0
        return
    valuer, river = Valuer(scenario), River(scenario)
    earned = scenario.rates(scenario.objective.aim)[1]
    idle = np.where(river.draws >= 0, earned, 0.0) @ (valuer.idle - valuer.baseline).sum(axis=1)
    supply = river.arrivals(valuer.idle).sum(axis=1)
    for share in POOL_SHARES:
        prices = _demand_prices(river, earned, share)
        each = np.where(river.draws >= 0, np.maximum(earned - river.demand * prices[river.draws], 0.0), 0.0)
        each += np.where(river.feeds >= 0, river.demand * prices[river.feeds], 0.0)
        more = [each[row] * effect.sum(axis=0) for row, effect in enumerate(cells.effects)]
        yield worth + np.concatenate(more), float(idle + prices @ supply)


def _demand_prices(river: River, earned: Array, share: float) -> Array:
    """A price for each pool: a share of the most that a unit converted earns, or its end value where that is more."""
    best = [(earned / river.demand)[river.draws == pool].max(initial=0.0) for pool in range(len(river.pools))]
    ends = [pool.end_value for pool in river.pools]
    prices: Array = np.maximum(share * np.array(best), np.array(ends))
    return prices


def _weight(scenario: Scenario, row: int) -> float:
    carry = scenario.tactics[row].carry_over
    if carry.after_saturation or carry.adstock.family == "none":
        return 1.0
    return float(carry.adstock.spread(max(len(scenario.periods), 1) + 1000).sum())


def _endless(scenario: Scenario, first: NDArray[np.intp], above: Array) -> ScenarioError:
    """At the tactic whose worth stands farthest above what its spend is charged."""
    position = int(np.searchsorted(first, int(np.argmax(above)), side="right")) - 1
    return ScenarioError(
        "unbounded",
        f"tactics[{position}].response",
        f"{scenario.tactics[position].name} pays for itself at any spend, and nothing limits the spend",
        "give it a spend limit, or state a budget",
    )
