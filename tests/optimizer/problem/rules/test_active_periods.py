"""When a tactic is on the air."""

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import ActivePeriods
from optimizer.problem.scope import Scope
from tests.optimizer.problem.rules.samples import SEARCH, TV
from tests.optimizer.toys import scenario, valued

SIX = tuple("123456")
NOTHING = [0.0] * 6


def measured(pattern, **limits):
    """Violation and slack of a tactic that is on where the pattern has an x; the other spends nothing."""
    rule = ActivePeriods(name="r", **{"scope": TV} | limits)
    own = valued(scenario(periods=SIX), [10.0 * (mark == "x") for mark in pattern], NOTHING)
    return rule.violation(own), rule.slack(own)


@pytest.mark.parametrize(
    ("pattern", "limits", "slack"),
    [
        ("xx.x..", {"at_least": 3}, 0.0),
        ("xx.x..", {"at_most": 2}, -1.0),
        ("......", {"at_least": 2}, -2.0),
        ("xx.xx.", {"at_least": 1, "at_most": 6}, 2.0),
        (".x....", {"at_most": 1, "scope": Scope(tactics=("tv",), periods=("3", "4"))}, 1.0),
    ],
)
def test_periods_are_counted_by_tactic(pattern, limits, slack):
    """Those of the scope, by whole numbers."""
    assert measured(pattern, **limits) == (max(0.0, -slack), slack)


@pytest.mark.parametrize(
    ("pattern", "slack"),
    [
        ("......", np.inf),
        ("xxx...", 0.0),
        ("xx....", -1.0),
        (".x.xxx", -2.0),
        ("....xx", np.inf),
        ("xxxx.x", 1.0),
        ("xxxxxx", np.inf),
    ],
)
def test_a_run_is_long_enough_or_cut_off_by_the_end(pattern, slack):
    """Three in a row; the last period cuts a run off, the first one begins it."""
    assert measured(pattern, min_run=3) == (max(0.0, -slack), slack)


@pytest.mark.parametrize(("pattern", "slack"), [("..xx..", np.inf), ("..x.xx", -1.0), (".xxxx.", np.inf)])
def test_a_run_is_cut_off_where_the_scope_ends(pattern, slack):
    """Of the periods 1 to 4, whatever comes after them."""
    assert measured(pattern, min_run=2, scope=Scope(periods=("1", "2", "3", "4")))[1] == slack


def test_each_tactic_is_counted_by_itself():
    """The worst of them is told."""
    own = valued(scenario(periods=("1", "2")), [1.0, 1.0], [1.0, 0.0])
    assert ActivePeriods(name="r", at_least=2).slack(own) == -1.0
    assert ActivePeriods(name="r", scope=SEARCH, at_least=1).slack(own) == 0.0


def test_money_in_a_blackout_is_told_as_money():
    """10 in each of two periods."""
    assert measured("xx.x..", blackout=("1", "4")) == (20.0, -20.0)
    assert measured("xx.x..", blackout=("3",)) == (0.0, 0.0)


def test_too_little_is_neither_on_nor_off():
    """Two cells below the minimum; a blackout alone knows no minimum."""
    assert measured("xx....", at_most=6, minimum=10.01)[0] == 2.0
    assert measured("xx....", blackout=("6",))[0] == 0.0


def test_decisions_stay_and_a_blackout_is_silent():
    """On stays on, off stays off, the blackout at nothing; without switches all else is open."""
    own = valued(scenario(periods=("1", "2", "3")), [10.0, 0.0, 10.0], NOTHING[:3])
    low, high = ActivePeriods(name="r", scope=TV, at_most=2, minimum=5.0, blackout=("3",)).decided(own)
    assert (low[0].tolist(), high[0].tolist()) == ([5.0, 0.0, 0.0], [np.inf, 0.0, 0.0])
    low, high = ActivePeriods(name="r", scope=TV, blackout=("3",)).decided(own)
    assert (low[0].tolist(), high[0].tolist()) == ([0.0, 0.0, 0.0], [np.inf, np.inf, 0.0])


REFUSED = [
    ({}, "no_limit", ""),
    ({"minimum": 4.0}, "no_limit", ""),
    ({"min_run": 0}, "not_a_count", "min_run"),
    ({"min_run": 2.0}, "not_a_count", "min_run"),
    ({"at_least": 3, "at_most": 2}, "minimum_above_maximum", "at_least"),
    ({"at_most": 3, "minimum": -1.0}, "not_positive", "minimum"),
]


@pytest.mark.parametrize(("limits", "code", "path"), REFUSED)
def test_what_cannot_be_meant_is_refused(limits, code, path):
    """No limit, no run, upside down."""
    with pytest.raises(ScenarioError) as refused:
        ActivePeriods(name="r", **limits)
    assert (refused.value.code, refused.value.path) == (code, path)


def test_a_blackout_is_one_of_the_scopes_periods():
    """A period that is not spoken of cannot be silenced."""
    for scope, blackout in ((Scope(), ("1", "7")), (Scope(periods=("1", "2")), ("2", "3"))):
        with pytest.raises(ScenarioError) as refused:
            scenario(periods=SIX, rules=(ActivePeriods(name="r", scope=scope, blackout=blackout),))
        assert (refused.value.code, refused.value.path) == ("unknown_period", "rules[0].blackout[1]")
