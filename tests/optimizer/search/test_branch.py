"""Branch and bound: whatever is closed, its bound enters the bound of the whole."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.search.branch import Branching
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.region.hull import Region
from optimizer.search.region.visit import Visit
from tests.optimizer.search.toys import toy
from tests.optimizer.toys import LINE, TABLE, modelled, wire


class FakeRelaxation:
    """Answers each visit from a script: (ending, bound, bent, cost of the point found or None)."""

    def __init__(self, script, allowed=0.0, model=None, at_once=1):
        self.model = model or toy("s-shaped").model
        self.incumbent = Incumbent(self.model)
        self.root = Region(low=self.model.cells.low, high=self.model.cells.high)
        self.allowed, self.seen, self._script = allowed, [], iter(script)
        self.content, self.near, self.at_once = False, 0, at_once

    @property
    def cutoff(self):
        return self.incumbent.cost - self.allowed

    def settle(self, columns, region, turns):  # noqa: ARG002 - there is nothing near by
        self.near += 1
        return Visit(ending="infeasible", bound=np.inf)

    def refine_all(self, nodes):
        return (self.refine(node.region, node.bound, node.near) for node in nodes)

    def refine(self, region, known, near):
        self.seen.append((region, known, near))
        ending, bound, bent, cost = next(self._script)
        if cost is not None:
            self.incumbent.cost = min(self.incumbent.cost, cost)
            self.incumbent.columns = np.zeros(len(self.model.cost))
        if ending == "infeasible":
            return Visit(ending="infeasible", bound=np.inf)
        columns = self.incumbent.truth(np.full(len(self.model.cost), 0.5))
        duals = np.zeros(len(self.model.drafts))
        return Visit(ending=ending, bound=bound, columns=columns, duals=duals, bent=np.array([bent, 0.0]))


def run(*script, allowed=0.0, model=None, at_once=1):
    relaxation = FakeRelaxation(script, allowed, model, at_once)
    return Branching(relaxation, lambda *_: None).run(), relaxation


def test_a_region_without_an_envelope_gap_still_has_its_bound():
    """EVIDENCE's trap: not converged, nothing bent, cost −1.0 known, bound −1.5: the bound is −1.5, not −1.0."""
    finding, _ = run(("converged", -1.5, 0.0, -1.0))
    assert finding.bound == -1.5
    assert finding.ending == "done"


def test_what_was_proved_of_the_whole_before_counts():
    """The root is bounded by −1.2 already: a visit that proves −2.0 takes nothing from that."""
    relaxation = FakeRelaxation([("converged", -2.0, 0.0, -1.0)])
    branching = Branching(relaxation, lambda *_: None, -1.2)
    assert branching.bound == -1.2
    branching.run()
    assert relaxation.seen[0][1] == -1.2


def test_a_bent_region_is_split_and_its_halves_inherit_its_bound():
    """Each half is looked at with what is known of the whole."""
    finding, relaxation = run(
        ("converged", -2.0, 1.0, -1.0), ("converged", -1.2, 0.0, None), ("converged", -1.1, 0.0, None)
    )
    assert [known for _, known, _ in relaxation.seen] == [-np.inf, -2.0, -2.0]
    (_, first), (_, second) = ((region, region.split) for region, *_ in relaxation.seen[1:])
    assert first == second == (0,)
    below, above = (region for region, *_ in relaxation.seen[1:])
    assert below.high[0] == above.low[0] == pytest.approx(relaxation.root.high[0] / 2)
    assert finding.bound == -1.2


def test_a_half_that_was_closed_unconverged_is_not_forgotten():
    """The other half's better bound does not hide it."""
    finding, _ = run(("converged", -2.0, 1.0, -1.0), ("converged", -1.8, 0.0, None), ("converged", -1.0, 0.0, None))
    assert finding.bound == -1.8


def test_best_bounds_come_first():
    """Of two open halves the one that may hold the better plan is split on."""
    finding, relaxation = run(
        ("converged", -4.0, 1.0, None),
        ("converged", -3.0, 1.0, None),
        ("converged", -2.0, 1.0, None),
        ("infeasible", 0, 0, None),
        ("infeasible", 0, 0, None),
        ("cut off", -1.0, 1.0, -1.0),
        ("infeasible", 0, 0, None),
    )
    assert [known for _, known, _ in relaxation.seen] == [-np.inf, -4.0, -4.0, -3.0, -3.0, -2.0, -2.0]
    assert finding.bound == -1.0


def test_open_regions_below_the_cutoff_are_left_with_their_bound():
    """Within the allowed gap nothing more is done, and the bound is theirs, not the incumbent's."""
    finding, _ = run(("converged", -1.05, 1.0, -1.0), allowed=0.1)
    assert (finding.bound, finding.nodes) == (-1.05, 1)
    finding, _ = run(
        ("converged", -2.0, 1.0, None), ("converged", -1.05, 1.0, -1.0), ("converged", -1.08, 1.0, None), allowed=0.1
    )
    assert (finding.bound, finding.nodes) == (-1.08, 3)


def test_out_of_time_leaves_the_open_bounds_standing():
    """The region that was being looked at counts with what is known of it."""
    finding, _ = run(("converged", -2.0, 1.0, -1.0), ("limit", -1.9, 0.0, None))
    assert (finding.ending, finding.bound) == ("limit", -2.0)
    finding, _ = run(("limit", -np.inf, 0.0, None))
    assert (finding.ending, finding.bound) == ("limit", -np.inf)


def test_regions_that_are_looked_at_together_count_until_each_is_done():
    """Time is up at the second of two halves: it stands with its bound, as does what the first was split into."""
    script = [("converged", -4.0, 1.0, -1.0), ("converged", -3.0, 1.0, None), ("limit", -2.0, 0.0, None)]
    finding, relaxation = run(*script, at_once=4)
    assert [known for _, known, _ in relaxation.seen] == [-np.inf, -4.0, -4.0]
    assert (finding.ending, finding.bound) == ("limit", -3.0)
    finding, _ = run(*script[:1], ("converged", -1.5, 0.0, None), ("limit", -2.0, 0.0, None), at_once=4)
    assert finding.bound == -2.0


def test_no_bound_that_is_told_on_the_way_passes_a_region_that_is_not_done():
    """Of two halves that are looked at together the first is closed with −1.5 while the second is known by −4."""
    told, script = [], [("converged", -4.0, 1.0, -1.0), ("converged", -1.5, 0.0, None), ("converged", -1.2, 0.0, None)]
    Branching(FakeRelaxation(script, at_once=2), lambda _, bound: told.append(bound)).run()
    assert told == [-4.0, -4.0, -1.5]


def test_nothing_anywhere_is_proved_by_an_infinite_bound():
    """Every region infeasible and no point: no plan exists."""
    finding, _ = run(("infeasible", 0, 0, None))
    assert (finding.ending, finding.bound) == ("done", np.inf)


def test_a_bound_never_passes_the_best_plan():
    """A region proved to hold nothing better leaves the plan's own cost as the bound."""
    finding, _ = run(("cut off", -0.5, 0.0, -1.0))
    assert finding.bound == -1.0


def test_the_cut_is_well_inside_the_interval():
    """So that both halves shrink: even a point at an end is moved a thousandth inside."""
    relaxation = FakeRelaxation([])
    visit = Visit(
        ending="converged",
        bound=-1.0,
        columns=np.zeros(len(relaxation.model.cost)),
        duals=None,
        bent=np.array([1.0, 0.0]),
    )
    cell, at = Branching(relaxation, lambda *_: None)._choose(visit, relaxation.root)
    assert (cell, at) == (0, pytest.approx(relaxation.root.high[0] / 1000))


@pytest.mark.parametrize(("cost", "times"), [(None, 5), (-1.0, 3)])
def test_plans_are_looked_for_near_by_more_often_while_none_is_known(cost, times):
    """Of 17 regions near those after 1, 4, 8, 12 and 16; once one is known, near 1, 4 and 16."""
    _, relaxation = run(*[("converged", -4.0, 1.0, cost)] * 16, ("limit", -4.0, 1.0, None))
    assert relaxation.near == times


def test_a_table_is_cut_at_its_own_points():
    """At the nearest one inside: there its envelopes are exact, and a few cuts leave only pieces."""
    relaxation = FakeRelaxation([], model=modelled(wire({"a": TABLE, "b": LINE}, budget={"at_most": 120})))
    branching, model, whole = Branching(relaxation, lambda *_: None), relaxation.model, relaxation.root
    scale = model.scale[model.cells.inputs]

    def cut(at, low, high):
        columns = np.zeros(len(model.cost))
        columns[model.cells.inputs] = np.array([at, 0.0]) / scale
        region = Region(low=np.array([low, 0.0]), high=np.array([high, whole.high[1]]), split=(0,))
        visit = Visit(ending="converged", bound=-1.0, columns=columns, duals=None, bent=np.array([1.0, 0.0]))
        return branching._choose(visit, region)

    assert [cut(at, 0.0, 120.0) for at in (10.0, 50.0, 80.0)] == [(0, 30.0), (0, 60.0), (0, 90.0)]
    assert cut(10.0, 30.0, 90.0) == (0, 60.0)
    assert cut(55.0, 30.0, 60.0) == (0, pytest.approx(55.0))  # a piece, if ever asked, is cut where it stood


def test_cells_that_read_one_input_are_split_together():
    """Else each of them would still be read on all of it, and many splits do what one does."""
    model = toy("s-shaped").model
    shared = replace(model, cells=replace(model.cells, inputs=model.cells.inputs[[0, 0]]))
    _, relaxation = run(
        ("converged", -2.0, 1.0, -1.0), ("converged", -1.2, 0.0, None), ("converged", -1.1, 0.0, None), model=shared
    )
    below, above = (region for region, *_ in relaxation.seen[1:])
    assert below.split == above.split == (0, 1)
    assert (below.high == above.low).all()
