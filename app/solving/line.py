"""Things to be had one at a time, and those who wait for them in a line."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from typing import Generic, TypeVar

from app.services.stop import Stop

T = TypeVar("T")


class LineClosed(Exception):
    """Nothing will be handed out any more."""


class Line(Generic[T]):
    """The lowest rank is served first, and within a rank who came first.

    >>> line = Line[str]()
    >>> line.put("worker")
    >>> line.take(rank=0, patience=1.0)
    'worker'
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._things: deque[T] = deque()
        self._waiting: list[tuple[int, int]] = []
        self._arrivals = itertools.count()
        self._closed = False

    def put(self, thing: T) -> None:
        """Hand a thing to whoever is first."""
        with self._changed:
            self._things.append(thing)
            self._changed.notify_all()

    def close(self) -> None:
        """Send everybody home."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self, rank: int, patience: float | None, stop: Stop | None = None) -> T | None:
        """A thing; None after `patience` [s], or when the stop was set; LineClosed when it is too late for all."""
        stop = stop or Stop()
        deadline = None if patience is None else time.monotonic() + patience
        with self._changed:
            ticket = (rank, next(self._arrivals))
            heapq.heappush(self._waiting, ticket)
        with stop.calls(self._wake):
            try:
                return self._wait(ticket, deadline, stop)
            finally:
                self._leave(ticket)

    def _wait(self, ticket: tuple[int, int], deadline: float | None, stop: Stop) -> T | None:
        with self._changed:
            while not (self._things and self._waiting[0] == ticket):
                left = None if deadline is None else deadline - time.monotonic()
                if self._closed:
                    raise LineClosed
                if stop.is_set or (left is not None and left <= 0):
                    return None
                self._changed.wait(left)
            return self._things.popleft()

    def _leave(self, ticket: tuple[int, int]) -> None:
        with self._changed:
            self._waiting.remove(ticket)
            heapq.heapify(self._waiting)
            self._changed.notify_all()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
