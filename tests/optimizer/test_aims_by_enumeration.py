"""Every aim against every plan on a grid, and against local solvers where there are too many plans."""

import pytest

from tests.optimizer.toys import DOUBLE_ROOT, DRAWS, HILL, LINE, ROOT, TABLE, Wire, line, wire
from tests.oracles import brute
from tests.oracles.recheck import recheck
from tests.oracles.slsqp import best_of_slsqp
from tests.oracles.solve import solve

A = {"tactics": ["a"]}
CARRY = {"family": "geometric", "retention": 0.5, "carry_in": [10]}
LOG = {"family": "log", "coefficient": 60, "scale": 15}


def capped(most, **budget) -> Wire:
    """Two bent curves with an upper limit on the outcome of all."""
    rule = {"rule": "metric_range", "name": "r", "metric": "outcome", "at_most": most}
    return wire({"a": HILL, "b": ROOT}, budget=budget or {"at_most": 100}, rules=[rule])


GOAL = {"name": "g", "metric": "revenue", "at_least": 250, "required": True}
GRID = {
    "outcome at most": capped(200),
    "outcome at most, all spent": capped(200, exactly=100),
    "outcome of one at most": wire(
        {"a": HILL, "b": TABLE},
        budget={"at_most": 100},
        rules=[{"rule": "metric_range", "name": "r", "metric": "outcome", "scope": A, "at_most": 150}],
    ),
    "least spend": wire({"a": HILL, "b": ROOT}, objective={"minimize": "spend"}, goals=[GOAL], budget={"at_most": 100}),
    "least spend for profit": wire(
        {"a": HILL, "b": ROOT},
        objective={"minimize": "spend"},
        goals=[GOAL | {"metric": "profit", "at_least": 120}],
        budget={"at_most": 100},
    ),
    "profit": wire({"a": HILL, "b": ROOT}, objective={"maximize": "profit"}, budget={"at_most": 200}),
    "a marginal target": wire(
        {"a": HILL, "b": ROOT}, objective={"maximize": "revenue", "target_marginal_roi": 1.2}, budget={"at_most": 150}
    ),
    "draws": wire({"a": DRAWS, "b": ROOT}, budget={"at_most": 100}),
    "a convex curve": wire(
        {"a": {"family": "power", "coefficient": 0.05, "exponent": 1.8}, "b": ROOT}, budget={"at_most": 100}
    ),
    "profit within": wire(
        {"a": HILL, "b": ROOT},
        objective={"maximize": "profit"},
        budget={"exactly": 100},
        rules=[{"rule": "metric_range", "name": "r", "metric": "profit", "at_least": 40, "at_most": 146}],
    ),
}


@pytest.mark.usefixtures("unranged")
@pytest.mark.parametrize("name", GRID)
def test_no_plan_on_a_grid_is_better(name):
    """Certified, clean under the exact re-check, its bound beyond every plan there is in steps of 2."""
    scenario = GRID[name]
    plan, (best, spend) = solve(scenario), brute.best(scenario, 2.0)
    assert plan["status"] == "optimal"
    assert recheck(scenario, plan) == []
    sign = -1.0 if "minimize" in scenario["objective"] else 1.0
    allowed = 2e-6 * abs(best) + plan["certificate"]["rounding_cost"] + (0.01 if sign < 0 else 0.0)
    assert sign * best <= sign * plan["bound"] + 1e-9 * abs(best), spend
    assert sign * best <= sign * plan["value"] + allowed


LOCAL = {
    "before saturation": [
        line("a", LOG, adstock=CARRY, seasonality=[1, 0.5, 2]),
        line("b", LINE, spend={"at_most": 9}),
    ],
    "after saturation": [line("a", ROOT, adstock=CARRY | {"after_saturation": True}), line("b", DOUBLE_ROOT)],
    "s-shaped": [
        line("a", HILL, adstock={"family": "delayed", "retention": 0.5, "peak": 1, "length": 3}),
        line("b", ROOT),
    ],
    "draws": [line("a", DRAWS, adstock=CARRY), line("b", ROOT)],
}


@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.parametrize("name", LOCAL)
def test_no_local_optimum_is_better(name, counts):
    """Adstock in three periods, carry-out counted or not: at least the best of several SLSQP starts."""
    scenario = wire(LOCAL[name], periods=["1", "2", "3"], budget={"at_most": 120}, count_carry_out=counts)
    plan, (best, _) = solve(scenario), best_of_slsqp(scenario, 6)
    assert plan["status"] == "optimal"
    assert recheck(scenario, plan) == []
    assert best <= plan["bound"] * (1 + 1e-12)
    assert best <= plan["value"] * (1 + 2e-6) + plan["certificate"]["rounding_cost"]
