"""Home: what was planned lately, what goes on, which goals are at risk, and how to begin."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.examples import EXAMPLES
from app.pages.jobs import going_on
from app.pages.ordering import new_token
from app.pages.render import page
from app.pages.risks import risks
from app.pages.route import PageRoute
from app.pages.schedule_view import views_of
from app.pages.visitors import Reader
from app.records.named import NamedSelection
from app.records.plans import Selection
from app.records.standings import State
from app.routes.state import Jobs, Plans, Scenarios, Schedules, Standings

router = APIRouter(route_class=PageRoute)

SHOWN, FEW = 20, 5


@router.get("/")
def home(
    visitor: Reader,
    request: Request,
    plans: Plans,
    jobs: Jobs,
    schedules: Schedules,
    scenarios: Scenarios,
    standings: Standings,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    name: Annotated[str | None, Query(max_length=300)] = None,
) -> Response:
    """Recent plans, newest first; an empty workspace invites to try an example."""
    found = plans.page(visitor, Selection(name=name or None), SHOWN, cursor)
    first = cursor is None and not name
    views = list(views_of(visitor, schedules, list(schedules.page(visitor, FEW).items))) if first else []
    heads = scenarios.page(visitor, NamedSelection(), FEW).items if first else []
    approved = plans.page(visitor, Selection(state=State.approved), FEW).items if first else []
    return page(
        request,
        "home.html",
        title="Headrace",
        plans=found.items,
        next=found.next,
        name=name or "",
        first=first,
        token=new_token(),
        examples=EXAMPLES,
        running=going_on(visitor, jobs) if first else [],
        schedules=views,
        scenarios=heads,
        risks=list(risks(visitor, views, heads, approved, plans, standings)),
    )
