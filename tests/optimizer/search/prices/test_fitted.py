"""Prices where rules pin a plan on the convex part of a curve: those of the true slopes, by differences."""

import pytest

from tests.optimizer.toys import line, wire
from tests.oracles.solve import solve

HILL = {"family": "hill", "ceiling": 60, "half_saturation": 25, "shape": 2}
CHANGE = {"rule": "change_limit", "name": "c", "share": 0.5}
SHARE = {"rule": "share_range", "name": "c", "scope": {"periods": ["2"]}, "at_most": 0.55}


def pinned(rule, budget):
    """One S-shaped tactic in two periods: as many binding rows as spends."""
    tactic = line("tv", HILL, spend={"at_most": 40}, seasonality=[1, 1.5])
    more = {"periods": ["1", "2"], "rules": [rule], "digits": 7, "solve": {"gap": 1e-9}}
    return wire([tactic], budget={"at_most": budget}, **more)


@pytest.mark.parametrize("budget", [20, 35])
@pytest.mark.parametrize("rule", [CHANGE, SHARE], ids=lambda rule: rule["rule"])
def test_the_price_of_money_is_what_a_little_more_brings(rule, budget):
    """Not the slope of a chord that proved the bound."""
    told = solve(pinned(rule, budget))["budget"]["price"]
    step = 0.01
    more, less = (solve(pinned(rule, budget + sign * step))["value"] for sign in (1, -1))
    assert told == pytest.approx((more - less) / (2 * step), rel=1e-3)


def test_by_hand():
    """14 and 21: of one more unit of money 0.4 goes to the first period and 0.6 to the second."""
    plan = solve(pinned(CHANGE, 35))
    first, second = (cell["marginal_revenue"] for cell in plan["allocations"])
    assert plan["budget"]["price"] == pytest.approx(0.4 * first + 0.6 * second, rel=1e-6)
