"""How much of a plan rests on curves that nobody has fitted yet."""

from __future__ import annotations

import math

import numpy as np

from optimizer.answers.plan import AssumedTactic, Assumptions
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.units import tidy
from optimizer.wording import listed, percent

NOTHING = 1e-9  # of what a tactic brings: doubles
MOST_NAMES = 5  # in the sentence; the list has them all


def assumptions_of(valuation: Valuation) -> Assumptions | None:
    """The tactics that state assumptions, and the part of the revenue (outcome, where that is the aim) that is theirs.

    share = (Σ_assumed metric + what others would convert less of without the demand that these bring) / Σ_all metric.
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
    lost = _through_pools(valuation, metric)
    through, amount = tuple(lost), math.fsum((*(row.amount for row in rows), *lost.values()))
    whole = valuation.total(metric)
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


def _through_pools(valuation: Valuation, metric: str) -> dict[str, float]:
    """What the other tactics that draw from pools bring only because assumed ones feed these, by tactic."""
    scenario = valuation.scenario
    fed = {tactic.feeds for tactic in scenario.tactics if tactic.assumptions} - {None}
    drawing = [tactic.name for tactic in scenario.tactics if not tactic.assumptions and tactic.draws_from in fed]
    if not drawing:
        return {}
    bring = np.array([[bool(tactic.assumptions) and tactic.feeds is not None] for tactic in scenario.tactics])
    without = Valuer(scenario).value(np.where(bring, 0.0, valuation.spend))
    scopes = {name: Scope(tactics=(name,)) for name in drawing}
    amounts = {name: valuation.total(metric, scope) for name, scope in scopes.items()}
    lost = {name: amount - without.total(metric, scopes[name]) for name, amount in amounts.items()}
    return {name: amount for name, amount in lost.items() if amount > NOTHING * amounts[name]}


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
