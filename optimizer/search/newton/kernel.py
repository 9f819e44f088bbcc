"""How spend moves what curves read: input = carried in + K·spend, one small matrix a tactic that carries over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.draft import among
from optimizer.formulation.matrix import Entries
from optimizer.formulation.model import Model

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One tactic that carries over: its cells, its spend columns, K scaled (cells, periods) and its adstock rows.

    `links` is the part of the adstock rows that speaks of the inputs, (rows, cells), but for what is 0.
    """

    cells: Index
    spend: Index
    kernel: Array
    rows: Index
    links: Entries

    def chain(self) -> Array:
        """The links written out: K = chain⁻¹ · the rest."""
        return _written(self.links, len(self.rows), len(self.cells))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kernel:
    """All of them: `plain` cells read a spend column as it is."""

    plain: Index
    blocks: tuple[Block, ...]
    constant: Array

    @classmethod
    def of(cls, model: Model) -> Kernel:
        """Read the kernel off the model's own adstock rows."""
        cells, matrix = model.cells, model.matrix
        carried = ~among(model.reads, len(model.cost))[cells.inputs]
        plain = np.flatnonzero(~carried)
        constant = np.zeros(len(cells.inputs))
        blocks: list[Block] = []
        if not carried.any():
            return cls(plain=plain, blocks=(), constant=constant)
        links = np.array([row.side == "link" for row in model.drafts], dtype=bool)
        entries = np.flatnonzero(links[matrix.rows])
        entries = entries[np.argsort(matrix.columns[entries], kind="stable")]
        columns = matrix.columns[entries]
        for tactic in np.unique(np.searchsorted(cells.first, np.flatnonzero(carried), side="right") - 1).tolist():
            own = np.arange(cells.first[tactic], cells.first[tactic + 1])
            least, most = np.searchsorted(columns, [cells.inputs[own[0]], cells.inputs[own[-1]] + 1])
            rows = np.unique(matrix.rows[entries[least:most]])
            block, known = _block(model, own, model.reads[tactic % len(model.reads)], rows)
            constant[own] = known
            blocks.append(block)
        return cls(plain=plain, blocks=tuple(blocks), constant=constant)

    def pulled(self, model: Model, weights: Array, size: int) -> Array:
        """Kᵀ·weights: what a weight on each cell's input, shape (…, cells), is as a weight on each column."""
        pulled = np.zeros((*weights.shape[:-1], size))
        np.add.at(pulled.T, model.cells.inputs[self.plain], weights[..., self.plain].T)
        for block in self.blocks:
            pulled[..., block.spend] += weights[..., block.cells] @ block.kernel
        return pulled


def _block(model: Model, own: Index, spend: Index, rows: Index) -> tuple[Block, Array]:
    matrix = model.matrix
    first, after = np.searchsorted(matrix.rows, [rows[0], rows[-1] + 1])
    inside = first + np.flatnonzero(np.isin(matrix.rows[first:after], rows))
    row = np.searchsorted(rows, matrix.rows[inside])
    rest = np.zeros((len(rows), len(spend)))
    columns = matrix.columns[inside]
    reads = np.searchsorted(model.cells.inputs[own], columns)
    is_input = columns >= model.cells.inputs[own][0]
    links = Entries(row[is_input], reads[is_input], matrix.values[inside][is_input])
    order = np.argsort(spend)
    rest[row[~is_input], order[np.searchsorted(spend[order], columns[~is_input])]] = matrix.values[inside][~is_input]
    chain, known = _written(links, len(rows), len(own)), np.column_stack([-rest, matrix.lower[rows]])
    solved = np.asarray(np.linalg.solve(chain, known), dtype=np.float64)
    return Block(cells=own, spend=spend, kernel=solved[:, :-1], rows=rows, links=links), solved[:, -1]


def _written(links: Entries, rows: int, cells: int) -> Array:
    chain = np.zeros((rows, cells))
    chain[links.rows, links.columns] = links.values
    return chain
