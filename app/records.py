"""A plan as it is kept, in the words that routes, services and storage share."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a list of plans shows. `spend_minor` is money in whole minor units, None without a plan."""

    id: str
    created_at: int
    name: str
    status: str
    currency: str
    value: float | None
    gap: float | None
    spend_minor: int | None
    digits: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord(Summary):
    """A summary with both documents, as JSON texts."""

    scenario: str
    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which plans a list holds: those made in [created_from, created_to), before the plan `before`."""

    name: str | None = None
    status: str | None = None
    created_from: int | None = None
    created_to: int | None = None
    before: str | None = None


def microseconds(moment: datetime) -> int:
    """Since 1970 in UTC.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (moment - EPOCH) // MICROSECOND


def moment(created_at: int) -> datetime:
    """The inverse of `microseconds`."""
    return EPOCH + created_at * MICROSECOND


def new_id(created_at: int) -> str:
    """An identifier that sorts by its time and cannot be guessed."""
    return first_id(created_at) + secrets.token_hex(8)


def first_id(created_at: int) -> str:
    """What every identifier made in that microsecond begins with.

    >>> first_id(1000000)
    'plan_000000000f4240'
    """
    return f"plan_{min(max(created_at, 0), 16**14 - 1):014x}"
