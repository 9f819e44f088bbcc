"""Goals on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from app.schemas.base import Name, Number, Wire, inside
from app.schemas.mirror import plain
from app.schemas.scope import ScopeIn
from optimizer.problem.goal import Goal


class GoalIn(Wire):
    """A top-down target: metric(scope) ≥ at_least."""

    name: Name = Field(description="What the plan calls it.", examples=["FY"])
    metric: Name = Field(description="revenue, profit, outcome, spend or a metric of the tactics.")
    at_least: Number = Field(description="The target [unit of the metric].", examples=[2000000])
    scope: ScopeIn = Field(default_factory=ScopeIn, description="The tactics and periods it counts; left out: all.")
    required: bool = Field(
        default=False, description="true: every plan must reach it; false: it is measured and reported."
    )
    priority: Annotated[int, Field(ge=1, le=1000)] | None = Field(default=None, description="Order of goals, 1 first.")
    parent: Name | None = Field(default=None, description="The goal that this one is part of.")

    def to_domain(self) -> Goal:
        """The domain's goal."""
        return Goal(
            name=self.name,
            metric=self.metric,
            at_least=self.at_least,
            scope=inside("scope", self.scope),
            required=self.required,
            priority=self.priority,
            parent=self.parent,
        )


def goal_to_wire(goal: Goal) -> dict[str, Any]:
    """What the goal states."""
    stated: dict[str, Any] = plain(goal)
    return stated
