"""Prices where pieces of tables are a few units of money wide: those that a budget of one unit more and less tells."""

import pytest

from optimizer.questions.frontier import FrontierQuestion, frontier
from optimizer.search.prices.reading import narrowest
from tests.optimizer.toys import domain, line, wire
from tests.oracles.solve import solve

COARSE = {
    "a": {"family": "tabulated", "points": [[0, 0], [2, 9e6], [3, 12e6], [9, 15e6]]},
    "b": {"family": "tabulated", "points": [[0, 0], [1, 4e6], [4, 10e6]]},
}
BUDGETS = range(1, 12)


def coarse(budget):
    """Two tables of whole units, in whole units of money; neither is flat within the budgets."""
    return wire(COARSE, budget={"at_most": budget}, digits=0)


def test_prices_are_between_what_one_unit_less_cost_and_one_more_brings():
    """Slopes are falling, so that no price may be beyond either; on a piece both are one."""
    values = [0.0, *(solve(coarse(budget))["value"] for budget in range(1, 13))]
    for budget in BUDGETS:
        price = solve(coarse(budget))["budget"]["price"]
        less, more = values[budget] - values[budget - 1], values[budget + 1] - values[budget]
        assert more * (1.0 - 1e-9) <= price <= less * (1.0 + 1e-9), budget
    plan = solve(coarse(8))
    assert (plan["budget"]["price_holds_from"], plan["budget"]["price_holds_to"]) == (7.0, 13.0)


def test_points_of_a_frontier_have_the_same_prices():
    """What a little more budget brings there."""
    found = frontier(FrontierQuestion(scenario=domain(coarse(1)), amounts=tuple(map(float, BUDGETS))))
    prices = [solve(coarse(budget))["budget"]["price"] for budget in BUDGETS]
    assert [point.marginal for point in found.points] == pytest.approx(prices, rel=1e-9)


def test_the_narrowest_piece_is_told_in_money():
    """One that is before the first point counts, and what a table's input is scaled by."""
    late = line("a", {"family": "tabulated", "points": [[0.5, 0], [2, 9], [3, 12]]})
    assert narrowest(domain(wire([late, line("b", COARSE["b"])], budget={"at_most": 1}))) == 0.5
    assert narrowest(domain(wire([line("b", COARSE["b"])], budget={"at_most": 1}))) == 1.0
