"""Regions that are looked at together: what is told of each is what is told of it alone."""

import numpy as np
import pytest

from optimizer.search.bounds.bound import dual_bound
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import KEPT, Incumbent
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.region.hull import Hull
from optimizer.search.region.node import Node
from optimizer.search.search import search
from tests.effort import seeds
from tests.optimizer.toys import modelled
from tests.oracles import instances

GAP = 1e-6


def opened(seed, goals=()):
    """A relaxation beside five shares, its root visited, and quarters of it with the root's point and bound."""
    document = instances.with_shares(instances.one_period(12, seed, s_share=1.0, limits="wide"))
    relaxation = Relaxation(
        model := modelled(document | {"goals": list(goals)}), Incumbent(model), Deadline.after(60.0, lambda: 0.0), GAP
    )
    root = relaxation.refine(relaxation.root, -np.inf)
    assert root.ending == "converged"
    regions = [relaxation.root]
    for cell in np.argsort(-root.bent)[:2].tolist():
        at = 0.5 * (relaxation.root.low[cell] + relaxation.root.high[cell])
        regions = [half for region in regions for half in region.halves(cell, at)]
    return relaxation, [
        Node.of(root.bound, number, region, relaxation.root, root.columns, root.duals)
        for number, region in enumerate(regions)
    ]


REVENUE = {
    "name": "sold",
    "metric": "revenue",
    "at_least": 1e6,
    "required": True,
    "scope": {"tactics": ["tactic 0002"]},
}


@pytest.mark.parametrize(("seed", "goals"), [(1, ()), (2, ()), (4, ()), (2, (REVENUE,))])
def test_each_region_is_bounded_and_led_to_a_point_as_it_is_alone(seed, goals):
    (relaxation, nodes), (alone, again) = opened(seed, goals), opened(seed, goals)
    assert relaxation.at_once > len(nodes)
    for node, other, visit in zip(nodes, again, relaxation.refine_all(nodes), strict=True):
        one = alone.refine(other.region, other.bound, other.near, other.duals)
        if visit.ending == "infeasible":
            assert one.ending == "infeasible"
            continue
        if visit.ending != "cut off":
            assert visit.ending == one.ending
            assert visit.bound == pytest.approx(one.bound, rel=1e-6)
            assert visit.columns == pytest.approx(one.columns, abs=1e-3)
        hull = Hull(relaxation.model, node.region)
        proved = dual_bound(relaxation.model, visit.duals, hull, node.region, relaxation.box, visit.columns)
        assert visit.bound == pytest.approx(max(node.bound, proved), rel=1e-9)
    assert relaxation.incumbent.cost == pytest.approx(alone.incumbent.cost, rel=1e-4)


@pytest.mark.parametrize("seed", seeds([0, 8], [3, 12]))
def test_plans_and_bounds_are_those_of_regions_one_by_one(seed, monkeypatch):
    model = modelled(instances.with_shares(instances.one_period(20, seed, s_share=1.0, limits="narrow")))
    together = search(model, GAP, Deadline.after(60.0, lambda: 0.0), lambda *_: None)
    monkeypatch.setattr(Relaxation, "at_once", 1)
    alone = search(model, GAP, Deadline.after(60.0, lambda: 0.0), lambda *_: None)
    assert together.cost == pytest.approx(alone.cost, rel=GAP)
    assert together.bound <= alone.cost + KEPT * abs(alone.cost)
    assert alone.bound <= together.cost + KEPT * abs(together.cost)
    assert together.cost - together.bound <= GAP * abs(together.cost)


def test_where_time_is_up_nothing_more_is_looked_at():
    relaxation, nodes = opened(1)
    relaxation.move(relaxation.model, relaxation.incumbent, Deadline.after(0.0, lambda: 0.0), GAP)
    visits = list(relaxation.refine_all(nodes))
    assert [(visit.ending, visit.bound) for visit in visits] == [("limit", node.bound) for node in nodes]
