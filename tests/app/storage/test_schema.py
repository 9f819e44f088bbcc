"""The layout of the database: migrations and tables say the same, and no other layout is served."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import make_url, text

from app.errors import BusyError
from app.records.plans import Selection
from app.storage.database import Database, exclusive, is_busy
from app.storage.errors import SchemaError
from app.storage.schema import configuration, prepare, state, upgrade, verify


def test_migrations_lead_to_the_tables_and_back(url: str) -> None:
    """Upgrade, no drift against the tables, downgrade to nothing, upgrade once more."""
    upgrade(url)
    database = Database(url)
    with exclusive(database.engine) as connection:
        command.check(configuration(connection))
        command.downgrade(configuration(connection), "base")
        assert state(connection) == "empty"
    upgrade(url)
    verify(database)
    database.close()


PLAN = "('plan_1', 1, 'old', 'optimal', 'EUR', 2, '', '{}', '{}')"
FIELDS = "(id, created_at, name, status, currency, digits, digest, scenario, plan)"


def test_plans_from_before_workspaces_are_kept(url: str) -> None:
    """They belong to `default`, and so does what a process of the earlier release still writes; and back again."""
    database = Database(url)
    with exclusive(database.engine) as connection:
        command.upgrade(configuration(connection), "0001")
        connection.execute(text(f"INSERT INTO plans {FIELDS} VALUES {PLAN}"))
    upgrade(url)
    with exclusive(database.engine) as connection:
        connection.execute(text(f"INSERT INTO plans {FIELDS} VALUES {PLAN.replace('plan_1', 'plan_2')}"))
    with database.reading("default") as rows:
        assert [found.id for found in rows.plans.page(Selection(), 9)] == ["plan_2", "plan_1"]
    with exclusive(database.engine) as connection:
        command.downgrade(configuration(connection), "0001")
        assert connection.scalars(text("SELECT id FROM plans ORDER BY id")).all() == ["plan_1", "plan_2"]
    database.close()


def test_no_downgrade_gives_plans_to_everybody(url: str) -> None:
    """Plans of a second workspace are in the way of a layout without workspaces; nothing is changed then."""
    upgrade(url)
    database = Database(url)
    with exclusive(database.engine) as connection:
        connection.execute(text("INSERT INTO workspaces VALUES ('other', 'Other', 1)"))
        connection.execute(text(f"INSERT INTO plans (workspace, {FIELDS[1:]} VALUES ('other', {PLAN[1:]}"))
    with pytest.raises(RuntimeError, match="owner"), exclusive(database.engine) as connection:
        command.downgrade(configuration(connection), "0001")
    verify(database)
    database.close()


def test_an_upgrade_of_a_current_database_changes_nothing(url: str) -> None:
    """`headrace migrate` may be run as often as one likes."""
    upgrade(url)
    upgrade(url)


def test_a_server_database_is_never_changed_by_starting(postgresql: str) -> None:
    """An empty PostgreSQL database is refused, with the command to run; so is a foreign one."""
    database = Database(postgresql)
    with pytest.raises(SchemaError, match="headrace migrate"):
        prepare(database)
    upgrade(postgresql)
    prepare(database)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE headrace_version SET version_num = 'ffff'"))
        connection.execute(text("UPDATE layout SET serves = 'ffff'"))
    with pytest.raises(SchemaError, match="not of this release"):
        prepare(database)
    database.close()


def test_an_embedded_file_is_brought_up_to_date_by_starting(sqlite: str) -> None:
    """A fresh SQLite file becomes ours, also when several processes start at once."""
    databases = [Database(sqlite) for _ in range(4)]
    with ThreadPoolExecutor() as threads:
        list(threads.map(prepare, databases))
    verify(databases[0])


def test_a_file_of_another_program_is_left_alone(sqlite: str) -> None:
    """Tables that are not ours are a reason to stop, and stay as they are."""
    path = Path(make_url(sqlite).database or "")
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (id INTEGER)")
    with pytest.raises(SchemaError, match="database of its own"):
        prepare(Database(sqlite))
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]


@pytest.mark.parametrize("content", [b"this is a letter, no database\n" * 100])
def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    """The message is a sentence, not a traceback of the driver."""
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(SchemaError, match="not a database"):
        prepare(Database(f"sqlite:///{path}"))
    assert path.read_bytes() == content


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    """A wrong path is the operator's to mend."""
    with pytest.raises(SchemaError, match="unable to open"):
        prepare(Database(f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.sqlite3'}"))


def test_memory_is_no_place_for_plans() -> None:
    """A database that forgets is refused."""
    with pytest.raises(SchemaError, match="name a file"):
        Database("sqlite://")


@pytest.mark.parametrize(
    ("code", "busy"),
    [
        (sqlite3.SQLITE_BUSY, True),
        (sqlite3.SQLITE_BUSY_RECOVERY, True),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, True),
        (sqlite3.SQLITE_FULL, False),
        (sqlite3.SQLITE_IOERR_READ, False),
    ],
)
def test_a_file_that_another_process_brings_in_order_is_busy(code: int, busy: bool) -> None:
    """After a crash the first to open it does that: whoever comes meanwhile waits, as for any other lock."""
    error = sqlite3.OperationalError()
    error.sqlite_errorcode = code
    assert is_busy(error) == busy


def test_a_look_that_gets_no_connection_finds_the_database_busy(sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for any other request: whoever asks whether the service is ready is told, and it is no failure of ours."""
    upgrade(sqlite)
    monkeypatch.setattr("app.storage.database.POOL", 1)
    database = Database(sqlite, seconds=1)
    with database.engine.connect(), database.engine.connect(), pytest.raises(BusyError):
        verify(database)
    verify(database)
    database.close()
