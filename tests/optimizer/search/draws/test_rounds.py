"""Searches one after another: the least bound stays, what they took is added up."""

import numpy as np
import pytest

from optimizer.problem.drawn import DrawValuer
from optimizer.search.deadline import Deadline
from optimizer.search.draws.rounds import Rounds
from optimizer.search.search import Found
from optimizer.search.spends.within import model_within
from tests.optimizer.toys import domain, line, wire

DRAWN = {"family": "exponential", "draws": [{"ceiling": 100.0, "scale": 20.0}, {"ceiling": 50.0, "scale": 20.0}]}
CONFIDENT = {"maximize": "revenue", "confidence": 0.5}


@pytest.fixture
def rounds():
    """Rounds of one tactic with two draws, and what was watched."""
    problem = domain(wire([line("a", DRAWN)], budget={"at_most": 10.0}, objective=CONFIDENT))
    model, seen = model_within(problem, -np.inf), []
    own = Rounds(model, DrawValuer(problem), Deadline.after(60.0, lambda: 0.0), lambda *told: seen.append(told[1:]))
    return own, model, seen


def told(model, bound, **more):
    """What a search found that proved a bound, with the duals 0, 1, 2, … of more rows than the model has."""
    duals = np.arange(len(model.drafts) + 2.0)
    known = {"columns": None, "cost": np.inf, "duals": duals, "stopped": False, "rounds": 2, "nodes": 3, "pieces": 4}
    return Found(model=model, bound=bound, **known | more)


def test_the_least_bound_stays_with_its_duals(rounds):
    """Costs: the highest of what no plan costs less than. Duals of rows that only a search had are left out."""
    own, model, _ = rounds
    assert own._heard(told(model, -5.0), -5.0)
    assert own._heard(told(model, -3.0), -3.0)
    assert not own._heard(told(model, -4.0, duals=None), -4.0)
    assert not own._heard(told(model, np.inf, duals=None, stopped=True), np.inf)
    found = own.found()
    assert (found.bound, found.rounds, found.nodes, found.pieces) == (-3.0, 8, 12, 4)
    assert found.duals.tolist() == list(range(len(model.drafts)))


def test_every_search_is_watched_with_the_point_and_the_bound(rounds):
    """The bound is never above the point's cost."""
    own, model, seen = rounds
    assert own.left == np.inf
    assert own.points.offer(0.5 * model.high)
    own._heard(told(model, 1e9), 1e9)
    assert seen == [(2, 3, own.points.cost, own.points.cost)]
    assert own.found().bound == own.points.cost
    assert own.left <= 0.0


def test_what_is_proved_empty_has_no_bound(rounds):
    """No plan: an infinite bound, and no columns."""
    own, model, _ = rounds
    own._heard(told(model, np.inf), np.inf)
    assert own.found().proved_empty
