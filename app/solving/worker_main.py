"""The inside of a worker process: take a job from the pipe, run it, send what came of it.

Started as `python -m app.solving.worker_main FILENO FUNCTION MEMORY PRIORITY`.
"""

from __future__ import annotations

import faulthandler
import os
import pkgutil
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

from app.solving.messages import Done, Failed, Job, Ready, Refused, Reported
from app.solving.starvation import LONGEST
from optimizer.errors import HeadraceError

LAST_RESORT = 3.0  # seconds past the last deadline after which the kernel ends a worker that nobody else ended
LOOK = 1.0  # seconds between looks whether the service lives
POLITENESS = 5  # reads of the service come before solves, where the system knows no idle priority


def main(fileno: int, function: str, memory: int, priority: str) -> None:
    """Serve jobs until the service closes the pipe."""
    _settle(memory, priority)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    run = pkgutil.resolve_name(function)
    pipe: Connection[Any, Any] = Connection(fileno)
    pipe.send(Ready())
    while (job := _next(pipe)) is not None:
        with _last_resort(job.seconds):
            answer = _attempt(run, job, pipe)
        pipe.send(answer)


def _settle(memory: int, priority: str) -> None:
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the service's to handle
    os.nice(POLITENESS)
    if priority == "idle" and hasattr(os, "SCHED_IDLE"):
        with suppress(OSError):  # a container may forbid it
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _end_with(service: int) -> None:
    """End as soon as the service is gone: nobody waits for the answer."""
    while os.getppid() == service:
        time.sleep(LOOK)
    os._exit(0)


def _next(pipe: Connection[Any, Any]) -> Job | None:
    try:
        job: Job = pipe.recv()
    except EOFError:
        return None
    return job


def _attempt(run: Callable[..., object], job: Job, pipe: Connection[Any, Any]) -> Done | Refused | Failed:
    try:
        return Done(run(*job.arguments, lambda progress: pipe.send(Reported(progress))))
    except HeadraceError as error:
        return Refused(error)
    except Exception as error:
        return Failed(type(error).__name__)


@contextmanager
def _last_resort(seconds: float) -> Iterator[None]:
    """Let the kernel end this process if nobody else does: it works even where Python no longer runs.

    By the processor's seconds, of which it has no use for more; and by the clock, for one that sleeps.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds + LAST_RESORT)
    signal.setitimer(signal.ITIMER_REAL, seconds + LONGEST + LAST_RESORT)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    with suppress(BrokenPipeError, ConnectionResetError):  # the service is gone: nobody is left to answer
        main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])
