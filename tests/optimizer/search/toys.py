"""Small models with every plan on a grid: what a bound has to stay below, found without a solver."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.formulation.response import inputs_of
from optimizer.formulation.spend import LOOSE
from optimizer.search.region.hull import Region
from tests.optimizer.toys import DRAWS, HILL, LINE, ROOT, TABLE, Wire, line, modelled, wire

Array = NDArray[np.float64]
A = {"tactics": ["a"]}
CARRY = {"family": "geometric", "retention": 0.4, "carry_in": [20]}


def _rules(*rules: Wire) -> Wire:
    return wire({"a": HILL, "b": ROOT}, budget={"at_most": 100}, rules=list(rules))


TOYS: dict[str, Wire] = {
    "concave": wire({"a": ROOT, "b": LINE}, budget={"at_most": 100}),
    "s-shaped": wire({"a": HILL, "b": ROOT}, budget={"exactly": 100}),
    "tables and draws": wire({"a": TABLE, "b": DRAWS}, budget={"at_most": 100}),
    "adstock": wire(
        [line("a", HILL, adstock=CARRY, seasonality=[1, 0.6])], periods=["1", "2"], budget={"at_most": 100}
    ),
    "adstock that counts later": wire(
        [line("a", ROOT, adstock={"family": "weights", "weights": [1, 0.7], "after_saturation": True})],
        periods=["1", "2"],
        budget={"at_most": 100, "by_period": {"2": {"at_most": 60}}},
        count_carry_out=True,
    ),
    "a share": _rules({"rule": "share_range", "name": "r", "scope": A, "at_least": 0.2, "at_most": 0.35}),
    "outcome at most": _rules({"rule": "metric_range", "name": "r", "metric": "outcome", "scope": A, "at_most": 150}),
    "outcome within": _rules(
        {"rule": "metric_range", "name": "r", "metric": "outcome", "at_least": 120, "at_most": 260}
    ),
    "packages": _rules({"rule": "packages", "name": "r", "scope": A, "price": 20}),
    "a threshold": _rules({"rule": "minimum_if_active", "name": "r", "scope": A, "at_least": 30}),
    "profit": wire({"a": HILL, "b": ROOT}, objective={"maximize": "profit"}, budget={"at_most": 100}),
    "least spend for a goal": wire(
        [line("a", HILL, spend={"at_most": 100}), line("b", ROOT, spend={"at_most": 100})],
        objective={"minimize": "spend"},
        goals=[{"name": "g", "metric": "revenue", "at_least": 200, "required": True}],
    ),
}


@dataclass(frozen=True)
class Toy:
    """A model, and every plan on a grid that keeps its rows: `points` (plans, columns), `cost` (plans,) [scaled]."""

    model: Model
    points: Array
    cost: Array

    def best(self, region: Region | None = None) -> float:
        """The least cost of a plan on the grid, within a region."""
        kept = np.ones(len(self.cost), dtype=bool)
        if region is not None:
            cells = self.model.cells
            inputs = self.points[:, cells.inputs] * self.model.scale[cells.inputs]
            kept = ((inputs >= region.low) & (inputs <= region.high)).all(axis=1)
        return float(self.cost[kept].min(initial=np.inf))


@cache
def toy(name: str) -> Toy:
    """The toy of a name; spends on a grid of 31 to an axis."""
    model = modelled(TOYS[name])
    axes = [np.linspace(low, high, 31) for low, high in zip(*_limits(model), strict=True)]
    spends = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, *model.spend.shape)
    points = np.array([_point(model, spend) for spend in spends])
    broken = np.array([model.matrix.violation(point).max(initial=0.0) for point in points])
    whole = (np.abs(points[:, model.integer] - np.rint(points[:, model.integer])) < 1e-9).all(axis=1)
    points = points[(broken <= 1e-12) & whole]
    return Toy(model=model, points=points, cost=points @ model.cost)


def _limits(model: Model) -> tuple[Array, Array]:
    spend = model.spend.ravel()
    reached = model.high * model.scale / LOOSE  # where a budget is the limit the reach is a little more than it
    own = (model.high * model.scale)[spend]
    return (model.low * model.scale)[spend], np.where(
        np.isclose(np.round(reached[spend]), reached[spend]), reached[spend], own
    )


def _point(model: Model, spend: Array) -> Array:
    """The columns that a spend leads to on the true curves [scaled]; switches as they are, or pieces of 20."""
    cells, columns = model.cells, np.zeros(len(model.cost))
    columns[model.spend] = spend
    columns[cells.inputs] = inputs_of(model.scenario, spend)
    columns[cells.responses] = cells.curves.value(columns[cells.inputs]) - cells.zero
    columns[model.integer] = spend[0, 0] > 0.0 if len(model.switches) else spend[0, 0] / 20.0
    return columns / model.scale
