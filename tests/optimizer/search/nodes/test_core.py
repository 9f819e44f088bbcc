"""Bent tables beside shares: pieces that prices leave out are in no better plan, and the others are searched among."""

import numpy as np
import pytest

from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.nodes.core import core
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.solver.highs import Program
from tests.effort import seeds
from tests.optimizer.toys import modelled
from tests.oracles import instances
from tests.oracles.solve import solve

GAP = 1e-7


def _shared(tactics, seed):
    """Tables of five points beside five shares."""
    return instances.with_shares(instances.tables(tactics, seed, bent=True, points=5))


def _searched(tactics, seed, gap=GAP, seconds=60.0):
    """What the core tells, and the relaxation with its plan."""
    model, deadline = modelled(_shared(tactics, seed)), Deadline.after(seconds, lambda: 0.0)
    own = Relaxation(model, Incumbent(model), deadline, gap)
    return core(own, deadline), own


@pytest.mark.parametrize("seed", seeds(1, 2))
def test_a_program_of_all_pieces_finds_nothing_better(monkeypatch, seed):
    """HiGHS's own search among them: what either finds is within the bound of the other."""
    scenario = _shared(8, seed) | {"solve": {"gap": GAP, "time_limit": 20}}
    plan = solve(scenario)
    monkeypatch.setattr("optimizer.search.by_pieces.core", lambda *_: None)
    other = solve(scenario)
    assert plan["status"] == other["status"] == "optimal"
    assert plan["value"] <= other["bound"] * (1 + 1e-9)
    assert other["value"] <= plan["bound"] * (1 + 1e-9)


@pytest.mark.parametrize("first", [1, 10_000])
def test_it_matters_not_where_it_begins(monkeypatch, first):
    """With next to no decisions, which are not enough, or with all that may be in a better plan."""
    usual = _searched(20, 2)[1]
    monkeypatch.setattr("optimizer.search.nodes.core.FIRST", first)
    visit, own = _searched(20, 2)
    assert visit.ending == "cut off"
    assert own.incumbent.cost == pytest.approx(usual.incumbent.cost, rel=2 * GAP)
    assert own.cutoff <= visit.bound


def test_few_pieces_are_left_open():
    """Of 200 cells with five pieces each."""
    visit, own = _searched(200, 1, gap=1e-4)
    assert visit.bound >= own.incumbent.cost * (1 + 1e-4)
    assert 0 < visit.pieces < 200


def test_duals_belong_to_the_pieces_on_which_the_plan_stands():
    """There they prove what it costs."""
    visit, own = _searched(20, 2)
    cells = own.model.cells
    inputs = own.incumbent.columns[cells.inputs] * own.model.scale[cells.inputs]
    assert (visit.region.low <= inputs + 1e-6).all()
    assert (inputs <= visit.region.high + 1e-6).all()
    there = own.refine(visit.region, -np.inf)
    assert there.bound == pytest.approx(own.incumbent.cost, rel=1e-6)


def test_what_time_leaves_open_is_told(monkeypatch):
    """A solver that has no time after some programs: the bound is that of the relaxation or better, and no more."""
    solved, count = Program.solve, iter(range(1000))
    monkeypatch.setattr(Program, "solve", lambda own, seconds: solved(own, seconds if next(count) < 12 else 0.0))
    visit, own = _searched(20, 2)
    assert visit.ending == "limit"
    assert -np.inf < visit.bound < own.cutoff
    monkeypatch.undo()
    assert visit.bound <= _searched(20, 2)[1].incumbent.cost
