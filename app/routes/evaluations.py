"""/v1/evaluations: what a given allocation is worth."""

from __future__ import annotations

from fastapi import APIRouter

from app.routes.body import Body
from app.routes.callers import Planner
from app.routes.manual import problems, takes
from app.routes.state import Evaluations, Scenarios, SettingsOf
from app.schemas.body import read_json
from app.schemas.evaluation import EvaluationIn, EvaluationOut

router = APIRouter(prefix="/v1/evaluations", tags=["evaluations"])


@router.post(
    "",
    summary="Value an allocation",
    responses=problems(400, 408, 413, 415, 422, 503),
    openapi_extra=takes(EvaluationIn),
)
def evaluate(
    caller: Planner, body: Body, evaluations: Evaluations, scenarios: Scenarios, settings: SettingsOf
) -> EvaluationOut:
    """Value the allocation on the scenario's true curves and list the limits it breaks. Nothing is solved and
    nothing stored; cells that are not named spend nothing."""
    given = EvaluationIn.model_validate(read_json(body, settings.body_limit))
    scenario, spends = given.resolved(scenarios.things(caller)).to_domain()
    return EvaluationOut.from_domain(evaluations.evaluate(scenario, spends))
