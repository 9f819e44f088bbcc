"""What if: other limits, answered in place, and kept only when asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.charts.frontier import frontier
from app.charts.theme import Mode
from app.pages.form import Form, FormOf
from app.pages.picture import Drawing, picture
from app.pages.render import moved_to, page
from app.pages.route import PageRoute
from app.pages.visitors import Maker, Reader
from app.routes.state import Frontiers, Plans, WhatIfs
from app.services.what_ifs import Knob, Move, knobs
from optimizer.answers.comparison import Candidate
from optimizer.errors import ScenarioError
from optimizer.problem.movable import MONEY
from optimizer.questions.frontier import FrontierQuestion, Spread

router = APIRouter(route_class=PageRoute)

POINTS = 15  # of a frontier
MOST_KNOBS = 200
WORDS = {"at_least": "at least", "at_most": "at most", "exactly": "exactly"}
REACH = 2.0  # how many times today's limit a slider goes to

PlanId = Annotated[str, Path(max_length=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A knob as the form shows it."""

    field: str
    name: str
    words: str
    unit: str
    value: float
    least: float
    most: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A figure before and after."""

    name: str
    before: float | None
    after: float | None
    stage: str | None = None

    @property
    def change(self) -> float | None:
        """After less before."""
        return None if self.before is None or self.after is None else self.after - self.before


@router.get("/plans/{plan_id}/what-if")
def begin(visitor: Reader, request: Request, plan_id: PlanId, plans: Plans) -> Response:
    """The limits of the plan's scenario as they are, beside the plan itself."""
    stored = plans.candidate(visitor, plan_id)
    return _shown(request, stored, stored)


@router.post("/plans/{plan_id}/what-if")
def answer(
    visitor: Maker, request: Request, plan_id: PlanId, form: FormOf, plans: Plans, what_ifs: WhatIfs
) -> Response:
    """The best plan within the limits of the form; saved as a plan only by the button that says so."""
    stored = plans.candidate(visitor, plan_id)
    moves = moves_of(form, stored)
    if "save" in form:
        return moved_to(f"/plans/{what_ifs.made(visitor, plan_id, moves, form.get('name') or stored.scenario.name).id}")
    return _shown(request, stored, what_ifs.looked_at(visitor, plan_id, moves))


@router.get("/plans/{plan_id}/frontier")
def show_frontier(visitor: Reader, request: Request, plan_id: PlanId, plans: Plans) -> Response:
    """The page whose picture is solved for."""
    scenario = plans.candidate(visitor, plan_id).scenario
    return page(request, "frontier.html", title=f"{scenario.name}, other budgets", id=plan_id, scenario=scenario)


@router.get("/plans/{plan_id}/frontier.{drawing}")
def draw_frontier(
    visitor: Reader,
    plan_id: PlanId,
    drawing: Drawing,
    plans: Plans,
    frontiers: Frontiers,
    theme: Annotated[Mode, Query()] = "light",
) -> Response:
    """The best value at budgets around the plan's, each point proved."""
    scenario = plans.candidate(visitor, plan_id).scenario
    total = scenario.budget.total
    now = None if total is None else total.at_most
    spread = None if now is None else Spread(start=0.25 * now, stop=2.0 * now, points=POINTS)
    traced = frontiers.ask(FrontierQuestion(scenario=scenario, spread=spread))
    return picture(partial(frontier, traced, now, scenario.currency), drawing, theme)


def moves_of(form: Form, stored: Candidate) -> list[Move]:
    """The knobs that the form turned away from where they stand."""
    found = []
    for number, knob in enumerate(_knobs(stored)):
        stated = form.get(f"k{number}", "").strip()
        if not stated:
            continue
        try:
            to = float(stated)
        except ValueError:
            raise ScenarioError("not_a_number", knob.name, "is not a number", "type digits, and a point") from None
        if to != knob.side.value:
            found.append(Move(name=knob.name, side=knob.side.side, to=to))
    return found


def _shown(request: Request, before: Candidate, after: Candidate) -> Response:
    name = before.scenario.name
    return page(
        request,
        "what_if.html",
        title=f"What if: {name}",
        id=before.label,
        name=f"{name}, what if"[:300],
        knobs=list(_fields(before, after)),
        before=before,
        after=after,
        rows=list(rows(before, after)),
    )


def _knobs(stored: Candidate) -> list[Knob]:
    return list(knobs(stored.scenario))[:MOST_KNOBS]


def _fields(before: Candidate, after: Candidate) -> Iterator[Field]:
    now = {(knob.name, knob.side.side): knob.side.value for knob in knobs(after.scenario)}
    for number, knob in enumerate(_knobs(before)):
        side = knob.side
        largest = max(REACH * side.value, side.value + 1.0)
        yield Field(
            field=f"k{number}",
            name=knob.name,
            words=WORDS.get(side.side, side.side.replace("_", " ")),
            unit=before.scenario.currency if side.unit == MONEY else side.unit,
            value=now.get((knob.name, side.side), side.value),
            least=max(side.least, min(0.0, REACH * side.value)),
            most=min(side.most, largest),
        )


def rows(before: Candidate, after: Candidate) -> Iterator[Row]:
    """Value and spend, then every goal, then every tactic."""
    yield Row(name="value", before=before.plan.value, after=after.plan.value)
    for words in ("spend", "revenue"):
        yield Row(name=words, before=_total(before, words), after=_total(after, words))
    yield from _paired(
        [(goal.name, goal.achieved, None) for goal in before.plan.goals],
        {goal.name: goal.achieved for goal in after.plan.goals},
    )
    yield from _paired(
        [(row.tactic, row.spend, row.stage) for row in before.plan.tactics or after.plan.tactics],
        {row.tactic: row.spend for row in after.plan.tactics},
    )


def _paired(before: Sequence[tuple[str, float, str | None]], after: dict[str, float]) -> Iterator[Row]:
    for name, amount, stage in before:
        yield Row(name=name, before=amount, after=after.get(name), stage=stage)


def _total(shown: Candidate, name: str) -> float | None:
    return None if shown.plan.totals is None else float(getattr(shown.plan.totals, name))
