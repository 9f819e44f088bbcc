"""On/off minimums beside shares: what is proved holds for every way to switch cells on and off."""

import itertools

import numpy as np
import pytest

from optimizer.optimize import optimize
from optimizer.search import by_minimums as room
from optimizer.search import search as searching
from optimizer.search.deadline import Deadline
from optimizer.search.search import search
from tests.effort import seeds
from tests.optimizer.toys import domain, modelled
from tests.oracles import instances
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve

NEVER = Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)


def document(tactics, seed, s_share, first=None):
    """Shares, and minimums of the first tactics."""
    own = instances.with_shares(instances.one_period(tactics, seed, s_share=s_share, limits="wide"), 2)
    return instances.with_minimums(own, first)


def switched(own):
    """The same without minimums, for each way to have their tactics on and off."""
    least = {rule["scope"]["tactics"][0]: rule["at_least"] for rule in own["rules"] if "minimum" in rule["rule"]}
    rules = [rule for rule in own["rules"] if "minimum" not in rule["rule"]]
    ways = [
        [(0.0, 0.0), (least[line["name"]], line["spend"]["at_most"])]
        if line["name"] in least
        else [(line["spend"]["at_least"], line["spend"]["at_most"])]
        for line in own["tactics"]
    ]
    for chosen in itertools.product(*ways):
        limits = [{"at_least": low, "at_most": high} for low, high in chosen]
        lines = [line | {"spend": limit} for line, limit in zip(own["tactics"], limits, strict=True)]
        yield own | {"tactics": lines, "rules": rules}


@pytest.mark.parametrize(("s_share", "seed"), seeds([(0.0, 1), (1.0, 4)], [(0.0, 3), (1.0, 1)]))
def test_no_way_to_switch_cells_is_better(s_share, seed):
    """Concave curves by choices in groups, S-shaped ones by regions; and no program is asked."""
    own = document(4, seed, s_share)
    plan = optimize(domain(own))
    assert plan.status == "optimal"
    assert plan.certificate.bound_from == "envelope"
    assert plan.provenance.formulation == "4 on/off minimums beside other limits: choices of what is off"
    each = [search(modelled(way), 1e-6, NEVER, lambda *_: None) for way in switched(own)]
    best = max(-found.cost * found.model.worth for found in each if found.columns is not None)
    assert plan.value == pytest.approx(best, rel=1e-6)
    assert plan.bound >= best * (1.0 - 1e-9)


@pytest.mark.parametrize(("tactics", "s_share"), [(20, 0.0), (12, 1.0), (101, 0.5)])
def test_every_tactic_may_have_one(tactics, s_share):
    """Few and many, with curves of one kind and of both: proved, and every limit is kept."""
    own = document(tactics, 1, s_share)
    told = solve(own)
    assert recheck(own, told) == []
    assert told["status"] == "optimal"
    assert told["certificate"]["bound_from"] == "envelope"


@pytest.mark.parametrize("s_share", [0.0, 1.0])
def test_the_program_finds_the_same(s_share, monkeypatch):
    """And of its plan says the same of the budget and the shares."""
    own = document(6, 3, s_share) | {"solve": {"gap": 1e-9, "time_limit": 60}}
    plan = optimize(domain(own))
    monkeypatch.setattr(searching, "by_minimums", lambda *_: None)
    other = optimize(domain(own))
    assert (plan.certificate.bound_from, other.certificate.bound_from) == ("envelope", "integer")
    assert plan.value == pytest.approx(other.value, rel=1e-8)
    assert plan.budget.price == pytest.approx(other.budget.price, rel=1e-3)
    prices = [[rule.price or 0.0 for rule in one.rules[:3]] for one in (plan, other)]
    np.testing.assert_allclose(*prices, rtol=1e-3, atol=1e-4 * plan.value)


def test_a_few_of_both_kinds_are_left_to_the_program():
    """Edges of concave curves keep walks from coming to an end, and sides of S-shaped ones choices in groups."""
    plan = optimize(domain(document(6, 1, 0.5)))
    assert plan.certificate.bound_from == "integer"
    assert room.MANY > 6
