"""The least change, against scipy's linear and mixed-integer programs and against every plan on a grid."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from optimizer.answers.certificate import largest_violation
from optimizer.optimize import optimize
from optimizer.problem.canonical import canonical_order
from optimizer.problem.scenario import Scenario, SolveSettings
from optimizer.problem.valuation import Valuer
from optimizer.search.deadline import Deadline
from optimizer.search.money.least_change import LeastChange, Method, least_change
from tests.optimizer.toys import Wire, domain, line, wire

SEEDS = range(3)
Array = np.ndarray


def nearest(scenario: Scenario, reference: Array, method: Method, seconds: float = 10.0) -> LeastChange:
    """The least change from a reference, starting from the cheapest plan."""
    ordered = canonical_order(scenario)
    plan = optimize(replace(ordered, solve=SolveSettings(gap=0.05)))
    assert plan.totals is not None
    known = np.array([cell.spend for cell in plan.allocations]).reshape(reference.shape)
    return least_change(ordered, reference, known, method, Deadline.after(seconds, time.monotonic))


def linear(seed: int) -> tuple[Scenario, Array, Array, float, float]:
    """Five linear tactics with limits, a budget and a goal; a proposal that breaks something; slopes and limits."""
    rng = np.random.default_rng(seed)
    slopes, limits = np.round(rng.uniform(1, 5, 5), 2), np.round(rng.uniform(50, 150, 5), 2)
    budget = round(float(limits.sum()) * 0.6, 2)
    best = np.argsort(-slopes)
    left, most = budget, 0.0
    for row in best:
        most, left = most + slopes[row] * min(left, limits[row]), left - min(left, limits[row])
    goal = round(most * float(rng.uniform(0.7, 0.95)), 2)
    tactics = [
        line(f"t{row}", {"family": "linear", "slope": slopes[row]}, spend={"at_most": limits[row]}) for row in range(5)
    ]
    document = wire(
        tactics,
        objective={"minimize": "spend"},
        budget={"at_most": budget},
        goals=[{"name": "goal", "metric": "revenue", "at_least": goal, "required": True}],
    )
    reference = np.round(limits * rng.uniform(0, 1.2, 5), 2)
    return domain(document), reference, np.array([slopes, limits]), budget, goal


@pytest.mark.parametrize("seed", SEEDS)
def test_the_least_money_is_that_of_a_linear_program(seed: int) -> None:
    """min Σ up + down, x − up + down = p, by scipy: the same amount up to cents, the bound below it."""
    scenario, reference, (slopes, limits), budget, goal = linear(seed)
    eye, zero = np.eye(5), np.zeros(5)
    program = linprog(
        np.concatenate([zero, np.ones(10)]),
        A_ub=np.array([np.concatenate([np.ones(5), zero, zero]), np.concatenate([-slopes, zero, zero])]),
        b_ub=[budget, -goal],
        A_eq=np.hstack([eye, -eye, eye]),
        b_eq=reference,
        bounds=[(0, most) for most in limits] + [(0, None)] * 10,
    )
    found = nearest(scenario, reference[:, None], "least_money")
    amount = float(np.abs(found.valuation.spend[:, 0] - reference).sum())
    assert found.proved
    assert amount == pytest.approx(program.fun, abs=0.05)
    assert found.money <= program.fun * (1 + 1e-9) + 1e-9
    assert found.money == pytest.approx(program.fun, rel=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_fewest_lines_are_those_of_a_mixed_integer_program(seed: int) -> None:
    """min Σ z, and then the money with no more of them, by scipy."""
    scenario, reference, (slopes, limits), budget, goal = linear(seed)
    eye, zero = np.eye(5), np.zeros((5, 5))
    big = np.maximum(limits, reference)
    rows = [
        LinearConstraint(np.hstack([eye, -eye, eye, zero]), reference, reference),
        LinearConstraint(np.hstack([zero, eye, zero, -np.diag(big)]), -np.inf, 0),
        LinearConstraint(np.hstack([zero, zero, eye, -np.diag(big)]), -np.inf, 0),
        LinearConstraint(np.concatenate([np.ones(5), np.zeros(15)]), -np.inf, budget),
        LinearConstraint(np.concatenate([slopes, np.zeros(15)]), goal, np.inf),
    ]
    bounds = Bounds(np.zeros(20), np.concatenate([limits, np.full(10, np.inf), np.ones(5)]))
    whole = np.concatenate([np.zeros(15), np.ones(5)])
    count = np.concatenate([np.zeros(15), np.ones(5)])
    money = np.concatenate([np.zeros(5), np.ones(10), np.zeros(5)])
    fewest = milp(count, constraints=rows, bounds=bounds, integrality=whole)
    least = milp(
        money, constraints=[*rows, LinearConstraint(count, 0, round(fewest.fun))], bounds=bounds, integrality=whole
    )
    found = nearest(scenario, reference[:, None], "fewest_lines")
    spend = found.valuation.spend[:, 0]
    assert found.proved
    assert found.lines == round(fewest.fun) == int((spend != reference).sum())
    assert float(np.abs(spend - reference).sum()) == pytest.approx(least.fun, abs=0.05)
    assert found.money <= least.fun * (1 + 1e-9) + 1e-9


CURVED: dict[str, Wire] = {
    "concave": wire(
        {
            "a": {"family": "power", "coefficient": 10, "exponent": 0.5},
            "b": {"family": "power", "coefficient": 20, "exponent": 0.5},
        },
        objective={"minimize": "spend"},
        budget={"at_most": 30},
        goals=[{"name": "FY", "metric": "revenue", "at_least": 105, "required": True}],
    ),
    "s_shaped": wire(
        {
            "a": {"family": "hill", "ceiling": 100, "half_saturation": 10, "shape": 3},
            "b": {"family": "hill", "ceiling": 120, "half_saturation": 12, "shape": 2},
        },
        objective={"minimize": "spend"},
        budget={"at_most": 30},
        goals=[{"name": "FY", "metric": "revenue", "at_least": 115, "required": True}],
    ),
    "on_off": wire(
        {"a": {"family": "linear", "slope": 3}, "b": {"family": "power", "coefficient": 30, "exponent": 0.5}},
        objective={"minimize": "spend"},
        budget={"at_most": 30},
        rules=[{"rule": "minimum_if_active", "name": "burst", "at_least": 12, "scope": {"tactics": ["b"]}}],
        goals=[{"name": "FY", "metric": "revenue", "at_least": 90, "required": True}],
    ),
}


CASES = [(name, reference) for name in CURVED for reference in ((3.0, 3.0), (28.0, 20.0))]


@pytest.mark.parametrize(("name", "reference"), [*CASES, pytest.param("s_shaped", (0.0, 25.0), marks=pytest.mark.deep)])
def test_no_plan_on_a_grid_is_nearer(name: str, reference: tuple[float, float]) -> None:
    """Every whole spend within the budget, on the true curves: none that keeps all moves less, or fewer lines."""
    scenario, given = domain(CURVED[name]), np.array(reference)
    valuer = Valuer(scenario)
    kept = [
        np.array(spend, dtype=float)
        for spend in itertools.product(range(31), repeat=2)
        if largest_violation(valuer.value(np.array(spend, dtype=float)[:, None])) == 0
    ]
    money = min(float(np.abs(spend - given).sum()) for spend in kept)
    lines = min(int((spend != given).sum()) for spend in kept)
    near, few = (nearest(scenario, given[:, None], method) for method in ("least_money", "fewest_lines"))
    assert near.proved
    assert few.proved
    assert near.money <= money + 1e-9
    assert float(np.abs(near.valuation.spend[:, 0] - given).sum()) <= money + 1e-5
    assert few.lines == lines == int((few.valuation.spend[:, 0] != given).sum())


def test_without_limits_a_count_of_lines_claims_little() -> None:
    """Where nothing limits a spend one line may move ever further: no more than one changed line is proved."""
    document = wire(
        {"a": {"family": "linear", "slope": 1}, "b": {"family": "linear", "slope": 1}},
        objective={"minimize": "spend"},
        goals=[{"name": "FY", "metric": "revenue", "at_least": 100, "required": True}],
    )
    found = nearest(domain(document), np.array([[10.0], [10.0]]), "fewest_lines")
    assert found.lines == 1
    assert int((found.valuation.spend != 10.0).sum()) == 1


def test_no_time_gives_the_plan_that_was_known() -> None:
    """It keeps every limit; nothing is claimed of how near it is."""
    scenario, reference, *_ = linear(3)
    found = nearest(scenario, reference[:, None], "least_money", seconds=0.0)
    assert not found.proved
    assert found.money >= 0.0
