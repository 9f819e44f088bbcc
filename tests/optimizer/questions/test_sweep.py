"""The points of a frontier: searched together or one by one, what more brings at each, and empty ones."""

import pytest

from optimizer.optimize import optimize
from optimizer.questions import sweep
from optimizer.questions.frontier import FrontierQuestion, Spread, frontier
from optimizer.search.conflicts.explain import names_alone
from tests.optimizer.toys import HILL, LINE, ROOT, domain, line, wire
from tests.oracles import instances

PAIRED = wire(
    [line("a", HILL), line("b", ROOT)],
    budget={"at_most": 100},
    rules=[{"rule": "minimum_if_active", "name": "m", "scope": {"tactics": ["a"]}, "at_least": 30}],
)


def traced(document, **asked):
    """The frontier of a wire scenario."""
    return frontier(FrontierQuestion(scenario=domain(document), **asked))


def test_what_cannot_be_searched_together_is_searched_by_itself(monkeypatch):
    """Points that are given up after one region: the same answers, one by one."""
    share = {"rule": "share_range", "name": "share", "scope": {"tactics": ["tactic 0000"]}, "at_most": 0.1}
    document = instances.one_period(8, 3, s_share=1.0, limits="wide") | {"rules": [share]}
    budget = document["budget"]["at_most"]
    spread = Spread(start=0.5 * budget, stop=1.5 * budget, points=5)
    together = traced(document, spread=spread)
    monkeypatch.setattr("optimizer.search.many.together.MOST_NODES", 0)
    alone = traced(document, spread=spread)
    assert alone.provenance.nodes > 0
    for first, second in zip(together.points, alone.points, strict=True):
        assert first.status == second.status == "optimal"
        assert first.value == pytest.approx(second.value, rel=2e-6)


def test_marginals_are_told_at_every_point_beside_decisions():
    """A minimum where active: each point's decisions fixed, also where a neighbour's plan is the best there is."""
    points = traced(PAIRED, spread=Spread(start=40.0, stop=150.0, points=8)).points
    assert [point.status for point in points] == ["optimal"] * 8
    assert all(point.marginal is not None and point.marginal > 0.0 for point in points)


@pytest.mark.parametrize(("regions", "seed", "share"), [(40, 1, 1.6), (50, 2, 0.6)])
def test_what_more_budget_brings_in_regions_is_the_difference_of_two_plans(regions, seed, share):
    """Rounding hundreds of spends leads shares away from limits at which they stand."""
    document = instances.regional(10, regions, seed)
    budget = round(share * document["budget"]["at_most"], 2)
    [point] = traced(document, amounts=(budget,)).points
    beside = [round(budget * (1.0 + side * 1e-4), 2) for side in (-1, 1)]
    exact = {"solve": {"gap": 1e-9, "time_limit": 60}}
    less, more = (optimize(domain(document | exact | {"budget": {"at_most": own}})).bound for own in beside)
    assert point.marginal == pytest.approx((more - less) / (beside[1] - beside[0]), rel=1e-5)


def test_an_empty_point_is_asked_for_once(monkeypatch):
    """Three shares of at most 0.333 leave nothing at any budget: the loosest is looked at, and names the others."""
    asked = []
    monkeypatch.setattr(sweep, "names_alone", lambda *own: asked.append(own) or names_alone(*own))
    rules = [
        {"rule": "share_range", "name": f"share of {name}", "scope": {"tactics": [name]}, "at_most": 0.333}
        for name in "abc"
    ]
    tactics = [line("a", HILL, spend={"at_least": 5}), line("b", HILL), line("c", HILL)]
    points = traced(
        wire(tactics, budget={"at_most": 100}, rules=rules), spread=Spread(start=50, stop=90, points=5)
    ).points
    assert {(point.status, point.conflicting) for point in points} == {
        ("conflict", ("share of a", "share of b", "share of c", "spend limit of a"))
    }
    assert len(asked) == 1


def test_a_conflict_with_the_budget_is_named_by_one_program(monkeypatch):
    """Beside shares the relaxation of curves is not asked: the tightest budgets have the names of the loosest one."""
    monkeypatch.setattr(sweep, "names_alone", lambda *_: pytest.fail("a relaxation is built"))
    document = instances.with_shares(instances.one_period(20, 1))
    budget = document["budget"]["at_most"]
    points = traced(document, spread=Spread(start=0.25 * budget, stop=0.5 * budget, points=8)).points
    conflicts = {point.conflicting for point in points if point.status == "conflict"}
    assert {point.status for point in points} == {"conflict", "optimal"}
    assert len(conflicts) == 1
    assert "budget" in conflicts.pop()


def test_budgets_below_what_must_be_spent_conflict():
    """A floor of 30 and 50 on two tactics; and a budget's own least."""
    floors = [line("a", ROOT, spend={"at_least": 30}), line("b", LINE, spend={"at_least": 50})]
    answer = traced(wire(floors, budget={"at_most": 100}), amounts=(40.0, 79.0, 80.0))
    assert [point.status for point in answer.points] == ["conflict", "conflict", "optimal"]
    names = ("budget", "spend limit of a", "spend limit of b")
    assert answer.points[1].conflicting == names
    least = traced(wire({"a": LINE}, budget={"at_least": 50, "at_most": 100}), amounts=(40.0, 50.0, 60.0))
    assert [point.status for point in least.points] == ["conflict", "optimal", "optimal"]
    assert least.points[0].conflicting == ("budget",)
