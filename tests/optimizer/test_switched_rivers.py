"""Plans by their worst draws on rivers with on/off rules, against the whole program written out in scipy."""

from __future__ import annotations

import pytest

from tests.effort import seeds
from tests.oracles.families import Wire
from tests.oracles.recheck import recheck
from tests.oracles.solve import solve
from tests.oracles.switched_rivers import KINDS, dry, plain, switched_river
from tests.oracles.tail_program import TailProgram

SMALL = [seed for seed in range(96) if seed // len(KINDS) % 2 == 0]
FEW = [1, 21, 34]
PLAIN = (1, 18, 20, 31)
SLIP = 1e-7  # relative: two solvers' tolerances, and cents


@pytest.mark.parametrize("seed", seeds(FEW, SMALL))
def test_no_plan_is_worth_more_than_the_bound_and_one_as_much_is_found(seed: int) -> None:
    """The oracle's plan, read from below on curves that are smooth; a conflict is one in both. (law P1)"""
    held_to_the_program(switched_river(seed))


@pytest.mark.parametrize("seed", seeds((2, 18), SMALL))
def test_without_pools_neither(seed: int) -> None:
    """Where weights of the draws left a gap, beside decisions, and plans a fifth below the best. (law P1)"""
    held_to_the_program(dry(switched_river(seed)))


@pytest.mark.parametrize("seed", seeds(PLAIN, 96))
def test_without_draws_neither(seed: int) -> None:
    """The plain river: one curve a tactic, whose limits on outcome speak of what is converted. (law P1)"""
    scenario = plain(switched_river(seed)) | {"digits": 4}
    held_to(scenario, TailProgram(scenario).first())


def held_to_the_program(scenario: Wire) -> None:
    held_to(scenario, TailProgram(scenario).best())


def held_to(scenario: Wire, best: float | None) -> None:
    plan = solve(scenario | {"solve": {"gap": 1e-4, "time_limit": 30}})
    if best is None:
        assert plan["status"] == "conflict"
        return
    assert plan["status"] == "optimal", plan["termination"]
    assert plan["bound"] >= best * (1.0 - SLIP)
    assert plan["value"] >= best * (1.0 - 2e-4)
    assert recheck(scenario, plan) == []
