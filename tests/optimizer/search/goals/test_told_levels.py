"""What is proved of a level holds for every plan that attains what is told of the levels before it."""

import time

import numpy as np
import pytest

from optimizer.problem.valuation import Valuer
from optimizer.search.deadline import Deadline
from optimizer.search.goals.attainment import beside_told, pursue
from tests.effort import examples, seeds
from tests.optimizer.search.goals.test_attainment import B, goal, pursued
from tests.optimizer.toys import ROOT, domain, line
from tests.oracles.goals import most_beside
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

NEARLY = 1e-9  # of a target, which a goal that is met may miss


def test_levels_are_bounded_among_all_plans_that_attain_what_is_told_of_those_before():
    """10√a + 10√b within 101 is most at 50.5 each. Where 51 and 50 are told, 50 and 51 bring x as much, and y more."""
    goals = [goal("x", 200, priority=1), goal("y", 100, B, priority=2)]
    scenario = domain(pursued({"a": ROOT, "b": ROOT}, goals, at_most=101))
    attained = pursue(scenario, Deadline.after(10.0, time.monotonic), lambda *_: None)
    assert [level.bound for level in attained.levels] == pytest.approx([50.5**0.5 / 10, 50.5**0.5 / 10], abs=2e-4)
    told = Valuer(scenario).value(np.array([[51.0], [50.0]]))
    beside = beside_told(attained, told)
    assert beside.levels[0] == attained.levels[0]
    assert beside.levels[1].bound == pytest.approx(51**0.5 / 10, abs=1e-6)
    assert beside.levels[1].attained == pytest.approx(51**0.5 / 10, abs=1e-6)
    assert beside.found.bound == -sum(level.bound for level in beside.levels)


def test_what_time_leaves_unproved_may_be_attained_in_full():
    """The clock stands still until the levels are searched: the second may be met, for all that is proved of it."""
    goals = [goal("x", 200, priority=1), goal("y", 100, B, priority=2)]
    scenario, now = domain(pursued({"a": ROOT, "b": ROOT}, goals, at_most=101)), [0.0]
    attained = pursue(scenario, Deadline.after(10.0, lambda: now[0]), lambda *_: None)
    now[0] = 1e6
    beside = beside_told(attained, Valuer(scenario).value(np.array([[51.0], [50.0]])))
    assert beside.found.stopped
    assert 51**0.5 / 10 <= beside.levels[1].bound <= 1.0
    assert beside.levels[1].bound > beside.levels[1].attained + 1e-3


def curve(random, size):
    """A concave curve that bends within a budget of `size`, its slopes there about 1."""
    much, scale = size * random.uniform(0.5, 2.0), size * random.uniform(0.1, 0.6)
    return [
        {"family": "exponential", "ceiling": much, "scale": scale},
        {"family": "log", "coefficient": much / 2, "scale": scale},
        {"family": "michaelis_menten", "ceiling": much, "half_saturation": scale},
    ][random.integers(3)]


def mixture(seed):
    """Three goals one after another on some of up to five tactics, most of them out of reach; whole cents."""
    random = np.random.default_rng(seed)
    size, names = float(round(10 ** random.uniform(1.5, 4), 2)), "abcde"[: random.integers(3, 6)]
    tactics = [
        line(name, curve(random, size), spend={"at_least": 0.0, "at_most": round(size * random.uniform(0.4, 1.0), 2)})
        for name in names
    ]
    scopes = [sorted(random.choice(list(names), random.integers(1, len(names)), replace=False)) for _ in range(3)]
    goals = [
        goal(
            f"g{k}", size * len(scope) * random.uniform(0.3, 1.5), {"tactics": [str(one) for one in scope]}, priority=k
        )
        for k, scope in enumerate(scopes, 1)
    ]
    return pursued(tactics, goals, at_most=size, digits=2)


@pytest.mark.parametrize("first", seeds([0], (10, 20, 30)))
def test_no_plan_that_attains_what_is_told_of_earlier_levels_passes_a_bound(first):
    """Whole cents take a little of each level, and near a flat optimum that little is worth its root at the next."""
    for seed in range(first, first + min(10, examples(5))):
        document = mixture(seed)
        plan = solve(document)
        assert recheck(document, plan) == []
        assert plan["certificate"]["largest_violation"] == 0.0
        spend = np.array([line["spend"] for line in plan["allocations"]])
        for level, (own, told) in enumerate(zip(document["goals"], plan["attainment"], strict=True)):
            if told["bound"] > 0.0:  # which the bound of a goal that may be met cannot be beaten by
                most = most_beside(document, spend, level, seed)
                assert 1.0 - most / own["at_least"] >= told["bound"] - NEARLY, (seed, level)
