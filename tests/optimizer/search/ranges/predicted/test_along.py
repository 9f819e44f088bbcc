"""Limits that push all else along one path say together what each says by itself."""

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.search.ranges.predicted import along, smooth
from tests.optimizer.search.ranges.columns import each, unknown
from tests.optimizer.toys import domain
from tests.oracles import instances

APART = 0.05  # of the way to an end: both are looked for inside of it, by other looks
CASES = {
    "one budget": lambda: instances.one_period(60, 1),
    "shares": lambda: instances.with_shares(instances.one_period(60, 2)),
    "bent curves": lambda: instances.one_period(40, 1, s_share=1.0, limits="robyn"),
    "weeks": lambda: instances.weekly(3, 1),
    "few limits": lambda: instances.one_period(6, 3),
}


def both(document, monkeypatch):
    """What is settled together, and what each limit says by itself."""
    asked, seen, look = {}, smooth.settled, smooth.Smooth.holds

    def together(plan, motions, sizes, within):
        asked["together"] = seen(plan, motions, sizes, within)
        return unknown(plan, motions)

    def apart(own, motions, sizes, within):
        asked["apart"] = look(own, motions, sizes, within)
        return asked["apart"]

    monkeypatch.setattr(smooth, "filled", unknown)
    monkeypatch.setattr(smooth, "settled", together)
    monkeypatch.setattr(smooth.Smooth, "holds", apart)
    optimize(domain(document))
    return each(asked["together"]), each(asked["apart"])


@pytest.mark.parametrize("name", CASES)
def test_what_is_settled_together_is_what_each_says(name, monkeypatch):
    """The same prices, and ends that are known and nearly the same; on bent curves perhaps farther. (law S4)"""
    together, apart = both(CASES[name](), monkeypatch)
    for known, own in zip(together, apart, strict=True):
        if known is None:
            continue
        assert known.price == pytest.approx(own.price, rel=1e-12)
        assert known.whole
        for end, alone in ((known.down, own.down), (known.up, own.up)):
            assert np.isinf(end) == np.isinf(alone)
            farther = name == "bent curves" and abs(end) >= abs(alone)
            assert np.isinf(end) or farther or end == pytest.approx(alone, rel=APART)


@pytest.mark.parametrize("name", ["one budget", "bent curves", "few limits"])
def test_most_limits_within_one_budget_are_settled(name, monkeypatch):
    """Each spend limit gives to the budget or takes from it, and nothing else."""
    together, apart = both(CASES[name](), monkeypatch)
    assert len(apart) > 2
    assert sum(known is not None for known in together) >= 0.5 * len(apart)


def told(document, monkeypatch, *, followed):
    """By name and side the ranges of spend limits; with all limits `followed`, as what is known of none tells them."""
    if followed:
        monkeypatch.setattr(smooth.Smooth, "holds", unknown)
    plan = optimize(domain(document))
    monkeypatch.undo()
    assert not any(row.price_note for row in plan.rules)
    return {
        (row.name, row.side): (
            row.price_holds_from or 0.0,
            np.inf if row.price_holds_to is None else row.price_holds_to,
        )
        for row in plan.rules
        if row.price
    }


@pytest.mark.parametrize(("tactics", "limits", "seed"), [(6, "mixed", 3), (20, "narrow", 1), (20, "robyn", 2)])
def test_ranges_across_a_bend_are_within_those_that_are_followed(tactics, limits, seed, monkeypatch):
    """S-shaped tactics that limits hold, before their bend or beyond it: a slope rises, and falls again."""
    document = instances.one_period(tactics, seed, s_share=1.0, limits=limits)
    known = told(document, monkeypatch, followed=False)
    walked = told(document, monkeypatch, followed=True)
    assert known.keys() == walked.keys()
    for limit, (least, most) in known.items():
        first, last = walked[limit]
        width = last - first
        assert first - 0.05 * width <= least <= most <= last + 0.05 * width, limit
        assert np.isinf(width) or most - least >= 0.5 * width, limit


def test_what_no_nearer_look_settles_is_not_looked_at_again(monkeypatch):
    """The price of this budget has changed too little where it may, and too much beyond: two looks show that."""
    looks, changed = [], along._Limits._changed
    monkeypatch.setattr(along._Limits, "_changed", lambda own, *asked: looks.append(0) or changed(own, *asked))
    optimize(domain(instances.one_period(20, 2)))
    assert 0 < len(looks) <= 3


def test_a_floor_goes_as_far_as_nothing(monkeypatch):
    """Where doubles put a spend at 0 a little below it, its price holds as far all the same."""
    apart = []
    monkeypatch.setattr(smooth.Smooth, "_each", lambda _, *asked: apart.append(asked[1]) or unknown(*asked))
    plan = optimize(domain(instances.one_period(1000, 2)))
    (floor,) = [rule for rule in plan.rules if rule.name == "spend limit of tactic 0396"]
    assert floor.price_holds_from == 0.0
    assert not apart
