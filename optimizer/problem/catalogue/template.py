"""What a template says of a tactic, free of anybody's scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.curves import Adstock, Geometric, NoAdstock
from optimizer.problem.scope import Stage

PeriodLength = Literal["week", "month", "quarter"]
PERIOD_WEEKS: dict[PeriodLength, float] = {"week": 1.0, "month": 365.25 / 84, "quarter": 365.25 / 28}


NEGLIGIBLE = 0.01  # of an effect: what is left of less by the next period is not worth a recursion


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """Why the defaults are what they are: of the curve, of the carry-over, and of the lead."""

    curve: str
    adstock: str
    lead: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A tactic before its planner has said how large it is; every default is an assumption.

    `family` hill with `shape` s, or exponential; `saturation` is the share of the ceiling reached today [1];
    `half_life` after which half of the effect is gone, 0 for none [weeks]; `lead` until the demand arrives [weeks].
    """

    key: str
    name: str
    stage: Stage
    does: str
    audience: str
    family: Literal["hill", "exponential"]
    saturation: float
    half_life: float
    because: Because
    shape: float | None = None
    lead: float = 0.0

    def retention(self, period: PeriodLength) -> float:
        """What one period keeps of the effect: θ = ½^(weeks of the period / half-life) [1].

        >>> from optimizer.problem.catalogue import template_of
        >>> template_of("educational_content").half_life, template_of("educational_content").retention("quarter") < 0.5
        (9.0, True)
        """
        return 0.5 ** (PERIOD_WEEKS[period] / self.half_life) if self.half_life > 0 else 0.0

    def adstock(self, period: PeriodLength) -> Adstock:
        """Geometric and normalised, so that a steady spend enters the curve as it is; none where hardly any stays."""
        retention = round(self.retention(period), 3)
        return Geometric(retention=retention, normalized=True) if retention >= NEGLIGIBLE else NoAdstock()

    def lead_periods(self, period: PeriodLength) -> int:
        """Whole periods until the demand arrives."""
        return round(self.lead / PERIOD_WEEKS[period])
