"""Demand under many draws at once: as draw by draw, and its prices bound what any response is worth."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.problem.river import River
from optimizer.problem.rivers import Rivers
from tests.effort import examples
from tests.optimizer.toys import ROOT, domain, line, wire

UP, DOWN = {"stage": "upstream"}, {"stage": "downstream"}
AMOUNTS = (0.0, 1.0, 3.0, 5.0, 8.0, 20.0)
DRAWS = 3


def scenario(periods, retention, end, lead):
    """Two pools: one fed late and drawn by two tactics, one fed at once and drawn by one."""
    tactics = [
        line("u", ROOT, **UP, feeds="p", lead=lead, demand_per_outcome=2.0),
        line("v", ROOT, **UP, feeds="q"),
        line("a", ROOT, **DOWN, draws_from="p", revenue_per_outcome=2.0),
        line("b", ROOT, **DOWN, draws_from="p", revenue_per_outcome=3.0, demand_per_outcome=2.0),
        line("c", ROOT, **DOWN, draws_from="q"),
    ]
    pools = [
        {"name": "p", "initial": 5, "organic": 3, "retention": retention, "end_value": end},
        {"name": "q", "organic": 2, "retention": 0.5},
    ]
    names = [str(number) for number in range(periods)]
    return domain(wire(tactics, periods=names, budget={"at_most": 100}, demand_pools=pools))


@st.composite
def cases(draw):
    periods = draw(st.integers(1, 5))
    own = scenario(
        periods,
        draw(st.sampled_from([0.0, 0.3, 0.9])),
        draw(st.sampled_from([0.0, 0.5, 1.5])),
        draw(st.integers(0, 2)),
    )
    size = 5 * periods * DRAWS
    responses = st.lists(st.sampled_from(AMOUNTS), min_size=size, max_size=size)
    here, there = (np.array(draw(responses)).reshape(5, periods, DRAWS) for _ in range(2))
    return own, here, there


def worth_of(own, flow):
    """What is converted and what is left are worth."""
    worth = np.array([tactic.revenue_per_outcome for tactic in own.tactics])
    ends = np.array([pool.end_value for pool in own.demand_pools])
    return float(worth @ flow.converted.sum(axis=1) + ends @ flow.left[:, -1])


@settings(max_examples=examples(60))
@given(cases())
def test_all_draws_together_are_each_by_itself(case):
    """Conversion, what is left, and prices."""
    own, responses, _ = case
    worth = np.array([tactic.revenue_per_outcome for tactic in own.tactics])
    together, one = Rivers(own).run(responses, worth), River(own)
    for draw in range(DRAWS):
        flow = one.run(responses[:, :, draw], worth)
        prices = one.prices(responses[:, :, draw], worth, flow).more
        assert np.allclose(together.converted[:, :, draw], flow.converted)
        assert np.allclose(together.left[:, :, draw], flow.left)
        assert np.allclose(together.prices[:, :, draw], prices)


@settings(max_examples=examples(60))
@given(cases())
def test_prices_bound_what_any_response_is_worth(case):
    """Equal at the responses that they belong to, no less at any others: duals of the linear program."""
    own, here, there = case
    worth = np.array([tactic.revenue_per_outcome for tactic in own.tactics])
    rivers, one = Rivers(own), River(own)
    prices = rivers.run(here, worth).prices
    for responses, equal in ((here, True), (there, False)):
        arriving = rivers.arrivals(responses)
        for draw in range(DRAWS):
            price = prices[:, :, draw]
            earned = np.maximum(worth[:, None] - one.demand[:, None] * price[one.draws], 0.0)
            bound = float((price * arriving[:, :, draw]).sum())
            bound += float((earned * responses[:, :, draw])[one.draws >= 0].sum())
            value = worth_of(own, one.run(responses[:, :, draw], worth))
            assert bound >= value - 1e-9
            assert not equal or bound <= value + 1e-9


def test_what_a_response_brings_is_the_price_of_when_it_arrives():
    """Two of demand a unit, one period later; nothing arrives after the last."""
    own = scenario(3, 0.9, 0.0, 1)
    prices = np.arange(1.0, 13.0).reshape(2, 3, 2)
    credited = Rivers(own).credited(prices)
    assert credited[0].tolist() == [[6.0, 8.0], [10.0, 12.0], [0.0, 0.0]]
    assert (credited[1] == prices[1]).all()
    assert not credited[2:].any()
