"""Demand and its conversion: against a linear program, by hand, and by differences."""

import random

import numpy as np
import pytest

from optimizer.problem.river import River
from optimizer.problem.valuation import Valuer
from tests.effort import seeds
from tests.optimizer.toys import LINE, domain, line, valued, wire
from tests.oracles.river import best_conversion


def basin(seed):
    """A scenario with one or two pools, and responses and worth for it: all that conversion depends on."""
    dice = random.Random(seed)
    count, names = dice.choice([1, 2, 4, 7]), ["north", "south"][: dice.choice([1, 2])]
    kept = [0.0, 0.3, 0.8] + ([1.0] if count > 1 else [])
    pools = [
        {
            "name": name,
            "initial": dice.choice([0, 30]),
            "organic": [dice.choice([0, 5, 20]) + 1 for _ in range(count)],
            "retention": dice.choice(kept),
            "end_value": dice.choice([0, 0, 0.5, 3]),
        }
        for name in names
    ]
    tactics = []
    for place in range(dice.randint(2, 5)):
        river = (
            {"stage": "upstream", "feeds": dice.choice(names), "lead": dice.choice([0, 1, 3])}
            if place % 2
            else {"stage": "downstream", "draws_from": names[(place // 2) % len(names)]}
        )
        tactics.append(
            river
            | {"name": f"t{place}", "demand_per_outcome": dice.choice([0.5, 1, 2])}
            | {"response": {"family": "linear", "slope": 1}}
        )
    drawn = {tactic.get("draws_from") for tactic in tactics}
    scenario = {
        "name": "basin",
        "currency": "EUR",
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 1},
        "tactics": [tactic for tactic in tactics if tactic.get("feeds", names[0]) in drawn],
        "demand_pools": [pool for pool in pools if pool["name"] in drawn],
    }
    if count > 1:
        scenario["periods"] = [str(period) for period in range(count)]
    size = (len(scenario["tactics"]), count)
    response = np.array([[dice.choice([0.0, 4.0, 9.0, 25.0]) for _ in range(count)] for _ in range(size[0])])
    worth = np.array([dice.choice([0.0, 1.0, 2.0, 2.5]) for _ in range(size[0])])
    return scenario, response, worth


def gained(scenario, river, response, worth):
    """The worth of a filled flow, what is left at the end included."""
    flow = river.run(response, worth)
    ends = np.array([pool.get("end_value", 0.0) for pool in scenario["demand_pools"]])
    return float(worth @ flow.converted.sum(axis=1) + ends @ flow.left[:, -1])


@pytest.mark.parametrize("seed", seeds(20, 60))
def test_what_is_converted_is_worth_most(seed):
    """No linear program converts better than taking what is worth most first."""
    scenario, response, worth = basin(seed)
    best = best_conversion(scenario, response, worth)[0]
    assert gained(scenario, River(domain(scenario)), response, worth) == pytest.approx(best, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", seeds(10, 30))
def test_a_flow_keeps_demand_and_response(seed):
    """No stock below what is converted, no conversion above the response; stocks follow their definition."""
    scenario, response, worth = basin(seed)
    river = River(domain(scenario))
    flow = river.run(response, worth, response * 0.4)
    arriving = river.arrivals(response)
    assert (flow.converted <= response + 1e-12).all()
    for row, pool in enumerate(river.pools):
        taken = river.demand[river.draws == row] @ flow.converted[river.draws == row]
        np.testing.assert_allclose(flow.stock[row] - taken, flow.left[row], atol=1e-9)
        np.testing.assert_allclose(
            flow.stock[row, 1:], pool.retention * flow.left[row, :-1] + arriving[row, 1:], atol=1e-9
        )
    assert (flow.left >= 0).all()


@pytest.mark.parametrize("seed", seeds(4, 40))
def test_prices_are_what_a_little_more_or_less_demand_changes(seed):
    """By differences of the linear program, in every pool and period."""
    scenario, response, worth = basin(seed)
    river = River(domain(scenario))
    prices = river.prices(response, worth, river.run(response, worth))
    before, step = best_conversion(scenario, response, worth)[0], 1e-4
    for row, pool in enumerate(scenario["demand_pools"]):
        for period in range(len(pool["organic"])):
            for sign, told in ((1, prices.more), (-1, prices.less)):
                pool["organic"][period] += sign * step
                moved = best_conversion(scenario, response, worth)[0] - before
                pool["organic"][period] -= sign * step
                assert told[row, period] == pytest.approx(sign * moved / step, abs=1e-5)


def test_demand_waits_for_who_earns_more():
    """100 in stock, half of it stays: the tactic of period 2 earns 5 for what that of period 1 would earn 2."""
    scenario = {
        "name": "wait",
        "currency": "EUR",
        "periods": ["1", "2"],
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 1},
        "tactics": [
            {"name": name, "stage": "downstream", "draws_from": "p", "revenue_per_outcome": worth}
            | {"response": {"family": "linear", "slope": 1}}
            for name, worth in (("soon", 2), ("late", 5))
        ],
        "demand_pools": [{"name": "p", "initial": 100, "retention": 0.5}],
    }
    response = np.array([[100.0, 0.0], [0.0, 30.0]])
    flow = River(domain(scenario)).run(response, np.array([2.0, 5.0]))
    # 30 of period 2 are 60 of period 1 (worth 2.5 each, against 2); the other 40 are converted at once
    assert flow.converted.tolist() == [[40.0, 0.0], [0.0, 30.0]]
    assert flow.stock.tolist() == [[100.0, 30.0]]


def test_demand_that_is_worth_something_at_the_end_is_left_by_what_earns_nothing():
    """Nothing that draws earns anything: all 40 are left, worth 0.5 each, however much could be converted."""
    drawer = line("a", LINE, draws_from="p", revenue_per_outcome=0.0) | {"stage": "downstream"}
    pool = {"name": "p", "initial": 40, "end_value": 0.5}
    plan = valued(domain(wire([drawer], budget={"at_most": 10}, demand_pools=[pool])), 10.0)
    assert plan.value == 20.0


def test_the_derivative_of_revenue_counts_the_demand_that_is_brought_and_taken():
    """A tactic that feeds earns by the one that draws; where demand limits, more drawing alone earns nothing."""
    scenario = {
        "name": "marginal",
        "currency": "EUR",
        "periods": ["1", "2"],
        "objective": {"maximize": "revenue"},
        "budget": {"at_most": 1000},
        "tactics": [
            {"name": "tv", "stage": "upstream", "feeds": "p", "lead": 1, "revenue_per_outcome": 0}
            | {"response": {"family": "linear", "slope": 2}},
            {"name": "search", "stage": "downstream", "draws_from": "p", "response": {"family": "linear", "slope": 4}},
        ],
        "demand_pools": [{"name": "p", "initial": 100, "organic": 10, "retention": 0.5}],
    }
    valuer = Valuer(domain(scenario))
    spend = np.array([[20.0, 0.0], [5.0, 100.0]])  # demand is left in period 1 and runs out in period 2
    marginal = valuer.marginal(spend, np.ones((2, 3)) * np.array([[0.0], [1.0]]))
    assert marginal.tolist() == [[2.0, 0.0], [4.0 * (1.0 - 0.5), 0.0]]
    step = 1e-6
    for cell in np.ndindex(2, 2):
        moved = spend.copy()
        moved[cell] += step
        change = (valuer.value(moved).value - valuer.value(spend).value) / step
        assert marginal[cell] == pytest.approx(change, abs=1e-6)
