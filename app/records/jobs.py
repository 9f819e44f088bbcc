"""Jobs and batches of them, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal, Self

State = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")


class Priority(IntEnum):
    """Who comes first when a worker is free."""

    INTERACTIVE = 0
    SCHEDULED = 1
    BATCH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSummary:
    """What a list of jobs shows. Times are microseconds since 1970, UTC; `progress` and `problem` are JSON texts."""

    id: str
    workspace: str
    kind: str
    name: str
    actor: str
    state: State
    priority: int
    batch: str | None
    position: int | None
    attempts: int
    created_at: int
    started_at: int | None
    ended_at: int | None
    progress: str | None
    plan_id: str | None
    problem: str | None
    version: int

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A job to be accepted. `key`: of two orders with one key in a workspace the second is not stored.

    `delay` [s] before it may begin.
    """

    kind: str
    payload: str
    name: str
    actor: str
    priority: Priority
    key: str | None = None
    batch: str | None = None
    position: int | None = None
    delay: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(JobSummary):
    """A summary with its workspace, what is to be done, as the text that its kind understands, and by whom."""

    workspace: str
    payload: str
    worker: str | None

    @classmethod
    def begun(cls, job_id: str, created_at: int, order: Order, workspace: str, worker: str) -> Self:
        """The job of an order that `worker` begins in the moment it is accepted."""
        return cls(
            id=job_id,
            workspace=workspace,
            kind=order.kind,
            name=order.name,
            actor=order.actor,
            state="running",
            priority=order.priority,
            batch=order.batch,
            position=order.position,
            payload=order.payload,
            attempts=1,
            worker=worker,
            created_at=created_at,
            started_at=created_at,
            ended_at=None,
            progress=None,
            plan_id=None,
            problem=None,
            version=1,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSelection:
    """Which jobs a list holds: those before the job `before`, by id."""

    state: State | None = None
    kind: str | None = None
    batch: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What became of a job: `plan_id` when a plan was made, `problem` [JSON] when it failed."""

    state: State
    plan_id: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Jobs that were ordered together: `size` of them."""

    id: str
    name: str
    actor: str
    size: int
    created_at: int
