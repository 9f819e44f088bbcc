"""Demand pools on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from app.schemas.base import Name, Number, Wire
from app.schemas.mirror import plain
from app.schemas.pattern import CycleIn, Numbers, pattern_at, pattern_to_wire
from app.validation import TAG
from optimizer.problem.pattern import Pattern
from optimizer.problem.pool import DemandPool
from optimizer.units import number


def _form(value: Any) -> str:
    if isinstance(value, dict | CycleIn):
        return TAG + "cycle"
    return TAG + ("list" if isinstance(value, list) else "number")


if TYPE_CHECKING:
    Inflow: TypeAlias = float | list[float] | CycleIn
else:
    Inflow = Annotated[
        Annotated[Number, Tag(TAG + "number")]
        | Annotated[Numbers, Tag(TAG + "list")]
        | Annotated[CycleIn, Tag(TAG + "cycle")],
        Discriminator(_form),
    ]


class PoolIn(Wire):
    """A stock of demand that upstream tactics fill and downstream tactics convert."""

    name: Name = Field(description="What tactics name in `feeds` and `draws_from`.", examples=["north"])
    initial: Number = Field(default=0.0, description="What is there at the start [demand].")
    organic: Inflow = Field(
        default=0.0,
        description="What comes by itself [demand per period]: one number, one for each, or a cycle with growth.",
        examples=[40000, {"cycle": [40000], "growth": 0.01}],
    )
    retention: Number = Field(default=0.0, description="Share of what is left that stays for the next period [1].")
    end_value: Number = Field(
        default=0.0, description="Worth of a unit left after the last period [units of the objective per demand]."
    )

    def to_domain(self) -> DemandPool:
        """The domain's pool."""
        return DemandPool(
            name=self.name,
            initial=self.initial,
            organic=self._organic(),
            retention=self.retention,
            end_value=self.end_value,
        )

    def _organic(self) -> Pattern:
        if isinstance(self.organic, int | float):
            return Pattern(cycle=(number(self.organic, "organic", least=0.0),))
        return pattern_at("organic", self.organic)


def pool_to_wire(pool: DemandPool) -> dict[str, Any]:
    """What the pool states."""
    stated: dict[str, Any] = plain(pool)
    if "organic" in stated:
        stated["organic"] = _inflow_to_wire(pool.organic)
    return stated


def _inflow_to_wire(organic: Pattern) -> Any:
    """One number where it is the same in every period."""
    steady = organic.cycle is not None and len(organic.cycle) == 1 and not organic.growth
    return organic.cycle[0] if organic.cycle and steady else pattern_to_wire(organic)
