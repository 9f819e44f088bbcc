"""Many budgets of minimums at once: each has the plan that a search of its own finds, or is left to one."""

import numpy as np
import pytest

from optimizer.formulation.model import build
from optimizer.formulation.moved import limited
from optimizer.formulation.spend import reach
from optimizer.questions.frontier import FrontierQuestion, Spread, frontier
from optimizer.questions.moving import Moving
from optimizer.search.choices.kinds import choices_of
from optimizer.search.deadline import Deadline
from optimizer.search.many import chosen as room
from optimizer.search.many.chosen import Chosen
from optimizer.search.search import search
from tests.optimizer.toys import HILL, ROOT, domain, wire

GAP = 1e-6
AMOUNTS = (10.0, 25.0, 50.0, 75.0, 100.0)
DOCUMENT = wire(
    {"a": HILL, "b": ROOT, "c": HILL | {"ceiling": 300}},
    budget={"at_most": 100},
    rules=[{"rule": "minimum_if_active", "name": "least", "at_least": 20}],
)


def deadline(seconds=60.0):
    return Deadline(clock=lambda: 0.0, start=0.0, seconds=seconds)


def points():
    """One model under some budgets."""
    moving = Moving(scenario=domain(DOCUMENT))
    loosest = moving.at(AMOUNTS[-1])
    base = build(loosest, reach(loosest, 1e9))
    return limited(base, [moving.at(amount) for amount in AMOUNTS], [moving.amounts(amount) for amount in AMOUNTS])


def chosen(models, until):
    return Chosen(models, choices_of(models[0], None), GAP, until)


@pytest.mark.parametrize("together", [1, 2, 100])
def test_each_point_is_what_a_search_of_its_own_finds(together, monkeypatch):
    """Whatever is settled at once; and each is counted."""
    models, done = points(), []
    monkeypatch.setattr(room, "AT_ONCE", together * len(models[0].cells.inputs))
    founds = chosen(models, deadline()).run(done.append)
    alone = [search(model, GAP, deadline(), lambda *_: None) for model in models]
    assert [found.cost for found in founds] == pytest.approx([own.cost for own in alone], rel=GAP)
    assert all(found.chosen and found.bound >= found.cost - GAP * abs(found.cost) for found in founds)
    assert all(found.model is model for found, model in zip(founds, models, strict=True))
    assert done[-1] == len(models)
    for found, model in zip(founds, models, strict=True):
        assert model.matrix.violation(found.columns).max() <= 1e-9


def test_without_time_every_point_is_left():
    """Nothing is proved, and nothing is said to have been tried."""
    founds = chosen(points(), deadline(0.0)).run(lambda _: None)
    assert len(founds) == len(AMOUNTS)
    assert all(found.columns is None and np.isneginf(found.bound) and not found.proved_empty for found in founds)


def test_a_frontier_of_minimums_is_one_search():
    """Its points are those of plans, and what proved them is told."""
    spread = Spread(start=10.0, stop=100.0, points=7)
    told = frontier(FrontierQuestion(scenario=domain(DOCUMENT), spread=spread))
    assert {point.status for point in told.points} == {"optimal"}
    assert told.provenance.rounds == 0
    assert told.provenance.formulation == "3 on/off minimums within one budget: choices of what is off"
