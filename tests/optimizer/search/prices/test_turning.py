"""What makes room where a limit comes."""

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
