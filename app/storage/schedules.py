"""Schedules to rows and back. A schedule that was deleted stays for its runs' sake, and is seen no more."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select

from app.records.schedules import Schedule
from app.storage.scoped import ScopedRows
from app.storage.tables import schedules

COLUMNS = [schedules.c[field.name] for field in fields(Schedule)]


class ScheduleRows(ScopedRows):
    """The schedules of one workspace, within one transaction."""

    table = schedules

    def add(self, schedule: Schedule) -> None:
        """Keep a schedule."""
        self._connection.execute(self._insert(**asdict(schedule)))

    def schedule(self, schedule_id: str) -> Schedule | None:
        """The schedule with this id, unless it was deleted."""
        return self._one(self._select(*COLUMNS).where(*_alive(schedule_id)))

    def held(self, schedule_id: str) -> Schedule | None:
        """The same, to be changed: until this transaction ends nobody else changes it."""
        return self._one(self._select(*COLUMNS).where(*_alive(schedule_id)).with_for_update())

    def page(self, before: str | None, limit: int) -> list[Schedule]:
        """The newest `limit` schedules before the one named."""
        query = self._select(*COLUMNS).where(schedules.c.deleted_at.is_(None))
        older = query if before is None else query.where(schedules.c.id < before)
        found = self._connection.execute(older.order_by(schedules.c.id.desc()).limit(limit))
        return [schedule_of(row) for row in found]

    def count(self) -> int:
        """How many there are."""
        return len(self._connection.execute(self._select(schedules.c.id).where(schedules.c.deleted_at.is_(None))).all())

    def move_on(self, schedule: Schedule, next_at: int) -> bool:
        """Set when it is due next, unless somebody else did since it was read; whether it was set."""
        as_read = (
            schedules.c.id == schedule.id,
            schedules.c.version == schedule.version,
            schedules.c.next_at == schedule.next_at,
        )
        return self._connection.execute(self._update(*as_read).values(next_at=next_at)).rowcount == 1

    def change(self, schedule: Schedule, **changes: str | int | None) -> Schedule:
        """Pause, resume, delete or edit one that is held: its next version."""
        changed = replace(schedule, **changes, version=schedule.version + 1)  # type: ignore[arg-type]  # its own fields
        values = changes | {"version": changed.version}
        self._connection.execute(self._update(schedules.c.id == schedule.id).values(**values))
        return changed

    def _one(self, query: Select[Any]) -> Schedule | None:
        row = self._connection.execute(query).one_or_none()
        return None if row is None else schedule_of(row)


def _alive(schedule_id: str) -> tuple[ColumnElement[bool], ...]:
    return schedules.c.id == schedule_id, schedules.c.deleted_at.is_(None)


def schedule_of(row: Row[Any]) -> Schedule:
    """The schedule in a row."""
    return Schedule(**{field.name: row._mapping[field.name] for field in fields(Schedule)})
