"""Plans by their worst draws where these are written out: which draws, how far the bound reaches, what prices are."""

from __future__ import annotations

import time

import numpy as np
import pytest

from optimizer.answers.plan import Plan
from optimizer.optimize import optimize
from optimizer.problem.drawn import DrawValuer, confident_value
from optimizer.search.deadline import Deadline
from optimizer.search.draws.written_out import WrittenOut
from optimizer.search.search import Found
from optimizer.search.spends.within import model_within
from tests.effort import seeds
from tests.optimizer.search.draws.test_river_tail import flowing, slopes_of, straight
from tests.optimizer.toys import Wire, domain
from tests.oracles.switched_rivers import dry

ALL_IN = {"rule": "minimum_if_active", "name": "all in", "at_least": 25}
LEVEL = 0.75


def asked(document: Wire, gap: float = 1e-7) -> Wire:
    objective = document["objective"] | {"confidence": LEVEL}
    return document | {"objective": objective, "solve": {"gap": gap, "time_limit": 60}}


def written(document: Wire, seconds: float = 60.0) -> WrittenOut:
    problem = domain(asked(document))
    deadline = Deadline.after(seconds, time.monotonic)
    return WrittenOut(model_within(problem, -np.inf), DrawValuer(problem), deadline, lambda *_: None)


def planned(document: Wire, **more: Wire) -> Plan:
    return optimize(domain(asked(document) | more))


def hills(draws: int) -> Wire:
    own = [
        [{"ceiling": 90 * slope, "half_saturation": 20.0, "shape": 2.0} for slope in row[:draws]]
        for row in slopes_of(2)
    ]
    return flowing([{"family": "hill", "draws": draws} for draws in own])


def spend_of(found: Found) -> np.ndarray:
    assert found.columns is not None
    spend: np.ndarray = (found.columns * found.model.scale)[found.model.spend]
    return spend


@pytest.mark.parametrize("guess", seeds([0.0, 50.0], [10.0]))
def test_draws_come_in_that_the_plan_makes_worst(guess):
    """Wherever they begin, and what is told of the plan is its mean over the worst of all draws."""
    document = straight(slopes_of(3), rules=[ALL_IN])
    own = written(document)
    found = own.search(np.full((4, 3), guess))
    assert own.left(found) <= 1e-7
    worth = confident_value(found.model.scenario, spend_of(found), LEVEL)
    assert -found.cost * found.model.worth == pytest.approx(worth, rel=1e-12)
    assert worth == pytest.approx(-own.search(np.full((4, 3), 5.0)).cost * found.model.worth, rel=1e-6)


def test_bent_curves_are_proved():
    """S-shapes in front of a pool and behind it: their weighted means left a gap."""
    plan = planned(hills(5), solve={"gap": 1e-4, "time_limit": 60})
    assert plan.status == "optimal"


def test_without_pools_draws_are_written_out_too():
    """Two of three may be on; which, says each draw differently."""
    document = straight(slopes_of(4), rules=[{"rule": "exclusive", "name": "x", "over_all": True, "at_most": 2}])
    own = written(dry(document | {"goals": []}))
    found = own.search(np.full((4, 3), 10.0))
    assert own.left(found) <= 1e-7
    assert found.weights is not None
    assert float(found.weights.sum()) == pytest.approx(1.0)


@pytest.mark.deep
def test_prices_are_derivatives():
    """Of the budget, with the decisions that were made."""
    document = straight(slopes_of(2), rules=[ALL_IN], digits=6)
    plan = planned(document)
    below, above = (planned(document, budget={"at_most": 200.0 + step}) for step in (-1e-3, 1e-3))
    assert plan.budget is not None
    sides = (plan.value - below.value) / 1e-3, (above.value - plan.value) / 1e-3
    assert min(sides) - 1e-3 <= plan.budget.price <= max(sides) + 1e-3


def test_a_conflict_is_one():
    goal = {"name": "g", "metric": "revenue", "at_least": 1e6, "required": True}
    found = written(straight(slopes_of(1), goals=[goal], rules=[ALL_IN])).search(np.zeros((4, 3)))
    assert found.proved_empty


def test_no_time_is_no_proof():
    found = written(straight(slopes_of(1)), seconds=0.0).search(np.zeros((4, 3)))
    assert (found.columns, found.stopped, found.proved_empty) == (None, True, False)


def test_many_draws_do_not_fit():
    """Four tactics in three periods: 333 draws make 4,000 cells, of which a quarter decides."""
    few, many = (straight(np.tile(slopes_of(1), (1, times))) for times in (100, 120))
    assert written(few).fits
    assert not written(many).fits
