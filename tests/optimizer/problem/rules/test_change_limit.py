"""Steps from each period to the next."""

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import ChangeLimit
from optimizer.problem.scope import Scope
from tests.optimizer.problem.rules.samples import SEARCH, TV
from tests.optimizer.toys import scenario, tactic, valued

WEEKS = scenario(tactic("tv", current_spend=10.0), tactic("search", current_spend=40.0), periods=("1", "2", "3"))
SPEND = ([10.0, 12.0, 9.0], [40.0, 20.0, 30.0])
CASES = [
    ({"amount": 20.0}, 0.0),  # 40 → 20
    ({"amount": 15.0}, 5.0),
    ({"amount": 15.0, "scope": TV}, 0.0),
    ({"share": 0.25}, 0.25),  # 40 → 20 and 20 → 30: a half
    ({"share": 0.2, "scope": TV}, 0.05),  # 12 → 9: a quarter
    ({"amount": 9.0, "share": 0.5}, 11.0),
    ({"amount": 100.0, "share": 0.1, "scope": TV}, 1.8),  # 3 where 1.2 are allowed
    ({"amount": 18.0, "together": True}, 0.0),  # 50 → 32
    ({"amount": 17.5, "together": True}, 0.5),
    ({"amount": 10.0, "scope": Scope(periods=("2", "3"))}, 0.0),
    ({"amount": 0.0, "scope": Scope(tactics=("tv",), periods=("1",)), "from_current": True}, 0.0),
]


@pytest.mark.parametrize(("limits", "violation"), CASES)
def test_how_far_the_largest_step_is_off(limits, violation):
    """In money where an amount is given, as a share of the spend before where none is."""
    assert ChangeLimit(name="r", **limits).violation(valued(WEEKS, *SPEND)) == pytest.approx(violation, abs=1e-15)


@pytest.mark.parametrize(("first", "second", "share"), [(0.1, 0.3, 2.0), (3.3, 3.63, 0.1), (1.1, 0.77, 0.3)])
def test_steps_are_decimals(first, second, share):
    """0.3 is three times 0.1, and 3.63 is 3.3 and a tenth of it: no more, whatever doubles say."""
    one = scenario(tactic("tv"), periods=("1", "2"))
    rule = ChangeLimit(name="r", share=share)
    assert rule.violation(valued(one, [first, second])) == 0.0
    assert rule.slack(valued(one, [first, second])) == 0.0


def test_the_first_period_is_held_against_today():
    """25 today, 10 or 30 in the first period."""
    one = scenario(tactic("tv", current_spend=25.0))
    rule = ChangeLimit(name="r", amount=6.0, from_current=True)
    assert [rule.violation(valued(one, spend)) for spend in (10.0, 30.0, 31.5)] == [9.0, 0.0, 0.5]


def test_nothing_grows_from_nothing_by_share():
    """A share of 0 is 0."""
    one = scenario(tactic("tv"), periods=("1", "2"))
    rule = ChangeLimit(name="r", share=5.0)
    assert rule.violation(valued(one, [0.0, 1.0])) > 0
    assert rule.violation(valued(one, [0.0, 0.0])) == 0


def test_the_unit_of_the_limit():
    """Money where there is an amount."""
    assert ChangeLimit(name="r", share=0.1).limit_unit == "whole share"
    assert ChangeLimit(name="r", amount=1.0, share=0.1).limit_unit == "unit of money"


TODAY = tactic("tv", current_spend=1.0)
REFUSED = [
    (ChangeLimit(name="r", amount=1.0), {}, "no_change", "scope"),
    (ChangeLimit(name="r", amount=1.0, scope=Scope(periods=("1", "3"))), {"periods": ("1", "2", "3")}, "no_change",
     "scope"),
    (ChangeLimit(name="r", amount=1.0, from_current=True, scope=Scope(periods=("2", "3"))),
     {"periods": ("1", "2", "3")}, "no_change", "from_current"),
    (ChangeLimit(name="r", amount=1.0, from_current=True), {}, "no_current_spend", "from_current"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "more", "code", "path"), REFUSED)
def test_a_limit_of_no_change_is_refused(rule, more, code, path):
    """One period, periods apart, the first left out, or a tactic without a today."""
    with pytest.raises(ScenarioError) as refused:
        scenario(TODAY, tactic("search"), rules=(rule,), **more)
    assert (refused.value.code, refused.value.path) == (code, f"rules[0].{path}")


def test_a_today_out_of_scope_is_not_asked_for():
    """Only the tactics that are held."""
    rule = ChangeLimit(name="r", amount=1.0, from_current=True, scope=TV)
    assert scenario(TODAY, tactic("search"), rules=(rule,)).rules == (rule,)
    with pytest.raises(ScenarioError):
        scenario(TODAY, tactic("search"), rules=(ChangeLimit(name="r", amount=1.0, from_current=True, scope=SEARCH),))
