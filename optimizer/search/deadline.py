"""When to stop: the clock is handed in, so that the library reads none of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """`seconds` after `start` on `clock` [seconds]."""

    clock: Clock
    start: float
    seconds: float

    @classmethod
    def after(cls, seconds: float, clock: Clock) -> Deadline:
        """A deadline that many seconds from now."""
        return cls(clock=clock, start=clock(), seconds=seconds)

    def within(self, seconds: float) -> Deadline:
        """The same deadline, but at most that many seconds from now."""
        return Deadline.after(min(seconds, self.left), self.clock)

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return self.clock() - self.start

    @property
    def left(self) -> float:
        """Seconds until the deadline; 0 or below when it has passed."""
        return self.seconds - self.spent


def is_late(until: Deadline | None) -> bool:
    """Whether there is a deadline, and it has passed."""
    return until is not None and until.left <= 0.0
