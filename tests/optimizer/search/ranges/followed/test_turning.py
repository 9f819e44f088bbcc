"""What makes room where a limit comes."""

import math

import pytest

from tests.optimizer.toys import line, wire
from tests.oracles.solve import solve


def test_spends_that_nothing_decides_make_room_before_a_price_changes():
    """As little as 300 allows, by whom is all the same: the price is 1 until both are full, or nothing is left."""
    curve = {"family": "michaelis_menten", "ceiling": 1000, "half_saturation": 100}
    tactics = [line(name, curve, spend={"at_most": 250}) for name in "abc"]
    rules = [{"rule": "spend_range", "name": "r", "at_least": 300}]
    plan = solve(wire(tactics, objective={"minimize": "spend"}, budget=None, rules=rules, digits=6))
    own = next(each for each in plan["rules"] if each["name"] == "r")
    assert own["price"] == pytest.approx(1.0)
    assert own["price_holds_from"] == pytest.approx(0.0, abs=1.0)
    assert own["price_holds_to"] == pytest.approx(750.0, rel=5e-3)


FLOORS = {"tanh": 2446.33, "power": 2571.59, "michaelis_menten": 3845.38}
SEASONS = {"tanh": [0.93, 1.03, 1.39], "power": [0.79, 1.36, 0.95], "michaelis_menten": [1.2, 0.89, 0.93]}
CURVES = {
    "tanh": {"ceiling": 25830.75, "scale": 7640.78},
    "power": {"coefficient": 336.057, "exponent": 0.67},
    "michaelis_menten": {"ceiling": 43761.31, "half_saturation": 6517.79},
}


def slope(family, spend):
    """∂outcome/∂spend, by hand."""
    if family == "power":
        return 336.057 * 0.67 * spend**-0.33
    if family == "tanh":
        return 25830.75 / 7640.78 / math.cosh(spend / 7640.78) ** 2
    return 43761.31 * 6517.79 / (6517.79 + spend) ** 2


@pytest.mark.parametrize("budget", ["at_most", "exactly"])
def test_a_budget_that_just_pays_the_floors_is_worth_the_best_of_what_it_would_buy(budget):
    """Every spend at its floor, one of them held by nothing else: the steepest curve takes what is added."""
    tactics = [
        line(family, {"family": family} | CURVES[family], seasonality=SEASONS[family], spend={"at_least": floor})
        for family, floor in FLOORS.items()
    ]
    spent = round(3 * sum(FLOORS.values()), 2)
    plan = solve(wire(tactics, periods=["1", "2", "3"], budget={budget: spent}, digits=6))
    price = max(max(SEASONS[family]) * slope(family, floor) for family, floor in FLOORS.items())
    assert plan["budget"]["price"] == pytest.approx(price, rel=1e-5)
    assert plan["budget"]["price_holds_from"] == pytest.approx(spent)
    assert plan["budget"]["price_holds_to"] > spent + 1.0
    assert not any("worked out" in warning for warning in plan["warnings"])


def test_lines_that_nothing_tells_apart_give_way_one_after_the_other():
    """The price of the budget is the line's until it is off in both periods; to 1 %, a little beyond by the curve."""
    curve = {"family": "log", "coefficient": 200, "scale": 100}
    tactics = [line("a", {"family": "linear", "slope": 1}), line("b", curve, seasonality=[1.2, 0.8])]
    document = wire(tactics, periods=["1", "2"], budget={"at_most": 1000}, digits=6)
    left = sum(season * 200 / 1.01 - 100 for season in (1.2, 0.8))  # season · 200/(100 + x) = 1.01
    own = solve(document)["budget"]
    assert own["price"] == pytest.approx(1.0)
    assert (own["price_holds_from"], own["price_holds_to"]) == (pytest.approx(left, rel=2e-3), None)
