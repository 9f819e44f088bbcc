"""Every solve told to whoever counts them."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from app.services.ports import Solver
from app.services.stop import Stop
from optimizer.answers.plan import Plan
from optimizer.errors import HeadraceError
from optimizer.problem.scenario import Scenario

T = TypeVar("T")


class Told(Protocol):
    """Whoever counts."""

    def solved(self, status: str, gap: float | None, seconds: float) -> None:
        """A solve ended: as a plan of this `status` and `gap` [1], as `answered`, or with the code of its failure."""


class MeasuredSolver:
    """A solver that tells how each solve ended, and knows how many run or wait, and since when."""

    def __init__(self, solver: Solver, told: Told) -> None:
        self._solver = solver
        self._told = told
        self._numbers = itertools.count()
        self._begun: dict[int, float] = {}

    @property
    def running(self) -> int:
        """How many solves run or wait for a process."""
        return len(self._begun)

    @property
    def oldest(self) -> float:
        """For how long the longest of them has [s]."""
        return max((time.monotonic() - began for began in list(self._begun.values())), default=0.0)

    def solve(
        self, scenario: Scenario, progress: Callable[[Any], None] | None = None, rank: int = 0, stop: Stop | None = None
    ) -> Plan:
        """The plan of the solver."""
        with self._measured() as ended:
            plan = self._solver.solve(scenario, progress, rank, stop)
            ended(plan.status, plan.gap)
        return plan

    def ask(
        self,
        question: Callable[..., T],
        *arguments: Any,
        seconds: float,
        progress: Callable[[Any], None] | None = None,
        stop: Stop | None = None,
    ) -> T:
        """The answer of the solver."""
        with self._measured() as ended:
            answer = self._solver.ask(question, *arguments, seconds=seconds, progress=progress, stop=stop)
            ended("answered", None)
        return answer

    @contextmanager
    def _measured(self) -> Iterator[Callable[[str, float | None], None]]:
        number, began = next(self._numbers), time.monotonic()
        self._begun[number] = began

        def ended(status: str, gap: float | None) -> None:
            self._told.solved(status, gap, time.monotonic() - began)

        try:
            yield ended
        except HeadraceError as error:
            ended(error.code, None)
            raise
        finally:
            del self._begun[number]
