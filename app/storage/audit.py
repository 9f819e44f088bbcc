"""The audit of one workspace: entries are added and read. Triggers in the database refuse every change to one."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import ColumnElement, Row

from app.records.audit import Act, AuditSelection, Entry
from app.records.callers import Caller
from app.records.moments import first_id, new_id
from app.storage.scoped import ScopedRows
from app.storage.tables import audit

KIND = "audit"
COLUMNS = [audit.c.id, audit.c.at, audit.c.actor, audit.c.act, audit.c.thing, audit.c.detail]


class AuditRows(ScopedRows):
    """The audit, within the transaction of what is done."""

    table = audit

    def note(self, caller: Caller, act: Act, thing: str, now: int, **detail: str | int | None) -> None:
        """Add an entry; it is kept if, and only if, the rest of the transaction is."""
        written = json.dumps(detail, ensure_ascii=False)
        statement = self._insert(
            id=new_id(KIND, now), at=now, actor=caller.actor, act=act.value, thing=thing, detail=written
        )
        self._connection.execute(statement)

    def page(self, selection: AuditSelection, limit: int) -> list[Entry]:
        """The newest `limit` entries of the selection."""
        query = self._select(*COLUMNS).where(*_conditions(selection)).order_by(audit.c.id.desc()).limit(limit)
        return [_entry(row) for row in self._connection.execute(query)]


def _entry(row: Row[Any]) -> Entry:
    values = dict(row._mapping)
    known = {act.value: act for act in Act}
    return Entry(**values | {"act": known.get(row.act, row.act), "detail": json.loads(values["detail"])})


def _conditions(selection: AuditSelection) -> list[ColumnElement[bool]]:
    bounds = {
        "actor": None if selection.actor is None else audit.c.actor == selection.actor,
        "act": None if selection.act is None else audit.c.act == selection.act.value,
        "thing": None if selection.thing is None else audit.c.thing == selection.thing,
        "since": None if selection.since is None else audit.c.id >= first_id(KIND, selection.since),
        "until": None if selection.until is None else audit.c.id < first_id(KIND, selection.until),
        "before": None if selection.before is None else audit.c.id < selection.before,
    }
    return [bound for bound in bounds.values() if bound is not None]
