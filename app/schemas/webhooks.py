"""Webhooks on the wire; a secret is in the answer that makes it, and nowhere else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints

from app.records.moments import moment
from app.records.webhooks import Delivery, Event, Webhook
from app.schemas.base import Answer, Wire

EventName = Literal["plan.ready", "goal.at_risk", "proposal.made"]
DELIVERY_ID = "The same for each attempt: `webhook-id` of what is sent."


class WebhookIn(Wire):
    """A webhook to be made."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=2000)] = Field(
        description="An https address on the public internet.", examples=["https://planning.example/headrace"]
    )
    events: Annotated[list[EventName], Field(min_length=1, max_length=3)] = Field(description="What it is told of.")

    def asked(self) -> tuple[Event, ...]:
        """The events."""
        return tuple(Event(name) for name in self.events)


class WebhookOut(Answer):
    """A webhook without its secret."""

    id: str
    url: str
    events: list[Event]
    actor: str = Field(description="Who made it.")
    created_at: datetime = Field(description="UTC.")
    failing_since: datetime | None = Field(description="The first failure since something was delivered; null: none.")
    disabled_at: datetime | None = Field(description="Since then it is told of nothing; null: it is told.")
    disabled_because: str | None

    @classmethod
    def of(cls, webhook: Webhook) -> Self:
        """The wire form of a webhook."""
        return cls(**_fields(webhook))


class NewWebhookOut(WebhookOut):
    """A webhook that was just made, with its secret."""

    secret: str = Field(description="Signs what is sent: shown now and never again.", examples=["whsec_…"])

    @classmethod
    def made(cls, webhook: Webhook) -> Self:
        """The wire form of a new webhook."""
        return cls(**_fields(webhook), secret=webhook.secret)


class WebhooksOut(Answer):
    """The webhooks of the workspace, newest first."""

    webhooks: list[WebhookOut]


class DeliveryOut(Answer):
    """One event on its way to a webhook."""

    id: str = Field(description=DELIVERY_ID)
    event: Event
    body: str = Field(description="As it is sent, to the byte.")
    created_at: datetime = Field(description="UTC.")
    attempts: int
    next_at: datetime | None = Field(description="When it is tried next; null: it was delivered, or given up.")
    delivered_at: datetime | None
    status: int | None = Field(description="What the last attempt was answered with; null: with nothing.")
    error: str | None = Field(description="Why the last attempt failed.")

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """The wire form of a delivery."""
        return cls(
            id=delivery.id,
            event=delivery.event,
            body=delivery.body,
            created_at=moment(delivery.created_at),
            attempts=delivery.attempts,
            next_at=_moment(delivery.next_at),
            delivered_at=_moment(delivery.delivered_at),
            status=delivery.status,
            error=delivery.error,
        )


class DeliveryPageOut(Answer):
    """Some deliveries, newest first."""

    deliveries: list[DeliveryOut]
    next: str | None = Field(description="Address of the page after this one; null on the last.")


def _fields(webhook: Webhook) -> dict[str, Any]:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "events": list(webhook.events),
        "actor": webhook.actor,
        "created_at": moment(webhook.created_at),
        "failing_since": _moment(webhook.failing_since),
        "disabled_at": _moment(webhook.disabled_at),
        "disabled_because": webhook.disabled_because,
    }


def _moment(at: int | None) -> datetime | None:
    return None if at is None else moment(at)
