"""The service, put together: `uvicorn --factory app.main:create_app`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import anyio.to_thread
from fastapi import FastAPI

from app.config import Settings, settings_from_environment
from app.engine import Engine, running
from app.errors import BusyError
from app.jobs.rounds import Rounds
from app.logs import configure_logs
from app.pages.site import answer_people, show_pages
from app.routes import (
    actuals,
    audit,
    batches,
    catalogue,
    comparisons,
    curve_sets,
    evaluations,
    frontiers,
    health,
    imports,
    jobs,
    keys,
    plans,
    reconciliations,
    scenarios,
    schedules,
    standings,
    webhooks,
    workbooks,
)
from app.routes import metrics as metrics_room
from app.routes.counting import Metrics
from app.routes.manners import surround
from app.routes.manual import TITLE, manual
from app.routes.problems import answer_problems
from app.routes.starting import PlainStart
from app.routes.state import Access, State
from app.services.access import IssuerError, KeyAccess, OpenAccess, check_listener
from app.services.actuals import ActualService
from app.services.allowances import FRESH, AllowanceService
from app.services.answers import Answers
from app.services.audit import AuditService
from app.services.batches import BatchService
from app.services.evaluations import EvaluationService
from app.services.frontiers import FrontierService
from app.services.health import HealthService
from app.services.imports import ImportService
from app.services.jobs import JobService
from app.services.keys import KeyService
from app.services.once import OnceService
from app.services.reconciliations import ReconciliationService
from app.services.sessions import KeySessions, OpenSessions
from app.services.signing_in import Holders, SignIn, sign_in
from app.services.standings import StandingService
from app.services.webhooks import WebhookService
from app.services.what_ifs import WhatIfService
from app.solving.solver import FUNCTION
from app.startup import EXPLAINED
from app.storage.database import Database

ROOMS = (
    workbooks,  # before plans and scenarios, whose ids would take .xlsx in
    plans,
    standings,
    jobs,
    batches,
    scenarios,
    curve_sets,
    imports,
    evaluations,
    frontiers,
    reconciliations,
    comparisons,
    catalogue,
    actuals,
    schedules,
    webhooks,
    keys,
    audit,
    health,
    metrics_room,
)
SWEEP = 600.0  # seconds
READERS = 40  # threads for whatever does not solve, on top of those that wait for a solve


def create_app(settings: Settings | None = None, function: str = FUNCTION) -> FastAPI:
    """The application; it opens the database and starts solver processes when it is started itself."""
    settings = settings or settings_from_environment()
    configure_logs(settings.log_level)
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with _running(settings, function, metrics) as state:
            app.state.headrace = state
            waiting = settings.workers + settings.queue_length
            anyio.to_thread.current_default_thread_limiter().total_tokens = READERS + waiting
            rounds = (
                Rounds("requests", state.once.sweep, SWEEP),
                Rounds("allowances", state.allowances.sweep, SWEEP),
                Rounds("shares", state.allowances.give_back, FRESH),
            )
            for each in rounds:
                each.start()
            yield
            for each in rounds:
                await anyio.to_thread.run_sync(each.close)
            with suppress(BusyError):
                await anyio.to_thread.run_sync(state.allowances.give_back, 0.0)

    app = FastAPI(
        title=TITLE,
        version=_version(),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for room in ROOMS:
        app.include_router(room.router)
    show_pages(app)
    answer_problems(app)
    answer_people(app)
    surround(app, settings, metrics)
    app.add_middleware(PlainStart, explained=EXPLAINED)
    app.openapi = promised  # type: ignore[method-assign]  # FastAPI's own way to extend it
    return app


@cache
def promised() -> dict[str, Any]:
    """The OpenAPI document; made once, for it is the same whatever the settings."""
    return manual(_version(), [route for room in ROOMS for route in room.router.routes])


@contextmanager
def _running(settings: Settings, function: str, metrics: Metrics) -> Iterator[State]:
    check_listener(settings.auth, settings.host)
    with running(settings, function, metrics) as engine:
        access = _access(settings, engine.database)
        try:
            yield _state(settings, engine, access, metrics)
        finally:
            access.close()


def _state(settings: Settings, engine: Engine, access: Access, metrics: Metrics) -> State:
    database, solver, limits = engine.database, engine.solver, engine.limits
    answers = Answers(threads=2 * engine.pool.places)
    sessions = OpenSessions() if settings.auth == "none" else KeySessions(database, access)
    return State(
        settings=settings,
        access=access,
        keys=KeyService(database),
        audit=AuditService(database),
        sessions=sessions,
        sign_in=_sign_in(settings, access, sessions),
        plans=engine.plans,
        making=engine.making,
        jobs=JobService(database, engine.desk),
        batches=BatchService(database, engine.making, engine.desk, settings.batch_limit),
        what_ifs=WhatIfService(engine.plans, solver, limits, answers),
        standings=StandingService(database),
        scenarios=engine.scenarios,
        curve_sets=engine.curve_sets,
        evaluations=EvaluationService(limits),
        reconciliations=ReconciliationService(database, solver, limits, answers),
        frontiers=FrontierService(solver, limits, answers),
        imports=ImportService(solver),
        health=HealthService(database, engine.pool, engine.leaving),
        once=OnceService(database),
        allowances=AllowanceService(database),
        metrics=metrics,
        actuals=ActualService(database, engine.plans),
        schedules=engine.schedules,
        webhooks=WebhookService(database, engine.outbound),
        leaving=engine.leaving,
    )


def _access(settings: Settings, database: Database) -> Access:
    """Whoever knows callers; tokens of an identity provider need an extra, which is loaded only for them."""
    if settings.auth == "none":
        return OpenAccess()
    keys = KeyAccess(database)
    if not settings.oidc_issuer:
        return keys
    try:
        from app.services.tokens import token_access
    except ImportError:
        raise IssuerError("HEADRACE_OIDC_ISSUER needs the extra `oidc`: install headrace[oidc]") from None
    return token_access(settings, keys, database)


def _sign_in(settings: Settings, access: Access, sessions: OpenSessions | KeySessions) -> SignIn | None:
    """The way in by an identity provider, where there is one that knows this service as a client."""
    if not settings.oidc_client or not isinstance(access, Holders) or not isinstance(sessions, KeySessions):
        return None
    return sign_in(settings, access, sessions)


def _version() -> str:
    try:
        return version("headrace")
    except PackageNotFoundError:
        return "0"
