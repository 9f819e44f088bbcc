"""Prices where rules pin a plan on the convex part of a curve: those of the true slopes, by differences."""

import pytest

from optimizer.questions.frontier import FrontierQuestion, frontier
from tests.effort import seeds
from tests.optimizer.search.ranges.test_ranges import check, stopped_after
from tests.optimizer.toys import domain, line, wire
from tests.optimizer.unranged import unranged
from tests.oracles.solve import solve

HILL = {"family": "hill", "ceiling": 60, "half_saturation": 25, "shape": 2}
CHANGE = {"rule": "change_limit", "name": "c", "share": 0.5}
SHARE = {"rule": "share_range", "name": "c", "scope": {"periods": ["2"]}, "at_most": 0.55}
BUDGETS = seeds([20], [35])


def pinned(rule, budget):
    """One S-shaped tactic in two periods: as many binding rows as spends."""
    tactic = line("tv", HILL, spend={"at_most": 40}, seasonality=[1, 1.5])
    more = {"periods": ["1", "2"], "rules": [rule], "digits": 7, "solve": {"gap": 1e-9}}
    return wire([tactic], budget={"at_most": budget}, **more)


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("rule", [CHANGE, SHARE], ids=lambda rule: rule["rule"])
def test_the_price_of_money_is_what_a_little_more_brings(rule, budget):
    """Not the slope of a chord that proved the bound."""
    told = solve(pinned(rule, budget))["budget"]["price"]
    step = 0.01
    with unranged():
        more, less = (solve(pinned(rule, budget + sign * step))["value"] for sign in (1, -1))
    assert told == pytest.approx((more - less) / (2 * step), rel=1e-3)


def test_by_hand():
    """14 and 21: of one more unit of money 0.4 goes to the first period and 0.6 to the second."""
    plan = solve(pinned(CHANGE, 35))
    first, second = (cell["marginal_revenue"] for cell in plan["allocations"])
    assert plan["budget"]["price"] == pytest.approx(0.4 * first + 0.6 * second, rel=1e-6)


def turned(rule, budget):
    """With a limit on turnover that does not bind, whose columns say by how much each spend is below today's."""
    document = pinned(rule, budget)
    document["tactics"][0]["current_spend"] = 17
    document["rules"].append({"rule": "turnover_limit", "name": "turnover", "amount": 1000})
    return document


def pursued(rule, budget):
    """As far towards a goal out of reach as there is money for."""
    goal = {"name": "far", "metric": "revenue", "at_least": 500, "priority": 1}
    return pinned(rule, budget) | {"objective": {"maximize": "goals"}, "goals": [goal]}


def drained(rule, budget):
    """All that is made of demand sells in the next period: one tactic makes it, another is paid for as it sells."""
    document = pinned(rule, budget)
    document["tactics"][0] |= {"stage": "upstream", "feeds": "pool", "lead": 1, "revenue_per_outcome": 0.1}
    rest = {"family": "linear", "slope": 50}
    document["tactics"].append(line("shop", rest, stage="downstream", draws_from="pool", revenue_per_outcome=1))
    document["periods"] = ["1", "2", "3"]
    document["tactics"][0]["seasonality"] = [1, 1.5, 1]
    document["demand_pools"] = [{"name": "pool", "organic": 5, "retention": 0.8}]
    return document


@pytest.mark.parametrize("budget", BUDGETS)
@pytest.mark.parametrize("more", [turned, pursued, drained])
def test_so_it_is_beside_columns_that_are_no_spend(more, budget):
    """What turnover is measured by, attainment, demand: linear all of them, whatever the curves."""
    told = solve(more(SHARE, budget))["budget"]["price"]
    step = 0.01
    with unranged():
        above, below = (solve(more(SHARE, budget + sign * step)) for sign in (1, -1))
    assert told == pytest.approx((above["value"] - below["value"]) / (2 * step), rel=1e-3)


QUICK = ((pinned, CHANGE), (pinned, SHARE), (turned, CHANGE), (pursued, SHARE), (drained, SHARE))
PINNED = [
    pytest.param(more, rule, budget, marks=() if budget == 20 and (more, rule) in QUICK else pytest.mark.deep)
    for more in (pinned, turned, pursued, drained)
    for rule in (CHANGE, SHARE)
    for budget in (20, 35)
    if (more, rule, budget) != (drained, CHANGE, 35)  # below 34.6 another plan, far away, is better
]


@pytest.mark.parametrize(("more", "rule", "budget"), PINNED)
def test_it_holds_to_its_ends_and_not_beyond(more, rule, budget):
    """Slopes rise where curves are convex: the price of money rises with money. (law S4)"""

    def case():
        document = more(rule, budget)
        return document, document["budget"], ["at_most"], "budget"

    check(case)


def test_a_table_between_its_points_has_its_own_slope():
    """In hardly any time, where two tables stand between their points, one below its chord: its price."""
    steep = {"family": "tabulated", "points": [[0, 0], [107, 398.41], [177, 633.65], [247, 749.46]]}
    bent = {"family": "tabulated", "points": [[0, 0], [66, 113.2], [166, 520.97]]}
    document = wire(
        {"a": steep, "b": bent},
        periods=["1", "2"],
        budget={"at_most": 324},
        digits=6,
        rules=[
            {"rule": "share_range", "name": "share", "scope": {"tactics": ["a"]}, "at_most": 0.47},
            {"rule": "spend_range", "name": "range", "scope": {"tactics": ["b"]}, "at_least": 61},
        ],
        solve={"gap": 1e-9},
    )
    plan = stopped_after(document, 18)
    assert sorted(round(cell.spend, 2) for cell in plan.allocations) == [5.72, 45.28, 107.0, 166.0]
    assert plan.budget.price == pytest.approx(0.47 * 398.41 / 107 + 0.53 * 113.2 / 66)


def test_points_of_a_frontier_on_the_convex_part_have_the_slopes_of_their_curves():
    """Choices settle such points beside their limit, where the dual is 0: every next unit seemed to bring nothing."""
    tv = {"family": "hill", "ceiling": 400_000, "half_saturation": 120_000, "shape": 1.6}
    document = wire({"tv": tv}, budget={"at_most": 1})
    points = frontier(FrontierQuestion(scenario=domain(document), amounts=(10_000.0, 25_000.0, 100_000.0))).points
    plans = [solve(document | {"budget": {"at_most": point.amount}}) for point in points]
    assert [point.marginal for point in points] == pytest.approx([plan["budget"]["price"] for plan in plans], rel=1e-3)
