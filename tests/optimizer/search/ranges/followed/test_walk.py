"""Following the optimality conditions from change to change: against plans made at the ends, and by hand."""

import pytest

from optimizer.search.ranges.followed.walk import Walk
from optimizer.search.ranges.solved.nearby import Nearby
from optimizer.search.ranges.solved.resolved import Resolved
from tests.optimizer.search.ranges.test_ranges import without
from tests.optimizer.toys import wire
from tests.oracles import instances
from tests.oracles.solve import solve

SLOPED = {  # 2.5 at 0: one bends there, the other does not
    "exponential": {"family": "exponential", "ceiling": 100, "scale": 40},
    "logistic": {"family": "logistic", "ceiling": 100, "rate": 0.05},
}
LOG = {"family": "log", "coefficient": 300, "scale": 100}  # slope 300 / (100 + x)
CLOSE = 0.04  # of the way to where 1 % is reached, that an end may stand before it
STEPS = 40  # of Newton's method, that both ends of a range may take


@pytest.mark.parametrize(("family", "budget"), [("exponential", 21.0), ("logistic", 22.0), ("logistic", 24.0)])
def test_a_spend_that_falls_to_none_is_followed(family, budget, monkeypatch):
    """Where the price reaches 2.5 one tactic is off, and from there on the other curve alone says the rest. (law S4)"""
    without(monkeypatch, Resolved, Nearby)
    plan = solve(wire({"a": SLOPED[family], "b": LOG}, budget={"at_most": budget}, digits=9, solve={"gap": 1e-9}))
    own = plan["budget"]
    assert not any("worked out" in warning for warning in plan["warnings"])
    first = 300 / (1.01 * own["price"]) - 100
    assert 0 <= own["price_holds_from"] - first <= CLOSE * (budget - first)


def test_where_a_condition_ends_is_found_in_few_steps(monkeypatch):
    """Shares of 100 tactics, most of them S-shaped: spends come to 0 on concave curves, and nothing is cut short."""
    without(monkeypatch, Resolved, Nearby)
    spent, end = [], Walk.end

    def counted(own, *asked):
        before = own.effort
        found = end(own, *asked)
        spent.append(before - own.effort)
        return found

    monkeypatch.setattr(Walk, "end", counted)
    plan = solve(instances.with_shares(instances.one_period(100, 2, s_share=0.7)))
    assert not any("worked out" in warning for warning in plan["warnings"])
    assert sum(spent) <= STEPS * len(spent) / 2
