"""A valued spend as tables."""

import numpy as np
import pytest

from optimizer.answers.goals import goal_results
from optimizer.answers.price import Price
from optimizer.answers.report import allocations, tactic_totals, totals, worth_of_spend
from optimizer.curves import Linear, Power, Weights
from optimizer.problem.goal import Goal
from optimizer.problem.tactic import CarryOver
from optimizer.problem.valuation import Valuer
from tests.optimizer.toys import scenario, tactic, valued


def test_totals_add_up():
    """10 at slope 2 and 20 at slope 3, margin 1: 80 for 30 of 100."""
    told = totals(valued(scenario(), 10.0, 20.0))
    assert (told.spend, told.unspent, told.outcome, told.revenue, told.profit) == (30.0, 70.0, 80.0, 80.0, 50.0)
    assert told.roi == pytest.approx(80 / 30)


def test_nothing_spent_has_no_return_and_no_budget_nothing_unspent():
    """None, never 0."""
    told = totals(valued(scenario(aim="profit", at_most=None), 0.0, 0.0))
    assert (told.roi, told.unspent) == (None, None)


def test_unspent_is_a_decimal():
    """100 less 99.9 is 0.1."""
    assert totals(valued(scenario(), 99.9, 0.0)).unspent == 0.1


def test_baseline_and_total_contain_carry_in_and_carry_out():
    """A carry-in of 10 at weights 1, 1 yields 10 in the period; 5 spent yields 5 in it and 5 after."""
    carry = CarryOver(adstock=Weights(weights=(1.0, 1.0)), carry_in=(10.0,), count_carry_out=True)
    told = totals(valued(scenario(tactic(curve=Linear(slope=1.0), carry_over=carry)), 5.0))
    assert (told.baseline_outcome, told.outcome, told.total_outcome) == (10.0, 10.0, 20.0)


def test_a_cell_has_its_true_marginal():
    """∂ revenue / ∂ spend: 5 a sale on √x at 25 is 0.5; at 0 it is infinite, which is None."""
    problem = scenario(tactic(curve=Power(coefficient=1.0, exponent=0.5), revenue_per_outcome=5.0), periods=("a", "b"))
    own = valued(problem, [25.0, 0.0])
    first, second = allocations(own, Valuer(problem))
    assert (first.outcome, first.revenue, first.marginal_revenue) == (5.0, 25.0, 0.5)
    assert (second.period, second.spend, second.marginal_revenue) == ("b", 0.0, None)


def test_a_tactics_line_is_its_periods_and_what_comes_after():
    """Revenue with carry-out, spend as a decimal, the change from current spend in every period."""
    carry = CarryOver(adstock=Weights(weights=(1.0, 1.0)), count_carry_out=True)
    one = tactic(curve=Linear(slope=1.0), carry_over=carry, current_spend=0.1, revenue_per_outcome=2.0)
    (told,) = tactic_totals(valued(scenario(one, periods=("a", "b")), [0.1, 0.2]))
    assert (told.spend, told.change_from_current) == (0.3, 0.1)
    assert (told.outcome, told.revenue, told.roi) == (pytest.approx(0.6), pytest.approx(1.2), pytest.approx(4.0))


def test_without_a_current_spend_there_is_no_change():
    """Absent is None; so is the return of a tactic without spend."""
    told = tactic_totals(valued(scenario(tactic("tv"), tactic("search", Linear(slope=3.0))), 0.0, 20.0))
    assert [(line.change_from_current, line.roi) for line in told] == [(None, None), (None, 3.0)]


@pytest.mark.parametrize(
    ("target", "met", "shortfall"),
    [(80.0, True, 0.0), (80.0 * (1 + 5e-10), True, 0.0), (90.0, False, 10.0), (-1.0, True, 0.0)],
)
def test_a_goal_is_met_or_missed_by_so_much(target, met, shortfall):
    """80 achieved; a billionth missing is met."""
    goal = Goal(name="g", metric="revenue", at_least=target)
    (told,) = goal_results(valued(scenario(goals=(goal,)), 10.0, 20.0))
    assert (told.achieved, told.met, told.shortfall) == (80.0, met, shortfall)


@pytest.mark.parametrize(("required", "price"), [(True, 4.0), (False, None)])
def test_only_required_goals_have_a_price(required, price):
    """A wish costs nothing."""
    goal = Goal(name="g", metric="revenue", at_least=1.0, required=required)
    (told,) = goal_results(valued(scenario(goals=(goal,)), 10.0, 20.0), {"g": Price(value=4.0, holds_from=0.5)})
    assert (told.price, told.price_holds_from) == (price, None if price is None else 0.5)


def test_worth_of_spend_counts_outcome_and_money():
    """Slope 2 at 3 a unit of outcome, less 1 a unit of spend."""
    problem = scenario()
    worth = worth_of_spend(Valuer(problem), np.zeros((2, 1)), np.array([3.0, 3.0]), np.array([-1.0, 0.0]))
    assert worth.tolist() == [[5.0], [9.0]]
