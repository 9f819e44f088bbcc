"""Approving a plan, making it the baseline of its scenario, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Request, Response

from app.errors import ForbiddenError, StaleError, problem_of
from app.pages.form import FormOf, shown_in
from app.pages.render import moved_to, page
from app.pages.route import PageRoute
from app.pages.visitors import Approver, Maker
from app.records.callers import Caller
from app.records.standings import Standing
from app.routes.state import Standings
from app.services.standings import StandingService
from optimizer.errors import ScenarioError

router = APIRouter(route_class=PageRoute)

MOST_NOTES = 10_000  # characters
PlanId = Annotated[str, Path(max_length=100)]
Step = Literal["approve", "withdraw", "make-baseline", "release"]
STEPS: Mapping[Step, Callable[[StandingService, Caller, str], Standing]] = {
    "approve": StandingService.approve,
    "withdraw": StandingService.withdraw,
    "make-baseline": StandingService.make_baseline,
    "release": StandingService.release,
}


@router.post("/plans/{plan_id}/standing/{step}")
def take(visitor: Approver, plan_id: PlanId, step: Step, _: FormOf, standings: Standings) -> Response:
    """One step of an approver."""
    standings.take(STEPS[step], visitor, plan_id)
    return moved_to(f"/plans/{plan_id}")


@router.post("/plans/{plan_id}/notes")
def annotate(visitor: Maker, request: Request, plan_id: PlanId, form: FormOf, standings: Standings) -> Response:
    """Notes and a pin, after the revision that the page showed; what is not kept stays in a form beside the newer."""
    expected, notes, pinned = shown_in(form, "revision"), form.get("notes", ""), "pinned" in form
    try:
        _check_length(notes)
        standings.annotate(visitor, plan_id, notes, pinned, expected)
    except (StaleError, ForbiddenError, ScenarioError) as error:
        problem = problem_of(error)
        return page(
            request,
            "notes.html",
            status=problem.status,
            title="Notes",
            id=plan_id,
            problem=problem,
            standing=standings.standing(visitor, plan_id),
            notes=notes,
            pinned=pinned,
        )
    return moved_to(f"/plans/{plan_id}#standing")


def _check_length(notes: str) -> None:
    if len(notes) > MOST_NOTES:
        raise ScenarioError("too_long", "notes", f"is longer than {MOST_NOTES} characters", "say it in fewer")
