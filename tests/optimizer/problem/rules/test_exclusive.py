"""One or the other."""

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import Exclusive
from optimizer.problem.scope import Scope
from tests.optimizer.problem.rules.samples import SEARCH, TV
from tests.optimizer.toys import scenario, tactic, valued

THREE = scenario(tactic("tv"), tactic("radio"), tactic("search"), periods=("a", "b"))
OTHERS = Scope(tactics=("radio", "search"))
SPENDS = ([9.0, 0.0], [0.0, 9.0], [0.0, 9.0])  # tv first, the others after it


@pytest.mark.parametrize(
    ("limits", "slack"),
    [
        ({}, -1.0),
        ({"at_most": 2}, 0.0),
        ({"at_most": 2, "over_all": True}, -1.0),
        ({"scope": TV}, 0.0),
        ({"scope": Scope(periods=("a",))}, 0.0),
        ({"groups": (TV, OTHERS)}, 0.0),
        ({"groups": (TV, OTHERS), "over_all": True}, -1.0),
        ({"groups": (SEARCH, OTHERS)}, -1.0),
        ({"groups": (TV, OTHERS), "at_most": 0}, -1.0),
    ],
)
def test_who_is_on_together_is_counted(limits, slack):
    """Tactics, or groups of them; by period, or over all."""
    rule, own = Exclusive(name="r", **limits), valued(THREE, *SPENDS)
    assert (rule.violation(own), rule.slack(own)) == (max(0.0, -slack), slack)


def test_less_than_a_cent_is_neither_on_nor_off():
    """And no way round the rule."""
    assert Exclusive(name="r", at_most=3).violation(valued(THREE, [9.0, 0.001], [0.0, 0.0], [0.002, 0.0])) == 2.0


def test_decisions_stay_in_every_group():
    """What no group speaks of stays open."""
    low, high = Exclusive(name="r", groups=(TV, SEARCH)).decided(valued(THREE, *SPENDS))
    assert low.tolist() == [[0.01, 0.0], [0.0, 0.0], [0.0, 0.01]]
    assert high.tolist() == [[np.inf, 0.0], [np.inf, np.inf], [0.0, np.inf]]


@pytest.mark.parametrize(
    ("limits", "code", "path"),
    [
        ({"at_most": -1}, "not_a_count", "at_most"),
        ({"at_most": 1.0}, "not_a_count", "at_most"),
        ({"scope": TV, "groups": (SEARCH, OTHERS)}, "scope_and_groups", "groups"),
    ],
)
def test_what_cannot_be_meant_is_refused(limits, code, path):
    """No count; a scope and groups at once."""
    with pytest.raises(ScenarioError) as refused:
        Exclusive(name="r", **limits)
    assert (refused.value.code, refused.value.path) == (code, path)


def test_each_group_is_checked():
    """Seen from its own place."""
    with pytest.raises(ScenarioError) as refused:
        scenario(rules=(Exclusive(name="r", groups=(TV, Scope(tactics=("print",)))),))
    assert (refused.value.code, refused.value.path) == ("unknown_tactic", "rules[0].groups[1].tactics[0]")
