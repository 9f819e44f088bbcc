"""Webhooks and what is delivered to them, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Event(StrEnum):
    """What callers are told of."""

    plan_ready = "plan.ready"
    goal_at_risk = "goal.at_risk"
    proposal_made = "proposal.made"
    test = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told of events; times in microseconds since 1970. `secret` signs, and is shown once."""

    id: str
    url: str
    events: tuple[Event, ...]
    secret: str
    actor: str
    created_at: int
    failing_since: int | None = None
    disabled_at: int | None = None
    disabled_because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one webhook. `next_at` is when it is tried next, None once it was delivered or given up;
    `status` and `error` are those of the last attempt."""

    id: str
    webhook: str
    event: Event
    body: str
    created_at: int
    attempts: int
    next_at: int | None
    delivered_at: int | None
    status: int | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A delivery that this process may try now, with all that it takes."""

    workspace: str
    webhook: Webhook
    delivery: Delivery
