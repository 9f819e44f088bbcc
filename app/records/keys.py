"""Workspaces and the keys that open them, as they are kept: of a key only its hash."""

from __future__ import annotations

from dataclasses import dataclass

from app.records.callers import Caller, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A tenant: what is in it is seen from nowhere else."""

    id: str
    name: str
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """An API key without its secret; times in microseconds since 1970, None for never."""

    id: str
    name: str
    role: Role
    prefix: str
    created_at: int
    expires_at: int | None
    revoked_at: int | None
    last_used_at: int | None

    def holds(self, now: int) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A browser's session, opened with a key, or, without one (`key_id` empty), by whom an identity provider named:
    `actor` with `role`. Times in microseconds since 1970."""

    id: str
    created_at: int
    expires_at: int
    key_id: str = ""
    actor: str | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownKey:
    """A key that was found by its hash, and the workspace it opens."""

    workspace: str
    key: Key

    @property
    def caller(self) -> Caller:
        """Whoever holds the key."""
        return Caller(workspace=self.workspace, actor=f"{self.key.name} ({self.key.prefix})", role=self.key.role)
