"""Demand pools: what they state, and what is refused."""

import pytest

from app.schemas.scenario import scenario_to_wire
from optimizer.errors import ScenarioError
from tests.optimizer.toys import LINE, domain, line, wire


def pooled(pool, *, up=True, down=True, **more):
    """A scenario with one pool, fed and drained or not."""
    document = wire({}, budget={"at_most": 100}) | {"demand_pools": [{"name": "p"} | pool]} | more
    document["tactics"] = [
        line("up", LINE, stage="upstream", **({"feeds": "p"} if up else {})),
        line("down", LINE, stage="downstream", **({"draws_from": "p"} if down else {})),
    ]
    return document


@pytest.mark.parametrize(
    ("organic", "inflow"),
    [(3, [3, 3]), ([3, 4], [3, 4]), ({"cycle": [2], "growth": 0.5}, [2, 3]), ({"cycle": [1, 5]}, [1, 5])],
)
def test_organic_demand_is_one_number_one_each_or_a_pattern(organic, inflow):
    """As it is stated on the wire, and back."""
    stated = domain(pooled({"organic": organic}, periods=["1", "2"]))
    assert stated.demand_pools[0].inflow(2).tolist() == inflow
    assert scenario_to_wire(stated)["demand_pools"][0]["organic"] == organic


@pytest.mark.parametrize(
    ("pool", "links", "code"),
    [
        ({}, {"up": False, "down": False}, "unused_pool"),
        ({"initial": 5}, {"up": True, "down": False}, "unused_pool"),
        ({}, {"up": False, "down": True}, "unused_pool"),
        ({"retention": 1}, {}, "endless_retention"),
        ({"organic": [1, 2]}, {}, "wrong_length"),
    ],
)
def test_a_pool_that_cannot_be_meant_is_refused(pool, links, code):
    """By code, at its place, with a remedy."""
    with pytest.raises(ScenarioError) as caught:
        domain(pooled(pool, **links))
    assert (caught.value.code, caught.value.path.split(".")[0]) == (code, "demand_pools[0]")
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("pool", "links"),
    [
        ({"end_value": 1}, {"up": True, "down": False}),
        ({"organic": 5}, {"up": False, "down": True}),
        ({"retention": 1}, {"periods": ["1", "2"]}),
    ],
)
def test_a_pool_that_can_be_meant_is_taken(pool, links):
    """Demand that is only kept for its end value, that only comes by itself, or that never fades in named periods."""
    assert domain(pooled(pool, **links)).demand_pools[0].name == "p"
