"""Webhooks to rows and back."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Row

from app.records.webhooks import Event, Webhook
from app.storage.scoped import ScopedRows
from app.storage.tables import webhooks

COLUMNS = [webhooks.c[field.name] for field in fields(Webhook)]


class WebhookRows(ScopedRows):
    """The webhooks of one workspace, within one transaction."""

    table = webhooks

    def add(self, webhook: Webhook) -> None:
        """Keep a webhook."""
        self._connection.execute(self._insert(**asdict(webhook) | {"events": json.dumps(webhook.events)}))

    def webhook(self, webhook_id: str) -> Webhook | None:
        """The webhook with this id."""
        row = self._connection.execute(self._select(*COLUMNS).where(webhooks.c.id == webhook_id)).one_or_none()
        return None if row is None else webhook_of(row)

    def all(self) -> list[Webhook]:
        """All of them, the newest first."""
        found = self._connection.execute(self._select(*COLUMNS).order_by(webhooks.c.id.desc()))
        return [webhook_of(row) for row in found]

    def set(self, webhook_id: str, **changes: int | str | None) -> None:
        """Note that it fails or works again; disable or enable it."""
        self._connection.execute(self._update(webhooks.c.id == webhook_id).values(**changes))

    def delete(self, webhook_id: str) -> None:
        """Tell it of nothing any more."""
        self._connection.execute(self._delete(webhooks.c.id == webhook_id))


def webhook_of(row: Row[Any], prefix: str = "") -> Webhook:
    """The webhook in a row whose columns may have a prefix."""
    values = {field.name: row._mapping[prefix + field.name] for field in fields(Webhook)}
    return Webhook(**values | {"events": tuple(Event(name) for name in json.loads(values["events"]))})
