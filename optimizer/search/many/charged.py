"""The best plan without a budget, where spend is charged for: the point of a frontier at that price.

    maximise metric − κ · spend, without the budget

Where curves are concave what one more unit of money brings falls from budget to budget, and the best plan is that of
the one at which it is κ. It stands between two that were found, and Newton's method with an active set leads there from
the straight line between them, as on the path (`path.py`). Whatever the curves, where nothing but the budget ties
spends together each is as large as pays by itself. What is proved is proved of every plan that the scenario's own
limits allow, however much it spends: by duals without one of the budget, tactic by tactic.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.formulation.moved import without_budget
from optimizer.problem.limits import BUDGET
from optimizer.problem.scenario import Scenario
from optimizer.search.bounds.bound import dual_bound, parts_of
from optimizer.search.choices.tables import Tables
from optimizer.search.incumbent.incumbent import Incumbent
from optimizer.search.newton.between import between
from optimizer.search.newton.polish import Polish
from optimizer.search.newton.spends import Spends
from optimizer.search.region.hull import Box, Hull, Region
from optimizer.search.search import Found
from optimizer.search.spends.ceiling import charge_of, is_open

Array = NDArray[np.float64]
STILL = 1e-7  # Newton's last step: what is left is about its square


def charged(founds: Sequence[Found], spends: Spends, scenario: Scenario) -> Found | None:
    """The best plan of `scenario`, proved to its gap, from what was found under budgets that it does not have.

    None where it does not come of these, or is not proved: where nothing but the budget limits a spend, outcome counts
    otherwise, curves that are not concave stand beside rows, or steps lead nowhere.
    """
    own, known = spends.model, [found for found in founds if found.columns is not None and found.duals is not None]
    earned, wanted = (each.rates(each.objective.aim)[1] for each in (own.scenario, scenario))
    if not known or is_open(scenario) or not np.array_equal(earned, wanted):
        return None
    charge = charge_of(scenario) - charge_of(own.scenario)
    model = without_budget(own, scenario, charge)
    if (model.high[model.spend] > 0.0)[own.high[own.spend] <= 0.0].any():
        return None  # what no budget left anything has no scale of its own
    near, bent = _between(known, charge), not model.cells.curves.concave.all() or len(model.tabled) > 0
    if not bent:
        return _by_newton(model, spends, *near)
    return _each_alone(model, spends, near[0]) if _is_apart(model) else None


def _by_newton(model: Model, spends: Spends, columns: Array, duals: Array) -> Found | None:
    """The plan that steps from near by lead to."""
    region = Region(low=model.cells.low, high=model.cells.high)
    hull, box = Hull(model, region), Box(low=model.low, high=model.high)
    polish = Polish(spends.under(model), sharp=True)
    better = polish(columns, duals, hull, region, box.within(model, region), STILL)
    if better is None:
        return None
    return _proved(model, *better, dual_bound(model, better[1], hull, region, box, better[0]))


def _is_apart(model: Model) -> bool:
    """Whether nothing but a budget ties spends together, and each is read as it is."""
    budget = all(draft.owner == BUDGET for draft in model.drafts)
    return budget and model.reads_spends


def _each_alone(model: Model, spends: Spends, near: Array) -> Found | None:
    """The plan whose cells are as large as pays by itself."""
    columns, duals = near.copy(), np.zeros(len(model.drafts))
    if (tables := Tables.of(spends)) is not None:
        inputs, proved = tables.apart(model)
    else:
        region, box = Region(low=model.cells.low, high=model.cells.high), Box(low=model.low, high=model.high)
        parts = parts_of(model, duals, Hull(model, region), region, box, near)
        inputs, proved = parts.inputs, float(parts.proved)
    columns[model.cells.inputs] = inputs / model.scale[model.cells.inputs]
    return _proved(model, columns, duals, proved)


def _proved(model: Model, columns: Array, duals: Array, bound: float) -> Found | None:
    """The plan at columns, where a bound proves that it is the best."""
    incumbent = Incumbent(model)
    incumbent.offer(columns)
    if incumbent.columns is None or bound < incumbent.cost - model.scenario.solve.gap * abs(incumbent.cost):
        return None
    return Found(
        model=model,
        columns=incumbent.columns,
        cost=incumbent.cost,
        bound=min(bound, incumbent.cost),
        duals=duals,
        stopped=False,
        rounds=0,
        nodes=0,
    )


def _between(founds: Sequence[Found], charge: float) -> tuple[Array, Array]:
    """Columns and duals between those of the two budgets beside which more money brings more than the charge, and
    less; the nearest where there is but one. The budget itself has no price."""
    columns, duals = np.array([found.columns for found in founds]), np.array([found.duals for found in founds])
    model = founds[0].model
    rows = model.rows_owned(BUDGET)
    prices = -(duals[:, rows] / model.row_scale[rows]).sum(axis=1) * model.worth
    order = np.argsort(prices, kind="stable")
    before, after, share = between(prices[order], np.array([charge]))
    first, second, way = order[before[0]], order[after[0]], float(np.clip(share[0], 0.0, 1.0))
    duals[:, rows] = 0.0
    at, at_prices = (own[first] + way * (own[second] - own[first]) for own in (columns, duals))
    return at, at_prices
