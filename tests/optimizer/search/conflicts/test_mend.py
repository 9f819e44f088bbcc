"""The least change of one limit: enough, and hardly less is not."""

import random
import re
from dataclasses import replace

import pytest

from optimizer.optimize import optimize
from optimizer.problem.canonical import canonical_order
from optimizer.search.conflicts import giving, pricing
from optimizer.search.conflicts.explain import explain
from optimizer.search.deadline import Deadline
from tests.optimizer.toys import LINE, ROOT, domain, line, wire
from tests.oracles.solve import solve

FAR = Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)
GOAL = {"name": "sales", "metric": "revenue", "at_least": 150, "required": True}
TIERS = {"tiers": [{"at_least": 0, "price": 1}, {"at_least": 50, "price": 0.5}]}


def told(document):
    return explain(canonical_order(domain(document)), FAR)


def changes(conflict):
    return {own.item: own.to for own in conflict.relaxations}


def pooled(at_least=150):
    """Ten of demand flow in, five wait; what draws on it sells no more than there is: 15 in all."""
    return wire(
        [line("a", LINE, stage="downstream", draws_from="north")],
        budget={"at_most": 100},
        demand_pools=[{"name": "north", "initial": 5, "organic": 10}],
        goals=[GOAL | {"at_least": at_least}],
    )


def test_a_goal_beyond_the_demand_there_is_stands_at_the_demand():
    """No money helps."""
    conflict = told(pooled())
    assert conflict.conflicting == ("sales",)
    assert changes(conflict) == pytest.approx({"sales": 15.0}, rel=1e-6)
    assert optimize(domain(pooled(changes(conflict)["sales"]))).status in ("optimal", "feasible")
    assert optimize(domain(pooled(15.001))).status == "conflict"


def test_a_rate_card_stays_and_is_never_named():
    """It is what money buys, no limit: floors of 60 and 50 need a budget of 110, whatever the rates."""
    card = {"rule": "rate_card", "name": "rates", "scope": {"tactics": ["a"]}} | TIERS
    floors = [
        {"rule": "spend_range", "name": name, "scope": {"tactics": [name]}, "at_least": amount}
        for name, amount in (("a", 60), ("b", 50))
    ]
    document = wire({"a": LINE, "b": ROOT}, budget={"at_most": 100}, rules=[card, *floors])
    conflict = told(document)
    assert conflict.conflicting == ("a", "b", "budget")
    assert changes(conflict) == {"budget": 110.0, "a": 50.0, "b": 40.0}


def test_a_count_of_active_tactics_can_only_be_left_out():
    """Two floors, one tactic at a time."""
    rules = [
        {"rule": "active_count", "name": "one", "at_most": 1, "minimum": 10},
        *({"rule": "spend_range", "name": name, "scope": {"tactics": [name]}, "at_least": 20} for name in ("a", "b")),
    ]
    conflict = told(wire({"a": LINE, "b": ROOT}, budget={"at_most": 100}, rules=rules))
    assert conflict.conflicting == ("a", "b", "one")
    [out] = [own for own in conflict.relaxations if own.item == "one"]
    assert out.side is None
    assert out.sentence == "leave out one"


def bent(tactics, periods, seed, **more):
    """S-shaped curves of which a budget can fill some: how much more a goal takes is found by branching."""
    rng = random.Random(seed)
    lines = [
        line(
            f"t{number}",
            {
                "family": "hill",
                "ceiling": rng.uniform(400, 1500),
                "half_saturation": rng.uniform(80, 260),
                "shape": rng.uniform(1.3, 3),
            },
            seasonality=[1 + 0.3 * ((number * period) % 4) for period in range(periods)],
            spend={"at_most": 500},
        )
        for number in range(tactics)
    ]
    names = [str(period) for period in range(periods)]
    return wire(lines, periods=names, digits=4, solve={"gap": 1e-6, "time_limit": 20}) | more


@pytest.mark.parametrize(
    ("size", "seed"), [((5, 4), 0), ((5, 4), 3), pytest.param((10, 12), 3, marks=pytest.mark.deep)]
)
def test_the_cheapest_budget_for_a_goal_on_bent_curves_is_the_least_spend_that_meets_it(size, seed):
    """What the conflict proposes, against a plan that minimises spend."""
    budget = 60.0 * size[0] * size[1]
    best = solve(bent(*size, seed, budget={"at_most": budget}))["value"]
    goals = [{"name": "g", "metric": "revenue", "at_least": 1.05 * best, "required": True}]
    proposed = solve(bent(*size, seed, budget={"at_most": budget}, goals=goals))["conflict"]["cheapest"]["changes"]
    least = solve(bent(*size, seed, objective={"minimize": "spend"}, goals=goals))
    assert [change["item"] for change in proposed] == ["budget"]
    assert proposed[0]["change"] == pytest.approx(least["value"] - budget, rel=1e-4)


def test_a_change_that_was_not_proved_to_be_the_least_is_told_with_what_is_needed_in_any_case(monkeypatch):
    """No time for less than what was found first: what its duals prove stands beside it."""

    def late(*asked):
        return replace(asked[4], least=False)

    monkeypatch.setattr(giving, "_less", late)
    document = bent(8, 6, 3, budget={"at_most": 2880})
    best = solve(document)["value"]
    goals = [{"name": "g", "metric": "revenue", "at_least": 1.05 * best, "required": True}]
    conflict = solve(document | {"goals": goals})["conflict"]
    told_ = re.search(r"a smaller change may do of budget \(by ([0-9.,]+) at the least\)", conflict["detail"])
    assert told_, conflict["detail"]
    least = solve(bent(8, 6, 3, objective={"minimize": "spend"}, goals=goals))["value"] - 2880
    [change] = [each["change"] for each in conflict["relaxations"] if each["item"] == "budget"]
    assert 0.9 * least < float(told_[1].replace(",", "")) <= least < change


def test_a_share_that_was_not_closed_in_on_to_the_end_is_told_as_rough(monkeypatch):
    """It is enough; what is needed in any case is not known. Without the budget, nothing need be spent."""

    def late(*asked, **how):
        found = giving.tautest(*asked, **how)
        return None if found is None else replace(found, least=False)

    monkeypatch.setattr(pricing, "tautest", late)
    shares = [
        {"rule": "share_range", "name": name, "scope": {"tactics": [name]}, "at_least": least}
        for name, least in (("a", 0.7), ("b", 0.5))
    ]
    conflict = told(wire({"a": ROOT, "b": LINE}, budget={"exactly": 100}, rules=shares))
    assert changes(conflict) == {"a": pytest.approx(0.5, rel=1e-6), "b": pytest.approx(0.3, rel=1e-6), "budget": None}
    assert conflict.detail.endswith("a smaller change may do of a and b")
