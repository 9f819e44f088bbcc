"""What a worker process runs: one scenario to one plan. Importing it warms the worker."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.answers.plan import Plan
from optimizer.optimize import Progress, SizeLimits, optimize
from optimizer.problem.scenario import Scenario


def solve(scenario: Scenario, limits: SizeLimits, report: Callable[[Progress], None]) -> Plan:
    """The plan of the scenario, with progress on the way."""
    return optimize(scenario, limits=limits, progress=report)
