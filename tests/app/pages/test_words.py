"""What pages call figures."""

from __future__ import annotations

import pytest

from app.pages.words import aimed
from tests.optimizer.toys import LINE, Wire, domain, line, wire

POOL = {"name": "north", "initial": 10, "end_value": 0.3}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "revenue"),
        ({"demand_pools": [POOL | {"end_value": 0}]}, "revenue"),
        ({"demand_pools": [POOL]}, "revenue, with demand that is left"),
        ({"objective": {"maximize": "profit", "target_marginal_roi": 0.5}}, "profit, less 0.5 a unit spent"),
        ({"objective": {"minimize": "spend"}, "demand_pools": [POOL]}, "spend"),
        ({"objective": {"maximize": "outcome", "confidence": 0.8}}, "outcome, worst 20 % of draws"),
    ],
)
def test_a_value_is_not_called_by_the_name_of_a_sum_that_it_is_not(more: Wire, words: str) -> None:
    """Beside the revenue of a plan stands its value, which may count more, or less."""
    curve = {"family": "linear", "draws": [{"slope": 1}, {"slope": 2}]}
    fed = {"stage": "downstream", "draws_from": "north"} if "demand_pools" in more else {}
    tactics = [line("a", curve, **fed), line("b", LINE)]
    assert aimed(domain(wire(tactics, budget={"at_most": 100}) | more)) == words
