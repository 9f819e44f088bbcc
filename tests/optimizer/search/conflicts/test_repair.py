"""Changes of several limits at once: enough together, and sought only where the relaxation sees less in them."""

import re
import time

import pytest

from optimizer.problem.canonical import canonical_order
from optimizer.search.conflicts import giving, pricing
from optimizer.search.conflicts.explain import explain
from optimizer.search.deadline import Deadline
from tests.optimizer.search.conflicts.planted import changed
from tests.optimizer.search.conflicts.test_mend import bent
from tests.optimizer.toys import ROOT, domain, line, wire
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve


@pytest.fixture
def searched(monkeypatch):
    """The limits that every search lets give way, none of which has time for less than its first answer."""
    asked = []

    def watched(scenario, givings, *rest):
        asked.append({own.owner for own in givings})
        return giving.least_giving(scenario, givings, *rest)

    monkeypatch.setattr(giving, "EFFORT", 0)
    monkeypatch.setattr(giving, "REGIONS", 1e9)
    monkeypatch.setattr(pricing, "least_giving", watched)
    return asked


def beyond(document, least):
    """A goal between what the scenario brings and what it brings without its floors, and the conflict told."""
    free, held = (solve(own)["value"] for own in (bent(8, 6, 3, budget={"at_most": 2880}), document))
    goal = {"name": "g", "metric": "revenue", "at_least": least * (free + held), "required": True}
    document = document | {"goals": [goal]}
    return document, explain(canonical_order(domain(document)), Deadline.after(60.0, time.monotonic))


def test_no_search_where_the_relaxation_sees_no_less_in_several_than_in_one(searched):
    """Money that a floor frees is worth what the budget's is; what the relaxation proves is told."""
    floor = {"rule": "spend_range", "name": "floor", "scope": {"tactics": ["t0", "t1"]}, "at_least": 1700}
    _, conflict = beyond(bent(8, 6, 3, budget={"at_most": 2880}, rules=[floor]), 0.5)
    assert searched == [{"budget"}, {"floor"}, {"g"}]
    assert conflict.cheapest is not None
    assert conflict.cheapest.changes == conflict.relaxations[:1]
    told = re.search(r"changes of several limits may take less money \(([0-9.,]+) at the least\)", conflict.detail)
    assert told, conflict.detail
    assert 0.9 * conflict.cheapest.money < float(told[1]) < conflict.cheapest.money


def test_only_what_the_relaxation_moves_is_searched_for_less(searched):
    """A spend limit lowered by one frees one in each of six periods: that of one tactic, and the budget."""
    document = bent(8, 6, 3, budget={"at_most": 2880})
    for tactic in document["tactics"]:
        tactic["spend"]["at_least"] = 20
    document, conflict = beyond(document, 0.5)
    several = [own for own in searched if len(own) > 1]
    assert len(several) == 1
    assert several[0] < set(conflict.conflicting)
    assert conflict.cheapest is not None
    assert conflict.cheapest.money <= min(own.change for own in conflict.relaxations if own.unit == "EUR")
    changes = [
        {"item": own.item, "side": own.side, "from": own.stated, "to": own.to} for own in conflict.cheapest.changes
    ]
    mended = changed(document | {"rules": []}, changes)
    assert recheck(mended, solve(mended)) == []


def test_where_hardly_any_plan_is_left_a_little_more_is_eased():
    """A rule stands at all the demand there is, to the last of which a goal needs more spend than is promised."""
    pools = [
        {"name": "north", "initial": 125.21, "organic": 153.01, "retention": 0.0},
        {"name": "south", "initial": 415.78, "organic": 153.01, "retention": 0.9},
    ]
    slow, log = {"ceiling": 1009.85, "scale": 1068.37}, {"coefficient": 643.72, "scale": 260}
    weights = {"family": "weights", "weights": [0.5, 0.3, 0.2], "count_carry_out": True}
    kept = {"family": "geometric", "retention": 0.5, "carry_in": [264.08]}
    flow = {"stage": "downstream"}
    only = {"tactics": ["b"]}
    document = wire(
        [
            line("a", log | {"family": "log"}, spend={"at_most": 430.22}, adstock=kept, draws_from="south", **flow),
            line(
                "b",
                slow | {"family": "exponential"},
                spend={"at_most": 589.85},
                adstock=weights,
                draws_from="north",
                **flow,
            ),
        ],
        periods=["1", "2", "3"],
        objective={"minimize": "spend"},
        solve={"gap": 1e-6, "time_limit": 8},
        demand_pools=pools,
        rules=[
            {"rule": "metric_range", "name": "sold", "scope": only, "metric": "outcome", "at_least": 661.65},
            {"rule": "commitment", "name": "promise", "scope": only, "amount": 276.68},
        ],
        goals=[{"name": "all", "metric": "outcome", "at_least": 693.024, "required": True}],
    )
    conflict = solve(document)["conflict"]
    assert conflict["conflicting"] == ["sold"]
    assert conflict["cheapest"] is not None
    mended = changed(document, conflict["cheapest"]["changes"])
    assert recheck(mended, solve(mended)) == []


def test_nothing_is_left_out_where_easing_by_little_money_does():
    """Turnover keeps spends within 40 of 80: no floor of 130, no return of 8; 10 of money are needed."""
    rules = [
        {"rule": "turnover_limit", "name": "gentle", "share": 0.5},
        {"rule": "efficiency", "name": "roi", "metric": "revenue", "at_least": 8},
        {"rule": "spend_range", "name": "floor", "at_least": 130},
    ]
    tactics = [line(name, ROOT, current_spend=40) for name in "ab"]
    document = wire(tactics, budget={"at_most": 140}, rules=rules)
    conflict = explain(canonical_order(domain(document)), Deadline.after(60.0, time.monotonic))
    changes = {own.item: own for own in conflict.cheapest.changes}
    assert conflict.cheapest.money == pytest.approx(10.0, abs=0.05)
    assert changes.keys() == {"floor", "roi"}
    assert changes["roi"].to == pytest.approx(2.0 * 10.0 * 60.0**0.5 / 120.0, rel=1e-3)
    assert "changes of several limits may take less money" in conflict.detail  # it was not searched for beside the rest
