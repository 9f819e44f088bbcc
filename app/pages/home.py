"""Home: what was planned lately, and how to begin."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from app.examples import EXAMPLES
from app.pages.render import page
from app.pages.route import PageRoute
from app.pages.visitors import Reader
from app.records.callers import Caller
from app.records.jobs import JobSelection, JobSummary
from app.records.plans import Selection
from app.routes.state import Jobs, Plans
from app.services.jobs import JobService

router = APIRouter(route_class=PageRoute)

SHOWN = 20


@router.get("/")
def home(
    visitor: Reader,
    request: Request,
    plans: Plans,
    jobs: Jobs,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
    name: Annotated[str | None, Query(max_length=300)] = None,
) -> Response:
    """Recent plans, newest first; an empty workspace invites to try an example."""
    found = plans.page(visitor, Selection(name=name or None), SHOWN, cursor)
    return page(
        request,
        "home.html",
        title="Headrace",
        plans=found.items,
        next=found.next,
        name=name or "",
        examples=EXAMPLES,
        running=_running(visitor, jobs),
    )


def _running(visitor: Caller, jobs: JobService) -> list[JobSummary]:
    """Jobs that have not ended, the newest first."""
    states: tuple[Literal["running", "queued"], ...] = ("running", "queued")
    return [job for state in states for job in jobs.page(visitor, JobSelection(state=state), SHOWN).items]
