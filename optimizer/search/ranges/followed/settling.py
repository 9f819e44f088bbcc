"""The optimality conditions at a plan: what binds by its duals, and then by what the conditions say themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.search.ranges.followed.basis import basis_of
from optimizer.search.ranges.followed.conditions import Conditions, Point
from optimizer.search.ranges.followed.newton import BOTH, FREE, GIVEN, HELD, HIGH, LOW, OFF, Newton, State
from optimizer.search.ranges.followed.turning import turned
from optimizer.search.ranges.motion import Motion
from optimizer.search.ranges.outward import Unknown
from optimizer.search.search import Found

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
NOWHERE = Motion(name="", side="at_most", limit=0.0)
CLOSE = 1e-7  # scaled: a row this near to a limit is at it
TOUCH = 1e-6  # scaled: a column likewise
NEAR = 1e-3  # scaled: a row with a price that is further from its limit does not bind
POINT = 1e-6  # of a table's point: an input this near to it is there
APART = 1e-2  # scaled: draws that decide, and whose costs differ by less, are to be brought together
PRICED = 1e-9  # scaled: a price above which a row binds
REPAIRS = 60  # changes that make the conditions hold
FAR = 0.25  # scaled, that it may lie from it


def settle(found: Found, conditions: Conditions, newton: Newton, within: float) -> State:
    """The point near the plan that keeps the conditions, whose cost differs by no more than `within` [of the cost].

    Without end it may cost anything, and lie anywhere.

    Raises Unknown or Closed where none is found.
    """
    state = _started(found, conditions, newton)
    before = state.point.x
    for _ in range(REPAIRS):
        state = newton.solved(state, NOWHERE, 0.0)
        margins = newton.margins(state, NOWHERE)
        worst = int(np.argmin(margins))
        if margins[worst] >= -OFF:
            moved = float(np.abs(state.point.x - before)[: conditions.columns].max(initial=0.0))
            if abs(conditions.value(state.point) - found.cost) > within * abs(found.cost):
                raise Unknown
            if moved > FAR and np.isfinite(within):
                raise Unknown
            return state
        state = turned(conditions, newton, state, worst, NOWHERE)
    raise Unknown


def _started(found: Found, conditions: Conditions, newton: Newton) -> State:
    """The plan with its duals, and limits that are independent of each other."""
    assert found.columns is not None
    if found.duals is None:
        raise Unknown
    layout, corners = conditions.layout, np.zeros(len(conditions.corners))
    x = np.clip(found.columns[layout.own], layout.low, layout.high)
    prices = np.where(np.abs(found.duals) > PRICED, found.duals, 0.0)[layout.rows]
    prices = np.append(prices, corners)
    given = np.zeros(len(prices), dtype=bool)
    if found.weights is not None:
        costs = conditions.costs(x)
        weights, worse = _weighed(found.weights, costs, conditions.most)
        x = np.append(x, costs[(weights > 0.0) & ~worse].mean())
        prices, given = np.append(prices, weights), np.append(given, worse)
    point = conditions.at(x, conditions.pieces(x, POINT), NOWHERE, 0.0)
    return _standing(conditions, newton, point, prices, given, found.stopped)


def _weighed(weights: Array, costs: Array, most: float) -> tuple[Array, Flags]:
    """What draws weigh, and which of them the most they may; of these the least bad one is taken to decide η."""
    weights = np.where(weights > CLOSE * most, weights, 0.0)
    worse = weights >= (1.0 - CLOSE) * most
    if not ((weights > 0.0) & ~worse).any():
        worse[int(np.argmin(np.where(worse, costs, np.inf)))] = False
    return weights, worse


def _standing(
    conditions: Conditions, newton: Newton, point: Point, prices: Array, given: Flags, stopped: bool
) -> State:
    """Where columns and rows stand at a point; where the search was stopped its duals are those of another one."""
    low, high, lower, upper = newton.limits(NOWHERE, 0.0, point.pieces)
    x, same = point.x, lower == upper
    pinned, at_limit = low == high, (x <= low + TOUCH) | (x >= high - TOUCH)
    jacobian = conditions.jacobian(point, np.arange(len(prices)), NOWHERE, 0.0)
    room = np.where(given, np.inf, np.minimum(np.abs(point.rows - lower), np.abs(point.rows - upper)))
    drawn = np.arange(len(prices)) >= conditions.counted
    binds = (room <= CLOSE) if stopped else (prices != 0.0) & (room <= np.where(drawn, APART, NEAR))
    binds[conditions.standing] = _held(conditions, point, prices, at_limit)
    strong = np.flatnonzero((binds | same) & ~given)
    strong = strong[np.argsort(-np.where(same, np.inf, np.abs(prices))[strong], kind="stable")]
    tight = np.setdiff1d(np.flatnonzero(room <= np.where(drawn, NEAR, CLOSE)), strong)
    basis = basis_of(jacobian, conditions.curvature(point, prices), (pinned, at_limit), strong, tight)
    pull = conditions.gradient(point) - prices[given] @ jacobian[given]
    own, prices = np.flatnonzero(basis.active), np.where(given, prices, 0.0)
    prices[own] = np.linalg.lstsq(jacobian[own][:, ~basis.fixed].T, pull[~basis.fixed], rcond=None)[0]
    still = np.where(pinned, BOTH, np.where(x <= low + TOUCH, LOW, HIGH))
    side = np.where(same, BOTH, np.where(np.isfinite(lower) & ((prices >= 0.0) | np.isinf(upper)), LOW, HIGH))
    columns = np.where(basis.fixed, still, np.where(basis.held, HELD, FREE))
    rows = np.where(given, GIVEN, np.where(basis.active, side, FREE))
    return State(shift=0.0, point=point, prices=prices, columns=columns.astype(np.int8), rows=rows.astype(np.int8))


def _held(conditions: Conditions, point: Point, prices: Array, at_limit: Flags) -> Flags:
    """By cell that reads a table whether it is at a point where that bends down, and no spend limit holds it there."""
    reached = conditions.pieces(point.x, -POINT) > point.pieces
    bends = conditions.jumps(point, prices, reached.astype(np.intp), NOWHERE, 0.0) > 0.0
    free = conditions.reads(np.flatnonzero(~at_limit[: conditions.columns]))
    return reached & bends & free
