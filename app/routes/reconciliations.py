"""/v1/reconciliations: bottom-up proposals against top-down goals."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from app.records.callers import Caller
from app.routes.callers import Planner
from app.routes.manual import problems
from app.routes.sent import Sent, Table, TableQuery, asking, takes_files
from app.routes.state import Plans, Reconciliations, Scenarios, SettingsOf
from app.schemas.body import read_json
from app.schemas.reconciliation import METHOD, ReconciliationIn, ReconciliationOut
from app.services.plans import PlanService
from app.services.scenarios import ScenarioService
from app.spreadsheets.proposal import read_proposal
from optimizer.answers.reconciliation import Method
from optimizer.errors import FileError, ScenarioError
from optimizer.problem.scenario import Scenario

router = APIRouter(prefix="/v1/reconciliations", tags=["reconciliations"])


class ProposalQuery(TableQuery):
    """What is said beside a proposal that is a table; a JSON body says it itself."""

    plan: str | None = Field(default=None, max_length=100, description="Files: the plan whose scenario is meant.")
    scenario: str | None = Field(default=None, max_length=100, description="Files: the stored scenario that is meant.")
    method: Method = Field(default="least_money", description=f"Files: {METHOD}")


@router.post(
    "",
    summary="Reconcile a proposal with the goals",
    responses=problems(400, 404, 408, 413, 415, 422, 503),
    openapi_extra=takes_files("xlsx csv", ReconciliationIn),
)
def reconcile(
    caller: Planner,
    sent: Table,
    query: Annotated[ProposalQuery, Query()],
    reconciliations: Reconciliations,
    plans: Plans,
    scenarios: Scenarios,
    settings: SettingsOf,
) -> ReconciliationOut:
    """Value what the owners propose on the scenario's curves: by goal, by owner and line by line against what they
    expect. Then find the plan nearest to it that keeps every limit and rule and meets every goal, soft ones too: the
    least money moved, or the fewest lines changed, with a proof. Nothing is stored.

    The lines may also be sent as CSV or on the sheet Proposal of a workbook, against the scenario of the stored `plan`,
    the stored `scenario` or, without either, that of the workbook; what is wrong with them is told by cell.
    """
    if sent.kind == "json":
        query.leave_to_the_body()
        given = ReconciliationIn.model_validate(read_json(sent.raw, settings.body_limit))
        asked = given.resolved(scenarios.things(caller)).to_domain()
    else:
        scenario = _scenario(caller, sent, query, plans, scenarios)
        with asking():
            asked = read_proposal(sent.raw, scenario, query.method, query.conventions()).stated
    return ReconciliationOut.from_domain(reconciliations.reconcile(*asked))


def _scenario(
    caller: Caller, sent: Sent, query: ProposalQuery, plans: PlanService, scenarios: ScenarioService
) -> Scenario:
    """The scenario that the lines of a file belong to."""
    if query.plan is not None and query.scenario is not None:
        raise ScenarioError("contradictory_options", "scenario", "stands beside a plan", "name one of the two")
    if query.plan is not None:
        return plans.candidate(caller, query.plan).scenario
    if query.scenario is not None:
        return scenarios.stored(caller, query.scenario).scenario
    if sent.kind == "csv":
        remedy = "name the plan or the stored scenario that is meant, or send a workbook that holds both"
        raise FileError("no_scenario", "", "is a table of lines, and nothing says for which scenario", remedy)
    with sent.document(0) as document:
        return scenarios.stated(caller, document).scenario
