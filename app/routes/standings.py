"""/v1/plans/{id}/standing, /approval, /baseline: what is decided about a plan, beside it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.records.standings import Standing
from app.routes.body import Body
from app.routes.callers import Approver, Planner, Viewer
from app.routes.manual import problems, takes
from app.routes.plans import PlanId
from app.routes.preconditions import ExpectedVersion, etag
from app.routes.state import SettingsOf, Standings
from app.routes.whole import Whole
from app.schemas.body import read_json
from app.schemas.standing import AnnotationIn, StandingOut
from app.services.standings import StandingService

router = APIRouter(prefix="/v1/plans/{plan_id}", tags=["plans"], route_class=Whole)


@router.get("/standing", summary="Read how a plan stands", responses=problems(404, 503))
def read_standing(caller: Viewer, plan_id: PlanId, standings: Standings, response: Response) -> StandingOut:
    """draft, approved, or baseline; who approved it and when; notes and pin. With an ETag of its own: the plan itself
    never changes."""
    return _told(standings.standing(caller, plan_id), response)


@router.put(
    "/standing",
    summary="Annotate a plan",
    responses=problems(400, 404, 408, 412, 413, 415, 422, 428, 503),
    openapi_extra=takes(AnnotationIn),
)
def annotate_plan(
    caller: Planner,
    plan_id: PlanId,
    expected: ExpectedVersion,
    body: Body,
    standings: Standings,
    settings: SettingsOf,
    response: Response,
) -> StandingOut:
    """Put notes and a pin on a plan, in place of those there are, after the revision that `If-Match` names. Once the
    plan is approved, only approvers may."""
    given = AnnotationIn.model_validate(read_json(body, settings.body_limit))
    return _told(standings.annotate(caller, plan_id, given.notes, given.pinned, expected), response)


@router.post("/approval", summary="Approve a plan", responses=problems(404, 409, 412, 503))
def approve_plan(caller: Approver, plan_id: PlanId, standings: Standings, response: Response) -> StandingOut:
    """From now on only approvers change how it stands. A plan without allocations cannot be approved; approving again
    changes nothing."""
    return _told(standings.take(StandingService.approve, caller, plan_id), response)


@router.delete("/approval", summary="Withdraw an approval", responses=problems(404, 409, 412, 503))
def withdraw_approval(caller: Approver, plan_id: PlanId, standings: Standings, response: Response) -> StandingOut:
    """A draft again. A baseline has to be replaced or released first."""
    return _told(standings.take(StandingService.withdraw, caller, plan_id), response)


@router.post("/baseline", summary="Make a plan the baseline", responses=problems(404, 409, 412, 503))
def make_baseline(caller: Approver, plan_id: PlanId, standings: Standings, response: Response) -> StandingOut:
    """The stored scenario that it was made from is held to this approved plan. There is one baseline of a scenario: the
    one before is approved still, and baseline no longer."""
    return _told(standings.take(StandingService.make_baseline, caller, plan_id), response)


@router.delete("/baseline", summary="Release a baseline", responses=problems(404, 412, 503))
def release_baseline(caller: Approver, plan_id: PlanId, standings: Standings, response: Response) -> StandingOut:
    """Approved, and baseline no longer: its scenario has none then."""
    return _told(standings.take(StandingService.release, caller, plan_id), response)


def _told(standing: Standing, response: Response) -> StandingOut:
    response.headers.update(etag(standing.revision))
    return StandingOut.of(standing)
