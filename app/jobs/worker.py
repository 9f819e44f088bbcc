"""Takes jobs from the queue and has them done, some at a time."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import structlog

from app.errors import BusyError
from app.jobs.desk import JobDesk
from app.records.jobs import Job
from app.services.ports import Handler, UnderWay
from app.storage.database import Database

POLL = 0.25  # seconds between looks at an empty queue: what another process accepted waits no longer
AWAY = 1.0  # seconds that a database is left alone which did not answer

log = structlog.get_logger()


class Worker:
    """Does up to `slots` jobs at once, each by the handler of its kind. A kind that nobody handles here waits."""

    def __init__(
        self, database: Database, desk: JobDesk, handlers: Mapping[str, Handler], *, slots: int, poll: float = POLL
    ) -> None:
        self._database = database
        self._desk = desk
        self._handlers = handlers
        self._kinds = tuple(handlers)
        self._poll = poll
        self._free = threading.Semaphore(slots)
        self._closing = threading.Event()
        self._threads = ThreadPoolExecutor(max_workers=slots, thread_name_prefix="job")
        self._thread = threading.Thread(target=self._go_on, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    def close(self) -> None:
        """Take no more; what runs is the desk's to put back."""
        self._closing.set()
        self._free.release()
        self._desk.wake()
        self._thread.join()
        self._threads.shutdown(wait=False)

    def _go_on(self) -> None:
        while not self._closing.is_set():
            self._free.acquire()
            job = self._next()
            if job is not None:
                under_way = UnderWay(job)
                self._desk.hold(under_way)
                self._threads.submit(self._do, under_way)

    def _next(self) -> Job | None:
        """The next job, as soon as there is one; None when it is too late."""
        while not self._closing.is_set():
            self._desk.arrived.clear()
            job = self._claim()
            if job is not None:
                return job
            self._desk.arrived.wait(self._poll)
        return None

    def _claim(self) -> Job | None:
        try:
            while self._any_ready():  # another may have been quicker: then there may be more
                with self._database.queue() as queue:
                    job = queue.claim(self._desk.name, self._desk.lease, self._kinds)
                if job is not None:
                    return job
        except BusyError:
            log.warning("queue not reached", worker=self._desk.name)
            self._closing.wait(AWAY)
        except Exception as error:  # a thread that ended would take no job any more
            log.error("fault", kind=type(error).__name__, where="queue")
        return None

    def _any_ready(self) -> bool:
        """A look that waits for no writer; most find nothing."""
        with self._database.reading_queue() as queue:
            return queue.any_ready(self._kinds)

    def _do(self, under_way: UnderWay) -> None:
        try:
            self._desk.settle(under_way, lambda: self._handlers[under_way.job.kind].run(under_way))
        finally:
            self._free.release()
