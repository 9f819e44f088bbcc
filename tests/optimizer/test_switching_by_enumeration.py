"""Toys with on/off rules against every plan there is on a grid, in one period and in several."""

from functools import cache

import pytest

from tests.optimizer.toys import HILL, LINE, ROOT, TABLE, line, wire
from tests.oracles import brute
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

A, B, C, AB = ({"tactics": list(names)} for names in ("a", "b", "c", "ab"))
EARLY = {"periods": ["1", "2"]}
STEEP = {"family": "s_logistic", "ceiling": 300, "steepness": 0.2, "midpoint": 30}

ONE = {
    "at most one": [{"rule": "active_count", "name": "r", "at_most": 1}],
    "two at the least, each with some money": [{"rule": "active_count", "name": "r", "at_least": 2, "minimum": 25}],
    "all three, with no least amount": [{"rule": "active_count", "name": "r", "at_least": 3}],
    "none of two": [{"rule": "active_count", "name": "r", "scope": AB, "at_most": 0}],
    "not without the other": [{"rule": "requires", "name": "r", "scope": A, "needs": C, "minimum": 40}],
    "not without any other": [{"rule": "requires", "name": "r", "scope": AB, "needs": C}],
    "one or two": [{"rule": "exclusive", "name": "r", "at_most": 2}],
    "this or those": [{"rule": "exclusive", "name": "r", "groups": [A, {"tactics": ["b", "c"]}]}],
    "two rules on one switch": [
        {"rule": "exclusive", "name": "r", "scope": AB},
        {"rule": "minimum_if_active", "name": "m", "scope": A, "at_least": 60},
        {"rule": "requires", "name": "s", "scope": C, "needs": A},
    ],
    "just two": [{"rule": "active_count", "name": "r", "at_least": 2, "at_most": 2, "minimum": 12.5}],
}
SEVERAL = {
    "one a period": [{"rule": "active_count", "name": "r", "at_least": 1, "at_most": 1}],
    "one over all": [{"rule": "active_count", "name": "r", "at_most": 1, "over_all": True}],
    "both over all": [{"rule": "active_count", "name": "r", "at_least": 2, "over_all": True, "minimum": 40}],
    "once at the most": [{"rule": "active_periods", "name": "r", "at_most": 1}],
    "on twice, with some money": [{"rule": "active_periods", "name": "r", "scope": A, "at_least": 2, "minimum": 40}],
    "two in a row": [{"rule": "active_periods", "name": "r", "min_run": 2, "minimum": 20}],
    "two in a row, and no more": [{"rule": "active_periods", "name": "r", "min_run": 2, "at_most": 2}],
    "two in a row, one of them before": [{"rule": "active_periods", "name": "r", "min_run": 2, "running": 1}],
    "three in a row, long begun": [{"rule": "active_periods", "name": "r", "min_run": 3, "running": 5, "minimum": 30}],
    "not in the last": [{"rule": "active_periods", "name": "r", "blackout": ["3"]}],
    "two in a row around a silence": [{"rule": "active_periods", "name": "r", "min_run": 2, "blackout": ["2"]}],
    "not without the other": [{"rule": "requires", "name": "r", "scope": A, "needs": B, "minimum": 30}],
    "not without some of the other": [
        {"rule": "requires", "name": "r", "scope": A, "needs": B, "minimum": 50, "over_all": True}
    ],
    "not without the other early on": [{"rule": "requires", "name": "r", "scope": B, "needs": A | EARLY}],
    "by turns": [{"rule": "exclusive", "name": "r"}],
    "one for all": [{"rule": "exclusive", "name": "r", "over_all": True}],
    "early a or late b": [
        {"rule": "exclusive", "name": "r", "groups": [A | EARLY, B | {"periods": ["3"]}], "over_all": True}
    ],
    "one in the first two": [{"rule": "active_count", "name": "r", "at_most": 1, "scope": EARLY}],
}


def one(rules):
    """One period, three tactics: an S-shape, a root and a line."""
    return wire({"a": HILL, "b": ROOT, "c": LINE}, budget={"at_most": 100}, rules=rules)


def several(rules):
    """Three periods, two S-shaped tactics, one of them with seasons."""
    limit = {"spend": {"at_most": 60}}
    tactics = [line("a", HILL, seasonality=[1, 0.6, 1.2], **limit), line("b", STEEP, **limit)]
    return wire(tactics, periods=["1", "2", "3"], budget={"at_most": 150}, rules=rules)


def carried(rules):
    """Two periods, a tactic whose spend lives on, and a table."""
    tactics = [line("a", HILL, adstock={"family": "geometric", "retention": 0.5, "carry_in": [20]}), line("b", TABLE)]
    return wire(tactics, periods=["1", "2"], budget={"at_most": 100}, rules=rules)


TOO_SHORT = {"rule": "active_periods", "name": "r", "min_run": 2, "at_least": 1, "at_most": 1, "blackout": ["3"]}
CARRIED = ("one a period", "two in a row", "not without some of the other")
CONFLICTS = {
    "more than there are": (one([{"rule": "active_count", "name": "r", "at_least": 4}]), ["r"]),
    "two counts": (
        one(
            [
                {"rule": "active_count", "name": "few", "at_most": 1},
                {"rule": "active_count", "name": "many", "scope": AB, "at_least": 2},
                {"rule": "active_count", "name": "idle", "at_most": 2},
            ]
        ),
        ["few", "many"],
    ),
    "a run too long for its count": (
        several([TOO_SHORT]),
        ["r"],
    ),
    "a floor in a blackout": (
        several(
            [
                {"rule": "active_periods", "name": "silent", "scope": A, "blackout": ["1", "2", "3"]},
                {"rule": "spend_range", "name": "some", "scope": A, "at_least": 5},
            ]
        ),
        ["silent", "some"],
    ),
    "each needs what excludes it": (
        one(
            [
                {"rule": "requires", "name": "needs", "scope": A, "needs": B},
                {"rule": "exclusive", "name": "either", "scope": AB},
                {"rule": "active_count", "name": "on", "scope": A, "at_least": 1},
                {"rule": "exclusive", "name": "idle", "scope": {"tactics": ["b", "c"]}},
            ]
        ),
        ["either", "needs", "on"],
    ),
    "three of forty": (one([{"rule": "active_count", "name": "r", "at_least": 3, "minimum": 40}]), ["budget", "r"]),
}

TOYS = {
    **{f"{name}, one period": (one, rules, 2.5) for name, rules in ONE.items()},
    **{f"{name}, several periods": (several, rules, 15.0) for name, rules in SEVERAL.items()},
    **{f"{name}, carried over": (carried, SEVERAL[name], 20.0) for name in CARRIED},
}


@pytest.mark.usefixtures("unranged")
@pytest.mark.parametrize("name", TOYS)
def test_no_plan_on_the_grid_is_better(name):
    """The plan keeps its rules exactly, is certified, and beats every plan on the grid; its bound, too. (law P1)"""
    toy, rules, step = TOYS[name]
    scenario = toy(rules)
    plan = solve(scenario)
    best, spend = brute.best(scenario, step)
    assert plan["status"] == "optimal"
    assert recheck(scenario, plan) == []
    assert best <= plan["bound"] * (1 + 1e-12), f"the bound cuts off {spend}"
    assert best <= plan["value"] * (1 + 2e-6) + plan["certificate"]["rounding_cost"], f"{spend} is better"
    assert plan["value"] <= unruled(toy)["bound"] * (1 + 1e-12), "a rule helps"


@pytest.mark.parametrize("name", CONFLICTS)
def test_a_contradiction_is_a_conflict_that_names_the_rule(name):
    """Never bad input; what lies idle beside it is left out."""
    scenario, named = CONFLICTS[name]
    plan = solve(scenario)
    assert plan["status"] == "conflict"
    assert sorted(plan["conflict"]["conflicting"]) == named


def test_a_cent_is_enough_though_billions_are_at_stake():
    """A switch whose least amount the solver cannot see against its limit is on all the same."""
    flat = {"family": "linear", "slope": 0.0001}
    rules = [{"rule": "active_count", "name": "r", "at_least": 2}]
    scenario = wire({"a": LINE, "b": flat}, budget={"at_most": 5e9}, rules=rules)
    plan = solve(scenario)
    assert recheck(scenario, plan) == []
    assert [cell["spend"] for cell in plan["allocations"]] == [4999999999.99, 0.01]


@pytest.mark.parametrize("minimum", [33.34, 66.67, 99.99])
def test_what_is_needed_together_is_kept_to_the_cent(minimum):
    """Rounding sees the sum, though decisions stand in its row."""
    rules = [{"rule": "requires", "name": "r", "scope": A, "needs": {"tactics": ["b", "c"]}, "minimum": minimum}]
    tactics = {"a": LINE | {"slope": 30}, "b": ROOT, "c": ROOT | {"coefficient": 7}}
    scenario = wire(tactics, budget={"at_most": 100}, rules=rules)
    plan = solve(scenario)
    assert recheck(scenario, plan) == []
    assert plan["allocations"][0]["spend"] == pytest.approx(100 - minimum, abs=0.011)


@cache
def unruled(toy):
    """The plan of a toy without rules, which is worth no less. (law F2)"""
    return solve(toy([]))
