"""From a model to the best point and a proof of how good it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.formulation.model import Model
from optimizer.search.branch import Branching
from optimizer.search.deadline import Deadline
from optimizer.search.incumbent import Incumbent
from optimizer.search.integer import IntegerRelaxation
from optimizer.search.relaxation import Relaxation

Array = NDArray[np.float64]
Report = Callable[[int, int, float, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The best point (None when there is none), its cost and a lower bound on any plan's cost [all scaled].

    `proved_empty`: no plan exists. `duals` are those of the relaxation where the point was found. `weights` are those
    of the draws that the bound and the duals belong to; None where all count alike.
    """

    model: Model
    columns: Array | None
    cost: float
    bound: float
    duals: Array | None
    stopped: bool
    rounds: int
    nodes: int
    weights: Array | None = None

    @property
    def proved_empty(self) -> bool:
        """Whether it was proved that nothing satisfies every row: each region was empty, none was given up."""
        return self.columns is None and not self.stopped and self.bound == np.inf


def search(model: Model, gap: float, deadline: Deadline, report: Report, start: Array | None = None) -> Found:
    """Search a model until the relative gap is proved, nothing is left, or time is up; `start` is a point to beat."""
    incumbent = Incumbent(model)
    if start is not None:
        incumbent.offer(start)
    kind = IntegerRelaxation if len(model.integer) else Relaxation
    relaxation = kind(model, incumbent, deadline, gap)
    finding = Branching(relaxation, lambda nodes, bound: report(relaxation.rounds, nodes, incumbent.cost, bound)).run()
    return Found(
        model=model,
        columns=incumbent.columns,
        cost=incumbent.cost,
        bound=finding.bound,
        duals=None if finding.visit is None else finding.visit.duals,
        stopped=finding.ending == "limit",
        rounds=relaxation.rounds,
        nodes=finding.nodes,
    )


def formulation_of(model: Model) -> tuple[Literal["tangents", "envelope", "integer"], str]:
    """Which relaxation bounds the model, and why."""
    if len(model.integer):
        return "integer", f"{len(model.integer)} on/off or whole-number decisions: mixed-integer relaxation"
    bent = int((~model.cells.curves.concave).sum())
    if bent or len(model.two_sided):
        what = f"{bent} readings of curves that are not concave" if bent else "an upper limit on outcome"
        return "envelope", f"{what}: envelopes and branching"
    return "tangents", "every curve is concave: a linear program with tangents"
