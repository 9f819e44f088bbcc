"""A conflict names a minimal set: together they cannot hold, without any one of them they can."""

import itertools
import math
from functools import cache
from itertools import product

import pytest

from optimizer.optimize import optimize
from optimizer.problem.canonical import canonical_order
from optimizer.problem.limits import limited_to, limits_of
from optimizer.search.conflicts.explain import explain
from optimizer.search.conflicts.questions import OutOfTimeError
from optimizer.search.deadline import Deadline
from optimizer.units import LARGEST
from tests.effort import examples, seeds
from tests.optimizer.toys import HILL, LINE, ROOT, domain, line, wire

A, B = {"tactics": ["a"]}, {"tactics": ["b"]}


def never():
    return Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)


def floor(name, scope, amount):
    return {"rule": "spend_range", "name": name, "scope": scope, "at_least": amount}


def goal(name, amount, **more):
    return {"name": name, "metric": "revenue", "at_least": amount, "required": True} | more


PLANTED = {
    "a budget below two floors": (
        wire(
            [line("a", ROOT, spend={"at_least": 60}), line("b", LINE)],
            budget={"at_most": 100},
            rules=[floor("of b", B, 70), floor("idle", A, 5)],
        ),
        {"budget", "of b", "spend limit of a"},
    ),
    "a goal that no spend reaches": (
        wire(
            {"a": HILL, "b": LINE}, budget={"at_most": 1000}, goals=[goal("too much", 500, scope=A), goal("idle", 10)]
        ),
        {"too much"},
    ),
    "a goal beyond the budget": (
        wire({"a": ROOT, "b": ROOT}, budget={"at_most": 100}, goals=[goal("much", 200)], rules=[floor("idle", A, 1)]),
        {"budget", "much"},
    ),
    "two shares": (
        wire(
            {"a": ROOT, "b": LINE},
            budget={"exactly": 100},
            rules=[
                {"rule": "share_range", "name": "most of a", "scope": A, "at_least": 0.7},
                {"rule": "share_range", "name": "most of b", "scope": B, "at_least": 0.5},
                {"rule": "share_range", "name": "idle", "scope": B, "at_most": 0.9},
            ],
        ),
        {"budget", "most of a", "most of b"},
    ),
    "packages and a promise": (
        wire(
            {"a": ROOT, "b": LINE},
            budget={"at_most": 100},
            rules=[
                {"rule": "packages", "name": "pieces", "scope": A, "price": 30},
                {"rule": "commitment", "name": "promise", "scope": A, "amount": 45},
                floor("idle", B, 3),
            ],
        ),
        {"pieces", "promise"},
    ),
    "a step that is too high": (
        wire(
            {"a": ROOT, "b": LINE},
            periods=["1", "2"],
            budget={"at_most": 100},
            rules=[
                {"rule": "change_limit", "name": "steady", "amount": 20},
                {"rule": "spend_range", "name": "early", "scope": A | {"periods": ["1"]}, "at_most": 10},
                floor("late", A | {"periods": ["2"]}, 40),
                floor("idle", B, 5),
            ],
        ),
        {"steady", "early", "late"},
    ),
    "more lines than may be touched": (
        wire(
            [line("a", ROOT, current_spend=10), line("b", LINE, current_spend=20)],
            budget={"at_most": 100},
            rules=[
                {"rule": "turnover_limit", "name": "one line", "lines": 1},
                {"rule": "turnover_limit", "name": "idle too", "amount": 90},
                floor("of a", A, 30),
                floor("of b", B, 30),
            ],
        ),
        {"one line", "of a", "of b"},
    ),
    "further than may be moved": (
        wire(
            [line("a", ROOT, current_spend=10), line("b", LINE, current_spend=20)],
            budget={"at_most": 100},
            rules=[
                {"rule": "turnover_limit", "name": "little", "amount": 25},
                floor("of a", A, 30),
                floor("of b", B, 30),
            ],
        ),
        {"little", "of a", "of b"},
    ),
    "a return that no spend has": (
        wire(
            {"a": HILL, "b": LINE},
            budget={"at_most": 100},
            rules=[
                {"rule": "efficiency", "name": "pays", "scope": B, "at_least": 3.5},
                floor("of b", B, 20),
                floor("idle", A, 5),
            ],
        ),
        {"pays", "of b"},
    ),
    "a period's budget": (
        wire(
            [line("a", ROOT, spend={"at_least": 20}), line("b", LINE)],
            periods=["1", "2"],
            budget={"at_most": 100, "by_period": {"1": {"at_most": 30}, "2": {"at_most": 90}}},
            rules=[floor("early b", B | {"periods": ["1"]}, 15)],
        ),
        {"budget of 1", "early b", "spend limit of a"},
    ),
    "an upper limit on outcome": (
        wire(
            {"a": ROOT, "b": LINE},
            budget={"at_most": 100},
            rules=[
                {"rule": "metric_range", "name": "not much", "metric": "outcome", "scope": B, "at_most": 30},
                floor("but some", B, 11),
            ],
        ),
        {"not much", "but some"},
    ),
}


@cache
def explained(name):
    """What is told of a planted conflict."""
    return explain(canonical_order(domain(PLANTED[name][0])), never())


@pytest.mark.parametrize("name", PLANTED)
def test_the_planted_conflict_is_named(name):
    """With what lies idle beside it left out."""
    conflict = explained(name)
    assert set(conflict.conflicting) == PLANTED[name][1]
    assert conflict.minimal


@pytest.mark.usefixtures("unranged")
@pytest.mark.parametrize("name", PLANTED)
def test_every_subset_of_the_conflict_can_hold(name):
    """Minimal by trying all without one, in `make deep` all of them: only the whole set has no plan."""
    scenario = canonical_order(domain(PLANTED[name][0]))
    named = explained(name).conflicting
    for size in range(max(0, len(named) - examples(2)), len(named) + 1):
        for kept in itertools.combinations(named, size):
            status = optimize(limited_to(scenario, kept)).status
            assert (status == "conflict") == (size == len(named)), kept


NEEDED = {
    "linear": ({"family": "linear", "slope": 2}, lambda asked: asked / 2),
    "root": ({"family": "power", "coefficient": 3, "exponent": 0.5}, lambda asked: (asked / 3) ** 2),
    "square": ({"family": "power", "coefficient": 1e-3, "exponent": 2}, lambda asked: (asked / 1e-3) ** 0.5),
    "log": ({"family": "log", "coefficient": 5, "scale": 10}, lambda asked: 10 * (math.exp(asked / 5) - 1)),
}


@pytest.mark.parametrize(
    ("asked", "family"),
    seeds([(40, "square"), *product((40, 1e12), ("linear", "root", "log"))], product((40, 1e6, 1e9, 1e12), NEEDED)),
)
def test_a_budget_is_in_the_way_as_far_as_money_goes(family, asked):
    """A goal that some amount of money reaches conflicts with the budget; one beyond all money does so by itself."""
    response, inverse = NEEDED[family]
    needed = inverse(asked) if asked < 3000 or family != "log" else math.inf
    document = wire({"a": response}, budget={"at_most": 10}, goals=[goal("asked", asked, metric="outcome")])
    conflict = explain(domain(document), never())
    if needed > LARGEST:
        assert conflict.conflicting == ("asked",)
        return
    assert set(conflict.conflicting) == {"asked", "budget"}
    [raised] = [own for own in conflict.relaxations if own.item == "budget"]
    assert raised.to == pytest.approx(needed, rel=2e-6, abs=0.011)


def test_out_of_time_a_conflict_lies_among_all_limits():
    """Said so, and not called minimal."""
    scenario = domain(PLANTED["two shares"][0])
    conflict = explain(scenario, Deadline(clock=lambda: 9.0, start=0.0, seconds=1.0))
    assert set(conflict.conflicting) == set(limits_of(scenario))
    assert not conflict.minimal


def test_every_limit_has_a_name():
    """Spend limits that limit, the budgets, rules and required goals; wishes and zero floors do not count."""
    document = wire(
        [line("a", ROOT, spend={"at_least": 1}), line("b", LINE, spend={"at_most": 5}), line("c", LINE)],
        periods=["1"],
        budget={"at_most": 9, "by_period": {"1": {"at_most": 8}}},
        rules=[floor("r", A, 1)],
        goals=[goal("g", 1), goal("wish", 1) | {"required": False}],
    )
    assert limits_of(domain(document)) == ["spend limit of a", "spend limit of b", "budget", "budget of 1", "r", "g"]


def test_out_of_time_the_cheapest_single_change_is_told(monkeypatch):
    """It mends the conflict; that less may do is said."""

    def late(*_):
        raise OutOfTimeError

    monkeypatch.setattr("optimizer.search.conflicts.explain.cheapest", late)
    conflict = explain(canonical_order(domain(PLANTED["a budget below two floors"][0])), never())
    assert conflict.cheapest is not None
    assert conflict.cheapest.changes == conflict.relaxations[:1]
    assert "changes of several limits may take less money" in conflict.detail


def test_further_conflicts_are_looked_for_only_up_to_an_effort(monkeypatch):
    """Of four goals that no spend reaches one is named, one further at any rate; that not all are is said."""
    goals = [goal(name, 500, scope={"tactics": [name]}) for name in "abcd"]
    scenario = canonical_order(domain(wire(dict.fromkeys("abcd", HILL), budget={"at_most": 1000}, goals=goals)))
    whole = explain(scenario, never())
    assert len(whole.further) == 3
    assert "further conflicts were" not in whole.detail
    monkeypatch.setattr("optimizer.search.conflicts.explain.EFFORT", 0)
    conflict = explain(scenario, never())
    assert len(conflict.further) == 1
    assert "not all further conflicts were looked for" in conflict.detail


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a goal that no spend reaches", "this cannot hold; without it the rest can"),
        ("a goal beyond the budget", "these cannot both hold; without either of them the rest can"),
        ("two shares", "these cannot all hold; without any one of them the rest can"),
    ],
)
def test_the_detail_counts_what_conflicts(name, said):
    """One, two, or more."""
    assert explain(domain(PLANTED[name][0]), never()).detail.startswith(said)


@pytest.mark.parametrize("little", [1e-30, 1e-100])
@pytest.mark.parametrize("promised", [3.0, 3e-9])
def test_a_budget_of_next_to_nothing_is_below_what_is_promised(little, promised):
    """In units of the budget the promise is larger than what solvers take for no limit at all."""
    rules = [{"rule": "commitment", "name": "c", "scope": A, "amount": promised}]
    document = wire([line("a", ROOT), line("b", LINE)], budget={"at_most": little}, rules=rules)
    assert explain(domain(document), never()).conflicting == ("budget", "c")
    assert optimize(domain(document)).status == "conflict"
