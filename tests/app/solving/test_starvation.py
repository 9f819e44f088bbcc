"""A solver that others keep from running is given the time that it had to wait; one that hangs is not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from app.solving import worker
from app.solving.starvation import LONGEST, starving, waited
from app.solving.worker import Worker
from optimizer.errors import SolverFault

SPIN = "import time; end = time.monotonic() + {}\nwhile time.monotonic() < end: pass"


@pytest.fixture
def solver() -> Iterator[Worker]:
    worker = Worker("tests.app.solving.fakes:behave", priority="idle")
    assert worker.warm(60)
    yield worker
    worker.kill()


def test_waiting_for_a_processor_is_measured() -> None:
    """Two that spin on one processor wait about half of the time each; whoever sleeps beside them waits not at all."""
    processor = sorted(os.sched_getaffinity(0))[0]
    nap = "import time; print(flush=True); time.sleep(60)"
    sleeping = subprocess.Popen([sys.executable, "-c", nap], stdout=subprocess.PIPE)
    assert sleeping.stdout is not None
    sleeping.stdout.readline()
    spinning = [subprocess.Popen([sys.executable, "-c", SPIN.format(60)]) for _ in range(2)]
    for process in (*spinning, sleeping):
        os.sched_setaffinity(process.pid, {processor})
    before = waited(sleeping.pid)
    time.sleep(0.8)
    spun, slept = min(waited(process.pid) for process in spinning), waited(sleeping.pid) - before
    for process in (*spinning, sleeping):
        process.kill()
        process.wait()
    sleeping.stdout.close()
    if spun == 0.0:
        pytest.skip("this system does not tell how long a process waited (schedstat)")
    assert spun > 0.1
    assert slept < 0.1
    assert waited(sleeping.pid) == 0.0  # it is gone


def test_a_starved_solver_is_no_error(solver: Worker) -> None:
    """A quarter of a second of work, limited to one: another has its processor for two, and it is answered."""
    if not waited(os.getpid()) and not waited(solver.pid):
        pytest.skip("this system does not tell how long a process waited (schedstat)")
    processor = sorted(os.sched_getaffinity(0))[0]
    os.sched_setaffinity(solver.pid, {processor})
    other = subprocess.Popen([sys.executable, "-c", SPIN.format(2.5)])
    os.sched_setaffinity(other.pid, {processor})
    time.sleep(0.3)
    try:
        assert solver.ask(("work",), 1.0) == "worked"
    finally:
        other.kill()
        other.wait()


def test_one_that_gets_no_processor_is_seen_to_starve() -> None:
    """Beside one that spins for ever on its processor an idle one gets next to nothing; whoever sleeps is not ready."""
    processor = sorted(os.sched_getaffinity(0))[0]
    first = subprocess.Popen([sys.executable, "-c", SPIN.format(60)])
    idle = subprocess.Popen([sys.executable, "-c", SPIN.format(60)])
    for process in (first, idle):
        os.sched_setaffinity(process.pid, {processor})
    os.sched_setscheduler(idle.pid, os.SCHED_IDLE, os.sched_param(0))
    time.sleep(0.5)
    seen = [starving(idle.pid) for _ in range(20)]
    for process in (first, idle):
        process.kill()
        process.wait()
    if not waited(os.getpid()):
        pytest.skip("this system does not tell how long a process waited (schedstat)")
    assert any(seen)
    assert not starving(idle.pid)  # it is gone


@pytest.mark.parametrize("manner", ["hang", "spin"])
def test_one_that_had_the_processor_is_ended_in_time(
    solver: Worker, manner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither sleeping nor working is waiting; and however long it waits, there is an end."""
    monkeypatch.setattr(worker, "waited", lambda _: 0.0)
    monkeypatch.setattr(worker, "starving", lambda _: False)
    began = time.monotonic()
    with pytest.raises(SolverFault) as caught:
        solver.ask((manner,), 0.3)
    assert caught.value.code == "solver_timeout"
    assert time.monotonic() - began < LONGEST / 2  # however busy this machine is


def test_waiting_is_forgiven_once_and_not_without_end(solver: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was waited is added once; a process that waits for ever is ended after LONGEST."""
    told = iter([0.0, 0.4, 0.4])
    monkeypatch.setattr(worker, "waited", lambda _: next(told))
    began = time.monotonic()
    with pytest.raises(SolverFault):
        solver.ask(("hang",), 0.3)
    assert time.monotonic() - began >= 0.7
    assert next(told, None) is None


def test_waiting_has_an_end(solver: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it had to wait, no more than LONGEST is given."""
    monkeypatch.setattr(worker, "LONGEST", 0.5)
    always = iter(range(0, 10_000, 100))
    monkeypatch.setattr(worker, "waited", lambda _: float(next(always)))
    with pytest.raises(SolverFault):
        solver.ask(("hang",), 0.2)
    assert next(always) <= 400
