"""Times and identifiers of whatever is kept."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
SUFFIX = re.compile(r"_[0-9a-f]{30}")


def microseconds(moment: datetime) -> int:
    """Since 1970 in UTC.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    return (moment - EPOCH) // MICROSECOND


def moment(created_at: int) -> datetime:
    """The inverse of `microseconds`."""
    return EPOCH + created_at * MICROSECOND


def stamp(created_at: int) -> str:
    """The form that times have in every answer: RFC 3339 in UTC.

    >>> stamp(1000000), stamp(1500000)
    ('1970-01-01T00:00:01Z', '1970-01-01T00:00:01.500000Z')
    """
    return moment(created_at).isoformat().replace("+00:00", "Z")


def new_id(kind: str, created_at: int) -> str:
    """An identifier of a `kind` of thing that sorts by its time and cannot be guessed."""
    return first_id(kind, created_at) + secrets.token_hex(8)


def new_seed(created_at: int) -> str:
    """What identifiers of all kinds are made of: `new_id` without its kind.

    >>> len(new_seed(5))
    30
    """
    return new_id("", created_at).removeprefix("_")


def seeded_at(seed: str) -> int:
    """When a seed was made [microseconds].

    >>> seeded_at(new_seed(5))
    5
    """
    return int(seed[:14], 16)


def first_id(kind: str, created_at: int) -> str:
    """What every identifier of that kind made in that microsecond begins with.

    >>> first_id("plan", 1000000)
    'plan_000000000f4240'
    """
    return f"{kind}_{min(max(created_at, 0), 16**14 - 1):014x}"


def made_at(identifier: str) -> datetime:
    """When something with this identifier was made.

    >>> made_at("plan_000000000f4240" + 16 * "0").isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    return moment(int(identifier.rpartition("_")[2][:14], 16))


def is_id(kind: str, text: str) -> bool:
    """Whether a text has the form of an identifier of that kind.

    >>> is_id("plan", new_id("plan", 5)), is_id("plan", new_id("key", 5)), is_id("plan", "plan_0")
    (True, False, False)
    """
    return text.startswith(kind) and SUFFIX.fullmatch(text, len(kind)) is not None
