"""API keys and workspaces on the wire; a key's secret is in the answer that makes it, and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from app.records.callers import Caller, Role
from app.records.keys import Key, Workspace
from app.records.moments import microseconds, moment
from app.schemas.base import Answer, Instant, Name, Wire
from optimizer.errors import ScenarioError

DAY = 86_400  # seconds


class NewKeyIn(Wire):
    """A key to be made."""

    name: Name = Field(description="Who or what uses it: the name in the audit.", examples=["planning tool"])
    role: Literal["viewer", "planner", "approver", "admin"] = Field(
        description="viewer reads; planner makes plans; approver approves them, too; admin gives out keys, too."
    )
    expires_at: Instant | None = Field(
        default=None, description="From then on it opens nothing (RFC 3339, with an offset); left out: never."
    )

    def expiry(self) -> int | None:
        """In microseconds since 1970."""
        if self.expires_at is None:
            return None
        try:
            return microseconds(self.expires_at.astimezone(UTC))
        except OverflowError:
            raise ScenarioError(
                "out_of_range", "expires_at", "is after the year 9999", "give an earlier time"
            ) from None


class RotationIn(Wire):
    """How a key is replaced."""

    overlap: Annotated[int, Field(ge=0, le=30 * DAY)] = Field(
        default=DAY, description="How long the old key goes on beside the new one [seconds]; 0: not at all."
    )


class KeyOut(Answer):
    """An API key without its secret."""

    id: str
    name: str
    role: Role
    prefix: str = Field(description="How the key begins, to tell it from others.")
    created_at: datetime = Field(description="UTC.")
    expires_at: datetime | None = Field(description="From then on it opens nothing; null: never.")
    revoked_at: datetime | None = Field(description="Since then it opens nothing; null: it was not revoked.")
    last_used_at: datetime | None = Field(description="To the minute; null: not yet.")

    @classmethod
    def of(cls, key: Key) -> Self:
        """The wire form of a key."""
        return cls(**_fields(key))


class NewKeyOut(KeyOut):
    """A key that was just made, with its secret."""

    key: str = Field(description="The key itself: shown now and never again.", examples=["hr_…"])

    @classmethod
    def made(cls, key: Key, secret: str) -> Self:
        """The wire form of a new key."""
        return cls(**_fields(key), key=secret)


class KeyPageOut(Answer):
    """Some keys, newest first."""

    keys: list[KeyOut]
    next: str | None = Field(description="Address of the page after this one; null on the last.")


class MeOut(Answer):
    """Who asks."""

    workspace: str = Field(description="All that this caller sees and changes is in it.")
    actor: str = Field(description="The name in the audit.")
    role: Role

    @classmethod
    def of(cls, caller: Caller) -> Self:
        """The wire form of a caller."""
        return cls(workspace=caller.workspace, actor=caller.actor, role=caller.role)


class WorkspaceOut(Answer):
    """A workspace."""

    id: str
    name: str
    created_at: datetime = Field(description="UTC.")

    @classmethod
    def of(cls, workspace: Workspace) -> Self:
        """The wire form of a workspace."""
        return cls(id=workspace.id, name=workspace.name, created_at=moment(workspace.created_at))


class WorkspaceListOut(Answer):
    """The workspaces of an installation."""

    workspaces: list[WorkspaceOut]


def _fields(key: Key) -> dict[str, Any]:
    times = ("created_at", "expires_at", "revoked_at", "last_used_at")
    own: dict[str, Any] = {name: getattr(key, name) for name in ("id", "name", "role", "prefix")}
    return own | {name: None if (at := getattr(key, name)) is None else moment(at) for name in times}
