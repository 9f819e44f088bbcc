"""The frontier of a plan: the best value at budgets around its own, each point proved."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.charts.frontier import frontier
from app.errors import BusyError
from app.pages.picture import Drawing, Look, picture
from app.pages.render import page
from app.pages.route import PageRoute
from app.pages.visitors import Reader
from app.pages.waiting import Patience, far
from app.routes.state import Frontiers, Plans
from app.services.answers import Pending
from optimizer.answers.comparison import Candidate

router = APIRouter(route_class=PageRoute)

LARGEST = 1e15  # of an amount in an address
OVERDUE = BusyError("busy", "", "the frontier is not solved yet", "open it again")

AmountOf = Annotated[float | None, Query(ge=-LARGEST, le=LARGEST)]
PlanId = Annotated[str, Path(max_length=100)]


@router.get("/plans/{plan_id}/frontier")
def show_frontier(
    visitor: Reader,
    request: Request,
    plan_id: PlanId,
    patience: Patience,
    plans: Plans,
    frontiers: Frontiers,
    budget: AmountOf = None,
    value: AmountOf = None,
) -> Response:
    """A picture and its table; until they are there, the plan's own point and how far it is.

    `budget` and `value` are those of a what-if, which stands in the picture, too.
    """
    stored = plans.candidate(visitor, plan_id)
    found = frontiers.around(visitor, stored, patience)
    return page(
        request,
        "frontier.html",
        title=f"{stored.scenario.name}, other budgets",
        id=plan_id,
        scenario=stored.scenario,
        plan=stored.plan,
        now=_budget(stored),
        asked={} if budget is None or value is None else {"budget": budget, "value": value},
        traced=None if isinstance(found, Pending) else found,
        far=far(found) if isinstance(found, Pending) else "",
    )


@router.get("/plans/{plan_id}/frontier.{drawing}")
def draw_frontier(
    visitor: Reader,
    plan_id: PlanId,
    drawing: Drawing,
    look: Look,
    plans: Plans,
    frontiers: Frontiers,
    budget: AmountOf = None,
    value: AmountOf = None,
) -> Response:
    """The picture alone, with the budget and the value of a what-if on it."""
    stored = plans.candidate(visitor, plan_id)
    traced = frontiers.around(visitor, stored, stored.scenario.solve.time_limit)
    if isinstance(traced, Pending):
        raise OVERDUE
    asked = None if budget is None or value is None else (budget, value)
    chart = partial(frontier, traced, _budget(stored), stored.scenario.currency, asked=asked)
    return picture(chart, drawing, look)


def _budget(stored: Candidate) -> float | None:
    total = stored.scenario.budget.total
    return None if total is None else total.at_most
