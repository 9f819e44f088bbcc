"""Where a relaxation's point breaks only rows on outcome, and by little: ask for that much more, offer the answer."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.incumbent.incumbent import KEPT, Incumbent
from optimizer.solver.highs import Outcome, Program

Array = NDArray[np.float64]
Index = NDArray[np.intp]
SMALL = 1e-3  # rows broken by more than this are not mended but refined
MENDINGS = 4


class Mendable(Protocol):
    """A relaxation with a program that can be solved again."""

    model: Model
    incumbent: Incumbent

    @property
    def program(self) -> Program: ...

    def solve(self, share: float = 1.0) -> Outcome: ...

    def point(self, outcome: Outcome) -> Array: ...


def mend(relaxation: Mendable, columns: Array) -> None:
    """Offer points near one that breaks rows, which the program keeps with as much to spare."""
    incumbent = relaxation.incumbent
    broken = incumbent.broken(incumbent.truth(columns))
    if not KEPT < float(broken.max(initial=0.0)) <= SMALL:
        return
    rows = np.flatnonzero(broken > 0.0)
    shift = np.zeros(len(rows))
    for _ in range(MENDINGS):
        shift += broken[rows] * (1.0 + 1e-6) + 1e-11
        _limit(relaxation, rows, shift)
        outcome = relaxation.solve()
        if outcome.columns is None or incumbent.offer(answer := relaxation.point(outcome)):
            break
        broken = incumbent.broken(incumbent.truth(answer))
    _limit(relaxation, rows, np.zeros(len(rows)))


def _limit(relaxation: Mendable, rows: Index, shift: Array) -> None:
    """Tighten rows by `shift`; an equality is moved up."""
    lower, upper = relaxation.model.matrix.lower[rows], relaxation.model.matrix.upper[rows]
    relaxation.program.bound_rows(rows, lower + shift, np.where(lower == upper, upper + shift, upper - shift))
