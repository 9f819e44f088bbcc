"""Approving a plan, making it the baseline of its scenario, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response

from app.pages.form import FormOf
from app.pages.render import moved_to
from app.pages.route import PageRoute
from app.pages.visitors import Approver, Maker
from app.records.callers import Caller
from app.records.named import Expected
from app.records.standings import Standing
from app.routes.state import Standings
from app.services.standings import StandingService

router = APIRouter(route_class=PageRoute)

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
def annotate(visitor: Maker, plan_id: PlanId, form: FormOf, standings: Standings) -> Response:
    """Notes and a pin, after the revision that the page showed."""
    shown = form.get("revision", "")
    expected = Expected(versions=frozenset({int(shown)} if shown.isdecimal() else ()))
    standings.annotate(visitor, plan_id, form.get("notes", "")[:10_000], "pinned" in form, expected)
    return moved_to(f"/plans/{plan_id}")
