"""The laws of docs/conventions.md that no other test states; each test cites its own."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from app.schemas.scenario import read_scenario
from optimizer.answers.evaluation import Spend, evaluate
from optimizer.answers.plan import Plan
from optimizer.optimize import optimize
from optimizer.units import exact

Wire = dict[str, Any]
A, B = {"tactics": ["a"]}, {"tactics": ["b"]}
TABLE = {"family": "tabulated", "points": [[0, 0], [10, 40], [20, 60]]}


def stated(**more: Any) -> Wire:
    """Two square roots that share 500."""
    roots = {"a": 10, "b": 20}
    tactics = [
        {"name": name, "stage": "upstream", "response": {"family": "power", "coefficient": size, "exponent": 0.5}}
        for name, size in roots.items()
    ]
    usual: Wire = {"name": "roots", "currency": "EUR", "objective": {"maximize": "revenue"}, "digits": 2}
    return usual | {"budget": {"at_most": 500}, "tactics": tactics} | more


def solved(**more: Any) -> Plan:
    """The plan of the stated scenario."""
    return optimize(read_scenario(json.dumps(stated(**more)).encode()))


def worth(document: Wire, *spends: tuple[str, str, float]) -> Any:
    """The given spends valued on the document's curves."""
    given = [Spend(tactic=tactic, period=period, spend=spend) for tactic, period, spend in spends]
    return evaluate(read_scenario(json.dumps(document).encode()), given)


def test_a_spend_limit_is_per_period_and_a_range_over_its_scope() -> None:
    """12 in two periods keeps a spend limit of 10 and breaks a range of 10 by 2. (law U1)"""
    rule = {"rule": "spend_range", "name": "both", "scope": A, "at_most": 10}
    document = stated(periods=["1", "2"], rules=[rule])
    document["tactics"][0]["spend"] = {"at_most": 10}
    found = worth(document, ("a", "1", 6.0), ("a", "2", 6.0))
    assert [(broken.name, broken.amount) for broken in found.violations] == [("both", 2.0)]


@pytest.mark.parametrize(("spend", "outcome"), [(5.0, 20.0), (15.0, 50.0), (20.0, 60.0), (90.0, 60.0)])
def test_a_table_is_linear_between_its_points(spend: float, outcome: float) -> None:
    """And flat after the last. (law U4)"""
    document = stated()
    document["tactics"][0]["response"] = TABLE
    assert worth(document, ("a", "all", spend)).totals.outcome == pytest.approx(outcome, rel=1e-15)


LIMITS = {
    "budget": {},
    "floor": {"rules": [{"rule": "spend_range", "name": "floor", "scope": A, "at_least": 200}]},
    "share": {"rules": [{"rule": "share_range", "name": "share", "scope": A, "at_least": 0.4}]},
    "reach": {"rules": [{"rule": "metric_range", "name": "reach", "metric": "outcome", "scope": B, "at_most": 300}]},
    "deal": {"rules": [{"rule": "commitment", "name": "deal", "scope": A, "amount": 250}]},
    "return": {"rules": [{"rule": "efficiency", "name": "return", "scope": A, "at_least": 1.25}]},
    "balance": {
        "rules": [
            {"rule": "linear", "name": "balance", "at_most": 100,
             "terms": [{"scope": B, "coefficient": 1}, {"scope": A, "coefficient": -1}]}
        ]
    },
    "FY": {
        "objective": {"minimize": "spend"},
        "budget": None,
        "goals": [{"name": "FY", "metric": "revenue", "at_least": 1000, "required": True}],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", LIMITS)
def test_a_price_is_the_derivative_of_the_objective(name: str) -> None:
    """By the difference of two plans, whichever way the objective goes. (law S1)"""
    document = {key: value for key, value in (stated() | LIMITS[name]).items() if value is not None} | {"digits": 6}
    price = priced(optimize(read_scenario(json.dumps(document).encode())), name)
    step = {"share": 1e-3, "return": 1e-3}.get(name, 0.5)
    lower, higher = (moved(json.loads(json.dumps(document)), name, sign * step) for sign in (-1, 1))
    values = [optimize(read_scenario(json.dumps(each).encode())).value for each in (lower, higher)]
    assert price == pytest.approx((values[1] - values[0]) / (2 * step), rel=1e-3)
    assert abs(price) > 1e-3


def priced(plan: Plan, name: str) -> float:
    """The price of a limit by name, wherever the plan tells it."""
    [price] = [item.price for item in (*plan.rules, *plan.goals) if item.name == name]
    assert price is not None
    return price


def moved(document: Wire, name: str, step: float) -> Wire:
    """The document with one limit moved."""
    named = [item for item in (*document.get("rules", []), *document.get("goals", [])) if item["name"] == name]
    holder = named[0] if named else document["budget"]
    side = next(side for side in ("at_least", "at_most", "amount") if side in holder)
    holder[side] += step
    return document


def test_the_bound_is_on_the_far_side() -> None:
    """Above what is made large, below what is made small. (law S2)"""
    goal = {"name": "FY", "metric": "revenue", "at_least": 400, "required": True}
    large, small = solved(), solved(objective={"minimize": "spend"}, goals=[goal])
    for plan, first, second in ((large, large.value, large.bound), (small, small.bound, small.value)):
        assert plan.value is not None
        assert plan.bound is not None
        assert first <= second
        assert plan.gap == pytest.approx(abs(plan.bound - plan.value) / abs(plan.value))


def test_what_is_absent_is_none() -> None:
    """No budget has no price and leaves nothing over; nothing spent has no roi; a root's slope at 0 is no number.
    (law A1)"""
    free = worth(stated(), ("b", "all", 0.0))
    assert free.totals.roi is None
    assert {cell.marginal_revenue for cell in free.allocations} == {None}
    document = stated(objective={"maximize": "profit"})
    del document["budget"]
    plan = optimize(read_scenario(json.dumps(document).encode()))
    assert plan.budget is None
    assert plan.totals is not None
    assert plan.totals.unspent is None


def test_allocations_add_up_exactly() -> None:
    """A third of 100.01 is no number of cents; the sum of the allocations is 100.01 all the same. (law R1)"""
    document = stated(budget={"exactly": 100.01})
    document["tactics"] = [document["tactics"][0] | {"name": name} for name in "abc"]
    plan = optimize(read_scenario(json.dumps(document).encode()))
    cents = [exact(cell.spend) * 100 for cell in plan.allocations]
    assert sum(cents) == Fraction(10001)
    assert {part.denominator for part in cents} == {1}


def test_limits_on_money_are_decimals() -> None:
    """0.1 + 0.2 keeps a budget of 0.3, to the last digit; a cent more does not. (law R2)"""
    document = stated(budget={"at_most": 0.3})
    assert worth(document, ("a", "all", 0.1), ("b", "all", 0.2)).feasible
    assert not worth(document, ("a", "all", 0.1), ("b", "all", 0.21)).feasible


def test_limits_on_outcome_are_kept_to_a_billionth() -> None:
    """Less than 1e-9 of a goal may be missing, not more. (law R3)"""
    for missing, feasible in ((0.5e-9, True), (2e-9, False)):
        goal = {"name": "g", "metric": "revenue", "at_least": 100 * (1 + missing), "required": True}
        assert worth(stated(goals=[goal]), ("a", "all", 100.0)).feasible is feasible


def test_the_certificate_is_that_of_the_allocations() -> None:
    """Valuing the plan's own spends gives its value and its outcome again, without any solve. (law P2)"""
    plan = solved(rules=LIMITS["floor"]["rules"])
    again = worth(
        stated(rules=LIMITS["floor"]["rules"]), *((cell.tactic, cell.period, cell.spend) for cell in plan.allocations)
    )
    assert plan.certificate is not None
    assert (again.value, again.totals, again.feasible) == (plan.certificate.value, plan.totals, True)
    assert plan.certificate.largest_violation == 0.0
