"""The way to the database: SQLite in one file, or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.storage.errors import SchemaError, lost
from app.storage.patience import be_patient
from app.storage.queue import QueueRows
from app.storage.rows import Rows
from app.storage.unscoped import AcrossWorkspaces

POOL = 10  # connections kept; as many more for a rush
_NO_DATABASE = (
    "HEADRACE_DATABASE_URL is no address of a database: it takes `sqlite:///file.sqlite3`, or "
    "`postgresql://user:password@host/database`"
)
PAUSE = 0.01  # seconds between two attempts at what SQLite does not wait for itself
MARGIN = 0.5  # seconds that a server which cancels a statement itself has to say so


@dataclass(slots=True)
class _Whole:
    """A transaction that outlasts the blocks in it; it begins with the first that may write."""

    engine: Engine
    stack: ExitStack
    connection: Connection | None = None

    @contextmanager
    def part(self) -> Iterator[Connection]:
        """One block of it: when that fails, what it did is undone, and the rest stays."""
        if self.connection is None:
            self.connection = self.stack.enter_context(exclusive(self.engine))
        with self.connection.begin_nested():
            yield self.connection


_whole: ContextVar[_Whole | None] = ContextVar("whole", default=None)


class Database:
    """Transactions on one database; every wait in it ends after `seconds`, for a lock after `lock_seconds`."""

    def __init__(self, url: str, seconds: int = 5, lock_seconds: int | None = None) -> None:
        self.engine = _engine(url, seconds, seconds if lock_seconds is None else lock_seconds)

    @contextmanager
    def transaction(self, workspace: str) -> Iterator[Rows]:
        """One transaction in one workspace: all of it is stored when the block ends, or none.

        It may read and then write: an SQLite file has one writer at a time, and this waits for it at the start.
        """
        whole = self._whole()
        with answering(), exclusive(self.engine) if whole is None else whole.part() as connection:
            yield Rows(connection, workspace)

    @contextmanager
    def reading(self, workspace: str) -> Iterator[Rows]:
        """The same for what only reads: it waits for no writer."""
        whole = self._whole()
        begun = whole is not None and whole.connection is not None
        with answering(), whole.part() if whole and begun else self.engine.begin() as connection:
            yield Rows(connection, workspace)

    @contextmanager
    def together(self) -> Iterator[None]:
        """One transaction for all that the block does in this thread: stored when it ends, or nothing of it."""
        with answering(), ExitStack() as stack:
            token = _whole.set(_Whole(self.engine, stack))
            try:
                yield
            finally:
                _whole.reset(token)

    def _whole(self) -> _Whole | None:
        whole = _whole.get()
        return whole if whole is not None and whole.engine is self.engine else None

    @contextmanager
    def across_workspaces(self) -> Iterator[AcrossWorkspaces]:
        """One transaction that sees every workspace; for the few things that `unscoped` names."""
        with answering(), self.engine.begin() as connection:
            yield AcrossWorkspaces(connection)

    @contextmanager
    def queue(self) -> Iterator[QueueRows]:
        """One transaction on the jobs of every workspace, for those who do them."""
        with answering(), exclusive(self.engine) as connection:
            yield QueueRows(connection)

    @contextmanager
    def reading_queue(self) -> Iterator[QueueRows]:
        """The same for a look: it waits for no writer."""
        with answering(), self.engine.begin() as connection:
            yield QueueRows(connection)

    @property
    def embedded(self) -> bool:
        """Whether this is an SQLite file of our own."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


@contextmanager
def exclusive(engine: Engine) -> Iterator[Connection]:
    """A transaction that no other writer of an SQLite file runs beside."""
    with engine.connect().execution_options(immediate=True) as connection, connection.begin():
        yield connection


@contextmanager
def answering() -> Iterator[None]:
    """BusyError for whatever says that the database is locked, lost, full or silent; the log says what it was."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout, sqlite3.OperationalError) as error:
        raise lost(error) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise lost(error) from error
        raise


def is_away(error: DBAPIError) -> bool:
    """Whether the database may be there later: it is locked, lost or silent, not merely wrong."""
    if isinstance(error.orig, sqlite3.Error):
        return is_busy(error.orig)
    return isinstance(error, (OperationalError, InterfaceError)) or error.connection_invalidated


def is_busy(error: sqlite3.Error) -> bool:
    """Whether somebody else has the file just now, also to recover it after a crash: codes have their kind below."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY


def _engine(url: str, seconds: int, lock_seconds: int) -> Engine:
    parsed = parsed_url(url)
    waits: dict[str, Any] = {"pool_size": POOL, "max_overflow": POOL, "pool_timeout": seconds}
    if parsed.get_backend_name() == "sqlite":
        if parsed.database in (None, "", ":memory:"):
            raise SchemaError("plans in memory would be lost: name a file in HEADRACE_DATABASE_URL")
        engine = create_engine(parsed, **waits, connect_args={"timeout": lock_seconds}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        parsed, **waits, pool_pre_ping=True, hide_parameters=True, connect_args=_postgresql_waits(seconds, lock_seconds)
    )
    be_patient(engine, seconds + MARGIN)
    return engine


def parsed_url(url: str) -> URL:
    """The address, for the drivers that are here; its password is not repeated."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SchemaError(_NO_DATABASE) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise SchemaError(_NO_DATABASE)
    return parsed


def _postgresql_waits(seconds: int, lock_seconds: int) -> dict[str, Any]:
    """A server that answers slowly, or no longer at all, is given up."""
    return {
        "connect_timeout": max(2, min(seconds, lock_seconds)),
        "tcp_user_timeout": seconds * 1000,
        "keepalives_idle": min(seconds, 30),
        "keepalives_interval": 1,
        "keepalives_count": min(seconds, 30),
        "options": f"-c statement_timeout={seconds * 1000} -c lock_timeout={lock_seconds * 1000}",
    }


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says so, migrations included
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")  # a plan that was acknowledged survives a power cut
    connection.execute("PRAGMA foreign_keys = ON")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Keep a log ahead of the file; a new one takes to it once, and SQLite itself does not wait for who writes it."""
    (milliseconds,) = connection.execute("PRAGMA busy_timeout").fetchone()
    deadline = time.monotonic() + milliseconds / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() >= deadline:
                raise
            time.sleep(PAUSE)


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
