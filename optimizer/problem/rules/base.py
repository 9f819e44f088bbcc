"""What every rule can do, whatever its kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from optimizer.curves import Array
from optimizer.errors import HeadraceError, ScenarioError
from optimizer.problem.movable import OTHER, Movable, sides_of
from optimizer.problem.scope import Scope
from optimizer.problem.side import Side
from optimizer.units import difference, number, tidy

if TYPE_CHECKING:
    from optimizer.problem.past import Past
    from optimizer.problem.scenario import Scenario
    from optimizer.problem.valuation import Valuation


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(ABC):
    """A constraint that the planner sets: it has a name, checks its references and measures its own violation.

    Its rows are written elsewhere, in `formulation/`: the certificate uses only what stands here.
    """

    kind: ClassVar[str]
    unit: ClassVar[str] = "unit of the limit"
    priced: ClassVar[bool] = True  # False where an on/off decision leaves no derivative
    limiting: ClassVar[bool] = True  # False where it defines, and no spend can break it
    name: str

    def __post_init__(self) -> None:
        if not self.name:
            raise ScenarioError("empty_name", "name", "is empty", "give the rule a name")

    @property
    def size(self) -> float:
        """What a violation is compared with [units of the limit]: the largest limit, 1 where all are 0."""
        return 1.0

    @property
    def limit_unit(self) -> str:
        """What the limit is measured in: slack, violation and price are told by it."""
        return self.unit

    @property
    def has_price(self) -> bool:
        """Whether the limit can be moved by a little."""
        return self.priced

    @property
    def span(self) -> tuple[float, float]:
        """Beyond which its limits cannot be, or say nothing [units of the limit]."""
        return -np.inf, np.inf

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """What it speaks of: spend of other cells is all the same to it."""
        own = (getattr(self, each.name) for each in fields(self))
        parts = (part if isinstance(part, tuple) else (part,) for part in own)
        return tuple(scope for part in parts for scope in part if isinstance(scope, Scope))

    @abstractmethod
    def check(self, scenario: Scenario) -> None:
        """Refuse references that the scenario does not have."""

    @abstractmethod
    def violation(self, valuation: Valuation) -> float:
        """How far the valued spend breaks the rule [units of the limit]; 0 when it holds."""

    def decided(self, valuation: Valuation) -> tuple[Array, Array]:
        """The limits of each cell [money] between which the rule's on/off decisions stay as they are."""
        return np.zeros(valuation.spend.shape), np.full(valuation.spend.shape, np.inf)

    def is_decided(self, _: Valuation) -> bool:
        """Whether an on/off decision binds beside what has a price."""
        return False

    def moved(self, side: Side, by: float) -> Rule:
        """The rule with the limit of a side moved; `exactly` moves both sides, or the amount.

        Raises ScenarioError where there cannot be such a limit.
        """
        changed: dict[str, Any] = {name: value + by for name, value in self._stated(side).items()}
        return replace(self, **changed)

    def limit(self, side: Side) -> float | None:
        """The limit of a side [units of the limit]; None where it has none."""
        return next(iter(self._stated(side).values()), None)

    def _stated(self, side: Side) -> dict[str, float]:
        """The fields that state a side of the limit, and what they state."""
        own = {each.name: getattr(self, each.name) for each in fields(self)}
        names = ("at_least", "at_most") if side == "exactly" else (side,)
        known = {name: float(own[name]) for name in names if own.get(name) is not None}
        amounts = {name: float(own[name]) for name in ("amount", "share") if own.get(name) is not None}
        return known or dict([*amounts.items()][:1])

    def side(self, row: Side) -> Side:
        """The side of the planner's limit that a row speaks of: the only one there is, or the row's own."""
        least, most = getattr(self, "at_least", None), getattr(self, "at_most", None)
        if least is None and most is None:
            return "at_most"  # an amount or a share that is not to be passed
        if least == most:
            return "exactly"
        return row if least is not None and most is not None else "at_most" if least is None else "at_least"

    def leverage(self, valuation: Valuation) -> float:
        """By how much a row's limit moves when the planner's limit moves by one unit."""
        del valuation
        return 1.0

    def movable(self) -> tuple[Movable, ...]:
        """The sides that may be moved to mend a conflict; a rule without any is mended by leaving it out."""
        return ()

    def restated(self, side: str, to: float) -> Rule:
        """The rule with one of its movable sides stating something else."""
        values: dict[str, Any] = {side: to}
        return replace(self, **values)

    def after(self, past: Past) -> tuple[Rule, ...]:
        """What the rule asks of the periods that are left when the first ones have happened; nothing, where it has
        nothing more to ask. Rules that speak of cells or periods one by one only lose those that are over."""
        scope: Scope = getattr(self, "scope", Scope())
        return self.narrowed(past.after(scope))

    def narrowed(self, scope: Scope | None, **others: Any) -> tuple[Rule, ...]:
        """The rule for a narrower scope; none for none."""
        values: dict[str, Any] = {"scope": scope, **others}
        return () if scope is None else (replace(self, **values),)

    @abstractmethod
    def slack(self, valuation: Valuation) -> float:
        """How far the nearest limit is away [units of the limit]; 0 or below when it binds or is broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeRule(Rule):
    """at_least ≤ amount(scope) ≤ at_most; either side may be absent, not both."""

    scope: Scope = field(default_factory=Scope)
    at_least: float | None = None
    at_most: float | None = None

    def __post_init__(self) -> None:
        Rule.__post_init__(self)
        if self.at_least is None and self.at_most is None:
            raise ScenarioError("no_limit", "", "limits nothing", "give at_least, at_most or both")
        for side in ("at_least", "at_most"):
            if getattr(self, side) is not None:
                number(getattr(self, side), side)
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ScenarioError(
                "minimum_above_maximum", "at_least", "is above at_most", "lower at_least or raise at_most"
            )

    @property
    def size(self) -> float:
        return max(abs(self.at_least or 0.0), abs(self.at_most or 0.0)) or 1.0

    def movable(self) -> tuple[Movable, ...]:
        return sides_of(self.at_least, self.at_most, OTHER, on_row=False)

    @abstractmethod
    def amount(self, valuation: Valuation) -> float:
        """The quantity that the limits speak of."""

    def check(self, scenario: Scenario) -> None:
        check_scope(self.scope, "scope", scenario)

    def violation(self, valuation: Valuation) -> float:
        return max(0.0, -self.slack(valuation))

    def slack(self, valuation: Valuation) -> float:
        amount = self.amount(valuation)
        above = float("inf") if self.at_least is None else amount - self.at_least
        below = float("inf") if self.at_most is None else self.at_most - amount
        return min(above, below)


def beyond(limit: float | None, settled: float, floor: float | None) -> float | None:
    """What is left of a limit once so much of it is settled, not below `floor`."""
    if limit is None:
        return None
    left = difference(limit, tidy(settled))
    return left if floor is None else max(floor, left)


def check_scope(scope: Scope, path: str, scenario: Scenario) -> None:
    """Check a scope and name its place in errors."""
    try:
        scope.check(scenario.tactics, scenario.periods)
    except HeadraceError as error:
        raise error.at(path) from None
