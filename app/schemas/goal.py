"""Goals on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from app.schemas.base import MOST_PERIODS, Name, Number, Wire, each, inside
from app.schemas.mirror import plain
from app.schemas.pattern import AnyPattern, pattern_at
from app.schemas.scope import ScopeIn
from optimizer.errors import ScenarioError
from optimizer.problem.goal import Goal, GoalPath, Milestone
from optimizer.problem.pattern import Pattern


class MilestoneIn(Wire):
    """What is due by the end of a period, all before it included."""

    by: Name = Field(description="The period by whose end it is due.", examples=["2027-03"])
    at_least: Number = Field(description="The target, everything up to then counted [unit of the metric].")

    def to_domain(self) -> Milestone:
        """The domain's milestone."""
        return Milestone(by=self.by, at_least=self.at_least)


class GoalPathIn(Wire):
    """In period k = 0, 1, … of the scope: at_least · (1 + growth)^k · seasonality_k."""

    growth: Number = Field(default=0.0, description="Growth of the target from one period to the next [1].")
    seasonality: AnyPattern | None = Field(
        default=None,
        description="Multiples of the target: a list with one for each period of the scope, or a cycle [1].",
        examples=[{"cycle": [0.8, 1, 1.2]}],
    )

    def to_domain(self) -> GoalPath:
        """The domain's path."""
        seasonality = Pattern() if self.seasonality is None else pattern_at("seasonality", self.seasonality)
        return GoalPath(growth=self.growth, seasonality=seasonality)


class GoalIn(Wire):
    """A top-down target: metric(scope) ≥ at_least."""

    name: Name = Field(description="What the plan calls it.", examples=["FY"])
    metric: Name = Field(description="revenue, profit, outcome, spend or a metric of the tactics.")
    at_least: Number | None = Field(
        default=None,
        description="The target [unit of the metric]; with a path that of its first period, before its season; left "
        "out: that of the last milestone.",
        examples=[2000000],
    )
    scope: ScopeIn = Field(default_factory=ScopeIn, description="The tactics and periods it counts; left out: all.")
    required: bool = Field(
        default=False,
        description="true: every plan must reach it; false: pursued where goals are the objective, else measured.",
    )
    priority: Annotated[int, Field(ge=1, le=1000)] | None = Field(default=None, description="Order of goals, 1 first.")
    parent: Name | None = Field(default=None, description="The goal that this one is part of.")
    by: Name | None = Field(default=None, description="The period by whose end it is due; left out: the last in scope.")
    milestones: Annotated[list[MilestoneIn], Field(max_length=MOST_PERIODS)] = Field(
        default=[], description="What is due earlier, in time."
    )
    path: GoalPathIn | None = Field(
        default=None,
        description="Makes at_least the target of the first period, and gives each later period its own.",
        examples=[{"growth": 0.02}],
    )
    weight: Number = Field(default=1.0, description="What it counts among goals of its priority [1].")

    def to_domain(self) -> Goal:
        """The domain's goal; of milestones alone the last is the target."""
        milestones, at_least, by = each("milestones", self.milestones), self.at_least, self.by
        if at_least is None and milestones and by is None:
            milestones, at_least, by = milestones[:-1], milestones[-1].at_least, milestones[-1].by
        if at_least is None:
            raise ScenarioError("missing_field", "at_least", "is missing", "add it, or milestones in its place")
        return Goal(
            name=self.name,
            metric=self.metric,
            at_least=at_least,
            scope=inside("scope", self.scope),
            required=self.required,
            priority=self.priority,
            parent=self.parent,
            by=by,
            milestones=milestones,
            path=None if self.path is None else inside("path", self.path),
            weight=self.weight,
        )


def goal_to_wire(goal: Goal) -> dict[str, Any]:
    """What the goal states."""
    stated: dict[str, Any] = plain(goal)
    return stated
