"""Prices as they are told: of limits that stand together, of what has no room, without end."""

from __future__ import annotations

import copy

import pytest

from optimizer.answers.price import ENDLESS, LITTLE, SHUT
from tests.optimizer.toys import ROOT, Wire, line, wire
from tests.oracles.solve import solve

CAP = {"rule": "spend_range", "name": "cap", "scope": {"tactics": ["root"]}, "at_most": 0}
NONE = {"rule": "share_range", "name": "cap", "scope": {"tactics": ["root"]}, "at_most": 0}
STRAIGHT = {"family": "linear", "slope": 3}
KEPT_OUT = {
    "a budget of 0": ({"budget": {"at_most": 0}}, {"budget": None}),
    "a cap of 0": ({"rules": [CAP], "budget": {"at_most": 50}}, {"cap": None, "budget": 3.0}),
    "a share of 0": ({"rules": [NONE], "budget": {"at_most": 50}}, {"cap": None, "budget": 3.0}),
}


@pytest.mark.parametrize("digits", [0, 2, 5])
@pytest.mark.parametrize("case", KEPT_OUT)
def test_what_keeps_a_curve_out_that_rises_without_end_has_no_price(case: str, digits: int) -> None:
    """10√x at 0: whatever unit money has, the first of it brings more than any; the budget alone opens nothing."""
    more, prices = KEPT_OUT[case]
    plan = solve(wire({"root": ROOT, "line": STRAIGHT}, digits=digits) | more)
    told = {rule["name"]: rule for rule in plan["rules"]}
    for name, price in prices.items():
        assert told[name]["price"] == (None if price is None else pytest.approx(price))
        assert (told[name]["price_note"] == ENDLESS) == (price is None)


@pytest.mark.parametrize("digits", [0, 4])
@pytest.mark.parametrize("limit", [{"at_least": 100}, {"at_least": 100, "at_most": 100}], ids=len)
def test_a_floor_that_takes_all_of_such_a_budget_costs_without_end(limit: Wire, digits: int) -> None:
    """Lowered by anything, the floor leaves that to the root; so does an exact spend, which cannot be raised."""
    tactics = [line("root", ROOT), line("line", STRAIGHT, spend=limit)]
    plan = solve(wire(tactics, budget={"at_most": 100}, digits=digits))
    told = {rule["name"]: (rule["price"], rule["price_note"]) for rule in plan["rules"]}
    assert told == {"budget": (None, ENDLESS), "spend limit of line": (None, ENDLESS)}
    assert "not worked out" not in " ".join(plan["warnings"])


@pytest.mark.parametrize(
    "more",
    [
        {"rules": [CAP, {"rule": "minimum_if_active", "name": "m", "at_least": 5, "scope": {"tactics": ["line"]}}]},
        {
            "rules": [CAP],
            "objective": {"maximize": "goals"},
            "goals": [{"name": "g", "metric": "revenue", "at_least": 1e4}],
        },
    ],
    ids=["decisions", "goals"],
)
def test_a_cap_without_room_is_not_told_to_be_worth_nothing(more: Wire) -> None:
    """Where what it would bring to loosen it alone is not worked out."""
    plan = solve(wire({"root": {"family": "linear", "slope": 5}, "line": STRAIGHT}, budget={"at_most": 50}) | more)
    cap = next(rule for rule in plan["rules"] if rule["name"] == "cap")
    assert (cap["price"], cap["price_note"], cap["binding"]) == (None, SHUT, True)


def test_a_budget_that_others_keep_unspent_is_worth_nothing() -> None:
    """A share that only spending nothing keeps leaves no room, nor would a little more of it; the budget leaves all."""
    share = {"rule": "share_range", "name": "share", "scope": {"stage": "downstream"}, "at_most": 0.6}
    tactics = [line("a", ROOT, stage="downstream"), line("b", STRAIGHT, stage="downstream")]
    plan = solve(wire(tactics, budget={"at_most": 1000}, rules=[share]))
    told = {rule["name"]: (rule["binding"], rule["price"], rule["price_note"]) for rule in plan["rules"]}
    assert told == {"budget": (False, 0.0, None), "share": (True, 0.0, LITTLE)}


FIVE, FORTY_ROOT = {"family": "linear", "slope": 5}, {"family": "power", "coefficient": 40, "exponent": 0.5}
SHUT_IN_2 = {"rule": "spend_range", "name": "shut", "scope": {"tactics": ["c"]}, "at_most": 0}
CORNERS = {
    "two caps": (
        [line("t", FIVE, spend={"at_most": 10}), line("b", FORTY_ROOT, spend={"at_most": 90})],
        {"at_most": 100, "by_period": {"2": {"at_most": 0}}},
    ),
    "floor and cap": (
        [line("t", STRAIGHT, spend={"at_least": 10}), line("b", FIVE, spend={"at_most": 90})],
        {"at_most": 110, "by_period": {"2": {"at_most": 10}}},
    ),
    "pinned": (
        [line("t", STRAIGHT, spend={"at_least": 10, "at_most": 10}), line("b", FIVE, spend={"at_most": 30})],
        {"at_most": 80},
    ),
}


@pytest.mark.parametrize("case", CORNERS)
def test_a_spend_limit_at_a_corner_is_worth_what_loosening_it_alone_brings(case: str) -> None:
    """Spend limits that add up to the budget, where something is left no room: each is moved, and planned again."""
    tactics, budget = copy.deepcopy(CORNERS[case])
    tactics.append(line("c", STRAIGHT))
    document = wire(tactics, periods=["1", "2"], budget=budget, rules=[SHUT_IN_2], digits=6, solve={"gap": 1e-9})
    plan = solve(document)
    told = {rule["name"]: rule["price"] for rule in plan["rules"]}
    for tactic in tactics[:2]:
        limit = tactic["spend"]
        step = 1e-3 if "at_most" in limit else -1e-3
        tactic["spend"] = {side: amount + step for side, amount in limit.items()}
        gained = (solve(document)["value"] - plan["value"]) / step
        tactic["spend"] = limit
        assert told[f"spend limit of {tactic['name']}"] == pytest.approx(gained, rel=1e-3, abs=1e-4)


def test_a_budget_that_floors_take_is_not_told_to_be_worth_nothing_beside_demand() -> None:
    """In period 2 one's floor is all the budget: what the other would convert there otherwise is not worked out."""
    tactics = [
        line("drawer", FIVE, draws_from="pool", stage="downstream"),
        line("floor", STRAIGHT, spend={"at_least": 10}),
    ]
    pool = {"name": "pool", "initial": 0, "organic": 1000}
    for limit in ({"at_most": 10}, {"exactly": 10}):
        budget = {"at_most": 100, "by_period": {"2": limit}}
        plan = solve(wire(tactics, periods=["1", "2"], budget=budget, demand_pools=[pool], digits=6))
        told = {rule["name"]: (rule["price"], rule["price_note"]) for rule in plan["rules"]}
        assert told["budget of 2"] == told["spend limit of floor"] == (None, SHUT)
