"""Where rounding falls off a jump, units are moved until no move of one brings anything."""

import itertools

import numpy as np
import pytest

from optimizer.answers.certificate import largest_violation
from optimizer.optimize import optimize
from optimizer.problem.valuation import Valuer
from tests.effort import seeds
from tests.optimizer.toys import domain, line, wire

SEARCH = {"family": "exponential", "ceiling": 30000, "scale": 20000}


def step(at, width):
    """Nothing, and 50,000 from just beyond `at` on."""
    return {"family": "tabulated", "points": [[0, 0], [at, 0], [at + width, 50000], [1e7, 50000]]}


def spends_of(plan):
    return np.array([[cell.spend] for cell in plan.allocations])


@pytest.mark.parametrize(
    ("currency", "budget", "curve", "spends"),
    [
        ("JPY", 100000, step(33333.33, 0.01), [33334.0, 66666.0]),
        ("EUR", 20000, step(3333.333, 0.0003), [3333.34, 16666.66]),
        ("JPY", 50000, {"family": "hill", "ceiling": 50000, "half_saturation": 1e-15, "shape": 1}, [1.0, 49999.0]),
    ],
    ids=["yen", "cents", "the first unit"],
)
def test_a_unit_is_given_to_what_jumps_within_it(currency, budget, curve, spends):
    """By hand: the unit that reaches the jump, and all else where it was going to."""
    document = wire([line("jump", curve), line("search", SEARCH)], budget={"at_most": budget}) | {"currency": currency}
    plan = optimize(domain(document))
    assert [cell.spend for cell in plan.allocations] == spends
    assert plan.certificate.largest_violation == 0.0
    assert plan.status == "optimal"
    assert plan.gap < 1e-5


@pytest.mark.parametrize("seed", seeds(2, 12))
def test_no_move_of_one_unit_brings_more(seed):
    """Whole euros of a budget of some tens, tables that jump, a share: against every move there is."""
    rng = np.random.default_rng([seed, 7])
    tactics = []
    for name in "abc":
        ends = np.sort(rng.uniform(0.5, 20.0, 2))
        points = [
            [0, 0],
            [ends[0], rng.uniform(0, 3)],
            [ends[0] + 0.2, rng.uniform(4, 9)],
            [ends[1] + 2, rng.uniform(10, 15)],
        ]
        tactics.append(line(name, {"family": "tabulated", "points": [[float(x), float(y)] for x, y in points]}))
    share = {"rule": "share_range", "name": "r", "scope": {"tactics": ["a"]}, "at_most": 0.6}
    document = wire(tactics, budget={"at_most": float(rng.integers(10, 40))}, rules=[share], digits=0)
    scenario = domain(document)
    plan = optimize(scenario)
    valuer, own = Valuer(scenario), spends_of(plan)
    for more, less in itertools.product([None, 0, 1, 2], repeat=2):
        moved = own.copy()
        for place, sign in ((more, 1.0), (less, -1.0)):
            if place is not None:
                moved[place] += sign
        if moved.min() >= 0.0 and largest_violation(other := valuer.value(moved)) == 0.0:
            assert other.value <= plan.value + max(1e-9, scenario.solve.gap * plan.value)
