"""The floor: how fast numpy alone reaches a certified optimum when it knows the structure beforehand.

`water_filling`, for one budget: Newton on the logarithm of the multiplier, each tactic's best spend in closed
form (hill: Newton again). Bound: Σ max (f − λx) + λB.

`interior_point`, for adstock over periods: primal-dual, in adstocked spend, where the Hessian is tridiagonal.
Bound: the tangent plane at the plan, maximised over limits and budget.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solveh_banded

from benchmarks.concave import Array, Carry, Concave, Wire

SHRINK = 0.03  # of the present complementarity, in one step


@dataclass(frozen=True, slots=True)
class Certified:
    """A spend, flat; what it is worth; what no spend exceeds."""

    spend: Array
    value: float
    bound: float


def limits_of(scenario: Wire) -> tuple[Array, Array, float]:
    """The least and the most of each spend, flat, and the budget."""
    count = len(scenario.get("periods") or ["all"])
    pairs = [(t["spend"]["at_least"], t["spend"]["at_most"]) for t in scenario["tactics"]]
    low, high = np.repeat(np.array(pairs, dtype=float), count, axis=0).T
    return low, high, min(float(scenario["budget"]["at_most"]), float(high.sum()))


def water_filling(scenario: Wire) -> Certified:
    """One budget, one period, concave curves."""
    curves, (low, high, budget) = Concave(scenario), limits_of(scenario)
    price = _price(curves, low, high, budget)
    spend = _best(curves, price, low, high)
    value, spent = curves.value(spend).sum(), spend.sum()
    if spent > budget:
        spend = spend - (spend - low) * (spent - budget) / (spent - low.sum())
    bound = value - price * (spent - budget)
    return Certified(spend, float(curves.value(spend).sum()), float(bound))


def _best(curves: Concave, price: float, low: Array, high: Array) -> Array:
    """Where each slope meets the price, within limits."""
    return np.clip(np.nan_to_num(curves.inverse_slope(price), nan=0.0, posinf=np.inf), low, high)


def _price(curves: Concave, low: Array, high: Array, budget: float) -> float:
    """The multiplier at which the best spends add up to the budget: Newton inside a bracket."""
    steep = curves.slope(np.maximum(low, 1e-9 * high))
    left, right = np.log(max(curves.slope(high).min(), 1e-12 * steep.max())) - 1, np.log(steep.max()) + 1
    middle = float(np.log(np.median(steep[steep > 0])))
    for _ in range(100):
        spend = _best(curves, float(np.exp(middle)), low, high)
        excess = spend.sum() - budget
        left, right = (middle, right) if excess > 0 else (left, middle)
        free = (spend > low) & (spend < high)
        change = (1.0 / curves.bend(spend)[free]).sum()
        if abs(excess) <= 1e-13 * budget:
            break
        newton = middle - excess / change if change < 0 else left
        middle = newton if left < newton < right else 0.5 * (left + right)
    return float(np.exp(middle))


def interior_point(scenario: Wire, gap: float = 1e-9, rounds: int = 60) -> Certified:
    """Geometric adstock without carry-in, effects after the last period not counted."""
    search = _Interior(scenario)
    for _ in range(rounds):
        found = search.certified()
        if found.bound - found.value <= gap * found.value:
            break
        search.step()
    return found


class _Interior:
    """min −F(Ax) with x between limits and Σx below the budget; multipliers `down`, `up` and `price`."""

    def __init__(self, scenario: Wire) -> None:
        self.curves = Concave(scenario)
        self.low, self.high, self.budget = limits_of(scenario)
        self.carry = Carry(scenario)
        self.kept = self.carry.kept
        room = min(0.5, 0.9 * (self.budget - self.low.sum()) / (self.high - self.low).sum())
        self.x = self.low + room * (self.high - self.low)
        slope = self.carry.pull(self.curves.slope(self.carry.push(self.x)))
        self.down = np.full_like(self.x, slope.mean() * 0.1)
        self.up = self.down.copy()
        self.price = float(slope.mean())

    def _back(self, a: Array) -> Array:
        """x = A⁻¹a: x_t = a_t − θ a_(t−1)."""
        return a - self.kept * np.concatenate([[0.0], a[:-1]])

    def _back_transposed(self, r: Array) -> Array:
        return r - np.concatenate([self.kept[1:] * r[1:], [0.0]])

    def certified(self) -> Certified:
        """The plan as it stands, and the tangent plane's maximum: a knapsack, solved by sorting."""
        a = self.carry.push(self.x)
        value = float(self.curves.value(a).sum())
        slope = self.carry.pull(self.curves.slope(a))
        order = np.argsort(-slope)
        room = (self.high - self.low)[order]
        spare = self.budget - self.low.sum()
        taken = np.clip(spare - (np.cumsum(room) - room), 0.0, room)
        best = slope @ self.low + slope[order] @ taken
        return Certified(self.x, value, value + float(best - slope @ self.x))

    def step(self) -> None:
        """One predictor-less primal-dual step towards a tenth of the present complementarity."""
        below, above = self.x - self.low, self.high - self.x
        spare = self.budget - self.x.sum()
        count = 2 * len(self.x) + 1
        now = (below @ self.down + above @ self.up + spare * self.price) / count
        aim = SHRINK * now
        a = self.carry.push(self.x)
        pull = self.carry.pull(self.curves.slope(a)) + aim / below - aim / above - self.price
        weight = self.down / below + self.up / above
        main, other = self._solve(-self.curves.curvature(a), weight, pull)
        change = (aim / self.price - spare + main.sum()) / (spare / self.price + other.sum())
        dx = main - change * other
        d_down = (aim - self.down * dx) / below - self.down
        d_up = (aim + self.up * dx) / above - self.up
        ratios = [dx / -below, dx / above, d_down / -self.down, d_up / -self.up]
        ratios += [np.array([dx.sum() / spare, change / -self.price])]
        length = min(1.0, 0.995 / max(float(max(r.max() for r in ratios)), 1e-12))
        self.x = self.x + length * dx
        self.down, self.up = self.down + length * d_down, self.up + length * d_up
        self.price += length * change

    def _solve(self, curvature: Array, weight: Array, pull: Array) -> tuple[Array, Array]:
        """(AᵀDA + W)⁻¹ applied to `pull` and to ones, through the tridiagonal D + LᵀWL in adstocked spend."""
        following = np.concatenate([self.kept[1:] ** 2 * weight[1:], [0.0]])
        bands = np.zeros((2, len(weight)))
        bands[1] = curvature + weight + following
        bands[0, 1:] = -self.kept[1:] * weight[1:]
        sides = np.column_stack([self._back_transposed(pull), self._back_transposed(np.ones_like(pull))])
        solved = solveh_banded(bands, sides)
        return self._back(solved[:, 0]), self._back(solved[:, 1])
