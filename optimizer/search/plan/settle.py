"""From what the search found to one point of a frontier: rounded to money and certified as a plan is, and no more."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from optimizer.answers.certificate import largest_violation
from optimizer.answers.frontier import Point, TacticPoints
from optimizer.curves import Array
from optimizer.problem.limits import BUDGET
from optimizer.problem.scenario import Scenario
from optimizer.problem.valuation import Valuation, Valuer
from optimizer.search.deadline import Deadline
from optimizer.search.money.money import Minor, minor_of, rounded_together, shared_together
from optimizer.search.money.regained import can_regain
from optimizer.search.newton.rows import AT_ONCE, parts
from optimizer.search.plan.ending import certificate_of, is_proved, termination
from optimizer.search.plan.outcome import whole_spend
from optimizer.search.prices.duals import price_of
from optimizer.search.prices.fitted import fits, fitted, free_cells
from optimizer.search.prices.onward import loosened
from optimizer.search.prices.reading import Reading, reading
from optimizer.search.search import Found

EMPTY = "no plan keeps every limit and required goal here"


class Whole(NamedTuple):
    """A spend in whole minor units, valued, and the unit; where slopes are read; `told`: what money brings there its
    search's dual says.
    """

    valuation: Valuation
    minor: Minor
    read: Reading
    told: bool


def whole_spends(founds: Sequence[Found], valuer: Valuer, until: Deadline) -> list[Whole]:
    """The spends of searches that found one, of one model under other limits, each rounded to money and valued.

    Rounding is mended `until` time is up.
    """
    rounded, reads = _rounded(founds, valuer, until), list[Reading]()
    for found, (whole, minor) in zip(founds, rounded, strict=True):
        reads.append(reading(found.model, _columns(found), whole, valuer.under(found.model.scenario), minor.unit))
    each = zip(rounded, reads, _told(founds, reads), strict=True)
    return [Whole(*own, read=read, told=told) for own, read, told in each]


def _rounded(founds: Sequence[Found], valuer: Valuer, until: Deadline) -> list[tuple[Valuation, Minor]]:
    if not all(_is_plain(found) for found in founds):
        return [_alone(found, valuer, until) for found in founds]
    models = [found.model for found in founds]
    ideals = np.array([np.maximum((_columns(own) * own.model.scale)[own.model.spend], 0.0) for own in founds])
    sums = ideals.sum(axis=(1, 2)).tolist() if founds else []
    minors = [minor_of(model.scenario, ideal)[0] for model, ideal in zip(models, sums, strict=True)]
    if not any(len(model.integer) for model in models):
        return list(zip(rounded_together(models, valuer, ideals, minors, until), minors, strict=True))
    shared = zip(founds, shared_together(models, valuer, ideals, minors), minors, strict=True)
    return [(own, minor) if _is_kept(found, own) else _alone(found, valuer, until) for found, own, minor in shared]


def _alone(found: Found, valuer: Valuer, until: Deadline) -> tuple[Valuation, Minor]:
    return whole_spend(found, valuer.under(found.model.scenario), until)[:2]


def _is_kept(found: Found, whole: Valuation) -> bool:
    """Whether a spend in whole units keeps every limit, and loses nothing that is looked for again."""
    worth = -found.model.worth * found.cost
    lost = can_regain(whole) and worth - whole.value > whole.scenario.solve.gap * abs(worth)
    return not lost and largest_violation(whole) == 0.0


def _told(founds: Sequence[Found], reads: Sequence[Reading]) -> list[bool]:
    """Whether some spend can move, and what that brings is what the dual says: where curves bend it may be another."""
    told = np.zeros(len(founds), dtype=bool)
    exact = [place for place, found in enumerate(founds) if found.exact or (found.chosen and len(found.model.integer))]
    for part in parts(len(exact), founds[0].model.spend.size if founds else 0, AT_ONCE):
        model, some = founds[exact[0]].model, exact[part]
        spends = np.array([reads[place].valuation.spend for place in some])
        units = np.array([reads[place].unit for place in some])
        free = free_cells(model, spends, units[:, None, None])
        free &= spends > model.scenario.minimums + units[:, None, None]
        if model.cells.curves.concave.all() and not len(model.tabled) and not len(model.integer):
            told[some] = free.any(axis=(1, 2))
        else:
            columns, duals = (np.array([getattr(founds[own], name) for own in some]) for name in ("columns", "duals"))
            told[some] = fits(model, columns, duals, free)
    return told.tolist()


def _columns(found: Found) -> Array:
    assert found.columns is not None
    return found.columns


def _is_plain(found: Found) -> bool:
    """Whether cells, on/off minimums and budget alone say what whole units a spend may have, as far as rows do not."""
    model = found.model
    decided = found.chosen or not len(model.integer)
    simple = decided and model.currents is None and np.array_equal(model.reads, model.spend)
    return simple and not model.scenario.budget.by_period


def settled_point(found: Found, whole: Whole, amount: float, owner: str) -> Point:
    """The point of a search that found a plan, once rounded; `owner` is the limit that stands at `amount`."""
    assert found.columns is not None
    model, scenario = found.model, found.model.scenario
    valuation, minor, read, told = whole
    certificate = certificate_of(scenario, found, valuation, minor)
    spend, revenue = valuation.spent(), valuation.total("revenue")
    proved = is_proved(scenario, found, certificate)
    told = told or found.weights is not None or found.credit is not None
    duals = found.duals if told else fitted(model, found.columns, found.duals, *read)
    own = None if told else loosened(model, found.columns, *read, owner)
    own = price_of(model, duals, owner) if own is None else own if math.isfinite(own) else None
    return Point(
        amount=amount,
        status="optimal" if proved else "feasible",
        detail=termination(scenario, found, certificate, proved).detail,
        value=certificate.value,
        bound=certificate.bound,
        gap=certificate.gap,
        certificate=certificate,
        spend=spend,
        outcome=valuation.total("outcome"),
        revenue=revenue,
        profit=valuation.total("profit"),
        roi=revenue / spend if spend > 0 else None,
        marginal=own if own is None or owner != BUDGET else _of_more(scenario, own),
        tactics=TacticPoints.of(valuation),
    )


def _of_more(scenario: Scenario, price: float) -> float:
    """What more budget brings: none that need not be spent does harm (law F1), which what must be spent may."""
    total, sign = scenario.budget.total, 1.0 if scenario.objective.maximizes else -1.0
    if total is None or total.at_least == total.at_most:
        return price
    return sign * max(sign * price, 0.0) + 0.0  # −0.0 is 0


def empty_point(found: Found, amount: float) -> Point:
    """The point of a search that found no plan: none exists, or none was found in time."""
    if found.proved_empty:
        return Point(amount=amount, status="conflict", detail=EMPTY)
    why = "time was over" if found.stopped else "the search could not go on"
    return Point(amount=amount, status="no_plan", detail=f"{why} before any plan was found here")
