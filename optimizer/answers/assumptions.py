"""How much of a plan rests on curves that nobody has fitted yet."""

from __future__ import annotations

import math

from optimizer.answers.plan import AssumedTactic, Assumptions
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuation
from optimizer.units import tidy
from optimizer.wording import listed, percent

MOST_NAMES = 5  # in the sentence; the list has them all


def assumptions_of(valuation: Valuation) -> Assumptions | None:
    """The tactics that state assumptions, and the part of the revenue (outcome, where that is the aim) that is theirs.

    share = Σ_assumed metric / Σ_all metric; what converts demand that assumed tactics bring is counted with them.
    None when no tactic states any.
    """
    scenario = valuation.scenario
    stated = [tactic for tactic in scenario.tactics if tactic.assumptions]
    if not stated:
        return None
    metric = "outcome" if scenario.objective.aim == "outcome" else "revenue"
    rows = tuple(
        AssumedTactic(
            tactic=tactic.name,
            assumptions=tactic.assumptions,
            spend=valuation.spent(scope := Scope(tactics=(tactic.name,))),
            amount=valuation.total(metric, scope),
        )
        for tactic in stated
    )
    fed = {tactic.feeds for tactic in stated} - {None}
    through = tuple(tactic.name for tactic in scenario.tactics if not tactic.assumptions and tactic.draws_from in fed)
    amount = math.fsum(row.amount for row in rows)
    amount += valuation.total(metric, Scope(tactics=through)) if through else 0.0
    whole = valuation.total(metric, Scope())
    share = amount / whole if whole > 0 else None
    return Assumptions(
        metric="outcome" if metric == "outcome" else "revenue",
        amount=amount,
        share=share,
        spend=tidy(math.fsum(row.spend for row in rows)),
        sentence=_sentence(metric, share, [tactic.name for tactic in stated], through),
        tactics=rows,
        through_pools=through,
    )


def _sentence(metric: str, share: float | None, names: list[str], through: tuple[str, ...]) -> str:
    shown = _shown(names)
    if through:
        shown += f", and {_shown(list(through))}, which convert{'s' if len(through) == 1 else ''} demand from there"
    if share is None:
        return f"The plan brings no {metric}; these curves are assumed: {shown}."
    return f"{percent(share)} of the {metric} rests on assumed curves: {shown}."


def _shown(names: list[str]) -> str:
    more = len(names) - MOST_NAMES
    return listed(names) if more <= 0 else f"{', '.join(names[:MOST_NAMES])} and {more} more"
