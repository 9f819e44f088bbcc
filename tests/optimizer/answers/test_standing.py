"""How a plan stands to each limit."""

import pytest

from optimizer.answers.price import LITTLE, Price
from optimizer.answers.standing import budget_result, rule_results
from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.problem.objective import Objective
from optimizer.problem.rules import RULES, SpendRange
from tests.optimizer.problem.rules.samples import SAMPLES
from tests.optimizer.toys import scenario, tactic, valued


def standing(problem, *spend, prices=None, limits=None):
    given = {name: Price(value=price, side="at_most") for name, price in (prices or {}).items()}
    own = [(name, Price(value=price, side="at_most")) for name, price in (limits or {}).items()]
    return {told.name: told for told in rule_results(valued(problem, *spend), given, own, 0.01)}


@pytest.mark.parametrize(("spend", "binding"), [((40.0, 60.0), True), ((40.0, 59.995), True), ((40.0, 59.99), False)])
def test_the_budget_binds_within_less_than_a_cent(spend, binding):
    """A whole cent left is room."""
    assert standing(scenario(), *spend)["budget"].binding is binding


def test_a_price_means_that_it_binds():
    """Even where rounding left a cent."""
    assert standing(scenario(), 10.0, 10.0, prices={"budget": 0.5})["budget"].binding


def test_each_periods_budget_stands_by_itself():
    """The first is spent, the second is not."""
    limits = (("a", BudgetLimit(at_most=50.0)), ("b", BudgetLimit(at_least=10.0, at_most=50.0)))
    problem = scenario(tactic(), periods=("a", "b"), budget=Budget(by_period=limits))
    told = standing(problem, [50.0, 20.0])
    assert (told["budget of a"].binding, told["budget of b"].binding) == (True, False)
    assert standing(problem, [5.0, 10.0])["budget of b"].binding


TOUCHING = {
    "spend_range": (30.0, 1.0),
    "share_range": (40.0, 60.0),
    "metric_range": (20.0, 1.0),
    "efficiency": (10.0, 10.0),
    "change_limit": (10.0, 1.0),
    "turnover_limit": (29.0, 14.0),
    "linear": (3.0, 1.0),
    "commitment": (20.0, 1.0),
    "minimum_if_active": (30.0, 1.0),
    "packages": (30.0, 1.0),
    "active_count": (0.0, 1.0),
    "active_periods": (0.0, 1.0),
    "requires": (30.0, 1.0),
    "exclusive": (30.0, 0.0),
}
LOOSE = {
    "spend_range": (31.0, 1.0),
    "share_range": (39.0, 61.0),
    "metric_range": (19.0, 1.0),
    "efficiency": (1.0, 10.0),
    "linear": (2.0, 1.0),
    "minimum_if_active": (31.0, 1.0),
    "requires": (0.0, 1.0),
    "exclusive": (0.0, 0.0),
    "change_limit": (11.0, 1.0),
    "turnover_limit": (29.0, 15.0),
}


@pytest.mark.parametrize("kind", [kind for kind in RULES if RULES[kind].limiting])
def test_a_rule_binds_where_it_touches(kind):
    """Equalities and whole numbers always do."""
    problem = scenario(rules=(SAMPLES[kind](name="r"),))
    assert standing(problem, *TOUCHING[kind])["r"].binding
    if kind in LOOSE:
        assert not standing(problem, *LOOSE[kind])["r"].binding


@pytest.mark.parametrize("kind", RULES)
def test_only_rules_with_a_derivative_have_a_price(kind):
    """An on/off decision leaves none, whatever the duals say."""
    told = standing(scenario(rules=(SAMPLES[kind](name="r"),)), 10.0, 10.0, prices={"r": 2.0})["r"]
    assert told.price == (2.0 if RULES[kind].priced else None)


@pytest.mark.parametrize(
    ("aim", "unit"), [("revenue", "revenue per unit of money"), ("spend", "spend per unit of money")]
)
def test_a_price_has_its_unit(aim, unit):
    """The objective's per the limit's."""
    problem = scenario(objective=Objective(aim=aim), rules=(SpendRange(name="r", at_most=5.0),))
    assert {told.price_unit for told in standing(problem, 1.0, 1.0).values()} == {unit}


def test_spend_limits_stand_only_where_they_bind():
    """By the names that have a price."""
    told = standing(scenario(), 1.0, 1.0, limits={"spend limit of tv": 0.3})
    assert (told["spend limit of tv"].binding, told["spend limit of tv"].price) == (True, 0.3)
    assert "spend limit of search" not in told


def test_without_a_budget_it_has_no_price():
    """None; and without a dual the price is not known."""
    own = valued(scenario(aim="profit", at_most=None), 1.0, 1.0)
    assert budget_result(own, {}, 0.01) is None
    assert budget_result(valued(scenario(), 1.0, 1.0), {}, 0.01).price is None
    told = budget_result(valued(scenario(), 1.0, 1.0), {"budget": Price(value=0.25, holds_from=50.0)}, 0.01)
    assert (told.price, told.price_holds_from, told.price_holds_to) == (0.25, 50.0, None)


def test_a_price_is_told_with_its_side_and_its_range():
    """And with what it takes as given."""
    problem = scenario(rules=(SpendRange(name="r", at_most=5.0),))
    price = Price(value=1.5, side="at_most", holds_from=4.0, holds_to=6.0, note="so long as")
    told = {line.name: line for line in rule_results(valued(problem, 1.0, 1.0), {"r": price}, [], 0.01)}["r"]
    assert (told.side, told.price_holds_from, told.price_holds_to, told.price_note) == (
        "at_most",
        4.0,
        6.0,
        "so long as",
    )
    assert told.binding


@pytest.mark.parametrize(("spent", "note"), [(5.0, LITTLE), (4.0, None)])
def test_a_limit_that_binds_and_is_worth_nothing_says_how_far_that_is_known(spent, note):
    """Its ends are no ends: beyond a small move it may be worth something. One that does not bind is worth nothing."""
    problem = scenario(rules=(SpendRange(name="r", at_most=5.0),), at_most=5.0)
    own, prices = valued(problem, spent, 0.0), {"r": Price(value=0.0), "budget": Price(value=0.0)}
    told = {line.name: line for line in rule_results(own, prices, [], 0.01)}
    assert [told[name].price_note for name in ("r", "budget")] == [note, note]
    assert budget_result(own, prices, 0.01).price_note == note
