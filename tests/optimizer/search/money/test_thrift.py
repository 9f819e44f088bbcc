"""Money that brings nothing is left, and reported with what stops it."""

import pytest

from tests.optimizer.toys import line, wire
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

FLAT = {"family": "tabulated", "points": [[0, 0], [60, 160]]}


def straight(name, slope, **more):
    return line(name, {"family": "linear", "slope": slope}, **more)


def river(initial, **more):
    """tv makes two units of demand for a unit of money, search converts one."""
    tv = straight("tv", 2, feeds="p", revenue_per_outcome=0)
    search = straight("search", 1, stage="downstream", draws_from="p", spend={"at_most": 30})
    pool = {"name": "p", "initial": initial}
    return wire([tv, search], demand_pools=[pool], **{"budget": {"at_most": 100}} | more)


def floored(**limits):
    document = river(1000)
    document["tactics"][0]["spend"] = limits
    return document


EXCLUSIVE = {"rule": "exclusive", "name": "one", "scope": {}}
TV = {"tactics": ["tv"]}
CASES = {
    "demand that is there already": (river(1000), {"tv": 0, "search": 30}, ["spend limit of search"]),
    "demand that nobody could convert": (river(10), {"tv": 10, "search": 30}, ["spend limit of search"]),
    "a curve that is flat beyond its points": (
        wire(
            [straight("a", 5, spend={"at_most": 20}), line("b", FLAT)], budget={"at_most": 100}, rules=[EXCLUSIVE]
        ),
        {"a": 0, "b": 60},
        ["one"],
    ),
    "its own floor is kept": (floored(at_least=7), {"tv": 7, "search": 30}, ["spend limit of search"]),
    "a floor of a rule is kept": (
        river(1000, rules=[{"rule": "spend_range", "name": "r", "scope": TV, "at_least": 12.5}]),
        {"tv": 12.5, "search": 30},
        ["spend limit of search"],
    ),
    "what has to be spent is spent": (river(1000, budget={"exactly": 100}), {"tv": 70, "search": 30}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_no_more_is_spent_than_brings_something(name):
    """The spend by tactic, and why budget is left."""
    document, spends, because = CASES[name]
    plan = solve(document)
    assert plan["status"] == "optimal"
    assert {own["tactic"]: own["spend"] for own in plan["tactics"]} == spends
    assert plan["unspent_because"] == because
    assert recheck(document, plan) == []
