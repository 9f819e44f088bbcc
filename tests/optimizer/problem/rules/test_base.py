"""What every rule has: a name, references that exist, a violation and a slack; and the shape of a range."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import RULES, Efficiency, RangeRule, ShareRange, SpendRange
from optimizer.problem.scope import Scope
from tests.optimizer.problem.rules.samples import SAMPLES
from tests.optimizer.toys import scenario, valued


def test_every_kind_has_a_sample():
    """A new kind of rule comes with its tests: here is where they start."""
    assert SAMPLES.keys() == RULES.keys()


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_rule_without_a_name_is_refused(kind):
    """A plan speaks of its rules by name."""
    with pytest.raises(ScenarioError) as refused:
        SAMPLES[kind](name="")
    assert (refused.value.code, refused.value.path) == ("empty_name", "name")


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_rule_of_an_unknown_tactic_is_refused_at_its_scope(kind):
    """Wherever the scope stands in the rule."""
    with pytest.raises(ScenarioError) as refused:
        scenario(rules=(SAMPLES[kind](name="r", scope=Scope(tactics=("radio",))),))
    assert refused.value.code == "unknown_tactic"
    assert refused.value.path in ("rules[0].scope.tactics[0]", "rules[0].terms[0].scope.tactics[0]")


@pytest.mark.parametrize("kind", [kind for kind in SAMPLES if RULES[kind].limiting])
def test_a_broken_rule_has_no_slack_and_a_kept_one_no_violation(kind):
    """Over a grid of spends, violation and slack never contradict each other."""
    one = scenario(rules=(SAMPLES[kind](name="r"),))
    broken = kept = 0
    for tv, search in np.ndindex(13, 13):
        own = valued(one, 5.0 * tv, 5.0 * search)
        violation, slack = one.rules[0].violation(own), one.rules[0].slack(own)
        assert violation >= 0
        assert (violation > 0) <= (slack <= 0)
        broken, kept = broken + (violation > 0), kept + (violation == 0)
    assert broken
    assert kept


RANGES = [kind for kind in RULES if issubclass(RULES[kind], RangeRule)]
REFUSED = [
    ({}, "no_limit", ""),
    ({"at_least": 0.6, "at_most": 0.5}, "minimum_above_maximum", "at_least"),
    ({"at_most": float("nan")}, "not_finite", "at_most"),
    ({"at_least": "1"}, "not_a_number", "at_least"),
]


@pytest.mark.parametrize("kind", RANGES)
@pytest.mark.parametrize(("limits", "code", "path"), REFUSED)
def test_a_range_that_cannot_be_meant_is_refused(kind, limits, code, path):
    """No limit, upside down, or no number."""
    with pytest.raises(ScenarioError) as refused:
        SAMPLES[kind](name="r", **{"at_least": None, "at_most": None} | limits)
    assert (refused.value.code, refused.value.path) == (code, path)


@pytest.mark.parametrize(
    ("limits", "size"),
    [({"at_least": 3.0}, 3.0), ({"at_least": -9.0, "at_most": 2.0}, 9.0), ({"at_most": 0.0}, 1.0)],
)
def test_a_violation_is_compared_with_the_largest_limit(limits, size):
    """With 1 where every limit is 0."""
    assert SpendRange(name="r", **limits).size == size


def test_the_nearest_limit_is_the_slack():
    """40 between 30 and 100 is 10 from the nearer one."""
    rule = SpendRange(name="r", at_least=30.0, at_most=100.0)
    assert rule.slack(valued(scenario(), 40.0, 0.0)) == 10.0


@pytest.mark.parametrize("kind", [kind for kind in RULES if RULES[kind].priced])
def test_rules_without_decisions_decide_nothing(kind):
    """Every spend from 0 up stays open, so that its price is a derivative."""
    low, high = SAMPLES[kind](name="r").decided(valued(scenario(), 1.0, 2.0))
    assert (low == 0).all()
    assert np.isinf(high).all()


@pytest.mark.parametrize("kind", [kind for kind in RULES if RULES[kind] not in (ShareRange, Efficiency)])
def test_a_limit_moves_its_row_by_as_much(kind):
    """Only a share moves it by the whole, and a return by what it is the return of."""
    assert SAMPLES[kind](name="r").leverage(valued(scenario(), 10.0, 30.0)) == 1.0


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_rule_is_asked_of_what_it_speaks_of(kind):
    """Spend of other cells is all the same to it, where there are any."""
    rule = SAMPLES[kind](name="r", scope=Scope(tactics=("tv",)))
    own = valued(scenario(rules=(rule,)), 30.0, 10.0)
    spoken = np.logical_or.reduce([own.cells(scope) for scope in rule.scopes])
    assert spoken[0, 0]
    for other in (0.0, 3.0, 25.0, 400.0):
        spend = np.where(spoken, own.spend, other)
        assert rule.violation(replace(own, spend=spend)) == rule.violation(own)
