"""From a model to the best point and a proof; and what is not a proof."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from optimizer.formulation.model import build
from optimizer.formulation.moved import moved
from optimizer.formulation.spend import reach
from optimizer.problem.drawn import confident_value
from optimizer.questions.moving import Moving
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent.incumbent import KEPT
from optimizer.search.search import Found, Searcher, formulation_of, search
from tests.effort import examples
from tests.optimizer.search.ranges.test_ranges import stopped_after
from tests.optimizer.search.toys import TOYS, toy
from tests.optimizer.toys import DOUBLE_ROOT, LINE, ROOT, domain, line, modelled, valued, wire


def never():
    return Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)


@pytest.mark.parametrize("name", TOYS)
def test_the_point_beats_every_plan_on_the_grid_and_the_bound_holds_them_all(name):
    """Within the gap that was asked for."""
    known = toy(name)
    found = search(known.model, 1e-6, never(), lambda *_: None)
    best = known.best()
    assert found.bound <= best + 1e-9
    assert found.cost <= best + 2e-6 * abs(best)
    assert found.cost - found.bound <= 1.01e-6 * abs(found.cost)
    assert not found.stopped


def test_nothing_is_proved_where_something_is_left():
    """Without a point, only an infinite bound proves that there is none: the rest is not known."""
    model = toy("concave").model
    common = {"model": model, "columns": None, "cost": np.inf, "duals": None, "rounds": 1, "nodes": 1}
    assert Found(**common, bound=np.inf, stopped=False).proved_empty
    assert not Found(**common, bound=-1.0, stopped=False).proved_empty
    assert not Found(**common, bound=np.inf, stopped=True).proved_empty


def test_no_time_at_all_proves_nothing():
    """Stopped before the first solve: no point, no bound, no claim."""
    found = search(toy("s-shaped").model, 1e-6, Deadline(clock=lambda: 2.0, start=0.0, seconds=1.0), lambda *_: None)
    assert (found.columns, found.bound, found.stopped, found.rounds) == (None, -np.inf, True, 0)


@pytest.mark.parametrize("name", ["s-shaped", "tables and draws", "outcome within", "packages", "adstock"])
@pytest.mark.parametrize("solves", [1, 2, 4, 8])
def test_stopped_at_any_moment_the_bound_is_honest(name, solves):
    """A clock that runs out after so many looks at it: whatever was found, no plan on the grid costs less."""
    known, ticks = toy(name), itertools.count()
    found = search(
        known.model, 1e-9, Deadline(clock=lambda: float(next(ticks)), start=0.0, seconds=solves), lambda *_: None
    )
    assert found.bound <= known.best() + 1e-9
    assert found.bound <= found.cost


def test_progress_is_reported_with_falling_costs_and_rising_bounds():
    """Cost never rises, and the bound stays below the best cost."""
    seen = []
    search(toy("outcome within").model, 1e-6, never(), lambda *told: seen.append(told))
    costs, bounds = [told[2] for told in seen], [told[3] for told in seen]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert all(bound <= cost for cost, bound in zip(costs, bounds, strict=True))


@pytest.mark.parametrize(
    ("name", "kind"),
    [("concave", "tangents"), ("s-shaped", "envelope"), ("packages", "integer"), ("a share", "envelope")],
)
def test_the_formulation_is_told_with_its_reason(name, kind):
    """Which relaxation bounds the model."""
    told, reason = formulation_of(toy(name).model)
    assert told == kind
    assert reason


def test_an_upper_limit_on_concave_outcome_needs_envelopes():
    """No curve bends, and yet responses must not be understated."""
    rules = [{"rule": "metric_range", "name": "r", "metric": "outcome", "at_most": 90}]
    kind, reason = formulation_of(modelled(wire({"a": ROOT, "b": LINE}, budget={"at_most": 100}, rules=rules)))
    assert (kind, "upper limit" in reason) == ("envelope", True)


@pytest.mark.parametrize("name", [name for name in TOYS if name != "least spend for a goal"])
def test_a_searcher_finds_under_other_limits_what_a_new_search_finds(name):
    """Up, down and back again: cost and bound of the moved model as if it were the first."""
    scenario = domain(TOYS[name])
    moving, searcher = Moving(scenario=scenario), Searcher()
    base = build(scenario, reach(scenario, 1e9))
    for amount in (40.0, 75.0, 100.0, 60.0, 75.0):
        model = moved(base, moving.at(amount), moving.amounts(amount))
        found = searcher.search(model, 1e-6, never(), lambda *_: None)
        fresh = search(model, 1e-6, never(), lambda *_: None)
        assert found.proved_empty == fresh.proved_empty
        if fresh.columns is None:
            continue
        assert found.cost == pytest.approx(fresh.cost, rel=2e-6)
        assert found.bound <= fresh.cost + 2.0 * KEPT  # by which a point's rows may be broken
        assert found.cost - found.bound <= 1.0001e-6 * abs(found.cost) + 1e-9


def test_a_searcher_builds_no_program_where_curves_are_concave():
    """Two roots under two budgets: neither search solves a linear program. One that is asked later knows the second."""
    scenario = domain(wire({"a": ROOT, "b": DOUBLE_ROOT}, budget={"at_most": 100}))
    moving, searcher = Moving(scenario=scenario), Searcher()
    base = build(scenario, reach(scenario, 1e9))
    for amount in (60.0, 80.0):
        model = moved(base, moving.at(amount), moving.amounts(amount))
        found = searcher.search(model, 1e-6, never(), lambda *_: None)
        assert found.rounds == 0
        assert "program" not in vars(searcher.relaxation)
    assert searcher.relaxation.solve().cost <= found.cost


def hardly_worth_it(tactics, periods, worth, *, least, adstock, switched, confidence):
    """Profit of hills that return `worth` of their spend where they are steepest, with a share that some must have."""
    carry = {"adstock": {"family": "geometric", "retention": 0.5, "length": 4, "normalized": True}} if adstock else {}
    hills = [{"half_saturation": 100.0 + 10 * number, "shape": 2} for number in range(tactics)]
    hills = [hill | {"ceiling": 2.0 * worth * hill["half_saturation"]} for hill in hills]
    if confidence is not None:
        draws = [[hill | {"ceiling": size * hill["ceiling"]} for size in (0.8, 1.0, 1.2)] for hill in hills]
        hills = [{"draws": own} for own in draws]
    rules = [{"rule": "share_range", "name": "s", "scope": {"tactics": ["t0", "t1"]}, "at_least": 0.3}]
    if switched:
        rules.append({"rule": "minimum_if_active", "name": "m", "scope": {}, "at_least": 40})
    objective = {"maximize": "profit"} | ({} if confidence is None else {"confidence": confidence})
    return wire(
        [
            line(f"t{number}", {"family": "hill"} | hill, spend={"at_least": least}, **carry)
            for number, hill in enumerate(hills)
        ],
        periods=[str(period) for period in range(periods)],
        objective=objective,
        rules=rules,
        budget={"at_most": 10000},
    )


@example(tactics=6, periods=12, worth=1.001, least=0.0, adstock=True, switched=False, confidence=None, looks=4)
@settings(max_examples=examples(10))
@given(
    tactics=st.integers(2, 4),
    periods=st.integers(1, 4),
    worth=st.floats(0.9, 1.1),
    least=st.sampled_from([0.0, 5.0]),
    adstock=st.booleans(),
    switched=st.booleans(),
    confidence=st.sampled_from([None, 0.5]),
    looks=st.integers(2, 40),
)
def test_no_plan_is_worse_than_the_least_spend(looks, **case):
    """Whenever time is up: spending as little as is allowed keeps every limit here."""
    document = hardly_worth_it(**case)
    plan, problem = stopped_after(document, looks), domain(document)
    objective = problem.objective
    if plan.status == "no_plan" or (case["switched"] and case["least"]):
        return
    least = np.full((case["tactics"], case["periods"]), case["least"])
    nothing = valued(problem, *least).value if objective.confidence is None else confident(problem, least)
    assert plan.value >= nothing - 1e-6
    assert np.isfinite(plan.bound)


def confident(problem, spend):
    return confident_value(problem, spend, problem.objective.confidence)
