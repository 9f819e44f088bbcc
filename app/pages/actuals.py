"""What happened, against a plan."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.charts.theme import Mode
from app.charts.variance import by_tactic
from app.pages.picture import Drawing, picture
from app.pages.render import page
from app.pages.route import PageRoute
from app.pages.visitors import Reader
from app.routes.state import ActualsOf, Plans

router = APIRouter(route_class=PageRoute)

PlanId = Annotated[str, Path(max_length=100)]
Book = Annotated[str, Query(max_length=100)]


@router.get("/plans/{plan_id}/actuals")
def show_variance(
    visitor: Reader, request: Request, plan_id: PlanId, actuals: ActualsOf, plans: Plans, book: Book = "default"
) -> Response:
    """Spend and outcome by tactic, period and goal: planned, expected for what was spent, and measured."""
    scenario = plans.candidate(visitor, plan_id).scenario
    found = actuals.variance(visitor, plan_id, book)
    title = f"{scenario.name}, actuals"
    return page(request, "actuals.html", title=title, id=plan_id, book=book, scenario=scenario, found=found)


@router.get("/plans/{plan_id}/actuals/tactics.{drawing}")
def draw_variance(
    visitor: Reader,
    plan_id: PlanId,
    drawing: Drawing,
    actuals: ActualsOf,
    book: Book = "default",
    theme: Annotated[Mode, Query()] = "light",
) -> Response:
    """Planned and actual spend of each tactic."""
    return picture(partial(by_tactic, actuals.variance(visitor, plan_id, book)), drawing, theme)
