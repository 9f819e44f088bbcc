"""/v1/audit: who did what, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from app.records.audit import Act, AuditSelection, Entry
from app.records.moments import moment
from app.routes.callers import Viewer
from app.routes.manual import problems
from app.routes.models import ListQuery, microseconds_of, next_link
from app.routes.state import Audit
from app.schemas.base import Answer, Instant

router = APIRouter(prefix="/v1/audit", tags=["audit"])

PLAIN = r"^[^\x00]*$"


class AuditQuery(ListQuery):
    """Which entries to list."""

    actor: str | None = Field(default=None, max_length=400, pattern=PLAIN, description="Only what this one did.")
    act: Act | None = Field(default=None, description="Only acts of this kind.")
    thing: str | None = Field(default=None, max_length=63, pattern=PLAIN, description="Only what was done to this id.")
    since: Instant | None = Field(default=None, description="Done then or later (RFC 3339, with an offset).")
    until: Instant | None = Field(default=None, description="Done before then (RFC 3339, with an offset).")

    def selection(self) -> AuditSelection:
        """The query in the words of the storage."""
        return AuditSelection(
            actor=self.actor,
            act=self.act,
            thing=self.thing,
            since=microseconds_of(self.since),
            until=microseconds_of(self.until),
        )


class EntryOut(Answer):
    """One line of the audit."""

    id: str
    at: datetime = Field(description="UTC.")
    actor: str = Field(description="Who did it: the name of the key and how it begins.")
    act: Act | str = Field(description="What was done; during an upgrade also what a later release knows.")
    thing: str = Field(description="The id of what it was done to.")
    detail: dict[str, str | int | None] = Field(description="What else is worth knowing.")

    @classmethod
    def of(cls, entry: Entry) -> EntryOut:
        """The wire form of an entry."""
        return cls(
            id=entry.id,
            at=moment(entry.at),
            actor=entry.actor,
            act=entry.act,
            thing=entry.thing,
            detail=dict(entry.detail),
        )


class AuditPageOut(Answer):
    """Some entries, newest first."""

    entries: list[EntryOut]
    next: str | None = Field(description="Address of the page after this one; null on the last.")


@router.get("", summary="Read the audit", responses=problems(422, 503))
def read_audit(caller: Viewer, request: Request, query: Annotated[AuditQuery, Query()], audit: Audit) -> AuditPageOut:
    """Who did what in this workspace, and when, newest first. Entries are written in the transaction of the act itself,
    and nothing changes or deletes one."""
    page = audit.page(caller, query.selection(), query.limit, query.cursor)
    return AuditPageOut(entries=[EntryOut.of(entry) for entry in page.items], next=next_link(request, page.next))
