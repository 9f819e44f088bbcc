"""Dives find plans where envelopes promise what S-shaped curves do not keep."""

import warnings

import numpy as np

from optimizer.optimize import optimize
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


def test_billions_in_a_cell_without_a_bridge_divide_by_nothing():
    """How far a cell came is asked of those below a bridge alone: there was a warning of numbers too large."""
    low = {"family": "s_logistic", "ceiling": 1e12, "steepness": 2.4e-11, "midpoint": 2.06e11}
    high = {"family": "s_logistic", "ceiling": 8.7e11, "steepness": 6.2e-11, "midpoint": 8.1e10}
    tactics = [line("a", low, spend={"at_least": 6.3e9, "at_most": 1.0175e11}), line("b", high)]
    rule = {"rule": "minimum_if_active", "name": "m", "at_least": 1.686e11}
    document = wire(tactics, budget={"exactly": 6.615e11}, rules=[rule], objective={"maximize": "profit"})
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        assert optimize(domain(document)).status == "conflict"
