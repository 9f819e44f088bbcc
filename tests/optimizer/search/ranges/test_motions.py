"""Limits in columns are the limits one by one."""

import numpy as np
import pytest

from optimizer.problem.side import SIDES
from optimizer.search.ranges.motion import of_limit
from optimizer.search.ranges.motions import Motions
from tests.optimizer.toys import ROOT, line, modelled, wire

LIMITED = wire(
    [line("a", ROOT, spend={"at_least": 2, "at_most": 30}), line("b", ROOT, spend={"at_least": 0, "at_most": 40})],
    periods=["1", "2"],
    budget={"at_most": 90},
)


def limited():
    """The budget, the floor and the ceiling of a, the floor of b."""
    model = modelled(LIMITED)
    tactics, sides = np.array([0, 0, 1]), [SIDES.index(side) for side in ("at_least", "at_most", "at_least")]
    return model, Motions.of(model, [of_limit(model, "budget", "at_most")], tactics, np.array(sides))


def test_each_is_one_limit_and_its_side():
    """A spend's limit moves all the spends of its tactic by a unit each, and is 0 at the least."""
    model, motions = limited()
    found = [motions.one(place) for place in range(motions.number)]
    names = ["budget", "spend limit of a", "spend limit of a", "spend limit of b"]
    assert [motion.name for motion in found] == motions.names == names
    assert [motion.side for motion in found] == ["at_most", "at_least", "at_most", "at_least"]
    assert [motion.limit for motion in found] == [90.0, 2.0, 30.0, 0.0]
    assert [(motion.least, motion.most) for motion in found] == [(0.0, np.inf)] * 4
    assert found[2].columns.tolist() == model.spend[0].tolist()
    assert (found[2].column_move * model.scale[found[2].columns]).tolist() == pytest.approx([1.0, 1.0])


def test_some_of_them_are_the_same_ones_in_another_order():
    """One perhaps more than once."""
    _, motions = limited()
    some = motions.take(np.array([3, 0, 0]))
    assert some.names == ["spend limit of b", "budget", "budget"]
    assert some.limit.tolist() == [0.0, 90.0, 90.0]


def test_a_step_is_compared_with_the_limit_or_with_what_its_row_adds_up():
    """1 where a limit is 0; a row's may be more than its limit."""
    model, motions = limited()
    columns = np.ones(len(model.cost))
    sizes = motions.sizes(columns)
    assert sizes[1:].tolist() == [2.0, 30.0, 1.0]
    assert sizes[0] == motions.one(0).size(model, columns)
