"""What rules and goals may speak of, as sums of columns."""

from itertools import product

import numpy as np
import pytest

from optimizer.formulation.draft import Draft
from optimizer.formulation.response import add_responses
from optimizer.formulation.spend import add_reads, add_spend, reach
from optimizer.formulation.vocabulary import Vocabulary
from optimizer.optimize import optimize
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuer
from tests.effort import seeds
from tests.optimizer.toys import HILL, LINE, ROOT, domain, line, modelled, wire

SCOPES = [Scope(), Scope(tactics=("b",)), Scope(periods=("2",)), Scope(stage="downstream", periods=("1",))]
METRICS = ["spend", "outcome", "revenue", "profit", "reach"]


def words_of(problem):
    """A vocabulary over a fresh draft."""
    draft = Draft()
    spend = add_spend(draft, problem, reach(problem, np.inf))
    reads = add_reads(draft, problem, spend)
    cells = add_responses(draft, problem, reads)
    return Vocabulary(draft=draft, scenario=problem, spend=spend, reads=reads, cells=cells)


PROBLEM = domain(
    wire(
        [
            line("a", ROOT, metrics={"reach": {"per_spend": 3, "per_outcome": 0.5}}, revenue_per_outcome=4, margin=0.3),
            line("b", HILL, stage="downstream", adstock={"family": "weights", "weights": [1, 0.5]}, seasonality=[1, 2]),
        ],
        periods=["1", "2"],
        budget={"at_most": 100},
        count_carry_out=True,
    )
)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_as_columns_is_the_metric_as_valued(metric, scope):
    """Formulation and valuation are two witnesses of one metric, carry-out included."""
    words, spend = words_of(PROBLEM), np.array([[10.0, 20.0], [30.0, 40.0]])
    cells, point = words.cells, np.zeros(len(words.draft.names))
    point[words.spend] = spend
    inputs = np.concatenate([spend[0], [30.0, 55.0, 20.0]])
    point[cells.responses] = cells.curves.value(inputs) - cells.zero
    told = words.metric(metric, scope)
    known = Valuer(PROBLEM).value(spend).total(metric, scope)
    assert told.values @ point[told.columns] == pytest.approx(known, rel=1e-12)


@pytest.mark.parametrize("scope", SCOPES)
def test_spent_is_the_spend_of_the_scope(scope):
    """Each of its columns once."""
    words = words_of(PROBLEM)
    assert words.spent(scope).columns.tolist() == words.spend[words.mask(scope) > 0].tolist()
    assert set(words.spent(scope).values.tolist()) == {1.0}


@pytest.mark.parametrize(
    ("minimum", "more", "least"),
    [
        (333.333, {}, 333.34),
        (333.34, {}, 333.34),
        (333.3, {"currency": "JPY"}, 333.3),  # below 10,000 yen plans have finer units
        (33333.3, {"currency": "JPY"}, 33334.0),
        (333.3, {"currency": "JPY", "digits": 0}, 334.0),
        (5.4321, {}, 5.4321),
    ],
)
def test_what_is_active_spends_whole_minor_units(minimum, more, least):
    """A threshold between two units asks for the upper one; units are no coarser than those of any plan that is on."""
    rule = {"rule": "minimum_if_active", "name": "some", "at_least": minimum}
    model = modelled(wire({"a": LINE}, budget={"at_most": 100 * minimum}, rules=[rule], **more))
    values = [value for row in model.drafts if row.owner == "some" for value in row.sum.values.tolist()]
    assert -least in values


def test_decisions_are_made_with_what_money_can_be():
    """Three thirds of a thousand are two cents more than that."""
    log = {"family": "log", "coefficient": 100, "scale": 10}
    rule = {"rule": "minimum_if_active", "name": "some", "at_least": 333.333}
    plan = optimize(domain(wire(dict.fromkeys("abc", log), budget={"at_most": 1000}, rules=[rule])))
    assert sorted(own.spend for own in plan.allocations) == [0.0, 500.0, 500.0]
    assert plan.certificate.largest_violation == 0.0


@pytest.mark.parametrize("seed", seeds(3, 12))
def test_no_plan_in_whole_units_is_cut_off(seed):
    """All plans of three tactics in whole yen: the bound is above the best, and there is a plan where there is one."""
    rng = np.random.default_rng(seed)
    budget, minimum = int(rng.integers(20, 45)), round(float(rng.uniform(3, 16)), 2)
    curves = {name: HILL | {"half_saturation": float(rng.uniform(4, 30))} for name in "abc"}
    rules = [
        {"rule": "minimum_if_active", "name": "some", "at_least": minimum},
        {"rule": "active_count", "name": "count", "at_least": int(rng.integers(1, 4))},
    ]
    problem = domain(wire(curves, budget={"at_most": budget}, rules=rules, currency="JPY", digits=0))
    valuer, amounts = Valuer(problem), [0, *range(int(minimum) + 1, budget + 1)]
    spends = [own for own in product(amounts, repeat=3) if sum(own) <= budget]
    values = [valuer.value(np.array(own, dtype=float)[:, None]) for own in spends]
    kept = [own.value for own in values if not any(rule.violation(own) for rule in problem.rules)]
    plan = optimize(problem)
    assert (plan.status == "conflict") == (not kept)
    if kept:
        assert plan.certificate.largest_violation == 0.0
        assert plan.bound >= max(kept) * (1.0 - 1e-9)
