"""Answers that nobody stores: each question is worked on once, and its answer stays at hand for a while."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from app.services.stop import Stop

KEPT = 24  # answers that are at hand, the newest of them
TOLD = 10.0  # seconds for which a failure is told; whoever asks later has it tried again

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A question that is worked on: since when [s], and the newest that its solver said of itself."""

    seconds: float
    news: object = None


class Work(Protocol[T_co]):
    """What finds an answer: it says how far it is, and ends early when it is stopped."""

    def __call__(self, progress: Callable[[Any], None], stop: Stop) -> T_co:
        """The answer."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Asked(Generic[T]):
    """One question; `askers` are those who can take it back."""

    began: float
    stop: Stop = field(default_factory=Stop)
    work: Future[T] = field(default_factory=Future)
    news: object = None
    ended: float | None = None
    askers: set[str] = field(default_factory=set)

    def tell(self, news: object) -> None:
        """How far it is."""
        self.news = news

    def end(self, now: float) -> None:
        """It has an answer, or failed."""
        self.ended = now


class Answers:
    """The questions of one process: others work on their own, and come to the same."""

    def __init__(self, threads: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="answer")
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: OrderedDict[Hashable, _Asked[Any]] = OrderedDict()

    def ask(self, question: Hashable, work: Work[T], patience: float, asker: str = "") -> T | Pending:
        """The answer, if it is there within `patience` [s]; its failure is raised.

        An `asker` who asks something else takes back what was asked before, unless other askers wait for it.
        """
        with self._lock:
            if asker:
                self._take_back(question, asker)
            asked = self._at_hand(question) or self._begun(question, work)
            if asker:
                asked.askers.add(asker)
        try:
            found: T = asked.work.result(patience)
        except Exception:
            if asked.work.done() and not asked.stop.is_set:
                raise
            return Pending(seconds=self._clock() - asked.began, news=asked.news)
        return found

    def leave(self, asker: str) -> None:
        """Take back what was asked, unless other askers wait for it."""
        with self._lock:
            self._take_back(None, asker)

    def _at_hand(self, question: Hashable) -> _Asked[Any] | None:
        asked = self._asked.get(question)
        if asked is None or asked.stop.is_set:
            return None
        late = asked.ended is not None and self._clock() - asked.ended > TOLD
        if late and asked.work.exception() is not None:
            return None
        self._asked.move_to_end(question)
        return asked

    def _begun(self, question: Hashable, work: Work[T]) -> _Asked[T]:
        asked: _Asked[T] = _Asked(began=self._clock())
        asked.work = self._threads.submit(work, asked.tell, asked.stop)
        asked.work.add_done_callback(lambda _: asked.end(self._clock()))
        self._asked[question] = asked
        done = [known for known, each in self._asked.items() if each.ended is not None]
        for known in done[: max(0, len(done) - KEPT)]:
            del self._asked[known]
        return asked

    def _take_back(self, but: Hashable, asker: str) -> None:
        for known, asked in list(self._asked.items()):
            if known == but or asker not in asked.askers:
                continue
            asked.askers.discard(asker)
            if asked.ended is None and not asked.askers:
                asked.stop.set()
                del self._asked[known]
