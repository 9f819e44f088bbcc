"""What if: other limits, answered in place, and kept only when asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request, Response

from app.pages.form import FormOf, name_in
from app.pages.knobs import Board
from app.pages.ordering import TOKEN, Orders, new_token
from app.pages.plan_view import MOST_ROWS
from app.pages.render import moved_to, page
from app.pages.route import PageRoute
from app.pages.visitors import Maker, Reader
from app.pages.waiting import Patience, far
from app.records.callers import Caller
from app.routes.state import Plans, WhatIfs
from app.services.answers import Pending
from app.services.what_ifs import WhatIfService, name_of, varied
from optimizer.answers.comparison import Candidate
from optimizer.errors import LimitError, ScenarioError

router = APIRouter(route_class=PageRoute)

LONGEST = 4000  # letters of an address; what is longer is answered where it was sent

PlanId = Annotated[str, Path(max_length=100)]


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
def look(
    visitor: Reader, request: Request, plan_id: PlanId, patience: Patience, plans: Plans, what_ifs: WhatIfs
) -> Response:
    """The limits of the plan's scenario as they are, beside the plan itself; or moved as the address says."""
    board = Board(stored=plans.candidate(visitor, plan_id), form=dict(request.query_params))
    return _answered(visitor, request, board, what_ifs, patience)


@router.post("/plans/{plan_id}/what-if")
def ask(
    visitor: Maker,
    request: Request,
    plan_id: PlanId,
    form: FormOf,
    plans: Plans,
    what_ifs: WhatIfs,
    orders: Orders,
) -> Response:
    """On to the address that says the limits of the form; saved as a plan only by the button that says so."""
    board = Board(stored=plans.candidate(visitor, plan_id), form=form)
    moves, faults = board.read()
    if faults:
        return _shown(request, board, board.stored, faults)
    try:
        scenario = varied(board.stored.scenario, moves)
        if "save" in form:
            named = replace(scenario, name=name_in(form) or name_of(board.stored.scenario, moves))
            return orders.plan(visitor, form, named, work=what_ifs.awaited(visitor, board.stored, moves))
        address = _address(board)
        if len(address) > LONGEST:
            return _answered(visitor, request, board, what_ifs, scenario.solve.time_limit)
        if moves:  # begun at once, and in place of what this page asked before
            what_ifs.looked_at(visitor, board.stored, moves, 0.0, form.get(TOKEN, ""))
        return moved_to(address)
    except (ScenarioError, LimitError) as error:
        return _refused(request, board, error)


def _answered(visitor: Caller, request: Request, board: Board, what_ifs: WhatIfService, patience: float) -> Response:
    """The answer in its page, or, until it is there, the stored plan and how far it is."""
    moves, faults = board.read()
    if faults or not moves:
        return _shown(request, board, board.stored, faults)
    try:
        return _shown(request, board, what_ifs.looked_at(visitor, board.stored, moves, patience))
    except (ScenarioError, LimitError) as error:
        return _refused(request, board, error)


def _refused(request: Request, board: Board, error: ScenarioError | LimitError) -> Response:
    field = board.at_fault(board.read()[0])
    where = "" if field else error.path
    return _shown(request, board, board.stored, {field: f"{where} {error.problem}: {error.remedy}".strip()})


def _address(board: Board) -> str:
    """Where the form's question is answered, with what was typed beside it."""
    beside = {name: board.form[name] for name in ("name", "find") if board.form.get(name)}
    query = "&".join(part for part in (board.query, urlencode(beside)) if part)
    return f"/plans/{board.stored.label}/what-if{'?' if query else ''}{query}"


def _shown(
    request: Request,
    board: Board,
    found: Candidate | Pending,
    faults: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    before = board.stored
    after, far_so = (before, far(found)) if isinstance(found, Pending) else (found, "")
    total = after.scenario.budget.total
    budget = None if total is None or far_so else total.at_most
    return page(
        request,
        "what_if.html",
        status=422 if faults else 200,
        title=f"What if: {before.scenario.name}",
        id=before.label,
        token=board.form.get(TOKEN) or new_token(),
        name=board.form.get("name", ""),
        suggested=name_of(before.scenario, [] if faults else board.read()[0]),
        board=board,
        knobs=list(board.fields(faults)),
        faults=faults,
        address=f"/plans/{before.label}/what-if?{board.query}" if board.query else "",
        before=before,
        after=after,
        far=far_so,
        asked={} if budget is None else {"budget": budget, "value": after.plan.value},
        remedies=list(board.remedies(after.plan.conflict)) if after.plan.conflict else [],
        rows=list(rows(before, after)),
    )


def rows(before: Candidate, after: Candidate) -> Iterator[Row]:
    """Value and spend, then every goal, then every tactic: where they are many, those that move most first."""
    yield Row(name="value", before=before.plan.value, after=after.plan.value)
    for words in ("spend", "revenue"):
        yield Row(name=words, before=_total(before, words), after=_total(after, words))
    yield from _paired(
        [(f"goal {goal.name}", goal.achieved, None) for goal in before.plan.goals],
        {f"goal {goal.name}": goal.achieved for goal in after.plan.goals},
    )
    tactics = _paired(
        [(row.tactic, row.spend, row.stage) for row in before.plan.tactics or after.plan.tactics],
        {row.tactic: row.spend for row in after.plan.tactics},
    )
    many = len(before.plan.tactics) > MOST_ROWS
    yield from sorted(tactics, key=lambda row: -abs(row.change or 0.0)) if many else tactics


def _paired(before: Sequence[tuple[str, float, str | None]], after: dict[str, float]) -> Iterator[Row]:
    for name, amount, stage in before:
        yield Row(name=name, before=amount, after=after.get(name), stage=stage)


def _total(shown: Candidate, name: str) -> float | None:
    return None if shown.plan.totals is None else float(getattr(shown.plan.totals, name))
