"""Copies of an SQLite database: whole, of one moment, never over something else, never from a later release."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from app.errors import NotFoundError, RefusedError
from app.records.plans import Selection
from app.storage.backup import backup, restore
from app.storage.database import Database
from app.storage.errors import SchemaError
from app.storage.schema import upgrade
from tests.app.storage.test_plans import record


def count(url: str) -> int:
    """How many plans there are."""
    database = Database(url)
    try:
        with database.reading("default") as rows:
            return len(rows.plans.page(Selection(), 10_000))
    finally:
        database.close()


def add(url: str, *times: int) -> None:
    database = Database(url)
    for created_at in times:
        with database.transaction("default") as rows:
            rows.plans.add(record(created_at))
    database.close()


def test_a_copy_brings_back_what_there_was(sqlite: str, tmp_path: Path) -> None:
    """Plans made since the copy are gone after it is brought back; one by itself it is a file without a log."""
    upgrade(sqlite)
    add(sqlite, 1, 2)
    backup(sqlite, tmp_path / "copy")
    add(sqlite, 3)
    restore(sqlite, tmp_path / "copy", force=True)
    assert count(sqlite) == 2
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere'}"
    restore(elsewhere, tmp_path / "copy")
    assert count(elsewhere) == 2
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_a_copy_is_of_one_moment(sqlite: str, tmp_path: Path) -> None:
    """Made ten times while another connection writes pairs: no copy holds half of a pair."""
    upgrade(sqlite)
    database, stop = Database(sqlite), threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            with database.transaction("default") as rows:
                for _ in range(2):
                    number += 1
                    rows.plans.add(record(number))

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    for number in range(10):
        backup(sqlite, tmp_path / f"copy{number}")
        counts.append(count(f"sqlite:///{tmp_path / f'copy{number}'}"))
    stop.set()
    writer.join()
    database.close()
    assert counts == sorted(counts)
    assert not any(each % 2 for each in counts)


def test_a_service_in_use_goes_on_with_what_was_brought_back(sqlite: str, tmp_path: Path) -> None:
    """Open connections see the copy's plans from their next transaction on, and store in it."""
    upgrade(sqlite)
    add(sqlite, 1)
    backup(sqlite, tmp_path / "copy")
    database = Database(sqlite)
    with database.transaction("default") as rows:
        rows.plans.add(record(2))
    restore(sqlite, tmp_path / "copy", force=True)
    with database.transaction("default") as rows:
        assert len(rows.plans.page(Selection(), 10)) == 1
        rows.plans.add(record(3))
    database.close()
    assert count(sqlite) == 2


def test_nothing_is_replaced_unless_it_is_said(sqlite: str, tmp_path: Path) -> None:
    """Neither a file by a copy, nor a database by what is brought back."""
    upgrade(sqlite)
    backup(sqlite, tmp_path / "copy")
    for act in (backup, restore):
        with pytest.raises(RefusedError, match="there already"):
            act(sqlite, tmp_path / "copy")
        act(sqlite, tmp_path / "copy", force=True)


def test_what_is_no_copy_is_refused(sqlite: str, tmp_path: Path) -> None:
    """A letter, a torn copy, a database of another program or of a later release; the database stays as it was."""
    upgrade(sqlite)
    add(sqlite, *range(1, 200))
    backup(sqlite, tmp_path / "whole")
    letter, torn, foreign, later = (tmp_path / name for name in ("letter", "torn", "foreign", "later"))
    letter.write_text("no database " * 1000)
    torn.write_bytes((tmp_path / "whole").read_bytes()[:-20_000])
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE bookmarks (id INTEGER)")
    backup(sqlite, later)
    with sqlite3.connect(later) as connection:
        connection.execute("UPDATE headrace_version SET version_num = 'ffff'")
    for path in (letter, torn, foreign, later):
        with pytest.raises(RefusedError, match=r"whole|later release"):
            restore(sqlite, path, force=True)
    for missing in (tmp_path / "nothing", tmp_path / "no" / "folder"):
        with pytest.raises(NotFoundError):
            restore(sqlite, missing, force=True)
    with pytest.raises(NotFoundError, match="folder"):
        backup(sqlite, tmp_path / "no" / "folder")
    assert count(sqlite) == 199


def test_postgresql_has_tools_of_its_own() -> None:
    """The message names them."""
    with pytest.raises(RefusedError, match="pg_dump"):
        backup("postgresql://headrace@db/headrace", Path("copy"))


def test_a_copy_of_an_earlier_release_is_brought_up_to_date_by_the_start(sqlite: str, tmp_path: Path) -> None:
    """It is accepted as it is."""
    path = Path(make_url(sqlite).database or "")
    upgrade(sqlite)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE headrace_version SET version_num = '0001'")
    backup(sqlite, tmp_path / "old")
    restore(sqlite, tmp_path / "old", force=True)


def test_the_database_is_no_place_for_its_copy(tmp_path: Path) -> None:
    """Not even by force: the service would write on to a file that is gone."""
    file = tmp_path / "live.sqlite3"
    upgrade(f"sqlite:///{file}")
    for act in (backup, restore):
        with pytest.raises(RefusedError) as refused:
            act(f"sqlite:///{file}", file, force=True)
        assert refused.value.code == "same_file"


def test_a_place_that_takes_no_copy_is_no_fault_of_the_database(sqlite: str, tmp_path: Path) -> None:
    """The folder is named with what the system says of it: nobody is told that the database itself is broken."""
    upgrade(sqlite)
    copies = tmp_path / "copies"
    copies.mkdir()
    with files_up_to(4096), pytest.raises(RefusedError, match=f"into {copies}: ") as refused:
        backup(sqlite, copies / "copy")
    assert refused.value.code == "copy_failed"
    assert not list(copies.iterdir())


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """No room for more bytes in one file, whoever asks."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_without_links_takes_a_copy(sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many that copies go to have none, and a file that is there is not replaced on them either."""
    upgrade(sqlite)
    monkeypatch.setattr(os, "link", refusing)
    backup(sqlite, tmp_path / "copy")
    assert count(f"sqlite:///{tmp_path / 'copy'}") == 0
    with pytest.raises(RefusedError, match="there already"):
        backup(sqlite, tmp_path / "copy")


def refusing(*_: object) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def test_an_address_of_no_database_is_the_operators_to_mend() -> None:
    """It is told as the service tells it."""
    with pytest.raises(SchemaError, match="HEADRACE_DATABASE_URL"):
        backup("nonsense", Path("copy"))
