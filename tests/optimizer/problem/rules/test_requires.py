"""Not without the other."""

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import Requires
from optimizer.problem.scope import Scope
from tests.optimizer.problem.rules.samples import SEARCH, TV
from tests.optimizer.toys import scenario, valued

TWO = scenario(periods=("a", "b"))


def rule(**more):
    return Requires(**{"name": "r", "scope": SEARCH, "needs": TV} | more)


@pytest.mark.parametrize(
    ("tv", "search", "more", "slack"),
    [
        ([0.0, 0.0], [0.0, 0.0], {}, np.inf),
        ([5.0, 0.0], [0.0, 0.0], {}, np.inf),
        ([5.0, 0.0], [9.0, 0.0], {}, 0.0),
        ([5.0, 0.0], [9.0, 9.0], {}, -1.0),
        ([0.0, 0.0], [9.0, 9.0], {}, -2.0),
        ([5.0, 0.0], [9.0, 9.0], {"over_all": True}, 0.0),
        ([5.0, 7.0], [9.0, 9.0], {"over_all": True}, 1.0),
        ([5.0, 7.0], [9.0, 9.0], {"minimum": 5.0}, 0.0),
        ([5.0, 7.0], [9.0, 9.0], {"minimum": 6.0}, -1.0),
        ([5.0, 7.0], [0.0, 9.0], {"minimum": 6.0}, 1.0),
        ([5.0, 7.0], [0.0, 9.0], {"minimum": 10.0, "over_all": True}, 2.0),
        ([0.1, 0.2], [0.0, 9.0], {"minimum": 0.3, "over_all": True}, 0.0),
        ([0.001, 9.0], [0.0, 9.0], {}, -1.0),
        ([5.0, 5.0], [5.0, 5.0], {"needs": Scope(tactics=("tv",), periods=("a",))}, -1.0),
    ],
)
def test_periods_without_what_is_needed_are_counted(tv, search, more, slack):
    """Where it is there, what there is more of it: tactics, or money as decimals."""
    own = valued(TWO, tv, search)
    assert rule(**more).slack(own) == slack
    assert rule(**more).violation(own) == max(0.0, -slack)


def test_decisions_of_both_sides_stay():
    """With a minimum, what is needed may move: its row is kept by the rounding itself."""
    own = valued(TWO, [0.0, 5.0], [0.0, 9.0])
    low, high = rule().decided(own)
    assert low.tolist() == [[0.0, 0.01], [0.0, 0.01]]
    assert high.tolist() == [[0.0, np.inf], [0.0, np.inf]]
    low, high = rule(minimum=5.0).decided(own)
    assert (low[0].tolist(), high[0].tolist()) == ([0.0, 0.0], [np.inf, np.inf])


def test_a_minimum_of_nothing_is_refused():
    """Left out, one tactic is enough."""
    with pytest.raises(ScenarioError) as refused:
        rule(minimum=0.0)
    assert (refused.value.code, refused.value.path) == ("not_positive", "minimum")


def test_what_is_needed_has_to_exist():
    """Seen from its own field."""
    with pytest.raises(ScenarioError) as refused:
        scenario(rules=(rule(needs=Scope(tactics=("radio",))),))
    assert (refused.value.code, refused.value.path) == ("unknown_tactic", "rules[0].needs.tactics[0]")
