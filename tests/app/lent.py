"""Solver processes that go from one service of the tests to the next: starting one takes half a second."""

from __future__ import annotations

import atexit
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

from app.solving.worker import Priority, Worker

OF_A_TEST = "PYTEST_CURRENT_TEST"  # another in each, and no matter to a solver
_idle: dict[object, list[LentWorker]] = defaultdict(list)


class LentWorker(Worker):
    """A solver that, when its service ends and it is not asked anything, is there for another that wants the same."""

    _terms: object = None
    _warm = False

    def __new__(cls, function: str, memory: int = 0, priority: Priority = "low") -> LentWorker:
        """An idle one that was started on the same terms, or one that is started now."""
        idle = _idle[_terms(function, memory, priority)]
        while idle:
            if (found := idle.pop()).alive:
                return found
        return super().__new__(cls)

    def __init__(self, function: str, memory: int = 0, priority: Priority = "low") -> None:
        if self._terms is None:  # else it runs
            super().__init__(function, memory, priority)
            self._terms = _terms(function, memory, priority)

    def warm(self, seconds: float) -> bool:
        """It says once that it is ready."""
        self._warm = self._warm or super().warm(seconds)
        return self._warm

    def kill(self) -> None:
        """Have it wait for the next service, if it is fit for one."""
        if self._warm and self.alive and not self._asking:
            _idle[self._terms].append(self)
        else:
            super().kill()


@atexit.register
def _send_home() -> None:
    """End all that wait."""
    for idle in _idle.values():
        while idle:
            Worker.kill(idle.pop())


def _terms(*asked: Any) -> object:
    environment = {name: value for name, value in os.environ.items() if name != OF_A_TEST}
    return (*asked, Path.cwd(), frozenset(environment.items()))
