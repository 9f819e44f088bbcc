"""/v1/reconciliations: bottom-up proposals against top-down goals."""

from __future__ import annotations

from fastapi import APIRouter

from app.records.callers import Role
from app.routes.body import Body
from app.routes.callers import needs
from app.routes.manual import problems, takes
from app.routes.state import Reconciliations, SettingsOf
from app.schemas.body import read_json
from app.schemas.reconciliation import ReconciliationIn, ReconciliationOut

router = APIRouter(prefix="/v1/reconciliations", tags=["reconciliations"])


@router.post(
    "",
    summary="Reconcile a proposal with the goals",
    dependencies=[needs(Role.planner)],
    responses=problems(400, 408, 413, 415, 422, 503),
    openapi_extra=takes(ReconciliationIn),
)
def reconcile(body: Body, reconciliations: Reconciliations, settings: SettingsOf) -> ReconciliationOut:
    """Value what the owners propose on the scenario's curves: by goal, by owner and line by line against what they
    expect. Then find the plan nearest to it that keeps every limit and rule and meets every goal, soft ones too: the
    least money moved, or the fewest lines changed, with a proof. Nothing is stored."""
    scenario, lines, method = ReconciliationIn.model_validate(read_json(body, settings.body_limit)).to_domain()
    return ReconciliationOut.from_domain(reconciliations.reconcile(scenario, lines, method))
