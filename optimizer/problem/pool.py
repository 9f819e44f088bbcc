"""A stock of demand: upstream tactics fill it, downstream tactics convert it."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizer.curves import Array
from optimizer.errors import ScenarioError
from optimizer.problem.pattern import Pattern
from optimizer.units import number


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandPool:
    """Demand that is there to be converted, period by period.

    D_1 = initial + organic_1 + arrivals_1
    D_t = retention · (D_{t−1} − C_{t−1}) + organic_t + arrivals_t

    `initial` [demand] is there at the start, `organic` [demand per period] comes by itself. `retention` [1] is the
    share of what is left that is still there a period later; demand left after the last period is worth `end_value`
    [units of the objective per demand].

    >>> DemandPool(name="north", organic=Pattern(cycle=(40.0,), growth=0.5)).inflow(3).tolist()
    [40.0, 60.0, 90.0]
    """

    name: str
    initial: float = 0.0
    organic: Pattern = field(default_factory=lambda: Pattern(cycle=(0.0,)))
    retention: float = 0.0
    end_value: float = 0.0

    def __post_init__(self) -> None:
        if not self.name:
            raise ScenarioError("empty_name", "name", "is empty", "give the pool a name")
        number(self.initial, "initial", least=0.0)
        number(self.retention, "retention", least=0.0, most=1.0)
        number(self.end_value, "end_value", least=0.0)

    def inflow(self, periods: int) -> Array:
        """What comes by itself in each period [demand]; `initial` is not in it."""
        return self.organic.spread(periods)

    @property
    def is_dry(self) -> bool:
        """Whether it holds no demand but what tactics bring."""
        stated = self.organic.numbers if self.organic.numbers is not None else self.organic.cycle
        return self.initial == 0.0 and stated is not None and not any(stated)
