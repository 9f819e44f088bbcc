"""What a spend yields, against an independent witness, finite differences and hand numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.curves import Geometric, Hill, Linear, Weights
from optimizer.optimize import optimize
from optimizer.problem.objective import Objective
from optimizer.problem.pattern import Pattern
from optimizer.problem.scope import Scope
from optimizer.problem.tactic import CarryOver, Metric
from optimizer.problem.valuation import Valuer
from tests.optimizer.problem.carrying import ADSTOCKS, carrying
from tests.optimizer.toys import domain, line, scenario, tactic, valued, wire
from tests.oracles.curves import Witness

few = settings(max_examples=8, deadline=None, derandomize=True)


@pytest.mark.parametrize("adstock", ADSTOCKS)
@few
@given(st.data())
def test_values_are_the_independent_witness(adstock, data):
    """Outcome, baseline, carry-out and objective, before and after saturation, with seasons and draws."""
    document, spend = data.draw(carrying(adstock))
    own, known = valued(domain(document), *spend), Witness(document).value(np.array(spend))
    size = np.abs(known.outcome + known.baseline).max()
    for mine, theirs in (
        (own.outcome, known.outcome),
        (own.baseline, known.baseline),
        (own.carry_out, known.after),
        (own.carry_out_baseline, known.baseline_after),
    ):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9 * size)
    assert own.value == pytest.approx(Witness(document).objective(np.array(spend)), rel=1e-9, abs=1e-9 * size)


@pytest.mark.parametrize("adstock", ADSTOCKS)
@few
@given(st.data())
def test_many_spends_are_valued_as_each(adstock, data):
    """Outcome, carry-out and worth, to the last bit."""
    document, spend = data.draw(carrying(adstock))
    valuer = Valuer(domain(document))
    spends = np.array(spend) * np.array([1.0, 0.5, 0.0])[:, None, None]
    for own, valuation in zip(spends, valuer.values(spends, [valuer.scenario] * 3), strict=True):
        alone = valuer.value(own)
        np.testing.assert_array_equal(valuation.outcome, alone.outcome)
        np.testing.assert_array_equal(valuation.carry_out, alone.carry_out)
        assert valuation.value == alone.value


@pytest.mark.parametrize("adstock", ADSTOCKS)
@few
@given(st.data())
def test_marginals_are_finite_differences(adstock, data):
    """∂ objective / ∂ spend of every cell, whatever carries it over."""
    document, spend = data.draw(carrying(adstock))
    problem = domain(document)
    valuer, at = Valuer(problem), np.array(spend)
    worth = np.array([[2.0, 0.5, 3.0, 1.5], [1.0, 1.0, 1.0, 1.0]])

    def weighed(money):
        value = valuer.value(money)
        return (worth[:, :-1] * value.outcome).sum() + worth[:, -1] @ value.carry_out

    marginal = valuer.marginal(at, worth)
    for cell in np.ndindex(at.shape):
        step = np.zeros(at.shape)
        step[cell] = 1e-4 * at[cell]
        slope = (weighed(at + step) - weighed(at - step)) / (2 * step[cell])
        assert marginal[cell] == pytest.approx(slope, rel=1e-5, abs=1e-7)


def test_outcome_is_incremental_against_spending_nothing():
    """A carry-in of 40 at 0.5 leaves 20, 10, 5 without any spend: 100 more in the first period add 100, 50, 25."""
    one = tactic(curve=Linear(slope=1.0), carry_over=CarryOver(adstock=Geometric(retention=0.5), carry_in=(40.0,)))
    own = valued(scenario(one, periods=("1", "2", "3")), [100.0, 0.0, 0.0])
    assert own.outcome.tolist() == [[100.0, 50.0, 25.0]]
    assert own.baseline.tolist() == [[20.0, 10.0, 5.0]]


def test_carry_out_is_what_comes_after_the_last_period():
    """Weights 2, 1, 1 on 10 spent last: 20 inside and 20 after, where it counts."""
    carry = CarryOver(adstock=Weights(weights=(2.0, 1.0, 1.0)))
    one = tactic(curve=Linear(slope=1.0), carry_over=carry)
    assert valued(scenario(one), 10.0).carry_out.tolist() == [0.0]
    assert valued(scenario(one, count_carry_out=True), 10.0).carry_out.tolist() == [20.0]


def test_carry_out_belongs_to_scopes_that_name_no_period():
    """A goal for the last period does not see what comes after it."""
    carry = CarryOver(adstock=Weights(weights=(1.0, 1.0)))
    one = scenario(tactic(curve=Linear(slope=1.0), carry_over=carry), count_carry_out=True)
    own = valued(one, 10.0)
    assert own.total("outcome", Scope()) == 20.0
    assert own.total("outcome", Scope(periods=("all",))) == 10.0


def test_metrics_weigh_spend_and_outcome():
    """revenue 5 each, margin 0.4, 10 spent for 20 sold: revenue 100, profit 30, reach 3·10 + 0.5·20."""
    reach = (("reach", Metric(per_spend=3.0, per_outcome=0.5)),)
    own = valued(scenario(tactic(revenue_per_outcome=5.0, margin=0.4, metrics=reach)), 10.0)
    totals = {name: own.total(name, Scope()) for name in ("spend", "outcome", "revenue", "profit", "reach")}
    assert totals == {"spend": 10.0, "outcome": 20.0, "revenue": 100.0, "profit": 30.0, "reach": 40.0}


@pytest.mark.parametrize(
    ("objective", "value"),
    [
        (Objective(aim="revenue"), 80.0),
        (Objective(aim="revenue", target_marginal_roi=0.5), 65.0),
        (Objective(aim="profit"), 50.0),
        (Objective(aim="profit", target_marginal_roi=1.0), 20.0),
        (Objective(aim="spend"), 30.0),
    ],
)
def test_the_value_is_the_objective(objective, value):
    """10 at slope 2 and 20 at slope 3 earn 80 for 30."""
    assert valued(scenario(objective=objective), 10.0, 20.0).value == value


def test_a_sum_of_cents_is_the_decimal_that_a_person_would_write():
    """0.1 + 0.2 is 0.3."""
    assert valued(scenario(), 0.1, 0.2).spent(Scope()) == 0.3


@pytest.mark.parametrize("digits", [0, 2, 3])
@pytest.mark.parametrize("largest", [1.0, 1e6, 1e12, 9e13])
def test_what_many_spends_are_in_a_scope_is_what_each_is_alone(digits, largest):
    """To the last bit, in whole cents, which are added up together, in other units, and beyond what doubles count."""
    rng = np.random.default_rng(int(largest) + digits)
    lines = [line(f"t{number}", {"family": "linear", "slope": 1.0}) for number in range(40)]
    valuer, scopes = Valuer(domain(wire(lines, budget={"at_most": 1e15}))), [Scope()]
    scopes += [Scope(tactics=tuple(f"t{own}" for own in rng.permutation(40)[:count].tolist())) for count in (1, 7, 30)]
    spends = np.round(rng.uniform(0.0, largest, (5, 40, 1)), digits)
    for own, valuation in zip(spends, valuer.values(spends, [valuer.scenario] * 5), strict=True):
        assert [valuation.spent(scope) for scope in scopes] == [valuer.value(own).spent(scope) for scope in scopes]
        assert replace(valuation, spend=own + 1.0).spent() == valuer.value(own + 1.0).spent()


def test_an_infinite_slope_that_earns_nothing_is_nothing():
    """A root at 0 has no finite slope; in a period that counts nothing it is 0, not NaN."""
    root = Hill(ceiling=10.0, half_saturation=5.0, shape=0.5)
    one = scenario(tactic(curve=root, seasonality=Pattern(numbers=(0.0, 1.0))), periods=("a", "b"))
    marginal = Valuer(one).marginal(np.zeros((1, 2)), np.ones((1, 3)))
    assert marginal.tolist() == [[0.0, np.inf]]


@pytest.mark.parametrize("names", [("a", "z"), ("z", "a")])
def test_a_plan_tells_each_pool_what_is_its_own(names):
    """Tactics in order and pools that are not: one was told the demand of the other, and its value at the end."""
    first, second = names
    plain = {"family": "linear", "slope": 1}
    tactics = [
        line("t1", plain, stage="downstream", draws_from=first, spend={"at_most": 10}),
        line("t2", plain, stage="downstream", draws_from=second, spend={"at_most": 20}),
    ]
    pools = [{"name": first, "initial": 40, "end_value": 0.5}, {"name": second, "initial": 50}]
    plan = optimize(domain(wire(tactics, demand_pools=pools, budget={"at_most": 30})))
    told = {own.pool: (own.stock, own.converted, own.left) for own in plan.demand}
    assert [own.pool for own in plan.demand] == [first, second]
    assert told == {first: (40.0, 10.0, 30.0), second: (50.0, 20.0, 30.0)}
    assert plan.value == pytest.approx(30.0 + 0.5 * 30.0)
