"""Limits on requests: what several processes grant together, and what they tell of the rest."""

from __future__ import annotations

import collections
import secrets
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.errors import BusyError
from app.records.allowances import Policy
from app.services.allowances import FRESH, AllowanceService, hash_of
from app.storage import unscoped
from app.storage.database import Database
from tests.effort import examples

LONG = Policy(name="requests", quota=100, seconds=3600)


exchanged = unscoped.AcrossWorkspaces.exchange


class Clock:
    """The time of one process [s]."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_process_counts_down(database: Database) -> None:
    """Each answer tells the exact rest, down to nothing; another caller, and another policy, have their own."""
    service = AllowanceService(database)
    assert [service.take("a", LONG).left for _ in range(101)] == [*range(99, -1, -1), -1]
    assert service.take("b", LONG).left == 99
    assert service.take("a", Policy(name="posts", quota=5, seconds=3600)).left == 4
    assert 3590 < service.take("a", LONG).seconds <= 3600


def test_several_processes_grant_no_more_than_one(database: Database) -> None:
    """Four processes, each asked by three threads, together grant the quota: what is not used goes back in time."""
    services = [AllowanceService(database) for _ in range(4)]
    with ThreadPoolExecutor(12) as threads:
        granted = sum(threads.map(lambda number: services[number % 4].take("a", LONG).left >= 0, range(400)))
    assert granted <= LONG.quota
    for service in services:
        for account in service._accounts.values():
            account.taken_at -= FRESH
        service.give_back()
    more = sum(services[0].take("a", LONG).left >= 0 for _ in range(200))
    assert granted + more == LONG.quota


def test_often_is_cheap(database: Database) -> None:
    """A thousand quick requests need some tens of writes; a refused one needs none while it is known to be one."""
    with patch.object(unscoped.AcrossWorkspaces, "exchange", autospec=True, side_effect=exchanged) as exchange:
        clock = Clock()
        service, policy = AllowanceService(database, clock), Policy(name="requests", quota=1000, seconds=3600)
        assert sum(service.take("a", policy).left >= 0 for _ in range(2000)) == 1000
        assert exchange.call_count < 60
        clock.now += FRESH
        before = exchange.call_count
        assert service.take("a", policy).left == -1
        assert service.take("a", policy).left == -1
        assert exchange.call_count == before + 1


def test_a_window_ends(database: Database) -> None:
    """After it there is as much again, and nothing of the last one is granted late."""
    clock = Clock()
    service, policy = AllowanceService(database, clock), Policy(name="requests", quota=8, seconds=3600)
    assert service.take("a", policy).left == 7
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE allowances SET ends_at = 0")
    clock.now += 3601
    assert [service.take("a", policy).left for _ in range(9)] == [7, 6, 5, 4, 3, 2, 1, 0, -1]


def test_an_answer_that_was_not_heard_grants_nothing(database: Database) -> None:
    """A share whose commit may or may not have happened is not used: less may be granted then, never more."""
    service, other = AllowanceService(database), AllowanceService(database)
    for _ in range(3):
        service.take("a", LONG)

    def lost(*arguments: object) -> object:
        exchanged(*arguments)  # type: ignore[arg-type]  # as it was called
        raise BusyError("lost", "", "is lost", "try again")

    with patch.object(unscoped.AcrossWorkspaces, "exchange", lost), pytest.raises(BusyError):
        collections.deque((service.take("a", LONG) for _ in range(LONG.quota)), maxlen=0)
    granted = 3 + sum(each.take("a", LONG).left >= 0 for _ in range(200) for each in (service, other))
    assert granted <= LONG.quota


def test_what_was_given_back_can_be_taken_again(database: Database) -> None:
    """At once, by the process that gave it back and by others."""
    clock = Clock()
    service, other = AllowanceService(database, clock), AllowanceService(database, clock)
    for _ in range(2):
        service.take("a", LONG)
    clock.now += FRESH
    service.give_back()
    assert [each.take("a", LONG).left for each in (service, other)] == [97, 96]


def test_a_process_that_ends_gives_everything_back(database: Database) -> None:
    """However fresh its share is."""
    service, other = AllowanceService(database), AllowanceService(database)
    for _ in range(2):
        service.take("a", LONG)
    service.give_back(0.0)
    assert other.take("a", LONG).left == 97


def test_windows_that_are_over_are_forgotten(database: Database) -> None:
    """By the sweep; whoever asked is named by a hash only."""
    service = AllowanceService(database)
    service.take("a", LONG)
    assert service.sweep() == 0
    with database.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT who FROM allowances").scalar() == hash_of("a")
        connection.exec_driver_sql("UPDATE allowances SET ends_at = 0")
    assert service.sweep() == 1


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0.0, 0.1, 0.6, 1.1])), max_size=60))
def test_whatever_the_order(database: Database, steps: list[tuple[int, float]]) -> None:
    """Three processes asked in any order, with pauses: never more than the quota, never a rest that is not there for
    whoever asks the same process again at once, and no refusal while something is left that nobody holds."""
    who, policy = secrets.token_hex(8), Policy(name="requests", quota=20, seconds=3600)
    clock = Clock()
    services = [AllowanceService(database, clock) for _ in range(3)]
    granted = 0
    for number, pause in steps:
        clock.now += pause
        standing = services[number].take(who, policy)
        granted += standing.left >= 0
        assert granted + max(0, standing.left) <= policy.quota or pause < FRESH
        accounts = [each._accounts[who, policy] for each in services if (who, policy) in each._accounts]
        looked = services[number]._accounts[who, policy].taken_at == clock.now
        assert standing.left >= 0 or not looked or granted + sum(each.unused for each in accounts) == policy.quota
        for service in services:
            service.give_back()
    assert granted <= policy.quota
