"""Scenarios and curve sets of one workspace. A version is added and read, never changed: triggers refuse it, too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row
from sqlalchemy.exc import IntegrityError

from app.errors import RefusedError
from app.records.named import Head, Kind, NamedSelection, Version
from app.storage.scoped import ScopedRows
from app.storage.tables import named, named_tags, versions

HEAD = [named.c[field.name] for field in fields(Head)]
VERSION = [versions.c[field.name] for field in fields(Version)]


class NamedRows(ScopedRows):
    """The named things of one kind, within one transaction."""

    table = named

    def __init__(self, connection: Connection, workspace: str, kind: Kind) -> None:
        super().__init__(connection, workspace)
        self._kind = kind
        self._tags = TagRows(connection, workspace)
        self._versions = VersionRows(connection, workspace)

    def add(self, first: Version) -> None:
        """Keep a new thing with its first version."""
        stated = _stated(first) | {"created_at": first.changed_at}
        with _unique_names():
            self._connection.execute(self._insert(kind=self._kind, id=first.id, **stated))
        self._tags.replace(first)
        self._versions.add(first)

    def change(self, new: Version) -> bool:
        """Add the version that follows; False when another came first, and then nothing is changed."""
        before = (named.c.id == new.id, named.c.version == new.version - 1, named.c.deleted_at.is_(None))
        with _unique_names():
            done = self._connection.execute(self._update(*before).values(_stated(new)))
        if done.rowcount != 1:
            return False
        self._tags.replace(new)
        self._versions.add(new)
        return True

    def delete(self, head: Head, now: int) -> bool:
        """Hide it, unless another version came; nothing of it is lost, and its name is free."""
        this = (named.c.id == head.id, named.c.version == head.version, named.c.deleted_at.is_(None))
        return self._connection.execute(self._update(*this).values(deleted_at=now)).rowcount == 1

    def restore(self, thing_id: str) -> None:
        """Show it again under its name, unless that is taken by now."""
        with _unique_names("rename or delete the other one first"):
            self._connection.execute(self._update(named.c.id == thing_id).values(deleted_at=None))

    def head(self, thing_id: str) -> Head | None:
        """The thing with this id, deleted or not."""
        return self._one(named.c.id == thing_id)

    def by_name(self, name: str) -> Head | None:
        """The thing with this name that is not deleted."""
        return self._one(named.c.name == name, named.c.deleted_at.is_(None))

    def version(self, thing_id: str, number: int) -> Version | None:
        """One version of a thing of this kind."""
        return None if self.head(thing_id) is None else self._versions.version(thing_id, number)

    def versions(self, thing_id: str, before: int | None, limit: int) -> list[Version]:
        """The newest `limit` versions below the one named."""
        return self._versions.page(thing_id, before, limit)

    def page(self, selection: NamedSelection, limit: int) -> list[Head]:
        """The newest `limit` things of the selection."""
        query = self._select(*HEAD).where(named.c.kind == self._kind, *_conditions(selection))
        if selection.tag is not None:
            query = query.where(named.c.id.in_(self._tags.things_with(selection.tag)))
        return [_head(row) for row in self._connection.execute(query.order_by(named.c.id.desc()).limit(limit))]

    def _one(self, *conditions: ColumnElement[bool]) -> Head | None:
        query = self._select(*HEAD).where(named.c.kind == self._kind, *conditions)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _head(row)


class TagRows(ScopedRows):
    """The tags of the newest versions, to find things by."""

    table = named_tags

    def replace(self, version: Version) -> None:
        """The thing has the tags of this version, and no others."""
        self._connection.execute(self._delete(named_tags.c.id == version.id))
        for tag in version.tags:
            self._connection.execute(self._insert(id=version.id, tag=tag))

    def things_with(self, tag: str) -> Any:
        """A subquery for the ids of things that have a tag."""
        return self._select(named_tags.c.id).where(named_tags.c.tag == tag)


class VersionRows(ScopedRows):
    """Every version of everything that has a name."""

    table = versions

    def add(self, version: Version) -> None:
        """Keep a version."""
        own = {"id": version.id, "notes": version.notes, "document": version.document}
        self._connection.execute(self._insert(**own, **_stated(version)))

    def version(self, thing_id: str, number: int) -> Version | None:
        """One of them."""
        this = (versions.c.id == thing_id, versions.c.version == number)
        row = self._connection.execute(self._select(*VERSION).where(*this)).one_or_none()
        return None if row is None else _version(row)

    def page(self, thing_id: str, before: int | None, limit: int) -> list[Version]:
        """The newest `limit` of one thing."""
        query = self._select(*VERSION).where(versions.c.id == thing_id).order_by(versions.c.version.desc()).limit(limit)
        older = query if before is None else query.where(versions.c.version < before)
        return [_version(row) for row in self._connection.execute(older)]


def _stated(version: Version) -> dict[str, Any]:
    return {
        "name": version.name,
        "version": version.version,
        "tags": json.dumps(version.tags, ensure_ascii=False),
        "changed_at": version.changed_at,
        "changed_by": version.changed_by,
    }


def _head(row: Row[Any]) -> Head:
    return Head(**dict(row._mapping) | {"tags": tuple(json.loads(row.tags))})


def _version(row: Row[Any]) -> Version:
    return Version(**dict(row._mapping) | {"tags": tuple(json.loads(row.tags))})


def _conditions(selection: NamedSelection) -> list[ColumnElement[bool]]:
    deleted = named.c.deleted_at.is_not(None) if selection.deleted else named.c.deleted_at.is_(None)
    part = None if selection.search is None else named.c.name.icontains(selection.search, autoescape=True)
    before = None if selection.before is None else named.c.id < selection.before
    return [bound for bound in (deleted, part, before) if bound is not None]


@contextmanager
def _unique_names(remedy: str = "choose another name") -> Iterator[None]:
    """The database holds that no two things of a kind share a name; deleted ones do not count."""
    try:
        yield
    except IntegrityError:
        raise RefusedError("name_taken", "name", "is the name of another one here", remedy) from None
