"""Copies of an SQLite database, made and brought back while the service runs."""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import assert_never

from app.errors import NotFoundError, RefusedError
from app.storage.database import Database, parsed_url
from app.storage.schema import state


def backup(url: str, file: Path, *, force: bool = False) -> None:
    """Write a checked copy of the database to `file`: all of it is there, or nothing."""
    source = _path(url)
    _check_there(source)
    _check_other(source, file)
    _check_free(file, force)
    with _beside(file) as partial:
        _copy(source, partial)
        _check_whole(partial)
        if force:
            partial.replace(file)
        else:
            _place(partial, file)


def restore(url: str, file: Path, *, force: bool = False) -> None:
    """Make the database what the copy holds, in one transaction; a running service goes on with it."""
    target = _path(url)
    _check_there(file)
    _check_other(target, file)
    _check_free(target, force)
    with _beside(target) as partial:
        _copy(file, partial)
        _check_whole(partial)
        _check_release(partial)
        _copy(partial, target)


def _path(url: str) -> Path:
    parsed = parsed_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise RefusedError(
            "not_sqlite",
            "HEADRACE_DATABASE_URL",
            "names a database that is no SQLite file",
            "copy it with pg_dump and pg_restore, as docs/operating.md shows",
        )
    return Path(parsed.database or "")


def _check_other(database: Path, copy: Path) -> None:
    """A copy in place of the database itself would be a file that the running service no longer writes to."""
    if database.exists() and copy.exists() and database.samefile(copy):
        raise RefusedError("same_file", "", f"{copy.name} is the database itself", "name another file")


def _check_there(file: Path) -> None:
    if not file.is_file():
        raise NotFoundError("no_such_file", "", f"there is no file {file.name}", "correct the path")


def _check_free(file: Path, force: bool) -> None:
    if not file.absolute().parent.is_dir():
        raise NotFoundError("no_such_file", "", f"there is no folder for {file.name}", "correct the path")
    if file.exists() and not force:
        raise RefusedError("file_exists", "", f"{file.name} is there already", "choose another place, or say --force")


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A place for a file in the making, on the same disk; nothing of it is left behind."""
    partial = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        yield partial
    finally:
        for left in (partial, *(partial.with_name(partial.name + end) for end in ("-wal", "-shm", "-journal"))):
            left.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """SQLite's own online copy: one moment of the source, whoever writes to it meanwhile."""
    try:
        with closing(sqlite3.connect(f"file:{_quoted(source)}?mode=ro", uri=True)) as here:  # noqa: SIM117 - lines
            with closing(sqlite3.connect(target, timeout=30)) as there:
                here.backup(there)
    except sqlite3.OperationalError as error:  # of the place, not of what the file holds
        raise _not_copied(source, target, str(error)) from error
    except sqlite3.DatabaseError as error:
        raise _unreadable(source) from error


def _quoted(path: Path) -> str:
    return path.absolute().as_uri().removeprefix("file://")


def _check_whole(file: Path) -> None:
    """Every page and every index, as SQLite checks them; the file is then one by itself, without a log."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise _unreadable(file)
    except sqlite3.DatabaseError as error:
        raise _unreadable(file) from error
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def _check_release(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    try:
        with database.engine.connect() as connection:
            found = state(connection)
    finally:
        database.close()
    match found:
        case "current" | "older":
            return
        case "newer" | "foreign" | "empty":
            raise RefusedError(
                "foreign_copy",
                "",
                "this copy is of a later release, or not of Headrace",
                "install the release that made it",
            )
        case _:
            assert_never(found)


def _place(partial: Path, file: Path) -> None:
    """Give the file its name, unless somebody took it meanwhile."""
    try:
        os.link(partial, file)
    except OSError:  # it was taken, or the file system has no links
        _check_free(file, force=False)
        partial.replace(file)


def _not_copied(source: Path, target: Path, why: str) -> RefusedError:
    folder = target.absolute().parent
    return RefusedError(
        "copy_failed", "", f"{source.name} cannot be copied into {folder}: {why}", "see to its room and who may write"
    )


def _unreadable(file: Path) -> RefusedError:
    return RefusedError("unreadable_copy", "", f"{file.name} is no whole SQLite database", "take another copy")
