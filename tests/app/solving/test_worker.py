"""One worker process: ended from several threads, and what it is started with."""

from __future__ import annotations

import platform
import subprocess
import sys
import threading
import time

import pytest

from app.solving.worker import Worker, _environment
from optimizer.errors import SolverFault

STEPS = """
import resource
import numpy as np

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

for _ in range(3):
    before = faults()
    for _ in range(50):
        sum(np.ones(60_000) for _ in range(8))
        np.concatenate([np.ones(60_000) for _ in range(8)])
print(faults() - before)
"""


class Life:
    """A pipe whose closing takes a moment."""

    def __init__(self) -> None:
        self.closing = self.at_once = 0

    def close(self) -> None:
        """Count who is here at the same time."""
        self.closing += 1
        self.at_once = max(self.at_once, self.closing)
        time.sleep(0.05)
        self.closing -= 1


def test_two_that_end_it_close_its_pipe_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """A descriptor that is closed twice may be another's by then."""
    worker, life = Worker("tests.app.fake_solver:solve"), Life()
    pipe = worker._life
    monkeypatch.setattr(worker, "_life", life)
    threads = [threading.Thread(target=worker.kill) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.close()
    assert life.at_once == 1


def test_one_that_has_left_its_pipe_is_not_asked_again() -> None:
    """On a busy machine a process that dies is seen to do so before it is gone."""
    worker = Worker("tests.app.solving.fakes:behave")
    assert worker.warm(60)
    with pytest.raises(SolverFault) as caught:
        worker.ask(("leave",), 60.0)
    assert caught.value.code == "solver_died"
    assert not worker.alive
    worker.kill()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="others keep memory in their own ways")
def test_memory_that_a_step_frees_serves_the_next() -> None:
    """Fifty steps with arrays of half a megabyte ask the system for hardly a page."""
    told = subprocess.check_output([sys.executable, "-c", STEPS], env=_environment(), text=True)
    assert int(told) < 100
