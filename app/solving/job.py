"""What a worker process runs: one question to one answer. Importing it warms the worker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from optimizer.answers.plan import Plan
from optimizer.optimize import Progress, SizeLimits, optimize
from optimizer.problem.scenario import Scenario

Report = Callable[[Progress], None]


def answer(question: Callable[..., Any], *rest: Any) -> Any:
    """Ask a question of the library, which takes its arguments and, by name, `progress`; the report comes last."""
    *arguments, report = rest
    return question(*arguments, progress=report)


def solve(scenario: Scenario, limits: SizeLimits, *, progress: Report | None = None) -> Plan:
    """The plan of the scenario, with progress on the way."""
    return optimize(scenario, limits=limits, progress=progress)
