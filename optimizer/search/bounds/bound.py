"""A bound that any row duals prove: no solver's word is taken.

min cost ≥ Σ_rows π·limit + Σ_columns min (cost − Aᵀπ)·column + Σ_cells min over input of d_z·input + d_y·response
(Lagrangian relaxation). The minimum of a cell is taken over its true curve, through its envelope: the maximum of
f(x) − p·x over an interval is that of the envelope of f.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.matrix import summed
from optimizer.formulation.model import Model
from optimizer.search.region.hull import Box, Hull, Region, Touched

Array = NDArray[np.float64]
LITTLE = 1e-7  # of an input's largest, by which a little more or less is told
NOTHING = 1e-14  # a response price below this is taken as zero, and paid for in full


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the bound of some duals is the sum of: rows, columns that no curve reads or writes, cells.

    `reduced` is what a unit of each column costs beside what rows pay for it, `inputs` where cells cost least [money].
    """

    rows: Array
    columns: Array
    cells: Array
    reduced: Array
    inputs: Array

    @property
    def proved(self) -> Array:
        """The bound itself."""
        proved = self.rows + self.columns.sum(axis=-1) + self.cells.sum(axis=-1)
        return np.asarray(np.where(np.isnan(proved), -np.inf, proved))


def dual_bound(model: Model, duals: Array, hull: Hull, region: Region, box: Box, near: Array) -> float:
    """A lower bound on the cost [scaled] of every plan within the region and the box.

    Holds for any `duals`, −∞ where they are no numbers; signs that a one-sided row does not admit are dropped. With the
    duals of the converged relaxation it is the relaxation's optimum. `near` is a point [scaled] from which the cells'
    minima are looked for.
    """
    return float(dual_bounds(model, duals, hull, region, box, near))


def dual_bounds(model: Model, duals: Array, hull: Hull | Touched, region: Region, box: Box, near: Array) -> Array:
    """The same for many points at once, which may differ in everything but curves and coefficients; shape (…)."""
    return parts_of(model, duals, hull, region, box, near).proved


def admitted(model: Model, duals: Array) -> Array:
    """Duals without the signs that one-sided rows do not admit."""
    duals = np.where(np.isfinite(model.matrix.lower), duals, np.minimum(duals, 0.0))
    return np.where(np.isfinite(model.matrix.upper), duals, np.maximum(duals, 0.0))


def priced_limits(model: Model, duals: Array) -> Array:
    """The limit of each row that its dual belongs to; 0 where it has none."""
    return np.where(duals > 0, model.matrix.lower, np.where(duals < 0, model.matrix.upper, 0.0))


def parts_of(model: Model, duals: Array, hull: Hull | Touched, region: Region, box: Box, near: Array) -> Parts:
    """The terms of `dual_bounds`."""
    duals = admitted(model, duals)
    reduced = model.cost - model.matrix.priced(duals, len(model.cost))
    cells, inputs = _cells(model, reduced, hull, region, box, near)
    return Parts(
        rows=np.asarray((duals * priced_limits(model, duals)).sum(axis=-1)),
        columns=_boxes(model, reduced, box),
        cells=cells,
        reduced=reduced,
        inputs=inputs,
    )


def response_prices(model: Model, duals: Array) -> Array:
    """What one more unit [scaled] of each response costs at the duals: negative where response is wanted."""
    reduced: Array = (model.cost - model.matrix.priced(duals, len(model.cost)))[..., model.cells.responses]
    return reduced


def _boxes(model: Model, reduced: Array, box: Box) -> Array:
    """Columns that no curve reads or writes, each at its better limit."""
    cheapest = np.minimum(reduced * box.low, reduced * box.high)
    cheapest[..., model.cells.inputs] = 0.0
    cheapest[..., model.cells.responses] = 0.0
    return cheapest


def _shared(
    model: Model, per_input: Array, per_outcome: Array, hull: Hull | Touched, region: Region, inputs: Array
) -> Array:
    """By cell the part of what its input costs that it pays, where several cells read one: any that sum to it bound.

    Best what each earns by a little more input; between that and what it loses by a little less where tables bend.
    """
    read, step, size = model.cells.inputs, LITTLE * model.cells.high, len(model.cost)
    least, most = (
        np.maximum(-per_outcome, 0.0) * np.nan_to_num(hull.slope(region.inside(np.maximum(at, step))), posinf=0.0)
        for at in (inputs + step, inputs - step)
    )
    low, high = (summed(read, own, size)[..., read] for own in (least, most))
    share = np.clip((per_input - low) / np.where(high > low, high - low, 1.0), 0.0, 1.0)
    earned = least + share * (most - least)
    total = summed(read, earned, size)[..., read]
    count = np.bincount(read, minlength=size)[read]
    return np.where(total > 0.0, per_input * earned / np.where(total > 0.0, total, 1.0), per_input / count)


def _cells(
    model: Model, reduced: Array, hull: Hull | Touched, region: Region, box: Box, near: Array
) -> tuple[Array, Array]:
    cells = model.cells
    guess = near[..., cells.inputs] * model.scale[cells.inputs]
    per_input = reduced[..., cells.inputs] / model.scale[cells.inputs]
    per_response = reduced[..., cells.responses]
    per_outcome = per_response / np.where(cells.most > 0, cells.most, 1.0)
    if model.written is not None:
        per_input = _shared(model, per_input, per_outcome, hull, region, guess)
    wanted = (per_response < -NOTHING) & (cells.most > 0)
    price = np.where(wanted, per_input / np.where(wanted, -per_outcome, 1.0), 0.0)
    inputs, most = hull.peak(price, guess)
    gain = most - cells.zero
    idle = np.minimum(per_input * region.low, per_input * region.high)
    floor = np.minimum(per_response * model.low[cells.responses], per_response * model.high[cells.responses])
    least = np.where(wanted, per_outcome * gain, idle + floor)
    least = np.where(box.high[..., cells.inputs] > 0.0, least, 0.0)  # what is switched off neither takes nor gives
    if hull.below is not None:
        two = model.two_sided
        unwanted = (per_response[..., two] > NOTHING) & (cells.most[two] > 0)
        cost = np.where(unwanted, per_outcome[..., two], 1.0)
        trough = hull.below.trough(-per_input[..., two] / cost, guess[..., two])[1] - cells.zero[two]
        least[..., two] = np.where(unwanted, cost * trough, least[..., two])
    return least, inputs
