"""Home: what was planned lately, and how to begin."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.examples import EXAMPLES
from app.pages.render import page
from app.pages.route import PageRoute
from app.pages.visitors import Reader
from app.records.plans import Selection
from app.routes.state import Plans

router = APIRouter(route_class=PageRoute)

SHOWN = 20


@router.get("/")
def home(
    visitor: Reader,
    request: Request,
    plans: Plans,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    name: Annotated[str | None, Query(max_length=300)] = None,
) -> Response:
    """Recent plans, newest first; an empty workspace invites to try an example."""
    found = plans.page(visitor, Selection(name=name or None), SHOWN, cursor)
    return page(
        request, "home.html", title="Headrace", plans=found.items, next=found.next, name=name or "", examples=EXAMPLES
    )
