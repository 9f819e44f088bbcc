"""The small integer program that mends a rounding, against every choice of steps there is."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

from optimizer.answers.certificate import largest_violation
from optimizer.formulation.rounding import mending
from optimizer.problem.valuation import Valuer
from optimizer.solver.highs import Program
from tests.optimizer.toys import LINE, ROOT, line, modelled, valued, wire
from tests.oracles.solve import solve

STEPS = 2  # minor units that a cell may be moved

A, B, C = ({"tactics": [name]} for name in "abc")
TOYS = {
    "a share that cents miss": (
        [{"rule": "share_range", "name": "r", "scope": A, "at_least": 0.3333, "at_most": 0.3334}],
        (3.33, 3.33, 3.35),
    ),
    "two shares": (
        [
            {"rule": "share_range", "name": "r", "scope": A, "at_most": 0.25},
            {"rule": "share_range", "name": "s", "scope": B, "of": C, "at_least": 0.5},
        ],
        (2.51, 2.49, 5.01),
    ),
    "a combination": (
        [
            {
                "rule": "linear",
                "name": "r",
                "terms": [{"scope": A, "coefficient": 3}, {"scope": B, "coefficient": -2}],
                "at_least": 0,
                "at_most": 0,
            }
        ],
        (2.01, 3.0, 5.0),
    ),
    "a promise": ([{"rule": "commitment", "name": "r", "scope": B, "amount": 3.0}], (3.0, 3.02, 4.0)),
    "a goal through a curve": (
        [{"rule": "metric_range", "name": "r", "metric": "outcome", "scope": A, "at_least": 17.35}],
        (3.0, 3.0, 4.0),
    ),
    "a return that nothing spent keeps": (
        [
            {"rule": "efficiency", "name": "r", "scope": C, "at_least": 3.5},
            {"rule": "share_range", "name": "s", "scope": A, "of": B, "at_least": 0.3333, "at_most": 0.3334},
        ],
        (2.49, 7.5, 0.0),
    ),
}


@pytest.mark.parametrize("name", TOYS)
def test_the_mended_spend_is_as_good_as_any_within_the_steps(name):
    """Feasible, and no other choice of steps that keeps every limit is worth more."""
    rules, base = TOYS[name]
    model = modelled(wire({"a": ROOT, "b": ROOT, "c": LINE}, budget={"at_most": 10}, rules=rules))
    start, valuer = np.array(base)[:, None], Valuer(model.scenario)
    assert largest_violation(valuer.value(start)) > 0
    near = np.zeros((3, 1)), np.full((3, 1), 10.0)
    problem, brings, _ = mending(model, valued(model.scenario, start), *near, 0.01, STEPS)
    program = Program(problem)
    outcome = program.solve(5.0)
    steps = [round(outcome.columns[program.order.index(f"step_{column}")]) for column in model.spend.ravel()]
    mended = _stepped(base, steps)
    assert largest_violation(valuer.value(mended)) == 0
    worth = valuer.value(mended).value
    assert -outcome.cost * brings == pytest.approx(worth - valuer.value(start).value, rel=0.01, abs=1e-3)
    span = range(-STEPS, STEPS + 1)
    others = (valuer.value(_stepped(base, steps)) for steps in itertools.product(span, repeat=3))
    best = max(other.value for other in others if largest_violation(other) == 0)
    assert worth >= best - 1e-5 * abs(best)


def test_a_table_falls_more_steeply_than_it_rises():
    """A cent less of b, which stands where its table bends down, would lose the goal that a cent more of a keeps."""
    tactics = {
        "a": {"family": "tabulated", "points": [[0, 0], [10, 100]]},
        "b": {"family": "tabulated", "points": [[0, 0], [5, 500], [10, 505]]},
        "c": {"family": "tabulated", "points": [[0, 0], [10, 0]]},
    }
    goals = [{"name": "g", "metric": "outcome", "at_least": 530, "required": True}]
    rules = [{"rule": "share_range", "name": "r", "scope": C, "at_least": 0.5}]
    more = {"goals": goals, "rules": rules, "budget": {"at_most": 20}}
    model = modelled(wire(tactics, objective={"minimize": "spend"}, **more))
    start, valuer = np.array([[3.01], [5.0], [8.0]]), Valuer(model.scenario)
    assert largest_violation(valuer.value(start)) > 0
    near = np.zeros((3, 1)), np.full((3, 1), 10.0)
    program = Program(mending(model, valued(model.scenario, start), *near, 0.01, STEPS).problem)
    outcome = program.solve(5.0)
    steps = [round(outcome.columns[program.place[f"step_{column}"]]) for column in model.spend.ravel()]
    assert steps == [-1, 0, 0]


def _stepped(base, steps):
    """Base plus cents, as decimals."""
    return np.array([[float(Fraction(repr(own)) + Fraction(step, 100))] for own, step in zip(base, steps, strict=True)])


def test_limits_of_cells_are_kept():
    """A cell that may not move has no steps."""
    model = modelled(wire({"a": ROOT, "b": LINE}, budget={"at_most": 10}))
    base = np.array([[3.0], [6.0]])
    problem, _, _ = mending(model, valued(model.scenario, base), base, np.array([[3.0], [6.01]]), 0.01, STEPS)
    program = Program(problem)
    outcome = program.solve(5.0)
    assert dict(zip(program.order, outcome.columns, strict=True)) == {"step_0": 0.0, "step_1": 1.0}


def test_limits_between_two_units_are_kept():
    """A cell may move to the last whole unit within a limit, not to the unit that is nearest to the limit."""
    model = modelled(wire({"a": ROOT, "b": LINE}, budget={"at_most": 10}))
    base, low, high = (np.array([[3.0], [own]]) for own in (6.0, 5.994, 6.016))
    problem, _, _ = mending(model, valued(model.scenario, base), low, high, 0.01, STEPS)
    steps = {step.name: (step.lowBound, step.upBound) for step in problem.variables()}
    assert steps["step_1"] == (0.0, 1.0)


def test_nothing_to_mend_with_is_told():
    """A share that no cents within reach keep: infeasible, rather than a broken plan."""
    rules = [{"rule": "share_range", "name": "r", "scope": {"tactics": ["a"]}, "at_most": 0.1}]
    model = modelled(wire({"a": ROOT, "b": LINE}, budget={"at_most": 10}, rules=rules))
    base = valued(model.scenario, np.full((2, 1), 5.0))
    problem, _, _ = mending(model, base, np.zeros((2, 1)), np.full((2, 1), 10.0), 0.01, STEPS)
    program = Program(problem)
    assert program.solve(5.0).ending == "infeasible"


def test_goals_that_are_missed_get_what_rounding_would_leave():
    """The first level's leads need 85.843… in b: 85.85 is spent there, and the rest of the budget to the last cent."""
    leads = {"metrics": {"leads": {"per_spend": 0.076, "per_outcome": 0.81}}}
    tactics = [
        line("a", {"family": "michaelis_menten", "ceiling": 403.4, "half_saturation": 186.9}),
        line("b", {"family": "tanh", "ceiling": 351.0, "scale": 273.3}, **leads),
    ]
    goals = [
        {"name": "leads", "metric": "leads", "scope": B, "at_least": 93.0, "priority": 1},
        {"name": "all", "metric": "revenue", "at_least": 232.0, "priority": 1},
        {"name": "half", "metric": "revenue", "scope": A, "at_least": 98.0, "priority": 2},
    ]
    plan = solve(wire(tactics, objective={"maximize": "goals"}, budget={"at_most": 144.0}, goals=goals))
    assert [cell["spend"] for cell in plan["allocations"]] == [58.15, 85.85]
