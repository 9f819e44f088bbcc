"""A spend under every draw at once is what loops over the draws say, one at a time, by the valuer without draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.optimize import optimize
from optimizer.problem.drawn import DrawValuer
from optimizer.problem.draws import drawn_tactic, tail_mean
from optimizer.problem.objective import Objective
from optimizer.problem.scenario import Scenario
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuer
from tests.effort import examples
from tests.optimizer.problem.carrying import ADSTOCKS, carrying
from tests.optimizer.toys import domain, line, wire

HILLS = [{"ceiling": c, "half_saturation": h, "shape": s} for c, h, s in ((90, 20, 0.8), (60, 35, 1.6), (120, 9, 1.1))]
LINES = [{"slope": 2}, {"slope": 0.5}, {"slope": 7}]


def under(problem: Scenario, draw: int) -> Scenario:
    """The scenario as one draw has it."""
    objective = replace(problem.objective, confidence=None)
    return replace(problem, objective=objective, tactics=tuple(drawn_tactic(own, draw) for own in problem.tactics))


@pytest.mark.parametrize("adstock", sorted(ADSTOCKS))
@given(data=st.data())
@settings(max_examples=examples(4), deadline=None)
def test_every_draw_is_valued_as_if_it_were_alone(adstock, data):
    document, spend = data.draw(carrying(adstock))
    document["tactics"][1]["response"] = {"family": "linear", "draws": LINES[:2]}
    problem = domain(document)
    drawn = DrawValuer(problem).value(np.array(spend))
    for draw in range(drawn.draws):
        alone = Valuer(under(problem, draw)).value(np.array(spend))
        assert drawn.value()[draw] == pytest.approx(alone.value, rel=1e-9, abs=1e-9)
        first = Scope(tactics=("tv",), periods=("0", "1"))
        assert drawn.total("profit", first)[draw] == pytest.approx(alone.total("profit", first), rel=1e-9, abs=1e-9)
        alone_tactic = alone.outcome[0].sum() + alone.carry_out[0]
        assert drawn.of_tactic(0)[draw] == pytest.approx(alone_tactic, rel=1e-9, abs=1e-9)


def draws_of(**objective) -> Scenario:
    return domain(
        wire(
            [line("tv", {"family": "hill", "draws": HILLS}), line("radio", {"family": "linear", "draws": LINES})],
            budget={"at_most": 100},
            objective={"maximize": "revenue"} | objective,
        )
    )


def test_rate_cards_say_what_money_buys_under_every_draw():
    """30 buys 10 at 1 and 40 at 0.5: a line of 2, 0.5 or 7 yields fifty times as much."""
    card = {"rule": "rate_card", "name": "c", "tiers": [{"at_least": 0, "price": 1}, {"at_least": 10, "price": 0.5}]}
    document = wire([line("radio", {"family": "linear", "draws": LINES})], budget={"at_most": 30}, rules=[card])
    assert DrawValuer(domain(document)).value(np.array([[30.0]])).value().tolist() == [100.0, 25.0, 350.0]
    for objective, value in (({}, 475 / 3), ({"confidence": 0.5}, 50.0)):
        plan = optimize(domain(document | {"objective": {"maximize": "revenue"} | objective}))
        assert plan.value == pytest.approx(value)
        assert plan.risk is not None
        assert (plan.risk.value.mean, plan.risk.value.low) == (pytest.approx(475 / 3), 25.0)


def test_the_mean_over_draws_is_the_expected_value():
    spend = np.array([[30.0], [50.0]])
    drawn = DrawValuer(draws_of()).value(spend)
    assert drawn.value().mean() == pytest.approx(Valuer(draws_of()).value(spend).value)


def test_a_plan_with_confidence_is_worth_its_tail():
    """The same for a valuation, which certificates read."""
    spend = np.array([[30.0], [50.0]])
    loop = np.array([Valuer(under(draws_of(), draw)).value(spend).value for draw in range(3)])
    assert Valuer(draws_of(confidence=0.5)).value(spend).value == pytest.approx(tail_mean(loop, 0.5))


def test_a_charge_on_spend_is_the_same_under_every_draw():
    spend = np.array([[30.0], [50.0]])
    charged = DrawValuer(draws_of(target_marginal_roi=0.5)).value(spend).value()
    assert charged == pytest.approx(DrawValuer(draws_of()).value(spend).value() - 40.0)


def test_objectives_with_confidence_need_joint_draws():
    assert draws_of(confidence=0.9).objective == Objective(aim="revenue", confidence=0.9)


def test_demand_is_converted_anew_under_every_draw():
    """Where demand limits what is converted, with a lead, carried-in spend, a stock to begin with and one left over."""
    hills = {"family": "hill", "draws": HILLS}
    stock = {"family": "geometric", "retention": 0.5, "carry_in": [20]}
    tactics = [
        line("tv", hills, feeds="p", lead=1, demand_per_outcome=0.7, adstock=stock, seasonality=[1, 2, 0.5]),
        line("radio", hills, feeds="p", adstock=stock | {"after_saturation": True}, revenue_per_outcome=0.1),
        line("search", {"family": "linear", "draws": LINES}, stage="downstream", draws_from="p"),
        line("shop", {"family": "linear", "slope": 1}, stage="downstream", draws_from="p", revenue_per_outcome=3),
    ]
    pool = {"name": "p", "initial": 30, "retention": 0.6, "end_value": 0.2}
    problem = domain(wire(tactics, periods=["1", "2", "3"], demand_pools=[pool], budget={"at_most": 900}))
    spend = np.array([[30.0, 10, 0], [5, 25, 10], [12, 3, 9], [2, 30, 1]])
    drawn = DrawValuer(problem).value(spend)
    for draw in range(3):
        alone = Valuer(under(problem, draw)).value(spend)
        assert drawn.value()[draw] == pytest.approx(alone.value)
        assert drawn.of_tactic(2)[draw] == pytest.approx(alone.outcome[2].sum())
        last = Scope(tactics=("search", "shop"), periods=("3",))
        assert drawn.total("revenue", last)[draw] == pytest.approx(alone.total("revenue", last))
    assert len(set(drawn.of_tactic(2))) == 3
