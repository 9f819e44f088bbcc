"""What is near a plan, by linear programs; `test_ranges.py` holds the ends that they find."""

import pytest

from optimizer.errors import SolverFault
from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.ranges.followed.walk import Walk
from optimizer.search.ranges.solved.nearby import Nearby
from optimizer.search.ranges.solved.resolved import Resolved
from tests.optimizer.search.ranges.test_ranges import CASES, told, without
from tests.oracles.solve import solve


@pytest.mark.parametrize("solves", [0, 1, 5])
def test_where_the_solver_fails_nothing_is_known_of_a_range_and_the_plan_stands(solves, monkeypatch):
    """After so many programs that it solved; a limit at the very most that can be has led it there."""
    without(monkeypatch, Resolved, Walk)
    document, _, _, limit = CASES["outcome, lower"]()
    whole = solve(document)
    asked, solve_once, around, left = [], Relaxation.solve, Nearby.around, [solves]

    def failing(relaxation, share=1.0):
        if asked and left[0] <= 0:
            raise SolverFault("solver_failed", "", "HiGHS ended with kSolveError", "try again")
        left[0] -= len(asked) > 0
        return solve_once(relaxation, share)

    def noted(nearby, motion):
        asked[:] = [motion]
        return around(nearby, motion)

    monkeypatch.setattr(Relaxation, "solve", failing)
    monkeypatch.setattr(Nearby, "around", noted)
    plan = solve(document)
    assert asked
    assert (plan["status"], plan["value"]) == (whole["status"], whole["value"])
    assert told(plan, limit)["price"] == pytest.approx(told(whole, limit)["price"], rel=0.01)
    assert any("was not worked out" in warning for warning in plan["warnings"])
