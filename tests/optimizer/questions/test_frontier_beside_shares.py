"""Frontiers beside shares: what is done for all points together, and that it is right for each."""

from __future__ import annotations

import pytest

from optimizer.optimize import optimize
from optimizer.problem.canonical import canonical_order
from optimizer.questions.frontier import FrontierQuestion, Spread, amounts_of
from optimizer.questions.moving import Moving
from optimizer.questions.sweep import Sweep
from optimizer.search.deadline import Deadline
from optimizer.search.money import money
from optimizer.search.plan import settle
from tests.effort import seeds
from tests.optimizer.toys import domain
from tests.oracles import instances


def sweep(document, spread):
    """The points alone, without the budgets that are sought beside them."""
    scenario = domain(document)
    soon = Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)
    amounts = amounts_of(FrontierQuestion(scenario=scenario, spread=spread))
    return Sweep(Moving(scenario=canonical_order(scenario)), amounts, soon).points(0, lambda _: None)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_roundings_beside_shares_are_mended_together(seed, monkeypatch):
    """24 cells beside ten shares: no point is rounded by itself, and each keeps every limit to the cent."""
    document = instances.regional(4, 6, seed)
    budget = document["budget"]["at_most"]
    monkeypatch.setattr(money, "rounded", lambda *_, **__: pytest.fail("rounded by itself"))
    nudges, nudged = [], money.nudged
    monkeypatch.setattr(money, "nudged", lambda *own: nudges.append(own) or nudged(*own))
    for point in sweep(document, Spread(start=0.5 * budget, stop=2.0 * budget, points=20)):
        assert (point.status, point.certificate.largest_violation) == ("optimal", 0.0)
    assert nudges


@pytest.mark.parametrize("seed", seeds([1, 2], [3]))
def test_marginal_returns_beside_shares_are_those_of_plans(seed, monkeypatch):
    """Against differences of proved bounds, to 1e-5; no program or equation is solved for them beside the path."""
    document = instances.with_shares(instances.one_period(30, seed, limits="wide")) | {"solve": {"gap": 1e-9}}
    budget = document["budget"]["at_most"]
    monkeypatch.setattr(settle, "loosened", lambda *_: pytest.fail("solved for by itself"))
    for point in sweep(document, Spread(start=0.5 * budget, stop=budget, points=6)):
        less, more = (round(point.amount * (1 + step), 2) for step in (-1e-4, 1e-4))
        known = [optimize(domain(document | {"budget": {"at_most": amount}})).bound for amount in (less, more)]
        assert point.marginal == pytest.approx((known[1] - known[0]) / (more - less), rel=1e-5)


def test_what_is_rounded_alike_is_mended_once(monkeypatch):
    """A goal holds a plan for profit where no budget does: ten budgets, one mending, and no cent apart."""
    document = instances.with_shares(instances.one_period(20, 1, limits="wide"))
    budget, revenue = document["budget"]["at_most"], optimize(domain(document)).value
    goal = {"name": "g", "metric": "revenue", "at_least": round(0.8 * revenue, 2), "required": True}
    mended, rounded = [], money.rounded
    monkeypatch.setattr(money, "rounded", lambda *own, **other: mended.append(own) or rounded(*own, **other))
    wanted = document | {"objective": {"maximize": "profit"}, "goals": [goal]}
    points = sweep(wanted, Spread(start=budget, stop=1.2 * budget, points=10))
    assert len(mended) == 1
    assert {(point.status, point.certificate.largest_violation, point.spend) for point in points} == {
        ("optimal", 0.0, points[0].spend)
    }
