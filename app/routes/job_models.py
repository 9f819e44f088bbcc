"""Jobs and batches on the wire."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from app.records.jobs import Batch, JobSelection, JobSummary, Priority, State
from app.records.moments import moment
from app.schemas.base import Answer
from app.services.batches import BatchStatus

PriorityName = Literal["interactive", "scheduled", "batch"]
NAMES: dict[int, PriorityName] = {
    Priority.INTERACTIVE: "interactive",
    Priority.SCHEDULED: "scheduled",
    Priority.BATCH: "batch",
}


class ProgressOut(Answer):
    """How far a solve is; null where nothing is known yet."""

    rounds: int = Field(description="Times that curves were looked at again.")
    nodes: int = Field(description="Regions that were looked at.")
    value: float | None = Field(description="Of the best plan so far [units of the objective].")
    bound: float | None = Field(description="What no plan can pass [units of the objective].")
    gap: float | None = Field(description="|bound − value| / |value| [1].")
    seconds: float = Field(description="Since the solve began [s].")


class JobOut(Answer):
    """Something that is done by itself; what it comes to is kept."""

    id: str = Field(description="Sorts by time.", examples=["job_0653f0a1b2c3d4e5f60718293a4b5c"])
    kind: str = Field(description="What is done.", examples=["plan"])
    name: str = Field(description="Of the scenario.")
    actor: str = Field(description="Who asked for it.")
    state: State = Field(description="`queued` and `running` become one of the others, which stay.")
    priority: PriorityName = Field(description="Interactive jobs come first, batches last.")
    batch: str | None = Field(description="The batch it belongs to.")
    position: int | None = Field(description="Its place in the batch, from 0.")
    attempts: int = Field(description="Times it was begun: more than once when a process ended meanwhile.")
    created_at: datetime = Field(description="UTC.")
    started_at: datetime | None = Field(description="UTC.")
    ended_at: datetime | None = Field(description="UTC.")
    progress: ProgressOut | None = Field(description="As of about a second ago.")
    plan_id: str | None = Field(description="The plan that it made: GET /v1/plans/{id}.")
    problem: dict[str, Any] | None = Field(description="Why it failed, as the problem that POST would have answered.")

    @classmethod
    def of(cls, job: JobSummary) -> Self:
        """The wire form of a job."""
        return cls(
            id=job.id,
            kind=job.kind,
            name=job.name,
            actor=job.actor,
            state=job.state,
            priority=NAMES[job.priority],
            batch=job.batch,
            position=job.position,
            attempts=job.attempts,
            created_at=moment(job.created_at),
            started_at=_moment(job.started_at),
            ended_at=_moment(job.ended_at),
            progress=None if job.progress is None else ProgressOut(**json.loads(job.progress)),
            plan_id=job.plan_id,
            problem=None if job.problem is None else json.loads(job.problem),
        )


class JobPageOut(Answer):
    """Some jobs, newest first."""

    jobs: list[JobOut]
    next: str | None = Field(description="Address of the page after this one; null on the last.")


class JobQuery(BaseModel):
    """Which jobs to list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=20, ge=1, le=100, description="How many jobs a page holds.")
    cursor: str | None = Field(default=None, max_length=100, description="From `next` of a page; not to be made up.")
    state: State | None = Field(default=None, description="Only jobs in this state.")
    kind: str | None = Field(default=None, max_length=32, pattern="^[a-z_]+$", description="Only jobs of this kind.")
    batch: str | None = Field(default=None, max_length=36, pattern="^[a-z0-9_]+$", description="Only of this batch.")

    def selection(self) -> JobSelection:
        """The query in the words of the storage."""
        return JobSelection(state=self.state, kind=self.kind, batch=self.batch)


class CountsOut(Answer):
    """How many jobs are in each state."""

    queued: int = 0
    running: int = 0
    done: int = 0
    failed: int = 0
    cancelled: int = 0


class BatchHeadOut(Answer):
    """A batch in a list."""

    id: str = Field(description="Sorts by time.", examples=["batch_0653f0a1b2c3d4e5f60718293a4b5c"])
    name: str
    actor: str = Field(description="Who asked for it.")
    size: int = Field(description="How many scenarios it has.")
    created_at: datetime = Field(description="UTC.")

    @classmethod
    def head(cls, batch: Batch) -> BatchHeadOut:
        """The wire form of a batch without its jobs."""
        return BatchHeadOut(**_head(batch))


class BatchOut(BatchHeadOut):
    """Many scenarios that were sent together, one job each."""

    state: Literal["running", "done"] = Field(description="`done` when every job has ended, in whatever way.")
    counts: CountsOut

    @classmethod
    def of(cls, status: BatchStatus) -> Self:
        """The wire form of a batch."""
        is_open = status.counts.get("queued", 0) + status.counts.get("running", 0) > 0
        counts = CountsOut.model_validate(dict(status.counts))
        return cls(**_head(status.batch), state="running" if is_open else "done", counts=counts)


class BatchPageOut(Answer):
    """Some batches, newest first."""

    batches: list[BatchHeadOut]
    next: str | None = Field(description="Address of the page after this one; null on the last.")


class BatchJobsOut(Answer):
    """The jobs of a batch, in the order of its scenarios."""

    jobs: list[JobOut]


def _head(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "name": batch.name,
        "actor": batch.actor,
        "size": batch.size,
        "created_at": moment(batch.created_at),
    }


def _moment(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else moment(microseconds)
