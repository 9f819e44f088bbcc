"""Fifty budgets against one solve, and one more budget after a solve: what one model for many budgets is worth."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from app.schemas.scenario import ScenarioIn
from benchmarks.concave import Wire
from optimizer.formulation.moved import moved
from optimizer.formulation.spend import reach
from optimizer.optimize import optimize
from optimizer.problem.canonical import canonical_order
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuer
from optimizer.questions.frontier import FrontierQuestion, Spread, frontier
from optimizer.questions.moving import Moving
from optimizer.search.deadline import Deadline
from optimizer.search.plan.settle import settled_point, whole_spends
from optimizer.search.search import Searcher
from optimizer.search.spends.within import narrowed
from optimizer.units import LARGEST
from tests.oracles import instances

POINTS = 50
RANGE = (0.25, 2.0)  # of the scenario's own budget
REPEATS = 3
OTHERS = (1.1, 0.9, 1.05, 0.95, 1.0)  # budgets that are asked for after a solve, as shares of the scenario's own
HEAD = ["frontier", "one solve", f"{POINTS} budgets", "of one solve", "not proved", "another budget", "of one solve"]


def cases() -> list[tuple[str, Wire]]:
    """Within one budget: concave, S-shaped, with minimums, and with adstock; then many tactics, and beside shares."""
    return [
        ("20 tactics", instances.one_period(20, 1)),
        ("20 S-shaped tactics", instances.one_period(20, 1, s_share=1.0)),
        ("100 tactics, on/off minimums", instances.with_minimums(instances.one_period(100, 1, limits="wide"))),
        ("10 tactics x 52 weeks, adstock", instances.weekly(10, 1)),
        ("1000 tables", instances.tables(1000, 1)),
        ("1000 tactics", instances.one_period(1000, 1)),
        ("20 tactics + 5 shares", instances.with_shares(instances.one_period(20, 1))),
        ("1000 tactics + 5 shares", instances.with_shares(instances.one_period(1000, 1))),
        ("20 x 50 regions + 70 shares", instances.regional(20, 50, 1)),
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
    another = _another(scenario, budget)
    return [
        name,
        f"{1e3 * one:.1f} ms",
        f"{1e3 * all_of_them:.1f} ms",
        f"{all_of_them / one:.1f} x",
        str(short),
        f"{1e3 * another:.1f} ms",
        f"{another / one:.2f} x",
    ]


def _another(scenario: Scenario, budget: float) -> float:
    """The median seconds of another budget's point, searched and certified from a solve that went before."""
    moving, searcher = Moving(scenario=canonical_order(scenario)), Searcher()
    loosest = moving.at(RANGE[1] * budget)
    assert loosest is not None
    model, valuer = narrowed(loosest, reach(loosest, LARGEST)), Valuer(moving.scenario)

    def solve(amount: float) -> None:
        stated = moving.at(amount)
        assert stated is not None
        own, deadline = moved(model, stated, moving.amounts(amount)), Deadline.after(60.0, time.monotonic)
        found = searcher.search(own, stated.solve.gap, deadline, lambda *_: None)
        [whole] = whole_spends([found], valuer, deadline)
        settled_point(found, whole, amount, moving.owner)

    solve(budget)
    taken = []
    for share in OTHERS:
        start = time.process_time()
        solve(share * budget)
        taken.append(time.process_time() - start)
    return statistics.median(taken)


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
