"""The floor where groups of tactics have shares of all spend: a primal-dual interior point.

    max Σ f(x)      low ≤ x ≤ high      G·x + s = h, s ≥ 0

Each row of G is a group's indicator and a multiple of ones, so that G·D⁻¹·Gᵀ comes from the sums of D⁻¹ over what two
groups have in common. Bound: Lagrange's, y·h + Σ max (f − Gᵀy·x), each maximum in closed form.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.concave import Array, Concave, Wire
from benchmarks.floor import Certified, limits_of

Index = NDArray[np.intp]
SHRINK = 0.05  # of the present complementarity, in one step


def with_shares(scenario: Wire, gap: float = 1e-9, rounds: int = 60) -> Certified:
    """One budget, one period, and `share_range` rules."""
    search = _Interior(scenario)
    for _ in range(rounds):
        search.step()
        if search.near(gap):
            found = search.certified()
            if found.bound - found.value <= gap * found.value:
                return found
    return search.certified()


class _Rows:
    """G = weights · groups, the last group being everybody; h is the budget, then zeros."""

    def __init__(self, scenario: Wire, budget: float) -> None:
        tactics, rules = scenario["tactics"], scenario["rules"]
        members = [*_members(tactics, rules), np.arange(len(tactics))]
        ends = np.cumsum([0, *(len(own) for own in members)])
        self.groups = csr_array((np.ones(ends[-1]), np.concatenate(members), ends), shape=(len(members), len(tactics)))
        self.everyone = self.groups.T.tocsr()
        every, own = np.zeros(len(rules) + 1), np.eye(len(rules), len(rules) + 1)
        every[-1] = 1.0
        least = [rule["at_least"] * every - row for rule, row in zip(rules, own, strict=True) if "at_least" in rule]
        most = [row - rule["at_most"] * every for rule, row in zip(rules, own, strict=True) if "at_most" in rule]
        self.weights = np.array([every, *least, *most])
        self.limits = np.zeros(len(self.weights))
        self.limits[0] = budget

    def of(self, x: Array) -> Array:
        """G·x."""
        return np.asarray(self.weights @ (self.groups @ x))

    def back(self, y: Array) -> Array:
        """Gᵀ·y."""
        return np.asarray(self.everyone @ (self.weights.T @ y))

    def between(self, diagonal: Array) -> Array:
        """G·diag·Gᵀ."""
        weighted = self.everyone.copy()
        weighted.data = diagonal[np.repeat(np.arange(len(diagonal)), np.diff(weighted.indptr))]
        return np.asarray(self.weights @ (self.groups @ weighted).toarray() @ self.weights.T)


def _members(tactics: list[Wire], rules: list[Wire]) -> list[Index]:
    """The tactics of each rule, by number: those it names, or those of its tag."""
    named: dict[object, list[int]] = defaultdict(list)
    for number, tactic in enumerate(tactics):
        for own in (tactic["name"], *tactic.get("tags", {}).items()):
            named[own].append(number)
    scopes = [rule["scope"] for rule in rules]
    return [
        np.sort([place for own in scope.get("tactics") or scope["tags"].items() for place in named[own]])
        for scope in scopes
    ]


class _Interior:
    def __init__(self, scenario: Wire) -> None:
        self.curves = Concave(scenario)
        self.low, self.high, budget = limits_of(scenario)
        self.rows = _Rows(scenario, budget)
        room = min(0.5, 0.9 * (budget - self.low.sum()) / (self.high - self.low).sum())
        self.x = self.low + room * (self.high - self.low)
        price = float(np.median(self.curves.slope(self.x)))
        self.down, self.up = np.full((2, len(self.x)), 0.1 * price)
        self.y = np.full(len(self.rows.limits), 0.1 * price)
        self.spare = np.maximum(self.rows.limits - self.rows.of(self.x), 0.01 * budget)

    @property
    def _complementary(self) -> float:
        return float((self.x - self.low) @ self.down + (self.high - self.x) @ self.up + self.spare @ self.y)

    def near(self, gap: float) -> bool:
        """Whether the plan keeps all rows, to rounding, and complementarity says as much as the gap."""
        over = self.rows.of(self.x) - self.rows.limits
        kept = bool(over.max() <= 1e-12 * self.rows.limits[0])
        return kept and self._complementary <= gap * float(self.curves.value(self.x).sum())

    def certified(self) -> Certified:
        """The plan as it stands, and Lagrange's bound at its prices."""
        price = self.rows.back(self.y)
        with np.errstate(all="ignore"):
            inner = self.curves.inverse_slope(np.maximum(price, 1e-300))
        best = np.where(price > 0.0, np.clip(np.nan_to_num(inner, posinf=np.inf), self.low, self.high), self.high)
        bound = float(self.y @ self.rows.limits + (self.curves.value(best) - price * best).sum())
        return Certified(self.x, float(self.curves.value(self.x).sum()), bound)

    def step(self) -> None:
        """Newton's, towards a part of the present complementarity."""
        below, above = self.x - self.low, self.high - self.x
        count = 2 * len(self.x) + len(self.y)
        aim = SHRINK * self._complementary / count
        pull = self.curves.slope(self.x) - self.rows.back(self.y) + aim / below - aim / above
        over = 1.0 / (self.down / below + self.up / above - self.curves.curvature(self.x))
        missed = self.rows.limits - self.rows.of(self.x) - self.spare
        schur = self.rows.between(over) + np.diag(self.spare / self.y)
        dy = np.linalg.solve(schur, self.rows.of(over * pull) + aim / self.y - self.spare - missed)
        dx = over * (pull - self.rows.back(dy))
        d_spare = missed - self.rows.of(dx)
        d_down, d_up = (aim - self.down * dx) / below - self.down, (aim + self.up * dx) / above - self.up
        primal = max(float((dx / -below).max()), float((dx / above).max()), float((d_spare / -self.spare).max()))
        dual = max(float((d / -now).max()) for d, now in ((d_down, self.down), (d_up, self.up), (dy, self.y)))
        near, far = (min(1.0, 0.995 / max(ratio, 1e-12)) for ratio in (primal, dual))
        self.x, self.spare = self.x + near * dx, self.spare + near * d_spare
        self.down, self.up, self.y = self.down + far * d_down, self.up + far * d_up, self.y + far * dy
