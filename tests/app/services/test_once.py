"""Keyed requests: who works on them, who waits, what is answered, and when they are forgotten."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.errors import InProgressError
from app.records.requests import KeyedRequest, Reply
from app.services.once import KEPT, LEASE, OnceService
from app.storage.database import Database
from optimizer.errors import ScenarioError

REPLY = Reply(status=201, headers=(("location", "/v1/plans/1"), ("x", "é")), body=b"\x00{}" * 1000)


class Clock:
    """A time that tests move [microseconds]."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now * 1000


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def once(database: Database, clock: Clock) -> OnceService:
    return OnceService(database, clock)


def begin(once: OnceService, key: str = "k", route: str = "POST /v1/plans", fingerprint: str = "f") -> KeyedRequest:
    return once.begin("default", route, key, fingerprint)


def test_an_answer_is_given_again_to_the_byte(once: OnceService) -> None:
    """Status, headers and body of the first answer, for whoever comes later."""
    first = begin(once)
    assert first.reply is None
    once.finish("default", first, REPLY)
    assert begin(once).reply == REPLY


def test_a_key_means_something_on_its_route_only(once: OnceService) -> None:
    """Another key, or another route, is another request; another body under the same is refused."""
    first = begin(once)
    assert len({first.seed, begin(once, key="other").seed, begin(once, route="POST /v1/frontiers").seed}) == 3
    with pytest.raises(ScenarioError, match="another body"):
        begin(once, fingerprint="g")


def test_a_key_names_one_effect(once: OnceService, clock: Clock) -> None:
    """The same seed as long as keys are kept, held by nobody."""
    first = once.seed("default", "pages", "k")
    assert once.seed("default", "pages", "k") == first
    assert once.seed("default", "pages", "other") != first
    clock.now += KEPT
    assert once.seed("default", "pages", "k") != first


def test_whoever_comes_in_between_waits(once: OnceService, clock: Clock) -> None:
    """In progress until it is answered or given up, however long it takes, as long as its holder says that it lives."""
    first = begin(once)
    for _ in range(5):
        clock.now += LEASE - 1
        with pytest.raises(InProgressError):
            begin(once)
        once.renew("default", first)
    once.give_up("default", first)
    assert begin(once).reply is None


def test_a_request_whose_holder_is_gone_is_taken_over(once: OnceService, clock: Clock) -> None:
    """After the lease the next one works on it, under the same seed; the late holder changes nothing any more."""
    late = begin(once)
    clock.now += LEASE
    second = begin(once)
    assert (second.reply, second.seed) == (None, late.seed)
    once.renew("default", late)
    once.finish("default", late, Reply(status=500, headers=(), body=b""))
    once.give_up("default", late)
    with pytest.raises(InProgressError):
        begin(once)
    once.finish("default", second, REPLY)
    assert begin(once).reply == REPLY


def test_one_of_many_begins(once: OnceService, clock: Clock) -> None:
    """Of twelve that come together one works, at the first time and when the lease ran out."""
    for _ in range(2):
        barrier = threading.Barrier(12)

        def attempt(barrier: threading.Barrier = barrier) -> bool:
            barrier.wait()
            try:
                return begin(once).reply is None
            except InProgressError:
                return False

        with ThreadPoolExecutor(12) as threads:
            assert [future.result() for future in [threads.submit(attempt) for _ in range(12)]].count(True) == 1
        clock.now += LEASE


def test_an_answer_is_kept_for_a_day(once: OnceService, clock: Clock) -> None:
    """After it the key is new, swept or not; sweeping takes what is over and nothing else."""
    once.finish("default", begin(once), REPLY)
    once.finish("default", begin(once, key="second"), REPLY)
    clock.now += KEPT - 1
    assert begin(once).reply == REPLY
    begin(once, key="third")
    clock.now += 1
    assert begin(once).reply is None
    assert once.sweep() == 1
    assert once.sweep() == 0
    with pytest.raises(InProgressError):
        begin(once, key="third")
