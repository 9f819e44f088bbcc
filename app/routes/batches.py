"""/v1/batches: many scenarios in one request."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.routes.body import Body
from app.routes.callers import Planner, Viewer
from app.routes.job_models import BatchHeadOut, BatchJobsOut, BatchOut, BatchPageOut, JobOut
from app.routes.manual import problems, takes
from app.routes.models import next_link
from app.routes.once import Seed
from app.routes.preferring import ACCEPTED, accepted
from app.routes.state import Batches, Scenarios, SettingsOf
from app.routes.stating import stated_scenario
from app.schemas.batch import BatchIn
from app.schemas.body import read_json
from app.validation import placed

router = APIRouter(prefix="/v1/batches", tags=["batches"])

BatchId = Annotated[str, Path(description="The id that POST or the list gave.")]
Limit = Annotated[int, Query(ge=1, le=100, description="How many batches a page holds.")]
Cursor = Annotated[str | None, Query(max_length=100, description="From `next` of a page; not to be made up.")]


@router.post(
    "",
    status_code=202,
    summary="Plan many scenarios",
    response_model=BatchOut,
    responses=problems(400, 404, 408, 413, 415, 422, 503) | {202: ACCEPTED[202] | {"model": BatchOut}},
    openapi_extra=takes(BatchIn),
)
def make_batch(
    caller: Planner, body: Body, batches: Batches, scenarios: Scenarios, settings: SettingsOf, seed: Seed
) -> Response:
    """Accept many scenarios, each whole or as a change of one base: all of them, or none when one is wrong. Each
    becomes a job; workers spread them among themselves, after everything that somebody waits for."""
    given = BatchIn.model_validate(read_json(body, settings.body_limit))
    documents = given.documents()
    batches.check_length(len(documents), given.path)
    stated = []
    for position, document in enumerate(documents):
        with placed(given.path, position):
            stated.append(stated_scenario(caller, document, scenarios))
    status = batches.submit(caller, given.name, stated, given.path, seed)
    return accepted(BatchOut.of(status), f"/v1/batches/{status.batch.id}")


@router.get("", summary="List batches", responses=problems(422, 503))
def list_batches(
    caller: Viewer, request: Request, batches: Batches, limit: Limit = 20, cursor: Cursor = None
) -> BatchPageOut:
    """Batches newest first. Follow `next` for older ones."""
    page = batches.page(caller, limit, cursor)
    return BatchPageOut(batches=[BatchHeadOut.head(each) for each in page.items], next=next_link(request, page.next))


@router.get("/{batch_id}", summary="Read a batch", responses=problems(404, 503))
def read_batch(caller: Viewer, batch_id: BatchId, batches: Batches) -> BatchOut:
    """How many of its jobs are in each state; `done` once every one of them has ended."""
    return BatchOut.of(batches.status(caller, batch_id))


@router.get("/{batch_id}/jobs", summary="Read a batch's jobs", responses=problems(404, 503))
def read_batch_jobs(caller: Viewer, batch_id: BatchId, batches: Batches) -> BatchJobsOut:
    """Its jobs in the order of its scenarios, each with its plan once there is one."""
    return BatchJobsOut(jobs=[JobOut.of(job) for job in batches.jobs(caller, batch_id)])


@router.delete("/{batch_id}", summary="Cancel a batch", responses=problems(404, 503))
def cancel_batch(caller: Planner, batch_id: BatchId, batches: Batches) -> BatchOut:
    """Cancel every job of it that has not ended; plans that were made stay."""
    return BatchOut.of(batches.cancel(caller, batch_id))
