"""So many tactics at a time."""

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import ActiveCount
from tests.optimizer.toys import scenario, valued

TWO = scenario(periods=("a", "b"))
SPENDS = ([10.0, 20.0], [0.0, 30.0])  # one tactic in the first period, two in the second


def rule(**more):
    return ActiveCount(name="r", **more)


@pytest.mark.parametrize(
    ("limits", "violation", "slack"),
    [
        ({"at_most": 2}, 0.0, 0.0),
        ({"at_most": 1}, 1.0, -1.0),
        ({"at_least": 2}, 1.0, -1.0),
        ({"at_least": 4}, 3.0, -3.0),
        ({"at_least": 2, "over_all": True}, 0.0, 0.0),
        ({"at_most": 1, "over_all": True}, 1.0, -1.0),
        ({"at_most": 2, "minimum": 15.0}, 1.0, -1.0),
        ({"at_most": 3, "at_least": 0, "minimum": 10.0}, 0.0, 1.0),
    ],
)
def test_too_many_and_too_few_are_counted(limits, violation, slack):
    """By whole numbers, the worst period; a cell between nothing and the minimum is one too many."""
    own = valued(TWO, *SPENDS)
    assert (rule(**limits).violation(own), rule(**limits).slack(own)) == (violation, slack)


@pytest.mark.parametrize(
    ("limits", "code", "path"),
    [
        ({}, "no_limit", ""),
        ({"minimum": 5.0}, "no_limit", ""),
        ({"at_most": 1.5}, "not_a_count", "at_most"),
        ({"at_most": 1, "minimum": 0.0}, "not_positive", "minimum"),
    ],
)
def test_what_cannot_be_meant_is_refused(limits, code, path):
    """No limit, half a tactic, a minimum of nothing."""
    with pytest.raises(ScenarioError) as refused:
        rule(**limits)
    assert (refused.value.code, refused.value.path) == (code, path)
