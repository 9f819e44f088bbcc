"""Shares of a budget that is spent as limits of sums: against following the rows as they turn, and by hand."""

import numpy as np
import pytest

from optimizer.search.deadline import Deadline
from optimizer.search.ranges.as_sum import as_sum
from optimizer.search.ranges.followed.walk import Walk
from optimizer.search.ranges.motion import of_limit
from optimizer.search.ranges.predicted.smooth import Smooth
from optimizer.search.ranges.solved.nearby import Nearby
from optimizer.search.ranges.solved.resolved import Resolved
from optimizer.search.search import search
from tests.optimizer.search.ranges.columns import unknown
from tests.optimizer.toys import DOUBLE_ROOT, LINE, ROOT, line, modelled, wire
from tests.oracles import instances
from tests.oracles.solve import solve

WIDTHS = 0.08  # of a range, by which two methods may differ in an end
FINE = {"digits": 9, "solve": {"gap": 1e-9, "time_limit": 10}}
SPENT = (5 * np.sqrt(0.3) + 10 * np.sqrt(0.7)) ** 2  # what pays at most where a has a share of 0.3


def found_at(document):
    model = modelled(document)
    return model, search(model, 1e-9, Deadline.after(20.0, lambda: 0.0), lambda *_: None)


def half(budget):
    """Two roots, of which the lesser is to have a share of 0.3: it would have 0.2."""
    share = {"rule": "share_range", "name": "s", "scope": {"tactics": ["a"]}, "at_least": 0.3}
    tactics = [line("a", ROOT), line("b", DOUBLE_ROOT)]
    return wire(tactics, objective={"maximize": "profit"}, budget={"at_most": budget}, rules=[share], **FINE)


def ranges(document, monkeypatch, *ways, predicted):
    """By limit its price and ends, by some ways alone."""
    others = [way for way in (Resolved, Walk, Nearby) if way not in ways]
    for way in others:
        monkeypatch.setattr(way, "around", lambda *_: False)
    if not predicted:
        monkeypatch.setattr(Smooth, "holds", unknown)
    plan = solve(document)
    monkeypatch.undo()
    assert not any("worked out" in warning for warning in plan["warnings"])
    return {
        row["name"]: (row["price"], row["price_holds_from"], row["price_holds_to"])
        for row in [*plan["rules"], plan["budget"] | {"name": "budget"}]
        if row["price"] and not row["name"].startswith("spend limit")
    }


def same(these, those):
    assert these.keys() == those.keys()
    for limit, (price, *ends) in these.items():
        other, *others = those[limit]
        assert price == pytest.approx(other, rel=2e-3)
        for end, own in zip(ends, others, strict=True):
            assert (end is None) == (own is None), limit
            assert end is None or abs(end - own) <= WIDTHS * (others[1] - others[0]), (limit, ends, others)


@pytest.mark.parametrize("seed", [2, 3])
def test_shares_of_a_budget_hold_as_far_as_rows_that_turn_say(seed, monkeypatch):
    """Of 60 tactics, many of which come to a limit on the way or leave one: followed, and solved again. (law S4)"""
    document = instances.with_shares(instances.one_period(60, seed, limits="wide", budget=0.5))
    followed = ranges(document, monkeypatch, Walk, predicted=False)
    assert len(followed) >= 3
    same(ranges(document, monkeypatch, Resolved, predicted=False), followed)
    same(ranges(document, monkeypatch, Resolved, predicted=True), followed)


def test_what_moves_with_the_limit_fixes_nothing():
    """a falls by as large a share s as it may, to 100·(1 − s) and 100·(1 − s)², and b earns 2 more of what a leaves.

    A whole share is worth 200 + 400·(1 − s): 1 % more or less where s is 0.01 away.
    """
    rule = {"rule": "change_limit", "name": "s", "scope": {"tactics": ["a"]}, "share": 0.5, "from_current": True}
    tactics = [line("a", {"family": "linear", "slope": 1}, current_spend=100), line("b", LINE)]
    [told] = [
        row
        for row in solve(wire(tactics, periods=["1", "2"], budget={"at_most": 300}, rules=[rule], **FINE))["rules"]
        if row["name"] == "s"
    ]
    assert told["price"] == pytest.approx(400.0)
    assert 0.489 <= told["price_holds_from"] <= 0.4925
    assert 0.5075 <= told["price_holds_to"] <= 0.511


def test_a_share_of_a_budget_moves_a_limit_and_turns_nothing():
    """The row of the share is worth the same; the budget pays what the share takes from all that is spent."""
    model, found = found_at(half(100))
    turned = of_limit(model, "s", "at_least")
    summed = as_sum(model, found.duals, turned)
    assert len(turned.entry_rows)
    assert not len(summed.entry_rows)
    assert summed.price(found.duals, found.duals, found.columns) == pytest.approx(
        turned.price(found.duals, found.duals, found.columns)
    )
    (share,) = [row for row, draft in enumerate(model.drafts) if draft.owner == "s"]
    (budget,) = [row for row, draft in enumerate(model.drafts) if draft.owner == "budget"]
    part, whole = 10 / 2 / np.sqrt(30) - 1, 20 / 2 / np.sqrt(70) - 1
    duals = found.duals / model.row_scale * model.worth  # ∂cost/∂limit; the cost is what profit lacks
    assert duals[share] == pytest.approx(whole - part, rel=1e-5)
    assert duals[budget] == pytest.approx(-(whole + 0.3 * (part - whole)), rel=1e-5)
    assert (summed.turned_rows.tolist(), summed.fixed_rows.tolist()) == ([share], [budget])
    worthless = -duals[budget] / duals[share]  # a share so much greater leaves the budget no price, as this tells it
    assert summed.keeps(found.duals, found.duals, 0.99 * worthless)
    assert not summed.keeps(found.duals, found.duals, 1.01 * worthless)


def test_a_share_of_what_need_not_be_spent_turns_its_row():
    model, found = found_at(half(200))
    turned = of_limit(model, "s", "at_least")
    assert as_sum(model, found.duals, turned) is turned


def test_where_the_budget_is_no_longer_spent_on_the_way_the_row_turns(monkeypatch):
    """A greater share leaves less that pays: at 0.3003 the budget has no price, well before that of the share ends."""
    document = half(SPENT - 0.01)
    told = ranges(document, monkeypatch, Resolved, Walk, Nearby, predicted=True)
    same({"s": told["s"]}, {"s": ranges(document, monkeypatch, Walk, predicted=False)["s"]})
    with pytest.raises(AssertionError):
        ranges(document, monkeypatch, Resolved, predicted=False)
