"""Scopes on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from app.schemas.base import MOST_PERIODS, MOST_TACTICS, MOST_TAGS, Name, Wire
from optimizer.problem.scope import Scope, Stage

Tags = Annotated[dict[Name, Name], Field(max_length=MOST_TAGS)]


class ScopeIn(Wire):
    """Which tactics and periods are meant: everything given must match; `{}` means everything."""

    tactics: Annotated[list[Name], Field(max_length=MOST_TACTICS)] | None = Field(
        default=None, description="Names of tactics."
    )
    stage: Stage | None = Field(default=None, description="upstream (builds demand) or downstream (converts it).")
    tags: Tags = Field(default={}, description="Tags that a tactic must have.", examples=[{"region": "north"}])
    periods: Annotated[list[Name], Field(max_length=MOST_PERIODS)] | None = Field(
        default=None, description="Names of periods."
    )

    def to_domain(self) -> Scope:
        """The domain's scope."""
        return Scope(
            tactics=None if self.tactics is None else tuple(self.tactics),
            stage=self.stage,
            tags=tuple(self.tags.items()),
            periods=None if self.periods is None else tuple(self.periods),
        )


def scope_to_wire(scope: Scope) -> dict[str, Any]:
    """What the scope says, and nothing that it leaves open."""
    whole = {
        "tactics": scope.tactics and list(scope.tactics),
        "stage": scope.stage,
        "tags": dict(scope.tags),
        "periods": scope.periods and list(scope.periods),
    }
    return {name: value for name, value in whole.items() if value}
