"""Plans for the worst of the draws on a river, held against an explicit linear program with a river a draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.optimize

from optimizer.problem.valuation import Valuer
from tests.optimizer.search.draws.test_tail import GAP, certified, confident
from tests.optimizer.search.draws.test_tail import asked as domain_of
from tests.optimizer.toys import Wire, line, wire
from tests.oracles.solve import solve

DRAWS, PERIODS = 12, 3
CAPS = np.array([60.0, 50.0, 40.0, 30.0])
RATES = np.array([0.1, 2.0, 2.5, 0.8])
BUDGET, INITIAL, ORGANIC, RETENTION, END = 200.0, 40.0, 20.0, 0.7, 0.2
MADE, TAKEN = 2.0, np.array([1.0, 1.5])  # demand that a unit of outcome brings, or takes


def flowing(responses: list[Wire], **more: Any) -> Wire:
    """One tactic makes demand a period later, two convert it, one sells by itself."""
    up, shop, mail, tv = responses
    tactics = [
        line("up", up, stage="upstream", feeds="p", lead=1, demand_per_outcome=MADE),
        line("shop", shop, stage="downstream", draws_from="p"),
        line("mail", mail, stage="downstream", draws_from="p", demand_per_outcome=TAKEN[1]),
        line("tv", tv),
    ]
    for tactic, cap, rate in zip(tactics, CAPS.tolist(), RATES.tolist(), strict=True):
        tactic |= {"spend": {"at_most": cap}, "revenue_per_outcome": rate}
    pool = {"name": "p", "initial": INITIAL, "organic": ORGANIC, "retention": RETENTION, "end_value": END}
    return wire(tactics, periods=["1", "2", "3"], **{"budget": {"at_most": BUDGET}, "demand_pools": [pool]} | more)


def slopes_of(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).lognormal(0.0, 0.6, (4, DRAWS))


def straight(slopes: np.ndarray, **more: Any) -> Wire:
    return flowing([{"family": "linear", "draws": [{"slope": slope} for slope in own]} for own in slopes], **more)


def explicit(slopes: np.ndarray, confidence: float, budget: float = BUDGET) -> float:
    """Rockafellar and Uryasev's program with stock, conversion and what is left written out for every draw.

    Columns: spend x_it; threshold η; shortfall u_k; then by draw the conversion c_kjt and what is left, l_kt.
    """
    spends, width = 4 * PERIODS, 3 * PERIODS
    size = spends + 1 + DRAWS + DRAWS * width
    rows, most = [], []

    def at(draw: int, number: int, period: int) -> int:
        return spends + 1 + DRAWS + draw * width + number * PERIODS + period

    for draw in range(DRAWS):
        short = np.zeros(size)
        short[[spends, spends + 1 + draw]] = 1.0, -1.0
        for tactic in (0, 3):
            short[tactic * PERIODS : (tactic + 1) * PERIODS] = -RATES[tactic] * slopes[tactic, draw]
        for number in (0, 1):
            short[[at(draw, number, period) for period in range(PERIODS)]] = -RATES[number + 1]
        short[at(draw, 2, PERIODS - 1)] = -END
        rows.append(short)
        most.append(0.0)
        for period in range(PERIODS):
            for number in (0, 1):
                row = np.zeros(size)
                row[at(draw, number, period)] = 1.0
                row[(number + 1) * PERIODS + period] = -slopes[number + 1, draw]
                rows.append(row)
                most.append(0.0)
            stock = np.zeros(size)  # converted + left <= retained + made + own
            stock[[at(draw, 0, period), at(draw, 1, period), at(draw, 2, period)]] = *TAKEN, 1.0
            if period > 0:
                stock[at(draw, 2, period - 1)] = -RETENTION
                stock[period - 1] = -MADE * slopes[0, draw]
            rows.append(stock)
            most.append(ORGANIC + (INITIAL if period == 0 else 0.0))
    total = np.zeros(size)
    total[:spends] = 1.0
    cost = np.zeros(size)
    cost[spends] = -1.0
    cost[spends + 1 : spends + 1 + DRAWS] = 1.0 / ((1.0 - confidence) * DRAWS)
    rest = [(0.0, None)] * (size - spends - 1)
    found = scipy.optimize.linprog(
        cost,
        A_ub=np.vstack([*rows, total]),
        b_ub=[*most, budget],
        bounds=[*((0.0, cap) for cap in np.repeat(CAPS, PERIODS)), (None, None), *rest],
    )
    assert found.status == 0
    return float(-found.fun)


@pytest.mark.usefixtures("unranged")
@pytest.mark.usefixtures("both_ways")
@pytest.mark.parametrize(("seed", "confidence"), [(1, 0.3), (2, 0.75), (3, 0.75), (4, 0.95)])
def test_straight_curves_agree_with_the_explicit_program(seed, confidence):
    """At 0.3 the tail holds 8.4 draws, at 0.95 less than one: the worst of all."""
    slopes = slopes_of(seed)
    plan, best = confident(straight(slopes, digits=6), confidence), explicit(slopes, confidence)
    certified(plan, best)
    assert plan.bound <= best * (1 + 2 * GAP)


POWERS = [
    {"family": "power", "draws": [{"coefficient": 8 * slope, "exponent": 0.6} for slope in own]} for own in slopes_of(1)
]


@pytest.mark.deep
def test_prices_are_derivatives_of_the_tail():
    """Of the budget, and of demand that comes by itself in the second period."""

    def told(**more):
        return confident(flowing(POWERS, digits=6, **more), 0.5, gap=3e-5)

    plan, pool = told(), flowing(POWERS)["demand_pools"][0]
    below, above = (told(budget={"at_most": BUDGET + step}) for step in (-8, 8))
    assert plan.budget is not None
    assert plan.budget.price == pytest.approx((above.value - below.value) / 16, rel=0.01)
    scarce, ample = (told(demand_pools=[pool | {"organic": [20, 20 + step, 20]}]) for step in (-8, 8))
    price = next(each.price for each in plan.demand if each.period == "2")
    assert price == pytest.approx((ample.value - scarce.value) / 16, rel=0.03)


@pytest.mark.usefixtures("both_ways")
def test_nothing_is_worth_more_than_the_bound():
    """Random spends within the limits, S-shaped curves: the gap is told."""
    hills = [
        {
            "family": "hill",
            "draws": [{"ceiling": 90 * slope, "half_saturation": 20.0, "shape": 2.0} for slope in own[:5]],
        }
        for own in slopes_of(2)
    ]
    document = flowing(hills)
    plan = confident(document, 0.6, time_limit=1)
    assert plan.gap == pytest.approx((plan.bound - plan.value) / plan.value)
    rng = np.random.default_rng(0)
    problem = domain_of(document, 0.6)
    for _ in range(300):
        spend = rng.dirichlet(np.ones(13), size=1)[0][:12].reshape(4, 3) * BUDGET
        spend = np.minimum(spend, CAPS[:, None])
        assert Valuer(problem).value(spend).value <= plan.bound


@pytest.mark.usefixtures("both_ways")
def test_a_required_goal_that_nothing_reaches_is_a_conflict():
    goal = {"name": "g", "metric": "revenue", "at_least": 1e6, "required": True}
    plan = confident(straight(slopes_of(1), goals=[goal]), 0.9)
    assert plan.status == "conflict"


def test_one_draw_is_the_plan_without_confidence():
    document = straight(slopes_of(1)[:, :1])
    assert confident(document, 0.9).value == pytest.approx(confident(document, None).value, rel=2e-5)


def test_what_is_on_or_off_stays_so():
    """Points with other decisions are not mixed; what is told keeps every rule."""
    rule = {"rule": "minimum_if_active", "name": "all in", "at_least": 25}
    plan = confident(straight(slopes_of(2), rules=[rule]), 0.5, time_limit=3)
    spends = np.array([cell.spend for cell in plan.allocations])
    assert ((spends == 0.0) | (spends >= 25.0)).all()
    assert plan.value <= plan.bound


def test_a_plan_that_may_not_convert_all_that_it_could_is_found():
    """20 go to shop, of which the mean draw makes 40 where 30 may be: 80 of tv and the 20 of the worse draw."""
    shop = {"family": "linear", "draws": [{"slope": 1}, {"slope": 3}]}
    straight_line = {"family": "linear", "slope": 1}
    tactics = [
        line("shop", shop, stage="downstream", draws_from="p", spend={"at_least": 20}),
        line("tv", straight_line),
        line("up", straight_line, stage="upstream", feeds="p", revenue_per_outcome=0),
    ]
    cap = {"rule": "metric_range", "name": "r", "scope": {"tactics": ["shop"]}, "metric": "outcome", "at_most": 30}
    plan = solve(
        wire(
            tactics,
            objective={"maximize": "revenue", "confidence": 0.5},
            budget={"exactly": 100},
            rules=[cap],
            demand_pools=[{"name": "p", "initial": 50, "organic": 0, "retention": 0}],
        )
    )
    assert (plan["status"], plan["value"]) == ("optimal", pytest.approx(100))
