"""Small scenarios to test with, in the domain's own words or as wire documents."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.schemas.scenario import ScenarioIn
from optimizer.curves import Curve, Linear, ResponseCurve
from optimizer.formulation.model import Model, build
from optimizer.formulation.spend import reach
from optimizer.problem.budget import Budget, BudgetLimit
from optimizer.problem.objective import Aim, Objective
from optimizer.problem.scenario import Scenario
from optimizer.problem.tactic import Tactic
from optimizer.problem.valuation import Valuation, Valuer

Wire = dict[str, Any]

ROOT = {"family": "power", "coefficient": 10, "exponent": 0.5}
DOUBLE_ROOT = {"family": "power", "coefficient": 20, "exponent": 0.5}
HILL = {"family": "hill", "ceiling": 400, "half_saturation": 40, "shape": 1.7}
LINE = {"family": "linear", "slope": 3}
TABLE = {"family": "tabulated", "points": [[0, 0], [30, 5], [60, 200], [90, 210], [120, 230]]}
DRAWS = {"family": "exponential", "draws": [{"ceiling": 90, "scale": 20}, {"ceiling": 240, "scale": 75}]}


def tactic(name: str = "tv", curve: Curve | None = None, **more: Any) -> Tactic:
    """An upstream tactic; a unit of money yields two of outcome unless a curve is given."""
    return Tactic(
        **{"stage": "upstream", "name": name, "response": ResponseCurve(members=(curve or Linear(slope=2.0),))} | more
    )


def scenario(*tactics: Tactic, aim: Aim = "revenue", at_most: float | None = 100.0, **more: Any) -> Scenario:
    """Maximise revenue within 100 of money; `tv` and `search` unless tactics are given."""
    total = None if at_most is None else BudgetLimit(at_most=at_most)
    common = {
        "name": "toy",
        "currency": "EUR",
        "tactics": tactics
        or (
            tactic("tv", current_spend=20.0),
            tactic("search", Linear(slope=3.0), stage="downstream", current_spend=20.0),
        ),
        "objective": Objective(aim=aim),
        "budget": Budget(total=total),
    }
    return Scenario(**common | more)


def valued(problem: Scenario, *spend: Any) -> Valuation:
    """A spend valued: one row a tactic, or one number a tactic where there is one period."""
    return Valuer(problem).value(np.array(spend, dtype=float).reshape(Valuer(problem).shape))


def wire(tactics: dict[str, Wire] | list[Wire], **more: Any) -> Wire:
    """A wire scenario of named response curves, or of whole tactics; maximises revenue unless told otherwise."""
    if isinstance(tactics, dict):
        tactics = [line(name, response) for name, response in tactics.items()]
    return {"name": "toy", "currency": "EUR", "objective": {"maximize": "revenue"}, "tactics": tactics} | more


def line(name: str, response: Wire, **more: Any) -> Wire:
    """A wire tactic."""
    return {"name": name, "stage": "upstream", "response": response} | more


def domain(document: Wire) -> Scenario:
    """The scenario that a wire document states."""
    return ScenarioIn.model_validate(document).to_domain()


def modelled(document: Wire) -> Model:
    """The model of a wire document whose spends are limited."""
    problem = domain(document)
    return build(problem, reach(problem, np.inf))
