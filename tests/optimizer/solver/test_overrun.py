"""Solves with decisions that do not end when their time is over."""

import time

import highspy
import pytest

from optimizer.solver import highs
from optimizer.solver.highs import Program
from tests.optimizer.solver.test_highs import knapsack


def test_a_solve_that_overruns_its_time_is_left_behind_with_what_it_told(monkeypatch):
    """Its best point and a bound are told in time, and the program is solved again as if nothing had been."""
    best, run = Program(knapsack(18, 1)).solve(60.0), highspy.Highs.run

    def overrun(solver):
        run(solver)
        time.sleep(1.0)

    monkeypatch.setattr(highs, "SLOW", 0)
    program = Program(knapsack(18, 1))
    monkeypatch.setattr(highspy.Highs, "run", overrun)
    began = time.monotonic()
    outcome = program.solve(0.3)
    assert time.monotonic() - began < 0.9
    assert outcome.ending == "limit"
    assert outcome.cost == pytest.approx(best.cost)
    assert outcome.columns == pytest.approx(best.columns)
    assert outcome.bound <= best.cost + 1e-6
    monkeypatch.undo()
    assert program.solve(60.0).cost == pytest.approx(best.cost)
