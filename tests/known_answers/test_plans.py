"""Every known answer is what the optimizer plans: certified optimal, and clean under the exact re-check."""

import pytest

from tests.effort import seeds
from tests.known_answers import meridian, paid_search, pymc, robyn, syntex, textbook
from tests.oracles import global_solver, separable
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve, spend_by_tactic

MODULES = (robyn, meridian, paid_search, syntex, pymc, textbook)
CASES = [case for module in MODULES for case in module.cases()]


@pytest.mark.parametrize(
    "case", seeds([case for case in CASES if case.name != "pymc, free, weekly"], CASES), ids=lambda case: case.name
)
def test_the_plan_is_the_known_answer(case):
    """Optimum, spend, prices; nothing that the exact re-check complains of."""
    plan = solve(case.scenario)
    assert plan["status"] == "optimal"
    assert recheck(case.scenario, plan) == []
    assert plan["totals"][case.field] == pytest.approx(case.optimum, rel=case.tolerance)
    whole = plan["totals"]["spend"]
    near = {name: pytest.approx(own, rel=case.spend_tolerance, abs=1e-3 * whole) for name, own in case.spend.items()}
    assert spend_by_tactic(plan) == (near or spend_by_tactic(plan))


PRICED = [case for case in CASES if case.budget_price is not None or case.goal_prices]


@pytest.mark.parametrize("case", PRICED, ids=lambda case: case.name)
def test_the_prices_are_the_books_shadow_prices(case):
    """What a little more budget, or a little more of a goal, is worth."""
    plan = solve(case.scenario)
    if case.budget_price is not None:
        assert plan["budget"]["price"] == pytest.approx(case.budget_price, rel=1e-6)
    prices = {goal["name"]: goal["price"] for goal in plan["goals"]}
    for name, price in case.goal_prices.items():
        assert prices[name] == pytest.approx(price, rel=1e-6)


@pytest.mark.parametrize("share", seeds([0.6, 1.5], [1.0]))
def test_syntex_with_a_limited_sales_force(share):
    """Nobody published this one: the independent solver's bound and value hold the plan between them."""
    scenario = syntex.constrained(share * syntex.current_representatives())
    plan, known = solve(scenario), global_solver.solve(separable.of(scenario))
    assert plan["status"] == "optimal"
    assert recheck(scenario, plan) == []
    assert known.value * (1 - 2e-6) <= plan["value"] <= known.bound * (1 + 1e-9)
    assert plan["bound"] >= known.value * (1 - 1e-9)
