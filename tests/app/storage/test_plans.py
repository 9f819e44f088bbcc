"""Plans in the database: what goes in comes out, in order, and a database in trouble says so."""

from __future__ import annotations

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import fields

import pytest
from sqlalchemy import make_url, text

from app.errors import BusyError
from app.records.callers import DEFAULT_WORKSPACE as HERE
from app.records.moments import new_id
from app.records.plans import PlanRecord, Selection, Summary
from app.storage.database import Database
from app.storage.plans import PlanRows
from app.storage.schema import upgrade
from tests.app.databases import lay_out


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    lay_out(url)
    database = Database(url, seconds=1)
    yield database
    database.close()


def record(created_at: int, name: str = "Spring", status: str = "optimal") -> PlanRecord:
    return PlanRecord(
        id=new_id("plan", created_at),
        created_at=created_at,
        name=name,
        status=status,
        currency="EUR",
        value=0.1 + 0.2,
        gap=None,
        spend_minor=10**17 + 1,
        digits=2,
        digest="sha256:0",
        scenario='{"name": "é\\u0000"}',
        plan="{}",
    )


def test_a_plan_comes_out_as_it_went_in(database: Database) -> None:
    """Texts to the byte, floats to the bit, money to the cent beyond what a float holds."""
    stored = record(5)
    with database.transaction(HERE) as rows:
        rows.plans.add(stored)
    with database.transaction(HERE) as rows:
        assert rows.plans.plan(stored.id) == stored.plan
        assert rows.plans.scenario(stored.id) == stored.scenario
        [summary] = rows.plans.page(Selection(), 10)
    assert all(getattr(summary, field.name) == getattr(stored, field.name) for field in fields(Summary))


def test_what_is_not_there_is_none(database: Database) -> None:
    """An unknown id has no text."""
    with database.transaction(HERE) as rows:
        assert rows.plans.plan("plan_0") is None
        assert rows.plans.scenario("plan_0") is None


def test_a_block_that_fails_stores_nothing(database: Database) -> None:
    """All of a transaction, or none of it."""
    with pytest.raises(KeyError), database.transaction(HERE) as rows:  # noqa: PT012 - the block is what fails
        rows.plans.add(record(5))
        raise KeyError
    with database.transaction(HERE) as rows:
        assert rows.plans.page(Selection(), 10) == []


def test_a_page_is_the_newest_of_the_selection(database: Database) -> None:
    """Every filter narrows the list, times are half-open, and the order is newest first."""
    records = [record(10, "a"), record(20, "b"), record(30, "a", "conflict"), record(40, "a")]
    with database.transaction(HERE) as rows:
        for item in records:
            rows.plans.add(item)

        def times(selection: Selection, limit: int = 10) -> list[int]:
            return [summary.created_at for summary in rows.plans.page(selection, limit)]

        assert times(Selection()) == [40, 30, 20, 10]
        assert times(Selection(), limit=2) == [40, 30]
        assert times(Selection(before=records[2].id)) == [20, 10]
        assert times(Selection(name="a")) == [40, 30, 10]
        assert times(Selection(name="a", status="optimal")) == [40, 10]
        assert times(Selection(created_from=20, created_to=40)) == [30, 20]


def test_there_is_no_way_to_change_a_plan() -> None:
    """Rows can be added and read: nothing else has a name here."""
    assert {name for name in vars(PlanRows) if not name.startswith("_")} == {
        "table",
        "add",
        "plan",
        "scenario",
        "summary",
        "page",
    }


def test_a_locked_file_is_busy_in_time_and_still_read(sqlite: str) -> None:
    """While another program holds the write lock, writing ends as busy after the wait; reading goes on."""
    lay_out(sqlite)
    database = Database(sqlite, seconds=1)
    other = sqlite3.connect(make_url(sqlite).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(BusyError), database.transaction(HERE) as rows:
        rows.plans.add(record(5))
    assert time.monotonic() - began < 2
    with database.reading(HERE) as rows:
        assert rows.plans.page(Selection(), 10) == []
    other.execute("ROLLBACK")
    with database.transaction(HERE) as rows:
        rows.plans.add(record(5))


def test_the_file_is_set_up_to_lose_nothing(sqlite: str) -> None:
    """Write-ahead log, every commit on the disk, foreign keys on."""
    upgrade(sqlite)
    with Database(sqlite).engine.connect() as connection:
        pragmas = [
            connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    assert pragmas == ["wal", 2, 1]


def test_a_new_file_that_another_writes_is_waited_for(sqlite: str) -> None:
    """Processes that start at once on one new file: SQLite itself says without waiting that it is locked."""
    file = str(make_url(sqlite).database)
    writer = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    writer.execute("CREATE TABLE t (a)")
    writer.execute("BEGIN IMMEDIATE")
    leaving = threading.Timer(0.2, lambda: writer.execute("COMMIT"))
    leaving.start()
    database = Database(sqlite, lock_seconds=10)
    with database.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    leaving.join()
    writer.close()
    database.close()


def test_a_lost_server_is_busy_and_a_found_one_serves_again(postgresql: str) -> None:
    """Connections that the server ended are busy at worst once, never an internal error."""
    lay_out(postgresql)
    database = Database(postgresql, seconds=2)
    with database.transaction(HERE) as rows:
        rows.plans.add(record(5))
    with pytest.raises(BusyError), database.transaction(HERE) as rows:  # noqa: PT012 - the block is what fails
        _end_other_connections(postgresql)
        rows.plans.page(Selection(), 1)
    with database.transaction(HERE) as rows:
        assert len(rows.plans.page(Selection(), 1)) == 1
    database.close()


def test_a_silent_server_is_given_up() -> None:
    """A server that accepts and never answers is busy after the wait, not a thread lost for ever."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        database = Database(f"postgresql://headrace@127.0.0.1:{port}/headrace", seconds=1)
        began = time.monotonic()
        with pytest.raises(BusyError), database.transaction(HERE):
            pass
        assert time.monotonic() - began < 5


def _end_other_connections(url: str) -> None:
    other = Database(url)
    with other.engine.begin() as connection:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
    other.close()
