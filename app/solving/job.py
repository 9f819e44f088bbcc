"""What a worker process runs: one scenario to one plan. Importing it warms the worker."""

from __future__ import annotations

from collections.abc import Callable

import highspy  # noqa: F401  (0.2 s that no solve should pay for)
from optimizer.optimize import Progress, SizeLimits, optimize

from optimizer.answers.plan import Plan
from optimizer.problem.scenario import Scenario


def solve(scenario: Scenario, limits: SizeLimits, report: Callable[[Progress], None]) -> Plan:
    """The plan of the scenario, with progress on the way."""
    return optimize(scenario, limits=limits, progress=report)
