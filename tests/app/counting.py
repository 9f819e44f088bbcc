"""A fake solver that notes each start in the file that STARTS names."""

from __future__ import annotations

import os
import time
from pathlib import Path

from optimizer.problem.scenario import Scenario
from tests.app import fake_solver

NAP = 0.05  # seconds: long enough for others to come in between


def solve(question: object, scenario: Scenario, *rest: object) -> object:
    """What the fake solver does, counted."""
    with Path(os.environ["STARTS"]).open("a") as starts:  # appended in one write: whole lines from every process
        starts.write(f"{scenario.name}\n")
    time.sleep(NAP)
    return fake_solver.solve(question, scenario, *rest)
