"""The queue as workers see it: the one place that looks across workspaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, delete, func, select, tuple_, update

from app.records.jobs import ENDED, Job, State
from app.storage.clock import now, span
from app.storage.jobs import WHOLE
from app.storage.tables import batches, jobs, schedule_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How many jobs wait, how many run, and since when the oldest that could begin has waited [s]."""

    queued: int
    running: int
    age: float


class QueueRows:
    """All jobs, within one transaction. A claim is a lease: it holds for a while after each renewal."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def any_ready(self, kinds: Sequence[str]) -> bool:
        """Whether some job of these kinds could begin."""
        some = select(jobs.c.id).where(*_ready(), jobs.c.kind.in_(kinds)).limit(1)
        return self._connection.scalar(some) is not None

    def claim(self, worker: str, lease: float, kinds: Sequence[str]) -> Job | None:
        """The job of these kinds that comes next, now the worker's for `lease` [s]; no two workers get the same."""
        first = (
            select(jobs.c.id)
            .where(*_ready(), jobs.c.kind.in_(kinds))
            .order_by(jobs.c.priority, jobs.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        )
        taken = {
            "state": "running",
            "worker": worker,
            "attempts": jobs.c.attempts + 1,
            "started_at": func.coalesce(jobs.c.started_at, now()),
            "lease_until": now() + span(lease),
            "version": jobs.c.version + 1,
        }
        # The state is asked for again: on PostgreSQL the subquery alone may see a row that another has taken since.
        statement = update(jobs).where(jobs.c.id == first, jobs.c.state == "queued").values(taken).returning(*WHOLE)
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else Job(**row._mapping)

    def renew(self, worker: str, job_ids: Sequence[str], lease: float) -> set[str]:
        """Prolong the worker's claims; those that it still has."""
        statement = (
            update(jobs)
            .where(jobs.c.id.in_(job_ids), jobs.c.worker == worker, jobs.c.state == "running")
            .values(lease_until=now() + span(lease))
            .returning(jobs.c.id)
        )
        return set(self._connection.scalars(statement))

    def tell(self, worker: str, progress: Mapping[str, str]) -> None:
        """Write down how far the worker's jobs are."""
        for job_id, text in progress.items():
            mine = (jobs.c.id == job_id, jobs.c.worker == worker, jobs.c.state == "running")
            self._connection.execute(update(jobs).where(*mine).values(progress=text, version=jobs.c.version + 1))

    def any_lapsed(self) -> bool:
        """Whether some worker has not renewed its claim."""
        return self._connection.scalar(select(jobs.c.id).where(*_lapsed()).limit(1)) is not None

    def sweep(self, attempts: int, problem: str) -> None:
        """Put the jobs of workers that are gone back; one begun `attempts` times has failed, with this problem."""
        over = update(jobs).where(*_lapsed(), jobs.c.attempts >= attempts)
        self._connection.execute(over.values(_freed("failed") | {"ended_at": now(), "problem": problem}))
        self._connection.execute(update(jobs).where(*_lapsed()).values(_freed("queued")))

    def hand_back(self, worker: str) -> None:
        """Put every job of the worker back, as if it had not begun: others go on."""
        values = _freed("queued") | {"attempts": jobs.c.attempts - 1}
        self._connection.execute(update(jobs).where(jobs.c.worker == worker, jobs.c.state == "running").values(values))

    def forget(self, seconds: float, most: int) -> int:
        """Delete up to `most` jobs that ended so long ago, and batches whose jobs all have: how many jobs.

        A job stays as long as its batch does, and as long as a run needs it to be settled by.
        """
        before = now() - span(seconds)
        over = (jobs.c.state.in_(ENDED), jobs.c.ended_at < before)
        own = select(jobs.c.id).where(jobs.c.workspace == batches.c.workspace, jobs.c.batch == batches.c.id)
        lasting = own.where(~and_(*over))
        self._connection.execute(delete(batches).where(batches.c.created_at < before, ~lasting.exists()))
        needed = (
            _beside(batches).where(batches.c.id == jobs.c.batch),
            _beside(schedule_runs).where(schedule_runs.c.job == jobs.c.id, schedule_runs.c.ended_at.is_(None)),
        )
        free = [~query.correlate(jobs).exists() for query in needed]
        some = select(jobs.c.workspace, jobs.c.id).where(*over, *free).order_by(jobs.c.id).limit(most)
        gone = delete(jobs).where(tuple_(jobs.c.workspace, jobs.c.id).in_(some))
        return self._connection.execute(gone).rowcount

    def depth(self) -> Depth:
        """What stands in the queue."""
        by_state = select(jobs.c.state, func.count().label("number")).group_by(jobs.c.state)
        open_ones = by_state.where(jobs.c.state.in_(("queued", "running")))
        counts = {row.state: row.number for row in self._connection.execute(open_ones)}
        oldest = self._connection.scalar(select(now() - func.min(jobs.c.due_at)).where(*_ready()))
        return Depth(queued=counts.get("queued", 0), running=counts.get("running", 0), age=(oldest or 0) / span(1.0))


def _beside(table: Table) -> Select[Any]:
    """Rows of another table in the workspace of the job."""
    return select(table.c.id).where(table.c.workspace == jobs.c.workspace)


def _ready() -> tuple[ColumnElement[bool], ...]:
    return jobs.c.state == "queued", jobs.c.due_at <= now()


def _lapsed() -> tuple[ColumnElement[bool], ...]:
    return jobs.c.state == "running", jobs.c.lease_until < now()


def _freed(state: State) -> dict[str, object]:
    return {"state": state, "worker": None, "lease_until": None, "version": jobs.c.version + 1}
