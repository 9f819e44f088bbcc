"""/v1/catalogue: tactics to start a scenario from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from app.errors import NotFoundError
from app.records.callers import Role
from app.routes.callers import needs
from app.routes.manual import problems
from app.schemas.catalogue import CatalogueOut, TemplateOut
from optimizer.problem.catalogue import CATALOGUE, PeriodLength

router = APIRouter(prefix="/v1/catalogue", tags=["catalogue"], dependencies=[needs(Role.viewer)])

Period = Annotated[PeriodLength, Query(description="How long a period is: adstock and lead follow it.")]


@router.get("", summary="List tactic templates", responses=problems(422, 503))
def list_templates(period: Period = "month") -> CatalogueOut:
    """Upstream and downstream tactics to start a scenario from, each with an assumed curve, adstock and lead, and
    the reason for every default. A tactic that names one as its `template` needs only its current spend and outcome."""
    return CatalogueOut.of(period)


@router.get("/{key}", summary="Read a tactic template", responses=problems(404, 422, 503))
def read_template(
    key: Annotated[str, Path(description="The key of a template.")], period: Period = "month"
) -> TemplateOut:
    """One tactic of the catalogue: its assumed curve, adstock and lead, and the reason for each of them."""
    if key not in CATALOGUE:
        raise NotFoundError("unknown_template", "", "the catalogue has no such template", "use a key that it lists")
    return TemplateOut.of(CATALOGUE[key], period)
