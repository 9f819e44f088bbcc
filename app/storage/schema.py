"""Bringing a database to the layout of this release, and refusing one that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, func, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

import migrations
from app.storage.database import Database, exclusive, is_away
from app.storage.errors import NotMigratedError, SchemaError, unavailable
from app.storage.tables import layout
from app.storage.unscoped import AcrossWorkspaces

VERSION_TABLE = "headrace_version"
LONGEST = 24 * 3600  # seconds that one statement of a migration may take
MIGRATIONS = 0x48656164  # the lock that those who migrate a PostgreSQL database take
State = Literal["current", "empty", "older", "newer", "foreign"]

_ADVICE = {
    "empty": "the database is empty: run `headrace migrate`",
    "older": "the database is of an earlier release: run `headrace migrate`",
    "foreign": "the database holds tables that are not of this release of Headrace (`headrace migrate` would "
    "not touch them): give HEADRACE_DATABASE_URL a database of its own, or install the later release",
}
_LOCKED = (
    "somebody holds a table of the database for longer than the migration waits (HEADRACE_DATABASE_SECONDS); "
    "nothing was changed: run `headrace migrate` again"
)


def upgrade(url: str, lock_seconds: int = 5) -> None:
    """Bring the database to the layout of this release; what is there already stays.

    It waits at most `lock_seconds` for whoever holds a table, while others wait behind it, and then changes nothing.
    """
    database = Database(url, LONGEST, lock_seconds)
    try:
        _upgrade(database)
    finally:
        database.close()


def prepare(database: Database) -> None:
    """At start-up: an embedded file is brought up to date, any other database must be so."""
    if database.embedded:
        _upgrade(database)
    else:
        verify(database)


def verify(database: Database) -> None:
    """SchemaError, with the remedy, unless the database is laid out for this release, or for a later one that still
    serves this one."""
    with _opened(), database.engine.connect() as connection:
        found = state(connection)
    if found in ("empty", "older"):
        raise NotMigratedError(_ADVICE[found])
    if found == "foreign":
        raise SchemaError(_ADVICE[found])


def state(connection: Connection) -> State:
    """How the database stands to this release, also while a migration ends."""
    tables = set(inspect(connection).get_table_names()) - {VERSION_TABLE}  # first: they come with their revision
    found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()
    script = ScriptDirectory.from_config(configuration())
    if not found:
        return "foreign" if tables else "empty"
    if set(found) == set(script.get_heads()):
        return "current"
    known = {revision.revision for revision in script.walk_revisions()}
    if set(found) <= known:
        return "older"
    return "newer" if _serves(connection) in known else "foreign"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["version_table"] = VERSION_TABLE
    return config


def _upgrade(database: Database) -> None:
    with _opened(), exclusive(database.engine) as connection:
        if not database.embedded:
            connection.execute(func.pg_advisory_xact_lock(MIGRATIONS).select())
        match state(connection):
            case "current" | "newer":
                return
            case "foreign":
                raise SchemaError(_ADVICE["foreign"])
            case _:
                command.upgrade(configuration(connection), "head")
                _declare(connection)


def _serves(connection: Connection) -> str | None:
    """The first revision whose code can use the layout; None where the layout does not say."""
    return AcrossWorkspaces(connection).served() if inspect(connection).has_table(layout.name) else None


def _declare(connection: Connection) -> None:
    """Write down whom the layout serves: what its newest migration says, or nobody else."""
    newest = ScriptDirectory.from_config(configuration()).get_revision("head")
    AcrossWorkspaces(connection).serve(getattr(newest.module, "serves", newest.revision))


@contextmanager
def _opened() -> Iterator[None]:
    """What is wrong with a database that is looked at: BusyError where it may mend itself, else SchemaError."""
    try:
        yield
    except PoolTimeout as error:
        raise unavailable() from error
    except DBAPIError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise SchemaError(_LOCKED) from error
        if is_away(error):
            raise unavailable() from error
        raise SchemaError(f"the database cannot be used: {error.orig}") from error
