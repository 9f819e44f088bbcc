"""What is on in every plan conflicts with rules exactly where no whole spends keep them."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.problem.limits import BUDGET, limits_of
from optimizer.search.conflicts import pricing, questions
from optimizer.search.conflicts.forced import Forced
from optimizer.search.conflicts.switches import Broken
from tests.effort import seeds
from tests.optimizer.toys import LINE, domain, wire

NAMES = ("a", "b", "c")
MOST = 7  # units that a spend is tried with


def some_rule(draw: random.Random) -> dict[str, object]:
    scope = {"tactics": draw.sample(NAMES, draw.randint(1, 3))}
    return {"name": "rule"} | draw.choice(
        [
            {"rule": "minimum_if_active", "scope": scope, "at_least": draw.randint(1, MOST)},
            {"rule": "packages", "scope": scope, "price": draw.choice([1, 2, 3, 5, MOST])},
            {"rule": "exclusive", "scope": scope, "at_most": draw.randint(1, 2)},
            {"rule": "exclusive", "groups": [{"tactics": ["a", "b"]}, scope, {"tactics": ["c"]}]},
            {"rule": "active_count", "scope": scope, "at_most": draw.randint(0, 2), "minimum": draw.randint(1, MOST)},
        ]
    )


def some_scenario(seed: int):
    """Three tactics with limits in whole units, and a rule."""
    draw = random.Random(seed)
    tactics = []
    for name in NAMES:
        least = draw.choice([0, 0, 1, 2, 5])
        most = {} if draw.random() < 0.3 else {"at_most": least + draw.randint(0, 2)}
        tactics.append({"name": name, "stage": "upstream", "response": LINE, "spend": {"at_least": least} | most})
    return domain(wire(tactics, budget={"at_most": 100}, digits=0, rules=[some_rule(draw)]))


def held(scenario) -> list[frozenset[str]]:
    """What each of all whole spends keeps."""
    broken = Broken(scenario)
    return [
        broken.kept(np.array(spend, dtype=float)[:, None]) for spend in itertools.product(range(MOST + 1), repeat=3)
    ]


@pytest.mark.parametrize("seed", seeds(12, 400))
def test_a_conflict_is_told_exactly_where_there_is_one(seed):
    """And each of what it names is needed."""
    scenario = some_scenario(seed)
    kept, names = held(scenario), [name for name in limits_of(scenario) if name != BUDGET]
    told = Forced.of(scenario).conflict(names)
    assert (told is None) == any(own.issuperset(names) for own in kept)
    if told is not None:
        assert not any(own.issuperset(told) for own in kept)
        assert all(any(own.issuperset({*told} - {name}) for own in kept) for name in told)


def test_no_search_is_needed_for_it(monkeypatch):
    """Of many tactics, on whose spends a search would decide one by one, those are named and priced that matter."""
    tactics = [
        {"name": f"t{number}", "stage": "upstream", "response": LINE, "spend": {"at_least": 2, "at_most": 5 + number}}
        for number in range(12)
    ]
    least = {"rule": "minimum_if_active", "name": "least", "at_least": 6}
    for module, search in ((questions, "plan_of"), (pricing, "_closed_in")):
        monkeypatch.setattr(module, search, lambda *_: pytest.fail("a search was asked"))
    plan = optimize(domain(wire(tactics, budget={"at_most": 200}, rules=[least])))
    assert (plan.conflict.conflicting, plan.conflict.minimal) == (("least", "spend limit of t0"), True)
    assert {own.item: (own.side, own.to) for own in plan.conflict.relaxations} == {
        "least": ("at_least", 5.0),
        "spend limit of t0": ("at_most", 6.0),
    }
