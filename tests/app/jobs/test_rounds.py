"""Rounds go on, whatever happens in one of them."""

from __future__ import annotations

import threading

import pytest

from app.errors import BusyError
from app.jobs.rounds import Rounds


@pytest.mark.parametrize("failure", [BusyError("busy", "", "busy", "wait"), RuntimeError()])
def test_a_round_that_fails_is_followed_by_others(failure: Exception) -> None:
    """A database that is away for a moment, or a fault of ours."""
    rounds: list[int] = []
    enough = threading.Event()

    def once() -> int:
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise failure
        enough.set()
        return 0

    going = Rounds("test", once, 0.01)
    going.start()
    assert enough.wait(10)
    going.close()


def test_where_there_is_more_to_do_nobody_waits() -> None:
    """Two rounds that found something, one that found nothing; then it sleeps, and ends when it is told to."""
    left, slept = [1, 1, 0], threading.Event()

    def once() -> int:
        found = left.pop(0)
        if not left:
            slept.set()
        return found

    going = Rounds("test", once, 600)
    going.start()
    assert slept.wait(10)
    going.close()
    assert left == []
