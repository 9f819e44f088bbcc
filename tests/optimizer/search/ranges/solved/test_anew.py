"""Limits moved in the scenario itself."""

import pytest

from optimizer.problem.tactic import SpendLimits
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.solved.anew import restated
from tests.optimizer.toys import ROOT, domain, line, wire

DRAWS = {"family": "power", "draws": [{"coefficient": c, "exponent": 0.5} for c in (6, 10, 17)]}
ALL = {"rule": "spend_range", "name": "r", "at_least": 20, "at_most": 20}
GOAL = {"name": "g", "metric": "revenue", "at_least": 5, "required": True}


def stated(**more):
    tactics = [line("a", DRAWS, spend={"at_least": 3, "at_most": 3}), line("b", ROOT)]
    objective = {"maximize": "revenue", "confidence": 0.5}
    return wire(tactics, budget={"at_most": 50}, objective=objective, digits=6, **more)


@pytest.mark.parametrize("shift", [1.0, -1.0])
def test_a_limit_stands_where_it_was_moved_to(shift):
    """Both sides of what is exact move together; a budget, a goal and a rule by their own field."""
    own = domain(stated(rules=[ALL], goals=[GOAL]))

    def at(name, side, limit):
        return restated(own, Motion(name=name, side=side, limit=limit), shift)

    assert at("spend limit of a", "exactly", 3.0).tactics[0].spend == SpendLimits(
        at_least=3.0 + shift, at_most=3.0 + shift
    )
    assert at("budget", "at_most", 50.0).budget.total.at_most == 50.0 + shift
    assert at("g", "at_least", 5.0).goals[0].at_least == 5.0 + shift
    rule = at("r", "exactly", 20.0).rules[0]
    assert (rule.at_least, rule.at_most) == (20.0 + shift, 20.0 + shift)
