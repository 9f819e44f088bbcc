"""A bottom-up proposal against a plan's goals: kept under an address, and accepted into a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import ValidationError

from app.charts.waterfall import Step, waterfall
from app.directions import isolated
from app.errors import BusyError, NotFoundError, problem_of
from app.pages.form import Form, FormOf, PostedOf, decimal_of, name_in
from app.pages.ordering import Orders, new_token
from app.pages.picture import Drawing, Look, picture
from app.pages.receipts import Receipt, example_of
from app.pages.render import moved_to, page
from app.pages.route import PageRoute
from app.pages.rows import told_by_row
from app.pages.visitors import Maker, Reader
from app.pages.waiting import Patience, far
from app.pages.words import instant, whole
from app.records.callers import Caller
from app.records.plans import ListedPlan, Selection
from app.records.proposals import Proposal
from app.records.standings import State
from app.routes.state import Plans, Reconciliations, Scenarios
from app.schemas.named import NamedScenarioIn
from app.schemas.scenario import scenario_to_wire
from app.services.answers import Pending
from app.services.plans import PlanService
from app.services.reconciliations import Asked, ReconciliationService
from app.spreadsheets.lines import PROPOSAL, text_of
from app.spreadsheets.proposal import read_proposal
from optimizer.answers.reconciliation import Method, Reconciliation
from optimizer.errors import HeadraceError
from optimizer.problem.rules import ReferenceLine, TurnoverLimit
from optimizer.sources.tables import Conventions

router = APIRouter(route_class=PageRoute)

OFFERED = 50  # plans to choose from
EARLIER = 10  # proposals to look at again
ACCEPTED = "accepted proposal"
OVERDUE = BusyError("busy", "", "the proposal is not reconciled yet", "open it again")

ProposalId = Annotated[str, Path(max_length=100)]


@router.get("/reconcile")
def begin(
    visitor: Reader,
    request: Request,
    plans: Plans,
    reconciliations: Reconciliations,
    plan: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """The form, for the plan that one came from, and what was reconciled lately."""
    earlier = reconciliations.newest(visitor, EARLIER)
    return _shown(visitor, request, plans, {"plan": plan}, earlier=earlier)


@router.post("/reconcile")
def keep(
    visitor: Maker,
    request: Request,
    posted: PostedOf,
    plans: Plans,
    reconciliations: Reconciliations,
    orders: Orders,
) -> Response:
    """On to the address where the proposal is reconciled; what is wrong with its lines is told by cell."""
    form = posted.fields
    try:
        scenario = plans.candidate(visitor, form.get("plan", "")).scenario
        if posted.files.get("file"):
            text = text_of(posted.files["file"].raw, PROPOSAL, _written(form))
            form = form | {"lines": text}  # to be mended and sent again
        table = read_proposal(form.get("lines", "").encode(), scenario, _method(form), _written(form))
    except (HeadraceError, ValidationError) as error:
        return _shown(visitor, request, plans, form, faults=told_by_row(problem_of(error).errors))
    proposal = reconciliations.keep(
        visitor,
        plan_id=form["plan"],
        method=_method(form),
        decimal=table.decimal,
        lines=form["lines"],
        seed=orders.seed(visitor, form, form["plan"], _method(form), table.decimal, form["lines"]),
    )
    return moved_to(f"/reconcile/{proposal.id}")


@router.get("/reconcile/{proposal_id}")
def show(
    visitor: Reader,
    request: Request,
    proposal_id: ProposalId,
    patience: Patience,
    plans: Plans,
    reconciliations: Reconciliations,
) -> Response:
    """What the lines sum to, and the least change; until it is there, how far it is."""
    proposal = reconciliations.proposal(visitor, proposal_id)
    asked = _asked(visitor, plans, proposal)
    found = reconciliations.reconciled(visitor, proposal_id, asked, patience)
    shown: dict[str, Any] = {"far": far(found)} if isinstance(found, Pending) else _told(found)
    form = {"plan": proposal.plan_id, "lines": proposal.lines, "method": proposal.method, "decimal": proposal.decimal}
    shown |= {"receipt": Receipt.of_lines(asked[1], proposal.decimal), "scenario": asked[0]}
    return _shown(visitor, request, plans, form, proposal=proposal, **shown)


@router.get("/reconcile/{proposal_id}/waterfall.{drawing}")
def draw_waterfall(
    visitor: Reader,
    proposal_id: ProposalId,
    drawing: Drawing,
    look: Look,
    plans: Plans,
    reconciliations: Reconciliations,
) -> Response:
    """From the proposal over the change to the first goal that it misses."""
    asked = _asked(visitor, plans, reconciliations.proposal(visitor, proposal_id))
    found = _found(visitor, reconciliations, proposal_id, asked)
    steps = list(steps_of(found))
    if not steps:
        raise NotFoundError("not_found", "", "nothing is missing that a change would bring", "go back to the page")
    return picture(partial(waterfall, steps, found.proposed.goals[0].metric), drawing, look)


@router.post("/reconcile/{proposal_id}/accept")
def accept(
    visitor: Maker,
    proposal_id: ProposalId,
    form: FormOf,
    plans: Plans,
    reconciliations: Reconciliations,
    scenarios: Scenarios,
) -> Response:
    """On to the scenario that holds the changed proposal."""
    asked = _asked(visitor, plans, reconciliations.proposal(visitor, proposal_id))
    found = _found(visitor, reconciliations, proposal_id, asked)
    if found.planned is None:
        raise NotFoundError("not_found", "", "there is no change that could be accepted", "go back to the page")
    document = accepted(asked, found, name_in(form) or asked[0].name)
    given = NamedScenarioIn.model_validate({"scenario": document, "notes": "from a reconciliation"})
    return moved_to(f"/scenarios/{scenarios.create(visitor, given.content(given.scenario.name, document)).id}")


def accepted(asked: tuple[Any, Sequence[Any], Any], found: Reconciliation, name: str) -> dict[str, Any]:
    """The scenario with a rule that holds the changed proposal; widening the rule lets money move again."""
    scenario, lines, _ = asked
    spend: dict[tuple[str, str], float] = {}
    for line in lines:
        spend[line.tactic, line.period] = spend.get((line.tactic, line.period), 0.0) + line.spend
    spend |= {(change.tactic, change.period): change.spend_to for change in found.changes}
    held = TurnoverLimit(
        name=ACCEPTED,
        amount=0.0,
        reference=tuple(
            ReferenceLine(tactic=tactic, period=period, spend=amount) for (tactic, period), amount in spend.items()
        ),
    )
    rules = tuple(rule for rule in scenario.rules if rule.name != ACCEPTED)
    return scenario_to_wire(replace(scenario, name=name, rules=(*rules, held)))


def steps_of(found: Reconciliation) -> Iterator[Step]:
    """From the proposal over what each changed tactic adds to the target."""
    missed = next((goal for goal in found.proposed.goals if not goal.met), None)
    if missed is None or found.planned is None:
        return
    reached = next(goal.achieved for goal in found.planned.goals if goal.name == missed.name)
    yield Step(name="proposed", start=0.0, end=missed.achieved, kind="total")
    kind = "more" if reached >= missed.achieved else "less"
    yield Step(name="the change", start=missed.achieved, end=reached, kind=kind)
    yield Step(name="planned", start=0.0, end=reached, kind="total")
    yield Step(name=f"target of {missed.name}", start=0.0, end=missed.target, kind="total")


def _asked(visitor: Caller, plans: PlanService, proposal: Proposal) -> Asked:
    scenario = plans.candidate(visitor, proposal.plan_id).scenario
    written = Conventions(decimal=proposal.decimal)
    return read_proposal(proposal.lines.encode(), scenario, proposal.method, written).stated


def _found(visitor: Caller, reconciliations: ReconciliationService, proposal_id: str, asked: Asked) -> Reconciliation:
    """The answer, waited for."""
    found = reconciliations.reconciled(visitor, proposal_id, asked, asked[0].solve.time_limit)
    if isinstance(found, Pending):
        raise OVERDUE
    return found


def _method(form: Form) -> Method:
    return "fewest_lines" if form.get("method") == "fewest_lines" else "least_money"


def _written(form: Form) -> Conventions:
    """How the numbers of the lines are written."""
    return Conventions(decimal=decimal_of(form))


def _shown(
    visitor: Caller, request: Request, plans: PlanService, form: Form, *, faults: Sequence[Any] = (), **shown: Any
) -> Response:
    nothing: dict[str, Any] = {"proposal": None, "scenario": None, "answer": None, "receipt": None}
    nothing |= {"steps": (), "far": "", "earlier": ()}
    offered = {each.id: _called(each) for each in _recent(visitor, plans)}
    if (chosen := form.get("plan", "")) and chosen not in offered:
        offered = {chosen: chosen} | offered
    return page(
        request,
        "reconcile.html",
        status=422 if faults else 200,
        title="Reconcile",
        plans=offered,
        token=new_token(),
        chosen=chosen,
        lines=form.get("lines", ""),
        method=_method(form),
        decimal=form.get("decimal", ""),
        example=_example(visitor, plans, form),
        faults=faults,
        **{**nothing, **shown},
    )


def _example(visitor: Caller, plans: PlanService, form: Form) -> str:
    """Lines as they may be pasted, with names of the plan that is chosen."""
    try:
        scenario = plans.candidate(visitor, form.get("plan", "")).scenario
    except NotFoundError:
        return example_of(PROPOSAL, None, decimal_of(form))
    return example_of(PROPOSAL, scenario, decimal_of(form))


def _told(found: Reconciliation) -> dict[str, Any]:
    planned = [] if found.planned is None else found.planned.goals
    achieved = {goal.name: goal.achieved for goal in planned}
    return {"answer": found, "planned": achieved, "steps": bool(list(steps_of(found)))}


def _called(plan: ListedPlan) -> str:
    """Its name, and what tells it apart from other plans of that name."""
    minor = plan.spend_minor
    spend = plan.status if minor is None else f"{whole(minor / 10**plan.digits)} {plan.currency}"
    standing = "" if plan.state is State.draft else f", {plan.state.value}"
    return f"{isolated(plan.name)}, {spend}, {instant(plan.created_at)}{standing}"


def _recent(visitor: Caller, plans: PlanService) -> Sequence[ListedPlan]:
    return plans.page(visitor, Selection(), OFFERED).items
