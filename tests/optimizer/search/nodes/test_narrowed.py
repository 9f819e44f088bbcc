"""Concave tables beside shares: a program of the cells that prices leave open, whose duals prove the whole."""

import numpy as np
import pytest

from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.spends import Spends
from optimizer.search.newton.start import begun
from optimizer.search.nodes.narrowed import narrowed
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.region.seed import Seed
from tests.effort import seeds
from tests.optimizer.toys import modelled
from tests.oracles import instances

GAP = 1e-6


def _relaxation(seed=1):
    """600 tables beside five shares."""
    model = modelled(instances.with_shares(instances.tables(600, seed)))
    return Relaxation(model, Incumbent(model), Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0), GAP)


def _start(own):
    return begun(Seed.of(own.model, own.hull, own.root), Spends(own.model), own.box)


@pytest.mark.parametrize("seed", seeds([1, 3], [2]))
def test_what_is_found_is_the_best_of_all(seed):
    """A program of all cells, refined from nothing, comes to the same."""
    own, whole = _relaxation(seed), _relaxation(seed)
    visit = own.open()
    assert visit.ending == "cut off"
    assert visit.bound >= own.incumbent.cost * (1.0 + GAP)
    whole.refine(whole.root, -np.inf)
    assert own.incumbent.cost == pytest.approx(whole.incumbent.cost, rel=2 * GAP)


def test_few_cells_have_tangents():
    """Most are led to one point by prices that are off a little: they have no row."""
    own = _relaxation()
    own.open()
    assert own.program.rows < len(own.model.drafts) + len(own.model.cells.inputs) / 2


def test_the_program_is_as_it_was_afterwards():
    """Its columns have their own limits again, and first tangents are placed by the next solve."""
    own = _relaxation()
    narrowed(own, *_start(own))
    cost, rows = own.incumbent.cost, own.program.rows
    visit = own.refine(own.root, -np.inf)
    assert own.program.rows > rows + len(own.model.cells.inputs)
    assert visit.bound <= cost + 1e-9
    assert visit.bound == pytest.approx(cost, rel=1e-4)


def test_prices_that_are_far_off_prove_nothing():
    """What is left open by such prices does not hold the best plan: nothing is told."""
    own = _relaxation()
    columns, duals = _start(own)
    assert narrowed(own, columns, 3.0 * duals) is None
