"""Delivers what is in the outbox: at least once, again and again with longer waits, until it is given up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Protocol

import structlog

from app.records.audit import Act
from app.records.callers import Caller, Role
from app.records.webhooks import Parcel
from app.security.outbound import UnreachableError
from app.security.signing import signed_headers
from app.storage.database import Database
from app.storage.rows import Rows

SECOND = 1_000_000  # microseconds
WAITS = (5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600)  # seconds after each failure
LEASE = 60 * SECOND  # for how long an attempt is one process's own: longer than it can take
PATIENCE = 3 * 24 * 3600 * SECOND  # of failures without a success, after which a webhook is disabled
GONE = 410  # whoever answers this wants no more
AT_ONCE = 20  # parcels looked at in one round

log = structlog.get_logger()


class Messenger(Protocol):
    """Sends to addresses that users gave."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """The status that was answered, or UnreachableError."""


class Courier:
    """Tries what is due, one after another. Several may run at once: what one tries, no other does meanwhile."""

    def __init__(self, database: Database, messenger: Messenger, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._messenger = messenger
        self._clock = clock

    def round(self) -> int:
        """Try what is due now; how many attempts were made."""
        with self._database.across_workspaces() as rows:
            due = rows.due_parcels(self._now(), AT_ONCE)
        return sum(self._try(parcel) for parcel in due)

    def _try(self, parcel: Parcel) -> bool:
        """One attempt, unless somebody else makes it. A process that dies on the way leaves it to be made again."""
        with self._database.transaction(parcel.workspace) as rows:
            if not rows.deliveries.claim(parcel.delivery, self._now() + LEASE):
                return False
        status, error = self._send(parcel)
        with self._database.transaction(parcel.workspace) as rows:
            self._note(rows, parcel, status, error)
        return True

    def _send(self, parcel: Parcel) -> tuple[int | None, str | None]:
        body, seconds = parcel.delivery.body.encode(), self._now() // SECOND
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Headrace-Webhooks/1",
            **signed_headers(parcel.webhook.secret, parcel.delivery.id, seconds, body),
        }
        try:
            status = self._messenger.post(parcel.webhook.url, headers, body)
        except UnreachableError as error:
            return None, str(error)
        return status, None if 200 <= status < 300 else f"answered {status}"

    def _note(self, rows: Rows, parcel: Parcel, status: int | None, error: str | None) -> None:
        """Write down what the attempt came to, and what follows from it."""
        now, delivery, webhook = self._now(), parcel.delivery, rows.webhooks.webhook(parcel.webhook.id)
        if error is None:
            rows.deliveries.tried(delivery.id, delivered_at=now, next_at=None, status=status, error=None)
            if webhook is not None and webhook.failing_since is not None:
                rows.webhooks.set(webhook.id, failing_since=None)
            return
        log.info("webhook not reached", delivery=delivery.id, attempts=delivery.attempts + 1, why=error)
        again = now + WAITS[delivery.attempts] * SECOND if delivery.attempts < len(WAITS) else None
        rows.deliveries.tried(delivery.id, next_at=again, status=status, error=error)
        if webhook is not None and webhook.disabled_at is None:
            since = now if webhook.failing_since is None else webhook.failing_since
            rows.webhooks.set(webhook.id, failing_since=since)
            if status == GONE or now - since >= PATIENCE:
                self._disable(rows, parcel, now, error)

    def _disable(self, rows: Rows, parcel: Parcel, now: int, error: str) -> None:
        webhook = parcel.webhook
        because = f"{error}; nothing was delivered for three days" if error != f"answered {GONE}" else error
        rows.webhooks.set(webhook.id, disabled_at=now, disabled_because=because)
        rows.deliveries.give_up(webhook.id, "the webhook was disabled")
        headrace = Caller(workspace=parcel.workspace, actor="headrace", role=Role.admin)
        rows.audit.note(headrace, Act.webhook_disabled, webhook.id, now, because=because)

    def _now(self) -> int:
        return self._clock() // 1000
