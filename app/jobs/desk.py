"""The jobs that this process holds: their claims are renewed, their results stored once, and lost ones stopped."""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import structlog

from app.errors import BusyError, problem_of
from app.records.jobs import Ending
from app.services.ports import Result, TryAgain, UnderWay
from app.storage.database import Database
from optimizer.errors import SolverFault

BEAT = 1.0  # seconds between renewals of claims
LEASE = 8.0  # seconds that a claim holds: a worker that is gone costs its jobs no more
PATIENCE = 1.0  # seconds between attempts to write a result while the database is away
MOST_LAPSES = 10  # times a job is begun whose workers all ended
MOST_KILLS = 3  # times a job is begun whose solvers were killed from outside

T = TypeVar("T")
log = structlog.get_logger()


class JobDesk:
    """One for each process, under a name that no other process has."""

    def __init__(self, database: Database, *, beat: float = BEAT, lease: float = LEASE) -> None:
        self.name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
        self.lease = lease
        self.arrived = threading.Event()
        self._database = database
        self._beat = beat
        self._soon = threading.Event()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._held: dict[str, UnderWay] = {}
        self._thread = threading.Thread(target=self._go_on, name="desk", daemon=True)

    def start(self) -> None:
        """Begin to renew claims, and to put back those of workers that are gone."""
        self._thread.start()

    def close(self) -> None:
        """Put every job back for others, and stop what was done for it here."""
        self._closing.set()
        self._soon.set()
        self._thread.join()
        self.hand_on()

    def hand_on(self) -> None:
        """Put the jobs held now back for others, and stop what was done for them here."""
        held = self._all()
        try:
            with self._database.queue() as queue:
                queue.hand_back(self.name)
        except BusyError:
            log.warning("jobs not handed back", worker=self.name)  # their claims lapse by themselves
        for under_way in held:
            under_way.stop.set()

    def wake(self) -> None:
        """Something was accepted or cancelled: look at once."""
        self.arrived.set()
        self._soon.set()

    def adopt(self, under_way: UnderWay, work: Future[T], result: Callable[[T], Result]) -> None:
        """Hold a job that has begun already; what its work comes to ends it."""
        self.hold(under_way)
        work.add_done_callback(lambda done: self.settle(under_way, lambda: result(done.result())))

    def hold(self, under_way: UnderWay) -> None:
        """Renew the claim of this job from now on."""
        with self._lock:
            self._held[under_way.job.id] = under_way

    def settle(self, under_way: UnderWay, do: Callable[[], Result]) -> None:
        """Do a job that is held, in this thread, and end it."""
        try:
            self._write(under_way, self._outcome(under_way, do))
        except Exception as error:
            log.error("fault", kind=type(error).__name__, where=f"job of kind {under_way.job.kind}")
            self._write(under_way, error)
        finally:
            self._drop(under_way)

    def beat(self) -> None:
        """Renew the claims of jobs held here, write their progress down, stop those that are ours no more."""
        held = {under_way.job.id: under_way for under_way in self._all()}
        if held:
            self._renew(held)
        with self._database.reading_queue() as queue:
            lapsed = queue.any_lapsed()
        if lapsed:
            with self._database.queue() as queue:
                queue.sweep(MOST_LAPSES, _problem(_abandoned()))
            self.arrived.set()

    def _renew(self, held: dict[str, UnderWay]) -> None:
        with self._database.queue() as queue:
            kept = queue.renew(self.name, tuple(held), self.lease)
            queue.tell(self.name, {job_id: news for job_id in kept if (news := held[job_id].take_news())})
        for job_id in held.keys() - kept:
            held[job_id].stop.set()

    def _go_on(self) -> None:
        while not self._closing.is_set():
            try:
                self.beat()
            except BusyError:
                log.warning("heartbeat missed", worker=self.name)
            except Exception as error:  # a thread that ended would lose every claim
                log.error("fault", kind=type(error).__name__, where="heartbeat")
            self._soon.wait(self._beat)
            self._soon.clear()

    def _all(self) -> tuple[UnderWay, ...]:
        with self._lock:
            return tuple(self._held.values())

    def _drop(self, under_way: UnderWay) -> None:
        with self._lock:
            if self._held.get(under_way.job.id) is under_way:
                del self._held[under_way.job.id]

    def _outcome(self, under_way: UnderWay, do: Callable[[], Result]) -> Result | TryAgain | Exception:
        try:
            return do()
        except BusyError:
            return TryAgain(PATIENCE)
        except SolverFault as fault:
            again = fault.code == "solver_killed" and under_way.job.attempts < MOST_KILLS
            return TryAgain(0.0) if again else fault
        except Exception as error:
            return error

    def _write(self, under_way: UnderWay, outcome: Result | TryAgain | Exception) -> None:
        """Commit what came of it, as soon as the database is there; nothing when the job is ours no more.

        A commit that was not heard of is safe to repeat: if it happened, the claim is gone with it.
        """
        while not under_way.stop.is_set:
            try:
                self._commit(under_way, outcome)
                return
            except BusyError:
                self._closing.wait(PATIENCE)

    def _commit(self, under_way: UnderWay, outcome: Result | TryAgain | Exception) -> None:
        job = under_way.job
        with self._database.transaction(job.workspace) as rows:
            match outcome:
                case Result():
                    if rows.jobs.end(job, Ending(state="done", plan_id=outcome.plan_id)):
                        outcome.store(rows)
                case TryAgain():
                    rows.jobs.postpone(job, outcome.seconds)
                case error:
                    rows.jobs.end(job, Ending(state="failed", problem=_problem(error)))


def _problem(error: Exception) -> str:
    return json.dumps(problem_of(error).as_dict(), ensure_ascii=False)


def _abandoned() -> SolverFault:
    return SolverFault(
        "job_abandoned", "", f"was begun {MOST_LAPSES} times, and its worker ended each time", "report it"
    )
