"""Keeping scenarios and curve sets under names: every change is a version, and old versions stay."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from app.errors import NotFoundError, StaleError
from app.records.audit import Act
from app.records.callers import Caller
from app.records.moments import is_id, new_id
from app.records.named import Content, Expected, Head, Kind, NamedSelection, Reference, Version
from app.services.cursor import Page, decode, page_of
from app.storage.database import Database
from app.storage.named import NamedRows
from app.storage.rows import Rows


class NamedService:
    """The named things of one kind. What is deleted can be restored; until then only its versions are read."""

    def __init__(self, kind: Kind, database: Database, clock: Callable[[], int] = time.time_ns) -> None:
        self._kind: Kind = kind
        self._database = database
        self._clock = clock

    def create(self, caller: Caller, content: Content) -> Version:
        """Keep a new thing; its first version is 1."""
        now = self._now()
        first = _version(new_id(self._kind, now), 1, content, caller, now)
        with self._database.transaction(caller.workspace) as rows:
            self._family(rows).add(first)
            self._note(rows, caller, "created", first, now)
        return first

    def change(self, caller: Caller, thing_id: str, content: Content, expected: Expected) -> Version:
        """Add a version after the one that is expected to be the newest; what changes nothing adds none."""
        now = self._now()
        with self._database.transaction(caller.workspace) as rows:
            newest = self._newest(rows, self._expected(rows, thing_id, expected))
            new = _version(thing_id, newest.version + 1, content, caller, now)
            if _content(newest) == content:
                return newest
            if not self._family(rows).change(new):
                raise _stale()
            self._note(rows, caller, "changed", new, now)
        return new

    def delete(self, caller: Caller, thing_id: str, expected: Expected) -> Head:
        """Take it out of lists and use; its name is free then."""
        now = self._now()
        with self._database.transaction(caller.workspace) as rows:
            head = self._expected(rows, thing_id, expected)
            if not self._family(rows).delete(head, now):
                raise _stale()
            self._note(rows, caller, "deleted", head, now)
        return replace(head, deleted_at=now)

    def restore(self, caller: Caller, thing_id: str) -> Head:
        """Take it back into lists and use; what is not deleted stays as it is."""
        now = self._now()
        with self._database.transaction(caller.workspace) as rows:
            head = self._head(rows, thing_id)
            if head.deleted_at is not None:
                self._family(rows).restore(thing_id)
                self._note(rows, caller, "restored", head, now)
        return replace(head, deleted_at=None)

    def newest(self, caller: Caller, thing_id: str) -> tuple[Head, Version]:
        """A thing and its newest version."""
        with self._database.reading(caller.workspace) as rows:
            head = self._alive(rows, thing_id)
            return head, self._newest(rows, head)

    def version(self, caller: Caller, thing_id: str, number: int) -> Version:
        """One version, also of what is deleted: plans rest on it."""
        with self._database.reading(caller.workspace) as rows:
            self._head(rows, thing_id)
            found = self._family(rows).version(thing_id, number)
        if found is None:
            raise NotFoundError("unknown_version", "version", "there is no such version", "see its list of versions")
        return found

    def versions(self, caller: Caller, thing_id: str, before: int | None, limit: int) -> Page[Version]:
        """The newest `limit` versions below the number given."""
        with self._database.reading(caller.workspace) as rows:
            self._head(rows, thing_id)
            return page_of(self._family(rows).versions(thing_id, before, limit + 1), limit)

    def page(self, caller: Caller, selection: NamedSelection, limit: int, cursor: str | None = None) -> Page[Head]:
        """The newest `limit` things of the selection, after those of the page that gave the cursor."""
        if cursor is not None:
            selection = replace(selection, before=decode(self._kind, cursor))
        with self._database.reading(caller.workspace) as rows:
            return page_of(self._family(rows).page(selection, limit + 1), limit)

    def find(self, caller: Caller, name_or_id: str, version: int | None = None) -> Version:
        """What a document names: by id or by name, the newest version unless it says which."""
        with self._database.reading(caller.workspace) as rows:
            head = None if is_id(self._kind, name_or_id) else self._family(rows).by_name(name_or_id)
            head = head or self._alive(rows, name_or_id)
        return self.version(caller, head.id, head.version if version is None else version)

    def _family(self, rows: Rows) -> NamedRows:
        return rows.scenarios if self._kind == "scenario" else rows.curve_sets

    def _head(self, rows: Rows, thing_id: str) -> Head:
        head = self._family(rows).head(thing_id) if is_id(self._kind, thing_id) else None
        if head is None:
            raise self._unknown()
        return head

    def _alive(self, rows: Rows, thing_id: str) -> Head:
        head = self._head(rows, thing_id)
        if head.deleted_at is not None:
            raise self._unknown()
        return head

    def _expected(self, rows: Rows, thing_id: str, expected: Expected) -> Head:
        head = self._alive(rows, thing_id)
        if not expected.allows(head.version):
            raise _stale()
        return head

    def _newest(self, rows: Rows, head: Head) -> Version:
        found = self._family(rows).version(head.id, head.version)
        assert found is not None  # a head is written with its version
        return found

    def _note(self, rows: Rows, caller: Caller, done: str, thing: Reference, now: int) -> None:
        rows.audit.note(caller, Act(f"{self._kind}.{done}"), thing.id, now, name=thing.name, version=thing.version)

    def _unknown(self) -> NotFoundError:
        word = self._kind.replace("_", " ")
        return NotFoundError(
            f"unknown_{self._kind}", "", f"no {word} has this id or name", "use one that the list shows"
        )

    def _now(self) -> int:
        return self._clock() // 1000


def _version(thing_id: str, number: int, content: Content, caller: Caller, now: int) -> Version:
    return Version(
        id=thing_id,
        name=content.name,
        version=number,
        tags=content.tags,
        notes=content.notes,
        changed_at=now,
        changed_by=caller.actor,
        document=content.document,
    )


def _content(version: Version) -> Content:
    return Content(name=version.name, tags=version.tags, notes=version.notes, document=version.document)


def _stale() -> StaleError:
    return StaleError("changed_meanwhile", "", "a newer version is there", "read it, and send its ETag as If-Match")
