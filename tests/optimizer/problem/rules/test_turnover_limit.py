"""How far a plan stands from a reference plan."""

import numpy as np
import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import ReferenceLine, TurnoverLimit
from optimizer.problem.scope import Scope
from tests.optimizer.problem.rules.samples import SEARCH, TV
from tests.optimizer.toys import scenario, tactic, valued

TODAY = scenario()  # 20 on tv, 20 on search
PLAN = (ReferenceLine(tactic="tv", spend=30.0), ReferenceLine(tactic="search", period="all", spend=10.0))
CASES = [
    ({"amount": 12.0}, (15.0, 30.0), 3.0),  # 5 less and 10 more
    ({"amount": 15.0}, (15.0, 30.0), 0.0),
    ({"share": 0.25}, (15.0, 30.0), 0.125),  # 15 of 40 are 0.375
    ({"amount": 14.0, "share": 0.25}, (15.0, 30.0), 5.0),
    ({"amount": 3.0, "scope": TV}, (15.0, 30.0), 2.0),
    ({"amount": 25.0, "reference": PLAN}, (15.0, 30.0), 10.0),
    ({"amount": 25.0, "reference": PLAN[:1]}, (15.0, 30.0), 20.0),  # search is not named: 0
    ({"share": 0.5, "reference": PLAN, "scope": SEARCH}, (15.0, 30.0), 1.5),
    ({"lines": 1}, (15.0, 30.0), 1.0),
    ({"lines": 1}, (20.0, 30.0), 0.0),
    ({"lines": 0, "scope": TV}, (20.0, 30.0), 0.0),
    ({"lines": 0, "scope": SEARCH}, (20.0, 20.01), 1.0),
    ({"lines": 1, "amount": 99.0}, (15.0, 30.0), 5.0),  # 5 moved back leave one line
    ({"amount": 0.3, "reference": ()}, (0.1, 0.2), 0.0),
]


@pytest.mark.parametrize(("limits", "spend", "violation"), CASES)
def test_how_far_the_plan_is_off(limits, spend, violation):
    """In money, as a share where there is no amount, in lines where there is neither."""
    assert TurnoverLimit(name="r", **limits).violation(valued(TODAY, *spend)) == pytest.approx(violation, abs=1e-15)


def test_moves_are_decimals():
    """From 0.4 each to 0.1 and 0.2 are 0.5, and no bit more."""
    lines = tuple(ReferenceLine(tactic=name, spend=0.4) for name in ("tv", "search"))
    rule = TurnoverLimit(name="r", amount=0.5, reference=lines)
    assert (rule.violation(valued(TODAY, 0.1, 0.2)), rule.slack(valued(TODAY, 0.1, 0.2))) == (0.0, 0.0)


CENTS = [(10.0, False), (10.01, False), (10.005, False), (10.02, True), (9.99, True)]


@pytest.mark.parametrize(("spend", "differs"), CENTS)
def test_a_reference_between_two_cents_is_either(spend, differs):
    """10.005 is no money that can be spent: 10.00 and 10.01 do not differ from it."""
    rule = TurnoverLimit(name="r", lines=0, scope=TV, reference=(ReferenceLine(tactic="tv", spend=10.005),))
    assert (rule.violation(valued(TODAY, spend, 0.0)) > 0) is differs


def test_lines_that_are_decided_stay_where_they_are():
    """The furthest may move on; the others are held to their reference, whatever the solver's tolerances left."""
    rule = TurnoverLimit(name="r", lines=1)
    low, high = rule.decided(valued(TODAY, 20.0 + 1e-9, 35.0))
    assert low.ravel().tolist() == [20.0, 0.0]
    assert high.ravel().tolist() == [20.0, np.inf]
    low, high = rule.decided(valued(TODAY, 20.0 - 1e-9, 20.0))
    assert low.ravel().tolist() == high.ravel().tolist() == [20.0, 20.0]


def test_lines_alone_have_no_price():
    """Money and shares have, and their units."""
    told = [TurnoverLimit(name="r", lines=3, **limit) for limit in ({}, {"share": 0.1}, {"share": 0.1, "amount": 5.0})]
    assert [rule.has_price for rule in told] == [False, True, True]
    assert [rule.limit_unit for rule in told] == ["line", "whole share", "unit of money"]
    assert [rule.size for rule in told] == [3.0, 0.1, 5.0]


NEXT = tactic("tv", current_spend=1.0)
REFUSED = [
    ({"amount": 1.0}, "no_current_spend", "reference"),
    ({"amount": 1.0, "reference": (ReferenceLine(tactic="radio", period="1", spend=1.0),)}, "unknown_tactic",
     "reference[0].tactic"),
    ({"amount": 1.0, "reference": (ReferenceLine(tactic="tv", period="3", spend=1.0),)}, "unknown_period",
     "reference[0].period"),
    ({"amount": 1.0, "reference": (ReferenceLine(tactic="tv", spend=1.0),)}, "missing_field", "reference[0].period"),
    ({"amount": 1.0, "reference": 2 * (ReferenceLine(tactic="tv", period="1", spend=1.0),)}, "duplicate_cell",
     "reference[1]"),
    ({"lines": 1, "scope": Scope(periods=("3",))}, "unknown_period", "scope.periods[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("limits", "code", "path"), REFUSED)
def test_a_reference_that_cannot_be_meant_is_refused(limits, code, path):
    """With its place in the list."""
    with pytest.raises(ScenarioError) as refused:
        scenario(NEXT, tactic("search"), periods=("1", "2"), rules=(TurnoverLimit(name="r", **limits),))
    assert (refused.value.code, refused.value.path) == (code, f"rules[0].{path}")


@pytest.mark.parametrize(
    ("limits", "code", "path"),
    [
        ({}, "no_limit", ""),
        ({"lines": -1}, "not_a_count", "lines"),
        ({"amount": -1.0}, "out_of_range", "amount"),
        ({"share": float("nan")}, "not_finite", "share"),
    ],
)
def test_limits_that_cannot_be_meant_are_refused(limits, code, path):
    """Nothing limited, or limited by what is no limit."""
    with pytest.raises(ScenarioError) as refused:
        TurnoverLimit(name="r", **limits)
    assert (refused.value.code, refused.value.path) == (code, path)
