"""/v1/schedules: re-optimisations that are made again and again, and what came of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.routes.body import Body
from app.routes.callers import Planner, Viewer
from app.routes.manual import problems, takes
from app.routes.models import ListQuery, next_link
from app.routes.preconditions import ExpectedVersion, etag
from app.routes.state import Schedules, SettingsOf
from app.routes.whole import Whole
from app.schemas.body import read_json
from app.schemas.schedules import RunOut, RunPageOut, ScheduleIn, ScheduleOut, SchedulePageOut, TimedScheduleOut
from app.services.cron import Cron
from app.services.schedules import Timed

router = APIRouter(prefix="/v1/schedules", tags=["schedules"], route_class=Whole)

ScheduleId = Annotated[str, Path(description="The id that POST or the list gave.")]


@router.post(
    "",
    status_code=201,
    summary="Make a schedule",
    responses=problems(400, 408, 413, 415, 422, 503),
    openapi_extra=takes(ScheduleIn),
)
def create_schedule(
    caller: Planner, body: Body, schedules: Schedules, settings: SettingsOf, response: Response
) -> TimedScheduleOut:
    """At each due time the rest of the scenario is planned again, given the actuals so far. Only when the gain over
    keeping the plan in force reaches the threshold, or it cannot be kept, a draft is proposed. Each due time is run
    once, whatever the number of processes; after downtime the latest one that was missed is."""
    given = ScheduleIn.model_validate(read_json(body, settings.body_limit))
    cron = Cron(expression=given.cron, zone=given.zone)
    return _timed(schedules.create(caller, given.name, cron, given.terms()), response)


@router.put(
    "/{schedule_id}",
    summary="Change a schedule",
    responses=problems(400, 404, 408, 412, 413, 415, 422, 428, 503),
    openapi_extra=takes(ScheduleIn),
)
def change_schedule(
    caller: Planner,
    schedule_id: ScheduleId,
    expected: ExpectedVersion,
    body: Body,
    schedules: Schedules,
    settings: SettingsOf,
    response: Response,
) -> TimedScheduleOut:
    """Another name, time or terms in place of those there are, after the version that `If-Match` names. Its runs stay,
    and so does whether it is paused; a run that waits takes the new terms."""
    given = ScheduleIn.model_validate(read_json(body, settings.body_limit))
    cron = Cron(expression=given.cron, zone=given.zone)
    changed = schedules.change(caller, schedule_id, given.name, cron, given.terms(), expected)
    return _timed(changed, response)


@router.get("", summary="List schedules", responses=problems(422, 503))
def list_schedules(
    caller: Viewer, request: Request, query: Annotated[ListQuery, Query()], schedules: Schedules
) -> SchedulePageOut:
    """The schedules of this workspace, newest first, with those that are paused."""
    page = schedules.page(caller, query.limit, query.cursor)
    return SchedulePageOut(schedules=[ScheduleOut.of(own) for own in page.items], next=next_link(request, page.next))


@router.get("/{schedule_id}", summary="Read a schedule", responses=problems(404, 503))
def read_schedule(
    caller: Viewer, schedule_id: ScheduleId, schedules: Schedules, response: Response
) -> TimedScheduleOut:
    """A schedule, and the next five times at which it is due, in words, too."""
    return _timed(schedules.schedule(caller, schedule_id), response)


@router.delete("/{schedule_id}", summary="Delete a schedule", responses=problems(404, 503))
def delete_schedule(caller: Planner, schedule_id: ScheduleId, schedules: Schedules) -> ScheduleOut:
    """It is never due again. What it proposed stays. The answer is the schedule as it was."""
    return ScheduleOut.of(schedules.delete(caller, schedule_id))


@router.post("/{schedule_id}/pause", summary="Pause a schedule", responses=problems(404, 503))
def pause_schedule(
    caller: Planner, schedule_id: ScheduleId, schedules: Schedules, response: Response
) -> TimedScheduleOut:
    """It is not due until it is resumed. A run that has begun goes on."""
    return _timed(schedules.pause(caller, schedule_id), response)


@router.post("/{schedule_id}/resume", summary="Resume a schedule", responses=problems(404, 503))
def resume_schedule(
    caller: Planner, schedule_id: ScheduleId, schedules: Schedules, response: Response
) -> TimedScheduleOut:
    """It is due again from now on; what it would have been due for meanwhile is left out."""
    return _timed(schedules.resume(caller, schedule_id), response)


@router.post("/{schedule_id}/runs", status_code=202, summary="Trigger a run", responses=problems(404, 409, 503))
def trigger_run(caller: Planner, schedule_id: ScheduleId, schedules: Schedules) -> RunOut:
    """A run now, beside those that are due; of a paused schedule, too. Read it until it is `waiting` no more."""
    return RunOut.of(schedules.trigger(caller, schedule_id))


@router.get("/{schedule_id}/runs", summary="List runs", responses=problems(404, 422, 503))
def list_runs(
    caller: Viewer,
    request: Request,
    schedule_id: ScheduleId,
    query: Annotated[ListQuery, Query()],
    schedules: Schedules,
) -> RunPageOut:
    """What came of a schedule, newest first: each verdict, and the draft that was proposed."""
    page = schedules.runs(caller, schedule_id, query.limit, query.cursor)
    return RunPageOut(runs=[RunOut.of(run) for run in page.items], next=next_link(request, page.next))


@router.get("/{schedule_id}/runs/{run_id}", summary="Read a run", responses=problems(404, 503))
def read_run(
    caller: Viewer,
    schedule_id: ScheduleId,
    run_id: Annotated[str, Path(description="The id that the trigger or the list gave.")],
    schedules: Schedules,
) -> RunOut:
    """One run: its verdict with both values, the gain and what was proved, goals, and the draft it proposes."""
    return RunOut.of(schedules.run(caller, schedule_id, run_id))


def _timed(timed: Timed, response: Response) -> TimedScheduleOut:
    response.headers.update(etag(timed.schedule.version, timed.schedule.next_at))
    return TimedScheduleOut.timed(timed.schedule, timed.due, timed.words)
