"""Jobs: what is being worked on, how far it is, and what came of what was."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from app.pages.form import FormOf
from app.pages.render import moved_to, page
from app.pages.route import PageRoute
from app.pages.visitors import Maker, Reader
from app.records.callers import Caller
from app.records.jobs import JobSelection, JobSummary, State
from app.routes.state import Jobs
from app.services.jobs import JobService

router = APIRouter(route_class=PageRoute)

SHOWN = 20
JobId = Annotated[str, Path(max_length=100)]
OPEN: tuple[State, ...] = ("running", "queued")
WORDS: dict[State, str] = {
    "queued": "waiting",
    "running": "running",
    "done": "done",
    "failed": "failed",
    "cancelled": "cancelled",
}
COLOURS: dict[State, str] = {"done": "optimal", "failed": "conflict", "cancelled": "conflict"}


@dataclass(frozen=True, kw_only=True)
class JobView:
    """A job in words; `now` in microseconds since 1970."""

    job: JobSummary
    now: int

    @property
    def state(self) -> str:
        """Where it stands."""
        return WORDS[self.job.state]

    @property
    def colour(self) -> str:
        """The kind of badge that it is shown in."""
        return COLOURS.get(self.job.state, "feasible")

    @cached_property
    def progress(self) -> dict[str, Any] | None:
        """Rounds, regions, value, bound and gap as of about a second ago."""
        found: dict[str, Any] | None = None if self.job.progress is None else json.loads(self.job.progress)
        return found

    @property
    def seconds(self) -> int | None:
        """How long it has been worked on, or was [s]."""
        if self.job.started_at is None:
            return None
        return max(0, (self.job.ended_at or self.now) - self.job.started_at) // 1_000_000

    @property
    def problem(self) -> str:
        """Why it failed."""
        return "" if self.job.problem is None else str(json.loads(self.job.problem).get("detail", ""))


@router.get("/jobs")
def list_jobs(
    visitor: Reader, request: Request, jobs: Jobs, cursor: Annotated[str | None, Query(max_length=100)] = None
) -> Response:
    """What goes on, then what went on lately, the newest first."""
    found = jobs.page(visitor, JobSelection(), SHOWN, cursor)
    going = [] if cursor else going_on(visitor, jobs)
    lately = [_view(job) for job in found.items if job.state not in OPEN]
    return page(request, "jobs.html", title="Jobs", running=going, ended=lately, next=found.next)


@router.get("/jobs/{job_id}")
def show_job(visitor: Reader, request: Request, job_id: JobId, jobs: Jobs) -> Response:
    """How far it is; once it has made a plan, on to that."""
    job = jobs.job(visitor, job_id)
    if job.plan_id is not None:
        return moved_to(f"/plans/{job.plan_id}")
    return page(request, "job.html", title=job.name, view=_view(job))


@router.post("/jobs/{job_id}/cancel")
def cancel_job(visitor: Maker, job_id: JobId, form: FormOf, jobs: Jobs) -> Response:
    """Its solver is ended; what has ended already stays as it is."""
    jobs.cancel(visitor, job_id)
    return moved_to(f"/jobs/{job_id}" if "stop" in form else "/jobs")


def going_on(visitor: Caller, jobs: JobService) -> list[JobView]:
    """Jobs that have not ended, those that are worked on first."""
    return [_view(job) for state in OPEN for job in jobs.page(visitor, JobSelection(state=state), SHOWN).items]


def _view(job: JobSummary) -> JobView:
    return JobView(job=job, now=time.time_ns() // 1000)
