"""Two to six plans side by side."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.charts.differences import differences, largest
from app.charts.responses import compared as compared_curves
from app.pages.difference_words import place, said
from app.pages.picture import Drawing, Look, picture
from app.pages.render import page
from app.pages.route import PageRoute
from app.pages.visitors import Reader
from app.records.callers import Caller
from app.records.plans import Selection
from app.routes.state import Plans
from app.services.plans import PlanService
from optimizer.answers.comparison import MOST, Comparison

router = APIRouter(route_class=PageRoute)

OFFERED = 20  # plans to tick
MOST_SHOWN = 60  # tactics in sight; the rest is folded
IN_TEXT = re.compile(r"plan_[0-9a-f]{30}")
TOTALS = {"Spend": "spend", "Revenue": "revenue", "Outcome": "outcome", "Profit": "profit", "Revenue per unit": "roi"}
REVALUED = {"Value": "value", "Revenue": "revenue", "Outcome": "outcome", "Profit": "profit"}


@router.get("/compare")
def compare_plans(
    visitor: Reader,
    request: Request,
    plans: Plans,
    plan: Annotated[tuple[str, ...], Query()] = (),
    text: Annotated[str, Query(alias="plans", max_length=1000)] = "",
    common: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """The plans that are ticked, or named in a text; one alone waits for another."""
    ids = list(dict.fromkeys([*plan, *IN_TEXT.findall(text)]))
    if len(ids) < 2:
        recent = plans.page(visitor, Selection(), OFFERED).items
        alone = bool(ids or "plan" in request.query_params or text)
        return page(request, "compare.html", title="Compare", ids=ids, compared=None, recent=recent, alone=alone)
    compared = plans.compare(visitor, ids, common)
    moved = sorted(by_tactic(compared), key=largest, reverse=True)
    return page(
        request,
        "compare.html",
        title="Compare",
        ids=ids,
        names=_names(visitor, plans, ids),
        compared=compared,
        totals=_figures(TOTALS, compared.totals),
        revalued=_figures(REVALUED, compared.revalued),
        apart=sum(None in spends for spends in _stated(compared).values()),
        moved=moved[:MOST_SHOWN],
        folded=moved[MOST_SHOWN:],
        differ=[(place(row.path), list(map(said, row.values))) for row in compared.differences],
    )


@router.get("/compare/{ids}/differences.{drawing}")
def draw_differences(
    visitor: Reader,
    ids: Annotated[str, Path(max_length=1000)],
    drawing: Drawing,
    look: Look,
    plans: Plans,
) -> Response:
    """How each plan's spend differs from the first one's, tactic by tactic."""
    named = ids.split(",")
    compared = plans.compare(visitor, named)
    return picture(
        partial(differences, by_tactic(compared), list(_names(visitor, plans, named).values())), drawing, look
    )


@router.get("/compare/{ids}/curves.{drawing}")
def draw_curves(
    visitor: Reader,
    ids: Annotated[str, Path(max_length=1000)],
    drawing: Drawing,
    look: Look,
    plans: Plans,
    common: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """The common curves with each plan's average spend a period on them."""
    shown = [plans.candidate(visitor, own) for own in ids.split(",")[:MOST]]
    judge = next((each for each in shown if each.label == common), shown[0])
    names = list(_named([each.scenario.name for each in shown]))
    return picture(partial(compared_curves, judge, shown, names), drawing, look)


def by_tactic(compared: Comparison) -> list[tuple[str, list[float | None]]]:
    """The spend of each tactic over all periods in each plan: 0 where it is not there, None where there is no plan."""
    return [
        (
            tactic,
            [
                0.0 if own is None and totals is not None else own
                for own, totals in zip(spends, compared.totals, strict=True)
            ],
        )
        for tactic, spends in _stated(compared).items()
    ]


def _stated(compared: Comparison) -> dict[str, list[float | None]]:
    """The same as it is stated: None where the plan has no such tactic."""
    spend: defaultdict[str, list[float | None]] = defaultdict(lambda: [None] * len(compared.labels))
    for row in compared.allocations:
        sums = spend[row.tactic]
        for position, amount in enumerate(row.spend):
            if amount is not None:
                sums[position] = (sums[position] or 0.0) + amount
    return dict(spend)


def _names(visitor: Caller, plans: PlanService, ids: Sequence[str]) -> dict[str, str]:
    """What each plan is called: its scenario's name, numbered where several have the same."""
    named = _named([plans.candidate(visitor, own).scenario.name for own in ids])
    return dict(zip(ids, named, strict=True))


def _named(names: Sequence[str]) -> Iterator[str]:
    twice = len(set(names)) < len(names)
    return (f"{name} ({number})" if twice else name for number, name in enumerate(names, start=1))


def _figures(named: dict[str, str], each: Sequence[object]) -> list[tuple[str, list[float | None]]]:
    return [(words, [getattr(own, field, None) for own in each]) for words, field in named.items()]
