"""Nothing, or enough."""

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import MinimumIfActive
from tests.optimizer.problem.rules.samples import TV
from tests.optimizer.toys import scenario, valued

RULE = MinimumIfActive(name="r", scope=TV, at_least=30.0)


@pytest.mark.parametrize(("spend", "violation"), [(0.0, 0.0), (30.0, 0.0), (99.0, 0.0), (10.0, 10.0), (25.0, 5.0)])
def test_the_nearer_of_nothing_and_enough(spend, violation):
    """10 is 10 too much for nothing, 25 is 5 too little."""
    assert RULE.violation(valued(scenario(), spend, 1.0)) == violation


def test_every_cell_is_measured_by_itself():
    """The worst of the periods, not their sum."""
    own = valued(scenario(periods=("a", "b")), [25.0, 40.0], [1.0, 1.0])
    assert RULE.violation(own) == 5.0


def test_decisions_are_kept_cell_by_cell():
    """On stays on from the minimum up, off stays off; cells outside the scope stay open."""
    low, high = RULE.decided(valued(scenario(periods=("a", "b")), [0.0, 40.0], [0.0, 5.0]))
    assert low.tolist() == [[0.0, 30.0], [0.0, 0.0]]
    assert high.tolist() == [[0.0, np.inf], [np.inf, np.inf]]


@pytest.mark.parametrize(("spend", "slack"), [(0.0, np.inf), (30.0, 0.0), (45.0, 15.0)])
def test_it_binds_at_the_minimum(spend, slack):
    """A cell that is off is not limited."""
    assert RULE.slack(valued(scenario(), spend, 1.0)) == slack


def test_a_minimum_of_nothing_is_refused():
    """It would be no rule."""
    with pytest.raises(ScenarioError) as refused:
        MinimumIfActive(name="r", at_least=0.0)
    assert (refused.value.code, refused.value.path) == ("not_positive", "at_least")
