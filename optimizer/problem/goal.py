"""A top-down target."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizer.errors import ScenarioError
from optimizer.problem.scope import Scope
from optimizer.units import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """metric(scope) ≥ at_least: binding on every plan when `required`, otherwise measured and reported.

    `metric` is revenue, profit, outcome, spend or a metric of the tactics; `priority` orders soft goals (1 first);
    `parent` names the goal that this one is part of.
    """

    name: str
    metric: str
    at_least: float
    scope: Scope = field(default_factory=Scope)
    required: bool = False
    priority: int | None = None
    parent: str | None = None

    def __post_init__(self) -> None:
        if not self.name:
            raise ScenarioError("empty_name", "name", "is empty", "give the goal a name")
        number(self.at_least, "at_least")
