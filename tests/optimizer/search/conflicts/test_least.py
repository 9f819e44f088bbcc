"""Conflicts with a limit that is below the least which others leave: minimal, as another solver finds, or not told."""

import time
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from optimizer.formulation.model import build
from optimizer.formulation.moved import limited
from optimizer.formulation.spend import reach
from optimizer.problem.limits import BUDGET
from optimizer.questions.moving import Moving
from optimizer.search.conflicts.least import kept_above
from optimizer.search.deadline import Deadline
from optimizer.solver.highs import Program
from tests.effort import seeds
from tests.optimizer.toys import HILL, LINE, ROOT, domain, line, wire
from tests.oracles import instances

CASES = [(limits, seed) for limits in ("mixed", "robyn", "narrow") for seed in (1, 2, 3, 6)]


def at(document, budget):
    """A model of a document under another budget."""
    moving = Moving(scenario=domain(document))
    base = build(moving.scenario, reach(moving.scenario, 1e9))
    return limited(base, [moving.at(budget)], [moving.amounts(budget)])[0]


def named(model, seconds=10.0):
    """What keeps the budget too small."""
    return kept_above(model, BUDGET, Deadline.after(seconds, time.monotonic))


def least_budget(document, names):
    """The least total spend that keeps the named limits and shares, by another solver."""
    lines, rows = document["tactics"], []
    for rule in document["rules"]:
        own = np.array([one["name"] in rule["scope"]["tactics"] for one in lines], dtype=float)
        rows += [rule["at_least"] - own, own - rule["at_most"]] if rule["name"] in names else []
    free = {"at_least": 0.0, "at_most": None}
    limits = [one["spend"] if f"spend limit of {one['name']}" in names else free for one in lines]
    bounds = [(own["at_least"], own["at_most"]) for own in limits]
    rows = np.array(rows).reshape(-1, len(lines))
    return linprog(np.ones(len(lines)), A_ub=rows, b_ub=np.zeros(len(rows)), bounds=bounds).fun


def everything(document):
    """The names of all limits but the budget."""
    spends = [f"spend limit of {one['name']}" for one in document["tactics"]]
    return {*spends, *(rule["name"] for rule in document["rules"])}


@pytest.mark.parametrize(("limits", "seed"), CASES)
@pytest.mark.parametrize("share", seeds([0.6, 1 - 1e-7], [0.95]))
def test_what_is_named_conflicts_and_each_of_it_is_needed(limits, seed, share):
    """Budgets of 20 tactics beside five shares: without any one of the names the rest can hold."""
    document = instances.with_shares(instances.one_period(20, seed, limits=limits))
    budget = share * least_budget(document, everything(document))
    names = named(at(document, budget))
    others = set(names) - {BUDGET}
    assert set(names) == others | {BUDGET}
    assert others <= everything(document)
    assert least_budget(document, others) > budget
    for name in others:
        assert least_budget(document, others - {name}) <= budget * (1.0 + 1e-8)


@pytest.mark.parametrize("seed", seeds([1, 2], [3]))
def test_whatever_the_multipliers_only_what_conflicts_is_named(seed, monkeypatch):
    """Those of the solver, disturbed: the sum that they prove is reckoned."""
    document, rng = instances.with_shares(instances.one_period(20, seed)), np.random.default_rng(seed)
    least, solve, told = least_budget(document, everything(document)), Program.solve, 0
    for size in (1e-9, 1e-6, 1e-3, 1.0):

        def disturbed(program, seconds, size=size):
            outcome = solve(program, seconds)
            return replace(outcome, row_duals=outcome.row_duals + size * rng.normal(size=len(outcome.row_duals)))

        monkeypatch.setattr(Program, "solve", disturbed)
        for share in (0.5, 0.8, 1 - 1e-6):
            names = set(named(at(document, share * least))) - {BUDGET}
            told += bool(names)
            assert not names or least_budget(document, names) > share * least
    assert told


def test_what_can_hold_is_no_conflict():
    """At the least budget itself nothing is named."""
    document = instances.with_shares(instances.one_period(20, 1))
    assert named(at(document, least_budget(document, everything(document)) * (1.0 + 1e-7))) == ()


def test_floors_that_are_idle_are_not_named():
    """Floors of 60, 50 and 1 beside 100: two of them do, and what takes nothing of the budget is none of it."""
    floors = [line(name, LINE, spend={"at_least": least}) for name, least in (("a", 60), ("b", 50), ("c", 1))]
    model = at(wire([*floors, line("d", ROOT, spend={"at_most": 5})], budget={"at_most": 200}), 100.0)
    assert named(model) == (BUDGET, "spend limit of a", "spend limit of b")


@pytest.mark.parametrize(
    "more",
    [
        {"rules": [{"rule": "metric_range", "name": "outcome", "metric": "outcome", "at_least": 1.0}]},
        {"rules": [{"rule": "minimum_if_active", "name": "m", "scope": {"tactics": ["a"]}, "at_least": 70}]},
    ],
)
def test_nothing_is_told_beside_what_counts_other_than_spends(more):
    """Outcome, and decisions: floors of 60 and 50 beside 100 conflict all the same, which others tell."""
    floors = [line(name, HILL, spend={"at_least": least}) for name, least in (("a", 60), ("b", 50))]
    assert named(at(wire(floors, budget={"at_most": 200}), 100.0)) == (BUDGET, "spend limit of a", "spend limit of b")
    assert named(at(wire(floors, budget={"at_most": 200}, **more), 100.0)) == ()


def test_nothing_is_told_once_time_is_over():
    """No second is left."""
    document = instances.with_shares(instances.one_period(20, 1))
    assert named(at(document, 0.5 * least_budget(document, everything(document))), 0.0) == ()
