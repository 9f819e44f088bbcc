"""Something that is done again and again, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog

from app.errors import BusyError

log = structlog.get_logger()


class Rounds:
    """Does `once` every so many seconds, sooner where it found something to do; a failure ends one round only."""

    def __init__(self, name: str, once: Callable[[], int], seconds: float) -> None:
        self._name, self._once, self._seconds = name, once, seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self, patience: float = 2.0) -> None:
        """End after the round that goes on, if it ends within `patience` [s]."""
        self._over.set()
        self._thread.join(patience)

    def _go_on(self) -> None:
        while not self._over.is_set():
            if not self._round():
                self._over.wait(self._seconds)

    def _round(self) -> int:
        """How much was done."""
        try:
            return self._once()
        except BusyError:
            log.warning("round left out", what=self._name)
        except Exception as error:  # a thread that ended would do nothing any more
            log.error("fault", kind=type(error).__name__, where=self._name)
        return 0
