"""Dives find plans where envelopes promise what S-shaped curves do not keep."""

import numpy as np

from optimizer.problem.canonical import canonical_order
from optimizer.search.conflicts.questions import Questions
from optimizer.search.deadline import Deadline
from tests.optimizer.toys import HILL, domain, line, wire

GOAL = {"name": "some", "metric": "revenue", "at_least": 4, "required": True}


def asked():
    """A little is wanted of an S-shaped curve, which yields hardly anything of as little as its envelope needs."""
    document = wire([line("a", HILL, spend={"at_most": 200})], budget={"at_most": 90}, goals=[GOAL])
    scenario = canonical_order(domain(document))
    return Questions(scenario, Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0))


def test_a_dive_reaches_a_plan_that_the_relaxation_misses():
    """It spends where the envelope is far above the curve."""
    switches = asked().switches
    names = switches.broken.names
    switches.only(names)
    points = list(switches.points())
    assert not any(switches.broken.kept(spend) >= names for _, spend in points)
    dived = [spend for _, spend in switches.dives(points[-1][0])]
    assert any(switches.broken.kept(spend) >= names for spend in dived)


def test_after_a_dive_the_relaxation_is_whole_again():
    """The cells that were sent up may come down."""
    switches = asked().switches
    switches.only(switches.broken.names)
    before = [spend for _, spend in switches.points()][-1]
    list(switches.dives(list(switches.points())[-1][0]))
    after = [spend for _, spend in switches.points()][-1]
    assert np.isclose(before.sum(), after.sum(), rtol=1e-6)
