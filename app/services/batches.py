"""Many scenarios in one request: one job each, one status for all."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.errors import NotFoundError
from app.paths import at
from app.records.audit import Act
from app.records.callers import Caller
from app.records.jobs import Batch, JobSummary, Priority, State
from app.records.moments import is_id, seeded_at
from app.services.cursor import Page, decode, page_of
from app.services.making import KIND as JOB
from app.services.making import MakingService
from app.services.ports import Desk
from app.services.scenarios import Stated
from app.storage.database import Database
from app.storage.rows import Rows
from optimizer.errors import LimitError

KIND = "batch"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchStatus:
    """A batch, and how many of its jobs are in each state."""

    batch: Batch
    counts: Mapping[State, int]


class BatchService:
    """Accepts all scenarios of a batch, or none; workers spread them among themselves, after all other jobs."""

    def __init__(
        self,
        database: Database,
        making: MakingService,
        desk: Desk,
        most: int,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._database = database
        self._making = making
        self._desk = desk
        self._most = most
        self._clock = clock

    def check_length(self, count: int, path: str) -> None:
        """Refuse more scenarios than this installation takes at once."""
        if count > self._most:
            raise LimitError(
                "batch_too_long",
                path,
                f"are {count} scenarios, above the limit of {self._most} (batch_limit)",
                "send several batches",
            )

    def submit(
        self, caller: Caller, name: str, scenarios: Sequence[Stated], path: str, seed: str | None = None
    ) -> BatchStatus:
        """Accept the batch; for one `seed`, once. Errors of a scenario carry its place in the list at `path`."""
        for position, stated in enumerate(scenarios):
            with at(f"{path}[{position}]"):
                self._making.check(stated.scenario)
        seed = seed or self._making.seed()
        batch = Batch(
            id=f"{KIND}_{seed}", name=name, actor=caller.actor, size=len(scenarios), created_at=seeded_at(seed)
        )
        with self._database.transaction(caller.workspace) as rows:
            if rows.batches.add(batch):
                self._accept(rows, caller, batch.id, scenarios)
                at_once = len(scenarios)
                rows.audit.note(caller, Act.batch_accepted, batch.id, batch.created_at, name=name, scenarios=at_once)
        self._desk.wake()
        return self.status(caller, batch.id)

    def status(self, caller: Caller, batch_id: str) -> BatchStatus:
        """How far a batch is."""
        found = None
        if is_id(KIND, batch_id):
            with self._database.reading(caller.workspace) as rows:
                found = rows.batches.find(batch_id)
                counts = rows.jobs.counts(batch_id)
        if found is None:
            raise NotFoundError("unknown_batch", "", "no batch has this id", "use an id that POST or the list gave")
        return BatchStatus(batch=found, counts=counts)

    def jobs(self, caller: Caller, batch_id: str) -> tuple[JobSummary, ...]:
        """The jobs of a batch, in its order."""
        self.status(caller, batch_id)
        with self._database.reading(caller.workspace) as rows:
            return tuple(rows.jobs.of_batch(batch_id))

    def page(self, caller: Caller, limit: int, cursor: str | None = None) -> Page[Batch]:
        """The newest `limit` batches, after those of the page that gave the cursor."""
        before = None if cursor is None else decode(KIND, cursor)
        with self._database.reading(caller.workspace) as rows:
            return page_of(rows.batches.page(before, limit + 1), limit)

    def cancel(self, caller: Caller, batch_id: str) -> BatchStatus:
        """Cancel every job of a batch that has not ended."""
        self.status(caller, batch_id)
        with self._database.transaction(caller.workspace) as rows:
            if cancelled := rows.jobs.cancel_batch(batch_id):
                rows.audit.note(caller, Act.batch_cancelled, batch_id, self._clock() // 1000, jobs=cancelled)
        self._desk.wake()
        return self.status(caller, batch_id)

    def _accept(self, rows: Rows, caller: Caller, batch_id: str, scenarios: Sequence[Stated]) -> None:
        for position, stated in enumerate(scenarios):
            seed = self._making.seed()
            order = self._making.order(caller, stated, priority=Priority.BATCH, batch=batch_id, position=position)
            rows.jobs.accept(f"{JOB}_{seed}", seeded_at(seed), order)
