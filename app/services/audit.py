"""Reading who did what, and when."""

from __future__ import annotations

from dataclasses import replace

from app.records.audit import AuditSelection, Entry
from app.records.callers import Caller
from app.services.cursor import Page, decode, page_of
from app.storage.audit import KIND
from app.storage.database import Database


class AuditService:
    """The audit of the caller's workspace; services write it beside what they do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, caller: Caller, selection: AuditSelection, limit: int, cursor: str | None = None) -> Page[Entry]:
        """The newest `limit` entries of the selection, after those of the page that gave the cursor."""
        if cursor is not None:
            selection = replace(selection, before=decode(KIND, cursor))
        with self._database.reading(caller.workspace) as rows:
            found = rows.audit.page(selection, limit + 1)
        return page_of(found, limit)
