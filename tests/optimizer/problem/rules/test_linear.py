"""Any linear combination of spends within limits."""

import pytest

from optimizer.errors import ScenarioError
from optimizer.problem.rules import Linear, Term
from optimizer.problem.scope import Scope
from tests.optimizer.problem.rules.samples import SEARCH, TV
from tests.optimizer.toys import scenario, valued

TWICE = (Term(scope=TV, coefficient=2.0), Term(scope=SEARCH, coefficient=-1.0))
CASES = [
    ((10.0, 5.0), TWICE, {"at_most": 12.0}, 3.0),  # 2·10 − 5 = 15
    ((10.0, 5.0), TWICE, {"at_least": 15.0, "at_most": 15.0}, 0.0),
    ((10.0, 5.0), TWICE, {"at_least": 16.0}, 1.0),
    ((0.1, 0.2), (Term(scope=Scope(), coefficient=3.0),), {"at_most": 0.9}, 0.0),
    ((0.1, 0.7), (Term(scope=TV, coefficient=7.0), Term(scope=SEARCH, coefficient=-1.0)), {"at_most": 0.0}, 0.0),
]


@pytest.mark.parametrize(("spend", "terms", "limits", "violation"), CASES)
def test_how_far_the_combination_is_off(spend, terms, limits, violation):
    """Decimals: 7 · 0.1 − 0.7 is nothing."""
    assert Linear(name="r", terms=terms, **limits).violation(valued(scenario(), *spend)) == violation


def test_a_combination_of_nothing_is_refused():
    """At least one term."""
    with pytest.raises(ScenarioError) as refused:
        Linear(name="r", terms=(), at_most=1.0)
    assert (refused.value.code, refused.value.path) == ("no_terms", "terms")


def test_a_scope_beside_the_terms_is_refused():
    """It would be ignored: every term has its own."""
    with pytest.raises(ScenarioError) as refused:
        Linear(name="r", terms=TWICE, at_most=1.0, scope=TV)
    assert (refused.value.code, refused.value.path) == ("scope_of_terms", "scope")


def test_the_terms_scope_is_named_by_its_place():
    """The second term's tactic is the unknown one."""
    terms = (TWICE[0], Term(scope=Scope(tactics=("tv", "radio")), coefficient=1.0))
    with pytest.raises(ScenarioError) as refused:
        scenario(rules=(Linear(name="r", terms=terms, at_most=1.0),))
    assert refused.value.path == "rules[0].terms[1].scope.tactics[1]"


def test_a_coefficient_is_a_number():
    """Not a NaN."""
    with pytest.raises(ScenarioError) as refused:
        Term(scope=TV, coefficient=float("nan"))
    assert (refused.value.code, refused.value.path) == ("not_finite", "coefficient")


def test_a_limit_on_spend_as_it_is_is_money() -> None:
    """A share of what is partly spent is such a limit; others are what their coefficients make of them."""
    part, whole = Scope(tactics=("tv",)), Scope()
    terms = tuple(Term(scope=scope, coefficient=own) for scope, own in ((part, 1.0), (whole, -0.4)))
    assert Linear(name="share", terms=terms, at_least=-5.0).limit_unit == "unit of money"
    assert Linear(name="contacts", terms=terms[1:], at_least=-5.0).limit_unit == "unit of the limit"
