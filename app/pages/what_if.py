"""What if: other limits, answered in place, and kept only when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response

from app.charts.frontier import frontier
from app.charts.theme import Mode
from app.pages.editor.reading import number as typed
from app.pages.editor.reading import unmistakable
from app.pages.form import Form, FormOf
from app.pages.ordering import TOKEN, Ordering, Orders, new_token
from app.pages.picture import Drawing, inline, picture
from app.pages.render import page
from app.pages.route import PageRoute
from app.pages.visitors import Maker, Reader
from app.pages.words import figure
from app.records.callers import Caller, Role
from app.routes.state import Frontiers, Plans, WhatIfs
from app.services.what_ifs import Knob, Move, WhatIfService, knobs
from optimizer.answers.comparison import Candidate
from optimizer.errors import LimitError, ScenarioError
from optimizer.problem.movable import MONEY
from optimizer.questions.frontier import FrontierQuestion, Spread

router = APIRouter(route_class=PageRoute)

POINTS = 15  # of a frontier
MOST_KNOBS = 200
WORDS = {"at_least": "at least", "at_most": "at most", "exactly": "exactly"}
LARGEST = 1e15  # of an amount in an address
REACH = 2.0  # how many times today's limit a slider goes to

PlanId = Annotated[str, Path(max_length=100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A knob as the form shows it."""

    field: str
    name: str
    side: str
    words: str
    unit: str
    value: str
    slider: float
    least: float
    most: float
    fault: str | None = None


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
def begin(visitor: Reader, request: Request, plan_id: PlanId, plans: Plans, what_ifs: WhatIfs) -> Response:
    """The limits of the plan's scenario as they are, beside the plan itself; or moved as the address says."""
    stored = plans.candidate(visitor, plan_id)
    asked = dict(request.query_params)
    if not asked or not visitor.role.covers(Role.planner):
        return _shown(request, stored, stored, asked)
    return _answered(visitor, request, stored, asked, what_ifs)


@router.post("/plans/{plan_id}/what-if")
def answer(
    visitor: Maker,
    request: Request,
    plan_id: PlanId,
    form: FormOf,
    plans: Plans,
    what_ifs: WhatIfs,
    orders: Orders,
) -> Response:
    """The best plan within the limits of the form; saved as a plan only by the button that says so."""
    stored = plans.candidate(visitor, plan_id)
    return _answered(visitor, request, stored, form, what_ifs, orders)


def _answered(
    visitor: Caller,
    request: Request,
    stored: Candidate,
    form: Form,
    what_ifs: WhatIfService,
    orders: Ordering | None = None,
) -> Response:
    """The answer in its page; with `orders`, the plan where it is to be saved."""
    plan_id = stored.label
    moves, faults = moves_of(form, stored)
    if faults:
        return _shown(request, stored, stored, form, faults)
    try:
        if orders is not None and "save" in form:
            name = form.get("name") or stored.scenario.name
            return orders.plan(visitor, form, replace(what_ifs.varied(visitor, plan_id, moves), name=name))
        return _shown(request, stored, what_ifs.looked_at(visitor, plan_id, moves), form)
    except (ScenarioError, LimitError) as error:
        return _shown(request, stored, stored, form, {"": f"{error.path} {error.problem}: {error.remedy}".strip()})


@router.get("/plans/{plan_id}/frontier")
def show_frontier(visitor: Reader, request: Request, plan_id: PlanId, plans: Plans, frontiers: Frontiers) -> Response:
    """The best value at budgets around the plan's, each point proved: a picture and its table."""
    stored = plans.candidate(visitor, plan_id)
    traced = frontiers.ask(_around(stored))
    now = _budget(stored)
    return page(
        request,
        "frontier.html",
        title=f"{stored.scenario.name}, other budgets",
        id=plan_id,
        scenario=stored.scenario,
        traced=traced,
        pictures=inline(partial(frontier, traced, now, stored.scenario.currency)),
    )


@router.get("/plans/{plan_id}/frontier.{drawing}")
def draw_frontier(
    visitor: Reader,
    plan_id: PlanId,
    drawing: Drawing,
    plans: Plans,
    frontiers: Frontiers,
    budget: Annotated[float | None, Query(ge=0, le=LARGEST)] = None,
    value: Annotated[float | None, Query(ge=-LARGEST, le=LARGEST)] = None,
    theme: Annotated[Mode, Query()] = "light",
) -> Response:
    """The picture alone, with the budget and the value of a what-if on it."""
    stored = plans.candidate(visitor, plan_id)
    traced = frontiers.ask(_around(stored))
    asked = None if budget is None or value is None else (budget, value)
    chart = partial(frontier, traced, _budget(stored), stored.scenario.currency, asked=asked)
    return picture(chart, drawing, theme)


def _budget(stored: Candidate) -> float | None:
    total = stored.scenario.budget.total
    return None if total is None else total.at_most


def _around(stored: Candidate) -> FrontierQuestion:
    """The frontier from a quarter of the plan's budget to twice that."""
    now = _budget(stored)
    spread = None if now is None else Spread(start=0.25 * now, stop=2.0 * now, points=POINTS)
    return FrontierQuestion(scenario=stored.scenario, spread=spread)


def moves_of(form: Form, stored: Candidate) -> tuple[list[Move], dict[str, str]]:
    """The knobs that the form turned away from where they stand, and what is wrong with the others, by their fields."""
    found: list[Move] = []
    faults: dict[str, str] = {}
    for number, knob in enumerate(_knobs(stored)):
        field = f"k{number}"
        stated = form.get(field)
        if stated is None:
            continue
        if not stated.strip():
            faults[field] = f"is empty: type a number; it stands at {figure(knob.side.value)}"
            continue
        try:
            to = typed(stated)
        except ScenarioError as error:
            faults[field] = f"{error.problem}: {error.remedy}"
            continue
        if to != knob.side.value:
            found.append(Move(name=knob.name, side=knob.side.side, to=to))
    return found, faults


def _shown(
    request: Request,
    before: Candidate,
    after: Candidate,
    form: Form | None = None,
    faults: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    name = before.scenario.name
    return page(
        request,
        "what_if.html",
        status=422 if faults else 200,
        title=f"What if: {name}",
        id=before.label,
        token=(form or {}).get(TOKEN) or new_token(),
        name=(form or {}).get("name") or f"{name}, what if"[:300],
        knobs=list(_fields(before, form or {}, faults)),
        faults=faults,
        address=_address(form or {}, before),
        before=before,
        after=after,
        asked={} if _budget(before) is None else {"budget": _budget(after), "value": after.plan.value},
        rows=list(rows(before, after)),
    )


def _address(form: Form, stored: Candidate) -> str:
    """The address under which the same is asked again; empty where nothing is moved."""
    moved = {
        f"k{number}": form[f"k{number}"]
        for number, knob in enumerate(_knobs(stored))
        if form.get(f"k{number}", "") not in ("", unmistakable(repr(knob.side.value)))
    }
    return f"/plans/{stored.label}/what-if?{urlencode(moved)}" if moved else ""


def _knobs(stored: Candidate) -> list[Knob]:
    return list(knobs(stored.scenario))[:MOST_KNOBS]


def _fields(before: Candidate, form: Form, faults: Mapping[str, str]) -> Iterator[Field]:
    for number, knob in enumerate(_knobs(before)):
        side, field = knob.side, f"k{number}"
        largest = max(REACH * side.value, side.value + 1.0)
        yield Field(
            field=field,
            name=knob.name,
            side=side.side,
            words=WORDS.get(side.side, side.side.replace("_", " ")),
            unit=before.scenario.currency if side.unit == MONEY else side.unit,
            value=form.get(field, unmistakable(repr(side.value))),
            slider=side.value,
            least=max(side.least, min(0.0, REACH * side.value)),
            most=min(side.most, largest),
            fault=faults.get(field),
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
