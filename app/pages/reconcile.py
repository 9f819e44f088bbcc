"""A bottom-up proposal against a plan's goals, and the change that is accepted into a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from app.charts.theme import Mode
from app.charts.waterfall import Step, waterfall
from app.errors import problem_of
from app.pages.form import Form, PostedOf
from app.pages.picture import inline
from app.pages.render import moved_to, page
from app.pages.route import PageRoute
from app.pages.visitors import Maker, Reader
from app.records.callers import Caller
from app.records.plans import Selection
from app.routes.state import Plans, Reconciliations, Scenarios
from app.schemas.named import NamedScenarioIn
from app.schemas.scenario import scenario_to_wire
from app.services.plans import PlanService
from app.spreadsheets.proposal import proposal_text, read_proposal
from optimizer.answers.reconciliation import Reconciliation
from optimizer.errors import HeadraceError
from optimizer.problem.rules import ReferenceLine, TurnoverLimit
from optimizer.problem.scenario import Scenario
from optimizer.sources.tables import Conventions

router = APIRouter(route_class=PageRoute)

OFFERED = 50  # plans to choose from
ACCEPTED = "accepted proposal"


@router.get("/reconcile")
def begin(
    visitor: Reader, request: Request, plans: Plans, plan: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """The form, for the plan that one came from."""
    return _shown(visitor, request, plans, {"plan": plan})


@router.post("/reconcile")
def answer(
    visitor: Maker,
    request: Request,
    posted: PostedOf,
    plans: Plans,
    reconciliations: Reconciliations,
    scenarios: Scenarios,
) -> Response:
    """What the lines sum to, and the least change; or the scenario that holds it, once it is accepted."""
    form = posted.fields
    try:
        scenario = plans.candidate(visitor, form.get("plan", "")).scenario
        if posted.files.get("file"):
            form = form | {"lines": proposal_text(posted.files["file"], _written(form))}  # to be mended and sent again
        asked = read_proposal(form.get("lines", "").encode(), scenario, _method(form), _written(form))
        found = reconciliations.reconcile(*asked)
    except (HeadraceError, ValidationError) as error:
        return _shown(visitor, request, plans, form, faults=problem_of(error).errors)
    if "accept" in form and found.planned is not None:
        document = accepted(asked, found, form.get("name") or scenario.name)
        given = NamedScenarioIn.model_validate({"scenario": document, "notes": "from a reconciliation"})
        return moved_to(f"/scenarios/{scenarios.create(visitor, given.content(given.scenario.name, document)).id}")
    return _shown(visitor, request, plans, form, scenario=scenario, found=found)


def accepted(asked: tuple[Scenario, Sequence[Any], Any], found: Reconciliation, name: str) -> dict[str, Any]:
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


def _method(form: Form) -> Any:
    return "fewest_lines" if form.get("method") == "fewest_lines" else "least_money"


def _written(form: Form) -> Conventions:
    """How the numbers of the lines are written."""
    return Conventions(decimal="comma" if form.get("decimal") == "comma" else "point")


def _shown(
    visitor: Caller,
    request: Request,
    plans: PlanService,
    form: Form,
    *,
    scenario: Scenario | None = None,
    found: Reconciliation | None = None,
    faults: Sequence[Any] = (),
) -> Response:
    planned = [] if found is None or found.planned is None else found.planned.goals
    return page(
        request,
        "reconcile.html",
        status=422 if faults else 200,
        title="Reconcile",
        plans=plans.page(visitor, Selection(), OFFERED).items,
        chosen=form.get("plan", ""),
        lines=form.get("lines", ""),
        method=_method(form),
        decimal=_written(form).decimal,
        faults=faults,
        answer=found,
        scenario=scenario,
        planned={goal.name: goal.achieved for goal in planned},
        pictures={} if found is None else _pictures(found),
    )


def _pictures(found: Reconciliation) -> dict[Mode, str]:
    """The waterfall of the first goal that the proposal misses, for each theme; nothing where all are met."""
    steps = list(steps_of(found))
    unit = found.proposed.goals[0].metric if steps else ""
    return inline(partial(waterfall, steps, unit)) if steps else {}


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
