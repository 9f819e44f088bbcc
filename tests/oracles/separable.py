"""One budget over tactics that do not touch: max Σ g_i(x_i), Σ x_i ≤ B (or = B), low_i ≤ x_i ≤ high_i.

The independent solvers take this form; a wire scenario of one period without rules and required goals is read
into it. g_i(x) = gain_i·(f_i(x) − f_i(0)) − charge·x.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.oracles import families
from tests.oracles.curves import Witness, periods
from tests.oracles.families import Array, Curve, Wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One tactic: its gain, the gain's slope, its limits; `table` holds the breakpoints of a tabulated
    curve."""

    gain: Curve
    slope: Curve
    low: float
    high: float
    table: Array | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Separable:
    """The problem; `exactly` when the whole budget must be spent, `budget` infinite when there is none."""

    items: tuple[Item, ...]
    budget: float
    exactly: bool = False

    def value(self, spend: Array) -> float:
        """Σ g_i(x_i)."""
        return float(sum(item.gain(np.array(x)) for item, x in zip(self.items, spend, strict=True)))


def of(scenario: Wire) -> Separable:
    """Read a wire scenario; one that has more to it is refused, so that an oracle is never asked too much."""
    if len(periods(scenario)) > 1 or scenario.get("rules") or "minimize" in scenario["objective"]:
        raise ValueError("not a separable problem with one budget")
    gains, charge = Witness(scenario).rates()
    limit = scenario.get("budget") or {}
    budget = limit.get("exactly", limit.get("at_most", np.inf))
    floors = sum(t.get("spend", {}).get("at_least", 0.0) for t in scenario["tactics"])
    items = (_item(t, g, charge, budget - floors) for t, g in zip(scenario["tactics"], gains, strict=True))
    return Separable(items=tuple(items), budget=budget, exactly="exactly" in limit)


def _item(tactic: Wire, gain: float, charge: float, spare: float) -> Item:
    response, limits = tactic["response"], tactic.get("spend", {})
    curve, slope = families.curve(response), families.slope(response)
    at_zero = float(curve(np.array(0.0)))
    low = float(limits.get("at_least", 0.0))
    high = min(limits.get("at_most", np.inf), low + spare)
    if not np.isfinite(high):
        raise ValueError("nothing bounds the spend")
    return Item(
        gain=lambda x: gain * (curve(x) - at_zero) - charge * x,
        slope=lambda x: gain * slope(x) - charge,
        low=low,
        high=high,
        table=families.breakpoints(response) if families.is_table(response) else None,
    )
