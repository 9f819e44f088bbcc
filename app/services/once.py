"""Requests that take effect once, however often they are sent: one key, one effect, one answer."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from app.errors import InProgressError
from app.records.moments import new_seed
from app.records.requests import KeyedRequest, Reply
from app.storage.database import Database
from app.storage.rows import Rows
from optimizer.errors import ScenarioError

SECOND = 1_000_000  # microseconds
KEPT = 24 * 3600 * SECOND  # how long an answer is kept
LEASE = 15 * SECOND  # after which the request of a holder that no longer renews it may be taken over
RENEWAL = 5.0  # seconds between renewals


class OnceService:
    """Whoever comes first with a key works on it; others wait for it, or get the answer that was given."""

    def __init__(self, database: Database, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._clock = clock

    def begin(self, workspace: str, route: str, key: str, fingerprint: str) -> KeyedRequest:
        """The request to work on; or, with its `reply`, the one that was answered before."""
        fresh = self._fresh(route, hashlib.sha256(key.encode()).hexdigest(), fingerprint)
        with self._database.transaction(workspace) as rows:
            rows.requests.expire(route, fresh.key, fresh.created_at)
            if rows.requests.add(fresh):
                return fresh
            found = rows.requests.find(route, fresh.key)
            return _met(rows, found, fresh)

    def seed(self, workspace: str, route: str, key: str) -> str:
        """What names the effect of this key: nobody has to hold it, for what a seed makes is made once."""
        fresh = self._fresh(route, hashlib.sha256(key.encode()).hexdigest(), "")
        with self._database.transaction(workspace) as rows:
            rows.requests.expire(route, fresh.key, fresh.created_at)
            found = None if rows.requests.add(fresh) else rows.requests.find(route, fresh.key)
        return (found or fresh).seed

    def renew(self, workspace: str, request: KeyedRequest) -> None:
        """Say that its holder lives."""
        with self._database.transaction(workspace) as rows:
            rows.requests.hold(request, self._now() + LEASE)

    def finish(self, workspace: str, request: KeyedRequest, reply: Reply) -> None:
        """Keep the answer for whoever asks again."""
        with self._database.transaction(workspace) as rows:
            rows.requests.finish(request, reply)

    @contextmanager
    def together(self, workspace: str, request: KeyedRequest) -> Iterator[Callable[[Reply], None]]:
        """One transaction for what the block changes and for the answer that it gives to the callable: a process that
        dies has done nothing, or has left the answer, too."""

        def keep(reply: Reply) -> None:
            with self._database.transaction(workspace) as rows:
                if not rows.requests.finish(request, reply):
                    raise _in_progress()  # somebody took it over: what was done here is undone

        with self._database.together():
            yield keep

    def give_up(self, workspace: str, request: KeyedRequest) -> None:
        """Forget the request: the next one with its key is worked on again."""
        with self._database.transaction(workspace) as rows:
            rows.requests.drop(request)

    def sweep(self) -> int:
        """Forget what was kept long enough, in every workspace: how many requests."""
        with self._database.across_workspaces() as rows:
            return rows.forget_requests(self._now())

    def _now(self) -> int:
        return self._clock() // 1000

    def _fresh(self, route: str, key: str, fingerprint: str) -> KeyedRequest:
        now = self._now()
        return KeyedRequest(
            route=route,
            key=key,
            fingerprint=fingerprint,
            holder=secrets.token_hex(8),
            seed=new_seed(now),
            created_at=now,
            lease_until=now + LEASE,
            expires_at=now + KEPT,
        )


def _met(rows: Rows, found: KeyedRequest | None, fresh: KeyedRequest) -> KeyedRequest:
    """What another request with this key leaves to do."""
    if found is None:  # given up a moment ago
        raise _in_progress()
    if found.fingerprint != fresh.fingerprint:
        raise ScenarioError(
            "idempotency_key_reused",
            "Idempotency-Key",
            "was sent before with another body or query, or by another caller",
            "use a new key for a new request",
        )
    if found.reply is not None:
        return found
    gone = found.lease_until <= fresh.created_at
    if not gone or not rows.requests.take_over(found, fresh.holder, fresh.lease_until):
        raise _in_progress()
    return replace(found, holder=fresh.holder, lease_until=fresh.lease_until)


def _in_progress() -> InProgressError:
    return InProgressError(
        "request_in_progress",
        "Idempotency-Key",
        "belongs to a request that is not answered yet",
        "send it again after Retry-After, for its answer",
    )
