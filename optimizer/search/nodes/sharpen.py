"""The best plan of a search by regions, put where Newton's method on the curves themselves leads.

Walks stop a little short of limits, and a plan that is a cent off a limit does not tell its price. What is before its
bend and all but at a limit is put there: Newton's method would lead it away, to where it costs most.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.search.nodes.relaxation import Relaxation
from optimizer.search.region.hull import Truth

Array = NDArray[np.float64]
AT_END = 1e-6  # scaled, from a limit


def sharpen(own: Relaxation, duals: Array) -> None:
    """Offer the point, from the best plan and duals near by; nothing where Newton's method leads nowhere."""
    if own.newton is None or own.incumbent.columns is None or own.model.cells.curves.concave.all():
        return
    columns, cells, scale = own.incumbent.columns.copy(), own.model.cells, own.model.scale[own.model.cells.inputs]
    box = own.decided.limits(columns)
    inputs, low, high = (ends[cells.inputs] for ends in (columns, box.low, box.high))
    convex = inputs * scale < cells.curves.turns()[1]
    ends = np.where(inputs <= low + AT_END, low, np.where(inputs >= high - AT_END, high, inputs))
    columns[cells.inputs] = np.where(convex, ends, inputs)
    better = own.newton(columns, duals, Truth(own.model), own.root, box, convex=convex)
    if better is not None:
        own.incumbent.offer(better[0])
