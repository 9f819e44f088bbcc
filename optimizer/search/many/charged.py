"""The best plan without a budget, where spend is charged for: the point of a frontier at that price.

What one more unit of money brings falls from budget to budget where curves are concave, so that

    maximise metric − κ · spend, without the budget

leads to the point at which it is κ. That stands between two that were found, and Newton's method with an active set
leads there from the straight line between them, as on the path (`path.py`). What is proved is proved of every plan that
the scenario's own limits allow, however much it spends: by duals without one of the budget, tactic by tactic.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.formulation.moved import without_budget
from optimizer.problem.limits import BUDGET
from optimizer.problem.scenario import Scenario
from optimizer.search.bounds.bound import dual_bound
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

    None where it does not come of these, or is not proved: where curves are not concave, nothing but the budget limits
    a spend, the objectives measure something else, or steps lead nowhere.
    """
    own, known = spends.model, [found for found in founds if found.columns is not None and found.duals is not None]
    if not (known and _can_be(own, scenario)):
        return None
    charge = charge_of(scenario) - charge_of(own.scenario)
    model = without_budget(own, scenario, charge)
    if (model.high[model.spend] > 0.0)[own.high[own.spend] <= 0.0].any():
        return None  # what no budget left anything has no scale of its own
    hull, region = Hull(model, here := Region(low=model.cells.low, high=model.cells.high)), here
    box = Box(low=model.low, high=model.high)
    start = _between(known, charge)
    better = Polish(spends.under(model), sharp=True)(*start, hull, region, box.within(model, region), STILL)
    if better is None:
        return None
    incumbent = Incumbent(model)
    incumbent.offer(better[0])
    bound = dual_bound(model, better[1], hull, region, box, better[0])
    if incumbent.columns is None or bound < incumbent.cost - scenario.solve.gap * abs(incumbent.cost):
        return None
    return Found(
        model=model,
        columns=incumbent.columns,
        cost=incumbent.cost,
        bound=min(bound, incumbent.cost),
        duals=better[1],
        stopped=False,
        rounds=0,
        nodes=0,
    )


def _can_be(model: Model, scenario: Scenario) -> bool:
    """Whether the model is one of concave curves, and of what the scenario asks for but for a charge and a budget."""
    aims = {model.scenario.objective.aim, scenario.objective.aim}
    alike = len(aims) == 1 or aims == {"revenue", "profit"}
    return alike and bool(model.cells.curves.concave.all()) and not len(model.tabled) and not is_open(scenario)


def _between(founds: Sequence[Found], charge: float) -> tuple[Array, Array]:
    """Columns and duals between those of the two budgets beside which more money brings more than the charge, and
    less; the nearest where there is but one. The budget itself has no price."""
    columns, duals = np.array([found.columns for found in founds]), np.array([found.duals for found in founds])
    model = founds[0].model
    rows = [row for row, draft in enumerate(model.drafts) if draft.owner == BUDGET]
    prices = -(duals[:, rows] / model.row_scale[rows]).sum(axis=1) * model.worth
    order = np.argsort(prices, kind="stable")
    before, after, share = between(prices[order], np.array([charge]))
    first, second, way = order[before[0]], order[after[0]], float(np.clip(share[0], 0.0, 1.0))
    duals[:, rows] = 0.0
    at, at_prices = (own[first] + way * (own[second] - own[first]) for own in (columns, duals))
    return at, at_prices
