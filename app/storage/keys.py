"""The API keys of one workspace. A key is added and revoked, never changed and never deleted."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Row

from app.records.callers import Role
from app.records.keys import Key
from app.storage.scoped import ScopedRows
from app.storage.tables import api_keys

COLUMNS = [api_keys.c[field.name] for field in fields(Key)]


class KeyRows(ScopedRows):
    """The keys of one workspace, within one transaction."""

    table = api_keys

    def add(self, key: Key, hash_: str) -> None:
        """Keep a key that was made; of its secret only the hash."""
        self._connection.execute(self._insert(**asdict(key), hash=hash_))

    def key(self, key_id: str) -> Key | None:
        """The key with this id."""
        row = self._connection.execute(self._select(*COLUMNS).where(api_keys.c.id == key_id)).one_or_none()
        return None if row is None else key_of(row)

    def page(self, before: str | None, limit: int) -> list[Key]:
        """The newest `limit` keys before the one named."""
        query = self._select(*COLUMNS).order_by(api_keys.c.id.desc()).limit(limit)
        older = query if before is None else query.where(api_keys.c.id < before)
        return [key_of(row) for row in self._connection.execute(older)]

    def revoke(self, key_id: str, now: int) -> None:
        """From this commit on the key opens nothing; a key that was revoked before keeps that time."""
        self._connection.execute(
            self._update(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None)).values(revoked_at=now)
        )

    def expire(self, key_id: str, at: int) -> None:
        """From then on the key opens nothing; a key that ends sooner is left so."""
        sooner = (api_keys.c.expires_at.is_(None)) | (api_keys.c.expires_at > at)
        self._connection.execute(self._update(api_keys.c.id == key_id, sooner).values(expires_at=at))


def key_of(row: Row[Any]) -> Key:
    """The key in a row."""
    values = {field.name: row._mapping[field.name] for field in fields(Key)}
    return Key(**values | {"role": Role(values["role"])})
