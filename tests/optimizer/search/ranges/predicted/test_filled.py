"""How far prices hold within one budget, along the path of what other prices would spend: against plans made there."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.search.ranges.predicted import smooth
from optimizer.search.ranges.predicted.filled import filled
from optimizer.search.ranges.ranges import SAME, WITHIN
from tests.effort import seeds
from tests.optimizer.search.ranges.columns import each, unknown
from tests.optimizer.toys import domain, line, wire
from tests.oracles import instances

INSIDE = 0.998  # of the way to an end, where it may be a jump


def planned(document, monkeypatch=None, ends=None):
    """A plan; with `ends`, what the path says of each limit, as nothing else tells any then."""

    def known(told):
        ends.extend(each(told))
        return told

    if ends is not None:
        monkeypatch.setattr(smooth, "settled", unknown)
        monkeypatch.setattr(smooth, "filled", lambda *asked: known(filled(*asked)))
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


def moved(document, row, to):
    """The document with a limit elsewhere: the budget, or a spend limit."""
    if row.name == "budget":
        return document | {"budget": {"at_most": to}}
    name = row.name.removeprefix("spend limit of ")
    tactics = [
        own | {"spend": own["spend"] | {row.side: to}} if own["name"] == name else own for own in document["tactics"]
    ]
    return document | {"tactics": tactics}


@pytest.mark.parametrize(
    ("seed", "share", "limits"),
    seeds([(5, 0.7, "narrow"), (13, 1.0, "robyn")], [(26, 1.0, "narrow"), (27, 1.0, "robyn")]),
)
def test_prices_hold_up_to_their_ends_where_a_spend_comes_to_its_bend_or_stands_before_it(
    seed, share, limits, monkeypatch
):
    """The path turns there, and goes on to where no plan is near; a few limits of each, by plans made again."""
    told, document = [], instances.one_period(20, seed, s_share=share, limits=limits)
    plan = planned(document, monkeypatch, told)
    monkeypatch.undo()
    assert all(own is not None and own.whole for own in told)
    rows = [row for row in plan.rules if row.price]
    looked = 0
    for row in rows[:: max(1, len(rows) // 6)]:
        for end in (row.price_holds_from, row.price_holds_to):
            at = document["budget"]["at_most"] if row.name == "budget" else None
            at = at or next(own["spend"][row.side] for own in document["tactics"] if own["name"] in row.name)
            there = planned(moved(document, row, round(at + INSIDE * (end - at), 2)))
            own = next(each for each in there.rules if each.name == row.name)
            near = sum(abs(a.spend - b.spend) for a, b in zip(there.allocations, plan.allocations, strict=True))
            if own.price_note or near > 4.0 * abs(
                end - at
            ):  # not settled there, or another plan: the path has one near
                continue
            looked += 1
            assert abs(own.price / row.price - 1.0) <= WITHIN + SAME, (row.name, row.side, end)
    assert looked >= 6


def test_of_several_rows_nothing_is_said(monkeypatch):
    told = []
    planned(instances.with_shares(instances.one_period(60, 2)), monkeypatch, told)
    assert told
    assert set(told) == {None}


def test_a_limit_holds_no_further_than_the_other_limit_of_its_spend():
    """A floor above its ceiling leaves no scenario."""
    flat = {"family": "hill", "ceiling": 1e5, "half_saturation": 1e3, "shape": 2.0}
    rest = [line(f"log {k}", {"family": "log", "coefficient": 90 + 10 * k, "scale": 20}) for k in range(6)]
    held = line("held", flat, spend={"at_least": 10, "at_most": 10.5})
    plan = planned(wire([held, *rest], budget={"at_most": 400}))
    floor = next(row for row in plan.rules if row.name == "spend limit of held")
    assert floor.side == "at_most"
    assert floor.price_holds_from >= 10.0
    assert np.isfinite(floor.price_holds_to)


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
