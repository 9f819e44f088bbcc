"""Rows together end spends that none of them ends by itself, and never sooner than they do."""

import random

import numpy as np
import pytest
from scipy.optimize import linprog

from optimizer.errors import ScenarioError
from optimizer.formulation.model import build
from optimizer.formulation.spend import reach
from optimizer.optimize import canonical_order, optimize
from optimizer.search.ends import ended
from optimizer.units import LARGEST
from tests.effort import examples
from tests.optimizer.toys import domain, wire

PROFIT = {"maximize": "profit"}


def linear(slope):
    return {"family": "linear", "slope": slope}


def rule(name, coefficients, at_most):
    terms = [{"scope": {"tactics": [tactic]}, "coefficient": own} for tactic, own in coefficients.items()]
    return {"rule": "linear", "name": name, "terms": terms, "at_most": at_most}


TOGETHER = [rule("one", {"a": 1, "b": 1, "c": -1}, 5), rule("two", {"c": 1, "a": -0.5, "b": -0.5}, 0)]


def test_two_rows_together_end_spends_and_the_best_of_them_is_planned():
    """a + b ≤ c + 5 and c ≤ (a + b)/2: a + b ≤ 10 and c ≤ 5, at gains of 2, 1 and 0.5 a unit: 22.5."""
    tactics = {"a": linear(3), "b": linear(2), "c": linear(1.5)}
    plan = optimize(domain(wire(tactics, objective=PROFIT, rules=TOGETHER)))
    assert plan.status == "optimal"
    assert plan.value == pytest.approx(22.5, rel=1e-6)


@pytest.mark.parametrize("left_out", [0, 1])
def test_without_one_of_them_nothing_ends_them(left_out):
    """What pays for itself at any spend is told."""
    rules = [own for number, own in enumerate(TOGETHER) if number != left_out]
    tactics = {"a": linear(3), "b": linear(2), "c": linear(1.5)}
    with pytest.raises(ScenarioError, match="pays for itself"):
        optimize(domain(wire(tactics, objective=PROFIT, rules=rules)))


def test_a_spend_that_rows_end_is_planned_beside_one_that_does_not_pay():
    """A profit of 0.72 a unit of spend is more than a has, whatever it spends: 0.088; b loses money and has no end."""
    floor = {"rule": "efficiency", "name": "f", "metric": "profit", "at_least": 0.72, "scope": {"tactics": ["a"]}}
    tactics = {"a": linear(1.088), "b": linear(0.97)}
    plan = optimize(domain(wire(tactics, objective=PROFIT, rules=[floor])))
    assert plan.status == "optimal"
    assert plan.value == pytest.approx(0.0, abs=1e-6)


def test_returns_end_spends_on_curves_that_level_off():
    """A return of 2 on 10·√spend in all of two tactics: Σ spend is at most (5 √2)², at an even split."""
    root = {"family": "power", "coefficient": 10, "exponent": 0.5}
    roi = {"rule": "efficiency", "name": "roi", "metric": "revenue", "at_least": 2}
    scenario = domain(wire({"a": root, "b": root}, objective=PROFIT, rules=[roi]))
    end = ended(build(scenario, reach(scenario, LARGEST)))
    assert end.min() >= 50.0
    assert end.max() < 0.1 * LARGEST


@pytest.mark.parametrize("seed", range(examples(60)))
def test_the_end_is_beyond_every_plan_and_there_whenever_one_is(seed):
    """Random rows, against scipy: the most that each spend can be, or that there is no such most."""
    rng = random.Random(seed)
    names = "abcd"[: rng.randint(2, 4)]
    rows = [{own: rng.choice([-1.0, -0.5, 0.0, 0.5, 1.0]) for own in names} for _ in range(rng.randint(1, 5))]
    limits = [rng.choice([0.0, 1.0, 10.0, 1e4]) for _ in rows]
    rules = [rule(f"r{number}", row, limits[number]) for number, row in enumerate(rows) if any(row.values())]
    scenario = canonical_order(domain(wire({own: linear(2) for own in names}, objective=PROFIT, rules=rules)))
    ends = ended(build(scenario, reach(scenario, LARGEST)))[:, 0]
    matrix = [[row[own] for own in names] for row in rows]
    for place, end in enumerate(ends.tolist()):
        best = linprog(-np.eye(len(names))[place], A_ub=matrix, b_ub=limits)
        if best.status == 3:
            assert end == np.inf
        else:
            assert best.status == 0
            assert -best.fun * (1.0 - 1e-9) <= end < 0.1 * LARGEST
