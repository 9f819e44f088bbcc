"""Multipliers prove something of plans as far as money goes, or as far as limits let it go."""

import pytest

from optimizer.search.conflicts.questions import Questions
from optimizer.search.conflicts.sieve import Sieve
from optimizer.search.deadline import Deadline
from tests.optimizer.toys import LINE, domain, wire


def sieve(goal):
    """A goal beside a budget of 10 and a line that yields 3 a unit."""
    goals = [{"name": "asked", "metric": "outcome", "at_least": goal, "required": True}]
    scenario = domain(wire({"b": LINE}, budget={"at_most": 10}, goals=goals))
    return Sieve(Questions(scenario, Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)).switches)


@pytest.mark.parametrize("goal", [1e3, 1e9, 1e14])
def test_what_spends_further_out_reach_is_not_proved_impossible(goal):
    """With the budget it is; alone it is left open, whatever the relaxation saw near by."""
    ask = sieve(goal)
    assert set(ask(["asked", "budget"]).names) == {"asked", "budget"}
    assert ask(["asked"]).holds is not False


def test_what_all_money_does_not_reach_is():
    """Four outcomes a unit of the largest money."""
    response = {"family": "linear", "slope": 0.5}
    goals = [{"name": "asked", "metric": "outcome", "at_least": 9e14, "required": True}]
    scenario = domain(wire({"b": response}, budget={"at_most": 10}, goals=goals))
    ask = Sieve(Questions(scenario, Deadline(clock=lambda: 0.0, start=0.0, seconds=60.0)).switches)
    assert set(ask(["asked"]).names) == {"asked"}
