"""Asking work that is under way to end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from optimizer.errors import SolverFault


def stopped() -> SolverFault:
    """Nobody wants the answer any more."""
    return SolverFault("solver_stopped", "", "the solve was stopped", "send it again if it is still wanted")


class Stop:
    """Set once, from any thread; whoever does the work says what is to be called then."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._set = False
        self._calls: list[Callable[[], None]] = []

    @property
    def is_set(self) -> bool:
        """Whether the work is to end."""
        return self._set

    def set(self) -> None:
        """Have the work end."""
        with self._lock:
            self._set = True
            for call in self._calls:
                call()

    @contextmanager
    def calls(self, end: Callable[[], None]) -> Iterator[None]:
        """Call `end` when this is set while the block runs, or was set before; never after the block."""
        with self._lock:
            self._calls.append(end)
            if self._set:
                end()
        try:
            yield
        finally:
            with self._lock:
                self._calls.remove(end)
