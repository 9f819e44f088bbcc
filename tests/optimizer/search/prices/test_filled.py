"""How far the budget's price holds, by what other prices would spend."""

from __future__ import annotations

import pytest

from optimizer.optimize import optimize
from optimizer.search.prices import smooth
from optimizer.search.prices.filled import filled
from optimizer.search.prices.ranges import WITHIN
from tests.optimizer.toys import domain
from tests.oracles import instances


def planned(document, monkeypatch=None, ends=None):
    """A plan; with `ends`, what is said of limits that are not settled along one path, as none is then."""
    if ends is not None:
        monkeypatch.setattr(smooth, "settled", lambda plan, motions, sizes, within: [None] * len(motions))  # noqa: ARG005
        monkeypatch.setattr(smooth, "filled", lambda *asked: ends.append(filled(*asked)) or ends[-1])
    return optimize(domain(document))


@pytest.mark.parametrize(("tactics", "seed"), [(5, 1), (20, 2), (20, 12), (300, 3)])
def test_the_price_has_changed_by_as_much_as_it_may_where_its_range_ends(tactics, seed, monkeypatch):
    document = instances.one_period(tactics, seed)
    told = []
    plan = planned(document, monkeypatch, told)
    monkeypatch.undo()
    assert told[0] is not None
    assert told[0].whole
    budget = plan.budget
    for end, share in ((budget.price_holds_from, 1.0 + WITHIN), (budget.price_holds_to, 1.0 - WITHIN)):
        moved = planned(document | {"budget": {"at_most": end}})
        assert moved.budget.price == pytest.approx(share * budget.price, rel=1e-5)


def test_of_spend_limits_and_of_several_rows_nothing_is_said(monkeypatch):
    told = []
    planned(instances.with_shares(instances.one_period(60, 2)), monkeypatch, told)
    assert told
    assert set(told) == {None}
