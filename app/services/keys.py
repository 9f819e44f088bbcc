"""Giving out API keys, replacing and revoking them: what admins do in their workspace."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from app.errors import NotFoundError, RefusedError
from app.records.audit import Act
from app.records.callers import Caller, Role
from app.records.keys import Key
from app.records.moments import is_id, new_id
from app.security.secrets import hash_of, new_secret, prefix_of
from app.services.cursor import Page, decode, page_of
from app.storage.database import Database
from app.storage.rows import Rows
from optimizer.errors import ScenarioError

KIND = "key"
SECOND = 1_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key with its secret: the only time that anybody sees it."""

    key: Key
    secret: str


class KeyService:
    """The keys of the caller's workspace; every change is in its audit."""

    def __init__(self, database: Database, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._clock = clock

    def create(self, caller: Caller, name: str, role: Role, expires_at: int | None) -> NewKey:
        """A new key; `expires_at` in microseconds since 1970, None for never."""
        now = self._now()
        if expires_at is not None and expires_at <= now:
            raise ScenarioError("in_the_past", "expires_at", "is over already", "give a time to come, or leave it out")
        made = _new_key(name, role, now, expires_at)
        with self._database.transaction(caller.workspace) as rows:
            rows.keys.add(made.key, hash_of(made.secret))
            rows.audit.note(caller, Act.key_created, made.key.id, now, name=name, role=role.value)
        return made

    def page(self, caller: Caller, limit: int, cursor: str | None = None) -> Page[Key]:
        """The newest `limit` keys, those that are over included, after those of the page that gave the cursor."""
        before = None if cursor is None else decode(KIND, cursor)
        with self._database.reading(caller.workspace) as rows:
            found = rows.keys.page(before, limit + 1)
        return page_of(found, limit)

    def key(self, caller: Caller, key_id: str) -> Key:
        """One key, without its secret."""
        with self._database.reading(caller.workspace) as rows:
            return _found(rows, key_id)

    def revoke(self, caller: Caller, key_id: str) -> Key:
        """From the next request on the key opens nothing; one that was revoked before stays so."""
        now = self._now()
        with self._database.transaction(caller.workspace) as rows:
            key = _found(rows, key_id)
            if key.revoked_at is None:
                rows.keys.revoke(key_id, now)
                rows.audit.note(caller, Act.key_revoked, key_id, now, name=key.name)
            return _found(rows, key_id)

    def rotate(self, caller: Caller, key_id: str, overlap: int) -> NewKey:
        """A key in the place of another, which goes on for `overlap` [seconds]; it lives as long as that one would."""
        now = self._now()
        with self._database.transaction(caller.workspace) as rows:
            old = _found(rows, key_id)
            if not old.holds(now):
                raise RefusedError("key_is_over", "", "the key has expired or was revoked", "create a new one")
            life = None if old.expires_at is None else now + (old.expires_at - old.created_at)
            made = _new_key(old.name, old.role, now, life)
            rows.keys.add(made.key, hash_of(made.secret))
            rows.keys.expire(key_id, now + overlap * SECOND)
            rows.audit.note(caller, Act.key_rotated, key_id, now, replaced_by=made.key.id)
        return made

    def _now(self) -> int:
        return self._clock() // 1000


def _new_key(name: str, role: Role, now: int, expires_at: int | None) -> NewKey:
    secret = new_secret()
    key = Key(
        id=new_id(KIND, now),
        name=name,
        role=role,
        prefix=prefix_of(secret),
        created_at=now,
        expires_at=expires_at,
        revoked_at=None,
        last_used_at=None,
    )
    return NewKey(key, secret)


def _found(rows: Rows, key_id: str) -> Key:
    key = rows.keys.key(key_id) if is_id(KIND, key_id) else None
    if key is None:
        raise NotFoundError("unknown_key", "", "no key has this id", "use an id that the list gave")
    return key
