"""/v1/frontiers: best value as the budget, or a goal's target, moves."""

from __future__ import annotations

from fastapi import APIRouter

from app.routes.body import Body
from app.routes.callers import Planner
from app.routes.manual import problems, takes
from app.routes.state import Frontiers, Scenarios, SettingsOf
from app.schemas.body import read_json
from app.schemas.frontier import FrontierIn, FrontierOut

router = APIRouter(prefix="/v1/frontiers", tags=["frontiers"])


@router.post(
    "",
    summary="Trace a frontier",
    responses=problems(400, 408, 413, 415, 422, 503),
    openapi_extra=takes(FrontierIn),
)
def trace(caller: Planner, body: Body, frontiers: Frontiers, scenarios: Scenarios, settings: SettingsOf) -> FrontierOut:
    """The best plan at each of up to 200 budgets, or targets of a required goal, each with its own certificate; where
    the money stops paying; and the budgets at which return or marginal return fall to what is asked. One time limit
    holds for all of it: points that were not reached say `no_plan`. Nothing is stored."""
    given = FrontierIn.model_validate(read_json(body, settings.body_limit))
    return FrontierOut.from_domain(frontiers.ask(given.resolved(scenarios.things(caller)).to_domain()))
