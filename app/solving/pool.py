"""Warm worker processes, each killable, and a queue before them that does not grow without end."""

from __future__ import annotations

import threading
import time
from typing import Any

import structlog

from app.services.stop import Stop, stopped
from app.solving.faults import busy, died
from app.solving.line import Line, LineClosed
from app.solving.worker import Priority, Progressed, Worker

START_UP = 60.0  # seconds a worker may take to import what it needs
PAUSE = 1.0  # seconds between attempts to replace a worker that does not start

log = structlog.get_logger()


class PoolError(Exception):
    """The workers do not start: wrong installation."""


class SlowStartError(PoolError):
    """The workers take too long to start: the machine has too much to do."""


class Pool:
    """Runs one function in `workers` processes; at most `waiting` more callers wait, each `patience` seconds.

    That holds for rank 0; others wait behind it, as many as there are and as long as it takes. The thread that
    calls `run` is the one that minds the worker: there is no manager to fail. The function is named as
    `package.module:name` and takes the arguments and, last, a callable to report progress to.
    """

    def __init__(
        self,
        function: str,
        *,
        workers: int,
        waiting: int = 32,
        patience: float = 60.0,
        memory: int = 0,
        priority: Priority = "low",
    ) -> None:
        self._function = function
        self._priority: Priority = priority
        self._size = workers
        self._memory = memory
        self._patience = patience
        self.places = workers + waiting  # how many callers may be inside `run` at once
        self._free = threading.BoundedSemaphore(self.places)
        self._idle = Line[Worker]()
        self._workers: set[Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._slow = False  # whether a worker was still starting when its time was up

    def start(self) -> None:
        """Start all workers and wait until they are warm."""
        hires = [threading.Thread(target=self._hire, args=(1,)) for _ in range(self._size)]
        for hire in hires:
            hire.start()
        for hire in hires:
            hire.join()
        if self.alive < self._size:
            self.close()
            raise self._not_started()

    def _not_started(self) -> PoolError:
        if self._slow:
            return SlowStartError(
                f"the solver processes have not started within {START_UP:g} s: other work of the machine goes before "
                "theirs; start again when it has less to do, or with fewer HEADRACE_WORKERS"
            )
        module = self._function.partition(":")[0]
        return PoolError(
            f"the solver processes end as they start ({self._function}), with the reason above or that of "
            f"`python -m {module}`; install Headrace anew"
        )

    def close(self) -> None:
        """End every worker, busy or not; whoever waits for one gets a SolverFault."""
        with self._lock:
            self._closed = True
            workers, self._workers = self._workers, set()
        for worker in workers:
            worker.kill()
        self._idle.close()

    @property
    def alive(self) -> int:
        """How many workers can take a job, now or when they are done."""
        with self._lock:
            return sum(worker.alive for worker in self._workers)

    def run(
        self,
        arguments: tuple[Any, ...],
        seconds: float,
        progress: Progressed | None = None,
        rank: int = 0,
        stop: Stop | None = None,
    ) -> Any:
        """The function's result, from a worker killed after `seconds`, or when `stop` is set.

        BusyError when too many of rank 0 wait.
        """
        if rank > 0:
            return self._ask(arguments, seconds, progress, rank, stop)
        if not self._free.acquire(blocking=False):
            raise busy(self.places)
        try:
            return self._ask(arguments, seconds, progress, rank, stop)
        finally:
            self._free.release()

    def _ask(
        self, arguments: tuple[Any, ...], seconds: float, progress: Progressed | None, rank: int, stop: Stop | None
    ) -> Any:
        worker = self._borrow(rank, stop)
        try:
            return worker.ask(arguments, seconds, progress, stop)
        finally:
            self._give_back(worker)

    def _borrow(self, rank: int, stop: Stop | None) -> Worker:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                worker = self._idle.take(rank, None if rank else deadline - time.monotonic(), stop)
            except LineClosed:
                raise died(None) from None
            if worker is None:
                raise stopped() if stop is not None and stop.is_set else busy(self.places)
            if worker.alive:
                return worker
            self._replace(worker)

    def _give_back(self, worker: Worker) -> None:
        if worker.alive:
            self._idle.put(worker)
        else:
            self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        with self._lock:
            self._workers.discard(worker)
        worker.kill()
        log.warning("worker replaced", pid=worker.pid)
        threading.Thread(target=self._hire, daemon=True).start()

    def _hire(self, attempts: int | None = None) -> None:
        """Put a warm worker in the pool; a replacement is tried for until there is one."""
        while not self._closed and attempts != 0:
            if self._hired():
                return
            attempts = None if attempts is None else attempts - 1
            time.sleep(PAUSE)

    def _hired(self) -> bool:
        """Whether one attempt put a warm worker in the pool."""
        try:
            worker = Worker(self._function, self._memory, self._priority)
        except OSError as error:  # the system has no memory or no place for one more process just now
            log.warning("worker not started", because=error.strerror)
            return False
        if worker.warm(START_UP) and self._employ(worker):
            return True
        self._slow |= worker.late
        worker.kill()
        return False

    def _employ(self, worker: Worker) -> bool:
        with self._lock:
            if self._closed:
                return False
            self._workers.add(worker)
        self._idle.put(worker)
        return True
