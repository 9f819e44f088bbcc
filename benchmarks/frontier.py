"""Fifty budgets against one solve: what keeping the model in the solver is worth."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from app.schemas.scenario import ScenarioIn
from benchmarks.concave import Wire
from optimizer.optimize import optimize
from optimizer.questions.frontier import FrontierQuestion, Spread, frontier
from tests.oracles import instances

POINTS = 50
RANGE = (0.25, 2.0)  # of the scenario's own budget
REPEATS = 3
HEAD = ["frontier", "one solve", f"{POINTS} budgets", "times one solve", "programs", "points not proved"]


def cases() -> list[tuple[str, Wire]]:
    """Concave, S-shaped, and concave with adstock."""
    return [
        ("20 tactics", instances.one_period(20, 1)),
        ("20 S-shaped tactics", instances.one_period(20, 1, s_share=1.0)),
        ("10 tactics x 52 weeks, adstock", instances.weekly(10, 1)),
    ]


def row(name: str, document: Wire) -> list[str]:
    """One line of the table; both are timed in turn, so that a busy machine is as busy for both."""
    scenario = ScenarioIn.model_validate(document).to_domain()
    budget = scenario.budget.total.at_most if scenario.budget.total is not None else None
    assert budget is not None
    spread = Spread(start=RANGE[0] * budget, stop=RANGE[1] * budget, points=POINTS)
    question = FrontierQuestion(scenario=scenario, spread=spread)
    answer = frontier(question)
    one, all_of_them = _in_turn(lambda: optimize(scenario), lambda: frontier(question))
    short = sum(point.status != "optimal" for point in answer.points)
    return [
        name,
        f"{1e3 * one:.1f} ms",
        f"{1e3 * all_of_them:.1f} ms",
        f"{all_of_them / one:.1f} x",
        str(answer.provenance.rounds),
        str(short),
    ]


def rows() -> list[list[str]]:
    """The whole table, its head first."""
    return [HEAD, *(row(name, document) for name, document in cases())]


def _in_turn(*calls: Callable[[], object]) -> list[float]:
    """The median seconds of each call, one after the other several times over."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(REPEATS):
        for seconds, call in zip(taken, calls, strict=True):
            start = time.process_time()
            call()
            seconds.append(time.process_time() - start)
    return [statistics.median(seconds) for seconds in taken]
