"""Jobs as their workspace sees them: looked at, waited for, cancelled."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from app.errors import NotFoundError
from app.records.audit import Act
from app.records.callers import Caller
from app.records.jobs import JobSelection, JobSummary
from app.records.moments import is_id
from app.services.cursor import Page, decode, page_of
from app.services.ports import Desk
from app.storage.database import Database

KIND = "job"


class JobService:
    """Reads jobs and cancels them; others accept them and do them."""

    def __init__(self, database: Database, desk: Desk, clock: Callable[[], int] = time.time_ns) -> None:
        self._database = database
        self._desk = desk
        self._clock = clock

    def job(self, caller: Caller, job_id: str) -> JobSummary:
        """A job as it stands."""
        found = None
        if is_id(KIND, job_id):
            with self._database.reading(caller.workspace) as rows:
                found = rows.jobs.find(job_id)
        if found is None:
            raise NotFoundError("unknown_job", "", "no job has this id", "use an id that POST or the list gave")
        return found

    def page(self, caller: Caller, selection: JobSelection, limit: int, cursor: str | None = None) -> Page[JobSummary]:
        """The newest `limit` jobs of the selection, after those of the page that gave the cursor."""
        if cursor is not None:
            selection = replace(selection, before=decode(KIND, cursor))
        with self._database.reading(caller.workspace) as rows:
            found = rows.jobs.page(selection, limit + 1)
        return page_of(found, limit)

    def cancel(self, caller: Caller, job_id: str) -> JobSummary:
        """Cancel a job, and have its solver ended; a job that has ended stays as it is."""
        self.job(caller, job_id)
        with self._database.transaction(caller.workspace) as rows:
            if rows.jobs.cancel(job_id):
                rows.audit.note(caller, Act.job_cancelled, job_id, self._clock() // 1000)
        self._desk.wake()
        return self.job(caller, job_id)
