"""What one more unit of money brings in each cell of what a search found, and what the limits charge for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.goals import rates_of_goals
from optimizer.answers.margins import WHOLE, Margins, beyond
from optimizer.answers.report import worth_of_spend
from optimizer.formulation.model import Model
from optimizer.problem.draws import weighted_tactic
from optimizer.problem.scenario import Scenario
from optimizer.problem.side import SIDES, Side
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.search.draws.river_tail import worth_by_credit
from optimizer.search.goals.attainment import Attained
from optimizer.search.money.money import Minor
from optimizer.search.prices.duals import Prices
from optimizer.search.prices.spend_prices import SpendPrices
from optimizer.search.search import Found

Array = NDArray[np.float64]
ROUNDED = 1e-12  # of what a cell brings and is charged, below which what is left is the rounding of doubles


def margins_of(
    found: Found, whole: Valuation, valuer: Valuer, prices: Prices, unit: float, attained: Attained | None = None
) -> Margins:
    """What one more unit of money would bring in each cell, and what the limits charge for it."""
    charges, scenario = prices.charges, found.model.scenario
    if charges is None:
        worth = _worth(found, whole, valuer, whole.spend, prices, np.zeros((len(whole.spend), 1)), attained)
        return Margins(worth=worth, charges={})
    tactics, periods = whole.spend.shape
    paid = np.zeros((tactics, periods + 1))
    paid[:, :-1] = charges.paid
    worth = _worth(found, whole, valuer, beyond(scenario, whole.spend, unit), prices, paid, attained)
    known = Margins(worth=worth + charges.converted, charges=charges.by_limit)
    idle, rising = charges.idle(known.surplus)
    return Margins(
        worth=known.worth,
        charges=known.charges,
        idle=idle,
        rising=rising,
        decided=charges.decided,
        feeding={name: fed & _priced(found.model, prices.demand) for name, fed in charges.feeding.items()},
    )


def _priced(model: Model, demand: Array | None) -> NDArray[np.bool_]:
    """The tactics that feed a pool whose demand is worth something, shape (tactics, 1)."""
    assert demand is not None
    assert model.currents is not None
    feeds = model.currents.river.feeds
    priced: NDArray[np.bool_] = (feeds >= 0)[:, None] & (demand != 0.0).any(axis=1, keepdims=True)[feeds]
    return priced


def _worth(
    found: Found,
    whole: Valuation,
    valuer: Valuer,
    spend: Array,
    prices: Prices,
    paid: Array,
    attained: Attained | None,
) -> Array:
    """∂objective/∂spend by cell, where outcome earns what it is `paid` by limits beside what it is worth."""
    scenario, demand = found.model.scenario, prices.demand
    if demand is not None and not scenario.objective.maximizes:
        demand = -demand
    if found.credit is not None:
        earned = worth_of_spend(valuer, spend, paid, np.zeros(len(spend)), demand)
        return worth_by_credit(found, whole) + earned
    weighted = valuer if found.weights is None else Valuer(_weighted(scenario, found.weights))
    per_spend, per_outcome = _rates(whole, attained)
    return worth_of_spend(weighted, spend, per_outcome.reshape(len(spend), -1) + paid, per_spend, demand)


def _weighted(scenario: Scenario, weights: Array) -> Scenario:
    """The scenario whose draws count as in the prices."""
    return replace(scenario, tactics=tuple(weighted_tactic(tactic, weights) for tactic in scenario.tactics))


def _rates(valuation: Valuation, attained: Attained | None) -> tuple[Array, Array]:
    """What the objective gains from a unit of spend and of outcome; of goals, that of the level that is priced."""
    scenario, aim = valuation.scenario, valuation.scenario.objective
    if attained is not None:
        outcome, spend = rates_of_goals(valuation, attained.pressing)
        return spend, outcome
    per_spend, per_outcome = scenario.rates(aim.aim)
    per_spend = per_spend - aim.target_marginal_roi
    return (per_spend if aim.maximizes else -per_spend), per_outcome


def spend_limit_prices(scenario: Scenario, valuation: Valuation, margins: Margins, minor: Minor) -> SpendPrices:
    """∂objective/∂limit of the spend limits that bind, tactic by tactic: what their cells gain from one more unit."""
    sign = 1.0 if scenario.objective.maximizes else -1.0
    least, most = scenario.own_limits
    full = valuation.spend > most - WHOLE * minor.unit
    empty = (valuation.spend < least + WHOLE * minor.unit) & (least > 0)
    least_told = ROUNDED * (np.abs(margins.worth) + sum(map(np.abs, margins.charges.values()), np.zeros(1)))
    gain = np.where(full & (margins.gain > least_told), margins.gain, 0.0)
    loss = np.where(empty & (margins.surplus < -least_told), margins.surplus, 0.0)
    pinned = (least > 0.0) & (least == most)
    pulls: dict[Side, Array] = {
        "at_least": np.where(pinned, 0.0, loss),
        "at_most": np.where(pinned, 0.0, gain),
        "exactly": np.where(pinned, gain + loss, 0.0),
    }
    prices = sign * np.array([pulls[side] for side in SIDES]).sum(axis=-1).T
    tactics, sides = np.nonzero(np.isfinite(prices) & (prices != 0.0))
    return SpendPrices(tactics, sides, prices[tactics, sides])
