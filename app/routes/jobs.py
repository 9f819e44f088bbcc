"""/v1/jobs: what is done by itself: how far it is, what came of it, and how to stop it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from app.routes.callers import Planner, Viewer
from app.routes.events import EVENT_STREAM, job_events
from app.routes.job_models import JobOut, JobPageOut, JobQuery
from app.routes.manual import problems
from app.routes.models import next_link
from app.routes.preferring import SOON
from app.routes.state import Jobs, Plans, state_of
from app.routes.whole import Whole

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=Whole)

JobId = Annotated[str, Path(description="The id that POST or the list gave.")]


@router.get("", summary="List jobs", responses=problems(422, 503))
def list_jobs(caller: Viewer, request: Request, query: Annotated[JobQuery, Query()], jobs: Jobs) -> JobPageOut:
    """Jobs newest first. Follow `next` for older ones."""
    page = jobs.page(caller, query.selection(), query.limit, query.cursor)
    return JobPageOut(jobs=[JobOut.of(job) for job in page.items], next=next_link(request, page.next))


@router.get("/{job_id}", summary="Read a job", responses=problems(404, 503))
def read_job(caller: Viewer, job_id: JobId, jobs: Jobs, response: Response) -> JobOut:
    """The job as it stands; while it has not ended, `Retry-After` says when looking again makes sense [s]."""
    job = jobs.job(caller, job_id)
    if not job.ended:
        response.headers["Retry-After"] = SOON
    return JobOut.of(job)


@router.get(
    "/{job_id}/events",
    summary="Follow a job",
    response_class=StreamingResponse,
    responses=problems(404, 422, 503) | EVENT_STREAM,
)
def follow_job(
    caller: Viewer,
    request: Request,
    job_id: JobId,
    jobs: Jobs,
    plans: Plans,
    last_event_id: Annotated[int | None, Header(ge=0, le=2**31, description="The id of the last event seen.")] = None,
) -> Response:
    """Server-sent events: `progress`, with the job, whenever something happened to it; then one last event, after
    which the stream ends: `done` with the plan, `failed` with the problem, or `cancelled` with the job. Comments in
    between keep the connection open. A service that stops ends the stream early. A client that comes back with
    `Last-Event-ID` misses nothing and sees nothing twice; 204 when it has seen the end."""
    job = jobs.job(caller, job_id)
    if job.ended and last_event_id is not None and last_event_id >= job.version:
        return Response(status_code=204)
    events = job_events(caller, job_id, jobs, plans, last_event_id, state_of(request).leaving)
    return StreamingResponse(events, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


@router.delete("/{job_id}", summary="Cancel a job", responses=problems(404, 503))
def cancel_job(caller: Planner, job_id: JobId, jobs: Jobs) -> JobOut:
    """Stop the job and end its solver; it stays in the list as `cancelled`. A job that has ended stays as it is, so
    that cancelling twice is the same as once."""
    return JobOut.of(jobs.cancel(caller, job_id))


@router.post("/{job_id}/cancel", summary="Cancel a job (POST)", responses=problems(404, 503))
def post_cancel(caller: Planner, job_id: JobId, jobs: Jobs) -> JobOut:
    """The same as DELETE, for clients that cannot send that."""
    return JobOut.of(jobs.cancel(caller, job_id))
