"""The jobs of one workspace: accepted, looked at, cancelled, ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields

from sqlalchemy import ColumnElement, func

from app.records.jobs import ENDED, Ending, Job, JobSelection, JobSummary, Order, State
from app.storage.clock import now, span
from app.storage.scoped import ScopedRows
from app.storage.tables import jobs

SUMMARY = [jobs.c[field.name] for field in fields(JobSummary)]
WHOLE = [jobs.c[field.name] for field in fields(Job)]


class JobRows(ScopedRows):
    """The jobs of one workspace, within one transaction."""

    table = jobs

    def accept(self, job_id: str, created_at: int, order: Order) -> str:
        """Store an order as a queued job; its id, or that of the job which has the order's key already."""
        stated = asdict(order)
        due_at = now() + span(stated.pop("delay"))
        values = stated | {"id": job_id, "created_at": created_at, "state": "queued", "attempts": 0, "version": 1}
        if self._add_once(**values, due_at=due_at) or order.key is None:
            return job_id
        known: str | None = self._connection.scalar(self._select(jobs.c.id).where(jobs.c.key == order.key))
        return job_id if known is None else known

    def begin(self, job: Job, lease: float) -> bool:
        """Store a job that its worker has begun, as if claimed now for `lease` [s]; False when it is there already."""
        values = asdict(job)
        del values["workspace"]
        return self._add_once(**values, due_at=now(), lease_until=now() + span(lease))

    def find(self, job_id: str) -> JobSummary | None:
        """A job by its id."""
        row = self._connection.execute(self._select(*SUMMARY).where(jobs.c.id == job_id)).one_or_none()
        return None if row is None else JobSummary(**row._mapping)

    def page(self, selection: JobSelection, limit: int) -> list[JobSummary]:
        """The newest `limit` jobs of the selection."""
        query = self._select(*SUMMARY).where(*_conditions(selection)).order_by(jobs.c.id.desc()).limit(limit)
        return [JobSummary(**row._mapping) for row in self._connection.execute(query)]

    def of_batch(self, batch: str) -> list[JobSummary]:
        """The jobs of a batch, in its order."""
        query = self._select(*SUMMARY).where(jobs.c.batch == batch).order_by(jobs.c.position)
        return [JobSummary(**row._mapping) for row in self._connection.execute(query)]

    def counts(self, batch: str) -> Mapping[State, int]:
        """How many jobs of a batch are in each state."""
        by_state = self._select(jobs.c.state, func.count()).where(jobs.c.batch == batch).group_by(jobs.c.state)
        return {row[0]: row[1] for row in self._connection.execute(by_state)}

    def cancel(self, job_id: str) -> bool:
        """Cancel a job that has not ended, and whoever runs it has lost it: whether there was one."""
        return self._cancel(jobs.c.id == job_id) > 0

    def cancel_batch(self, batch: str) -> int:
        """The same for every job of a batch: how many there were."""
        return self._cancel(jobs.c.batch == batch)

    def end(self, job: Job, ending: Ending) -> bool:
        """End a job claimed as `job` says; False when that claim is lost: then nothing may be stored for it."""
        values = asdict(ending) | {"ended_at": now(), "lease_until": None, "version": jobs.c.version + 1}
        return self._connection.execute(self._update(*claimed(job)).values(values)).rowcount == 1

    def postpone(self, job: Job, delay: float) -> None:
        """Put a claimed job back: it may begin again after `delay` [s]."""
        values = {"state": "queued", "worker": None, "lease_until": None, "version": jobs.c.version + 1}
        self._connection.execute(self._update(*claimed(job)).values(due_at=now() + span(delay), **values))

    def _cancel(self, *which: ColumnElement[bool]) -> int:
        values = {"state": "cancelled", "ended_at": now(), "lease_until": None, "version": jobs.c.version + 1}
        return self._connection.execute(self._update(jobs.c.state.not_in(ENDED), *which).values(values)).rowcount


def claimed(job: Job) -> tuple[ColumnElement[bool], ...]:
    """The row is still as this claim left it: no other worker, no cancellation came between."""
    return (
        jobs.c.id == job.id,
        jobs.c.state == "running",
        jobs.c.worker == job.worker,
        jobs.c.attempts == job.attempts,
    )


def _conditions(selection: JobSelection) -> list[ColumnElement[bool]]:
    bounds = {
        "state": None if selection.state is None else jobs.c.state == selection.state,
        "kind": None if selection.kind is None else jobs.c.kind == selection.kind,
        "batch": None if selection.batch is None else jobs.c.batch == selection.batch,
        "before": None if selection.before is None else jobs.c.id < selection.before,
    }
    return [bound for bound in bounds.values() if bound is not None]
