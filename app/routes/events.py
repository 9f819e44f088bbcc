"""A job as server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from fastapi.concurrency import run_in_threadpool

from app.errors import BusyError
from app.records.callers import Caller
from app.records.jobs import JobSummary
from app.routes.job_models import JobOut
from app.services.jobs import JobService
from app.services.plans import PlanService
from app.services.stop import Stop

LOOK = 0.5  # seconds between looks at the job
HEARTBEAT = 10.0  # seconds of silence, after which proxies might close the connection
LONGEST = 600.0  # seconds of one stream: the client then comes back by itself

EVENT_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The events.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    204: {"description": "There is nothing after the event that `Last-Event-ID` names."},
}


async def job_events(
    caller: Caller, job_id: str, jobs: JobService, plans: PlanService, seen: int | None, leaving: Stop
) -> AsyncIterator[str]:
    """What happens to the job after the event `seen`, until it has ended or the service is leaving."""
    yield "retry: 1000\n\n"
    version, spoke, began = seen or 0, time.monotonic(), time.monotonic()
    while time.monotonic() - began < LONGEST:
        news = await run_in_threadpool(_news, caller, job_id, version, jobs, plans)
        if news is not None:
            job, event = news
            yield event
            version, spoke = job.version, time.monotonic()
            if job.ended:
                return
        elif time.monotonic() - spoke > HEARTBEAT:
            yield ": still here\n\n"
            spoke = time.monotonic()
        if leaving.is_set:
            return
        await asyncio.sleep(LOOK)


def _news(
    caller: Caller, job_id: str, version: int, jobs: JobService, plans: PlanService
) -> tuple[JobSummary, str] | None:
    """The job and its event after that version; None for nothing new, or while the database is away for the moment."""
    try:
        job = jobs.job(caller, job_id)
        return (job, _event(caller, job, plans)) if job.version > version or job.ended else None
    except BusyError:
        return None


def _event(caller: Caller, job: JobSummary, plans: PlanService) -> str:
    """One event; what is stored has no line breaks in it."""
    name, data = "progress", JobOut.of(job).model_dump_json()
    match job.state:
        case "done" if job.plan_id is not None:
            name, data = "done", plans.plan(caller, job.plan_id)
        case "failed" if job.problem is not None:
            name, data = "failed", job.problem
        case "done" | "failed" | "cancelled":
            name = job.state
        case "queued" | "running":
            pass
    return f"id: {job.version}\nevent: {name}\ndata: {data}\n\n"
