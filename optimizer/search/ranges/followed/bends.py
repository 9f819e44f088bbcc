"""The second derivatives of the conditions, and Newton's equations with them, tactic by tactic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.search.newton.spends import Curvature, Spends
from optimizer.search.ranges.outward import Unknown

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Index = NDArray[np.intp]
FLAT = 1e-12  # of the largest: curvature that is none
LITTLE = 1e-7  # of what is usual: curvature that is too little to be eliminated with
MISSED = 1e-7  # of what the equations ask: more is left only where a tactic by itself decides nothing


@contextmanager
def _deciding() -> Iterator[None]:
    """Equations that decide nothing raise Unknown."""
    try:
        with np.errstate(all="ignore"):
            yield
    except np.linalg.LinAlgError:
        raise Unknown from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bends:
    """H = Kᵀ·diag(weights)·K over the spends, which come first among the columns, and 0 beyond; `weights` by cell."""

    spends: Spends
    weights: Array
    columns: int

    def whole(self) -> Array:
        """H written out, shape (columns, columns)."""
        diagonal, blocks = self._parts()
        found = np.diag(diagonal)
        for spends, own in blocks:
            found[spends[:, :, None], spends[:, None, :]] = own
        return found

    def eigenvalues(self, free: Flags) -> Array:
        """Those of H in the columns that are free, tactic by tactic."""
        diagonal, blocks = self._parts()
        alone, found = free.copy(), []
        for spends, own in blocks:
            alone[spends] = False
            some = free[spends]
            found += [np.linalg.eigvalsh(each[np.ix_(here, here)]) for each, here in zip(own, some, strict=True)]
        return np.concatenate([diagonal[alone], *found])

    def _parts(self) -> tuple[Array, list[tuple[Index, Array]]]:
        """The diagonal by column, and of tactics that carry over their spends and their whole part of H."""
        spends, diagonal, blocks = self.spends, np.zeros(self.columns), []
        np.add.at(diagonal, spends.read, self.weights[spends.plain])
        for group in spends.carried:
            weighted = np.swapaxes(group.kernels, -1, -2) * self.weights[group.cells][:, None, :]
            own, place = np.matmul(weighted, group.kernels), np.arange(group.spends.shape[1])
            own[:, place, place] += diagonal[group.spends]
            blocks.append((group.spends, own))
        return diagonal, blocks

    def _times(self, x: Array) -> Array:
        """H·x of spends, shape (…, spends)."""
        read = self.spends.inputs(x) - self.spends.kernel.constant
        return self.spends.pulled(self.weights * read)

    @_deciding()
    def by_tactic(self, free: Flags, right: Array, rows: Array, goal: Array) -> tuple[Array, Array] | None:
        """x, 0 where it is not free, and prices π with H·x − rowsᵀ·π = right in free columns and rows·x = goal.

        Each tactic's own curvature decides its spends, which are eliminated but where it is next to nothing; None where
        that does not tell them.
        """
        count = len(self.spends.columns)
        bent = np.zeros(self.columns, dtype=bool)
        size = self.spends.pulled(np.abs(self.weights))
        bends = size[free[:count] & (size > FLAT * size.max(initial=0.0))]
        bent[:count] = free[:count] & (size > LITTLE * np.median(bends)) if len(bends) else False
        flat = np.flatnonzero(free & ~bent)
        own = Curvature(self.spends, self.weights[None], np.zeros((1, count)), bent[None, :count])
        solved = own.inverse(np.vstack([rows, right])[None, :, :count])[0]
        sideways, downhill = solved[:-1], solved[-1]
        inside, across = rows[:, :count], rows[:, flat]
        hardly = np.pad(own.plain[0], (0, self.columns - count))[flat]
        system = np.block([[inside @ sideways.T, across], [-across.T, np.diag(hardly)]])
        rest = np.linalg.solve(system, np.concatenate([goal - inside @ downhill, right[flat]]))
        prices, x = rest[: len(rows)], np.zeros(self.columns)
        x[:count] = downhill + prices @ sideways
        x[flat] = rest[len(rows) :]
        pulled, paid = np.zeros(self.columns), prices @ rows
        pulled[:count] = self._times(x[:count])
        missed = float(np.abs(pulled - paid - right)[free].max(initial=0.0))
        asked = float((np.abs(pulled) + np.abs(paid) + np.abs(right))[free].max(initial=0.0))
        return (x, prices) if missed <= MISSED * asked else None

    @_deciding()
    def dense(self, free: Flags, right: Array, rows: Array, goal: Array) -> tuple[Array, Array]:
        """The same with all equations at once."""
        own, some = rows[:, free], np.flatnonzero(free)
        system = np.block([[self.whole()[np.ix_(some, some)], -own.T], [own, np.zeros((len(rows), len(rows)))]])
        solved = np.linalg.solve(system, np.concatenate([right[free], goal]))
        x = np.zeros(self.columns)
        x[free] = solved[: len(some)]
        return x, solved[len(some) :]
