"""Prices where pieces of tables are a few units of money wide: those that a budget of one unit more and less tells."""

from optimizer.questions.frontier import FrontierQuestion, frontier
from optimizer.search.prices.reading import narrowest
from tests.optimizer.toys import domain, line, wire
from tests.oracles.solve import solve

COARSE = {
    "a": {"family": "tabulated", "points": [[0, 0], [2, 9e6], [3, 12e6], [9, 15e6]]},
    "b": {"family": "tabulated", "points": [[0, 0], [1, 4e6], [4, 10e6]]},
}
BUDGETS = range(1, 13)


def coarse(budget):
    """Two tables of whole units, in whole units of money; neither is flat within the budgets."""
    return wire(COARSE, budget={"at_most": budget}, digits=0)


def between(price, budget, values):
    """Slopes are falling, so that no price may be beyond either difference; on a piece both are one."""
    less, more = values[budget] - values[budget - 1], values[budget + 1] - values[budget]
    return more * (1.0 - 1e-9) <= price <= less * (1.0 + 1e-9)


def test_prices_are_between_what_one_unit_less_cost_and_one_more_brings():
    """And hold as far as the piece goes on which there is room."""
    plans = [solve(coarse(budget)) for budget in BUDGETS]
    values = [0.0, *(plan["value"] for plan in plans)]
    wrong = [own for own in BUDGETS[:-1] if not between(plans[own - 1]["budget"]["price"], own, values)]
    assert wrong == []
    told = plans[7]["budget"]
    assert (told["price_holds_from"], told["price_holds_to"]) == (7.0, 13.0)


def test_so_are_those_of_the_points_of_a_frontier():
    """What a little more budget brings there."""
    found = frontier(FrontierQuestion(scenario=domain(coarse(1)), amounts=tuple(map(float, BUDGETS)))).points
    values = [0.0, *(point.value for point in found)]
    assert [own for own in BUDGETS[:-1] if not between(found[own - 1].marginal, own, values)] == []


def test_the_narrowest_piece_is_told_in_money():
    """One that is before the first point counts, and what a table's input is scaled by."""
    late = line("a", {"family": "tabulated", "points": [[0.5, 0], [2, 9], [3, 12]]})
    assert narrowest(domain(wire([late, line("b", COARSE["b"])], budget={"at_most": 1}))) == 0.5
    assert narrowest(domain(wire([line("b", COARSE["b"])], budget={"at_most": 1}))) == 1.0


def test_each_table_has_its_own_scale():
    """A hundredth of money of a wide table's, beside a narrow one's whole: never one's pieces at the other's."""
    wide = {"family": "tabulated", "points": [[0, 0], [500, 9], [1000, 12]], "input_scale": 0.01}
    assert narrowest(domain(wire({"a": wide, "b": COARSE["b"]}, budget={"at_most": 1}))) == 1.0
