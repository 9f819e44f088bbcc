"""The outbox: what is to be delivered to webhooks, written in the transaction of what it tells of."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import Row

from app.records.webhooks import Delivery, Event
from app.storage.scoped import ScopedRows
from app.storage.tables import deliveries

COLUMNS = [deliveries.c[field.name] for field in fields(Delivery)]


class DeliveryRows(ScopedRows):
    """The deliveries of one workspace, within one transaction."""

    table = deliveries

    def add(self, delivery: Delivery) -> None:
        """Put a delivery in the outbox."""
        self._connection.execute(self._insert(**asdict(delivery)))

    def page(self, webhook_id: str, before: str | None, limit: int) -> list[Delivery]:
        """The newest `limit` deliveries to a webhook before the one named."""
        query = self._select(*COLUMNS).where(deliveries.c.webhook == webhook_id)
        older = query if before is None else query.where(deliveries.c.id < before)
        found = self._connection.execute(older.order_by(deliveries.c.id.desc()).limit(limit))
        return [delivery_of(row) for row in found]

    def claim(self, delivery: Delivery, until: int) -> bool:
        """Keep others from trying it until then; whether it was still to be had."""
        as_read = (deliveries.c.id == delivery.id, deliveries.c.next_at == delivery.next_at)
        values = {"next_at": until, "attempts": delivery.attempts + 1}
        return self._connection.execute(self._update(*as_read).values(**values)).rowcount == 1

    def tried(self, delivery_id: str, **result: int | str | None) -> None:
        """Write down what an attempt came to, and when the next one is; nothing once it was delivered."""
        own = (deliveries.c.id == delivery_id, deliveries.c.delivered_at.is_(None))
        self._connection.execute(self._update(*own).values(**result))

    def give_up(self, webhook_id: str, error: str) -> None:
        """End all that is still on its way to a webhook."""
        pending = (deliveries.c.webhook == webhook_id, deliveries.c.next_at.is_not(None))
        self._connection.execute(self._update(*pending).values(next_at=None, error=error))


def delivery_of(row: Row[Any]) -> Delivery:
    """The delivery in a row."""
    values = {field.name: row._mapping[field.name] for field in fields(Delivery)}
    return Delivery(**values | {"event": Event(values["event"])})
