"""Schedules: when a plan is looked at again, and what came of it each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import ValidationError

from app.errors import StaleError, problem_of
from app.pages.form import Form, FormOf, shown_in
from app.pages.render import moved_to, page
from app.pages.route import PageRoute
from app.pages.schedule_form import BEGUN, EXAMPLES, OFTEN, PLACES, cron_faults, filled, is_shown, stated, words_of
from app.pages.schedule_view import view_of, views_of
from app.pages.visitors import Maker, Reader
from app.records.callers import Caller
from app.records.named import NamedSelection
from app.records.plans import Selection
from app.records.schedules import Terms, terms_of
from app.routes.state import Plans, Scenarios, Schedules, Standings
from app.schemas.schedules import ScheduleIn, ScheduleOut
from app.services.cron import Cron
from app.services.plans import PlanService
from app.services.scenarios import ScenarioService
from app.services.schedules import ScheduleService
from app.services.standings import StandingService
from app.validation import Fault
from optimizer.errors import HeadraceError

router = APIRouter(route_class=PageRoute)

SHOWN = 50
ScheduleId = Annotated[str, Path(max_length=100)]
Cursor = Annotated[str | None, Query(max_length=100)]
Step = Literal["pause", "resume", "trigger"]
STEPS: Mapping[Step, Callable[[ScheduleService, Caller, str], object]] = {
    "pause": ScheduleService.pause,
    "resume": ScheduleService.resume,
    "trigger": ScheduleService.trigger,
}


@router.get("/schedules")
def list_schedules(visitor: Reader, request: Request, schedules: Schedules, cursor: Cursor = None) -> Response:
    """What is looked at again, the newest first: when next, and what was said last."""
    found = schedules.page(visitor, SHOWN, cursor)
    views = list(views_of(visitor, schedules, list(found.items)))
    return page(request, "schedules.html", title="Schedules", views=views, next=found.next)


@router.get("/schedules/new")
def begin(
    visitor: Maker,
    request: Request,
    plans: Plans,
    scenarios: Scenarios,
    plan: Annotated[str, Query(max_length=100)] = "",
    scenario: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """The form, for the plan or scenario that one came from."""
    return _form(visitor, request, plans, scenarios, BEGUN | {"plan": plan, "scenario": scenario}, ())


@router.post("/schedules/new")
def make(
    visitor: Maker, request: Request, form: FormOf, plans: Plans, scenarios: Scenarios, schedules: Schedules
) -> Response:
    """The schedule that the form states; what is wrong with it is said at its fields."""
    try:
        given, cron, faults = _given(form)
        if given is not None and cron is not None:
            return moved_to(f"/schedules/{schedules.create(visitor, given.name, cron, given.terms()).schedule.id}")
    except (HeadraceError, ValidationError) as error:
        faults = problem_of(error).errors
    return _form(visitor, request, plans, scenarios, form, faults)


@router.get("/schedules/{schedule_id}/edit")
def edit(
    visitor: Maker,
    request: Request,
    schedule_id: ScheduleId,
    plans: Plans,
    scenarios: Scenarios,
    schedules: Schedules,
) -> Response:
    """The form with what the schedule says."""
    stated_now = ScheduleOut.of(schedules.schedule(visitor, schedule_id).schedule).model_dump()
    form = filled(stated_now) | {"version": str(stated_now["version"])}
    return _form(visitor, request, plans, scenarios, form, (), f"/schedules/{schedule_id}/edit")


@router.post("/schedules/{schedule_id}/edit")
def change(
    visitor: Maker,
    request: Request,
    schedule_id: ScheduleId,
    form: FormOf,
    plans: Plans,
    scenarios: Scenarios,
    schedules: Schedules,
) -> Response:
    """What the form states, after the version that it showed; bookings that the form cannot show stay."""
    now = schedules.schedule(visitor, schedule_id).schedule
    bookings = [booking.model_dump() for booking in ScheduleOut.of(now).bookings]
    try:
        given, cron, faults = _given(form, None if is_shown(bookings) else bookings)
        if given is not None and cron is not None:
            schedules.change(visitor, schedule_id, given.name, cron, given.terms(), shown_in(form, "version"))
            return moved_to(f"/schedules/{schedule_id}")
    except StaleError as error:  # the next press changes what the other one made of it
        problem = problem_of(error).errors[0]
        faults = (replace(problem, remedy="compare it with the schedule, then send yours again"),)
        form = form | {"version": str(now.version)}
    except (HeadraceError, ValidationError) as error:
        faults = problem_of(error).errors
    return _form(visitor, request, plans, scenarios, form, faults, f"/schedules/{schedule_id}/edit")


@router.get("/schedules/{schedule_id}")
def show_schedule(
    visitor: Reader,
    request: Request,
    schedule_id: ScheduleId,
    schedules: Schedules,
    standings: Standings,
    cursor: Cursor = None,
) -> Response:
    """When it is due next, what it looks at, and every verdict."""
    timed = schedules.schedule(visitor, schedule_id)
    runs = schedules.runs(visitor, schedule_id, SHOWN, cursor)
    terms = terms_of(timed.schedule.terms)
    return page(
        request,
        "schedule.html",
        title=timed.schedule.name,
        timed=timed,
        schedule=timed.schedule,
        terms=terms,
        in_force=_in_force(visitor, standings, terms),
        often=OFTEN.get(timed.schedule.cron),
        runs=list(map(view_of, runs.items)),
        next=runs.next,
    )


@router.post("/schedules/{schedule_id}/delete")
def delete(visitor: Maker, schedule_id: ScheduleId, _: FormOf, schedules: Schedules) -> Response:
    """It is never due again; what it proposed stays."""
    schedules.delete(visitor, schedule_id)
    return moved_to("/schedules")


@router.post("/schedules/{schedule_id}/{step}")
def take(visitor: Maker, schedule_id: ScheduleId, step: Step, _: FormOf, schedules: Schedules) -> Response:
    """Pause it, go on with it, or run it now."""
    STEPS[step](schedules, visitor, schedule_id)
    return moved_to(f"/schedules/{schedule_id}")


def _in_force(visitor: Caller, standings: StandingService, terms: Terms) -> str | None:
    """The plan that actuals are held against: the one that is named, or the scenario's baseline."""
    if terms.plan is not None or terms.scenario is None:
        return terms.plan
    baseline = standings.baseline(visitor, terms.scenario)
    return None if baseline is None else baseline.plan_id


def _given(form: Form, bookings: Any = None) -> tuple[ScheduleIn | None, Cron | None, Sequence[Fault]]:
    """What the form states, or all that is wrong with its fields."""
    found = stated(form)
    document = found.document if bookings is None else found.document | {"bookings": bookings}
    faults = [*found.faults, *cron_faults(document)]
    try:
        given = ScheduleIn.model_validate(document)
    except ValidationError as error:
        told = {fault.path for fault in faults}
        return None, None, [*faults, *(own for own in problem_of(error).errors if own.path not in told)]
    if faults:
        return None, None, faults
    return given, Cron(expression=given.cron, zone=given.zone), ()


def _form(
    visitor: Caller,
    request: Request,
    plans: PlanService,
    scenarios: ScenarioService,
    form: Form,
    faults: Sequence[Fault],
    address: str = "/schedules/new",
) -> Response:
    kept = scenarios.page(visitor, NamedSelection(), SHOWN).items
    made = plans.page(visitor, Selection(), SHOWN).items
    shown: dict[str, Any] = {"form": form, "faults": faults, "words": words_of(list(faults)), "often": OFTEN}
    shown |= {"scenarios": kept, "plans": made, "address": address, "examples": EXAMPLES}
    shown["places"] = {fault.path: PLACES.get(fault.path, fault.path) for fault in faults if fault.path}
    title = "New schedule" if address == "/schedules/new" else form.get("name", "Schedule")
    return page(request, "schedule_form.html", status=422 if faults else 200, title=title, **shown)
