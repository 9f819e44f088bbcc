"""Webhooks: what admins do with them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from app.errors import NotFoundError, RefusedError
from app.records.audit import Act
from app.records.callers import Caller
from app.records.moments import is_id, new_id
from app.records.webhooks import Delivery, Event, Webhook
from app.security.outbound import RefusedAddressError
from app.security.signing import new_signing_secret
from app.services.cursor import Page, decode, page_of
from app.services.events import KIND as DELIVERY
from app.services.events import put
from app.storage.database import Database
from app.storage.rows import Rows
from optimizer.errors import ScenarioError

KIND = "webhook"
MOST = 20  # webhooks of one workspace: each event is written once for each


class Guard(Protocol):
    """Whoever knows where may be sent to."""

    def check(self, url: str) -> None:
        """RefusedAddressError where nothing is ever sent to."""


class WebhookService:
    """The webhooks of the caller's workspace; every change is in its audit."""

    def __init__(self, database: Database, guard: Guard, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._guard = guard
        self._clock = clock

    def create(self, caller: Caller, url: str, events: Sequence[Event]) -> Webhook:
        """A webhook; its secret is shown now and never again."""
        try:
            self._guard.check(url)
        except RefusedAddressError as error:
            raise ScenarioError(
                "address_refused", "url", str(error), "give an https address on the public internet"
            ) from None
        now = self._now()
        webhook = Webhook(
            id=new_id(KIND, now),
            url=url,
            events=tuple(dict.fromkeys(events)),
            secret=new_signing_secret(),
            actor=caller.actor,
            created_at=now,
        )
        with self._database.transaction(caller.workspace) as rows:
            if len(rows.webhooks.all()) >= MOST:
                raise RefusedError("too_many_webhooks", "", f"there are {MOST} webhooks already", "delete one first")
            rows.webhooks.add(webhook)
            rows.audit.note(caller, Act.webhook_created, webhook.id, now)
        return webhook

    def all(self, caller: Caller) -> list[Webhook]:
        """All of them, the newest first."""
        with self._database.reading(caller.workspace) as rows:
            return rows.webhooks.all()

    def webhook(self, caller: Caller, webhook_id: str) -> Webhook:
        """One of them."""
        with self._database.reading(caller.workspace) as rows:
            return _found(rows, webhook_id)

    def delete(self, caller: Caller, webhook_id: str) -> Webhook:
        """Nothing is sent to it any more, not even what is on its way."""
        now = self._now()
        with self._database.transaction(caller.workspace) as rows:
            webhook = _found(rows, webhook_id)
            rows.deliveries.give_up(webhook_id, "the webhook was deleted")
            rows.webhooks.delete(webhook_id)
            rows.audit.note(caller, Act.webhook_deleted, webhook_id, now)
        return webhook

    def enable(self, caller: Caller, webhook_id: str) -> Webhook:
        """Tell it of events again, those from now on."""
        now = self._now()
        with self._database.transaction(caller.workspace) as rows:
            webhook = _found(rows, webhook_id)
            if webhook.disabled_at is not None:
                rows.webhooks.set(webhook_id, disabled_at=None, disabled_because=None, failing_since=None)
                rows.audit.note(caller, Act.webhook_enabled, webhook_id, now)
            return replace(webhook, disabled_at=None, disabled_because=None, failing_since=None)

    def test(self, caller: Caller, webhook_id: str) -> Delivery:
        """Put an event in its outbox that means nothing."""
        now = self._now()
        with self._database.transaction(caller.workspace) as rows:
            webhook = _found(rows, webhook_id)
            if webhook.disabled_at is not None:
                raise RefusedError("webhook_disabled", "", "the webhook is disabled", "enable it first")
            rows.audit.note(caller, Act.webhook_tested, webhook_id, now)
            return put(rows, webhook, Event.test, now, {})

    def deliveries(self, caller: Caller, webhook_id: str, limit: int, cursor: str | None = None) -> Page[Delivery]:
        """What was sent to it, and what came of it, the newest first."""
        before = None if cursor is None else decode(DELIVERY, cursor)
        with self._database.reading(caller.workspace) as rows:
            _found(rows, webhook_id)
            found = rows.deliveries.page(webhook_id, before, limit + 1)
        return page_of(found, limit)

    def _now(self) -> int:
        return self._clock() // 1000


def _found(rows: Rows, webhook_id: str) -> Webhook:
    webhook = rows.webhooks.webhook(webhook_id) if is_id(KIND, webhook_id) else None
    if webhook is None:
        raise NotFoundError("unknown_webhook", "", "no webhook has this id", "use an id that the list gave")
    return webhook
