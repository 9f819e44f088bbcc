"""A request with an idempotency key, as it is kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer as a handler gave it."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRequest:
    """`route` and `key` name it within its workspace; `fingerprint` tells whether another one is the same.

    Times are in microseconds since 1970, UTC. Its `holder` works on it, and has it for itself until `lease_until`.
    `seed` stays when somebody else takes it over: what it makes is named by it (`plan_` + seed), and so made once.
    """

    route: str
    key: str
    fingerprint: str
    holder: str
    seed: str
    created_at: int
    lease_until: int
    expires_at: int
    reply: Reply | None = None
