"""Questions that are asked by many, taken back, and answered once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.services.answers import KEPT, TOLD, Answers, Pending
from app.services.stop import Stop
from optimizer.errors import SolverFault

LONG = 30.0


class Slow:
    """Work that says something and ends when it is let."""

    def __init__(self) -> None:
        self.let, self.begun = threading.Event(), threading.Event()
        self.times = 0

    def __call__(self, progress: Callable[[Any], None], stop: Stop) -> str:
        self.times += 1
        progress("half")
        self.begun.set()
        with stop.calls(self.let.set):
            assert self.let.wait(LONG)
        if stop.is_set:
            raise SolverFault("stopped", "", "was stopped", "ask again")
        return "done"


@pytest.fixture
def answers() -> Answers:
    """Of two threads, by a clock that stands until it is moved."""
    return Answers(threads=2, clock=Clock())


class Clock:
    """Seconds that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def slow() -> Iterator[Slow]:
    """Let go at the end."""
    work = Slow()
    yield work
    work.let.set()


def test_a_question_is_worked_on_once(answers: Answers, slow: Slow) -> None:
    """Who comes before the answer hears how far it is; who comes after it gets it at once."""
    pending = answers.ask("q", slow, 0.0)
    assert isinstance(pending, Pending)
    assert slow.begun.wait(LONG)
    assert answers.ask("q", slow, 0.0) == Pending(seconds=0.0, news="half")
    slow.let.set()
    assert answers.ask("q", slow, LONG) == "done"
    assert answers.ask("q", slow, 0.0) == "done"
    assert slow.times == 1


def test_who_asks_something_else_takes_the_first_back(answers: Answers, slow: Slow) -> None:
    """It ends early, and is begun anew for whoever asks it then."""
    answers.ask("q", slow, 0.0, "page")
    assert slow.begun.wait(LONG)
    answers.ask("other", lambda *_: "quick", LONG, "page")
    assert slow.let.wait(LONG)
    slow.let.clear()
    answers.ask("q", slow, 0.0)
    slow.let.set()
    assert answers.ask("q", slow, LONG) == "done"
    assert slow.times == 2


def test_what_others_wait_for_is_not_taken_back(answers: Answers, slow: Slow) -> None:
    """It goes on for them."""
    for page in ("one", "two"):
        answers.ask("q", slow, 0.0, page)
    answers.ask("other", lambda *_: "quick", LONG, "one")
    slow.let.set()
    assert answers.ask("q", slow, LONG) == "done"


def test_a_failure_is_told_and_later_tried_again() -> None:
    """So that a page which looks again does not have it tried without end."""
    clock = Clock()
    answers, tried = Answers(threads=1, clock=clock), []

    def fails(*_: object) -> str:
        tried.append(1)
        raise SolverFault("solver_died", "", "the solver process ended", "send it again")

    for after, times in ((0.0, 1), (TOLD / 2, 1), (2 * TOLD, 2)):
        clock.now += after
        with pytest.raises(SolverFault):
            answers.ask("q", fails, LONG)
        assert len(tried) == times


def test_old_answers_make_room(answers: Answers) -> None:
    """The newest are at hand."""
    made: list[int] = []

    def work(number: int) -> Callable[..., int]:
        return lambda *_: (made.append(number), number)[1]

    for number in range(KEPT + 3):
        assert answers.ask(number, work(number), LONG) == number
    answers.ask(KEPT + 2, work(KEPT + 2), LONG)
    assert made.count(KEPT + 2) == 1
    answers.ask(0, work(0), LONG)
    assert made.count(0) == 2


def test_who_leaves_does_not_stop_what_others_wait_for(answers: Answers, slow: Slow) -> None:
    """When the last one has left, it ends early."""
    for page in ("one", "two"):
        answers.ask("q", slow, 0.0, page)
    assert slow.begun.wait(LONG)
    answers.leave("one")
    assert not slow.let.is_set()
    answers.leave("two")
    assert slow.let.wait(LONG)
