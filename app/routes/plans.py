"""/v1/plans: make a plan, find it again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.routes.body import Body
from app.routes.manual import problems, takes
from app.routes.models import PageQuery, PlanPageOut, StoredPlanOut
from app.routes.state import Plans, SettingsOf
from app.schemas.scenario import ScenarioIn, read_scenario

router = APIRouter(prefix="/v1/plans", tags=["plans"])

PlanId = Annotated[str, Path(description="The id that POST or the list gave.")]


@router.post(
    "",
    status_code=201,
    summary="Make a plan",
    response_model=StoredPlanOut,
    responses=problems(400, 408, 413, 415, 422, 503),
    openapi_extra=takes(ScenarioIn),
)
def make_plan(body: Body, plans: Plans, settings: SettingsOf) -> Response:
    """Solve the scenario and store the plan, whatever its status: `optimal` and `feasible` carry
    allocations, `conflict` says which goals and rules cannot all hold, `no_plan` that time ran out before any
    plan was found. Each is a result about this scenario and is answered 201; only what could not be read, was
    too large, or failed inside is a problem, and then nothing is stored. A solve ends at the latest one
    second after `solve.time_limit`.
    """
    made = plans.make(read_scenario(body, settings.body_limit))
    return _json(made.text, 201, {"Location": f"/v1/plans/{made.id}"})


@router.get("", summary="List plans", responses=problems(422, 503))
def list_plans(request: Request, query: Annotated[PageQuery, Query()], plans: Plans) -> PlanPageOut:
    """Plans newest first, without their allocations. Follow `next` for older ones: a page never shows a plan
    twice or leaves one out, however many are made meanwhile."""
    page = plans.page(query.selection(), query.limit, query.cursor)
    link = page.next and f"{request.url.path}?{request.url.include_query_params(cursor=page.next).query}"
    return PlanPageOut.of(page, link)


@router.get("/{plan_id}", summary="Read a plan", response_model=StoredPlanOut, responses=problems(404, 503))
def read_plan(plan_id: PlanId, plans: Plans) -> Response:
    """The plan as it was answered when it was made, to the byte: plans are immutable."""
    return _json(plans.plan(plan_id))


@router.get(
    "/{plan_id}/scenario",
    summary="Read a plan's scenario",
    responses=problems(404, 503) | {200: {"description": "A document for POST /v1/plans.", "content": {}}},
    openapi_extra={"x-answers": ScenarioIn.__name__},
)
def read_plan_scenario(plan_id: PlanId, plans: Plans) -> Response:
    """The scenario that the plan answers, in its canonical form: sent to POST /v1/plans it gives the same
    plan."""
    return _json(plans.scenario(plan_id))


def _json(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(text, status, headers, media_type="application/json")
