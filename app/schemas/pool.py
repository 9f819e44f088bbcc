"""Demand pools on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from app.schemas.base import MOST_PERIODS, Name, Number, Wire
from app.schemas.mirror import plain
from optimizer.problem.pool import DemandPool


class PoolIn(Wire):
    """A stock of demand that upstream tactics fill and downstream tactics convert."""

    name: Name = Field(description="What tactics name in `feeds` and `draws_from`.", examples=["north"])
    initial: Number = Field(default=0.0, description="What is there at the start [demand].")
    organic: Number | Annotated[list[Number], Field(max_length=MOST_PERIODS)] = Field(
        default=0.0, description="What comes by itself [demand per period]: one number, or one for each period."
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
            organic=tuple(self.organic) if isinstance(self.organic, list) else (self.organic,),
            retention=self.retention,
            end_value=self.end_value,
        )


def pool_to_wire(pool: DemandPool) -> dict[str, Any]:
    """What the pool states."""
    stated: dict[str, Any] = plain(pool)
    if len(pool.organic) == 1 and "organic" in stated:
        stated["organic"] = pool.organic[0]
    return stated
