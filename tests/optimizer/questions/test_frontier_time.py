"""Time that ends before every point of a frontier has its plan is told, and no bound with it is beaten."""

from __future__ import annotations

import itertools
from functools import cache

import pytest

from optimizer.questions.frontier import FrontierQuestion, Spread, frontier
from tests.effort import seeds
from tests.optimizer.questions.test_frontier import ROOTS
from tests.optimizer.toys import LINE, domain, line
from tests.oracles import global_solver, instances, separable


def test_time_is_for_all_points_and_is_told_honestly():
    """A clock that jumps: the points that were reached have plans, the others say no_plan; each is reported."""
    ticks = itertools.count(step=0.4)
    seen = []
    alone = [*ROOTS["tactics"], line("c", LINE)]  # one that does not bend: with adstock they are searched one by one
    carried = [tactic | {"adstock": {"family": "geometric", "retention": 0.5}} for tactic in alone]
    question = FrontierQuestion(
        scenario=domain(ROOTS | {"tactics": carried}),
        spread=Spread(start=10, stop=100, points=10),
        time_limit=5.0,
        target_roi=5.0,
    )
    answer = frontier(question, clock=lambda: next(ticks), progress=seen.append)
    statuses = [point.status for point in answer.points]
    assert "no_plan" in statuses
    assert set(statuses) <= {"optimal", "feasible", "no_plan"}
    assert [(told.points, told.of) for told in seen] == [(count, 10) for count in range(1, 11)]
    assert all(point.bound >= point.value for point in answer.points if point.value is not None)


@cache
def known_at(budget):
    """What an independent solver finds for ten S-shaped tactics."""
    document = instances.one_period(10, 1, s_share=1.0, limits="wide")
    return global_solver.solve(separable.of(document | {"budget": {"at_most": budget}}))


@pytest.mark.parametrize("step", seeds([0.1, 1.0], [0.3, 3.0]))
def test_time_that_ends_while_points_are_searched_together_is_told(step):
    """However far the clock jumps: plans with the bound that was proved, or none."""
    document = instances.one_period(10, 1, s_share=1.0, limits="wide") | {"solve": {"gap": 1e-9}}
    budget, ticks, seen = document["budget"]["at_most"], itertools.count(step=step), []
    amounts = (0.5 * budget, budget, 1.5 * budget)
    question = FrontierQuestion(scenario=domain(document), amounts=amounts, time_limit=3.0)
    answer = frontier(question, clock=lambda: next(ticks), progress=seen.append)
    assert seen[-1].points == 3
    for point in answer.points:
        known = known_at(point.amount)
        assert point.value is None or point.value <= known.bound * (1 + 1e-9)
        assert point.bound is None or point.bound >= known.value * (1 - 1e-9)
