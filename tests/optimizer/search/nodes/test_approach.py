"""Plans near a relaxation's point: close to what the relaxation promises, and plans all the same."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import KEPT, Incumbent
from optimizer.search.nodes import approach as rounds
from optimizer.search.nodes.approach import approach, around, enveloped
from optimizer.search.nodes.integer import IntegerRelaxation
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.region.hull import Region
from optimizer.search.region.visit import Visit
from optimizer.search.search import search
from tests.optimizer.search.toys import toy
from tests.optimizer.toys import HILL, LINE, ROOT, Wire, line, modelled, wire


def never():
    return Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)


def capped(seed: int) -> Wire:
    """Four hills over two periods: outcome at most so much of two of them, a goal for all, and a threshold."""
    random = np.random.default_rng(seed)
    tactics = []
    for number in range(4):
        ceiling, half = float(random.integers(100, 500)), float(random.integers(20, 60))
        shape = float(random.choice([0.7, 1.5, 2.5, 4]))
        hill = {"family": "hill", "ceiling": ceiling, "half_saturation": half, "shape": shape}
        tactics.append(line(f"t{number}", hill))
    most = float(random.integers(100, 200))
    cap = {
        "rule": "metric_range",
        "name": "r",
        "metric": "outcome",
        "at_most": most,
        "scope": {"tactics": ["t0", "t1"]},
    }
    on = {"rule": "minimum_if_active", "name": "m", "at_least": 15}
    goal = {"name": "g", "metric": "outcome", "at_least": float(random.integers(300, 500)), "required": True}
    return wire(
        tactics,
        budget={"at_most": 200},
        periods=["1", "2"],
        rules=[cap, on],
        goals=[goal],
        objective={"maximize": "profit"},
    )


@pytest.mark.parametrize("seed", [22, 25, 40])
def test_plans_near_a_point_close_most_of_what_its_region_left(seed):
    """The whole's own point leads to a plan a tenth worse; decisions stay as they are there."""
    model = modelled(capped(seed))
    relaxation = IntegerRelaxation(model, Incumbent(model), never(), 1e-6)
    visit, found = relaxation.refine(relaxation.root, -np.inf), relaxation.incumbent
    before = found.cost
    approach(relaxation, visit.columns)
    assert found.cost - visit.bound < 0.3 * (before - visit.bound)
    assert found.broken(found.truth(found.columns)).max() <= KEPT
    assert np.array_equal(np.rint(found.columns[model.integer]), np.rint(visit.columns[model.integer]))


def test_a_search_looks_near_the_first_point(monkeypatch):
    """Two regions of seed 25: the best of them alone earns an eighth less."""
    monkeypatch.setattr("optimizer.search.branch.MOST_NODES", 2)
    model = modelled(capped(25))
    near = search(model, 1e-6, never(), lambda *_: None)
    monkeypatch.setattr(rounds, "NEARER", ())
    far = search(model, 1e-6, never(), lambda *_: None)
    assert near.cost < 1.1 * far.cost < 0.0


def test_boxes_are_around_what_is_off_its_envelope():
    """A bent cell near its point, or on its concave part; a line, a root and what is left out as in the region."""
    model = modelled(wire({"a": HILL, "b": HILL, "c": ROOT, "d": LINE}, budget={"at_most": 100}))
    own = Relaxation(model, Incumbent(model), never(), 1e-6)
    assert enveloped(model).tolist() == [True, True, False, False]
    columns, bend = np.zeros(len(model.cost)), model.cells.curves.turns()[1][0]
    columns[model.cells.inputs] = np.array([50.0, 5.0, 20.0, 20.0]) / model.scale[model.cells.inputs]
    assert 5.0 < bend < 50.0
    box = around(own, columns, 0.04, own.root, enveloped(model))
    assert box.low.tolist() == pytest.approx([bend, 1.0, 0.0, 0.0], abs=0.01)
    assert box.high.tolist() == pytest.approx([100.0, 9.0, 100.0, 100.0], rel=0.002)
    part = Region(low=own.root.low, high=np.full(4, 30.0), split=(0, 1, 2, 3))
    only = around(own, columns, 0.04, part, np.array([False, True, False, False]))
    assert only.high.tolist() == pytest.approx([30.0, 9.0, 30.0, 30.0], rel=0.002)


def test_where_something_limits_outcome_concave_curves_are_boxed_in_too():
    """From below they are known by chords."""
    model = toy("outcome at most").model
    some = np.zeros(2, dtype=bool)
    some[model.two_sided] = True
    assert enveloped(model)[some].all()
    own = Relaxation(model, Incumbent(model), never(), 1e-6)
    columns = np.zeros(len(model.cost))
    columns[model.cells.inputs] = 0.8
    box = around(own, columns, 0.01, own.root, some)
    assert (box.high - box.low)[some].max() < 0.05 * own.root.high.max()


@pytest.mark.parametrize(
    ("endings", "boxes"),
    [
        (["infeasible"], 1),
        (["limit"], 1),
        (["converged", "cut off"], 2),
        (["better", "cut off"], 2),
        (["converged"], 5),
    ],
)
def test_boxes_end_where_nothing_near_by_is_better(endings, boxes):
    """An empty one, one that time ended, one that holds nothing better; else after the smallest."""
    model, seen = toy("s-shaped").model, []
    incumbent, root = SimpleNamespace(cost=0.0), Region(low=model.cells.low, high=model.cells.high)

    def settle(columns, region, turns):
        ending = endings[min(len(seen), len(endings) - 1)]
        seen.append((region.high - region.low, turns))
        if ending == "better":
            incumbent.cost, ending = incumbent.cost - 1.0, "cut off"
        return Visit(ending=ending, bound=0.0, columns=None if ending == "infeasible" else columns)

    own = SimpleNamespace(model=model, incumbent=incumbent, root=root, settle=settle)
    approach(own, np.zeros(len(model.cost)))
    assert len(seen) == boxes
    assert all(turns == rounds.TURNS for _, turns in seen)
    assert all((after <= before).all() for (before, _), (after, _) in pairwise(seen))
