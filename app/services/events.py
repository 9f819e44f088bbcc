"""Telling webhooks: what is told is put in the outbox in the transaction of what happened."""

from __future__ import annotations

import json
from typing import Any

from app.records.moments import new_id, stamp
from app.records.webhooks import Delivery, Event, Webhook
from app.storage.rows import Rows

KIND = "delivery"


def tell(rows: Rows, event: Event, now: int, **data: Any) -> None:
    """Put what happened in the outbox of every webhook that is told of such events."""
    for webhook in rows.webhooks.all():
        if event in webhook.events and webhook.disabled_at is None:
            put(rows, webhook, event, now, data)


def put(rows: Rows, webhook: Webhook, event: Event, now: int, data: dict[str, Any]) -> Delivery:
    """Put one event in the outbox of one webhook; `now` in microseconds since 1970."""
    message = {"type": event.value, "timestamp": stamp(now), "data": data}
    delivery = Delivery(
        id=new_id(KIND, now),
        webhook=webhook.id,
        event=event,
        body=json.dumps(message, ensure_ascii=False, allow_nan=False),
        created_at=now,
        attempts=0,
        next_at=now,
        delivered_at=None,
        status=None,
        error=None,
    )
    rows.deliveries.add(delivery)
    return delivery
