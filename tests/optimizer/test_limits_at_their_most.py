"""Limits on what runs through a curve, at the very most that they can be: a plan may miss them by a billionth (R3).

There a billionth of the limit is worth a hundred-thousandth of the plan, so that bounds have to allow for it.
"""

import random

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.problem.valuation import Valuer
from tests.effort import seeds
from tests.optimizer.toys import HILL, ROOT, domain, line, wire

MISSED = 1e-9  # share of a limit
ALL_BUT = 2e-8  # of a limit, that rounding may leave where next to no plan keeps it, and then warns of
CLOSE = 1e-7  # of a value: doubles
NEAR = 200  # plans around the one that is told
WANTED = [1.0, 1.0 - 1e-9, 1.0 - 5e-9, 1.0 - 1e-7, 1.0 + 5e-10]  # of the most that can be


def curve(random):
    if random.random() < 0.4:
        return {"family": "power", "coefficient": random.uniform(5, 50), "exponent": random.uniform(0.3, 0.9)}
    shape = random.choice([1, 1, 1.7, 0.7])
    size = {"ceiling": random.uniform(200, 2000), "half_saturation": random.uniform(20, 200)}
    return {"family": "hill", "shape": shape} | size


def stated(number):
    """A few tactics and a budget."""
    own = random.Random(number)
    tactics = {f"t{place}": curve(own) for place in range(own.randint(2, 6))}
    budget = {"at_most": round(own.uniform(50, 1000), 2)}
    return {"tactics": tactics, "budget": budget, "digits": 6, "solve": {"gap": 1e-8}}


def limit(kind, least):
    if kind == "goal":
        return {"goals": [{"name": "p", "metric": "profit", "at_least": least, "required": True}]}
    return {"rules": [{"rule": "metric_range", "name": "p", "metric": "profit", "at_least": least}]}


def around(plan, scenario, number):
    """Valuations of spends up to 0.03 away from those that are told."""
    spend, valuer = np.array([[row.spend] for row in plan.allocations]), Valuer(scenario)
    for step in np.random.default_rng(number).uniform(-0.03, 0.03, (NEAR, *spend.shape)):
        yield valuer.value(np.maximum(spend + step, 0.0))


@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize("kind", ["goal", "rule"])
@pytest.mark.parametrize("number", seeds((31,), (18, *range(60, 160))))
def test_no_plan_that_misses_a_limit_by_a_billionth_beats_the_bound(number, kind, wanted):
    """The most revenue where profit is the most that it can be."""
    own = stated(number)
    most = optimize(domain(wire(**own, objective={"maximize": "profit"}))).value
    scenario = domain(wire(**own, **limit(kind, wanted * most)))
    plan = optimize(scenario)
    assert (plan.status, plan.certificate.largest_violation) == ("optimal", pytest.approx(0.0, abs=ALL_BUT))
    budget = own["budget"]["at_most"]
    for near in around(plan, scenario, number):
        if near.total("profit") >= wanted * most * (1.0 - MISSED) and near.spent() <= budget:
            assert near.value <= plan.bound * (1.0 + CLOSE)


@pytest.mark.parametrize("wanted", seeds(WANTED[::2], WANTED))
def test_a_return_at_its_most_has_a_plan_and_a_bound(wanted):
    """ceiling·x/(h² + x²) is largest at x = h."""
    hill = HILL | {"shape": 2}
    most = hill["ceiling"] / (2 * hill["half_saturation"])
    rule = {"rule": "efficiency", "name": "e", "at_least": wanted * most, "scope": {"tactics": ["a"]}}
    tactics = [line("a", hill, spend={"at_least": 1}), line("b", ROOT)]
    for objective in ({"maximize": "revenue"}, {"minimize": "spend"}):
        plan = optimize(domain(wire(tactics, objective=objective, rules=[rule], budget={"at_most": 1000})))
        assert (plan.status, plan.certificate.largest_violation) == ("optimal", 0.0)
        assert plan.allocations[0].spend == pytest.approx(hill["half_saturation"], rel=1e-3)
        assert plan.gap < 3e-4
