"""Many points at once: what is found for each is what a search of its own finds, and proves as much."""

import itertools

import numpy as np
import pytest

from optimizer.formulation.model import build
from optimizer.formulation.moved import limited, moved
from optimizer.formulation.spend import reach
from optimizer.questions.moving import Moving
from optimizer.search.deadline import Deadline
from optimizer.search.many import together as room
from optimizer.search.many.abreast import shared
from optimizer.search.many.together import Together
from optimizer.search.plan.ending import proved_gap
from optimizer.search.search import search
from tests.optimizer.search.toys import TOYS
from tests.optimizer.toys import HILL, ROOT, domain, line, wire

GAP = 1e-6
SHARED = ("concave", "s-shaped", "a share", "profit")
AMOUNTS = (25.0, 50.0, 75.0, 100.0)


def never():
    return Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)


def models(document, amounts=AMOUNTS):
    """One model under the budgets, by themselves and as a single search takes them."""
    moving = Moving(scenario=domain(document))
    loosest = moving.at(amounts[-1])
    base = build(loosest, reach(loosest, 1e9))
    stated = [(moving.at(amount), moving.amounts(amount)) for amount in amounts]
    return limited(base, *zip(*stated, strict=True)), [moved(base, *own) for own in stated]


def together(shares, gap, deadline):
    """The search of models that differ in their limits."""
    return Together(shares, shared(shares[0]), gap, deadline)


@pytest.mark.parametrize("name", SHARED)
def test_each_point_is_found_as_by_a_search_of_its_own(name):
    """Cost within both gaps, and neither bound cuts the other's plan off; at kinks of tables some may be left open."""
    shares, single = models(TOYS[name])
    founds = together(shares, GAP, never()).run(lambda _: None)
    for found, model in zip(founds, single, strict=True):
        known = search(model, GAP, never(), lambda *_: None)
        assert proved_gap(found) <= GAP or (name == "tables and draws" and not found.stopped)
        beyond = model.matrix.violation(known.columns).max(initial=0.0)  # a bound holds for what keeps every row
        assert found.bound <= known.cost + beyond + 1e-9
        assert known.bound <= found.cost + 1e-9
        assert model.matrix.violation(found.columns).max(initial=0.0) <= 1e-8


def test_points_that_limits_of_spends_leave_nothing_are_empty():
    """Floors of 60 beside a budget of 50: that is proved without a step, and the points beside it are found as ever."""
    floors = wire([line("a", ROOT, spend={"at_least": 60}), line("b", HILL)], budget={"at_most": 100})
    first, second, third, _ = together(models(floors)[0], GAP, never()).run(lambda _: None)
    for found in (first, second):
        assert found.proved_empty
        assert found.nodes == 0
    assert proved_gap(third) <= GAP


def test_points_that_no_walk_finds_a_plan_for_are_given_up_soon():
    """Three shares of at most 0.333 each beside a floor: no limit of a single spend shows that nothing adds up."""
    rules = [
        {"rule": "share_range", "name": f"share of {name}", "scope": {"tactics": [name]}, "at_most": 0.333}
        for name in "abc"
    ]
    tactics = [line("a", HILL, spend={"at_least": 5}), line("b", HILL), line("c", HILL)]
    for found in together(models(wire(tactics, budget={"at_most": 100}, rules=rules))[0], GAP, never()).run(
        lambda _: None
    ):
        assert found.columns is None
        assert not found.proved_empty
        assert 0 < found.nodes <= 3 * room.BLIND


def test_time_that_is_over_leaves_what_is_proved():
    """After no round nothing; after one, plans and bounds that hold for the best there is."""
    shares, single = models(wire({"a": HILL, "b": HILL | {"ceiling": 300}, "c": ROOT}, budget={"at_most": 100}))
    over = Deadline(clock=lambda: 9.0, start=0.0, seconds=5.0)
    assert all(found.stopped and found.columns is None for found in together(shares, 1e-9, over).run(lambda _: None))
    ticks = itertools.count(4.0)
    short = together(shares, 1e-9, Deadline(clock=lambda: next(ticks), start=0.0, seconds=5.0)).run(lambda _: None)
    for found, model in zip(short, single, strict=True):
        known = search(model, GAP, never(), lambda *_: None)
        beyond = model.matrix.violation(known.columns).max(initial=0.0)  # a bound holds for what keeps every row
        assert found.bound <= known.cost + beyond + 1e-9
        assert found.cost >= known.bound - 1e-9


def test_points_are_visited_a_few_at_a_time_where_there_is_much_to_read(monkeypatch):
    """One point a round: the same costs."""
    shares, _ = models(TOYS["s-shaped"])
    all_at_once = [found.cost for found in together(shares, GAP, never()).run(lambda _: None)]
    monkeypatch.setattr(room, "AT_ONCE", 1)
    told = []
    one_by_one = [found.cost for found in together(shares, GAP, never()).run(told.append)]
    assert one_by_one == pytest.approx(all_at_once, rel=GAP)
    assert told[-1] == len(shares)
    assert np.diff(told).min() >= 0
