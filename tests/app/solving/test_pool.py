"""The pool: any death of a solver is one named error for one caller."""

from __future__ import annotations

import errno
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.errors import BusyError
from app.solving import worker
from app.solving.pool import Pool, PoolError, SlowStartError
from optimizer.errors import ScenarioError, SolverFault

BEHAVE = "tests.app.solving.fakes:behave"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    pool = Pool(BEHAVE, workers=2)
    pool.start()
    yield pool
    pool.close()


@pytest.mark.parametrize(
    ("manner", "code"),
    [
        ("hang", "solver_timeout"),
        ("spin", "solver_timeout"),
        ("abort", "solver_died"),
        ("segfault", "solver_died"),
        ("exit", "solver_died"),
        ("exit silently", "solver_died"),
        ("raise", "solver_failed"),
        ("memory", "solver_failed"),
        ("poison", "solver_failed"),
    ],
)
def test_every_death_is_named_in_time_and_the_next_solve_is_fine(
    pool: Pool, manner: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault has its code before deadline + 1 s, and a solve beside it and after it are answered."""
    monkeypatch.setattr(worker, "waited", lambda _: 0.0)  # other tests may have the processors
    with ThreadPoolExecutor() as threads:
        beside = threads.submit(pool.run, ("beside",), 5.0)
        began = time.monotonic()
        with pytest.raises(SolverFault) as caught:
            pool.run((manner,), 0.3)
        assert time.monotonic() - began < 1.3
        assert caught.value.code == code
        assert "secret" not in str(caught.value)
        assert beside.result() == "beside"
    assert pool.run(("after",), 5.0) == "after"


def test_a_death_is_explained(pool: Pool) -> None:
    """The signal that ended the process is named."""
    with pytest.raises(SolverFault, match="SIGABRT"):
        pool.run(("abort",), 5.0)


def test_an_expected_error_arrives_whole_and_costs_no_worker(pool: Pool) -> None:
    """A ScenarioError keeps code and path; the process that raised it goes on."""
    pids: set[int] = set()
    while len(pids) < 2:  # a replacement may still be on its way
        pids.add(pool.run(("pid",), 5.0))
    with pytest.raises(ScenarioError) as caught:
        pool.run(("refuse",), 5.0)
    assert (caught.value.code, caught.value.path) == ("no_budget", "budget")
    assert pool.run(("pid",), 5.0) in pids


def test_progress_arrives_in_order(pool: Pool) -> None:
    """Reports reach the callback before the result does."""
    seen: list[object] = []
    pool.run(("report",), 5.0, seen.append)
    assert seen == [0, 1, 2]


def test_a_worker_that_dies_idle_is_replaced(pool: Pool) -> None:
    """The system may end an idle worker; the next caller does not notice."""
    for _ in range(2):
        os.kill(pool.run(("pid",), 5.0), signal.SIGKILL)
        time.sleep(0.05)
    assert pool.run(("here",), 5.0) == "here"


def test_a_worker_that_the_system_has_no_room_for_is_tried_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine short of memory or of processes for a moment costs the pool no worker for good."""
    refusals = iter([errno.ENOMEM, errno.EAGAIN])

    class Refused(worker.Worker):
        def __init__(self, *arguments: Any) -> None:
            if (number := next(refusals, None)) is not None:
                raise OSError(number, os.strerror(number))
            super().__init__(*arguments)

    pool = Pool(BEHAVE, workers=1)
    pool.start()
    monkeypatch.setattr("app.solving.pool.PAUSE", 0.01)
    monkeypatch.setattr("app.solving.pool.Worker", Refused)
    with pytest.raises(SolverFault):
        pool.run(("abort",), 5.0)
    assert pool.run(("after",), 5.0) == "after"
    assert next(refusals, None) is None
    pool.close()


def test_a_full_queue_is_refused_at_once_and_a_long_wait_in_time() -> None:
    """With one worker and one place to wait, the third caller is refused; the second after its patience."""
    pool = Pool("tests.app.solving.fakes:nap", workers=1, waiting=1, patience=0.3)
    pool.start()
    with ThreadPoolExecutor() as threads:
        first = threads.submit(pool.run, (1.0,), 5.0)
        time.sleep(0.1)
        second = threads.submit(pool.run, (0.0,), 5.0)
        time.sleep(0.1)
        began = time.monotonic()
        with pytest.raises(BusyError):
            pool.run((0.0,), 5.0)
        assert time.monotonic() - began < 0.1
        with pytest.raises(BusyError):
            second.result()
        assert first.result() == 1.0
    pool.close()


def test_closing_frees_those_who_wait() -> None:
    """A pool that closes ends its solves: nobody waits for ever."""
    pool = Pool(BEHAVE, workers=1)
    pool.start()
    with ThreadPoolExecutor() as threads:
        callers = [threads.submit(pool.run, ("hang",), 60.0) for _ in range(3)]
        time.sleep(0.2)
        pool.close()
        codes = {caller.exception(timeout=2.0).code for caller in callers}  # type: ignore[union-attr]
        assert codes <= {"solver_died", "solver_killed"}


def test_workers_that_cannot_start_stop_the_service() -> None:
    """A function that does not exist is said at the start, not at the first solve."""
    with pytest.raises(PoolError, match="nowhere"):
        Pool("tests.nowhere:run", workers=1).start()


def test_workers_that_are_slow_to_start_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation is right: it is the machine that is busy."""
    monkeypatch.setattr("app.solving.pool.START_UP", 0.0)
    with pytest.raises(SlowStartError, match="start again when it has less to do, or with fewer HEADRACE_WORKERS"):
        Pool(BEHAVE, workers=1).start()


def test_memory_has_a_limit() -> None:
    """A worker may hold no more than its share: the attempt is a fault of that solve alone."""
    pool = Pool("tests.app.solving.fakes:hold", workers=1, memory=256 << 20)
    pool.start()
    with pytest.raises(SolverFault) as caught:
        pool.run((1 << 30,), 5.0)
    assert caught.value.code == "solver_failed"
    pool.close()
