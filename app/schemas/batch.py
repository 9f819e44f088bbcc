"""Many scenarios on the wire: each whole, or as what it changes in one base."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, JsonValue, Tag, model_validator
from pydantic_core import PydanticCustomError

from app.paths import at
from app.schemas.base import Name, Wire
from app.schemas.patch import MOST_OPERATIONS, OperationIn, patched
from app.validation import TAG

MOST_SCENARIOS = 1_000


def _kind(patch: Any) -> str:
    return f"{TAG}steps" if isinstance(patch, list) else f"{TAG}merge"


Steps = Annotated[list[OperationIn], Field(max_length=MOST_OPERATIONS)]
Patch = Annotated[
    Annotated[dict[str, JsonValue], Tag(f"{TAG}merge")] | Annotated[Steps, Tag(f"{TAG}steps")], Discriminator(_kind)
]


class VariantIn(Wire):
    """The base with something changed."""

    name: Name = Field(description="The name of the scenario, and of its plan.", examples=["budget + 10 %"])
    patch: Patch = Field(
        description="An object: JSON Merge Patch (RFC 7396), lists are replaced whole. A list: JSON Patch (RFC 6902).",
        examples=[{"budget": {"at_most": 1100}}, [{"op": "replace", "path": "/tactics/0/spend/at_most", "value": 300}]],
    )


class BatchIn(Wire):
    """Either `scenarios`, each whole, or a `base` and its `variants`."""

    name: Name = Field(description="What the batch is called.", examples=["Budgets 2027"])
    scenarios: Annotated[list[dict[str, JsonValue]], Field(min_length=1, max_length=MOST_SCENARIOS)] | None = Field(
        default=None, description="Bodies as POST /v1/plans takes them."
    )
    base: dict[str, JsonValue] | None = Field(default=None, description="A scenario that the variants change.")
    variants: Annotated[list[VariantIn], Field(min_length=1, max_length=MOST_SCENARIOS)] | None = Field(
        default=None, description="What each scenario changes in the base."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        whole = self.scenarios is not None and self.base is None and self.variants is None
        if not whole and (self.scenarios is not None or self.base is None or self.variants is None):
            raise PydanticCustomError("bad_batch", "takes either scenarios, or a base and variants; send one of both")
        return self

    @property
    def path(self) -> str:
        """The field that lists the scenarios."""
        return "scenarios" if self.scenarios is not None else "variants"

    def documents(self) -> list[dict[str, Any]]:
        """Every scenario of the batch as a document of its own."""
        if self.scenarios is not None:
            return [*self.scenarios]
        return [self._variant(position, variant) for position, variant in enumerate(self.variants or ())]

    def _variant(self, position: int, variant: VariantIn) -> dict[str, Any]:
        with at(f"variants[{position}].patch"):
            return patched(self.base or {}, variant.patch) | {"name": variant.name}
