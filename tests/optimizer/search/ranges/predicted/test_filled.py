"""How far the budget's price holds, by what other prices would spend."""

from __future__ import annotations

import pytest

from optimizer.optimize import optimize
from optimizer.search.ranges.predicted import smooth
from optimizer.search.ranges.predicted.filled import filled
from optimizer.search.ranges.ranges import WITHIN
from tests.optimizer.toys import domain, line, wire
from tests.oracles import instances


def planned(document, monkeypatch=None, ends=None):
    """A plan; with `ends`, what is said of limits that are not settled along one path, as none is then."""
    if ends is not None:
        monkeypatch.setattr(smooth, "settled", lambda *asked: [None] * len(asked[1]))
        monkeypatch.setattr(smooth, "filled", lambda *asked: ends.append(filled(*asked)) or ends[-1])
    return optimize(domain(document))


def check_ends(document, monkeypatch, close):
    """The price has changed by as much as it may where its range ends."""
    told = []
    plan = planned(document, monkeypatch, told)
    monkeypatch.undo()
    assert told[0] is not None
    assert told[0].whole
    budget = plan.budget
    for end, share in ((budget.price_holds_from, 1.0 + WITHIN), (budget.price_holds_to, 1.0 - WITHIN)):
        moved = planned(document | {"budget": {"at_most": end}})
        assert moved.budget.price == pytest.approx(share * budget.price, rel=close)


@pytest.mark.parametrize(("tactics", "seed"), [(5, 1), (20, 2), (20, 12), (300, 3)])
def test_the_price_has_changed_by_as_much_as_it_may_where_its_range_ends(tactics, seed, monkeypatch):
    check_ends(instances.one_period(tactics, seed), monkeypatch, 1e-5)


@pytest.mark.parametrize(("limits", "share", "seed"), [("robyn", 1.0, 1), ("wide", 0.7, 2), ("narrow", 1.0, 6)])
def test_bent_curves_stay_on_their_sides_of_the_bend(limits, share, seed, monkeypatch):
    """Beyond it they move as concave ones do, and at an end before it they stay."""
    check_ends(instances.one_period(20, seed, s_share=share, limits=limits), monkeypatch, 1e-4)


def test_where_a_spend_comes_to_its_bend_nothing_is_said(monkeypatch):
    """Beside one that is concave it goes on before its bend, where the price falls again before it has risen by 1 %."""
    told = []
    planned(instances.one_period(20, 3, s_share=1.0, limits="narrow"), monkeypatch, told)
    assert told[0] is None


def test_of_spend_limits_and_of_several_rows_nothing_is_said(monkeypatch):
    told = []
    planned(instances.with_shares(instances.one_period(60, 2)), monkeypatch, told)
    assert told
    assert set(told) == {None}


@pytest.mark.parametrize("seed", [1, 3])
def test_curves_that_are_straight_or_steep_at_0_have_their_ends_too(seed, monkeypatch):
    """Where floors are 0, Newton's method leads from a logistic curve's straight start to its flat end and back."""
    told = []
    plan = planned(instances.one_period(300, seed, limits="wide"), monkeypatch, told)
    assert told[0] is not None
    assert not [warning for warning in plan.warnings if "range" in warning]


def test_a_spend_that_no_unit_of_money_is_worth_leaves_the_range_of_the_budget(monkeypatch):
    """Its curve is infinitely steep at 0, and below the price from a billionth of its room on."""
    steep = line("steep", {"family": "hill", "ceiling": 100, "half_saturation": 100, "shape": 0.998})
    logs = [line(f"log {k}", {"family": "log", "coefficient": 60 + 10 * k, "scale": 20}) for k in range(3)]
    told = []
    plan = planned(wire([steep, *logs], budget={"at_most": 60}), monkeypatch, told)
    assert plan.allocations[0].spend == 0.0
    assert told
    assert told[0] is not None
    monkeypatch.undo()
    for end, share in ((plan.budget.price_holds_from, 1.0 + WITHIN), (plan.budget.price_holds_to, 1.0 - WITHIN)):
        moved = planned(wire([steep, *logs], budget={"at_most": end}))
        assert moved.budget.price == pytest.approx(share * plan.budget.price, rel=1e-5)
