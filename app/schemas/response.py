"""Response curves on the wire: one model per registered family, and one for draws of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import Field, create_model

from app.schemas.base import MOST_DRAWS, Number, Wire, each
from app.schemas.mirror import Mirrored, mirror, one_of, plain
from optimizer.curves import FAMILIES, Curve, ResponseCurve


class ResponseIn(Wire):
    """value = output_scale · f((x + input_offset) / input_scale) for spend x per period."""

    family: str
    input_scale: Number = Field(
        default=1.0, description="Spend in one unit of the curve's input [money per input], above 0."
    )
    input_offset: Number = Field(default=0.0, description="Added to every spend before the curve [money], at least 0.")
    output_scale: Number = Field(default=1.0, description="Multiplies the curve's outcome [1], at least 0.")

    def members(self) -> tuple[Curve, ...]:
        """The curves that the response is the mean of."""
        raise NotImplementedError  # each of the two kinds below has its own

    def to_domain(self) -> ResponseCurve:
        """The domain's response curve."""
        return ResponseCurve(
            members=self.members(),
            input_scale=self.input_scale,
            input_offset=self.input_offset,
            output_scale=self.output_scale,
        )


class CurveIn(ResponseIn, Mirrored):
    """One curve, by its parameters."""

    def members(self) -> tuple[Curve, ...]:
        return (Mirrored.to_domain(self),)

    def to_domain(self) -> ResponseCurve:
        return ResponseIn.to_domain(self)


class DrawsIn(ResponseIn):
    """A posterior: the response is the mean of the curves at each draw."""

    draws: list[Any]

    def members(self) -> tuple[Curve, ...]:
        return each("draws", self.draws)


def response_models() -> dict[str, type[ResponseIn]]:
    """For each family F: `F` by its parameters, and `F+draws`."""
    models: dict[str, type[ResponseIn]] = {}
    for family, curve in FAMILIES.items():
        named: dict[str, Any] = {"family": (Literal[family], Field(description="The family of the curve."))}
        models[family] = mirror(curve, CurveIn, f"{curve.__name__}ResponseIn", **named)
        models[f"{family}+draws"] = _draws_of(curve, named)
    return models


def _draws_of(curve: type[Curve], named: dict[str, Any]) -> type[DrawsIn]:
    parameters = mirror(curve, Mirrored, f"{curve.__name__}Parameters")
    listed = Annotated[list[parameters], Field(min_length=1, max_length=MOST_DRAWS)]  # type: ignore[valid-type]
    draws = (listed, Field(description="Parameters of each draw, in place of the parameters."))
    return create_model(f"{curve.__name__}DrawsIn", __base__=DrawsIn, draws=draws, **named)


def _family(value: dict[str, Any]) -> str:
    return f"{value.get('family')}+draws" if "draws" in value else f"{value.get('family')}"


if TYPE_CHECKING:
    AnyResponse: TypeAlias = ResponseIn
else:
    AnyResponse = one_of(response_models(), _family, "unknown_family")


def response_to_wire(response: ResponseCurve) -> dict[str, Any]:
    """The family, its parameters (or the draws), and the scales that are not plain."""
    members = [plain(member) for member in response.members]
    own: dict[str, Any] = members[0] if len(members) == 1 else {"draws": members}
    scales = {"input_scale": 1.0, "input_offset": 0.0, "output_scale": 1.0}
    stated = {name: getattr(response, name) for name, usual in scales.items() if getattr(response, name) != usual}
    return {"family": response.members[0].family} | own | stated
