"""One worker process, seen from the service: asked from one thread, killed from another."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from app.one_thread import ONE_THREAD
from app.services.stop import Stop, stopped
from app.solving.faults import died, failed, timed_out
from app.solving.messages import Done, Failed, Job, Ready, Refused, Reported
from app.solving.starvation import LONGEST, starving, waited

Progressed = Callable[[Any], None]
UNFELT = 0.05  # seconds of waiting that make no difference
MOMENT = 0.25  # seconds that a process is given which is kept from running just now
KEPT_MEMORY = {  # of glibc: bytes; and one arena, for what a thread frees is there for all
    "MALLOC_MMAP_THRESHOLD_": f"{32 << 20}",
    "MALLOC_TRIM_THRESHOLD_": f"{64 << 20}",
    "MALLOC_ARENA_MAX": "1",
}
Priority = Literal["idle", "low"]  # what the system gives a solver while others want the processor


class Worker:
    """A process of its own with a pipe of its own, so that its death touches no other."""

    def __init__(self, function: str, memory: int = 0, priority: Priority = "low") -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        life, self._life = multiprocessing.Pipe(duplex=False)  # nothing is sent: it closes when this process ends
        self._overran = False
        self._asking = False
        self._condemned = False
        self.late = False  # whether it was still starting when its time for that was up
        self._lock = threading.Lock()
        command = [
            sys.executable,
            "-m",
            "app.solving.worker_main",
            str(theirs.fileno()),
            str(life.fileno()),
            function,
            str(memory),
            priority,
        ]
        self._process = subprocess.Popen(
            command,
            pass_fds=[theirs.fileno(), life.fileno()],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()
        life.close()

    @property
    def alive(self) -> bool:
        """Whether it can be asked again."""
        return not self._condemned and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The process id, for the log."""
        return self._process.pid

    def warm(self, seconds: float) -> bool:
        """Wait until it has imported what it needs; False when it does not get there."""
        try:
            self.late = not self._pipe.poll(seconds)
            return not self.late and isinstance(self._pipe.recv(), Ready)
        except (EOFError, OSError):
            return False

    def ask(
        self, arguments: tuple[Any, ...], seconds: float, progress: Progressed | None = None, stop: Stop | None = None
    ) -> Any:
        """The function's result; a SolverFault after `seconds`, on `stop`, or as soon as the process is gone.

        Seconds in which the process was ready and others had the processor do not count, up to LONGEST of them.
        """
        stop = stop or Stop()
        self._asking = True
        self._expire_in(seconds, waited(self.pid), 0.0)
        try:
            with stop.calls(self._condemn):
                return self._converse(Job(arguments, seconds), progress)
        except (EOFError, OSError):
            if stop.is_set:
                raise stopped() from None
            raise (timed_out(seconds) if self._overran else died(self._exit_code())) from None
        finally:
            with self._lock:
                self._asking = False
                self._timer.cancel()

    def kill(self) -> None:
        """End the process, whatever it is doing, and leave no zombie."""
        self._condemn()
        self._process.wait()
        with self._lock:  # whoever asks it and who ends the service may come at once: a descriptor is closed but once
            self._life.close()

    def _converse(self, job: Job, progress: Progressed | None) -> Any:
        self._pipe.send(job)
        while True:
            match self._listen():
                case Reported(news):
                    if progress is not None:
                        progress(news)
                case Done(result):
                    return result
                case Refused(error):
                    raise error
                case Failed(kind):
                    self._condemn()  # what state it is in, nobody knows
                    raise failed(kind)
                case _:
                    self._condemn()
                    raise failed("an unreadable answer")

    def _listen(self) -> Any:
        try:
            return self._pipe.recv()
        except (EOFError, OSError):
            raise
        except Exception as error:  # unpickling garbage may raise anything
            self._condemn()
            raise failed("an unreadable answer") from error

    def _expire_in(self, seconds: float, before: float, given: float) -> None:
        self._timer = threading.Timer(seconds, self._expire, (before, given))
        self._timer.daemon = True
        self._timer.start()

    def _expire(self, before: float, given: float) -> None:
        """End it, or give it what it had to wait since `before`, less what was `given` for that already [s]."""
        kept = given < LONGEST and starving(self.pid)  # asked first: a turn that it gets meanwhile is told as waiting
        due = min(waited(self.pid) - before, LONGEST) - given
        if due <= UNFELT and kept:
            due = MOMENT
        with self._lock:
            if not self._asking:
                return
            if due > UNFELT:
                self._expire_in(due, before, given + due)
            else:
                self._overran = True
                self._condemn()

    def _condemn(self) -> None:
        self._condemned = True
        self._process.kill()

    def _exit_code(self) -> int | None:
        try:
            return self._process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:  # it has left its pipe: it cannot be asked again, whatever it does
            self._condemn()
            return None


def _environment() -> dict[str, str]:
    """The same modules as ours, numpy on one thread, and memory that is freed kept for the next step of a solve."""
    modules = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
    return {**KEPT_MEMORY, **os.environ, **ONE_THREAD, "PYTHONPATH": modules}
