"""How `headrace serve`, `worker` and `migrate` begin: the database may come later than they do, and a start that fails
is one line of the log and an exit code that says whose move it is."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import structlog
import typer

from app.config import Settings, SettingsError, settings_from_environment, strangers
from app.errors import BusyError
from app.logs import configure_logs, reason_of
from app.services.access import IssuerError, ListenerError
from app.solving.pool import PoolError, SlowStartError
from app.storage.database import Database
from app.storage.errors import NotMigratedError, SchemaError
from app.storage.schema import prepare
from app.terminal import BAD_INPUT, INTERNAL, NO_PLAN

PAUSE = 1.0  # seconds between two looks
EXPLAINED = (SettingsError, SchemaError, PoolError, SlowStartError, ListenerError, IssuerError, BusyError)

log = structlog.get_logger()


def own_settings() -> Settings:
    """The settings of a process that is to run; what is wrong with them is one line of the log, and the end."""
    try:
        return settings_from_environment()
    except SettingsError as error:
        configure_logs("error")
        log.error(f"Headrace cannot start: {error}")
        fail(error)


@contextmanager
def starting(settings: Settings) -> Iterator[None]:
    """The start of a process: what is strange in its settings is told, and why it fails, where it does."""
    configure_logs(settings.log_level)
    for variable, nearest in strangers(os.environ):
        log.warning("unknown setting", variable=variable, did_you_mean=nearest)
    try:
        yield
    except EXPLAINED as error:
        log.error(f"Headrace cannot start: {error}")
        fail(error)


def fail(error: BaseException | None) -> NoReturn:
    """End a start that failed: the operator's move, a database or machine that is busy, or a failure of ours."""
    match error:
        case BusyError() | SlowStartError():
            raise typer.Exit(NO_PLAN)
        case SettingsError() | SchemaError() | PoolError() | ListenerError() | IssuerError():
            raise typer.Exit(BAD_INPUT)
        case _:
            raise typer.Exit(INTERNAL)


def await_database(settings: Settings) -> None:
    """Return as soon as the database can be used by this release; it, or its migration, may be a moment late."""
    patiently(lambda: _look(settings), settings.database_wait)


def patiently(attempt: Callable[[], None], seconds: float) -> None:
    """Try until the database answers and is migrated, at most so long; what else is wrong is wrong at once."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return attempt()
        except (BusyError, NotMigratedError) as error:
            left = deadline - time.monotonic()
            if left <= 0:
                raise _in_vain(error, seconds) from error
            log.warning("waiting for the database", reason=reason_of(error), seconds_left=round(left, 1))
            time.sleep(min(PAUSE, left))


def _look(settings: Settings) -> None:
    database = Database(settings.database_url, settings.database_seconds)
    try:
        prepare(database)
    finally:
        database.close()


def _in_vain(error: BusyError | NotMigratedError, seconds: float) -> Exception:
    if isinstance(error, NotMigratedError):
        return error
    problem = f"the database has not answered for {seconds:g} s (HEADRACE_DATABASE_WAIT): {reason_of(error)}"
    return BusyError(error.code, "", problem, "start it, or correct HEADRACE_DATABASE_URL")
