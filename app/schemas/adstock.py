"""Adstock on the wire: one model per registered family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field

from app.schemas.base import MOST_PERIODS, Number
from app.schemas.mirror import Mirrored, mirror, one_of, plain
from optimizer.curves import ADSTOCKS
from optimizer.problem.tactic import CarryOver

Spends = Annotated[list[Number], Field(max_length=MOST_PERIODS)]


class AdstockIn(Mirrored):
    """How spend lives on in later periods, and what came before the first one."""

    family: str
    carry_in: Spends = Field(
        default=[], description="Spend of earlier periods, newest last [money].", examples=[[80000]]
    )
    count_carry_out: bool | None = Field(
        default=None,
        description="Whether effects after the last period count; left out: as the scenario says.",
    )
    after_saturation: bool = Field(default=False, description="true: the response lives on, instead of the spend.")

    def to_domain(self) -> CarryOver:
        """The domain's carry-over."""
        return CarryOver(
            adstock=super().to_domain(),
            after_saturation=self.after_saturation,
            carry_in=tuple(self.carry_in),
            count_carry_out=self.count_carry_out,
        )


def adstock_models() -> dict[str, type[AdstockIn]]:
    """A model for each family."""
    return {
        family: mirror(adstock, AdstockIn, f"{adstock.__name__}CarryIn", family=(Literal[family], Field()))
        for family, adstock in ADSTOCKS.items()
    }


if TYPE_CHECKING:
    AnyAdstock: TypeAlias = AdstockIn
else:
    AnyAdstock = one_of(adstock_models(), lambda value: value.get("family"), "unknown_family")


def adstock_to_wire(carry_over: CarryOver) -> dict[str, Any]:
    """The family, its parameters, and what is stated of the carry-over."""
    stated = {name: value for name, value in plain(carry_over).items() if name != "adstock"}
    parameters: dict[str, Any] = plain(carry_over.adstock)
    return {"family": carry_over.adstock.family} | parameters | stated
