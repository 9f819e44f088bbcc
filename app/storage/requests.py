"""Requests that carry an idempotency key, with their answers, to rows and back."""

from __future__ import annotations

import zlib
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import ColumnElement, Row

from app.records.requests import KeyedRequest, Reply
from app.storage.scoped import ScopedRows
from app.storage.tables import requests

PLAIN = [field.name for field in fields(KeyedRequest) if field.name != "reply"]


class RequestRows(ScopedRows):
    """The keyed requests of one workspace, within one transaction."""

    table = requests

    def add(self, request: KeyedRequest) -> bool:
        """Store it, unless there is one of that route and key: whether it was stored."""
        values = asdict(request)
        return self._add_once(**{name: values[name] for name in PLAIN})

    def find(self, route: str, key: str) -> KeyedRequest | None:
        """The request of that route and key."""
        row = self._connection.execute(self._select(*requests.c).where(*_named(route, key))).one_or_none()
        return None if row is None else _request(row)

    def hold(self, request: KeyedRequest, lease_until: int) -> bool:
        """Have it until then; False when somebody else has taken it over."""
        return self._change(request, lease_until=lease_until)

    def take_over(self, request: KeyedRequest, holder: str, lease_until: int) -> bool:
        """Become its holder; False when somebody else was quicker, or its holder is not gone."""
        unmoved = requests.c.lease_until == request.lease_until
        return self._change(request, unmoved, holder=holder, lease_until=lease_until)

    def finish(self, request: KeyedRequest, reply: Reply) -> bool:
        """Keep the answer; False when somebody else has taken it over."""
        lines = "\n".join(f"{name}: {value}" for name, value in reply.headers)
        return self._change(request, status=reply.status, headers=lines, body=zlib.compress(reply.body, 1))

    def drop(self, request: KeyedRequest) -> None:
        """Forget it, if it has the same holder still and no answer."""
        self._connection.execute(self._delete(*_held(request)))

    def expire(self, route: str, key: str, now: int) -> None:
        """Forget the request of that route and key if its time is over."""
        self._connection.execute(self._delete(*_named(route, key), requests.c.expires_at <= now))

    def _change(self, request: KeyedRequest, *conditions: ColumnElement[bool], **values: object) -> bool:
        statement = self._update(*_held(request), *conditions).values(**values)
        return self._connection.execute(statement).rowcount == 1


def _named(route: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return requests.c.route == route, requests.c.key == key


def _held(request: KeyedRequest) -> tuple[ColumnElement[bool], ...]:
    named = _named(request.route, request.key)
    return *named, requests.c.holder == request.holder, requests.c.status.is_(None)


def _request(row: Row[Any]) -> KeyedRequest:
    return KeyedRequest(**{name: row._mapping[name] for name in PLAIN}, reply=_reply(row))


def _reply(row: Row[Any]) -> Reply | None:
    if row.status is None:
        return None
    pairs = (line.partition(": ") for line in row.headers.splitlines())
    headers = tuple((name, value) for name, _, value in pairs)
    return Reply(status=row.status, headers=headers, body=zlib.decompress(row.body))
