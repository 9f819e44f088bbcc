"""Multipliers over periods, without writing out every number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.units import LARGEST, number

MOST_GROWTH = 10.0  # per period


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One number for each period, or a cycle that repeats and grows: m_k = cycle[k mod n] · (1 + growth)^k, k = 0, 1, …

    `numbers` m_k [1]; or `cycle` of n numbers (1 throughout when left out) and `growth` per period [1].

    >>> Pattern(cycle=(1.0, 2.0), growth=0.5).spread(3).tolist()
    [1.0, 3.0, 2.25]
    """

    numbers: tuple[float, ...] | None = None
    cycle: tuple[float, ...] | None = None
    growth: float = 0.0

    def __post_init__(self) -> None:
        number(self.growth, "growth", least=-1.0, most=MOST_GROWTH)
        if self.numbers is not None and (self.cycle is not None or self.growth):
            raise ScenarioError(
                "contradictory_pattern", "", "lists its numbers beside a cycle or growth", "give one or the other"
            )
        if self.cycle == ():
            raise ScenarioError("empty", "cycle", "has no number", "give one, or leave it out")
        for position, multiplier in enumerate(self.numbers or ()):
            number(multiplier, f"[{position}]", least=0.0)
        for position, multiplier in enumerate(self.cycle or ()):
            number(multiplier, f"cycle[{position}]", least=0.0)

    def check(self, periods: int) -> None:
        """Refuse a list of another length than `periods`, and growth beyond every number that is computed with."""
        if self.numbers is not None and len(self.numbers) != periods:
            raise ScenarioError(
                "wrong_length",
                "",
                f"has {len(self.numbers)} numbers for {periods} periods",
                "give one number for each period",
            )
        with np.errstate(over="ignore"):
            if float(self.spread(periods).max(initial=0.0)) > LARGEST:
                raise ScenarioError("out_of_range", "growth", f"grows beyond {LARGEST:g}", "lower it")

    def spread(self, periods: int) -> Array:
        """The multipliers of the first `periods` periods, shape (periods,) [1]."""
        if self.numbers is not None:
            return np.array(self.numbers[:periods], dtype=np.float64)
        turns = np.arange(periods)
        cycle = np.array(self.cycle or (1.0,), dtype=np.float64)
        multipliers: Array = cycle[turns % len(cycle)] * (1.0 + self.growth) ** turns
        return multipliers
