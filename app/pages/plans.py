"""A plan: the answer first, then where the money goes, what binds, what it rests on; and its charts."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.charts.plans import PLAN_CHARTS
from app.errors import NotFoundError
from app.examples import document
from app.pages.form import FormOf, name_in
from app.pages.ordering import Orders, new_token
from app.pages.picture import Drawing, Look, picture
from app.pages.plan_curves import curve_points
from app.pages.plan_view import view_of
from app.pages.render import page
from app.pages.route import PageRoute
from app.pages.visitors import Maker, Reader
from app.records.callers import Role
from app.records.standings import State
from app.routes.state import Plans, SettingsOf, Standings, WhatIfs
from app.schemas.scenario import read_scenario

router = APIRouter(route_class=PageRoute)

NEXT = {
    State.draft: (("approve", "Approve"),),
    State.approved: (("make-baseline", "Make it the baseline"), ("withdraw", "Withdraw the approval")),
    State.baseline: (("release", "Release it as the baseline"),),
}
PlanId = Annotated[str, Path(max_length=100)]


@router.get("/plans/{plan_id}")
def show_plan(visitor: Reader, request: Request, plan_id: PlanId, plans: Plans, standings: Standings) -> Response:
    """The plan for people."""
    stored = plans.candidate(visitor, plan_id)
    view = view_of(stored)
    standing = standings.standing(visitor, plan_id)
    approvable = view.plan.totals is not None or standing.state is not State.draft
    steps = NEXT[standing.state] if approvable and visitor.role.covers(Role.approver) else ()
    if standing.scenario_id is None:
        steps = tuple((step, words) for step, words in steps if step != "make-baseline")
    return page(
        request,
        "plan.html",
        title=view.scenario.name,
        view=view,
        curves=list(curve_points(stored)),
        standing=standing,
        steps=steps,
        token=new_token(),
    )


@router.get("/plans/{plan_id}/charts/{chart}.{drawing}")
def draw_plan(
    visitor: Reader,
    plan_id: PlanId,
    chart: str,
    drawing: Drawing,
    look: Look,
    plans: Plans,
) -> Response:
    """One of its charts, as a picture or as the specification of one."""
    if chart not in PLAN_CHARTS:
        raise NotFoundError("not_found", "", "a plan has no such chart", "go back to the plan")
    return picture(partial(PLAN_CHARTS[chart], plans.candidate(visitor, plan_id)), drawing, look)


@router.post("/plans/{plan_id}/mend/{number}")
def mend_plan(
    visitor: Maker, plan_id: PlanId, number: int, form: FormOf, what_ifs: WhatIfs, orders: Orders
) -> Response:
    """Make the plan that one of a conflict's changes allows."""
    return orders.plan(visitor, form, what_ifs.mended(visitor, plan_id, number, name_in(form)))


@router.post("/examples/{key}")
def try_example(visitor: Maker, key: str, form: FormOf, orders: Orders, settings: SettingsOf) -> Response:
    """Make the plan of an example."""
    return orders.plan(visitor, form, read_scenario(document(key), settings.body_limit))
