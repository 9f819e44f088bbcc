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
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DatabaseError

import migrations
from app.storage.database import Database, answering, exclusive
from app.storage.errors import SchemaError

VERSION_TABLE = "headrace_version"
State = Literal["current", "empty", "older", "foreign"]

_ADVICE = {
    "empty": "the database is empty: run `headrace migrate`",
    "older": "the database is of an earlier release: run `headrace migrate`",
    "foreign": "the database holds tables that are not of this release of Headrace (`headrace migrate` would "
    "not touch them): give HEADRACE_DATABASE_URL a database of its own, or install the later release",
}


def upgrade(url: str) -> None:
    """Bring the database to the layout of this release; what is there already stays."""
    database = Database(url)
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
    """SchemaError, with the remedy, unless the database is laid out for this release."""
    with answering(), database.engine.connect() as connection:
        found = state(connection)
    if found != "current":
        raise SchemaError(_ADVICE[found])


def state(connection: Connection) -> State:
    """How the database stands to this release."""
    found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_heads()
    script = ScriptDirectory.from_config(configuration())
    if not found:
        return "foreign" if set(inspect(connection).get_table_names()) - {VERSION_TABLE} else "empty"
    if set(found) == set(script.get_heads()):
        return "current"
    known = {revision.revision for revision in script.walk_revisions()}
    return "older" if set(found) <= known else "foreign"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    config.attributes["version_table"] = VERSION_TABLE
    return config


def _upgrade(database: Database) -> None:
    with _opened(), exclusive(database.engine) as connection:
        match state(connection):
            case "current":
                return
            case "foreign":
                raise SchemaError(_ADVICE["foreign"])
            case _:
                command.upgrade(configuration(connection), "head")


@contextmanager
def _opened() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise SchemaError(f"the database cannot be used: {error.orig}") from error
