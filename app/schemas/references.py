"""A stored plan in place of a list of spends."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.errors import NotFoundError
from optimizer.answers.comparison import Candidate
from optimizer.errors import ScenarioError
from optimizer.problem.rules import ReferenceLine

StoredPlans = Callable[[str], Candidate]  # a plan with its scenario by its id


def reference_lines(
    identity: str, plans: StoredPlans, currency: str, tactics: frozenset[str], periods: Sequence[str]
) -> list[ReferenceLine]:
    """The spends of a stored plan, those left out that speak of a tactic or period that is not there."""
    try:
        stored = plans(identity)
    except NotFoundError as missing:
        raise ScenarioError(missing.code, "", missing.problem, missing.remedy) from None
    if not stored.plan.allocations:
        raise ScenarioError("no_allocations", "", "is a plan without allocations", "name one that has some")
    if stored.scenario.currency != currency:
        raise ScenarioError(
            "other_currency", "", "is a plan in another currency", "name one in the scenario's currency"
        )
    same: dict[str, str | None] = {period: period for period in periods}
    if len(periods) == len(stored.scenario.periods) == 1:
        same = {stored.scenario.periods[0]: None}
    lines = [
        ReferenceLine(tactic=cell.tactic, period=same[cell.period], spend=cell.spend)
        for cell in stored.plan.allocations
        if cell.tactic in tactics and cell.period in same
    ]
    if not lines:
        raise ScenarioError(
            "nothing_in_common", "", "is a plan of other tactics or periods", "name one that shares some"
        )
    return lines
