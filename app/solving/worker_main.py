"""The inside of a worker process: take a job from the pipe, run it, send what came of it.

Started as `python -m app.solving.worker_main FILENO LIFE FUNCTION MEMORY PRIORITY`.
"""

from __future__ import annotations

import faulthandler
import fcntl
import os
import pkgutil
import resource
import select
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any

from app.solving.messages import Done, Failed, Job, Ready, Refused, Reported
from app.solving.starvation import LONGEST
from optimizer.errors import HeadraceError

LAST_RESORT = 3.0  # seconds past the last deadline after which the kernel ends a worker that nobody else ended
POLITENESS = 5  # reads of the service come before solves, where the system knows no idle priority


def main(fileno: int, life: int, function: str, memory: int, priority: str) -> None:
    """Serve jobs until the service closes the pipe, or is gone: then the pipe `life` has no writer any more."""
    _settle(memory, priority)
    _end_with(life)
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


def _end_with(life: int) -> None:
    """End as soon as the service is gone: nobody waits for the answer.

    Linux does it, even where Python no longer runs; elsewhere a thread, as soon as it may.
    """
    if hasattr(fcntl, "F_SETSIG"):
        fcntl.fcntl(life, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(life, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)
        if not select.select([life], [], [], 0)[0]:  # else it went before it could be told
            return
    threading.Thread(target=_end_after, args=(life,), daemon=True).start()


def _end_after(life: int) -> None:
    os.read(life, 1)
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
        main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5])
