"""/v1/comparisons: plans side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.routes.callers import Viewer
from app.routes.manual import problems
from app.routes.state import Plans
from app.schemas.comparison import ComparisonOut

router = APIRouter(prefix="/v1/comparisons", tags=["comparisons"])

PlanIds = Annotated[str, Query(alias="plans", max_length=500, description="Two to six ids, separated by commas.")]
Common = Annotated[
    str | None, Query(max_length=100, description="The id whose curves value all plans; left out: the first.")
]


@router.get("", summary="Compare plans", responses=problems(404, 422, 503))
def compare_plans(caller: Viewer, ids: PlanIds, plans: Plans, common: Common = None) -> ComparisonOut:
    """Totals, allocations, goals and rules side by side, where the scenarios differ, and every allocation
    valued again on one common set of curves: a plan is not better because its curves were kinder."""
    return ComparisonOut.from_domain(plans.compare(caller, ids.split(","), common))
