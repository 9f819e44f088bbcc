"""The one cell that a plan may have before its bend stands where the plan is best, and tells the budget's price."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.optimize import optimize
from tests.optimizer.toys import domain
from tests.oracles import instances

CLOSE = 1e-4  # relative: a spend in whole cents, and its slope


def narrow(tactics, seed, share, budget):
    """S-shaped tactics within 30 % of what they spend."""
    document = instances.one_period(tactics, seed, s_share=share, limits="narrow")
    document["budget"] = {"at_most": round(budget * document["budget"]["at_most"], 2)}
    return document


def moving(plan, document):
    """The tactics that stand at neither end."""
    ends = [(own["spend"]["at_least"], own["spend"]["at_most"]) for own in document["tactics"]]
    return [
        own for own, (low, high) in zip(plan.allocations, ends, strict=True) if low + 0.02 < own.spend < high - 0.02
    ]


@pytest.mark.parametrize(
    ("tactics", "seed", "share", "budget"),
    [(8, 17, 1.0, 0.93), (8, 23, 1.0, 0.98), (20, 10, 1.0, 0.93), (20, 17, 0.7, 0.93), (20, 47, 1.0, 1.0)],
)
def test_all_that_can_move_return_what_the_budget_is_worth(tactics, seed, share, budget):
    """A search that is proved to a millionth left a spend a little off its end, and told its slope as the price."""
    document = narrow(tactics, seed, share, budget)
    plan = optimize(domain(document))
    free = moving(plan, document)
    assert free
    assert [own.marginal_revenue for own in free] == pytest.approx([plan.budget.price] * len(free), rel=CLOSE)
    assert plan.gap <= 1e-6


def test_the_price_is_what_a_little_more_budget_brings():
    """Half of what was told: the other spend that moved had 0.33 of the budget."""
    document = narrow(8, 17, 1.0, 0.93)
    plans = []
    for more in (-50.0, 0.0, 50.0):
        own = document | {"budget": {"at_most": document["budget"]["at_most"] + more}}
        plans.append(optimize(domain(own)))
    brought = np.diff([plan.value for plan in plans]) / 50.0
    assert brought == pytest.approx([plans[1].budget.price] * 2, rel=CLOSE)
