"""What a given allocation is worth, and what it breaks."""

import pytest

from optimizer.answers.evaluation import Spend, evaluate
from optimizer.errors import ScenarioError
from optimizer.problem.goal import Goal
from optimizer.problem.rules.linear import Linear, Term
from optimizer.problem.scope import Scope
from tests.optimizer.toys import scenario


def spend(tactic="tv", period="all", amount=10.0):
    return Spend(tactic=tactic, period=period, spend=amount)


REFUSED = [
    ([spend("radio")], "unknown_tactic", "allocations[0].tactic"),
    ([spend(), spend("search", "May")], "unknown_period", "allocations[1].period"),
    ([spend(), spend()], "duplicate_name", "allocations[1]"),
    ([spend(amount=-1.0)], "out_of_range", "allocations[0].spend"),
    ([spend(amount=float("nan"))], "not_finite", "allocations[0].spend"),
    ([spend(amount=True)], "not_a_number", "allocations[0].spend"),
]


@pytest.mark.parametrize(("spends", "code", "path"), REFUSED)
def test_an_allocation_that_the_scenario_does_not_have_is_refused(spends, code, path):
    """At the entry, by its place."""
    with pytest.raises(ScenarioError) as refused:
        evaluate(scenario(), spends)
    assert (refused.value.code, refused.value.path) == (code, path)


def test_what_is_not_named_spends_nothing():
    """10 on one of two."""
    told = evaluate(scenario(), [spend("search")])
    assert (told.value, told.feasible, told.violations) == (30.0, True, ())
    assert [(cell.tactic, cell.spend) for cell in told.allocations] == [("tv", 0.0), ("search", 10.0)]


def test_what_is_broken_in_money_is_told_in_whole_cents():
    """7,491.80 over budget, without the digits of the doubles' own; and so of a sum with coefficients."""
    told = evaluate(scenario(at_most=217323.5), [spend("tv", amount=224815.3)])
    assert [(broken.name, broken.amount) for broken in told.violations] == [("budget", 7491.8)]
    terms = (Term(scope=Scope(tactics=("tv",)), coefficient=1.1),)
    cap = Linear(name="cap", terms=terms, at_most=0.3)
    told = evaluate(scenario(rules=(cap,)), [spend("tv", amount=3.0)])
    assert [(broken.name, broken.amount) for broken in told.violations] == [("cap", 3.0)]


def test_what_is_broken_is_named_and_valued_all_the_same():
    """Over budget by 50, and short of a required goal: worth 300, not feasible."""
    goal = Goal(name="g", metric="revenue", at_least=500.0, required=True)
    told = evaluate(scenario(goals=(goal,)), [spend("tv", amount=150.0)])
    assert (told.value, told.feasible) == (300.0, False)
    assert [(broken.name, broken.amount) for broken in told.violations] == [("budget", 50.0), ("g", 200.0)]
    assert (told.goals[0].met, told.goals[0].shortfall) == (False, 200.0)
