"""What solves in one process: the pool of solvers, the desk of its jobs, and the worker that takes them."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from prometheus_client import start_http_server

from app.config import Settings, SettingsError
from app.errors import BusyError
from app.jobs.desk import JobDesk
from app.jobs.retention import Retention
from app.jobs.rounds import Rounds
from app.jobs.worker import Worker
from app.routes.counting import Metrics
from app.routes.documents import WireDocuments
from app.security.outbound import Outbound
from app.services.courier import Courier
from app.services.limits import Limits
from app.services.making import PLAN, MakingService
from app.services.named import NamedService
from app.services.plans import PlanService
from app.services.ports import Handler
from app.services.reoptimising import REOPTIMISATION, Reoptimiser
from app.services.scenarios import ScenarioService
from app.services.schedules import ScheduleService
from app.services.stop import Stop
from app.solving.measured import MeasuredSolver
from app.solving.pool import Pool
from app.solving.solver import FUNCTION, PoolSolver
from app.storage.database import Database
from app.storage.schema import prepare
from optimizer.optimize import SizeLimits

TICK = 5.0  # seconds between looks at what is due
COURIER = 1.0  # between looks at an empty outbox
HOUR = 3600.0  # between looks at jobs that ended long ago
QUEUE = {
    "jobs_queued": "Jobs that wait, in the queue of all processes.",
    "jobs_running": "Jobs that run, in any process.",
    "job_oldest_seconds": "For how long the first that could begin has waited.",
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What every process has, whether it serves HTTP or only works."""

    database: Database
    pool: Pool
    solver: MeasuredSolver
    desk: JobDesk
    limits: Limits
    documents: WireDocuments
    plans: PlanService
    making: MakingService
    curve_sets: NamedService
    scenarios: ScenarioService
    reoptimiser: Reoptimiser
    schedules: ScheduleService
    outbound: Outbound
    leaving: Stop


@contextmanager
def running(settings: Settings, function: str, metrics: Metrics) -> Iterator[Engine]:
    """The engine, started; jobs that have not ended with it are put back for others."""
    database = Database(settings.database_url, settings.database_seconds)
    prepare(database)
    pool = Pool(
        function,
        workers=settings.workers,
        waiting=settings.queue_length,
        patience=settings.queue_seconds,
        memory=settings.worker_memory,
        priority=settings.solver_priority,
    )
    pool.start()
    engine = _assembled(settings, database, pool, metrics)
    engine.desk.start()
    try:
        with _working(settings, engine):
            try:
                yield engine
            finally:
                engine.leaving.set()
    finally:
        engine.desk.close()
        pool.close()
        database.close()


def work(settings: Settings, function: str = FUNCTION) -> None:
    """Do jobs until the process is told to end (SIGTERM, SIGINT)."""
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    metrics = Metrics()
    with telling(settings, metrics), running(settings.model_copy(update={"run_jobs": True}), function, metrics):
        log.info("worker began", jobs_at_once=settings.workers)
        told.wait()
    log.info("worker ended")


@contextmanager
def telling(settings: Settings, metrics: Metrics) -> Iterator[None]:
    """Give the figures to whoever asks at the port for them, where there is one."""
    if not settings.metrics_port:
        yield
        return
    try:
        server, thread = start_http_server(settings.metrics_port, settings.host, metrics.registry)
    except OSError as error:
        raise SettingsError(f"HEADRACE_METRICS_PORT cannot be listened on: {error.strerror}") from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def _working(settings: Settings, engine: Engine) -> Iterator[None]:
    if not settings.run_jobs:
        yield
        return
    handlers: dict[str, Handler] = {PLAN: engine.making, REOPTIMISATION: engine.reoptimiser}
    worker = Worker(engine.database, engine.desk, handlers, slots=settings.workers)
    clockwork = Rounds("schedules", engine.schedules.tick, TICK)
    courier = Rounds("courier", Courier(engine.database, engine.outbound).round, COURIER)
    retention = Rounds("retention", Retention(engine.database, settings.jobs_days).round, HOUR)
    going: list[Worker | Rounds] = [worker, clockwork, courier, *([retention] if settings.jobs_days else [])]
    for each in going:
        each.start()
    try:
        with engine.leaving.calls(lambda: _hand_on(worker, engine.desk)):
            yield
    finally:
        for each in going:
            each.close()


def _hand_on(worker: Worker, desk: JobDesk) -> None:
    """Others get the jobs at once: what is still answered here, or waits for an answer, does not hold them up."""
    worker.close()
    desk.hand_on()


def _assembled(settings: Settings, database: Database, pool: Pool, metrics: Metrics) -> Engine:
    solver = MeasuredSolver(PoolSolver(pool, SizeLimits()), metrics)
    metrics.watch("solvers_alive", "Solver processes that can take a solve.", lambda: pool.alive)
    metrics.watch("solves_in_progress", "Solves that run or wait for a process.", lambda: solver.running)
    metrics.watch("solve_oldest_seconds", "For how long the longest of them has.", lambda: solver.oldest)
    metrics.watch_together(QUEUE, lambda: _queue(database))
    limits = Limits(cells=settings.max_cells, seconds=settings.time_limit_max)
    documents = WireDocuments()
    plans = PlanService(database, solver, documents, limits)
    desk = JobDesk(database)
    curve_sets = NamedService("curve_set", database)
    scenarios = ScenarioService(database, documents, plans, curve_sets, limits)
    reoptimiser = Reoptimiser(database, solver, plans, scenarios, limits, desk)
    return Engine(
        database=database,
        pool=pool,
        solver=solver,
        desk=desk,
        limits=limits,
        documents=documents,
        plans=plans,
        making=MakingService(database, solver, documents, limits, plans, desk, threads=2 * pool.places),
        curve_sets=curve_sets,
        scenarios=scenarios,
        reoptimiser=reoptimiser,
        schedules=ScheduleService(database, reoptimiser),
        outbound=Outbound(private=settings.webhooks_private),
        leaving=Stop(),
    )


def _queue(database: Database) -> dict[str, float]:
    """What stands in the queue of all processes; nothing while the database does not answer."""
    try:
        with database.reading_queue() as queue:
            depth = queue.depth()
    except BusyError:
        return {}
    return {"jobs_queued": depth.queued, "jobs_running": depth.running, "job_oldest_seconds": depth.age}
