"""Runs of schedules to rows and back: one for each time on the wall."""

from __future__ import annotations

from dataclasses import asdict, fields, replace

from app.records.schedules import Run
from app.storage.scoped import ScopedRows
from app.storage.tables import schedule_runs

COLUMNS = [schedule_runs.c[field.name] for field in fields(Run)]


class RunRows(ScopedRows):
    """The runs of one workspace's schedules, within one transaction."""

    table = schedule_runs

    def add_once(self, run: Run) -> bool:
        """Keep a run unless its time was run already; whether it was kept."""
        return self._add_once(**asdict(run))

    def ordered(self, run: Run, job: str) -> Run:
        """Note which job does it."""
        own = (schedule_runs.c.schedule == run.schedule, schedule_runs.c.id == run.id)
        self._connection.execute(self._update(*own).values(job=job))
        return replace(run, job=job)

    def run(self, run_id: str, schedule_id: str) -> Run | None:
        """The run with this id."""
        own = (schedule_runs.c.schedule == schedule_id, schedule_runs.c.id == run_id)
        row = self._connection.execute(self._select(*COLUMNS).where(*own)).one_or_none()
        return None if row is None else Run(**row._mapping)

    def page(self, schedule_id: str, before: str | None, limit: int) -> list[Run]:
        """The newest `limit` runs of a schedule before the one named."""
        query = self._select(*COLUMNS).where(schedule_runs.c.schedule == schedule_id)
        older = query if before is None else query.where(schedule_runs.c.id < before)
        found = self._connection.execute(older.order_by(schedule_runs.c.id.desc()).limit(limit))
        return [Run(**row._mapping) for row in found]

    def last_proposal(self, schedule_id: str) -> Run | None:
        """The newest run of a schedule that proposed a draft."""
        query = self._select(*COLUMNS).where(schedule_runs.c.schedule == schedule_id, schedule_runs.c.plan.is_not(None))
        row = self._connection.execute(query.order_by(schedule_runs.c.id.desc()).limit(1)).one_or_none()
        return None if row is None else Run(**row._mapping)

    def end(self, run: Run) -> bool:
        """Write down what came of it, once; whether this was the first time."""
        own = (schedule_runs.c.schedule == run.schedule, schedule_runs.c.id == run.id)
        ended = {name: getattr(run, name) for name in ENDING}
        changed = self._connection.execute(self._update(*own, schedule_runs.c.ended_at.is_(None)).values(**ended))
        return changed.rowcount == 1


ENDING = ("ended_at", "decision", "reason", "gain", "plan", "answer", "problem")
