"""/v1/plans: make a plan, find it again."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response

from app.records.jobs import JobSummary
from app.routes.callers import Planner, Viewer
from app.routes.job_models import JobOut
from app.routes.manual import problems, sends
from app.routes.models import PageQuery, PlanPageOut, RiskQuery, StoredPlanOut, next_link
from app.routes.once import Seed
from app.routes.preferring import ACCEPTED, Preferred, accepted
from app.routes.sent import Stated, takes_files
from app.routes.state import Making, Plans, Scenarios, SettingsOf
from app.routes.stating import stated_scenario
from app.schemas.explanation import ExplanationOut
from app.schemas.named import ChosenScenarioIn
from app.schemas.risk import RiskAnswerOut
from app.schemas.scenario import ScenarioIn
from optimizer.answers.explanation import text_of

router = APIRouter(prefix="/v1/plans", tags=["plans"])

PlanId = Annotated[str, Path(description="The id that POST or the list gave.")]


@router.post(
    "",
    status_code=201,
    summary="Make a plan",
    response_model=StoredPlanOut,
    responses=problems(400, 404, 408, 413, 415, 422, 503) | ACCEPTED,
    openapi_extra=takes_files("xlsx", ScenarioIn, ChosenScenarioIn),
)
def make_plan(
    caller: Planner,
    sent: Stated,
    making: Making,
    scenarios: Scenarios,
    settings: SettingsOf,
    seed: Seed,
    preference: Preferred,
) -> Response:
    """Solve the scenario and store the plan, whatever its status: `optimal` and `feasible` carry
    allocations, `conflict` says which goals and rules cannot all hold, `no_plan` that time ran out before any
    plan was found. Each is a result about this scenario and is answered 201; only what could not be read, was
    too large, or failed inside is a problem, and then nothing is stored. A solve ends at the latest one
    second after `solve.time_limit`. In place of a scenario the body may name a stored one, or be a workbook made from
    the template: what is wrong in that is told by sheet and cell.

    With `Prefer: respond-async` the answer is 202 at once, with the address of a job; without it, too, when the
    plan takes longer than the service waits, or than `Prefer: wait=…` asks for [s].
    """
    with sent.document(settings.body_limit) as document:
        stated = stated_scenario(caller, document, scenarios)
    patience = preference.patience(settings.patience, settings.request_seconds)
    made = making.submit(caller, stated, seed) if patience is None else making.make(caller, stated, patience, seed)
    if isinstance(made, JobSummary):
        return accepted(JobOut.of(made), f"/v1/jobs/{made.id}", preference)
    return _json(made.text, 201, {"Location": f"/v1/plans/{made.id}"})


@router.get("", summary="List plans", responses=problems(422, 503))
def list_plans(caller: Viewer, request: Request, query: Annotated[PageQuery, Query()], plans: Plans) -> PlanPageOut:
    """Plans newest first, without their allocations. Follow `next` for older ones: a page never shows a plan
    twice or leaves one out, however many are made meanwhile."""
    page = plans.page(caller, query.selection(), query.limit, query.cursor)
    return PlanPageOut.of(page, next_link(request, page.next))


@router.get("/{plan_id}", summary="Read a plan", response_model=StoredPlanOut, responses=problems(404, 503))
def read_plan(caller: Viewer, plan_id: PlanId, plans: Plans) -> Response:
    """The plan as it was answered when it was made, to the byte: plans are immutable."""
    return _json(plans.plan(caller, plan_id))


@router.get(
    "/{plan_id}/scenario",
    summary="Read a plan's scenario",
    responses=problems(404, 503) | {200: {"description": "A document for POST /v1/plans.", "content": {}}},
    openapi_extra=sends(ScenarioIn),
)
def read_plan_scenario(caller: Viewer, plan_id: PlanId, plans: Plans) -> Response:
    """The scenario that the plan answers, in its canonical form: sent to POST /v1/plans it gives the same
    plan."""
    return _json(plans.scenario(caller, plan_id))


@router.get(
    "/{plan_id}/explanation",
    summary="Explain a plan",
    response_model=ExplanationOut,
    responses=problems(404, 422, 503) | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def explain_plan(
    caller: Viewer,
    plan_id: PlanId,
    plans: Plans,
    accept: Annotated[str, Header(include_in_schema=False)] = "*/*",
    wanted: Annotated[
        Literal["json", "text"] | None, Query(alias="format", description="json or text; left out: as `Accept` says.")
    ] = None,
) -> Response:
    """The plan in plain sentences with their figures: what it is worth and how good it provably is, what moved and
    why, what binds and what that costs, goals, money left over, assumptions; for a conflict, what cannot all hold.
    Read off the stored plan and its scenario: nothing is solved, and the answer is the same every time."""
    explanation = plans.explain(caller, plan_id)
    if wanted == "text" or (wanted is None and prefers_text(accept)):
        return Response(text_of(explanation), headers={"Vary": "Accept"}, media_type="text/plain")
    return _json(ExplanationOut.from_domain(explanation).model_dump_json(), headers={"Vary": "Accept"})


@router.get("/{plan_id}/risk", summary="Weigh a plan's risk", responses=problems(404, 413, 422, 503))
def weigh_plan(caller: Viewer, plan_id: PlanId, query: Annotated[RiskQuery, Query()], plans: Plans) -> RiskAnswerOut:
    """The plan under every draw of its curves, and what it loses against knowing the draw: `hindsight` solves up to
    `draws` of them, evenly spread by rank of the plan's value, each with a bound, within the time limit of the plan's
    scenario, and says how many it got to."""
    return RiskAnswerOut.from_domain(plans.risk(caller, plan_id, query.draws))


def prefers_text(accept: str) -> bool:
    """Whether `Accept` names text/plain before, or without, what JSON would do for.

    >>> prefers_text("text/plain"), prefers_text("*/*"), prefers_text("text/plain;q=0.5, application/json")
    (True, False, False)
    """
    weights = dict(map(_weighed, accept.split(",")))
    plain = weights.get("text/plain", weights.get("text/*", 0.0))
    return plain > max((weights.get(kind, 0.0) for kind in ("application/json", "application/*", "*/*")), default=0.0)


def _weighed(entry: str) -> tuple[str, float]:
    kind, *parameters = (part.strip().lower() for part in entry.split(";"))
    stated = next((value[2:] for value in parameters if value.startswith("q=")), "1")
    return kind, float(stated) if re.fullmatch(r"[01](\.\d{0,3})?", stated) else 0.0


def _json(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(text, status, headers, media_type="application/json")
