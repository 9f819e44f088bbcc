"""Patterns over periods on the wire: a list of numbers, or a cycle that repeats and grows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from app.paths import at
from app.schemas.base import MOST_PERIODS, Number, Wire
from app.validation import TAG
from optimizer.problem.pattern import Pattern

Numbers = Annotated[list[Number], Field(max_length=MOST_PERIODS)]


class CycleIn(Wire):
    """In period k = 0, 1, …: cycle[k mod n] · (1 + growth)^k."""

    cycle: Numbers | None = Field(default=None, description="Numbers that repeat [1]; left out: 1 throughout.")
    growth: Number = Field(default=0.0, description="Growth from one period to the next [1].")

    def to_domain(self) -> Pattern:
        """The domain's pattern."""
        return Pattern(cycle=None if self.cycle is None else tuple(self.cycle), growth=self.growth)


def _form(value: Any) -> str:
    return TAG + ("cycle" if isinstance(value, dict | CycleIn) else "list")


if TYPE_CHECKING:
    AnyPattern: TypeAlias = list[float] | CycleIn
else:
    AnyPattern = Annotated[
        Annotated[Numbers, Tag(TAG + "list")] | Annotated[CycleIn, Tag(TAG + "cycle")], Discriminator(_form)
    ]


def pattern_at(path: str, stated: AnyPattern) -> Pattern:
    """The domain's pattern of either form; errors are seen from `path`."""
    with at(path):
        return Pattern(numbers=tuple(stated)) if isinstance(stated, list) else stated.to_domain()


def pattern_to_wire(pattern: Pattern) -> list[float] | dict[str, Any]:
    """A list where it was listed, else the cycle and the growth."""
    if pattern.numbers is not None:
        return list(pattern.numbers)
    cycle = {} if pattern.cycle is None else {"cycle": list(pattern.cycle)}
    return cycle | ({"growth": pattern.growth} if pattern.growth else {})
