"""Scenarios that are tried one after the other until a plan in whole minor units keeps one."""

import numpy as np

from optimizer.problem.canonical import canonical_order
from optimizer.search.conflicts.giving import Given
from optimizer.search.conflicts.whole import Fit, first_whole
from optimizer.search.deadline import Deadline
from tests.optimizer.toys import LINE, domain, line, wire

OVER = Deadline(clock=lambda: 9.0, start=0.0, seconds=5.0)
FAR = Deadline(clock=lambda: 0.0, start=0.0, seconds=5.0)


def budgets(*amounts):
    """Scenarios of two tactics that have to spend 60 each, with such budgets."""
    tactics = [line(name, LINE, spend={"at_least": 60}) for name in ("a", "b")]
    return [canonical_order(domain(wire(tactics, budget={"at_most": amount}))) for amount in amounts]


def tried(until, *amounts):
    """What fits of the budgets, and how many were looked at."""
    seen = []
    given = Given(amounts=np.zeros(0), spend=np.full((2, 1), 60.0))
    fit = first_whole(lambda: (seen.append(own) or own for own in budgets(*amounts)), given, {}, until)
    return fit, len(seen)


def test_the_first_that_a_plan_keeps_is_told():
    """Of budgets of 100, 110 and 120 the last holds what has to be spent."""
    assert tried(FAR, 100, 110, 120) == (Fit(number=2), 3)


def test_no_further_one_is_tried_when_time_is_over():
    """One is looked at in any case."""
    assert tried(OVER, 100, 110, 120) == (Fit(number=None), 1)
    assert tried(OVER, 120, 130) == (Fit(number=0), 1)
