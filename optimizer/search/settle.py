"""From what the search found to one point of a frontier: rounded to money and certified as a plan is, and no more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.answers.frontier import Point, TacticPoint
from optimizer.answers.report import tactic_totals
from optimizer.formulation.decisions import settled
from optimizer.problem.scope import Scope
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.search.money import minor_of, rounded
from optimizer.search.outcome import certificate_of, proved_gap
from optimizer.search.prices import price_of
from optimizer.search.search import Found

Array = NDArray[np.float64]


def settled_point(found: Found, valuer: Valuer, amount: float, owner: str) -> Point:
    """The point of a search that found a plan; `owner` is the limit that stands at `amount`."""
    assert found.columns is not None
    model, scenario = found.model, found.model.scenario
    decided, ideal = settled(model, found.columns) if len(model.integer) else (model, _spend(found))
    minor, _ = minor_of(scenario, float(ideal.sum()))
    valuation = rounded(decided, valuer.under(scenario), ideal, minor)
    certificate = certificate_of(scenario, found, valuation, minor)
    spend, revenue = valuation.spent(Scope()), valuation.total("revenue", Scope())
    return Point(
        amount=amount,
        status="optimal" if proved_gap(found) <= scenario.solve.gap else "feasible",
        value=certificate.value,
        bound=certificate.bound,
        gap=certificate.gap,
        certificate=certificate,
        spend=spend,
        outcome=valuation.total("outcome", Scope()),
        revenue=revenue,
        profit=valuation.total("profit", Scope()),
        roi=revenue / spend if spend > 0 else None,
        marginal=price_of(model, found.duals, owner),
        tactics=_tactics(valuation),
    )


def empty_point(found: Found, amount: float) -> Point:
    """The point of a search that found no plan: none exists, or none was found in time."""
    if found.proved_empty:
        return Point(amount=amount, status="conflict", detail="no plan keeps every limit and required goal here")
    why = "time was over" if found.stopped else "the search could not go on"
    return Point(amount=amount, status="no_plan", detail=f"{why} before any plan was found here")


def _spend(found: Found) -> Array:
    assert found.columns is not None
    return np.maximum((found.columns * found.model.scale)[found.model.spend], 0.0)


def _tactics(valuation: Valuation) -> tuple[TacticPoint, ...]:
    return tuple(
        TacticPoint(
            tactic=total.tactic,
            spend=total.spend,
            outcome=total.outcome,
            revenue=total.revenue,
            roi=total.roi,
            by_period=tuple(valuation.spend[row].tolist()),
        )
        for row, total in enumerate(tactic_totals(valuation))
    )
