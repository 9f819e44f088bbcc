"""Plans with demand pools: by hand, against linear programs that share no code, and against every plan of a grid."""

import copy
import itertools
import json
import random
from pathlib import Path

import numpy as np
import pytest

from app.schemas.scenario import read_scenario
from optimizer.answers.evaluation import Spend, evaluate
from optimizer.optimize import optimize
from optimizer.problem.valuation import Valuer
from tests.effort import seeds
from tests.optimizer.toys import LINE, domain, line, wire
from tests.oracles.recheck import recheck
from tests.oracles.river import linear_optimum
from tests.oracles.solve import solve, spend_by_tactic

UP = {"feeds": "p", "revenue_per_outcome": 0}
DOWN = {"stage": "downstream", "draws_from": "p"}

ROOT = Path(__file__).resolve().parents[2]


def slope(own):
    """A straight line."""
    return {"family": "linear", "slope": own}


def two(budget, pool, periods=1, up=None, down=None, **more):
    """tv makes 2 of demand for each unit of money, search converts 4."""
    tactics = [line("tv", slope(2)) | UP | (up or {}), line("search", slope(4)) | DOWN | (down or {})]
    named = {"periods": [str(period) for period in range(1, periods + 1)]} if periods > 1 else {}
    return wire(tactics, budget={"at_most": budget}, demand_pools=[{"name": "p"} | pool], **named) | more


def test_money_is_split_so_that_demand_and_conversion_meet():
    """2·tv = 4·search and tv + search = 300: tv 200, search 100, 400 converted; 4/3 for each further unit."""
    plan = solve(two(300, {"retention": 0.5}))
    assert spend_by_tactic(plan) == {"tv": 200, "search": 100}
    assert plan["value"] == pytest.approx(400)
    assert plan["budget"]["price"] == pytest.approx(4 / 3)
    (row,) = plan["demand"]
    assert (row["stock"], row["converted"], row["lost"]) == (400, 400, 0)
    assert row["price"] == pytest.approx(1 - 1 / 3)  # one more unit saves half a unit of money for tv, of 4/3 each
    tv = next(line for line in plan["tactics"] if line["tactic"] == "tv")
    assert (tv["revenue"], tv["demand"]) == (0, 400)
    assert tv["earned_through_pool"] == pytest.approx(400 * 2 / 3)


def test_demand_that_is_there_is_converted_before_any_is_made():
    """100 in stock and 20 of money: search converts 80 of it, and 20 fade by half before nothing comes of them."""
    plan = solve(two(20, {"initial": 100, "retention": 0.5}, periods=2))
    assert plan["value"] == pytest.approx(80)
    assert plan["budget"]["price"] == pytest.approx(4)
    first, second = plan["demand"]
    assert first["stock"] == 100
    assert first["converted"] + second["converted"] == pytest.approx(80)
    assert first["lost"] == pytest.approx(0.5 * first["left"])
    assert [row["price"] for row in plan["demand"]] == [0, 0]


def test_a_lead_that_passes_the_end_makes_nothing():
    """Demand of the last period would arrive after it: tv spends in period 1 only, and search in 2."""
    plan = solve(two(300, {"retention": 0.5}, periods=2, up={"lead": 1}))
    spends = {(line["tactic"], line["period"]): line["spend"] for line in plan["allocations"]}
    assert spends == {("tv", "1"): 200, ("tv", "2"): 0, ("search", "1"): 0, ("search", "2"): 100}


def test_demand_left_at_the_end_keeps_brand_building_alive():
    """One unit of money makes 2 of demand worth 0.9 each at the end: better than the 4/3 that converting brings."""
    plan = solve(two(300, {"retention": 0.5, "end_value": 0.9}))
    # converting a unit gains 0.1 for 1/4 of money: 0.4 a unit of money, less than the 1.8 of making demand
    assert spend_by_tactic(plan) == {"tv": 300, "search": 0}
    assert plan["value"] == pytest.approx(540)
    assert plan["totals"]["revenue"] == 0
    assert plan["totals"]["end_value"] == pytest.approx(540)


def test_two_pools_do_not_mix():
    """Demand of the north is nothing to the south."""
    tactics = [
        line("tv", slope(10)) | UP | {"feeds": "north"},
        line("search", slope(5)) | DOWN | {"draws_from": "south"},
        line("shop", slope(1)) | DOWN | {"draws_from": "north"},
    ]
    pools = [{"name": "south", "organic": 50}, {"name": "north"}]
    plan = solve(wire(tactics, budget={"at_most": 120}, demand_pools=pools))
    # search: 10 of money for 50; the rest in 1 : 10 between tv and shop, as 10·tv = shop
    assert spend_by_tactic(plan) == {"tv": 10, "search": 10, "shop": 100}
    assert plan["value"] == pytest.approx(150)


def test_a_limit_on_what_is_converted_is_kept():
    """No more is converted than a rule allows, although there is demand and response."""
    rule = {
        "rule": "metric_range",
        "name": "stock",
        "metric": "outcome",
        "scope": {"tactics": ["search"]},
        "at_most": 60,
    }
    plan = solve(two(100, {"initial": 100}, rules=[rule]))
    assert plan["value"] == pytest.approx(60)


def test_a_required_goal_counts_what_is_converted():
    """Revenue of 200 at the least spend: 50 for search, and 75 for the 150 of demand that are missing."""
    goal = {"name": "FY", "metric": "revenue", "at_least": 200, "required": True}
    document = two(300, {"initial": 50}, goals=[goal]) | {"objective": {"minimize": "spend"}}
    del document["budget"]
    plan = solve(document)
    assert spend_by_tactic(plan) == {"tv": 75, "search": 50}
    assert plan["goals"][0]["price"] == pytest.approx(1 / 4 + 1 / 2)


def test_profit_without_a_budget_ends_where_money_no_longer_pays():
    """tv has a ceiling of demand: search follows it as long as a unit converted earns more than it costs."""
    up = {"response": {"family": "exponential", "ceiling": 100, "scale": 10}}
    document = two(300, {}, up=up) | {"objective": {"maximize": "profit"}}
    del document["budget"]
    plan = solve(document)
    # 100·(1 − e^(−x/10)) of demand earn 3/4 each: 7.5·e^(−x/10) = 1 at the end
    assert plan["value"] == pytest.approx(75 * (1 - 1 / 7.5) - 10 * np.log(7.5), rel=1e-6)
    assert spend_by_tactic(plan)["tv"] == pytest.approx(10 * np.log(7.5), rel=1e-2)
    assert plan["status"] == "optimal"


def test_an_evaluation_converts_as_the_plan_does():
    """The plan's own allocation is worth what the plan says."""
    document = two(300, {"initial": 40, "organic": 5, "retention": 0.7}, periods=3, up={"lead": 1})
    plan = solve(document)
    spends = [Spend(**{key: line[key] for key in ("tactic", "period", "spend")}) for line in plan["allocations"]]
    told = evaluate(domain(document), spends)
    assert told.value == pytest.approx(plan["value"], rel=1e-9)
    assert [row.stock for row in told.demand] == pytest.approx([row["stock"] for row in plan["demand"]])


def linear(seed):
    """A random river of straight lines."""
    dice = random.Random(seed)
    count, names = dice.choice([1, 2, 3, 6]), ["north", "south"][: dice.choice([1, 2])]
    tactics = []
    for place in range(dice.randint(1, 3)):
        for own in (
            {"stage": "upstream", "feeds": names[place % len(names)], "lead": dice.choice([0, 1, 2])}
            | {"revenue_per_outcome": dice.choice([0, 0.5])},
            {"stage": "downstream", "draws_from": names[place % len(names)]}
            | {"revenue_per_outcome": dice.uniform(0.5, 2)},
        ):
            tactic = line(f"t{len(tactics)}", slope(dice.uniform(1, 5)), demand_per_outcome=dice.choice([0.5, 1, 2]))
            tactic |= own | ({"spend": {"at_most": dice.uniform(20, 100)}} if dice.random() < 0.5 else {})
            if dice.random() < 0.4 and count > 1:
                tactic["adstock"] = {"family": "geometric", "retention": 0.5}
            if dice.random() < 0.3:
                tactic["seasonality"] = [dice.choice([0.5, 1, 1.5]) for _ in range(count)]
            tactics.append(tactic)
    used = {tactic.get("feeds") for tactic in tactics}
    kept = [0, 0.5, 0.8] + ([1.0] if count > 1 else [])
    pools = [
        {"name": name, "initial": dice.choice([10, 100]), "organic": [dice.randint(0, 30) for _ in range(count)]}
        | {"retention": dice.choice(kept), "end_value": dice.choice([0, 0, 0.3])}
        for name in names
        if name in used
    ]
    named = {"periods": [str(period) for period in range(count)]} if count > 1 else {}
    aim = {"maximize": dice.choice(["revenue", "profit"])}
    budget = {"at_most": dice.choice([100, 300])}
    return wire(tactics, demand_pools=pools, budget=budget, objective=aim, digits=6, **named)


@pytest.mark.parametrize("seed", seeds(3, 25))
def test_straight_lines_agree_with_another_linear_program(seed):
    """scipy's, written in the oracle from the definition of the river."""
    document = linear(seed)
    plan = solve(document)
    assert plan["status"] == "optimal"
    assert plan["value"] == pytest.approx(linear_optimum(document), rel=3e-6)
    assert recheck(document, plan) == []


PRICED = seeds(8, 150)
STEP = 1e-4


@pytest.mark.parametrize("seed", PRICED)
def test_prices_of_demand_and_money_are_what_another_program_gains_by_a_little_more(seed):
    """In every period of every pool; and more money goes where its next unit brings the budget's price. (law S1)"""
    document = linear(seed)
    plan, value = solve(document), linear_optimum(document)
    for row in plan["demand"]:
        more = copy.deepcopy(document)
        [pool] = [pool for pool in more["demand_pools"] if pool["name"] == row["pool"]]
        pool["organic"][document.get("periods", ["all"]).index(row["period"])] += STEP
        gain = (linear_optimum(more) - value) / STEP
        if row["price_holds_to"] is not None and row["price_holds_from"] == row["price_holds_to"]:
            assert any(f"demand of {row['pool']}" in warning for warning in plan["warnings"])
            continue  # it holds for not a unit more: work on its range ended before, and the plan says so
        assert row["price"] == pytest.approx(gain, rel=1e-4, abs=1e-4), row
    richer = {"budget": {"at_most": document["budget"]["at_most"] + STEP}}
    price = plan["budget"]["price"]
    assert price == pytest.approx((linear_optimum(document | richer) - value) / STEP, rel=1e-4, abs=1e-4)
    free = [use["gain"] for use in plan["next_best"] if use["limited_by"] == ["budget"]]
    assert free == pytest.approx([price] * len(free), rel=1e-3)
    assert bool(free) == (price > 1e-3)


@pytest.mark.parametrize("seed", seeds(2, 6))
def test_an_s_shaped_curve_before_a_pool_is_certified(seed):
    """No plan of a grid is better than the bound, and the plan is as good as the best of them."""
    dice = random.Random(seed)
    curve = {"family": "hill", "ceiling": dice.uniform(100, 300), "half_saturation": dice.uniform(20, 60), "shape": 3}
    up = {"response": curve, "lead": dice.choice([0, 1])}
    pool = {"initial": dice.choice([0, 40]), "organic": dice.choice([1, 10]), "retention": dice.choice([0.2, 0.9])}
    document = two(dice.choice([40, 100]), pool, periods=2, up=up, rules=[]) | {"solve": {"gap": 1e-5}}
    plan = solve(document)
    valuer, most = Valuer(domain(document)), document["budget"]["at_most"]
    steps = np.linspace(0, most, 11)
    grid = [
        valuer.value(np.array(spend).reshape(2, 2)).value
        for spend in itertools.product(steps, repeat=4)
        if sum(spend) <= most + 1e-9
    ]
    assert plan["status"] == "optimal"
    assert max(grid) <= plan["bound"] * (1 + 1e-9)
    assert plan["value"] >= max(grid) * (1 - 1e-5)


def test_tactics_without_a_pool_are_as_they_were():
    """A pool beside them changes nothing."""
    apart = [line("a", LINE, spend={"at_most": 10})]
    with_pool = two(50, {"initial": 0.001}, up={"spend": {"at_most": 0}})
    alone = solve(wire(apart, budget={"at_most": 50}))
    together = solve(with_pool | {"tactics": [*apart, *with_pool["tactics"]]})
    assert together["value"] == pytest.approx(alone["value"] + 0.001)


def test_a_plan_converts_demand_where_it_is_worth_most() -> None:
    """Its spend, valued again, brings no more than it says: what the relaxation converts does not bind it."""
    launch = json.loads((ROOT / "examples" / "launch.json").read_bytes())
    scenario = read_scenario(json.dumps(launch | {"solve": {"gap": 0.05}}).encode())
    plan = optimize(scenario)
    spends = [Spend(tactic=cell.tactic, period=cell.period, spend=cell.spend) for cell in plan.allocations]
    assert plan.value is not None
    assert evaluate(scenario, spends).value <= plan.value * (1.0 + 1e-9)
