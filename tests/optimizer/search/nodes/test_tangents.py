"""Tangents lie above the curves where they hold, and are switched off where they do not."""

import numpy as np
import pytest

from optimizer.formulation.model import to_pulp
from optimizer.search.nodes.tangents import Tangents
from optimizer.search.region.hull import Hull, Region
from optimizer.solver.highs import Program
from tests.optimizer.search.toys import TOYS, toy
from tests.optimizer.toys import DOUBLE_ROOT, ROOT, modelled, wire


def _program(model):
    program = Program(to_pulp(model))
    program.relax(True)
    return program, Tangents(model, program)


@pytest.mark.parametrize("name", TOYS)
def test_no_plan_is_cut_off(name):
    """With tangents everywhere, the relaxation still costs no more than the best plan on the grid."""
    known = toy(name)
    model = known.model
    program, tangents = _program(model)
    region = Region(low=model.cells.low, high=model.cells.high)
    hull, every = Hull(model, region), np.arange(len(model.cells.low))
    for share in np.linspace(0.0, 1.0, 15):
        inputs = region.low + share * (region.high - region.low)
        tangents.add_above(every, inputs, hull, region)
        tangents.add_below(model.two_sided, inputs[model.two_sided], hull, region)
    outcome = program.solve(10.0)
    assert outcome.cost <= known.best() + 1e-9
    assert outcome.cost > -np.inf


@pytest.mark.parametrize("name", ["s-shaped", "tables and draws", "outcome at most"])
def test_tangents_of_a_half_hold_only_there(name):
    """Entering one half and leaving it again gives back the root's bound; inside it no plan of the half is cut off."""
    known = toy(name)
    model = known.model
    program, tangents = _program(model)
    root = Region(low=model.cells.low, high=model.cells.high)
    hull, every = Hull(model, root), np.arange(len(model.cells.low))
    tangents.add_above(every, root.high, hull, root)
    tangents.add_below(model.two_sided, root.low[model.two_sided], hull, root)
    wide = program.solve(10.0).cost
    half = root.halves(0, 30.0)[0]
    tangents.enter(half)
    inner = Hull(model, half, hull)
    for share in (0.0, 0.3, 0.7, 1.0):
        inputs = half.low + share * (half.high - half.low)
        tangents.add_above(np.array([0]), inputs[:1], inner, half)
        low = model.two_sided[:1]
        tangents.add_below(low, inputs[low], inner, half)
    tight = program.solve(10.0)
    assert tight.ending == "infeasible" or wide - 1e-9 <= tight.cost <= known.best(half) + 1e-9
    tangents.enter(root)
    assert program.solve(10.0).cost == pytest.approx(wide, abs=1e-9)


def test_an_infinite_slope_is_moved_off_zero():
    """A root at 0: the tangent is a little inside, finite, and above the curve."""
    model = toy("concave").model
    program, tangents = _program(model)
    region = Region(low=model.cells.low, high=model.cells.high)
    tangents.add_above(np.array([0]), np.array([0.0]), Hull(model, region), region)
    assert program.rows == len(model.drafts) + 1


def test_a_moved_root_keeps_the_tangents_that_hold_there():
    """Rows of a half are taken out when the root is looked at again, those of concave curves and of the root stay."""
    model = toy("s-shaped").model
    program, tangents = _program(model)
    root = Region(low=model.cells.low, high=model.cells.high)
    hull, every = Hull(model, root), np.arange(len(model.cells.low))
    tangents.add_above(every, 0.5 * root.high, hull, root)
    before, cost = program.rows, program.solve(10.0).cost
    half = root.halves(0, 30.0)[1]
    tangents.enter(half)
    tangents.add_above(every, 0.5 * (half.low + half.high), Hull(model, half, hull), half)
    tangents.move(model, root)
    concave = int(model.cells.curves.concave.sum())
    assert program.rows == before + concave
    tangents.enter(root)
    assert program.solve(10.0).cost == pytest.approx(cost, rel=0.2)
    assert program.solve(10.0).cost >= cost - 1e-9


def test_a_tangent_made_on_a_point_holds_there_only():
    """On [0, 0] a table's hull has no slope: a row made there would keep the response at 0 wherever else one looks."""
    table = {"family": "tabulated", "points": [[0, 0], [50, 200], [100, 250]]}
    model = modelled(wire({"a": table}, budget={"at_most": 80}))
    program, tangents = _program(model)
    root = Region(low=model.cells.low, high=model.cells.high)
    point = Region(low=root.low, high=root.low)
    tangents.add_above(np.array([0]), point.low, Hull(model, point), point)
    tangents.move(model, root)
    assert program.rows == len(model.drafts)


def test_tangents_that_are_exchanged_leave_two_of_each_cell():
    """Those before are gone; one that would stand twice is written once."""
    model = modelled(wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 100}))
    program, tangents = _program(model)
    region = Region(low=model.cells.low, high=model.cells.high)
    hull, every, rows = Hull(model, region), np.arange(len(model.cells.low)), program.rows
    for share in (0.1, 0.5, 0.9):
        tangents.add_above(every, region.low + share * (region.high - region.low), hull, region)
    middle = 0.5 * (region.low + region.high)
    high = middle.copy()
    high[0] = 0.9 * region.high[0]
    tangents.exchange(middle, high, hull, region)
    assert program.rows <= rows + len(every) + 1
    tangents.enter(region)
    assert program.solve(10.0).ending == "optimal"
